package main

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	searchedPages  = 100_000
	searchP50      = 10.0 // milliseconds
	searchP99      = 60.0
	searchFaster   = 3.0
	searchMemory   = 64e6
	searchesAtOnce = 16
	readingWhile   = 2.0 // times the quiet p99
)

// search installs a ZIM of 100,000 made-up pages beside the whole corpus and asks both servers the same of it: one visitor
// at a time, then page reads while sixteen search. It comes last, for it changes the box.
func (b *bench) search(ctx context.Context) error {
	pages := searchedPages
	switch {
	case b.tiny:
		pages = 300
	case b.short:
		pages = 5000
	}
	file, err := searchedZIM(ctx, pages)
	if err != nil {
		return err
	}
	queries := newSearched().queries(pages, 300)
	quiet, err := b.quietPeak(ctx)
	if err != nil {
		return err
	}
	if err := b.installSearched(ctx, file, pages); err != nil {
		return err
	}
	n, err := b.serve(b.data(), "")
	if err != nil {
		return err
	}
	defer n.stop()
	if err := b.signIn(ctx, n, b.people[:1]); err != nil {
		return err
	}
	if err := b.readPages(ctx, n); err != nil {
		return err
	}
	if err := b.searchBeside(ctx, n, file, queries, quiet); err != nil {
		return err
	}
	return b.readWhileSearched(ctx, n, queries)
}

// quietPeak is the most memory a box holds that serves pages and is not searched, before anything is added to it.
func (b *bench) quietPeak(ctx context.Context) (int64, error) {
	n, err := b.serve(b.data(), "")
	if err != nil {
		return 0, err
	}
	defer n.stop()
	if err := b.signIn(ctx, n, b.people[:1]); err != nil {
		return 0, err
	}
	err = b.readPages(ctx, n)
	return n.peak(), err
}

// readPages reads course pages as a class does.
func (b *bench) readPages(ctx context.Context, n *node) error {
	_, _, err := load{n.addr, 8, b.count(4000), 200, anyOf(b.pageRequests(n, b.people[:1]))}.fire(ctx, 3)
	return err
}

// installSearched installs the ZIM and says what it takes to make its part of the index.
func (b *bench) installSearched(ctx context.Context, file string, pages int) error {
	before, err := sizeOf(filepath.Join(b.data(), "search"))
	if err != nil {
		return err
	}
	var report struct {
		Courses []struct{} `json:"courses"`
	}
	if err := b.command(ctx, b.data(), &report, "import", file); err != nil {
		return err
	}
	made, err := b.index(ctx, b.data())
	if err != nil {
		return err
	}
	after, err := sizeOf(filepath.Join(b.data(), "search"))
	if err != nil {
		return err
	}
	zim, err := sizeOf(file)
	if err != nil {
		return err
	}
	b.table.tell(fmt.Sprintf("index of %d more pages", pages), fmt.Sprintf("%.0f s, %.1f s CPU, %.1f MB of memory at most", made.wall.Seconds(), made.cpu.Seconds(), float64(made.peak)/1e6),
		fmt.Sprintf("the ZIM, its own index in it: %.1f MB", float64(zim)/1e6), fmt.Sprintf("%.1f MB", float64(after-before)/1e6))
	return nil
}

// sizeOf is what the files of a folder, or one file, hold.
func sizeOf(path string) (total int64, err error) {
	err = filepath.WalkDir(path, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		i, err := e.Info()
		if err == nil {
			total += i.Size()
		}
		return err
	})
	return total, err
}

// searchBeside lets both search in turn.
func (b *bench) searchBeside(ctx context.Context, n *node, file string, queries []string, quiet int64) error {
	k, err := b.kiwix(nil, file)
	if err != nil {
		return err
	}
	defer k.stop()
	book := strings.ToLower(strings.TrimSuffix(filepath.Base(file), ".zim"))
	us := &contender{child: n.child, warm: 10, load: load{n.addr, 1, b.count(900), 200, b.ourSearches(n, queries)}}
	them := &contender{child: k, warm: 10, load: load{k.addr, 1, b.count(900), 200, func(i int, _ *rand.Rand) []byte {
		return get(k.addr, "/search?content="+book+"&pattern="+url.QueryEscape(queries[i%len(queries)]))
	}}}
	if err := b.interleave(ctx, us, them); err != nil {
		return err
	}
	o, t := us.middle(), them.middle()
	theirs := "kiwix-serve, the ZIM alone: "
	b.table.add("search of everything, one visitor", o.String(), "", fmt.Sprintf("p50 %.1f ms", o.p50), fmt.Sprintf("≤ %.0f ms", searchP50), o.p50 <= searchP50)
	b.table.add("  its slowest in a hundred", "", "", fmt.Sprintf("p99 %.1f ms", o.p99), fmt.Sprintf("≤ %.0f ms", searchP99), o.p99 <= searchP99)
	b.table.add("  beside the same queries", "", theirs+t.String(), times(t.p50, o.p50)+" as long", fmt.Sprintf("≥ %.0f×", searchFaster), t.p50 >= searchFaster*o.p50)
	added, ours, kiwix := n.peak()-quiet, n.peak(), k.peak()
	b.table.add("  memory that searching adds", fmt.Sprintf("VmHWM %.1f MB, without %.1f", float64(ours)/1e6, float64(quiet)/1e6), "", fmt.Sprintf("%.1f MB", float64(added)/1e6), "≤ 64 MB", float64(added) <= searchMemory)
	b.table.add("  memory of all", fmt.Sprintf("%.1f MB", float64(ours)/1e6), fmt.Sprintf("kiwix-serve: %.1f MB", float64(kiwix)/1e6), times(float64(ours), float64(kiwix)), "≤ 1/3×", 3*ours <= kiwix)
	return nil
}

func (b *bench) ourSearches(n *node, queries []string) func(int, *rand.Rand) []byte {
	return func(i int, _ *rand.Rand) []byte {
		return get(n.addr, "/search?q="+url.QueryEscape(queries[i%len(queries)]), "Cookie: "+b.people[0].cookie)
	}
}

// readWhileSearched compares page reads on a quiet box with those while sixteen visitors search without a pause.
func (b *bench) readWhileSearched(ctx context.Context, n *node, queries []string) error {
	reads := load{n.addr, 4, b.count(4000), 200, anyOf(b.pageRequests(n, b.people[:1]))}
	var quiet, busy []float64
	var searches int
	for round := range b.rounds() {
		f, err := reads.round(ctx, n.child, uint64(round))
		if err != nil {
			return err
		}
		quiet = append(quiet, f.p99)
		stop := b.searchOn(ctx, n, queries)
		f, err = reads.round(ctx, n.child, uint64(round))
		made, errSearch := stop()
		if err != nil || errSearch != nil {
			return fmt.Errorf("reading while searched: %w, %w", err, errSearch)
		}
		busy, searches = append(busy, f.p99), searches+made
	}
	q, s := median(quiet), median(busy)
	b.table.add(fmt.Sprintf("course pages while %d search", searchesAtOnce), fmt.Sprintf("p99 %.1f ms, quiet %.1f; %d searches answered meanwhile", s, q, searches), "",
		times(s, q), "≤ 2×", s <= readingWhile*q)
	return nil
}

// searchOn searches from sixteen connections until stop is called, which says how many were answered, turned away ones too.
func (b *bench) searchOn(ctx context.Context, n *node, queries []string) (stop func() (int, error)) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	made, errs := make([]int, searchesAtOnce), make([]error, searchesAtOnce)
	ask := b.ourSearches(n, queries)
	for k := range searchesAtOnce {
		wg.Go(func() {
			c := client{addr: n.addr}
			defer c.close()
			for i := k * 17; ctx.Err() == nil; i++ {
				a, err := c.do(ask(i, nil), false)
				if err == nil && a.status != 200 && a.status != 429 && a.status != 503 {
					err = fmt.Errorf("search: status %d", a.status)
				}
				if err != nil {
					errs[k] = err
					return
				}
				if a.status != 200 {
					time.Sleep(50 * time.Millisecond) // as its Retry-After asks of a browser, only sooner
				}
				made[k]++
			}
		})
	}
	time.Sleep(100 * time.Millisecond) // until all of them search
	return func() (total int, err error) {
		cancel()
		wg.Wait()
		for k := range made {
			total += made[k]
			if errs[k] != nil {
				err = errs[k]
			}
		}
		return total, err
	}
}
