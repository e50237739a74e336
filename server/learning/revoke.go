package learning

import (
	"crypto/ed25519"
	"fmt"
	"io/fs"

	"github.com/fxamacker/cbor/v2"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// A Revocation shuts a device out. It counts in a stream of a box of the device's own school, or of the school whose district
// it is of, and nowhere else: anybody may write to pub.
type Revocation struct {
	Public ed25519.PublicKey
	Last   clock.Vector // of each of its streams the last event that counts
}

// Device names who is shut out.
func (r *Revocation) Device() string { return device.ID(r.Public) }

// maxRevoked bounds the vector of a revocation: a few streams an epoch.
const maxRevoked = 4096

// Draft makes the event.
func (r *Revocation) Draft() Draft {
	var c columns
	c.bytes(revokePublic, r.Public)
	last, err := cbor.Marshal(r.Last)
	if err != nil {
		panic(err) // a vector always encodes
	}
	c.text(revokeLast, string(last))
	return Draft{Scope: Pub.Scope(""), Kind: KindRevoke, Fields: c}
}

// ParseRevocation reads a revoke/1 event.
func ParseRevocation(e *segment.Event) (r Revocation, err error) {
	return readRevocation(e.Bytes(revokePublic), e.Bytes(revokeLast))
}

func readRevocation(public, last []byte) (r Revocation, err error) {
	if len(public) != ed25519.PublicKeySize || len(last) > 16*maxRevoked {
		return r, fmt.Errorf("%s: sizes: %w", KindRevoke, fs.ErrInvalid)
	}
	if err := cbor.Unmarshal(last, &r.Last); err != nil || len(r.Last) > maxRevoked {
		return r, fmt.Errorf("%s: its vector: %w", KindRevoke, fs.ErrInvalid)
	}
	r.Public = public
	return r, nil
}

// Encode is a revocation as a fold keeps it.
func (r *Revocation) Encode() []byte {
	last, err := cbor.Marshal(r.Last)
	if err != nil {
		panic(err)
	}
	return append(append([]byte{}, r.Public...), last...)
}

// ReadRevocation reads what Encode wrote.
func ReadRevocation(b []byte) (Revocation, error) {
	if len(b) < ed25519.PublicKeySize {
		return Revocation{}, fmt.Errorf("%s: %d bytes: %w", KindRevoke, len(b), fs.ErrInvalid)
	}
	return readRevocation(b[:ed25519.PublicKeySize], b[ed25519.PublicKeySize:])
}

// maxLetter bounds a letter/1.
const maxLetter = 8 << 10

// LetterDraft makes the event of a letter to those who stay.
func LetterDraft(l device.Letter) Draft {
	var c columns
	c.text(letterText, string(l.Marshal()))
	return Draft{Scope: Pub.Scope(""), Kind: KindLetter, Fields: c}
}

// ParseLetter reads a letter/1 event. It counts in a stream of a box of the school that it is of, and nowhere else.
func ParseLetter(e *segment.Event) (l device.Letter, err error) {
	text := e.Bytes(letterText)
	if len(text) > maxLetter {
		return l, fmt.Errorf("%s: %d bytes: %w", e.Kind, len(text), fs.ErrInvalid)
	}
	if l, err = device.ParseLetter(text); err != nil {
		return l, fmt.Errorf("%s: %w", e.Kind, err)
	}
	return l, nil
}

// A Turn is a new secret that the school's boxes share, so that one that was shut out shares nothing with them any more.
// Of several the highest generation counts, of one generation the highest secret.
type Turn struct {
	Generation uint32 // from 1
	Secret     []byte // 32 bytes
}

// Draft makes the event.
func (t *Turn) Draft(school string) Draft {
	var c columns
	c.uint(turnGeneration, uint64(t.Generation))
	c.text(turnSecret, string(t.Secret))
	return Draft{Scope: Roster.Scope(school), Kind: KindTurn, Fields: c}
}

// ParseTurn reads a turn/1 event.
func ParseTurn(e *segment.Event) (t Turn, err error) {
	g := e.Uint(turnGeneration)
	t = Turn{Generation: uint32(g), Secret: e.Bytes(turnSecret)}
	if g == 0 || g > 1<<31 || len(t.Secret) != 32 {
		return t, fmt.Errorf("%s: generation %d, %d bytes: %w", KindTurn, g, len(t.Secret), fs.ErrInvalid)
	}
	return t, nil
}
