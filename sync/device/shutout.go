package device

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"lamplight/sync/clock"
)

// A ShutOut is a box of the school that was revoked, as another box is told of it that may never have met it: what it wrote
// up to Last counts everywhere, so everybody must be able to check it.
type ShutOut struct {
	Certificate Certificate
	Last        clock.Vector // the last event of each stream that counts
}

// ShutOuts are the boxes of the school that were revoked and whose certificates are held, by id.
func (r *Registry) ShutOuts() (out []ShutOut) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(r.peers)) {
		if p := r.peers[id]; p.Revoked && r.isOurs(p.Certificate) {
			out = append(out, ShutOut{*p.Certificate, clock.Vector(p.last).Clone()})
		}
	}
	return out
}

// HearShutOut takes in a box that was revoked elsewhere, so that what it wrote before can be checked. It makes nobody more
// trusted: a box that is not known here becomes one that is revoked, in one change; of one that is revoked here its
// certificate is kept, and what this box was told of its last events stands; one that is trusted here stays so until the
// revocation itself is heard. Heard twice it changes nothing. A certificate of another school is fs.ErrPermission.
func (r *Registry) HearShutOut(s ShutOut) (news bool, err error) {
	c := s.Certificate
	if err := c.Verify(); err != nil {
		return false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	old, known := r.peers[c.ID()]
	switch {
	case !r.isOurs(&c):
		return false, fmt.Errorf("device: certificate of %s, which was revoked, is from another school: %w", c.ID(), fs.ErrPermission)
	case c.ID() == r.own.ID() || known && !old.Revoked || old.Certificate != nil:
		return false, nil
	case !known:
		old = Peer{Revoked: true, last: s.Last.Clone()}
	}
	return true, r.keepShutOut(old, c)
}

// keepShutOut puts its certificate to a revoked peer. The caller holds mu.
func (r *Registry) keepShutOut(p Peer, c Certificate) error {
	p.Public, p.Name, p.Certificate = bytes.Clone(c.Public), c.Name, &c
	return r.put(p)
}
