package starter

import (
	"archive/zip"
	"bytes"
	"flag"
	"io"
	"io/fs"
	"os"
	"testing"

	"github.com/klauspost/compress/zstd"
)

var update = flag.Bool("update", false, "make courses.zst of courses/")

func TestTheSourcesAreEmbedded(t *testing.T) {
	sources := os.DirFS("courses")
	if *update {
		if err := os.WriteFile("courses.zst", packAll(t, sources), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	embedded, n := unpack(), 0
	each(t, sources, func(path string, want []byte) {
		n++
		if got, err := fs.ReadFile(embedded, path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what is embedded: run this test with -update (%v)", path, err)
		}
	})
	each(t, embedded, func(string, []byte) { n-- })
	if n != 0 {
		t.Errorf("%d more files in courses/ than are embedded: run this test with -update", n)
	}
}

func each(t *testing.T, files fs.FS, fn func(path string, b []byte)) {
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(files, path)
		if err == nil {
			fn(path, b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func packAll(t *testing.T, files fs.FS) []byte {
	var stored, out bytes.Buffer
	z := zip.NewWriter(&stored)
	each(t, files, func(path string, b []byte) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Store})
		if err == nil {
			_, err = w.Write(b)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := zstd.NewWriter(&out, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(8<<20))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, &stored); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
