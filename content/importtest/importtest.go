// Package importtest is the suite every reader must pass: no path escapes, bounded memory, licence found, broken
// samples refused, nothing written, the same bytes to everyone who asks at once.
//
// A reader's test names its good and bad samples and calls Run. Corpus and Manifest find the third-party files.
package importtest

import (
	"context"
	"io/fs"
	"testing"

	"lamplight/content"
)

// MemoryLimit is how far the heap may grow while one sample is planned, opened and read: what a 512 MB board can
// spare beside the rest (design: no import takes more than 128 MB).
const MemoryLimit = 128 << 20

// A Sample is a file or folder that must be read.
type Sample struct {
	Path      string // on disk
	Title     string // "" any, but never empty
	Licence   string // the SPDX id that must be found, "" unchecked
	Owner     string // "" unchecked
	Languages []string
	Resources int // 0 unchecked
	Items     int // 0 unchecked
	// Silent samples state no licence: Plan must leave it "" and take the importer's word for it.
	Silent bool
	// Deep bounds how many nodes are opened, 0 for 300. Paging is always checked over all.
	Deep int
	// Damage is how many damaged copies (cut short, bytes changed; of a file up to 1 MiB) must be survived: refused
	// with a kind, or read without panic in bounded memory. 0 for 24, negative for none.
	Damage int
	// More is called with the opened course, for what only this format knows.
	More func(t *testing.T, p *content.Plan, r content.Reader)
}

// A Bad is a file or folder that must be refused by Plan, or survived.
type Bad struct {
	Path string
	Is   error  // fs.ErrInvalid, errors.ErrUnsupported or fs.ErrNotExist; nil for any of the three
	Says string // part of the reason, case ignored; "" anything
	// Survive: Plan may accept it; then it is opened and every node tried: errors must have a kind, nothing may panic
	// or grow. With Faulty set at least one node must fail.
	Survive bool
	Faulty  bool
}

// Run checks f against the contract of content.Format and content.Reader.
func Run(t *testing.T, f content.Format, good []Sample, bad []Bad) {
	t.Helper()
	if f.Name() == "" {
		t.Error("a format has a name")
	}
	for _, s := range good {
		t.Run("good/"+base(s.Path), func(t *testing.T) { checkGood(t, f, s) })
	}
	for _, b := range bad {
		t.Run("bad/"+base(b.Path), func(t *testing.T) { checkBad(t, f, b) })
	}
	t.Run("a path that is not there", func(t *testing.T) {
		if _, err := f.Plan(context.Background(), t.TempDir()+"/absent.bin", content.ImportOptions{}); !is(err, fs.ErrNotExist) {
			t.Errorf("Plan of an absent file: %v, want fs.ErrNotExist", err)
		}
	})
}
