package blob

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/zeebo/blake3"

	"lamplight/content/arrange"
)

// maxHalves is how many blobs may be half put; of more the oldest are forgotten.
const maxHalves = 3

// PutResumed is PutNoted for a large file whose source can be read again. What was written when ctx ended, the source was
// pulled or the plug, stays as DIR/staging/KEY.half; the next call of that key compares it with r and writes on from where
// they differ, so that nothing of it need be believed. key is plain letters and digits; one call of a key at a time.
func (s *Store) PutResumed(ctx context.Context, key string, r io.Reader, note func(hash string) error) (hash string, size int64, err error) {
	s.fewHalves(key)
	path := s.half(key)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return "", 0, fmt.Errorf("blob: put: %w", err)
	}
	h, w := blake3.New(), &resumed{f: f}
	if size, err = s.copy(ctx, io.MultiWriter(w, h), r); err == nil {
		err = errors.Join(f.Truncate(size), f.Sync())
	}
	hash = hex.EncodeToString(h.Sum(nil))
	had := err == nil && s.Has(hash)
	if err == nil && !had {
		if err = note(hash); err == nil {
			err = s.settle(path, hash)
		}
	}
	err = errors.Join(err, f.Close())
	if had || errors.Is(err, syscall.ENOSPC) || errors.Is(err, fs.ErrInvalid) {
		os.Remove(path) // of no use any more, or in the way
	}
	if err != nil {
		return "", 0, fmt.Errorf("blob: put: %w", err)
	}
	return hash, size, nil
}

// Half is how many bytes are here of what was half put under a key.
func (s *Store) Half(key string) int64 {
	fi, err := os.Stat(s.half(key))
	if err != nil {
		return 0
	}
	return fi.Size()
}

// ForgetHalves deletes all that was half put. Nobody is putting.
func (s *Store) ForgetHalves() {
	for _, name := range s.halves() {
		os.Remove(name)
	}
}

func (s *Store) half(key string) string { return filepath.Join(s.staging(), key+".half") }

// halves are the paths of what is half put, oldest first.
func (s *Store) halves() []string {
	names, _ := filepath.Glob(filepath.Join(s.staging(), "*.half")) // the pattern is right
	age := func(name string) (t int64) {
		if fi, err := os.Stat(name); err == nil {
			t = fi.ModTime().UnixNano()
		}
		return t
	}
	arrange.By(names, func(a, b string) int {
		if x, y := age(a), age(b); x != y {
			return int(min(1, max(-1, x-y)))
		}
		return strings.Compare(a, b)
	})
	return names
}

// fewHalves forgets the oldest but for those that may stay beside key.
func (s *Store) fewHalves(key string) {
	all := slices.DeleteFunc(s.halves(), func(name string) bool { return name == s.half(key) })
	for len(all) >= maxHalves {
		os.Remove(all[0])
		all = all[1:]
	}
}

// syncHalf is how many bytes of a large file may wait for the card: what pulling the plug may cost.
const syncHalf = 32 << 20

// A resumed file is written only from where it is not what is written to it.
type resumed struct {
	f       *os.File
	at      int64
	differs bool
	buf     []byte
	waiting int64 // bytes not synced
}

func (w *resumed) Write(b []byte) (int, error) {
	if !w.differs {
		if len(w.buf) < len(b) {
			w.buf = make([]byte, len(b))
		}
		if n, _ := w.f.ReadAt(w.buf[:len(b)], w.at); n == len(b) && bytes.Equal(w.buf[:n], b) {
			w.at += int64(n)
			return n, nil
		}
		if err := w.f.Truncate(w.at); err != nil {
			return 0, err
		}
		w.differs = true
	}
	n, err := w.f.WriteAt(b, w.at)
	w.at, w.waiting = w.at+int64(n), w.waiting+int64(n)
	if w.waiting >= syncHalf && err == nil {
		w.waiting, err = 0, w.f.Sync()
	}
	return n, err
}
