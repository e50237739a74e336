package zim

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

const (
	magic      = 0x044D495A // "ZIM\x04"
	headerSize = 80         // 72 in files without a checksum field
	none32     = 0xFFFFFFFF
	none64     = 0xFFFFFFFFFFFFFFFF

	maxMIMEList = 64 << 10 // real ones are below 2 KiB
	maxEntries  = 1 << 27  // five times the largest there is; a bit of each is kept while planning
	maxClusters = 1 << 24  // of about 2 MiB each: 32 TB
)

// A header is the first 80 bytes of a ZIM, checked.
type header struct {
	major, minor uint16
	uuid         [16]byte
	entries      uint32
	clusters     uint32
	pathPtr      uint64
	titlePtr     uint64 // none64 when the file has no title list
	clusterPtr   uint64
	mimePos      uint64
	mainPage     uint32 // none32 when none
	checksum     uint64 // 0 when the file has none
}

// newNamespaces says whether articles are under C and addressed without it (minor 1 and later, whichever the major).
func (h *header) newNamespaces() bool { return h.minor >= 1 }

// readHeader reads and checks the header: versions, counts, and that every table lies inside the file.
func (a *archive) readHeader() error {
	var b [headerSize]byte
	if a.size < headerSize {
		return a.bad("header: the file has %d bytes, a header 80", a.size)
	}
	if err := a.read(b[:], 0, "header"); err != nil {
		return err
	}
	le := binary.LittleEndian
	if le.Uint32(b[0:]) != magic {
		return a.bad("header: not a ZIM file: it begins with %q", b[:4])
	}
	h := header{
		major: le.Uint16(b[4:]), minor: le.Uint16(b[6:]), uuid: [16]byte(b[8:24]),
		entries: le.Uint32(b[24:]), clusters: le.Uint32(b[28:]),
		pathPtr: le.Uint64(b[32:]), titlePtr: le.Uint64(b[40:]), clusterPtr: le.Uint64(b[48:]), mimePos: le.Uint64(b[56:]),
		mainPage: le.Uint32(b[64:]), checksum: le.Uint64(b[72:]),
	}
	if h.mimePos == 72 {
		h.checksum = 0 // those 8 bytes are already the MIME list
	}
	a.header = h
	return a.checkHeader()
}

func (a *archive) checkHeader() error {
	h := &a.header
	if h.major != 5 && h.major != 6 {
		return a.unsupported("header: version %d.%d; versions 5 and 6 are read", h.major, h.minor)
	}
	if h.mimePos != 72 && h.mimePos != 80 {
		return a.bad("header: the MIME list is said to begin at %d, must be 80", h.mimePos)
	}
	if (h.entries == 0) != (h.clusters == 0) || h.clusters > h.entries {
		return a.bad("header: %d entries in %d clusters", h.entries, h.clusters)
	}
	a.end = uint64(a.size)
	if h.checksum != 0 {
		if h.checksum < h.mimePos || h.checksum > none64-16 || h.checksum+16 != uint64(a.size) {
			return a.bad("header: the checksum is said to be at %d of %d bytes: the file is cut short or damaged", h.checksum, a.size)
		}
		a.end = h.checksum
	}
	tables := []struct {
		what         string
		at           uint64
		count, width uint64
	}{
		{"path list", h.pathPtr, uint64(h.entries), 8},
		{"title list", h.titlePtr, uint64(h.entries), 4},
		{"cluster list", h.clusterPtr, uint64(h.clusters), 8},
	}
	for _, t := range tables {
		if t.what == "title list" && t.at == none64 {
			continue
		}
		if t.at < h.mimePos || t.at > a.end || t.count*t.width > a.end-t.at {
			return a.bad("header: the %s of %d entries at %d lies outside the file of %d bytes", t.what, t.count, t.at, a.size)
		}
	}
	if h.entries > maxEntries || h.clusters > maxClusters {
		return a.unsupported("header: %d entries in %d clusters; at most %d in %d are read", h.entries, h.clusters, maxEntries, maxClusters)
	}
	return nil
}

// readMIMEs reads the MIME list, which ends before whatever comes next in the file.
func (a *archive) readMIMEs() error {
	limit := min(a.end, a.header.pathPtr, a.header.titlePtr, a.header.clusterPtr)
	for _, at := range []func() (uint64, error){
		func() (uint64, error) { return a.direntAt(0) },
		func() (uint64, error) { return a.clusterAt(0) },
	} {
		if p, err := at(); a.header.entries > 0 && err == nil && p > a.header.mimePos {
			limit = min(limit, p)
		}
	}
	room := min(limit-a.header.mimePos, maxMIMEList)
	for n := min(room, 1024); ; n = min(room, n*4) {
		b := make([]byte, n)
		if err := a.read(b, a.header.mimePos, "MIME list"); err != nil {
			return err
		}
		if mimes, ok := splitMIMEs(b); ok {
			a.mimes = mimes
			return a.checkMIMEs()
		}
		if n == room {
			return a.bad("MIME list: no end in %d bytes", room)
		}
	}
}

func splitMIMEs(b []byte) (mimes []string, ended bool) {
	for {
		m, rest, found := bytes.Cut(b, []byte{0})
		if !found {
			return nil, false
		}
		if len(m) == 0 {
			return mimes, true
		}
		mimes, b = append(mimes, string(m)), rest
	}
}

func (a *archive) checkMIMEs() error {
	for i, m := range a.mimes {
		if !utf8.ValidString(m) || slices.ContainsFunc([]byte(m), func(c byte) bool { return c < ' ' || c > '~' }) {
			return a.bad("MIME list: type %d is %.40q", i, m)
		}
	}
	return nil
}
