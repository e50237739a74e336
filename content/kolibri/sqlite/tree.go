package sqlite

import "encoding/binary"

// A tree is a b-tree being filled from left to right, a page of each level in hand. Of a table, a page that is full tells
// the one above its last rowid; of an index it gives its last cell up, for there every key stands once.
type tree struct {
	w      *Writer
	index  bool
	levels []*filling
}

// A filling is a page being filled; those above the leaves have cells that begin with the page below.
type filling struct {
	b     []byte // the cells, one after the other
	ends  []int  // where each ends in b
	rowid int64  // of the last cell of a leaf of a table
}

const innerHead, leafHead = 12, 8

// fits says whether one more cell goes into a page.
func (p *filling) fits(cell []byte, room int) bool {
	return len(p.b)+len(cell)+2*(len(p.ends)+1) <= room
}

func (p *filling) add(cell []byte) {
	p.b = append(p.b, cell...)
	p.ends = append(p.ends, len(p.b))
}

// pop takes the last cell back; it is valid until the next add.
func (p *filling) pop() []byte {
	n := len(p.ends) - 1
	from := 0
	if n > 0 {
		from = p.ends[n-1]
	}
	cell := p.b[from:]
	p.b, p.ends = p.b[:from], p.ends[:n]
	return cell
}

func (t *tree) level(n int) *filling {
	if n == len(t.levels) {
		t.levels = append(t.levels, &filling{})
	}
	return t.levels[n]
}

// add puts a cell into a leaf.
func (t *tree) add(cell []byte, rowid int64) error {
	p := t.level(0)
	if !p.fits(cell, pageSize-leafHead) {
		var up []byte
		if t.index {
			up = append(up, p.pop()...)
		} else {
			up = appendVarint(nil, uint64(p.rowid))
		}
		if err := t.raise(0, 0, up); err != nil {
			return err
		}
	}
	p.add(cell)
	p.rowid = rowid
	return nil
}

// raise writes the page of a level, whose last child is right, and puts it and what comes after it into the level above.
func (t *tree) raise(level int, right uint32, up []byte) error {
	page, err := t.write(level, right)
	if err != nil {
		return err
	}
	above := t.level(level + 1)
	cell := append(binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(up)), page), up...)
	if !above.fits(cell, pageSize-innerHead) {
		last := above.pop()
		if err := t.raise(level+1, binary.BigEndian.Uint32(last), append([]byte(nil), last[4:]...)); err != nil {
			return err
		}
	}
	above.add(cell)
	return nil
}

// write writes the page of a level as a new page of the file, and empties it.
func (t *tree) write(level int, right uint32) (uint32, error) {
	page := t.w.page()
	buf := t.w.scratch[:]
	clear(buf)
	t.levels[level].lay(buf, 0, t.kind(level), right)
	t.levels[level].b, t.levels[level].ends = t.levels[level].b[:0], t.levels[level].ends[:0]
	return page, t.w.put(page, buf)
}

// kind is the type byte of a page (§1.6).
func (t *tree) kind(level int) byte {
	switch {
	case t.index && level == 0:
		return 10
	case t.index:
		return 2
	case level == 0:
		return 13
	}
	return 5
}

// lay writes the page into buf, its header beginning at head.
func (p *filling) lay(buf []byte, head int, kind byte, right uint32) {
	buf[head] = kind
	pointers := head + leafHead
	if kind < 8 {
		pointers = head + innerHead
		binary.BigEndian.PutUint32(buf[head+8:], right)
	}
	binary.BigEndian.PutUint16(buf[head+3:], uint16(len(p.ends)))
	at, from := len(buf), 0
	for i, end := range p.ends {
		at -= end - from
		copy(buf[at:], p.b[from:end])
		binary.BigEndian.PutUint16(buf[pointers+2*i:], uint16(at))
		from = end
	}
	binary.BigEndian.PutUint16(buf[head+5:], uint16(at)) // 0 stands for 65536
}

// finish writes what is in hand and answers the root.
func (t *tree) finish() (root uint32, err error) {
	t.level(0)
	for level := 0; level < len(t.levels) && err == nil; level++ {
		root, err = t.write(level, root)
	}
	return root, err
}
