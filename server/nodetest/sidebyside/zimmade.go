package main

import (
	"bytes"
	"cmp"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// clusterBytes is what libzim, and so every ZIM of its writers, fills a cluster to before it packs it.
const clusterBytes = 2 << 20

// A zimWriter writes a ZIM from front to back as libzim does: clusters first, then dirents and the tables, the header last
// (openZIM, "ZIM file format"; major 6, minor 1).
type zimWriter struct {
	f        *os.File
	at       uint64
	zstd     *zstd.Encoder
	clusters []uint64 // where they lie
	dirents  []dirent
	open     cluster // being filled with what is packed
	err      error
}

type dirent struct {
	ns            byte
	path, title   string
	mime          uint16
	cluster, blob uint32
}

type cluster struct {
	ends []int
	data []byte
}

const (
	mimeHTML    = 0
	mimeText    = 1
	mimeListing = 2
	zimMIMEs    = "text/html\x00text/plain\x00application/octet-stream+zimlisting\x00\x00"
	zimData     = 2048 // where libzim begins with clusters
)

// writeZIM writes an encyclopedia of so many clusters. The same number gives the same bytes.
func writeZIM(path string, clusters int) error {
	return createZIM(path, "sidebyside", "Encyclopedia", func(z *zimWriter) {
		pages := newWriter(1, clusters*200) // more titles than will be pages: an encyclopedia links to what is not written yet
		for i := 0; len(z.clusters) < clusters && z.err == nil; i++ {
			z.add('C', pages.path(i), pages.titles[i], mimeHTML, pages.page(i, pageSize(pages.rnd)))
		}
		z.dirents = z.dirents[:len(z.dirents)-len(z.open.ends)] // begun after the last full cluster
		z.open = cluster{}
	})
}

// writeSmallZIM writes a ZIM of so many short pages, its own in name and content for each number.
func writeSmallZIM(path string, number, pages int) error {
	return createZIM(path, fmt.Sprintf("small-%03d", number), fmt.Sprintf("Small book %d", number), func(z *zimWriter) {
		w := newWriter(uint64(number)+100, pages)
		for i := range pages {
			z.add('C', w.path(i), w.titles[i], mimeHTML, w.page(i, 1500))
		}
	})
}

// createZIM writes what fill adds, under the name and title that ZIMs go by.
func createZIM(path, name, title string, fill func(*zimWriter)) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z := &zimWriter{f: f, at: zimData}
	z.zstd, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(8<<20), zstd.WithEncoderCRC(true))
	if err != nil {
		return err
	}
	if _, err := f.Seek(zimData, io.SeekStart); err != nil {
		return err
	}
	fill(z)
	if len(z.open.ends) > 0 {
		z.closeCluster(true)
	}
	return z.finish(name, title)
}

// add puts an entry into the open cluster; one that would be longer than clusterBytes with it is closed before.
func (z *zimWriter) add(ns byte, path, title string, mime uint16, data string) {
	if len(z.open.ends) > 0 && len(z.open.data)+len(data) > clusterBytes {
		z.closeCluster(true)
	}
	z.dirents = append(z.dirents, dirent{ns, path, title, mime, uint32(len(z.clusters)), uint32(len(z.open.ends))})
	z.open.data = append(z.open.data, data...)
	z.open.ends = append(z.open.ends, len(z.open.data))
}

func (z *zimWriter) closeCluster(packed bool) {
	table := 4 * (len(z.open.ends) + 1)
	b := binary.LittleEndian.AppendUint32(nil, uint32(table))
	for _, end := range z.open.ends {
		b = binary.LittleEndian.AppendUint32(b, uint32(table+end))
	}
	b = append(b, z.open.data...)
	z.clusters = append(z.clusters, z.at)
	if packed {
		z.write([]byte{5}) // zstd
		z.writePacked(b)
	} else {
		z.write([]byte{1}) // as it is
		z.write(b)
	}
	z.open.ends, z.open.data = z.open.ends[:0], z.open.data[:0]
}

// writePacked gives the encoder a cluster in pieces, so that its frame says no length: libzim's do not.
func (z *zimWriter) writePacked(b []byte) {
	var out bytes.Buffer
	z.zstd.Reset(&out)
	for piece := range slices.Chunk(b, 100<<10) {
		_, err := z.zstd.Write(piece)
		z.err = cmp.Or(z.err, err)
	}
	z.err = cmp.Or(z.err, z.zstd.Close())
	z.write(out.Bytes())
}

func (z *zimWriter) write(b []byte) {
	_, err := z.f.Write(b)
	z.err = cmp.Or(z.err, err)
	z.at += uint64(len(b))
}

// finish writes the metadata, the listing of front articles and the tables.
func (z *zimWriter) finish(name, title string) error {
	articles := len(z.dirents)
	for _, m := range [][2]string{
		{"Title", title},
		{"Name", name},
		{"Language", "mis"},
		{"Creator", "sidebyside"},
		{"Publisher", "sidebyside"},
		{"Date", "2026-01-01"},
		{"Description", "Made to be measured"},
		{"License", "CC0-1.0"},
		{"Counter", fmt.Sprintf("text/html=%d", articles)},
	} {
		z.add('M', m[0], "", mimeText, m[1])
	}
	z.closeCluster(true)
	z.add('X', "listing/titleOrdered/v1", "", mimeListing, "")
	slices.SortFunc(z.dirents, func(a, b dirent) int { return cmp.Or(cmp.Compare(a.ns, b.ns), cmp.Compare(a.path, b.path)) })
	z.open.data = z.titles(func(d dirent) bool { return d.ns == 'C' })
	z.open.ends = []int{len(z.open.data)}
	z.closeCluster(false)
	return z.tables()
}

// titles is a listing of entries in the order of their titles, which is that of their paths here.
func (z *zimWriter) titles(which func(dirent) bool) (b []byte) {
	for i, d := range z.dirents {
		if which(d) {
			b = binary.LittleEndian.AppendUint32(b, uint32(i))
		}
	}
	return b
}

func (z *zimWriter) tables() error {
	le := binary.LittleEndian
	var paths, clusters []byte
	for _, d := range z.dirents {
		paths = le.AppendUint64(paths, z.at)
		b := append(le.AppendUint16(nil, d.mime), 0, d.ns, 0, 0, 0, 0)
		b = le.AppendUint32(le.AppendUint32(b, d.cluster), d.blob)
		z.write(append(append(append(append(b, d.path...), 0), d.title...), 0))
	}
	for _, at := range z.clusters {
		clusters = le.AppendUint64(clusters, at)
	}
	h := make([]byte, 80)
	le.PutUint32(h, 0x044D495A)
	le.PutUint16(h[4:], 6)
	le.PutUint16(h[6:], 1)
	copy(h[8:24], "made to measure.")
	le.PutUint32(h[24:], uint32(len(z.dirents)))
	le.PutUint32(h[28:], uint32(len(z.clusters)))
	le.PutUint64(h[56:], 80)
	le.PutUint32(h[64:], 0) // the first article is the main page
	le.PutUint32(h[68:], 0xFFFFFFFF)
	for _, t := range []struct {
		field int
		table []byte
	}{{32, paths}, {40, z.titles(func(dirent) bool { return true })}, {48, clusters}} {
		le.PutUint64(h[t.field:], z.at)
		z.write(t.table)
	}
	le.PutUint64(h[72:], z.at)
	return z.seal(append(h, zimMIMEs...))
}

// seal writes the header and the MD5 of everything.
func (z *zimWriter) seal(head []byte) error {
	if z.err != nil {
		return z.err
	}
	if _, err := z.f.WriteAt(head, 0); err != nil {
		return err
	}
	sum := md5.New()
	if _, err := io.Copy(sum, io.NewSectionReader(z.f, 0, int64(z.at))); err != nil {
		return err
	}
	_, err := z.f.WriteAt(sum.Sum(nil), int64(z.at))
	return err
}
