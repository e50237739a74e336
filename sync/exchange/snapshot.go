package exchange

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"io/fs"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/reconcile"
	"lamplight/sync/segment"
)

// A box that is new in its school, or came back from an old backup, would need all events before its pages say what the
// school is. Before them it is sent a snapshot: what the events up to a vector add up to, signed by who made it, in fewer
// bytes than a day's work. The events come later, as what is least urgent of the records, and then count alone.

// A Snapshot is one that was checked: a box of this school, or its district, signed it, and the streams that it stands for
// are of this school.
type Snapshot struct {
	At    clock.Vector // how far each stream goes that it stands for
	Learn []byte       // what learners did
	Who   []byte       // who there is; nil: the events of the roster come as usual
	Raw   []byte       // as it was sent, for ParseSnapshot

	signer []byte
}

// Snapshots are made and taken by whoever folds events. Its methods may be called from several goroutines at once.
type Snapshots interface {
	// Make tells what the events of this log add up to; of who there is only if asked. All nil: none can be made.
	Make(who bool) (learn, roster []byte, err error)
	// Wish says whether this box would be sent one, or goes by one.
	Wish() Wish
	// Take keeps one durably, to go by until all events are here that it stands for.
	Take(Snapshot) error
	// Met says what a box of the school told that it holds, after each session with one.
	Met(Meeting)
}

// A Wish is what a box says of snapshots.
type Wish uint8

const (
	NoSnapshot   Wish = 0 // as every older release
	WantSnapshot Wish = 1 // where much is owed
	HasSnapshot  Wish = 2 // the past may wait
	HasLearn     Wish = 3 // of what learners did; to an older release it is HasSnapshot
)

// A snapshotMessage is what is signed and sent.
type snapshotMessage struct {
	School    []byte       `cbor:"1,keyasint"` // tag, 8
	Signer    []byte       `cbor:"2,keyasint"` // ed25519, 32
	At        clock.Vector `cbor:"3,keyasint"`
	Learn     []byte       `cbor:"4,keyasint"`
	Who       []byte       `cbor:"5,keyasint,omitempty"`
	Signature []byte       `cbor:"6,keyasint"` // over "lamplight snapshot 1", 0 and the CBOR of the rest
}

func (m snapshotMessage) signed() []byte {
	m.Signature = nil
	return append([]byte("lamplight snapshot 1\x00"), pack(m)...)
}

// ParseSnapshot reads what was sent and checks who signed it against the registry of this box's school: fs.ErrInvalid,
// fs.ErrPermission.
func ParseSnapshot(reg *device.Registry, raw []byte) (Snapshot, error) {
	return (&trust{reg: reg}).snapshot(raw)
}

func (t *trust) snapshot(raw []byte) (out Snapshot, err error) {
	var m snapshotMessage
	if err := unpack(raw, &m, "snapshot"); err != nil {
		return out, err
	}
	if len(m.Signer) != ed25519.PublicKeySize || !bytes.Equal(m.School, t.school()) {
		return out, errPeer("sent a snapshot of another school")
	}
	if !ed25519.Verify(m.Signer, m.signed(), m.Signature) {
		return out, fmt.Errorf("exchange: a snapshot's signature is wrong: %w", fs.ErrPermission)
	}
	if t.standing(m.Signer) < Member {
		return out, fmt.Errorf("exchange: a snapshot by %s, which is no box of this school: %w", device.ID(m.Signer), fs.ErrPermission)
	}
	return Snapshot{At: m.At, Learn: m.Learn, Who: m.Who, Raw: raw, signer: m.Signer}, nil
}

// Signer is the id of the device that told it.
func (s Snapshot) Signer() string { return device.ID(s.signer) }

// What events cost on the wire, about: an answer, and a name or a secret with its salt and hash. A snapshot is sent to who
// lacks so much, and holds little of it already or lacks more than two days of a large school.
const (
	learnCost  = 7
	rosterCost = 70
	muchOwed   = 60_000
)

// worth says whether the peer is owed so much of what a snapshot tells.
func (s *session) worth(mine, theirs clock.Vector) bool {
	var owed, held uint64
	for stream, last := range mine {
		cost := uint64(0)
		switch scope := s.place.trust.scopeOf(stream); {
		case ending(scope, "/learn"):
			cost = learnCost
		case ending(scope, "/roster"):
			cost = rosterCost
		}
		has := min(theirs[stream], last)
		owed, held = owed+(last-has)*cost, held+has*cost
	}
	return owed > muchOwed && (owed > 4*held || owed > 5*muchOwed)
}

// wish is what we say of snapshots to a box of our school, or our district.
func (s *session) wish(of Standing) Wish {
	if s.node.o.Snapshots == nil || s.place != s.node.home || of < Member || s.node.refused.has(s.peer) {
		return NoSnapshot
	}
	return s.node.o.Snapshots.Wish()
}

// beforeNames sends a snapshot if the peer wants one and is owed much. What it stands for may then wait.
func (s *session) beforeNames(mine, theirs clock.Vector, levels map[level]map[clock.Stream]bool) error {
	if s.class < Member {
		return nil
	}
	who := s.class == Member
	switch s.theirs.Wish {
	case NoSnapshot:
		return nil
	case HasLearn:
		who = false
	case WantSnapshot:
		if s.place.makes == nil || !s.worth(mine, theirs) {
			return nil
		}
		m, err := s.makeSnapshot()
		if err != nil {
			s.node.o.Logger.Warn("making a snapshot for a box that lacks much", "peer", s.peer, "err", err)
		}
		if m == nil {
			return nil
		}
		who = m.Who != nil
		raw := pack(m)
		if len(raw) > maxMessage || !s.affords(len(raw)) {
			return nil
		}
		if err := s.out.message(kindSnapshot, raw); err != nil {
			return err
		}
	}
	later(levels, s.place.trust.scopeOf, func(x clock.Stream) uint64 { return mine[x] - theirs[x] }, who)
	return nil
}

// makeSnapshot is nil where none can be made.
func (s *session) makeSnapshot() (*snapshotMessage, error) {
	before := s.place.visible(s.class)
	learn, who, err := s.place.makes(s.class == Member)
	if err != nil || learn == nil {
		return nil, err
	}
	// Of an answer given meanwhile it is better to be thought to tell than to be counted beside it; of a name the other way.
	at := s.only(s.place.visible(s.class), "/learn")
	if who != nil {
		at.Merge(s.only(before, "/roster"))
	}
	for stream := range at { // who is new here knows no branches, and cannot tell when they have come
		if s.place.trust.reg.Signed(stream) != stream {
			return nil, nil
		}
	}
	m := &snapshotMessage{School: s.place.trust.school(), Signer: s.node.o.Device.Public(), At: at, Learn: learn, Who: who}
	m.Signature = s.node.o.Device.Sign(m.signed())
	return m, nil
}

func (s *session) only(v clock.Vector, end string) clock.Vector {
	return reconcile.Only(v, func(x clock.Stream) bool { return ending(s.place.trust.scopeOf(x), end) })
}

// onSnapshot takes one from a box of our school, or our district, where we asked for it.
func (s *session) onSnapshot(payload []byte) error {
	if s.mine.Wish != WantSnapshot || s.node.o.Snapshots.Wish() != WantSnapshot {
		return nil // it came meanwhile
	}
	got, err := s.place.trust.snapshot(bytes.Clone(payload))
	if err == nil && !bytes.Equal(got.signer, s.key) {
		err = errPeer("sent a snapshot that another made")
	}
	if err == nil {
		s.mu.Lock()
		theirs := s.vector.Clone()
		s.mu.Unlock()
		err = s.place.trust.standsFor(s.class, got, theirs)
	}
	if err == nil {
		err = s.notOurs(got)
	}
	if err == nil {
		err = s.node.o.Snapshots.Take(got)
	}
	if err != nil {
		s.refusePast(err)
		return nil
	}
	s.mu.Lock()
	s.sum.Snapshot = true
	s.mu.Unlock()
	return nil
}

// standsFor checks that a snapshot is of streams that the peer told of, since what never comes would keep it shown for good.
func (t *trust) standsFor(of Standing, got Snapshot, theirs clock.Vector) error {
	if theirs == nil {
		return errPeer("sent a snapshot before it told its vector")
	}
	if got.Who != nil && of != Member {
		return errPeer("sent who there is, which is not for it to know")
	}
	known := t.visible(of, got.At)
	for stream, last := range got.At {
		scope := segment.Scope("")
		if known[stream] > 0 {
			scope = t.scopeOf(stream)
		}
		switch {
		case !ending(scope, "/learn") && !ending(scope, "/roster"):
			return errPeer("sent a snapshot of streams that are not this school's")
		case last > theirs[stream]+snapshotAhead:
			return errPeer("sent a snapshot of events that it does not have")
		}
	}
	return nil
}

// snapshotAhead is how many events a peer may have come to have since it told its vector.
const snapshotAhead = 1_000

// later moves what a snapshot stands for to where the past goes, after what is of today.
func later(levels map[level]map[clock.Stream]bool, scopeOf func(clock.Stream) segment.Scope, owed func(clock.Stream) uint64, who bool) {
	for l, streams := range levels {
		for stream := range streams {
			scope, to := scopeOf(stream), l
			switch {
			case ending(scope, "/learn") && owed(stream) > today:
				to = levelBehind
			case who && ending(scope, "/roster") && owed(stream) > today:
				to = levelRoster
			}
			if to == l {
				continue
			}
			delete(streams, stream)
			if levels[to] == nil {
				levels[to] = map[clock.Stream]bool{}
			}
			levels[to][stream] = true
		}
	}
}

// today is how many events of a stream are no past.
const today = 500
