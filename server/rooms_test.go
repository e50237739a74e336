package server

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// floors orders server's own packages: one may import those that stand after it, never one before it.
// Packages on the same floor (web, player, api; report, auth, files) do not import each other.
var floors = [][]string{
	{"server/cli"},
	{"server"},
	{"server/web", "server/player", "server/api"},
	{"server/roster"}, // writes cells as reports do
	{"server/district"},
	{"server/paper", "server/report", "server/auth", "server/files", "server/wire", "server/indexer", "server/queue", "server/intake", "server/picture"},
	{"server/store"},
	{"server/learning"},
	{"server/config"},
}

func TestRoomsImportOnlyWhatTheMapAllows(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		files++
		rel, _ := filepath.Rel(root, filepath.Dir(path))
		return checkImports(t, filepath.ToSlash(rel), path)
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Fatalf("looked at %d files only: the walk is broken", files)
	}
}

func checkImports(t *testing.T, dir, path string) error {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	for _, spec := range f.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		target, ours := strings.CutPrefix(imported, "lamplight/")
		if !ours {
			continue
		}
		if why := forbidden(dir, target); why != "" {
			t.Errorf("%s imports %s: %s", filepath.Join(dir, filepath.Base(path)), imported, why)
		}
	}
	return nil
}

// forbidden says why a file in dir must not import target, "" when it may.
func forbidden(dir, target string) string {
	from, to := room(dir), room(target)
	switch {
	case from == "." || from == to && from != "server":
		return ""
	case from != "server":
		return "the islands never import each other; declare an interface of one to three methods and let server hand it over"
	case to != "server":
		return ""
	}
	a, b := floor(dir), floor(target)
	switch {
	case strings.HasPrefix(target, "server/nodetest"):
		return ""
	case strings.HasPrefix(dir, "server/nodetest"):
		return ""
	case a < 0 || b < 0:
		return "this package has no floor in rooms_test.go; give it one beside packages like it"
	case dir == target || a < b || strings.HasPrefix(target, dir+"/") && dir != "server":
		return ""
	}
	return "inside server imports go down only: cli → server → web, player, api → report, auth, files → store → learning → config"
}

func floor(dir string) int {
	for i, names := range floors {
		for _, n := range names {
			if dir == n || n != "server" && strings.HasPrefix(dir, n+"/") {
				return i
			}
		}
	}
	return -1
}

// room is the top-level folder of a slash path, "." for the root itself.
func room(dir string) string {
	first, _, _ := strings.Cut(dir, "/")
	return first
}

func TestRoomsRuleRefusesWhatItShould(t *testing.T) {
	for _, c := range []struct {
		from, to string
		ok       bool
	}{
		{"content/zim", "content", true},
		{"content/zim", "sync/clock", false},
		{"ui", "server/web", false},
		{"sync/exchange", "content/blob", false},
		{"server/web", "ui/view", true},
		{"server/web", "server/store", true},
		{"server/store", "server/web", false},
		{"server/web", "server/player", false},
		{"server/learning", "server/store", false},
		{"server/cli", "server", true},
		{"server", "server/cli", false},
		{".", "server/cli", true},
	} {
		if why := forbidden(c.from, c.to); (why == "") != c.ok {
			t.Errorf("%s importing %s: got %q, want allowed=%v", c.from, c.to, why, c.ok)
		}
	}
}

// TestTopLevelHoldsTheFiveRoomsOnly keeps what the customer fixed.
func TestTopLevelHoldsTheFiveRoomsOnly(t *testing.T) {
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{
		"server": true, "sync": true, "content": true, "ui": true, "hardware": true,
		"go.mod": true, "go.sum": true, "tools.mod": true, "tools.sum": true, "main.go": true,
		"Makefile": true, "README.md": true, "LICENSE": true,
	}
	made := map[string]bool{"bin": true, "data": true, "dist": true} // by make, not committed
	for _, e := range entries {
		if n := e.Name(); !allowed[n] && !made[n] && !strings.HasPrefix(n, ".") {
			t.Errorf("%s lies at the top level; everything lives in one of the five rooms", n)
		}
	}
	inSync, err := filepath.Glob("../sync/*.go")
	if err != nil || len(inSync) > 0 {
		t.Errorf("Go files directly in sync/ hide the standard package of that name: %v %v", inSync, err)
	}
}
