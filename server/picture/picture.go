// Package picture makes photos of phones small: upright, without what the phone wrote into them of where they were taken, and
// within a bounded memory whatever their size.
package picture

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // decoded where small
	"image/jpeg"
	"io"
	"io/fs"

	_ "golang.org/x/image/webp"
)

const (
	// MaxPixels is the largest photo that is read: 24 megapixels and what cameras round that to.
	MaxPixels = 26 << 20
	mostHeld  = 78 << 20  // bytes that decoding may take: such a JPEG whose colours are not thinned out
	wholeMost = 6 << 20   // pixels of what is decoded at once: GIF, WebP, PNG in passes
	header    = 256 << 10 // bytes at its start within which a photo says its size
	quality   = 82
	plainMost = 64 << 10 // bytes of a PNG that stays one: a drawing
)

// A Small is a picture as it is kept.
type Small struct {
	Bytes         []byte
	Ending        string // ".jpg", ".png"
	Width, Height int
}

// Shrink reads a JPEG, PNG, GIF or WebP, by its bytes and not its name, and answers it upright, at most side pixels long and
// wide, as a JPEG on white; a PNG that is small already stays one. Neither has anything of what programs wrote beside the
// picture: places, dates, makers, texts. fs.ErrInvalid for what is no picture or is cut off; an error that wraps
// errors.ErrUnsupported for one that is too large, and a smaller one will do.
func Shrink(from io.Reader, side int) (*Small, error) {
	r := bufio.NewReaderSize(from, header)
	start, err := r.Peek(header)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("picture: %w", err)
	}
	switch {
	case len(start) > 3 && start[0] == 0xFF && start[1] == 0xD8:
		return shrinkJPEG(start, r, side)
	case bytes.HasPrefix(start, []byte(pngSign)):
		return shrinkPNG(start, err != nil, r, side)
	}
	return shrinkWhole(start, r, side, 1)
}

// shrinkWhole decodes what is small enough to be decoded at once.
func shrinkWhole(start []byte, r io.Reader, side, turned int) (*Small, error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(start))
	if err != nil {
		return nil, fmt.Errorf("picture: %w: %w", err, fs.ErrInvalid)
	}
	if err := fits(c.Width, c.Height, wholeMost, 0); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(r)
	if err != nil {
		return nil, fmt.Errorf("picture: %w: %w", err, fs.ErrInvalid)
	}
	b := img.Bounds()
	return scaled(b.Dx(), b.Dy(), side, turned, func(y int, row []uint8) error { rgbRow(img, y, row); return nil })
}

func fits(w, h, pixels, held int) error {
	switch {
	case w < 1 || h < 1:
		return fmt.Errorf("picture: %d × %d pixels: %w", w, h, fs.ErrInvalid)
	case w > pixels/h || held > mostHeld:
		return fmt.Errorf("picture: %d × %d pixels are too many: %w", w, h, errors.ErrUnsupported)
	}
	return nil
}

func shrinkJPEG(start []byte, r io.Reader, side int) (*Small, error) {
	h, err := readHeader(start)
	if err == nil {
		err = fits(h.width, h.height, MaxPixels, h.held)
	}
	if err != nil {
		return nil, err
	}
	img, err := jpeg.Decode(r)
	if err != nil {
		return nil, fmt.Errorf("picture: %w: %w", err, fs.ErrInvalid)
	}
	return scaled(h.width, h.height, side, h.orientation, func(y int, row []uint8) error { rgbRow(img, y, row); return nil })
}

// scaled makes a picture small, each pixel the mean of those it stands for. next is asked for the rows one by one, three bytes
// a pixel.
func scaled(w, h, side, turned int, next func(y int, row []uint8) error) (*Small, error) {
	dw, dh := w, h
	if long := max(w, h); long > side {
		dw, dh = max(1, w*side/long), max(1, h*side/long)
	}
	out, row, sums := image.NewRGBA(image.Rect(0, 0, dw, dh)), make([]uint8, 3*w), make([]uint32, 3*dw)
	for y, from := 0, 0; y < dh; y++ {
		to := (y + 1) * h / dh
		clear(sums)
		for n := from; n < to; n++ {
			if err := next(n, row); err != nil {
				return nil, fmt.Errorf("picture: row %d of %d: %w", n, h, err)
			}
			for x := range dw {
				var r, g, b uint32
				for i := 3 * (x * w / dw); i < 3*((x+1)*w/dw); i += 3 {
					r, g, b = r+uint32(row[i]), g+uint32(row[i+1]), b+uint32(row[i+2])
				}
				sums[3*x], sums[3*x+1], sums[3*x+2] = sums[3*x]+r, sums[3*x+1]+g, sums[3*x+2]+b
			}
		}
		for x := range dw {
			n := uint32((to - from) * ((x+1)*w/dw - x*w/dw))
			i := out.PixOffset(x, y)
			out.Pix[i], out.Pix[i+1], out.Pix[i+2], out.Pix[i+3] = uint8(sums[3*x]/n), uint8(sums[3*x+1]/n), uint8(sums[3*x+2]/n), 255
		}
		from = to
	}
	return encoded(upright(out, turned))
}

func encoded(img *image.RGBA) (*Small, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	return &Small{b.Bytes(), ".jpg", img.Rect.Dx(), img.Rect.Dy()}, nil
}

// upright turns and mirrors a picture as Exif's orientation says (JEITA CP-3451 §4.6.4): where its first row and column are
// to be seen.
func upright(from *image.RGBA, exif int) *image.RGBA {
	w, h := from.Rect.Dx(), from.Rect.Dy()
	if exif < 2 || exif > 8 {
		return from
	}
	ow, oh := w, h
	if exif >= 5 {
		ow, oh = h, w
	}
	to := image.NewRGBA(image.Rect(0, 0, ow, oh))
	for y := range h {
		for x := range w {
			dx, dy := x, y
			switch exif {
			case 2:
				dx = w - 1 - x
			case 3:
				dx, dy = w-1-x, h-1-y
			case 4:
				dy = h - 1 - y
			case 5:
				dx, dy = y, x
			case 6:
				dx, dy = h-1-y, x
			case 7:
				dx, dy = h-1-y, w-1-x
			case 8:
				dx, dy = y, w-1-x
			}
			copy(to.Pix[to.PixOffset(dx, dy):][:4], from.Pix[from.PixOffset(x, y):][:4])
		}
	}
	return to
}

// A jpegHeader is what a JPEG says of itself before its first pixel.
type jpegHeader struct {
	width, height int
	held          int // bytes that decoding takes
	orientation   int // as Exif has it, 1 where nothing is said
}

// readHeader walks the segments of a JPEG (ITU-T T.81 annex B) up to its frame.
func readHeader(b []byte) (h jpegHeader, err error) {
	h.orientation = 1
	bad := fmt.Errorf("picture: the photo's header cannot be read: %w", fs.ErrInvalid)
	for at := 2; at+4 <= len(b); {
		mark, size := b[at+1], int(binary.BigEndian.Uint16(b[at+2:]))
		if b[at] != 0xFF {
			return h, bad
		}
		if mark == 0xFF { // a fill byte
			at++
			continue
		}
		if size < 2 || at+2+size > len(b) {
			return h, bad
		}
		switch text := b[at+4 : at+2+size]; {
		case mark == 0xE1:
			if o := exifOrientation(text); o != 0 {
				h.orientation = o
			}
		case mark >= 0xC0 && mark <= 0xC2:
			return h, h.frame(text, mark == 0xC2)
		case mark == 0xDA || mark == 0xD9:
			return h, bad
		}
		at += 2 + size
	}
	return h, bad
}

// frame reads a frame's header. Decoding holds a byte a sample, and of a progressive one four more for its coefficient.
func (h *jpegHeader) frame(text []byte, progressive bool) error {
	bad := fmt.Errorf("picture: the photo's frame cannot be read: %w", fs.ErrInvalid)
	if len(text) < 6 || text[5] == 0 || text[5] > 4 || len(text) < 6+3*int(text[5]) {
		return bad
	}
	h.height, h.width = int(binary.BigEndian.Uint16(text[1:])), int(binary.BigEndian.Uint16(text[3:]))
	all, most := 0, 0
	for i := range int(text[5]) {
		n := int(text[7+3*i]>>4) * int(text[7+3*i]&15)
		all, most = all+n, max(most, n)
	}
	if most == 0 {
		return bad
	}
	if h.held = h.width * h.height * all / most; progressive {
		h.held *= 5
	}
	return nil
}

// exifOrientation finds tag 0x0112 in the first directory of an Exif segment; 0 where there is none.
func exifOrientation(text []byte) int {
	if len(text) < 14 || string(text[:6]) != "Exif\x00\x00" {
		return 0
	}
	t := text[6:]
	var order binary.ByteOrder = binary.BigEndian
	if string(t[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(t[4:]))
	if at+2 > int64(len(t)) {
		return 0
	}
	for i := range int64(order.Uint16(t[at:])) {
		e := at + 2 + 12*i
		if e+12 > int64(len(t)) {
			return 0
		}
		if order.Uint16(t[e:]) == 0x0112 {
			if v := int(order.Uint16(t[e+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 0
		}
	}
	return 0
}
