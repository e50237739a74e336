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
	"slices"
	"time"

	"lamplight/sync/device"
)

// Accept pairs with the box whose operator read out the code: it is looked for at addrs (exchanges, HOST:PORT) and at
// whoever is in the lobby, until one proves that it knows the code too. An unclaimed box joins that school; a claimed
// one becomes its content peer. It returns once everything is on the card; after an error or a crash the same code may
// be tried again while it holds.
func (n *Node) Accept(ctx context.Context, code string, addrs []string) (Paired, error) {
	code, err := readCode(code)
	if err != nil {
		return Paired{}, err
	}
	tried := map[string]bool{}
	var failures []error
	try := func(addrs []string) (Paired, bool) {
		for _, addr := range addrs {
			if tried[addr] || ctx.Err() != nil {
				continue
			}
			tried[addr] = true
			p, err := n.acceptAt(ctx, code, addr)
			if err == nil {
				return p, true
			}
			failures = append(failures, err)
		}
		return Paired{}, false
	}
	if p, ok := try(addrs); ok {
		return p, nil
	}
	for waited := time.Duration(0); n.o.Lobby != nil; waited += lobbyLook {
		if p, ok := try(n.o.Lobby.LobbyAddrs()); ok {
			return p, nil
		}
		patience := lobbyPatience
		if slices.ContainsFunc(failures, func(err error) bool { return errors.Is(err, fs.ErrPermission) }) {
			patience = refusedPatience // somebody answered: a slip of the pen is likelier than a box still to come
		}
		if waited >= patience || len(tried) > 64 || wait(ctx, lobbyLook) != nil {
			break
		}
	}
	if len(failures) == 0 {
		return Paired{}, fmt.Errorf("exchange: nobody to pair with was found; give the inviting box's address: %w", fs.ErrNotExist)
	}
	return Paired{}, errors.Join(failures...)
}

// Somebody may come into the lobby only after Accept began.
const (
	lobbyLook     = 250 * time.Millisecond
	lobbyPatience = 15 * time.Second

	refusedPatience = 3 * time.Second
)

func (n *Node) acceptAt(ctx context.Context, code, addr string) (Paired, error) {
	m, c, inviter, err := n.call(ctx, addr, line{})
	if err != nil {
		return Paired{}, err
	}
	defer m.Close()
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = m.Close() })()
	slow := time.AfterFunc(2*n.pace.Handshake, func() { _ = m.Close() })
	defer slow.Stop()
	s := newSession(n, m, c, inviter)
	p := proof{Proto: Proto, Name: n.o.Device.Name(), Epoch: n.o.Device.Epoch(), District: n.o.Registry.IsDistrict()}
	if own := n.o.Registry.Own(); own != nil {
		p.Certificate = own.Marshal()
	}
	if mine, ok := n.o.Registry.Authority(); ok {
		p.Authority = mine.Marshal()
	}
	if p.MAC, err = prove(c, code, roleNewcomer, inviter, n.o.Device.Public()); err != nil {
		return Paired{}, err
	}
	if err := s.out.message(kindProof, pack(p)); err != nil {
		return Paired{}, fmt.Errorf("exchange: pairing at %s: %w", addr, err)
	}
	paired, err := n.readWelcome(s, c, code)
	if err != nil {
		return Paired{}, fmt.Errorf("exchange: pairing at %s: %w", addr, err)
	}
	n.contacts.keep(s.peer, addr)
	n.paired(s.peer)
	return paired, nil
}

// readWelcome checks that the inviter knows the code, keeps what it hands over, and confirms.
func (n *Node) readWelcome(s *session, c *tls.Conn, code string) (Paired, error) {
	k, payload, err := s.next()
	if errors.Is(err, errBye) {
		err = fmt.Errorf("%w: %w", err, fs.ErrPermission) // refused: the code is wrong, late or used
	}
	if err != nil {
		return Paired{}, err
	}
	var w welcome
	if k != kindWelcome {
		return Paired{}, errPeer("answered a pairing with something else")
	}
	if err := unpack(payload, &w, "welcome"); err != nil {
		return Paired{}, err
	}
	want, err := prove(c, code, roleInviter, s.key, n.o.Device.Public())
	if err != nil {
		return Paired{}, err
	}
	if !hmac.Equal(want, w.MAC) {
		return Paired{}, fmt.Errorf("the box there does not know the code: %w", fs.ErrPermission)
	}
	paired, err := n.keep(s.key, w)
	if err != nil {
		return Paired{}, err
	}
	_ = s.out.frame(kindAccepted, nil) // if it is lost, the code stays open to us alone, which harms nobody
	paired.Device, paired.Name = s.peer, shorten(w.Name)
	if school := n.o.Registry.School(); school != nil {
		paired.School = school.ID()
	}
	return paired, nil
}

// keep makes what a welcome brought durable. Doing it twice changes nothing.
func (n *Node) keep(inviter ed25519.PublicKey, w welcome) (p Paired, err error) {
	if len(w.School) > 0 {
		p.Joined = true
		err = n.join(w.School)
	} else {
		p.Under, err = n.allies().allyWith(inviter, w.Name, w.Authority, w.Certificates)
	}
	if err != nil {
		return p, err
	}
	var theirs []byte
	for i, raw := range w.Certificates {
		if c, err := device.ParseCertificate(raw); i == 0 && err == nil && bytes.Equal(c.Public, inviter) {
			theirs = c.School
		}
		if _, _, err := n.trust.take(raw, theirs); err != nil && p.Under == "" {
			n.o.Logger.Warn("certificate in a welcome not taken", "error", err)
		}
	}
	if p.Joined {
		n.trust.hearShutOuts(w.ShutOut)
	}
	if p.Joined && n.trust.standing(inviter) != Member {
		return p, errPeer("handed over a school without its own certificate")
	}
	return p, nil
}

// join makes this box one of the school that was handed over.
func (n *Node) join(exported []byte) error {
	school, err := device.ImportSchool(exported)
	if err != nil {
		return err
	}
	return n.o.Registry.SetSchool(school)
}
