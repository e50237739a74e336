package search

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
)

const (
	blockBytes = 4 << 10 // of entries in a block, about: what a card reads at once
	inline     = 32      // bytes of a list that stands in its entry
	maxTerm    = 1 << 10 // bytes; ours are far shorter
)

// A stretch is bytes of a file with their checksum.
type stretch struct {
	at  uint64
	n   uint32
	sum uint32
}

// A posting says where a term's list is, and of how many rows. No rows: the segment has not the term.
type posting struct {
	rows  uint32
	list  []byte // short ones, else nil
	where stretch
}

// An entry of a block is a term and its posting. Both are overwritten by the next.
type entry struct {
	term []byte
	posting
}

// appendEntry writes an entry behind one of the term last: bytes shared with it, bytes that follow, those; rows; the list's
// bytes; then the list, or for a long one where it begins in the file and its checksum.
func appendEntry(b, last, term []byte, p posting) []byte {
	shared := 0
	for shared < len(term) && shared < len(last) && term[shared] == last[shared] {
		shared++
	}
	b = binary.AppendUvarint(b, uint64(shared))
	b = binary.AppendUvarint(b, uint64(len(term)-shared))
	b = append(b, term[shared:]...)
	b = binary.AppendUvarint(b, uint64(p.rows))
	if p.list != nil {
		b = binary.AppendUvarint(b, uint64(len(p.list)))
		return append(b, p.list...)
	}
	b = binary.AppendUvarint(b, uint64(p.where.n))
	b = binary.AppendUvarint(b, p.where.at)
	return binary.LittleEndian.AppendUint32(b, p.where.sum)
}

var errBlock = fmt.Errorf("a block of terms is damaged: %w", fs.ErrInvalid)

// A blockReader reads a block's entries in order. At its end, and where it is damaged, ok is false; err says which.
type blockReader struct {
	entry
	ok   bool
	err  error
	rest []byte
}

// reset stands on the first entry of a block.
func (r *blockReader) reset(b []byte) {
	*r = blockReader{entry: entry{term: r.term[:0]}, rest: b}
	r.next()
}

func (r *blockReader) fail() {
	r.ok, r.err, r.rest = false, errBlock, nil
}

// number reads a number of at most most.
func (r *blockReader) number(most uint64) (uint64, bool) {
	if len(r.rest) > 0 && r.rest[0] < 0x80 {
		n := uint64(r.rest[0])
		r.rest = r.rest[1:]
		return n, n <= most
	}
	n, k := binary.Uvarint(r.rest)
	if k <= 0 || n > most {
		return 0, false
	}
	r.rest = r.rest[k:]
	return n, true
}

func (r *blockReader) next() {
	if r.ok = len(r.rest) > 0; !r.ok {
		return
	}
	shared, ok1 := r.number(uint64(len(r.term)))
	more, ok2 := r.number(maxTerm)
	if !ok1 || !ok2 || more > uint64(len(r.rest)) {
		r.fail()
		return
	}
	r.term = append(r.term[:shared], r.rest[:more]...)
	r.rest = r.rest[more:]
	rows, ok1 := r.number(maxRows)
	size, ok2 := r.number(maxRows * 6)
	if !ok1 || !ok2 || rows == 0 {
		r.fail()
		return
	}
	r.posting = posting{rows: uint32(rows)}
	if size <= inline {
		if size > uint64(len(r.rest)) {
			r.fail()
			return
		}
		r.list, r.rest = r.rest[:size:size], r.rest[size:]
		return
	}
	at, ok := r.number(math.MaxInt64)
	if !ok || len(r.rest) < 4 {
		r.fail()
		return
	}
	r.where = stretch{at, uint32(size), binary.LittleEndian.Uint32(r.rest)}
	r.rest = r.rest[4:]
}
