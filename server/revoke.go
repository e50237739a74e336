package server

import (
	"context"
	"fmt"
	"io/fs"

	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/gossip"
)

// Revoke shuts a device out for all boxes of the school, as each hears of it: what it wrote up to what is held here counts,
// nothing after. Of a box of the school, which knows the secrets that the boxes share, they take another. A device of
// another school, which this box alone is paired with, is shut out here.
func (s *Server) Revoke(ctx context.Context, id string) error {
	peer, known := s.Registry.Peer(id)
	if !known {
		return fmt.Errorf("server: box %.20q: %w", id, fs.ErrNotExist)
	}
	r := learning.Revocation{Public: peer.Public, Last: s.heldOf(id)}
	if peer.Certificate == nil {
		return s.Registry.RevokeKey(r.Public, r.Last)
	}
	s.turning.Lock() // until the secret is drawn: see turnAgain
	defer s.turning.Unlock()
	if err := s.Store.Revoke(ctx, learning.Box(), r); err != nil {
		return err
	}
	if err := s.Registry.RevokeKey(r.Public, r.Last); err != nil {
		return err
	}
	if s.Registry.Member(id) && !(peer.Revoked && len(s.Registry.School().Turned()) > 0) { // not for the same box again
		if err := s.turn(ctx); err != nil {
			return err
		}
	}
	s.joinPool()
	return nil
}

// heldOf is how far a device's streams are held here, on whichever of their branches that is furthest.
func (s *Server) heldOf(id string) clock.Vector {
	out := clock.Vector{}
	for stream, seq := range s.Records.Held() {
		if o, ok := s.Registry.Owner(stream); ok && o.Device == id {
			of := s.Registry.Signed(stream)
			out[of] = max(out[of], seq)
		}
	}
	return out
}

// watchTrust does what boxes of the school say in their streams of who is shut out and which secret is shared from now on.
func (s *Server) watchTrust(ctx context.Context) error {
	at := follower{knock: s.Store.Trusted()} // at once: what is shut out is told nothing more
	return at.follow(ctx, s.Records.Changed, func(ctx context.Context) error {
		if err := s.heed(ctx); err != nil {
			return err
		}
		s.joinPool()
		return nil
	})
}

// heed shuts out whom others have shut out, and says of whom more was held here by then.
func (s *Server) heed(ctx context.Context) error {
	if _, err := s.hear(); err != nil { // first: who stays may speak
		return err
	}
	wider, err := s.Store.ShutOut(s.Registry, s.Device.ID(), s.Records.Held())
	if err != nil {
		return err
	}
	knock(s.pasts.came) // one who told of the past may be shut out
	for _, r := range wider {
		if err := s.Store.Revoke(ctx, learning.Box(), r); err != nil {
			return err
		}
	}
	if err := s.turnAgain(ctx); err != nil {
		return err
	}
	return s.vouch(ctx)
}

// joinPool is in the pool of this box's school, if it has one and runs, under the key that counts now.
func (s *Server) joinPool() {
	school := s.Registry.School()
	if school == nil || s.run.network == nil {
		return
	}
	s.run.network.pools.SetSchool(&gossip.School{ID: school.ID(), Key: school.Shared("gossip")})
}
