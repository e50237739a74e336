package bundle_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"lamplight/sync/bundle"
	"lamplight/sync/clustertest"
)

// A badDisk is a carrier that fails with an error once so many bytes were written or read; for ever, as one that was pulled, or
// for writes alone, as one that is full.
type badDisk struct {
	bundle.Disk
	left  int64
	err   error
	reads bool  // count bytes read, else bytes written
	free  int64 // 0: as the disk says
}

func (d *badDisk) gone() error {
	if d.left < 0 && d.err != syscall.ENOSPC {
		return d.err
	}
	return nil
}

func (d *badDisk) Free() int64 {
	if d.free != 0 {
		return d.free
	}
	return d.Disk.Free()
}

func (d *badDisk) List(dir string) ([]bundle.Entry, error) {
	if err := d.gone(); err != nil {
		return nil, err
	}
	return d.Disk.List(dir)
}

func (d *badDisk) Rename(from, to string) error {
	return errors.Join(d.gone(), d.whenThere(func() error { return d.Disk.Rename(from, to) }))
}

func (d *badDisk) Remove(name string) error {
	return errors.Join(d.gone(), d.whenThere(func() error { return d.Disk.Remove(name) }))
}

func (d *badDisk) Mkdir(name string) error {
	return errors.Join(d.gone(), d.whenThere(func() error { return d.Disk.Mkdir(name) }))
}

func (d *badDisk) Sync(name string) error {
	return errors.Join(d.gone(), d.whenThere(func() error { return d.Disk.Sync(name) }))
}

func (d *badDisk) whenThere(fn func() error) error {
	if d.gone() != nil {
		return nil
	}
	return fn()
}

func (d *badDisk) Open(name string) (bundle.File, error) {
	if err := d.gone(); err != nil {
		return nil, err
	}
	f, err := d.Disk.Open(name)
	return badFile{f, d}, err
}

func (d *badDisk) Create(name string) (bundle.Writer, error) {
	if err := d.gone(); err != nil {
		return nil, err
	}
	w, err := d.Disk.Create(name)
	return badWriter{w, d}, err
}

type badFile struct {
	bundle.File
	d *badDisk
}

func (f badFile) ReadAt(b []byte, off int64) (int, error) {
	if f.d.reads {
		f.d.left -= int64(len(b))
	}
	if err := f.d.gone(); err != nil {
		return 0, err
	}
	return f.File.ReadAt(b, off)
}

type badWriter struct {
	bundle.Writer
	d *badDisk
}

func (w badWriter) Write(b []byte) (int, error) {
	if w.d.reads {
		return w.Writer.Write(b)
	}
	fits := max(0, min(int64(len(b)), w.d.left))
	w.d.left -= int64(len(b))
	n, err := w.Writer.Write(b[:fits])
	if err == nil && w.d.left < 0 {
		err = w.d.err
	}
	return n, err
}

func (w badWriter) Sync() error { return errors.Join(w.d.gone(), w.Writer.Sync()) }

// inMemory is a folder where a sync costs nothing: what is tested is what is left there.
func inMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "lamplight")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// cutVisit lets x visit a carrier that fails after so many bytes, and says whether it did.
func cutVisit(t *testing.T, x *carrierBox, stick string, bad *badDisk, word string) (hit bool) {
	t.Helper()
	d, err := bundle.OpenFolder(stick, true)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	at := bad.left
	bad.Disk = d
	r, err := x.Visit(context.Background(), bad, bundle.Trip{})
	if hit = bad.left < 0; hit != (err != nil) || hit && r.Trouble != word {
		t.Fatalf("%s after %d bytes: told as %q, %v", word, at, r.Trouble, err)
	}
	return hit
}

func TestAStickPulledOrFullAtEvery4KBOfAnExportHurtsNobody(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a := newBox(t, "a", ours)
	a.write(1500)
	for word, cause := range map[string]error{"pulled": syscall.EIO, "full": syscall.ENOSPC} {
		cuts := 0
		for at := int64(0); ; at += 4 << 10 {
			b := newBox(t, "b", ours)
			course := a.Blobs.Put(bytes.Repeat([]byte("page "), 20_000))
			b.Blobs.Want(course)
			stick := inMemory(t)
			b.plug(stick)
			hit := cutVisit(t, a, stick, &badDisk{left: at, err: cause}, word)
			b.plug(stick)
			a.plug(stick)
			if r := b.plug(stick); r.Damaged > 0 || !b.Blobs.Has(course.Hash) {
				t.Fatalf("%s after %d bytes: later visits mend it: %+v", word, at, r)
			}
			a.plug(stick)
			differ(t, a, b)
			if !hit {
				break
			}
			cuts++
		}
		t.Logf("%s: %d exports cut", word, cuts)
		if cuts < 10 {
			t.Error("too few to mean anything")
		}
	}
}

func TestAStickPulledAtEvery4KBOfAnImportHurtsNobody(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, stick := newBox(t, "a", ours), inMemory(t)
	a.write(1500)
	a.plug(stick)
	for at, cuts := int64(0), 0; ; at += 4 << 10 {
		b := newBox(t, "b", ours)
		if !cutVisit(t, b, stick, &badDisk{left: at, err: syscall.EIO, reads: true}, "pulled") {
			if t.Logf("%d imports cut", cuts); cuts < 10 {
				t.Error("too few to mean anything")
			}
			return
		}
		cuts++
		b.plug(stick)
		differ(t, a, b)
		if err := os.RemoveAll(filepath.Join(stick, bundle.FolderName, b.Device.ID())); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAParcelThatWasCutAtEvery4KBGivesWhatItHolds(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a := newBox(t, "a", ours)
	a.write(3000)
	file := filepath.Join(t.TempDir(), "parcel")
	if _, err := a.Save(context.Background(), bundle.Trip{}, a.Dir, file); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b := newBox(t, "b", ours)
	var came []int
	for n := 4 << 10; ; n += 4 << 10 {
		cut := whole[:min(n, len(whole))]
		if err := os.WriteFile(file, cut, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := b.TakeFile(context.Background(), file)
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		came = append(came, r.EventsIn)
		if n >= len(whole) {
			break
		}
	}
	differ(t, a, b)
	t.Logf("of %d bytes, each 4 KB more brought so many events more: %v", len(whole), came)
	half := 0
	for _, n := range came[:len(came)/2] {
		half += n
	}
	if half == 0 {
		t.Error("what was whole did not come before the rest")
	}
}

func TestABitThatFlipsCostsOneFrame(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a := newBox(t, "a", ours)
	a.write(400)
	stick := t.TempDir()
	a.plug(stick)
	files, err := filepath.Glob(filepath.Join(stick, bundle.FolderName, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range files {
		good, err := os.ReadFile(at)
		if err != nil {
			t.Fatal(err)
		}
		for i := 5; i < len(good); i += max(1, len(good)/3) {
			b := newBox(t, "b", ours)
			bad := bytes.Clone(good)
			bad[i] ^= 1
			if err := os.WriteFile(at, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if r := b.plug(stick); r.Damaged+r.Refused == 0 {
				t.Errorf("%s at %d: nobody noticed: %+v", filepath.Base(at), i, r)
			}
			a.plug(stick) // mends it
			b.plug(stick)
			if d := clustertest.Differ(a.Box, b.Box); d != "" {
				t.Errorf("%s at %d: %s", filepath.Base(at), i, d)
			}
			if err := os.RemoveAll(filepath.Join(stick, bundle.FolderName, b.Device.ID())); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(at, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAStickThatCannotBeWrittenToIsReadAndToldSo(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, b := newBox(t, "a", ours), newBox(t, "b", ours)
	a.write(100)
	stick := t.TempDir()
	a.plug(stick)
	d, err := bundle.OpenFolder(stick, false)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r, err := b.Visit(context.Background(), readOnly{d}, bundle.Trip{})
	if err == nil || r.Trouble != "read-only" {
		t.Errorf("told as %q", r.Trouble)
	}
	differ(t, a, b)
}

type readOnly struct{ bundle.Disk }

func (readOnly) Create(string) (bundle.Writer, error) { return nil, syscall.EROFS }
func (readOnly) Rename(string, string) error          { return syscall.EROFS }
func (readOnly) Remove(string) error                  { return syscall.EROFS }
func (readOnly) Mkdir(string) error                   { return syscall.EROFS }
func (readOnly) Sync(string) error                    { return syscall.EROFS }
