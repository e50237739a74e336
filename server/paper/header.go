package paper

import (
	"encoding/binary"
	"fmt"
	"io/fs"
)

// A jpegHeader is what a JPEG says of itself before its first pixel.
type jpegHeader struct {
	width, height int
	held          int // bytes that decoding takes
	orientation   int // as Exif has it, 1 to 8; 1 where nothing is said
}

// readHeader walks the segments of a JPEG (ITU-T T.81 annex B) up to its frame.
func readHeader(b []byte) (h jpegHeader, err error) {
	h.orientation = 1
	bad := fmt.Errorf("paper: the photo's header cannot be read: %w", fs.ErrInvalid)
	for at := 2; at+4 <= len(b); {
		if b[at] != 0xFF {
			return h, bad
		}
		mark := b[at+1]
		if mark == 0xFF { // a fill byte
			at++
			continue
		}
		size := int(binary.BigEndian.Uint16(b[at+2:]))
		if size < 2 || at+2+size > len(b) {
			return h, bad
		}
		text := b[at+4 : at+2+size]
		switch {
		case mark == 0xE1:
			if o := exifOrientation(text); o != 0 {
				h.orientation = o
			}
		case mark == 0xC0 || mark == 0xC1 || mark == 0xC2:
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
	if len(text) < 6 || len(text) < 6+3*int(text[5]) || text[5] == 0 || text[5] > 4 {
		return fmt.Errorf("paper: the photo's frame cannot be read: %w", fs.ErrInvalid)
	}
	h.height, h.width = int(binary.BigEndian.Uint16(text[1:])), int(binary.BigEndian.Uint16(text[3:]))
	all, most := 0, 0
	for i := range int(text[5]) {
		n := int(text[7+3*i]>>4) * int(text[7+3*i]&15)
		all, most = all+n, max(most, n)
	}
	if most == 0 {
		return fmt.Errorf("paper: the photo's frame cannot be read: %w", fs.ErrInvalid)
	}
	h.held = h.width * h.height * all / most
	if progressive {
		h.held *= 5
	}
	return nil
}

// exifOrientation finds tag 0x0112 in the first directory of an Exif segment (JEITA CP-3451 §4.6.4); 0 where there is none.
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
	n := int64(order.Uint16(t[at:]))
	for i := range n {
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
