package segment

import (
	"lamplight/sync/clock"
)

// Version is the version of the format that this release writes.
const Version = 1

// A Header is what everybody may read of a segment, a carrier who cannot decrypt it too.
type Header struct {
	Version    uint8
	Stream     clock.Stream
	Epoch      uint32
	Scope      Scope
	First      uint64   // sequence of the first event, from 1
	Count      int      // 1 to MaxEvents
	Back       uint64   // how many events before First the payload's references reach into; 0: it can be read alone
	Before     [16]byte // chain value before the first event
	After      [16]byte // chain value after the last
	Lamport    uint64   // the highest of the segment
	Boots      []clock.Boot
	Algorithm  uint8    // how the payload is sealed; None is the only one yet
	Recipients [][]byte // who can open it; empty with None
	Payload    int      // bytes
	Hash       [16]byte // BLAKE3 of the payload, cut
}

// Last is the sequence of the last event.
func (h *Header) Last() uint64 { return h.First + uint64(h.Count) - 1 }

// None is the Algorithm of a payload in clear.
const None = 0
