// Package blob keeps files by hash: put atomically, read by range, verify, stay within the disk.
//
// A blob is a file of bytes named by its BLAKE3-256 in 64 lower-case hex digits. On disk:
//
//	DIR/xx/HASH             a whole blob; xx is the first two digits. It is never written again.
//	DIR/damaged/HASH        what a blob has become that is not whole any more; until it is had again
//	DIR/staging/*.tmp       a blob being put; swept when the store is opened
//	DIR/staging/KEY.half    a large blob whose putting was cut, see PutResumed
//	DIR/staging/HASH.part   a blob being received, as long as the whole (a sparse file)
//	DIR/staging/HASH.have   which 64 KiB chunks of it are on disk; see Partial
//
// A blob appears by rename after its bytes are synced, so a name that exists is whole, whatever moment the plug was
// pulled at, unless the card lies: Verify finds that out.
package blob

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/zeebo/blake3"
)

// DefaultFloor is how many bytes of free disk the store leaves alone: the journal and records.db live there too.
const DefaultFloor = 64 << 20

// A Store holds blobs under one directory. It is safe for concurrent use; one process owns the directory.
type Store struct {
	dir   string
	floor int64
	free  func(dir string) (int64, error)

	mu        sync.Mutex
	receiving map[string]bool // hashes with an open Partial
}

// Options are what a test or a small board changes. The zero value is right for a node.
type Options struct {
	Floor int64                           // bytes to leave free; 0 means DefaultFloor, negative none
	Free  func(dir string) (int64, error) // bytes free on dir's disk; nil asks the system
}

// Open opens the store at dir, making it if absent, and sweeps what an interrupted Put left behind. Partial receives
// are kept. The caller holds the lock on the data directory.
func Open(dir string, o Options) (*Store, error) {
	s := &Store{dir: dir, floor: o.Floor, free: o.Free, receiving: map[string]bool{}}
	if s.floor == 0 {
		s.floor = DefaultFloor
	}
	if s.free == nil {
		s.free = freeBytes
	}
	if err := os.MkdirAll(s.staging(), 0o755); err != nil {
		return nil, fmt.Errorf("blob: opening the store: %w", err)
	}
	if err := errors.Join(s.sweep(), s.sweepAside()); err != nil {
		return nil, fmt.Errorf("blob: sweeping the staging folder: %w", err)
	}
	return s, nil
}

// Valid says whether hash has the form of a blob's name.
func Valid(hash string) bool {
	if len(hash) != 64 || strings.ToLower(hash) != hash {
		return false
	}
	_, err := hex.DecodeString(hash)
	return err == nil
}

// Put stores what r gives until io.EOF and returns its hash and size in bytes. If r fails, the disk is full
// (syscall.ENOSPC) or ctx ends, nothing is left behind. Putting what is there already is no error and writes nothing
// that stays.
func (s *Store) Put(ctx context.Context, r io.Reader) (hash string, size int64, err error) {
	return s.PutNoted(ctx, r, func(string) error { return nil })
}

// PutNoted is Put, and tells note the hash after the bytes are synced and before the blob appears, so that the caller can
// write down whose it is: the plug may be pulled between. It is not called for a blob that is here already. If note fails, nothing is put.
func (s *Store) PutNoted(ctx context.Context, r io.Reader, note func(hash string) error) (hash string, size int64, err error) {
	f, err := os.CreateTemp(s.staging(), "put-*.tmp")
	if err != nil {
		return "", 0, fmt.Errorf("blob: put: %w", err)
	}
	defer func() {
		f.Close()
		os.Remove(f.Name()) // gone already when the rename happened
	}()
	h := blake3.New()
	size, err = s.copy(ctx, io.MultiWriter(f, h), r)
	if err != nil {
		return "", 0, fmt.Errorf("blob: put: %w", err)
	}
	hash = hex.EncodeToString(h.Sum(nil))
	if s.Has(hash) {
		return hash, size, nil
	}
	if err = f.Sync(); err == nil {
		err = note(hash)
	}
	if err == nil {
		err = s.settle(f.Name(), hash)
	}
	if err != nil {
		return "", 0, fmt.Errorf("blob: put: %w", err)
	}
	return hash, size, nil
}

// Temp names a file that does not exist, on the store's own disk, for Adopt. It is swept at the next Open if nobody
// adopts it.
func (s *Store) Temp() (path string, err error) {
	f, err := os.CreateTemp(s.staging(), "make-*.tmp")
	if err != nil {
		return "", fmt.Errorf("blob: temporary file: %w", err)
	}
	f.Close()
	return f.Name(), os.Remove(f.Name())
}

// Adopt makes the file at path, which Temp named, a blob without copying it. note is as for PutNoted. The file is gone
// afterwards, also when Adopt fails.
func (s *Store) Adopt(ctx context.Context, path string, note func(hash string) error) (hash string, size int64, err error) {
	defer os.Remove(path)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return "", 0, fmt.Errorf("blob: adopt: %w", err)
	}
	defer f.Close()
	hash, size, err = hashOf(ctx, f)
	if err == nil && !s.Has(hash) {
		if err = f.Sync(); err == nil {
			err = note(hash)
		}
		if err == nil {
			err = s.settle(path, hash)
		}
	}
	if err != nil {
		return "", 0, fmt.Errorf("blob: adopt: %w", err)
	}
	return hash, size, nil
}

// Path is where a blob lies, for pread and sendfile. It says nothing of whether the blob is there.
// An ill-formed hash gives a path that exists nowhere.
func (s *Store) Path(hash string) string {
	if !Valid(hash) {
		return filepath.Join(s.dir, "none", "none")
	}
	return filepath.Join(s.dir, hash[:2], hash)
}

// Has says whether the blob is here, whole.
func (s *Store) Has(hash string) bool {
	_, err := s.Size(hash)
	return err == nil
}

// Size is a blob's length in bytes; fs.ErrNotExist when it is not here, fs.ErrInvalid when hash is no hash.
func (s *Store) Size(hash string) (int64, error) {
	if !Valid(hash) {
		return 0, fmt.Errorf("blob: %.80q is no hash: %w", hash, fs.ErrInvalid)
	}
	fi, err := os.Stat(s.Path(hash))
	if err != nil {
		return 0, fmt.Errorf("blob: %w", err)
	}
	return fi.Size(), nil
}

// Open opens a blob for reading, whole or by range (ReadAt, Seek). The caller closes it. fs.ErrNotExist when absent.
func (s *Store) Open(hash string) (*os.File, int64, error) {
	size, err := s.Size(hash)
	if err != nil {
		return nil, 0, err
	}
	f, err := os.Open(s.Path(hash))
	if err != nil {
		return nil, 0, fmt.Errorf("blob: %w", err)
	}
	return f, size, nil
}

// Verify reads a blob whole and compares it with its name. fs.ErrInvalid when they differ: the card has lied.
func (s *Store) Verify(ctx context.Context, hash string) error {
	return s.VerifyTold(ctx, hash, func(int64) {})
}

// VerifyTold is Verify and tells how many bytes were read, piece by piece.
func (s *Store) VerifyTold(ctx context.Context, hash string, told func(n int64)) error {
	f, _, err := s.Open(hash)
	if err != nil {
		return err
	}
	defer f.Close()
	got, _, err := hashTold(ctx, f, told)
	if err != nil {
		return fmt.Errorf("blob: verifying %s: %w", hash, err)
	}
	if got != hash {
		return fmt.Errorf("blob: %s holds other bytes, which hash to %s: %w", hash, got, fs.ErrInvalid)
	}
	return nil
}

// Delete removes a blob. Deleting what is not here is no error. Who still has it open reads on undisturbed.
func (s *Store) Delete(hash string) error {
	if !Valid(hash) {
		return fmt.Errorf("blob: %.80q is no hash: %w", hash, fs.ErrInvalid)
	}
	if err := os.Remove(s.Path(hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

// List calls fn for every blob, in order of hash, until fn fails. What does not look like a blob is passed over.
func (s *Store) List(fn func(hash string, size int64) error) error {
	dirs, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("blob: list: %w", err)
	}
	for _, d := range dirs {
		if !d.IsDir() || len(d.Name()) != 2 {
			continue
		}
		files, err := os.ReadDir(filepath.Join(s.dir, d.Name()))
		if err != nil {
			return fmt.Errorf("blob: list: %w", err)
		}
		for _, f := range files {
			fi, err := f.Info()
			if err != nil || !fi.Mode().IsRegular() || !Valid(f.Name()) || f.Name()[:2] != d.Name() {
				continue
			}
			if err := fn(f.Name(), fi.Size()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) staging() string { return filepath.Join(s.dir, "staging") }

// settle renames a synced file to its blob's name and syncs the folder that names it.
func (s *Store) settle(temp, hash string) error {
	dir := filepath.Dir(s.Path(hash))
	if err := os.Mkdir(dir, 0o755); err == nil {
		if err := syncDir(s.dir); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := os.Rename(temp, s.Path(hash)); err != nil {
		return err
	}
	os.Remove(s.aside(hash)) // or at the next start
	return syncDir(dir)
}

// sweep removes what was being put or made when the process died, and partial receives of blobs that are here.
func (s *Store) sweep() error {
	files, err := os.ReadDir(s.staging())
	if err != nil {
		return err
	}
	for _, f := range files {
		name := f.Name()
		hash, isPart := strings.CutSuffix(name, ".part")
		if !isPart {
			hash, isPart = strings.CutSuffix(name, ".have")
		}
		if strings.HasSuffix(name, ".tmp") || isPart && (!Valid(hash) || s.Has(hash)) {
			if err := os.RemoveAll(filepath.Join(s.staging(), name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// hashOf reads f from the start.
func hashOf(ctx context.Context, f io.ReaderAt) (hash string, size int64, err error) {
	return hashTold(ctx, f, func(int64) {})
}

func hashTold(ctx context.Context, f io.ReaderAt, told func(n int64)) (hash string, size int64, err error) {
	h := blake3.New()
	buf := make([]byte, 256<<10)
	for {
		if err := ctx.Err(); err != nil {
			return "", 0, err
		}
		n, err := f.ReadAt(buf, size)
		h.Write(buf[:n])
		size += int64(n)
		told(int64(n))
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(h.Sum(nil)), size, nil
		}
		if err != nil {
			return "", 0, err
		}
	}
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
