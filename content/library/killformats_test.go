package library_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/epub"
	"lamplight/content/html"
	"lamplight/content/kolibri"
	"lamplight/content/library"
	"lamplight/content/media"
	"lamplight/content/questions"
	"lamplight/content/zim"
)

// TestImportsOfEveryFormatSurviveKills kills children that import a ZIM, a book, a drive of Kolibri's, an app, a question
// bank and a folder of media, at moments drawn from a seed between the start of an import and a little after its end; with
// LAMPLIGHT_SOAK=1 a hundred times. Whatever the moment: what is installed is whole, what is half here is known and gone on
// with, nothing else lies about, and when it is removed nothing at all.
func TestImportsOfEveryFormatSurviveKills(t *testing.T) {
	if path := os.Getenv("LIBRARY_TEST_KILLED"); path != "" {
		b := openKilled(t, os.Getenv("LIBRARY_TEST_DIR"))
		os.Stdout.WriteString(".")
		b.take(path)
		return
	}
	kills := 12
	switch {
	case os.Getenv("LAMPLIGHT_SOAK") == "1":
		kills = 100
	case testing.Short():
		kills = 6
	}
	makers := []struct {
		name string
		make func(t *testing.T, dir string) (path string)
	}{{"zim", aZIM}, {"epub", aBook}, {"kolibri", aDrive}, {"app", anApp}, {"questions", aBank}, {"media", aFolder}}
	all := moments{}
	for i, m := range makers {
		n := kills / len(makers)
		if i < kills%len(makers) {
			n++
		}
		got := killImports(t, m.name, m.make(t, t.TempDir()), n, rand.New(rand.NewPCG(7, uint64(i))))
		t.Logf("%-9s %v", m.name, got)
		all.add(got)
	}
	t.Logf("all       %v", all)
	if all.kills == 100 && all.resumed == 0 {
		t.Error("imports do not go on where they were")
	}
}

// moments count what a kill left.
type moments struct{ kills, nothing, half, whole, resumed int }

func (m *moments) add(o moments) {
	m.kills, m.nothing, m.half, m.whole, m.resumed = m.kills+o.kills, m.nothing+o.nothing, m.half+o.half, m.whole+o.whole, m.resumed+o.resumed
}

func (m moments) String() string {
	return fmt.Sprintf("%d kills: %d before anything was kept, %d half way, %d after the end; %d imports went on with what was here; 0 half installed, 0 orphans", m.kills, m.nothing, m.half, m.whole, m.resumed)
}

// A killed is a box whose imports are killed.
type killed struct {
	*library.Library
	t     *testing.T
	dir   string
	blobs *blob.Store
}

func openKilled(t *testing.T, dir string) *killed {
	t.Helper()
	s, err := blob.Open(filepath.Join(dir, "blobs"), blob.Options{})
	if err != nil {
		t.Fatal(err)
	}
	every := append([]content.Format{zim.Format{}, epub.Format{}, kolibri.Format{}, html.Format{}}, questions.Formats()...)
	l, err := library.Open(dir, s, append(every, media.Format{})...)
	if err != nil {
		t.Fatal(err)
	}
	return &killed{l, t, dir, s}
}

func (k *killed) take(path string) {
	k.t.Helper()
	r, err := k.Import(context.Background(), []string{path}, library.ImportOptions{})
	if err != nil || len(r.Refused) > 0 || len(r.Courses) != 1 {
		k.t.Fatalf("%+v, %v", r, err)
	}
}

// here is what of an import is in the box: files that are kept and bytes of one that is not yet.
func (k *killed) here() (files int, half int64) {
	k.t.Helper()
	k.blobs.List(func(string, int64) error { files++; return nil })
	staged, _ := os.ReadDir(filepath.Join(k.dir, "blobs", "staging"))
	for _, s := range staged {
		if filepath.Ext(s.Name()) != ".half" || len(staged) > 1 {
			k.t.Fatalf("%d files lie in staging, %s among them", len(staged), s.Name())
		}
		if info, err := s.Info(); err == nil {
			half = info.Size()
		}
	}
	return files, half
}

// told is all that can be said of the only course, of every file of which the bytes are right.
func (k *killed) told() string {
	k.t.Helper()
	c := k.Courses()[0]
	if bad, err := k.Verify(context.Background(), "", nil); err != nil || len(bad) > 0 {
		k.t.Fatalf("%+v, %v", bad, err)
	}
	r, release, err := k.Reader(c.ID)
	if err != nil {
		k.t.Fatal(err)
	}
	defer release()
	var b strings.Builder
	fmt.Fprintln(&b, c.ID, c.Title, c.Resources, c.Items, c.Missing, c.Bytes)
	nodes, total, err := r.Children("", 0, 1000)
	fmt.Fprintln(&b, nodes, total, err)
	return b.String()
}

// empty removes the course and what was half imported for good: then nothing may be left.
func (k *killed) empty() {
	k.t.Helper()
	for _, c := range k.Courses() {
		if err := k.Remove(c.ID); err != nil {
			k.t.Fatal(err)
		}
	}
	if err := k.EmptyTrash(); err != nil {
		k.t.Fatal(err)
	}
	k.ForgetHalves()
	if files, half := k.here(); files != 0 || half != 0 {
		k.t.Errorf("what was removed left %d files and %d bytes", files, half)
	}
	filepath.WalkDir(k.dir, func(path string, d os.DirEntry, err error) error {
		if name := d.Name(); err == nil && !d.IsDir() && name != "library.db" && name != "lock" {
			k.t.Errorf("%s was left", strings.TrimPrefix(path, k.dir))
		}
		return err
	})
}

// killImports kills n imports of path.
func killImports(t *testing.T, name, path string, n int, chance *rand.Rand) (m moments) {
	whole := t.TempDir()
	took := killImport(t, whole, path, time.Hour)
	b := openKilled(t, whole)
	want := b.told()
	files, _ := b.here()
	b.empty()
	b.Close()
	dir := t.TempDir()
	had, hadHalf := 0, int64(0)
	for range n {
		killImport(t, dir, path, time.Duration(chance.Float64()*1.15*float64(took)))
		b := openKilled(t, dir)
		partial, installed := b.Interrupted(), b.Courses()
		if len(b.Problems()) > 0 || len(partial)+len(installed) > 1 {
			t.Fatalf("%s: %d courses, %+v, problems %v", name, len(installed), partial, b.Problems())
		}
		m.kills++
		here, half := b.here()
		known := 0
		if len(partial) == 1 {
			known = partial[0].Files
		}
		if len(installed) == 1 {
			m.whole++
			known = files
			if got := b.told(); got != want {
				t.Fatalf("%s: it is %s, should be %s", name, got, want)
			}
		} else if here+int(half) == 0 {
			m.nothing++
		} else {
			m.half++
		}
		if here != known {
			t.Fatalf("%s: %d files are here, %d are known", name, here, known)
		}
		if len(installed) == 0 && (here < had || here == had && half < hadHalf) {
			t.Errorf("%s: %d files and %d bytes are here, there were %d and %d", name, here, half, had, hadHalf)
		}
		if had+int(hadHalf) > 0 && (here > had || half > hadHalf) {
			m.resumed++
		}
		if had, hadHalf = here, half; len(installed) == 1 {
			b.empty()
			had, hadHalf = 0, 0
		}
		b.Close()
	}
	b = openKilled(t, dir)
	defer b.Close()
	b.take(path)
	if got := b.told(); got != want {
		t.Errorf("%s: in the end it is %s, should be %s", name, got, want)
	}
	if had+int(hadHalf) > 0 {
		m.resumed++
	}
	if here, half := b.here(); here != files || half != 0 || len(b.Interrupted()) != 0 {
		t.Errorf("%s: in the end %d files and %d bytes are here, should be %d", name, here, half, files)
	}
	b.empty()
	return m
}

// killImport imports path into a box in another process, and kills that so long after it began; how long it took.
func killImport(t *testing.T, dir, path string, after time.Duration) time.Duration {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run", "^TestImportsOfEveryFormatSurviveKills$")
	child.Env = append(os.Environ(), "LIBRARY_TEST_KILLED="+path, "LIBRARY_TEST_DIR="+dir)
	var said bytes.Buffer
	child.Stderr = &said
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	out.Read(make([]byte, 1))
	start := time.Now()
	late := time.AfterFunc(after, func() { child.Process.Kill() })
	defer late.Stop()
	rest := make([]byte, 4096)
	n, _ := out.Read(rest)
	took := time.Since(start)
	if err := child.Wait(); err != nil && child.ProcessState.ExitCode() >= 0 {
		t.Fatalf("the import failed: %v\n%s%s", err, rest[:n], said.String())
	}
	return took
}

func TestAFolderThatWasStoppedGoesOn(t *testing.T) {
	dir := t.TempDir()
	folder := aFolder(t, dir)
	b := openKilled(t, t.TempDir())
	ctx, stop := context.WithCancel(context.Background())
	size := int64(len(aPDF(0)))
	_, err := b.Import(ctx, []string{folder}, library.ImportOptions{Progress: func(done, _ int64, _ string) {
		if done > 560*size {
			stop()
		}
	}})
	half := b.Interrupted()
	if err == nil || len(half) != 1 || half[0].Files != 512 || half[0].Bytes != 512*size {
		t.Fatalf("%v, %+v", err, half)
	}
	b.Close()
	b = openKilled(t, b.dir)
	defer b.Close()
	changed := false
	_, err = b.Import(context.Background(), []string{folder}, library.ImportOptions{Progress: func(int64, int64, string) {
		if changed {
			return
		}
		changed = true // after the folder was looked at: what is read now is read anew
		for _, n := range []int{400, 650} {
			path := fileOf(folder, n)
			info, _ := os.Stat(path)
			written(t, path, aPDF(5000+n))
			os.Chtimes(path, info.ModTime(), info.ModTime())
		}
	}})
	if err != nil || !changed || len(b.Courses()) != 1 {
		t.Fatal(err, changed)
	}
	r, release, err := b.Reader(b.Courses()[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for n, seed := range map[int]int{0: 0, 400: 400, 650: 5650, 699: 699} {
		f, err := r.File(strings.TrimPrefix(fileOf("", n), "/"))
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(f.Source.Path); !bytes.Equal(got, aPDF(seed)) {
			t.Errorf("file %d is not that of seed %d: of what was here nothing need be read again", n, seed)
		}
	}
	release()
	if files, _ := b.here(); files != 701 || len(b.Interrupted()) != 0 {
		t.Errorf("%d files, %+v", files, b.Interrupted())
	}
	b.empty()
}
