package exchange

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/zeebo/blake3"

	"lamplight/sync/device"
	"lamplight/sync/internal/atomicfile"
)

// A Courier pairs two boxes by files that somebody carries, where there is no network: an invitation one way and, so that the
// inviter knows its guest, an answer back. Neither box need run.
//
// The invitation holds what anybody may see of the inviter's school (its public half and certificates) and, under the code
// that the inviting box shows, the school's key: without the code a box that has no school cannot join by it, and one that
// has a school becomes a content peer, or its school and the inviter's a district and its school. Whoever has the stick and
// the code has the school, as in a pairing over the network; so the code is not on the stick. The answer is proved by a
// secret of the invitation and signed by the guest, and works once.
type Courier struct {
	Device   *device.Device
	Registry *device.Registry
	Open     string // file of the invitations that are not answered yet: keys/invited.cbor
	// Adopt is as in Options.
	Adopt func(school device.Authority, box device.Certificate) error
}

// MaxPairFile is how many bytes a file of a pairing has at most.
const MaxPairFile = 1 << 20

// pairMagic begins a file of a pairing: "LPAIR" ‖ version 1 ‖ pairFile in deterministic CBOR.
const pairMagic = "LPAIR\x01"

// maxOpen is how many invitations may wait for their answers; the oldest goes first.
const maxOpen = 16

// pairFile is an invitation, or the answer to one.
type pairFile struct {
	Answer       bool     `cbor:"1,keyasint,omitempty"`
	Secret       []byte   `cbor:"2,keyasint,omitempty"` // of an invitation, 16 random bytes
	Name         string   `cbor:"3,keyasint,omitempty"` // of the box
	Authority    []byte   `cbor:"4,keyasint,omitempty"` // public half of its school or district
	Certificates [][]byte `cbor:"5,keyasint,omitempty"` // of its school, its own first
	Sealed       []byte   `cbor:"6,keyasint,omitempty"` // of an invitation: nonce 12 ‖ AES-256-GCM of the school's key
	MAC          []byte   `cbor:"7,keyasint,omitempty"` // of an answer: HMAC-SHA256 by the secret over the rest
	Signature    []byte   `cbor:"8,keyasint,omitempty"` // of an answer: the box's, over the rest with the MAC
	ShutOut      []byte   `cbor:"9,keyasint,omitempty"` // of an invitation: nonce 12 ‖ AES-256-GCM of the shutOutMessages; not in what the rest is bound to, as older releases know none
}

// openInvitations is invited.cbor.
type openInvitations struct {
	Secrets [][]byte `cbor:"1,keyasint"` // oldest first
}

// Invite makes an invitation and the code that goes with it; fs.ErrPermission on a box without a school.
func (c *Courier) Invite() (file []byte, code string, err error) {
	school := c.Registry.School()
	if school == nil || school.Overseen() {
		return nil, "", fmt.Errorf("exchange: this box has no school yet, so nobody can join it: %w", fs.ErrPermission)
	}
	shown := newCode()
	plain, err := readCode(shown)
	if err != nil {
		return nil, "", err
	}
	f := c.introduction()
	f.Secret = make([]byte, 16)
	_, _ = rand.Read(f.Secret) // never fails (crypto/rand)
	nonce := make([]byte, 12)
	_, _ = rand.Read(nonce)
	f.Sealed = pairCipher(plain, f.Secret).Seal(nonce, nonce, school.Export(), f.bound())
	if gone := (&trust{reg: c.Registry}).shutOuts(); len(gone) > 0 {
		_, _ = rand.Read(nonce)
		f.ShutOut = pairCipher(plain, f.Secret).Seal(nonce, nonce, pack(gone), []byte(shutOutBound))
	}
	if err := c.remember(f.Secret); err != nil {
		return nil, "", err
	}
	return f.marshal(), shown, nil
}

// introduction is what anybody may see of this box.
func (c *Courier) introduction() pairFile {
	f := pairFile{Name: c.Device.Name()}
	if mine, ok := c.Registry.Authority(); ok {
		f.Authority = mine.Marshal()
	}
	own := c.Registry.Own()
	f.Certificates = append(f.Certificates, own.Marshal())
	for _, p := range c.Registry.Peers() {
		if p.Certificate != nil && !p.Revoked && len(f.Certificates) < 500 {
			f.Certificates = append(f.Certificates, p.Certificate.Marshal())
		}
	}
	return f
}

// Accept takes a file of the other box: an invitation, and answer is the file to carry back; or the answer to one of ours,
// and answer is nil. code is what the inviting box showed; a box that has a school needs none, and nobody
// for an answer. fs.ErrPermission: a wrong code, or an answer to nothing that is open.
func (c *Courier) Accept(file []byte, code string) (p Paired, answer []byte, err error) {
	f, own, err := parsePair(file)
	if err != nil {
		return p, nil, err
	}
	if f.Answer {
		p, err = c.answered(f, own)
		return p, nil, err
	}
	if p, err = c.invited(f, own, code); err != nil {
		return p, nil, err
	}
	back := c.introduction()
	back.Answer = true
	back.MAC = back.mac(f.Secret)
	back.Signature = c.Device.Sign(back.signed())
	return p, back.marshal(), nil
}

// invited is the guest's side.
func (c *Courier) invited(f pairFile, own device.Certificate, code string) (p Paired, err error) {
	school := c.Registry.School()
	p.Device, p.Name = own.ID(), shorten(f.Name)
	var theirs *device.School
	if school == nil || code != "" {
		if theirs, err = f.open(code); err != nil {
			return p, err
		}
	}
	switch {
	case own.ID() == c.Device.ID():
		return p, fmt.Errorf("exchange: this box itself wrote that invitation: %w", fs.ErrInvalid)
	case school == nil:
		p.Joined = true
		err = c.join(f, theirs)
	case !bytes.Equal(school.Public(), own.School):
		p.Under, err = allies{c.Registry, c.Adopt}.allyWith(own.Public, f.Name, f.Authority, f.Certificates)
	}
	if err != nil {
		return p, err
	}
	c.meetAll(f.Certificates)
	if p.Joined {
		c.hearShutOuts(f, code)
	}
	if school := c.Registry.School(); school != nil {
		p.School = school.ID()
	}
	return p, nil
}

// open opens the school's key with the code, which also proves that the invitation is as it was written.
func (f pairFile) open(code string) (*device.School, error) {
	if code == "" {
		return nil, fmt.Errorf("exchange: a box without a school needs the code that was shown with the invitation: %w", fs.ErrPermission)
	}
	plain, err := readCode(code)
	if err != nil {
		return nil, err
	}
	raw, err := pairCipher(plain, f.Secret).Open(nil, f.Sealed[:12], f.Sealed[12:], f.bound())
	if err != nil {
		return nil, fmt.Errorf("exchange: this is not the code that was shown with the invitation: %w", fs.ErrPermission)
	}
	return device.ImportSchool(raw)
}

// join makes this box, which has no school, one of school's.
func (c *Courier) join(f pairFile, school *device.School) error {
	if a, err := device.ParseAuthority(f.Authority); err != nil || a.District != c.Registry.IsDistrict() {
		return fmt.Errorf("exchange: a box that is claimed can join a district, one that is not can join a school: %w", errors.Join(fs.ErrPermission, err))
	}
	return c.Registry.SetSchool(school)
}

// meetAll takes in certificates as far as they are of our school or its district.
func (c *Courier) meetAll(certificates [][]byte) {
	for _, raw := range certificates {
		if cert, err := device.ParseCertificate(raw); err == nil {
			_ = c.Registry.Add(cert) // of another school: not ours to know
		}
	}
}

// answered is the inviter's side.
func (c *Courier) answered(f pairFile, own device.Certificate) (p Paired, err error) {
	open, err := c.invitations()
	if err != nil {
		return p, err
	}
	at := slices.IndexFunc(open.Secrets, func(secret []byte) bool { return hmac.Equal(f.mac(secret), f.MAC) })
	signed := ed25519.Verify(own.Public, f.signed(), f.Signature)
	school := c.Registry.School()
	if at < 0 || !signed || school == nil {
		return p, fmt.Errorf("exchange: that answers no invitation that is open here: %w", fs.ErrPermission)
	}
	p.Device, p.Name, p.School = own.ID(), shorten(f.Name), school.ID()
	if bytes.Equal(own.School, school.Public()) {
		err = c.Registry.Pair(own)
	} else {
		p.Under, err = allies{c.Registry, c.Adopt}.allyWith(own.Public, f.Name, f.Authority, f.Certificates)
	}
	if err != nil {
		return p, err
	}
	c.meetAll(f.Certificates)
	open.Secrets = slices.Delete(open.Secrets, at, at+1)
	return p, c.save(open)
}

func (c *Courier) remember(secret []byte) error {
	open, err := c.invitations()
	if err != nil {
		return err
	}
	open.Secrets = append(open.Secrets, secret)
	open.Secrets = open.Secrets[max(0, len(open.Secrets)-maxOpen):]
	return c.save(open)
}

// invitations are those that wait; a damaged file is none, and they are made anew.
func (c *Courier) invitations() (open openInvitations, err error) {
	raw, err := os.ReadFile(c.Open)
	if errors.Is(err, fs.ErrNotExist) {
		return open, nil
	}
	if err != nil {
		return open, fmt.Errorf("exchange: open invitations: %w", err)
	}
	if unpack(raw, &open, "open invitations") != nil {
		return openInvitations{}, nil
	}
	return open, nil
}

func (c *Courier) save(open openInvitations) error {
	if err := atomicfile.Write(c.Open, pack(open), 0o600); err != nil {
		return fmt.Errorf("exchange: open invitations: %w", err)
	}
	return nil
}

// parsePair reads a file of a pairing: its own certificate is whole and its school's, the rest is still to be judged.
func parsePair(file []byte) (f pairFile, own device.Certificate, err error) {
	rest, is := bytes.CutPrefix(file, []byte(pairMagic))
	if !is || len(file) > MaxPairFile {
		return f, own, fmt.Errorf("exchange: that is no invitation, and no answer to one: %w", fs.ErrInvalid)
	}
	if err := unpack(rest, &f, "pairing file"); err != nil {
		return f, own, err
	}
	if len(f.Certificates) == 0 || !f.Answer && (len(f.Secret) != 16 || len(f.Sealed) < 12) {
		return f, own, fmt.Errorf("exchange: a pairing file without a certificate or a school in it: %w", fs.ErrInvalid)
	}
	own, err = device.ParseCertificate(f.Certificates[0])
	return f, own, err
}

func (f pairFile) marshal() []byte { return append([]byte(pairMagic), pack(f)...) }

// bound is what the sealed part is tied to: all the rest of the invitation.
func (f pairFile) bound() []byte {
	f.Sealed, f.ShutOut = nil, nil
	return append([]byte("lamplight pairing file 1 invitation\x00"), pack(f)...)
}

func (f pairFile) mac(secret []byte) []byte {
	f.MAC, f.Signature = nil, nil
	m := hmac.New(sha256.New, secret)
	_, _ = m.Write(append([]byte("lamplight pairing file 1 answer\x00"), pack(f)...))
	return m.Sum(nil)
}

func (f pairFile) signed() []byte {
	f.Signature = nil
	return append([]byte("lamplight pairing file 1 signature\x00"), pack(f)...)
}

// pairCipher seals a school's key under a code: 80 bits, so guessing it from a copied stick is out of reach.
func pairCipher(code string, secret []byte) cipher.AEAD {
	key := make([]byte, 32)
	blake3.DeriveKey("lamplight pairing file 1 key", append([]byte(code), secret...), key)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has blocks of 16
	}
	return aead
}
