package library_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/library"
)

// day0 is when things are thrown away here.
var day0 = time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC)

// shelf opens a library at dir, whose disk has so many bytes free.
func shelf(t *testing.T, dir string, free func(string) (int64, error)) (*library.Library, *blob.Store) {
	t.Helper()
	s, err := blob.Open(filepath.Join(dir, "blobs"), blob.Options{Floor: -1})
	if free != nil {
		s, err = blob.Open(filepath.Join(dir, "blobs"), blob.Options{Floor: 1, Free: free})
	}
	if err != nil {
		t.Fatal(err)
	}
	l, err := library.Open(dir, s, formats...)
	if err != nil {
		t.Fatal(err)
	}
	return l, s
}

// put installs a course of that title and gives its id and where it came from.
func put(t *testing.T, l *library.Library, title string) (content.CourseID, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), title+".epub")
	if err := os.WriteFile(path, []byte("course "+title+"\nedition 1\n"+water+" page Water\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := l.Import(context.Background(), []string{path}, library.ImportOptions{})
	if err != nil || len(r.Courses) != 1 || len(r.Refused) > 0 {
		t.Fatalf("importing %s: %v %+v", title, err, r)
	}
	return r.Courses[0].ID, path
}

// cut is what a power cut leaves of a folder: nothing was closed.
func cut(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

func count(s *blob.Store) (n int) {
	s.List(func(string, int64) error { n++; return nil })
	return n
}

func TestWhatIsInTheTrashComesBackAfterAPowerCut(t *testing.T) {
	dir := t.TempDir()
	l, _ := shelf(t, dir, nil)
	id, _ := put(t, l, "Rivers")
	if err := l.Trash(id, day0); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Course(id); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was removed is shown: %v", err)
	}
	if _, _, err := l.Manifest(id); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was removed is offered: %v", err)
	}
	l, s := shelf(t, cut(t, dir), nil)
	got := l.Trashed()
	if len(got) != 1 || got[0].Course.Title != "Rivers" || !got[0].Since.Equal(day0) || got[0].Frees == 0 || count(s) != 2 {
		t.Fatalf("the trash holds %+v and %d blobs", got, count(s))
	}
	if len(l.Courses()) != 0 {
		t.Error("it came back by itself")
	}
	c, err := l.Restore(id)
	if err != nil || c.Title != "Rivers" {
		t.Fatalf("restored %+v, %v", c, err)
	}
	if where, err := l.Resource(water); err != nil || len(where) != 1 {
		t.Errorf("what it holds is found in %v, %v", where, err)
	}
	if bad, err := l.Verify(context.Background(), "", nil); err != nil || len(bad) > 0 || len(l.Trashed()) > 0 {
		t.Errorf("afterwards: %v %v %v", bad, err, l.Trashed())
	}
	if _, err := l.Restore(id); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("restored twice: %v", err)
	}
}

func TestTheTrashIsEmptiedByHandAndAfterItsDays(t *testing.T) {
	dir := t.TempDir()
	l, s := shelf(t, dir, nil)
	a, _ := put(t, l, "Rivers")
	b, _ := put(t, l, "Seas")
	c, _ := put(t, l, "Lakes")
	for id, when := range map[content.CourseID]time.Time{a: day0, b: {}, c: day0} {
		if err := l.Trash(id, when); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.EmptyTrash(c); err != nil {
		t.Fatal(err)
	}
	if err := l.ExpireTrash(day0.Add(library.TrashFor - time.Hour)); err != nil || len(l.Trashed()) != 2 {
		t.Fatalf("before its days are over: %v, %v", l.Trashed(), err)
	}
	if err := l.ExpireTrash(day0.Add(library.TrashFor)); err != nil {
		t.Fatal(err)
	}
	if got := l.Trashed(); len(got) != 1 || got[0].Course.ID != b {
		t.Errorf("after 30 days the trash holds %+v, want the one that came on an unknown day", got)
	}
	if err := l.EmptyTrash(); err != nil || count(s) != 0 {
		t.Errorf("emptied: %v, %d blobs left", err, count(s))
	}
	l, s = shelf(t, cut(t, dir), nil)
	if len(l.Trashed()) != 0 || count(s) != 0 {
		t.Errorf("after a restart: %v, %d blobs", l.Trashed(), count(s))
	}
}

func TestTheTrashGivesUpItsRoomOldestFirst(t *testing.T) {
	var s *blob.Store
	most := 100 // blobs that the disk holds
	l, s2 := shelf(t, t.TempDir(), func(string) (int64, error) {
		if s != nil && count(s) > most {
			return 0, nil
		}
		return 1 << 30, nil
	})
	s = s2
	a, _ := put(t, l, "Rivers")
	b, _ := put(t, l, "Seas")
	if err := errors.Join(l.Trash(a, day0.Add(time.Hour)), l.Trash(b, day0)); err != nil {
		t.Fatal(err)
	}
	if err := l.MakeRoom(1 << 20); err != nil || len(l.Trashed()) != 2 {
		t.Errorf("where there is room: %v, the trash holds %v", err, l.Trashed())
	}
	most = 3
	if err := l.MakeRoom(1 << 20); err != nil {
		t.Error(err)
	}
	if left := l.Trashed(); len(left) != 1 || left[0].Course.ID != a {
		t.Errorf("the trash holds %v, want what was removed last", left)
	}
	most = -1
	if err := l.MakeRoom(1 << 20); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("room on a full disk: %v", err)
	}
	if count(s) != 0 {
		t.Errorf("%d blobs left", count(s))
	}
}

func TestImportingWhatIsInTheTrashTakesItOut(t *testing.T) {
	dir := t.TempDir()
	l, s := shelf(t, dir, nil)
	id, path := put(t, l, "Rivers")
	if err := l.Trash(id, day0); err != nil {
		t.Fatal(err)
	}
	if r, err := l.Import(context.Background(), []string{path}, library.ImportOptions{}); err != nil || len(r.Courses) != 1 {
		t.Fatal(err, r)
	}
	if len(l.Trashed()) != 0 || len(l.Courses()) != 1 || count(s) != 2 {
		t.Errorf("trash %v, %d courses, %d blobs; want none, 1, 2", l.Trashed(), len(l.Courses()), count(s))
	}
	if bad, err := l.Verify(context.Background(), "", nil); err != nil || len(bad) > 0 {
		t.Errorf("verify: %v %v", bad, err)
	}
}

func TestADamagedFileIsNotServedUntilItIsWholeAgain(t *testing.T) {
	dir := t.TempDir()
	l, s := shelf(t, dir, nil)
	id, path := put(t, l, "Rivers")
	var hash string
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s.List(func(h string, size int64) error {
		if size == int64(len(text)) {
			hash = h
		}
		return nil
	})
	if err := os.WriteFile(s.Path(hash), []byte("course Rivers\nedition 2\n"+water+" page Wrong\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	bad, err := l.Verify(context.Background(), id, nil)
	if err != nil || len(bad) != 1 || bad[0].Hash != hash {
		t.Fatalf("verify found %+v, %v", bad, err)
	}
	if err := l.SetAside(bad); err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.Reader(id); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the damaged file is read: %v", err)
	}
	if d := l.Damaged(); len(d) != 1 || d[0].Hash != hash || d[0].Course != id {
		t.Errorf("damaged: %+v", d)
	}
	away := path + ".away"
	if err := os.Rename(path, away); err != nil {
		t.Fatal(err)
	}
	if n, err := l.Mend(context.Background()); n != 0 || err != nil {
		t.Errorf("mended %d of what is nowhere, %v", n, err)
	}
	if err := os.Rename(away, path); err != nil {
		t.Fatal(err)
	}
	if n, err := l.Mend(context.Background()); n != 1 || err != nil {
		t.Fatalf("mended %d, %v", n, err)
	}
	_, release, err := l.Reader(id)
	if err != nil {
		t.Fatalf("after mending: %v", err)
	}
	release()
	if len(l.Damaged()) != 0 || len(s.Aside()) != 0 {
		t.Errorf("left: %v %v", l.Damaged(), s.Aside())
	}
}

func TestACourseLeavesWithItsStickAndComesBackWithIt(t *testing.T) {
	l, s := shelf(t, t.TempDir(), nil)
	stick := t.TempDir()
	path := filepath.Join(stick, "Rivers.epub")
	if err := os.WriteFile(path, []byte("course Rivers\nedition 1\n"+water+" page Water\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(stick, "letter.doc"), []byte("not ours"), 0o644); err != nil {
		t.Fatal(err)
	}
	things, more, err := l.Survey(stick)
	if err != nil || more || len(things) != 1 || things[0].Path != path || things[0].Format != "epub" {
		t.Fatalf("on the stick lie %+v, %v, %v", things, more, err)
	}
	r, err := l.Import(context.Background(), []string{path}, library.ImportOptions{Link: true})
	if err != nil || len(r.Courses) != 1 || count(s) != 1 {
		t.Fatalf("%+v, %v, %d blobs; want the manifest alone", r, err, count(s))
	}
	id := r.Courses[0].ID
	if l.Away(id) || !l.Linked(id) {
		t.Error("it is away while its stick is in")
	}
	if err := os.Rename(stick, stick+".pulled"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.Reader(id); !errors.Is(err, fs.ErrNotExist) || !l.Away(id) {
		t.Errorf("without its stick it is read (%v), away %v", err, l.Away(id))
	}
	if err := os.Rename(stick+".pulled", stick); err != nil {
		t.Fatal(err)
	}
	if _, release, err := l.Reader(id); err != nil || l.Away(id) {
		t.Errorf("with its stick again: %v", err)
	} else {
		release()
	}
}
