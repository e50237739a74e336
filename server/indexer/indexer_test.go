package indexer

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/library"
	"lamplight/content/pack"
	"lamplight/content/search"
)

// testLibrary has courses made of folders, a page each.
func testLibrary(t *testing.T, courses map[string]string) *library.Library {
	t.Helper()
	dir := t.TempDir()
	blobs, err := blob.Open(filepath.Join(dir, "blobs"), blob.Options{Floor: -1})
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.Open(dir, blobs, pack.Format{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lib.Close() })
	for name, text := range courses {
		install(t, lib, name, "1", text)
	}
	return lib
}

func install(t *testing.T, lib *library.Library, name, edition, text string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), name)
	for path, s := range map[string]string{
		"course.md": "---\nid: " + name + "\ntitle: The " + name + " course\nlanguage: en\nlicence: CC0-1.0\nedition: " + edition + "\n---\n",
		"page.md":   "---\ntitle: About " + name + "\n---\n" + text + "\n",
	} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, path), []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if report, err := lib.Import(context.Background(), []string{folder}, library.ImportOptions{}); err != nil || len(report.Refused) > 0 {
		t.Fatalf("%v, %+v", err, report.Refused)
	}
}

func testIndexer(t *testing.T, lib *library.Library, dir string) *Indexer {
	t.Helper()
	x := New(Options{Dir: dir, Library: lib, Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() { x.Close() })
	return x
}

func found(t *testing.T, x *Indexer, words string) (out []string) {
	t.Helper()
	r, err := x.Search(context.Background(), search.Query{Text: words, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range r.Hits {
		out = append(out, h.Title)
	}
	return out
}

func TestTheIndexFollowsTheLibrary(t *testing.T) {
	lib := testLibrary(t, map[string]string{"water": "Rivers flow to the sea.", "fire": "Flames are hot."})
	x := testIndexer(t, lib, t.TempDir())
	catchUp := func() {
		t.Helper()
		if err := x.CatchUp(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		if p := x.Progress(); !p.Whole() || p.Courses != len(lib.Courses()) {
			t.Fatalf("not whole: %+v", p)
		}
	}
	if p := x.Progress(); p.Whole() {
		t.Errorf("whole before anything was read: %+v", p)
	}
	catchUp()
	if got := found(t, x, "river"); len(got) != 1 || got[0] != "About water" {
		t.Errorf("river found %v", got)
	}
	install(t, lib, "water", "2", "Lakes are still.")
	if x.Progress().Whole() {
		t.Error("whole though an edition is new")
	}
	catchUp()
	if got := found(t, x, "river"); len(got) != 0 {
		t.Errorf("river of the old edition found %v", got)
	}
	if got := found(t, x, "lake"); len(got) != 1 {
		t.Errorf("lake found %v", got)
	}
	if err := lib.Remove(content.NewCourseID("lamplight", "fire")); err != nil {
		t.Fatal(err)
	}
	catchUp()
	if got := found(t, x, "flames"); len(got) != 0 {
		t.Errorf("a course that is gone found %v", got)
	}
}

func TestReadingGoesOnWhereItWasLeft(t *testing.T) {
	lib := testLibrary(t, map[string]string{"a": "alpha words", "b": "beta words", "c": "gamma words"})
	dir := t.TempDir()
	x := New(Options{Dir: dir, Library: lib, Log: slog.New(slog.DiscardHandler)})
	ctx, stop := context.WithCancel(context.Background())
	if err := x.catchUp(ctx, func(context.Context, time.Duration) {}, func(p Progress) {
		if p.Headed > 0 || p.Courses == 3 {
			stop() // in the middle
		}
	}); !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped: %v", err)
	}
	x.Close()
	x = testIndexer(t, lib, dir)
	if err := x.CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"alpha", "beta", "gamma"} {
		if got := found(t, x, word); len(got) != 1 {
			t.Errorf("%s found %v", word, got)
		}
	}
}

func TestADamagedIndexIsMadeAnewWhileItRuns(t *testing.T) {
	lib := testLibrary(t, map[string]string{"water": "Rivers flow."})
	dir := t.TempDir()
	x := testIndexer(t, lib, dir)
	if err := x.CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	x.Close()
	segments, err := filepath.Glob(filepath.Join(dir, "*.seg"))
	if err != nil || len(segments) == 0 {
		t.Fatalf("segments %v, %v", segments, err)
	}
	for _, path := range segments {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range b {
			b[i] ^= 0x5a
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	x = testIndexer(t, lib, dir)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- x.Run(ctx) }() // waited for below
	found(t, x, "rivers")               // no error; whether Run has filled the new one by now is chance
	for !x.Progress().Whole() {         // Run fills the new one by itself
		runtime.Gosched()
	}
	if got := found(t, x, "rivers"); len(got) != 1 {
		t.Errorf("after the damage rivers found %v", got)
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

func TestTooManySearchesAreToldToTryAgain(t *testing.T) {
	lib := testLibrary(t, nil)
	x := testIndexer(t, lib, t.TempDir())
	hold, begun := make(chan struct{}), make(chan struct{}, 1)
	var all sync.WaitGroup
	var busy, done int
	var mu sync.Mutex
	for range workers() {
		all.Go(func() {
			_ = x.crew.do(context.Background(), func() error { begun <- struct{}{}; <-hold; return nil })
		})
		<-begun
	}
	for range maxWaiting + 5 {
		all.Go(func() {
			err := x.crew.do(context.Background(), func() error { return nil })
			mu.Lock()
			defer mu.Unlock()
			if errors.Is(err, ErrBusy) {
				busy++
			} else if err == nil {
				done++
			}
		})
	}
	for {
		mu.Lock()
		n := busy
		mu.Unlock()
		if n >= 5 {
			break
		}
		runtime.Gosched()
	}
	gone, leave := context.WithCancel(context.Background())
	leave()
	if err := x.crew.do(gone, func() error { t.Error("ran for somebody who is gone"); return nil }); err == nil {
		t.Error("a search of somebody who is gone was done")
	}
	close(hold)
	all.Wait()
	if busy != 5 || done != maxWaiting {
		t.Errorf("%d were told to try again, %d served; want 5 and %d", busy, done, maxWaiting)
	}
}

func TestAFaultInASearchEndsNothingElse(t *testing.T) {
	x := testIndexer(t, testLibrary(t, nil), t.TempDir())
	if err := x.crew.do(context.Background(), func() error { panic("of ours") }); err == nil {
		t.Error("a panic was no error")
	}
	if err := x.crew.do(context.Background(), func() error { return nil }); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
