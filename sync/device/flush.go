package device

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Some cards say that bytes are kept while they are still in the card's own memory. Flushes is of how many of the last
// flushes that may be so, and nothing goes wrong: what others must never see undone (how far own streams were shown, and
// the events themselves; a key file) is followed by so many flushes more before anybody sees it.
const Flushes = 6

// pushEvery is how often at most the flushes that push others out carry a page each: a card whose flush means nothing at all
// keeps what is old once enough new came. At a hundred answers a second, told to peers twice a second, they are 50 bytes an
// answer; with a page each time they would be 480.
const pushEvery = 5 * time.Second

// push flushes the card so many times more. f holds a page at off that nothing else is in.
func (m *marks) push(f *os.File, off int64) error {
	pages := time.Since(m.pushed) >= pushEvery
	if pages {
		m.pushed = time.Now()
	}
	for i := range byte(Flushes) {
		if pages {
			if _, err := f.WriteAt([]byte{m.turn + i}, off); err != nil {
				return err
			}
		}
		if err := datasync(f); err != nil {
			return err
		}
	}
	m.turn += Flushes
	return nil
}

// datasync is fdatasync: of a file that keeps its size it writes the data alone. It flushes the card when there is none, too.
func datasync(f *os.File) error {
	for {
		if err := unix.Fdatasync(int(f.Fd())); err != unix.EINTR {
			return err
		}
	}
}
