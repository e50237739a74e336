package device

import (
	"bytes"
	"crypto/rand"
	"fmt"
)

// A Board is what a device can read of the hardware it runs on. "" is unknown, as on a PC or a virtual machine, and
// proves nothing either way. Two copies of one card differ in at least one of the two.
type Board struct {
	Serial string // the board's serial number
	Card   string // the storage card's own id
}

// Settle compares the hardware with the one this key was last used on and remembers it. Where a part is known, was known
// and is another, the key was copied: to another card, or the card was put into another board. Then a new epoch begins, so
// that what this copy writes cannot bear the names of what the other writes; both stay boxes of the school. It must be
// called before anything is written, and costs a write only when something changed.
func (d *Device) Settle(b Board) (cloned bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.file
	for _, part := range []struct {
		seen string
		kept *[]byte
	}{{b.Serial, &f.Board}, {b.Card, &f.Card}} {
		if part.seen == "" {
			continue
		}
		mark := deriveKey("lamplight device hardware 1", append(bytes.Clone(f.Seed), part.seen...))[:8]
		cloned = cloned || *part.kept != nil && !bytes.Equal(*part.kept, mark)
		*part.kept = mark
	}
	if cloned {
		return true, d.begin(f, leap())
	}
	if bytes.Equal(f.Board, d.file.Board) && bytes.Equal(f.Card, d.file.Card) {
		return false, nil
	}
	if err := d.save(f); err != nil {
		return false, fmt.Errorf("device: hardware: %w", err)
	}
	return false, nil
}

// Leap is BumpEpoch where another holder of the same key may write too: a fork was seen, or a backup was restored. Both
// would otherwise go on to the same next epoch and meet there again, so it leaps a random way ahead. Two that leap alike
// are a fork once more, and leap again.
func (d *Device) Leap() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.begin(d.file, leap())
}

// leap is 2 to 8: not where a box goes that only lost its last events, and no further than peers look ahead.
func leap() uint32 {
	var b [1]byte
	rand.Read(b[:])
	return 2 + uint32(b[0])%7
}

// begin starts the epoch so many after the present one, keeping f with it. The caller holds mu.
func (d *Device) begin(f keyFile, by uint32) error {
	f.Epoch += by
	if err := d.save(f); err != nil {
		return fmt.Errorf("device: new epoch: %w", err)
	}
	d.marking.Lock()
	defer d.marking.Unlock()
	if err := d.marks.forget(); err != nil { // else the next start begins one epoch more: no harm
		return fmt.Errorf("device: new epoch: %w", err)
	}
	return nil
}
