package media

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// The samples are TestHeads' small PDF, encrypted with the owner password "own" by another program (pypdf 6).
func TestPDFsThatAskForNoPasswordAreOpened(t *testing.T) {
	names, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	opened := 0
	for _, n := range names {
		if !strings.HasSuffix(n.Name(), ".pdf") {
			continue
		}
		f, err := probeFile(t, "testdata/"+n.Name())
		if strings.HasPrefix(n.Name(), "locked") {
			if !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), "password") {
				t.Errorf("%s: %+v, %v; want a refusal that names the password", n.Name(), f, err)
			}
			continue
		}
		if opened++; err != nil || f.Pages != 3 || f.Title != "Siri" || f.Language != "sw" {
			t.Errorf("%s: %d pages, title %q, language %q, %v", n.Name(), f.Pages, f.Title, f.Language, err)
		}
	}
	if opened != 4 {
		t.Errorf("%d samples opened, want 4: RC4 of 40 and 128 bits, AES of 128 and 256", opened)
	}
}
