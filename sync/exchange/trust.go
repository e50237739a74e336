package exchange

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"io/fs"
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

	mu     sync.Mutex
	scopes map[clock.Stream]segment.Scope // a stream's scope never changes, so what was once known stays
}

// standing is how far the holder of key is trusted; a revoked device is a Stranger.
func (t *trust) standing(key ed25519.PublicKey) Standing {
	peer, known := t.reg.Peer(device.ID(key))
	switch {
	case !known || peer.Revoked || !bytes.Equal(peer.Public, key):
		return Stranger
	case peer.Certificate != nil && t.reg.School() != nil:
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
	sum := blake3.Sum256([]byte("lamplight hello school " + s.ID()))
	return sum[:8]
}

// allows says whether a session of that standing may carry scope. Both sides ask, before sending and after receiving.
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

// learned notes a stream's scope, as a verified segment named it.
func (t *trust) learned(s clock.Stream, scope segment.Scope) {
	t.mu.Lock()
	t.scopes[s] = scope
	t.mu.Unlock()
}

// visible is the part of v that a session of that standing may know of.
func (t *trust) visible(of Standing, v clock.Vector) clock.Vector {
	t.mu.Lock()
	defer t.mu.Unlock()
	for s := range v {
		if _, known := t.scopes[s]; !known {
			t.find(s)
		}
	}
	return reconcile.Only(v, func(s clock.Stream) bool { return t.allows(of, t.scopes[s]) })
}

// find looks for a stream's scope: what the log asked the registry for, else by hashing what each known device may
// write. The caller holds mu.
func (t *trust) find(s clock.Stream) {
	if o, ok := t.reg.Owner(s); ok {
		t.scopes[s] = o.Scope
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

// ours says whether a segment was written by a box of our own school.
func (t *trust) ours(h segment.Header) bool {
	o, err := t.reg.Claim(h.Stream, h.Epoch, h.Scope)
	if err != nil {
		return false
	}
	peer, known := t.reg.Peer(o.Device)
	return o.Device == t.own.ID() || known && peer.Certificate != nil
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
			t.scopes[device.StreamOf(key, e, scope)] = scope
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
	case s != nil && bytes.Equal(c.School, s.Public()):
		err = t.reg.Add(c)
	case theirs != nil && bytes.Equal(c.School, theirs):
		err = t.reg.AddContentPeer(c.Public, c.Name)
	default:
		err = fmt.Errorf("exchange: certificate of %s is of school %s: %w", c.ID(), c.SchoolID(), fs.ErrPermission)
	}
	return err == nil && (!known || t.standing(c.Public) != before), c, err
}

// certificatesSum is the digest of the certificates held, 8 bytes, the same for the same set.
func certificatesSum(ids []certID) []byte {
	h := blake3.New()
	for _, id := range ids {
		_, _ = h.Write(id[:])
	}
	return h.Sum(nil)[:8]
}
