// Package sqlitetest asks a real SQLite, that of Python's standard library, what it thinks of a database, or has it make one.
package sqlitetest

import (
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

//go:embed ask.py
var ask string

// Do has SQLite run statements on the database at path, which it makes if there is none, and answers the rows of the last:
// numbers as float64, bytes in hex, nil for NULL. Those of a statement after "+" are added to those before;
// ".open PATH" goes on with another database; ".leave" ends it as a power cut would, the file and its log as they are.
// Without Python the test is skipped, or fails where LAMPLIGHT_REQUIRE_CORPUS is 1.
func Do(t testing.TB, path string, statements ...string) (rows [][]any) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("LAMPLIGHT_REQUIRE_CORPUS") == "1" {
			t.Fatal("no python3, whose sqlite3 is the second opinion: install python3")
		}
		t.Skip("no python3, whose sqlite3 is the second opinion")
	}
	in, err := json.Marshal(statements)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(python, "-c", ask, path)
	c.Stdin = strings.NewReader(string(in))
	var wrong strings.Builder
	c.Stderr = &wrong
	out, err := c.Output()
	if err != nil {
		t.Fatalf("SQLite: %v\n%s", err, wrong.String())
	}
	if err := json.Unmarshal(out, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// Sound fails the test for whatever SQLite finds wrong with any of the databases.
func Sound(t testing.TB, paths ...string) {
	t.Helper()
	var all []string
	for _, path := range paths {
		all = append(all, ".open "+path)
		for _, check := range []string{"integrity_check", "quick_check", "foreign_key_check"} {
			all = append(all, "+PRAGMA "+check)
		}
	}
	sound := 0
	for _, row := range Do(t, paths[0], all...) {
		if row[0] == "ok" {
			sound++
		} else {
			t.Errorf("%v", row)
		}
	}
	if sound != 2*len(paths) {
		t.Errorf("%d of %d checks are ok", sound, 2*len(paths))
	}
}
