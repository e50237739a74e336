package pack

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"lamplight/content"
)

// The plain form of a pack has nothing compressed, so that a change of one page stays one. Numbers are big-endian:
//
//	"LAMPFLAT" ‖ bytes 8 to 12 of the pack ‖ bytes of the pack (8) ‖ length of the index (4)
//	‖ the index, CBOR ‖ articles and exercises in order of the index ‖ files ‖ runs of Markdown
const (
	plainMagic  = "LAMPFLAT"
	plainHeader = 8 + 4 + 8 + 4
)

// Plain writes the plain form of the pack at path. ErrOtherEncoder when the pack is not as this release makes one, so that
// FromPlain could not make it again.
func (Format) Plain(ctx context.Context, path string, w io.Writer) error {
	p, err := openPack(path)
	if err != nil {
		return err
	}
	defer p.f.Close()
	if p.index.Encoder != Encoder || !p.endToEnd() {
		return fmt.Errorf("pack: %w: %q", ErrOtherEncoder, clip(p.index.Encoder, 80))
	}
	out := bufio.NewWriterSize(w, 64<<10)
	err = p.plainHead(out)
	for i := range p.index.Nodes {
		if n := &p.index.Nodes[i]; err == nil && (n.Kind == content.Page || n.Kind == content.Practice) {
			var text []byte
			if text, err = p.remade(n); err == nil {
				_, err = out.Write(text)
			}
		}
	}
	for _, f := range p.index.Files {
		if err == nil {
			_, err = io.Copy(out, content.Stoppable(ctx, io.NewSectionReader(p.f, p.members+f.Offset, f.Size)))
		}
	}
	for _, s := range p.index.Sources {
		if err == nil {
			var text []byte
			if text, err = p.remadeSources(s); err == nil {
				_, err = out.Write(text)
			}
		}
	}
	if err = errors.Join(err, out.Flush()); err != nil {
		return fmt.Errorf("pack: its plain form: %w", err)
	}
	return nil
}

func (p *packFile) plainHead(w io.Writer) error {
	head := make([]byte, p.members)
	if _, err := p.f.ReadAt(head, 0); err != nil {
		return err
	}
	_, plain, err := parseHeader(head, p.size)
	if err != nil {
		return err
	}
	index, err := unzstd(head[headerSize:], plain)
	if err == nil && !bytes.Equal(append(header(head[8], zstdFrame(index), index, p.size), zstdFrame(index)...), head) {
		err = ErrOtherEncoder
	}
	if err != nil {
		return err
	}
	b := append([]byte(plainMagic), head[8:12]...)
	b = binary.BigEndian.AppendUint64(b, uint64(p.size))
	b = binary.BigEndian.AppendUint32(b, uint32(len(index)))
	_, err = w.Write(append(b, index...))
	return err
}

// FromPlain makes the pack at path, which must not exist, of its plain form. Whether it is the one that was meant is for the
// caller's hash to say. Broken or hostile bytes are fs.ErrInvalid. What fails leaves no file.
func (Format) FromPlain(ctx context.Context, r io.Reader, path string, size int64) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			os.Remove(path)
			err = fmt.Errorf("pack: of its plain form: %w", err)
		}
	}()
	a := &arrival{r: bufio.NewReaderSize(content.Stoppable(ctx, r), 64<<10), f: f, path: path}
	h, err := a.read(plainHeader, plainHeader)
	if err != nil {
		return err
	}
	a.size = int64(binary.BigEndian.Uint64(h[12:]))
	if string(h[:8]) != plainMagic || a.size < headerSize || a.size > size {
		return fmt.Errorf("it does not begin with %s and a size of at most %d: %w", plainMagic, size, fs.ErrInvalid)
	}
	index, err := a.read(int64(binary.BigEndian.Uint32(h[20:])), maxIndex)
	if err != nil {
		return err
	}
	stored := zstdFrame(index)
	head := append(header(h[8], stored, index, a.size), stored...)
	if a.first = int64(len(head)); a.first > a.size {
		return fmt.Errorf("an index of %d bytes in a pack of %d: %w", a.first, a.size, fs.ErrInvalid)
	}
	if _, err := f.WriteAt(head, 0); err != nil {
		return err
	}
	if err := f.Truncate(a.size); err != nil {
		return err
	}
	return a.plainMembers()
}

// plainMembers makes every member of what comes and puts it where the index says.
func (a *arrival) plainMembers() error {
	p, err := openPack(a.path)
	if err != nil {
		return err
	}
	defer p.f.Close()
	if !p.endToEnd() {
		return fmt.Errorf("its members do not lie end to end: %w", fs.ErrInvalid)
	}
	for i := range p.index.Nodes {
		if n := &p.index.Nodes[i]; n.Kind == content.Page || n.Kind == content.Practice {
			if err := a.node(a.r, n); err != nil {
				return fmt.Errorf("%s: %w", clip(n.Title, 200), err)
			}
		}
	}
	for i := range p.index.Files {
		f := &p.index.Files[i]
		if _, err := io.CopyN(io.NewOffsetWriter(a.f, a.first+f.Offset), a.r, f.Size); err != nil {
			return fmt.Errorf("%s: %w", f.Path, cutShort(err))
		}
	}
	if err := a.sources(a.r, p.index.Sources); err != nil {
		return err
	}
	return a.f.Sync()
}
