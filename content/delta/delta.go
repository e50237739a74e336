// Package delta says how a new file is made of an old one, in copies from the old and bytes that are new.
//
// A Script is the copies; the new bytes, its literals, go beside it, so that those of many files can be compressed
// together. Written, a script is four columns after each other, all unsigned varints (LEB128):
//
//	number of steps ‖ literal bytes before each copy ‖ bytes of each copy
//	‖ where each copy begins in the old file, as a zigzag difference from where the step before ended, its literals counted
//	‖ literal bytes after the last copy
//
// A step that replaces bytes by as many others therefore costs a zero. Two files of at most Cap bytes together are compared
// byte by byte. Of larger ones both are cut where their content says (FastCDC: Xia et al., USENIX ATC 2016), chunks that are
// in both are copied, and only what lies between is compared byte by byte.
package delta

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
)

// Cap is how many bytes of the old and the new file together are held in memory while they are compared.
const Cap = 32 << 20

// A step is literals, then a copy.
type step struct {
	literal int64 // bytes
	from    int64 // offset in the old file
	length  int64 // bytes, at least 1
}

// A Script makes one file. The zero value makes an empty one.
type Script struct {
	steps []step
	tail  int64 // literal bytes after the last step
}

// Literals is how many bytes the script takes beside the old file.
func (s *Script) Literals() (n int64) {
	for _, x := range s.steps {
		n += x.literal
	}
	return n + s.tail
}

// Size is how many bytes the script makes.
func (s *Script) Size() (n int64) {
	for _, x := range s.steps {
		n += x.length
	}
	return n + s.Literals()
}

// Whole is the script of a file that has nothing of an old one.
func Whole(size int64) Script { return Script{tail: size} }

// copy adds a copy of old bytes; one that goes on where the last ended is joined to it.
func (s *Script) copy(from, length int64) {
	if n := len(s.steps); n > 0 && s.tail == 0 && s.steps[n-1].from+s.steps[n-1].length == from {
		s.steps[n-1].length += length
		return
	}
	s.steps = append(s.steps, step{s.tail, from, length})
	s.tail = 0
}

// Append writes the script after dst.
func (s *Script) Append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s.steps)))
	for _, x := range s.steps {
		dst = binary.AppendUvarint(dst, uint64(x.literal))
	}
	for _, x := range s.steps {
		dst = binary.AppendUvarint(dst, uint64(x.length))
	}
	at := int64(0)
	for _, x := range s.steps {
		dst = binary.AppendVarint(dst, x.from-at-x.literal)
		at = x.from + x.length
	}
	return binary.AppendUvarint(dst, uint64(s.tail))
}

// Parse reads a script that Append wrote, and gives what follows it. The script reads within an old file of oldSize bytes
// and makes exactly size bytes, whoever wrote it; anything else is fs.ErrInvalid. It takes 24 bytes of memory for each step,
// each of which takes at least three bytes of b.
func Parse(b []byte, oldSize, size int64) (s Script, rest []byte, err error) {
	r := reader{b: b}
	n := r.uint(uint64(len(b) / 3))
	if r.bad {
		return s, nil, fmt.Errorf("delta: a script of more steps than bytes: %w", fs.ErrInvalid)
	}
	s.steps = make([]step, n)
	most := uint64(max(size, 0))
	for i := range s.steps {
		s.steps[i].literal = int64(r.uint(most))
	}
	for i := range s.steps {
		s.steps[i].length = int64(r.uint(most))
	}
	made, at := int64(0), int64(0)
	for i := range s.steps {
		x := &s.steps[i]
		x.from = at + x.literal + r.int()
		if r.bad || x.length == 0 || x.from < 0 || x.from > oldSize-x.length || x.literal+x.length > size-made {
			return s, nil, fmt.Errorf("delta: step %d copies %d bytes from %d of %d: %w", i, x.length, x.from, oldSize, fs.ErrInvalid)
		}
		at, made = x.from+x.length, made+x.literal+x.length
	}
	if s.tail = int64(r.uint(most)); r.bad || made+s.tail != size {
		return s, nil, fmt.Errorf("delta: a script makes %d bytes of %d: %w", made+s.tail, size, fs.ErrInvalid)
	}
	return s, r.b, nil
}

// A reader takes numbers; after one that is not there or too large all are zero.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) uint(most uint64) uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > most || r.bad {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 || v > 1<<50 || v < -1<<50 || r.bad {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

// Apply writes the new file to w, of the old one and the literals, which may go on after it. It holds 64 KiB.
func (s *Script) Apply(ctx context.Context, old io.ReaderAt, literals io.Reader, w io.Writer) error {
	buf := make([]byte, 64<<10)
	for _, x := range s.steps {
		if err := move(ctx, w, literals, x.literal, buf); err != nil {
			return err
		}
		if err := move(ctx, w, io.NewSectionReader(old, x.from, x.length), x.length, buf); err != nil {
			return err
		}
	}
	return move(ctx, w, literals, s.tail, buf)
}

// move copies n bytes; an end that comes too early is fs.ErrInvalid.
func move(ctx context.Context, w io.Writer, r io.Reader, n int64, buf []byte) error {
	for n > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		b := buf[:min(n, int64(len(buf)))]
		if _, err := io.ReadFull(r, b); err != nil {
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				err = fmt.Errorf("delta: it ends %d bytes too early: %w", n, fs.ErrInvalid)
			}
			return err
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
		n -= int64(len(b))
	}
	return nil
}
