package server

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"lamplight/hardware/disk"
	"lamplight/server/web"
)

// mounts is what the kernel says is mounted; a test has its own.
var mounts = "/proc/self/mountinfo"

// carriers are the disks that are plugged in, but for the data folder's own.
func (s *Server) carriers() ([]disk.Stick, error) {
	all, err := disk.Sticks(mounts)
	return slices.DeleteFunc(all, func(d disk.Stick) bool { return strings.HasPrefix(s.dir+"/", d.Path+"/") }), err
}

// carrier is the disk that is plugged in at a path; fs.ErrNotExist when there is none.
func (s *Server) carrier(path string) (disk.Stick, error) {
	all, _ := s.carriers() // none known: none there
	if i := slices.IndexFunc(all, func(d disk.Stick) bool { return d.Path == path }); i >= 0 {
		return all[i], nil
	}
	return disk.Stick{}, fmt.Errorf("server: no stick is plugged in at %.80q: %w", path, fs.ErrNotExist)
}

// Sticks are the carriers, with what lies on them and may be a course.
func (s *Server) Sticks() []web.Stick {
	all, err := s.carriers()
	if err != nil {
		s.log.Warn("looking for sticks", "err", err)
	}
	var out []web.Stick
	for _, d := range all {
		x := web.Stick{Name: d.Name, Path: d.Path, Free: d.Free, Total: d.Total}
		if x.Things, x.More, err = s.Library.Survey(d.Path); err != nil {
			s.log.Warn("looking at a stick", "stick", d.Path, "err", err)
			continue
		}
		out = append(out, x)
	}
	return out
}

// OnStick says whether a path lies on a disk that may be pulled.
func (s *Server) OnStick(path string) bool {
	all, _ := disk.Sticks(mounts) // none known: it does not
	for _, d := range all {
		if strings.HasPrefix(filepath.Clean(path)+"/", d.Path+"/") {
			return true
		}
	}
	return false
}
