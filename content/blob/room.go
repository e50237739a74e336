package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
)

// Room says whether size more bytes may be stored: nil, or an error that wraps syscall.ENOSPC and says how much is
// missing. A promise for now only: others write to the same disk.
func (s *Store) Room(size int64) error {
	if s.floor < 0 {
		return nil
	}
	free, err := s.free(s.dir)
	if err != nil {
		return fmt.Errorf("blob: asking for free space: %w", err)
	}
	if free-s.floor < size {
		return fmt.Errorf("blob: %d bytes wanted, %d free, %d of them kept for learners' work: %w", size, free, s.floor, syscall.ENOSPC)
	}
	return nil
}

// Left is how many bytes may be stored now; negative when the reserve is touched already.
func (s *Store) Left() (int64, error) {
	free, err := s.free(s.dir)
	if err != nil {
		return 0, fmt.Errorf("blob: asking for free space: %w", err)
	}
	return free - max(0, s.floor), nil
}

// roomEvery is how many bytes are copied between two looks at the disk.
const roomEvery = 8 << 20

// copy copies r to w until EOF, looking at ctx and at the disk's free space as it goes.
func (s *Store) copy(ctx context.Context, w io.Writer, r io.Reader) (size int64, err error) {
	buf := make([]byte, 256<<10)
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
		n, err := r.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return size, err
			}
			size += int64(n)
		}
		if errors.Is(err, io.EOF) {
			return size, nil
		}
		if err != nil {
			return size, err
		}
	}
}

// freeBytes is what an unprivileged process may still write on dir's disk.
func freeBytes(dir string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}
