package pack

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/zeebo/blake3"

	"lamplight/content"
)

var (
	// ErrOtherEncoder says that this release would make another pack of what travels: the plain file is asked for.
	ErrOtherEncoder = errors.New("the course was packed by another release")
	// ErrNotSmaller says that a pack would travel in too many bytes: most of it is photographs and films.
	ErrNotSmaller = errors.New("it does not travel in fewer bytes")
)

const (
	travelMagic   = "LAMPTRIP"
	travelVersion = 2
	travelHeader  = 8 + 1 + 3 + 8 + 8 + 32 + 4 + 4
	maxDictionary = 110 << 10
	// travelFrame is how much text a frame holds: what a receiver has in memory at once.
	travelFrame = 1 << 20
)

// Coding names the form that Travel writes and what a box must have in common with us to make the pack of it again.
func (Format) Coding() string { return fmt.Sprintf("%s %d, %s", travelMagic, travelVersion, Encoder) }

// Travel is the function Travel.
func (Format) Travel(ctx context.Context, path string, w io.Writer, most int64) error {
	return Travel(ctx, path, w, most)
}

// FromTravel is the function FromTravel.
func (Format) FromTravel(ctx context.Context, r io.Reader, path string, size int64) error {
	return FromTravel(ctx, r, path, size)
}

// Travel writes the pack at path in the form it takes between boxes: all its text, plain, as zstd with one raw dictionary
// for the course; all else as it is. FromTravel makes the same file of it again. The same pack gives the same bytes, by
// the same release. Numbers are big-endian:
//
//	"LAMPTRIP" ‖ version 2 ‖ 000 ‖ bytes of the pack (8) ‖ offset of its first member (8) ‖ BLAKE3-256 of the pack (32)
//	‖ length of the encoder's name (4) ‖ length of the dictionary's frame (4)
//	‖ name ‖ dictionary, a zstd frame ‖ the pack up to its first member
//	‖ the text in pieces of 1 MiB, the last shorter, each: length (4) ‖ zstd frame made with the dictionary
//	‖ the files that are no text, end to end
//
// The text is, end to end: the pages' articles, the exercises' CBOR, the drawings (SVG) and captions (VTT), and the
// Markdown, each in order of the index. The nine courses of content/starter travel in 0.36 of their bytes. Version 1 had no
// Markdown; boxes that do not speak the same version send each other plain files.
//
// ErrNotSmaller when it takes more than most bytes, found before a film is read; ErrOtherEncoder when the pack is not as
// this release makes one, so that no receiver could make it again. What was written by then is of no use.
func Travel(ctx context.Context, path string, w io.Writer, most int64) error {
	p, err := openPack(path)
	if err != nil {
		return err
	}
	defer p.f.Close()
	if p.index.Encoder != Encoder || !p.endToEnd() {
		return fmt.Errorf("pack: %w: %q", ErrOtherEncoder, clip(p.index.Encoder, 80))
	}
	rest := p.plainBytes()
	if p.members+rest > most {
		return ErrNotSmaller
	}
	bound := &limited{w, most}
	out := bufio.NewWriterSize(bound, 64<<10)
	dictionary, err := p.sample()
	if err == nil {
		err = p.travelHead(ctx, out, dictionary)
	}
	if err == nil {
		err = p.travelText(ctx, out, dictionary)
	}
	if err == nil && rest > bound.left-int64(out.Buffered()) {
		err = ErrNotSmaller
	}
	if err == nil {
		err = p.travelFiles(ctx, out)
	}
	if err = errors.Join(err, out.Flush()); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	return nil
}

// limited fails rather than write more than left bytes.
type limited struct {
	w    io.Writer
	left int64
}

func (l *limited) Write(b []byte) (int, error) {
	if l.left -= int64(len(b)); l.left < 0 {
		return 0, ErrNotSmaller
	}
	return l.w.Write(b)
}

// endToEnd says whether the members fill the pack without a gap, in the order that our own compiler gives them.
func (p *packFile) endToEnd() bool {
	at := int64(0)
	for i := range p.index.Nodes {
		n := &p.index.Nodes[i]
		if isMember := n.Kind == content.Page || n.Kind == content.Practice; isMember && n.Offset != at || !isMember && n.Stored != 0 {
			return false
		}
		at += n.Stored
	}
	for _, f := range p.index.Files {
		if f.Offset != at {
			return false
		}
		at += f.Size
	}
	for _, s := range p.index.Sources {
		if s.Offset != at {
			return false
		}
		at += s.Stored
	}
	return p.members+at == p.size
}

// nodes lists the pages or the exercises in order of the index.
func (p *packFile) nodes(kind content.Kind) (out []*node) {
	for i := range p.index.Nodes {
		if n := &p.index.Nodes[i]; n.Kind == kind {
			out = append(out, n)
		}
	}
	return out
}

// isText says whether a file is compressed on its way.
func (f *file) isText() bool { return f.MIME == "image/svg+xml" || f.MIME == "text/vtt" }

// plainBytes is how much of the pack travels as it is, after its first member.
func (p *packFile) plainBytes() (n int64) {
	for i := range p.index.Files {
		if f := &p.index.Files[i]; !f.isText() {
			n += f.Size
		}
	}
	return n
}

// sample joins up to eight pages from all over the course: what its pages have in common.
func (p *packFile) sample() (out []byte, err error) {
	pages := p.nodes(content.Page)
	for i := range min(8, len(pages)) {
		page, err := p.article(pages[i*len(pages)/min(8, len(pages))])
		if err != nil {
			return nil, err
		}
		out = append(out, page[:min(len(page), maxDictionary/8)]...)
	}
	return out, nil
}

// travelHead writes all up to the text.
func (p *packFile) travelHead(ctx context.Context, w io.Writer, dictionary []byte) error {
	sum := blake3.New()
	if _, err := io.Copy(sum, content.Stoppable(ctx, io.NewSectionReader(p.f, 0, p.size))); err != nil {
		return err
	}
	frame := zstdFrame(dictionary)
	b := append([]byte(travelMagic), travelVersion, 0, 0, 0)
	b = binary.BigEndian.AppendUint64(b, uint64(p.size))
	b = binary.BigEndian.AppendUint64(b, uint64(p.members))
	b = append(b, sum.Sum(nil)[:32]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(p.index.Encoder)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(frame)))
	b = append(append(b, p.index.Encoder...), frame...)
	if _, err := w.Write(b); err != nil {
		return err
	}
	_, err := io.Copy(w, io.NewSectionReader(p.f, 0, p.members))
	return err
}

// travelText writes the text, a piece in memory at a time.
func (p *packFile) travelText(ctx context.Context, w io.Writer, dictionary []byte) error {
	t, err := newPieces(w, dictionary)
	if err != nil {
		return err
	}
	defer t.enc.Close()
	for _, n := range append(p.nodes(content.Page), p.nodes(content.Practice)...) {
		b, err := p.remade(n)
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			_, err = t.Write(b)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", clip(n.Title, 200), err)
		}
	}
	for i := range p.index.Files {
		if f := &p.index.Files[i]; f.isText() {
			if _, err := io.Copy(t, content.Stoppable(ctx, io.NewSectionReader(p.f, p.members+f.Offset, f.Size))); err != nil {
				return fmt.Errorf("%s: %w", f.Path, err)
			}
		}
	}
	for _, s := range p.index.Sources {
		b, err := p.remadeSources(s)
		if err == nil {
			_, err = t.Write(b)
		}
		if err != nil {
			return fmt.Errorf("sources: %w", err)
		}
	}
	return t.flush()
}

// remadeSources gives a run of Markdown in full, and makes sure that its frame can be made of it again.
func (p *packFile) remadeSources(s sourceRun) ([]byte, error) {
	want := make([]byte, s.Stored)
	if _, err := p.f.ReadAt(want, p.members+s.Offset); err != nil {
		return nil, err
	}
	plain, err := unzstd(want, int64(s.Length))
	if err == nil && !bytes.Equal(zstdFrame(plain), want) {
		err = ErrOtherEncoder
	}
	return plain, err
}

// remade gives a page's or exercise's text, and makes sure that its member can be made of it again.
func (p *packFile) remade(n *node) (text []byte, err error) {
	want, err := p.member(n)
	if err != nil {
		return nil, err
	}
	if n.Kind == content.Page {
		text, err = p.article(n)
	} else {
		text, err = unzstd(want, int64(n.Length))
	}
	if err != nil {
		return nil, err
	}
	if got, err := n.remake(text); err != nil || !bytes.Equal(got, want) {
		return nil, errors.Join(err, ErrOtherEncoder)
	}
	return text, nil
}

// remake makes a page's or exercise's member of its text.
func (n *node) remake(text []byte) ([]byte, error) {
	if n.Kind == content.Page {
		return gzipMember(text)
	}
	return zstdFrame(text), nil
}

// travelFiles writes the files that are no text.
func (p *packFile) travelFiles(ctx context.Context, w io.Writer) error {
	for i := range p.index.Files {
		if f := &p.index.Files[i]; !f.isText() {
			if _, err := io.Copy(w, content.Stoppable(ctx, io.NewSectionReader(p.f, p.members+f.Offset, f.Size))); err != nil {
				return fmt.Errorf("%s: %w", f.Path, err)
			}
		}
	}
	return nil
}

// dictionaryID marks frames made with the course's dictionary, so that they are not read without it.
const dictionaryID = 1

// pieces compresses what is written to it in pieces of travelFrame bytes. The last waits for flush.
type pieces struct {
	w   io.Writer
	enc *zstd.Encoder
	buf []byte
}

// newPieces takes the second best level: on the courses of content/starter the best is 4 % smaller and takes three times
// as long.
func newPieces(w io.Writer, dictionary []byte) (*pieces, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(2*travelFrame), zstd.WithEncoderDictRaw(dictionaryID, dictionary))
	if err != nil {
		return nil, err
	}
	return &pieces{w: w, enc: enc}, nil
}

func (p *pieces) Write(b []byte) (written int, err error) {
	for len(b) > 0 {
		n := min(len(b), travelFrame-len(p.buf))
		p.buf = append(p.buf, b[:n]...)
		b, written = b[n:], written+n
		if len(p.buf) == travelFrame {
			if err := p.flush(); err != nil {
				return written, err
			}
		}
	}
	return written, nil
}

func (p *pieces) flush() error {
	if len(p.buf) == 0 {
		return nil
	}
	frame := p.enc.EncodeAll(p.buf, make([]byte, 4, 4+len(p.buf)/2))
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-4))
	p.buf = p.buf[:0]
	_, err := p.w.Write(frame)
	return err
}
