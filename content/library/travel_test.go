package library_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"lamplight/content/blob"
	"lamplight/content/library"
	"lamplight/content/pack"
)

var canonical = must(cbor.CoreDetEncOptions().EncMode())

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// newPackBox reads our own courses.
func newPackBox(t *testing.T, o blob.Options) *box {
	b := &box{t: t, dir: t.TempDir(), stick: t.TempDir()}
	b.blobs = must(blob.Open(filepath.Join(b.dir, "blobs"), o))
	b.l = must(library.Open(b.dir, b.blobs, pack.Format{}))
	t.Cleanup(func() { b.l.Close() })
	return b
}

// seeds writes a course of many pages on the stick.
func (b *box) seeds() string {
	b.write("seeds/course.md", "---\nid: seeds\ntitle: Seeds\nlanguage: en\n---\nHow seeds grow.\n")
	for i := range 40 {
		b.write(fmt.Sprintf("seeds/%02d-day-%d.md", i, i), fmt.Sprintf("# Day %d\n\nTake the seed out of its cup. Look at it for %d minutes. Draw what you see.\n", i, i+1))
	}
	return filepath.Join(b.stick, "seeds")
}

// installSeeds gives a box that imported the course, its manifest, and the course's only file.
func installSeeds(t *testing.T) (b *box, manifest string, file library.BlobRef) {
	b = newPackBox(t, blob.Options{Floor: -1})
	if r := b.imports(library.ImportOptions{}, b.seeds()); len(r.Courses) != 1 || len(r.Refused) != 0 {
		t.Fatalf("%+v", r)
	}
	manifest, _, err := b.l.Manifest(b.l.Courses()[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	refs, err := b.l.ManifestBlobs(manifest)
	if err != nil || len(refs) != 1 {
		t.Fatal(refs, err)
	}
	return b, manifest, refs[0]
}

// edited puts b's manifest, changed, into to.
func (b *box) edited(manifest string, to *box, edit func(m *library.Manifest)) (hash string) {
	b.t.Helper()
	var m library.Manifest
	if err := cbor.Unmarshal(must(os.ReadFile(b.blobs.Path(manifest))), &m); err != nil {
		b.t.Fatal(err)
	}
	edit(&m)
	return to.put(must(canonical.Marshal(m)))
}

func (b *box) put(data []byte) string {
	b.t.Helper()
	hash, _, err := b.blobs.Put(context.Background(), bytes.NewReader(data))
	if err != nil {
		b.t.Fatal(err)
	}
	return hash
}

func TestAPackIsInstalledFromTheFormItTravelsIn(t *testing.T) {
	from, manifest, file := installSeeds(t)
	if file.Travel == nil || file.Travel.Size > file.Size*7/8 || from.count() != 3 {
		t.Fatalf("it travels as %+v; %d blobs, want manifest, pack and the form it travels in", file.Travel, from.count())
	}
	t.Logf("%d bytes travel as %d", file.Size, file.Travel.Size)
	for range 2 { // the second box has it from the first that received it
		to := newPackBox(t, blob.Options{Floor: -1})
		carry(t, from.blobs, to.blobs, manifest)
		carry(t, from.blobs, to.blobs, file.Travel.Hash)
		if c, err := to.l.Install(context.Background(), manifest); err != nil || c.Title != "Seeds" {
			t.Fatal(c, err)
		}
		if got := must(os.ReadFile(to.blobs.Path(file.Hash))); !bytes.Equal(got, must(os.ReadFile(from.blobs.Path(file.Hash)))) {
			t.Error("another pack was made")
		}
		if bad, err := to.l.Verify(context.Background(), "", nil); err != nil || len(bad) != 0 || to.count() != 3 {
			t.Errorf("verify: %v, %v; %d blobs", bad, err, to.count())
		}
		from = to
	}
	id := from.l.Courses()[0].ID
	form := must(os.ReadFile(from.blobs.Path(file.Travel.Hash)))
	form[100] ^= 1
	os.WriteFile(from.blobs.Path(file.Travel.Hash), form, 0o644)
	if bad, err := from.l.Verify(context.Background(), id, nil); err != nil || len(bad) != 1 || bad[0].File != "course.lamp as it travels" {
		t.Errorf("verify of a damaged form: %v, %v", bad, err)
	}
	if err := from.l.Remove(id); err != nil || from.count() != 0 {
		t.Errorf("%d blobs after removal, %v", from.count(), err)
	}
}

func TestAFormOfNoUseIsDroppedAndTheFileAskedFor(t *testing.T) {
	from, manifest, file := installSeeds(t)
	other := newPackBox(t, blob.Options{Floor: -1})
	other.write("seeds/01-new.md", "# Another course\n")
	other.imports(library.ImportOptions{}, other.seeds())
	otherManifest, _, _ := other.l.Manifest(other.l.Courses()[0].ID)
	otherForm := must(other.l.ManifestBlobs(otherManifest))[0].Travel
	for name, form := range map[string][]byte{
		"no form":          []byte("no such thing"),
		"another's":        must(os.ReadFile(other.blobs.Path(otherForm.Hash))),
		"cut":              must(os.ReadFile(from.blobs.Path(file.Travel.Hash)))[:500],
		"of a far release": bytes.Replace(must(os.ReadFile(from.blobs.Path(file.Travel.Hash))), []byte("klauspost"), []byte("somebody!"), 1),
	} {
		to := newPackBox(t, blob.Options{Floor: -1})
		hash := to.put(form)
		forged := from.edited(manifest, to, func(m *library.Manifest) { m.Files[0].Travel.Hash, m.Files[0].Travel.Size = hash, int64(len(form)) })
		if refs, err := to.l.ManifestBlobs(forged); err != nil || refs[0].Travel == nil {
			t.Fatal(refs, err)
		}
		if _, err := to.l.Install(context.Background(), forged); err == nil || len(to.l.Courses()) != 0 {
			t.Errorf("%s: installed", name)
		}
		if refs, err := to.l.ManifestBlobs(forged); err != nil || refs[0].Travel != nil || to.count() != 1 {
			t.Errorf("%s: afterwards it wants %+v and holds %d blobs, want the file, and the manifest alone (%v)", name, refs, to.count(), err)
		}
		carry(t, from.blobs, to.blobs, file.Hash)
		if _, err := to.l.Install(context.Background(), forged); err != nil {
			t.Errorf("%s: with the file itself: %v", name, err)
		}
		if bad, err := to.l.Verify(context.Background(), "", nil); err != nil || len(bad) != 0 || to.count() != 2 {
			t.Errorf("%s: verify: %v, %v; %d blobs", name, bad, err, to.count())
		}
		if err := to.l.Remove(to.l.Courses()[0].ID); err != nil || to.count() != 0 {
			t.Errorf("%s: %d blobs after removal, %v", name, to.count(), err)
		}
	}
}

func TestAFormIsNotAskedForWhereItIsOfNoUse(t *testing.T) {
	from, manifest, file := installSeeds(t)
	to := newPackBox(t, blob.Options{Floor: -1})
	coded := from.edited(manifest, to, func(m *library.Manifest) { m.Files[0].Travel.Coding += "9" })
	if refs, err := to.l.ManifestBlobs(coded); err != nil || refs[0].Travel != nil || refs[0].Hash != file.Hash {
		t.Errorf("of another coding: %+v, %v", refs, err)
	}
	carry(t, from.blobs, to.blobs, manifest)
	part, err := to.blobs.Partial(file.Hash, file.Size)
	if err != nil {
		t.Fatal(err)
	}
	if refs, err := to.l.ManifestBlobs(manifest); err != nil || refs[0].Travel == nil {
		t.Errorf("of a file of which nothing is here: %+v, %v", refs, err)
	}
	if _, err := part.WriteAt(must(os.ReadFile(from.blobs.Path(file.Hash))), 0); err != nil { // one chunk
		t.Fatal(err)
	}
	part.Close()
	if refs, err := to.l.ManifestBlobs(manifest); err != nil || refs[0].Travel != nil {
		t.Errorf("of a file that is half here: %+v, %v", refs, err)
	}
	if err := to.blobs.Forget(file.Hash); err != nil {
		t.Fatal(err)
	}
	form, err := to.blobs.Partial(file.Travel.Hash, file.Travel.Size)
	if err != nil {
		t.Fatal(err)
	}
	form.Close()
	carry(t, from.blobs, to.blobs, file.Hash)
	if _, err := to.l.Install(context.Background(), manifest); err != nil || len(must(to.blobs.Partials())) > 0 {
		t.Errorf("a form half here stays after the file came (%v)", err)
	}
}

func TestManifestsOfOlderAndLaterReleasesKeepTheirNames(t *testing.T) {
	from, manifest, file := installSeeds(t)
	to := newPackBox(t, blob.Options{Floor: -1})
	carry(t, from.blobs, to.blobs, file.Hash)
	var later map[int]any
	if err := cbor.Unmarshal(must(os.ReadFile(from.blobs.Path(manifest))), &later); err != nil {
		t.Fatal(err)
	}
	later[99] = "what a later release adds"
	for name, hash := range map[string]string{
		"older": from.edited(manifest, to, func(m *library.Manifest) { m.Files[0].Travel = nil }),
		"later": to.put(must(canonical.Marshal(later))),
	} {
		if _, err := to.l.Install(context.Background(), hash); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, _, err := to.l.Manifest(to.l.Courses()[0].ID); err != nil || got != hash {
			t.Errorf("%s: it is installed as %s, %v", name, got, err)
		}
	}
	for name, edit := range map[string]func(t *library.Travel){
		"no hash": func(t *library.Travel) { t.Hash = "../../keys" },
		"larger":  func(t *library.Travel) { t.Size = file.Size },
		"itself":  func(t *library.Travel) { t.Hash = file.Hash },
		"empty":   func(t *library.Travel) { t.Size = 0 },
		"a novel": func(t *library.Travel) { t.Coding = strings.Repeat("x", 201) },
	} {
		hash := from.edited(manifest, to, func(m *library.Manifest) { edit(m.Files[0].Travel) })
		if _, err := to.l.Install(context.Background(), hash); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("a manifest whose form is %s: %v", name, err)
		}
	}
}

func TestWithoutRoomForItsFormAPackIsImportedAndTravelsPlain(t *testing.T) {
	_, _, file := installSeeds(t)
	free := func(dir string) (int64, error) {
		left := blob.DefaultFloor + file.Size + file.Size/2
		filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				if fi, err := e.Info(); err == nil {
					left -= fi.Size()
				}
			}
			return nil
		})
		return left, nil
	}
	b := newPackBox(t, blob.Options{Free: free})
	r := b.imports(library.ImportOptions{}, b.seeds())
	if len(r.Courses) != 1 || b.count() != 2 {
		t.Fatalf("%+v, %d blobs, want file and manifest", r, b.count())
	}
	manifest, _, _ := b.l.Manifest(r.Courses[0].ID)
	if refs, err := b.l.ManifestBlobs(manifest); err != nil || refs[0].Travel != nil || refs[0].Hash != file.Hash {
		t.Errorf("%+v, %v", refs, err)
	}
}

// TestUnpackingSurvivesKill kills a child that installs a course from the form it travels in and removes it again, at
// moments drawn from a seed. Whatever the moment, the course is there whole or not at all, and can be installed.
func TestUnpackingSurvivesKill(t *testing.T) {
	if dir := os.Getenv("LIBRARY_TEST_UNPACK"); dir != "" {
		unpackForEver(t, dir, os.Getenv("LIBRARY_TEST_MANIFEST"), os.Getenv("LIBRARY_TEST_FORM"))
	}
	from, manifest, file := installSeeds(t)
	t.Setenv("LIBRARY_TEST_UNPACK", t.TempDir())
	t.Setenv("LIBRARY_TEST_MANIFEST", from.blobs.Path(manifest))
	t.Setenv("LIBRARY_TEST_FORM", from.blobs.Path(file.Travel.Hash))
	dir := os.Getenv("LIBRARY_TEST_UNPACK")
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	chance := rand.New(rand.NewPCG(3, 4))
	installed := 0
	for round := range rounds {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestUnpackingSurvivesKill$")
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		io.ReadFull(out, make([]byte, 1)) // it has begun
		time.Sleep(time.Duration(chance.IntN(150_000)) * time.Microsecond)
		cmd.Process.Kill()
		cmd.Wait()

		s := must(blob.Open(filepath.Join(dir, "blobs"), blob.Options{Floor: -1}))
		l := must(library.Open(dir, s, pack.Format{}))
		installed += len(l.Courses())
		if len(l.Problems()) != 0 {
			t.Fatalf("round %d: problems %v", round, l.Problems())
		}
		if bad, err := l.Verify(context.Background(), "", nil); err != nil || len(bad) != 0 {
			t.Errorf("round %d: verify %v, %v", round, bad, err)
		}
		s.List(func(hash string, _ int64) error { // what is here is whole, and of this course
			if hash != manifest && hash != file.Hash && hash != file.Travel.Hash {
				t.Errorf("round %d: a blob %s is left", round, hash)
			}
			return s.Verify(context.Background(), hash)
		})
		if staged := must(os.ReadDir(filepath.Join(dir, "blobs", "staging"))); len(staged) != 0 {
			t.Errorf("round %d: %v is left", round, staged)
		}
		carry(t, from.blobs, s, manifest)
		carry(t, from.blobs, s, file.Travel.Hash)
		if _, err := l.Install(context.Background(), manifest); err != nil {
			t.Errorf("round %d: installing afterwards: %v", round, err)
		}
		l.Close()
	}
	t.Logf("after %d of %d kills it was installed", installed, rounds)
}

// unpackForEver is the child.
func unpackForEver(t *testing.T, dir, manifest, form string) {
	s := must(blob.Open(filepath.Join(dir, "blobs"), blob.Options{Floor: -1}))
	l := must(library.Open(dir, s, pack.Format{}))
	for {
		var hash string
		for _, path := range []string{form, manifest} {
			f := must(os.Open(path))
			hash, _, _ = s.Put(context.Background(), f)
			f.Close()
		}
		os.Stdout.WriteString(".")
		c, err := l.Install(context.Background(), hash)
		if err == nil {
			err = l.Remove(c.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
