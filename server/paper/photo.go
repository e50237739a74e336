package paper

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
)

const (
	longSide = 2048 // pixels that a photo is read at, at most: larger ones are made smaller
	// mostHeld is the largest picture that is decoded, in bytes of memory: 24 megapixels of an ordinary JPEG.
	mostHeld  = 36 << 20
	leastEdge = 64        // pixels of a photo's shorter side
	header    = 256 << 10 // bytes at its start within which a photo says its size
)

// MaxPhoto is the largest file that is worth sending, in bytes.
const MaxPhoto = 16 << 20

// A Photo is the light of a picture, ready to be read.
type Photo struct {
	luma          []uint8 // row by row
	width, height int
	quarters      int // with the clock that it must be turned by to be looked at
}

// Decode reads a photo, JPEG or PNG, made smaller where it is large and minding which way up the phone says it is. It
// holds up to 36 MB while it runs and width × height bytes, at most 4 MB, after. What is no picture, cut off or absurd is
// fs.ErrInvalid; one that is too large to be held wraps errors.ErrUnsupported, and a smaller photo will do.
func Decode(from io.Reader) (*Photo, error) {
	r := bufio.NewReaderSize(from, header)
	start, err := r.Peek(header)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("paper: reading the photo: %w", err)
	}
	var img image.Image
	turned := 1
	switch {
	case len(start) > 3 && start[0] == 0xFF && start[1] == 0xD8:
		h, err := readHeader(start)
		if err != nil {
			return nil, err
		}
		turned = h.orientation
		if err := fits(h.width, h.height, h.held); err != nil {
			return nil, err
		}
		img, err = jpeg.Decode(r)
		if err != nil {
			return nil, fmt.Errorf("paper: photo: %w: %w", err, fs.ErrInvalid)
		}
	case len(start) > 24 && string(start[1:4]) == "PNG":
		if img, err = decodePNG(start, r); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("paper: this is neither a JPEG nor a PNG: %w", fs.ErrInvalid)
	}
	p := shrink(img)
	p.orient(turned)
	return p, nil
}

// fits is nil for a picture that may be decoded.
func fits(w, h, held int) error {
	switch {
	case w < leastEdge || h < leastEdge:
		return fmt.Errorf("paper: a photo of %d × %d pixels shows no class: %w", w, h, fs.ErrInvalid)
	case held > mostHeld:
		return fmt.Errorf("paper: a photo of %d × %d pixels takes %d MB, at most %d: %w", w, h, held>>20, mostHeld>>20, errors.ErrUnsupported)
	}
	return nil
}

func decodePNG(start []byte, r io.Reader) (image.Image, error) {
	c, err := png.DecodeConfig(&cut{start})
	if err != nil {
		return nil, fmt.Errorf("paper: photo: %w: %w", err, fs.ErrInvalid)
	}
	if c.Width > 1<<15 || c.Height > 1<<15 {
		return nil, fits(c.Width, c.Height, mostHeld+1)
	}
	each := 4
	if c.ColorModel == color.RGBA64Model || c.ColorModel == color.NRGBA64Model {
		each = 8
	}
	if err := fits(c.Width, c.Height, c.Width*c.Height*each); err != nil {
		return nil, err
	}
	img, err := png.Decode(r)
	if err != nil {
		return nil, fmt.Errorf("paper: photo: %w: %w", err, fs.ErrInvalid)
	}
	return img, nil
}

// cut reads bytes that are there.
type cut struct{ b []byte }

func (c *cut) Read(to []byte) (n int, err error) {
	if len(c.b) == 0 {
		return 0, io.EOF
	}
	n = copy(to, c.b)
	c.b = c.b[n:]
	return n, nil
}

// shrink takes the light out of a picture, each pixel the mean of those it stands for.
func shrink(img image.Image) *Photo {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	row := make([]uint8, w)
	if long := max(w, h); long <= longSide {
		p := &Photo{luma: make([]uint8, w*h), width: w, height: h}
		for y := range h {
			lightRow(img, y, p.luma[y*w:(y+1)*w])
		}
		return p
	}
	long := max(w, h)
	p := &Photo{width: w * longSide / long, height: h * longSide / long}
	p.luma = make([]uint8, p.width*p.height)
	sums := make([]uint32, p.width)
	from := 0
	for y := range p.height {
		to := (y + 1) * h / p.height
		clear(sums)
		for n := from; n < to; n++ {
			lightRow(img, n, row)
			for x := range sums {
				a, z := x*w/p.width, (x+1)*w/p.width
				sum := uint32(0)
				for _, v := range row[a:z] {
					sum += uint32(v)
				}
				sums[x] += sum * 256 / uint32(z-a)
			}
		}
		for x, v := range sums {
			p.luma[y*p.width+x] = uint8(v / uint32(256*(to-from)))
		}
		from = to
	}
	return p
}

// lightRow is the light of a row of pixels.
func lightRow(img image.Image, y int, to []uint8) {
	b := img.Bounds()
	switch m := img.(type) {
	case *image.YCbCr:
		copy(to, m.Y[y*m.YStride:])
	case *image.Gray:
		copy(to, m.Pix[y*m.Stride:])
	default:
		for x := range to {
			r, g, bl, _ := img.At(b.Min.X+x, b.Min.Y+y).RGBA()
			to[x] = uint8((299*r + 587*g + 114*bl) / 1000 >> 8)
		}
	}
}

// orient minds an orientation as Exif has it, 1 to 8: what is mirrored is mirrored back, a turn is noted.
func (p *Photo) orient(exif int) {
	switch exif {
	case 3:
		p.quarters = 2
	case 6:
		p.quarters = 1
	case 8:
		p.quarters = 3
	case 2, 4, 5, 7:
		for y := range p.height {
			row := p.luma[y*p.width : (y+1)*p.width]
			for i, k := 0, len(row)-1; i < k; i, k = i+1, k-1 {
				row[i], row[k] = row[k], row[i]
			}
		}
		p.quarters = map[int]int{2: 0, 4: 2, 5: 3, 7: 1}[exif]
	}
}

// upright turns a place in the picture, 0 to 1 each way, to where people see it.
func (p *Photo) upright(x, y float64) (float64, float64) {
	for range p.quarters {
		x, y = 1-y, x
	}
	return x, y
}
