package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// pages compares our ready course pages, as 32 signed-in learners read them at random, with nginx and .gz files of the
// very same bytes; then it counts what a cold page reads from the card.
func (b *bench) pages(ctx context.Context) error {
	n, err := b.serve(b.data(), "")
	if err != nil {
		return err
	}
	defer n.stop()
	readers := b.people[:32]
	if err := b.signIn(ctx, n, readers); err != nil {
		return err
	}
	root := filepath.Join(b.dir, "pages")
	mean, err := b.savePages(ctx, n, root)
	if err != nil {
		return err
	}
	theirs, err := b.nginx(root)
	if err != nil {
		return err
	}
	defer theirs.stop()
	load, err := b.newWrk(n.child, 32, b.pageRequests(n, readers), mean)
	if err != nil {
		return err
	}
	same, err := b.newWrk(theirs, 32, fileRequests(theirs, len(b.course.pages)), mean)
	if err != nil {
		return err
	}
	ours, static := &contender{child: n.child, load: load}, &contender{child: theirs, load: same}
	if err := b.interleave(ctx, ours, static); err != nil {
		return err
	}
	o, s := ours.middle(), static.middle()
	b.table.add("course pages, random, 32 connections, signed in", o.String(), "nginx gzip_static: "+s.String(),
		times(o.perThousand, s.perThousand)+" CPU", "≤ 2.5×", o.perThousand <= 2.5*s.perThousand)
	n.stop()
	return b.coldPages(ctx, readers[0])
}

// savePages writes every page as it came over the wire, for nginx to send, and gives their mean size in bytes.
func (b *bench) savePages(ctx context.Context, n *node, root string) (mean float64, err error) {
	if err := os.Mkdir(root, 0o755); err != nil {
		return 0, err
	}
	c := client{addr: n.addr}
	defer c.close()
	for i, id := range b.course.pages {
		a, err := c.do(get(n.addr, "/resource/"+string(id), "Cookie: "+b.people[0].cookie), true)
		if err != nil {
			return 0, err
		}
		if a.status != 200 || len(a.body) < 2 || a.body[0] != 0x1f || a.body[1] != 0x8b {
			return 0, fmt.Errorf("page %d: status %d, %d bytes, not gzip", i, a.status, len(a.body))
		}
		if err := os.WriteFile(filepath.Join(root, fmt.Sprintf("%d.html.gz", i)), a.body, 0o644); err != nil {
			return 0, err
		}
		mean += float64(len(a.body)) / float64(len(b.course.pages))
	}
	return mean, ctx.Err()
}

// pageRequests are the same pages, each asked for by each of the readers.
func (b *bench) pageRequests(n *node, readers []person) (all [][]byte) {
	for _, p := range readers {
		for _, id := range b.course.pages {
			all = append(all, get(n.addr, "/resource/"+string(id), "Cookie: "+p.cookie))
		}
	}
	return all
}

func fileRequests(c *child, n int) (all [][]byte) {
	for i := range n {
		all = append(all, get(c.addr, fmt.Sprintf("/%d.html", i)))
	}
	return all
}

// anyOf asks for any of them.
func anyOf(all [][]byte) func(int, *rand.Rand) []byte {
	return func(_ int, rnd *rand.Rand) []byte { return all[rnd.IntN(len(all))] }
}

// warmPages are opened before cold ones are counted: library.db has a few pages of index that all courses share.
const warmPages = 20

// coldPages opens each page once with nothing in the kernel's page cache but what opening the course brought there.
func (b *bench) coldPages(ctx context.Context, p person) error {
	const work = "storage reads for a cold course page"
	if b.loop == nil {
		b.table.skip(work, fmt.Errorf("no file system of its own"))
		return nil
	}
	if err := b.loop.forget(); err != nil {
		return err
	}
	n, err := b.serve(b.data(), "")
	if err != nil {
		return err
	}
	defer n.stop()
	c := client{addr: n.addr}
	defer c.close()
	open := func(i int) error {
		a, err := c.do(get(n.addr, "/resource/"+string(b.course.pages[i]), "Cookie: "+p.cookie), false)
		if err == nil && a.status != 200 {
			err = fmt.Errorf("page %d: status %d", i, a.status)
		}
		return err
	}
	order := rand.New(rand.NewPCG(5, 6)).Perm(len(b.course.pages))
	order = slices.Clip(order[:min(len(order), warmPages+max(10, b.count(4000)/20))])
	for _, i := range order[:warmPages] { // opens session, library, its index and the course
		if err := open(i); err != nil {
			return err
		}
	}
	before := b.loop.traffic()
	for _, i := range order[warmPages:] {
		if err := open(i); err != nil {
			return err
		}
	}
	t, pages := b.loop.traffic().since(before), float64(len(order)-warmPages)
	reads := float64(t.reads) / pages
	b.table.add(work, fmt.Sprintf("%.2f reads, %.1f KB a page over %.0f pages", reads, float64(t.readBytes)/1000/pages, pages), "",
		fmt.Sprintf("%.2f reads", reads), "≤ 1", reads <= 1)
	return ctx.Err()
}
