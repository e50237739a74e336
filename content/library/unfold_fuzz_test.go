package library

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"lamplight/content"
	"lamplight/content/blob"
)

// FuzzUnfold gives plans to a library that holds an edition of one small file, as an update that names it: what they make
// is never another thing than was named, and nothing else stays.
func FuzzUnfold(f *testing.F) {
	ctx := context.Background()
	blobs, err := blob.Open(f.TempDir(), blob.Options{Floor: -1})
	if err != nil {
		f.Fatal(err)
	}
	old, next := []byte(strings.Repeat("an old file ", 500)), []byte(strings.Repeat("an old file ", 501)+"and new words")
	var names [2]string
	for i, b := range [][]byte{old, next} {
		hash, size, err := blobs.Put(ctx, bytes.NewReader(b))
		if err != nil {
			f.Fatal(err)
		}
		m := Manifest{Version: 1, Course: content.Course{ID: content.NewCourseID("x", "y")}, Format: "x", Files: []ManifestFile{{Name: "a", Size: size, Hash: hash}}}
		raw, _ := encoder.Marshal(&m)
		if names[i], _, err = blobs.Put(ctx, bytes.NewReader(raw)); err != nil {
			f.Fatal(err)
		}
	}
	l := &Library{blobs: blobs, vain: map[string]bool{}, dir: f.TempDir()}
	was, _ := readManifest(blobs, names[0])
	is, _ := readManifest(blobs, names[1])
	u := &updater{l: l, ctx: ctx, old: was, new: is, oldPath: func(int) (string, error) { return blobs.Path(was.Files[0].Hash), nil }}
	if err := u.make(was.raw, is.raw); err != nil {
		f.Fatal(err)
	}
	path, err := u.write(names[0], names[1])
	if err != nil {
		f.Fatal(err)
	}
	hash, _, err := blobs.Adopt(ctx, path, func(string) error { return nil })
	if err != nil {
		f.Fatal(err)
	}
	whole, _, _ := blobs.Open(hash)
	good, _ := io.ReadAll(whole)
	whole.Close()
	head := good[:updateHeader-4]
	f.Add(u.plan)
	f.Add(good)
	enc, _ := zstd.NewWriter(nil)
	literals, _ := zstd.NewWriter(nil)
	f.Fuzz(func(t *testing.T, b []byte) {
		blobs.Delete(names[1])
		blobs.Delete(is.Files[0].Hash)
		frame := enc.EncodeAll(b, nil)
		data := append(bytes.Clone(head), byte(len(frame)>>24), byte(len(frame)>>16), byte(len(frame)>>8), byte(len(frame)))
		data = append(append(data, frame...), literals.EncodeAll(b, nil)...)
		if bytes.HasPrefix(b, []byte(updateMagic)) {
			data = b
		}
		hash, size, err := blobs.Put(ctx, bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		err = l.unfold(ctx, content.Update{From: names[0], To: names[1], Hash: hash, Size: size})
		if made := blobs.Has(names[1]); made != (err == nil) {
			t.Fatalf("%v, and the manifest is here: %v", err, made)
		}
		blobs.Delete(hash)
		if blobs.Has(is.Files[0].Hash) && blobs.Verify(ctx, is.Files[0].Hash) != nil {
			t.Fatal("it made a file that is not what its name says")
		}
	})
}
