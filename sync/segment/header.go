package segment

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"lamplight/sync/clock"
)

// Version is the version of the format that this release writes.
const Version = 1

// None is the Algorithm of a payload in clear.
const None = 0

// Limits of one segment.
const (
	MaxEvents  = 4096     // the origin cuts at 200 and may re-pack ten of those
	MaxSigned  = 4 << 20  // bytes without bodies
	MaxSegment = 32 << 20 // bytes with bodies
	maxHeader  = 64 << 10
	maxBoots   = 1024
	maxBack    = 1 << 14 // events; writers begin a new Past long before
)

const magic = "LSEG"

// A Header is what everybody may read of a segment, a carrier who cannot decrypt it too.
//
//	"LSEG" ‖ version 1 ‖ header (length uvarint ‖ bytes) ‖ signature 64 ‖ payload ‖ bodies
//	header v1: stream 8 ‖ epoch ‖ scope ‖ first ‖ count ‖ back ‖ chain before 16 ‖ after 16 ‖ highest Lamport
//	           ‖ boots (count, then 8 each) ‖ algorithm 1 ‖ recipients (count, then length ‖ bytes) ‖ payload length
//	           ‖ payload hash 16
//	scope:     1 "pub" · 2 "ops" · 3 school id 8 "school/ID/learn" · 4 school id 8 "school/ID/roster" · 0 length ‖ text
//	bodies:    count ‖ each: index ‖ length ‖ bytes; nothing at all when there are none
//
// Numbers without a size are uvarints in their shortest form. The signature (ed25519) is over "lamplight segment 1",
// a zero byte, the version and the header's bytes; the payload is bound by its hash, bodies by the hashes in it, so
// bodies can be taken out and the rest stays whole.
type Header struct {
	Version    uint8
	Stream     clock.Stream
	Epoch      uint32
	Scope      Scope
	First      uint64 // sequence of the first event, from 1
	Count      int    // 1 to MaxEvents
	Back       uint64 // how many events before First the payload refers to; 0: it can be read alone
	Before     Chain  // before the first event
	After      Chain  // after the last
	Lamport    uint64 // the highest of the segment
	Boots      []clock.Boot
	Algorithm  uint8    // how the payload is sealed; None is the only one yet
	Recipients [][]byte // who can open it; empty with None
	Payload    int      // bytes
	Hash       [16]byte // BLAKE3 of the payload, cut
}

// Last is the sequence of the last event.
func (h *Header) Last() uint64 { return h.First + uint64(h.Count) - 1 }

func (h *Header) append(b []byte) []byte {
	b = append(b, h.Stream[:]...)
	b = binary.AppendUvarint(b, uint64(h.Epoch))
	b = appendScope(b, h.Scope)
	b = binary.AppendUvarint(b, h.First)
	b = binary.AppendUvarint(b, uint64(h.Count))
	b = binary.AppendUvarint(b, h.Back)
	b = append(append(b, h.Before[:]...), h.After[:]...)
	b = binary.AppendUvarint(b, h.Lamport)
	b = binary.AppendUvarint(b, uint64(len(h.Boots)))
	for _, boot := range h.Boots {
		b = append(b, boot[:]...)
	}
	b = append(b, h.Algorithm)
	b = binary.AppendUvarint(b, uint64(len(h.Recipients)))
	for _, r := range h.Recipients {
		b = append(binary.AppendUvarint(b, uint64(len(r))), r...)
	}
	b = binary.AppendUvarint(b, uint64(h.Payload))
	return append(b, h.Hash[:]...)
}

func (h *Header) parse(b []byte) error {
	r := reader{b: b}
	copy(h.Stream[:], r.take(8))
	h.Epoch = uint32(r.number(1<<31 - 1))
	h.Scope = r.scope()
	h.First, h.Count, h.Back = r.uvarint(), r.number(MaxEvents), r.uvarint()
	copy(h.Before[:], r.take(16))
	copy(h.After[:], r.take(16))
	h.Lamport = r.uvarint()
	h.Boots = make([]clock.Boot, r.number(maxBoots))
	for i := range h.Boots {
		copy(h.Boots[i][:], r.take(8))
	}
	h.Algorithm = r.byte()
	for n := r.number(256); n > 0 && !r.bad; n-- {
		h.Recipients = append(h.Recipients, append([]byte{}, r.block(256)...))
	}
	h.Payload = r.number(MaxSigned)
	copy(h.Hash[:], r.take(16))
	if r.bad || len(r.b) > 0 || h.Count == 0 || h.First == 0 || h.First > 1<<62 || h.Back >= h.First || h.Back > maxBack {
		return fmt.Errorf("segment: header: damaged: %w", fs.ErrInvalid)
	}
	return nil
}

func appendScope(b []byte, s Scope) []byte {
	switch s {
	case "pub":
		return append(b, 1)
	case "ops":
		return append(b, 2)
	}
	for code, kind := range map[byte]string{3: "/learn", 4: "/roster"} {
		id, ok := strings.CutSuffix(strings.TrimPrefix(string(s), "school/"), kind)
		if raw, err := hex.DecodeString(id); ok && err == nil && len(raw) == 8 && string(s) == "school/"+hex.EncodeToString(raw)+kind {
			return append(append(b, code), raw...)
		}
	}
	b = append(b, 0)
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func (r *reader) scope() Scope {
	switch r.byte() {
	case 0:
		return Scope(r.block(MaxScope))
	case 1:
		return "pub"
	case 2:
		return "ops"
	case 3:
		return Scope("school/" + hex.EncodeToString(r.take(8)) + "/learn")
	case 4:
		return Scope("school/" + hex.EncodeToString(r.take(8)) + "/roster")
	}
	r.fail()
	return ""
}

// ParseHeader reads the clear header of a segment of this version without looking at the rest.
// A newer version is errors.ErrUnsupported, anything damaged fs.ErrInvalid.
func ParseHeader(raw []byte) (Header, error) {
	h, _, _, err := cut(raw)
	return h, err
}

// cut splits raw into its header, what the signature covers, and what follows the header.
func cut(raw []byte) (h Header, head, rest []byte, err error) {
	r := reader{b: raw}
	if string(r.take(4)) != magic {
		return h, nil, nil, fmt.Errorf("segment: does not begin with %s: %w", magic, fs.ErrInvalid)
	}
	if h.Version = r.byte(); h.Version != Version {
		if h.Version > Version {
			return h, nil, nil, fmt.Errorf("segment: version %d is from a newer Lamplight: %w", h.Version, errors.ErrUnsupported)
		}
		return h, nil, nil, fmt.Errorf("segment: version %d: %w", h.Version, fs.ErrInvalid)
	}
	head = r.block(maxHeader)
	if r.bad {
		return h, nil, nil, fmt.Errorf("segment: header cut short: %w", fs.ErrInvalid)
	}
	return h, head, r.b, h.parse(head)
}
