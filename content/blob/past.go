package blob

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	pieceBytes = 512 << 10 // read, hashed and written at once
	blockBytes = 4096      // what offsets, lengths and addresses of direct writes are multiples of, on every disk there is
	pastFrom   = 64 << 10  // shorter files go through the page cache: there the disk gathers many of them
)

// pieces are buffers of pieceBytes that begin at a multiple of blockBytes.
var pieces = sync.Pool{New: func() any {
	b := make([]byte, pieceBytes+blockBytes)
	skip := int(-uintptr(unsafe.Pointer(&b[0])) & (blockBytes - 1)) // the heap does not move
	b = b[skip : skip+pieceBytes]
	return &b
}}

// copyPast copies r to the empty file f and to h until EOF as copy does, but past the page cache where the disk can
// (O_DIRECT): the bytes are not copied once more on their way, and what others have in the cache stays there. What f holds
// is on the card after Sync, as with any other write.
func (s *Store) copyPast(ctx context.Context, f *os.File, h io.Writer, r io.Reader) (size int64, err error) {
	buf := pieces.Get().(*[]byte)
	defer pieces.Put(buf)
	w := pastWriter{f: f}
	for next := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return size, err
		}
		if size >= next {
			if err := s.Room(0); err != nil {
				return size, err
			}
			next = size + roomEvery
		}
		n, errRead := fill(r, *buf)
		if errRead != nil && !errors.Is(errRead, io.EOF) {
			return size, errRead
		}
		_, _ = h.Write((*buf)[:n]) // a hash does not fail
		if err := w.write((*buf)[:n], size == 0 && n >= pastFrom); err != nil {
			return size, err
		}
		if size += int64(n); errRead != nil {
			return size, nil
		}
	}
}

// fill reads until buf is full or r has no more, which is the error then.
func fill(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var more int
		more, err = r.Read(buf[n:])
		n += more
	}
	return n, err
}

// A pastWriter writes a file in pieces, all but the last whole ones.
type pastWriter struct {
	f    *os.File
	past bool
}

// write writes a piece; begin says to go past the cache from here on. What is no whole block goes through it, as does all
// where the disk will not have it otherwise.
func (w *pastWriter) write(b []byte, begin bool) error {
	w.past = w.past || begin && direct(w.f, true)
	if !w.past {
		_, err := w.f.Write(b)
		return err
	}
	n, err := w.f.Write(b[:len(b)&^(blockBytes-1)])
	if b = b[n:]; len(b) == 0 || err != nil && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	direct(w.f, false)
	w.past = false
	_, err = w.f.Write(b)
	return err
}

// direct switches whether writes to f go past the page cache, and says whether the system will.
func direct(f *os.File, on bool) bool {
	flags, err := unix.FcntlInt(f.Fd(), unix.F_GETFL, 0)
	if err != nil {
		return false
	}
	if flags &^= unix.O_DIRECT; on {
		flags |= unix.O_DIRECT
	}
	_, err = unix.FcntlInt(f.Fd(), unix.F_SETFL, flags)
	return err == nil
}
