package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	peakMost  = 48 << 20 // bytes a box may ever hold: counted as the kernel counts, like the cgroup's
	tightness = 64 << 20 // of the cgroup
	searching = 12       // people search at once; to more a box says in words that it is busy
)

// memory asks for everything at once: 200 people sign in anew, read course pages, ZIM articles and films over 200
// connections, search, and answer; then a box and a kiwix-serve work in 64 MB.
func (b *bench) memory(ctx context.Context) error {
	n, err := b.serve(b.data(), "")
	if err != nil {
		return err
	}
	defer n.stop()
	before := n.peak()
	people := slices.Clone(b.people)
	if b.tiny {
		people = people[:20]
	}
	if err := b.signIn(ctx, n, people); err != nil {
		return err
	}
	signedIn := n.peak()
	for _, l := range b.everything(n, people, 200) {
		if _, _, err := l.fire(ctx, 1); err != nil {
			return err
		}
	}
	d := 20 * time.Second
	if b.short || b.tiny {
		d = 4 * time.Second
	}
	if _, err := b.answer(ctx, n, people, d); err != nil {
		return err
	}
	peak := n.peak()
	b.table.add("VmHWM after 200 connections and 200 learners", fmt.Sprintf("%.1f MiB at start, %.1f when all had signed in", mebi(before), mebi(signedIn)), "",
		fmt.Sprintf("%.1f MiB", mebi(peak)), "≤ 48 MiB", peak <= peakMost)
	n.stop()
	return b.tight(ctx, people)
}

func mebi(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// everything is course pages, articles, ranges, lists and searches of one box, over so many connections.
func (b *bench) everything(n *node, people []person, conns int) []load {
	pages := []string{"/library", "/course/" + string(b.course.id), "/progress", "/"}
	lists := func(i int, _ *rand.Rand) []byte {
		return get(n.addr, pages[i%len(pages)], "Cookie: "+people[i%len(people)].cookie)
	}
	words := []string{"mango", "the", "lion water", "a girl who counts"}
	searches := func(i int, _ *rand.Rand) []byte {
		return get(n.addr, "/search?q="+url.QueryEscape(words[i%len(words)]), "Cookie: "+people[i%len(people)].cookie)
	}
	film := b.rangeRequests(n.addr, "/file/"+string(b.course.id)+"/"+b.course.film, people[0].cookie)
	all := []load{
		{n.addr, conns, b.count(20000), 200, anyOf(b.pageRequests(n, people))},
		{n.addr, conns, b.count(2000), 200, lists},
		{n.addr, min(conns, searching), b.count(1000), 200, searches},
		{n.addr, min(conns, 50), b.count(2000), 206, film},
	}
	if clusters, err := zimArticles(filepath.Join(b.corpus, sampler)); err == nil && b.samplerID != "" {
		all = append(all, load{n.player, conns, b.count(20000), 200, articleRequests(n.player, "/p/"+b.samplerID+"/", clusters, anyArticle)})
	}
	return all
}

// tight runs both in a cgroup of 64 MB and says who lives. It is the same work: random pages, then searches.
func (b *bench) tight(ctx context.Context, people []person) error {
	const work = "still serves in a 64 MB cgroup"
	g, err := newCgroup(tightness)
	if err != nil {
		b.table.skip(work, err)
		return nil
	}
	defer func() { _ = g.remove() }()
	b.within = g
	defer func() { b.within = nil }()
	n, err := b.serve(b.data(), "")
	if err != nil {
		return err
	}
	ours := survives(ctx, n.child, b.everything(n, people, 32))
	n.stop()
	theirs, err := b.tightKiwix(ctx)
	if err != nil {
		return err
	}
	word := map[bool]string{true: "serves", false: "killed or failed"}
	b.table.add(work, word[ours == nil], "kiwix-serve: "+word[theirs == nil], word[ours == nil], "serves", ours == nil)
	for name, err := range map[string]error{"lamplight": ours, "kiwix-serve": theirs} {
		if err != nil {
			b.table.note("64 MB cgroup: %s: %v", name, err)
		}
	}
	return ctx.Err()
}

func (b *bench) tightKiwix(ctx context.Context) (died, err error) {
	file := filepath.Join(b.corpus, sampler)
	clusters, err := zimArticles(file)
	if err != nil {
		return nil, err
	}
	k, err := b.kiwix(nil, file)
	if err != nil {
		return nil, err
	}
	defer k.stop()
	book := strings.TrimSuffix(filepath.Base(file), ".zim")
	words := []string{"mango", "the", "girl", "lion", "water", "story", "child"}
	search := func(i int, _ *rand.Rand) []byte {
		return get(k.addr, "/search?content="+book+"&pattern="+url.QueryEscape(words[i%len(words)]+" "+words[(i/7)%len(words)]))
	}
	return survives(ctx, k, []load{
		{k.addr, 32, b.count(20000), 200, articleRequests(k.addr, "/raw/"+book+"/content/", clusters, anyArticle)},
		{k.addr, 16, b.count(2000), 200, search},
	}), nil
}

// survives says why a server did not answer all of it, nil if it did.
func survives(ctx context.Context, c *child, loads []load) error {
	for _, l := range loads {
		if _, _, err := l.fire(ctx, 7); err != nil {
			select { // a killed server's connections break a moment before it is known to be dead
			case <-c.done:
				return fmt.Errorf("it ended (%v) at %w", c.err, err)
			case <-time.After(time.Second):
				return err
			}
		}
	}
	return nil
}
