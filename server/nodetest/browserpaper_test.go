//go:build browser

package nodetest

import (
	"os"
	"path/filepath"
	"testing"
)

// A teacher asks a class with cards, prints and enters marks: with a script and without, on a phone of 240 pixels and from
// right to left.
func TestBrowserWalksPaper(t *testing.T) {
	c := openPaperClass(t)
	s := &site{Node: c.Node, told: map[string]any{"class": c.class, "quiz": c.quiz}, out: openOutside(t)}
	s.addresses()
	seen := make([]int, 38)
	for i := range seen {
		seen[i] = i + 1
	}
	photo, want := paperPhoto(41, seen)
	file := filepath.Join(t.TempDir(), "class.jpg")
	if err := os.WriteFile(file, photo, 0o600); err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, w := range want {
		if w.Answer < 3 {
			read++
		}
	}
	s.told["photo"], s.told["read"] = file, read
	s.walk(t, "paper")
}
