package nodetest

import (
	"context"
	"testing"

	"lamplight/content/search"
)

// Find searches the node's library, all of it read.
func (n *Node) Find(t testing.TB, words string, most int) []search.Hit {
	t.Helper()
	if err := n.Search.CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	out, err := n.Search.Search(context.Background(), search.Query{Text: words, Staff: true, Limit: most})
	if err != nil {
		t.Fatal(err)
	}
	return out.Hits
}
