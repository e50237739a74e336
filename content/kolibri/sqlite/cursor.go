package sqlite

import (
	"context"
	"fmt"
	"io/fs"
)

// Rowid stands for a column: the row's own number.
const Rowid = "rowid"

// deepest is how many levels a tree may have: SQLite's own bound.
const deepest = 20

// A Cursor reads rows of one table, all in order of rowid by Next, or one by Find. It holds a page for each level of the
// tree and the bytes of one row. It is for one goroutine.
type Cursor struct {
	f       *File
	t       *Table
	columns []int // wanted, as places among the stored ones; rowid or missing
	last    int   // the last stored column that is wanted, -1 for none
	levels  []*level
	depth   int // levels in use
	started bool
	visits  int64 // pages that Next has come to, of which a tree has each once
	chained int64 // overflow pages that Find has read
	rowid   int64
	row     payload
	values  []Value
	real    []bool // columns of real numbers
	err     error
}

const (
	rowidColumn = -1
	missing     = -2
)

// Rows begins to read columns of a table, by name; Rowid is one. One that the table does not have is NULL in every row.
func (t *Table) Rows(columns ...string) *Cursor {
	c := &Cursor{f: t.f, t: t, last: -1, values: make([]Value, len(columns))}
	for _, name := range columns {
		at, affinity := missing, byte(0)
		if i, ok := t.find(name); ok {
			at, affinity = t.columns[i].stored, t.columns[i].affinity()
			if i == t.alias {
				at = rowidColumn
			}
		} else if name == Rowid {
			at = rowidColumn
		}
		c.columns, c.real = append(c.columns, at), append(c.real, affinity == 'r')
		c.last = max(c.last, at)
	}
	return c
}

// Value is column i of those asked for, in the row that the cursor stands at, valid until it moves.
func (c *Cursor) Value(i int) Value { return c.values[i] }

// Rowid is the number of the row.
func (c *Cursor) Rowid() int64 { return c.rowid }

// Err is why Next ended, nil at the end of the table.
func (c *Cursor) Err() error { return c.err }

// Next goes to the next row, false at the end, when ctx ends, and where the file is broken.
func (c *Cursor) Next(ctx context.Context) bool {
	if c.err == nil {
		c.err = ctx.Err()
	}
	if c.err != nil {
		return false
	}
	var ok bool
	ok, c.err = c.next()
	return ok && c.err == nil
}

func (c *Cursor) next() (bool, error) {
	first := !c.started
	if first {
		c.started = true
		if err := c.descend(c.t.root); err != nil {
			return false, err
		}
	}
	for c.depth > 0 {
		l := c.levels[c.depth-1]
		switch {
		case l.leaf && l.at < l.cells:
			l.at++
			return c.take(l, l.at-1, c.rowid, first)
		case !l.leaf && l.at <= l.cells:
			l.at++
			child, err := l.child(c.f, l.at-1)
			if err == nil {
				err = c.descend(child)
			}
			if err != nil {
				return false, err
			}
		default:
			c.depth--
		}
	}
	return false, nil
}

// descend enters a page of the tree. A tree has no more pages than its file; more would be a ring.
func (c *Cursor) descend(page uint32) error {
	if err := c.visit(page); err != nil {
		return err
	}
	l, err := c.load(c.depth, page)
	if err != nil {
		return err
	}
	l.at = 0
	c.depth++
	return nil
}

func (c *Cursor) visit(page uint32) error {
	if c.visits++; c.visits > int64(c.f.pages) {
		return c.f.fault(page, "pages of %s are used more than once", c.t.Name)
	}
	return nil
}

// load has page in the level of a depth.
func (c *Cursor) load(depth int, page uint32) (*level, error) {
	if depth >= deepest {
		return nil, c.f.fault(page, "the tree of %s is deeper than %d", c.t.Name, deepest)
	}
	if depth == len(c.levels) {
		c.levels = append(c.levels, &level{buf: make([]byte, c.f.pageSize)})
	}
	l := c.levels[depth]
	if l.page == page {
		return l, nil
	}
	l.page = 0
	if err := c.f.read(page, l.buf); err != nil {
		return nil, err
	}
	if err := l.parse(c.f, page); err != nil {
		return nil, err
	}
	l.page = page
	return l, nil
}

// take reads cell i of a leaf. Of a table the rowids rise, so no leaf can be met twice.
func (c *Cursor) take(l *level, i int, before int64, first bool) (bool, error) {
	x, err := l.leafCell(c.f, i)
	if err != nil {
		return false, err
	}
	if !first && x.rowid <= before {
		return false, c.f.fault(l.page, "row %d of %s comes after row %d", x.rowid, c.t.Name, before)
	}
	c.rowid = x.rowid
	c.row.begin(c.f, l.page, x, c.visit)
	return true, c.read()
}

// Find goes to the row of a rowid, or to none: fs.ErrNotExist. It may be called in any order, and not together with Next.
func (c *Cursor) Find(rowid int64) error {
	page := c.t.root
	for depth := 0; ; depth++ {
		l, err := c.load(depth, page)
		if err != nil {
			return err
		}
		if l.leaf {
			return c.findIn(l, rowid)
		}
		low, high := 0, l.cells
		for low < high {
			mid := (low + high) / 2
			_, key, err := l.inner(c.f, page, mid)
			if err != nil {
				return err
			}
			if key < rowid {
				low = mid + 1
			} else {
				high = mid
			}
		}
		if page, err = l.child(c.f, low); err != nil {
			return err
		}
	}
}

func (c *Cursor) findIn(l *level, rowid int64) error {
	low, high := 0, l.cells
	for low < high {
		mid := (low + high) / 2
		x, err := l.leafCell(c.f, mid)
		if err != nil {
			return err
		}
		if x.rowid == rowid {
			c.rowid = rowid
			c.row.begin(c.f, l.page, x, c.chain)
			return c.read()
		}
		if x.rowid < rowid {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return fmt.Errorf("%s: row %d of %s: %w", c.f.name, rowid, c.t.Name, fs.ErrNotExist)
}

// chain counts overflow pages of rows that are found one by one, some of them often: many times those there are is a trap.
func (c *Cursor) chain(page uint32) error {
	if c.chained++; c.chained > 8*int64(c.f.pages)+10_000 {
		return c.f.fault(page, "pages of %s are used more than once", c.t.Name)
	}
	return nil
}
