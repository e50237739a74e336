package sqlite

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	magic    = "SQLite format 3\x00"
	headSize = 100     // of the file's header, which stands before page 1's own (§1.3)
	maxBytes = 4 << 30 // of a file
	maxRow   = 8 << 20 // bytes of a row: what is read of one is held
)

// A File is a database open to be read. It may be used by several goroutines, each with cursors of its own.
type File struct {
	f, wal   *os.File
	name     string
	pageSize int
	usable   int    // bytes of a page that are used (§1.3.4)
	pages    uint32 // after the last commit
	order    binary.ByteOrder
	log      map[uint32]int64 // where in wal the newest state of a page is
}

// Open opens the database at path, and the log path-wal where there is one. A file whose writer was interrupted so that only
// SQLite itself could mend it is fs.ErrInvalid, as is anything that is no database.
func Open(path string) (*File, error) { return open(path, os.O_RDONLY) }

func open(path string, flag int) (*File, error) {
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return nil, err
	}
	d := &File{f: f, name: filepath.Base(path)}
	if err = d.readHead(); err == nil {
		err = d.readLog(path + "-wal")
	}
	if err == nil {
		err = d.checkJournal(path + "-journal")
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// Close closes the file; cursors of it are worthless afterwards.
func (f *File) Close() error {
	err := f.f.Close()
	if f.wal != nil {
		err = errors.Join(err, f.wal.Close())
	}
	return err
}

func (f *File) invalid(format string, args ...any) error {
	return fmt.Errorf("%s: %s: %w", f.name, fmt.Sprintf(format, args...), fs.ErrInvalid)
}

func (f *File) fault(page uint32, format string, args ...any) error {
	return f.invalid("page %d: %s", page, fmt.Sprintf(format, args...))
}

// readHead reads the header of the file (§1.3) and says what is wrong with one that is none, or half of one.
func (f *File) readHead() error {
	info, err := f.f.Stat()
	if err != nil {
		return err
	}
	head := make([]byte, headSize)
	n, err := f.f.ReadAt(head, 0)
	switch {
	case !info.Mode().IsRegular():
		return f.invalid("not a file")
	case n == 0:
		return f.invalid("the file is empty")
	case n < 16 || string(head[:16]) != magic:
		return f.invalid("not an SQLite file")
	case n < headSize:
		return f.invalid("cut short after %d bytes", n)
	case err != nil:
		return err
	case info.Size() > maxBytes:
		return f.invalid("a database of %d bytes, at most %d", info.Size(), int64(maxBytes))
	}
	if err := f.parseHead(head); err != nil {
		return err
	}
	f.pages = uint32(info.Size() / int64(f.pageSize))
	stated := binary.BigEndian.Uint32(head[28:])
	if stated == 0 || binary.BigEndian.Uint32(head[24:]) != binary.BigEndian.Uint32(head[92:]) { // a count that old writers did not keep
		return nil
	}
	if want := int64(stated) * int64(f.pageSize); info.Size() < want {
		// of a database with a log the pages that are not there yet may be in it
		if log, err := os.Stat(f.f.Name() + "-wal"); err != nil || log.Size() == 0 {
			return f.invalid("cut short: it has %d bytes of %d", info.Size(), want)
		}
	}
	f.pages = stated
	return nil
}

// parseHead reads what page 1 says of all pages.
func (f *File) parseHead(head []byte) error {
	size := int(binary.BigEndian.Uint16(head[16:]))
	if size == 1 {
		size = 1 << 16
	}
	if size < 512 || size&(size-1) != 0 {
		return f.fault(1, "pages of %d bytes", size)
	}
	f.pageSize, f.usable = size, size-int(head[20])
	if f.usable < 480 {
		return f.fault(1, "of a page only %d bytes are used", f.usable)
	}
	if head[19] > 2 {
		return f.fault(1, "a database of form %d, which nobody knows", head[19])
	}
	switch n := binary.BigEndian.Uint32(head[56:]); n {
	case 0, 1:
		f.order = nil
	case 2:
		f.order = binary.LittleEndian
	case 3:
		f.order = binary.BigEndian
	default:
		return f.fault(1, "text of encoding %d", n)
	}
	return nil
}

// checkJournal refuses a database beside which its former state lies: it was being written when its writer died (§3).
func (f *File) checkJournal(path string) error {
	j, err := os.Open(path)
	if err != nil {
		return nil // none: as nearly always
	}
	defer j.Close()
	head := make([]byte, 12)
	if n, _ := io.ReadFull(j, head); n == len(head) && string(head[:8]) == "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" && binary.BigEndian.Uint32(head[8:]) != 0 {
		return f.invalid("it is half written: %s beside it says so; open it once with the program that made it", filepath.Base(path))
	}
	return nil
}

// read fills buf, a page long, with page n.
func (f *File) read(n uint32, buf []byte) error {
	if n == 0 || n > f.pages {
		return f.fault(n, "there is no such page of %d", f.pages)
	}
	var err error
	if at, ok := f.log[n]; ok {
		_, err = f.wal.ReadAt(buf, at)
	} else {
		_, err = f.f.ReadAt(buf, int64(n-1)*int64(f.pageSize))
	}
	if errors.Is(err, io.EOF) {
		return f.fault(n, "the file ends before it")
	}
	if err != nil {
		return fmt.Errorf("%s: page %d: %w", f.name, n, err)
	}
	return nil
}

// Logged says whether a -wal file holds newer pages than the database itself: a copy of the database alone is then another
// state of it, and what WriteTo writes is this one.
func (f *File) Logged() bool { return len(f.log) > 0 }

// Size is how many bytes WriteTo writes.
func (f *File) Size() int64 { return int64(f.pages) * int64(f.pageSize) }

// WriteTo writes the database as it is read, the pages of its log in their places, as one that has no log.
func (f *File) WriteTo(w io.Writer) (n int64, err error) {
	buf := make([]byte, f.pageSize)
	for page := uint32(1); page <= f.pages; page++ {
		if err := f.read(page, buf); err != nil {
			return n, err
		}
		if page == 1 {
			buf[18], buf[19] = 1, 1
			touch(buf, f.pages)
		}
		m, err := w.Write(buf)
		n += int64(m)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// touch counts a change in the header of a file that now has so many pages.
func touch(head []byte, pages uint32) {
	count := binary.BigEndian.Uint32(head[24:]) + 1
	binary.BigEndian.PutUint32(head[24:], count)
	binary.BigEndian.PutUint32(head[92:], count)
	binary.BigEndian.PutUint32(head[28:], pages)
}
