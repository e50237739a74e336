package segment

import (
	"encoding/binary"
	"fmt"
	"io/fs"

	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
)

// Limits of one event. They bound what a hostile segment can make a reader hold.
const (
	MaxCanonical = 64 << 10 // bytes of one event without its body
	MaxKind      = 64       // bytes
	MaxFields    = 64
	MaxBody      = 1 << 20 // bytes
	MaxScope     = 64      // bytes
)

// Chain is the running hash of a stream: 16 bytes of BLAKE3.
type Chain = [16]byte

// StartOf is the chain value before a stream's first event.
func StartOf(s clock.Stream) Chain { return Chain(hash([]byte("lamplight stream 1\x00"), s[:])) }

// Next is the chain value after an event with these canonical bytes: BLAKE3 of the value before ‖ the bytes, cut to 16.
// The value before has a fixed length and fixes stream and sequence, so the bytes need neither.
func Next(before Chain, canonical []byte) Chain { return Chain(hash(before[:], canonical)) }

func hash(parts ...[]byte) []byte {
	h := blake3.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(make([]byte, 0, 32))[:16]
}

// AppendCanonical appends the one form of an event that its chain runs over and that the open tail of the journal keeps:
//
//	Lamport uvarint ‖ boot 8 ‖ ms zigzag varint ‖ kind (length uvarint ‖ bytes) ‖ body 1 (0 none, 1: hash 32 follows)
//	‖ fields uvarint ‖ each: column uvarint ‖ type 1 ‖ value
//
// A value is a uvarint for Uint, a zigzag varint for Int, and length ‖ bytes for every other type, so types that this
// release does not know have a form too. Stream, sequence and scope are not in it: the chain begins with the stream.
func AppendCanonical(b []byte, e *Event) []byte {
	b = binary.AppendUvarint(b, e.Lamport)
	b = append(b, e.Stamp.Boot[:]...)
	b = binary.AppendVarint(b, e.Stamp.MS)
	b = append(binary.AppendUvarint(b, uint64(len(e.Kind))), e.Kind...)
	if e.BodyHash == ([32]byte{}) {
		b = append(b, 0)
	} else {
		b = append(append(b, 1), e.BodyHash[:]...)
	}
	b = binary.AppendUvarint(b, uint64(len(e.Fields)))
	for i := range e.Fields {
		b = appendField(b, &e.Fields[i])
	}
	return b
}

func appendField(b []byte, f *Field) []byte {
	b = append(binary.AppendUvarint(b, uint64(f.Col)), byte(f.Type))
	switch f.Type {
	case Uint:
		return binary.AppendUvarint(b, f.Num)
	case Int:
		return binary.AppendVarint(b, int64(f.Num))
	}
	return append(binary.AppendUvarint(b, uint64(len(f.Data))), f.Data...)
}

// ParseCanonical reads exactly one event as AppendCanonical wrote it; its bytes are copies. Stream, Seq, Scope and Body
// stay empty. Anything else is fs.ErrInvalid.
func ParseCanonical(b []byte) (Event, error) {
	var e Event
	r := reader{b: b}
	e.Lamport = r.uvarint()
	copy(e.Stamp.Boot[:], r.take(8))
	e.Stamp.MS = r.varint()
	e.Kind = string(r.block(MaxKind))
	if has := r.byte(); has == 1 {
		copy(e.BodyHash[:], r.take(32))
		r.bad = r.bad || e.BodyHash == [32]byte{}
	} else if has > 1 {
		r.fail()
	}
	n := r.uvarint()
	if n > MaxFields {
		r.bad = true
	}
	for i := uint64(0); i < n && !r.bad; i++ {
		e.Fields = append(e.Fields, r.field())
	}
	if r.bad || len(r.b) > 0 {
		return Event{}, fmt.Errorf("segment: event: damaged: %w", fs.ErrInvalid)
	}
	return e, Valid(&e)
}

func (r *reader) field() Field {
	f := Field{Col: uint16(r.number(1<<16 - 1)), Type: FieldType(r.byte())}
	switch f.Type {
	case Uint:
		f.Num = r.uvarint()
	case Int:
		f.Num = uint64(r.varint())
	default:
		f.Data = append([]byte{}, r.block(MaxCanonical)...)
	}
	return f
}

// Valid checks what every event must keep: kind present and short, columns ascending and few, size within MaxCanonical.
func Valid(e *Event) error {
	size := len(e.Kind) + 80
	ok := len(e.Kind) > 0 && len(e.Kind) <= MaxKind && len(e.Fields) <= MaxFields && len(e.Body) <= MaxBody
	for i := range e.Fields {
		f := &e.Fields[i]
		size += len(f.Data) + 14
		ok = ok && (i == 0 || e.Fields[i-1].Col < f.Col) && f.Type != 0
	}
	if !ok || size > MaxCanonical {
		return fmt.Errorf("segment: event of kind %.64q: %d fields, %d bytes; columns must ascend, kinds have 1 to %d bytes, events at most %d: %w",
			e.Kind, len(e.Fields), size, MaxKind, MaxCanonical, fs.ErrInvalid)
	}
	return nil
}

// HashBody is the hash that an event keeps of its body.
func HashBody(body []byte) [32]byte { return blake3.Sum256(body) }
