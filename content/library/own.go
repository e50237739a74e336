package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lamplight/content"
)

// Plan says what importing what lies at path by the named format would keep, and stores nothing.
func (l *Library) Plan(ctx context.Context, format, path string, o content.ImportOptions) (p *content.Plan, err error) {
	f, err := l.format(format)
	if err != nil {
		return nil, err
	}
	o.Installed = l.Reader
	err = survive(func() error {
		p, err = f.Plan(ctx, path, o)
		return err
	})
	return p, err
}

// Lend gives such files of a format as are here a second name at the path that place answers, so that who gathers a course
// need not fetch them. The files lent must not be written. It answers those that are not here, or could not be lent: the disk
// has no second names.
func (l *Library) Lend(ctx context.Context, format string, id content.CourseID, files []content.PlanFile, place func(name string) string) (left []content.PlanFile, err error) {
	have := l.named(format, &content.Plan{Course: content.Course{ID: id}, Files: files})
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("library: lending: %w", err)
		}
		had, ok := have[f.Name]
		if !ok {
			left = append(left, f)
			continue
		}
		to := place(f.Name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return nil, fmt.Errorf("library: lending: %w", err)
		}
		if err := os.Link(l.blobs.Path(had.Hash), to); err != nil && !errors.Is(err, fs.ErrExist) {
			left = append(left, f)
		}
	}
	return left, nil
}

// Room says whether size more bytes may be stored: nil, or an error that wraps syscall.ENOSPC.
func (l *Library) Room(size int64) error { return l.blobs.Room(size) }
