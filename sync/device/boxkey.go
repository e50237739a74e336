package device

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/sha512"
	"fmt"
	"io/fs"
	"math/big"
	"slices"
)

// What is meant for one device alone is sealed to the X25519 key that goes with its Ed25519 key: the same scalar, and the
// point carried over by the birational map of RFC 7748, u = (1+y)/(1−y) mod 2²⁵⁵−19. So a device needs no second key, and
// whoever knows its first can seal to it.

// BoxKey opens what is sealed to this device: the clamped first half of SHA-512 of its seed, as Ed25519 itself uses it.
func (d *Device) BoxKey() *ecdh.PrivateKey {
	h := sha512.Sum512(d.key.Seed())
	return x25519(h[:32]) // which clamps it
}

var fieldPrime = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))

// BoxKeyOf is what is sealed to for the device with this public key; fs.ErrInvalid for what is no point that maps.
func BoxKeyOf(public ed25519.PublicKey) (*ecdh.PublicKey, error) {
	if len(public) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("device: a key of %d bytes: %w", len(public), fs.ErrInvalid)
	}
	b := slices.Clone(public)
	slices.Reverse(b)
	b[0] &= 0x7f // the sign of x
	y, one := new(big.Int).SetBytes(b), big.NewInt(1)
	below := new(big.Int).Sub(one, y)
	if below.ModInverse(below.Mod(below, fieldPrime), fieldPrime) == nil {
		return nil, fmt.Errorf("device: a key that is the neutral point: %w", fs.ErrInvalid)
	}
	u := y.Add(y, one)
	u.Mod(u.Mul(u, below), fieldPrime)
	out := u.FillBytes(make([]byte, 32))
	slices.Reverse(out)
	return ecdh.X25519().NewPublicKey(out)
}
