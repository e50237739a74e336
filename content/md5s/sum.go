//go:build amd64 || arm64

package md5s

import "crypto/md5"

// A sum is MD5 of one file, a hash.Hash. What Write is given is not to change until it returns.
type sum struct {
	summer *Summer
	work
	part   [md5.BlockSize]byte // the first inPart bytes of a block that is not whole yet
	inPart int
	size   uint64
}

// Reset forgets what was written.
func (h *sum) Reset() {
	h.state = [4]uint32{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}
	h.inPart, h.size = 0, 0
}

func (h *sum) Size() int      { return md5.Size }
func (h *sum) BlockSize() int { return md5.BlockSize }

// Write adds b; it never fails.
func (h *sum) Write(b []byte) (int, error) {
	n := len(b)
	h.size += uint64(n)
	if h.inPart > 0 {
		k := copy(h.part[h.inPart:], b)
		h.inPart, b = h.inPart+k, b[k:]
		if h.inPart < len(h.part) {
			return n, nil
		}
		h.state = one(h.state, h.part[:])
	}
	whole := len(b) &^ (md5.BlockSize - 1)
	if h.rest = b[:whole]; whole > 0 {
		h.summer.sum(&h.work)
	}
	h.inPart, h.rest = copy(h.part[:], b[whole:]), nil
	return n, nil
}

// Sum appends the sum of what was written so far to b.
func (h *sum) Sum(b []byte) []byte {
	end := append(make([]byte, 0, 2*md5.BlockSize), h.part[:h.inPart]...)
	end = append(end, 0x80)
	for len(end)%md5.BlockSize != md5.BlockSize-8 {
		end = append(end, 0)
	}
	s := one(h.state, le.AppendUint64(end, h.size<<3))
	for _, x := range s {
		b = le.AppendUint32(b, x)
	}
	return b
}

func one(state [4]uint32, b []byte) [4]uint32 {
	s := [1][4]uint32{state}
	blocks1(&s, b)
	return s[0]
}
