package exchange

import (
	"bytes"
	"fmt"
	"io/fs"

	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
	"lamplight/sync/device"
)

// A box that joins after another was revoked has never met that one, and could not check what it wrote while it counted. So
// it is handed its certificate together with where it stopped to count, never the one without the other. A member may tell
// of whom it likes: at worst somebody unknown is trusted less, which a member can bring about by revoking too.

// shutOutMessage is kindShutOut.
type shutOutMessage struct {
	Certificate []byte       `cbor:"1,keyasint"`
	Last        clock.Vector `cbor:"2,keyasint,omitempty"`
}

// maxShutOuts is how many a welcome holds; the rest comes by the first session.
const maxShutOuts = 250

// shutOuts are the revoked boxes of our school, as they are told.
func (t *trust) shutOuts() (out [][]byte) {
	for _, s := range t.reg.ShutOuts() {
		if len(out) < maxShutOuts {
			out = append(out, pack(shutOutMessage{s.Certificate.Marshal(), s.Last}))
		}
	}
	return out
}

// shutOutSum is the digest of whose certificates are held of the revoked, nil for none.
func (t *trust) shutOutSum() []byte {
	gone := t.reg.ShutOuts()
	if len(gone) == 0 {
		return nil
	}
	h := blake3.New()
	for _, s := range gone {
		_, _ = h.Write(s.Certificate.Public)
	}
	return h.Sum(nil)[:8]
}

// sameShutOut says whether two that say hello need tell each other of no revoked box. A release that does not know how is
// left alone, so that it comes to rest.
func sameShutOut(a, b hello) bool {
	return min(a.Proto, b.Proto) < 3 || bytes.Equal(a.ShutOut, b.ShutOut)
}

// stillTrusted is asked before each segment and blob's chunk that goes and each message that came: a peer that is revoked while
// it talks with us gets nothing that was read from the log afterwards, such as the secret that is shared without it.
func (s *session) stillTrusted() error {
	if s.place.trust.standing(s.key) < s.class {
		return fmt.Errorf("exchange: %s was shut out: %w", s.peer, fs.ErrPermission)
	}
	return nil
}

// sendShutOuts tells a member of the revoked boxes where it does not know the same ones. It goes before segments.
func (s *session) sendShutOuts() error {
	if s.class < Member || s.theirs.Proto < 3 || s.theirs.Standing >= Member && sameShutOut(s.mine, s.theirs) {
		return nil
	}
	for _, gone := range s.place.trust.reg.ShutOuts() {
		if err := s.out.queueMessage(kindShutOut, pack(shutOutMessage{gone.Certificate.Marshal(), gone.Last})); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) onShutOut(payload []byte) error {
	if s.class < Member {
		return errPeer(fmt.Sprintf("told of a revoked box as a %v", s.class))
	}
	news, err := s.place.trust.hearShutOut(payload)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.refuse(err)
	}
	if news {
		s.sum.CertificatesIn++
	}
	return nil
}

func (t *trust) hearShutOut(raw []byte) (news bool, err error) {
	var m shutOutMessage
	if err := unpack(raw, &m, "word of a revoked box"); err != nil {
		return false, err
	}
	c, err := device.ParseCertificate(m.Certificate)
	if err != nil {
		return false, err
	}
	return t.reg.HearShutOut(device.ShutOut{Certificate: c, Last: m.Last})
}

// hearShutOuts takes what a welcome tells; what is no good is left out, and comes again by a session.
func (t *trust) hearShutOuts(list [][]byte) {
	for _, raw := range list {
		_, _ = t.hearShutOut(raw)
	}
}

// shutOutBound sets what is sealed of them in a pairing file apart from the school's key.
const shutOutBound = "lamplight pairing file 1 shut out"

// hearShutOuts takes what an invitation tells, sealed under its code.
func (c *Courier) hearShutOuts(f pairFile, code string) {
	plain, err := readCode(code)
	if err != nil || len(f.ShutOut) < 12 {
		return
	}
	raw, err := pairCipher(plain, f.Secret).Open(nil, f.ShutOut[:12], f.ShutOut[12:], []byte(shutOutBound))
	var list [][]byte
	if err == nil && unpack(raw, &list, "list of revoked boxes") == nil {
		(&trust{reg: c.Registry}).hearShutOuts(list)
	}
}
