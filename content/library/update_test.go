package library_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/delta/deltatest"
	"lamplight/content/html"
	"lamplight/content/library"
)

// An author imports editions of one course of films; a reader gets them by their blobs.
type author struct {
	*box
	r     *rand.Rand
	films map[string][]byte
}

func newAuthor(t *testing.T) *author {
	a := &author{newBox(t), rand.New(rand.NewPCG(5, 5)), map[string][]byte{}}
	a.films["same.media"], a.films["little.media"], a.films["long.media"] = a.noise(100_000), a.noise(50_000), a.noise(3<<20)
	return a
}

func (a *author) noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(a.r.Uint32())
	}
	return b
}

// publish imports what the films are now, and gives the edition's manifest and the course.
func (a *author) publish() (string, content.CourseID) {
	a.t.Helper()
	for name, b := range a.films {
		a.write("films/"+name, string(b))
	}
	if r := a.imports(library.ImportOptions{}, filepath.Join(a.stick, "films")); len(r.Refused) != 0 {
		a.t.Fatalf("%+v", r)
	}
	id := a.l.Courses()[0].ID
	manifest, _, err := a.l.Manifest(id)
	if err != nil {
		a.t.Fatal(err)
	}
	return manifest, id
}

// edit changes some bytes of every film but one, and adds a small and a large one.
func (a *author) edit(n int) {
	for _, name := range []string{"little.media", "long.media"} {
		b := a.films[name]
		at := a.r.IntN(len(b))
		a.films[name] = bytes.Join([][]byte{b[:at], a.noise(500), b[at:]}, nil)
	}
	a.films[fmt.Sprintf("new%d.media", n)] = a.noise(2000)
	a.films[fmt.Sprintf("large%d.media", n)] = a.noise(2 << 20)
}

// sync carries to a reader the manifest and what it lacks, and installs it; how many bytes that took.
func (a *author) sync(to *box, manifest string, updates []content.Update) (bytes int64) {
	a.t.Helper()
	take := func(hash string, size int64) {
		if !to.blobs.Has(hash) {
			carry(a.t, a.blobs, to.blobs, hash)
			bytes += size
		}
	}
	way := to.l.Way(updates, manifest)
	for _, u := range way {
		take(u.Hash, u.Size)
	}
	for _, u := range way {
		if err := to.l.Unfold(context.Background(), u); err != nil {
			a.t.Fatal(err)
		}
	}
	if way == nil {
		size, _ := a.blobs.Size(manifest)
		take(manifest, size)
	}
	for _, ref := range must(to.l.ManifestBlobs(manifest)) {
		take(ref.Hash, ref.Size)
	}
	if _, err := to.l.Install(context.Background(), manifest, updates...); err != nil {
		a.t.Fatal(err)
	}
	return bytes
}

func TestAnEditionIsMadeOfTheOneBefore(t *testing.T) {
	a, to := newAuthor(t), newBox(t)
	v1, id := a.publish()
	a.sync(to, v1, nil)
	a.edit(2)
	v2, _ := a.publish()
	updates := a.l.Updates(id)
	if len(updates) != 1 || updates[0].From != v1 || updates[0].To != v2 || updates[0].Size > 4000 {
		t.Fatalf("%+v, want one update from %s of about 3 KB", updates, v1)
	}
	carry(t, a.blobs, to.blobs, updates[0].Hash)
	for range 2 { // twice does no harm
		if err := to.l.Unfold(context.Background(), updates[0]); err != nil {
			t.Fatal(err)
		}
	}
	if now, _, _ := to.l.Manifest(id); now != v1 {
		t.Error("the old edition is not served any more, and the new one is not whole")
	}
	var lacking []int64
	for _, ref := range must(to.l.ManifestBlobs(v2)) {
		if !to.blobs.Has(ref.Hash) {
			lacking = append(lacking, ref.Size)
		}
	}
	if len(lacking) != 1 || lacking[0] != 2<<20 {
		t.Fatalf("files of %v bytes are lacking, want the large new one alone", lacking)
	}
	if n := a.sync(to, v2, updates); n != 2<<20 {
		t.Errorf("%d bytes were carried after the update, want the large new film", n)
	}
	if bad, err := to.l.Verify(context.Background(), "", nil); err != nil || len(bad) != 0 {
		t.Errorf("verify: %v, %v", bad, err)
	}
	if got := to.l.Updates(id); len(got) != 1 || got[0] != updates[0] {
		t.Errorf("the reader hands on %+v, want the update it got", got)
	}
	if a.count() != to.count() || to.count() != len(a.films)+2 {
		t.Errorf("%d and %d blobs, want the films, the manifest and the update", a.count(), to.count())
	}
	to.l.Close()
	to.l = must(library.Open(to.dir, to.blobs, fake{"media"}))
	if got := to.l.Updates(id); len(got) != 1 || !to.blobs.Has(got[0].Hash) {
		t.Errorf("opened again it hands on %+v", got)
	}
	if err := to.l.Remove(id); err != nil || to.count() != 0 {
		t.Errorf("%d blobs after removal, %v", to.count(), err)
	}
}

func TestAnUpdateThatIsNotWorthKeepingDoesNotStay(t *testing.T) {
	a, to := newAuthor(t), newBox(t)
	a.films = map[string][]byte{"little.media": a.noise(90_000)}
	v1, id := a.publish()
	a.sync(to, v1, nil)
	a.films["little.media"] = append(a.noise(60_000), a.films["little.media"][:30_000]...)
	v2, _ := a.publish()
	if got := a.l.Updates(id); len(got) != 0 || a.count() != 2 {
		t.Errorf("%+v, %d blobs, want no update: it is most of the course", got, a.count())
	}
	// An update that came and is not kept on goes too.
	other := content.Update{From: v1, To: "no such edition", Hash: to.put([]byte("an update")), Size: 9}
	if a.sync(to, v2, []content.Update{other}); to.count() != 2 {
		t.Errorf("%d blobs, want file and manifest alone", to.count())
	}
}

func TestUpdatesLeadOverEditionsThatWereMissed(t *testing.T) {
	a, to := newAuthor(t), newBox(t)
	v1, id := a.publish()
	a.sync(to, v1, nil)
	var last string
	for n := 2; n <= 4; n++ {
		b := a.films["long.media"]
		a.films["long.media"] = append(append(a.noise(300), b[:1<<20]...), b[1<<20:]...)
		last, _ = a.publish()
	}
	updates := a.l.Updates(id)
	if n := a.sync(to, last, updates); len(updates) != 3 || n > 3000 {
		t.Fatalf("%d bytes over %d updates, want less than 3,000 over 3", n, len(updates))
	}
	for _, u := range updates {
		if u.To != last {
			to.l.Between(u.To)
		}
	}
	if to.count() != len(a.films)+1+3 {
		t.Errorf("%d blobs, want films, manifest and updates alone", to.count())
	}
	other := newBox(t)
	if n := a.sync(other, last, updates); n < 3<<20 || other.l.Way(updates, last) != nil {
		t.Errorf("a box without any edition got %d bytes", n)
	}
}

func TestADamagedUpdateMakesNothingThatIsInstalled(t *testing.T) {
	a := newAuthor(t)
	b := newBox(t) // has the first edition, which the author has no more
	v1, id := a.publish()
	a.sync(b, v1, nil)
	a.edit(2)
	v2, _ := a.publish()
	u := a.l.Updates(id)[0]
	good := must(os.ReadFile(a.blobs.Path(u.Hash)))
	for i := 0; i < len(good); i += 1 + len(good)/150 {
		bad := bytes.Clone(good)
		bad[i] ^= 0x41
		damaged := u
		damaged.Hash = b.put(bad)
		err := b.l.Unfold(context.Background(), damaged)
		if err == nil && !b.blobs.Has(v2) || err != nil && (b.blobs.Has(v2) || b.blobs.Has(damaged.Hash)) {
			t.Fatalf("byte %d: %v, and the edition is here: %v", i, err, b.blobs.Has(v2))
		}
		if err != nil && b.l.Way([]content.Update{damaged}, v2) != nil {
			t.Fatalf("byte %d: what was of no use is asked for again", i)
		}
		if err == nil { // a byte that says nothing, or a file that was made before
			for _, ref := range must(b.l.ManifestBlobs(v2)) {
				if !b.blobs.Has(ref.Hash) && ref.Size != 2<<20 {
					t.Fatalf("byte %d: a damaged update was taken, and a file of %d bytes is not here", i, ref.Size)
				}
			}
			b.blobs.Delete(v2)
		}
	}
	if bad, err := b.l.Verify(context.Background(), "", nil); err != nil || len(bad) != 0 {
		t.Errorf("verify: %v, %v", bad, err)
	}
	if err := b.l.Unfold(context.Background(), content.Update{From: v2, To: v1, Hash: b.put(good), Size: int64(len(good))}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("an update under another's name: %v", err)
	}
}

// An update of so many places that its plan is long: it is read by a box again.
func TestAnUpdateOfManySmallChangesIsUnfolded(t *testing.T) {
	a, to := newAuthor(t), newBox(t)
	film := a.noise(10 << 20)
	a.films = map[string][]byte{"long.media": film}
	v1, id := a.publish()
	a.sync(to, v1, nil)
	film = bytes.Clone(film)
	for i := 0; i < len(film); i += 100 + a.r.IntN(100) {
		film[i]++
	}
	a.films["long.media"] = film
	v2, _ := a.publish()
	updates := a.l.Updates(id)
	if n := a.sync(to, v2, updates); len(updates) != 1 || n != updates[0].Size {
		t.Errorf("%d bytes were carried by %+v", n, updates)
	}
}

// TestOnePerCentOfAMixedTree prints what the update of the tree takes that the figures are about.
func TestOnePerCentOfAMixedTree(t *testing.T) {
	if testing.Short() {
		t.Skip("48 MB")
	}
	b := &box{t: t, dir: t.TempDir(), stick: t.TempDir()}
	b.blobs = must(blob.Open(filepath.Join(b.dir, "blobs"), blob.Options{Floor: -1}))
	b.l = must(library.Open(b.dir, b.blobs, html.Format{}))
	t.Cleanup(func() { b.l.Close() })
	if err := deltatest.Tree(b.stick, 11); err != nil {
		t.Skip(err)
	}
	for _, edition := range []string{"v1", "v2"} {
		if r := b.imports(library.ImportOptions{}, filepath.Join(b.stick, edition)); len(r.Courses) != 1 {
			t.Fatalf("%+v", r)
		}
	}
	found := false
	for _, c := range b.l.Courses() {
		for _, u := range b.l.Updates(c.ID) {
			manifest, _ := b.blobs.Size(u.To)
			t.Logf("%d bytes of update for %d bytes in %d files, with a manifest of %d", u.Size, c.Bytes, strings.Count(string(must(os.ReadFile(b.blobs.Path(u.To)))), ".txt"), manifest)
			if found = true; u.Size > 245_000 {
				t.Errorf("want at most 245,000 bytes, so that 260,000 are left on the wire")
			}
		}
	}
	if !found {
		t.Error("no update was made")
	}
}
