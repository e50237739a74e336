package exchange

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/fxamacker/cbor/v2"

	"lamplight/sync/clock"
	"lamplight/sync/reconcile"
)

// hello is the first frame of both sides. Numbers are never reused; unknown ones are skipped.
type hello struct {
	Proto    uint     `cbor:"1,keyasint"`
	Standing Standing `cbor:"2,keyasint,omitempty"`  // how far the sender trusts the receiver
	School   []byte   `cbor:"3,keyasint,omitempty"`  // hash of the sender's school, 8 bytes
	Digest   []byte   `cbor:"4,keyasint,omitempty"`  // of the vector that the receiver may see, 16 bytes
	Certs    []byte   `cbor:"5,keyasint,omitempty"`  // digest of the certificates held, 8 bytes; only between members
	Heads    []byte   `cbor:"6,keyasint,omitempty"`  // digest of the log with its chains, 16 bytes; only between members that hold no other school's streams
	Base     []byte   `cbor:"7,keyasint,omitempty"`  // digest of the receiver's vector as last heard, 8 bytes
	Wants    bool     `cbor:"8,keyasint,omitempty"`  // the sender lacks blobs that this peer was not yet asked for in vain
	Budget   uint64   `cbor:"9,keyasint,omitempty"`  // bytes the sender lets the session move; 0 no limit
	Port     uint16   `cbor:"10,keyasint,omitempty"` // where the sender's exchange answers, at the address it calls from; 0 nowhere
	Gossip   uint16   `cbor:"11,keyasint,omitempty"` // the same of its memberlist
	Metered  bool     `cbor:"12,keyasint,omitempty"` // the sender pays by the byte: no large blobs
	Change   []byte   `cbor:"13,keyasint,omitempty"` // delta of the sender's vector since it last told the receiver; a caller's alone
	Known    bool     `cbor:"14,keyasint,omitempty"` // the sender knows the receiver's vector by its hello, and needs no kindVector
	Wish     Wish     `cbor:"15,keyasint,omitempty"` // of a snapshot, where the receiver may give one
	Brief    bool     `cbor:"16,keyasint,omitempty"` // the sender takes kindBriefs
	ShutOut  []byte   `cbor:"17,keyasint,omitempty"` // digest of the revoked boxes whose certificates are held, 8 bytes, absent for none; only between members, Proto 3
}

// maxChange is how long hello.Change may be: more is told when it is known that the digests differ.
const maxChange = 1024

// A vectorMessage tells the sender's vector, as far as the receiver may see it.
type vectorMessage struct {
	Full   bool         `cbor:"1,keyasint,omitempty"` // else Vector holds what changed since the receiver last heard
	Vector clock.Vector `cbor:"2,keyasint"`
	Certs  []byte       `cbor:"3,keyasint,omitempty"` // certIDs held, one after the other; only where the digests differ
	Delta  []byte       `cbor:"5,keyasint,omitempty"` // in place of Vector, between peers that both know Proto 2
}

// on is the vector that the message tells, where base is what the sender told before.
func (m *vectorMessage) on(base clock.Vector) (clock.Vector, error) {
	switch {
	case m.Full:
		return orEmpty(m.Vector), nil
	case len(m.Delta) > 0:
		return reconcile.Patch(base, m.Delta)
	}
	return reconcile.Apply(base, m.Vector), nil
}

// A wantMessage asks for a run of a blob's bytes. Its answer is chunks in order, then kindAnswered.
type wantMessage struct {
	Number uint64 `cbor:"1,keyasint"` // of the asker, counting up from 1
	Hash   []byte `cbor:"2,keyasint"` // BLAKE3-256
	Offset uint64 `cbor:"3,keyasint,omitempty"`
	Length uint64 `cbor:"4,keyasint"`
}

var encode = func() cbor.EncMode {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err)
	}
	return mode
}()

// decode is strict about what a hostile peer would play with: depth, doubled keys, endless strings.
var decode = func() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, MaxNestedLevels: 6, MaxArrayElements: 4096,
		MaxMapPairs: 1 << 17, IndefLength: cbor.IndefLengthForbidden,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return mode
}()

// pack is a message's bytes.
func pack(message any) []byte {
	raw, err := encode.Marshal(message)
	if err != nil {
		panic("exchange: " + err.Error()) // plain structs always encode
	}
	return raw
}

// unpack reads a message; anything but one whole CBOR value of its shape is the peer's fault.
func unpack(raw []byte, message any, what string) error {
	if err := decode.Unmarshal(raw, message); err != nil {
		return fmt.Errorf("exchange: the peer's %s: %w", what, errors.Join(fs.ErrInvalid, err))
	}
	return nil
}

// parseCertIDs reads vectorMessage.Certs.
func parseCertIDs(raw []byte) (map[certID]bool, error) {
	if len(raw)%len(certID{}) != 0 || len(raw) > maxCertificates*len(certID{}) {
		return nil, errPeer("listed its certificates in a wrong form")
	}
	ids := make(map[certID]bool, len(raw)/len(certID{}))
	for ; len(raw) > 0; raw = raw[len(certID{}):] {
		ids[certID(raw[:len(certID{})])] = true
	}
	return ids, nil
}

// maxCertificates is how many devices a registry knows at most.
const maxCertificates = 4096

// A chunk is kindChunk's payload.
type chunk struct {
	want   uint64
	offset int64
	data   []byte
}

// chunkData is how much of a blob fits a frame beside two uvarints.
const chunkData = maxPayload - 2*binary.MaxVarintLen64

func appendChunk(dst []byte, c chunk) []byte {
	dst = binary.AppendUvarint(dst, c.want)
	dst = binary.AppendUvarint(dst, uint64(c.offset))
	return append(dst, c.data...)
}

func parseChunk(raw []byte) (chunk, error) {
	want, n := binary.Uvarint(raw)
	if n <= 0 {
		return chunk{}, errPeer("sent a chunk without a number")
	}
	offset, m := binary.Uvarint(raw[n:])
	if m <= 0 || offset > 1<<62 || len(raw) == n+m {
		return chunk{}, errPeer("sent a chunk without an offset or bytes")
	}
	return chunk{want, int64(offset), raw[n+m:]}, nil
}

func parseHash(raw []byte) (string, error) {
	if len(raw) != 32 {
		return "", errPeer("asked for a blob by something that is no hash")
	}
	return hex.EncodeToString(raw), nil
}
