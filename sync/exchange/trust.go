package exchange

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"strings"
	"sync"

	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/reconcile"
	"lamplight/sync/segment"
)

// A trust answers, from the registry, who may have what. It keeps no decision: a revocation counts at once.
type trust struct {
	own *device.Device
	reg *device.Registry
	// overseer is the registry of this box's own district where reg is that of a school it oversees; else nil.
	overseer *device.Registry

	mu      sync.Mutex
	streams map[clock.Stream]owned // whose a stream is never changes, so what was once known stays
}

// owned is whose a stream is and what for.
type owned struct {
	device string // id
	scope  segment.Scope
}

// standing is how far the holder of key is trusted; a revoked device is a Stranger.
func (t *trust) standing(key ed25519.PublicKey) Standing {
	peer, known := t.reg.Peer(device.ID(key))
	switch {
	case !known || !bytes.Equal(peer.Public, key) || !t.reg.Trusted(peer.ID()):
		return Stranger
	case peer.Certificate != nil && t.reg.School() != nil:
		if t.overseer != nil || !bytes.Equal(peer.Certificate.School, t.reg.School().Public()) {
			return Overseer
		}
		return Member
	}
	return ContentPeer
}

// school is the id of this box's school as hello carries it, nil before it has one.
func (t *trust) school() []byte {
	s := t.reg.School()
	if s == nil {
		return nil
	}
	tag := SchoolTag(s.ID())
	return tag[:]
}

// allows says whether a session of that standing may carry scope, if only in envelopes: see clear. Both sides ask, before
// sending and after receiving.
func (t *trust) allows(of Standing, scope segment.Scope) bool {
	switch {
	case of >= ContentPeer && scope == "pub":
		return true
	case of < Member:
		return false
	case scope == "ops":
		return true
	}
	s := t.reg.School()
	return s != nil && strings.HasPrefix(string(scope), "school/"+s.ID()+"/")
}

// clear says whether scope may go as it is: to whom roster is not meant it goes sealed, or not at all.
func (t *trust) clear(of Standing, scope segment.Scope) bool {
	if s := t.reg.School(); of == Overseer && s != nil && scope != "pub" && scope != "ops" && scope != s.Learn() {
		return false
	}
	return t.allows(of, scope)
}

// learned notes whose a stream is, as a segment that the log took named it.
func (t *trust) learned(h segment.Header) {
	if o, err := t.reg.Claim(h.Stream, h.Epoch, h.Scope); err == nil {
		t.mu.Lock()
		t.streams[h.Stream] = owned{o.Device, h.Scope}
		t.mu.Unlock()
	}
}

// visible is the part of v that a session of that standing may know of. Between boxes of the school it holds the
// school's own streams alone: what a content peer wrote the others could not check.
func (t *trust) visible(of Standing, v clock.Vector) clock.Vector {
	t.mu.Lock()
	defer t.mu.Unlock()
	for s := range v {
		if _, known := t.streams[s]; !known {
			t.find(s)
		}
	}
	return t.counted(reconcile.Only(v, func(s clock.Stream) bool {
		o, known := t.streams[s]
		return known && t.allows(of, o.scope) && (of == ContentPeer || t.member(o.device))
	}))
}

// counted ends the streams of revoked devices where they stopped to count: what came before anybody knew is kept, and
// spoken of no more, so that those who have it and those who have not agree.
func (t *trust) counted(v clock.Vector) clock.Vector {
	for s, last := range v {
		o, ok := t.reg.Owner(s)
		if !ok || o.Last >= last {
			continue
		}
		if v[s] = o.Last; o.Last == 0 {
			delete(v, s)
		}
	}
	return v
}

// cut says whether a stream ends where its device was revoked.
func (t *trust) cut(s clock.Stream) bool {
	o, ok := t.reg.Owner(s)
	return ok && o.Last != math.MaxUint64
}

// scopeOf is the scope of a stream that visible gave.
func (t *trust) scopeOf(s clock.Stream) segment.Scope {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.streams[s].scope
}

// signed is what segments of these streams are signed for: a branch's for the stream that it left.
func (t *trust) signed(streams map[clock.Stream]bool) map[clock.Stream]bool {
	out := make(map[clock.Stream]bool, len(streams))
	for s := range streams {
		out[t.reg.Signed(s)] = true
	}
	return out
}

// member says whether a device is, or was until it was revoked, a box of our school.
// Also one that does not stay (see device.Registry.Trusted): what boxes that stay hold of it goes on between them, or the
// work of a box that nobody alive vouches for would be seen nowhere else. It itself is a Stranger.
func (t *trust) member(id string) bool {
	peer, known := t.reg.Peer(id)
	return id == t.own.ID() || known && peer.Certificate != nil
}

// find looks for whose a stream is: what the log asked the registry for, else by hashing what each known device may
// write. The caller holds mu.
func (t *trust) find(s clock.Stream) {
	if o, ok := t.reg.Owner(s); ok {
		t.streams[s] = owned{o.Device, o.Scope}
		return
	}
	t.hash(t.own.Public(), t.own.Epoch())
	for _, p := range t.reg.Peers() {
		epoch := uint32(1)
		if p.Certificate != nil {
			epoch = p.Certificate.Epoch
		}
		t.hash(p.Public, epoch)
	}
}

// ours says whether a segment was written by a box of our own school, or of its district, and counts.
func (t *trust) ours(h segment.Header) bool {
	o, err := t.reg.Claim(h.Stream, h.Epoch, h.Scope)
	if err != nil && t.overseer != nil { // what this district says to all its schools
		o, err = t.overseer.Claim(h.Stream, h.Epoch, h.Scope)
	}
	return err == nil && t.member(o.Device) && h.Last() <= o.Last
}

// epochsAhead is how many later epochs than a certificate's are tried: one a restore or cloned card.
const epochsAhead = 8

func (t *trust) hash(key ed25519.PublicKey, epoch uint32) {
	scopes := []segment.Scope{"pub", "ops"}
	if s := t.reg.School(); s != nil {
		scopes = append(scopes, s.Roster(), s.Learn())
	}
	for e := uint32(1); e <= epoch+epochsAhead; e++ {
		for _, scope := range scopes {
			t.streams[device.StreamOf(key, e, scope)] = owned{device.ID(key), scope}
		}
	}
}

// A certID names a certificate between peers: device id (8) ‖ generation (4, big-endian).
type certID [12]byte

func certificateID(c device.Certificate) certID {
	sum := blake3.Sum256(c.Public)
	var id certID
	binary.BigEndian.PutUint32(id[copy(id[:], sum[:8]):], c.Generation)
	return id
}

// certificates are those of this box's school, revoked devices left out; none before it has a school.
func (t *trust) certificates() map[certID]device.Certificate {
	out := map[certID]device.Certificate{}
	own := t.reg.Own()
	if t.overseer != nil {
		own = t.overseer.Own()
	}
	if own == nil {
		return out
	}
	out[certificateID(*own)] = *own
	for _, p := range t.reg.Peers() {
		if p.Certificate != nil && !p.Revoked {
			out[certificateID(*p.Certificate)] = *p.Certificate
		}
	}
	return out
}

// take checks a certificate that a peer sent and keeps it: of our school as a member, of the content peer's school
// (theirs, its public key) as one more content peer.
func (t *trust) take(raw []byte, theirs []byte) (added bool, c device.Certificate, err error) {
	if c, err = device.ParseCertificate(raw); err != nil {
		return false, c, err
	}
	_, known := t.reg.Peer(c.ID())
	before := t.standing(c.Public)
	switch s := t.reg.School(); {
	case c.ID() == t.own.ID():
		return false, c, nil
	case s != nil && (bytes.Equal(c.School, s.Public()) || t.isDistricts(c)):
		err = t.reg.Add(c)
	case theirs != nil && bytes.Equal(c.School, theirs):
		err = t.reg.AddContentPeer(c.Public, c.Name)
	default:
		err = fmt.Errorf("exchange: certificate of %s is of school %s: %w", c.ID(), c.SchoolID(), fs.ErrPermission)
	}
	return err == nil && (!known || t.standing(c.Public) != before), c, err
}

// isDistricts says whether our school's district signed c.
func (t *trust) isDistricts(c device.Certificate) bool {
	d := t.reg.District()
	return d != nil && bytes.Equal(c.School, d.Public)
}

// certificatesSum is the digest of the certificates held, 8 bytes, the same for the same set.
func certificatesSum(ids []certID) []byte {
	h := blake3.New()
	for _, id := range ids {
		_, _ = h.Write(id[:])
	}
	return h.Sum(nil)[:8]
}
