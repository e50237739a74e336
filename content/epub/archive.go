package epub

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"path"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// Limits of an archive. The largest real book met has 1,500 entries; pages of the largest are under 5 MiB.
const (
	maxEntries   = 20_000
	maxDirectory = 8 << 20
	maxText      = 16 << 20 // inflated bytes of a page, style or contents
	maxInflated  = 64 << 20 // inflated bytes of any other compressed entry
	maxTotal     = 2 << 30  // inflated bytes of all compressed entries together
)

// An entry is a file inside the archive. Offset is that of its data, so reading it needs no local header.
type entry struct {
	Name   string `cbor:"1,keyasint"`
	Offset int64  `cbor:"2,keyasint"`
	Packed int64  `cbor:"3,keyasint"` // bytes as stored
	Size   int64  `cbor:"4,keyasint"` // bytes as declared
	CRC    uint32 `cbor:"5,keyasint"`
	Method uint16 `cbor:"6,keyasint,omitempty"` // 0 stored, 8 deflated
	Flags  uint16 `cbor:"7,keyasint,omitempty"` // bit 0: encrypted by zip's own means
	header int64
}

// An archive is a zip read by its central directory. Lookups are exact first, then by Unicode form and letter case,
// for many books were made on disks that do not tell them apart.
type archive struct {
	r       io.ReaderAt
	size    int64
	entries []entry
	exact   map[string]int
	folded  map[string]int
}

func newArchive(r io.ReaderAt, size int64, entries []entry) *archive {
	a := &archive{r: r, size: size, entries: entries, exact: map[string]int{}, folded: map[string]int{}}
	for i, e := range entries {
		a.exact[e.Name] = i
		if _, taken := a.folded[fold(e.Name)]; !taken {
			a.folded[fold(e.Name)] = i
		}
	}
	return a
}

func fold(name string) string { return strings.ToLower(norm.NFC.String(name)) }

func (a *archive) find(name string) (entry, bool) {
	i, ok := a.exact[name]
	if !ok {
		i, ok = a.folded[fold(name)]
	}
	if !ok {
		return entry{}, false
	}
	return a.entries[i], true
}

// openArchive reads the directory. Entries whose names leave the archive are left out, of two with one name the second
// is; both with a warning.
func openArchive(r io.ReaderAt, size int64) (*archive, []string, error) {
	dir, base, count, err := directory(r, size)
	if err != nil {
		return nil, nil, err
	}
	entries, warnings, err := parseDirectory(dir, base, count)
	if err != nil {
		return nil, nil, err
	}
	if err := locate(r, size, entries); err != nil {
		return nil, nil, err
	}
	return newArchive(r, size, entries), warnings, nil
}

// directory finds the end record (APPNOTE 4.3.16, zip64 4.3.14) and reads the central directory. base is what must be
// added to offsets: bytes that somebody put before the archive.
func directory(r io.ReaderAt, size int64) (dir []byte, base int64, count uint64, err error) {
	tail := make([]byte, min(size, 65557))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return nil, 0, 0, err
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < 22 {
		return nil, 0, 0, fmt.Errorf("no end record: the file is cut short or no zip: %w", fs.ErrInvalid)
	}
	end := tail[at:]
	endAt := size - int64(len(tail)) + int64(at)
	count, length, offset := uint64(binary.LittleEndian.Uint16(end[10:])), uint64(binary.LittleEndian.Uint32(end[12:])), uint64(binary.LittleEndian.Uint32(end[16:]))
	if at >= 20 && bytes.HasPrefix(tail[at-20:], []byte("PK\x06\x07")) {
		record := make([]byte, 56)
		where := int64(binary.LittleEndian.Uint64(tail[at-12:]))
		if where < 0 || where > size-56 {
			return nil, 0, 0, fmt.Errorf("zip64 end record lies outside the file: %w", fs.ErrInvalid)
		}
		if _, err := r.ReadAt(record, where); err != nil || !bytes.HasPrefix(record, []byte("PK\x06\x06")) {
			return nil, 0, 0, fmt.Errorf("zip64 end record is missing: %w", fs.ErrInvalid)
		}
		count, length, offset, endAt = binary.LittleEndian.Uint64(record[32:]), binary.LittleEndian.Uint64(record[40:]), binary.LittleEndian.Uint64(record[48:]), where
	}
	if count > maxEntries || length > maxDirectory {
		return nil, 0, 0, fmt.Errorf("directory of %d entries and %d bytes, at most %d and %d: %w", count, length, maxEntries, maxDirectory, fs.ErrInvalid)
	}
	start := endAt - int64(length)
	base = start - int64(offset)
	if start < 0 || offset > uint64(size) || base < 0 {
		return nil, 0, 0, fmt.Errorf("directory lies outside the file: %w", fs.ErrInvalid)
	}
	dir = make([]byte, length)
	if _, err := r.ReadAt(dir, start); err != nil {
		return nil, 0, 0, fmt.Errorf("directory: %w", err)
	}
	return dir, base, count, nil
}

// parseDirectory reads the file headers (APPNOTE 4.3.12).
func parseDirectory(dir []byte, base int64, count uint64) ([]entry, []string, error) {
	var entries []entry
	var warnings []string
	seen := map[string]bool{}
	for i := uint64(0); i < count; i++ {
		if len(dir) < 46 || !bytes.HasPrefix(dir, []byte("PK\x01\x02")) {
			return nil, nil, fmt.Errorf("directory ends after %d of %d entries: %w", i, count, fs.ErrInvalid)
		}
		nameLen, extraLen, commentLen := int(binary.LittleEndian.Uint16(dir[28:])), int(binary.LittleEndian.Uint16(dir[30:])), int(binary.LittleEndian.Uint16(dir[32:]))
		if len(dir) < 46+nameLen+extraLen+commentLen {
			return nil, nil, fmt.Errorf("entry %d of the directory is cut short: %w", i, fs.ErrInvalid)
		}
		e := entry{
			Flags: binary.LittleEndian.Uint16(dir[8:]), Method: binary.LittleEndian.Uint16(dir[10:]), CRC: binary.LittleEndian.Uint32(dir[16:]),
			Packed: int64(binary.LittleEndian.Uint32(dir[20:])), Size: int64(binary.LittleEndian.Uint32(dir[24:])),
			header: int64(binary.LittleEndian.Uint32(dir[42:])),
		}
		zip64(&e, dir[46+nameLen:46+nameLen+extraLen])
		e.header += base
		raw := dir[46 : 46+nameLen]
		dir = dir[46+nameLen+extraLen+commentLen:]
		name, reason := safeName(raw)
		switch {
		case strings.HasSuffix(string(raw), "/"):
		case reason != "":
			warnings = append(warnings, fmt.Sprintf("entry %q left out: %s", cutName(name), reason))
		case seen[name]:
			warnings = append(warnings, fmt.Sprintf("entry %q is there twice; the first is used", cutName(name)))
		default:
			seen[name] = true
			e.Name = name
			entries = append(entries, e)
		}
	}
	return entries, warnings, nil
}

// zip64 takes the long sizes from an extra field (APPNOTE 4.5.3).
func zip64(e *entry, extra []byte) {
	for len(extra) >= 4 {
		id, n := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if len(extra) < 4+n {
			return
		}
		field := extra[4 : 4+n]
		extra = extra[4+n:]
		if id != 1 {
			continue
		}
		for _, v := range []*int64{&e.Size, &e.Packed, &e.header} {
			if *v == 0xFFFFFFFF && len(field) >= 8 {
				*v = int64(binary.LittleEndian.Uint64(field))
				field = field[8:]
			}
		}
	}
}

// safeName decodes a name (UTF-8, else code page 437 as APPNOTE D.1 says) and says why it may not be used.
func safeName(raw []byte) (name, reason string) {
	name = string(raw)
	if !utf8.Valid(raw) {
		name, _ = charmap.CodePage437.NewDecoder().String(name)
	}
	clean := path.Clean(name)
	switch {
	case name == "" || len(name) > 1024:
		return name, "its name is empty or too long"
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return name, "its name holds control characters"
	case strings.Contains(name, `\`) || strings.Contains(name, ":") || !fs.ValidPath(clean):
		return name, "its name leads out of the book"
	}
	return clean, ""
}

func cutName(s string) string { return s[:min(len(s), 100)] }

// locate finds where each entry's data begins, behind its local header (APPNOTE 4.3.7), and refuses entries that lie
// over each other: that is how a small file unpacks to petabytes.
func locate(r io.ReaderAt, size int64, entries []entry) error {
	header := make([]byte, 30)
	for i := range entries {
		e := &entries[i]
		if e.header < 0 || e.header > size-30 {
			return fmt.Errorf("entry %q lies outside the file: %w", cutName(e.Name), fs.ErrInvalid)
		}
		if _, err := r.ReadAt(header, e.header); err != nil || !bytes.HasPrefix(header, []byte("PK\x03\x04")) {
			return fmt.Errorf("entry %q has no local header: %w", cutName(e.Name), fs.ErrInvalid)
		}
		e.Offset = e.header + 30 + int64(binary.LittleEndian.Uint16(header[26:])) + int64(binary.LittleEndian.Uint16(header[28:]))
		if e.Packed < 0 || e.Size < 0 || e.Packed > size || e.Offset+e.Packed > size {
			return fmt.Errorf("entry %q reaches past the end of the file: %w", cutName(e.Name), fs.ErrInvalid)
		}
	}
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return entries[order[i]].header < entries[order[j]].header })
	for i := 1; i < len(order); i++ {
		before, e := entries[order[i-1]], entries[order[i]]
		if before.Offset+before.Packed > e.header {
			return fmt.Errorf("entries %q and %q overlap: %w", cutName(before.Name), cutName(e.Name), fs.ErrInvalid)
		}
	}
	return nil
}

// open streams an entry's bytes, inflated. The caller bounds what it reads.
func (a *archive) open(e entry) (io.Reader, error) {
	raw := io.NewSectionReader(a.r, e.Offset, e.Packed)
	switch {
	case e.Flags&1 != 0:
		return nil, fmt.Errorf("%s: protected by a password: %w", e.Name, errProtected)
	case e.Method == 0:
		return raw, nil
	case e.Method == 8:
		return flate.NewReader(raw), nil
	}
	return nil, fmt.Errorf("%s: compression method %d: %w", e.Name, e.Method, errMethod)
}

// copy streams an entry to w, at most limit bytes of it, and checks its checksum.
func (a *archive) copy(w io.Writer, e entry, limit int64) (int64, error) {
	r, err := a.open(e)
	if err != nil {
		return 0, err
	}
	sum := crc32.NewIEEE()
	n, err := io.Copy(io.MultiWriter(w, sum), io.LimitReader(r, limit+1))
	switch {
	case n > limit:
		return n, fmt.Errorf("%s: more than %d bytes when unpacked: %w", e.Name, limit, fs.ErrInvalid)
	case err != nil:
		return n, fmt.Errorf("%s: damaged (%v): %w", e.Name, err, fs.ErrInvalid)
	case sum.Sum32() != e.CRC:
		return n, fmt.Errorf("%s: damaged, its checksum is %08x, not %08x: %w", e.Name, sum.Sum32(), e.CRC, fs.ErrInvalid)
	}
	return n, nil
}

// read unpacks an entry of at most limit bytes. The bytes are the caller's.
func (a *archive) read(e entry, limit int64) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(max(e.Size, 0), limit, 1<<20)))
	if _, err := a.copy(&b, e, limit); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
