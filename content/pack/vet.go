package pack

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"

	"github.com/klauspost/compress/flate"
	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/sanitize"
)

// checkMember looks at the ends of a gzip member: they are what a frame is spliced to.
func checkMember(b []byte, n *node) error {
	if len(b) < 24 || string(b[:10]) != "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" || string(b[len(b)-14:len(b)-8]) != "\x00\x00\xff\xff\x03\x00" ||
		binary.LittleEndian.Uint32(b[len(b)-8:]) != n.CRC || binary.LittleEndian.Uint32(b[len(b)-4:]) != n.Length {
		return fmt.Errorf("its bytes are not a ready page: %w", fs.ErrInvalid)
	}
	return nil
}

// vet reads a pack whole: every page must be what its index says and what the sanitiser would leave, every exercise one
// that can be marked, every file what its hash says. It is done before a pack from elsewhere is served.
func (p *packFile) vet(ctx context.Context) error {
	for i := range p.index.Nodes {
		n := &p.index.Nodes[i]
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		switch n.Kind {
		case content.Page:
			err = p.vetPage(n)
		case content.Practice:
			err = p.vetExercise(n)
		}
		if err != nil {
			return fmt.Errorf("pack: %s: %w", clip(n.Title, 200), err)
		}
	}
	for _, s := range p.index.Sources {
		if _, err := p.sources(s); err != nil {
			return fmt.Errorf("pack: %w", err)
		}
	}
	for _, f := range p.index.Files {
		if err := p.vetFile(ctx, f); err != nil {
			return fmt.Errorf("pack: %s: %w", f.Path, err)
		}
	}
	return nil
}

func (p *packFile) vetPage(n *node) error {
	page, err := p.article(n)
	if err != nil {
		return err
	}
	if !sanitize.Clean(string(page)) {
		return fmt.Errorf("the page holds what may not stand in a page (a script, an outside address): %w", fs.ErrInvalid)
	}
	return nil
}

// article reads a page and inflates it, checked against its index.
func (p *packFile) article(n *node) ([]byte, error) {
	b, err := p.member(n)
	if err != nil {
		return nil, err
	}
	if err := checkMember(b, n); err != nil {
		return nil, err
	}
	deflate := bytes.NewReader(b[10 : len(b)-8])
	page, err := io.ReadAll(io.LimitReader(flate.NewReader(deflate), int64(n.Length)+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, fs.ErrInvalid)
	}
	if deflate.Len() != 0 || uint32(len(page)) != n.Length || crc32.ChecksumIEEE(page) != n.CRC || hash128(page) != n.Hash {
		return nil, fmt.Errorf("the page is not the one its index names: %w", fs.ErrInvalid)
	}
	return page, nil
}

func (p *packFile) vetExercise(n *node) error {
	x, err := p.exercise(n)
	if err != nil {
		return err
	}
	if len(x.Items) != n.Items || n.Items > maxItems {
		return fmt.Errorf("%d items, and the index says %d: %w", len(x.Items), n.Items, fs.ErrInvalid)
	}
	var errs []error
	for _, it := range x.Items {
		if err := marking.Check(it); err != nil {
			errs = append(errs, fmt.Errorf("item %s: %w", it.ID, err))
		}
	}
	return errors.Join(errs...)
}

func (p *packFile) vetFile(ctx context.Context, f file) error {
	r := io.NewSectionReader(p.f, p.members+f.Offset, f.Size)
	if f.MIME == "image/svg+xml" {
		b, err := io.ReadAll(io.LimitReader(r, sanitize.DefaultMaxBytes+1))
		if err != nil {
			return err
		}
		if inert, err := sanitize.SVG(b); err != nil || !bytes.Equal(inert, b) {
			return fmt.Errorf("the drawing holds what may not stand in one: %w", errors.Join(err, fs.ErrInvalid))
		}
		r.Seek(0, io.SeekStart)
	}
	h := blake3.New()
	if _, err := io.Copy(h, content.Stoppable(ctx, r)); err != nil {
		return err
	}
	if sum := fmt.Sprintf("%x", h.Sum(nil)[:16]); sum != f.Hash {
		return fmt.Errorf("its bytes are not those its index names: %w", fs.ErrInvalid)
	}
	return nil
}
