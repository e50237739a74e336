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

// ErrOtherEncoder says that this release would make other gzip members than the sender did: ask for the plain file.
var ErrOtherEncoder = errors.New("the pages were compressed by another release")

const (
	travelMagic   = "LAMPTRIP"
	travelVersion = 1
	maxDictionary = 110 << 10
	travelHeader  = 8 + 1 + 3 + 8 + 8 + 32 + 4 + 4
)

// Travel writes the pack at path in the form it takes between boxes: page texts as zstd with one raw dictionary for
// the course, instead of gzip members; all else as it is. FromTravel makes the same file of it again. All big-endian:
//
//	"LAMPTRIP" ‖ version 1 ‖ 000 ‖ bytes of the pack (8) ‖ offset of its first member (8) ‖ BLAKE3-256 of the pack (32)
//	‖ length of the encoder's name (4) ‖ length of the dictionary's frame (4)
//	‖ name ‖ dictionary, a zstd frame ‖ the pack up to its first member
//	‖ for each page in order of the index: length (4) ‖ zstd frame of the article, made with the dictionary
//	‖ for each exercise in order of the index: its member ‖ the pack from its first file on
func Travel(ctx context.Context, path string, w io.Writer) error {
	p, err := openPack(path)
	if err != nil {
		return err
	}
	defer p.f.Close()
	sum := blake3.New()
	if _, err := io.Copy(sum, &ctxReader{ctx, io.NewSectionReader(p.f, 0, p.size)}); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	pages, err := p.articles(ctx)
	if err != nil {
		return err
	}
	dictionary := sample(pages)
	frame := zstdFrame(dictionary)
	b := append([]byte(travelMagic), travelVersion, 0, 0, 0)
	b = binary.BigEndian.AppendUint64(b, uint64(p.size))
	b = binary.BigEndian.AppendUint64(b, uint64(p.members))
	b = append(b, sum.Sum(nil)[:32]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(p.index.Encoder)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(frame)))
	b = append(append(b, p.index.Encoder...), frame...)
	out := bufio.NewWriterSize(w, 64<<10)
	out.Write(b)
	if _, err := io.Copy(out, io.NewSectionReader(p.f, 0, p.members)); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	if err := travelPages(out, pages, dictionary); err != nil {
		return err
	}
	if err := p.travelRest(ctx, out); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	return out.Flush()
}

// articles inflates every page, in order of the index.
func (p *packFile) articles(ctx context.Context) (out [][]byte, err error) {
	for i := range p.index.Nodes {
		n := &p.index.Nodes[i]
		if n.Kind != content.Page {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b, err := p.article(n)
		if err != nil {
			return nil, fmt.Errorf("pack: %s: %w", n.Title, err)
		}
		out = append(out, b)
	}
	return out, nil
}

// sample joins up to eight pages from all over the course: what its pages have in common.
func sample(pages [][]byte) (out []byte) {
	for i := range min(8, len(pages)) {
		page := pages[i*len(pages)/min(8, len(pages))]
		out = append(out, page[:min(len(page), maxDictionary/8)]...)
	}
	return out
}

// dictionaryID marks frames made with the course's dictionary, so that they are not read without it.
const dictionaryID = 1

func travelPages(w io.Writer, pages [][]byte, dictionary []byte) error {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(1<<20), zstd.WithEncoderDictRaw(dictionaryID, dictionary))
	if err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	defer enc.Close()
	for _, page := range pages {
		frame := enc.EncodeAll(page, nil)
		w.Write(binary.BigEndian.AppendUint32(nil, uint32(len(frame))))
		if _, err := w.Write(frame); err != nil {
			return fmt.Errorf("pack: %w", err)
		}
	}
	return nil
}

// travelRest writes exercises, and files in one run from the first on.
func (p *packFile) travelRest(ctx context.Context, w io.Writer) error {
	for i := range p.index.Nodes {
		n := &p.index.Nodes[i]
		if n.Kind != content.Practice {
			continue
		}
		b, err := p.member(n)
		if err != nil {
			return err
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	first := p.members + p.filesAt()
	_, err := io.Copy(w, &ctxReader{ctx, io.NewSectionReader(p.f, first, p.size-first)})
	return err
}

// filesAt is the offset of the first file: what follows the last page or exercise.
func (p *packFile) filesAt() (at int64) {
	for i := range p.index.Nodes {
		at = max(at, p.index.Nodes[i].Offset+p.index.Nodes[i].Stored)
	}
	return at
}

// FromTravel makes at path, which must not exist, the pack that Travel wrote, bit for bit. ErrOtherEncoder when this
// release cannot: the sender is then asked for the plain file. Broken or hostile bytes are fs.ErrInvalid. What fails
// leaves no file. size is what the pack may have at most.
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
	t := &arrival{r: bufio.NewReaderSize(&ctxReader{ctx, r}, 64<<10), f: f, path: path}
	if err := t.head(size); err != nil {
		return err
	}
	if err := t.members(); err != nil {
		return err
	}
	sum := blake3.New()
	if n, err := io.Copy(sum, io.NewSectionReader(f, 0, t.size+1)); err != nil || n != t.size {
		return errors.Join(err, fmt.Errorf("%d bytes came of %d: %w", n, t.size, fs.ErrInvalid))
	}
	if string(sum.Sum(nil)[:32]) != string(t.sum) {
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

func (t *arrival) read(n int64) ([]byte, error) {
	if n < 0 || n > maxIndex+headerSize {
		return nil, fmt.Errorf("a part of %d bytes: %w", n, fs.ErrInvalid)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(t.r, b); err != nil {
		return nil, fmt.Errorf("it ends too early: %w: %w", err, fs.ErrInvalid)
	}
	return b, nil
}

// head reads up to the first member, and writes the pack that far, as long as it will be.
func (t *arrival) head(limit int64) error {
	h, err := t.read(travelHeader)
	if err != nil {
		return err
	}
	if string(h[:8]) != travelMagic {
		return fmt.Errorf("it does not begin with %s: %w", travelMagic, fs.ErrInvalid)
	}
	if h[8] != travelVersion {
		return fmt.Errorf("it travelled in version %d, and this release reads %d: %w", h[8], travelVersion, errors.ErrUnsupported)
	}
	t.size, t.first, t.sum = int64(binary.BigEndian.Uint64(h[12:])), int64(binary.BigEndian.Uint64(h[20:])), h[28:60]
	if t.size < 0 || t.size > limit || t.first < headerSize || t.first > t.size {
		return fmt.Errorf("a pack of %d bytes, its members from %d on: %w", t.size, t.first, fs.ErrInvalid)
	}
	name, err := t.read(int64(min(binary.BigEndian.Uint32(h[60:]), 1<<10)))
	if err != nil {
		return err
	}
	if string(name) != Encoder {
		return fmt.Errorf("%w: %q, and here it is %q", ErrOtherEncoder, clip(string(name), 80), Encoder)
	}
	frame, err := t.read(int64(min(binary.BigEndian.Uint32(h[64:]), maxDictionary+1<<10)))
	if err != nil {
		return err
	}
	if t.dict, err = unpacker().DecodeAll(frame, nil); err != nil || len(t.dict) > maxDictionary {
		return fmt.Errorf("the dictionary: %w", errors.Join(err, fs.ErrInvalid))
	}
	b, err := t.read(t.first)
	if err != nil {
		return err
	}
	if _, err := t.f.WriteAt(b, 0); err != nil {
		return err
	}
	return t.f.Truncate(t.size)
}

// members compresses the pages again and puts everything where the index says.
func (t *arrival) members() error {
	p, err := openPack(t.path)
	if err != nil {
		return err
	}
	defer p.f.Close()
	if p.members != t.first {
		return fmt.Errorf("its members begin at %d, not %d: %w", p.members, t.first, fs.ErrInvalid)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxArticle), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderDictRaw(dictionaryID, t.dict))
	if err != nil {
		return err
	}
	defer dec.Close()
	for i := range p.index.Nodes {
		if n := &p.index.Nodes[i]; n.Kind == content.Page {
			if err := t.page(dec, n); err != nil {
				return fmt.Errorf("%s: %w", clip(n.Title, 200), err)
			}
		}
	}
	for i := range p.index.Nodes {
		if n := &p.index.Nodes[i]; n.Kind == content.Practice {
			b, err := t.read(n.Stored)
			if err == nil {
				_, err = t.f.WriteAt(b, t.first+n.Offset)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", clip(n.Title, 200), err)
			}
		}
	}
	at := t.first + p.filesAt()
	_, err = io.Copy(io.NewOffsetWriter(t.f, at), io.LimitReader(t.r, t.size-at))
	return err
}

func (t *arrival) page(dec *zstd.Decoder, n *node) error {
	length, err := t.read(4)
	if err != nil {
		return err
	}
	frame, err := t.read(int64(binary.BigEndian.Uint32(length)))
	if err != nil {
		return err
	}
	article, err := dec.DecodeAll(frame, nil)
	if err != nil || uint32(len(article)) != n.Length || crc32.ChecksumIEEE(article) != n.CRC {
		return fmt.Errorf("the text is not the one its index names: %w", errors.Join(err, fs.ErrInvalid))
	}
	member, err := gzipMember(article)
	if err != nil {
		return err
	}
	if int64(len(member)) != n.Stored {
		return ErrOtherEncoder
	}
	_, err = t.f.WriteAt(member, t.first+n.Offset)
	return err
}
