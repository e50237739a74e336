package server

import (
	"fmt"
	"path/filepath"
	"syscall"
	"time"

	"lamplight/server/intake"
)

// openIntake takes up the files that browsers were sending when the box stopped.
func (s *Server) openIntake() (err error) {
	if err := s.sweepLooks(); err != nil {
		return fmt.Errorf("server: %w", err)
	}
	s.Intake, err = intake.Open(intake.Options{
		Dir: filepath.Join(s.dir, "run", "sent"), Files: s.uploads(),
		Fits: s.fits, Room: func(size int64) error { return s.Library.MakeRoom(size) },
		Now: func() (time.Time, bool) { return s.wall.Now() },
	})
	return err
}

// fits says whether so many more bytes may come: nil, or an error that wraps syscall.ENOSPC.
func (s *Server) fits(size int64) error {
	if left := s.roomLeft(); left >= 0 && left < size {
		return fmt.Errorf("server: %d bytes are to come, and there is room for %d: %w", size, left, syscall.ENOSPC)
	}
	return nil
}
