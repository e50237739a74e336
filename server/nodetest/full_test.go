package nodetest

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A card is a small disk of its own.
type card struct {
	t   *testing.T
	dir string
}

// newCard mounts one; a test that may not is skipped.
func newCard(t *testing.T, kind string, mib string) *card {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("filling a disk needs root, to mount a small one")
	}
	c := &card{t, filepath.Join(t.TempDir(), "card")}
	if err := os.Mkdir(c.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	args := []string{"-t", "tmpfs", "-o", "size=" + mib + "m", "tmpfs", c.dir}
	if kind == "ext4" {
		image := filepath.Join(t.TempDir(), "image")
		for _, cmd := range [][]string{{"truncate", "-s", mib + "M", image}, {"mkfs.ext4", "-q", "-m", "0", image}} {
			if out, err := exec.Command(cmd[0], cmd[1:]...).CombinedOutput(); err != nil {
				t.Skipf("%v: %v %s", cmd, err, out)
			}
		}
		args = []string{"-o", "loop", image, c.dir}
	}
	if out, err := exec.Command("mount", args...).CombinedOutput(); err != nil {
		t.Skipf("mount %v: %v %s", args, err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", c.dir).CombinedOutput(); err != nil {
			exec.Command("umount", "-l", c.dir).Run()
			t.Errorf("umount: %v %s", err, out)
		}
	})
	return c
}

// fill writes until not a byte goes any more.
func (c *card) fill() {
	c.t.Helper()
	f, err := os.OpenFile(c.filler(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); errors.Is(err, syscall.ENOSPC) {
			size /= 2
		} else if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.ENOSPC) {
		c.t.Fatal(err)
	}
}

func (c *card) filler() string { return filepath.Join(c.dir, "filler") }

func (c *card) empty() {
	c.t.Helper()
	if err := os.Remove(c.filler()); err != nil {
		c.t.Fatal(err)
	}
}

// tree lists what lies below dir with its size, but for what a running node keeps writing.
func tree(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().IsRegular() {
			out[strings.TrimPrefix(path, dir)] = info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAFullDiskRefusesAndLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("filling a disk takes half a minute")
	}
	kinds := []string{"tmpfs"}
	if soak() {
		kinds = append(kinds, "ext4")
	}
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) { fillUp(t, newCard(t, kind, "128")) })
	}
}

// A crowd is pupils who answer on a card that fills up.
type crowd struct {
	*killing
	refused atomic.Int64
}

func fillUp(t *testing.T, c *card) {
	data := filepath.Join(c.dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "config.toml"), []byte("[content]\nreserve_mib = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := &crowd{killing: newKillingAt(t, data, 20)}
	w.start()
	w.settle()
	w.answerFor(300*time.Millisecond, 0)
	if w.refused.Load() > 0 || w.answers.Load() == 0 {
		t.Fatalf("with space: %d kept, %d refused", w.answers.Load(), w.refused.Load())
	}
	c.fill()
	w.answerFor(time.Minute, 200)
	t.Logf("full: %d answers kept in all, %d refused", w.answers.Load(), w.refused.Load())
	if w.refused.Load() == 0 {
		t.Error("on a full disk no answer was refused in a minute; either the card is not full or the node lies")
	}
	w.count()
	w.importRefused(c)

	w.node.kill()
	w.start() // on a full disk, after the plug was pulled
	w.count()
	if err := w.pupils[0].signIn(); err != nil {
		t.Errorf("on a full disk nobody can sign in: %v", err)
	}
	w.answerFor(300*time.Millisecond, 0)
	w.count()

	c.empty()
	before := w.answers.Load()
	w.refused.Store(0)
	Eventually(t, 10*time.Second, "answers are kept again, without a restart", func() bool {
		w.refused.Store(0)
		w.answerFor(500*time.Millisecond, 0)
		return w.answers.Load() > before+20 && w.refused.Load() == 0
	})
	w.count()
	var made struct{ Courses []struct{ ID string } }
	ask(t, data, &made, "import", w.films())
	if len(made.Courses) != 1 {
		t.Errorf("with space again the import gave %+v", made)
	}
	w.node.kill()
	w.start()
	w.count()
	w.node.stop()
	w.rebuild()
}

// answerFor lets all answer until d is over or enough were refused. Whatever is not kept must be refused in words.
func (w *crowd) answerFor(d time.Duration, enough int64) {
	w.t.Helper()
	end := time.Now().Add(d)
	var all sync.WaitGroup
	for _, p := range w.pupils {
		all.Go(func() {
			for time.Now().Before(end) && (enough == 0 || w.refused.Load() < enough) {
				if !w.try(p) {
					return
				}
			}
		})
	}
	all.Wait()
	if w.t.Failed() {
		w.t.Fatalf("the node (%s) said:\n%.3000s", w.node.how(), w.node.errs)
	}
}

// try answers one question a few times over, each a fresh attempt, kept or refused with the page for a full disk. (The
// journal's open file is as large as it gets from the start, so it takes thousands of answers after the disk is full.)
func (w *crowd) try(p *pupil) bool {
	exercise := w.exercises[p.rng.IntN(len(w.exercises))]
	form, err := p.question(exercise)
	if err != nil {
		w.t.Errorf("%s: on a full disk pages must still open: %v", p.name, err)
		return false
	}
	base, _, _ := strings.Cut(form.Get("attempt"), ".")
	for range 30 {
		p.number++
		form.Set("attempt", fmt.Sprintf("%s.%d", base, p.number))
		err = p.answer(exercise, form)
		var status *statusError
		switch {
		case err == nil:
			p.kept[form.Get("attempt")] = true
			w.answers.Add(1)
			continue
		case errors.Is(err, errUnread):
			return true
		case !errors.As(err, &status) || status.status != http.StatusInsufficientStorage:
			w.t.Errorf("%s: %v", p.name, err)
			return false
		}
		w.refused.Add(1)
		if !strings.Contains(status.page, "<h1") || !strings.Contains(status.page, "href=") {
			w.t.Errorf("the page for a full disk has no heading or no way back: %s", status.page)
		}
		return true
	}
	return true
}

// count checks that just what was acknowledged counts.
func (w *crowd) count() {
	w.t.Helper()
	w.each(func(p *pupil) error {
		n, err := p.attempts()
		if err == nil && n != p.before+len(p.kept) {
			w.t.Errorf("%s: %d answers count, %d are acknowledged", p.name, n, p.before+len(p.kept))
		}
		return err
	})
}

func (w *crowd) films() string {
	w.t.Helper()
	dir := filepath.Join(w.t.TempDir(), "films")
	if _, err := films(dir, 2, 3<<20); err != nil {
		w.t.Fatal(err)
	}
	return dir
}

// importRefused imports into the full disk: refused by name, nothing left behind.
func (w *crowd) importRefused(c *card) {
	w.t.Helper()
	blobs := filepath.Join(w.data, "blobs")
	before := tree(w.t, blobs)
	s := run(w.t, "--data", w.data, "--json", "import", w.films())
	if s.Status != 1 || !strings.Contains(s.Out+s.Err, "space") && !strings.Contains(s.Out+s.Err, "free") {
		w.t.Errorf("an import on a full disk: status %d\n%s%s", s.Status, s.Out, s.Err)
	}
	after := tree(w.t, blobs)
	for name := range after {
		if _, had := before[name]; !had {
			w.t.Errorf("the refused import left %s", name)
		}
	}
}
