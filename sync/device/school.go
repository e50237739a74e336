package device

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"lamplight/sync/segment"
)

// A School is the key that a school's boxes share. Whoever holds it can enrol boxes, so it is handed over only inside a
// pairing and kept 0600. Immutable.
type School struct {
	Name   string
	key    ed25519.PrivateKey // nil for one that is only overseen
	public ed25519.PublicKey  // where key is nil
	turned []Turned           // newest first
}

// NewSchool makes a school, as at the first claim. The name is what people see, at most 64 bytes.
func NewSchool(name string) (*School, error) {
	if len(name) > maxName {
		return nil, fmt.Errorf("device: school name is longer than %d bytes: %w", maxName, fs.ErrInvalid)
	}
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, fmt.Errorf("device: school: %w", err)
	}
	return &School{Name: name, key: key}, nil
}

// ID is 16 hex digits of BLAKE3 of the school's public key.
func (s *School) ID() string { return ID(s.Public()) }

// Public is the key that certificates are checked with.
func (s *School) Public() ed25519.PublicKey {
	if s.key == nil {
		return s.public
	}
	return s.key.Public().(ed25519.PublicKey)
}

// Learn is the scope of attempts by opaque learner id, Roster of what names a person.
func (s *School) Learn() segment.Scope { return segment.Scope("school/" + s.ID() + "/learn") }

// Roster is the scope of names, verifiers, notes.
func (s *School) Roster() segment.Scope { return segment.Scope("school/" + s.ID() + "/roster") }

// Secret derives a key of 32 bytes for a purpose ("gossip", …) that every box of the school derives alike.
func (s *School) Secret(purpose string) []byte {
	return deriveKey("lamplight school secret 1 "+purpose, s.key.Seed())
}

// TurnedSecret is Secret for a purpose once the school's boxes share another secret (32 bytes) than its key: since one of
// them, which knows the key, was shut out.
func TurnedSecret(secret []byte, purpose string) []byte {
	return deriveKey("lamplight turned secret 1 "+purpose, secret)
}

// schoolFile is school.key and what a pairing hands over.
type schoolFile struct {
	Version uint     `cbor:"1,keyasint"`
	Seed    []byte   `cbor:"2,keyasint"`
	Name    string   `cbor:"3,keyasint,omitempty"`
	Turned  []Turned `cbor:"4,keyasint,omitempty"` // what its boxes share since one was shut out
}

// Export is the school with its secret, for a pairing or a backup.
func (s *School) Export() []byte {
	b, err := deterministic.Marshal(schoolFile{Version: 1, Seed: s.key.Seed(), Name: s.Name, Turned: s.turned})
	if err != nil {
		panic(err) // a struct of plain fields always encodes
	}
	return b
}

// ImportSchool reads what Export wrote; anything else is fs.ErrInvalid.
func ImportSchool(b []byte) (*School, error) {
	var f schoolFile
	if err := strict.Unmarshal(b, &f); err != nil || len(f.Seed) != ed25519.SeedSize || len(f.Name) > maxName {
		return nil, fmt.Errorf("device: school key: damaged: %w", fs.ErrInvalid)
	}
	if f.Version != 1 {
		return nil, fmt.Errorf("device: school key: version %d is from a newer Lamplight: %w", f.Version, errors.ErrUnsupported)
	}
	return &School{Name: f.Name, key: ed25519.NewKeyFromSeed(f.Seed), turned: mergeTurned(f.Turned, nil)}, nil
}

// A Certificate says that a device belongs to a school. It never expires by date (clocks lie); a higher generation
// replaces a lower one, and a revocation ends it.
type Certificate struct {
	Public     []byte   `cbor:"1,keyasint"`           // the device's key, 32 bytes
	Name       string   `cbor:"2,keyasint"`           // the box's name when it was enrolled
	Epoch      uint32   `cbor:"3,keyasint"`           // its epoch then; later ones are its too
	School     []byte   `cbor:"4,keyasint"`           // the school's public key, 32 bytes
	Roles      []string `cbor:"5,keyasint"`           // "box", "district"
	Generation uint32   `cbor:"6,keyasint"`           // from 1
	Signature  []byte   `cbor:"7,keyasint"`           // the school's, over "lamplight certificate 1" and the CBOR of the rest
	District   []byte   `cbor:"8,keyasint,omitempty"` // the Authority of the school's district, marshalled; absent without one
	// Counter shows that the device stays since a box was shut out: see Turned. It is no part of what the school signs.
	Counter []byte `cbor:"9,keyasint,omitempty"`
}

// Enrol signs a certificate for the device with this public key.
func (s *School) Enrol(public ed25519.PublicKey, name string, epoch, generation uint32, roles ...string) Certificate {
	return s.sign(s.unsigned(public, name, epoch, generation, roles...))
}

func (s *School) unsigned(public ed25519.PublicKey, name string, epoch, generation uint32, roles ...string) Certificate {
	return Certificate{
		Public: slices.Clone(public), Name: name[:min(len(name), maxName)], Epoch: epoch,
		School: s.Public(), Roles: roles, Generation: generation,
	}
}

// sign puts the school's name to c.
func (s *School) sign(c Certificate) Certificate {
	c.Signature = ed25519.Sign(s.key, c.signed())
	return c
}

func (c Certificate) signed() []byte {
	c.Signature, c.Counter = nil, nil
	b, err := deterministic.Marshal(c)
	if err != nil {
		panic(err) // a struct of plain fields always encodes
	}
	return append([]byte("lamplight certificate 1\x00"), b...)
}

// ID names the device that c is about.
func (c Certificate) ID() string { return ID(c.Public) }

// SchoolID names the school that c claims.
func (c Certificate) SchoolID() string { return ID(c.School) }

// Verify checks sizes and the signature of the school named inside; whether that school is ours is the caller's question.
func (c Certificate) Verify() error {
	if len(c.Public) != ed25519.PublicKeySize || len(c.School) != ed25519.PublicKeySize || len(c.Name) > maxName || len(c.Roles) > 8 ||
		len(c.District) > maxAuthority || len(c.Counter) > 128 {
		return fmt.Errorf("device: certificate: sizes: %w", fs.ErrInvalid)
	}
	if !ed25519.Verify(c.School, c.signed(), c.Signature) {
		return fmt.Errorf("device: certificate of %s: the school's signature is wrong: %w", c.ID(), fs.ErrPermission)
	}
	return nil
}

// Marshal is c in deterministic CBOR, as it is sent and stored.
func (c Certificate) Marshal() []byte {
	b, err := deterministic.Marshal(c)
	if err != nil {
		panic(err)
	}
	return b
}

// ParseCertificate reads what Marshal wrote and verifies it.
func ParseCertificate(b []byte) (Certificate, error) {
	var c Certificate
	if err := strict.Unmarshal(b, &c); err != nil {
		return c, fmt.Errorf("device: certificate: %w", errors.Join(fs.ErrInvalid, err))
	}
	return c, c.Verify()
}

// scopeSchool is the school that a scope belongs to, "" for one that belongs to none.
func scopeSchool(scope segment.Scope) string {
	parts := strings.Split(string(scope), "/")
	if len(parts) == 3 && parts[0] == "school" {
		return parts[1]
	}
	return ""
}
