package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/server/learning"
	"lamplight/server/web"
	"lamplight/sync/clock"
	"lamplight/sync/exchange"
)

// Offers are the courses that paired boxes have and this one has not, or not in that edition: those that come by themselves,
// with how much is here, and those that somebody may wish for.
func (s *Server) Offers() []web.Offer {
	coming := map[string]bool{}
	for _, o := range s.missingCourses() {
		coming[o.Manifest] = true
	}
	var out []web.Offer
	for _, o := range s.peersOffers() {
		if installed, _, err := s.Library.Manifest(o.Course); installed == o.Manifest || errors.Is(err, errors.ErrUnsupported) || s.sameZIM(o) {
			continue
		}
		x := web.Offer{Course: o.Course, Title: o.Title, Language: o.Language, Format: o.Format, Licence: o.Licence, Bytes: o.Bytes, Coming: coming[o.Manifest]}
		_, err := s.Library.Course(o.Course)
		x.Update = err == nil
		for _, stream := range o.Streams {
			if owner, ok := s.Registry.Owner(stream); ok {
				x.From = append(x.From, s.peerName(owner.Device))
			}
		}
		if x.Coming {
			x.Here = s.arrived(o.Manifest)
		}
		out = append(out, x)
	}
	return out
}

// peersOffers are the newest offers of boxes that are trusted, of whatever school.
func (s *Server) peersOffers() []learning.Offer {
	offers, err := s.Store.OfferedCourses(func(stream clock.Stream) bool {
		owner, ok := s.Registry.Owner(stream)
		if !ok || owner.Device == s.Device.ID() {
			return false
		}
		p, known := s.Registry.Peer(owner.Device)
		return known && !p.Revoked
	})
	if err != nil {
		s.log.Warn("courses on offer", "err", err)
	}
	return offers
}

func (s *Server) peerName(device string) string {
	for _, p := range s.Peers() {
		if p.Device == device && p.Name != "" {
			return p.Name
		}
	}
	return device
}

// arrived is how many bytes of a course that comes are here, whole files only.
func (s *Server) arrived(manifest string) (n int64) {
	refs, err := s.Library.ManifestBlobs(manifest)
	if err != nil {
		return 0
	}
	for _, ref := range refs {
		if s.have(ref) {
			n += ref.Size
		}
	}
	return n
}

// Fetch wishes for a course that a paired box offers, in the edition that it offers now; fs.ErrNotExist when none does. It
// comes when that box is met, and after a power cut goes on coming.
func (s *Server) Fetch(id content.CourseID) error {
	for _, o := range s.peersOffers() {
		if o.Course != id {
			continue
		}
		if err := s.wish(id, o.Manifest); err != nil {
			return err
		}
		s.lookForBlobs()
		return nil
	}
	return fmt.Errorf("server: no box offers the course %.40q: %w", id, fs.ErrNotExist)
}

// Unfetch takes a wish back; what came of it by then stays until the course is wished for again.
func (s *Server) Unfetch(id content.CourseID) error { return s.refuse(id) }

// wish notes that an edition is wanted, and no longer that the course is not.
func (s *Server) wish(id content.CourseID, manifest string) error {
	if err := s.keep(id); err != nil {
		return err
	}
	s.run.wishing.Lock()
	defer s.run.wishing.Unlock()
	wishes, err := s.wishes()
	if err != nil {
		return err
	}
	wishes[id] = manifest
	return s.saveWishes(wishes)
}

// refuse notes that a course is not to come by sync.
func (s *Server) refuse(id content.CourseID) error {
	s.run.wishing.Lock()
	defer s.run.wishing.Unlock()
	unwanted, err := s.unwanted()
	if err != nil {
		return err
	}
	if unwanted[id] = true; err == nil {
		err = s.saveUnwanted(unwanted)
	}
	wishes, errW := s.wishes()
	if err = errors.Join(err, errW); err != nil || wishes[id] == "" {
		return err
	}
	delete(wishes, id)
	return s.saveWishes(wishes)
}

// wishes is what was asked for of other boxes: the file "wishes" in the data folder, a course id and its manifest a line.
func (s *Server) wishes() (map[content.CourseID]string, error) {
	out := map[content.CourseID]string{}
	b, err := os.ReadFile(filepath.Join(s.dir, "wishes"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("server: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) == 2 {
			out[content.CourseID(f[0])] = f[1]
		}
	}
	return out, nil
}

func (s *Server) saveWishes(wishes map[content.CourseID]string) error {
	var b strings.Builder
	for id, manifest := range wishes {
		fmt.Fprintln(&b, id, manifest)
	}
	return replaceFile(filepath.Join(s.dir, "wishes"), []byte(b.String()))
}

// wished are the offers of any trusted box that somebody asked for and that are not here.
func (s *Server) wished(besides []learning.Offer) []learning.Offer {
	wishes, err := s.wishes()
	if err != nil {
		s.log.Warn("courses wished for", "err", err)
	}
	if len(wishes) == 0 {
		return nil
	}
	var out []learning.Offer
	for _, o := range s.peersOffers() {
		installed, _, _ := s.Library.Manifest(o.Course)
		already := slices.ContainsFunc(besides, func(b learning.Offer) bool { return b.Course == o.Course })
		if wishes[o.Course] == o.Manifest && installed != o.Manifest && !already {
			out = append(out, o)
		}
	}
	return out
}

// damagedWants are the files of installed courses that were found damaged: any box that has them may give them.
func (s *Server) damagedWants() (out []exchange.Want) {
	for _, d := range s.Library.Damaged() {
		out = append(out, exchange.Want{Hash: d.Hash, Size: d.Size})
	}
	return out
}

// roomyShelf is a blobShelf that empties the trash where a blob that comes would not fit.
type roomyShelf struct {
	blobShelf
	library *library.Library
}

func (b roomyShelf) Partial(hash string, size int64) (exchange.Partial, error) {
	p, err := b.blobShelf.Partial(hash, size)
	if errors.Is(err, syscall.ENOSPC) && b.library.MakeRoom(size) == nil {
		return b.blobShelf.Partial(hash, size)
	}
	return p, err
}
