package search

import (
	"encoding/binary"
	"fmt"
	"io/fs"
)

// item reads the i-th of the items that a column of n numbers says the places of, from base on. It is checked; one of no
// bytes is none.
func (s *segment) item(column int, base uint64, i int, buf []byte) ([]byte, error) {
	c := s.column[column]
	if i < 0 || uint64(i)*4+8 > uint64(c.n) {
		return nil, fmt.Errorf("item %d: %w", i, fs.ErrInvalid)
	}
	var ends [8]byte
	if _, err := s.f.ReadAt(ends[:], int64(c.at)+4*int64(i)); err != nil {
		return nil, damaged(err)
	}
	from, to := binary.LittleEndian.Uint32(ends[:]), binary.LittleEndian.Uint32(ends[4:])
	return s.itemAt(base, from, to, buf)
}

func (s *segment) itemAt(base uint64, from, to uint32, buf []byte) ([]byte, error) {
	if from == to {
		return nil, nil
	}
	if to < from+4 || to-from > maxItem {
		return nil, fmt.Errorf("an item of bytes %d to %d: %w", from, to, fs.ErrInvalid)
	}
	b, err := s.read(stretch{base + uint64(from), to - from, 0}, buf, false)
	if err != nil {
		return nil, err
	}
	end := len(b) - 4
	if binary.LittleEndian.Uint32(b[end:]) != sumOf(b[:end]) {
		return nil, fmt.Errorf("an item of bytes %d to %d: the checksum is wrong: %w", from, to, fs.ErrInvalid)
	}
	return b[:end], nil
}

// A head is what is stored of a resource beside its text.
type head struct{ id, title, about string }

func (h head) append(b []byte) []byte {
	return append(appendString(appendString(b, h.id), h.title), h.about...)
}

func parseHead(b []byte) (h head, err error) {
	var ok1, ok2 bool
	h.id, b, ok1 = cutString(b)
	h.title, b, ok2 = cutString(b)
	if !ok1 || !ok2 {
		return h, fmt.Errorf("a heading: cut short: %w", fs.ErrInvalid)
	}
	h.about = string(b)
	return h, nil
}
