package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"io/fs"
)

const pngSign = "\x89PNG\r\n\x1a\n"

// A pngRows reads a PNG (ISO/IEC 15948) row by row, which image/png does not: a whole photo would be a hundred megabytes.
type pngRows struct {
	r       io.Reader // behind the chunk's head that chunk told of
	left    uint32    // bytes of an IDAT that are to come
	ended   bool
	w, h    int
	bits    int
	kind    byte // colour type
	palette []byte
	clear   []byte // alpha of the palette's colours
	rows    io.ReadCloser
	now     []byte
	before  []byte
}

// samples are how many a pixel has, by colour type.
var samples = map[byte]int{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}

// shrinkPNG makes a PNG small. whole says that start is all of it.
func shrinkPNG(start []byte, whole bool, r io.Reader, side int) (*Small, error) {
	if len(start) < 33 || string(start[12:16]) != "IHDR" {
		return nil, fmt.Errorf("picture: a PNG without a header: %w", fs.ErrInvalid)
	}
	b := start[16:29]
	p := &pngRows{r: r, w: int(binary.BigEndian.Uint32(b)), h: int(binary.BigEndian.Uint32(b[4:])), bits: int(b[8]), kind: b[9]}
	if err := fits(p.w, p.h, MaxPixels, 0); err != nil {
		return nil, err
	}
	if whole && len(start) <= plainMost && max(p.w, p.h) <= side {
		if plain, err := bare(start); err == nil {
			if _, _, err := image.Decode(bytes.NewReader(plain)); err == nil {
				return &Small{plain, ".png", p.w, p.h}, nil
			}
		}
	}
	if b[12] != 0 || p.bits < 8 || samples[p.kind] == 0 { // in passes, or of few colours
		return shrinkWhole(start, r, side, 1)
	}
	if _, err := io.CopyN(io.Discard, r, 33); err != nil {
		return nil, fmt.Errorf("picture: %w", errors.Join(err, fs.ErrInvalid))
	}
	if err := p.begin(); err != nil {
		return nil, err
	}
	defer p.rows.Close()
	return scaled(p.w, p.h, side, 1, p.row)
}

// bare is a PNG of which only what makes the picture stays: no texts, dates, places.
func bare(b []byte) ([]byte, error) {
	out := []byte(pngSign)
	for at := len(pngSign); at+12 <= len(b); {
		size := int(binary.BigEndian.Uint32(b[at:]))
		if size < 0 || at+12+size > len(b) {
			break
		}
		switch kind := string(b[at+4 : at+8]); kind {
		case "IHDR", "PLTE", "tRNS", "IDAT", "IEND":
			out = append(out, b[at:at+12+size]...)
			if kind == "IEND" {
				return out, nil
			}
		}
		at += 12 + size
	}
	return nil, fmt.Errorf("picture: a PNG without an end: %w", fs.ErrInvalid)
}

// begin reads up to the first row.
func (p *pngRows) begin() error {
	for {
		kind, size, err := p.chunk()
		if err != nil {
			return err
		}
		switch kind {
		case "IDAT":
			if p.kind == 3 && len(p.palette) == 0 {
				return fmt.Errorf("picture: a PNG without its colours: %w", fs.ErrInvalid)
			}
			p.left = size
			length := p.w * samples[p.kind] * p.bits / 8
			p.now, p.before = make([]byte, 1+length), make([]byte, 1+length)
			if p.rows, err = zlib.NewReader(p); err != nil {
				return fmt.Errorf("picture: %w: %w", err, fs.ErrInvalid)
			}
			return nil
		case "PLTE", "tRNS":
			if size > 768 {
				return fmt.Errorf("picture: a PNG of too many colours: %w", fs.ErrInvalid)
			}
			text, err := p.text(size)
			if err != nil {
				return err
			}
			if kind == "PLTE" {
				p.palette = text
			} else {
				p.clear = text
			}
		case "IEND":
			return fmt.Errorf("picture: a PNG without a picture: %w", fs.ErrInvalid)
		default:
			if _, err := io.CopyN(io.Discard, p.r, int64(size)+4); err != nil {
				return fmt.Errorf("picture: %w: %w", err, fs.ErrInvalid)
			}
		}
	}
}

// chunk reads the head of the next one.
func (p *pngRows) chunk() (kind string, size uint32, err error) {
	var b [8]byte
	if _, err := io.ReadFull(p.r, b[:]); err != nil {
		return "", 0, fmt.Errorf("picture: a PNG that is cut off: %w: %w", err, fs.ErrInvalid)
	}
	size = binary.BigEndian.Uint32(b[:])
	if size > 1<<31-1 {
		return "", 0, fmt.Errorf("picture: a chunk of %d bytes: %w", size, fs.ErrInvalid)
	}
	return string(b[4:]), size, nil
}

// text reads a small chunk and its checksum.
func (p *pngRows) text(size uint32) ([]byte, error) {
	b := make([]byte, size+4)
	if _, err := io.ReadFull(p.r, b); err != nil {
		return nil, fmt.Errorf("picture: a PNG that is cut off: %w: %w", err, fs.ErrInvalid)
	}
	return b[:size], nil
}

// Read implements io.Reader for the pixels: what all IDAT chunks hold.
func (p *pngRows) Read(to []byte) (int, error) {
	for p.left == 0 && !p.ended {
		var sum [4]byte
		if _, err := io.ReadFull(p.r, sum[:]); err != nil {
			return 0, io.ErrUnexpectedEOF
		}
		kind, size, err := p.chunk()
		if err != nil {
			return 0, err
		}
		p.left, p.ended = size, kind != "IDAT"
	}
	if p.ended {
		return 0, io.EOF
	}
	n, err := p.r.Read(to[:min(len(to), int(p.left))])
	p.left -= uint32(n)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// row reads the next row, three bytes a pixel, on white where it is clear.
func (p *pngRows) row(_ int, out []uint8) error {
	p.now, p.before = p.before, p.now
	if _, err := io.ReadFull(p.rows, p.now); err != nil {
		return fmt.Errorf("%w: %w", err, fs.ErrInvalid)
	}
	step := samples[p.kind] * p.bits / 8
	if err := unfilter(p.now, p.before[1:], step); err != nil {
		return err
	}
	line, wide := p.now[1:], p.bits/8
	for x := range p.w {
		s, o := line[x*step:], out[3*x:]
		r, alpha := s[0], uint8(255)
		g, b := r, r
		switch p.kind {
		case 2, 6:
			g, b = s[wide], s[2*wide]
			if p.kind == 6 {
				alpha = s[3*wide]
			}
		case 3:
			i := int(s[0])
			if 3*i+3 > len(p.palette) {
				return fmt.Errorf("colour %d of %d: %w", i, len(p.palette)/3, fs.ErrInvalid)
			}
			r, g, b = p.palette[3*i], p.palette[3*i+1], p.palette[3*i+2]
			if i < len(p.clear) {
				alpha = p.clear[i]
			}
		case 4:
			alpha = s[wide]
		}
		o[0], o[1], o[2] = onWhite(r, alpha), onWhite(g, alpha), onWhite(b, alpha)
	}
	return nil
}

func onWhite(v, alpha uint8) uint8 {
	return uint8((uint32(v)*uint32(alpha) + 255*(255-uint32(alpha))) / 255)
}

// unfilter undoes what ISO/IEC 15948 §9.2 did to a row; its first byte says what.
func unfilter(row, above []byte, step int) error {
	kind, line := row[0], row[1:]
	for i := range line {
		var a, c byte
		if i >= step {
			a, c = line[i-step], above[i-step]
		}
		switch kind {
		case 0:
			return nil
		case 1:
			line[i] += a
		case 2:
			line[i] += above[i]
		case 3:
			line[i] += byte((int(a) + int(above[i])) / 2)
		case 4:
			line[i] += paeth(a, above[i], c)
		default:
			return fmt.Errorf("filter %d: %w", kind, fs.ErrInvalid)
		}
	}
	return nil
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	da, db, dc := far(p-int(a)), far(p-int(b)), far(p-int(c))
	switch {
	case da <= db && da <= dc:
		return a
	case db <= dc:
		return b
	}
	return c
}

func far(n int) int { return max(n, -n) }

// rgbRow takes a row out of a picture, on white where it is clear.
func rgbRow(img image.Image, y int, out []uint8) {
	b := img.Bounds()
	y += b.Min.Y
	switch img := img.(type) {
	case *image.YCbCr:
		for x := range b.Dx() {
			at, c := img.YOffset(b.Min.X+x, y), img.COffset(b.Min.X+x, y)
			out[3*x], out[3*x+1], out[3*x+2] = color.YCbCrToRGB(img.Y[at], img.Cb[c], img.Cr[c])
		}
	case *image.Gray:
		for x := range b.Dx() {
			v := img.Pix[img.PixOffset(b.Min.X+x, y)]
			out[3*x], out[3*x+1], out[3*x+2] = v, v, v
		}
	default:
		for x := range b.Dx() {
			r, g, bl, a := img.At(b.Min.X+x, y).RGBA()
			white := 0xffff - a
			out[3*x], out[3*x+1], out[3*x+2] = uint8((r+white)>>8), uint8((g+white)>>8), uint8((bl+white)>>8)
		}
	}
}
