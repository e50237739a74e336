package server

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lamplight/hardware/disk"
	"lamplight/server/web"
	"lamplight/sync/bundle"
)

// carrySticks exchanges with each carrier once it is put in, until ctx ends: with one that has a folder LAMPLIGHT or nothing on
// it at all. A stick with other things on it becomes a carrier when somebody says so.
func (s *Server) carrySticks(ctx context.Context) error {
	done := map[string]bool{} // by path, while it is there
	for {
		s.visitSticks(ctx, done)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(stickLook):
		}
	}
}

func (s *Server) visitSticks(ctx context.Context, done map[string]bool) {
	here := map[string]bool{}
	all, _ := s.carriers() // none known: none there
	for _, d := range all {
		here[d.Path] = true
		if done[d.Path] {
			continue
		}
		done[d.Path] = true
		if !isCarrier(d.Path) {
			continue
		}
		if _, err := s.VisitStick(ctx, d.Path); err != nil && ctx.Err() != nil {
			return
		}
	}
	for path := range done {
		if !here[path] {
			delete(done, path)
		}
	}
}

// isCarrier says whether a stick has a folder LAMPLIGHT, or nothing but what systems put on every stick.
func isCarrier(path string) bool {
	if info, err := os.Lstat(filepath.Join(path, bundle.FolderName)); err == nil {
		return info.IsDir()
	}
	all, err := os.ReadDir(path)
	return err == nil && !slices.ContainsFunc(all, func(e fs.DirEntry) bool {
		return e.Name() != "lost+found" && e.Name() != "System Volume Information" && !strings.HasPrefix(e.Name(), ".")
	})
}

// VisitStick exchanges both ways with the carrier at path, which becomes one if it is none yet. What went wrong with the
// stick is told in the result; it is an error as well.
func (s *Server) VisitStick(ctx context.Context, path string) (bundle.Result, error) {
	s.carriage.light.Show(disk.Busy)
	r, err := s.visitFolder(ctx, path)
	s.tell(filepath.Base(path), r, err)
	signal := disk.Done
	if err != nil {
		signal = disk.Failed
	}
	s.carriage.light.Show(signal)
	return r, err
}

func (s *Server) visitFolder(ctx context.Context, path string) (r bundle.Result, err error) {
	d, err := bundle.OpenFolder(path, true)
	if err != nil {
		return bundle.Result{Trouble: bundle.Trouble(err)}, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return s.carriage.porter.Visit(ctx, d, bundle.Trip{})
}

// CarrySticks are the disks that are plugged in, for the page.
func (s *Server) CarrySticks() (out []web.CarryStick) {
	all, _ := s.carriers()
	for _, d := range all {
		out = append(out, web.CarryStick{Name: d.Name, Path: d.Path, Carries: isCarrier(d.Path)})
	}
	return out
}

// UseStick makes a disk that is plugged in a carrier, and exchanges with it; fs.ErrNotExist when none is plugged in there.
func (s *Server) UseStick(ctx context.Context, path string) error {
	if _, err := s.carrier(path); err != nil {
		return err
	}
	r, err := s.VisitStick(ctx, path)
	if r.Trouble != "" {
		return nil // it is told
	}
	return err
}
