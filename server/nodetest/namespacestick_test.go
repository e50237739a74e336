package nodetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A plugged stick is a file system of its own in a file, so that what is on it at a moment can be looked at elsewhere, as
// when it is pulled.
type plugged struct{ image, at string }

// sticksOf is a folder where what is mounted later is seen by nodes that run by then in namespaces of their own.
func sticksOf(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := errors.Join(quietly("mount", "--bind", dir, dir), quietly("mount", "--make-shared", dir)); err != nil {
		t.Skipf("this test needs to mount: %v", err)
	}
	t.Cleanup(func() { _ = quietly("umount", "-R", dir) })
	return dir
}

// plug makes an ext4 of 8 MiB below the folder for sticks, on which left bytes are free (all of it when negative), or mounts
// image as it is.
func plug(t *testing.T, sticks, image string, left int64) plugged {
	t.Helper()
	at, err := os.MkdirTemp(sticks, "stick")
	p := plugged{image, at}
	if image == "" {
		p.image = filepath.Join(t.TempDir(), "image")
		err = errors.Join(err, os.WriteFile(p.image, nil, 0o600), os.Truncate(p.image, 8<<20), quietly("mkfs.ext4", "-q", "-F", "-m", "0", p.image))
	}
	if err = errors.Join(err, quietly("mount", "-o", "loop", p.image, p.at)); err != nil {
		t.Skipf("this part needs loop devices and ext4: %v", err)
	}
	t.Cleanup(func() { _ = p.away() }) // where a test ended early
	if left >= 0 {
		p.fill(t, left)
	}
	return p
}

func quietly(words ...string) error {
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %.200s", words[0], err, out)
	}
	return nil
}

// fill leaves so many bytes on it.
func (p plugged) fill(t *testing.T, left int64) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(p.at, "LAMPLIGHT"), 0o700); err != nil { // it was a carrier before
		t.Fatal(err)
	}
	var s syscall.Statfs_t
	if err := syscall.Statfs(p.at, &s); err != nil {
		t.Fatal(err)
	}
	if n := int64(s.Bavail)*s.Bsize - left; n > 0 {
		err := os.WriteFile(filepath.Join(p.at, "films"), make([]byte, n), 0o600)
		if err != nil && !errors.Is(err, syscall.ENOSPC) { // the file system takes some for itself
			t.Fatal(err)
		}
	}
}

// pull is what was on the stick when it was pulled, with no goodbye: its image as it is below the mounted file system.
func (p plugged) pull(t *testing.T) plugged {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "pulled")
	if err := errors.Join(quietly("cp", "--sparse=always", p.image, copied), p.away()); err != nil {
		t.Fatal(err)
	}
	return plug(t, filepath.Dir(p.at), copied, -1)
}

func (p plugged) away() error { return quietly("umount", p.at) }

// holds is how many bytes of ours are on it.
func (p plugged) holds() (n int64) {
	_ = filepath.WalkDir(filepath.Join(p.at, "LAMPLIGHT"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil
	})
	return n
}

// device is a box's id.
func (r *road) device(c *child) string {
	r.t.Helper()
	var s struct{ Device string }
	ask(r.t, c.data, &s, "sync", "status")
	return s.Device
}

// sticks carries answers by a stick that is pulled at every 4 KB of what it takes, each time a new one: the
// second box takes what is on it then. The last is whole.
func (r *road) sticks() {
	r.must(r.Cut(true))
	r.answers(1000)
	to := r.device(r.b)
	whole := plug(r.t, r.mounts, "", -1)
	ask(r.t, r.a.data, nil, "bundle", "export", "--for", to, whole.at)
	size := whole.holds()
	r.must(whole.away())
	if size < 4<<10 {
		r.t.Fatalf("only %d bytes are on the stick", size)
	}
	pulls, fewer := 0, 0
	for left, full := int64(0), true; full && left < 1<<20; left += 4 << 10 { // some room is left free for the stick's owner
		p := plug(r.t, r.mounts, "", left)
		out := run(r.t, "--data", r.a.data, "--json", "bundle", "export", "--for", to, p.at)
		var said struct{ Left bool }
		if full = json.Unmarshal([]byte(out.Out), &said) == nil && said.Left || out.Status != 0; full {
			fewer++
		}
		p = p.pull(r.t)
		if in := run(r.t, "--data", r.b.data, "--json", "bundle", "import", p.at); strings.Contains(in.Err, "panic") {
			r.t.Errorf("a stick pulled with %d bytes left: %s", left, in.Err)
		}
		r.must(p.away())
		pulls++
	}
	for stream, n := range r.vector(r.a) {
		if got := r.vector(r.b)[stream]; got < n {
			r.t.Errorf("stream %s: %d of %d came by the stick", stream, got, n)
		}
	}
	r.t.Logf("1,000 answers, %d bytes, by %d sticks that took 0, 4, 8 … KB and were pulled; %d said that not all fits", size, pulls, fewer)
}
