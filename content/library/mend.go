package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
)

// A Damaged is a file of an installed course that is not whole any more and is not served.
type Damaged struct {
	Course content.CourseID `json:"course"`
	File   string           `json:"file"`
	Hash   string           `json:"hash"`
	Size   int64            `json:"size"`
}

// Damaged lists what was set aside of installed courses and has not been had again, by course and file.
func (l *Library) Damaged() []Damaged {
	aside := map[string]bool{}
	for _, h := range l.blobs.Aside() {
		aside[h] = !l.blobs.Has(h)
	}
	if len(aside) == 0 {
		return nil
	}
	l.mu.RLock()
	all := slices.Collect(maps.Values(l.installed))
	l.mu.RUnlock()
	var out []Damaged
	for _, in := range all {
		for _, f := range append([]ManifestFile{{Name: "manifest", Hash: in.Manifest, Size: in.ManifestSize}}, in.Files...) {
			if aside[f.Hash] {
				out = append(out, Damaged{in.Course.ID, f.Name, f.Hash, f.Size})
			}
		}
	}
	arrange.By(out, func(a, b Damaged) int {
		return strings.Compare(string(a.Course)+a.File, string(b.Course)+b.File)
	})
	return out
}

// Lost says of courses that are installed, but cannot be opened as they are, what manifest they have.
func (l *Library) Lost() map[content.CourseID]string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return maps.Clone(l.lost)
}

// SetAside takes files that Verify found to be damaged out of use. Those that travel in another form simply go without it.
func (l *Library) SetAside(problems []Problem) error {
	var errs []error
	for _, p := range problems {
		if p.Hash == "" {
			continue
		}
		errs = append(errs, l.blobs.SetAside(p.Hash))
		l.readers.forget(p.Course, func() {})
	}
	return errors.Join(errs...)
}

// Mend makes damaged files anew from what they were copied from, where that is still there, and says how many. The rest
// stays damaged. The error is ctx's.
func (l *Library) Mend(ctx context.Context) (mended int, err error) {
	for _, d := range l.Damaged() {
		if err := ctx.Err(); err != nil {
			return mended, fmt.Errorf("library: mend: %w", err)
		}
		if err := survive(func() error { return l.mendFile(ctx, d) }); err == nil {
			mended++
		}
	}
	return mended, nil
}

// mendFile copies one file again from where it came.
func (l *Library) mendFile(ctx context.Context, d Damaged) error {
	l.installing.Lock()
	defer l.unlock()
	rec, err := l.readRecord(d.Course)
	if err != nil {
		return err
	}
	parts := sourceParts(rec.Sources[d.File])
	if len(parts) == 0 || source(parts) != rec.Sources[d.File] {
		return fmt.Errorf("library: what %s was copied from is not there: %w", d.File, fs.ErrNotExist)
	}
	want := ManifestFile{Hash: d.Hash, Size: d.Size}
	m, _ := readManifest(l.blobs, rec.Manifest) // nil: it is the damaged file, or damaged too
	if m != nil && len(m.Files) == 1 && m.Files[0].Name == d.File && m.Files[0].Published != nil {
		want.Published = m.Files[0].Published
		want.Hash, want.Size = want.Published.Hash, want.Published.Size
	}
	if err := l.makeRoom(want.Size, d.Course); err != nil {
		return err
	}
	hash, _, err := l.blobs.PutNoted(ctx, io.MultiReader(readersOf(parts)...), l.note)
	if err == nil && hash != want.Hash {
		l.sweep([]string{hash})
		err = fmt.Errorf("library: what %s was copied from has other bytes now: %w", d.File, fs.ErrInvalid)
	}
	if err == nil && want.Published != nil {
		err = l.mendRepacked(ctx, m)
	}
	l.readers.forget(d.Course, func() {})
	return err
}

// sourceParts reads the paths out of what source wrote.
func sourceParts(text string) (paths []string) {
	for text != "" {
		q, err := strconv.QuotedPrefix(text)
		if err != nil {
			return nil
		}
		path, err := strconv.Unquote(q)
		_, rest, ok := strings.Cut(text[len(q):], ";")
		if err != nil || !ok {
			return nil
		}
		paths, text = append(paths, path), rest
	}
	return paths
}

// readersOf opens each file when it is its turn.
func readersOf(paths []string) (out []io.Reader) {
	for _, p := range paths {
		out = append(out, &lateFile{path: p})
	}
	return out
}

// A lateFile is opened at the first Read and closed at its end.
type lateFile struct {
	path string
	f    *os.File
}

func (r *lateFile) Read(b []byte) (n int, err error) {
	if r.f == nil {
		if r.f, err = os.Open(r.path); err != nil {
			return 0, err
		}
	}
	n, err = r.f.Read(b)
	if err != nil {
		r.f.Close()
	}
	return n, err
}

// Away says whether a course is read in place from a stick that is not there.
func (l *Library) Away(id content.CourseID) bool {
	in, err := l.find(id)
	if err != nil {
		return false
	}
	for _, k := range in.Links {
		k, err := l.here(k)
		if err == nil {
			_, err = os.Stat(k.Path)
		}
		if err != nil {
			return true
		}
	}
	return false
}
