package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Bounds of a schema.
const (
	maxObjects = 10_000 // tables, indexes, views and triggers
	maxColumns = 2000   // SQLite's own
)

// A Table is one table of a file.
type Table struct {
	Name     string
	f        *File
	root     uint32
	columns  []column
	alias    int     // the column that is the rowid, -1 none
	standard []Value // what stored columns have that a row is too short for
	keys     [][]int // of its UNIQUE and PRIMARY KEY, as places among columns
}

// A column of a table.
type column struct {
	name, kind string
	stored     int // its place among the stored ones
	computed   bool
	notNull    bool
	standard   Value
}

// Has says whether the table has a stored column of that name, whatever its case.
func (t *Table) Has(name string) bool { _, ok := t.find(name); return ok }

func (t *Table) find(name string) (int, bool) {
	for i, c := range t.columns {
		if !c.computed && strings.EqualFold(c.name, name) {
			return i, true
		}
	}
	return 0, false
}

// schemaTable is the table of tables (§2.6).
func (f *File) schemaTable() *Table {
	return newTable(f, "sqlite_schema", 1, create{alias: -1, columns: []column{{name: "type"}, {name: "name"}, {name: "tbl_name"}, {name: "rootpage"}, {name: "sql"}}})
}

func newTable(f *File, name string, root uint32, c create) *Table {
	t := &Table{Name: name, f: f, root: root, columns: c.columns, alias: c.alias, keys: c.keys}
	for i := range t.columns {
		t.columns[i].stored = len(t.standard)
		if !t.columns[i].virtual() {
			t.standard = append(t.standard, t.columns[i].standard)
		}
	}
	return t
}

// virtual columns are in no record.
func (c column) virtual() bool { return c.computed && c.kind != "stored" }

// Table finds a table by name; one that is not there, or is a view or virtual, is fs.ErrNotExist, and one WITHOUT ROWID
// errors.ErrUnsupported.
func (f *File) Table(name string) (*Table, error) {
	var found *Table
	err := f.objects(func(kind, of, _ string, root int64, sql string) error {
		if kind != "table" || !strings.EqualFold(of, name) || root == 0 {
			return nil
		}
		if root < 1 || root > int64(f.pages) {
			return f.invalid("the table %s begins on page %d, which is none", name, root)
		}
		c, err := parseCreate(sql)
		if errors.Is(err, errors.ErrUnsupported) {
			return fmt.Errorf("%s: the table %s: %w", f.name, name, err)
		}
		if err != nil {
			return f.invalid("the table %s: %v", name, err)
		}
		found = newTable(f, of, uint32(root), c)
		return errFound
	})
	if err != nil && !errors.Is(err, errFound) {
		return nil, err
	}
	if found == nil {
		return nil, fmt.Errorf("%s: no table %s: %w", f.name, name, fs.ErrNotExist)
	}
	return found, nil
}

var errFound = errors.New("found")

// objects tells every row of the schema until fn fails.
func (f *File) objects(fn func(kind, name, table string, root int64, sql string) error) error {
	c := f.schemaTable().Rows("type", "name", "tbl_name", "rootpage", "sql")
	for n := 0; c.Next(context.Background()); n++ {
		if n >= maxObjects {
			return f.invalid("more than %d tables and indexes", maxObjects)
		}
		if err := fn(c.Value(0).Text(), c.Value(1).Text(), c.Value(2).Text(), int64(c.Value(3).Number()), c.Value(4).Text()); err != nil {
			return err
		}
	}
	return c.Err()
}
