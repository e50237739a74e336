//go:build browser

package nodetest

import (
	"os"
	"path/filepath"
	"testing"
)

// A teacher adds a book and a file of questions from a phone: with the script, in pieces that a cut leaves to go on with,
// and without.
func TestBrowserWalksUpload(t *testing.T) {
	s := &site{Node: Start(t, Options{}), told: map[string]any{}, out: openOutside(t)}
	s.addresses()
	school(t, s.Node)
	s.addPeople(t)
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	s.told["book"] = corpusFile(t, "epub/childrens-literature.epub")
	s.told["questions"] = write("goats and hens.gift", "::Milk:: Which gives milk? {=goat ~hen ~fish}\n\n::Sum:: 2 + 3 = ? {#5}\n")
	s.told["plainQuestions"] = write("rivers.csv", "question,answer,option 1,option 2\nWhich is longer?,Nile,Tana,Thames\n")
	s.told["film"] = pageZip(t, dir, "water", 5<<20)
	s.walk(t, "upload")
}
