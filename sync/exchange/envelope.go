package exchange

import (
	"bytes"
	"crypto/ecdh"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"lamplight/sync/clock"
	"lamplight/sync/reconcile"
	"lamplight/sync/segment"
)

// Carry keeps envelopes that this box cannot read, by school. sync/bundle.Carry implements it.
type Carry interface {
	// Put keeps an envelope durably; false when it is kept already.
	Put(school string, envelope []byte) (added bool, err error)
	// Vector is how far each stream of a school is kept without a gap.
	Vector(school string) clock.Vector
	// After passes what is kept of a school beyond the vector, in order, until fn fails.
	After(school string, after clock.Vector, fn func(envelope []byte) error) error
}

// What a district holds of a school is its log, which it can read, and a vault: the school's roster in envelopes, so that a
// school whose last box died has everything again. To the session the two are one log: the vector spans both, so "nothing
// changed" covers the vault too, and what goes out of it are envelopes.
type vaulted struct {
	Log
	carry  Carry
	school string        // id
	roster segment.Scope // of the school: the only scope of the vault
	scopes *streamScopes
}

// streamScopes remembers of which scope a carried stream is, so that its first envelope is read once a process.
type streamScopes struct {
	mu sync.Mutex
	of map[clock.Stream]segment.Scope
}

func (v *vaulted) Vector() clock.Vector { return reconcile.Apply(v.Log.Vector(), v.sealed()) }

// Digest tells no forks: what is sealed has no chain that could be compared.
func (v *vaulted) Digest() [16]byte { return [16]byte(reconcile.Sum(v.Vector())) }

// sealed is how far the school's roster is held.
func (v *vaulted) sealed() clock.Vector {
	return reconcile.Only(v.carry.Vector(v.school), func(s clock.Stream) bool { return v.scopeOf(s) == v.roster })
}

// errEnough ends a listing early.
var errEnough = errors.New("enough")

func (v *vaulted) scopeOf(s clock.Stream) segment.Scope {
	v.scopes.mu.Lock()
	defer v.scopes.mu.Unlock()
	if scope, known := v.scopes.of[s]; known {
		return scope
	}
	after := v.carry.Vector(v.school)
	after[s] = 0
	var scope segment.Scope
	_ = v.carry.After(v.school, after, func(envelope []byte) error {
		if info, err := segment.SealedHeader(envelope); err == nil && info.Stream == s {
			scope = info.Scope
			return errEnough
		}
		return nil
	})
	v.scopes.of[s] = scope
	return scope
}

func (v *vaulted) Segments(after clock.Vector, allow func(segment.Scope) bool, fn func(raw []byte) error) error {
	if err := v.Log.Segments(after, allow, fn); err != nil || !allow(v.roster) {
		return err
	}
	return v.carry.After(v.school, after, func(envelope []byte) error {
		if info, err := segment.SealedHeader(envelope); err != nil || info.Scope != v.roster {
			return nil // parked for another use, or a damaged file
		}
		return fn(envelope)
	})
}

// keep puts an envelope of the school's roster into the vault, as far as can be judged from outside: a device of the school
// writes the stream, and nothing before it is missing.
func (v *vaulted) keep(t *trust, envelope []byte) (info segment.SealedInfo, events int, err error) {
	if info, err = segment.SealedHeader(envelope); err != nil {
		return info, 0, err
	}
	if info.School != v.school || info.Scope != v.roster {
		return info, 0, errPeer(fmt.Sprintf("sent an envelope of scope %q", clip(string(info.Scope))))
	}
	owner, err := t.reg.Claim(info.Stream, info.Epoch, info.Scope)
	if err != nil {
		return info, 0, err
	}
	held := v.sealed()[info.Stream]
	switch {
	case info.Last() > owner.Last:
		return info, 0, fmt.Errorf("exchange: envelope of stream %s to %d: its device was revoked after %d: %w", info.Stream, info.Last(), owner.Last, fs.ErrPermission)
	case info.First > held+1:
		return info, 0, fmt.Errorf("exchange: envelope of stream %s from %d, and %d are here: %w", info.Stream, info.First, held, fs.ErrNotExist)
	case info.Last() <= held:
		return info, 0, nil
	}
	if _, err := v.carry.Put(v.school, bytes.Clone(envelope)); err != nil {
		return info, 0, err
	}
	v.scopes.mu.Lock()
	v.scopes.of[info.Stream] = info.Scope
	v.scopes.mu.Unlock()
	return info, int(info.Last() - held), nil
}

// headOf is the header of a segment, or what an envelope tells of the one in it.
func headOf(raw []byte) (h segment.Header, sealed bool, err error) {
	if !bytes.HasPrefix(raw, []byte("LENV")) {
		h, err = segment.ParseHeader(raw)
		return h, false, err
	}
	i, err := segment.SealedHeader(raw)
	return segment.Header{
		Stream: i.Stream, Epoch: i.Epoch, Scope: i.Scope, First: i.First, Count: i.Count, Before: i.Before, After: i.After, Lamport: i.Lamport,
	}, true, err
}

// wrapped is what goes over the wire for a segment: itself where the peer may read it, else an envelope for our school alone.
func (s *session) wrapped(raw []byte, h segment.Header, sealed bool) (kind, []byte, error) {
	if sealed || s.place.trust.clear(s.class, h.Scope) {
		if sealed {
			return kindEnvelope, raw, nil
		}
		return kindSegment, raw, nil
	}
	keys := s.node.sealKeys()
	if len(keys) == 0 {
		return 0, nil, fmt.Errorf("exchange: scope %s is not for %s: %w", h.Scope, s.peer, fs.ErrPermission)
	}
	envelope, err := segment.Seal(raw, []*ecdh.PublicKey{keys[0].PublicKey()})
	return kindEnvelope, envelope, err
}

// sealKeys open what is sealed to our school, newest first; none on a box that does not hold its key.
func (n *Node) sealKeys() []*ecdh.PrivateKey {
	if s := n.o.Registry.School(); s != nil && !s.Overseen() {
		return s.SealKeys()
	}
	return nil
}

// onEnvelope takes what a district, or a box of one of our schools, sends sealed.
func (s *session) onEnvelope(payload []byte) error {
	if s.class != Overseer {
		return errPeer(fmt.Sprintf("sent an envelope as a %v", s.class))
	}
	if v, ok := s.place.log.(*vaulted); ok {
		info, events, err := v.keep(s.place.trust, payload)
		return s.took(segment.Header{Stream: info.Stream, Epoch: info.Epoch, Scope: info.Scope, First: info.First, Count: info.Count}, events, err)
	}
	if len(s.node.sealKeys()) == 0 {
		return errPeer("sent an envelope that nobody asked for")
	}
	raw, err := segment.OpenSealedLate(payload, s.node.sealKeys, s.node.o.Turned)
	if err != nil {
		return s.took(segment.Header{}, 0, err)
	}
	h, err := segment.ParseHeader(raw)
	if err != nil {
		return err
	}
	if !s.place.trust.allows(s.class, h.Scope) {
		return errPeer(fmt.Sprintf("sent an envelope of scope %q", clip(string(h.Scope))))
	}
	events, err := s.place.log.Receive(raw)
	return s.took(h, events, err)
}
