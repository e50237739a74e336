package bundle

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

const (
	segMagic    = "LSEGS\x01\r\n"
	frameHead   = 8
	maxFrame    = segment.MaxEnvelope
	maxSegFile  = 16 << 20 // bytes after which another begins: what a torn file costs at most
	maxSegments = 1 << 18  // on one carrier
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// frameCRC is over the length and the bytes.
func frameCRC(length, b []byte) uint32 {
	return crc32.Update(crc32.Checksum(length, castagnoli), castagnoli, b)
}

// appendFrame appends one frame.
func appendFrame(out, b []byte) []byte {
	var length [4]byte
	binary.BigEndian.PutUint32(length[:], uint32(len(b)))
	out = append(out, length[:]...)
	out = binary.BigEndian.AppendUint32(out, frameCRC(length[:], b))
	return append(out, b...)
}

// A piece is a segment or an envelope on a carrier.
type piece struct {
	segment.SealedInfo // of a plain one School is ""
	Sealed             bool
	file               string // "DEVICE/seg-…"
	at                 int64  // of the bytes
	length             int
}

// describe reads the clear part of a segment or an envelope.
func describe(b []byte) (p piece, err error) {
	p.length = len(b)
	if len(b) >= 4 && string(b[:4]) == "LENV" {
		p.Sealed = true
		p.SealedInfo, err = segment.SealedHeader(b)
		return p, err
	}
	h, err := segment.ParseHeader(b)
	p.SealedInfo = segment.SealedInfo{
		Stream: h.Stream, Epoch: h.Epoch, Scope: h.Scope, First: h.First, Count: h.Count, Before: h.Before, After: h.After, Lamport: h.Lamport, Size: len(b),
	}
	return p, err
}

// scanFrames passes each frame that is whole, with its place, and says how many stretches were not. b is valid until fn
// returns. The error is of r or of fn.
func scanFrames(r io.Reader, fn func(at int64, b []byte) error) (damaged int, err error) {
	in := bufio.NewReaderSize(r, 64<<10)
	var magic [len(segMagic)]byte
	if _, err := io.ReadFull(in, magic[:]); err != nil {
		return 1, cut(err)
	}
	if string(magic[:]) != segMagic {
		return 1, nil
	}
	var buf []byte
	for at := int64(len(segMagic)); ; {
		var h [frameHead]byte
		if _, err := io.ReadFull(in, h[:]); err == io.EOF {
			return damaged, nil
		} else if err != nil {
			return damaged + 1, cut(err)
		}
		n := int(binary.BigEndian.Uint32(h[:4]))
		if n > maxFrame {
			return damaged + 1, nil
		}
		at += frameHead
		if buf, err = readN(in, buf[:0], n); err != nil {
			return damaged + 1, cut(err)
		}
		if frameCRC(h[:4], buf) != binary.BigEndian.Uint32(h[4:]) {
			damaged++
		} else if err := fn(at, buf); err != nil {
			return damaged, err
		}
		at += int64(n)
	}
}

// readN reads n bytes, and holds no more than came.
func readN(r io.Reader, buf []byte, n int) ([]byte, error) {
	for len(buf) < n {
		step := min(n-len(buf), max(64<<10, len(buf)))
		from := len(buf)
		buf = append(buf, make([]byte, step)...)
		if _, err := io.ReadFull(r, buf[from:]); err != nil {
			return buf[:from], err
		}
	}
	return buf, nil
}

// cut is nil for the end of a file that was torn: what follows is not there, which is no error of the disk.
func cut(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil
	}
	return err
}

// readPiece reads a piece that scanFrames found, whole as it was then.
func readPiece(d Disk, p piece) ([]byte, error) {
	f, err := d.Open(p.file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, frameHead+p.length)
	if _, err := f.ReadAt(b, p.at-frameHead); err != nil && err != io.EOF {
		return nil, err
	}
	if int(binary.BigEndian.Uint32(b)) != p.length || frameCRC(b[:4], b[frameHead:]) != binary.BigEndian.Uint32(b[4:]) {
		return nil, fmt.Errorf("bundle: %s at %d: changed while it was read: %w", p.file, p.at, fs.ErrInvalid)
	}
	return b[frameHead:], nil
}

// Runs are which sequences of each stream are somewhere, in any order of adding.
type Runs map[clock.Stream][]run

type run struct{ first, last uint64 }

// add notes first to last.
func (r Runs) add(s clock.Stream, first, last uint64) {
	all := r[s]
	out := make([]run, 0, len(all)+1)
	for _, x := range all {
		if x.last+1 < first || last+1 < x.first {
			out = append(out, x)
			continue
		}
		first, last = min(first, x.first), max(last, x.last)
	}
	r[s] = append(out, run{first, last})
}

// covers says whether all of first to last is there.
func (r Runs) covers(s clock.Stream, first, last uint64) bool {
	for _, x := range r[s] {
		if x.first <= first && last <= x.last {
			return true
		}
	}
	return false
}
