package zim

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"lamplight/content/zim/zimtest"
)

// shelves is a ZIM of so many packed clusters, each with 100 pages of 10 KB: half the usual size.
func shelves(t testing.TB, clusters int) *Reader {
	t.Helper()
	r := zimtest.Recipe{Major: 6, Minor: 1, Packs: bytes.Repeat([]byte{packZstd}, clusters), NoTitles: true}
	for c := range clusters {
		for i := range 100 {
			r.Entries = append(r.Entries, zimtest.Entry{NS: 'C', Path: shelved(c, i), MIME: "text/html", Data: prose(uint64(100*c+i), 10_000), Cluster: c})
		}
	}
	b := r.Make(t)
	a, err := openArchive(bytes.NewReader(b), int64(len(b)), "shelves.zim", NewCache(2<<20))
	if err != nil {
		t.Fatal(err)
	}
	return &Reader{archive: a, identity: func() string { return "" }}
}

func shelved(cluster, page int) string { return fmt.Sprintf("c%d/p%02d.html", cluster, page) }

// TestAStreamOfColdPagesLeavesLittleToTheCollector: a box's memory limit is a few megabytes above what it holds, and a
// cluster's bytes left behind by each page would keep the collector at work all the time.
func TestAStreamOfColdPagesLeavesLittleToTheCollector(t *testing.T) {
	const clusters, pages = 6, 120
	r := shelves(t, clusters)
	room := make([]byte, 0, 16<<10)
	read := func(i int) {
		c, n := i%clusters, i*37%100
		f, err := r.FileIn(shelved(c, n), room)
		if err != nil || string(f.Bytes) != prose(uint64(100*c+n), 10_000) {
			t.Fatalf("page %d of cluster %d: %d bytes, %v", n, c, len(f.Bytes), err)
		}
	}
	var before, after runtime.MemStats
	var checked uint64
	for i := range pages {
		runtime.ReadMemStats(&before)
		read(i)
		runtime.ReadMemStats(&after)
		if i >= 4*clusters {
			checked += after.TotalAlloc - before.TotalAlloc
		}
	}
	each := checked / (pages - 4*clusters)
	t.Logf("%d bytes a cold page, its text in the test's own words included", each)
	if each > 250<<10 {
		t.Errorf("%d KiB of garbage a cold page of a cluster of 1 MB", each>>10)
	}
}

// TestTwoClustersOfTheUsualSizeAreHeldInTwiceTheirBytes: their tables and what buffers are longer do not make one of them go.
func TestTwoClustersOfTheUsualSizeAreHeldInTwiceTheirBytes(t *testing.T) {
	r := shelves(t, 2)
	for c := range 2 {
		for _, page := range []int{0, 99} {
			if _, err := r.File(shelved(c, page)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := r.archive.cache.order.Len(); n != 2 {
		t.Errorf("%d clusters of 1 MB are held in 2 MiB, want 2", n)
	}
}

// TestLentRoomIsUsedWhereItIsLongEnough: and where it is not, the room is left alone.
func TestLentRoomIsUsedWhereItIsLongEnough(t *testing.T) {
	r := shelves(t, 1)
	want := prose(3, 10_000)
	for _, n := range []int{0, 9_999, 10_000, 20_000} {
		room := bytes.Repeat([]byte{'x'}, n)
		f, err := r.FileIn(shelved(0, 3), room)
		if err != nil || string(f.Bytes) != want {
			t.Fatalf("room of %d: %d bytes, %v", n, len(f.Bytes), err)
		}
		if used := n > 0 && room[0] != 'x'; used != (n >= len(want)) {
			t.Errorf("room of %d bytes for a page of %d: used %v", n, len(want), used)
		}
	}
}
