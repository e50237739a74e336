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

	"github.com/klauspost/compress/zstd"
	"github.com/zeebo/blake3"

	"lamplight/content"
)

// FromTravel makes at path, which must not exist, the pack that Travel wrote, bit for bit, with one text and one piece of
// at most 9 MiB together in memory, beside the index. ErrOtherEncoder when this release cannot: the sender is then asked
// for the plain file. Broken or hostile bytes are fs.ErrInvalid. What fails leaves no file. size is what the pack may
// have at most.
func FromTravel(ctx context.Context, r io.Reader, path string, size int64) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			os.Remove(path)
			err = fmt.Errorf("pack: unpacking what travelled: %w", err)
		}
	}()
	a := &arrival{r: bufio.NewReaderSize(content.Stoppable(ctx, r), 64<<10), f: f, path: path}
	if err := a.head(size); err != nil {
		return err
	}
	if err := a.members(); err != nil {
		return err
	}
	sum := blake3.New()
	if n, err := io.Copy(sum, content.Stoppable(ctx, io.NewSectionReader(f, 0, a.size+1))); err != nil || n != a.size {
		return errors.Join(err, fmt.Errorf("%d bytes came of %d: %w", n, a.size, fs.ErrInvalid))
	}
	if string(sum.Sum(nil)[:32]) != string(a.sum) {
		return ErrOtherEncoder
	}
	return f.Sync()
}

// An arrival is a pack being made of what travelled.
type arrival struct {
	r     *bufio.Reader
	f     *os.File
	path  string
	size  int64
	first int64 // offset of the first member
	sum   []byte
	dict  []byte
}

// read takes n bytes of what came, of which it has at most most.
func (a *arrival) read(n, most int64) ([]byte, error) {
	if n < 0 || n > most {
		return nil, fmt.Errorf("a part of %d bytes: %w", n, fs.ErrInvalid)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(a.r, b); err != nil {
		return nil, cutShort(err)
	}
	return b, nil
}

// cutShort makes an end that comes too early the sender's fault; other errors stay what they are.
func cutShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("it ends too early: %w", fs.ErrInvalid)
	}
	return err
}

// head reads up to the first member, and writes the pack that far, as long as it will be.
func (a *arrival) head(limit int64) error {
	h, err := a.read(travelHeader, travelHeader)
	if err != nil {
		return err
	}
	if string(h[:8]) != travelMagic {
		return fmt.Errorf("it does not begin with %s: %w", travelMagic, fs.ErrInvalid)
	}
	if h[8] != travelVersion {
		return fmt.Errorf("it travelled in version %d, and this release reads %d: %w", h[8], travelVersion, errors.ErrUnsupported)
	}
	a.size, a.first, a.sum = int64(binary.BigEndian.Uint64(h[12:])), int64(binary.BigEndian.Uint64(h[20:])), h[28:60]
	if a.size < 0 || a.size > limit || a.first < headerSize || a.first > a.size {
		return fmt.Errorf("a pack of %d bytes, its members from %d on: %w", a.size, a.first, fs.ErrInvalid)
	}
	name, err := a.read(int64(binary.BigEndian.Uint32(h[60:])), 1<<10)
	if err != nil {
		return err
	}
	if string(name) != Encoder {
		return fmt.Errorf("%w: %q, and here it is %q", ErrOtherEncoder, clip(string(name), 80), Encoder)
	}
	frame, err := a.read(int64(binary.BigEndian.Uint32(h[64:])), maxDictionary+1<<10)
	if err != nil {
		return err
	}
	if a.dict, err = unpacker().DecodeAll(frame, nil); err != nil || len(a.dict) > maxDictionary {
		return fmt.Errorf("the dictionary: %w", errors.Join(err, fs.ErrInvalid))
	}
	b, err := a.read(a.first, maxIndex+headerSize)
	if err != nil {
		return err
	}
	if _, err := a.f.WriteAt(b, 0); err != nil {
		return err
	}
	return a.f.Truncate(a.size)
}

// members makes every member of what comes and puts it where the index says.
func (a *arrival) members() error {
	p, err := openPack(a.path)
	if err != nil {
		return err
	}
	defer p.f.Close()
	if p.members != a.first || !p.endToEnd() {
		return fmt.Errorf("its members do not lie end to end from %d on: %w", a.first, fs.ErrInvalid)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(travelFrame), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderDictRaw(dictionaryID, a.dict))
	if err != nil {
		return err
	}
	defer dec.Close()
	text := &pieceReader{a: a, dec: dec}
	for _, n := range append(p.nodes(content.Page), p.nodes(content.Practice)...) {
		if err := a.node(text, n); err != nil {
			return fmt.Errorf("%s: %w", clip(n.Title, 200), err)
		}
	}
	for _, isText := range []bool{true, false} {
		from := io.Reader(a.r)
		if isText {
			from = text
		}
		for i := range p.index.Files {
			if f := &p.index.Files[i]; f.isText() == isText {
				if _, err := io.CopyN(io.NewOffsetWriter(a.f, a.first+f.Offset), from, f.Size); err != nil {
					return fmt.Errorf("%s: %w", f.Path, cutShort(err))
				}
			}
		}
		if isText {
			if err := a.sources(text, p.index.Sources); err != nil {
				return err
			}
		}
	}
	return nil
}

// sources makes the runs of Markdown of their text.
func (a *arrival) sources(from io.Reader, runs []sourceRun) error {
	for _, s := range runs {
		plain := make([]byte, s.Length) // at most maxSourceRun: index.check saw to it
		if _, err := io.ReadFull(from, plain); err != nil {
			return cutShort(err)
		}
		if hash128(plain) != s.Hash {
			return fmt.Errorf("sources: the text is not the one the index names: %w", fs.ErrInvalid)
		}
		frame := zstdFrame(plain)
		if int64(len(frame)) != s.Stored {
			return ErrOtherEncoder
		}
		if _, err := a.f.WriteAt(frame, a.first+s.Offset); err != nil {
			return err
		}
	}
	return nil
}

// node makes a page's or exercise's member of its text.
func (a *arrival) node(from io.Reader, n *node) error {
	text := make([]byte, n.Length) // at most 8 MiB: index.check saw to it
	if _, err := io.ReadFull(from, text); err != nil {
		return cutShort(err)
	}
	if n.Kind == content.Page && crc32.ChecksumIEEE(text) != n.CRC || hash128(text) != n.Hash {
		return fmt.Errorf("the text is not the one its index names: %w", fs.ErrInvalid)
	}
	member, err := n.remake(text)
	if err != nil {
		return err
	}
	if int64(len(member)) != n.Stored {
		return ErrOtherEncoder
	}
	_, err = a.f.WriteAt(member, a.first+n.Offset)
	return err
}

// A pieceReader reads the text that pieces wrote.
type pieceReader struct {
	a    *arrival
	dec  *zstd.Decoder
	buf  []byte
	left []byte // of buf
}

func (r *pieceReader) Read(b []byte) (int, error) {
	if len(r.left) == 0 {
		length, err := r.a.read(4, 4)
		if err != nil {
			return 0, err
		}
		frame, err := r.a.read(int64(binary.BigEndian.Uint32(length)), travelFrame+1<<10)
		if err != nil {
			return 0, err
		}
		if r.buf, err = r.dec.DecodeAll(frame, r.buf[:0]); err != nil || len(r.buf) == 0 || len(r.buf) > travelFrame {
			return 0, fmt.Errorf("a piece of the text: %w", errors.Join(err, fs.ErrInvalid))
		}
		r.left = r.buf
	}
	n := copy(b, r.left)
	r.left = r.left[n:]
	return n, nil
}
