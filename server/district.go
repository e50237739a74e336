package server

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"lamplight/server/district"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
)

// openDistrict makes this node a district's where its settings say so: it holds schools, a folder each. The record is open.
func (s *Server) openDistrict() (err error) {
	if s.config.Node.Role != "district" {
		return nil
	}
	s.Schools, err = district.Open(district.Options{
		Dir: filepath.Join(s.dir, "schools"), Own: s.Records, Ours: s.districtWrites, Contact: s.contactWith, Wall: s.wall, Logger: s.log,
	})
	return err
}

// districtWrites says whether a stream is what this district tells all its schools: scope pub of its own boxes.
func (s *Server) districtWrites(stream clock.Stream) bool {
	o, ok := s.Registry.Owner(stream)
	return ok && o.Scope == learning.Pub.Scope("") && s.Registry.Member(o.Device)
}

// oversees is what the exchange serves besides this node's own record: nil for a box.
func (s *Server) oversees() exchange.Schools {
	if s.Schools == nil {
		return nil
	}
	return s.Schools
}

// adopts is what takes a school in that pairs with this district; nil for a box.
func (s *Server) adopts() func(device.Authority, device.Certificate) error {
	if s.Schools == nil {
		return nil
	}
	return s.Schools.Adopt
}

// contactWith is what the exchange knows of a box of a school.
func (s *Server) contactWith(id string) district.Contact {
	if s.run.network == nil || s.run.network.exchange == nil {
		return district.Contact{}
	}
	m := s.run.network.exchange.Met(id)
	return district.Contact{Last: m.Last, Way: m.Via, Why: m.Why, Heard: m.Heard}
}

// District is the schools that this node oversees, nil for a box. It implements web.Node.
func (s *Server) District() *district.Schools { return s.Schools }

// overseen reports whether this box's school belongs to a district that is to be told how it is.
func (s *Server) overseen() bool { return s.Claimed() && s.Registry.District() != nil }

// ofOurDistrict says whether a stream is written by the district of this box's school.
func (s *Server) ofOurDistrict(stream clock.Stream) bool {
	d := s.Registry.District()
	o, ok := s.Registry.Owner(stream)
	if d == nil || !ok {
		return false
	}
	p, known := s.Registry.Peer(o.Device)
	return known && p.Certificate != nil && !p.Revoked && p.Certificate.SchoolID() == d.ID()
}

// reportEvery is how often a box says how it is, besides once after it was switched on.
const reportEvery = 24 * time.Hour

// reportOps tells the district how this box is: once the record is proved, once more when the school joins a district, and
// every day.
func (s *Server) reportOps(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-s.Records.Proved():
	}
	look := time.NewTicker(time.Minute)
	defer look.Stop()
	var last time.Time
	var told []learning.NotTaken
	for {
		if s.overseen() && (last.IsZero() || time.Since(last) >= reportEvery || !slices.Equal(told, s.notTaken())) {
			o := s.ops()
			if err := s.Store.ReportOps(ctx, learning.Box(), o); err != nil {
				return err
			}
			last, told = time.Now(), o.NotTaken
		}
		changed := s.Records.Changed()
		if !last.IsZero() {
			changed = nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed: // the school may have joined one
		case <-look.C:
		}
	}
}
