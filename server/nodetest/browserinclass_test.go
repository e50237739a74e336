//go:build browser

package nodetest

import (
	"os"
	"path/filepath"
	"testing"
)

// A class of forty with three phones looks at things together: one phone with a script, one without, one in Arabic on 240
// pixels; the others hold up cards.
func TestBrowserWalksInClass(t *testing.T) {
	c := openLiveClass(t)
	s := &site{Node: c.Node, told: map[string]any{"class": c.class, "cards": c.cards[:3]}, out: openOutside(t)}
	s.addresses()
	seen := make([]int, 37)
	for i := range seen {
		seen[i] = i + 4
	}
	photo, _ := paperPhoto(41, seen)
	file := filepath.Join(t.TempDir(), "class.jpg")
	if err := os.WriteFile(file, photo, 0o600); err != nil {
		t.Fatal(err)
	}
	s.told["photo"] = file
	s.walk(t, "inclass")
}
