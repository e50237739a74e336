package hardware

import (
	"os"
	"path/filepath"
	"testing"
)

func TestABoardIsReadFromItsFiles(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"proc/device-tree/model": "Raspberry Pi Zero 2 W Rev 1.0\x00",
		"proc/meminfo":           "MemTotal:         437584 kB\nMemFree: 1 kB\n",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := Detect(root)
	if b.Model != "Raspberry Pi Zero 2 W Rev 1.0" || b.Memory != 437584<<10 {
		t.Errorf("got %+v", b)
	}
}

func TestAnUnknownBoardIsUnknown(t *testing.T) {
	if b := Detect(t.TempDir()); b.Model != "" || b.Memory != 0 {
		t.Errorf("got %+v, want nothing guessed", b)
	}
}
