package bundle

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// A Disk is a carrier's folder LAMPLIGHT. Names are relative, with slashes. Errors are those of the system (syscall.ENOSPC,
// EROFS, EIO …), so that Trouble knows them.
type Disk interface {
	List(dir string) ([]Entry, error) // files and folders, nothing else, in any order; "." is the top
	Open(name string) (File, error)
	Create(name string) (Writer, error) // anew
	Rename(from, to string) error
	Remove(name string) error
	Mkdir(name string) error // no error when it is there
	Sync(dir string) error
	Free() int64 // bytes that fit, −1 unknown
}

// An Entry is what List lists.
type Entry struct {
	Name string
	Size int64
	Dir  bool
}

// A File is read by range.
type File interface {
	io.ReaderAt
	io.Closer
}

// A Writer makes a file; Sync brings it to the disk.
type Writer interface {
	io.WriteCloser
	Sync() error
}

// FolderName is what a carrier's folder is called.
const FolderName = "LAMPLIGHT"

// A Folder is a Disk on a mounted file system. No link on it leads out of it.
type Folder struct{ root *os.Root }

// OpenFolder opens the folder LAMPLIGHT in dir, and makes it if told to; fs.ErrNotExist when it is not there.
func OpenFolder(dir string, create bool) (*Folder, error) {
	at := filepath.Join(dir, FolderName)
	if create {
		if err := os.Mkdir(at, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("bundle: %w", err)
		}
	}
	if info, err := os.Lstat(at); err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("bundle: %s is no folder: %w", at, fs.ErrInvalid)
	}
	root, err := os.OpenRoot(at)
	if err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	return &Folder{root}, nil
}

// Close lets go of the folder.
func (f *Folder) Close() error { return f.root.Close() }

// maxListed bounds what is read of one folder.
const maxListed = 8192

// List implements Disk.
func (f *Folder) List(dir string) ([]Entry, error) {
	d, err := f.root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	all, err := d.ReadDir(maxListed)
	if err == io.EOF {
		err = nil
	}
	var out []Entry
	for _, e := range all {
		info, err := f.root.Lstat(path.Join(dir, e.Name()))
		if err == nil && (info.IsDir() || info.Mode().IsRegular()) {
			out = append(out, Entry{e.Name(), info.Size(), info.IsDir()})
		}
	}
	return out, err
}

// Open implements Disk.
func (f *Folder) Open(name string) (File, error) {
	info, err := f.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // a pipe would hold us for ever
		return nil, fmt.Errorf("bundle: %s is no file: %w", name, fs.ErrInvalid)
	}
	file, err := f.root.Open(name)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Create implements Disk.
func (f *Folder) Create(name string) (Writer, error) {
	_ = f.root.Remove(name) // whatever lies there, a link too
	file, err := f.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Rename implements Disk.
func (f *Folder) Rename(from, to string) error { return f.root.Rename(from, to) }

// Remove implements Disk.
func (f *Folder) Remove(name string) error { return f.root.Remove(name) }

// Mkdir implements Disk.
func (f *Folder) Mkdir(name string) error {
	err := f.root.Mkdir(name, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// Sync implements Disk. File systems that cannot sync a folder are believed to need no such thing.
func (f *Folder) Sync(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}

// Free implements Disk.
func (f *Folder) Free() int64 {
	var s unix.Statfs_t
	if err := unix.Statfs(f.root.Name(), &s); err != nil {
		return -1
	}
	return int64(s.Bavail) * int64(s.Bsize)
}

// Trouble says in one word what a carrier's error means for people: "full", "read-only", "pulled", "newer" (written by a newer
// Lamplight), "other"; "" for nil.
func Trouble(err error) string {
	for _, t := range troubles {
		if errors.Is(err, t.err) {
			return t.word
		}
	}
	if err != nil {
		return "other"
	}
	return ""
}

var troubles = []struct {
	err  error
	word string
}{
	{syscall.ENOSPC, "full"},
	{syscall.EDQUOT, "full"},
	{syscall.EROFS, "read-only"},
	{fs.ErrPermission, "read-only"},
	{syscall.EIO, "pulled"},
	{syscall.ENODEV, "pulled"},
	{syscall.ENXIO, "pulled"},
	{syscall.ESTALE, "pulled"},
	{syscall.ENOTCONN, "pulled"},
	{syscall.ESHUTDOWN, "pulled"},
	{fs.ErrNotExist, "pulled"},
	{fs.ErrClosed, "pulled"},
	{errors.ErrUnsupported, "newer"},
}
