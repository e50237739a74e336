package importtest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

const heapMetric = "/memory/classes/heap/objects:bytes"

func heap() uint64 {
	s := []metrics.Sample{{Name: heapMetric}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// watchHeap runs work and fails if the heap grew past MemoryLimit meanwhile. It looks every millisecond, so a spike
// must last to be seen; the collector is made eager so that garbage is not taken for growth.
func watchHeap(t testing.TB, what string, work func()) {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(25))
	runtime.GC()
	before, peak := heap(), uint64(0)
	done, stopped := make(chan struct{}), sync.WaitGroup{}
	stopped.Go(func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				peak = max(peak, heap())
			}
		}
	})
	defer func() {
		close(done)
		stopped.Wait()
		if peak = max(peak, heap()); peak > before+MemoryLimit {
			t.Errorf("%s: the heap grew by %d MiB, limit %d", what, (peak-before)>>20, MemoryLimit>>20)
		}
	}()
	work()
}

// watchDisk runs work and fails if anything appeared, went or changed beside path, under it, or in the temporary
// folder.
func watchDisk(t *testing.T, path string, work func()) {
	t.Helper()
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	before := listing(path)
	work()
	if after := listing(path); after != before {
		t.Errorf("files beside or under %s changed:\n%s\nwas:\n%s", path, after, before)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("%d files left in the temporary folder, the first %s", len(left), left[0].Name())
	}
}

func listing(path string) string {
	var b strings.Builder
	add := func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if i, err := d.Info(); err == nil && !i.IsDir() {
			fmt.Fprintln(&b, p, i.Size(), i.Mode(), i.ModTime().UnixNano())
		}
		return nil
	}
	beside, _ := os.ReadDir(filepath.Dir(path))
	for _, d := range beside {
		_ = add(filepath.Join(filepath.Dir(path), d.Name()), d, nil)
	}
	if i, err := os.Stat(path); err == nil && i.IsDir() {
		_ = filepath.WalkDir(path, add)
	}
	return b.String()
}

// unsafeName says what is wrong with a name that will be joined to a folder, "" if nothing.
func unsafeName(name string) string {
	switch {
	case name == "":
		return "is empty"
	case !filepath.IsLocal(name):
		return "leaves the folder"
	case strings.ContainsRune(name, '\\'):
		return "holds a backslash"
	}
	return notPrintable(name)
}

func notPrintable(s string) string {
	if !utf8.ValidString(s) {
		return "is not UTF-8"
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "holds a control character"
	}
	return ""
}

// kinds of error a format may refuse with.
var kinds = []error{fs.ErrInvalid, errors.ErrUnsupported, fs.ErrNotExist}

func hasKind(err error) bool {
	for _, k := range kinds {
		if errors.Is(err, k) {
			return true
		}
	}
	return false
}

func is(err, kind error) bool { return errors.Is(err, kind) }

func base(path string) string { return filepath.Base(path) }
