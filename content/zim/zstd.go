package zim

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// zstd frames and blocks: RFC 8878, 3.1.1.
const (
	zstdMagic = 0xFD2FB528
	zstdBlock = 128 << 10 // at most, unpacked
)

// One decoder for the process: DecodeAll takes no window, so that a frame that declares one of 128 MiB, as files in
// the field do, costs only its output. Two blocks of state is all it keeps.
var zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxWindow(zstd.MaxWindowSize))
	if err != nil {
		panic(err) // our own options
	}
	return d
})

// A zstdCluster is one zstd frame. Its block headers say where each block ends without unpacking, so the frame's end
// is found, and the frame can be cut after any block: that block is marked last and the frame header made anew
// without length and checksum.
type zstdCluster struct {
	in     packedInput
	header []byte // of the frame, as it was; nil before it is read
	window byte   // descriptor
	sum    bool   // a checksum follows the last block
}

func (z *zstdCluster) close() { z.in.close() }

func (z *zstdCluster) upTo(need uint64) ([]byte, error) {
	if z.header == nil {
		if err := z.readHeader(); err != nil {
			return nil, err
		}
	}
	b, whole, err := z.decode(need, need)
	if err == nil && !whole && uint64(len(b)) < need {
		// Blocks were shorter than they may be: take all, or as many as fit.
		z.in.a.cache.release(b)
		b, _, err = z.decode(maxUnpacked, need)
	}
	return b, err
}

// readHeader reads the frame header.
func (z *zstdCluster) readHeader() error {
	if err := z.in.need(6, "zstd frame header"); err != nil {
		return err
	}
	if b := z.in.b; binary.LittleEndian.Uint32(b) != zstdMagic {
		return z.in.bad("zstd: begins with % x, not a frame", b[:4])
	}
	flags := z.in.b[4]
	single := flags&0x20 != 0
	sizeBytes := []int{0, 2, 4, 8}[flags>>6]
	at := 5
	if single {
		sizeBytes = max(sizeBytes, 1)
	} else {
		z.window = z.in.b[5]
		at++
	}
	if flags&3 != 0 {
		return z.in.a.unsupported("cluster %d: zstd with a dictionary", z.in.head.number)
	}
	if err := z.in.need(at+sizeBytes, "zstd frame header"); err != nil {
		return err
	}
	if single {
		var size [8]byte
		copy(size[:], z.in.b[at:at+sizeBytes])
		z.window = windowFor(binary.LittleEndian.Uint64(size[:]))
	}
	z.sum = flags&0x04 != 0
	z.header = bytes.Clone(z.in.b[:at+sizeBytes])
	return nil
}

// windowFor is a window descriptor for a frame of n bytes, a little more in the short forms of n.
func windowFor(n uint64) byte {
	e := bits.Len64(n+256) - 10
	return byte(min(max(e, 0), 19) << 3) // 19: the decoder's limit of 512 MiB
}

// decode unpacks as many blocks as may hold need bytes, to a buffer of at most room and a block; whole says that there
// are no more blocks.
func (z *zstdCluster) decode(need, room uint64) (out []byte, whole bool, err error) {
	end, last, bound := len(z.header), 0, uint64(0)
	for !whole && bound < need {
		var grows int
		last = end
		if end, grows, whole, err = z.block(end); err != nil {
			return nil, false, err
		}
		bound += uint64(grows)
	}
	frame, err := z.frame(end, last, whole)
	if err != nil {
		return nil, whole, err
	}
	dst := z.in.a.cache.buffer(int(min(bound, room+zstdBlock)) + 64)
	out, err = zstdDecoder().DecodeAll(frame, dst)
	if !whole {
		z.in.b[last] &^= 1
	}
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) && uint64(len(out)) >= room {
		return out, true, nil
	}
	if err != nil {
		z.in.a.cache.release(dst)
		return nil, whole, z.in.bad("zstd: %v", err)
	}
	return out, whole, nil
}

// block reads the header of the block at a place: where the next is, and to how many bytes it may unpack.
func (z *zstdCluster) block(at int) (next, grows int, last bool, err error) {
	if err := z.in.need(at+3, "zstd block header"); err != nil {
		return 0, 0, false, err
	}
	h := uint32(z.in.b[at]) | uint32(z.in.b[at+1])<<8 | uint32(z.in.b[at+2])<<16
	size, stored := int(h>>3), int(h>>3)
	grows = size
	switch h >> 1 & 3 {
	case 1: // one byte repeated
		stored = 1
	case 2:
		grows = zstdBlock
	case 3:
		return 0, 0, false, z.in.bad("zstd: block of a reserved kind")
	}
	if size > zstdBlock {
		return 0, 0, false, z.in.bad("zstd: block of %d bytes", size)
	}
	return at + 3 + stored, grows, h&1 != 0, z.in.need(at+3+stored, "zstd block")
}

// frame makes the blocks up to end a frame of their own, in place.
func (z *zstdCluster) frame(end, last int, whole bool) ([]byte, error) {
	if whole {
		if z.sum {
			end += 4
		}
		if err := z.in.need(end, "zstd checksum"); err != nil {
			return nil, err
		}
		copy(z.in.b, z.header)
		return z.in.b[:end], nil
	}
	f := z.in.b[len(z.header)-6 : end]
	binary.LittleEndian.PutUint32(f, zstdMagic)
	f[4], f[5] = 0, z.window
	z.in.b[last] |= 1
	return f, nil
}
