package zim

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// A split ZIM is one file cut into .zimaa, .zimab … .zimzz; anything may lie across a cut.
var partSuffix = regexp.MustCompile(`(?i)\.zim([a-z])([a-z])$`)

// findParts gives the files that make up the ZIM at path: itself, or all parts of a split one. A part other than the
// first is refused, and so is a set with a hole.
func findParts(path string) ([]string, error) {
	name := filepath.Base(path)
	suffix := partSuffix.FindStringSubmatch(name)
	if suffix == nil {
		return []string{path}, nil
	}
	stem := path[:len(path)-2]
	if !strings.EqualFold(suffix[1]+suffix[2], "aa") {
		return nil, fmt.Errorf("%s: a later part of a split ZIM: name the .zimaa instead, its other parts come with it: %w", name, fs.ErrInvalid)
	}
	upper := suffix[1] == "A"
	var parts []string
	missing := ""
	for n := range 26 * 26 {
		s := string([]byte{'a' + byte(n/26), 'a' + byte(n%26)})
		if upper {
			s = strings.ToUpper(s)
		}
		_, err := os.Stat(stem + s)
		switch {
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s: %w", name, err)
		case err != nil && missing == "":
			missing = s
		case err == nil && missing != "":
			return nil, fmt.Errorf("%s: part .zim%s of this split ZIM is missing: %w", name, missing, fs.ErrNotExist)
		case err == nil:
			parts = append(parts, stem+s)
		}
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return parts, nil
}

// files are parts opened end to end as one.
type files struct {
	open  []*os.File
	ends  []int64 // of each part in the whole
	names []string
}

func openFiles(paths []string) (*files, error) {
	f := &files{}
	for _, p := range paths {
		o, err := os.Open(p)
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("%s: %w", filepath.Base(p), err)
		}
		f.open = append(f.open, o)
		i, err := o.Stat()
		if err == nil && !i.Mode().IsRegular() {
			err = fmt.Errorf("not a file: %w", fs.ErrInvalid)
		}
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("%s: %w", filepath.Base(p), err)
		}
		f.ends = append(f.ends, f.size()+i.Size())
		f.names = append(f.names, filepath.Base(p))
	}
	return f, nil
}

func (f *files) size() int64 {
	if len(f.ends) == 0 {
		return 0
	}
	return f.ends[len(f.ends)-1]
}

// ReadAt implements io.ReaderAt over all parts.
func (f *files) ReadAt(b []byte, at int64) (int, error) {
	done := 0
	for i := sort.Search(len(f.ends), func(i int) bool { return f.ends[i] > at }); i < len(f.open); i++ {
		start := int64(0)
		if i > 0 {
			start = f.ends[i-1]
		}
		n := min(int64(len(b)-done), f.ends[i]-at)
		got, err := f.open[i].ReadAt(b[done:done+int(n)], at-start)
		done, at = done+got, at+int64(got)
		if done == len(b) {
			return done, nil
		}
		if int64(got) < n {
			return done, err
		}
	}
	return done, io.EOF
}

// Close closes all parts.
func (f *files) Close() error {
	var errs []error
	for _, o := range f.open {
		errs = append(errs, o.Close())
	}
	return errors.Join(errs...)
}
