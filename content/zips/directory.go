package zips

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"lamplight/content/arrange"
)

// A directory is what the central directory says.
type directory struct {
	entries  []Entry
	warnings []string
	runs     []run // of all entries, those left out too
}

// A run is where an entry lies at least: its local header and data.
type run struct {
	from, to int64
	entry    int32 // index, -1 left out
}

const maxWarnings = 100

func (d *directory) warn(format string, args ...any) {
	if len(d.warnings) < maxWarnings {
		d.warnings = append(d.warnings, fmt.Sprintf(format, args...))
	}
}

func readDirectory(r io.ReaderAt, size int64) (*directory, error) {
	tail := make([]byte, min(size, 65557)) // an end record and the longest comment
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return nil, err
	}
	first := fmt.Errorf("no end record: the file is cut short or no zip: %w", fs.ErrInvalid)
	at := len(tail)
	for try := range 8 { // a comment may hold what looks like an end record
		if at = bytes.LastIndex(tail[:at], []byte("PK\x05\x06")); at < 0 {
			break
		}
		d, err := readFromEnd(r, size, tail, at)
		if err == nil {
			return d, nil
		}
		if try == 0 {
			first = err
		}
	}
	return nil, first
}

// readFromEnd reads the directory that the end record at tail[at:] (4.3.16) points to, or its zip64 form (4.3.14).
func readFromEnd(r io.ReaderAt, size int64, tail []byte, at int) (*directory, error) {
	end := tail[at:]
	if len(end) < 22 {
		return nil, fmt.Errorf("the end record is cut short: %w", fs.ErrInvalid)
	}
	endAt := size - int64(len(tail)) + int64(at)
	count, length, offset := uint64(binary.LittleEndian.Uint16(end[10:])), uint64(binary.LittleEndian.Uint32(end[12:])), uint64(binary.LittleEndian.Uint32(end[16:]))
	if at >= 20 && bytes.HasPrefix(tail[at-20:], []byte("PK\x06\x07")) {
		record := make([]byte, 56)
		where := int64(binary.LittleEndian.Uint64(tail[at-12:]))
		if where < 0 || where > size-56 {
			return nil, fmt.Errorf("zip64 end record lies outside the file: %w", fs.ErrInvalid)
		}
		if _, err := r.ReadAt(record, where); err != nil || !bytes.HasPrefix(record, []byte("PK\x06\x06")) {
			return nil, fmt.Errorf("zip64 end record is missing: %w", fs.ErrInvalid)
		}
		count, length, offset, endAt = binary.LittleEndian.Uint64(record[32:]), binary.LittleEndian.Uint64(record[40:]), binary.LittleEndian.Uint64(record[48:]), where
	}
	if count > maxEntries || length > maxDirectory {
		return nil, fmt.Errorf("directory of %d entries and %d bytes, at most %d and %d: %w", count, length, maxEntries, maxDirectory, fs.ErrInvalid)
	}
	start := endAt - int64(length)
	base := start - int64(offset) // bytes that somebody put before the archive
	if start < 0 || offset > uint64(size) || base < 0 {
		return nil, fmt.Errorf("directory lies outside the file: %w", fs.ErrInvalid)
	}
	raw := make([]byte, length)
	if _, err := r.ReadAt(raw, start); err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	d := &directory{}
	if err := d.parse(raw, base, count); err != nil {
		return nil, err
	}
	return d, d.order(start)
}

// parse reads the file headers (4.3.12). Archives of more than 65,535 entries are often written without the zip64
// record, so that the count has lost its high bits: what counts is where the headers end.
func (d *directory) parse(raw []byte, base int64, count uint64) error {
	seen := map[string]struct{}{}
	n := uint64(0)
	for ; len(raw) >= 46 && bytes.HasPrefix(raw, []byte("PK\x01\x02")); n++ {
		if n >= maxEntries {
			return fmt.Errorf("directory of more than %d entries: %w", maxEntries, fs.ErrInvalid)
		}
		nameLen, extraLen := int(binary.LittleEndian.Uint16(raw[28:])), int(binary.LittleEndian.Uint16(raw[30:]))
		all := 46 + nameLen + extraLen + int(binary.LittleEndian.Uint16(raw[32:]))
		if len(raw) < all {
			return fmt.Errorf("entry %d of the directory is cut short: %w", n, fs.ErrInvalid)
		}
		if err := d.add(raw[:46], raw[46:46+nameLen], raw[46+nameLen:46+nameLen+extraLen], base, seen); err != nil {
			return err
		}
		raw = raw[all:]
	}
	if n != count && (n < 1<<16 || n&0xFFFF != count&0xFFFF) {
		return fmt.Errorf("directory ends after %d of %d entries: %w", n, count, fs.ErrInvalid)
	}
	return nil
}

// add takes one file header.
func (d *directory) add(head, name, extra []byte, base int64, seen map[string]struct{}) error {
	e := Entry{
		Flags: binary.LittleEndian.Uint16(head[8:]), Method: binary.LittleEndian.Uint16(head[10:]), CRC: binary.LittleEndian.Uint32(head[16:]),
		Packed: int64(binary.LittleEndian.Uint32(head[20:])), Size: int64(binary.LittleEndian.Uint32(head[24:])),
		header: int64(binary.LittleEndian.Uint32(head[42:])),
	}
	unicode := e.takeExtra(extra, name)
	e.header += base
	e.Name = nameOf(name, unicode)
	if e.Packed < 0 || e.Size < 0 || e.header < base {
		return fmt.Errorf("entry %q has impossible sizes: %w", cutName(e.Name), fs.ErrInvalid)
	}
	at := run{e.header, e.header + 30 + e.Packed, -1}
	clean, reason := safeName(e.Name, special(head))
	_, twice := seen[clean]
	switch {
	case strings.HasSuffix(e.Name, "/") || strings.HasSuffix(e.Name, `\`) && e.Size == 0:
	case reason != "":
		d.warn("entry %q left out: %s", cutName(e.Name), reason)
	case twice:
		d.warn("entry %q is there twice; the first is used", cutName(clean))
	default:
		at.entry = int32(len(d.entries))
		seen[clean] = struct{}{}
		e.Name = clean
		d.entries = append(d.entries, e)
	}
	d.runs = append(d.runs, at)
	return nil
}

// takeExtra reads extra fields: the long sizes (4.5.3), and the name in UTF-8 (Info-ZIP's 0x7075, which counts where its
// checksum is that of the name it stands for).
func (e *Entry) takeExtra(extra, name []byte) (unicode []byte) {
	for len(extra) >= 4 {
		id, n := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if len(extra) < 4+n {
			return unicode
		}
		field := extra[4 : 4+n]
		extra = extra[4+n:]
		switch {
		case id == 1:
			for _, v := range []*int64{&e.Size, &e.Packed, &e.header} {
				if *v == 0xFFFFFFFF && len(field) >= 8 {
					*v = int64(binary.LittleEndian.Uint64(field))
					field = field[8:]
				}
			}
		case id == 0x7075 && n > 5 && field[0] == 1 && binary.LittleEndian.Uint32(field[1:]) == checksum(name):
			unicode = field[5:]
		}
	}
	return unicode
}

// order finds where each entry must end, the directory's start for the last, and refuses entries that lie over each
// other: that is how a small file unpacks to petabytes.
func (d *directory) order(start int64) error {
	arrange.By(d.runs, func(a, b run) int { return cmp.Compare(a.from, b.from) })
	for i, r := range d.runs {
		end := start
		if i+1 < len(d.runs) {
			end = d.runs[i+1].from
		}
		if r.to > end {
			if r.to > start {
				return fmt.Errorf("entry %s reaches past the end of the file: %w", d.name(r), fs.ErrInvalid)
			}
			return fmt.Errorf("entries %s and %s overlap: %w", d.name(r), d.name(d.runs[i+1]), fs.ErrInvalid)
		}
		if r.entry >= 0 {
			d.entries[r.entry].end = end
		}
	}
	d.runs = nil
	return nil
}

func (d *directory) name(r run) string {
	if r.entry < 0 {
		return fmt.Sprintf("at byte %d", r.from)
	}
	return fmt.Sprintf("%q", cutName(d.entries[r.entry].Name))
}
