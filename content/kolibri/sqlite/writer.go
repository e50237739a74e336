package sqlite

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// pageSize is that of the files we make.
const pageSize = 4096

// lockPage is the page that SQLite locks and never uses (§1.4).
const lockPage = 1<<30/pageSize + 1

// A Writer makes a new database: tables, then rows of any of them in any order, then Close. It holds a page for each level
// of each table, and at the end one index at a time, some fifty bytes a row. The first error stays.
type Writer struct {
	f       *os.File
	tables  []*making
	indexes []index
	pages   uint32
	scratch [pageSize]byte
	row     []Value
	bytes   []byte
	err     error
}

// A making is a table being filled.
type making struct {
	sql string
	*Table
	tree  tree
	rowid int64
}

// An index of a table; sql is "" of one that a constraint of the table asks for.
type index struct {
	name, sql string
	of        *making
	columns   []int
	unique    bool
}

// Create makes a database in the file at path, what was in it goes. It is one only after Close.
func Create(path string) (*Writer, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &Writer{f: f, pages: 1}, nil
}

func (w *Writer) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}

// Table makes a table by its CREATE TABLE, of which columns, types, NOT NULL, PRIMARY KEY and UNIQUE are heeded; the rest
// SQLite heeds when it opens the file.
func (w *Writer) Table(sql string) {
	c, err := parseCreate(sql)
	if err != nil {
		w.fail("%.60s: %w", sql, err)
		return
	}
	m := &making{sql: sql, Table: newTable(nil, c.name, 0, c), tree: tree{w: w}}
	w.tables = append(w.tables, m)
	for i, key := range c.keys {
		w.indexes = append(w.indexes, index{name: fmt.Sprintf("sqlite_autoindex_%s_%d", c.name, i+1), of: m, columns: key, unique: true})
	}
}

// Index makes an index of a table's columns.
func (w *Writer) Index(name, table string, columns ...string) {
	m := w.table(table)
	if m == nil {
		return
	}
	x := index{name: name, of: m, sql: fmt.Sprintf("CREATE INDEX %s ON %s (%s)", name, table, strings.Join(columns, ", "))}
	for _, c := range columns {
		i, ok := m.find(c)
		if !ok {
			w.fail("no column %s in %s: %w", c, table, fs.ErrInvalid)
			return
		}
		x.columns = append(x.columns, i)
	}
	w.indexes = append(w.indexes, x)
}

func (w *Writer) table(name string) *making {
	for _, m := range w.tables {
		if strings.EqualFold(m.Name, name) {
			return m
		}
	}
	w.fail("no table %s: %w", name, fs.ErrInvalid)
	return nil
}

// Insert adds a row: values by column, nil and those not named NULL or the column's default. A rowid that is given must be
// greater than that of the row before. Values are string, []byte, bool, int, int32, int64, float64 and nil.
func (w *Writer) Insert(table string, row map[string]any) {
	m := w.table(table)
	if w.err != nil {
		return
	}
	w.row = w.row[:0]
	found := 0
	id := m.rowid + 1
	for i, c := range m.columns {
		v := c.standard
		if given, ok := row[c.name]; ok {
			found++
			v = w.value(given, c.affinity())
		}
		if i == m.alias {
			if v.kind == integer {
				id = v.n
			}
			v = Value{}
		} else if c.notNull && v.kind == null {
			w.fail("%s.%s is NULL: %w", table, c.name, fs.ErrInvalid)
		}
		w.row = append(w.row, v)
	}
	if found < len(row) {
		w.fail("a row of %s has columns that it has not: %w", table, fs.ErrInvalid)
	}
	if id <= m.rowid && m.rowid != 0 {
		w.fail("row %d of %s comes after row %d: %w", id, table, m.rowid, fs.ErrInvalid)
	}
	if w.err == nil {
		m.rowid = id
		w.err = w.insert(m)
	}
}

// insert puts the row in hand into its table.
func (w *Writer) insert(m *making) error {
	record := appendRecord(w.bytes[:0], w.row)
	w.bytes = record
	if len(record) > maxRow {
		return fmt.Errorf("a row of %d bytes in %s, at most %d: %w", len(record), m.Name, maxRow, fs.ErrInvalid)
	}
	local, err := w.spill(record, false)
	if err != nil {
		return err
	}
	cell := appendVarint(make([]byte, 0, len(local)+18), uint64(len(record)))
	cell = append(appendVarint(cell, uint64(m.rowid)), local...)
	return m.tree.add(cell, m.rowid)
}

// page takes the number of a new page.
func (w *Writer) page() uint32 {
	if w.pages++; w.pages == lockPage {
		w.pages++
	}
	return w.pages
}

func (w *Writer) put(page uint32, b []byte) error {
	_, err := w.f.WriteAt(b, int64(page-1)*pageSize)
	return err
}

// spill writes what of a payload does not go into a cell to overflow pages, and answers what does.
func (w *Writer) spill(payload []byte, index bool) ([]byte, error) {
	n := localSize(len(payload), pageSize, index)
	local, rest := payload[:n:n], payload[n:]
	if len(rest) == 0 {
		return local, nil
	}
	page := w.page()
	local = binary.BigEndian.AppendUint32(local, page)
	for len(rest) > 0 {
		buf, next := w.scratch[:], uint32(0)
		clear(buf)
		n := copy(buf[4:], rest)
		if rest = rest[n:]; len(rest) > 0 {
			next = w.page()
		}
		binary.BigEndian.PutUint32(buf, next)
		if err := w.put(page, buf); err != nil {
			return nil, err
		}
		page = next
	}
	return local, nil
}

// Close writes indexes, schema and header, and closes the file. Whatever was wrong before it says now.
func (w *Writer) Close() error {
	if w.err == nil {
		w.err = w.finish()
	}
	if err := w.f.Close(); w.err == nil {
		w.err = err
	}
	return w.err
}

// Err is what has been wrong so far.
func (w *Writer) Err() error { return w.err }

func (w *Writer) finish() error {
	schema := tree{w: w}
	var rows []Value
	n := int64(0)
	add := func(kind, name, table string, root uint32, sql Value) error {
		n++
		rows = append(rows[:0], word(kind), word(name), word(table), Value{kind: integer, n: int64(root)}, sql)
		record := appendRecord(nil, rows)
		local, err := w.spill(record, false)
		if err != nil {
			return err
		}
		return schema.add(append(appendVarint(appendVarint(nil, uint64(len(record))), uint64(n)), local...), n)
	}
	for _, m := range w.tables {
		var err error
		if m.root, err = m.tree.finish(); err != nil {
			return err
		}
		if err := add("table", m.Name, m.Name, m.root, word(m.sql)); err != nil {
			return err
		}
	}
	for _, x := range w.indexes {
		root, err := w.index(x)
		if err != nil {
			return err
		}
		sql := Value{}
		if x.sql != "" {
			sql = word(x.sql)
		}
		if err := add("index", x.name, x.of.Name, root, sql); err != nil {
			return err
		}
	}
	return w.first(&schema)
}

func word(s string) Value { return Value{kind: text, b: []byte(s)} }

// first writes page 1: the header of the file, and the root of the schema's tree, for which there is less room than on other
// pages. Where it does not fit it stands on a page of its own, and page 1 points there alone, as SQLite does it too.
func (w *Writer) first(t *tree) error {
	if len(w.tables) == 0 {
		return errors.New("a database without tables")
	}
	var right uint32
	var err error
	top := len(t.levels) - 1
	for level := range top {
		if right, err = t.write(level, right); err != nil {
			return err
		}
	}
	root := t.levels[top]
	head := leafHead
	if top > 0 {
		head = innerHead
	}
	if len(root.b)+2*len(root.ends)+head+headSize > pageSize {
		if right, err = t.write(top, right); err != nil {
			return err
		}
		root, top = &filling{}, top+1
	}
	buf := w.scratch[:]
	clear(buf)
	root.lay(buf, headSize, t.kind(top), right)
	copy(buf, magic)
	binary.BigEndian.PutUint16(buf[16:], pageSize)
	copy(buf[18:], []byte{1, 1, 0, 64, 32, 32}) // no log; no room kept; the fractions that are prescribed
	binary.BigEndian.PutUint32(buf[40:], 1)     // schema cookie
	binary.BigEndian.PutUint32(buf[44:], 4)     // schema format
	binary.BigEndian.PutUint32(buf[56:], 1)     // UTF-8
	binary.BigEndian.PutUint32(buf[96:], 3_008_000)
	touch(buf, w.pages)
	if err := w.put(1, buf); err != nil {
		return err
	}
	return w.f.Truncate(int64(w.pages) * pageSize)
}
