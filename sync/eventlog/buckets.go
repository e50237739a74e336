package eventlog

import (
	"encoding/binary"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// Buckets of records.db that this package owns, beside those of the Applier. Nothing else opens them.
//
//	bucket       key (fixed width, big-endian)   value
//	log.segment  stream (8) ‖ first seq (8)      journal file (4) ‖ offset (8) ‖ count (2) ‖ back (4)
//	log.body     stream (8) ‖ seq (8)            journal file (4) ‖ offset (8)
//	log.head     stream (8)                      last sealed seq (8) ‖ chain (16) ‖ Lamport (8) ‖ epoch (4) ‖ scope
//	log.mark     stream (8)                      last folded seq (8)
//	log.meta     "format"                        version of this table (4)
//	             "folds"                         the Applier's version (4)
//	             "segments", "bodies"            where the index ends: journal file (4) ‖ offset (8)
//	             "forks"                         the checksum of the list of forks that it was folded with (4)
//	             "sum"                           sum (8) of the hashes of all entries but this one ‖ their number (8)
//
// A key sorts by stream, then by order of writing, so what a peer may have and lacks is one range scan a stream.
const (
	bucketSegment = "log.segment"
	bucketBody    = "log.body"
	bucketHead    = "log.head"
	bucketMark    = "log.mark"
	bucketMeta    = "log.meta"

	formatVersion = 1
)

func seqKey(s clock.Stream, seq uint64) []byte { return binary.BigEndian.AppendUint64(headKey(s), seq) }

func headKey(s clock.Stream) []byte { return append(make([]byte, 0, 16), s[:]...) }

// A segmentEntry is a row of log.segment.
type segmentEntry struct {
	first uint64
	spot  spot
	count int
	back  uint64
}

func (e segmentEntry) last() uint64 { return e.first + uint64(e.count) - 1 }

func (e segmentEntry) value() []byte {
	b := e.spot.append(nil)
	b = binary.BigEndian.AppendUint16(b, uint16(e.count))
	return binary.BigEndian.AppendUint32(b, uint32(e.back))
}

func parseSegmentEntry(k, v []byte) (segmentEntry, bool) {
	if len(k) != 16 || len(v) != 18 {
		return segmentEntry{}, false
	}
	return segmentEntry{
		first: binary.BigEndian.Uint64(k[8:]), spot: parseSpot(v),
		count: int(binary.BigEndian.Uint16(v[12:])), back: uint64(binary.BigEndian.Uint32(v[14:])),
	}, true
}

func (s spot) append(b []byte) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, s.file), uint64(s.off))
}

// parseSpot reads 12 bytes; fewer are the beginning.
func parseSpot(b []byte) spot {
	if len(b) < 12 {
		return spot{file: 1}
	}
	return spot{binary.BigEndian.Uint32(b), int64(binary.BigEndian.Uint64(b[4:]))}
}

// headValue is the row of log.head for a stream's sealed part.
func (st *stream) headValue() []byte {
	b := binary.BigEndian.AppendUint64(nil, st.sealed)
	b = append(b, st.sealedChain[:]...)
	b = binary.BigEndian.AppendUint64(b, st.lamport)
	b = binary.BigEndian.AppendUint32(b, st.epoch)
	return append(b, st.scope...)
}

func parseHead(k, v []byte) (*stream, bool) {
	if len(k) != 8 || len(v) < 36 {
		return nil, false
	}
	st := &stream{id: clock.Stream(k), epoch: binary.BigEndian.Uint32(v[32:]), scope: segment.Scope(v[36:])}
	st.last = binary.BigEndian.Uint64(v)
	st.chain = segment.Chain(v[8:24])
	st.sealed, st.sealedChain, st.lamport = st.last, st.chain, binary.BigEndian.Uint64(v[24:])
	return st, true
}

func number(v []byte) uint64 {
	switch len(v) {
	case 4:
		return uint64(binary.BigEndian.Uint32(v))
	case 8:
		return binary.BigEndian.Uint64(v)
	}
	return 0
}

func number4(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
func number8(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
