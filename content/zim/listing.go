package zim

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
)

// A listing is the front articles in the order to show them. It stays on disk: an order of entries to walk (a list of
// u32 in the file, or the path list itself), and where that holds other things too, marks into it, so that the n'th
// article is found by walking less than step entries.
type listing struct {
	kind  listingKind
	at    uint64 // of the list of u32, for byTitle and fronts
	all   uint32 // entries in the order walked
	count uint32 // front articles among them
	step  uint32 // a mark every so many front articles; 0 when all are front articles
	marks []uint32
}

type listingKind byte

const (
	fronts  listingKind = 1 + iota // X/listing/titleOrdered/v1: front articles and other names of them, by title
	byTitle                        // the header's or v0's list of all entries, by title
	byPath                         // no list: the order of paths
)

const maxMarks = 250_000 // fits an Index of 1 MiB

// entryAt is the entry at place j of the order walked.
func (a *archive) entryAt(l *listing, j uint32) (uint32, error) {
	if l.kind == byPath {
		return j, nil
	}
	i, err := a.u32(l.at+uint64(j)*4, "title list")
	if err == nil && i >= a.header.entries {
		err = a.bad("title list: place %d names entry %d of %d", j, i, a.header.entries)
	}
	return i, err
}

// home is the namespace of articles.
func (a *archive) home() byte {
	if a.header.newNamespaces() {
		return 'C'
	}
	return 'A'
}

// counts says whether an entry of a listing is an article to show: any item of the file's own listing of front
// articles, whose redirects are only other names of them; where there is none, any HTML item.
func (a *archive) counts(l *listing, d *dirent) bool {
	if l.kind == fronts {
		return d.item()
	}
	return d.item() && d.ns == a.home() && int(d.mime) < len(a.mimes) && isHTML(a.mimes[d.mime])
}

// findListing picks the best listing: the file's own of front articles, else of all titles, else paths. What is
// unusable is named in problems and passed over.
func (a *archive) findListing(ctx context.Context) (l *listing, problems []error, err error) {
	l, err = a.listingBlob("listing/titleOrdered/v1", fronts)
	if err == nil && l.all > 0 {
		return l, nil, a.mark(ctx, l)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		problems = append(problems, err)
	}
	l, err = a.titleList()
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, err)
		}
		l = &listing{kind: byPath, all: a.header.entries}
	}
	return l, problems, a.mark(ctx, l)
}

// titleList is the list of all entries by title: the header's, or v0's.
func (a *archive) titleList() (*listing, error) {
	if a.header.titlePtr == none64 {
		return a.listingBlob("listing/titleOrdered/v0", byTitle)
	}
	l := &listing{kind: byTitle, at: a.header.titlePtr, all: a.header.entries}
	return l, a.probeList(l)
}

// listingBlob finds a listing that is an entry. It must lie in a cluster stored as it is, else it is passed over, as
// libzim does.
func (a *archive) listingBlob(path string, kind listingKind) (*listing, error) {
	_, d, err := a.find('X', path)
	if err != nil {
		return nil, err
	}
	if err := a.checkDirent(0, d); err != nil || !d.item() {
		return nil, errors.Join(err, a.bad("X/%s: not an item", path))
	}
	head, err := a.clusterHead(d.cluster)
	if err != nil {
		return nil, err
	}
	if head.packed() {
		return nil, a.unsupported("X/%s: lies in a packed cluster", path)
	}
	at, size, err := a.extent(head, d.blob)
	if err != nil {
		return nil, err
	}
	if size%4 != 0 || size/4 > uint64(a.header.entries) {
		return nil, a.bad("X/%s: %d bytes for %d entries", path, size, a.header.entries)
	}
	l := &listing{kind: kind, at: at, all: uint32(size / 4)}
	return l, a.probeList(l)
}

// probeList reads the first and last place of a list.
func (a *archive) probeList(l *listing) error {
	if l.all == 0 {
		return nil
	}
	_, first := a.entryAt(l, 0)
	_, last := a.entryAt(l, l.all-1)
	return errors.Join(first, last)
}

// mark counts the front articles of a list that holds others too: one walk over the dirents in the order of the path
// list, which is nearly that of the file, then one over the list.
func (a *archive) mark(ctx context.Context, l *listing) error {
	front := make([]uint64, a.header.entries/64+1)
	err := a.scan(ctx, func(i uint32, d *dirent, err error) error {
		if err == nil && a.counts(l, d) {
			front[i/64] |= 1 << (i % 64)
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.step = max(64, l.all/maxMarks+1)
	err = a.scanList(l, func(j, i uint32) {
		if i >= a.header.entries || front[i/64]&(1<<(i%64)) == 0 {
			return
		}
		if l.count%l.step == 0 {
			l.marks = append(l.marks, j)
		}
		l.count++
	})
	if l.count == l.all {
		l.step, l.marks = 0, nil
	}
	return err
}

// scanList walks a list in large reads.
func (a *archive) scanList(l *listing, fn func(j, i uint32)) error {
	b := make([]byte, 64<<10)
	for j := uint32(0); j < l.all; {
		n := min(l.all-j, uint32(len(b)/4))
		if l.kind != byPath {
			if err := a.read(b[:n*4], l.at+uint64(j)*4, "title list"); err != nil {
				return err
			}
		}
		for k := range n {
			i := j + k
			if l.kind != byPath {
				i = binary.LittleEndian.Uint32(b[k*4:])
			}
			fn(j+k, i)
		}
		j += n
	}
	return nil
}

// walk calls fn with the front articles from the from'th on until it says false. A place that cannot be read comes
// with its error.
func (a *archive) walk(l *listing, from uint32, fn func(i uint32, d *dirent, err error) bool) error {
	if from >= l.count {
		return nil
	}
	j, skip := from, uint32(0)
	if l.step > 0 {
		if int(from/l.step) >= len(l.marks) {
			return a.bad("the index made at import does not fit the file")
		}
		j, skip = l.marks[from/l.step], from%l.step
	}
	for ; j < l.all; j++ {
		i, err := a.entryAt(l, j)
		var d *dirent
		if err == nil {
			d, err = a.entry(i)
		}
		if l.step > 0 && (err != nil || !a.counts(l, d)) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if !fn(i, d, err) {
			return nil
		}
	}
	return nil
}

// encode makes the Index that Plan keeps, decodeListing reads it.
//
//	"zimlist1" · kind u8 · at u64 · all u32 · count u32 · step u32 · marks u32 each
func (l *listing) encode() []byte {
	b := append([]byte(indexMagic), byte(l.kind))
	b = binary.LittleEndian.AppendUint64(b, l.at)
	for _, v := range append([]uint32{l.all, l.count, l.step}, l.marks...) {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

const (
	indexMagic = "zimlist1"
	indexHead  = len(indexMagic) + 1 + 8 + 12
)

// decodeListing checks an Index against the file it is for; anything amiss and it is made anew.
func (a *archive) decodeListing(b []byte) (*listing, error) {
	if len(b) < indexHead || string(b[:len(indexMagic)]) != indexMagic || (len(b)-indexHead)%4 != 0 {
		return nil, fmt.Errorf("index of %d bytes: %w", len(b), fs.ErrInvalid)
	}
	le, n := binary.LittleEndian, len(indexMagic)
	l := &listing{kind: listingKind(b[n]), at: le.Uint64(b[n+1:]), all: le.Uint32(b[n+9:]), count: le.Uint32(b[n+13:]), step: le.Uint32(b[n+17:])}
	for at := indexHead; at < len(b); at += 4 {
		l.marks = append(l.marks, le.Uint32(b[at:]))
	}
	fits := l.kind >= fronts && l.kind <= byPath && l.all <= a.header.entries && l.count <= l.all
	fits = fits && (l.step == 0 && l.count == l.all || l.step > 0 && (l.count+l.step-1)/l.step == uint32(len(l.marks)))
	fits = fits && (l.kind == byPath || l.at < a.end && uint64(l.all)*4 <= a.end-l.at)
	if !fits {
		return nil, fmt.Errorf("index: not of this file: %w", fs.ErrInvalid)
	}
	return l, nil
}
