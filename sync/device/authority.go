package device

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"

	"lamplight/sync/segment"
)

// An Authority is the public half of a school's or a district's key, signed by itself: what the other is handed when a
// school joins a district, and what the papers of each then hold of the other. A district is to its own boxes what a
// school is to its: they share a key, a pool and streams; what makes it a district is that schools name it.
type Authority struct {
	Public    []byte `cbor:"1,keyasint"`           // ed25519, 32 bytes: signs the certificates of its boxes
	Seal      []byte `cbor:"2,keyasint"`           // X25519, 32 bytes: what is meant for it is sealed to
	Name      string `cbor:"3,keyasint,omitempty"` // as people see it, at most 64 bytes
	District  bool   `cbor:"4,keyasint,omitempty"` // it holds schools; else it is one
	Signature []byte `cbor:"5,keyasint"`           // its own, over "lamplight authority 1" and the CBOR of the rest
}

// SealKey opens what was sealed to the school before any box was shut out: see SealKeys.
func (s *School) SealKey() *ecdh.PrivateKey { return x25519(s.Secret("seal")) }

// Authority is the school's public half; district says that it holds schools.
func (s *School) Authority(district bool) Authority {
	a := Authority{Public: s.Public(), Seal: s.SealKey().PublicKey().Bytes(), Name: s.Name, District: district}
	a.Signature = ed25519.Sign(s.key, a.signed())
	return a
}

func (a Authority) signed() []byte {
	a.Signature = nil
	b, err := deterministic.Marshal(a)
	if err != nil {
		panic(err) // a struct of plain fields always encodes
	}
	return append([]byte("lamplight authority 1\x00"), b...)
}

// ID names the school or district, as certificates, scopes and folders do.
func (a Authority) ID() string { return ID(a.Public) }

// SealKey is what segments for it are sealed to. The authority was verified.
func (a Authority) SealKey() *ecdh.PublicKey {
	key, err := ecdh.X25519().NewPublicKey(a.Seal)
	if err != nil {
		panic(err) // Verify looked at its size
	}
	return key
}

// Roster, Learn are the scopes of a school.
func (a Authority) Roster() segment.Scope { return segment.Scope("school/" + a.ID() + "/roster") }

// Learn is the scope of attempts by opaque learner id.
func (a Authority) Learn() segment.Scope { return segment.Scope("school/" + a.ID() + "/learn") }

// Verify checks sizes and the authority's own signature; whether it is the one that was meant is the caller's question.
func (a Authority) Verify() error {
	if len(a.Public) != ed25519.PublicKeySize || len(a.Seal) != 32 || len(a.Name) > maxName {
		return fmt.Errorf("device: authority: sizes: %w", fs.ErrInvalid)
	}
	if !ed25519.Verify(a.Public, a.signed(), a.Signature) {
		return fmt.Errorf("device: authority %s: its signature is wrong: %w", a.ID(), fs.ErrPermission)
	}
	return nil
}

// Marshal is a in deterministic CBOR, as it is sent and stored.
func (a Authority) Marshal() []byte {
	b, err := deterministic.Marshal(a)
	if err != nil {
		panic(err)
	}
	return b
}

// ParseAuthority reads what Marshal wrote and verifies it; fs.ErrInvalid or fs.ErrPermission.
func ParseAuthority(b []byte) (a Authority, err error) {
	if err := strict.Unmarshal(b, &a); err != nil {
		return a, fmt.Errorf("device: authority: %w", errors.Join(fs.ErrInvalid, err))
	}
	return a, a.Verify()
}
