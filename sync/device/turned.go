package device

import (
	"bytes"
	"cmp"
	"crypto/ecdh"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/sync/segment"
)

// A Turned is a secret that the boxes of a school share since one of them, which knows the school's key, was shut out. The
// highest generation counts, of one generation the highest secret; what was sealed under an older one is still opened, so
// all are kept.
type Turned struct {
	Generation uint32 `cbor:"1,keyasint"` // from 1
	Secret     []byte `cbor:"2,keyasint"` // 32 bytes
}

const (
	// maxTurned is how many a school keeps: as many boxes shut out.
	maxTurned = 64
	// freshTurned of them are the newest.
	freshTurned = 16
	// sheetTurned is how many of them a recovery sheet holds, which earlier releases read; letters hold all.
	sheetTurned = 16
)

// enrolKey signs who stays: see Letter and Certificate.Counter.
func (t Turned) enrolKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(TurnedSecret(t.Secret, "enrol"))
}

func (t Turned) enrol() ed25519.PublicKey { return t.enrolKey().Public().(ed25519.PublicKey) }

func (t Turned) sealKey() *ecdh.PrivateKey { return x25519(TurnedSecret(t.Secret, "seal")) }

func (t Turned) valid() bool {
	return t.Generation > 0 && t.Generation < 1<<31 && len(t.Secret) == 32
}

func x25519(secret []byte) *ecdh.PrivateKey {
	key, err := ecdh.X25519().NewPrivateKey(secret)
	if err != nil {
		panic(err) // any 32 bytes are a key
	}
	return key
}

// mergeTurned is what is kept of what was held and what is heard: the newest, so that all boxes agree on the one that counts,
// then what was held before what is heard, the oldest first. So whoever draws many pushes out none under which a school has
// sealed its work before, but for the latest few that are heard after they did.
func mergeTurned(held, heard []Turned) []Turned {
	all := sortTurned(held, heard)
	if len(all) <= maxTurned {
		return all
	}
	wasHeld := func(t Turned) bool {
		return slices.ContainsFunc(held, func(h Turned) bool { return h.Generation == t.Generation && bytes.Equal(h.Secret, t.Secret) })
	}
	rest := all[freshTurned:]
	slices.Reverse(rest)
	slices.SortStableFunc(rest, func(a, b Turned) int {
		switch x, y := wasHeld(a), wasHeld(b); {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	return sortTurned(all[:maxTurned], nil)
}

// sortTurned is both lists as one, newest first, without what makes no sense.
func sortTurned(a, b []Turned) []Turned {
	out := slices.DeleteFunc(slices.Concat(a, b), func(t Turned) bool { return !t.valid() })
	slices.SortFunc(out, func(a, b Turned) int {
		return cmp.Or(cmp.Compare(b.Generation, a.Generation), bytes.Compare(b.Secret, a.Secret))
	})
	return slices.CompactFunc(out, func(a, b Turned) bool {
		return a.Generation == b.Generation && bytes.Equal(a.Secret, b.Secret)
	})
}

// Turned are the secrets that this school's boxes have come to share, newest first: the first counts. None before a box was
// shut out.
func (s *School) Turned() []Turned { return slices.Clone(s.turned) }

// With is the school that shares these too.
func (s *School) With(turned []Turned) *School {
	next := *s
	next.turned = mergeTurned(s.turned, turned)
	return &next
}

// maxAhead is how many generations further than what is known one may be: so nobody makes the last one there can be.
const maxAhead = 64

// near is those of a list that may be of this school: in order, as one after the other could have been drawn.
func (s *School) near(turned []Turned) (out []Turned) {
	newest := uint32(0)
	if len(s.turned) > 0 {
		newest = s.turned[0].Generation
	}
	for _, t := range slices.Backward(sortTurned(turned, nil)) {
		if t.Generation <= newest+maxAhead {
			out, newest = append(out, t), max(newest, t.Generation)
		}
	}
	return out
}

// Shared is a secret of 32 bytes for a purpose that the school's boxes, and none that was shut out, derive alike.
func (s *School) Shared(purpose string) []byte {
	if len(s.turned) > 0 {
		return TurnedSecret(s.turned[0].Secret, purpose)
	}
	return s.Secret(purpose)
}

// SealKeys open what is sealed to the school, newest first: what is sealed from now on is sealed to the first alone. The last
// is the school's own, which a box that was shut out knows.
func (s *School) SealKeys() (out []*ecdh.PrivateKey) {
	for _, t := range s.turned {
		out = append(out, t.sealKey())
	}
	return append(out, s.SealKey())
}

// A Letter hands the secrets that a school's boxes share to those who stay, by a way that all can read (scope pub): so that a
// box that meets others by sticks alone, and a school that comes back by its recovery sheet, learn them, and who was shut
// out does not. Beside that it says to all, the district too, who stays.
type Letter struct {
	Generation uint32   `cbor:"1,keyasint"`           // the newest of those inside
	Enrol      []byte   `cbor:"2,keyasint"`           // 32 bytes: the key derived from it for "enrol", its public half
	Stays      [][]byte `cbor:"3,keyasint,omitempty"` // ids of devices (8 bytes each) that stay
	Sealed     []byte   `cbor:"4,keyasint"`           // segment.SealLetter of []Turned, to each of them and to the recovery sheet
	Signature  []byte   `cbor:"5,keyasint"`           // by Enrol, over "lamplight letter 1" and the CBOR of the rest
}

// lettersTo is how many devices one letter is for.
const lettersTo = segment.MaxRecipients - 1

// Letters are written by a box that knows the newest secret: for these devices, and for also (nil: nobody), which is a
// recovery sheet's key. One letter names at most 63 devices.
func (s *School) Letters(stays []ed25519.PublicKey, also *ecdh.PublicKey) (out []Letter, err error) {
	if len(s.turned) == 0 || len(stays) == 0 && also == nil {
		return nil, nil
	}
	text, err := deterministic.Marshal(s.turned)
	if err != nil {
		return nil, err
	}
	for first := true; first || len(stays) > 0; first = false {
		n := min(len(stays), lettersTo)
		l := Letter{Generation: s.turned[0].Generation, Enrol: s.turned[0].enrol()}
		var to []*ecdh.PublicKey
		if also != nil {
			to = append(to, also)
		}
		for _, public := range stays[:n] {
			id, _ := hex.DecodeString(ID(public))
			l.Stays = append(l.Stays, id)
			if key, err := BoxKeyOf(public); err == nil {
				to = append(to, key)
			}
		}
		if l.Sealed, err = segment.SealLetter(text, to); err != nil {
			return nil, err
		}
		l.Signature = ed25519.Sign(s.turned[0].enrolKey(), l.signed())
		out, stays = append(out, l), stays[n:]
	}
	return out, nil
}

func (l Letter) signed() []byte {
	l.Signature = nil
	return append([]byte("lamplight letter 1\x00"), l.Marshal()...)
}

// Marshal is l in deterministic CBOR.
func (l Letter) Marshal() []byte {
	b, err := deterministic.Marshal(l)
	if err != nil {
		panic(err) // a struct of plain fields always encodes
	}
	return b
}

// ParseLetter reads what Marshal wrote and checks that who wrote it knows the secret whose letter it is; whether that secret is
// the school's is the reader's question.
func ParseLetter(b []byte) (l Letter, err error) {
	if err := strict.Unmarshal(b, &l); err != nil || l.Generation == 0 || l.Generation >= 1<<31 || len(l.Enrol) != ed25519.PublicKeySize ||
		len(l.Stays) > lettersTo || slices.ContainsFunc(l.Stays, func(id []byte) bool { return len(id) != 8 }) {
		return Letter{}, fmt.Errorf("device: letter: damaged: %w", errors.Join(fs.ErrInvalid, err))
	}
	if !ed25519.Verify(l.Enrol, l.signed(), l.Signature) {
		return Letter{}, fmt.Errorf("device: letter: its signature is wrong: %w", fs.ErrPermission)
	}
	return l, nil
}

// Open gives the secrets in a letter; fs.ErrPermission when it is for none of these keys.
func (l Letter) Open(with ...*ecdh.PrivateKey) (turned []Turned, err error) {
	text, err := segment.OpenLetter(l.Sealed, with...)
	if err != nil {
		return nil, err
	}
	if err := strict.Unmarshal(text, &turned); err != nil {
		return nil, fmt.Errorf("device: letter: %w", errors.Join(fs.ErrInvalid, err))
	}
	return mergeTurned(turned, nil), nil
}

// Names are the ids of the devices that the letter says stay.
func (l Letter) Names() (out []string) {
	for _, id := range l.Stays {
		out = append(out, hex.EncodeToString(id))
	}
	return out
}

// For says whether the letter is sealed to a key.
func (l Letter) For(key *ecdh.PublicKey) bool {
	return slices.Contains(segment.LetterTo(l.Sealed), segment.Tag(key))
}

// Knows says whether the school shares the newest secret in a letter.
func (s *School) Knows(l Letter) bool {
	return slices.ContainsFunc(s.turned, func(t Turned) bool { return t.wrote(l) })
}

// Newest says whether a letter is of the secret that counts.
func (s *School) Newest(l Letter) bool { return len(s.turned) > 0 && s.turned[0].wrote(l) }

func (t Turned) wrote(l Letter) bool {
	return t.Generation == l.Generation && bytes.Equal(t.enrol(), l.Enrol)
}

// counterText is what Certificate.Counter signs.
func counterText(generation uint32, public []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte("lamplight counter 1\x00"), generation), public...)
}

// counter is what shows that c's device knows the secret: generation (4) ‖ signature (64) by its key for "enrol".
func (t Turned) counter(public []byte) []byte {
	sign := ed25519.Sign(t.enrolKey(), counterText(t.Generation, public))
	return append(binary.BigEndian.AppendUint32(nil, t.Generation), sign...)
}

// counteredBy says whether the certificate is counter-signed with the secret of which enrol is the public half.
func (c Certificate) counteredBy(generation uint32, enrol ed25519.PublicKey) bool {
	return len(c.Counter) == 4+ed25519.SignatureSize && binary.BigEndian.Uint32(c.Counter) == generation &&
		ed25519.Verify(enrol, counterText(generation, c.Public), c.Counter[4:])
}
