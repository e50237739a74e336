package device

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A Peer is another device that this one knows.
type Peer struct {
	Public      ed25519.PublicKey
	Name        string
	Certificate *Certificate // nil for a content peer, which gets and gives scope "pub" only
	Revoked     bool
	last        map[clock.Stream]uint64 // of a revoked device: the last event of each stream that still counts
	here        bool                    // people paired it with this box
	since       uint64                  // Changes when it came; 0 before this process started
}

// ID names the peer.
func (p Peer) ID() string { return ID(p.Public) }

// An Owner is who writes a stream.
type Owner struct {
	Device string // id
	Public ed25519.PublicKey
	Epoch  uint32
	Scope  segment.Scope
	Last   uint64 // the last sequence that counts; math.MaxUint64 unless the device was revoked
}

// A Registry is the school this device belongs to and every device it knows. Changes are on the card when the method
// returns. Safe for concurrent use.
type Registry struct {
	dir string
	own *Device

	mu     sync.Mutex
	school *School
	named  named  // the school's district
	role   string // of this device, as its certificate says; "" is "box"
	peers  map[string]Peer
	claims map[clock.Stream]claim // what Claim was asked and could answer
	asked  int                    // how many of claims are not kept
	wrote  map[string]bool        // devices of whose work the log has some
	owners map[clock.Stream]Owner // its answers; forgotten when peers change
	// aliases are the branches of streams that forked: see Alias.
	aliases map[clock.Stream]clock.Stream
	signed  struct{ text, signature []byte } // what Own signed last
	stays   []staying                        // the newest generation first
	stay    map[string]bool                  // who stays by stays, by id; nil: nobody said
	changes uint64                           // see Changes
	left    map[string]bool                  // strangers that made room for others, by id
	counter struct {
		of   *School
		text []byte
	} // see countersign
}

// A claim is what a segment's header says of its stream; the stream's id proves it.
type claim struct {
	epoch uint32
	scope segment.Scope
	kept  bool // the log holds some of it, or may soon
}

// maxAsked is how many streams of which the log holds nothing are remembered: anybody can make headers up, of any epoch.
const maxAsked = 1 << 14

// registryFile is peers.cbor.
type registryFile struct {
	Version    uint        `cbor:"1,keyasint"`
	Peers      []peerEntry `cbor:"2,keyasint"`
	District   []byte      `cbor:"3,keyasint,omitempty"` // Authority of the school's district
	Generation uint32      `cbor:"4,keyasint,omitempty"` // how often the district was named, or left
	Stays      []staying   `cbor:"5,keyasint,omitempty"` // who stays since boxes were shut out
	Paired     bool        `cbor:"6,keyasint,omitempty"` // Here was kept when this was written; earlier releases kept no such thing
}

type peerEntry struct {
	Public      []byte       `cbor:"1,keyasint"`
	Name        string       `cbor:"2,keyasint,omitempty"`
	Certificate *Certificate `cbor:"3,keyasint,omitempty"`
	Revoked     bool         `cbor:"4,keyasint,omitempty"`
	Last        clock.Vector `cbor:"5,keyasint,omitempty"`
	Here        bool         `cbor:"6,keyasint,omitempty"`
}

const maxPeers = 4096

// OpenRegistry reads what dir holds about the school and the peers of own; an empty folder is an unclaimed box.
func OpenRegistry(dir string, own *Device) (*Registry, error) {
	r := &Registry{dir: dir, own: own, peers: map[string]Peer{}, owners: map[clock.Stream]Owner{}, claims: map[clock.Stream]claim{}, wrote: map[string]bool{}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("device: %w", err)
	}
	_, err := own.readKept(r.path("school.key"), r.readSchool)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", r.path("school.key"), err)
	}
	if r.school == nil {
		if r.school, err = r.readOverseen(); err != nil {
			return nil, err
		}
	}
	_, err = own.readKept(r.path("peers.cbor"), r.load)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("device: %s: %w", r.path("peers.cbor"), err)
	}
	r.judge()
	return r, nil
}

func (r *Registry) path(name string) string { return filepath.Join(r.dir, name) }

func (r *Registry) readSchool(b []byte) error {
	s, err := ImportSchool(b)
	if err == nil {
		r.school = s
	}
	return err
}

func parseRegistry(b []byte) (f registryFile, err error) {
	if err := strict.Unmarshal(b, &f); err != nil {
		return f, fmt.Errorf("damaged: %w", errors.Join(fs.ErrInvalid, err))
	}
	if f.Version != 1 {
		return f, fmt.Errorf("version %d is from a newer Lamplight: %w", f.Version, errors.ErrUnsupported)
	}
	return f, nil
}

func validRegistry(b []byte) error {
	f, err := parseRegistry(b)
	if err == nil {
		_, err = readNamed(f.District, f.Generation)
	}
	return err
}

func (r *Registry) load(b []byte) error {
	f, err := parseRegistry(b)
	if err != nil {
		return err
	}
	if r.named, err = readNamed(f.District, f.Generation); err != nil {
		return err
	}
	for _, e := range f.Peers {
		here := e.Here || !f.Paired && e.Certificate != nil && !e.Revoked // an earlier release trusted them all
		r.peers[ID(e.Public)] = Peer{Public: e.Public, Name: e.Name, Certificate: e.Certificate, Revoked: e.Revoked, last: e.Last, here: here}
	}
	r.stays = f.Stays
	return nil
}

// put stores p durably, then in memory. The caller holds mu.
func (r *Registry) put(p Peer) error {
	next := maps.Clone(r.peers)
	next[p.ID()] = p
	return r.write(next, r.named)
}

// write stores peers and district durably, then in memory. The caller holds mu.
func (r *Registry) write(next map[string]Peer, n named) error {
	if len(next) > maxPeers {
		return fmt.Errorf("device: more than %d peers: %w", maxPeers, fs.ErrInvalid)
	}
	f := registryFile{Version: 1, Generation: n.generation, Stays: r.stays, Paired: true}
	if n.district != nil {
		f.District = n.district.Marshal()
	}
	for _, id := range slices.Sorted(maps.Keys(next)) {
		q := next[id]
		f.Peers = append(f.Peers, peerEntry{q.Public, q.Name, q.Certificate, q.Revoked, q.last, q.here})
	}
	b, err := deterministic.Marshal(f)
	if err == nil {
		err = r.own.keep(r.path("peers.cbor"), b, validRegistry)
	}
	if err != nil {
		return fmt.Errorf("device: peers: %w", err)
	}
	r.peers, r.named = next, n
	r.changes++
	clear(r.owners)
	return nil
}

// Changes counts the changes of the school, its secrets and its peers since this process started: while it stays, what could
// not be opened or checked cannot be yet.
func (r *Registry) Changes() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changes
}

// School is the school whose key this box holds, nil for an unclaimed box.
func (r *Registry) School() *School {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.school
}

// SetSchool makes this a box of s. A box that already belongs to another school is fs.ErrExist.
func (r *Registry) SetSchool(s *School) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.school != nil && r.school.ID() != s.ID() {
		return fmt.Errorf("device: this box belongs to school %s already: %w", r.school.ID(), fs.ErrExist)
	}
	if r.school != nil {
		next := *s
		next.turned = mergeTurned(r.school.turned, s.turned)
		s = &next
	}
	return r.keepSchool(s)
}

// Own is this device's certificate in its school, made with the school's key; nil for an unclaimed box. It is signed anew
// only when it says something new: every session asks for it more than once.
func (r *Registry) Own() *Certificate {
	name, epoch := r.own.Name(), r.own.Epoch()
	r.mu.Lock()
	defer r.mu.Unlock()
	s, n := r.school, r.named
	if s == nil || s.Overseen() {
		return nil
	}
	c := s.unsigned(r.own.Public(), name, epoch, 1+n.generation, cmp.Or(r.role, "box"))
	if n.district != nil {
		c.District = n.district.Marshal()
	}
	if text := c.signed(); !bytes.Equal(r.signed.text, text) {
		r.signed.text, r.signed.signature = text, s.sign(c).Signature
	}
	c.Signature, c.Counter = slices.Clone(r.signed.signature), r.countersign()
	return &c
}

// Add takes in a certificate of this box's school or of its district. One of another school, a forged one, or one of a
// revoked device, which is kept where none was, is fs.ErrPermission; one no newer than what is held changes nothing. A newer one of the school that
// names another district than is held names it here too.
func (r *Registry) Add(c Certificate) error { return r.add(c, false) }

// Pair is Add of a box that people paired with this one: it stays, see Vouch.
func (r *Registry) Pair(c Certificate) error {
	if err := r.add(c, true); err != nil || c.ID() == r.own.ID() {
		return err
	}
	return r.Vouch(c.ID())
}

func (r *Registry) add(c Certificate, here bool) error {
	if err := c.Verify(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.isOurs(&c) && !r.isDistricts(&c) {
		return fmt.Errorf("device: certificate of %s is from another school: %w", c.ID(), fs.ErrPermission)
	}
	if c.ID() == r.own.ID() {
		return nil
	}
	old, known := r.peers[c.ID()]
	if known && old.Revoked {
		if old.Certificate == nil && r.isOurs(&c) { // what it wrote before can then be checked
			if err := r.keepShutOut(old, c); err != nil {
				return err
			}
		}
		return fmt.Errorf("device: %s was revoked: %w", c.ID(), fs.ErrPermission)
	}
	if o := old.Certificate; o != nil && bytes.Equal(o.School, c.School) && (c.Generation < o.Generation || c.Generation == o.Generation && c.Name == o.Name && !r.counters(&c, o)) {
		return nil
	}
	goes, ok := "", here
	if !here {
		goes, ok = r.room(&c)
	}
	if !ok {
		return fmt.Errorf("device: %s shows no sign that it stays, as do too many: %w", c.ID(), fs.ErrPermission)
	}
	next, since := maps.Clone(r.peers), old.since
	if !known {
		since = r.changes + 1
	}
	if delete(next, goes); goes != "" {
		r.leaves(goes)
	}
	next[c.ID()] = Peer{Public: c.Public, Name: c.Name, Certificate: r.stillCountered(&c, old.Certificate), here: old.here || here, since: since}
	err := r.write(next, r.named.after(&c, r.isOurs(&c)))
	r.judge()
	return err
}

// AddContentPeer lets a device of another school, or of none, exchange scope "pub". A known peer is left as it is.
func (r *Registry) AddContentPeer(public ed25519.PublicKey, name string) error {
	if len(public) != ed25519.PublicKeySize || len(name) > maxName {
		return fmt.Errorf("device: content peer: sizes: %w", fs.ErrInvalid)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if p, known := r.peers[ID(public)]; known || ID(public) == r.own.ID() {
		if p.Revoked {
			return fmt.Errorf("device: %s was revoked: %w", p.ID(), fs.ErrPermission)
		}
		return nil
	}
	return r.put(Peer{Public: slices.Clone(public), Name: name})
}

// Revoke ends the trust in a device: of each of its streams nothing after the sequence in last counts any more, and of
// streams not named nothing new at all. What is already held stays. Of several revocations of one device the highest number
// of each stream counts, so that boxes that revoked it at different times come to agree.
func (r *Registry) Revoke(id string, last clock.Vector) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.peers[id]
	if !ok {
		return fmt.Errorf("device: peer %s: %w", id, fs.ErrNotExist)
	}
	return r.revoke(p, last)
}

// RevokeKey is Revoke for a device that may not be known here yet, and then never will be trusted. This box itself is
// fs.ErrInvalid.
func (r *Registry) RevokeKey(public ed25519.PublicKey, last clock.Vector) error {
	if len(public) != ed25519.PublicKeySize || ID(public) == r.own.ID() {
		return fmt.Errorf("device: revoking %d bytes of key, or this box itself: %w", len(public), fs.ErrInvalid)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p, known := r.peers[ID(public)]
	if !known {
		p = Peer{Public: slices.Clone(public)}
	}
	return r.revoke(p, last)
}

// revoke needs mu.
func (r *Registry) revoke(p Peer, last clock.Vector) error {
	if p.Revoked && clock.Vector(p.last).Covers(last) {
		return nil
	}
	merged := clock.Vector(p.last).Clone()
	if merged == nil {
		merged = clock.Vector{}
	}
	merged.Merge(last)
	p.Revoked, p.last = true, merged
	if err := r.put(p); err != nil {
		return err
	}
	return r.keepBoth() // a card that loses the newer file must not bring the device back
}

// keepBoth makes the older copy of peers.cbor say what the newer one does. The caller holds mu.
func (r *Registry) keepBoth() error {
	b, err := os.ReadFile(r.path("peers.cbor"))
	if err == nil {
		err = r.own.keepOld(r.path("peers.cbor"), b)
	}
	if err != nil {
		return fmt.Errorf("device: peers, second copy: %w", err)
	}
	return nil
}

// Peer finds a peer by id.
func (r *Registry) Peer(id string) (Peer, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.peers[id]
	return p, ok
}

// Peers lists all peers, revoked ones too, by id.
func (r *Registry) Peers() []Peer {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Peer
	for _, id := range slices.Sorted(maps.Keys(r.peers)) {
		out = append(out, r.peers[id])
	}
	return out
}

// MayHold says whether a device with this public key may be sent events of scope as they are: "pub" any peer that is not
// revoked, "ops" and what was learnt the district too, the rest only devices of this box's school.
func (r *Registry) MayHold(public ed25519.PublicKey, scope segment.Scope) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.peers[ID(public)]
	if !ok || !bytes.Equal(p.Public, public) || p.Revoked || scope != "pub" && !r.stands(p) {
		return false
	}
	shared := r.isDistricts(p.Certificate) && (scope == "ops" || r.school != nil && scope == r.school.Learn())
	return shared || r.may(r.isOurs(p.Certificate), scope)
}

// may says whether a member of our school, or somebody else, may write and hold scope. The caller holds mu.
func (r *Registry) may(member bool, scope segment.Scope) bool {
	switch {
	case scope == "pub":
		return true
	case scope == "ops":
		return member
	}
	s := scopeSchool(scope)
	return member && s != "" && r.school != nil && s == r.school.ID()
}

// Claim finds who writes the stream, given the epoch and scope that a segment's header names: the stream's id is a hash
// of the three. A stream of nobody known is fs.ErrNotExist; one of a device that may not write the scope
// fs.ErrPermission.
func (r *Registry) Claim(s clock.Stream, epoch uint32, scope segment.Scope) (Owner, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.claim(s, epoch, scope)
}

// Keep is Claim of a stream that the log holds: whose it is stays known, whoever else comes (see room). It may be asked again.
func (r *Registry) Keep(s clock.Stream, epoch uint32, scope segment.Scope) (Owner, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o, err := r.claim(s, epoch, scope)
	if err == nil {
		r.wrote[o.Device] = true
		r.keep(s)
	}
	return o, err
}

func (r *Registry) keep(s clock.Stream) {
	if c := r.claims[s]; !c.kept {
		c.kept = true
		r.claims[s] = c
		r.asked--
	}
}

func (r *Registry) claim(s clock.Stream, epoch uint32, scope segment.Scope) (Owner, error) {
	if o, ok := r.owners[s]; ok && o.Epoch == epoch && o.Scope == scope {
		return o, nil
	}
	if StreamOf(r.own.Public(), epoch, scope) == s {
		return r.found(s, Owner{r.own.ID(), r.own.Public(), epoch, scope, math.MaxUint64}), nil
	}
	for id, p := range r.peers {
		if StreamOf(p.Public, epoch, scope) != s {
			continue
		}
		if !r.may(r.isOurs(p.Certificate), scope) {
			return Owner{}, fmt.Errorf("device: %s may not write scope %s: %w", id, scope, fs.ErrPermission)
		}
		last := uint64(math.MaxUint64)
		if p.Revoked {
			last = p.last[s]
		}
		return r.found(s, Owner{id, p.Public, epoch, scope, last}), nil
	}
	return Owner{}, fmt.Errorf("device: stream %s (epoch %d, scope %s) belongs to nobody known: %w", s, epoch, scope, fs.ErrNotExist)
}

func (r *Registry) found(s clock.Stream, o Owner) Owner {
	if _, known := r.claims[s]; !known {
		if r.asked >= maxAsked {
			r.forgetAsked()
		}
		r.asked++
	}
	r.owners[s], r.claims[s] = o, claim{o.Epoch, o.Scope, r.claims[s].kept}
	if o.Device == r.own.ID() {
		if _, now := r.ownClaim(s); now {
			r.keep(s)
		}
	}
	return o
}

// forgetAsked forgets what of Claim's answers the log holds nothing of: who holds such a header asks again.
func (r *Registry) forgetAsked() {
	maps.DeleteFunc(r.claims, func(s clock.Stream, c claim) bool {
		if !c.kept {
			delete(r.owners, s)
		}
		return !c.kept
	})
	r.asked = 0
}

// Owner is what Claim found for the stream since this process started, or one of this device's own of the present epoch;
// false when it was never asked, or is forgotten (see maxAsked). The log keeps every stream it holds when it opens, and each
// that it comes to hold.
func (r *Registry) Owner(s clock.Stream) (Owner, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if of, branch := r.aliases[s]; branch {
		s = of
	}
	c, ok := r.claims[s]
	if !ok {
		c, ok = r.ownClaim(s)
	}
	if !ok {
		return Owner{}, false
	}
	o, err := r.claim(s, c.epoch, c.scope)
	return o, err == nil
}

// ownClaim knows the streams that this device writes now, which nobody asks for before they are shown to others.
func (r *Registry) ownClaim(s clock.Stream) (claim, bool) {
	scopes := []segment.Scope{"pub", "ops"}
	if r.school != nil {
		scopes = append(scopes, r.school.Roster(), r.school.Learn())
	}
	for _, scope := range scopes {
		if epoch := r.own.Epoch(); StreamOf(r.own.Public(), epoch, scope) == s {
			return claim{epoch: epoch, scope: scope}, true
		}
	}
	return claim{}, false
}

// Alias says that whoever writes the stream of wrote the branch too: what Owner then finds.
func (r *Registry) Alias(branch, of clock.Stream) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.aliases == nil {
		r.aliases = map[clock.Stream]clock.Stream{}
	}
	r.aliases[branch] = of
}

// Signed is the stream that a branch left, which its segments are signed for; of any other stream itself.
func (r *Registry) Signed(s clock.Stream) clock.Stream {
	r.mu.Lock()
	defer r.mu.Unlock()
	if of, branch := r.aliases[s]; branch {
		return of
	}
	return s
}

// deriveKey derives 32 bytes from secret for one context (BLAKE3 key derivation).
func deriveKey(context string, secret []byte) []byte {
	out := make([]byte, 32)
	blake3.DeriveKey(context, secret, out)
	return out
}
