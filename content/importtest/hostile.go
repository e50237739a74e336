package importtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
)

// escapes are paths that a browser may ask for and that must never leave the container.
var escapes = []string{
	"../../../../etc/passwd", "/etc/passwd", "..", ".", "", "/", "a/../../../etc/passwd", `..\..\etc\passwd`, "%2e%2e/%2e%2e/etc/passwd",
	"....//....//etc/passwd", "\x00", "a\x00b", "C:\\Windows\\win.ini", "file:///etc/passwd", strings.Repeat("../", 4000) + "etc/passwd",
	strings.Repeat("a", 100_000), "\xff\xfe", "A/../../x", "-/../..",
}

func checkEscapes(t *testing.T, in *Installed, r content.Reader) {
	t.Helper()
	for _, p := range escapes {
		f, err := r.File(p)
		if err != nil && !hasKind(err) {
			t.Errorf("File(%.40q): %v has no kind", p, err)
		}
		if err != nil {
			continue
		}
		if f.Source != nil && !in.holds(f.Source.Path) {
			t.Errorf("File(%.40q) left the course: %s", p, f.Source.Path)
		}
		if strings.Contains(p, "passwd") {
			t.Errorf("File(%.40q) found something: %s", p, f.Path)
		}
	}
}

// checkBad expects a refusal with a kind and a reason that names the file, or survival.
func checkBad(t *testing.T, f content.Format, b Bad) {
	watchHeap(t, "bad", func() {
		watchDisk(t, b.Path, func() {
			p, err := f.Plan(context.Background(), b.Path, content.ImportOptions{})
			if err == nil && !b.Survive {
				t.Errorf("accepted as %q; it must be refused", p.Course.Title)
			}
			if err != nil {
				checkRefusal(t, b, err)
				return
			}
			failed := survive(t, f, p)
			if b.Faulty && failed == 0 {
				t.Errorf("accepted, and nothing inside fails")
			}
		})
	})
}

func checkRefusal(t *testing.T, b Bad, err error) {
	t.Helper()
	if b.Is != nil && !errors.Is(err, b.Is) || !hasKind(err) {
		t.Errorf("refused with %v; want an error that is %v", err, b.Is)
	}
	if !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(b.Says)) {
		t.Errorf("refused with %q; the reason should say %q", err, b.Says)
	}
	if !strings.Contains(err.Error(), filepath.Base(b.Path)) {
		t.Errorf("refused with %q, which does not name the file", err)
	}
}

// survive opens whatever was planned and tries every node and some paths; it counts what fails, each failure with a
// kind. A file that does not install (its MD5 tells) is survived too.
func survive(t *testing.T, f content.Format, p *content.Plan) (failed int) {
	t.Helper()
	in := &Installed{Dir: t.TempDir(), paths: map[string]string{}, sizes: map[string]int64{}, sums: map[string]string{}}
	for i, pf := range p.Files {
		pf.MD5 = nil
		if bad := unsafeName(pf.Name); bad != "" {
			t.Errorf("planned file name %q %s", pf.Name, bad)
			continue
		}
		if err := in.keep(pf, filepath.Join(in.Dir, fmt.Sprintf("%05d", i))); err != nil {
			return 1
		}
	}
	r, err := f.Open(p.Course, in, p.Index)
	if err != nil {
		kindly(t, "Open", err)
		return 1
	}
	defer r.Close()
	failed = surviveTopic(t, r, "", 0)
	checkEscapes(t, in, r)
	return failed
}

func surviveTopic(t *testing.T, r content.Reader, parent content.ResourceID, depth int) (failed int) {
	t.Helper()
	nodes, _, err := r.Children(parent, 0, 1000)
	if err != nil {
		kindly(t, "Children", err)
		return 1
	}
	for _, n := range nodes {
		if n.Broken != "" {
			failed++
			continue
		}
		if n.Kind == content.Topic && depth < 32 {
			failed += surviveTopic(t, r, n.ID, depth+1)
		}
		if n.Path == "" {
			continue
		}
		file, err := r.File(n.Path)
		if err == nil {
			_, err = ReadFile(file)
		} else {
			kindly(t, "File "+n.Path, err)
		}
		if err != nil {
			failed++
		}
	}
	return failed
}

func kindly(t *testing.T, what string, err error) {
	t.Helper()
	if !hasKind(err) {
		t.Errorf("%s: %v is none of fs.ErrInvalid, errors.ErrUnsupported, fs.ErrNotExist", what, err)
	}
}

// checkDamage cuts copies of a sample short and changes bytes in others, by a fixed seed, the head most of all.
func checkDamage(t *testing.T, f content.Format, s Sample) {
	t.Helper()
	whole, err := os.ReadFile(s.Path)
	if err != nil || len(whole) > 1<<20 || len(whole) == 0 || s.Damage < 0 {
		return
	}
	copies := s.Damage
	if copies == 0 {
		copies = 24
	}
	rnd := rand.New(rand.NewPCG(uint64(len(whole)), 7))
	watchHeap(t, "damaged copies", func() {
		for i := range copies {
			damagedCopy(t, f, s.Path, damage(rnd, i, whole))
		}
	})
}

func damage(rnd *rand.Rand, i int, whole []byte) []byte {
	if i%3 == 0 {
		return whole[:rnd.IntN(len(whole))]
	}
	b := append([]byte(nil), whole...)
	for range 1 + rnd.IntN(16) {
		at := rnd.IntN(len(b))
		if i%3 == 1 {
			at = rnd.IntN(min(len(b), 1024))
		}
		b[at] = byte(rnd.Uint32())
	}
	return b
}

func damagedCopy(t *testing.T, f content.Format, path string, b []byte) {
	t.Helper()
	at := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(at, b, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := f.Plan(context.Background(), at, content.ImportOptions{})
	if err != nil {
		kindly(t, "Plan of a damaged copy", err)
		return
	}
	survive(t, f, p)
}
