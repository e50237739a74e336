package device

import (
	"crypto/ed25519"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"

	"lamplight/sync/clock"
)

func open(t *testing.T, dir string) (*Device, *Registry) {
	t.Helper()
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := OpenRegistry(dir, d)
	if err != nil {
		t.Fatal(err)
	}
	return d, r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestADeviceIsTheSameAfterEveryStartButItsBoot(t *testing.T) {
	dir := t.TempDir()
	a, _ := open(t, dir)
	must(t, a.SetName("Box 1"))
	must(t, a.BumpEpoch())
	b, _ := open(t, dir)
	if a.ID() != b.ID() || b.Epoch() != 2 || b.Name() != "Box 1" || a.Boot() == b.Boot() || len(a.ID()) != 16 {
		t.Fatalf("%s %d %q, was %s", b.ID(), b.Epoch(), b.Name(), a.ID())
	}
	if a.Stream("pub") != b.Stream("pub") || a.Stream("pub") == a.Stream("ops") {
		t.Fatal("streams differ from start to start, or not by scope")
	}
	st, err := os.Stat(filepath.Join(dir, "device.key"))
	must(t, err)
	if st.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v", st.Mode())
	}
	if !ed25519.Verify(b.Public(), []byte("x"), a.Sign([]byte("x"))) {
		t.Fatal("signature")
	}
}

func TestAKeyFileThatIsDamagedTwiceIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	path := filepath.Join(dir, "device.key")
	b, _ := os.ReadFile(path)
	must(t, os.WriteFile(path+oldSuffix, b[:len(b)/2], 0o600))
	for n := range len(b) {
		must(t, os.WriteFile(path, b[:n], 0o600))
		if _, err := Open(dir); !errors.Is(err, fs.ErrInvalid) {
			t.Fatalf("cut to %d: %v", n, err)
		}
	}
	if now, _ := os.ReadFile(path); len(now) != len(b)-1 {
		t.Fatal("it was written")
	}
}

func TestAnExportMarkOutlivesATornWrite(t *testing.T) {
	dir := t.TempDir()
	d, _ := open(t, dir)
	s := d.Stream("pub")
	for n := uint64(1); n <= 5; n++ {
		must(t, d.Export(clock.Vector{s: n}))
	}
	must(t, d.Export(clock.Vector{s: 2}))
	again, _ := open(t, dir)
	if again.Exported(s) != 5 {
		t.Fatalf("mark %d, want 5", again.Exported(s))
	}
	path := filepath.Join(dir, "exported")
	b, err := os.ReadFile(path)
	must(t, err)
	for at := 0; at < len(b); at += 300 {
		torn := append([]byte{}, b...)
		clear(torn[at:min(len(b), at+512)])
		must(t, os.WriteFile(path, torn, 0o600))
		again, _ := open(t, dir)
		if n := again.Exported(s); n < 4 {
			t.Fatalf("torn at %d: mark %d, want 4 or 5", at, n)
		}
	}
	must(t, again.BumpEpoch())
	if again, _ = open(t, dir); len(again.Exports()) != 0 {
		t.Fatalf("marks of the old epoch stay: %v", again.Exports())
	}
}

func TestOnlyDevicesOfTheSchoolWriteItsScopes(t *testing.T) {
	school, err := NewSchool("Kibera Primary")
	must(t, err)
	other, err := NewSchool("Other")
	must(t, err)
	dir := t.TempDir()
	_, mine := open(t, dir)
	must(t, mine.SetSchool(school))
	a, ra := open(t, t.TempDir())
	must(t, ra.SetSchool(school))
	if _, err := mine.Claim(a.Stream("pub"), 1, "pub"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("nobody known: %v", err)
	}
	must(t, mine.Add(*ra.Own()))
	o, err := mine.Claim(a.Stream(school.Roster()), 1, school.Roster())
	if err != nil || o.Device != a.ID() || o.Last != math.MaxUint64 {
		t.Fatalf("%+v, %v", o, err)
	}
	if _, err := mine.Claim(a.Stream(other.Roster()), 1, other.Roster()); !errors.Is(err, fs.ErrPermission) {
		t.Fatalf("another school's roster: %v", err)
	}
	guest, rg := open(t, t.TempDir())
	must(t, rg.SetSchool(other))
	if err := mine.Add(*rg.Own()); !errors.Is(err, fs.ErrPermission) {
		t.Fatalf("another school's certificate: %v", err)
	}
	must(t, mine.AddContentPeer(guest.Public(), "guest"))
	if _, err := mine.Claim(guest.Stream(school.Learn()), 1, school.Learn()); !errors.Is(err, fs.ErrPermission) {
		t.Fatalf("a guest writes attempts: %v", err)
	}
	if !mine.MayHold(guest.Public(), "pub") || mine.MayHold(guest.Public(), school.Learn()) || !mine.MayHold(a.Public(), school.Learn()) {
		t.Fatal("who may hold what")
	}
	must(t, mine.Revoke(a.ID(), map[clock.Stream]uint64{a.Stream("pub"): 7}))
	_, mine = open(t, dir) // all of it is on the card
	if o, err := mine.Claim(a.Stream("pub"), 1, "pub"); err != nil || o.Last != 7 {
		t.Fatalf("revoked: %+v, %v", o, err)
	}
	if o, ok := mine.Owner(a.Stream("pub")); !ok || o.Last != 7 || mine.MayHold(a.Public(), "pub") {
		t.Fatalf("revoked: %+v", o)
	}
	if err := mine.Add(*ra.Own()); !errors.Is(err, fs.ErrPermission) {
		t.Fatalf("a revoked device comes back: %v", err)
	}
	if err := mine.SetSchool(other); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("a second school: %v", err)
	}
}

func TestAChangedCertificateIsForged(t *testing.T) {
	school, _ := NewSchool("S")
	d, _ := open(t, t.TempDir())
	c := school.Enrol(d.Public(), "box", 1, 1, "box")
	b := c.Marshal()
	if got, err := ParseCertificate(b); err != nil || got.ID() != d.ID() || got.SchoolID() != school.ID() {
		t.Fatalf("%+v, %v", got, err)
	}
	for i := range b {
		b[i] ^= 1
		if _, err := ParseCertificate(b); err == nil {
			t.Fatalf("byte %d can be changed", i)
		}
		b[i] ^= 1
	}
	again, err := ImportSchool(school.Export())
	if err != nil || again.ID() != school.ID() || again.Name != "S" {
		t.Fatalf("school: %v", err)
	}
}

func FuzzCertificate(f *testing.F) {
	school, _ := NewSchool("S")
	f.Add(school.Enrol(school.Public(), "box", 1, 1, "box").Marshal())
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := ParseCertificate(b); err == nil && c.Verify() != nil {
			t.Fatal("parsed but not verified")
		}
	})
}
