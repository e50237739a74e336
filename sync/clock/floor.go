package clock

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"sync"
	"time"

	"lamplight/sync/internal/atomicfile"
)

// A Floor remembers the latest time that was believed, so that after a start without a clock the shown time is never
// before it. It is for showing and for certificates' "now", never for order.
type Floor struct {
	path string

	mu    sync.Mutex
	base  time.Time // the believed time last raised to
	since time.Time // monotonic reading when base was true
	saved time.Time
}

// saveEvery is how much the floor must rise before it is written again: an hour lost after a power cut is no harm, and
// a card has only so many writes.
const saveEvery = time.Hour

// OpenFloor reads the floor kept at path. A missing or damaged file is a floor of 1970.
func OpenFloor(path string) (*Floor, error) {
	f := &Floor{path: path, base: time.Unix(0, 0), since: time.Now()}
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("clock: time floor: %w", err)
	}
	if len(b) == 12 && crc32.ChecksumIEEE(b[:8]) == binary.BigEndian.Uint32(b[8:]) {
		f.base = time.Unix(int64(binary.BigEndian.Uint64(b)), 0)
	}
	f.saved = f.base
	return f, nil
}

// Now is the earliest time that it can be: the floor plus how long this process has run since.
func (f *Floor) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.base.Add(time.Since(f.since))
}

// Raise tells the floor a believed time. An earlier one than Now changes nothing. It is written at most once an hour of
// rise; an error means only that it was not written.
func (f *Floor) Raise(t time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !t.After(f.base.Add(time.Since(f.since))) {
		return nil
	}
	f.base, f.since = t.Round(0), time.Now()
	if t.Sub(f.saved) < saveEvery {
		return nil
	}
	return f.save()
}

// Save writes the floor as it now stands, as at a clean stop.
func (f *Floor) Save() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.base, f.since = f.base.Add(time.Since(f.since)), time.Now()
	return f.save()
}

func (f *Floor) save() error {
	b := binary.BigEndian.AppendUint64(nil, uint64(f.base.Unix()))
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	if err := atomicfile.Write(f.path, b, 0o600); err != nil {
		return fmt.Errorf("clock: time floor: %w", err)
	}
	f.saved = f.base
	return nil
}
