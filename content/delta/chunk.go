package delta

import (
	"errors"
	"io"
)

// Sizes are how long chunks are, in bytes: at least, usually, at most. Both of two files are cut by the same.
type Sizes struct{ Least, Usual, Most int }

// Files of up to 64 MiB are cut fine, larger ones coarse, so that there are some hundreds or thousands of chunks of each.
var (
	fineSizes   = Sizes{16 << 10, 64 << 10, 256 << 10}
	coarseSizes = Sizes{64 << 10, 256 << 10, 1 << 20}
)

func sizesFor(size int64) Sizes {
	if size <= 64<<20 {
		return fineSizes
	}
	return coarseSizes
}

// gear has a random number for each byte, from splitmix64 with seed 1: the same for ever, since chunks of two boxes must
// agree.
var gear = func() (g [256]uint64) {
	x := uint64(1)
	for i := range g {
		x += 0x9e3779b97f4a7c15
		z := x
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		g[i] = z ^ z>>31
	}
	return g
}()

// cut says where the first chunk of b ends. b holds at least Most bytes unless the file ends in it. Before the usual length
// a cut must have two bits more than after it (normalised chunking, level 2).
func (c Sizes) cut(b []byte) int {
	if len(b) <= c.Least {
		return len(b)
	}
	b = b[:min(len(b), c.Most)]
	var h uint64
	hard, easy := topBits(4*c.Usual), topBits(c.Usual/4)
	i := c.Least
	for ; i < min(c.Usual, len(b)); i++ {
		if h = h<<1 + gear[b[i]]; h&hard == 0 {
			return i + 1
		}
	}
	for ; i < len(b); i++ {
		if h = h<<1 + gear[b[i]]; h&easy == 0 {
			return i + 1
		}
	}
	return len(b)
}

// topBits is a mask that one number in n passes, n a power of two; the top bits of a gear hash know of 64 bytes.
func topBits(n int) uint64 {
	mask := uint64(0)
	for ; n > 1; n >>= 1 {
		mask = mask>>1 | 1<<63
	}
	return mask
}

// chunks calls fn for every chunk of what r reads, in order; its bytes are fn's until it returns.
func (c Sizes) chunks(r io.Reader, fn func(at int64, b []byte) error) error {
	buf := make([]byte, 0, 4*c.Most)
	for at := int64(0); ; {
		n, err := io.ReadFull(r, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !ended {
			return err
		}
		b := buf
		for len(b) > c.Most || ended && len(b) > 0 {
			n := c.cut(b)
			if err := fn(at, b[:n]); err != nil {
				return err
			}
			at, b = at+int64(n), b[n:]
		}
		if ended {
			return nil
		}
		buf = buf[:copy(buf[:cap(buf)], b)]
	}
}
