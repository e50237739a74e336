package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"

	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// Trusted tells of a box being shut out or the secret being turned, to one who waits for it: what is read after that knows
// of it, since reading waits for the fold under way.
func (s *Store) Trusted() <-chan struct{} { return s.trusted }

func (s *Store) tellTrusted() {
	select {
	case s.trusted <- struct{}{}:
	default:
	}
}

func applyRevocation(kv KV, ev *segment.Event) error {
	r, err := learning.ParseRevocation(ev)
	if err != nil {
		return err
	}
	putLast(kv, revokedBucket, deviceKey(ev.Stream, r.Device()), learning.OrderOf(ev), r.Encode())
	return nil
}

func applyTurn(kv KV, tag schoolTag, ev *segment.Event) error {
	t, err := learning.ParseTurn(ev)
	if err != nil {
		return err
	}
	value := append(binary.BigEndian.AppendUint32(nil, t.Generation), t.Secret...)
	if old := kv.Get(turnBucket, tag[:]); bytes.Compare(value, old) > 0 {
		kv.Put(turnBucket, tag[:], value)
	}
	kv.Put(turnBucket, join(tag[:], value, ev.Stream[:]), []byte{})
	return nil
}

// Revoke says to all boxes of the school that a device is shut out, and how far its streams count; the box only, for an
// administrator.
func (s *Store) Revoke(ctx context.Context, a learning.Actor, r learning.Revocation) error {
	if !a.IsBox() {
		return notAllowed("shut a box out")
	}
	return s.append(ctx, r.Draft())
}

// Turn draws the secret of the next generation; the box only. letters (nil: none) says who is told of it, by pub: all or
// nothing is written, and these come first. since is the newest generation that counts.
func (s *Store) Turn(ctx context.Context, a learning.Actor, since uint32, letters func(device.Turned) ([]device.Letter, error)) error {
	if !a.IsBox() {
		return notAllowed("turn the school's secret")
	}
	t := learning.Turn{Generation: since + 1, Secret: make([]byte, 32)}
	_, _ = rand.Read(t.Secret) // never fails (crypto/rand)
	var drafts []learning.Draft
	if letters != nil {
		all, err := letters(device.Turned(t))
		if err != nil {
			return err
		}
		for _, l := range all {
			drafts = append(drafts, learning.LetterDraft(l))
		}
	}
	return s.append(ctx, append(drafts, t.Draft(s.SchoolID()))...)
}

// Turned is the secret that counts, of generation 0 before the first.
func (s *Store) Turned() (t learning.Turn, err error) {
	err = s.log.View(func(kv KV) error {
		tag := tagOf(s.SchoolID())
		if b := kv.Get(turnBucket, tag[:]); len(b) == 36 {
			t = learning.Turn{Generation: binary.BigEndian.Uint32(b), Secret: bytes.Clone(b[4:])}
		}
		return nil
	})
	return t, err
}

// ShutOut applies to reg what boxes of its school have said of others: it is called whenever the log has changed, costs
// nothing when nothing is new, and may be called twice. own is this box, which is not shut out of itself. wider holds, for a
// box of the school (an overseer has no say), revocations that stop before what is held here already: said anew with what
// is held, all boxes come to keep the same.
func (s *Store) ShutOut(reg *device.Registry, own string, held clock.Vector) (wider []learning.Revocation, err error) {
	all := map[string]learning.Revocation{}
	err = s.log.View(func(kv KV) error {
		kv.Scan(revokedBucket, nil, func(k, v []byte) bool {
			r, err := learning.ReadRevocation(bytes.Clone(v[24:]))
			who, known := reg.Owner(clock.Stream(k[:8]))
			if err != nil || !known || !reg.Member(who.Device) || !reg.Speaks(who.Device) || who.Device == r.Device() || r.Device() == own {
				return true
			}
			if was, twice := all[r.Device()]; twice {
				r.Last.Merge(was.Last)
			}
			all[r.Device()] = r
			return true
		})
		return nil
	})
	for _, r := range all {
		if err := reg.RevokeKey(r.Public, r.Last); err != nil {
			return wider, err
		}
		if more := beyond(reg, r, held); len(more) > 0 {
			r.Last.Merge(more)
			wider = append(wider, r)
		}
	}
	return wider, err
}

// beyond is what is held of a device's streams after where it was shut out. Branches are of the stream that they left: what
// is said of that is what holds for them.
func beyond(reg *device.Registry, r learning.Revocation, held clock.Vector) clock.Vector {
	more := clock.Vector{}
	for stream, seq := range held {
		if o, ok := reg.Owner(stream); ok && o.Device == r.Device() && seq > o.Last {
			of := reg.Signed(stream)
			more[of] = max(more[of], seq)
		}
	}
	return more
}
