package device

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io/fs"
	"strings"

	"github.com/zeebo/blake3"
)

// A Recovery is the secret of a school's recovery sheet: 128 bits, so that what it seals may lie on any box. Who has the
// sheet and what was sealed has the school.
type Recovery [16]byte

// NewRecovery draws one.
func NewRecovery() (r Recovery) {
	_, _ = rand.Read(r[:])
	return r
}

// Consonant, vowel, consonant, vowel, consonant are a word of 16 bits, as in proquints
// (Wilkerson 2009): they can be said in any language and need no list.
const (
	consonants = "bdfghjklmnprstvz"
	vowels     = "aiou"
)

// Words are the secret as people copy it: nine words of five letters, of which the last proves the others.
func (r Recovery) Words() string {
	b := append(r[:], r.proof()...)
	var out []byte
	for i := 0; i < len(b); i += 2 {
		n := binary.BigEndian.Uint16(b[i:])
		if i > 0 {
			out = append(out, ' ')
		}
		out = append(out, consonants[n>>12], vowels[n>>10&3], consonants[n>>6&15], vowels[n>>4&3], consonants[n&15])
	}
	return string(out)
}

func (r Recovery) proof() []byte {
	h := blake3.Sum256(append([]byte("lamplight recovery words 1"), r[:]...))
	return h[:2]
}

// ParseRecovery reads what Words wrote, however it was spaced, hyphenated or capitalised. fs.ErrInvalid says which word
// cannot be, or that one of them is another.
func ParseRecovery(s string) (r Recovery, err error) {
	var letters []byte
	for _, c := range []byte(strings.ToLower(s)) {
		if c >= 'a' && c <= 'z' {
			letters = append(letters, c)
		}
	}
	if len(letters) != 45 {
		return r, fmt.Errorf("device: recovery words: %d letters where nine words have 45: %w", len(letters), fs.ErrInvalid)
	}
	var b []byte
	for i := 0; i < len(letters); i += 5 {
		n, ok := wordBits(letters[i : i+5])
		if !ok {
			return r, fmt.Errorf("device: recovery words: %q is none of them: %w", letters[i:i+5], fs.ErrInvalid)
		}
		b = binary.BigEndian.AppendUint16(b, n)
	}
	copy(r[:], b)
	if string(r.proof()) != string(b[16:]) {
		return Recovery{}, fmt.Errorf("device: recovery words: one word is another than on the sheet: %w", fs.ErrInvalid)
	}
	return r, nil
}

func wordBits(w []byte) (n uint16, ok bool) {
	for i, c := range w {
		set, bits := consonants, 4
		if i%2 == 1 {
			set, bits = vowels, 2
		}
		at := strings.IndexByte(set, c)
		if at < 0 {
			return 0, false
		}
		n = n<<bits | uint16(at)
	}
	return n, true
}

// A SealedSchool is a school's key that only its recovery sheet opens, signed by the school so that nobody else's is
// taken for it. It may lie in the open.
type SealedSchool struct {
	Public    []byte `cbor:"1,keyasint"`           // the school's public key, 32 bytes
	Sealed    []byte `cbor:"2,keyasint"`           // nonce (12) ‖ AES-256-GCM of what Export gives
	Signature []byte `cbor:"3,keyasint"`           // the school's, over "lamplight recovery 1" and Sealed
	Locator   []byte `cbor:"4,keyasint,omitempty"` // of the sheet: see Recovery.Locator; absent from sheets of the first release
}

// Seal seals the school for a recovery sheet.
func (s *School) Seal(r Recovery) SealedSchool {
	aead := r.cipher()
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce)
	brief := *s
	brief.turned = s.turned[:min(len(s.turned), sheetTurned)]
	sealed := aead.Seal(nonce, nonce, brief.Export(), s.Public())
	return SealedSchool{
		Public: s.Public(), Sealed: sealed, Signature: ed25519.Sign(s.key, sealedText(sealed)), Locator: r.Locator(),
	}
}

// SealKey opens what is sealed to the sheet: see Letter.
func (r Recovery) SealKey() *ecdh.PrivateKey {
	return x25519(deriveKey("lamplight recovery seal 1", r[:]))
}

// Locator finds what a sheet opens among what was sealed for others; it is 8 bytes and tells nothing of the words.
func (r Recovery) Locator() []byte {
	h := blake3.Sum256(append([]byte("lamplight recovery locator 1\x00"), r[:]...))
	return h[:8]
}

func (r Recovery) cipher() cipher.AEAD {
	block, err := aes.NewCipher(deriveKey("lamplight recovery key 1", r[:]))
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has blocks of 16
	}
	return aead
}

func sealedText(sealed []byte) []byte { return append([]byte("lamplight recovery 1\x00"), sealed...) }

// SchoolID names the school.
func (c SealedSchool) SchoolID() string { return ID(c.Public) }

// Marshal is c in deterministic CBOR.
func (c SealedSchool) Marshal() []byte {
	b, err := deterministic.Marshal(c)
	if err != nil {
		panic(err) // a struct of plain fields always encodes
	}
	return b
}

// ParseSealedSchool reads what Marshal wrote and checks its signature; fs.ErrInvalid or fs.ErrPermission.
func ParseSealedSchool(b []byte) (c SealedSchool, err error) {
	if err := strict.Unmarshal(b, &c); err != nil || len(c.Public) != ed25519.PublicKeySize || len(c.Sealed) > 1<<10 || len(c.Locator) > 8 {
		return c, fmt.Errorf("device: sealed school: damaged: %w", fs.ErrInvalid)
	}
	if !ed25519.Verify(c.Public, sealedText(c.Sealed), c.Signature) {
		return c, fmt.Errorf("device: sealed school %s: the signature is wrong: %w", c.SchoolID(), fs.ErrPermission)
	}
	return c, nil
}

// Open gives the school back; fs.ErrPermission when it was sealed for another sheet.
func (c SealedSchool) Open(r Recovery) (*School, error) {
	aead := r.cipher()
	if len(c.Sealed) < aead.NonceSize() {
		return nil, fmt.Errorf("device: sealed school: %d bytes: %w", len(c.Sealed), fs.ErrInvalid)
	}
	b, err := aead.Open(nil, c.Sealed[:aead.NonceSize()], c.Sealed[aead.NonceSize():], c.Public)
	if err != nil {
		return nil, fmt.Errorf("device: sealed school %s: these are not the words of its newest sheet: %w", c.SchoolID(), fs.ErrPermission)
	}
	s, err := ImportSchool(b)
	if err == nil && s.ID() != c.SchoolID() {
		return nil, fmt.Errorf("device: sealed school %s holds another's key: %w", c.SchoolID(), fs.ErrInvalid)
	}
	return s, err
}
