package search

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"syscall"
)

// A segmentWriter writes a segment's file from beginning to end and keeps nothing of it but columns: first the passages of
// every row, then the heading of every resource, then the terms in order. What fails is told by finish.
type segmentWriter struct {
	path string
	n    uint64
	f    *os.File
	w    *bufio.Writer
	at   uint64
	err  error // what writing failed with

	footer      footer
	ends        [2][]byte // headColumn and bodyColumn
	block       []byte    // of terms, being made
	first, last []byte    // terms in it
	blocks      []byte    // blockColumn
	letters     []byte    // letterColumn
	words       vocabulary
}

const (
	headItems = iota
	bodyItems
)

// newSegmentWriter begins the file of segment n under a name that it does not keep. all: its vocabulary has words of one row.
func newSegmentWriter(dir string, n uint64, all bool) (*segmentWriter, error) {
	w := &segmentWriter{path: segmentPath(dir, n), n: n}
	f, err := os.OpenFile(w.path+newEnd, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	w.f, w.w = f, bufio.NewWriterSize(f, 64<<10)
	w.words = vocabulary{all: all, put: w.putWords}
	w.write([]byte(segmentMagic))
	w.footer.bodies, w.footer.heads = w.at, w.at
	for i := range w.ends {
		w.ends[i] = make([]byte, 4)
	}
	return w, nil
}

func (w *segmentWriter) write(b []byte) {
	if w.err == nil {
		_, w.err = w.w.Write(b)
	}
	w.at += uint64(len(b))
}

// put writes a stretch.
func (w *segmentWriter) put(b []byte) stretch {
	s := stretch{w.at, uint32(len(b)), sumOf(b)}
	w.write(b)
	return s
}

func (w *segmentWriter) item(kind int, base uint64, b []byte) {
	if len(b) > 0 {
		w.write(b)
		w.write(binary.LittleEndian.AppendUint32(nil, sumOf(b)))
	}
	if w.at-base >= 1<<32 {
		w.err = fmt.Errorf("%s: text of %d bytes: %w", w.path, w.at-base, syscall.EFBIG)
	}
	w.ends[kind] = binary.LittleEndian.AppendUint32(w.ends[kind], uint32(w.at-base))
}

// body writes the passages of the next row; none of a row that is a heading.
func (w *segmentWriter) body(b []byte) { w.item(bodyItems, w.footer.bodies, b) }

// head writes the heading of the next resource; none of one that is gone.
func (w *segmentWriter) head(b []byte) {
	if len(w.ends[headItems]) == 4 {
		w.footer.heads = w.at
	}
	w.item(headItems, w.footer.heads, b)
}

// term writes the next term and its list.
func (w *segmentWriter) term(term []byte, l *list) {
	p := posting{rows: l.rows, list: l.bytes}
	if len(l.bytes) > inline {
		p = posting{rows: l.rows, where: w.put(l.bytes)}
	}
	if len(w.block) == 0 {
		w.first, w.last = append(w.first[:0], term...), w.last[:0]
	}
	w.block = appendEntry(w.block, w.last, term, p)
	w.last = append(w.last[:0], term...)
	w.words.add(term, int(l.rows), l.title)
	if len(w.block) >= blockBytes {
		w.endBlock()
	}
}

func (w *segmentWriter) endBlock() {
	if len(w.block) == 0 {
		return
	}
	s := w.put(w.block)
	w.block = w.block[:0]
	w.blocks = binary.LittleEndian.AppendUint64(w.blocks, s.at)
	w.blocks = binary.LittleEndian.AppendUint32(w.blocks, s.n)
	w.blocks = binary.LittleEndian.AppendUint32(w.blocks, s.sum)
	w.blocks = binary.LittleEndian.AppendUint16(w.blocks, uint16(len(w.first)))
	w.blocks = append(w.blocks, w.first...)
}

// putWords writes the words of the vocabulary with one first letter.
func (w *segmentWriter) putWords(first rune, words []byte) {
	s := w.put(words)
	w.letters = binary.LittleEndian.AppendUint32(w.letters, uint32(first))
	w.letters = binary.LittleEndian.AppendUint64(w.letters, s.at)
	w.letters = binary.LittleEndian.AppendUint32(w.letters, s.n)
	w.letters = binary.LittleEndian.AppendUint32(w.letters, s.sum)
}

// finish writes the columns and gives the file its name. rows are numbers of resources, the first of which is firstResource;
// value says what the numbers in them stand for. When it returns nil, a power cut leaves the file.
func (w *segmentWriter) finish(rows []uint32, firstResource uint32, resources []resource, value func(uint32) string) (listedSegment, error) {
	w.endBlock()
	w.words.end()
	w.footer.rows, w.footer.firstResource, w.footer.resources = uint32(len(rows)), firstResource, uint32(len(resources))
	b := make([]byte, 0, max(4*len(rows), resourceBytes*len(resources)))
	for _, r := range rows {
		b = binary.LittleEndian.AppendUint32(b, r)
	}
	w.footer.column[rowColumn] = w.put(b)
	own := ownValues{value: value, numbers: map[uint32]uint32{0: 0}}
	for _, r := range resources { // first what has 16 bits
		own.number(uint32(r.kind))
		own.number(uint32(r.language))
	}
	b = b[:0]
	for _, r := range resources {
		b = own.of(r).append(b)
	}
	w.footer.column[resourceColumn] = w.put(b)
	w.footer.column[valueColumn] = w.put(own.bytes)
	w.footer.column[headColumn] = w.put(w.ends[headItems])
	w.footer.column[bodyColumn] = w.put(w.ends[bodyItems])
	w.footer.column[blockColumn] = w.put(w.blocks)
	w.footer.column[letterColumn] = w.put(w.letters)
	end := w.footer.encode()
	w.write(end)
	if w.err == nil {
		w.err = w.w.Flush()
	}
	return listedSegment{N: w.n, Bytes: int64(w.at), Sum: sumOf(end)}, place(w.f, w.err, w.path)
}

// abandon ends a file that is not wanted.
func (w *segmentWriter) abandon() {
	_ = w.f.Close()
	_ = os.Remove(w.f.Name())
}

// ownValues gives a segment's values numbers of its own: it stands for itself, whatever else is in the index.
type ownValues struct {
	value   func(uint32) string
	numbers map[uint32]uint32
	bytes   []byte // valueColumn
}

func (o *ownValues) number(n uint32) uint32 {
	own, ok := o.numbers[n]
	if !ok {
		own = uint32(len(o.numbers))
		o.numbers[n] = own
		o.bytes = appendString(o.bytes, o.value(n))
	}
	return own
}

func (o *ownValues) of(r resource) resource {
	r.kind, r.language, r.faces = uint16(o.number(uint32(r.kind))), uint16(o.number(uint32(r.language))), o.number(r.faces)
	return r
}
