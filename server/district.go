package server

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"lamplight/content"
	"lamplight/server/district"
	"lamplight/server/learning"
	"lamplight/server/store"
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
	if stream == s.Device.Stream(learning.Pub.Scope("")) {
		return true // the registry is not asked for one that is begun now
	}
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
	return district.Contact{Last: m.Last, Way: m.Via, Heard: m.Heard}
}

// District is the schools that this node oversees, nil for a box. It implements web.Node.
func (s *Server) District() *district.Schools { return s.Schools }

// DistrictPushes is what this district sent to its schools.
func (s *Server) DistrictPushes() ([]store.Pushed, error) { return s.Store.Pushes(s.districtWrites) }

// DistrictName is what the district of this box's school is called, "" without one.
func (s *Server) DistrictName() string {
	if d := s.Registry.District(); d != nil {
		return d.Name
	}
	return ""
}

// OfferOf is an installed course as other boxes may have it; errors.ErrUnsupported for one that lies on a stick.
func (s *Server) OfferOf(id content.CourseID) (learning.Offer, error) {
	c, err := s.Library.Course(id)
	if err != nil {
		return learning.Offer{}, err
	}
	hash, size, err := s.Library.Manifest(id)
	o := learning.Offer{Course: id, Edition: c.Edition, Format: c.Format, Title: c.Title, Licence: c.Licence.ID, Manifest: hash, Size: size, Bytes: c.Bytes, School: s.schoolID()}
	if len(c.Languages) > 0 {
		o.Language = c.Languages[0]
	}
	return o, err
}

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

// joinedYet is how often a box of no district looks whether its school has joined one: by a file that changes nothing of the
// record.
const joinedYet = 3 * time.Second

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
	look := time.NewTicker(joinedYet)
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
			look.Reset(time.Minute)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
	}
}
