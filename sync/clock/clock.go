// Package clock gives order without clocks: Lamport counters and version vectors. Time is data (boot id and
// milliseconds since boot, calibrated later), never order.
package clock

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"time"
)

// A Stream is one device's events of one epoch and scope, contiguous from sequence 1:
// the first 8 bytes of BLAKE3(public key ‖ epoch ‖ scope).
type Stream [8]byte

func (s Stream) String() string { return hex.EncodeToString(s[:]) }

// ParseStream reads what String wrote.
func ParseStream(s string) (Stream, error) {
	var out Stream
	if n, err := hex.Decode(out[:], []byte(s)); err != nil || n != len(out) || len(s) != 16 {
		return out, fmt.Errorf("clock: stream %q is not 16 hex digits: %w", s, fs.ErrInvalid)
	}
	return out, nil
}

// A Dot names one event.
type Dot struct {
	Stream Stream
	Seq    uint64
}

// A Boot names one run of a device between two starts, random.
type Boot [8]byte

// A Stamp is when an event was made: milliseconds since its device's boot. It becomes a date only through
// calibrations, which are events themselves.
type Stamp struct {
	Boot Boot
	MS   int64
}

// A Wall is where wall time comes from, if anything believable gives it. hardware/rtc implements it.
type Wall interface {
	// Now is the best guess and whether it may be believed. An unbelieved time is at least the saved floor.
	Now() (t time.Time, believed bool)
}

// A Vector says how far a device holds each stream without a gap.
type Vector map[Stream]uint64
