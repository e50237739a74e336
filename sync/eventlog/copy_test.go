package eventlog

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"lamplight/sync/device"
	"lamplight/sync/segment"
)

func TestACopyOfAGrowingJournalHoldsAllThatWasAcknowledgedBefore(t *testing.T) {
	school, err := device.NewSchool("s")
	must(t, err)
	b := newBox(t, school)
	b.open()
	var acked atomic.Int64
	write := func(n int) {
		_, err := b.log.Append(t.Context(), Draft{Scope: school.Learn(), Kind: "note/1", Fields: []segment.Field{{Col: 1, Type: segment.Bytes, Data: []byte{byte(n), byte(n >> 8)}}, {Col: 2, Type: segment.Uint, Num: uint64(n)}}, Body: []byte(fmt.Sprint("name", n))})
		must(t, err)
		acked.Add(1)
	}
	for n := range 500 {
		write(n)
	}
	stop := make(chan struct{})
	var writers sync.WaitGroup
	writers.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
				write(n)
			}
		}
	})
	before := acked.Load()
	c := newBox(t, nil)
	must(t, os.RemoveAll(filepath.Join(c.dir, "keys")))
	must(t, os.CopyFS(filepath.Join(c.dir, "keys"), os.DirFS(filepath.Join(b.dir, "keys"))))
	must(t, os.MkdirAll(filepath.Join(c.dir, "journal"), 0o700))
	must(t, b.log.Copy(func(name string, size int64, r io.Reader) error {
		f, err := os.Create(filepath.Join(c.dir, "journal", name))
		must(t, err)
		defer f.Close()
		n, err := io.Copy(f, r)
		if n != size {
			t.Errorf("%s: %d bytes came, want %d", name, n, size)
		}
		return err
	}))
	close(stop)
	writers.Wait()
	c.keys()
	c.open()
	held := int64(0)
	for _, s := range c.log.Streams() {
		held += int64(s.Last)
	}
	if held < before || held > acked.Load() {
		t.Errorf("the copy holds %d events, want %d to %d", held, before, acked.Load())
	}
	r, err := c.log.Check(t.Context(), false)
	must(t, err)
	if len(r.Problems) > 0 {
		t.Errorf("check of the copy: %v", r.Problems)
	}
	if int64(r.Bodies) != held {
		t.Errorf("%d bodies for %d events", r.Bodies, held)
	}
}
