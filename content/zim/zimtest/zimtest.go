// Package zimtest makes small ZIM files for tests, whole or broken.
package zimtest

import (
	"bytes"
	"cmp"
	"crypto/md5"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"

	"lamplight/content/arrange"
)

// How a cluster is packed: the lower half of its info byte, and the bit for offsets of 8 bytes.
const (
	PackNone    = 1
	PackZstd    = 5
	WideOffsets = 0x10

	magic        = 0x044D495A
	none32       = 0xFFFFFFFF
	none64       = 0xFFFFFFFFFFFFFFFF
	mimeRedirect = 0xFFFF
)

// An Entry is what a test wants in a ZIM. An empty Redirect makes an item.
type Entry struct {
	NS       byte
	Path     string
	Title    string
	MIME     string
	Redirect string // "N/path"
	Data     string
	Cluster  int // which cluster it goes to; clusters are packed as Recipe.Packs says
}

// A Recipe makes small ZIMs, whole or broken: Spoil may change the bytes before the MD5 is made.
type Recipe struct {
	Major, Minor uint16
	Entries      []Entry
	Packs        []byte // info byte of each cluster: PackNone, PackZstd, with WideOffsets
	NoTitles     bool   // no title list in the header
	NoChecksum   bool
	MainPage     string // "N/path"
	Spoil        func(b []byte, at *Places)
}

// Places says where things lie, for spoiling. Dirents, and Index by "N/path", are in the order of the path list.
type Places struct {
	Paths, Titles, Clusters, MIMEs, Checksum int
	Dirents, ClusterAt                       []int
	Index                                    map[string]int
}

func (r Recipe) order() []Entry {
	all := slices.Clone(r.Entries)
	arrange.By(all, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.NS, b.NS), cmp.Compare(a.Path, b.Path))
	})
	return all
}

// Make writes the file.
func (r Recipe) Make(t testing.TB) []byte {
	t.Helper()
	all, at := r.order(), &Places{Index: map[string]int{}}
	mimes := []string{}
	blobs := make([][]string, len(r.Packs))
	for i, e := range all {
		at.Index[string(e.NS)+"/"+e.Path] = i
		if e.Redirect == "" && !slices.Contains(mimes, e.MIME) {
			mimes = append(mimes, e.MIME)
		}
	}
	b := make([]byte, 80)
	at.MIMEs = 80
	for _, m := range mimes {
		b = append(append(b, m...), 0)
	}
	b = append(b, 0)
	le := binary.LittleEndian
	for _, e := range all {
		at.Dirents = append(at.Dirents, len(b))
		b = appendDirent(b, e, mimes, at, blobs)
	}
	at.Paths = len(b)
	for _, d := range at.Dirents {
		b = le.AppendUint64(b, uint64(d))
	}
	at.Titles = len(b)
	if !r.NoTitles {
		for _, i := range byTitleOrder(all) {
			b = le.AppendUint32(b, uint32(i))
		}
	}
	for i, pack := range r.Packs {
		at.ClusterAt = append(at.ClusterAt, len(b))
		b = append(b, PackCluster(t, pack, blobs[i])...)
	}
	at.Clusters = len(b)
	for _, c := range at.ClusterAt {
		b = le.AppendUint64(b, uint64(c))
	}
	at.Checksum = len(b)
	r.header(b, all, at)
	if r.Spoil != nil {
		r.Spoil(b, at)
	}
	if r.NoChecksum {
		return b
	}
	sum := md5.Sum(b)
	return append(b, sum[:]...)
}

func (r Recipe) header(b []byte, all []Entry, at *Places) {
	le := binary.LittleEndian
	le.PutUint32(b, magic)
	le.PutUint16(b[4:], r.Major)
	le.PutUint16(b[6:], r.Minor)
	copy(b[8:24], "made for testing")
	le.PutUint32(b[24:], uint32(len(all)))
	le.PutUint32(b[28:], uint32(len(r.Packs)))
	le.PutUint64(b[32:], uint64(at.Paths))
	le.PutUint64(b[40:], uint64(at.Titles))
	if r.NoTitles {
		le.PutUint64(b[40:], none64)
	}
	le.PutUint64(b[48:], uint64(at.Clusters))
	le.PutUint64(b[56:], 80)
	le.PutUint32(b[64:], none32)
	if i, ok := at.Index[r.MainPage]; ok {
		le.PutUint32(b[64:], uint32(i))
	}
	le.PutUint32(b[68:], none32)
	if !r.NoChecksum {
		le.PutUint64(b[72:], uint64(at.Checksum))
	}
}

func appendDirent(b []byte, e Entry, mimes []string, at *Places, blobs [][]string) []byte {
	le := binary.LittleEndian
	if e.Redirect != "" {
		b = append(le.AppendUint16(b, mimeRedirect), 0, e.NS, 0, 0, 0, 0)
		b = le.AppendUint32(b, uint32(at.Index[e.Redirect]))
	} else {
		b = append(le.AppendUint16(b, uint16(slices.Index(mimes, e.MIME))), 0, e.NS, 0, 0, 0, 0)
		b = le.AppendUint32(b, uint32(e.Cluster))
		b = le.AppendUint32(b, uint32(len(blobs[e.Cluster])))
		blobs[e.Cluster] = append(blobs[e.Cluster], e.Data)
	}
	b = append(append(b, e.Path...), 0)
	return append(append(b, e.Title...), 0)
}

func byTitleOrder(all []Entry) []int {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	arrange.Stably(order, func(i, j int) int {
		a, b := all[i], all[j]
		return cmp.Or(cmp.Compare(a.NS, b.NS), cmp.Compare(cmp.Or(a.Title, a.Path), cmp.Or(b.Title, b.Path)))
	})
	return order
}

// PackCluster is one cluster of those blobs, packed as the info byte says.
func PackCluster(t testing.TB, info byte, blobs []string) []byte {
	t.Helper()
	width := 4
	if info&WideOffsets != 0 {
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
	if info&0x0F != PackZstd {
		return append([]byte{info}, plain...)
	}
	return append([]byte{info}, ZstdOf(t, plain)[1:]...)
}

// ZstdOf is a packed cluster of those bytes.
func ZstdOf(t testing.TB, plain []byte) []byte {
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
	return append([]byte{PackZstd}, out.Bytes()...)
}

// ListOf makes a titleOrdered/v1 blob of the named paths for the entries of r, once r is complete but for this entry.
func (r Recipe) ListOf(paths ...string) string {
	all := r.order()
	var b []byte
	for _, p := range paths {
		i := slices.IndexFunc(all, func(e Entry) bool { return string(e.NS)+"/"+e.Path == p })
		b = binary.LittleEndian.AppendUint32(b, uint32(i))
	}
	return string(b)
}
