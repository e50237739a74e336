package device

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/internal/atomicfile"
)

// marks is the file "exported": how far each own stream was shown to others. Two slots; each write takes
// the older one, so that a torn write leaves the one before; and is pushed out before the next, so that one of the two is
// whole on a card that lies (see Flushes).
//
//	slot (4096 bytes)  generation 8 ‖ count 2 ‖ (stream 8 ‖ seq 8)… ‖ CRC32C 4 of all before it; the rest is not read
//	slot
//	page (4096 bytes)  written to push the others out, and never read; a file of before has none
//
// All numbers are big-endian. 250 streams fit; a device has about five, and a new epoch drops the old ones.
type marks struct {
	path  string
	gen   uint64
	known clock.Vector
	order []clock.Stream // as first recorded, oldest first

	pushed time.Time // when pages went to the card last to push others out
	turn   byte      // what they held
}

const (
	slotSize  = 4096
	marksSize = 3 * slotSize
	maxMarks  = 250
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func openMarks(path string) (*marks, error) {
	m := &marks{path: path, known: clock.Vector{}}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return nil, err
	}
	for at := 0; at < 2*slotSize && at < len(b); at += slotSize {
		m.load(b[at:min(at+slotSize, len(b))])
	}
	return m, nil
}

// load takes the slot over if it is whole and newer than what was loaded before.
func (m *marks) load(b []byte) {
	if len(b) < 14 {
		return
	}
	gen, n := binary.BigEndian.Uint64(b), int(binary.BigEndian.Uint16(b[8:]))
	end := 10 + 16*n
	if gen <= m.gen || n > maxMarks || end+4 > len(b) || crc32.Checksum(b[:end], castagnoli) != binary.BigEndian.Uint32(b[end:]) {
		return
	}
	m.gen, m.known, m.order = gen, clock.Vector{}, nil
	for at := 10; at < end; at += 16 {
		s := clock.Stream(b[at : at+8])
		m.known[s] = binary.BigEndian.Uint64(b[at+8:])
		m.order = append(m.order, s)
	}
}

func (m *marks) of(s clock.Stream) uint64 { return m.known[s] }

// raise writes the new marks and returns when they are on the card. On an error nothing changed in memory.
func (m *marks) raise(upTo clock.Vector) error {
	if m.known.Covers(upTo) {
		return nil
	}
	next := m.next()
	next.known, next.order = m.known.Clone(), slices.Clone(m.order)
	for _, s := range upTo.Streams() {
		if _, ok := next.known[s]; !ok {
			next.order = append(next.order, s)
		}
		next.known[s] = max(next.known[s], upTo[s])
	}
	for len(next.order) > maxMarks {
		delete(next.known, next.order[0])
		next.order = next.order[1:]
	}
	if err := next.write(); err != nil {
		return err
	}
	*m = *next
	return nil
}

// next is empty marks of the next generation.
func (m *marks) next() *marks {
	return &marks{path: m.path, gen: m.gen + 1, known: clock.Vector{}, pushed: m.pushed, turn: m.turn}
}

// forget drops all marks: those of a new epoch's streams begin at 0.
func (m *marks) forget() error {
	next := m.next()
	if err := next.write(); err != nil {
		return err
	}
	*m = *next
	return nil
}

// settle pushes out what was flushed to other files.
func (m *marks) settle() error {
	f, err := os.OpenFile(m.path, os.O_RDWR, 0)
	if err != nil {
		return m.write() // makes it
	}
	defer f.Close()
	if st, err := f.Stat(); err != nil || st.Size() < marksSize {
		return m.write()
	}
	return m.push(f, 2*slotSize)
}

func (m *marks) write() error {
	b := binary.BigEndian.AppendUint64(nil, m.gen)
	b = binary.BigEndian.AppendUint16(b, uint16(len(m.order)))
	for _, s := range m.order {
		b = binary.BigEndian.AppendUint64(append(b, s[:]...), m.known[s])
	}
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	f, err := os.OpenFile(m.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if st, err := f.Stat(); err != nil {
		return err
	} else if st.Size() < marksSize {
		return m.create(b)
	}
	if _, err := f.WriteAt(b, int64(m.gen%2)*slotSize); err != nil {
		return err
	}
	if err := datasync(f); err != nil {
		return err
	}
	return m.push(f, 2*slotSize)
}

// create makes the file with both slots in place, so that later writes never change its length. Its bytes are pushed out
// before it gets its name, and the name after.
func (m *marks) create(slot []byte) error {
	whole := make([]byte, marksSize)
	copy(whole[int(m.gen%2)*slotSize:], slot)
	tmp := m.path + ".tmp"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err = f.Write(whole); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = m.push(f, 2*slotSize)
	}
	if err == nil {
		err = os.Rename(tmp, m.path)
	}
	if err == nil {
		err = atomicfile.SyncDir(filepath.Dir(m.path))
	}
	if err != nil {
		return err
	}
	return m.push(f, 2*slotSize)
}
