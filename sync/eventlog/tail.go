package eventlog

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// The open tail is two files of fixed size, written in turn: tail-0 is filled while tail-1 is sealed, and so on. They are
// filled with zeros when made and never change their size, so an append touches one or two pages of data and no
// metadata; and when the card is full learners still write.
//
//	header (512)  "LTail1" ‖ generation 8 ‖ CRC32C 4
//	frames        length 4 ‖ CRC32C 4 of generation 8 and payload ‖ payload
//	payload       records: 1 stream 8 ‖ epoch uvarint ‖ scope length uvarint ‖ scope
//	                       2 stream 8 ‖ seq uvarint ‖ length uvarint ‖ canonical bytes of the event
//
// One frame is one Append, so it is there whole or not. The generation in the checksum ends a reused file where its new
// frames end. A stream is named once a file before its events.
const (
	tailSize   = 1 << 20
	tailHeader = 512
	tailMagic  = "LTail1"
	maxAppend  = 512 << 10 // canonical bytes of one Append
)

type tails struct {
	files  [2]file
	gen    [2]uint64 // 0: never used
	active int
	pos    int64 // in the active file
	size   int64
	named  map[clock.Stream]bool // in the active file
	unsafe error                 // a failed sync: what is on the card is not known any more
}

// A tailEvent is one event as it was read back.
type tailEvent struct {
	stream    clock.Stream
	epoch     uint32
	scope     segment.Scope
	seq       uint64
	canonical []byte
}

func tailName(i int) string { return fmt.Sprintf("tail-%d", i) }

// openTails opens both files, making those that are missing, and passes all their events, oldest first, to fn.
func openTails(d disk, size int64, fn func(tailEvent)) (*tails, error) {
	t := &tails{size: size, named: map[clock.Stream]bool{}}
	for i := range t.files {
		f, err := d.open(tailName(i))
		if errors.Is(err, fs.ErrNotExist) {
			f, err = d.create(tailName(i), make([]byte, size))
		}
		if err != nil {
			t.close()
			return nil, fmt.Errorf("eventlog: %w", err)
		}
		t.files[i] = f
	}
	for i := range t.files {
		t.gen[i] = readGeneration(t.files[i])
	}
	if t.gen[1] > t.gen[0] {
		t.active = 1
	}
	if _, err := t.read(1-t.active, fn); err != nil {
		return nil, err
	}
	var err error
	if t.pos, err = t.read(t.active, fn); err != nil {
		return nil, err
	}
	if t.gen[t.active] == 0 {
		return t, t.begin(t.active, 1)
	}
	return t, nil
}

func readGeneration(f file) uint64 {
	var b [18]byte
	if _, err := f.ReadAt(b[:], 0); err != nil || string(b[:6]) != tailMagic ||
		crc32.Checksum(b[:14], castagnoli) != binary.BigEndian.Uint32(b[14:]) {
		return 0
	}
	return binary.BigEndian.Uint64(b[6:])
}

// begin makes file i the active one, empty. It is durable with the next group.
func (t *tails) begin(i int, gen uint64) error {
	b := binary.BigEndian.AppendUint64([]byte(tailMagic), gen)
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	if _, err := t.files[i].WriteAt(b, 0); err != nil {
		return fmt.Errorf("eventlog: %s: %w", tailName(i), err)
	}
	t.active, t.gen[i], t.pos = i, gen, tailHeader
	clear(t.named)
	return nil
}

func (t *tails) close() {
	for _, f := range t.files {
		if f != nil {
			f.Close()
		}
	}
}

func (t *tails) checksum(i int, payload []byte) uint32 {
	gen := binary.BigEndian.AppendUint64(nil, t.gen[i])
	return crc32.Update(crc32.Checksum(gen, castagnoli), castagnoli, payload)
}

// read passes the events of file i to fn, which keeps nothing of their bytes, and says where its last whole frame ends.
func (t *tails) read(i int, fn func(tailEvent)) (int64, error) {
	if t.gen[i] == 0 {
		return tailHeader, nil
	}
	size, err := t.files[i].size()
	if err != nil {
		return 0, err
	}
	in := bufio.NewReaderSize(io.NewSectionReader(t.files[i], tailHeader, size-tailHeader), 32<<10)
	known := map[clock.Stream]tailEvent{}
	pos := int64(tailHeader)
	var payload []byte // of one frame; fn keeps nothing of it
	for pos+8 <= size {
		var head [8]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return 0, fmt.Errorf("eventlog: %s: %w", tailName(i), err)
		}
		n, sum := int64(binary.BigEndian.Uint32(head[:])), binary.BigEndian.Uint32(head[4:])
		if n == 0 || n > size-pos-8 {
			break
		}
		payload = slices.Grow(payload[:0], int(n))[:n]
		if _, err := io.ReadFull(in, payload); err != nil {
			return 0, fmt.Errorf("eventlog: %s: %w", tailName(i), err)
		}
		if t.checksum(i, payload) != sum {
			break
		}
		readRecords(payload, known, fn)
		pos += 8 + n
	}
	if i == t.active {
		for s := range known {
			t.named[s] = true
		}
	}
	return pos, nil
}

// readRecords reads one frame's payload; its checksum was right, so it is as it was written.
func readRecords(b []byte, known map[clock.Stream]tailEvent, fn func(tailEvent)) {
	for len(b) > 9 {
		kind, s := b[0], clock.Stream(b[1:9])
		b = b[9:]
		v, n := binary.Uvarint(b)
		size, m := binary.Uvarint(b[max(n, 0):])
		if n <= 0 || m <= 0 || size > uint64(len(b)-n-m) {
			return
		}
		data := b[n+m : n+m+int(size)]
		b = b[n+m+int(size):]
		if kind == 1 {
			known[s] = tailEvent{stream: s, epoch: uint32(v), scope: segment.Scope(data)}
		} else if e, ok := known[s]; ok && kind == 2 {
			e.seq, e.canonical = v, data
			fn(e)
		}
	}
}

func appendRecord(b []byte, kind byte, s clock.Stream, n uint64, data []byte) []byte {
	b = append(append(b, kind), s[:]...)
	b = binary.AppendUvarint(b, n)
	return append(binary.AppendUvarint(b, uint64(len(data))), data...)
}

// fits reports whether n bytes of frames fit into the active file.
func (t *tails) fits(n int) bool { return t.pos+int64(n) <= t.size }

// write appends frames (made with frame) and returns when they are on the card. After an error of the sync nothing more
// is written: what the card holds is not known.
func (t *tails) write(frames []byte) error {
	if t.unsafe != nil {
		return t.unsafe
	}
	f := t.files[t.active]
	_, err := f.WriteAt(frames, t.pos)
	if err == nil {
		err = f.sync()
	}
	if err != nil {
		t.unsafe = fmt.Errorf("eventlog: %s: %w; the log must be opened again", tailName(t.active), err)
		return t.unsafe
	}
	t.pos += int64(len(frames))
	return nil
}

func (t *tails) frame(b, payload []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(payload)))
	b = binary.BigEndian.AppendUint32(b, t.checksum(t.active, payload))
	return append(b, payload...)
}
