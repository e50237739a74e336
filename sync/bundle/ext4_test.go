package bundle_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"lamplight/sync/bundle"
)

// ext4Stick is a stick of 24 MB with a file system of its own, where the machine lets us have one.
func ext4Stick(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	image, at := filepath.Join(dir, "image"), filepath.Join(dir, "stick")
	err := os.WriteFile(image, nil, 0o600)
	if err == nil {
		err = errors.Join(os.Truncate(image, 24<<20), os.Mkdir(at, 0o700))
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range [][]string{{"mkfs.ext4", "-q", "-m", "0", image}, {"mount", "-o", "loop", image, at}} {
		if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
			t.Skipf("%s: %v: %s", words[0], err, out)
		}
	}
	t.Cleanup(func() { _ = exec.Command("umount", at).Run() })
	return at
}

func TestARealStickThatIsFullOrReadOnlyStaysWhole(t *testing.T) {
	stick := ext4Stick(t)
	ours := school(t, "Kikelelwa")
	a, b := newBox(t, "a", ours), newBox(t, "b", ours)
	a.write(2000)
	course := a.Blobs.Put(bytes.Repeat([]byte("page "), 200_000))
	b.Blobs.Want(course)
	b.plug(stick)
	fill(t, stick, 300<<10)
	if r := a.plug(stick); !r.Left {
		t.Errorf("a full stick is not told as one: %+v", r)
	}
	if err := os.Remove(filepath.Join(stick, "films")); err != nil {
		t.Fatal(err)
	}
	fill(t, stick, 0)
	visit := func() (bundle.Result, error) {
		d, err := bundle.OpenFolder(stick, true)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		return a.Visit(context.Background(), d, bundle.Trip{})
	}
	a.write(10) // the receipt does not fit any more
	if r, err := visit(); err == nil && !r.Left {
		t.Errorf("a stick without a byte is not told as full: %+v", r)
	}
	if err := os.Remove(filepath.Join(stick, "films")); err != nil {
		t.Fatal(err)
	}
	a.plug(stick)
	if out, err := exec.Command("mount", "-o", "remount,ro", stick).CombinedOutput(); err != nil {
		t.Skipf("remount: %v: %s", err, out)
	}
	a.write(10)
	if r, err := visit(); r.Trouble != "read-only" {
		t.Errorf("a stick that takes nothing: %q, %v", r.Trouble, err)
	}
	d, err := bundle.OpenFolder(stick, true)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := b.Take(context.Background(), d); err != nil || !b.Blobs.Has(course.Hash) {
		t.Errorf("what a read-only stick brings does not come: %v", err)
	}
}

// fill leaves so many bytes on the stick.
func fill(t *testing.T, stick string, left int64) {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(stick, &s); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(stick, "films"))
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 4096)
	for n := int64(s.Bavail)*s.Bsize - left; n > 0; n -= int64(len(block)) {
		if _, err := f.Write(block); err != nil {
			break
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
