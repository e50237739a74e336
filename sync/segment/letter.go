package segment

import (
	"crypto/ecdh"
	"crypto/rand"
	"fmt"
	"io/fs"
)

// A letter is a short text that only those it was sealed to can read, made as an envelope is:
//
//	"LLET" ‖ version 1 ‖ ephemeral X25519 key 32 ‖ recipients (count 1; each: tag 8 ‖ wrapped content key 48) ‖ sealed text
const (
	letterMagic = "LLET\x01"
	// MaxLetter is how many bytes the text of a letter has at most.
	MaxLetter = 4 << 10
)

// SealLetter seals a text of at most MaxLetter bytes for 1 to MaxRecipients X25519 keys; else fs.ErrInvalid.
func SealLetter(text []byte, to []*ecdh.PublicKey) ([]byte, error) {
	if len(to) == 0 || len(to) > MaxRecipients || len(text) > MaxLetter {
		return nil, fmt.Errorf("segment: a letter of %d bytes for %d: %w", len(text), len(to), fs.ErrInvalid)
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	head, err := appendRecipients([]byte(letterMagic), key, to)
	if err != nil {
		return nil, err
	}
	return append(head, gcm(key).Seal(nil, make([]byte, 12), text, head)...), nil
}

// OpenLetter gives the text back. A letter for none of these keys is fs.ErrPermission; what was changed, or is none,
// fs.ErrInvalid.
func OpenLetter(letter []byte, with ...*ecdh.PrivateKey) ([]byte, error) {
	e, err := parseLetter(letter)
	if err != nil {
		return nil, err
	}
	ephemeral, err := ecdh.X25519().NewPublicKey(e.ephemeral)
	if err != nil {
		return nil, fmt.Errorf("segment: letter: %w", fs.ErrInvalid)
	}
	for _, mine := range with {
		tag := Tag(mine.PublicKey())
		for i := range e.info.To {
			if e.info.To[i] != tag {
				continue
			}
			wrap, err := wrapKey(mine, ephemeral, ephemeral, mine.PublicKey())
			if err != nil {
				return nil, err
			}
			key, err := gcm(wrap).Open(nil, make([]byte, 12), e.wrapped[i], nil)
			if err != nil {
				return nil, fmt.Errorf("segment: letter: it was changed: %w", fs.ErrInvalid)
			}
			text, err := gcm(key).Open(nil, make([]byte, 12), e.sealed, e.head)
			if err != nil {
				return nil, fmt.Errorf("segment: letter: it was changed: %w", fs.ErrInvalid)
			}
			return text, nil
		}
	}
	return nil, fmt.Errorf("segment: a letter that is sealed to others: %w", fs.ErrPermission)
}

// LetterTo is the tags of those who can open a letter; none for what is no letter.
func LetterTo(letter []byte) [][8]byte {
	e, err := parseLetter(letter)
	if err != nil {
		return nil
	}
	return e.info.To
}

func parseLetter(b []byte) (e opened, err error) {
	r := reader{b: b}
	magic := string(r.take(len(letterMagic)))
	e.recipients(&r)
	e.head, e.sealed = b[:len(b)-len(r.b)], r.b
	if r.bad || magic != letterMagic || len(e.sealed) < gcmTag || len(e.sealed) > MaxLetter+gcmTag {
		return opened{}, fmt.Errorf("segment: letter: damaged or cut short: %w", fs.ErrInvalid)
	}
	return e, nil
}
