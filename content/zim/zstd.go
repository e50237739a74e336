package zim

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// zstd frames and blocks: RFC 8878, 3.1.1.
const (
	zstdMagic = 0xFD2FB528
	zstdBlock = 128 << 10 // at most, unpacked

	tasteLimit = 4 << 20 // unpacked while looking for the blob table
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

// upTo implements packedCluster. Blocks unpack to 128 KiB or, since writers split them, far less; how much is not told
// before. So with the total unknown it takes twice as many blocks each time; known, a guess by the packed length.
func (z *zstdCluster) upTo(need, total uint64) ([]byte, error) {
	if z.header == nil {
		if err := z.readHeader(); err != nil {
			return nil, err
		}
	}
	if total > 0 {
		return z.toward(need, total)
	}
	limit := uint64(tasteLimit)
	if need > limit/2 {
		limit = maxUnpacked
	}
	for n := 1; ; n *= 2 {
		c, err := z.cut(func(c cut) bool { return c.blocks == n })
		if err != nil {
			return nil, err
		}
		b, err := z.decode(c, limit)
		if err != nil || uint64(len(b)) >= need || c.whole {
			return b, err
		}
		z.in.a.cache.release(b)
	}
}

// toward unpacks what is likely need bytes of total, or all.
func (z *zstdCluster) toward(need, total uint64) ([]byte, error) {
	if need < total {
		packed := min(z.in.head.hint, maxPacked)
		likely := packed/total*need + packed%total*need/total
		likely += likely / 8
		c, err := z.cut(func(c cut) bool { return c.bound >= need && uint64(c.end) >= likely })
		if err != nil {
			return nil, err
		}
		b, err := z.decode(c, total)
		if err != nil || uint64(len(b)) >= need || c.whole {
			return b, err
		}
		z.in.a.cache.release(b)
	}
	c, err := z.cut(func(cut) bool { return false })
	if err != nil {
		return nil, err
	}
	b, err := z.decode(c, total)
	if err != nil && c.bound > total { // the frame may hold more than its blobs
		b, err = z.decode(c, total+zstdBlock)
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

// A cut is a run of blocks from the first on.
type cut struct {
	blocks int
	last   int    // where the last block's header lies
	end    int    // where the last block ends
	bound  uint64 // to how many bytes they unpack at most
	whole  bool   // there are no more
}

// cut walks the blocks until enough says so, or the last.
func (z *zstdCluster) cut(enough func(cut) bool) (c cut, err error) {
	c.end = len(z.header)
	for !c.whole && !(c.blocks > 0 && enough(c)) {
		var grows int
		c.last = c.end
		if c.end, grows, c.whole, err = z.block(c.end); err != nil {
			return c, err
		}
		c.bound += uint64(grows)
		c.blocks++
	}
	return c, nil
}

// decode unpacks blocks into a buffer of at most limit bytes; more of them is an error.
func (z *zstdCluster) decode(c cut, limit uint64) ([]byte, error) {
	frame, err := z.frame(c)
	if err != nil {
		return nil, err
	}
	room := min(c.bound, limit)
	if limit <= usualCluster { // the cluster's length: with room for all of it, one buffer does for the next cluster too
		room = limit
	}
	dst := z.in.a.cache.buffer(int(room) + 64) // the decoder is quickest with 16 to spare
	out, err := zstdDecoder().DecodeAll(frame, dst)
	if !c.whole {
		z.in.b[c.last] &^= 1
	}
	if err != nil {
		z.in.a.cache.release(dst)
		return nil, z.in.bad("zstd: %v", err)
	}
	return out, nil
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

// frame makes a cut a frame of its own, in place.
func (z *zstdCluster) frame(c cut) ([]byte, error) {
	if c.whole {
		if z.sum {
			c.end += 4
		}
		if err := z.in.need(c.end, "zstd checksum"); err != nil {
			return nil, err
		}
		copy(z.in.b, z.header)
		return z.in.b[:c.end], nil
	}
	f := z.in.b[len(z.header)-6 : c.end]
	binary.LittleEndian.PutUint32(f, zstdMagic)
	f[4], f[5] = 0, z.window
	z.in.b[c.last] |= 1
	return f, nil
}
