package library_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/library"
)

const lessons = "course Lessons\nedition 1\n" + water + " page Clean Water\n" + maths + " exercise Élan and Ñandú\n" + arabic + " page الكِتابُ الأوَّل"

func TestAnImportIsListedReadAndFoundAgainAfterAStart(t *testing.T) {
	b := newBox(t)
	path := b.write("lessons.epub", lessons)
	for range 2 { // importing again lists it again, unchanged
		r := b.imports(library.ImportOptions{ImportOptions: content.ImportOptions{Licence: "CC-BY-4.0"}}, path)
		if !slices.Equal(titles(r.Courses), []string{"Lessons"}) || len(r.Refused) != 0 {
			t.Fatalf("%+v", r)
		}
	}
	if b.l.Generation() != 1 || b.count() != 2 {
		t.Errorf("%d changes and %d blobs, want 1 and 2 (file and manifest)", b.l.Generation(), b.count())
	}
	os.Remove(path) // it was copied
	for range 2 {
		c := b.l.Courses()[0]
		if held, err := b.l.Resource(water); err != nil || !slices.Equal(held, []content.CourseID{c.ID}) || c.Licence.ID != "CC-BY-4.0" {
			t.Errorf("resource: %v, %v", held, err)
		}
		if held, err := b.l.Resource(content.ResourceID(c.ID) + ":A/Any"); err != nil || len(held) != 1 {
			t.Errorf("a path in it: %v, %v", held, err)
		}
		r, release, err := b.l.Reader(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := r.Node(water); err != nil || n.Title != "Clean Water" {
			t.Errorf("%v, %v", n, err)
		}
		release()
		release() // twice is no harm
		b.open()
	}
	if _, err := b.l.Resource("cccccccccccccccccccccccccccccccc"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an unknown resource: %v", err)
	}
}

func TestOneBadFileStopsNoOtherAndLeavesNothing(t *testing.T) {
	b := newBox(t)
	b.write("good.epub", lessons)
	b.write("broken.epub", "BROKEN")
	b.write("panic.epub", "PANIC")
	b.write("late.epub", "course Late\nUNOPENABLE")
	b.write("wrong.epub", "course Sum\nmd5 0123456789abcdef")
	b.write("some.zip", "PK\x03\x04")
	b.write("readme.txt", "no course, and nothing to complain of")
	b.write("kolibri/databases/x.sqlite3", "x")
	b.write("package/imsmanifest.xml", "x")
	b.write("sub/film.media", "film")
	b.write(".hidden/x.epub", "BROKEN")
	r := b.imports(library.ImportOptions{}, b.stick, filepath.Join(b.stick, "absent"), filepath.Join(b.stick, "readme.txt"))
	slices.SortFunc(r.Refused, func(x, y library.Refusal) int { return strings.Compare(x.Path, y.Path) })
	var refused []string
	for _, x := range r.Refused {
		rel, _ := filepath.Rel(b.stick, x.Path)
		refused = append(refused, rel+": "+x.Reason)
	}
	want := []string{
		"absent: stat ", "broken.epub: fake: broken.epub: line 1: broken", "kolibri: kolibri: no reader for this yet", "late.epub: fake: cannot be opened",
		"package: scorm or common cartridge folder: no reader for this yet", "panic.epub: the reader failed over it", "readme.txt: txt: no reader for this yet",
		"some.zip: zip: no reader for this yet", "wrong.epub: wrong.epub: its MD5 is not the one it states",
	}
	if !slices.EqualFunc(refused, want, strings.HasPrefix) {
		t.Errorf("refused\n%s\nwant\n%s", strings.Join(refused, "\n"), strings.Join(want, "\n"))
	}
	if got := titles(b.l.Courses()); len(got) != 2 || got[1] != "Lessons" {
		t.Errorf("courses %v, want Lessons and the loose media", got)
	}
	if b.count() != 4 {
		t.Errorf("%d blobs, want 4: two files, two manifests", b.count())
	}
}

func TestMD5IsCheckedWhileCopying(t *testing.T) {
	b := newBox(t)
	text := "course Sum\n"
	path := b.write("sum.epub", text)
	plan := &content.Plan{
		Course: content.Course{ID: content.NewCourseID("epub", "x"), Format: "epub", Title: "Sum"}, Index: []byte("index"),
		Files: []content.PlanFile{{Name: "file", Size: int64(len(text)), Parts: []string{path}, MD5: []byte(md5of(text)), MD5Size: int64(len(text))}},
	}
	if _, err := b.l.InstallPlan(context.Background(), plan, library.ImportOptions{}); err != nil {
		t.Errorf("a right sum: %v", err)
	}
	plan.Course.ID, plan.Files[0].Size = content.NewCourseID("epub", "y"), 5
	if _, err := b.l.InstallPlan(context.Background(), plan, library.ImportOptions{}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a file that changed since it was planned: %v", err)
	}
}

func TestOfTwoFilesThatAreOneCourseTheLaterIsListedWithAWarning(t *testing.T) {
	b := newBox(t)
	r := b.imports(library.ImportOptions{}, b.write("1.epub", lessons), b.write("2.epub", strings.Replace(lessons, "edition 1", "edition 2", 1)))
	if len(r.Courses) != 1 || r.Courses[0].Edition != "2" || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "2.epub: it is another edition") || b.count() != 2 {
		t.Errorf("%+v, %d blobs", r, b.count())
	}
}

func TestADamagedCopyOfWhatIsInstalledIsNotTakenForIt(t *testing.T) {
	b := newBox(t)
	b.imports(library.ImportOptions{}, b.write("a.epub", lessons))
	r := b.imports(library.ImportOptions{}, b.write("same.epub", lessons))
	if len(r.Courses) != 1 || b.l.Generation() != 1 {
		t.Errorf("the same file from elsewhere is installed anew: %d changes", b.l.Generation())
	}
	damaged := strings.Replace(lessons, "Clean Water", "UNOPENABLE!", 1) // as long, and of the same edition
	r = b.imports(library.ImportOptions{}, b.write("damaged.epub", damaged))
	if len(r.Refused) != 1 || len(r.Courses) != 0 || b.titled("clean water") != 1 || b.count() != 2 {
		t.Errorf("%+v, %d blobs", r, b.count())
	}
}

func TestADryRunWritesNothing(t *testing.T) {
	b := newBox(t)
	r := b.imports(library.ImportOptions{DryRun: true}, b.write("a.epub", lessons))
	if len(r.Courses) != 1 || len(b.l.Courses()) != 0 || b.count() != 0 {
		t.Errorf("%+v, installed %v, %d blobs", r, b.l.Courses(), b.count())
	}
}

func TestANewEditionReplacesTheOldWhichIsServedUntilLetGo(t *testing.T) {
	b := newBox(t)
	path := b.write("a.epub", lessons)
	b.imports(library.ImportOptions{}, path)
	id := b.l.Courses()[0].ID
	old, release, err := b.l.Reader(id)
	if err != nil {
		t.Fatal(err)
	}
	changed := b.l.Changed()
	b.write("a.epub", strings.Replace(strings.Replace(lessons, "edition 1", "edition 2", 1), "Clean Water", "Safe Water", 1))
	b.imports(library.ImportOptions{}, path)
	select {
	case <-changed:
	default:
		t.Error("nobody was told")
	}
	if _, err := old.Node(water); err != nil {
		t.Error("the old edition was closed under its holder")
	}
	if b.count() != 4 {
		t.Errorf("%d blobs while the old edition is held, want 4", b.count())
	}
	release()
	if b.count() != 2 {
		t.Errorf("%d blobs after it was let go, want 2", b.count())
	}
	now, release, err := b.l.Reader(id)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if n, _ := now.Node(water); n.Title != "Safe Water" || b.titled("clean") != 0 || b.titled("safe") != 1 {
		t.Errorf("the new edition says %q", n.Title)
	}
}

func TestRemoveDeletesOnlyWhatNoOtherCourseUses(t *testing.T) {
	b := newBox(t)
	b.imports(library.ImportOptions{}, b.write("a.epub", lessons), b.write("a.zim", lessons))
	if len(b.l.Courses()) != 2 || b.count() != 3 {
		t.Fatalf("%d courses, %d blobs; want 2 courses that share one file", len(b.l.Courses()), b.count())
	}
	for i, left := range []int{2, 0} {
		if err := b.l.Remove(b.l.Courses()[0].ID); err != nil || b.count() != left {
			t.Errorf("removal %d: %v, %d blobs left, want %d", i, err, b.count(), left)
		}
	}
	if err := b.l.Remove("x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removing what is not there: %v", err)
	}
	if _, err := b.l.Resource(water); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its resource is still found: %v", err)
	}
}

func TestLibraryDBIsRebuiltWhenLostOrDamaged(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"lost":      os.Remove,
		"empty":     func(p string) error { return os.Truncate(p, 0) },
		"cut":       func(p string) error { return os.Truncate(p, 5000) },
		"noise":     func(p string) error { return os.WriteFile(p, bytes.Repeat([]byte{7, 0, 255}, 20_000), 0o600) },
		"scribbled": scribble,
	} {
		b := newBox(t)
		b.imports(library.ImportOptions{}, b.write("a.epub", lessons))
		b.l.Close()
		if err := harm(filepath.Join(b.dir, "library.db")); err != nil {
			t.Fatal(err)
		}
		b.open()
		if len(b.l.Courses()) != 1 || b.titled("water") != 1 {
			t.Errorf("%s: %d courses, %d hits, %v", name, len(b.l.Courses()), b.titled("water"), b.l.Problems())
		}
	}
}

// scribble writes over every page but the two that say where the tree is.
func scribble(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	fi, _ := f.Stat()
	for off := int64(2 * os.Getpagesize()); off < fi.Size(); off += 512 {
		f.WriteAt(bytes.Repeat([]byte{0xee}, 200), off)
	}
	return nil
}

func TestACutBetweenRecordAndIndexIsCaughtUp(t *testing.T) {
	b := newBox(t)
	b.imports(library.ImportOptions{}, b.write("a.epub", lessons))
	b.l.Close()
	before, _ := os.ReadFile(filepath.Join(b.dir, "library.db"))
	b.open()
	b.imports(library.ImportOptions{}, b.write("b.epub", "course Second\n"))
	b.l.Remove(content.NewCourseID("epub", "Lessons"))
	b.l.Close()
	os.WriteFile(filepath.Join(b.dir, "library.db"), before, 0o600) // as if neither had reached it
	b.open()
	if got := titles(b.l.Courses()); !slices.Equal(got, []string{"Second"}) || b.titled("water") != 0 {
		t.Errorf("courses %v, hits %v", got, b.titled("water"))
	}
}

func TestALostBlobIsReportedAndTheRestServed(t *testing.T) {
	b := newBox(t)
	b.imports(library.ImportOptions{}, b.write("a.epub", lessons), b.write("b.epub", "course Second\n"))
	id := b.l.Courses()[0].ID
	hash, _, err := b.l.Manifest(id)
	if err != nil {
		t.Fatal(err)
	}
	refs, err := b.l.ManifestBlobs(hash)
	if err != nil || len(refs) != 1 {
		t.Fatal(refs, err)
	}
	path := b.blobs.Path(refs[0].Hash)
	text, _ := os.ReadFile(path)
	os.WriteFile(path, bytes.ToUpper(text), 0o644)
	problems, err := b.l.Verify(context.Background(), "", nil)
	if err != nil || len(problems) != 1 || problems[0].Course != id || problems[0].File != "file" {
		t.Errorf("verify: %v, %v", problems, err)
	}
	os.Remove(path)
	b.open()
	if got := titles(b.l.Courses()); !slices.Equal(got, []string{"Second"}) || len(b.l.Problems()) != 1 {
		t.Errorf("courses %v, problems %v", got, b.l.Problems())
	}
}

func TestALinkedCourseLeavesWithTheStickAndComesBack(t *testing.T) {
	b := newBox(t)
	path := b.write("a.epub", lessons)
	b.imports(library.ImportOptions{Link: true}, path)
	id := b.l.Courses()[0].ID
	if b.count() != 1 || !b.l.Linked(id) {
		t.Errorf("%d blobs, want the manifest alone", b.count())
	}
	if _, _, err := b.l.Manifest(id); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a linked course is handed on: %v", err)
	}
	if err := b.l.HashLinked(context.Background()); err != nil || len(b.l.Problems()) != 0 {
		t.Errorf("%v, %v", err, b.l.Problems())
	}
	away := path + ".away"
	os.Rename(path, away)
	b.open()
	if _, _, err := b.l.Reader(id); !errors.Is(err, fs.ErrNotExist) || len(b.l.Courses()) != 1 {
		t.Errorf("without the stick: %v, %d courses", err, len(b.l.Courses()))
	}
	os.Rename(away, path)
	if _, release, err := b.l.Reader(id); err != nil {
		t.Errorf("with the stick again: %v", err)
	} else {
		release()
	}
	if p, err := b.l.Verify(context.Background(), id, nil); err != nil || len(p) != 0 {
		t.Errorf("verify: %v, %v", p, err)
	}
	b.imports(library.ImportOptions{}, path) // now kept
	if b.l.Linked(id) || b.count() != 2 {
		t.Errorf("linked %v, %d blobs after an import that copies", b.l.Linked(id), b.count())
	}
}

func TestACourseTravelsByItsManifest(t *testing.T) {
	from, to := newBox(t), newBox(t)
	from.imports(library.ImportOptions{}, from.write("a.epub", lessons))
	id := from.l.Courses()[0].ID
	manifest, _, _ := from.l.Manifest(id)
	refs, _ := from.l.ManifestBlobs(manifest)
	carry(t, from.blobs, to.blobs, manifest)
	if _, err := to.l.Install(context.Background(), manifest); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("installed without its files: %v", err)
	}
	for _, r := range refs {
		carry(t, from.blobs, to.blobs, r.Hash)
	}
	for range 2 {
		if c, err := to.l.Install(context.Background(), manifest); err != nil || c.Title != "Lessons" {
			t.Fatal(c, err)
		}
	}
	if got, _, _ := to.l.Manifest(id); got != manifest || to.l.Generation() != 1 {
		t.Errorf("the manifest is %s there and %s here", manifest, got)
	}
}

func carry(t *testing.T, from, to *blob.Store, hash string) {
	t.Helper()
	f, _, err := from.Open(hash)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, _, err := to.Put(context.Background(), io.Reader(f)); err != nil || got != hash {
		t.Fatal(got, err)
	}
}

func TestAHostileManifestIsRefused(t *testing.T) {
	b := newBox(t)
	for _, bytes := range [][]byte{nil, []byte("no"), {0xa1, 1, 2}, {0xa1, 1, 1}, bytes.Repeat([]byte{0x81}, 5000)} {
		hash, _, _ := b.blobs.Put(context.Background(), strings.NewReader(string(bytes)))
		if _, err := b.l.Install(context.Background(), hash); !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%.20x: %v", bytes, err)
		}
	}
}

func TestAFullDiskLeavesTheOldEditionAndNothingElse(t *testing.T) {
	b := newBox(t)
	b.imports(library.ImportOptions{}, b.write("a.epub", lessons))
	b.l.Close()
	full, err := blob.Open(filepath.Join(b.dir, "blobs"), blob.Options{Free: func(string) (int64, error) { return blob.DefaultFloor + 10, nil }})
	if err != nil {
		t.Fatal(err)
	}
	if b.l, err = library.Open(b.dir, full, formats...); err != nil {
		t.Fatal(err)
	}
	r := b.imports(library.ImportOptions{}, b.write("a.epub", strings.Replace(lessons, "edition 1", "edition 2", 1)))
	if len(r.Refused) != 1 || !errors.Is(r.Refused[0].Err, syscall.ENOSPC) || b.l.Courses()[0].Edition != "1" || b.count() != 2 {
		t.Errorf("%+v, edition %s, %d blobs", r.Refused, b.l.Courses()[0].Edition, b.count())
	}
}

func TestExportGivesTheFileBack(t *testing.T) {
	b := newBox(t)
	b.imports(library.ImportOptions{}, b.write("a.epub", lessons))
	out := filepath.Join(t.TempDir(), "out.epub")
	if err := b.l.Export(context.Background(), b.l.Courses()[0].ID, out); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(out); string(got) != lessons {
		t.Error("it is another file")
	}
	if err := b.l.Export(context.Background(), b.l.Courses()[0].ID, out); !errors.Is(err, fs.ErrExist) {
		t.Errorf("export over a file: %v", err)
	}
}

func TestASecondProcessIsToldWhoHasIt(t *testing.T) {
	b := newBox(t)
	b.imports(library.ImportOptions{}, b.write("a.epub", lessons))
	if _, err := library.Open(b.dir, b.blobs, formats...); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("got %v", err)
	}
	if b.titled("water") != 1 {
		t.Error("the first was harmed")
	}
}
