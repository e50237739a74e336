package server

import (
	"context"
	"crypto/ecdh"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"lamplight/hardware/disk"
	"lamplight/server/web"
	"lamplight/sync/bundle"
	"lamplight/sync/clock"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// A carriage is what goes in and out by sticks and phones.
type carriage struct {
	porter *bundle.Porter
	light  *disk.Light

	mu   sync.Mutex
	told []web.Carried // newest first
}

// maxTold is how many results are kept for people to read.
const maxTold = 10

// openCarriage needs the record, the library and the blobs.
func (s *Server) openCarriage() (err error) {
	most := int64(0)
	if s.Schools != nil {
		most = -1 // a district keeps every school's roster
	}
	if s.Carry, err = bundle.OpenCarry(filepath.Join(s.dir, "carry"), most); err != nil {
		return err
	}
	s.carriage.light = disk.FindLight("/")
	s.carriage.porter = bundle.New(bundle.Options{
		Device: s.Device, Registry: s.Registry, Log: s.Records, Carry: s.Carry, Blobs: roomyShelf{blobShelf{s.Blobs}, s.Library}, Wants: s,
		To: s.sealedTo, Keys: s.opens, Schools: s.oversees(), Known: s.heardOf, Seen: s.seenByStick, Also: s.filesOf,
		OnBlob: func(string) { knock(s.run.blobCame) }, Purged: s.Records.Purged, Turned: s.heardMore, Logger: s.log,
	})
	return nil
}

// sealedTo is who may read a scope that a carrier carries: the school, and of what is not the roster's its district.
func (s *Server) sealedTo(scope segment.Scope) (to []*ecdh.PublicKey) {
	if keys := s.opens(); len(keys) > 0 {
		to = append(to, keys[0].PublicKey())
	}
	if d := s.Registry.District(); d != nil && len(to) > 0 && !strings.HasSuffix(string(scope), "/roster") {
		if key := d.SealKey(); key != nil {
			to = append(to, key)
		}
	}
	return to
}

// opens are the keys of this box's school, newest first; none before it has one.
func (s *Server) opens() []*ecdh.PrivateKey {
	school := s.Registry.School()
	if school == nil || school.Overseen() {
		return nil
	}
	return school.SealKeys()
}

// heardOf is what the exchange knows a peer to hold.
func (s *Server) heardOf(id string) clock.Vector {
	if s.run.network == nil || s.run.network.exchange == nil {
		return nil
	}
	return s.run.network.exchange.Met(id).Heard
}

func (s *Server) seenByStick(id string, v clock.Vector) {
	if s.run.network != nil && s.run.network.exchange != nil {
		s.run.network.exchange.Carried(id, v)
	}
}

// filesOf names the files of a course whose manifest is wanted, so that one trip brings both.
func (s *Server) filesOf(hash string) (out []exchange.Want) {
	refs, err := s.Library.ManifestBlobs(hash)
	if err != nil {
		return nil // no manifest
	}
	for _, ref := range refs {
		if ref.Travel != nil && s.Blobs.Has(ref.Travel.Hash) {
			out = append(out, exchange.Want{Hash: ref.Travel.Hash, Size: ref.Travel.Size})
		} else {
			out = append(out, exchange.Want{Hash: ref.Hash, Size: ref.Size})
		}
	}
	return out
}

// Carrying says who goes to carriers for this box: commands use it.
func (s *Server) Carrying() *bundle.Porter { return s.carriage.porter }

// ParcelScratch is where parcels are made.
func (s *Server) ParcelScratch() string { return filepath.Join(s.dir, "run", "parcels") }

// PeerCalled finds a peer by its id or its name; fs.ErrNotExist.
func (s *Server) PeerCalled(who string) (id string, err error) {
	var found []string
	for _, p := range s.Registry.Peers() {
		if p.ID() == who {
			return who, nil
		}
		if strings.EqualFold(s.peerName(p.ID()), who) {
			found = append(found, p.ID())
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return "", fmt.Errorf("server: %d boxes are called %q; `lamplight peer list` names them: %w", len(found), who, fs.ErrNotExist)
}

// tell keeps one visit's result for people, newest first. What changed nothing replaces what changed nothing before.
func (s *Server) tell(from string, r bundle.Result, err error) web.Carried {
	now, believed := s.wall.Now()
	c := web.Carried{
		From: from, At: now, Sure: believed, In: r.EventsIn, Out: r.EventsOut, Files: r.BlobsIn, Waiting: r.Parked,
		Left: r.Left, Trouble: r.Trouble, Did: r.Did(),
	}
	if errors.Is(err, fs.ErrInvalid) {
		c.Trouble = "parcel"
	}
	for _, id := range r.Boxes {
		if name := s.peerName(id); name != id {
			c.Boxes = append(c.Boxes, name)
		}
	}
	s.log.Info("carried", "from", from, "events in", r.EventsIn, "events out", r.EventsOut, "files in", r.BlobsIn, "files out", r.BlobsOut,
		"for others", r.CarriedIn, "waiting", r.Parked, "damaged", r.Damaged, "left unread", r.Passed, "refused", r.Refused, "trouble", r.Trouble, "err", err)
	s.carriage.mu.Lock()
	defer s.carriage.mu.Unlock()
	told := slices.DeleteFunc(s.carriage.told, func(x web.Carried) bool { return x.From == from && !x.Did && x.Trouble == c.Trouble })
	told = append([]web.Carried{c}, told...)
	s.carriage.told = told[:min(len(told), maxTold)]
	return c
}

// Carried is what sticks and phones brought and took since this process began, newest first. It implements web.Node.
func (s *Server) Carried() []web.Carried {
	s.carriage.mu.Lock()
	defer s.carriage.mu.Unlock()
	return slices.Clone(s.carriage.told)
}

// TakeParcel makes a parcel of at most so many bytes and has send send it: size bytes, written by write.
func (s *Server) TakeParcel(ctx context.Context, device string, most int64, send func(size int64, write func(io.Writer) error) error) error {
	var made bundle.Result
	err := s.carriage.porter.Pack(ctx, bundle.Trip{For: device, Most: most}, s.ParcelScratch(), func(dir string, r bundle.Result) error {
		made = r
		var size countWriter
		if err := bundle.WriteParcel(&size, dir); err != nil {
			return err
		}
		return send(int64(size), func(w io.Writer) error { return bundle.WriteParcel(w, dir) })
	})
	if err == nil {
		s.tell("", made, nil)
	}
	return err
}

type countWriter int64

func (c *countWriter) Write(b []byte) (int, error) {
	*c += countWriter(len(b))
	return len(b), nil
}

// BringParcel takes what a parcel at path brings.
func (s *Server) BringParcel(ctx context.Context, path string) (web.Carried, error) {
	r, err := s.carriage.porter.TakeFile(ctx, path)
	c := s.tell("", r, err)
	if c.Trouble != "" {
		err = nil // it is told
	}
	return c, err
}

// settleParked takes what was brought too early as soon as what comes before it is here.
func (s *Server) settleParked(ctx context.Context) error {
	if err := os.RemoveAll(s.ParcelScratch()); err != nil { // what a stop left
		s.log.Warn("parcels half made", "err", err)
	}
	return follower{}.follow(ctx, s.Records.Changed, func(context.Context) error {
		if n := s.carriage.porter.Settle(); n > 0 {
			s.log.Info("what a carrier brought too early has its place now", "events", n)
		}
		return nil
	})
}

// ParcelPeers are whom a parcel may be for, by id and name.
func (s *Server) ParcelPeers() (out []web.PeerStatus) {
	for _, p := range s.Registry.Peers() {
		if !p.Revoked && p.ID() != s.Device.ID() {
			out = append(out, web.PeerStatus{Device: p.ID(), Name: s.peerName(p.ID())})
		}
	}
	return out
}
