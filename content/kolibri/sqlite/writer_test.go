package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content/kolibri/sqlite/sqlitetest"
)

// made writes a database of n rows, with every kind of key and of lengths that meet every edge of a page.
func made(t testing.TB, n int, schemaWords string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made.sqlite3")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w.Table("CREATE TABLE main (id CHAR(32) NOT NULL PRIMARY KEY, title VARCHAR(200), long TEXT, number INTEGER, real FLOAT, flag BOOLEAN NOT NULL, bytes BLOB, UNIQUE (number, title)" + schemaWords + ")")
	w.Table("CREATE TABLE pair (id INTEGER NOT NULL PRIMARY KEY, a CHAR(32) NOT NULL REFERENCES main (id), b VARCHAR UNIQUE)")
	w.Table("CREATE TABLE empty (id TEXT PRIMARY KEY)")
	w.Index("ix_long", "main", "long")
	w.Index("ix_real", "main", "real", "number")
	w.Index("ix_a", "pair", "a")
	chance := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		id := fmt.Sprintf("%016x%016x", chance.Uint64(), i)
		row := map[string]any{"id": id, "title": strings.Repeat("é", chance.IntN(80)) + fmt.Sprint(i), "number": int64(chance.Uint64()) >> chance.IntN(64), "flag": i%2 == 0}
		switch chance.IntN(10) {
		case 0:
			row["long"] = strings.Repeat("long ", chance.IntN(20_000))
		case 1, 2, 3:
			row["long"] = strings.Repeat("x", chance.IntN(1100))
		}
		if i%3 == 0 {
			row["real"], row["bytes"] = chance.NormFloat64(), []byte{0, 1, byte(i)}
		}
		w.Insert("main", row)
		if i%2 == 0 {
			w.Insert("pair", map[string]any{"id": 3*i + 1, "a": id, "b": i})
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhatWeWriteIsSoundToSQLite(t *testing.T) {
	for _, n := range []int{0, 1, 30, 1500} {
		words := ""
		if n == 30 {
			words = strings.Repeat(" -- words so many that the schema needs pages\n", 400)
		}
		path := made(t, n, words)
		sqlitetest.Sound(t, path)
		got, err := rowsOf(path, "main", "id", "title", "long", "number", "flag", "rowid")
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, asked(t, path, "main", "id", "title", "long", "number", "flag", "rowid"))
		pairs, err := rowsOf(path, "pair", "id", "a", "b")
		if err != nil {
			t.Fatal(err)
		}
		same(t, pairs, asked(t, path, "pair", "id", "a", "b"))
		for _, by := range []string{"sqlite_autoindex_main_1", "sqlite_autoindex_main_2", "ix_long", "ix_real"} {
			if rows := sqlitetest.Do(t, path, "SELECT count(*) FROM main INDEXED BY "+by+" WHERE id >= '' AND number IS NOT NULL AND (long IS NULL OR 1) AND (real IS NULL OR 1)"); by != "ix_long" && by != "ix_real" && rows[0][0] != float64(n) {
				t.Errorf("by %s it has %v rows, not %d", by, rows[0][0], n)
			}
		}
		if rows := sqlitetest.Do(t, path, "SELECT count(*), sum(typeof(b) = 'text') FROM pair JOIN main ON main.id = a"); rows[0][0] != float64((n+1)/2) {
			t.Errorf("%v pairs", rows)
		}
		sqlitetest.Do(t, path, "PRAGMA foreign_keys = off", "DELETE FROM main WHERE rowid % 3 = 0", "INSERT INTO main (id, flag, long) SELECT hex(randomblob(16)), 1, hex(zeroblob(3000)) FROM main LIMIT 500",
			"UPDATE pair SET b = b || 'x'", "DELETE FROM pair WHERE a NOT IN (SELECT id FROM main)", "INSERT INTO empty VALUES ('x')", "CREATE INDEX more ON main (title)")
		sqlitetest.Sound(t, path)
	}
}

func TestAWrongRowIsAnErrorOfClose(t *testing.T) {
	for says, rows := range map[string][]map[string]any{
		"t.b is NULL":           {{"a": 1}},
		"comes after":           {{"a": 5, "b": "x"}, {"a": 5, "b": "y"}},
		"the same b":            {{"b": "x"}, {"b": "y"}, {"b": "x"}},
		"columns that it has n": {{"b": "x", "nosuch": 1}},
		"of type":               {{"b": struct{}{}}},
		"longer":                nil,
	} {
		w, err := Create(filepath.Join(t.TempDir(), "wrong"))
		if err != nil {
			t.Fatal(err)
		}
		w.Table("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL UNIQUE)")
		if says == "longer" {
			says = "at most"
			rows = []map[string]any{{"b": strings.Repeat("x", maxRow)}}
		}
		for _, r := range rows {
			w.Insert("t", r)
		}
		if err := w.Close(); !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

func TestATextIsChangedWhereItLies(t *testing.T) {
	dir := t.TempDir()
	var all []string
	for _, before := range []int{0, 10, 3000, 4000, 4030, 4080, 8000, 40_000} {
		for _, n := range []int{1, 25, 31, 4050, 9000, 0} {
			path := filepath.Join(dir, fmt.Sprintf("changed%d-%d.sqlite3", before, n))
			all = append(all, path)
			w, err := Create(path)
			if err != nil {
				t.Fatal(err)
			}
			w.Table("CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, before TEXT, date VARCHAR, after INTEGER)")
			w.Insert("t", map[string]any{"id": "one", "before": strings.Repeat("b", before), "date": strings.Repeat("d", 30), "after": 77})
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			is := strings.Repeat("n", n)
			if err := Change(t.Context(), path, "t", "date", func(old string) (string, bool) { return is, len(old) == 30 }); err != nil {
				t.Fatal(err)
			}
			got, err := rowsOf(path, "t", "id", "before", "date", "after")
			if want := fmt.Sprintf("|3 one one|%d %.30[2]s %.30[2]s|%d %.30[4]s %.30[4]s|2 77 77", before, strings.Repeat("b", min(before, 30)), n, is[:min(n, 30)]); err != nil || len(got) != 1 || got[0] != want {
				t.Fatalf("%s, want %s, %v", got, want, err)
			}
		}
	}
	sqlitetest.Sound(t, all...)
}

func TestWhatCannotBeChangedIsLeftAsItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "full.sqlite3")
	sqlitetest.Do(t, path, "CREATE TABLE t (a TEXT, b TEXT, k TEXT UNIQUE)", "CREATE INDEX ix ON t (b)",
		"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 200) INSERT INTO t SELECT 'aaaaaaaaaaaaaaaaaaaa', i, i FROM c")
	was, _ := os.ReadFile(path)
	for _, column := range []string{"a", "b", "k"} {
		err := Change(t.Context(), path, "t", column, func(string) (string, bool) { return strings.Repeat("longer", 500), true })
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v", column, err)
		}
	}
	if is, _ := os.ReadFile(path); string(is) != string(was) {
		t.Skip("what had room was changed") // the rest is as it was: each row by itself
	}
}
