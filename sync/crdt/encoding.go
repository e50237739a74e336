package crdt

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"lamplight/sync/clock"
)

// Fold values are deterministic CBOR (RFC 8949 §4.2.1), so equal states are equal bytes:
//
//	Register  {1: [[stream 8, seq, lamport, value]…], 2: vector, 3: [[stream 8, seq]…]}
//	Set       {1: [[stream 8, seq, 0, element]…], 2: vector, 3: [[stream 8, seq]…]}
//	Max       [rank, tie, stream 8, seq, value]
type stateCBOR struct {
	Live    []entryCBOR  `cbor:"1,keyasint,omitempty"`
	Seen    clock.Vector `cbor:"2,keyasint"`
	Pending []dotCBOR    `cbor:"3,keyasint,omitempty"`
}

type dotCBOR struct {
	_      struct{} `cbor:",toarray"`
	Stream [8]byte
	Seq    uint64
}

type entryCBOR struct {
	_       struct{} `cbor:",toarray"`
	Stream  [8]byte
	Seq     uint64
	Lamport uint64
	Value   []byte
}

type maxCBOR struct {
	_         struct{} `cbor:",toarray"`
	Rank, Tie uint64
	Stream    [8]byte
	Seq       uint64
	Value     []byte
}

var encoding = func() cbor.EncMode {
	m, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err)
	}
	return m
}()

func encode(v any) []byte {
	b, err := encoding.Marshal(v)
	if err != nil {
		panic(err) // structs of plain fields always encode
	}
	return b
}

func decode(what string, b []byte, v any) error {
	if err := cbor.Unmarshal(b, v); err != nil {
		return fmt.Errorf("crdt: %s: %w: %w", what, fs.ErrInvalid, err)
	}
	return nil
}

func marshalDots[V ~[]byte | ~string](s *dots[V]) []byte {
	out := stateCBOR{Seen: s.seen}
	for _, e := range s.live {
		out.Live = append(out.Live, entryCBOR{Stream: e.dot.Stream, Seq: e.dot.Seq, Lamport: e.lamport, Value: []byte(e.value)})
	}
	for _, d := range s.pending {
		out.Pending = append(out.Pending, dotCBOR{Stream: d.Stream, Seq: d.Seq})
	}
	return encode(out)
}

func unmarshalDots[V ~[]byte | ~string](what string, b []byte, s *dots[V]) error {
	var in stateCBOR
	if err := decode(what, b, &in); err != nil {
		return err
	}
	*s = dots[V]{seen: in.Seen}
	for _, e := range in.Live {
		s.live = append(s.live, entry[V]{clock.Dot{Stream: e.Stream, Seq: e.Seq}, e.Lamport, V(e.Value)})
	}
	for _, d := range in.Pending {
		s.pending = append(s.pending, clock.Dot{Stream: d.Stream, Seq: d.Seq})
	}
	slices.SortFunc(s.live, func(a, b entry[V]) int { return a.dot.Compare(b.dot) })
	slices.SortFunc(s.pending, clock.Dot.Compare)
	return nil
}

// MarshalBinary is the state in deterministic CBOR. It never fails.
func (r *Register) MarshalBinary() ([]byte, error) { return marshalDots(&r.dots), nil }

// UnmarshalBinary reads what MarshalBinary wrote; anything else is fs.ErrInvalid. It keeps nothing of b.
func (r *Register) UnmarshalBinary(b []byte) error { return unmarshalDots("register", b, &r.dots) }

// MarshalBinary is the state in deterministic CBOR. It never fails.
func (s *Set) MarshalBinary() ([]byte, error) { return marshalDots(&s.dots), nil }

// UnmarshalBinary reads what MarshalBinary wrote; anything else is fs.ErrInvalid. It keeps nothing of b.
func (s *Set) UnmarshalBinary(b []byte) error { return unmarshalDots("set", b, &s.dots) }

// MarshalBinary is the state in deterministic CBOR. It never fails.
func (m *MaxRegister) MarshalBinary() ([]byte, error) {
	return encode(maxCBOR{Rank: m.Rank, Tie: m.Tie, Stream: m.Dot.Stream, Seq: m.Dot.Seq, Value: m.Value}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; anything else is fs.ErrInvalid. It keeps nothing of b.
func (m *MaxRegister) UnmarshalBinary(b []byte) error {
	var in maxCBOR
	if err := decode("max register", b, &in); err != nil {
		return err
	}
	*m = MaxRegister{in.Rank, in.Tie, clock.Dot{Stream: in.Stream, Seq: in.Seq}, in.Value}
	return nil
}
