package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/library"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/exchange"
)

// OfferCourses tells other boxes of every installed edition that this one has not told of yet. A linked course is not
// offered: it leaves with its stick.
func (s *Server) OfferCourses(ctx context.Context) error {
	own := s.Device.Stream(learning.Pub.Scope(""))
	// Its own offers alone: to tell again of an edition after another box told of the next would make it the newest.
	offers, err := s.Store.OfferedCourses(func(stream clock.Stream) bool { return stream == own })
	if err != nil {
		return err
	}
	told := map[content.CourseID]learning.Offer{}
	for _, o := range offers {
		told[o.Course] = o
	}
	for _, c := range s.Library.Courses() {
		if err := s.keep(c.ID); err != nil {
			return err
		}
		hash, size, err := s.Library.Manifest(c.ID)
		if errors.Is(err, errors.ErrUnsupported) {
			continue
		}
		if err != nil {
			return err
		}
		if told[c.ID].Manifest == hash {
			continue
		}
		o := learning.Offer{
			Course: c.ID, Edition: c.Edition, Format: c.Format, Title: c.Title, Licence: c.Licence.ID,
			Manifest: hash, Size: size, Bytes: c.Bytes, School: s.schoolID(), Updates: s.Library.Updates(c.ID),
		}
		if len(c.Languages) > 0 {
			o.Language = c.Languages[0]
		}
		if err := s.Store.OfferCourse(ctx, learning.Box(), o); err != nil {
			return err
		}
	}
	return nil
}

// keep lets a course come by sync again: somebody imported it.
func (s *Server) keep(id content.CourseID) error {
	s.run.wishing.Lock()
	defer s.run.wishing.Unlock()
	unwanted, err := s.unwanted()
	if err != nil || !unwanted[id] {
		return err
	}
	delete(unwanted, id)
	return s.saveUnwanted(unwanted)
}

// unwanted is what was removed here: the file "unwanted" in the data folder, a course id a line.
func (s *Server) unwanted() (map[content.CourseID]bool, error) {
	out := map[content.CourseID]bool{}
	b, err := os.ReadFile(filepath.Join(s.dir, "unwanted"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("server: %w", err)
	}
	for id := range strings.FieldsSeq(string(b)) {
		out[content.CourseID(id)] = true
	}
	return out, nil
}

func (s *Server) saveUnwanted(ids map[content.CourseID]bool) error {
	var b strings.Builder
	for id := range ids {
		fmt.Fprintln(&b, id)
	}
	return replaceFile(filepath.Join(s.dir, "unwanted"), []byte(b.String()))
}

// replaceFile writes a small file so that a power cut leaves the old one or the new one.
func replaceFile(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("server: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("server: %w", err)
	}
	return nil
}

// syncFolder makes renames in a folder last.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Wanted lists the blobs of courses that boxes of this school offer and this one lacks, manifests first. A file that this
// box can make of the form it travels in is wanted in that, or else as it is; an edition that it can make of one it has, as
// updates, or else by its manifest. It implements exchange.Wants.
func (s *Server) Wanted() []exchange.Want {
	manifests, files := s.damagedWants(), []exchange.Want(nil)
	for _, o := range s.missingCourses() {
		if !s.Blobs.Has(o.Manifest) {
			manifests = append(manifests, s.editionWants(o)...)
			continue
		}
		refs, err := s.Library.ManifestBlobs(o.Manifest)
		if err != nil {
			s.log.Warn("a course's manifest cannot be read", "course", o.Course, "err", err)
			continue
		}
		for _, ref := range refs {
			if s.have(ref) {
				continue
			}
			file := exchange.Want{Hash: ref.Hash, Size: ref.Size}
			if ref.Travel == nil {
				files = append(files, file)
			} else {
				files = append(files, exchange.Want{Hash: ref.Travel.Hash, Size: ref.Travel.Size, Else: &file})
			}
		}
	}
	return append(manifests, files...)
}

// have says whether a file is here, or the form that Install makes it of.
func (s *Server) have(ref library.BlobRef) bool {
	return s.Blobs.Has(ref.Hash) || ref.Travel != nil && s.Blobs.Has(ref.Travel.Hash)
}

// missingCourses are the offers of this school's boxes that are neither installed in that edition nor unwanted here, and
// those of any trusted box that somebody wished for.
// An edition that this box itself replaced by another is not missing.
func (s *Server) missingCourses() []learning.Offer {
	if s.schoolID() == "" {
		return nil
	}
	offers, err := s.Store.OfferedCourses(s.ofOurSchool)
	if err != nil {
		s.log.Warn("courses on offer", "err", err)
		return nil
	}
	unwanted, err := s.unwanted()
	if err != nil {
		s.log.Warn("courses on offer", "err", err)
		return nil
	}
	own := s.Device.Stream(learning.Pub.Scope(""))
	lost := s.Library.Lost()
	var out []learning.Offer
	for _, o := range offers {
		if lost[o.Course] == o.Manifest {
			out = append(out, o) // it was here, and is to be mended
			continue
		}
		installed, _, err := s.Library.Manifest(o.Course)
		linked := errors.Is(err, errors.ErrUnsupported)
		if unwanted[o.Course] || linked || installed == o.Manifest || slices.Contains(o.Streams, own) || s.sameZIM(o) {
			continue
		}
		out = append(out, o)
	}
	return append(out, s.wished(out)...)
}

// sameZIM says whether an offer is of the edition of a ZIM that is installed: one box may have packed it anew, so that it has
// another manifest, and another keeps it as it was published.
func (s *Server) sameZIM(o learning.Offer) bool {
	c, err := s.Library.Course(o.Course)
	return err == nil && o.Format == "zim" && o.Edition != "" && c.Edition == o.Edition
}

// ofOurSchool says whether a stream is written by a box of this school, this one too. A content peer may say in its own
// stream whatever it likes, so what it offers is not fetched by itself.
func (s *Server) ofOurSchool(stream clock.Stream) bool {
	o, ok := s.Registry.Owner(stream)
	if !ok || o.Device == s.Device.ID() {
		return ok
	}
	p, known := s.Registry.Peer(o.Device)
	return known && s.Registry.Member(o.Device) && !p.Revoked
}

// installArrived installs courses as their last blob comes in, and offers them on, until ctx ends.
func (s *Server) installArrived(ctx context.Context) error {
	return follower{knock: s.run.blobCame, every: 30 * time.Second}.follow(ctx, s.Records.Changed, func(ctx context.Context) error {
		if err := s.installWhole(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("installing a course that arrived", "err", err)
		}
		return nil
	})
}

func (s *Server) installWhole(ctx context.Context) error {
	var errs []error
	for _, o := range s.missingCourses() {
		if err := s.unfold(ctx, o); err != nil {
			errs = append(errs, fmt.Errorf("course %q: %w", o.Title, err))
		}
		if !s.whole(o.Manifest) {
			continue
		}
		c, err := s.Library.Install(ctx, o.Manifest, o.Updates...)
		if err != nil {
			errs = append(errs, fmt.Errorf("course %q: %w", o.Title, err))
			if s.run.network != nil && !s.whole(o.Manifest) {
				s.run.network.exchange.Look() // the plain file is wanted now
			}
			continue
		}
		s.forgetBetween(o)
		s.log.Info("a course arrived", "course", c.ID, "title", c.Title, "edition", c.Edition)
		errs = append(errs, s.OfferCourses(ctx))
	}
	return errors.Join(errs...)
}

// whole says whether a manifest and all that it names are here.
func (s *Server) whole(manifest string) bool {
	if !s.Blobs.Has(manifest) {
		return false
	}
	refs, err := s.Library.ManifestBlobs(manifest)
	if err != nil {
		return false
	}
	for _, ref := range refs {
		if !s.have(ref) {
			return false
		}
	}
	return true
}

// blobShelf is content/blob as exchange asks for it.
type blobShelf struct{ *blob.Store }

func (b blobShelf) Open(hash string) (exchange.Blob, int64, error) {
	f, size, err := b.Store.Open(hash)
	if err != nil {
		return nil, 0, err
	}
	return f, size, nil
}

func (b blobShelf) Partial(hash string, size int64) (exchange.Partial, error) {
	p, err := b.Store.Partial(hash, size)
	if err != nil {
		return nil, err
	}
	return p, nil
}
