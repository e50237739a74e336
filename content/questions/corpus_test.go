package questions

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
)

// TestCorpusFilesAreNoneOfOurs: the corpus holds no bank of questions, so nothing in it may be taken for one; what is bad is
// refused with a kind even when we are asked all the same.
func TestCorpusFilesAreNoneOfOurs(t *testing.T) {
	tried := 0
	for _, e := range importtest.Manifest(t) {
		head, err := os.ReadFile(e.File)
		if err != nil || len(head) > 8<<20 {
			continue
		}
		for _, f := range Formats() {
			if f.Claims(e.File, head[:min(len(head), 512)]) {
				t.Errorf("%s (%s) is claimed by %s", e.Path, e.Format, f.Name())
			}
			if filepath.Dir(e.Path) != "bad" {
				continue
			}
			tried++
			if _, err := f.Plan(context.Background(), e.File, content.ImportOptions{}); !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
				t.Errorf("%s: %s found %v", e.Path, f.Name(), err)
			}
		}
	}
	t.Logf("%d times a bad file was read as a bank, and refused", tried)
}
