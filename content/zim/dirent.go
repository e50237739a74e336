package zim

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
)

const (
	mimeRedirect   = 0xFFFF
	mimeLinkTarget = 0xFFFE
	mimeDeleted    = 0xFFFD

	maxDirent = 32 << 10 // path and title; real ones are below 1 KiB, those of crawled sites some more
)

var errShort = errors.New("the bytes end before the dirent does")

// A rawDirent is a dirent as it lies in a buffer; path and title point into it.
type rawDirent struct {
	mime          uint16
	ns            byte
	target        uint32 // of a redirect
	cluster, blob uint32 // of an item
	path, title   []byte
	size          int // bytes it takes
}

// parseDirent reads the dirent that b begins with. errShort asks for more bytes.
func parseDirent(b []byte) (rawDirent, error) {
	var d rawDirent
	if len(b) < 8 {
		return d, errShort
	}
	le := binary.LittleEndian
	d.mime, d.ns = le.Uint16(b), b[3]
	extra, at := int(b[2]), 16
	switch d.mime {
	case mimeRedirect:
		at = 12
	case mimeLinkTarget, mimeDeleted:
		at = 8
	}
	if len(b) < at {
		return d, errShort
	}
	switch at {
	case 12:
		d.target = le.Uint32(b[8:])
	case 16:
		d.cluster, d.blob = le.Uint32(b[8:]), le.Uint32(b[12:])
	}
	n := bytes.IndexByte(b[at:], 0)
	if n < 0 {
		return d, errShort
	}
	d.path, at = b[at:at+n], at+n+1
	if n = bytes.IndexByte(b[at:], 0); n < 0 {
		return d, errShort
	}
	d.title, d.size = b[at:at+n], at+n+1+extra
	return d, nil
}

// A dirent is one entry of the file, checked and kept: an item, a redirect, or something obsolete that holds nothing.
type dirent struct {
	mime          uint16
	ns            byte
	target        uint32
	cluster, blob uint32
	path, title   string // title is never empty

	sealed atomic.Pointer[seal] // what reading it once has told
}

// A seal is what is known of an item's content after it was read.
type seal struct{ etag, mime string }

func (d *dirent) redirect() bool { return d.mime == mimeRedirect }
func (d *dirent) item() bool     { return d.mime < mimeDeleted }

// before orders entries as the path list is ordered.
func (d *dirent) compare(ns byte, path string) int {
	if d.ns != ns {
		return int(d.ns) - int(ns)
	}
	return strings.Compare(d.path, path)
}

// keep copies what a buffer holds.
func (d rawDirent) keep() *dirent {
	k := &dirent{mime: d.mime, ns: d.ns, target: d.target, cluster: d.cluster, blob: d.blob, path: string(d.path)}
	k.title = k.path
	if len(d.title) > 0 && string(d.title) != k.path {
		k.title = string(d.title)
	}
	return k
}

// checkDirent says what is wrong with entry i, nil if nothing: the fault is that entry's alone.
func (a *archive) checkDirent(i uint32, d *dirent) error {
	switch {
	case d.redirect() && d.target >= a.header.entries:
		return a.bad("entry %d (%c/%.80s): redirects to entry %d of %d", i, d.ns, d.path, d.target, a.header.entries)
	case d.item() && int(d.mime) >= len(a.mimes):
		return a.bad("entry %d (%c/%.80s): MIME type %d of %d", i, d.ns, d.path, d.mime, len(a.mimes))
	case d.item() && d.cluster >= a.header.clusters:
		return a.bad("entry %d (%c/%.80s): cluster %d of %d", i, d.ns, d.path, d.cluster, a.header.clusters)
	}
	return nil
}

var direntBuffers = sync.Pool{New: func() any { b := make([]byte, 256); return &b }}

// entry reads the dirent of entry i, from the small cache if it is there. It checks only that it can be read: see
// checkDirent for the rest.
func (a *archive) entry(i uint32) (*dirent, error) {
	slot := &a.recent[i%uint32(len(a.recent))]
	if r := slot.Load(); r != nil && r.index == i {
		return r.dirent, nil
	}
	at, err := a.direntAt(i)
	if err != nil {
		return nil, err
	}
	pooled := direntBuffers.Get().(*[]byte)
	defer direntBuffers.Put(pooled)
	d, err := a.parseAt(i, at, *pooled)
	if err != nil {
		return nil, err
	}
	slot.Store(&recent{i, d})
	return d, nil
}

// direntAt is where the dirent of entry i lies.
func (a *archive) direntAt(i uint32) (uint64, error) {
	if i >= a.header.entries {
		return 0, a.bad("path list: entry %d of %d", i, a.header.entries)
	}
	at, err := a.u64(a.header.pathPtr+uint64(i)*8, "path list")
	if err == nil && (at < a.header.mimePos || at >= a.end) {
		err = a.bad("path list: entry %d is said to be at %d, outside the file of %d bytes", i, at, a.size)
	}
	return at, err
}

// parseAt reads the dirent at a place, with more bytes each time until it ends.
func (a *archive) parseAt(i uint32, at uint64, b []byte) (*dirent, error) {
	for {
		b = b[:min(uint64(len(b)), a.end-at)]
		if err := a.read(b, at, "dirent"); err != nil {
			return nil, err
		}
		d, err := parseDirent(b)
		if err == nil {
			return d.keep(), nil
		}
		if uint64(len(b)) == a.end-at || len(b) >= maxDirent {
			return nil, a.bad("entry %d: its dirent at %d has no end", i, at)
		}
		b = make([]byte, min(4*len(b), maxDirent))
	}
}
