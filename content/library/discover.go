package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lamplight/content"
)

// A candidate is a path that is one course, or is refused for err.
type candidate struct {
	path   string
	format content.Format
	err    error
}

const (
	maxDepth   = 24
	maxEntries = 200_000 // of folders walked in one go
)

// discover says what lies at path.
func (l *Library) discover(ctx context.Context, path string) []candidate {
	path = filepath.Clean(path)
	fi, err := os.Stat(path)
	if err != nil {
		return []candidate{{path: path, err: err}}
	}
	if !fi.IsDir() {
		return []candidate{l.file(path, fi)}
	}
	w := walker{l: l, ctx: ctx}
	w.folder(path, 0)
	return w.found
}

// file is a lone file named on the command line.
func (l *Library) file(path string, fi fs.FileInfo) candidate {
	if !fi.Mode().IsRegular() {
		return candidate{path: path, err: fmt.Errorf("neither a file nor a folder: %w", fs.ErrInvalid)}
	}
	head, err := readHead(path)
	if err != nil {
		return candidate{path: path, err: err}
	}
	for _, f := range l.formats {
		if f.Claims(path, head) {
			return candidate{path: path, format: f}
		}
	}
	if fi.Size() == 0 {
		return candidate{path: path, err: fmt.Errorf("the file is empty: %w", fs.ErrInvalid)}
	}
	return candidate{path: path, err: noReader(path, head)}
}

func readHead(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return head[:n], nil
}

// noReader refuses a kind by name.
func noReader(path string, head []byte) error {
	return fmt.Errorf("%s: no reader for this yet: %w", kindOf(path, head), errUnsupported)
}

// kindOf names a file's kind for people: by its extension, else by its first bytes.
func kindOf(path string, head []byte) string {
	name := strings.ToLower(filepath.Base(path))
	for _, double := range []string{".tar.gz", ".tar.xz", ".tar.bz2"} {
		if strings.HasSuffix(name, double) {
			return double[1:]
		}
	}
	if ext := filepath.Ext(name); len(ext) > 1 && len(ext) < 12 {
		return ext[1:]
	}
	switch {
	case strings.HasPrefix(string(head), "PK\x03\x04"):
		return "zip"
	case strings.HasPrefix(string(head), "SQLite format 3\x00"):
		return "sqlite"
	case strings.HasPrefix(string(head), "\x1f\x8b"):
		return "gzip"
	}
	return "a file of unknown kind"
}

// packages are kinds that hold lessons but have no reader: found in a folder they are refused by name, not passed over.
var packages = []string{"zip", "h5p", "mbz", "imscc", "perseus", "ipynb", "tar.gz", "tgz", "sqlite3", "sqlite", "cnxml", "zim", "epub", "lamp"}

// marks are files that make a folder one package of a kind that has no reader yet.
var marks = map[string]string{"imsmanifest.xml": "scorm or common cartridge folder", "h5p.json": "h5p folder", "cmi5.xml": "cmi5 folder"}

// A walker goes through a folder and gathers courses.
type walker struct {
	l       *Library
	ctx     context.Context
	entries int
	loose   bool // loose media were seen
	found   []candidate
}

// folder looks at a folder named on the command line. Its loose media, sub-folders included, are one course.
func (w *walker) folder(path string, depth int) {
	w.loose = false
	if w.special(path) {
		return
	}
	if f := w.l.looseFormat(path); f != nil {
		w.walk(path, depth)
		if w.loose {
			w.found = append(w.found, candidate{path: path, format: f})
		}
		return
	}
	w.walk(path, depth)
}

// special says whether a folder as a whole is a course or a package, and adds it.
func (w *walker) special(path string) bool {
	for _, f := range w.l.formats {
		if f.Name() != "media" && f.Claims(path, nil) {
			w.courses(path, f)
			return true
		}
	}
	if fi, err := os.Stat(filepath.Join(path, "databases")); err == nil && fi.IsDir() {
		w.found = append(w.found, candidate{path: path, err: fmt.Errorf("kolibri: no reader for this yet: %w", errUnsupported)})
		return true
	}
	for name, kind := range marks {
		if fi, err := os.Stat(filepath.Join(path, name)); err == nil && !fi.IsDir() {
			w.found = append(w.found, candidate{path: path, err: fmt.Errorf("%s: no reader for this yet: %w", kind, errUnsupported)})
			return true
		}
	}
	return false
}

// courses adds a folder that is a course, or each course of a folder that holds several.
func (w *walker) courses(path string, f content.Format) {
	d, ok := f.(content.Drive)
	if !ok {
		w.found = append(w.found, candidate{path: path, format: f})
		return
	}
	paths, err := d.Courses(path)
	if err != nil {
		w.found = append(w.found, candidate{path: path, err: err})
	}
	for _, p := range paths {
		w.found = append(w.found, candidate{path: p, format: f})
	}
}

// walk gathers containers under path and notes loose media.
func (w *walker) walk(path string, depth int) {
	if depth > maxDepth {
		w.found = append(w.found, candidate{path: path, err: fmt.Errorf("more than %d folders deep: %w", maxDepth, fs.ErrInvalid)})
		return
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		w.found = append(w.found, candidate{path: path, err: err})
		return
	}
	for _, e := range entries {
		if w.entries++; w.entries > maxEntries || w.ctx.Err() != nil {
			return
		}
		full := filepath.Join(path, e.Name())
		switch {
		case skipped(e.Name()):
		case e.IsDir():
			if !w.special(full) {
				w.walk(full, depth+1)
			}
		case e.Type().IsRegular():
			w.one(full, entries)
		}
	}
}

// skipped are hidden files and what systems leave on sticks.
func skipped(name string) bool {
	return strings.HasPrefix(name, ".") || slices.Contains([]string{"System Volume Information", "$RECYCLE.BIN", "lost+found", "LOST.DIR", "Thumbs.db", "desktop.ini"}, name)
}

// one looks at a file met in a folder.
func (w *walker) one(path string, siblings []fs.DirEntry) {
	if laterPart(path, siblings) {
		return
	}
	head, err := readHead(path)
	if err != nil {
		w.found = append(w.found, candidate{path: path, err: err})
		return
	}
	for _, f := range w.l.formats {
		if !f.Claims(path, head) {
			continue
		}
		if f.Name() == "media" {
			w.loose = true
		} else {
			w.found = append(w.found, candidate{path: path, format: f})
		}
		return
	}
	if slices.Contains(packages, kindOf(path, head)) {
		w.found = append(w.found, candidate{path: path, err: noReader(path, head)})
	}
}

// laterPart says whether path is a .zimab … .zimzz whose .zimaa lies beside it and pulls it in.
func laterPart(path string, siblings []fs.DirEntry) bool {
	ext := strings.ToLower(filepath.Ext(path))
	if len(ext) != 6 || !strings.HasPrefix(ext, ".zim") || ext == ".zimaa" {
		return false
	}
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return slices.ContainsFunc(siblings, func(e fs.DirEntry) bool {
		return strings.EqualFold(e.Name(), stem+".zimaa")
	})
}

// looseFormat is the format that makes one course of a folder's loose files, nil when there is none.
func (l *Library) looseFormat(path string) content.Format {
	for _, f := range l.formats {
		if f.Name() == "media" && f.Claims(path, nil) {
			return f
		}
	}
	return nil
}
