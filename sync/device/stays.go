package device

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// Who was shut out with a school's key in hand can enrol what device it likes. So since then a certificate of the school is
// not enough: a device stays when a letter of the newest secret names it, when its certificate is counter-signed with that
// secret, or when people paired it with this very box. Of any other what was taken stays held, and it is a stranger until
// a box that knows it says otherwise.

// A staying is who stays at one turn.
type staying struct {
	Generation uint32   `cbor:"1,keyasint"`
	Enrol      []byte   `cbor:"2,keyasint"`
	Devices    [][]byte `cbor:"3,keyasint,omitempty"` // ids, 8 bytes each
}

const (
	maxStaying = 16
	// maxStrangers is how many devices that do not stay are remembered: any of them may yet be vouched for.
	maxStrangers = 64
	// maxLeft bounds how many of them make room for others between two starts: each is a write to the card.
	maxLeft = 256
)

// HearTurned takes in secrets that the school's boxes share, durably; news says that one was not known.
func (r *Registry) HearTurned(turned []Turned) (news bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.school == nil || r.school.Overseen() {
		return false, nil
	}
	next := r.school.With(r.school.near(turned))
	if slices.EqualFunc(next.turned, r.school.turned, func(a, b Turned) bool {
		return a.Generation == b.Generation && bytes.Equal(a.Secret, b.Secret)
	}) {
		return false, nil
	}
	return true, r.keepSchool(next)
}

// keepSchool stores the school durably, then in memory. The caller holds mu.
func (r *Registry) keepSchool(s *School) error {
	if err := r.own.keep(r.path("school.key"), s.Export(), func(b []byte) error { _, err := ImportSchool(b); return err }); err != nil {
		return fmt.Errorf("device: school: %w", err)
	}
	r.school = s
	r.changes++
	clear(r.owners)
	r.judge()
	return nil
}

// HearLetters takes in who stays, durably, in place of what was heard before: all letters of boxes whose word counts (see Speaks)
// and that were not shut out since.
func (r *Registry) HearLetters(letters []Letter) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	next := gather(slices.DeleteFunc(slices.Clone(letters), r.foreign))
	was := r.stays
	if r.stays = next; len(r.counting()) == 0 { // those who said who stays were shut out themselves, or the log is lost
		next = was
	}
	r.stays = was
	if slices.EqualFunc(next, r.stays, staying.same) {
		return nil
	}
	r.stays = next
	if err := r.write(r.peers, r.named); err != nil {
		r.stays = was
		return err
	}
	r.judge()
	return nil
}

// foreign says whether a letter is of no secret that this box of the school knows; of a school that is overseen, of none that
// it can have drawn. The caller holds mu.
func (r *Registry) foreign(l Letter) bool {
	switch {
	case r.school == nil:
		return false
	case r.school.Overseen():
		return l.Generation > r.drawn()
	}
	return !r.school.Knows(l)
}

// drawn is how many secrets a school may have come to since boxes of it were shut out, as far as is known here: one for each, one
// more where two were shut out at the same time, and some for recovery sheets made anew. So nobody whom the school never shut
// anybody out for can say who stays, and nobody makes the last generation there can be. The caller holds mu.
func (r *Registry) drawn() uint32 {
	n := uint32(0)
	for _, p := range r.peers {
		if p.Revoked {
			n += 2
		}
	}
	if n > 0 {
		n += 4
	}
	return n
}

// gather is who stays by these letters, the newest generation first, the same for the same letters.
func gather(letters []Letter) (out []staying) {
	for _, l := range letters {
		i := slices.IndexFunc(out, func(s staying) bool { return s.Generation == l.Generation && bytes.Equal(s.Enrol, l.Enrol) })
		if i < 0 {
			out, i = append(out, staying{Generation: l.Generation, Enrol: l.Enrol}), len(out)
		}
		out[i].Devices = append(out[i].Devices, l.Stays...)
	}
	slices.SortFunc(out, func(a, b staying) int {
		return cmp.Or(cmp.Compare(b.Generation, a.Generation), bytes.Compare(a.Enrol, b.Enrol))
	})
	out = out[:min(len(out), maxStaying)]
	for i := range out {
		slices.SortFunc(out[i].Devices, bytes.Compare)
		out[i].Devices = slices.CompactFunc(out[i].Devices, bytes.Equal)
		out[i].Devices = out[i].Devices[:min(len(out[i].Devices), maxPeers)]
	}
	return out
}

func (s staying) same(other staying) bool {
	return s.Generation == other.Generation && bytes.Equal(s.Enrol, other.Enrol) && slices.EqualFunc(s.Devices, other.Devices, bytes.Equal)
}

// judge works out anew who stays: nil while that is nobody's to say. The caller holds mu, or is alone.
func (r *Registry) judge() {
	r.stay = nil
	for _, s := range r.counting() {
		if r.stay == nil {
			r.stay = map[string]bool{}
		}
		for _, id := range s.Devices {
			r.stay[hex.EncodeToString(id)] = true
		}
		for id, p := range r.peers {
			if !r.stay[id] && r.isOurs(p.Certificate) && p.Certificate.counteredBy(s.Generation, s.Enrol) {
				r.stay[id] = true
			}
		}
	}
}

// counting is what of stays counts: of the newest generation that says anything and is not foreign. The caller holds mu.
func (r *Registry) counting() (out []staying) {
	if r.school == nil {
		return nil
	}
	for _, s := range r.stays { // the newest generation first
		if len(out) > 0 && s.Generation < out[0].Generation {
			break
		}
		if !r.foreign(Letter{Generation: s.Generation, Enrol: s.Enrol}) {
			out = append(out, s)
		}
	}
	return out
}

// Trusted says whether a device may be told what its certificate says: it is known, was not shut out itself, and stays.
func (r *Registry) Trusted(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, known := r.peers[id]
	return id == r.own.ID() || known && !p.Revoked && r.stands(p)
}

// Speaks says whether what a box wrote counts: of one that was shut out that is what it wrote before.
func (r *Registry) Speaks(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, known := r.peers[id]
	return id == r.own.ID() || known && p.Certificate != nil && (p.Revoked || r.stands(p))
}

// stands is whether p, which was not shut out, stays. Who is no box of the school has nothing to do with its secrets. The
// caller holds mu.
func (r *Registry) stands(p Peer) bool {
	return r.stay == nil || !r.isOurs(p.Certificate) || p.here || r.stay[p.ID()]
}

// room is whether one more device that does not stay may be remembered, and which stranger goes for it, "" none: the one that
// came first of those of whose work the log has nothing. Who went pushes out nobody until the next start, so that boxes that
// know different ones come to rest. The caller holds mu.
func (r *Registry) room(c *Certificate) (goes string, ok bool) {
	if _, known := r.peers[c.ID()]; known || r.stay == nil || !r.isOurs(c) || r.stay[c.ID()] || r.shown(c) {
		return "", true
	}
	n := 0
	for id, p := range r.peers {
		if p.Revoked || r.stands(p) {
			continue
		}
		n++
		if goes == "" || cmp.Or(cmp.Compare(p.since, r.peers[goes].since), cmp.Compare(id, goes)) < 0 {
			if !r.wrote[id] {
				goes = id
			}
		}
	}
	if n < maxStrangers {
		return "", true
	}
	return goes, goes != "" && !r.left[c.ID()] && len(r.left) < maxLeft
}

// leaves notes that a stranger went. The caller holds mu.
func (r *Registry) leaves(id string) {
	if r.left == nil {
		r.left = map[string]bool{}
	}
	r.left[id] = true
}

// shown says whether c shows by itself that its device stays. The caller holds mu.
func (r *Registry) shown(c *Certificate) bool {
	return slices.ContainsFunc(r.counting(), func(s staying) bool { return c.counteredBy(s.Generation, s.Enrol) })
}

// counters says whether c shows that, which what was held of the device does not. The caller holds mu.
func (r *Registry) counters(c, old *Certificate) bool {
	return !bytes.Equal(c.Counter, old.Counter) && r.shown(c) && !r.shown(old)
}

// stillCountered is c with what old showed, where c, which came by way of an older release, shows nothing. The caller holds mu.
func (r *Registry) stillCountered(c, old *Certificate) *Certificate {
	if old != nil && r.shown(old) && !r.shown(c) {
		next := *c
		next.Counter = old.Counter
		return &next
	}
	return c
}

// Vouch says that people paired the device with this box: it stays, whatever others know of it. One that is not known here
// is fs.ErrNotExist.
func (r *Registry) Vouch(id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, known := r.peers[id]
	if !known {
		return fmt.Errorf("device: peer %s: %w", id, fs.ErrNotExist)
	}
	if p.here {
		return nil
	}
	p.here = true
	return r.put(p)
}

// Unlettered are the boxes of the school that stay and that no letter of the newest secret names, so that one should: those that
// were paired here, and all that stay where no letter of it names anybody yet.
func (r *Registry) Unlettered() (out []ed25519.PublicKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.school == nil || len(r.school.turned) == 0 {
		return nil
	}
	named := map[string]bool{}
	for _, s := range r.counting() {
		if s.Generation != r.school.turned[0].Generation {
			break // the newest names nobody yet
		}
		for _, id := range s.Devices {
			named[hex.EncodeToString(id)] = true
		}
	}
	if !named[r.own.ID()] {
		out = append(out, r.own.Public())
	}
	for _, id := range slices.Sorted(maps.Keys(r.peers)) {
		if p := r.peers[id]; !p.Revoked && r.isOurs(p.Certificate) && !named[id] && (p.here || len(named) == 0 && r.stands(p)) {
			out = append(out, p.Public)
		}
	}
	return out
}

// Stay are the boxes of the school that stay, this one too.
func (r *Registry) Stay() (out []ed25519.PublicKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out = append(out, r.own.Public())
	for _, id := range slices.Sorted(maps.Keys(r.peers)) {
		if p := r.peers[id]; !p.Revoked && r.isOurs(p.Certificate) && r.stands(p) {
			out = append(out, p.Public)
		}
	}
	return out
}

// countersign is what shows that this device knows the newest secret, nil before there is one. The caller holds mu.
func (r *Registry) countersign() []byte {
	if r.school == nil || len(r.school.turned) == 0 {
		return nil
	}
	if r.counter.of != r.school {
		r.counter.of, r.counter.text = r.school, r.school.turned[0].counter(r.own.Public())
	}
	return slices.Clone(r.counter.text)
}
