package clustertest

import (
	"errors"
	"math/rand/v2"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A Carrier brings segments from box to box without a network: a stick, a phone, a folder on a laptop.
type Carrier interface {
	// Visit lets the box take what it lacks and leave what it has. pulled is after how many pieces the carrier is gone,
	// negative for never: what was moved by then stays on both sides.
	Visit(b *Box, pulled int) error
}

// A RawStick holds segments as they are, a piece each, and nothing else. They are read in any order, some twice; a piece
// at which the stick was pulled is torn and stays on it.
type RawStick struct {
	random *rand.Rand
	pieces [][]byte
	whole  clock.Vector // how far each stream is on it
}

// NewRawStick is an empty one.
func NewRawStick(seed uint64) *RawStick {
	return &RawStick{random: rand.New(rand.NewPCG(seed, 4)), whole: clock.Vector{}}
}

// For leaves out what is held already where the stick is to go. It is told before the first Visit.
func (s *RawStick) For(there clock.Vector) { s.whole = there.Clone() }

var errPulled = errors.New("clustertest: the stick was pulled")

// Visit is as in Carrier.
func (s *RawStick) Visit(b *Box, pulled int) error {
	gone := func() bool { pulled--; return pulled == -1 }
	order := s.random.Perm(len(s.pieces))
	if len(order) > 0 {
		order = append(order, order[0])
	}
	for _, i := range order {
		if gone() {
			return nil
		}
		_, _ = b.Log.Receive(s.pieces[i]) // a torn one is refused, by itself
	}
	err := b.Log.Segments(s.whole, func(segment.Scope) bool { return true }, func(raw []byte) error {
		h, err := segment.ParseHeader(raw)
		if err != nil {
			return err
		}
		if gone() {
			s.pieces = append(s.pieces, append([]byte{}, raw[:s.random.IntN(len(raw))]...))
			return errPulled
		}
		s.pieces = append(s.pieces, append([]byte{}, raw...))
		s.whole[h.Stream] = h.Last()
		return nil
	})
	if errors.Is(err, errPulled) {
		return nil
	}
	return err
}
