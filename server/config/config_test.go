package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAMissingFileIsTheDefaults(t *testing.T) {
	c, err := Load(t.TempDir())
	if err != nil || c.Web.HTTP != ":8080" || !c.Web.Guests {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestAFieldReplacesItsDefaultAlone(t *testing.T) {
	c, err := Load(write(t, "[web]\nhttp = \":9000\"\n"))
	if err != nil || c.Web.HTTP != ":9000" || c.Web.Player != ":8081" {
		t.Errorf("got %+v, %v", c.Web, err)
	}
}

func TestWhatCannotBeMeantIsRefusedByName(t *testing.T) {
	for text, want := range map[string]string{
		"[web]\nhtpp = \":9\"":       "htpp",
		"[node]\nrole = \"king\"":    "king",
		"[web]\nshared_minutes = 0":  "minute",
		"this is not toml":           "config.toml",
		"[content]\nreader_mib = -1": "negative",
		"[sync]\nmonth_mb = -1":      "budgets",
	} {
		_, err := Load(write(t, text))
		if !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want fs.ErrInvalid naming %q", text, err, want)
		}
	}
}
