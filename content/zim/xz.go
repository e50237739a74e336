package zim

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"github.com/therootcompany/xz"
)

const (
	maxDictionary = 64 << 20 // what old writers declared; costs that much memory, once at a time
	xzHeader      = 12       // of the stream
	xzTail        = 256      // padding, check, index and footer of a stream with one block take less
	wholeXZ       = 4 << 20  // unpacking is so slow that it is not done twice below this
)

// An xzCluster is one xz stream (.xz format 1.2). Writers declared dictionaries of 8 to 64 MiB for clusters of one or
// two; a decoder allocates what is declared. But the LZMA2 chunks say to how many bytes they unpack, and no dictionary
// need be longer than that, so the block header is made anew with the smallest that will do.
type xzCluster struct {
	in packedInput
}

func (x *xzCluster) close() { x.in.close() }

func (x *xzCluster) upTo(need, _ uint64) ([]byte, error) {
	r, total, err := x.open()
	if err != nil {
		return nil, err
	}
	n := need
	if total > 0 && (total <= wholeXZ || total < need) {
		n = total
	}
	if n > maxUnpacked {
		return nil, x.in.a.unsupported("cluster %d: more than %d MiB unpacked", x.in.head.number, maxUnpacked>>20)
	}
	b := x.in.a.cache.buffer(int(n))[:n]
	got, err := io.ReadFull(r, b)
	if uint64(got) == total && err == nil {
		_, err = r.Read(make([]byte, 1)) // the check at the end
	}
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		x.in.a.cache.release(b)
		return nil, x.in.bad("xz: after %d bytes: %v", got, err)
	}
	return b[:got], nil
}

// open gives a decoder, and the unpacked size if the stream is of the shape that ZIM writers make (0 if not: then it
// is read with the dictionary it declares).
func (x *xzCluster) open() (io.Reader, uint64, error) {
	total, stream, err := x.shrink()
	var from io.Reader
	switch {
	case err != nil:
		return nil, 0, err
	case stream != nil:
		from = bytes.NewReader(stream)
	default:
		from = io.NewSectionReader(x.in.a.r, int64(x.in.head.data), int64(x.in.a.end-x.in.head.data))
	}
	r, err := xz.NewReader(from, maxDictionary)
	if errors.Is(err, xz.ErrMemlimit) || errors.Is(err, xz.ErrOptions) {
		return nil, 0, x.in.a.unsupported("cluster %d: xz: %v", x.in.head.number, err)
	}
	if err != nil {
		return nil, 0, x.in.bad("xz: %v", err)
	}
	r.Multistream(false)
	return r, total, nil
}

// shrink gives the stream with the smallest dictionary; nil if it is not one block of plain LZMA2.
func (x *xzCluster) shrink() (total uint64, stream []byte, err error) {
	if err := x.in.need(xzHeader+12, "xz header"); err != nil {
		return 0, nil, err
	}
	size := (int(x.in.b[xzHeader]) + 1) * 4
	if err := x.in.need(xzHeader+size, "xz block header"); err != nil {
		return 0, nil, err
	}
	block := x.in.b[xzHeader : xzHeader+size]
	dict := dictionaryByte(block)
	if dict < 0 {
		return 0, nil, nil
	}
	end, total, err := x.chunks(xzHeader + size)
	if err != nil || total == 0 {
		return 0, nil, err
	}
	tail := int(min(xzTail, x.in.a.end-x.in.head.data-uint64(end)))
	if err := x.in.need(end+tail, "xz footer"); err != nil {
		return 0, nil, err
	}
	block = x.in.b[xzHeader : xzHeader+size]
	if d := dictionaryFor(total); d < block[dict] {
		if crc32.ChecksumIEEE(block[:size-4]) != binary.LittleEndian.Uint32(block[size-4:]) {
			return 0, nil, x.in.bad("xz: the block header does not match its checksum")
		}
		block[dict] = d
		binary.LittleEndian.PutUint32(block[size-4:], crc32.ChecksumIEEE(block[:size-4]))
	}
	return total, x.in.b[:end+tail], nil
}

// dictionaryByte is where the dictionary size of a block header lies, -1 if the block is not plain LZMA2.
func dictionaryByte(block []byte) int {
	if len(block) < 12 || block[0] == 0 || block[1]&0x3F != 0 {
		return -1 // an index, or more than one filter
	}
	at := 2
	for _, present := range []bool{block[1]&0x40 != 0, block[1]&0x80 != 0} {
		for present && at < len(block)-8 {
			at++
			present = block[at-1]&0x80 != 0
		}
	}
	if at+3 > len(block)-4 || block[at] != 0x21 || block[at+1] != 1 {
		return -1
	}
	return at + 2
}

// chunks walks the LZMA2 chunks from a place: where they end and to how many bytes they unpack. 0 bytes says that a
// chunk is of no known kind.
func (x *xzCluster) chunks(at int) (end int, total uint64, err error) {
	for {
		if err := x.in.need(at+1, "LZMA2 chunk"); err != nil {
			return 0, 0, err
		}
		control := x.in.b[at]
		if control == 0 {
			return at + 1, total, nil
		}
		if control > 2 && control < 0x80 {
			return 0, 0, nil
		}
		if err := x.in.need(at+6, "LZMA2 chunk"); err != nil {
			return 0, 0, err
		}
		b := x.in.b[at:]
		low := uint64(b[1])<<8 | uint64(b[2])
		if control < 0x80 { // stored as it is
			total += low + 1
			at += 3 + int(low) + 1
			continue
		}
		total += uint64(control&0x1F)<<16 + low + 1
		at += 5 + int(b[3])<<8 + int(b[4]) + 1
		if control >= 0xC0 { // new properties
			at++
		}
	}
}

// dictionaryFor is the size byte of the smallest dictionary of at least n bytes.
func dictionaryFor(n uint64) byte {
	for d := byte(0); d < 40; d++ {
		if uint64(2|d&1)<<(d/2+11) >= n {
			return d
		}
	}
	return 40
}
