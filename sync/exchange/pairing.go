package exchange

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"
	"unicode/utf8"

	"lamplight/sync/device"
)

// An Invitation lets one other box pair with this one.
type Invitation struct {
	Code  string        // 16 letters and digits in groups of four
	Lasts time.Duration // how long it holds yet
}

const (
	invitationLasts = 10 * time.Minute
	maxGuesses      = 5
)

// A Lobby is where boxes without a common school find each other. sync/gossip's Pools implement it.
type Lobby interface {
	OpenLobby(d time.Duration) // be found for that long; again: for that long from now; 0: no longer
	LobbyAddrs() []string      // exchanges of those who are in the lobby now; anybody may be
}

// pairing is the one invitation that may be open. Its time is monotonic.
type pairing struct {
	mu      sync.Mutex
	code    string // "" none
	shown   string // the same, as people read it
	until   time.Time
	guesses int
	winner  ed25519.PublicKey // whose proof was right: only it may try again, should the connection break
}

// A Paired is what came of a pairing.
type Paired struct {
	Device string // the other's id
	Name   string // the other's name
	School string // id of the school that we are a box of now
	Joined bool   // we were unclaimed and have joined the other's school; else we are content peers
	Under  string // id of the district that our school is now a school of, or of the school that is now ours as its district
}

// proof is kindProof: who knocks. A box of a school shows its certificate and becomes a content peer.
type proof struct {
	Proto       uint   `cbor:"1,keyasint"`
	MAC         []byte `cbor:"2,keyasint"`
	Name        string `cbor:"3,keyasint,omitempty"`
	Epoch       uint32 `cbor:"4,keyasint,omitempty"`
	Certificate []byte `cbor:"5,keyasint,omitempty"` // of the newcomer's own school; absent when it has none
	Authority   []byte `cbor:"6,keyasint,omitempty"` // the public half of that school or district
	District    bool   `cbor:"7,keyasint,omitempty"` // the newcomer is to be a district's box
}

// welcome is kindWelcome: what the inviter hands over once it has the newcomer on its card.
type welcome struct {
	MAC          []byte   `cbor:"1,keyasint"`
	Name         string   `cbor:"2,keyasint,omitempty"`
	School       []byte   `cbor:"3,keyasint,omitempty"` // device.School.Export: the school's key; absent for a content peer
	Certificates [][]byte `cbor:"4,keyasint,omitempty"` // of the inviter's school, its own first
	Authority    []byte   `cbor:"5,keyasint,omitempty"` // the public half of the inviter's school or district; absent for one that joins it
	ShutOut      [][]byte `cbor:"6,keyasint,omitempty"` // shutOutMessage, CBOR: of revoked boxes, for one that joins the school
}

// Invite opens an invitation in place of any other and the lobby with it. A box without a school cannot invite:
// fs.ErrPermission.
func (n *Node) Invite(context.Context) (Invitation, error) {
	if n.o.Registry.School() == nil {
		return Invitation{}, fmt.Errorf("exchange: this box has no school yet, so nobody can join it: %w", fs.ErrPermission)
	}
	shown := newCode()
	code, err := readCode(shown)
	if err != nil {
		return Invitation{}, err
	}
	n.pairing.mu.Lock()
	n.pairing.code, n.pairing.shown = code, shown
	n.pairing.until, n.pairing.guesses, n.pairing.winner = time.Now().Add(invitationLasts), 0, nil
	n.pairing.mu.Unlock()
	if n.o.Lobby != nil {
		n.o.Lobby.OpenLobby(invitationLasts)
	}
	return Invitation{shown, invitationLasts}, nil
}

// Uninvite closes an open invitation.
func (n *Node) Uninvite() {
	n.pairing.mu.Lock()
	n.pairing.code = ""
	n.pairing.mu.Unlock()
	if n.o.Lobby != nil {
		n.o.Lobby.OpenLobby(0)
	}
}

// Invitation is the one that is open and not yet used up.
func (n *Node) Invitation() (inv Invitation, open bool) {
	p := &n.pairing
	p.mu.Lock()
	defer p.mu.Unlock()
	left := time.Until(p.until)
	if p.code == "" || left <= 0 || p.guesses >= maxGuesses {
		return Invitation{}, false
	}
	return Invitation{p.shown, left}, true
}

// open is the code of the invitation that key may use now, "" if none.
func (p *pairing) open(key ed25519.PublicKey) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.code == "" || time.Now().After(p.until) || p.guesses >= maxGuesses || p.winner != nil && !p.winner.Equal(key) {
		return ""
	}
	return p.code
}

// guessed counts a proof: a right one binds the invitation to key, five wrong ones close it.
func (p *pairing) guessed(code string, key ed25519.PublicKey, right bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.code != code || p.winner != nil && !p.winner.Equal(key) {
		return false // another was faster
	}
	if !right {
		p.guesses++
		return false
	}
	p.winner = key
	return true
}

// used closes the invitation once the newcomer has all it needs on its card.
func (p *pairing) used(code string) {
	p.mu.Lock()
	if p.code == code {
		p.code = ""
	}
	p.mu.Unlock()
}

// answerPairing is the inviter's side. A wrong proof, no invitation and a late one get the same answer.
func (n *Node) answerPairing(ctx context.Context, s *session, c *tls.Conn, payload []byte) {
	slow := time.AfterFunc(2*n.pace.Handshake, func() { _ = s.meter.Close() })
	defer slow.Stop()
	name, err := n.admitNewcomer(s, c, payload)
	if err != nil {
		n.o.Logger.Warn("pairing refused", "device", s.peer, "error", err)
		_ = s.out.frame(kindBye, []byte("no invitation is open here for this code"))
		return
	}
	n.o.Logger.Info("paired", "device", s.peer, "name", name)
	n.paired(s.peer)
}

func (n *Node) paired(peer string) {
	if n.o.OnPaired != nil {
		n.o.OnPaired(peer)
	}
	n.tell()
	n.CallUpstream()
}

func (n *Node) admitNewcomer(s *session, c *tls.Conn, payload []byte) (name string, err error) {
	var p proof
	if err := unpack(payload, &p, "proof"); err != nil {
		return "", err
	}
	code := n.pairing.open(s.key)
	if code == "" {
		return "", fmt.Errorf("exchange: no invitation is open: %w", fs.ErrPermission)
	}
	want, err := prove(c, code, roleNewcomer, n.o.Device.Public(), s.key)
	if err != nil {
		return "", err
	}
	if !n.pairing.guessed(code, s.key, hmac.Equal(want, p.MAC)) {
		return "", fmt.Errorf("exchange: wrong code: %w", fs.ErrPermission)
	}
	answer, err := n.enrol(s.key, p)
	if err != nil {
		return "", err
	}
	if answer.MAC, err = prove(c, code, roleInviter, n.o.Device.Public(), s.key); err != nil {
		return "", err
	}
	if err := s.out.message(kindWelcome, pack(answer)); err != nil {
		return "", err
	}
	k, _, err := s.next()
	if err != nil || k != kindAccepted {
		return "", fmt.Errorf("exchange: the newcomer has not confirmed; it may try the same code again: %w", errors.Join(err, fs.ErrInvalid))
	}
	n.pairing.used(code)
	if n.o.Lobby != nil {
		n.o.Lobby.OpenLobby(0)
	}
	return p.Name, nil
}

// enrol puts the newcomer into the registry, durably, and makes its welcome. Doing it twice changes nothing.
func (n *Node) enrol(key ed25519.PublicKey, p proof) (welcome, error) {
	school := n.o.Registry.School()
	if school == nil {
		return welcome{}, fmt.Errorf("exchange: this box has no school: %w", fs.ErrPermission)
	}
	w := welcome{Name: n.o.Device.Name()}
	foreign, err := foreigner(p, school.Public())
	switch {
	case err != nil:
		return w, err
	case foreign:
		mine, _ := n.o.Registry.Authority()
		w.Authority = mine.Marshal()
		err = n.allies().ally(key, p.Name, p.Authority, p.Certificate)
	case p.District != n.o.Registry.IsDistrict():
		err = fmt.Errorf("exchange: a box that is claimed can join a district, one that is not can join a school: %w", fs.ErrPermission)
	default:
		err = n.o.Registry.Pair(school.Enrol(key, shorten(p.Name), max(p.Epoch, 1), 1, roleOfBox(p.District)))
		w.School, w.ShutOut = school.Export(), n.trust.shutOuts()
	}
	if err != nil {
		return w, err
	}
	own := n.o.Registry.Own()
	w.Certificates = append(w.Certificates, own.Marshal())
	for _, c := range n.trust.certificates() {
		if c.ID() != own.ID() && !bytes.Equal(c.Public, key) && len(w.Certificates) < 1000 {
			w.Certificates = append(w.Certificates, c.Marshal()) // the rest comes by the first session
		}
	}
	return w, nil
}

// foreigner says whether a newcomer shows that it belongs to another school than ours.
func foreigner(p proof, ours ed25519.PublicKey) (bool, error) {
	if len(p.Certificate) == 0 {
		return false, nil
	}
	c, err := device.ParseCertificate(p.Certificate)
	return err == nil && !bytes.Equal(c.School, ours), err
}

func roleOfBox(district bool) string {
	if district {
		return device.RoleDistrict
	}
	return "box"
}

// shorten cuts a name to what a certificate holds, at a letter's end.
func shorten(name string) string {
	name = clip(name)
	for len(name) > 64 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}
