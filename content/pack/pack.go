package pack

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lamplight/content"
)

// Format reads course folders (by compiling them) and compiled packs (*.lamp).
type Format struct{}

var _ content.Format = Format{}

// fileName is what a course's one file is stored as.
const fileName = "course.lamp"

// Name is "lamplight".
func (Format) Name() string { return "lamplight" }

// Claims takes folders with a course.md, files that begin as a pack does, and files named *.lamp.
func (Format) Claims(path string, head []byte) bool {
	if head == nil {
		fi, err := os.Stat(filepath.Join(path, "course.md"))
		return err == nil && fi.Mode().IsRegular()
	}
	return len(head) >= 8 && string(head[:8]) == magic || strings.EqualFold(filepath.Ext(path), ".lamp")
}

// Plan compiles a folder (Make writes the file) or reads a pack whole and checks it.
func (Format) Plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	fi, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	if fi.IsDir() {
		root, err := os.OpenRoot(path) // no link inside leads out
		if err != nil {
			return nil, fmt.Errorf("pack: %w", err)
		}
		return PlanFS(ctx, root.FS(), o) // closed when the plan is garbage
	}
	p, err := openPack(path)
	if err != nil {
		return nil, err
	}
	defer p.f.Close()
	if err := p.vet(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c := p.index.Course
	c.Format, c.Bytes = "lamplight", p.size
	return &content.Plan{Course: c, Files: []content.PlanFile{{Name: fileName, Size: p.size, Parts: []string{path}}}}, nil
}

// PlanFS plans a course folder that lies in a file system, such as one embedded in the binary. Library.InstallPlan
// installs it.
func PlanFS(ctx context.Context, fsys fs.FS, o content.ImportOptions) (*content.Plan, error) {
	built, problems, err := build(ctx, fsys, o)
	if err != nil {
		return nil, err
	}
	_, total, err := built.head()
	if err != nil {
		return nil, err
	}
	c := built.index.Course
	c.Bytes = total
	plan := &content.Plan{Course: c, Files: []content.PlanFile{{Name: fileName, Size: total, Make: built.write}}}
	for _, p := range problems {
		plan.Warnings = append(plan.Warnings, p.String())
	}
	return plan, nil
}

// build compiles a folder; problems are warnings then.
func build(ctx context.Context, fsys fs.FS, o content.ImportOptions) (*compiled, []Problem, error) {
	c, err := read(ctx, fsys, o)
	if err != nil {
		return nil, nil, err
	}
	if err := errProblems(c.problems); err != nil {
		return nil, nil, fmt.Errorf("pack: the course has errors: %w", err)
	}
	out, err := c.compile(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := errProblems(c.problems); err != nil {
		return nil, nil, fmt.Errorf("pack: the course has errors: %w", err)
	}
	return out, c.problems, nil
}

// Open opens an installed pack: header and index are read, nothing else.
func (Format) Open(c content.Course, files content.Files, index []byte) (content.Reader, error) {
	path, _, err := files.Path(fileName)
	if err != nil {
		return nil, err
	}
	p, err := openPack(path)
	if err != nil {
		return nil, err
	}
	if p.index.Course.ID != c.ID {
		p.f.Close()
		return nil, fmt.Errorf("pack: %s is of another course: %w", path, fs.ErrInvalid)
	}
	p.readAlone()
	return newReader(c, p), nil
}

// Vet reads a pack that came from another box whole, before it is served; library.Install asks for it.
func (Format) Vet(ctx context.Context, c content.Course, files content.Files) error {
	path, _, err := files.Path(fileName)
	if err != nil {
		return err
	}
	p, err := openPack(path)
	if err != nil {
		return err
	}
	defer p.f.Close()
	if p.index.Course.ID != c.ID {
		return fmt.Errorf("pack: the pack is of course %s, not %s: %w", p.index.Course.ID, c.ID, fs.ErrInvalid)
	}
	return p.vet(ctx)
}

// Build compiles the course folder dir to the pack file out, which must not exist. Errors in the folder wrap
// fs.ErrInvalid and name file and line.
func Build(ctx context.Context, dir, out string) (content.Course, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return content.Course{}, fmt.Errorf("pack: %w", err)
	}
	defer root.Close()
	built, _, err := build(ctx, root.FS(), content.ImportOptions{})
	if err != nil {
		return content.Course{}, err
	}
	return built.index.Course, built.write(ctx, out)
}
