package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// start measures from exec to the last byte of a first page: our library page with everything installed, and of
// kiwix-serve with one ZIM an article of it.
func (b *bench) start(ctx context.Context) error {
	file := filepath.Join(b.corpus, sampler)
	clusters, err := zimArticles(file)
	if err != nil {
		return err
	}
	article := "/raw/" + strings.TrimSuffix(filepath.Base(file), ".zim") + "/content/" + clusters[0][0]
	var ours, theirs []time.Duration
	for range max(3, b.rounds()*3) {
		took, err := firstPage(ctx, "/library", func() (*child, error) {
			n, err := b.launch(b.data(), "")
			if err != nil {
				return nil, err
			}
			return n.child, nil
		})
		if err != nil {
			return err
		}
		ours = append(ours, took)
		if took, err = firstPage(ctx, article, func() (*child, error) { return b.launchKiwix(nil, file) }); err != nil {
			return err
		}
		theirs = append(theirs, took)
	}
	o, k := milliseconds(median(ours)), milliseconds(median(theirs))
	b.table.add("exec → first complete page, whole corpus installed", fmt.Sprintf("%.0f ms", o), fmt.Sprintf("kiwix-serve, one ZIM: %.0f ms", k),
		times(o, k), "≤ 0.6×", o <= 0.6*k)
	return nil
}

// firstPage starts a server and asks for a page until it comes.
func firstPage(ctx context.Context, path string, launch func() (*child, error)) (time.Duration, error) {
	start := time.Now()
	s, err := launch()
	if err != nil {
		return 0, err
	}
	defer s.stop()
	c := client{addr: s.addr}
	defer c.close()
	for time.Since(start) < time.Minute && ctx.Err() == nil && !s.ended() {
		a, err := c.do(get(s.addr, path), false)
		if err == nil {
			if a.status != 200 {
				return 0, fmt.Errorf("%s: status %d for %s", s.name, a.status, path)
			}
			return time.Since(start), nil
		}
		time.Sleep(200 * time.Microsecond)
	}
	return 0, fmt.Errorf("%s did not answer: %w: %.400s", s.name, s.err, s.out.String())
}
