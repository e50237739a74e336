package zim

import (
	"errors"
	"io/fs"
	"sync"
	"testing"
)

func TestCloseWaitsForReadersAndLaterOnesAreToldSo(t *testing.T) {
	_, r := openPath(t, write(t, "large.zim", large(100).Make(t)))
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 50 {
				path := []string{"p0001.html", "p0050.html", "p0099.html"}[(g+i)%3]
				if f, err := r.File(path); err != nil && !errors.Is(err, fs.ErrClosed) || err == nil && len(f.Bytes) != 8000 {
					t.Errorf("File(%q): %d bytes, %v", path, len(f.Bytes), err)
				}
			}
		})
	}
	for range 2 {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	all.Wait()
	if _, err := r.File("p0001.html"); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("File after Close: %v", err)
	}
	if _, _, err := r.Children("", 0, 1); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Children after Close: %v", err)
	}
	if r.archive.cache.held[clusterKey{r.archive, 0}] != nil {
		t.Error("a closed file's cluster is still held")
	}
}
