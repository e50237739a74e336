package eventlog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"

	"lamplight/sync/internal/atomicfile"
)

// A disk is the folder that the journal lies in. Tests hand in one that remembers the order of writes and syncs.
type disk interface {
	open(name string) (file, error)                // fs.ErrNotExist when it is not there
	create(name string, data []byte) (file, error) // whole or not at all, durable
	names() ([]string, error)                      // sorted
	write(name string, data []byte) error          // a small file, whole or not at all
	remove(name string) error
}

// A file is one of the journal's. sync makes all writes before it durable.
type file interface {
	ReadAt(b []byte, off int64) (int, error)
	WriteAt(b []byte, off int64) (int, error)
	Truncate(size int64) error
	sync() error
	size() (int64, error)
	Close() error
}

type osDisk struct{ dir string }

type osFile struct{ *os.File }

// sync is fdatasync: of preallocated files it writes the data alone, without the inode's times.
func (f osFile) sync() error {
	for {
		if err := unix.Fdatasync(int(f.Fd())); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

func (f osFile) size() (int64, error) {
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

func (d osDisk) open(name string) (file, error) {
	f, err := os.OpenFile(filepath.Join(d.dir, name), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (d osDisk) create(name string, data []byte) (file, error) {
	if err := d.write(name, data); err != nil {
		return nil, err
	}
	return d.open(name)
}

func (d osDisk) write(name string, data []byte) error {
	path := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return atomicfile.Write(path, data, 0o600)
}

func (d osDisk) remove(name string) error {
	path := filepath.Join(d.dir, name)
	if err := os.Remove(path); err != nil {
		return err
	}
	return atomicfile.SyncDir(d.dir)
}

func (d osDisk) names() ([]string, error) {
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return nil, fmt.Errorf("eventlog: %w", err)
	}
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return nil, fmt.Errorf("eventlog: %w", err)
	}
	var out []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			out = append(out, e.Name())
		}
	}
	slices.Sort(out)
	return out, nil
}
