package learning

import (
	"bytes"
	"encoding/binary"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// An Order is where an event stands among all others, the same on every box: Lamport, then stream, then sequence, so
// that comparing bytes compares events. The zero Order is before every event.
type Order [24]byte

// OrderOf is an event's order.
func OrderOf(e *segment.Event) (o Order) {
	binary.BigEndian.PutUint64(o[:8], e.Lamport)
	copy(o[8:16], e.Stream[:])
	binary.BigEndian.PutUint64(o[16:], e.Seq)
	return o
}

// Dot is the event that has this order.
func (o Order) Dot() (d clock.Dot) {
	copy(d.Stream[:], o[8:16])
	d.Seq = binary.BigEndian.Uint64(o[16:])
	return d
}

// Compare is negative when o comes before p.
func (o Order) Compare(p Order) int { return bytes.Compare(o[:], p[:]) }

// After reports whether o comes after p.
func (o Order) After(p Order) bool { return o.Compare(p) > 0 }
