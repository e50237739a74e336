package kolibri

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"lamplight/content/kolibri/sqlite"
)

// Bounds of a channel's database. The largest channel met has 30,000 nodes and 160,000 files.
const (
	maxNodes = 250_000
	maxRows  = 1_000_000 // of any other table
)

// A database is a channel's SQLite file, open to be read as one that nobody vouches for.
type database struct {
	f      *sqlite.File
	tables map[string]*sqlite.Table
}

// wanted are the tables that a channel is read from.
var wanted = []string{
	"content_channelmetadata", "content_contentnode", "content_file", "content_localfile", "content_assessmentmetadata", "content_language",
	"content_contenttag", "content_contentnode_tags", "content_contentnode_has_prerequisite", "content_license",
}

// openDatabase opens the file at path, with what a log beside it holds. Only real tables and stored columns of it are read:
// views, virtual tables and computed columns are as if they were not there. Nothing is written, locked or recovered.
func openDatabase(path string) (*database, error) {
	f, err := sqlite.Open(path)
	if err != nil {
		return nil, err
	}
	d := &database{f: f, tables: map[string]*sqlite.Table{}}
	for _, name := range wanted {
		t, err := f.Table(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			d.close()
			return nil, broken(err)
		}
		d.tables[name] = t
	}
	return d, nil
}

func (d *database) close() { d.f.Close() }

// copyTo writes the database to a path that does not exist, as it is read: with its log.
func (d *database) copyTo(ctx context.Context, path string) error {
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = d.f.WriteTo(heeding{ctx, to})
	return errors.Join(err, to.Close())
}

// A heeding writer ends when its context does.
type heeding struct {
	ctx context.Context
	to  *os.File
}

func (h heeding) Write(b []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	return h.to.Write(b)
}

// broken gives an error of a disk the kind of a broken file; others have theirs.
func broken(err error) error {
	for _, kind := range []error{fs.ErrInvalid, fs.ErrNotExist, fs.ErrPermission, errors.ErrUnsupported, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, kind) {
			return err
		}
	}
	return fmt.Errorf("its database cannot be read (%v): %w", err, fs.ErrInvalid)
}

// has says whether a table has all of the columns; with none, whether it is there.
func (d *database) has(table string, columns ...string) bool {
	t, ok := d.tables[table]
	for _, c := range columns {
		ok = ok && t.Has(c)
	}
	return ok
}

// rows begins to read a table that is there. Of a column that is written as several names, a space between, it is the first
// that the table has; one that is not there is NULL.
func (d *database) rows(table string, columns []string) *row {
	t := d.tables[table]
	names := make([]string, len(columns))
	for i, c := range columns {
		for name := range strings.FieldsSeq(c) {
			if names[i] = name; t.Has(name) {
				break
			}
		}
	}
	return &row{t.Rows(names...)}
}

// A row is one row's values, in the order of the columns that were asked for, until the next.
type row struct{ c *sqlite.Cursor }

// text is a value as text, whatever it is stored as.
func (r *row) text(i int) string { return strings.ToValidUTF8(r.c.Value(i).Text(), "\uFFFD") }

// number is a value as a number, 0 of what is none.
func (r *row) number(i int) float64 { return r.c.Value(i).Number() }

// int is a value as a whole number, 0 of what is none.
func (r *row) int(i int) int64 { return whole(r.number(i)) }

func (r *row) null(i int) bool { return r.c.Value(i).IsNull() }

// whole makes a number that may be anything an int64.
func whole(f float64) int64 {
	if !(f > -1<<53 && f < 1<<53) {
		return 0
	}
	return int64(f)
}

// each reads a whole table, at most most rows of it, else fs.ErrInvalid. A table that is not there has none.
func (d *database) each(ctx context.Context, table string, most int, columns []string, fn func(r *row) error) error {
	if !d.has(table) {
		return nil
	}
	r := d.rows(table, columns)
	for n := 0; r.c.Next(ctx); n++ {
		if n >= most {
			return fmt.Errorf("more than %d rows in %s: %w", most, table, fs.ErrInvalid)
		}
		if err := fn(r); err != nil {
			return err
		}
	}
	return r.c.Err()
}

// find goes to the row of a rowid, in a table that rows has begun to read.
func (r *row) find(ctx context.Context, id int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return r.c.Find(id)
}
