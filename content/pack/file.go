package pack

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/zeebo/blake3"
	"golang.org/x/sys/unix"

	"lamplight/content"
)

const (
	magic      = "LAMPPACK"
	headerSize = 64
	// firstRead is how much opening a pack reads: header and index of all but very large courses.
	firstRead = 64 << 10

	firstVersion  = 1
	secondVersion = 2 // mathematics in a question, or a mastery that version 1 does not know
	thirdVersion  = 3 // a question of a kind that version 2 does not know: see newer
	lastVersion   = 3

	pagesGzip    = 1 // the only coding of pages
	signedByNone = 0 // the only signature so far
)

// header is the first 64 bytes of a pack, as doc.go draws them.
func header(version byte, stored, plain []byte, total int64) []byte {
	h := append([]byte(magic), version, pagesGzip, signedByNone, 0)
	h = binary.BigEndian.AppendUint32(h, uint32(len(stored)))
	h = binary.BigEndian.AppendUint32(h, uint32(len(plain)))
	h = binary.BigEndian.AppendUint64(h, uint64(total))
	h = binary.BigEndian.AppendUint32(h, crc32.Checksum(h, crc32.MakeTable(crc32.Castagnoli)))
	sum := blake3.Sum256(stored)
	return append(h, sum[:]...)
}

// head gives header and index of the pack, and the size of the whole file.
func (c *compiled) head() (head []byte, total int64, err error) {
	plain, err := c.index.encode()
	if err != nil {
		return nil, 0, err
	}
	if len(plain) > maxIndex {
		return nil, 0, fmt.Errorf("pack: the index becomes %d bytes, more than %d: %w", len(plain), maxIndex, fs.ErrInvalid)
	}
	stored := zstdFrame(plain)
	total = headerSize + int64(len(stored)) + c.size
	return append(header(c.version, stored, plain, total), stored...), total, nil
}

// write makes the file at path, which must not exist. What fails half way is removed.
func (c *compiled) write(ctx context.Context, path string) (err error) {
	head, total, err := c.head()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			os.Remove(path)
		}
	}()
	w := bufio.NewWriterSize(f, 256<<10)
	w.Write(head)
	for _, m := range c.members {
		w.Write(m)
	}
	for _, file := range c.index.Files {
		if err := c.copyFile(ctx, w, file); err != nil {
			return fmt.Errorf("pack: %s: %w", file.Path, err)
		}
	}
	for _, s := range c.sources {
		w.Write(s)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	if n, err := f.Seek(0, io.SeekEnd); err != nil || n != total {
		return fmt.Errorf("pack: %d bytes were written, not %d: %w", n, total, errors.Join(err, fs.ErrInvalid))
	}
	return f.Sync()
}

func (c *compiled) copyFile(ctx context.Context, w io.Writer, f file) error {
	if b, ok := c.made[f.Path]; ok {
		_, err := w.Write(b)
		return err
	}
	r, err := c.fsys.Open(f.Path)
	if err != nil {
		return err
	}
	defer r.Close()
	h := blake3.New()
	n, err := io.Copy(io.MultiWriter(w, h), content.Stoppable(ctx, io.LimitReader(r, f.Size+1)))
	if err != nil {
		return err
	}
	if sum := fmt.Sprintf("%x", h.Sum(nil)[:16]); n != f.Size || sum != f.Hash {
		return fmt.Errorf("it changed while the course was built: %w", fs.ErrInvalid)
	}
	return nil
}

// A packFile is an opened pack: its index in memory, its members on disk.
type packFile struct {
	f       *os.File
	path    string
	size    int64
	members int64 // offset of the first
	index   *index
}

// openPack reads header and index, with one read when both are within 64 KiB.
func openPack(path string) (p *packFile, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	defer func() {
		if err != nil {
			f.Close()
			err = fmt.Errorf("pack: %s: %w", path, err)
		}
	}()
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	first := make([]byte, min(firstRead, fi.Size()))
	if _, err := f.ReadAt(first, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	stored, plain, err := parseHeader(first, fi.Size())
	if err != nil {
		return nil, err
	}
	b := make([]byte, stored)
	if n := copy(b, first[headerSize:]); int64(n) < stored {
		if _, err := f.ReadAt(b[n:], headerSize+int64(n)); err != nil {
			return nil, err
		}
	}
	if sum := blake3.Sum256(b); string(sum[:]) != string(first[32:64]) {
		return nil, fmt.Errorf("the index is damaged: its hash is not the one in the header: %w", fs.ErrInvalid)
	}
	text, err := unzstd(b, plain)
	if err != nil {
		return nil, fmt.Errorf("the index: %w", err)
	}
	p = &packFile{f: f, path: path, size: fi.Size(), members: headerSize + stored}
	p.index, err = decodeIndex(text, p.size-p.members)
	return p, err
}

// parseHeader gives the index's length as stored and in full.
func parseHeader(h []byte, size int64) (stored, plain int64, err error) {
	if len(h) < headerSize || string(h[:8]) != magic {
		return 0, 0, fmt.Errorf("this is no Lamplight course: it does not begin with %s: %w", magic, fs.ErrInvalid)
	}
	if h[8] < firstVersion || h[8] > lastVersion {
		return 0, 0, fmt.Errorf("the course is packed in version %d, and this release reads %d to %d: update this box: %w", h[8], firstVersion, lastVersion, errors.ErrUnsupported)
	}
	if crc32.Checksum(h[:28], crc32.MakeTable(crc32.Castagnoli)) != binary.BigEndian.Uint32(h[28:]) {
		return 0, 0, fmt.Errorf("the header is damaged: %w", fs.ErrInvalid)
	}
	if h[9] != pagesGzip || h[10] != signedByNone || h[11] != 0 {
		return 0, 0, fmt.Errorf("pages are coded by %d, signed by %d: this release knows neither other than 1 and 0: %w", h[9], h[10], errors.ErrUnsupported)
	}
	stored, plain = int64(binary.BigEndian.Uint32(h[12:])), int64(binary.BigEndian.Uint32(h[16:]))
	if total := int64(binary.BigEndian.Uint64(h[20:])); total != size {
		return 0, 0, fmt.Errorf("the file has %d bytes and should have %d: it was cut or added to: %w", size, total, fs.ErrInvalid)
	}
	if plain > maxIndex || stored > size-headerSize {
		return 0, 0, fmt.Errorf("an index of %d bytes, %d stored, cannot be: %w", plain, stored, fs.ErrInvalid)
	}
	return stored, plain, nil
}

// readAlone tells the kernel that members are read in no order. Else one that lies right behind the one before makes it
// read 128 KB ahead: a page of 9 KB cost a card up to four reads. It is no error where the file system does not mind.
func (p *packFile) readAlone() { _ = unix.Fadvise(int(p.f.Fd()), 0, 0, unix.FADV_RANDOM) }

// member reads a page's or exercise's bytes with one read.
func (p *packFile) member(n *node) ([]byte, error) { return p.memberInto(nil, n) }

func (p *packFile) memberInto(buf []byte, n *node) ([]byte, error) {
	b := slices.Grow(buf[:0], int(n.Stored))[:n.Stored]
	if _, err := p.f.ReadAt(b, p.members+n.Offset); err != nil {
		return nil, fmt.Errorf("pack: %s: %w", n.Path, err)
	}
	return b, nil
}
