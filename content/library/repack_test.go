package library_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/importtest"
	"lamplight/content/library"
	"lamplight/content/zim"
	"lamplight/content/zim/zimtest"
)

func newZIMBox(t *testing.T) *box {
	b := &box{t: t, dir: t.TempDir(), stick: t.TempDir()}
	b.blobs = must(blob.Open(filepath.Join(b.dir, "blobs"), blob.Options{Floor: -1}))
	b.l = must(library.Open(b.dir, b.blobs, zim.Format{}))
	t.Cleanup(func() { b.l.Close() })
	return b
}

func (b *box) publishes(year, pages int) (manifest string, id content.CourseID) {
	b.t.Helper()
	return b.takes(b.write(fmt.Sprintf("all-%d.zim", year), string(zimtest.Edition(b.t, year, pages))))
}

func (b *box) takes(path string) (manifest string, id content.CourseID) {
	b.t.Helper()
	if r := b.imports(library.ImportOptions{}, path); len(r.Courses) != 1 || len(r.Refused) != 0 {
		b.t.Fatalf("%+v", r)
	}
	id = b.l.Courses()[0].ID
	manifest, _, err := b.l.Manifest(id)
	if err != nil {
		b.t.Fatal(err)
	}
	return manifest, id
}

// pages checks every page of the course in a year.
func (b *box) pages(id content.CourseID, year, pages int) {
	b.t.Helper()
	r, release, err := b.l.Reader(id)
	if err != nil {
		b.t.Fatal(err)
	}
	defer release()
	if _, total, err := r.Children("", 0, 1); err != nil || total != pages {
		b.t.Errorf("%d pages, %v", total, err)
	}
	for i := range pages {
		f, err := r.File(fmt.Sprintf("page-%04d", i))
		if err != nil {
			b.t.Fatal(err)
		}
		if got := must(importtest.ReadFile(f)); string(got) != zimtest.Page(i, year) {
			b.t.Fatalf("page %d is not that of %d", i, year)
		}
	}
}

func TestTheNextEditionOfAZIMTravelsByThePage(t *testing.T) {
	pages := 1500
	if testing.Short() {
		pages = 300
	}
	a, to := newZIMBox(t), newZIMBox(t)
	v1, id := a.publishes(2025, pages)
	for _, ref := range must(a.l.ManifestBlobs(v1)) {
		if got := must(os.ReadFile(a.blobs.Path(ref.Hash))); string(got) != string(zimtest.Edition(t, 2025, pages)) {
			t.Fatal("the first edition is not kept as it was published")
		}
	}
	sync := func(manifest string, updates []content.Update) int64 {
		return (&author{box: a}).sync(to, manifest, updates)
	}
	whole := sync(v1, nil)
	for year := 2026; year < 2028; year++ {
		published := int64(len(zimtest.Edition(t, year, pages)))
		v, _ := a.publishes(year, pages)
		updates := a.l.Updates(id)
		if len(updates) != year-2025 || updates[0].Size > published/10 {
			t.Fatalf("%d: %+v for a file of %d bytes", year, updates, published)
		}
		if n := sync(v, updates); n != updates[0].Size {
			t.Errorf("%d: %d bytes were carried, the update has %d", year, n, updates[0].Size)
		}
		a.pages(id, year, pages)
		to.pages(id, year, pages)
		if got, _, _ := to.l.Manifest(id); got != v {
			t.Error("it is another edition there")
		}
		changed := 0
		for i := range pages {
			if zimtest.Page(i, year) != zimtest.Page(i, year-1) {
				changed++
			}
		}
		t.Logf("%d: %d bytes for %d of %d pages changed, in a file of %d bytes (the first was %d)", year, updates[0].Size, changed, pages, published, whole)
		// What is installed is taken as such, from where it was copied from and from elsewhere.
		if again, _ := a.takes(filepath.Join(a.stick, fmt.Sprintf("all-%d.zim", year))); again != v {
			t.Error("imported once more it is another edition")
		}
		if again, _ := a.takes(a.write("copy.zim", string(zimtest.Edition(t, year, pages)))); again != v || len(a.l.Updates(id)) != len(updates) {
			t.Errorf("imported from elsewhere it is another edition or leads from %+v", a.l.Updates(id))
		}
		if want := 2 + len(updates); a.count() != want || to.count() != want {
			t.Errorf("%d and %d blobs, want %d: file, manifest and updates", a.count(), to.count(), want)
		}
	}
	for _, b := range []*box{a, to} {
		if bad, err := b.l.Verify(context.Background(), "", nil); err != nil || len(bad) != 0 {
			t.Errorf("verify: %v, %v", bad, err)
		}
		b.noTemps()
		if b.l.Remove(id) != nil || b.count() != 0 {
			t.Errorf("%d blobs after removal", b.count())
		}
	}
}

// noTemps looks for what was made on the way and not taken away.
func (b *box) noTemps() {
	b.t.Helper()
	if left, _ := os.ReadDir(filepath.Join(b.dir, "blobs", "staging")); len(left) != 0 {
		b.t.Errorf("%d temporary files were left, %s among them", len(left), left[0].Name())
	}
}

// What was packed anew is known by the file it was made of: that is not installed again, even where there is room for nothing
// more, and a damaged copy is made of it anew.
func TestWhatWasPackedAnewIsKnownByWhatWasPublished(t *testing.T) {
	a, to := newZIMBox(t), newZIMBox(t)
	v1, id := a.publishes(2025, 300)
	author := &author{box: a}
	author.sync(to, v1, nil)
	v2, _ := a.publishes(2026, 300)
	author.sync(to, v2, a.l.Updates(id))
	published := string(zimtest.Edition(t, 2026, 300))
	for i, b := range []*box{a, to} {
		b.l.Close()
		full := b.held() + int64(len(published)) + 256<<10
		free := func(string) (int64, error) { return full - b.held(), nil }
		b.blobs = must(blob.Open(filepath.Join(b.dir, "blobs"), blob.Options{Floor: 1, Free: free}))
		b.l = must(library.Open(b.dir, b.blobs, zim.Format{}))
		t.Cleanup(func() { b.l.Close() })
		updates, count := len(b.l.Updates(id)), b.count()
		copied := b.write("copy.zim", published)
		if r := b.imports(library.ImportOptions{DryRun: true}, copied); len(r.Courses) != 1 || !b.l.Holds(r.Courses[0], false) || b.l.Holds(r.Courses[0], true) {
			t.Errorf("box %d: %+v is not what it holds", i, r.Courses)
		}
		if again, _ := b.takes(copied); again != v2 || len(b.l.Updates(id)) != updates || b.count() != count {
			t.Errorf("box %d: %s with %d updates in %d blobs became %s with %d in %d", i, v2, updates, count, again, len(b.l.Updates(id)), b.count())
		}
		other := b.write("other.zim", string(zimtest.Edition(t, 2025, 300)))
		if r := b.imports(library.ImportOptions{DryRun: true}, other); len(r.Courses) != 1 || b.l.Holds(r.Courses[0], false) {
			t.Errorf("box %d: %+v is what it holds", i, r.Courses)
		}
	}
	b := newZIMBox(t)
	b.publishes(2025, 300)
	b.publishes(2026, 300)
	count := b.count()
	damage := func() library.Damaged {
		t.Helper()
		file := must(b.l.ManifestBlobs(v2))[0]
		path := b.blobs.Path(file.Hash)
		raw := must(os.ReadFile(path))
		raw[len(raw)/2] ^= 1
		if err := errors.Join(os.Remove(path), os.WriteFile(path, raw, 0o644)); err != nil {
			t.Fatal(err)
		}
		if err := b.l.SetAside(must(b.l.Verify(context.Background(), id, nil))); err != nil {
			t.Fatal(err)
		}
		damaged := b.l.Damaged()
		if len(damaged) != 1 || damaged[0].Hash != file.Hash {
			t.Fatalf("damaged: %+v", damaged)
		}
		return damaged[0]
	}
	damage()
	if n, err := b.l.Mend(context.Background()); n != 1 || err != nil || len(b.l.Damaged()) != 0 || b.count() != count {
		t.Errorf("mended %d, %v: %d blobs, want %d; damaged %+v", n, err, b.count(), count, b.l.Damaged())
	}
	b.pages(id, 2026, 300)
	damage()
	b.write("all-2026.zim", string(zimtest.Edition(t, 2027, 300)))
	if n, err := b.l.Mend(context.Background()); n != 0 || err != nil || b.count() != count-1 {
		t.Errorf("of another file mended %d, %v: %d blobs, want %d", n, err, b.count(), count-1)
	}
	b.noTemps()
}

func TestAnEditionThatIsAllNewStaysAsItWasPublished(t *testing.T) {
	b := newZIMBox(t)
	b.publishes(2025, 300)
	r := zimtest.Recipe{Major: 6, Minor: 1, Packs: []byte{zimtest.PackZstd}, Entries: []zimtest.Entry{
		{NS: 'M', Path: "Name", MIME: "text/plain", Data: "all_en"}, {NS: 'M', Path: "Date", MIME: "text/plain", Data: "2031-01-01"},
	}}
	for i := range 300 {
		r.Entries = append(r.Entries, zimtest.Entry{NS: 'C', Path: fmt.Sprintf("new-%04d", i), MIME: "text/html", Data: zimtest.Page(90_000+i, 2025)})
	}
	published := r.Make(t)
	manifest, id := b.takes(b.write("new.zim", string(published)))
	refs := must(b.l.ManifestBlobs(manifest))
	if got := must(os.ReadFile(b.blobs.Path(refs[0].Hash))); string(got) != string(published) || len(b.l.Updates(id)) != 0 || b.count() != 2 {
		t.Errorf("%d blobs, %+v: want the published file and its manifest alone", b.count(), b.l.Updates(id))
	}
	b.noTemps()
}

// Pages of nothing are packed to nothing: they do not fill the disk in plain.
func TestABombIsNotPackedAnew(t *testing.T) {
	b := newZIMBox(t)
	_, id := b.publishes(2025, 300)
	bomb := zimtest.Recipe{Major: 6, Minor: 1, Packs: []byte{zimtest.PackNone, zimtest.PackZstd}, Entries: []zimtest.Entry{
		{NS: 'M', Path: "Name", MIME: "text/plain", Data: "all_en"}, {NS: 'M', Path: "Date", MIME: "text/plain", Data: "2031-01-01"},
	}}
	for i := range 60 {
		bomb.Entries = append(bomb.Entries, zimtest.Entry{NS: 'C', Path: fmt.Sprintf("bomb-%04d", i), MIME: "text/html", Data: strings.Repeat(" ", 1<<20), Cluster: 1})
	}
	for i := range 100 { // an update would be small
		bomb.Entries = append(bomb.Entries, zimtest.Entry{NS: 'C', Path: fmt.Sprintf("page-%04d", i), MIME: "text/html", Data: zimtest.Page(i, 2025)})
	}
	published := bomb.Make(t)
	manifest, _ := b.takes(b.write("bomb.zim", string(published)))
	if got := must(b.l.ManifestBlobs(manifest)); got[0].Size != int64(len(published)) || len(b.l.Updates(id)) != 0 {
		t.Errorf("%+v, %+v: it was unpacked", got, b.l.Updates(id))
	}
	b.noTemps()
}

// TestPackingAnewIsSeenAndStopped: progress goes on to its end while a file is packed anew, and cancelling then leaves the old edition.
func TestPackingAnewIsSeenAndStopped(t *testing.T) {
	b := newZIMBox(t)
	v1, id := b.publishes(2025, 300)
	next := zimtest.Edition(t, 2026, 300)
	path := b.write("next.zim", string(next))
	ctx, stop := context.WithCancel(context.Background())
	size := int64(len(next))
	_, err := b.l.Import(ctx, []string{path}, library.ImportOptions{Progress: func(done, total int64, _ string) {
		if total != 2*size {
			t.Fatalf("%d bytes of %d, want a total of %d", done, total, 2*size)
		}
		if done > size {
			stop()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if now, _, _ := b.l.Manifest(id); now != v1 || b.count() != 2 {
		t.Errorf("%d blobs: stopped half way it is another edition, or left something", b.count())
	}
	b.noTemps()
	last, steps := int64(0), 0
	b.imports(library.ImportOptions{Progress: func(done, total int64, _ string) {
		if done < last {
			t.Errorf("progress went from %d to %d", last, done)
		}
		if done > size && done > last {
			steps++
		}
		last = done
	}}, path)
	if last != 2*size || steps < 10 {
		t.Errorf("it ended at %d of %d, in %d steps while it was packed", last, 2*size, steps)
	}
	b.pages(id, 2026, 300)
}

// TestAFullDiskKeepsWhatWasPublished: whatever the room beside the copy, the edition is one of the two and whole.
func TestAFullDiskKeepsWhatWasPublished(t *testing.T) {
	next := zimtest.Edition(t, 2026, 300)
	published := 0
	for room := range 7 {
		b := newZIMBox(t)
		_, id := b.publishes(2025, 300)
		b.l.Close()
		full := b.held() + int64(len(next)) + int64(room)<<20 + 64<<10
		free := func(string) (int64, error) { return full - b.held(), nil }
		b.blobs = must(blob.Open(filepath.Join(b.dir, "blobs"), blob.Options{Floor: 1, Free: free}))
		b.l = must(library.Open(b.dir, b.blobs, zim.Format{}))
		manifest, _ := b.takes(b.write("next.zim", string(next)))
		got := must(os.ReadFile(b.blobs.Path(must(b.l.ManifestBlobs(manifest))[0].Hash)))
		if string(got) == string(next) {
			if published++; published != room+1 {
				t.Errorf("with %d MB it was not packed anew, with less it was", room)
			}
		}
		b.pages(id, 2026, 300)
		b.noTemps()
	}
	if published == 0 || published == 7 {
		t.Errorf("of 7 imports %d stayed as published, want those for which there was no room", published)
	}
}

// held is how many bytes lie in the box's folder.
func (b *box) held() (n int64) {
	filepath.WalkDir(b.dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil
	})
	return n
}
