package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content/kolibri/sqlite/sqlitetest"
)

// rowsOf reads columns of a table as text, a line each row, NULL as nothing.
func rowsOf(path, table string, columns ...string) (out []string, err error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t, err := f.Table(table)
	if err != nil {
		return nil, err
	}
	c := t.Rows(columns...)
	for c.Next(context.Background()) {
		var b strings.Builder
		for i := range columns {
			if v := c.Value(i); v.IsNull() {
				b.WriteString("|-")
			} else {
				fmt.Fprintf(&b, "|%d %.30s %.30s", len(v.Text()), v.Text(), tail(v.Text()))
			}
		}
		out = append(out, b.String())
	}
	return out, c.Err()
}

func tail(s string) string { return s[max(0, len(s)-30):] }

// asked are the same rows as SQLite gives them.
func asked(t *testing.T, path, table string, columns ...string) (out []string) {
	t.Helper()
	var casts []string
	for _, c := range columns {
		casts = append(casts, "CAST("+c+" AS TEXT)")
	}
	for _, row := range sqlitetest.Do(t, path, "SELECT "+strings.Join(casts, ", ")+" FROM "+table+" NOT INDEXED ORDER BY rowid") {
		var b strings.Builder
		for _, v := range row {
			if v == nil {
				b.WriteString("|-")
			} else {
				s := v.(string)
				fmt.Fprintf(&b, "|%d %.30s %.30s", len(s), s, tail(s))
			}
		}
		out = append(out, b.String())
	}
	return out
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d rows, SQLite has %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("row %d is\n%s, SQLite has\n%s", i, got[i], want[i])
			return
		}
	}
}

// filled makes a table of every kind of value and length in a database with these pragmas, then grows and thins it.
func filled(t *testing.T, pragmas ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "some.sqlite3")
	statements := append(pragmas,
		`CREATE TABLE words (id INTEGER PRIMARY KEY, "a b" TEXT /* , c */ NOT NULL DEFAULT ('x,'')'), [n(] NUMERIC(5, 2) CHECK (id > -9), -- , d
		f FLOAT, b, double REAL AS (f * 2) STORED, shadow TEXT AS (b || 'x'), e VARCHAR(9) COLLATE NOCASE REFERENCES words(id) ON DELETE SET DEFAULT, UNIQUE (id, e))`,
		`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1500) INSERT INTO words (id, "a b", [n(], f, b, e)
		SELECT i * 3, substr(replace(hex(zeroblob(i * i % 9000 / 2 + 1)), '0', 'ä漢'), 1, i % 4000), i * i * i * i * (1 - 2 * (i % 2)), i / 7.0, CASE i % 5 WHEN 0 THEN zeroblob(i) WHEN 1 THEN 'text' WHEN 2 THEN i WHEN 3 THEN -i * 0.5 END, i FROM c`,
		`INSERT INTO words (id, "a b", [n(]) VALUES (-5, 'long', 9223372036854775807), (9223372036854775807, hex(zeroblob(300000)), -9223372036854775808)`,
		`DELETE FROM words WHERE id % 17 = 0`, `ALTER TABLE words ADD COLUMN later INTEGER DEFAULT -7`, `ALTER TABLE words ADD COLUMN word TEXT DEFAULT 'it''s'`, `ALTER TABLE words ADD COLUMN none`,
		`INSERT INTO words (id, "a b", later, word, none) VALUES (77777, 'new', 5, NULL, x'616263')`, `CREATE VIEW seen AS SELECT * FROM words`,
		`CREATE TABLE keyed (k TEXT PRIMARY KEY, v) WITHOUT ROWID`, `INSERT INTO keyed VALUES ('a', 1)`)
	sqlitetest.Do(t, path, statements...)
	return path
}

var wordColumns = []string{"id", `a b`, "n(", "f", "b", "double", "e", "later", "word", "none", "rowid"}

var wordNames = []string{"id", `"a b"`, "[n(]", "f", "b", "double", "e", "later", "word", "none", "rowid"}

func TestWhatSQLiteWritesIsReadAlike(t *testing.T) {
	for _, pragmas := range [][]string{
		{"PRAGMA page_size = 512"},
		{"PRAGMA page_size = 4096", "PRAGMA auto_vacuum = 1"},
		{"PRAGMA page_size = 65536"},
		{"PRAGMA page_size = 1024", "PRAGMA encoding = 'UTF-16le'"},
		{"PRAGMA encoding = 'UTF-16be'"},
	} {
		t.Run(strings.Join(pragmas, ", "), func(t *testing.T) {
			path := filled(t, pragmas...)
			got, err := rowsOf(path, "WORDS", append(wordColumns[:5:5], wordColumns[6:]...)...)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) < 1300 {
				t.Fatalf("%d rows", len(got))
			}
			same(t, got, asked(t, path, "words", append(wordNames[:5:5], wordNames[6:]...)...))
			f, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if _, err := f.Table("seen"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a view: %v", err)
			}
			if _, err := f.Table("keyed"); !errors.Is(err, errors.ErrUnsupported) {
				t.Errorf("a table without rowid: %v", err)
			}
			words, err := f.Table("words")
			if err != nil {
				t.Fatal(err)
			}
			if words.Has("double") || words.Has("shadow") || !words.Has("LATER") {
				t.Error("computed columns are none of the stored")
			}
		})
	}
}

func TestARowIsFoundByItsRowid(t *testing.T) {
	path := filled(t, "PRAGMA page_size = 1024")
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	words, err := f.Table("words")
	if err != nil {
		t.Fatal(err)
	}
	c, all := words.Rows("f", "e"), words.Rows("f", "e")
	n := 0
	for all.Next(t.Context()) {
		if err := c.Find(all.Rowid()); err != nil || c.Value(0).Text() != all.Value(0).Text() || c.Value(1).Text() != all.Value(1).Text() {
			t.Fatalf("row %d: %q, %v", all.Rowid(), c.Value(1).Text(), err)
		}
		n++
	}
	if all.Err() != nil || n < 1300 {
		t.Fatal(n, all.Err())
	}
	for _, id := range []int64{0, 1, 4, 17 * 3, -9, 1 << 60} {
		if err := c.Find(id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("row %d: %v", id, err)
		}
	}
}

func TestACommittedLogIsPartOfTheDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "logged.sqlite3")
	sqlitetest.Do(t, path, "PRAGMA journal_mode = wal", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2)", "PRAGMA wal_checkpoint(TRUNCATE)",
		"WITH RECURSIVE c(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM c WHERE i < 5000) INSERT INTO t SELECT i FROM c", "UPDATE t SET a = 'one' WHERE a = 1",
		"BEGIN", "PRAGMA cache_size = 5", "PRAGMA cache_spill = 1", "UPDATE t SET a = a || 'not committed'", ".leave")
	want := 5000
	got, err := rowsOf(path, "t", "a")
	if err != nil || len(got) != want || got[0] != "|3 one one" || strings.Contains(got[4999], "not") {
		t.Fatalf("%d rows, the first %q, the last %q: %v", len(got), got[0], got[len(got)-1], err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	alone := filepath.Join(t.TempDir(), "alone.sqlite3")
	to, _ := os.Create(alone)
	if n, err := f.WriteTo(to); err != nil || n != f.Size() || !f.Logged() {
		t.Fatal(n, f.Size(), err)
	}
	to.Close()
	sqlitetest.Sound(t, alone)
	same(t, got, asked(t, alone, "t", "a"))
	log, _ := os.ReadFile(path + "-wal")
	log[100] ^= 1 // what comes after a broken frame is none of it
	os.WriteFile(path+"-wal", log, 0o644)
	if half, err := rowsOf(path, "t", "a"); err != nil || len(half) != 2 {
		t.Errorf("a broken log gives %d rows, %v", len(half), err)
	}
	log[8], log[9], log[10], log[11] = 0, 0, 2, 0 // pages of 512 bytes
	var l frames
	l.order = sumOrder(log)
	l.sum(log[:24])
	for i, v := range []uint32{l.a, l.b} {
		log[24+4*i], log[25+4*i], log[26+4*i], log[27+4*i] = byte(v>>24), byte(v>>16), byte(v>>8), byte(v)
	}
	os.WriteFile(path+"-wal", log, 0o644)
	if _, err := rowsOf(path, "t", "a"); !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), "logged.sqlite3-wal") {
		t.Errorf("the log of another database: %v", err)
	}
}

func TestAHalfWrittenDatabaseIsRefusedByName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "half.sqlite3")
	sqlitetest.Do(t, path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (zeroblob(90000))", "PRAGMA cache_size = 2", "PRAGMA cache_spill = 1", "BEGIN", "UPDATE t SET a = zeroblob(100000)",
		"INSERT INTO t SELECT randomblob(9000) FROM t, t AS u", "UPDATE t SET a = randomblob(90000)", ".leave")
	if _, err := rowsOf(path, "t", "a"); !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), "half.sqlite3-journal") {
		t.Errorf("%v", err)
	}
	sqlitetest.Do(t, path, "SELECT count(*) FROM t") // it mends it
	if got, err := rowsOf(path, "t", "a"); err != nil || len(got) != 1 {
		t.Errorf("%d rows, %v", len(got), err)
	}
}
