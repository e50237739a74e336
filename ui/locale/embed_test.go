package locale

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"flag"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "make messages.zip of messages/")

func TestTheCataloguesAreEmbedded(t *testing.T) {
	names, err := filepath.Glob("messages/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	if *update {
		if err := os.WriteFile("messages.zip", pack(t, names), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	embedded, err := fs.Glob(unpack(), "messages/*.txt")
	if err != nil || len(embedded) != len(names) {
		t.Errorf("%d catalogues are embedded of %d: run this test with -update (%v)", len(embedded), len(names), err)
	}
	for _, name := range names {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines, same, _ := parse(string(want))
		got := read(unpack(), name)
		if len(got.messages) != len(lines) || !maps.Equal(got.same, same) {
			t.Errorf("%s has %d messages and %d the same, embedded are %d and %d: run this test with -update", name, len(lines), len(same), len(got.messages), len(got.same))
		}
		for _, l := range lines {
			if got.messages[l.key] != l.text {
				t.Errorf("%s: %s is not what is embedded: run this test with -update", name, l.key)
			}
		}
	}
}

// packing is what is embedded of a catalogue.
func packing(t *testing.T, name string) []byte {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if name == "messages/"+English+".txt" {
		return text
	}
	english, err := os.ReadFile("messages/" + English + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	out.WriteString(unkeyed)
	for l := range strings.Lines(string(text)) {
		if l[0] == '#' {
			out.WriteString(l)
		}
	}
	out.WriteString("\n")
	lines, _, _ := parse(string(text))
	said := map[string]string{}
	for _, l := range lines {
		said[l.key] = l.text
	}
	keys, _, _ := parse(string(english))
	for _, k := range keys {
		out.WriteString(said[k.key] + "\n")
		delete(said, k.key)
	}
	for _, l := range lines {
		if _, own := said[l.key]; own {
			out.WriteString(l.key + " = " + l.text + "\n")
		}
	}
	return []byte(out.String())
}

func pack(t *testing.T, names []string) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(packing(t, name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
