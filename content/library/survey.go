package library

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Thing is a file or folder that some format may read.
type Thing struct {
	Name   string
	Path   string
	Format string // who would be asked; "" for a folder that must be looked into
	Bytes  int64  // of a file
}

const (
	maxThings    = 60
	maxSurveyed  = 2000
	hiddenPrefix = "."
)

// Survey lists what lies in a folder and may be imported, by name, with the first bytes of files alone: a stick is slow. more
// says that the list is cut.
func (l *Library) Survey(folder string) (things []Thing, more bool, err error) {
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil, false, fmt.Errorf("library: %w", err)
	}
	if more = len(files) > maxSurveyed; more {
		files = files[:maxSurveyed]
	}
	for _, f := range files {
		if strings.HasPrefix(f.Name(), hiddenPrefix) || f.Name() == "lost+found" || f.Name() == "System Volume Information" {
			continue
		}
		x := Thing{Name: f.Name(), Path: filepath.Join(folder, f.Name())}
		fi, err := os.Stat(x.Path)
		switch {
		case err != nil:
			continue
		case fi.IsDir():
			x.Format = l.folderFormat(x.Path)
		default:
			c := l.file(x.Path, fi)
			if c.err != nil {
				continue
			}
			x.Format, x.Bytes = c.format.Name(), fi.Size()
		}
		if len(things) == maxThings {
			return things, true, nil
		}
		things = append(things, x)
	}
	return things, more, nil
}

// folderFormat is who claims a folder as a whole, "" when it must be looked into.
func (l *Library) folderFormat(path string) string {
	for _, f := range l.formats {
		if f.Name() != "media" && f.Claims(path, nil) {
			return f.Name()
		}
	}
	return ""
}
