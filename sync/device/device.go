// Package device is this Device's key, epoch and streams, and the Peers it trusts; pairing; revocation; noticing that a
// card was cloned.
//
// Files, all in the folder keys/ of the data folder, replaced whole or not at all:
//
//	device.key  0600  this device's seed, epoch and name (CBOR)
//	school.key  0600  the school's seed or, on a content peer, nothing
//	peers.cbor  0600  certificates, content peers, revocations
//	exported    0600  how far each own stream has been shown to anybody (two slots, see marks.go)
//
// Each but the last lies there a second time, as it was before (.old, see kept.go).
package device

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/fxamacker/cbor/v2"
	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A Device is this installation: a key pair that never leaves it and the epoch its streams are in.
// Safe for concurrent use.
type Device struct {
	dir  string
	key  ed25519.PrivateKey
	id   string
	boot clock.Boot

	mu     sync.Mutex
	file   keyFile
	mended []string // key files that were damaged

	marking sync.Mutex // after mu; held while the card is waited for
	marks   *marks
}

// keyFile is device.key. Numbers are never reused.
type keyFile struct {
	Version uint   `cbor:"1,keyasint"`
	Seed    []byte `cbor:"2,keyasint"` // 32 bytes
	Epoch   uint32 `cbor:"3,keyasint"` // from 1; a new one begins new streams
	Name    string `cbor:"4,keyasint,omitempty"`
	Board   []byte `cbor:"5,keyasint,omitempty"` // what Settle saw last of the board, and of the card
	Card    []byte `cbor:"6,keyasint,omitempty"`
}

const keyFileVersion = 1

// deterministic writes CBOR as RFC 8949 §4.2.1 says, so that what is signed has one form.
var deterministic = func() cbor.EncMode {
	m, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err)
	}
	return m
}()

// strict refuses doubled keys, deep nesting and long arrays in CBOR that came from outside.
var strict = func() cbor.DecMode {
	m, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, MaxNestedLevels: 8, MaxArrayElements: 4096,
		MaxMapPairs: 4096, IndefLength: cbor.IndefLengthForbidden,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return m
}()

// Open reads the device's key from dir, or makes one at the first start, and begins a new Boot.
// A damaged key file is what it was before, in an epoch further on, since the lost one may have begun one. Where that is
// damaged too, it is fs.ErrInvalid and is left as it is: a new key would be a new device.
func Open(dir string) (*Device, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("device: %w", err)
	}
	d := &Device{dir: dir, boot: clock.NewBoot()}
	var err error
	if d.marks, err = openMarks(d.path("exported")); err != nil {
		return nil, fmt.Errorf("device: %w", err)
	}
	mended, err := d.readKept(d.path("device.key"), d.read)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = d.create()
	case mended:
		err = d.begin(d.file, leap())
	}
	if err != nil {
		return nil, fmt.Errorf("device: %w", err)
	}
	d.key = ed25519.NewKeyFromSeed(d.file.Seed)
	d.id = ID(d.Public())
	return d, nil
}

func (d *Device) path(name string) string { return filepath.Join(d.dir, name) }

func (d *Device) create() error {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	return d.save(keyFile{Version: keyFileVersion, Seed: key.Seed(), Epoch: 1})
}

func (d *Device) read(b []byte) error {
	f, err := d.parse(b)
	if err == nil {
		d.file = f
	}
	return err
}

func (d *Device) parse(b []byte) (f keyFile, err error) {
	if err := strict.Unmarshal(b, &f); err != nil || len(f.Seed) != ed25519.SeedSize || f.Epoch == 0 {
		return f, fmt.Errorf("%s: damaged key file, and so is the one before it (.old); restore it from a backup, or move both away to begin as a new device: %w",
			d.path("device.key"), fs.ErrInvalid)
	}
	if f.Version > keyFileVersion {
		return f, fmt.Errorf("%s: version %d is from a newer Lamplight: %w", d.path("device.key"), f.Version, errors.ErrUnsupported)
	}
	return f, nil
}

// save replaces device.key and, when that worked, what is held in memory. The caller holds mu or is alone.
func (d *Device) save(f keyFile) error {
	b, err := deterministic.Marshal(f)
	if err != nil {
		return err
	}
	path := d.path("device.key")
	if old, oldErr := os.ReadFile(path + oldSuffix); oldErr == nil && d.stands(old) {
		err = d.replace(path, b) // the one before would do, and is not touched
	} else {
		err = d.keep(path, b, func(b []byte) error { _, err := d.parse(b); return err })
	}
	if err != nil {
		return err
	}
	d.file = f
	return nil
}

// stands says whether a key file would do in place of the present one: all but its name and board is the same.
func (d *Device) stands(b []byte) bool {
	f, err := d.parse(b)
	return err == nil && f.Epoch == d.file.Epoch && bytes.Equal(f.Seed, d.file.Seed)
}

// ID names a device or school by its public key: 16 hex digits of BLAKE3.
func ID(public ed25519.PublicKey) string {
	h := blake3.Sum256(public)
	return hex.EncodeToString(h[:8])
}

// ID is 16 hex digits of BLAKE3 of the public key.
func (d *Device) ID() string { return d.id }

// Public is the key that others check this device's segments with. The caller must not change it.
func (d *Device) Public() ed25519.PublicKey { return d.key.Public().(ed25519.PublicKey) }

// Private is the key itself, for a TLS certificate; it must not be stored or sent.
func (d *Device) Private() ed25519.PrivateKey { return d.key }

// Sign signs message. Callers put a fixed text of their own before what they sign, so that no signature means two things.
func (d *Device) Sign(message []byte) []byte { return ed25519.Sign(d.key, message) }

// Boot names this run, from Open to the end of the process.
func (d *Device) Boot() clock.Boot { return d.boot }

// Name is what people call this box, perhaps "".
func (d *Device) Name() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.file.Name
}

// SetName keeps a new name, at most 64 bytes.
func (d *Device) SetName(name string) error {
	if len(name) > maxName {
		return fmt.Errorf("device: name is longer than %d bytes: %w", maxName, fs.ErrInvalid)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.file
	f.Name = name
	if err := d.save(f); err != nil {
		return fmt.Errorf("device: %w", err)
	}
	return nil
}

const maxName = 64

// Epoch is which generation of streams this device writes, from 1.
func (d *Device) Epoch() uint32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.file.Epoch
}

// BumpEpoch ends all of this device's streams and begins new ones: what it wrote last may be lost while a peer has it,
// and writing on would make two different events of one name (a fork).
func (d *Device) BumpEpoch() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.begin(d.file, 1)
}

// Stream is this device's stream of the scope in the present epoch.
func (d *Device) Stream(scope segment.Scope) clock.Stream {
	return StreamOf(d.Public(), d.Epoch(), scope)
}

// StreamOf names the stream of a device, epoch and scope: the first 8 bytes of
// BLAKE3(public key 32 ‖ epoch, 4 bytes big-endian ‖ scope).
func StreamOf(public ed25519.PublicKey, epoch uint32, scope segment.Scope) clock.Stream {
	b := append(make([]byte, 0, 64), public...)
	b = binary.BigEndian.AppendUint32(b, epoch)
	h := blake3.Sum256(append(b, scope...))
	return clock.Stream(h[:8])
}

// Exported is the highest sequence of the own stream that anybody may have been shown, 0 for none.
func (d *Device) Exported(s clock.Stream) uint64 {
	d.marking.Lock()
	defer d.marking.Unlock()
	return d.marks.of(s)
}

// Exports is how far each own stream of this epoch may have been shown.
func (d *Device) Exports() clock.Vector {
	d.marking.Lock()
	defer d.marking.Unlock()
	return d.marks.known.Clone()
}

// Export records, durably, that own streams are about to be shown up to these sequences, and pushes that out of the card,
// with all that was flushed before: see Flushes. It must return before the first byte of them leaves. Lower values than
// already recorded change nothing and cost no write.
func (d *Device) Export(upTo clock.Vector) error {
	d.marking.Lock()
	defer d.marking.Unlock()
	if err := d.marks.raise(upTo); err != nil {
		return fmt.Errorf("device: export mark: %w", err)
	}
	return nil
}
