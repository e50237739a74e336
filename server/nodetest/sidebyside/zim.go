package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// A reading is one way to read a ZIM.
type reading struct {
	work     string
	settings string   // of our box
	env      []string // of kiwix-serve
	next     func(clusters [][]string, i int, rnd *rand.Rand) string
	conns    int
	n        int     // requests to us; kiwix-serve gets at most 2,000
	most     float64 // of its CPU
	target   string
}

var readings = []reading{
	// Room for one cluster only: ours are kept up to twice the limit when alone, kiwix-serve's by number.
	{"ZIM article, cluster cold", "[content]\nreader_mib = 1\npage_gzip_mib = 0\n", []string{"ZIM_CLUSTERCACHE=1"}, otherCluster, 1, 1000, 1.1, "≤ 1.1×"},
	{"ZIM article, cluster held", "[content]\nreader_mib = 32\npage_gzip_mib = 0\n", nil, anyArticle, 32, 10000, 1.0 / 4, "≤ 1/4×"},
	{"ZIM article, warm", "", nil, anyArticle, 32, 30000, 1.0 / 25, "≤ 1/25×"},
}

// zim compares random articles of one ZIM with kiwix-serve on the same file, gzip asked of both: with the cluster cold
// (each article in another cluster than the one before, and room for one), held, and the page warm.
func (b *bench) zim(ctx context.Context) error {
	file := filepath.Join(b.corpus, sampler)
	clusters, err := zimArticles(file)
	if err != nil {
		return err
	}
	data := filepath.Join(b.dir, "zim")
	var report struct {
		Courses []struct {
			ID string `json:"id"`
		} `json:"courses"`
	}
	if err := b.command(ctx, data, &report, "import", file); err != nil {
		return err
	}
	if len(report.Courses) != 1 {
		return fmt.Errorf("%s made %d courses", file, len(report.Courses))
	}
	var cold figure // kiwix-serve's
	for i, m := range readings {
		o, k, err := b.read(ctx, m, data, "/p/"+report.Courses[0].ID+"/", file, clusters)
		if err != nil {
			return fmt.Errorf("%s: %w", m.work, err)
		}
		b.table.add(m.work, o.String(), "kiwix-serve, the same: "+k.String(), times(o.perThousand, k.perThousand)+" CPU", m.target, o.perThousand <= m.most*k.perThousand)
		if i == 0 {
			cold = k
			continue
		}
		b.table.add("  beside a random article of more than it holds", o.String(), fmt.Sprintf("kiwix-serve, cluster cold: %.4f CPU s/1k", cold.perThousand),
			times(o.perThousand, cold.perThousand)+" CPU", m.target, o.perThousand <= m.most*cold.perThousand)
	}
	return nil
}

// read measures one way of reading. Four clusters hold all of this ZIM's articles, and kiwix-serve holds sixteen: of a
// larger ZIM a random article is a cold one to it, which is what the targets were set by, so both are printed.
func (b *bench) read(ctx context.Context, m reading, data, prefix, file string, clusters [][]string) (ours, theirs figure, err error) {
	n, err := b.serve(data, m.settings)
	if err != nil {
		return ours, theirs, err
	}
	defer n.stop()
	k, err := b.kiwix(m.env, file)
	if err != nil {
		return ours, theirs, err
	}
	defer k.stop()
	book := strings.TrimSuffix(filepath.Base(file), ".zim")
	us := &contender{child: n.child, warm: b.warmUp(m), load: load{n.player, m.conns, b.count(m.n), 200, articleRequests(n.player, prefix, clusters, m.next)}}
	them := &contender{child: k, warm: b.count(2000), load: load{k.addr, m.conns, b.count(min(m.n, 2000)), 200, articleRequests(k.addr, "/raw/"+book+"/content/", clusters, m.next)}}
	if err := b.interleave(ctx, us, them); err != nil {
		return ours, theirs, err
	}
	return us.middle(), them.middle(), nil
}

// otherCluster takes an article from each cluster in turn.
func otherCluster(clusters [][]string, i int, rnd *rand.Rand) string {
	c := clusters[i%len(clusters)]
	return c[rnd.IntN(len(c))]
}

func anyArticle(clusters [][]string, _ int, rnd *rand.Rand) string {
	n := 0
	for _, c := range clusters {
		n += len(c)
	}
	n = rnd.IntN(n)
	for _, c := range clusters {
		if n < len(c) {
			return c[n]
		}
		n -= len(c)
	}
	panic("unreachable")
}

func articleRequests(addr, prefix string, clusters [][]string, next func([][]string, int, *rand.Rand) string) func(int, *rand.Rand) []byte {
	return func(i int, rnd *rand.Rand) []byte {
		return get(addr, prefix+(&url.URL{Path: next(clusters, i, rnd)}).EscapedPath())
	}
}

// zimArticles lists the paths of a ZIM's HTML entries, those of one cluster together. It reads the file by itself, since
// which cluster an entry lies in is nobody's business but a measurement's (openZIM, "ZIM file format").
func zimArticles(path string) ([][]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseArticles(b)
}

// warmUp is how many requests open nearly every article once, where that is what is measured.
func (b *bench) warmUp(m reading) int {
	if b.tiny || m.conns == 1 {
		return 0
	}
	return 8000
}
