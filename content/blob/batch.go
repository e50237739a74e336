package blob

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/zeebo/blake3"
	"golang.org/x/sys/unix"
)

// A Batch puts many blobs and waits for the card once for many of them, not thrice for each: a channel of ten thousand
// small files would take an hour on a card that answers ten times a second. Safe for concurrent use.
type Batch struct {
	s *Store

	mu     sync.Mutex
	staged []Staged
	bytes  int64
}

// A Staged blob is written and waits to be settled. Name is the caller's own.
type Staged struct {
	Name, Hash string
	Size       int64
	temp       string
}

// Batch begins a batch. The caller ends it with Settle or Discard.
func (s *Store) Batch() *Batch { return &Batch{s: s} }

// Add stages what r gives until io.EOF, under a name for who is told of it: its bytes are written but no blob yet. What is
// here already is not staged. If r fails, the disk is full (syscall.ENOSPC) or ctx ends, nothing of it is left.
func (b *Batch) Add(ctx context.Context, name string, r io.Reader) (hash string, size int64, err error) {
	f, err := os.CreateTemp(b.s.staging(), "put-*.tmp")
	if err != nil {
		return "", 0, fmt.Errorf("blob: put: %w", err)
	}
	h := blake3.New()
	size, err = b.s.copyPast(ctx, f, h, r)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return "", 0, fmt.Errorf("blob: put: %w", err)
	}
	hash = hex.EncodeToString(h.Sum(nil))
	if b.s.Has(hash) {
		return hash, size, os.Remove(f.Name())
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.staged, b.bytes = append(b.staged, Staged{name, hash, size, f.Name()}), b.bytes+size
	return hash, size, nil
}

// Waiting is how many blobs wait to be settled, and their bytes.
func (b *Batch) Waiting() (n int, bytes int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.staged), b.bytes
}

// Settle makes blobs of what is staged: the bytes reach the card, then note is told of them, then the blobs appear. That they have
// appeared reaches the card with the next Settle, or Sync. If note fails, nothing of it stays.
func (b *Batch) Settle(note func([]Staged) error) error {
	b.mu.Lock()
	all := b.staged
	b.staged, b.bytes = nil, 0
	b.mu.Unlock()
	if len(all) == 0 {
		return nil
	}
	err := b.s.Sync()
	if err == nil {
		err = note(all)
	}
	for _, one := range all {
		if err == nil {
			err = b.s.appear(one)
		}
		if err != nil {
			os.Remove(one.temp)
		}
	}
	if err != nil {
		return fmt.Errorf("blob: put: %w", err)
	}
	return nil
}

// appear gives a staged blob its name.
func (s *Store) appear(one Staged) error {
	to := s.Path(one.Hash)
	err := os.Rename(one.temp, to)
	if errors.Is(err, os.ErrNotExist) {
		if err = os.Mkdir(filepath.Dir(to), 0o755); err == nil || errors.Is(err, os.ErrExist) {
			err = os.Rename(one.temp, to)
		}
	}
	if err == nil {
		os.Remove(s.aside(one.Hash)) // or at the next start
	}
	return err
}

// Discard forgets what is staged.
func (b *Batch) Discard() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, one := range b.staged {
		os.Remove(one.temp)
	}
	b.staged, b.bytes = nil, 0
}

// Sync waits until all that was written to the store's disk is on it: one wait for thousands of files.
func (s *Store) Sync() error {
	d, err := os.Open(s.dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return unix.Syncfs(int(d.Fd()))
}
