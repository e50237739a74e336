package qti

import (
	"encoding/json"
	"lamplight/content"
	"os"
	"path/filepath"
	"testing"
)

func TestDump(t *testing.T) {
	for _, g := range []string{os.Getenv("QTI_DUMP")} {
		files, _ := filepath.Glob(g)
		for _, f := range files {
			h, err := os.Open(f)
			if err != nil {
				t.Fatal(err)
			}
			fi, _ := h.Stat()
			var x content.Exercise
			if filepath.Ext(f) == ".xml" {
				x, err = loneExercise(h, f)
			} else {
				x, err = Exercise(h, fi.Size(), Options{})
			}
			t.Logf("%s: %d items, %d left out, %v", filepath.Base(f), len(x.Items), len(x.LeftOut), err)
			for _, it := range x.Items {
				b, _ := json.Marshal(it)
				if os.Getenv("V") != "" {
					t.Logf("%s", b)
				} else {
					t.Logf("  %s %s", it.ID, it.Type)
				}
			}
			for _, l := range x.LeftOut {
				t.Logf("  LEFT %s %s: %s", l.Item, l.Type, l.Reason)
			}
		}
	}
}
