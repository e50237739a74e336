package zim

import (
	"encoding/binary"
	"errors"
	"io/fs"
)

// The low nibble of a cluster's info byte; bit 0x10 says that blob offsets have 64 bits.
const (
	packNone0 = 0
	packNone  = 1
	packZlib  = 2
	packBzip2 = 3
	packXZ    = 4
	packZstd  = 5

	wideOffsets = 0x10
)

// A clusterHead is what a cluster's info byte says, and where its data begin and surely end.
type clusterHead struct {
	number uint32
	pack   byte
	width  int    // of a blob offset, 4 or 8
	data   uint64 // after the info byte
	hint   uint64 // bytes to the next cluster in the list if that lies behind, else to the end: a guess, not a limit
}

// clusterAt is where cluster c begins.
func (a *archive) clusterAt(c uint32) (uint64, error) {
	if c >= a.header.clusters {
		return 0, a.bad("cluster list: cluster %d of %d", c, a.header.clusters)
	}
	at, err := a.u64(a.header.clusterPtr+uint64(c)*8, "cluster list")
	if err == nil && (at < a.header.mimePos || at >= a.end) {
		err = a.bad("cluster list: cluster %d is said to be at %d, outside the file of %d bytes", c, at, a.size)
	}
	return at, err
}

func (a *archive) clusterHead(c uint32) (clusterHead, error) {
	at, err := a.clusterAt(c)
	if err != nil {
		return clusterHead{}, err
	}
	var info [1]byte
	if err := a.read(info[:], at, "cluster"); err != nil {
		return clusterHead{}, err
	}
	h := clusterHead{number: c, pack: info[0] & 0x0F, width: 4, data: at + 1, hint: a.end - at - 1}
	if info[0]&wideOffsets != 0 {
		h.width = 8
	}
	if next, err := a.clusterAt(c + 1); err == nil && next > at {
		h.hint = next - at - 1
	}
	return h, a.checkPack(h)
}

// checkPack refuses compressions that are not read, by name.
func (a *archive) checkPack(h clusterHead) error {
	switch h.pack {
	case packNone0, packNone, packXZ, packZstd:
		return nil
	case packZlib:
		return a.unsupported("cluster %d: zlib compression, which ZIM gave up; ask the publisher for a newer edition", h.number)
	case packBzip2:
		return a.unsupported("cluster %d: bzip2 compression, which ZIM gave up; ask the publisher for a newer edition", h.number)
	}
	return a.bad("cluster %d: unknown compression %d", h.number, h.pack)
}

func (h clusterHead) packed() bool { return h.pack == packXZ || h.pack == packZstd }

// A table is the blob table at a cluster's start: n+1 offsets from the start of the table.
type table struct {
	width int
	blobs uint32
	total uint64 // where the last blob ends
}

func offset(b []byte, width int) uint64 {
	if width == 8 {
		return binary.LittleEndian.Uint64(b)
	}
	return uint64(binary.LittleEndian.Uint32(b))
}

// tableSize checks the first offset, which says how long the table is.
func (a *archive) tableSize(h clusterHead, first uint64) (uint64, error) {
	w := uint64(h.width)
	n := first / w
	switch {
	case first%w != 0:
		return 0, a.bad("cluster %d: its first blob is said to be at %d, not a multiple of %d", h.number, first, w)
	case n < 1 || n < 2 && h.packed():
		return 0, a.bad("cluster %d: its first blob is said to be at %d, inside the blob table", h.number, first)
	case n > uint64(a.header.entries)+1:
		return 0, a.bad("cluster %d: %d blobs for %d entries", h.number, n-1, a.header.entries)
	}
	return first, nil
}

// parseTable checks the whole table, which b holds: offsets must not fall.
func (a *archive) parseTable(h clusterHead, b []byte) (table, error) {
	t := table{width: h.width, blobs: uint32(len(b)/h.width) - 1, total: uint64(len(b))}
	for i := 0; i < len(b); i += h.width {
		o := offset(b[i:], h.width)
		if o < t.total {
			return t, a.bad("cluster %d: offsets are not ordered at blob %d", h.number, i/h.width)
		}
		t.total = o
	}
	return t, nil
}

// blobBounds gives where blob n of an unpacked cluster lies in it.
func (t table) blobBounds(buf []byte, n uint32) (from, to uint64) {
	i := int(n) * t.width
	return offset(buf[i:], t.width), offset(buf[i+t.width:], t.width)
}

// extent says where a blob of a cluster that is stored as it is lies in the file, from three offsets: only they are
// checked.
func (a *archive) extent(h clusterHead, blob uint32) (at, size uint64, err error) {
	var b [16]byte
	if err := a.read(b[:h.width], h.data, "blob table"); err != nil {
		return 0, 0, err
	}
	first, err := a.tableSize(h, offset(b[:], h.width))
	if err != nil {
		return 0, 0, err
	}
	w := uint64(h.width)
	if uint64(blob)+1 >= first/w {
		return 0, 0, a.bad("cluster %d: blob %d of %d", h.number, blob, first/w-1)
	}
	if err := a.read(b[:2*w], h.data+uint64(blob)*w, "blob table"); err != nil {
		return 0, 0, err
	}
	from, to := offset(b[:], h.width), offset(b[w:], h.width)
	if from > to || from < first {
		return 0, 0, a.bad("cluster %d: offsets are not ordered at blob %d", h.number, blob)
	}
	if to > a.end-h.data {
		return 0, 0, a.bad("cluster %d: blob %d ends outside the file of %d bytes", h.number, blob, a.size)
	}
	return h.data + from, to - from, nil
}

// A stored blob is either copied bytes or, when it lies in the file as it is, its place there.
type stored struct {
	bytes    []byte
	at, size uint64
	inFile   bool
}

// blob finds a blob: from a held cluster, from the file as it is, or by unpacking as far as needed. What is copied goes
// into room if that is long enough.
func (a *archive) blob(cluster, blob uint32, room []byte) (stored, error) {
	if h := a.cache.peek(clusterKey{a, cluster}); h != nil {
		defer a.cache.done(h)
		return a.unpacked(h, nil, blob, room)
	}
	head, err := a.clusterHead(cluster)
	if err != nil {
		return stored{}, err
	}
	if !head.packed() {
		at, size, err := a.extent(head, blob)
		return stored{at: at, size: size, inFile: true}, err
	}
	h := a.cache.use(clusterKey{a, cluster})
	defer a.cache.done(h)
	return a.unpacked(h, &head, blob, room)
}

// unpacked copies a blob out of a held cluster, unpacking further first if need be. One goroutine unpacks, the others
// wait for it. head may be nil: then it is read when needed.
func (a *archive) unpacked(h *held, head *clusterHead, blob uint32, room []byte) (stored, error) {
	h.mu.RLock()
	s, ready, err := a.copyOut(h, blob, room)
	h.mu.RUnlock()
	if ready || err != nil {
		return s, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if s, ready, err = a.copyOut(h, blob, room); ready || err != nil {
		return s, err
	}
	if head == nil {
		read, err := a.clusterHead(h.key.cluster)
		if err != nil {
			return stored{}, err
		}
		head = &read
	}
	if err := a.unpack(h, *head, blob); err != nil {
		if errors.Is(err, fs.ErrInvalid) || errors.Is(err, errors.ErrUnsupported) {
			if h.table.blobs == 0 {
				h.err = err // nothing of it can be read: do not try again and again
			}
		}
		return stored{}, err
	}
	s, ready, err = a.copyOut(h, blob, room)
	if err == nil && !ready {
		err = a.bad("cluster %d: blob %d could not be unpacked", head.number, blob)
	}
	return s, err
}

// copyOut gives a copy of a blob if it is unpacked already. Called with h.mu held.
func (a *archive) copyOut(h *held, blob uint32, room []byte) (s stored, ready bool, err error) {
	if h.err != nil {
		return s, false, h.err
	}
	if h.table.blobs == 0 {
		return s, false, nil
	}
	if blob >= h.table.blobs {
		return s, false, a.bad("cluster %d: blob %d of %d", h.key.cluster, blob, h.table.blobs)
	}
	from, to := h.table.blobBounds(h.buf, blob)
	if to > uint64(len(h.buf)) {
		return s, false, nil
	}
	b := append(room[:0], h.buf[from:to]...)
	return stored{bytes: b, size: to - from}, true, nil
}
