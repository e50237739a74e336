package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"sort"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/reconcile"
	"lamplight/sync/segment"

	"github.com/zeebo/blake3"
)

// Schools is what lets one listener serve the logs of several schools: a district's. A session belongs to the school
// that the caller's hello names; one that is not found here is treated as any caller of another school.
type Schools interface {
	// Place opens what is held of the school that tag names; the session calls Leave when it has ended. Any number may be
	// open at once, of one school too; they then share log and registry. fs.ErrNotExist: no such school here.
	Place(ctx context.Context, tag [8]byte) (Place, error)
}

// A Place is one school's records as the box that oversees it holds them.
type Place struct {
	School string // id
	// Log holds the school's streams. What the overseer writes for its schools (scope pub, by Options.Device) is sent too
	// when Log's Vector and Segments hold it: see Together.
	Log Log
	// Registry knows the school (its School's ID and Public), its boxes' certificates and revocations.
	Registry *device.Registry
	// Snapshot makes one of what learners did, for Log's school; nil: none. See Snapshots.
	Snapshot func(who bool) (learn, roster []byte, err error)
	Leave    func() // called once when the session is over; nil: nothing
}

// SchoolTag is how a hello names a school: it tells nothing to whoever does not know the id.
func SchoolTag(id string) [8]byte {
	sum := blake3.Sum256([]byte("lamplight hello school " + id))
	return [8]byte(sum[:8])
}

// A place is whose records a session is about: this box's own school's, or of Schools.
type place struct {
	log   Log
	trust *trust
	leave func()
	makes func(who bool) (learn, roster []byte, err error) // snapshots; nil: none
}

// overseen is the place of a school that this box is the district of.
func (n *Node) overseen(p Place) *place {
	out := &place{log: n.withVault(p), leave: p.Leave, makes: p.Snapshot, trust: &trust{
		own: n.o.Device, reg: p.Registry, overseer: n.o.Registry, streams: map[clock.Stream]owned{},
	}}
	if out.leave == nil {
		out.leave = func() {}
	}
	return out
}

// withVault is a school's log with what this box keeps of it in envelopes.
func (n *Node) withVault(p Place) Log {
	s := p.Registry.School()
	if n.o.Carry == nil || s == nil {
		return p.Log
	}
	return &vaulted{Log: p.Log, carry: n.o.Carry, school: s.ID(), roster: s.Roster(), scopes: &n.sealed}
}

// noteSchool remembers what this district and a school hold after a session, or forgets it where they are not in step.
func (n *Node) noteSchool(s *session, sum Summary) {
	tag := [8]byte(s.place.trust.school())
	digest := reconcile.Sum(s.place.visible(Overseer))
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.schools, tag)
	if sum.InStep && len(n.schools) < maxContacts {
		n.schools[tag] = [8]byte(digest[:8])
	}
}

// SchoolDigests lists, by tag, what this district and each of its schools held when they last parted in step, as
// DistrictDigest names it on a box; what was written here since is in none. It is what gossip's Hello tells.
func (n *Node) SchoolDigests() map[[8]byte][8]byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	return maps.Clone(n.schools)
}

// SchoolChanged says that something came into a school's records otherwise than by a session: from a stick, say.
func (n *Node) SchoolChanged(school string) {
	n.mu.Lock()
	delete(n.schools, SchoolTag(school))
	n.mu.Unlock()
}

// choose finds the place that the caller's hello is about. It must be left.
func (n *Node) choose(ctx context.Context, theirs hello) (*place, error) {
	own := n.home.trust.school()
	if n.o.Schools == nil || len(theirs.School) != 8 || bytes.Equal(theirs.School, own) {
		return n.home, nil
	}
	p, err := n.o.Schools.Place(ctx, [8]byte(theirs.School))
	if errors.Is(err, fs.ErrNotExist) {
		return n.home, nil
	}
	if err != nil {
		return nil, fmt.Errorf("exchange: opening the caller's school: %w", err)
	}
	return n.overseen(p), nil
}

// visible is how far this place holds what a session of that standing may know of.
func (p *place) visible(of Standing) clock.Vector { return p.trust.visible(of, p.log.Vector()) }

// held is visible where less is told of streams than is held of them, since a fork is looked for: as it is held.
func (p *place) held(of Standing) clock.Vector {
	return p.trust.visible(of, heldBy(p.log))
}

// A holder is a Log that may tell less than it holds while a fork is looked for. sync/eventlog's is one.
type holder interface{ Held() clock.Vector }

// heldBy is what a log holds, whatever it tells.
func heldBy(l Log) clock.Vector {
	if h, ok := l.(holder); ok {
		return h.Held()
	}
	return l.Vector()
}

// Held is what a school's log holds, and the vault.
func (v *vaulted) Held() clock.Vector { return reconcile.Apply(heldBy(v.Log), v.sealed()) }

// Held is what both logs hold.
func (t *together) Held() clock.Vector {
	return reconcile.Apply(heldBy(t.Log), reconcile.Only(heldBy(t.own), t.of))
}

// heads is the log's digest with its chains, if it is of just what sum digests: nothing was written meanwhile, and no
// other school's streams are held, which a peer need not have.
func (p *place) heads(sum reconcile.Digest) []byte {
	heads := p.log.Digest()
	if reconcile.Sum(p.log.Vector()) != sum {
		return nil
	}
	return heads[:]
}

// certIDs names the certificates of the school that are held, in order.
func (p *place) certIDs() []certID {
	var ids []certID
	for id := range p.trust.certificates() {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return bytes.Compare(ids[i][:], ids[j][:]) < 0 })
	return ids
}

// Together is a school's log with, beside it, what the district itself wrote for all its schools: the segments of own
// (the district's log) of scope pub and of its own streams, as of says. What is received goes to the school's log.
func Together(school, own Log, of func(clock.Stream) bool) Log { return &together{school, own, of} }

type together struct {
	Log
	own Log
	of  func(clock.Stream) bool
}

func (t *together) Vector() clock.Vector {
	return reconcile.Apply(t.Log.Vector(), reconcile.Only(t.own.Vector(), t.of))
}

// Digest is of no use for telling forks: it is never compared, since heads asks for equal vectors of one log.
func (t *together) Digest() [16]byte { return [16]byte(reconcile.Sum(t.Vector())) }

func (t *together) Segments(after clock.Vector, allow func(segment.Scope) bool, fn func(raw []byte) error) error {
	err := t.own.Segments(after, func(s segment.Scope) bool { return s == "pub" && allow(s) }, func(raw []byte) error {
		if h, err := segment.ParseHeader(raw); err != nil || !t.of(h.Stream) {
			return nil
		}
		return fn(raw)
	})
	if err != nil {
		return err
	}
	return t.Log.Segments(after, allow, fn)
}
