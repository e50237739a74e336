package sqlite

import "encoding/binary"

// A level is a page of the tree that the cursor stands in.
type level struct {
	page  uint32
	buf   []byte
	head  int // where the page's header begins
	cells int
	at    int // the next cell or child
	leaf  bool
}

// parse reads a page's header (§1.6).
func (l *level) parse(f *File, page uint32) error {
	l.head = 0
	if page == 1 {
		l.head = headSize
	}
	switch l.buf[l.head] {
	case 13:
		l.leaf = true
	case 5:
		l.leaf = false
	default:
		return f.fault(page, "it is of type %d, which is no page of a table", l.buf[l.head])
	}
	l.cells = int(binary.BigEndian.Uint16(l.buf[l.head+3:]))
	if l.pointers()+2*l.cells > f.usable {
		return f.fault(page, "%d cells do not fit in it", l.cells)
	}
	return nil
}

func (l *level) pointers() int {
	if l.leaf {
		return l.head + 8
	}
	return l.head + 12
}

// cell is what lies from where cell i begins to the end of the page.
func (l *level) cell(f *File, page uint32, i int) ([]byte, error) {
	at := int(binary.BigEndian.Uint16(l.buf[l.pointers()+2*i:]))
	if at < l.pointers()+2*l.cells || at >= f.usable {
		return nil, f.fault(page, "cell %d lies outside of it", i)
	}
	return l.buf[at:f.usable], nil
}

// inner is child and key of a cell of a page that is no leaf.
func (l *level) inner(f *File, page uint32, i int) (child uint32, key int64, err error) {
	b, err := l.cell(f, page, i)
	if err != nil {
		return 0, 0, err
	}
	if len(b) < 5 {
		return 0, 0, f.fault(page, "cell %d is cut short", i)
	}
	v, n := varint(b[4:])
	if n == 0 {
		return 0, 0, f.fault(page, "cell %d is cut short", i)
	}
	return binary.BigEndian.Uint32(b), int64(v), nil
}

// child is the page below cell i; that of the count of cells is the last one.
func (l *level) child(f *File, i int) (uint32, error) {
	if i == l.cells {
		return binary.BigEndian.Uint32(l.buf[l.head+8:]), nil
	}
	child, _, err := l.inner(f, l.page, i)
	return child, err
}

// leafCell is payload size, rowid and the payload's local part of a cell of a leaf.
func (l *level) leafCell(f *File, i int) (c cell, err error) {
	b, err := l.cell(f, l.page, i)
	if err != nil {
		return c, err
	}
	size, n := varint(b)
	id, m := varint(b[n:])
	if n == 0 || m == 0 {
		return c, f.fault(l.page, "cell %d is cut short", i)
	}
	if size > maxRow {
		return c, f.fault(l.page, "a row of %d bytes, longer than %d", size, maxRow)
	}
	c = cell{size: int(size), rowid: int64(id), local: b[n+m:], whole: b}
	local := localSize(c.size, f.usable, false)
	end := local
	if local < c.size {
		end += 4
	}
	if end > len(c.local) {
		return c, f.fault(l.page, "cell %d is cut short", i)
	}
	if local < c.size {
		c.chain = binary.BigEndian.Uint32(c.local[local:])
	}
	c.local, c.whole = c.local[:local], b[:n+m+end]
	return c, nil
}

// A cell is one of a leaf.
type cell struct {
	size         int // of the payload
	rowid        int64
	local, whole []byte // what of the payload is in the cell; the cell
	chain        uint32 // the first overflow page, 0 none
}
