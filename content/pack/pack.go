package pack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lamplight/content"
)

// Format reads course folders (by compiling them) and compiled packs.
type Format struct{}

var _ content.Format = Format{}

// A Problem is something Lint found.
type Problem struct {
	File    string // relative to the course folder
	Line    int    // from 1; 0 for the whole file
	Reason  string // in plain English
	Warning bool   // the course can be built nevertheless
}

func (p Problem) String() string {
	kind := "error"
	if p.Warning {
		kind = "warning"
	}
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s: %s", p.File, kind, p.Reason)
	}
	return fmt.Sprintf("%s:%d: %s: %s", p.File, p.Line, kind, p.Reason)
}

// Name is "lamplight".
func (Format) Name() string { return "lamplight" }

// Claims takes folders with a course.md, files that begin as a pack does, and files named *.lamp.
func (Format) Claims(path string, head []byte) bool {
	if head == nil {
		fi, err := os.Stat(filepath.Join(path, "course.md"))
		return err == nil && fi.Mode().IsRegular()
	}
	return len(head) >= 8 && string(head[:8]) == magic || filepath.Ext(path) == ".lamp"
}

const magic = "LAMPPACK"

// Plan compiles a folder (the file is written by Make) or checks a pack.
func (Format) Plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	return nil, errors.ErrUnsupported
}

// Open opens an installed pack.
func (Format) Open(c content.Course, files content.Files, index []byte) (content.Reader, error) {
	return nil, errors.ErrUnsupported
}

// Build compiles the course folder dir to the pack file out, which must not exist.
func Build(ctx context.Context, dir, out string) error { return errors.ErrUnsupported }

// Lint says what is wrong with the course folder dir, errors first. An error return means it could not be read at all.
func Lint(ctx context.Context, dir string) ([]Problem, error) { return nil, errors.ErrUnsupported }

// New writes a commented starter course to dir, which must not exist or be empty.
func New(dir, id, title, language string) error { return errors.ErrUnsupported }
