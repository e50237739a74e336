package bundle

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/fxamacker/cbor/v2"

	"lamplight/sync/clock"
	"lamplight/sync/device"
)

// A signed is who, head, want or ack as it lies on the carrier.
type signed struct {
	_         struct{} `cbor:",toarray"`
	Body      []byte
	Public    []byte
	Signature []byte
}

// The letters that tell signed files apart.
const (
	letterWho  = 'i'
	letterHead = 'h'
	letterWant = 'w'
	letterAck  = 'a'
)

// who says who writes in a folder.
type who struct {
	Certificates [][]byte `cbor:"1,keyasint,omitempty"`
	Purged       string   `cbor:"2,keyasint,omitempty"`
	// ShutOut are the boxes of its school that were revoked, which earlier releases do not read.
	ShutOut []shutOut `cbor:"3,keyasint,omitempty"`
}

// A shutOut is a device.ShutOut: never a certificate without where it stopped to count.
type shutOut struct {
	Certificate []byte       `cbor:"1,keyasint"`
	Last        clock.Vector `cbor:"2,keyasint,omitempty"`
}

// A head is one parcel.
type head struct {
	Number uint64       `cbor:"1,keyasint"`
	Covers clock.Vector `cbor:"2,keyasint"`
	Needs  clock.Vector `cbor:"3,keyasint"`
	Files  []headFile   `cbor:"4,keyasint"`
}

type headFile struct {
	Name string `cbor:"1,keyasint"`
	Size int64  `cbor:"2,keyasint"`
	Hash []byte `cbor:"3,keyasint"`
}

// want is what a box lacks, most urgent first.
type want struct {
	Blobs []wanted `cbor:"1,keyasint"`
}

type wanted struct {
	Hash []byte `cbor:"1,keyasint"` // BLAKE3-256
	Size int64  `cbor:"2,keyasint"`
	From int64  `cbor:"3,keyasint,omitempty"`
}

// ack is a receipt.
type ack struct {
	Vector clock.Vector `cbor:"1,keyasint"`
}

const (
	blake3Size    = 32
	maxSignedFile = 2 << 20 // bytes
	maxWanted     = 4096
	maxShutOut    = 512
)

var encode = func() cbor.EncMode {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err)
	}
	return mode
}()

var decode = func() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, MaxNestedLevels: 6, MaxArrayElements: 1 << 14,
		MaxMapPairs: 1 << 16, IndefLength: cbor.IndefLengthForbidden,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return mode
}()

func toSign(letter byte, body []byte) []byte {
	return append(append([]byte("lamplight bundle 1\x00"), letter), body...)
}

// sign makes a signed file of a body.
func sign(d *device.Device, letter byte, body any) []byte {
	raw, err := encode.Marshal(body)
	if err == nil {
		raw, err = encode.Marshal(signed{Body: raw, Public: d.Public(), Signature: d.Sign(toSign(letter, raw))})
	}
	if err != nil {
		panic("bundle: " + err.Error()) // plain structs always encode
	}
	return raw
}

// parseSigned reads a signed file into body and says whose it is; fs.ErrInvalid when it is damaged or another wrote it than it
// says.
func parseSigned(raw []byte, letter byte, body any) (public ed25519.PublicKey, err error) {
	var s signed
	if len(raw) > maxSignedFile {
		return nil, fmt.Errorf("bundle: a signed file of %d bytes: %w", len(raw), fs.ErrInvalid)
	}
	if err := decode.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("bundle: signed file: %w", errors.Join(fs.ErrInvalid, err))
	}
	if len(s.Public) != ed25519.PublicKeySize || !ed25519.Verify(s.Public, toSign(letter, s.Body), s.Signature) {
		return nil, fmt.Errorf("bundle: signed file: not signed by whom it names: %w", fs.ErrInvalid)
	}
	if err := decode.Unmarshal(s.Body, body); err != nil {
		return nil, fmt.Errorf("bundle: signed file: %w", errors.Join(fs.ErrInvalid, err))
	}
	return s.Public, nil
}

// readSigned reads a signed file of the box whose folder it lies in.
func readSigned(d Disk, dir, name string, letter byte, body any) (raw []byte, err error) {
	raw, err = readSmall(d, dir+"/"+name, maxSignedFile)
	if err != nil {
		return nil, err
	}
	public, err := parseSigned(raw, letter, body)
	if err == nil && device.ID(public) != dir {
		err = fmt.Errorf("bundle: %s/%s is signed by %s: %w", dir, name, device.ID(public), fs.ErrInvalid)
	}
	return raw, err
}

// readSmall reads a file of at most max bytes.
func readSmall(d Disk, name string, limit int64) ([]byte, error) {
	f, err := d.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.NewSectionReader(f, 0, limit+1))
	if err == nil && int64(len(raw)) > limit {
		err = fmt.Errorf("bundle: %s: more than %d bytes: %w", name, limit, fs.ErrInvalid)
	}
	return raw, err
}

// writeSmall puts a file whole or not at all; one that holds just that is left alone.
func writeSmall(d Disk, dir, name string, raw []byte) error {
	at := dir + "/" + name
	if old, err := readSmall(d, at, maxSignedFile); err == nil && string(old) == string(raw) {
		return nil
	}
	w, err := d.Create(at + ".tmp")
	if err != nil {
		return err
	}
	_, err = w.Write(raw)
	return settle(d, w, at, err)
}

// settle makes a file that was written as NAME.tmp appear under its name, if nothing went wrong so far.
func settle(d Disk, w Writer, at string, err error) error {
	if err == nil {
		err = w.Sync()
	}
	err = errors.Join(err, w.Close())
	if err == nil {
		err = d.Rename(at+".tmp", at)
	}
	if err != nil {
		_ = d.Remove(at + ".tmp")
	}
	return err
}
