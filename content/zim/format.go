package zim

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lamplight/content"
)

// Name is the format's name in content.Course.
const Name = "zim"

const (
	fileName     = "course.zim" // of the one file kept, however the import was named
	scannedBelow = 100_000      // entries up to which Plan walks all dirents: about 10 MB to read
	headsLooked  = 4096         // clusters whose compression Plan looks at
	maxWarnings  = 20
)

// Format reads ZIM files. The zero value is ready to use; it is stateless but for the cache.
type Format struct {
	// Cache holds unpacked clusters of all files opened. nil: one of DefaultCacheBytes for the process.
	Cache *Cache
}

var _ content.Format = Format{}

// Name implements content.Format.
func (Format) Name() string { return Name }

// Claims takes what begins like a ZIM or is named like one or like a part of one.
func (Format) Claims(path string, head []byte) bool {
	if head == nil {
		return false // a folder
	}
	ext := strings.ToLower(filepath.Ext(path))
	return len(head) >= 4 && binary.LittleEndian.Uint32(head) == magic || ext == ".zim" || partSuffix.MatchString(ext)
}

func (f Format) cache() *Cache {
	if f.Cache != nil {
		return f.Cache
	}
	return defaultCache()
}

// Plan checks the file and says what it is. A fault of one entry is a warning; one that would make lookups unreliable
// (tables outside, a disordered path list) or a compression that is not read refuses the file.
func (f Format) Plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	name := filepath.Base(path)
	if i, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	} else if !i.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: a ZIM is a file: %w", name, fs.ErrInvalid)
	}
	parts, err := findParts(path)
	if err != nil {
		return nil, err
	}
	src, err := openFiles(parts)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	cache := f.cache()
	a, err := openArchive(src, src.size(), name, cache)
	if err != nil {
		return nil, splitHint(err, parts)
	}
	defer cache.forget(a)
	return a.plan(ctx, path, parts, o)
}

// splitHint adds to the refusal of a split file what is most likely: that the last parts are not there.
func splitHint(err error, parts []string) error {
	if partSuffix.MatchString(parts[0]) && errors.Is(err, fs.ErrInvalid) {
		return fmt.Errorf("%w (a split ZIM of which %d parts were found, up to %s: later ones may be missing)", err, len(parts), filepath.Base(parts[len(parts)-1]))
	}
	return err
}

func (a *archive) plan(ctx context.Context, path string, parts []string, o content.ImportOptions) (*content.Plan, error) {
	w := warnings{}
	if err := a.checkPacks(ctx, w.add); err != nil {
		return nil, err
	}
	p := &content.Plan{Files: []content.PlanFile{{Name: fileName, Size: a.size, Parts: parts, MD5: a.md5()}}}
	if p.Files[0].MD5 != nil {
		p.Files[0].MD5Size = int64(a.header.checksum)
	}
	if a.header.entries <= scannedBelow {
		if err := a.checkDirents(ctx, w.add); err != nil {
			return nil, err
		}
	}
	var err error
	if p.Course, err = a.describe(path, o); unreadable(err) {
		return nil, err
	}
	w.add(err)
	w.add(a.checkMainPage())
	l, problems, err := a.findListing(ctx)
	if err != nil {
		return nil, err
	}
	for _, problem := range problems {
		w.add(problem)
	}
	p.Course.Resources, p.Index, p.Warnings = int(l.count), l.encode(), w.lines()
	return p, nil
}

// checkPacks refuses a file with clusters packed in a way that is not read, and reports those that are broken.
func (a *archive) checkPacks(ctx context.Context, report func(error)) error {
	for c := range min(a.header.clusters, headsLooked) {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, err := a.clusterHead(c)
		if unreadable(err) {
			return err
		}
		if err != nil {
			report(err)
		}
	}
	return nil
}

// warnings keeps the first and counts the rest.
type warnings struct {
	first []string
	more  int
}

func (w *warnings) add(err error) {
	switch {
	case err == nil:
	case len(w.first) < maxWarnings:
		w.first = append(w.first, err.Error())
	default:
		w.more++
	}
}

func (w *warnings) lines() []string {
	if w.more > 0 {
		return append(w.first, fmt.Sprintf("and %d more faults", w.more))
	}
	return w.first
}

// Open opens an installed ZIM by reading a few kilobytes; see Reader.
func (f Format) Open(c content.Course, stored content.Files, index []byte) (content.Reader, error) {
	path, size, err := stored.Path(fileName)
	if err != nil {
		return nil, err
	}
	src, err := openFiles([]string{path})
	if err != nil {
		return nil, err
	}
	if src.size() != size {
		src.Close()
		return nil, fmt.Errorf("%s: %d bytes, %d were installed: %w", filepath.Base(path), src.size(), size, fs.ErrInvalid)
	}
	a, err := openArchive(src, size, filepath.Base(path), f.cache())
	if err != nil {
		src.Close()
		return nil, err
	}
	r := &Reader{course: c, archive: a, file: src, path: path}
	r.identity = func() string { return stored.Hash(fileName) }
	if l, err := a.decodeListing(bytes.Clone(index)); err == nil {
		r.listing.Store(l)
	}
	return r, nil
}
