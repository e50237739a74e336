package server

import (
	"path/filepath"
	"strings"

	"lamplight/hardware/disk"
	"lamplight/server/web"
)

// mounts is what the kernel says is mounted; a test has its own.
var mounts = "/proc/self/mountinfo"

// Sticks are the disks that are plugged in, with what lies on them and may be a course. The disk of the data folder is none.
func (s *Server) Sticks() []web.Stick {
	all, err := disk.Sticks(mounts)
	if err != nil {
		s.log.Warn("looking for sticks", "err", err)
	}
	var out []web.Stick
	for _, d := range all {
		if strings.HasPrefix(s.dir+"/", d.Path+"/") {
			continue
		}
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
