package exchange

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
)

// MaxFrame is a whole frame in bytes: what a 20 kbit/s link loses to a cut (about 7 s of work), and one TLS record.
const MaxFrame = 16 << 10

// A frame is kind (1) ‖ payload length (2, big-endian) ‖ payload ‖ CRC-32C of all before it (4, big-endian).
const (
	frameHeader  = 3
	frameTrailer = 4
	maxPayload   = MaxFrame - frameHeader - frameTrailer
)

// A kind says what a frame carries. Numbers are never reused; a reader skips those it does not know.
type kind uint8

const (
	kindHello       kind = 1  // hello, CBOR; first from both sides
	kindVector      kind = 2  // vectorMessage, CBOR, in parts
	kindCertificate kind = 3  // one enrolment certificate as its school signed it
	kindPart        kind = 4  // bytes of a message longer than a frame; the frame that ends it follows
	kindSegment     kind = 5  // one segment as its author signed it (the last of it)
	kindAck         kind = 6  // a change of the sender's vector since the last one it told: all of it is durable
	kindRecordsDone kind = 7  // no more certificates or segments in this session
	kindWant        kind = 8  // want, CBOR: a blob and what of it is missing
	kindChunk       kind = 9  // number of the want (uvarint) ‖ offset (uvarint) ‖ bytes of the blob
	kindAnswered    kind = 10 // number of the want (uvarint) ‖ 1 all sent, 0 not here
	kindWantsDone   kind = 11 // the sender wants no more blobs in this session
	kindBye         kind = 12 // why the sender stops, in words
	kindProof       kind = 13 // pairing: proof of knowing the code
	kindWelcome     kind = 14 // pairing: what a newcomer is handed
	kindAccepted    kind = 15 // pairing: the newcomer has it on disk
	kindLevel       kind = 16 // what is urgent was sent; small blobs may be asked for, before the rest of the segments
	kindEnvelope    kind = 17 // one segment in an envelope (the last of it)
	kindRecover     kind = 18 // recovery: which sheet somebody holds; the first frame of a caller
	kindSheets      kind = 19 // recovery: what such a sheet opens
	kindSnapshot    kind = 20 // what the events up to a vector add up to, signed
	kindBriefs      kind = 21 // segments as briefs, see brief.go
	kindNoSnapshot  kind = 22 // the snapshot that came is not gone by: events are to come as usual
	kindShutOut     kind = 23 // a box of the school that was revoked, for who never met it, see shutout.go
	kindLast             = kindShutOut
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendFrame writes one frame after dst. A payload beyond maxPayload is a mistake of the caller.
func appendFrame(dst []byte, k kind, payload []byte) []byte {
	if len(payload) > maxPayload {
		panic(fmt.Sprintf("exchange: frame of %d bytes", len(payload)))
	}
	start := len(dst)
	dst = append(dst, byte(k))
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(payload)))
	dst = append(dst, payload...)
	return binary.BigEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

// A frameReader takes frames off a byte stream. It holds one frame, never more.
type frameReader struct {
	r   *bufio.Reader
	buf [MaxFrame]byte
}

func newFrameReader(r io.Reader) *frameReader {
	return &frameReader{r: bufio.NewReaderSize(r, MaxFrame)}
}

// next reads one frame; payload is valid until the following call. The end of the stream between frames is io.EOF,
// inside one io.ErrUnexpectedEOF; a length beyond MaxFrame or a wrong checksum is fs.ErrInvalid, after which the stream
// is worthless.
func (f *frameReader) next() (kind, []byte, error) {
	if _, err := io.ReadFull(f.r, f.buf[:frameHeader]); err != nil {
		return 0, nil, err
	}
	size := int(binary.BigEndian.Uint16(f.buf[1:frameHeader]))
	if size > maxPayload {
		return 0, nil, fmt.Errorf("exchange: frame claims %d bytes, at most %d: %w", size, maxPayload, fs.ErrInvalid)
	}
	rest := f.buf[frameHeader : frameHeader+size+frameTrailer]
	if _, err := io.ReadFull(f.r, rest); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return 0, nil, err
	}
	body := f.buf[:frameHeader+size]
	if got, want := crc32.Checksum(body, castagnoli), binary.BigEndian.Uint32(rest[size:]); got != want {
		return 0, nil, fmt.Errorf("exchange: frame of kind %d has checksum %08x, says %08x: %w", f.buf[0], got, want, fs.ErrInvalid)
	}
	return kind(f.buf[0]), rest[:size], nil
}
