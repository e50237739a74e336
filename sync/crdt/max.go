package crdt

import (
	"bytes"

	"lamplight/sync/clock"
)

// A MaxRegister only rises: of all that was offered it holds the highest by (Rank, Tie), and of equals the one with the
// lowest dot. The zero value holds nothing. Not safe for concurrent use.
type MaxRegister struct {
	Rank, Tie uint64 // as a mastery's level and streak
	Dot       clock.Dot
	Value     []byte
}

// Offer takes in a candidate and reports whether it is held now. The register keeps value.
func (m *MaxRegister) Offer(rank, tie uint64, d clock.Dot, value []byte) bool {
	if !m.loses(rank, tie, d, value) {
		return false
	}
	*m = MaxRegister{rank, tie, d, value}
	return true
}

func (m *MaxRegister) loses(rank, tie uint64, d clock.Dot, value []byte) bool {
	switch {
	case m.Dot.Seq == 0 || rank != m.Rank:
		return m.Dot.Seq == 0 || rank > m.Rank
	case tie != m.Tie:
		return tie > m.Tie
	case d != m.Dot:
		return d.Compare(m.Dot) < 0
	}
	return bytes.Compare(value, m.Value) < 0 // one dot, two values: only a broken writer
}

// Merge takes in what another copy holds.
func (m *MaxRegister) Merge(o *MaxRegister) {
	if o.Dot.Seq > 0 {
		m.Offer(o.Rank, o.Tie, o.Dot, o.Value)
	}
}
