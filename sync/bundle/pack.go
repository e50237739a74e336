package bundle

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"slices"
)

const (
	packMagic   = "LPACK\x01\r\n"
	packHead    = 32 + 8 + 8 + 4 + 4
	packPiece   = 64 << 10 // bytes of a blob in one piece at most
	maxPackFile = 1 << 30
	maxPacked   = 1 << 18 // pieces of one pack, which holds 1 GiB at most
)

// A packed is one piece of a blob in a pack file.
type packed struct {
	Hash   string // 64 hex digits
	Size   int64  // of the blob
	Offset int64
	length int
	crc    uint32
	file   string
	at     int64 // of the piece's head
}

// appendPiece appends the head and the bytes of a piece; hash has 32 bytes.
func appendPiece(out, hash []byte, size, offset int64, b []byte) []byte {
	from := len(out)
	out = append(out, hash...)
	out = binary.BigEndian.AppendUint64(out, uint64(size))
	out = binary.BigEndian.AppendUint64(out, uint64(offset))
	out = binary.BigEndian.AppendUint32(out, uint32(len(b)))
	sum := frameCRC(out[from:], b)
	return append(binary.BigEndian.AppendUint32(out, sum), b...)
}

// parsePiece reads a piece's head, without looking at its bytes.
func parsePiece(h []byte) (p packed, err error) {
	size, offset := binary.BigEndian.Uint64(h[32:]), binary.BigEndian.Uint64(h[40:])
	p = packed{
		Hash: hex.EncodeToString(h[:32]), Size: int64(size), Offset: int64(offset),
		length: int(binary.BigEndian.Uint32(h[48:])), crc: binary.BigEndian.Uint32(h[52:]),
	}
	if size > 1<<46 || offset > size || p.length < 1 || p.length > packPiece || uint64(p.length) > size-offset {
		return p, fmt.Errorf("bundle: a piece of %d bytes at %d of %d: %w", p.length, offset, size, fs.ErrInvalid)
	}
	return p, nil
}

// scanPack passes the place of each piece of a pack of so many bytes, up to the first that cannot be; whole says whether that
// was the file's end. The bytes are not read.
func scanPack(f io.ReaderAt, size int64, fn func(packed) error) (whole bool, err error) {
	var magic [len(packMagic)]byte
	if n, err := f.ReadAt(magic[:], 0); n < len(magic) || string(magic[:]) != packMagic {
		return false, cut(err)
	}
	var h [packHead]byte
	at := int64(len(packMagic))
	for at < size {
		if n, err := f.ReadAt(h[:], at); n < packHead {
			return false, cut(err)
		}
		p, err := parsePiece(h[:])
		if err != nil || at+packHead+int64(p.length) > size {
			return false, nil
		}
		p.at = at
		if err := fn(p); err != nil {
			return false, err
		}
		at += packHead + int64(p.length)
	}
	return true, nil
}

// readPacked reads a piece's bytes; fs.ErrInvalid when the carrier has torn them.
func readPacked(f io.ReaderAt, p packed, buf []byte) ([]byte, error) {
	buf = slices.Grow(buf[:0], packHead+packPiece)[:p.length]
	if n, err := f.ReadAt(buf, p.at+packHead); n < len(buf) {
		return nil, err
	}
	if frameCRC(p.head(), buf) != p.crc {
		return nil, fmt.Errorf("bundle: %s at %d: torn: %w", p.file, p.at, fs.ErrInvalid)
	}
	return buf, nil
}

// head is what stands before the checksum.
func (p packed) head() []byte {
	hash, _ := hex.DecodeString(p.Hash) // as parsePiece made it
	hash = binary.BigEndian.AppendUint64(hash, uint64(p.Size))
	hash = binary.BigEndian.AppendUint64(hash, uint64(p.Offset))
	return binary.BigEndian.AppendUint32(hash, uint32(p.length))
}
