package search

import "encoding/binary"

// A posting list is a word's rows in one segment: for each the distance to the row before (the first: to the segment's
// first row, and one) as a uvarint, and a byte: how much the word weighs in the row, 1 to 127, and inTitle:
// it stands in the resource's title or, of a row of text, in the heading over it.
const inTitle = 0x80

// A list is being written.
type list struct {
	bytes []byte
	last  uint32 // row written last, and one; 0 none
	rows  uint32
	title bool // in some title
}

// add appends a row, numbered from the segment's first. Rows come in order.
func (l *list) add(row uint32, weight byte) {
	l.bytes = binary.AppendUvarint(l.bytes, uint64(row+1-l.last))
	l.bytes = append(l.bytes, weight)
	l.last = row + 1
	l.rows++
	l.title = l.title || weight&inTitle != 0
}

// A cursor reads a list. What is damaged ends it.
type cursor struct {
	rest   []byte
	row    uint32 // from the segment's first
	weight byte
	ok     bool
}

func newCursor(b []byte) cursor {
	c := cursor{rest: b, row: ^uint32(0)}
	c.next()
	return c
}

func (c *cursor) next() {
	if len(c.rest) >= 2 && c.rest[0] < 0x80 {
		c.row += uint32(c.rest[0])
		c.weight = c.rest[1]
		c.rest = c.rest[2:]
		c.ok = c.row <= maxRows
		return
	}
	d, n := binary.Uvarint(c.rest)
	if n <= 0 || n >= len(c.rest) || d == 0 || d > maxRows || c.row+uint32(d) > maxRows {
		c.ok = false
		return
	}
	c.row += uint32(d)
	c.weight = c.rest[n]
	c.rest = c.rest[n+1:]
	c.ok = true
}
