package zim

import (
	"os"
	"path/filepath"
	"testing"

	"lamplight/content"
)

func TestStoredListsTheSameArticlesAndTextReadsThem(t *testing.T) {
	dir := os.Getenv("LAMPLIGHT_CORPUS")
	if dir == "" {
		dir = "../../../shared/corpus"
	}
	path := filepath.Join(dir, "zim", "african-storybook-sampler_mul_2026-11.zim")
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("LAMPLIGHT_REQUIRE_CORPUS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	_, r := openPath(t, path)
	nodes, total, err := r.Children("", 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	all := map[content.ResourceID]bool{}
	words := 0
	err = r.Stored(func(n content.Node) bool {
		all[n.ID] = true
		if err := r.Text(n.ID, func(p content.Passage) bool { words += len(p.Text); return true }); err != nil {
			t.Errorf("%s: %v", n.ID, err)
		}
		return true
	})
	if err != nil || len(all) != total {
		t.Errorf("%d stored, %d listed: %v", len(all), total, err)
	}
	for _, n := range nodes {
		if !all[n.ID] {
			t.Errorf("%s is not stored", n.ID)
		}
	}
	if words < 100*total {
		t.Errorf("%d bytes of words in %d articles", words, total)
	}
}
