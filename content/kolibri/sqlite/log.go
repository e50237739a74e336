package sqlite

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	logHead   = 32
	frameHead = 24
	maxFrames = 100_000 // of a log; SQLite begins it anew after a thousand
)

// readLog finds the pages that committed transactions have put into the log beside the database (§4). What comes after the
// last commit, or does not have the sum it should, is no part of the database.
func (f *File) readLog(path string) error {
	wal, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	f.wal = wal
	r := bufio.NewReaderSize(wal, 64<<10)
	head := make([]byte, logHead)
	if _, err := io.ReadFull(r, head); err != nil {
		return ended(err)
	}
	l := frames{f: f, r: r, order: sumOrder(head)}
	if l.order == nil {
		return nil // one that was emptied: SQLite does not read it either
	}
	l.sum(head[:24])
	if binary.BigEndian.Uint32(head[24:]) != l.a || binary.BigEndian.Uint32(head[28:]) != l.b {
		return nil
	}
	if size := binary.BigEndian.Uint32(head[8:]); size != uint32(f.pageSize) {
		return f.invalid("%s beside it has pages of %d bytes, it has %d: it is that of another database", filepath.Base(path), size, f.pageSize)
	}
	copy(l.salt[:], head[16:])
	if err := l.read(filepath.Base(path)); err != nil || len(f.log) == 0 {
		return err
	}
	return f.again()
}

// sumOrder is the byte order of a log's sums, nil of what is no log.
func sumOrder(head []byte) binary.ByteOrder {
	switch binary.BigEndian.Uint32(head) {
	case 0x377f0682:
		return binary.LittleEndian
	case 0x377f0683:
		return binary.BigEndian
	}
	return nil
}

// again reads the header anew, which may be in the log.
func (f *File) again() error {
	page := make([]byte, f.pageSize)
	if err := f.read(1, page); err != nil {
		return err
	}
	if string(page[:16]) != magic {
		return f.fault(1, "%s-wal beside it is that of another database", f.name)
	}
	size := f.pageSize
	if err := f.parseHead(page); err != nil || f.pageSize == size {
		return err
	}
	return f.fault(1, "%s-wal beside it has pages of another size", f.name)
}

// ended is nil of a log that ends: what it has before is good.
func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// frames are a log being read.
type frames struct {
	f     *File
	r     io.Reader
	order binary.ByteOrder
	a, b  uint32 // the sum so far
	salt  [8]byte
}

func (l *frames) sum(b []byte) {
	for ; len(b) >= 8; b = b[8:] {
		l.a += l.order.Uint32(b) + l.b
		l.b += l.order.Uint32(b[4:]) + l.a
	}
}

// read takes the pages of every whole commit.
func (l *frames) read(name string) error {
	frame := make([]byte, frameHead+l.f.pageSize)
	open := map[uint32]int64{} // since the last commit
	for n := int64(0); ; n++ {
		if _, err := io.ReadFull(l.r, frame); err != nil {
			return ended(err)
		}
		l.sum(frame[:8])
		l.sum(frame[frameHead:])
		if string(frame[8:16]) != string(l.salt[:]) || binary.BigEndian.Uint32(frame[16:]) != l.a || binary.BigEndian.Uint32(frame[20:]) != l.b {
			return nil // written before the log was begun anew, or only half
		}
		if n >= maxFrames {
			return l.f.invalid("%s beside it holds more than %d pages: open it once with the program that made it", name, maxFrames)
		}
		open[binary.BigEndian.Uint32(frame)] = logHead + n*int64(len(frame)) + frameHead
		pages := binary.BigEndian.Uint32(frame[4:])
		if pages == 0 {
			continue
		}
		if int64(pages)*int64(l.f.pageSize) > maxBytes {
			return l.f.invalid("%s beside it makes it longer than %d bytes", name, int64(maxBytes))
		}
		if l.f.log == nil {
			l.f.log = map[uint32]int64{}
		}
		for page, at := range open {
			l.f.log[page] = at
		}
		clear(open)
		l.f.pages = pages
	}
}
