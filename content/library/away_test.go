package library_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/content/blob"
	"lamplight/content/library"
)

// kept are the files that lie in a place.
func kept(t *testing.T, folder string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			out = append(out, filepath.Base(p))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func canOpen(l *library.Library) error {
	_, release, err := l.Reader(l.Courses()[0].ID)
	if err == nil {
		release()
	}
	return err
}

func TestACourseLiesInAPlaceWhereverItsDiskIsMountedAndComesBack(t *testing.T) {
	b := newBox(t)
	b.imports(library.ImportOptions{}, b.write("a.epub", "course Lessons\nedition 1\n"+water+" page Water\n"))
	id, disk := b.l.Courses()[0].ID, t.TempDir()
	place, err := library.MakePlace(disk)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if err := b.l.MoveTo(ctx, id, place, nil); !errors.Is(err, library.ErrAway) {
		t.Errorf("moving where no disk is: %v", err)
	}
	b.l.SetPlaces(map[string]string{place: disk})
	before := b.count()
	if err := b.l.MoveTo(ctx, id, place, nil); err != nil {
		t.Fatal(err)
	}
	if files := kept(t, disk); len(files) != 1 || b.count() != before-1 || b.l.PlaceOf(id) != place || b.l.InPlace(place) != 1 || b.l.Linked(id) {
		t.Fatalf("%v lie there, %d blobs of %d here, it is in %q", files, b.count(), before, b.l.PlaceOf(id))
	}
	if err := canOpen(b.l); err != nil {
		t.Fatal(err)
	}
	if bad, err := b.l.Verify(ctx, "", nil); err != nil || len(bad) > 0 {
		t.Errorf("verify: %v, %v", bad, err)
	}

	moved := disk + "-again" // the same disk under another name
	if err := os.Rename(disk, moved); err != nil {
		t.Fatal(err)
	}
	b.l.SetPlaces(nil)
	if err := canOpen(b.l); !errors.Is(err, library.ErrAway) || !b.l.Away(id) {
		t.Errorf("its disk is away: %v", err)
	}
	b.l.Close()
	b.open() // a start without the disk forgets nothing
	if len(b.l.Courses()) != 1 || !b.l.Away(id) || !library.HasPlace(moved, place) || library.HasPlace(disk, place) {
		t.Fatalf("after a start without its disk: %v", b.l.Problems())
	}
	b.l.SetPlaces(map[string]string{place: moved})
	if err := canOpen(b.l); err != nil || b.l.Away(id) {
		t.Errorf("it has come back: %v", err)
	}
	if err := b.l.MoveTo(ctx, id, "", nil); err != nil {
		t.Fatal(err)
	}
	if files := kept(t, moved); len(files) != 0 || b.count() != before || b.l.PlaceOf(id) != "" {
		t.Errorf("taken back: %v still lie there, %d blobs here of %d", files, b.count(), before)
	}
	if err := canOpen(b.l); err != nil {
		t.Error(err)
	}
}

func TestWhatIsRemovedOrReplacedLeavesNothingInAPlaceAndDamageIsNotTakenBack(t *testing.T) {
	b := newBox(t)
	ctx, disk := context.Background(), t.TempDir()
	place, err := library.MakePlace(disk)
	if err != nil {
		t.Fatal(err)
	}
	b.l.SetPlaces(map[string]string{place: disk})
	path := b.write("a.epub", "course Lessons\nedition 1\n"+water+" page Water\n")
	b.imports(library.ImportOptions{}, path)
	id := b.l.Courses()[0].ID
	if err := b.l.MoveTo(ctx, id, place, nil); err != nil {
		t.Fatal(err)
	}
	b.imports(library.ImportOptions{}, path)
	if b.l.PlaceOf(id) != place {
		t.Error("importing the same again took it out of its place")
	}
	var file string
	if err := filepath.WalkDir(disk, func(p string, e fs.DirEntry, err error) error {
		if !e.IsDir() {
			file = p
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(whole)
	damaged[3] ^= 1
	if err := os.WriteFile(file, damaged, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := b.l.MoveTo(ctx, id, "", nil); !errors.Is(err, fs.ErrInvalid) || b.l.PlaceOf(id) != place {
		t.Errorf("a damaged file is taken back: %v", err)
	}
	if bad, _ := b.l.Verify(ctx, "", nil); len(bad) != 1 {
		t.Errorf("verify finds %v", bad)
	}
	b.imports(library.ImportOptions{}, b.write("a.epub", "course Lessons\nedition 2\n"+water+" page Water\n"))
	if files := kept(t, disk); len(files) != 0 || b.l.PlaceOf(id) != "" {
		t.Errorf("after another edition %v lie there", files)
	}
	if err := b.l.MoveTo(ctx, id, place, nil); err != nil {
		t.Fatal(err)
	}
	if err := b.l.Remove(id); err != nil {
		t.Fatal(err)
	}
	if files := kept(t, disk); len(files) != 0 {
		t.Errorf("after it was removed %v lie there", files)
	}
}

// TestAMoveSurvivesKill kills a child that moves a course to and fro, at moments drawn from a seed: one whole copy is
// installed afterwards, and nothing else lies about.
func TestAMoveSurvivesKill(t *testing.T) {
	if dir := os.Getenv("LIBRARY_TEST_MOVE"); dir != "" {
		moveForEver(t, dir)
	}
	rounds := 12
	if testing.Short() {
		rounds = 4
	}
	dir := t.TempDir()
	chance := rand.New(rand.NewPCG(3, 4))
	where := map[string]int{}
	for round := range rounds {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestAMoveSurvivesKill$")
		cmd.Env = append(os.Environ(), "LIBRARY_TEST_MOVE="+dir)
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		out.Read(make([]byte, 1))
		time.Sleep(time.Duration(chance.IntN(60_000)) * time.Microsecond)
		cmd.Process.Kill()
		cmd.Wait()
		l, s, place := openMoving(t, dir)
		if bad, err := l.Verify(context.Background(), "", nil); err != nil || len(bad) != 0 || len(l.Courses()) != 1 {
			t.Fatalf("round %d: %d courses, verify %v, %v", round, len(l.Courses()), bad, err)
		}
		if err := canOpen(l); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		at := l.PlaceOf(l.Courses()[0].ID)
		where[at]++
		blobs, there := 0, kept(t, filepath.Join(dir, "disk"))
		s.List(func(string, int64) error { blobs++; return nil })
		if want := map[bool][2]int{true: {1, 1}, false: {2, 0}}[at == place]; blobs != want[0] || len(there) != want[1] {
			t.Errorf("round %d: lies in %q, with %d blobs here and %v there", round, at, blobs, there)
		}
		l.Close()
	}
	t.Logf("killed with it lying %v", where)
}

func openMoving(t *testing.T, dir string) (l *library.Library, s *blob.Store, place string) {
	t.Helper()
	s, err := blob.Open(filepath.Join(dir, "blobs"), blob.Options{})
	if err == nil {
		l, err = library.Open(dir, s, formats...)
	}
	if err != nil {
		t.Fatal(err)
	}
	disk := filepath.Join(dir, "disk")
	made, _ := filepath.Glob(filepath.Join(disk, "*", "*"))
	if len(made) == 0 {
		if place, err = library.MakePlace(disk); err != nil {
			t.Fatal(err)
		}
	} else {
		place = filepath.Base(made[0])
	}
	l.SetPlaces(map[string]string{place: disk})
	return l, s, place
}

// moveForEver is the child.
func moveForEver(t *testing.T, dir string) {
	if err := os.MkdirAll(filepath.Join(dir, "disk"), 0o755); err != nil {
		t.Fatal(err)
	}
	l, _, place := openMoving(t, dir)
	ctx := context.Background()
	if len(l.Courses()) == 0 {
		path := filepath.Join(t.TempDir(), "a.epub")
		text := "course Lessons\nedition 1\n" + water + " page Water\n" + strings.Repeat("x", 3_000_000)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if r, err := l.Import(ctx, []string{path}, library.ImportOptions{}); err != nil || len(r.Refused) > 0 {
			t.Fatal(err, r.Refused)
		}
	}
	os.Stdout.WriteString(".")
	for id := l.Courses()[0].ID; ; {
		for _, to := range []string{place, ""} {
			if err := l.MoveTo(ctx, id, to, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
}
