package zim

import (
	"bytes"
	"cmp"
	"crypto/md5"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// A made entry is what a test wants in a ZIM. An empty redirect makes an item.
type made struct {
	ns       byte
	path     string
	title    string
	mime     string
	redirect string // "N/path"
	data     string
	cluster  int // which cluster it goes to; clusters are packed as recipe.packs says
}

// A recipe makes small ZIMs, whole or broken: after writes may change the bytes before the MD5 is made.
type recipe struct {
	major, minor uint16
	entries      []made
	packs        []byte // info byte of each cluster: packNone, packZstd, with wideOffsets
	noTitles     bool   // no title list in the header
	noChecksum   bool
	mainPage     string // "N/path"
	spoil        func(b []byte, at *places)
}

// places says where things lie, for spoiling.
type places struct {
	paths, titles, clusters, mimes, checksum int
	dirents, clusterAt                       []int
	index                                    map[string]int
}

func (r recipe) order() []made {
	all := slices.Clone(r.entries)
	slices.SortFunc(all, func(a, b made) int {
		return cmp.Or(cmp.Compare(a.ns, b.ns), cmp.Compare(a.path, b.path))
	})
	return all
}

// make writes the file.
func (r recipe) make(t testing.TB) []byte {
	t.Helper()
	all, at := r.order(), &places{index: map[string]int{}}
	mimes := []string{}
	blobs := make([][]string, len(r.packs))
	for i, e := range all {
		at.index[string(e.ns)+"/"+e.path] = i
		if e.redirect == "" && !slices.Contains(mimes, e.mime) {
			mimes = append(mimes, e.mime)
		}
	}
	b := make([]byte, 80)
	at.mimes = 80
	for _, m := range mimes {
		b = append(append(b, m...), 0)
	}
	b = append(b, 0)
	le := binary.LittleEndian
	for _, e := range all {
		at.dirents = append(at.dirents, len(b))
		b = appendDirent(b, e, mimes, at, blobs)
	}
	at.paths = len(b)
	for _, d := range at.dirents {
		b = le.AppendUint64(b, uint64(d))
	}
	at.titles = len(b)
	if !r.noTitles {
		for _, i := range byTitleOrder(all) {
			b = le.AppendUint32(b, uint32(i))
		}
	}
	for i, pack := range r.packs {
		at.clusterAt = append(at.clusterAt, len(b))
		b = append(b, packCluster(t, pack, blobs[i])...)
	}
	at.clusters = len(b)
	for _, c := range at.clusterAt {
		b = le.AppendUint64(b, uint64(c))
	}
	at.checksum = len(b)
	r.header(b, all, at)
	if r.spoil != nil {
		r.spoil(b, at)
	}
	if r.noChecksum {
		return b
	}
	sum := md5.Sum(b)
	return append(b, sum[:]...)
}

func (r recipe) header(b []byte, all []made, at *places) {
	le := binary.LittleEndian
	le.PutUint32(b, magic)
	le.PutUint16(b[4:], r.major)
	le.PutUint16(b[6:], r.minor)
	copy(b[8:24], "made for testing")
	le.PutUint32(b[24:], uint32(len(all)))
	le.PutUint32(b[28:], uint32(len(r.packs)))
	le.PutUint64(b[32:], uint64(at.paths))
	le.PutUint64(b[40:], uint64(at.titles))
	if r.noTitles {
		le.PutUint64(b[40:], none64)
	}
	le.PutUint64(b[48:], uint64(at.clusters))
	le.PutUint64(b[56:], 80)
	le.PutUint32(b[64:], none32)
	if i, ok := at.index[r.mainPage]; ok {
		le.PutUint32(b[64:], uint32(i))
	}
	le.PutUint32(b[68:], none32)
	if !r.noChecksum {
		le.PutUint64(b[72:], uint64(at.checksum))
	}
}

func appendDirent(b []byte, e made, mimes []string, at *places, blobs [][]string) []byte {
	le := binary.LittleEndian
	if e.redirect != "" {
		b = append(le.AppendUint16(b, mimeRedirect), 0, e.ns, 0, 0, 0, 0)
		b = le.AppendUint32(b, uint32(at.index[e.redirect]))
	} else {
		b = append(le.AppendUint16(b, uint16(slices.Index(mimes, e.mime))), 0, e.ns, 0, 0, 0, 0)
		b = le.AppendUint32(b, uint32(e.cluster))
		b = le.AppendUint32(b, uint32(len(blobs[e.cluster])))
		blobs[e.cluster] = append(blobs[e.cluster], e.data)
	}
	b = append(append(b, e.path...), 0)
	return append(append(b, e.title...), 0)
}

func byTitleOrder(all []made) []int {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := all[i], all[j]
		return cmp.Or(cmp.Compare(a.ns, b.ns), cmp.Compare(cmp.Or(a.title, a.path), cmp.Or(b.title, b.path)))
	})
	return order
}

func packCluster(t testing.TB, info byte, blobs []string) []byte {
	t.Helper()
	width := 4
	if info&wideOffsets != 0 {
		width = 8
	}
	var table, data []byte
	put := func(n int) {
		if width == 8 {
			table = binary.LittleEndian.AppendUint64(table, uint64(n))
		} else {
			table = binary.LittleEndian.AppendUint32(table, uint32(n))
		}
	}
	at := (len(blobs) + 1) * width
	put(at)
	for _, s := range blobs {
		at += len(s)
		put(at)
		data = append(data, s...)
	}
	plain := append(table, data...)
	if info&0x0F != packZstd {
		return append([]byte{info}, plain...)
	}
	return append([]byte{info}, zstdOf(t, plain)[1:]...)
}

// zstdOf is a packed cluster of those bytes.
func zstdOf(t testing.TB, plain []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithWindowSize(8<<20), zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	// In pieces, as ZIM writers do: no content size, blocks of all lengths.
	for i := 0; i < len(plain); i += 50_000 {
		if _, err := w.Write(plain[i:min(len(plain), i+50_000)]); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return append([]byte{packZstd}, out.Bytes()...)
}

// listOf makes a titleOrdered/v1 blob of the named paths for the entries of r, once r is complete but for this entry.
func (r recipe) listOf(paths ...string) string {
	all := r.order()
	var b []byte
	for _, p := range paths {
		i := slices.IndexFunc(all, func(e made) bool { return string(e.ns)+"/"+e.path == p })
		b = binary.LittleEndian.AppendUint32(b, uint32(i))
	}
	return string(b)
}
