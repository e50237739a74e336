package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lamplight/content/library"
	"lamplight/content/starter"
)

// InstallStarter installs the courses that come with Lamplight. Those that are here already stay as they are.
func (s *Server) InstallStarter(ctx context.Context) (library.Report, error) {
	temp, err := os.MkdirTemp(filepath.Join(s.dir, "run"), "starter-*")
	if err != nil {
		return library.Report{}, fmt.Errorf("server: starter courses: %w", err)
	}
	defer os.RemoveAll(temp)
	var paths []string
	for _, c := range starter.Courses() {
		dir := filepath.Join(temp, c.Dir)
		if err := os.CopyFS(dir, c.FS); err != nil {
			return library.Report{}, fmt.Errorf("server: starter courses: %w", err)
		}
		paths = append(paths, dir)
	}
	report, err := s.Library.Import(ctx, paths, library.ImportOptions{})
	if err != nil {
		return report, err
	}
	for _, r := range report.Refused {
		return report, fmt.Errorf("server: starter course %s: %s: %w", filepath.Base(r.Path), r.Reason, errors.Join(r.Err, fs.ErrInvalid))
	}
	return report, s.OfferCourses(ctx)
}
