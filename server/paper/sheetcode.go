package paper

import "hash/fnv"

// A SheetCode says which sheet it is, to the box that printed it; it names nobody to others.
type SheetCode struct {
	Questions uint32 // a tag of the class, the quiz or exercise and its questions as they were when it was printed: 24 bits
	Learner   uint32 // a tag of the learner: 28 bits
	Set       uint32 // which numbers, up to 1023
	Version   byte   // 'A' or 'B'
}

// codeCells is the bits of a printed code: 64 of what it says, the first always 0, and 16 of a check.
const codeCells = 80

// whitened makes codes of many zeros black and white in turn.
const whitened = 0x5A3C96A5C369F00F

// Tag makes a tag of words, 32 bits of which a code holds what fits.
func Tag(words ...string) uint32 {
	h := fnv.New32a()
	for _, w := range words {
		h.Write([]byte(w + "\x00")) // never fails
	}
	// FNV's low bits are the better mixed; what is dropped are the high ones.
	x := h.Sum32()
	return x ^ x>>15
}

// fit is the code as paper can say it.
func (c SheetCode) fit() SheetCode {
	c.Questions &= 1<<24 - 1
	c.Learner &= 1<<28 - 1
	c.Set &= 1<<10 - 1
	if c.Version != 'B' {
		c.Version = 'A'
	}
	return c
}

// SameSheet reports whether codes are of one sheet, as far as paper can say it.
func (c SheetCode) SameSheet(o SheetCode) bool { return c.fit() == o.fit() }

func (c SheetCode) pack() uint64 {
	c = c.fit()
	return uint64(c.Questions)<<39 | uint64(c.Set)<<29 | uint64(c.Version-'A')<<28 | uint64(c.Learner)
}

// cells are those of a printed code, row by row; true is dark.
func (c SheetCode) cells() (out [codeCells]bool) {
	all := c.pack()
	check := crc(all)
	all ^= whitened
	for i := range out {
		if i < 64 {
			out[i] = all>>(63-i)&1 == 1
		} else {
			out[i] = check>>(79-i)&1 == 1
		}
	}
	return out
}

// parseCode reads what cells says; false where the check does not agree.
func parseCode(cells [codeCells]bool) (c SheetCode, ok bool) {
	var all uint64
	var check uint16
	for i, is := range cells {
		bit := uint64(0)
		if is {
			bit = 1
		}
		if i < 64 {
			all = all<<1 | bit
		} else {
			check = check<<1 | uint16(bit)
		}
	}
	all ^= whitened
	if crc(all) != check || all>>63 != 0 {
		return c, false
	}
	return SheetCode{uint32(all >> 39), uint32(all & (1<<28 - 1)), uint32(all >> 29 & (1<<10 - 1)), 'A' + byte(all>>28&1)}, true
}

// crc is CRC-16/CCITT-FALSE of eight bytes.
func crc(v uint64) uint16 {
	c := uint16(0xFFFF)
	for i := 56; i >= 0; i -= 8 {
		c ^= uint16(byte(v>>i)) << 8
		for range 8 {
			if c&0x8000 != 0 {
				c = c<<1 ^ 0x1021
			} else {
				c <<= 1
			}
		}
	}
	return c
}
