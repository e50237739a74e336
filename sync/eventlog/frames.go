package eventlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
)

// Segments and bodies are appended to files in frames, so that a torn end is told from a whole one:
//
//	"LFr1" ‖ length 4 ‖ CRC32C 4 of length and payload ‖ payload
//
// Numbers are big-endian. After damage the next frame is found by its magic and checksum.
const (
	frameMagic = "LFr1"
	frameHead  = 12
	maxFrame   = 8 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func appendFrame(b, payload []byte) []byte {
	at := len(b)
	b = append(b, frameMagic...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(payload)))
	sum := crc32.Update(crc32.Checksum(b[at+4:], castagnoli), castagnoli, payload)
	b = binary.BigEndian.AppendUint32(b, sum)
	return append(b, payload...)
}

var errTorn = errors.New("torn or damaged frame")

// readFrame reads the frame at off. io.EOF exactly at the end; errTorn for anything that is not a whole frame.
func readFrame(f io.ReaderAt, off int64) ([]byte, error) {
	var head [frameHead]byte
	switch n, err := f.ReadAt(head[:], off); {
	case n == 0 && err == io.EOF:
		return nil, io.EOF
	case err == io.EOF:
		return nil, errTorn
	case err != nil:
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[4:])
	if string(head[:4]) != frameMagic || n > maxFrame {
		return nil, errTorn
	}
	payload := make([]byte, n)
	if _, err := f.ReadAt(payload, off+frameHead); err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, errTorn
	} else if err != nil {
		return nil, err
	}
	sum := crc32.Update(crc32.Checksum(head[4:8], castagnoli), castagnoli, payload)
	if sum != binary.BigEndian.Uint32(head[8:]) {
		return nil, errTorn
	}
	return payload, nil
}

// nextFrame finds the next whole frame at or after off; io.EOF when there is none.
func nextFrame(f io.ReaderAt, off int64) (int64, error) {
	buf := make([]byte, 64<<10)
	for {
		n, err := f.ReadAt(buf, off)
		for at := 0; ; at++ {
			i := bytes.Index(buf[at:n], []byte(frameMagic))
			if i < 0 {
				break
			}
			at += i
			if _, err := readFrame(f, off+int64(at)); err == nil {
				return off + int64(at), nil
			} else if !errors.Is(err, errTorn) && err != io.EOF {
				return 0, err
			}
		}
		if err == io.EOF || n < len(frameMagic) {
			return 0, io.EOF
		}
		if err != nil {
			return 0, err
		}
		off += int64(n - len(frameMagic) + 1)
	}
}

// A heap is one kind of append-only files, "seg-0001", "seg-0002"…: frames in the last one, a new one past maxHeap.
// The caller keeps appends apart; reads may go on beside them.
type heap struct {
	d      disk
	prefix string
	files  map[uint32]file
	last   uint32
	end    int64 // of the last file: after its last whole frame
	dirty  bool
}

const maxHeap = 32 << 20

// A spot is where a frame lies.
type spot struct {
	file uint32
	off  int64
}

func (s spot) before(t spot) bool { return s.file < t.file || s.file == t.file && s.off < t.off }

func openHeap(d disk, prefix string, names []string) (*heap, error) {
	h := &heap{d: d, prefix: prefix, files: map[uint32]file{}}
	for _, name := range names {
		var n uint32
		if _, err := fmt.Sscanf(name, prefix+"-%08d", &n); err != nil || name != h.name(n) || n == 0 {
			continue
		}
		f, err := d.open(name)
		if err != nil {
			h.close()
			return nil, fmt.Errorf("eventlog: %w", err)
		}
		h.files[n] = f
		h.last = max(h.last, n)
	}
	if h.last == 0 {
		return h, h.grow()
	}
	var err error
	h.end, err = h.files[h.last].size()
	return h, err
}

func (h *heap) name(n uint32) string { return fmt.Sprintf("%s-%08d", h.prefix, n) }

func (h *heap) grow() error {
	f, err := h.d.create(h.name(h.last+1), nil)
	if err != nil {
		return fmt.Errorf("eventlog: %w", err)
	}
	h.last++
	h.files[h.last], h.end = f, 0
	return nil
}

func (h *heap) close() {
	for _, f := range h.files {
		f.Close()
	}
}

// tip is where the next frame goes.
func (h *heap) tip() spot { return spot{h.last, h.end} }

// append writes payloads, each in a frame, and says where each lies; sync makes them durable. On an error nothing is
// kept: the file ends where it ended before.
func (h *heap) append(payloads ...[]byte) ([]spot, error) {
	if h.end > maxHeap {
		if err := h.sync(); err != nil {
			return nil, err
		}
		if err := h.grow(); err != nil {
			return nil, err
		}
	}
	var b []byte
	var spots []spot
	for _, p := range payloads {
		if len(p) > maxFrame {
			return nil, fmt.Errorf("eventlog: %d bytes in one frame: %w", len(p), fs.ErrInvalid)
		}
		spots = append(spots, spot{h.last, h.end + int64(len(b))})
		b = appendFrame(b, p)
	}
	if _, err := h.files[h.last].WriteAt(b, h.end); err != nil {
		return nil, fmt.Errorf("eventlog: %s: %w", h.name(h.last), errors.Join(err, h.cutTo(h.tip())))
	}
	h.end += int64(len(b))
	h.dirty = true
	return spots, nil
}

// cutTo takes back what was appended after s, in the last file.
func (h *heap) cutTo(s spot) error {
	if s.file != h.last {
		return nil // whole frames in an older file that nothing names: harmless
	}
	h.end = s.off
	return h.files[h.last].Truncate(s.off)
}

func (h *heap) sync() error {
	if !h.dirty {
		return nil
	}
	if err := h.files[h.last].sync(); err != nil {
		return fmt.Errorf("eventlog: %s: %w", h.name(h.last), err)
	}
	h.dirty = false
	return nil
}

func (h *heap) read(s spot) ([]byte, error) {
	f, ok := h.files[s.file]
	if !ok {
		return nil, fmt.Errorf("eventlog: %s: %w", h.name(s.file), fs.ErrNotExist)
	}
	b, err := readFrame(f, s.off)
	if err != nil {
		return nil, fmt.Errorf("eventlog: %s at %d: %w", h.name(s.file), s.off, err)
	}
	return b, nil
}

// scan passes every whole frame from s on to fn, and every stretch of damage to bad (which may be nil); a torn end of
// the last file is the last such stretch, and to is then where it begins.
func (h *heap) scan(from spot, fn func(spot, []byte) error, bad func(at spot, until int64)) (to spot, err error) {
	to = from
	for n := max(from.file, 1); n <= h.last; n++ {
		f, ok := h.files[n]
		if !ok {
			continue
		}
		off := int64(0)
		if n == from.file {
			off = from.off
		}
		if to, err = h.scanFile(n, f, off, fn, bad); err != nil {
			return to, err
		}
	}
	return to, nil
}

func (h *heap) scanFile(n uint32, f file, off int64, fn func(spot, []byte) error, bad func(spot, int64)) (spot, error) {
	for {
		b, err := readFrame(f, off)
		if err == io.EOF {
			return spot{n, off}, nil
		}
		if errors.Is(err, errTorn) {
			next, err := nextFrame(f, off+1)
			if err != nil && err != io.EOF {
				return spot{n, off}, err
			}
			if err == io.EOF {
				size, _ := f.size()
				bad(spot{n, off}, size)
				return spot{n, off}, nil
			}
			bad(spot{n, off}, next)
			off = next
			continue
		}
		if err != nil {
			return spot{n, off}, fmt.Errorf("eventlog: %s at %d: %w", h.name(n), off, err)
		}
		if err := fn(spot{n, off}, b); err != nil {
			return spot{n, off}, err
		}
		off += frameHead + int64(len(b))
	}
}
