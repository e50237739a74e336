package sqlite

import "encoding/binary"

// A payload is the record of one row, read from its pages as far as it is wanted.
type payload struct {
	f       *File
	page    uint32 // of the cell
	size    int
	b       []byte // what was read of it
	next    uint32 // the next overflow page
	count   func(page uint32) error
	scratch []byte
}

func (p *payload) begin(f *File, page uint32, x cell, count func(page uint32) error) {
	p.f, p.page, p.size, p.next, p.count = f, page, x.size, x.chain, count
	p.b = append(p.b[:0], x.local...)
}

// want reads on until n bytes are there.
func (p *payload) want(n int) error {
	for len(p.b) < n {
		page := p.next
		if page == 0 {
			return p.f.fault(p.page, "a row in it is cut short")
		}
		if err := p.count(page); err != nil {
			return err
		}
		if p.scratch == nil {
			p.scratch = make([]byte, p.f.pageSize)
		}
		if err := p.f.read(page, p.scratch); err != nil {
			return err
		}
		p.next = binary.BigEndian.Uint32(p.scratch)
		p.b = append(p.b, p.scratch[4:4+min(p.f.usable-4, p.size-len(p.b))]...)
	}
	return nil
}

// read fills values with the wanted columns of the row that was begun. A row may be shorter than its table: columns were
// added later, and have what they have by default.
func (c *Cursor) read() error {
	p := &c.row
	for i, at := range c.columns {
		c.values[i] = Value{}
		if at == rowidColumn {
			c.values[i] = Value{kind: integer, n: c.rowid}
		} else if at >= 0 {
			c.values[i] = c.t.standard[at]
		}
	}
	if c.last < 0 {
		return nil
	}
	if err := p.want(min(p.size, 9)); err != nil {
		return err
	}
	size, at := varint(p.b)
	if at == 0 || size > uint64(p.size) || int(size) < at {
		return p.f.fault(p.page, "row %d has no head", c.rowid)
	}
	head := min(int(size), 9*(c.last+2)) // the types of what is wanted
	if err := p.want(head); err != nil {
		return err
	}
	type span struct {
		of, from, to int
		t            uint64
	}
	var spans [64]span
	found := spans[:0]
	end := int64(size)
	for column := 0; column <= c.last && at < int(size); column++ {
		t, n := varint(p.b[at:head])
		length := typeSize(t)
		if n == 0 || length < 0 || end+length > int64(p.size) {
			return p.f.fault(p.page, "row %d is no record", c.rowid)
		}
		for i, want := range c.columns {
			if want == column {
				found = append(found, span{i, int(end), int(end + length), t})
			}
		}
		at, end = at+n, end+length
	}
	if len(found) > 0 {
		if err := p.want(found[len(found)-1].to); err != nil {
			return err
		}
	}
	for _, s := range found {
		v := valueOf(s.t, p.b[s.from:s.to], p.f.order)
		if v.kind == integer && c.real[s.of] {
			v = realValue(float64(v.n)) // SQLite writes whole ones so, for they are shorter
		}
		c.values[s.of] = v
	}
	return nil
}
