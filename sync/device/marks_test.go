package device

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"lamplight/sync/clock"
)

// FuzzMarks reads any file as export marks: it must not crash, and what it then says must be written and read back.
func FuzzMarks(f *testing.F) {
	dir := f.TempDir()
	m := &marks{path: filepath.Join(dir, "exported"), known: clock.Vector{}}
	for i := range 3 {
		if err := m.raise(clock.Vector{{byte(i)}: uint64(7 + i)}); err != nil {
			f.Fatal(err)
		}
	}
	whole, err := os.ReadFile(m.path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bytes.TrimRight(whole, "\x00"))
	f.Add(whole[:slotSize])
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "exported")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := openMarks(path)
		if err != nil {
			t.Fatal(err)
		}
		want := m.known.Clone()
		want[clock.Stream{99}] = 1 << 40
		if err := m.raise(clock.Vector{{99}: 1 << 40}); err != nil {
			t.Fatal(err)
		}
		if len(want) > maxMarks {
			return
		}
		if again, err := openMarks(path); err != nil || !again.known.Equal(want) {
			t.Fatalf("%v came back as %v, %v", want, again.known, err)
		}
	})
}
