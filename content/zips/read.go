package zips

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"sync"

	"github.com/klauspost/compress/flate"
)

// Locate finds where an entry's data begins, behind its local header (4.3.7), by one read of 30 bytes; an entry that is
// located already is answered as it is.
func (z *Zip) Locate(e Entry) (Entry, error) {
	if e.Offset > 0 {
		return e, nil
	}
	var head [30]byte
	if _, err := z.r.ReadAt(head[:], e.header); err != nil && err != io.EOF {
		return e, fmt.Errorf("zip: %.200q: %w", e.Name, err)
	}
	if !bytes.HasPrefix(head[:], []byte("PK\x03\x04")) {
		return e, fmt.Errorf("zip: %.200q has no local header: %w", e.Name, fs.ErrInvalid)
	}
	offset := e.header + 30 + int64(binary.LittleEndian.Uint16(head[26:])) + int64(binary.LittleEndian.Uint16(head[28:]))
	if offset+e.Packed > e.end {
		return e, fmt.Errorf("zip: %.200q lies over what follows it: %w", e.Name, fs.ErrInvalid)
	}
	e.Offset = offset
	return e, nil
}

// Extent is where an entry's bytes lie in the file, and whether they are a deflate stream there. Errors are those of
// Stat, Entry.Readable and Locate.
func (z *Zip) Extent(name string) (offset, size int64, deflated bool, err error) {
	e, err := z.ready(name)
	return e.Offset, e.Packed, !e.Stored(), err
}

func (z *Zip) ready(name string) (Entry, error) {
	e, err := z.Stat(name)
	if err != nil {
		return e, err
	}
	return z.readable(e)
}

func (z *Zip) readable(e Entry) (Entry, error) {
	if err := e.Readable(); err != nil {
		return e, fmt.Errorf("zip: %.200q: %w", e.Name, err)
	}
	return z.Locate(e)
}

// Open streams an entry, inflated. Reading ends with an error that wraps fs.ErrInvalid when the entry is damaged, longer
// or shorter than declared, or its checksum is wrong; until then at most its declared size was given out.
func (z *Zip) Open(name string) (io.ReadCloser, error) {
	e, err := z.ready(name)
	if err != nil {
		return nil, err
	}
	return z.open(e), nil
}

func (z *Zip) open(e Entry) *stream {
	raw := io.NewSectionReader(z.r, e.Offset, e.Packed)
	s := &stream{e: e, r: raw, sum: crc32.NewIEEE()}
	if e.Method == 8 {
		s.inflater = inflaters.Get().(io.ReadCloser)
		_ = s.inflater.(flate.Resetter).Reset(raw, nil) // never fails
		s.r = s.inflater
	}
	return s
}

// inflaters are kept for their 40 KB windows.
var inflaters = sync.Pool{New: func() any { return flate.NewReader(bytes.NewReader(nil)) }}

// A stream is an entry being read, held to what its header says.
type stream struct {
	e        Entry
	r        io.Reader
	inflater io.ReadCloser // from inflaters, nil for what is stored
	sum      hash.Hash32
	n        int64
	err      error
}

func (s *stream) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	if over := s.n + int64(n) - s.e.Size; over > 0 {
		n -= int(over)
		err = s.damaged("more than the %d bytes it should have when unpacked", s.e.Size)
	}
	s.n += int64(n)
	s.sum.Write(p[:n])
	switch {
	case err == nil || errors.Is(err, fs.ErrInvalid):
	case err != io.EOF:
		var bad flate.CorruptInputError
		if errors.As(err, &bad) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = s.damaged("%v", err)
		}
	case s.n != s.e.Size:
		err = s.damaged("%d bytes instead of %d", s.n, s.e.Size)
	case s.sum.Sum32() != s.e.CRC:
		err = s.damaged("its checksum is %08x, not %08x", s.sum.Sum32(), s.e.CRC)
	}
	s.err = err
	return n, err
}

func (s *stream) damaged(format string, args ...any) error {
	return fmt.Errorf("zip: %.200q is damaged: %s: %w", s.e.Name, fmt.Sprintf(format, args...), fs.ErrInvalid)
}

// Close gives back what the stream held; reading afterwards is an error.
func (s *stream) Close() error {
	if s.inflater != nil {
		inflaters.Put(s.inflater)
		s.inflater = nil
	}
	s.r, s.err = nil, fs.ErrClosed
	return nil
}

// ReadFile unpacks an entry of at most limit bytes, else fs.ErrInvalid. The bytes are the caller's.
func (z *Zip) ReadFile(name string, limit int64) ([]byte, error) {
	e, err := z.ready(name)
	if err != nil {
		return nil, err
	}
	if e.Size > limit {
		return nil, fmt.Errorf("zip: %.200q: %d bytes, at most %d: %w", e.Name, e.Size, limit, fs.ErrInvalid)
	}
	s := z.open(e)
	defer s.Close()
	var b bytes.Buffer
	b.Grow(int(min(e.Size, limit, max(1<<20, 1032*e.Packed))) + bytes.MinRead) // deflate packs no byte into less than 1/1032
	if _, err := b.ReadFrom(s); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Verify reads every entry once, locates it, and checks lengths and checksums. What cannot be read is in damaged by name
// and stays among the entries; an error of the disk is returned. Bytes inflated in all are at most total, else fs.ErrInvalid; an entry of more than each
// bytes that is not stored is among the damaged. Not to be called beside other methods.
func (z *Zip) Verify(ctx context.Context, each, total int64) (damaged map[string]error, err error) {
	damaged = map[string]error{}
	buf := make([]byte, 64<<10)
	for i := range z.entries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		e, err := z.readable(z.entries[i])
		if err == nil && !e.Stored() && e.Size > each {
			err = fmt.Errorf("zip: %.200q: more than %d bytes when unpacked: %w", e.Name, each, fs.ErrInvalid)
		}
		if err != nil {
			if !judged(err) {
				return nil, err
			}
			damaged[e.Name] = err
			continue
		}
		if z.entries[i] = e; !e.Stored() {
			if total -= e.Size; total < 0 {
				return nil, fmt.Errorf("zip: too large when unpacked, at %.200q: %w", e.Name, fs.ErrInvalid)
			}
		}
		s := z.open(e)
		err = s.drain(buf)
		s.Close()
		if err != nil && !judged(err) {
			return nil, err
		}
		if err != nil {
			damaged[e.Name] = err
		}
	}
	return damaged, nil
}

// judged is an error that says something of the archive; any other is the disk's.
func judged(err error) bool {
	return errors.Is(err, fs.ErrInvalid) || errors.Is(err, errors.ErrUnsupported)
}

// drain reads all into buf, over and over.
func (s *stream) drain(buf []byte) error {
	for {
		if _, err := s.Read(buf); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
