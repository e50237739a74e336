package search

import (
	"testing"

	"lamplight/content"
)

// Words too short to be looked for mistyped are not in a segment's vocabulary; a segment of nothing else is one too.
func TestASegmentOfShortWordsAloneIsWritten(t *testing.T) {
	x, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := x.Begin(content.Course{ID: "c", Edition: "1", Title: "A b"}); err != nil {
		t.Fatal(err)
	}
	if err := x.Add(Document{Course: "c", Resource: "r", Title: "1 2"}); err != nil {
		t.Fatal(err)
	}
	if err := x.Flush(); err != nil {
		t.Fatal(err)
	}
	found, err := x.Search(t.Context(), Query{Text: "2", Limit: 3})
	if err != nil || len(found.Hits) != 1 {
		t.Errorf("found %d, %v; want the one", len(found.Hits), err)
	}
}
