package search

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lamplight/content"
)

// pages is how many made-up pages the speed is measured on.
func pages(t testing.TB) int {
	if n, err := strconv.Atoi(os.Getenv("LAMPLIGHT_SEARCH_PAGES")); err == nil {
		return n
	}
	t.Skip("set LAMPLIGHT_SEARCH_PAGES, 100000 for the figures of doc.go")
	return 0
}

// madeUp are words with the frequencies of a language (Zipf), each with letters enough to be mistyped.
func madeUp(r *rand.Rand, z *rand.Zipf, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(wordOf(z.Uint64()))
		b.WriteByte(' ')
	}
	return b.String()
}

func wordOf(n uint64) string {
	const letters = "etaoinshrdlu"
	var b strings.Builder
	for n += 12; n > 0; n /= 12 {
		b.WriteByte(letters[n%12])
	}
	return b.String()
}

func TestSpeedOnALargeLibrary(t *testing.T) {
	n := pages(t)
	dir := t.TempDir()
	if keep := os.Getenv("LAMPLIGHT_SEARCH_DIR"); keep != "" {
		dir = keep
	}
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	r := rand.New(rand.NewPCG(1, 2))
	z := rand.NewZipf(r, 1.1, 4, 400_000)
	if len(x.Courses()) == 0 {
		start := time.Now()
		c := content.Course{ID: "c", Edition: "1", Title: "Made up", Languages: []string{"en"}}
		if err := x.Begin(c); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			d := Document{Course: c.ID, Resource: content.ResourceID(fmt.Sprintf("c:%d", i)), Kind: content.Article, Title: madeUp(r, z, 1+r.IntN(4)), Language: "en"}
			text := madeUp(r, z, 100+r.IntN(200))
			if err := x.AddWhole(d, func(yield func(content.Passage) bool) error { yield(content.Passage{Text: text}); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Flush(); err != nil {
			t.Fatal(err)
		}
		bytes, _, _, err := x.Size()
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d pages taken in in %v, %d MB", n, time.Since(start), bytes>>20)
	}
	ask := func(name string, query func() string) {
		var took []time.Duration
		found := 0
		for range 400 {
			q := query()
			start := time.Now()
			out, err := x.Search(context.Background(), Query{Text: q, Limit: 20, Counts: true})
			if err != nil {
				t.Fatal(err)
			}
			took = append(took, time.Since(start))
			found = max(found, out.Total)
		}
		slices.Sort(took)
		t.Logf("%-10s p50 %v p95 %v p99 %v max %v; up to %d found", name, took[200], took[380], took[396], took[399], found)
	}
	mixed := func() string {
		var words []string
		for range 1 + r.IntN(3) {
			words = append(words, wordOf(uint64(math.Pow(10, r.Float64()*4))))
		}
		return strings.Join(words, " ")
	}
	ask("words", mixed)
	ask("common", func() string { return wordOf(uint64(r.IntN(4))) + " " + wordOf(uint64(r.IntN(10))) })
	ask("rare", func() string { return wordOf(10_000 + uint64(r.IntN(300_000))) })
	ask("mistyped", func() string { w := wordOf(1000 + uint64(r.IntN(100_000))); return w[:1] + "q" + w[1:] })
	var took []time.Duration
	for range 300 {
		w := mixed()
		start := time.Now()
		if _, err := x.Suggest(context.Background(), Query{Text: w[:1+r.IntN(len(w))], Limit: 8}); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	t.Logf("suggest p50 %v p99 %v", took[150], took[297])
	runtime.GC()
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmHWM") || strings.HasPrefix(line, "VmRSS") {
			t.Log(strings.TrimSpace(line))
		}
	}
}
