package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"lamplight/content"
)

// A listing says what the index is made of: its courses and its segments. It is the one file that is ever replaced; what it
// does not name is not there, whatever lies beside it.
type listing struct {
	Courses      []listedCourse  `cbor:"1,keyasint"` // by number
	Segments     []listedSegment `cbor:"2,keyasint"` // in the order their rows were added
	NextCourse   int             `cbor:"3,keyasint"` // numbers are never given twice: rows of what was removed still bear them
	NextResource uint32          `cbor:"4,keyasint"`
	NextSegment  uint64          `cbor:"5,keyasint"`
}

// A listedCourse is a course that was begun and not removed.
type listedCourse struct {
	_               struct{} `cbor:",toarray"`
	N               int
	ID              content.CourseID
	Edition         string
	Title           string
	Languages       []string
	Headed, Read    bool
	Done, Resources int // see State
}

// A listedSegment is one file.
type listedSegment struct {
	_     struct{} `cbor:",toarray"`
	N     uint64
	Bytes int64
	Sum   uint32 // of its footer, which has the sums of the rest
}

const (
	listingName  = "listing"
	listingMagic = "LampIdx5"
	maxListing   = 64 << 20
	maxCourses   = 1<<16 - 1
	segmentEnd   = ".seg"
	newEnd       = ".new" // of a file that is being written
)

// checksums are CRC-32C: processors have it.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func sumOf(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// decoding takes text as it came: what is no UTF-8 was none where we found it.
var decoding = func() cbor.DecMode {
	m, err := cbor.DecOptions{UTF8: cbor.UTF8DecodeInvalid}.DecMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return m
}()

func (l listing) encode() ([]byte, error) {
	body, err := cbor.Marshal(l)
	if err != nil {
		return nil, err
	}
	b := append([]byte(listingMagic), body...)
	return binary.LittleEndian.AppendUint32(b, sumOf(b)), nil
}

// parseListing reads one. fs.ErrInvalid: damaged; errors.ErrUnsupported: of another version.
func parseListing(b []byte) (l listing, err error) {
	n := len(listingMagic)
	if len(b) >= n && string(b[:n]) != listingMagic && strings.HasPrefix(string(b), listingMagic[:n-1]) {
		return l, fmt.Errorf("form %q, this one reads %q: %w", b[:n], listingMagic, errors.ErrUnsupported)
	}
	if len(b) < n+4 || string(b[:n]) != listingMagic || binary.LittleEndian.Uint32(b[len(b)-4:]) != sumOf(b[:len(b)-4]) {
		return l, fmt.Errorf("damaged: %w", fs.ErrInvalid)
	}
	if err := decoding.Unmarshal(b[n:len(b)-4], &l); err != nil {
		return l, fmt.Errorf("%w: %w", err, fs.ErrInvalid)
	}
	return l, l.check()
}

// check finds numbers that cannot be.
func (l listing) check() error {
	last := 0
	for _, c := range l.Courses {
		if c.N <= last || c.N >= l.NextCourse || c.ID == "" || c.Done < 0 || c.Resources < 0 {
			return fmt.Errorf("course %d of %d: %w", c.N, l.NextCourse, fs.ErrInvalid)
		}
		last = c.N
	}
	seen := map[uint64]bool{}
	for _, s := range l.Segments {
		if s.N >= l.NextSegment || seen[s.N] || s.Bytes < int64(footerBytes) {
			return fmt.Errorf("segment %d of %d, %d bytes: %w", s.N, l.NextSegment, s.Bytes, fs.ErrInvalid)
		}
		seen[s.N] = true
	}
	if l.NextCourse < 1 || l.NextCourse > maxCourses+1 || l.NextResource < 1 || l.NextResource >= heading {
		return fmt.Errorf("%d courses, %d resources: %w", l.NextCourse, l.NextResource, fs.ErrInvalid)
	}
	return nil
}

// readListing reads that of dir; an empty one where there is none.
func readListing(dir string) (listing, error) {
	path := filepath.Join(dir, listingName)
	i, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return listing{NextCourse: 1, NextResource: 1, NextSegment: 1}, nil
	}
	if err != nil {
		return listing{}, err
	}
	if i.Size() > maxListing {
		return listing{}, fmt.Errorf("%s: %d bytes: %w", path, i.Size(), fs.ErrInvalid)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return listing{}, err
	}
	l, err := parseListing(b)
	if err != nil {
		return l, fmt.Errorf("%s: %w", path, err)
	}
	return l, nil
}

// write puts a listing in the place of the one in dir. When it returns nil, it is that which a power cut leaves.
func (l listing) write(dir string) error {
	b, err := l.encode()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, listingName)
	f, err := os.OpenFile(path+newEnd, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return place(f, err, path)
}

// place gives a file that was written to path+newEnd its name, once it is on the card; failed is what writing it failed with.
func place(f *os.File, failed error, path string) error {
	if failed == nil {
		failed = f.Sync()
	}
	failed = errors.Join(failed, f.Close())
	if failed == nil {
		failed = os.Rename(f.Name(), path)
	}
	if failed != nil {
		_ = os.Remove(f.Name())
		return failed
	}
	return syncDir(filepath.Dir(path))
}

// syncDir has the names of a folder on the card.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func segmentPath(dir string, n uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%d%s", n, segmentEnd))
}

// tidy deletes what l does not name: what a power cut left, and search.db, which older versions kept.
func tidy(dir string, l listing) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	keep := map[string]bool{}
	for _, s := range l.Segments {
		keep[filepath.Base(segmentPath(dir, s.N))] = true
	}
	for _, e := range entries {
		name := e.Name()
		ours := strings.HasSuffix(name, segmentEnd) || strings.HasSuffix(name, newEnd) || name == "search.db" || strings.HasPrefix(name, "search.db-")
		if ours && !keep[name] {
			err = errors.Join(err, os.Remove(filepath.Join(dir, name)))
		}
	}
	return err
}
