package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sort"
	"syscall"
)

const (
	segmentMagic = "LampSeg4"
	maxItem      = 1 << 20 // bytes of a heading or a passage as they are stored
	maxValues    = 1 << 22
)

// The columns of a segment, in the order its footer has them.
const (
	rowColumn      = iota // of each row its resource, and heading: 4 bytes
	resourceColumn        // see resource.append
	valueColumn           // strings, each behind its length
	headColumn            // where each resource's heading begins, from heads on, and where the last ends: 4 bytes
	bodyColumn            // where each row's passages begin, from bodies on, and where the last end: 4 bytes
	blockColumn           // of each block of terms where it begins (8), its bytes (4) and checksum (4), its first term's length (2), that
	letterColumn          // of each first letter of the vocabulary the letter (4), where its words begin (8), their bytes (4) and checksum (4)
	columns
)

// A footer is the end of a segment's file. It says where everything else is.
type footer struct {
	rows          uint32
	firstResource uint32
	resources     uint32 // from the first; some may be gone
	heads, bodies uint64 // where they begin
	column        [columns]stretch
}

const footerBytes = 12 + 16 + columns*16 + 4 + len(segmentMagic)

func (f footer) encode() []byte {
	b := make([]byte, 0, footerBytes)
	for _, n := range []uint32{f.rows, f.firstResource, f.resources} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	b = binary.LittleEndian.AppendUint64(b, f.heads)
	b = binary.LittleEndian.AppendUint64(b, f.bodies)
	for _, c := range f.column {
		b = binary.LittleEndian.AppendUint64(b, c.at)
		b = binary.LittleEndian.AppendUint32(b, c.n)
		b = binary.LittleEndian.AppendUint32(b, c.sum)
	}
	b = binary.LittleEndian.AppendUint32(b, sumOf(b))
	return append(b, segmentMagic...)
}

// parseFooter reads the footer of a file of size bytes.
func parseFooter(b []byte, size int64) (f footer, err error) {
	end := footerBytes - len(segmentMagic) - 4
	if len(b) != footerBytes || string(b[end+4:]) != segmentMagic || binary.LittleEndian.Uint32(b[end:]) != sumOf(b[:end]) {
		return f, fmt.Errorf("footer: %w", fs.ErrInvalid)
	}
	f.rows, f.firstResource, f.resources = binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])
	f.heads, f.bodies = binary.LittleEndian.Uint64(b[12:]), binary.LittleEndian.Uint64(b[20:])
	for i := range f.column {
		c := b[28+16*i:]
		f.column[i] = stretch{binary.LittleEndian.Uint64(c), binary.LittleEndian.Uint32(c[8:]), binary.LittleEndian.Uint32(c[12:])}
	}
	return f, f.check(size)
}

func (f footer) check(size int64) error {
	whole := uint64(size)
	for i, c := range f.column {
		if c.at > whole || uint64(c.n) > whole-c.at {
			return fmt.Errorf("column %d: bytes %d to %d of %d: %w", i, c.at, c.at+uint64(c.n), size, fs.ErrInvalid)
		}
	}
	if f.rows > maxRows || f.resources > maxRows || f.heads > whole || f.bodies > whole || uint64(f.firstResource)+uint64(f.resources) >= heading ||
		f.column[rowColumn].n != 4*f.rows || f.column[resourceColumn].n != resourceBytes*f.resources ||
		f.column[headColumn].n != 4*(f.resources+1) || f.column[bodyColumn].n != 4*(f.rows+1) {
		return fmt.Errorf("%d rows, %d resources: columns do not fit: %w", f.rows, f.resources, fs.ErrInvalid)
	}
	return nil
}

// A segment is a run of rows whose words were written together, in a file that is never changed. It is read in place, with
// pread: what the card cannot read is an error. Safe for concurrent use.
type segment struct {
	footer
	listed listedSegment
	f      *os.File
	rows   []uint32 // of each row its resource, and heading
	blocks []byte   // blockColumn
	starts []uint32 // of each block's record in it
	holds  int      // how many views have it; guarded by Index.mu
}

// openSegment opens one and reads what every search needs of it.
func openSegment(dir string, l listedSegment) (*segment, error) {
	f, err := os.Open(segmentPath(dir, l.N))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("segment %d is missing: %w: %w", l.N, err, fs.ErrInvalid)
		}
		return nil, err
	}
	s := &segment{listed: l, f: f}
	if err := s.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("segment %d: %w", l.N, err), f.Close())
	}
	return s, nil
}

func (s *segment) load() error {
	i, err := s.f.Stat()
	if err != nil {
		return err
	}
	if i.Size() != s.listed.Bytes {
		return fmt.Errorf("%d bytes, want %d: %w", i.Size(), s.listed.Bytes, fs.ErrInvalid)
	}
	at := uint64(i.Size() - int64(footerBytes))
	end, err := s.read(stretch{at, uint32(footerBytes), 0}, nil, false)
	if err != nil {
		return err
	}
	if s.footer, err = parseFooter(end, i.Size()); err != nil {
		return err
	}
	if sum := sumOf(end); sum != s.listed.Sum {
		return fmt.Errorf("the footer of another file: %w", fs.ErrInvalid)
	}
	rows, err := s.columnOf(rowColumn)
	if err != nil {
		return err
	}
	s.rows = make([]uint32, 0, s.footer.rows)
	for i := 0; i+4 <= len(rows); i += 4 {
		s.rows = append(s.rows, binary.LittleEndian.Uint32(rows[i:]))
	}
	if s.blocks, err = s.columnOf(blockColumn); err != nil {
		return err
	}
	s.starts, err = parseBlocks(s.blocks)
	return err
}

// blockHead is a block's record but for its term.
const blockHead = 18

// parseBlocks finds the records of blockColumn.
func parseBlocks(b []byte) (starts []uint32, err error) {
	for at := 0; at < len(b); {
		if len(b)-at < blockHead {
			return nil, errBlock
		}
		term := int(binary.LittleEndian.Uint16(b[at+16:]))
		if term > len(b)-at-blockHead {
			return nil, errBlock
		}
		starts = append(starts, uint32(at))
		at += blockHead + term
	}
	return starts, nil
}

// block is the i-th block: where it is, and its first term.
func (s *segment) block(i int) (stretch, []byte) {
	b := s.blocks[s.starts[i]:]
	n := int(binary.LittleEndian.Uint16(b[16:]))
	return stretch{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:])}, b[blockHead : blockHead+n]
}

// blockOf is the block that a term stands in, if it is there; −1 when it is before all of them.
func (s *segment) blockOf(term string) int {
	return sort.Search(len(s.starts), func(i int) bool { _, first := s.block(i); return string(first) > term }) - 1
}

// damaged gives what a read failed with its kind: what is not there or cannot be read is had again by making the index anew.
func damaged(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.EIO) {
		return fmt.Errorf("%w: %w", err, fs.ErrInvalid)
	}
	return err
}

// read reads a stretch into buf, or where that is too small anew, and checks its sum if asked to.
func (s *segment) read(t stretch, buf []byte, check bool) ([]byte, error) {
	if t.at > uint64(s.listed.Bytes) || uint64(t.n) > uint64(s.listed.Bytes)-t.at {
		return nil, fmt.Errorf("bytes %d to %d of %d: %w", t.at, t.at+uint64(t.n), s.listed.Bytes, fs.ErrInvalid)
	}
	if cap(buf) < int(t.n) {
		buf = make([]byte, t.n)
	}
	buf = buf[:t.n]
	if _, err := s.f.ReadAt(buf, int64(t.at)); err != nil {
		return nil, damaged(err)
	}
	if check && sumOf(buf) != t.sum {
		return nil, fmt.Errorf("bytes %d to %d: the checksum is wrong: %w", t.at, t.at+uint64(t.n), fs.ErrInvalid)
	}
	return buf, nil
}

func (s *segment) columnOf(n int) ([]byte, error) {
	b, err := s.read(s.column[n], nil, true)
	if err != nil {
		return nil, fmt.Errorf("column %d: %w", n, err)
	}
	return b, nil
}

// values are the segment's own strings; what a resource's kind, language and faces are numbers of.
func (s *segment) values() ([]string, error) {
	b, err := s.columnOf(valueColumn)
	if err != nil {
		return nil, err
	}
	return parseValues(b)
}

func parseValues(b []byte) (out []string, err error) {
	for len(b) > 0 {
		v, rest, ok := cutString(b)
		if !ok || len(out) >= maxValues {
			return nil, fmt.Errorf("values: cut short: %w", fs.ErrInvalid)
		}
		out, b = append(out, v), rest
	}
	return out, nil
}

// cutString reads a string behind its length, a uvarint.
func cutString(b []byte) (s string, rest []byte, ok bool) {
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)-k) {
		return "", nil, false
	}
	return string(b[k : k+int(n)]), b[k+int(n):], true
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
