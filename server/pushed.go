package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lamplight/server/learning"
	"lamplight/server/store"
)

// Pushes is what the district sent to this box's school and did not take back.
func (s *Server) Pushes() []store.Pushed {
	school := s.schoolID()
	if school == "" || s.Registry.District() == nil {
		return nil
	}
	all, err := s.Store.Pushes(s.ofOurDistrict)
	if err != nil {
		s.log.Warn("what the district sent", "err", err)
		return nil
	}
	out := all[:0]
	for _, p := range all {
		if p.For(school) {
			out = append(out, p)
		}
	}
	return out
}

// carryOut does what the district sends, once each, until ctx ends: courses are wished for, settings taken over. Notices
// need nothing, pages read them.
func (s *Server) carryOut(ctx context.Context) error {
	return follower{}.follow(ctx, s.Records.Changed, func(ctx context.Context) error {
		if pushes := s.Pushes(); len(pushes) > 0 {
			s.carryOutThese(ctx, pushes)
		}
		return nil
	})
}

func (s *Server) carryOutThese(ctx context.Context, pushes []store.Pushed) {
	done, err := s.carriedOut()
	if err != nil {
		s.log.Warn("what the district sent and was carried out", "err", err)
		return
	}
	for _, p := range pushes {
		if done[p.ID] {
			continue
		}
		if err := s.carryOutOne(ctx, &p); err != nil {
			s.log.Warn("carrying out what the district sent", "push", p.ID, "err", err)
		}
	}
}

func (s *Server) carryOutOne(ctx context.Context, p *store.Pushed) error {
	switch p.What {
	case learning.PushCourse:
		if unwanted, err := s.unwanted(); err != nil || unwanted[p.Offer.Course] {
			return err // a school that removed it is not given it again
		}
		if err := s.wish(p.Offer.Course, p.Offer.Manifest); err != nil {
			return err
		}
		s.lookForBlobs()
	case learning.PushSetting:
		if p.Setting != "take" {
			return nil // of a newer district
		}
		if err := s.Store.EditSchool(ctx, learning.Box(), learning.SchoolEdit{Take: &p.Text}); err != nil {
			return err
		}
	default:
		return nil
	}
	return s.saveCarriedOut(p.ID)
}

// carriedOut is which pushes this box did: the file "pushed" in the data folder, an id a line.
func (s *Server) carriedOut() (map[learning.PushID]bool, error) {
	b, err := os.ReadFile(filepath.Join(s.dir, "pushed"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("server: %w", err)
	}
	out := map[learning.PushID]bool{}
	for _, id := range strings.Fields(string(b)) {
		out[learning.PushID(id)] = true
	}
	return out, nil
}

func (s *Server) saveCarriedOut(id learning.PushID) error {
	path := filepath.Join(s.dir, "pushed")
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("server: %w", err)
	}
	return replaceFile(path, append(b, (string(id)+"\n")...))
}

// notTaken is what this box does not carry out of what the district sent, and why.
func (s *Server) notTaken() (out []learning.NotTaken) {
	unwanted, err := s.unwanted()
	if err != nil {
		return nil
	}
	for _, p := range s.Pushes() {
		if p.What != learning.PushCourse {
			continue
		}
		if installed, _, err := s.Library.Manifest(p.Offer.Course); err == nil && installed == p.Offer.Manifest {
			continue
		}
		left := s.roomLeft()
		switch {
		case unwanted[p.Offer.Course]:
			out = append(out, learning.NotTaken{Push: p.ID, Why: learning.PushUnwanted})
		case left >= 0 && left < p.Offer.Bytes-s.arrived(p.Offer.Manifest):
			out = append(out, learning.NotTaken{Push: p.ID, Why: learning.PushNoRoom})
		}
	}
	return out
}
