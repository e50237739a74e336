package html

import (
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"lamplight/content/zips"
)

// A source is a package while it is being read: files by slashed name.
type source interface {
	Names() iter.Seq[string]
	// Has is the name under which a file is there, or one that differs in letter case alone.
	Has(name string) (found string, ok bool)
	// Read reads a file of at most limit bytes.
	Read(name string, limit int64) ([]byte, error)
}

type zipped struct{ *zips.Zip }

func (z zipped) Has(name string) (string, bool) {
	e, err := z.Stat(name)
	return e.Name, err == nil
}

func (z zipped) Read(name string, limit int64) ([]byte, error) { return z.ReadFile(name, limit) }

// A folder is a source on disk: the files that listFolder found.
type folder struct {
	dir    string
	files  []folderFile
	byFold map[string]string
}

type folderFile struct {
	name string
	size int64
}

// Limits of a folder.
const (
	maxFiles = 20_000
	maxDepth = 24
)

func newFolder(dir string, files []folderFile) *folder {
	f := &folder{dir: dir, files: files, byFold: map[string]string{}}
	for i := len(files) - 1; i >= 0; i-- {
		f.byFold[strings.ToLower(files[i].name)] = files[i].name
		f.byFold[files[i].name] = files[i].name
	}
	return f
}

func (f *folder) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, file := range f.files {
			if !yield(file.name) {
				return
			}
		}
	}
}

func (f *folder) Has(name string) (string, bool) {
	if found, ok := f.byFold[name]; ok {
		return found, true
	}
	found, ok := f.byFold[strings.ToLower(name)]
	return found, ok
}

func (f *folder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

func (f *folder) Read(name string, limit int64) ([]byte, error) {
	for _, file := range f.files {
		if file.name == name && file.size <= limit {
			return os.ReadFile(f.path(name))
		}
	}
	return nil, fmt.Errorf("%s: not there, or more than %d bytes: %w", name, limit, fs.ErrInvalid)
}

// listFolder lists the files under dir in order of name; hidden ones, links and devices are left out. only names a lone
// page: then it and the folder of its parts ("NAME_files") are all.
func listFolder(dir, only string) ([]folderFile, error) {
	var files []folderFile
	parts := strings.TrimSuffix(only, filepath.Ext(only)) + "_files"
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || name == "." {
			return err
		}
		name = filepath.ToSlash(name)
		top, _, _ := strings.Cut(name, "/")
		skip := strings.HasPrefix(e.Name(), ".") || unkept[strings.ToLower(e.Name())] || only != "" && top != only && top != parts ||
			strings.Count(name, "/") >= maxDepth
		switch {
		case skip && e.IsDir():
			return fs.SkipDir
		case skip || !e.Type().IsRegular():
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if files = append(files, folderFile{name, info.Size()}); len(files) > maxFiles {
			return fmt.Errorf("more than %d files: %w", maxFiles, fs.ErrInvalid)
		}
		return nil
	})
	return files, err
}

// unkept is what systems leave in folders and zips.
var unkept = map[string]bool{
	"__macosx": true, "thumbs.db": true, "desktop.ini": true, "system volume information": true, "$recycle.bin": true, "lost+found": true, "lost.dir": true,
}

// systemFile says whether a name is of what systems leave, or hidden.
func systemFile(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || unkept[strings.ToLower(part)] {
			return true
		}
	}
	return false
}
