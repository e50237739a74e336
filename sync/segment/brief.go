package segment

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"io/fs"
)

// A brief is a segment without what whoever holds the segment before it can work out: some 70 bytes less. Nothing is
// believed because it is brief: the segment is made whole again, byte by byte, and then judged like any other, so a brief
// that was made for another segment before it ends as a wrong signature.
//
//	flags 1 ‖ count ‖ zigzag of highest Lamport less that of the segment before ‖ boots (count, then 8 each) if flagged
//	‖ chain after 16 ‖ signature 64 ‖ payload length ‖ payload ‖ bodies (length ‖ bytes) if flagged
//
// Numbers are uvarints in their shortest form. What is left out: stream, epoch, scope and version are those of the segment
// before, first and the chain before follow from it, the payload begins a new Past or goes on with the same, the boot is its
// last, nothing is sealed, and the hash is the payload's.
const (
	briefAlone  = 1 // Back is 0; else as far back as the Past of the segment before began
	briefBoots  = 2
	briefBodies = 4
)

// AppendBrief appends raw as a brief to dst, for who holds a segment with the header before. ok is false when raw does not
// follow it as briefs do; dst is then as it was.
func AppendBrief(dst []byte, before *Header, raw []byte) (_ []byte, ok bool) {
	s, err := Parse(raw)
	if err != nil || s.Version != before.Version || len(before.Boots) == 0 {
		return dst, false
	}
	flags := byte(0)
	if s.Back == 0 {
		flags |= briefAlone
	}
	if len(s.Boots) != 1 || s.Boots[0] != before.Boots[len(before.Boots)-1] {
		flags |= briefBoots
	}
	bodies := raw[len(s.Signed):]
	if len(bodies) > 0 {
		flags |= briefBodies
	}
	out := binary.AppendUvarint(append(dst, flags), uint64(s.Count))
	out = binary.AppendUvarint(out, zigzag(int64(s.Lamport-before.Lamport)))
	if flags&briefBoots != 0 {
		out = binary.AppendUvarint(out, uint64(len(s.Boots)))
		for _, boot := range s.Boots {
			out = append(out, boot[:]...)
		}
	}
	out = append(append(out, s.After[:]...), s.signature...)
	out = append(binary.AppendUvarint(out, uint64(len(s.payload))), s.payload...)
	if flags&briefBodies != 0 {
		out = append(binary.AppendUvarint(out, uint64(len(bodies))), bodies...)
	}
	again, rest, err := ExpandBrief(out[len(dst):], before)
	if err != nil || len(rest) > 0 || !bytes.Equal(again, raw) {
		return dst, false
	}
	return out, true
}

// ExpandBrief reads one brief, made for who holds a segment with the header before: raw is the segment, to be judged like any
// that comes from outside, and rest what follows the brief. Damage is fs.ErrInvalid.
func ExpandBrief(b []byte, before *Header) (raw, rest []byte, err error) {
	r := reader{b: b}
	flags := r.byte()
	h := Header{
		Version: before.Version, Stream: before.Stream, Epoch: before.Epoch, Scope: before.Scope, First: before.Last() + 1,
		Back: before.Back + uint64(before.Count), Before: before.After, Count: r.number(MaxEvents),
	}
	h.Lamport = before.Lamport + uint64(unzigzag(r.uvarint()))
	if flags&briefAlone != 0 {
		h.Back = 0
	}
	if n := len(before.Boots); n > 0 {
		h.Boots = before.Boots[n-1:]
	}
	if flags&briefBoots != 0 {
		h.Boots = nil
		for n := r.number(maxBoots); n > 0 && !r.bad; n-- {
			h.Boots = append(h.Boots, [8]byte{})
			copy(h.Boots[len(h.Boots)-1][:], r.take(8))
		}
	}
	copy(h.After[:], r.take(16))
	signature := r.take(ed25519.SignatureSize)
	payload := r.block(MaxSigned)
	var bodies []byte
	if flags&briefBodies != 0 {
		bodies = r.block(MaxSegment)
	}
	if r.bad || flags > briefAlone|briefBoots|briefBodies {
		return nil, nil, fmt.Errorf("segment: brief after stream %s to %d: damaged: %w", before.Stream, before.Last(), fs.ErrInvalid)
	}
	h.Payload, h.Hash = len(payload), [16]byte(hash(payload))
	head := h.append(nil)
	raw = append(append(make([]byte, 0, len(head)+len(b)+16), magic...), h.Version)
	raw = append(binary.AppendUvarint(raw, uint64(len(head))), head...)
	raw = append(append(append(raw, signature...), payload...), bodies...)
	return raw, r.b, nil
}
