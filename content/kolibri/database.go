package kolibri

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Bounds of a channel's database. The largest channel met has 30,000 nodes and 160,000 files.
const (
	maxNodes    = 250_000
	maxRows     = 1_000_000 // of any other table
	maxValue    = 8 << 20   // bytes of a value or row: SQLite refuses longer ones by itself
	maxDatabase = 4 << 30
)

// A database is a channel's SQLite file, open to be read as one that nobody vouches for.
type database struct {
	db     *sql.DB
	c      *sql.Conn
	tables map[string]map[string]bool // columns by table
}

// openDatabase opens the file at path. Only real tables and stored columns of it are ever asked: views, virtual tables and
// computed columns could run what their maker wrote. Nothing is written, locked or recovered: a -wal file is not read.
func openDatabase(ctx context.Context, path string) (*database, error) {
	if err := checkHeader(path); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	dsn := (&url.URL{Scheme: "file", Path: abs, RawQuery: "mode=ro&immutable=1&_pragma=trusted_schema(0)&_pragma=query_only(1)" +
		"&_pragma=cell_size_check(1)&_pragma=mmap_size(0)&_pragma=cache_size(-2000)&_pragma=temp_store(2)"}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	d := &database{db: db, tables: map[string]map[string]bool{}}
	db.SetMaxOpenConns(1)
	if d.c, err = db.Conn(ctx); err == nil {
		_, err = sqlite.Limit(d.c, sqlite3.SQLITE_LIMIT_LENGTH, maxValue)
	}
	if err == nil {
		err = d.readSchema(ctx)
	}
	if err != nil {
		d.close()
		return nil, broken(err)
	}
	return d, nil
}

func (d *database) close() {
	if d.c != nil {
		d.c.Close()
	}
	d.db.Close()
}

// checkHeader says what is wrong with a file that SQLite would only call no database, or read half of.
func checkHeader(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	head := make([]byte, 100)
	n, err := io.ReadFull(f, head)
	switch {
	case !info.Mode().IsRegular():
		return fmt.Errorf("not a file: %w", fs.ErrInvalid)
	case n == 0:
		return fmt.Errorf("the file is empty: %w", fs.ErrInvalid)
	case n < 16 || string(head[:16]) != "SQLite format 3\x00":
		return fmt.Errorf("not an SQLite file: %w", fs.ErrInvalid)
	case err != nil:
		return fmt.Errorf("cut short after %d bytes: %w", n, fs.ErrInvalid)
	case info.Size() > maxDatabase:
		return fmt.Errorf("a database of %d bytes, at most %d: %w", info.Size(), int64(maxDatabase), fs.ErrInvalid)
	}
	page, pages := int64(binary.BigEndian.Uint16(head[16:])), int64(binary.BigEndian.Uint32(head[28:]))
	if page == 1 {
		page = 65536
	}
	fresh := binary.BigEndian.Uint32(head[24:]) == binary.BigEndian.Uint32(head[92:]) // else the count of pages is not kept
	if fresh && info.Size() < page*pages {
		return fmt.Errorf("cut short: it has %d bytes of %d: %w", info.Size(), page*pages, fs.ErrInvalid)
	}
	return nil
}

// broken gives an error of SQLite's the kind of a broken file, unless it is ours or ctx's.
func broken(err error) error {
	for _, kind := range []error{fs.ErrInvalid, fs.ErrNotExist, fs.ErrPermission, errors.ErrUnsupported, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, kind) {
			return err
		}
	}
	var e *sqlite.Error
	if errors.As(err, &e) {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_TOOBIG:
			return fmt.Errorf("a value in it is longer than %d bytes: %w", maxValue, fs.ErrInvalid)
		case sqlite3.SQLITE_INTERRUPT:
			return fmt.Errorf("interrupted: %w", context.Canceled)
		}
	}
	return fmt.Errorf("its database cannot be read (%v): %w", err, fs.ErrInvalid)
}

// readSchema lists real tables and their stored columns.
func (d *database) readSchema(ctx context.Context) error {
	rows, err := d.c.QueryContext(ctx, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND length(name) < 200 LIMIT 1000")
	if err != nil {
		return err
	}
	names, err := column(rows)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !wanted[name] {
			continue
		}
		rows, err := d.c.QueryContext(ctx, "SELECT lower(name) FROM pragma_table_xinfo(?) WHERE hidden = 0 LIMIT 500", name)
		if err != nil {
			return err
		}
		columns, err := column(rows)
		if err != nil {
			return err
		}
		d.tables[name] = map[string]bool{}
		for _, c := range columns {
			d.tables[name][c] = true
		}
	}
	return nil
}

// wanted are the tables that a channel is read from.
var wanted = map[string]bool{
	"content_channelmetadata": true, "content_contentnode": true, "content_file": true, "content_localfile": true,
	"content_assessmentmetadata": true, "content_language": true, "content_contenttag": true, "content_contentnode_tags": true,
	"content_contentnode_has_prerequisite": true, "content_license": true,
}

func column(rows *sql.Rows) (out []string, err error) {
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// has says whether a table has all of the columns; with none, whether it is there.
func (d *database) has(table string, columns ...string) bool {
	t, ok := d.tables[table]
	for _, c := range columns {
		ok = ok && t[c]
	}
	return ok
}

// A want is a value to read: the first of columns that is there, at most most bytes of it.
type want struct {
	columns string // names, a space between; the first that the table has
	text    bool   // else a number
}

func text(columns string) want   { return want{columns, true} }
func number(columns string) want { return want{columns, false} }

// expressions are what SELECT asks of a table, NULL for a column that is not there. Texts are given as texts whatever they
// are stored as, numbers as numbers.
func (d *database) expressions(table string, wants []want) string {
	out := make([]string, len(wants))
	for i, w := range wants {
		out[i] = "NULL"
		for name := range strings.FieldsSeq(w.columns) {
			if !d.has(table, name) && name != "rowid" {
				continue
			}
			out[i] = "CAST(" + name + " AS TEXT)"
			if !w.text {
				out[i] = "CAST(" + name + " AS NUMERIC)"
			}
			if name == "rowid" {
				out[i] = name
			}
			break
		}
	}
	return strings.Join(out, ", ")
}

// A row is one row's values in the order of the wants.
type row struct {
	texts   []sql.NullString
	numbers []sql.NullFloat64
	into    []any
}

func newRow(wants []want) *row {
	r := &row{texts: make([]sql.NullString, len(wants)), numbers: make([]sql.NullFloat64, len(wants))}
	for i, w := range wants {
		if w.text {
			r.into = append(r.into, &r.texts[i])
		} else {
			r.into = append(r.into, &r.numbers[i])
		}
	}
	return r
}

func (r *row) text(i int) string { return strings.ToValidUTF8(r.texts[i].String, "\uFFFD") }

func (r *row) int(i int) int64 { return whole(r.numbers[i].Float64) }

func (r *row) null(i int) bool { return !r.texts[i].Valid && !r.numbers[i].Valid }

// whole makes a number that may be anything an int64.
func whole(f float64) int64 {
	if !(f > -1<<53 && f < 1<<53) {
		return 0
	}
	return int64(f)
}

// each reads a whole table, at most most rows of it, else fs.ErrInvalid. A table that is not there has none.
func (d *database) each(ctx context.Context, table string, most int, wants []want, fn func(r *row) error) error {
	if !d.has(table) {
		return nil
	}
	rows, err := d.c.QueryContext(ctx, "SELECT "+d.expressions(table, wants)+" FROM "+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	r := newRow(wants)
	for n := 0; rows.Next(); n++ {
		if n >= most {
			return fmt.Errorf("more than %d rows in %s: %w", most, table, fs.ErrInvalid)
		}
		if err := rows.Scan(r.into...); err != nil {
			return err
		}
		if err := fn(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

// A fetch finds rows of one table by their rowid.
type fetch struct {
	s *sql.Stmt
	r *row
}

func (d *database) fetch(ctx context.Context, table string, wants []want) (*fetch, error) {
	s, err := d.c.PrepareContext(ctx, "SELECT "+d.expressions(table, wants)+" FROM "+table+" WHERE rowid = ?")
	if err != nil {
		return nil, err
	}
	return &fetch{s, newRow(wants)}, nil
}

// row is valid until the next call.
func (f *fetch) row(ctx context.Context, id int64) (*row, error) {
	return f.r, f.s.QueryRowContext(ctx, id).Scan(f.r.into...)
}

func (f *fetch) close() { f.s.Close() }
