package eventlog

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDumpShowsTheJournalAndPassesOverDamage(t *testing.T) {
	files, err := filepath.Glob("../segment/testdata/golden/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden segment: %v", err)
	}
	golden, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var one, file bytes.Buffer
	if err := Dump(&one, bytes.NewReader(golden)); err != nil {
		t.Fatal(err)
	}
	framed := appendFrame(appendFrame(nil, golden), golden)
	framed[frameHead+20] ^= 1 // the first one's payload
	if err := Dump(&file, bytes.NewReader(framed)); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(file.String(), "damaged from byte 0\n") || !strings.HasSuffix(file.String(), one.String()) {
		t.Errorf("the file shows\n%s\nwant the damage named, then\n%s", file.String(), one.String())
	}
}
