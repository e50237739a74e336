// Package zips reads zip archives that nobody vouches for, in place: by their central directory, within bounds, from any offset.
//
// Opening reads the directory and nothing else, so it costs kilobytes whatever the size; memory is bounded by the limits
// below. What is refused as a whole: no directory, one cut short or too large, entries that lie over each other. What is
// left out with a warning: names that lead out of the archive, links and devices, the second of two entries with one name.
// What is found out when an entry is opened: a password, a method we do not read, sizes that lie, a bomb, damage.
//
// Source: APPNOTE.TXT 6.3.10 (PKWARE), whose sections are named where they are used; Info-ZIP's extra field 0x7075.
package zips

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"lamplight/content/arrange"
)

// Limits of an archive. The largest package of pages met has 21,000 entries. At both limits an open Zip holds under 30 MB; an
// ordinary one 130 bytes an entry.
const (
	maxEntries   = 100_000
	maxDirectory = 16 << 20
)

// A bomb is an entry of more than bombSize bytes that says it unpacks to more than bombRatio times what is stored:
// deflate reaches 1032 on zeros alone, and no text, sound or picture met reached 60.
const (
	bombSize  = 16 << 20
	bombRatio = 250
)

// Errors of an entry that is sound and that we do not read. Both wrap errors.ErrUnsupported.
var (
	ErrProtected = fmt.Errorf("protected by a password: %w", errors.ErrUnsupported)
	ErrMethod    = fmt.Errorf("packed by a method that is not read: %w", errors.ErrUnsupported)
)

// An Entry is a file inside the archive. It may be kept (as CBOR, say) and given to Restore, so that the directory need
// not be read again.
type Entry struct {
	Name   string `cbor:"1,keyasint"` // clean, slashes, UTF-8, never leading out: fs.ValidPath
	Offset int64  `cbor:"2,keyasint"` // of its data in the file; 0 until Zip.Locate
	Packed int64  `cbor:"3,keyasint"` // bytes as stored
	Size   int64  `cbor:"4,keyasint"` // bytes as declared
	CRC    uint32 `cbor:"5,keyasint"`
	Method uint16 `cbor:"6,keyasint,omitempty"` // 0 stored, 8 deflated
	Flags  uint16 `cbor:"7,keyasint,omitempty"` // bit 0: encrypted by zip's own means
	header int64  // of its local header
	end    int64  // where the next entry begins
}

// Stored says that the entry's bytes lie in the file as they are.
func (e Entry) Stored() bool { return e.Method == 0 }

// Readable is nil when Open reads the entry, as far as the directory tells: else ErrProtected, ErrMethod, or fs.ErrInvalid
// for a bomb or sizes that cannot both be true. It does not name the entry.
func (e Entry) Readable() error {
	switch {
	case e.Flags&1 != 0 || e.Method == 99:
		return ErrProtected
	case e.Method != 0 && e.Method != 8:
		return fmt.Errorf("method %d: %w", e.Method, ErrMethod)
	case e.Method == 0 && e.Packed != e.Size:
		return fmt.Errorf("stored in %d bytes and said to have %d: %w", e.Packed, e.Size, fs.ErrInvalid)
	case e.Size > bombSize && e.Size/bombRatio > e.Packed:
		return fmt.Errorf("%d bytes said to unpack to %d: a bomb: %w", e.Packed, e.Size, fs.ErrInvalid)
	}
	return nil
}

// A Zip is an open archive, safe for concurrent use. Lookups are exact first, then by Unicode form and letter case, for
// many packages were made on disks that do not tell them apart.
type Zip struct {
	r        io.ReaderAt
	entries  []Entry
	exact    []uint32 // indices in order of name
	folded   []folded // in order of hash, then as the archive has them
	warnings []string
}

type folded struct{ hash, index uint32 }

// OpenZip reads the directory of an archive of size bytes. The caller closes what r reads when the Zip is no longer used.
// Errors wrap fs.ErrInvalid, or are those of reading.
func OpenZip(r io.ReaderAt, size int64) (*Zip, error) {
	d, err := readDirectory(r, size)
	if err != nil {
		return nil, fmt.Errorf("zip: %w", err)
	}
	z := Restore(r, d.entries)
	z.warnings = d.warnings
	return z, nil
}

// Restore opens an archive by entries that were read and located before; they become the Zip's.
func Restore(r io.ReaderAt, entries []Entry) *Zip {
	z := &Zip{r: r, entries: entries, exact: make([]uint32, len(entries)), folded: make([]folded, len(entries))}
	for i := range entries {
		z.exact[i], z.folded[i] = uint32(i), folded{foldHash(entries[i].Name), uint32(i)}
	}
	arrange.By(z.exact, func(a, b uint32) int {
		return cmp.Or(strings.Compare(entries[a].Name, entries[b].Name), cmp.Compare(a, b))
	})
	arrange.By(z.folded, func(a, b folded) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.index, b.index)) })
	return z
}

// Warnings are what was left out and why, in English, at most a hundred.
func (z *Zip) Warnings() []string { return z.warnings }

// Len is how many entries there are.
func (z *Zip) Len() int { return len(z.entries) }

// Entries are all entries in the archive's order.
func (z *Zip) Entries() iter.Seq[Entry] { return slices.Values(z.entries) }

// Names are the entries' names in the archive's order. Folders are not entries.
func (z *Zip) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range z.entries {
			if !yield(z.entries[i].Name) {
				return
			}
		}
	}
}

// Stat finds an entry; fs.ErrNotExist when there is none. Besides its name it is found by another Unicode form or letter
// case, and by the bytes its name was written in where these are no UTF-8 (a page in an old encoding links so).
func (z *Zip) Stat(name string) (Entry, error) {
	if !utf8.ValidString(name) {
		name, _ = charmap.CodePage437.NewDecoder().String(name)
	}
	at := func(i uint32, name string) int { return strings.Compare(z.entries[i].Name, name) }
	if i, ok := slices.BinarySearchFunc(z.exact, name, at); ok {
		return z.entries[z.exact[i]], nil
	}
	if e, ok := z.byFold(name); ok {
		return e, nil
	}
	for _, old := range asWritten(name) {
		if e, ok := z.byFold(old); ok {
			return e, nil
		}
	}
	return Entry{}, fmt.Errorf("zip: %.200q: %w", name, fs.ErrNotExist)
}

func (z *Zip) byFold(name string) (Entry, bool) {
	want, h := fold(name), foldHash(name)
	i, _ := slices.BinarySearchFunc(z.folded, h, func(f folded, h uint32) int { return cmp.Compare(f.hash, h) })
	for ; i < len(z.folded) && z.folded[i].hash == h; i++ {
		if e := z.entries[z.folded[i].index]; fold(e.Name) == want {
			return e, true
		}
	}
	return Entry{}, false
}

func fold(name string) string { return strings.ToLower(norm.NFC.String(name)) }

// foldHash is FNV-1a of the folded name.
func foldHash(name string) uint32 {
	h := uint32(2166136261)
	for _, c := range []byte(fold(name)) {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}
