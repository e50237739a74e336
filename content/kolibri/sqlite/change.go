package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Change rewrites texts of one column of the database at path where they lie: to tells what a text becomes, ok false to
// leave it. A column that is in an index, a page that has no room for what it becomes, a database with a log, and one that
// keeps a map of its pages are errors.ErrUnsupported. Nothing protects the file if it is not finished: change a copy.
func Change(ctx context.Context, path, table, column string, to func(old string) (anew string, ok bool)) error {
	f, err := open(path, os.O_RDWR)
	if err != nil {
		return err
	}
	x := &changer{f: f, page: make([]byte, headSize)}
	err = x.change(ctx, table, column, to)
	return errors.Join(err, f.Close())
}

// A changer changes rows of a file.
type changer struct {
	f    *File
	t    *Table
	at   int    // of the column among the stored ones
	page []byte // the page in hand
}

func (x *changer) change(ctx context.Context, table, column string, to func(old string) (anew string, ok bool)) error {
	f := x.f
	var err error
	if x.t, err = f.Table(table); err != nil {
		return err
	}
	i, ok := x.t.find(column)
	if !ok || i == x.t.alias {
		return f.invalid("no text %s in %s", column, table)
	}
	x.at = x.t.columns[i].stored
	anew := map[int64]string{}
	c := x.t.Rows(column)
	for c.Next(ctx) {
		if v := c.Value(0); v.kind == text {
			if s, ok := to(v.Text()); ok {
				anew[c.rowid] = s
			}
		}
	}
	if c.err != nil || len(anew) == 0 {
		return c.err
	}
	if err := x.may(table, column, i); err != nil {
		return err
	}
	for id, s := range anew {
		if err := x.row(id, s); err != nil {
			return err
		}
	}
	return x.head()
}

// may says why a column may not be changed.
func (x *changer) may(table, column string, at int) error {
	refuse := func(why string) error {
		return fmt.Errorf("%s: %s of %s cannot be changed: %s: %w", x.f.name, column, table, why, errors.ErrUnsupported)
	}
	if x.f.Logged() {
		return refuse("it has a log")
	}
	for _, key := range x.t.keys {
		for _, k := range key {
			if k == at {
				return refuse("it is a key")
			}
		}
	}
	head := make([]byte, headSize)
	if _, err := x.f.f.ReadAt(head, 0); err != nil {
		return err
	}
	if binary.BigEndian.Uint32(head[52:]) != 0 {
		return refuse("its pages are mapped")
	}
	return x.f.objects(func(kind, name, of string, _ int64, sql string) error {
		if kind == "index" && strings.EqualFold(of, table) && strings.Contains(strings.ToLower(sql), strings.ToLower(column)) {
			return refuse("it is in the index " + name)
		}
		return nil
	})
}

// row changes one row.
func (x *changer) row(id int64, s string) error {
	f := x.f
	c := x.t.Rows()
	if err := c.Find(id); err != nil {
		return err
	}
	if err := c.row.want(c.row.size); err != nil {
		return err
	}
	l := c.leaf()
	record, err := x.record(c.row.b, s)
	if err != nil {
		return f.fault(l.page, "row %d is no record", id)
	}
	chain, err := x.chain(l, id)
	if err != nil {
		return err
	}
	n := localSize(len(record), f.usable, false)
	cell := appendVarint(appendVarint(nil, uint64(len(record))), uint64(id))
	cell = append(cell, record[:n]...)
	if n < len(record) {
		cell = append(cell, 0, 0, 0, 0)
	}
	page, err := x.relay(l, id, cell)
	if err != nil {
		return err // before anything is written
	}
	first, err := x.spill(record[n:], chain)
	if err != nil {
		return err
	}
	if n < len(record) {
		binary.BigEndian.PutUint32(cell[len(cell)-4:], first)
		page, err = x.relay(l, id, cell)
	}
	if err != nil {
		return err
	}
	return x.put(l.page, page)
}

// leaf is the page that Find ended in.
func (c *Cursor) leaf() *level {
	for _, l := range c.levels {
		if l.leaf {
			return l
		}
	}
	return nil
}

// record is a record with another text in the column.
func (x *changer) record(old []byte, s string) ([]byte, error) {
	size, at := varint(old)
	body := int(size)
	var types, out []byte
	anew := encoded(s, x.f.order)
	for i := 0; at < int(size); i++ {
		t, n := varint(old[at:size])
		length := int(typeSize(t))
		if n == 0 || length < 0 || body+length > len(old) {
			return nil, errors.New("no record")
		}
		if i == x.at {
			types = appendVarint(types, 13+2*uint64(len(anew)))
			out = append(out, anew...)
		} else {
			types = append(types, old[at:at+n]...)
			out = append(out, old[body:body+length]...)
		}
		at, body = at+n, body+length
	}
	return append(append(appendHeadSize(nil, len(types)), types...), out...), nil
}

// chain lists the overflow pages of a row.
func (x *changer) chain(l *level, id int64) (pages []uint32, err error) {
	for i := range l.cells {
		cell, err := l.leafCell(x.f, i)
		if err != nil {
			return nil, err
		}
		if cell.rowid != id {
			continue
		}
		buf := make([]byte, x.f.pageSize)
		left := cell.size - len(cell.local)
		for page := cell.chain; left > 0; page = binary.BigEndian.Uint32(buf) {
			if err := x.f.read(page, buf); err != nil {
				return nil, err
			}
			pages = append(pages, page)
			left -= x.f.usable - 4
		}
	}
	return pages, nil
}

// spill writes bytes to the overflow pages of a chain, of which new ones are put at the file's end; what it needs no more
// is free (§1.5).
func (x *changer) spill(b []byte, chain []uint32) (first uint32, err error) {
	room := x.f.usable - 4
	need := (len(b) + room - 1) / room
	for len(chain) < need {
		x.f.pages++
		if int64(x.f.pages-1) == int64(1<<30)/int64(x.f.pageSize) { // the page that SQLite locks
			x.f.pages++
		}
		chain = append(chain, x.f.pages)
	}
	buf := make([]byte, x.f.pageSize)
	for i, page := range chain[:need] {
		clear(buf)
		if i+1 < need {
			binary.BigEndian.PutUint32(buf, chain[i+1])
		}
		b = b[copy(buf[4:x.f.usable], b):]
		if err := x.put(page, buf); err != nil {
			return 0, err
		}
	}
	for _, page := range chain[need:] {
		if err := x.free(page); err != nil {
			return 0, err
		}
	}
	if need > 0 {
		first = chain[0]
	}
	return first, nil
}

func (x *changer) put(page uint32, b []byte) error {
	_, err := x.f.f.WriteAt(b, int64(page-1)*int64(x.f.pageSize))
	return err
}

// free makes a page the first trunk of the list of free ones.
func (x *changer) free(page uint32) error {
	head := x.page
	if _, err := x.f.f.ReadAt(head, 0); err != nil {
		return err
	}
	buf := make([]byte, x.f.pageSize)
	copy(buf, head[32:36])
	if err := x.put(page, buf); err != nil {
		return err
	}
	binary.BigEndian.PutUint32(head[32:], page)
	binary.BigEndian.PutUint32(head[36:], binary.BigEndian.Uint32(head[36:])+1)
	_, err := x.f.f.WriteAt(head, 0)
	return err
}

// relay is a leaf with another cell for one row.
func (x *changer) relay(l *level, id int64, anew []byte) ([]byte, error) {
	p := &filling{}
	for i := range l.cells {
		cell, err := l.leafCell(x.f, i)
		if err != nil {
			return nil, err
		}
		if cell.rowid == id {
			cell.whole = anew
		}
		p.add(cell.whole)
	}
	if len(p.b)+2*len(p.ends)+l.head+leafHead > x.f.usable {
		return nil, fmt.Errorf("%s: page %d has no room for what row %d becomes: %w", x.f.name, l.page, id, errors.ErrUnsupported)
	}
	buf := make([]byte, x.f.pageSize)
	copy(buf, l.buf[:l.head])
	p.lay(buf[:x.f.usable], l.head, 13, 0)
	copy(buf[x.f.usable:], l.buf[x.f.usable:])
	return buf, nil
}

// head counts the change.
func (x *changer) head() error {
	if _, err := x.f.f.ReadAt(x.page, 0); err != nil {
		return err
	}
	touch(x.page, x.f.pages)
	_, err := x.f.f.WriteAt(x.page, 0)
	return err
}
