package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
)

// A book is one ZIM on our box and its articles, those of one cluster together, in an order without system.
type book struct {
	file     string
	data     string // the box's folder
	prefix   string // of its pages on our player
	clusters [][]string
}

// zim compares with kiwix-serve on the same file and the same requests, gzip asked of both, both as they come from their
// makers: kiwix-serve holds sixteen unpacked clusters, we two and 4 MiB of compressed pages. The file is a made
// encyclopedia of many more clusters than either holds, as those that people install are. See the notes for what cold,
// held and warm are. The targets compare with what kiwix-serve needs for a random article; what it needs for the very same
// requests is printed beside it.
func (b *bench) zim(ctx context.Context) error {
	made := filepath.Join(b.dir, "encyclopedia.zim")
	if err := writeZIM(made, b.encyclopediaClusters()); err != nil {
		return err
	}
	k, err := b.book(ctx, made)
	if err != nil {
		return err
	}
	b.table.note("the encyclopedia is made up: %d articles in %d clusters of 2 MiB; a random article: any of them", len(k.paths()), len(k.clusters))
	b.table.note("cluster cold: an article never asked for before, of the cluster that was left alone for longest, so that neither server holds it")
	b.table.note("cluster held: a cluster is opened by one cold article, which is not counted, then seven others of it are read, which are")
	b.table.note("warm: articles of three clusters that were all served before")
	theirs, err := b.randomArticle(ctx, k)
	if err != nil {
		return err
	}
	for _, m := range readings {
		if err := b.read(ctx, m, k, theirs); err != nil {
			return fmt.Errorf("%s: %w", m.work, err)
		}
	}
	return b.realZIM(ctx)
}

// encyclopediaClusters is far more than the sixteen that kiwix-serve holds.
func (b *bench) encyclopediaClusters() int {
	if b.tiny {
		return 6
	}
	return 96
}

// book installs a ZIM on a box of its own and lists its articles.
func (b *bench) book(ctx context.Context, file string) (*book, error) {
	clusters, err := zimArticles(file)
	if err != nil {
		return nil, err
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, c := range clusters {
		rnd.Shuffle(len(c), func(i, j int) { c[i], c[j] = c[j], c[i] })
	}
	rnd.Shuffle(len(clusters), func(i, j int) { clusters[i], clusters[j] = clusters[j], clusters[i] })
	data, err := os.MkdirTemp(b.dir, "zim")
	if err != nil {
		return nil, err
	}
	var report struct {
		Courses []struct {
			ID string `json:"id"`
		} `json:"courses"`
	}
	if err := b.command(ctx, data, &report, "import", file); err != nil {
		return nil, err
	}
	if len(report.Courses) != 1 {
		return nil, fmt.Errorf("%s made %d courses", file, len(report.Courses))
	}
	return &book{file, data, "/p/" + report.Courses[0].ID + "/", clusters}, nil
}

// A reading is one way to read a book.
type reading struct {
	work   string
	load   func(b *bench, addr, prefix string, clusters [][]string) loader
	warm   int     // requests before the first that is measured
	most   float64 // of what kiwix-serve needs for a random article
	target string
}

var readings = []reading{
	{"ZIM article, cluster cold", coldArticles, 40, 1.1, "≤ 1.1×"},
	{"ZIM article, cluster held", heldArticles, 16, 1.0 / 4, "≤ 1/4×"},
	{"ZIM article, warm", warmArticles, 8000, 1.0 / 25, "≤ 1/25×"},
}

// coldArticles goes round the clusters, each time to the next article of each.
func coldArticles(b *bench, addr, prefix string, clusters [][]string) loader {
	var asked atomic.Int64
	return load{addr, 4, b.count(5000), 200, func(int, *rand.Rand) []byte {
		i := int(asked.Add(1) - 1)
		c := clusters[i%len(clusters)]
		return articleRequest(addr, prefix, c[i/len(clusters)%len(c)])
	}}
}

func heldArticles(b *bench, addr, prefix string, clusters [][]string) loader {
	return &visits{addr: addr, prefix: prefix, clusters: clusters, n: max(b.count(2000)/visitPages, 4)}
}

func warmArticles(b *bench, addr, prefix string, clusters [][]string) loader {
	n := b.count(30000)
	if strings.HasPrefix(prefix, "/raw/") {
		n /= 10
	}
	return load{addr, 32, n, 200, articleRequests(addr, prefix, clusters[:min(3, len(clusters))], anyArticle)}
}

// read measures one way of reading, and judges it by what kiwix-serve needs for a random article.
func (b *bench) read(ctx context.Context, m reading, k *book, random figure) error {
	ours, theirs, err := b.besideKiwix(ctx, k, m.warm, m.load)
	if err != nil {
		return err
	}
	b.table.add(m.work, ours.String(), "kiwix-serve, random article: "+cpuOnly(random), times(ours.perThousand, random.perThousand)+" CPU", m.target, ours.perThousand <= m.most*random.perThousand)
	if m.most > 1 { // the same kind of work for both: it has to hold here too
		b.table.add("  beside the same requests", "", "kiwix-serve: "+theirs.String(), times(ours.perThousand, theirs.perThousand)+" CPU", m.target, ours.perThousand <= m.most*theirs.perThousand)
	} else {
		b.table.tell("  beside the same requests", "", "kiwix-serve: "+theirs.String(), times(ours.perThousand, theirs.perThousand)+" CPU")
	}
	return nil
}

func cpuOnly(f figure) string { return fmt.Sprintf("%.4f CPU s/1k", f.perThousand) }

// randomArticle measures any article of the whole book, each as likely, and says what kiwix-serve needs for one.
func (b *bench) randomArticle(ctx context.Context, k *book) (theirs figure, err error) {
	ours, theirs, err := b.besideKiwix(ctx, k, 200, func(b *bench, addr, prefix string, clusters [][]string) loader {
		return load{addr, 32, b.count(5000), 200, articleRequests(addr, prefix, clusters, anyArticle)}
	})
	if err == nil {
		b.table.add("ZIM article, random", ours.String(), "kiwix-serve, the same: "+theirs.String(), times(ours.perThousand, theirs.perThousand)+" CPU", "≤ 1.1×", ours.perThousand <= 1.1*theirs.perThousand)
	}
	return theirs, err
}

// realZIM reads cold articles of the corpus's largest ZIM. Its articles lie in four clusters, which kiwix-serve would all
// hold: it is given room for one, and so are we.
func (b *bench) realZIM(ctx context.Context) error {
	k, err := b.book(ctx, filepath.Join(b.corpus, sampler))
	if err != nil {
		b.table.note("no ZIM of the corpus: %v", err)
		return nil
	}
	n, err := b.serve(k.data, "[content]\nreader_mib = 1\npage_gzip_mib = 0\n")
	if err != nil {
		return err
	}
	defer n.stop()
	peer, err := b.kiwix([]string{"ZIM_CLUSTERCACHE=1"}, k.file)
	if err != nil {
		return err
	}
	defer peer.stop()
	us := &contender{child: n.child, warm: 40, load: coldArticles(b, n.player, k.prefix, k.clusters)}
	them := &contender{child: peer, warm: 40, load: coldArticles(b, peer.addr, kiwixPrefix(k.file), k.clusters)}
	if err := b.interleave(ctx, us, them); err != nil {
		return err
	}
	o, t := us.middle(), them.middle()
	b.table.add("ZIM of story books, room for one cluster, cold", o.String(), "kiwix-serve, the same: "+t.String(), times(o.perThousand, t.perThousand)+" CPU", "≤ 1.1×", o.perThousand <= 1.1*t.perThousand)
	return nil
}

// besideKiwix starts both servers as they come and lets them do the same in turn.
func (b *bench) besideKiwix(ctx context.Context, k *book, warm int, make func(b *bench, addr, prefix string, clusters [][]string) loader) (ours, theirs figure, err error) {
	n, err := b.serve(k.data, "")
	if err != nil {
		return ours, theirs, err
	}
	defer n.stop()
	peer, err := b.kiwix(nil, k.file)
	if err != nil {
		return ours, theirs, err
	}
	defer peer.stop()
	if b.tiny {
		warm = min(warm, 40)
	}
	us := &contender{child: n.child, warm: warm, load: make(b, n.player, k.prefix, k.clusters)}
	them := &contender{child: peer, warm: min(warm, 2000), load: make(b, peer.addr, kiwixPrefix(k.file), k.clusters)}
	err = b.interleave(ctx, us, them)
	return us.middle(), them.middle(), err
}

// kiwixPrefix is where kiwix-serve has the pages of a ZIM without its own tool bar.
func kiwixPrefix(file string) string {
	return "/raw/" + strings.TrimSuffix(filepath.Base(file), ".zim") + "/content/"
}

func (k *book) paths() (all []string) {
	for _, c := range k.clusters {
		all = append(all, c...)
	}
	return all
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
		return articleRequest(addr, prefix, next(clusters, i, rnd))
	}
}

func articleRequest(addr, prefix, path string) []byte {
	return get(addr, prefix+(&url.URL{Path: path}).EscapedPath())
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
