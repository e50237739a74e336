package zim

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/zim/zimtest"
)

// vast is a ZIM of 100 GB that nobody stored: ten million articles, each made when it is read. It counts what is read.
//
//	header, MIME list · path list at 1 MB · title list · cluster list (one) · dirents of 64 bytes · cluster at 10 GB
type vast struct{ read, calls atomic.Int64 }

const (
	vastEntries  = 10_000_000
	vastPaths    = 1 << 20
	vastTitles   = vastPaths + 8*vastEntries
	vastClusters = vastTitles + 4*vastEntries
	vastDirents  = vastClusters + 8
	vastCluster  = 10 << 30
	vastSize     = 100 << 30
	vastBlob     = 1000 // bytes of each article
)

func vastPath(i int64) string { return fmt.Sprintf("article%08d.html", i) }

func (v *vast) ReadAt(b []byte, at int64) (int, error) {
	v.read.Add(int64(len(b)))
	v.calls.Add(1)
	for n := 0; n < len(b); {
		piece, from := v.piece(at + int64(n))
		n += copy(b[n:], piece[at+int64(n)-from:])
	}
	return len(b), nil
}

// piece is the made bytes that hold a place, and where they begin.
func (v *vast) piece(at int64) ([]byte, int64) {
	le := binary.LittleEndian
	switch {
	case at < vastPaths:
		b := make([]byte, vastPaths)
		h := header{entries: vastEntries, clusters: 1, pathPtr: vastPaths, titlePtr: vastTitles, clusterPtr: vastClusters, mimePos: 80}
		le.PutUint32(b, magic)
		le.PutUint16(b[4:], 6)
		le.PutUint16(b[6:], 1)
		le.PutUint32(b[24:], h.entries)
		le.PutUint32(b[28:], h.clusters)
		for i, p := range []uint64{h.pathPtr, h.titlePtr, h.clusterPtr, h.mimePos} {
			le.PutUint64(b[32+8*i:], p)
		}
		le.PutUint64(b[64:], none64)
		copy(b[80:], "text/html\x00\x00")
		return b, 0
	case at < vastTitles:
		i := (at - vastPaths) / 8
		return le.AppendUint64(nil, uint64(vastDirents+64*i)), vastPaths + 8*i
	case at < vastClusters:
		i := (at - vastTitles) / 4
		return le.AppendUint32(nil, uint32(i)), vastTitles + 4*i
	case at < vastDirents:
		return le.AppendUint64(nil, vastCluster), vastClusters
	case at < vastDirents+64*vastEntries:
		i := (at - vastDirents) / 64
		b := make([]byte, 16, 64)
		b[3] = 'C'
		le.PutUint32(b[12:], uint32(i))
		return append(b, vastPath(i)+"\x00"+vastPath(i)+"\x00"+string(make([]byte, 64))...)[:64], vastDirents + 64*i
	case at >= vastCluster && at < vastCluster+1+8*(vastEntries+1):
		if at == vastCluster {
			return []byte{packNone | wideOffsets}, at
		}
		i := (at - vastCluster - 1) / 8
		return le.AppendUint64(nil, uint64(8*(vastEntries+1)+i*vastBlob)), vastCluster + 1 + 8*i
	}
	return make([]byte, 4096), at
}

func TestOpeningAHundredGigabytesReadsKilobytes(t *testing.T) {
	v := &vast{}
	a, err := openArchive(v, vastSize, "vast.zim", NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	if n := v.read.Load(); n > 8<<10 {
		t.Errorf("opening read %d bytes, want at most 8 KiB", n)
	}
	t.Logf("opening read %d bytes in %d calls", v.read.Load(), v.calls.Load())
	l := &listing{kind: fronts, at: vastTitles, all: vastEntries, count: vastEntries}
	b := l.encode()
	v.read.Store(0)
	v.calls.Store(0)
	if l, err = a.decodeListing(b); err != nil {
		t.Fatal(err)
	}
	r := &Reader{archive: a, course: content.Course{ID: "c"}, identity: func() string { return "" }}
	r.listing.Store(l)
	f, err := r.File(vastPath(7_654_321))
	if err != nil || f.Size != vastBlob {
		t.Fatalf("%+v, %v", f, err)
	}
	t.Logf("a first article read %d bytes in %d calls", v.read.Load(), v.calls.Load())
	nodes, total, err := r.Children("", 9_000_000, 20)
	if err != nil || len(nodes) != 20 || total != vastEntries || nodes[0].Title != vastPath(9_000_000) {
		t.Fatalf("%d of %d, %v", len(nodes), total, err)
	}
	if got := r.Suggest("article012345", 3); len(got) != 3 || got[0].Title != vastPath(1_234_500) {
		t.Errorf("Suggest: %v", titles(got))
	}
	if n := v.read.Load(); n > 64<<10 {
		t.Errorf("an article, a page of titles and a suggestion read %d bytes, want at most 64 KiB", n)
	}
}

func TestAVastFileIsPlannedInBoundedMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("walks ten million made dirents")
	}
	v := &vast{}
	a, err := openArchive(v, vastSize, "vast.zim", NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	a.header.entries = 1_000_000 // a tenth is enough to see what grows
	l := &listing{kind: byTitle, at: vastTitles, all: a.header.entries}
	if err := a.mark(context.Background(), l); err != nil || l.count != a.header.entries {
		t.Fatalf("%d articles, %v", l.count, err)
	}
	if n := len(l.encode()); n > 1<<20 {
		t.Errorf("index of %d bytes", n)
	}
}

// TestAClusterIsUnpackedOnceForManyReaders lets 40 goroutines ask for pages of one cluster at once.
func TestAClusterIsUnpackedOnceForManyReaders(t *testing.T) {
	b := large(200).Make(t)
	src := &counted{r: bytes.NewReader(b)}
	a, err := openArchive(src, int64(len(b)), "large.zim", NewCache(8<<20))
	if err != nil {
		t.Fatal(err)
	}
	r := &Reader{archive: a, identity: func() string { return "" }}
	var all sync.WaitGroup
	for g := range 40 {
		all.Go(func() {
			for i := range 20 {
				n := (g*37 + i*11) % 200
				f, err := r.File(fmt.Sprintf("p%04d.html", n))
				if err != nil || string(f.Bytes) != prose(uint64(n), 8000) {
					t.Errorf("page %d: %d bytes, %v", n, len(f.Bytes), err)
				}
			}
		})
	}
	all.Wait()
	// As far as the first wants, then to the end: at most twice.
	if n := src.long.Load(); n > 2*int64(len(b)) {
		t.Errorf("%d bytes of cluster read, the file has %d", n, len(b))
	}
}

// counted counts bytes read in long reads.
type counted struct {
	r    io.ReaderAt
	long atomic.Int64
}

func (c *counted) ReadAt(b []byte, at int64) (int, error) {
	if len(b) >= 16<<10 {
		c.long.Add(int64(len(b)))
	}
	return c.r.ReadAt(b, at)
}

func TestAPageEarlyInAClusterUnpacksOnlyThatFar(t *testing.T) {
	b := large(400).Make(t)
	a, err := openArchive(bytes.NewReader(b), int64(len(b)), "large.zim", NewCache(8<<20))
	if err != nil {
		t.Fatal(err)
	}
	r := &Reader{archive: a, identity: func() string { return "" }}
	unpacked := func(page int) int {
		t.Helper()
		f, err := r.File(fmt.Sprintf("p%04d.html", page))
		if err != nil || string(f.Bytes) != prose(uint64(page), 8000) {
			t.Fatalf("page %d: %d bytes, %v", page, len(f.Bytes), err)
		}
		h := a.cache.peek(clusterKey{a, 0})
		defer a.cache.done(h)
		return len(h.buf)
	}
	whole := 400 * 8000
	if n := unpacked(10); n > whole/3 {
		t.Errorf("the 10th page of 400 unpacked %d of %d bytes", n, whole)
	}
	if n := unpacked(150); n < whole {
		t.Errorf("a second, later page should unpack all: %d of %d bytes", n, whole)
	}
}

func TestTheCacheStaysWithinItsBytes(t *testing.T) {
	cache := NewCache(1 << 20)
	var archives []*archive
	for range 8 {
		b := large(60).Make(t)
		a, err := openArchive(bytes.NewReader(b), int64(len(b)), "large.zim", cache)
		if err != nil {
			t.Fatal(err)
		}
		archives = append(archives, a)
	}
	for round := range 5 {
		for _, a := range archives {
			if _, err := (&Reader{archive: a, identity: func() string { return "" }}).File(fmt.Sprintf("p%04d.html", 50+round)); err != nil {
				t.Fatal(err)
			}
			if cache.used > 1<<20 {
				t.Fatalf("%d bytes held, limit %d", cache.used, 1<<20)
			}
		}
	}
	for _, a := range archives {
		cache.forget(a)
	}
	if cache.used != 0 || cache.order.Len() != 0 {
		t.Errorf("%d bytes in %d clusters left after all were forgotten", cache.used, cache.order.Len())
	}
}

// TestAnXZClusterTakesWhatItHoldsNotWhatItDeclares: old files declare a dictionary far longer than the cluster.
func TestAnXZClusterTakesWhatItHoldsNotWhatItDeclares(t *testing.T) {
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "zim") {
		src, err := openFiles([]string{e.File})
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		a, err := openArchive(src, src.size(), e.Path, NewCache(64<<20))
		if err != nil {
			t.Fatal(err)
		}
		for c := range a.header.clusters {
			head, err := a.clusterHead(c)
			if err != nil || head.pack != packXZ {
				continue
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s, err := a.blob(c, 0, nil)
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			took := after.TotalAlloc - before.TotalAlloc
			t.Logf("%s: cluster %d: first blob of %d bytes took %d KiB", e.Path, c, s.size, took>>10)
			if took > 16<<20 {
				t.Errorf("%d MiB to unpack one cluster", took>>20)
			}
		}
	}
}

func TestAClusterThatHoldsMoreThanItsBlobsIsRead(t *testing.T) {
	first := prose(9, 300_000)
	b := zimtest.PackCluster(t, packNone, []string{first, prose(10, 50_000)})[1:]
	binary.LittleEndian.PutUint32(b[8:], uint32(12+len(first))) // the second blob ends where it begins
	a := clusterArchive(zimtest.ZstdOf(t, b))
	for blob, want := range []string{first, ""} {
		if s, err := a.blob(0, uint32(blob), nil); err != nil || string(s.bytes) != want {
			t.Errorf("blob %d: %d bytes, %v; want %d", blob, len(s.bytes), err, len(want))
		}
	}
}
