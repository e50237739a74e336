package locale

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
		if got, err := fs.ReadFile(unpack(), name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what is embedded: run this test with -update (%v)", name, err)
		}
	}
}

func pack(t *testing.T, names []string) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(b)
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
