package zim

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/zim/zimtest"
)

// articles opens the corpus's largest file and lists its pages.
func articles(b *testing.B, cache *Cache) (*Reader, []content.Node) {
	b.Helper()
	var largest importtest.Entry
	for _, e := range importtest.OfFormat(importtest.Manifest(b), "zim") {
		if e.Bytes > largest.Bytes {
			largest = e
		}
	}
	p, err := Format{}.Plan(context.Background(), largest.File, content.ImportOptions{})
	if err != nil {
		b.Fatal(err)
	}
	opened, err := Format{Cache: cache}.Open(p.Course, importtest.Install(b, p), p.Index)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { opened.Close() })
	nodes, _, err := opened.Children("", 0, 1<<20)
	if err != nil {
		b.Fatal(err)
	}
	return opened.(*Reader), nodes
}

func serve(b *testing.B, r *Reader, nodes []content.Node, forget bool) {
	rnd := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	var bytes int64
	for b.Loop() {
		if forget {
			r.archive.cache.forget(r.archive)
		}
		f, err := r.File(nodes[rnd.IntN(len(nodes))].Path)
		if err != nil {
			b.Fatal(err)
		}
		bytes += f.Size
	}
	b.ReportMetric(float64(bytes)/float64(b.N), "B/page")
}

// BenchmarkColdCluster reads a random article with no cluster held.
func BenchmarkColdCluster(b *testing.B) {
	r, nodes := articles(b, NewCache(8<<20))
	serve(b, r, nodes, true)
}

// BenchmarkHeldCluster reads random articles of clusters that are all held.
func BenchmarkHeldCluster(b *testing.B) {
	r, nodes := articles(b, NewCache(64<<20))
	for _, n := range nodes {
		if _, err := r.File(n.Path); err != nil {
			b.Fatal(err)
		}
	}
	serve(b, r, nodes, false)
}

// BenchmarkDefaultCache reads random articles with the cache that a box has.
func BenchmarkDefaultCache(b *testing.B) {
	r, nodes := articles(b, NewCache(DefaultCacheBytes))
	serve(b, r, nodes, false)
}

func BenchmarkOpen(b *testing.B) {
	data := modern().Make(b)
	for b.Loop() {
		if _, err := openArchive(bytes.NewReader(data), int64(len(data)), "modern.zim", NewCache(1<<20)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkChildren(b *testing.B) {
	r, nodes := articles(b, NewCache(8<<20))
	for i := 0; b.Loop(); i++ {
		if _, _, err := r.Children("", i*50%len(nodes), 50); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSuggest(b *testing.B) {
	r, nodes := articles(b, NewCache(8<<20))
	for i := 0; b.Loop(); i++ {
		title := []rune(nodes[i%len(nodes)].Title)
		r.Suggest(string(title[:min(3, len(title))]), 10)
	}
}

// BenchmarkPlan reads what an import of a file of 5,000 pages reads before it copies.
func BenchmarkPlan(b *testing.B) {
	r := zimtest.Recipe{Major: 6, Minor: 1, Packs: []byte{packNone}}
	for i := range 5000 {
		r.Entries = append(r.Entries, zimtest.Entry{NS: 'C', Path: fmt.Sprintf("p%05d.html", i), MIME: "text/html", Data: "x"})
	}
	path := write(b, "many.zim", r.Make(b))
	for b.Loop() {
		if _, err := (Format{}).Plan(context.Background(), path, content.ImportOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
