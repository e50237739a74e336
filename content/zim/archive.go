package zim

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync/atomic"
)

const (
	maxHops = 50  // redirects followed, as libzim does
	topKeys = 256 // entries of the upper levels of the binary search that are kept
)

// An archive is one ZIM, opened: tables stay on disk, a few dirents in memory. Safe for concurrent use.
type archive struct {
	r      io.ReaderAt
	name   string // for errors
	size   int64
	end    uint64 // of everything but the checksum
	header header
	mimes  []string
	cache  *Cache

	recent [256]atomic.Pointer[recent] // dirents by index; with top about 80 KB when full
	top    [topKeys]atomic.Pointer[dirent]
}

type recent struct {
	index  uint32
	dirent *dirent
}

// openArchive checks what can be checked by reading a few kilobytes: header, MIME list, first and last dirent.
func openArchive(r io.ReaderAt, size int64, name string, cache *Cache) (*archive, error) {
	a := &archive{r: r, size: size, name: name, cache: cache}
	if err := a.readHeader(); err != nil {
		return nil, err
	}
	if err := a.readMIMEs(); err != nil {
		return nil, err
	}
	if a.header.entries == 0 {
		return a, nil
	}
	for _, i := range []uint32{0, a.header.entries - 1} {
		if _, err := a.entry(i); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// bad is a fault of the file: fs.ErrInvalid with its name and the place.
func (a *archive) bad(format string, v ...any) error {
	return fmt.Errorf("%s: %s: %w", a.name, fmt.Sprintf(format, v...), fs.ErrInvalid)
}

// unsupported is something that may be right but is not read: errors.ErrUnsupported with file and place.
func (a *archive) unsupported(format string, v ...any) error {
	return fmt.Errorf("%s: %s: %w", a.name, fmt.Sprintf(format, v...), errors.ErrUnsupported)
}

// read fills b from a place in the file; what lies outside it is fs.ErrInvalid.
func (a *archive) read(b []byte, at uint64, what string) error {
	if at > uint64(a.size) || uint64(len(b)) > uint64(a.size)-at {
		return a.bad("%s: %d bytes at %d lie outside the file of %d bytes", what, len(b), at, a.size)
	}
	n, err := a.r.ReadAt(b, int64(at))
	switch {
	case n == len(b):
		return nil
	case err == io.EOF:
		return a.bad("%s: the file ends at %d, it had %d bytes when it was opened", what, int64(at)+int64(n), a.size)
	}
	return fmt.Errorf("%s: %s: reading %d bytes at %d: %w", a.name, what, len(b), at, err)
}

func (a *archive) u64(at uint64, what string) (uint64, error) {
	var b [8]byte
	err := a.read(b[:], at, what)
	return binary.LittleEndian.Uint64(b[:]), err
}

func (a *archive) u32(at uint64, what string) (uint32, error) {
	var b [4]byte
	err := a.read(b[:], at, what)
	return binary.LittleEndian.Uint32(b[:]), err
}

// find looks a path up in one namespace. Absent is fs.ErrNotExist; a path list out of order is fs.ErrInvalid, for
// what was not found in it may well be there.
func (a *archive) find(ns byte, path string) (uint32, *dirent, error) {
	i, d, err := a.search(ns, path)
	if err != nil {
		return 0, nil, err
	}
	if d == nil || d.compare(ns, path) != 0 {
		return 0, nil, fmt.Errorf("%s: %c/%.200s: %w", a.name, ns, path, fs.ErrNotExist)
	}
	return i, d, nil
}

// search gives the first entry not before ns and path, nil past the last.
func (a *archive) search(ns byte, path string) (uint32, *dirent, error) {
	lo, hi, node := uint32(0), a.header.entries, 1
	var low, high *dirent
	for lo < hi {
		mid := lo + (hi-lo)/2
		d, err := a.probe(mid, node)
		if err != nil {
			return 0, nil, err
		}
		if low != nil && low.compare(d.ns, d.path) >= 0 || high != nil && high.compare(d.ns, d.path) <= 0 {
			return 0, nil, a.bad("path list: not in order at entry %d (%c/%.80s)", mid, d.ns, d.path)
		}
		if d.compare(ns, path) < 0 {
			lo, low, node = mid+1, d, 2*node+1
		} else {
			hi, high, node = mid, d, 2*node
		}
	}
	return lo, high, nil
}

// probe reads a dirent for a search; those of the search's first eight steps stay in memory.
func (a *archive) probe(i uint32, node int) (*dirent, error) {
	if node >= topKeys {
		return a.entry(i)
	}
	if d := a.top[node].Load(); d != nil {
		return d, nil
	}
	d, err := a.entry(i)
	if err == nil {
		a.top[node].Store(d)
	}
	return d, err
}

// resolve follows redirects from entry i to an item.
func (a *archive) resolve(i uint32) (uint32, *dirent, error) {
	from := i
	for range maxHops {
		d, err := a.entry(i)
		if err == nil {
			err = a.checkDirent(i, d)
		}
		if err != nil {
			return 0, nil, err
		}
		if d.item() {
			return i, d, nil
		}
		if !d.redirect() {
			return 0, nil, fmt.Errorf("%s: entry %d (%c/%.80s) was deleted: %w", a.name, i, d.ns, d.path, fs.ErrNotExist)
		}
		i = d.target
	}
	return 0, nil, a.bad("entry %d: more than %d redirects, a loop", from, maxHops)
}

// lookup finds the entry that a path of the player's means, in whichever namespaces the file has: "A/foo", "C/foo"
// and "foo" are the same article.
func (a *archive) lookup(path string) (uint32, *dirent, error) {
	if path == "" || len(path) > maxDirent || strings.IndexByte(path, 0) >= 0 {
		return 0, nil, fmt.Errorf("%s: path %.40q: %w", a.name, path, fs.ErrNotExist)
	}
	var first error
	all := a.candidates(path)
	if rest, rooted := strings.CutPrefix(path, "/"); rooted && rest != "" {
		all = append(all, a.candidates(rest)...)
	}
	for _, k := range all {
		i, d, err := a.find(k.ns, k.path)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return i, d, err
		}
		if first == nil {
			first = err
		}
	}
	return 0, nil, first
}

type candidate struct {
	ns   byte
	path string
}

// candidates are the entries a path may mean, likeliest first.
func (a *archive) candidates(path string) []candidate {
	var ns byte
	var rest string
	if len(path) > 2 && path[1] == '/' {
		ns, rest = path[0], path[2:]
	}
	article := strings.IndexByte("ACIJ-", ns) >= 0 && ns != 0
	if a.header.newNamespaces() {
		c := []candidate{{'C', path}}
		if article {
			c = append(c, candidate{'C', rest})
		} else if ns != 0 {
			c = append(c, candidate{ns, rest})
		}
		return c
	}
	c := make([]candidate, 0, 6)
	if ns != 0 {
		c = append(c, candidate{ns, rest})
		if article {
			c = append(c, candidate{'A', rest}, candidate{'I', rest}, candidate{'-', rest})
		}
	}
	return append(c, candidate{'A', path}, candidate{'I', path}, candidate{'-', path})
}

// shown is the path of an entry as the player and File know it: with its namespace in old files, so that relative
// links such as ../I/x.png work; without C/ in new ones.
func (a *archive) shown(d *dirent) string {
	if a.header.newNamespaces() && d.ns == 'C' {
		return d.path
	}
	return string(rune(d.ns)) + "/" + d.path
}

// mainPage is the start page's entry: W/mainPage, else the header's.
func (a *archive) mainPage() (uint32, *dirent, error) {
	if a.header.newNamespaces() {
		if i, _, err := a.find('W', "mainPage"); err == nil {
			if i, d, err := a.resolve(i); err == nil {
				return i, d, nil
			}
		}
	}
	if a.header.mainPage == none32 {
		return 0, nil, fmt.Errorf("%s: main page: none stated: %w", a.name, fs.ErrNotExist)
	}
	if err := a.checkMainPage(); err != nil {
		return 0, nil, err
	}
	return a.resolve(a.header.mainPage)
}

// checkMainPage says whether the header's main page is an entry or none.
func (a *archive) checkMainPage() error {
	if a.header.mainPage != none32 && a.header.mainPage >= a.header.entries {
		return a.bad("header: main page: entry %d of %d", a.header.mainPage, a.header.entries)
	}
	return nil
}
