package kolibri_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/kolibri"
	"lamplight/content/library"
)

// A box is a data folder with a library.
type box struct {
	*library.Library
	t     testing.TB
	dir   string
	blobs *blob.Store
}

func newBox(t testing.TB, dir string) *box {
	t.Helper()
	blobs, err := blob.Open(filepath.Join(dir, "blobs"), blob.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := library.Open(dir, blobs, kolibri.Format{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &box{l, t, dir, blobs}
}

func (b *box) take(path string, o library.ImportOptions) library.Report {
	b.t.Helper()
	r, err := b.Import(context.Background(), []string{path}, o)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// outline is the tree of the only course, with what is broken marked.
func (b *box) outline() string {
	b.t.Helper()
	all := b.Courses()
	if len(all) != 1 {
		b.t.Fatalf("%d courses", len(all))
	}
	r, release, err := b.Reader(all[0].ID)
	if err != nil {
		b.t.Fatal(err)
	}
	defer release()
	return marked(b.t, r, "")
}

func marked(t testing.TB, r content.Reader, parent content.ResourceID) string {
	t.Helper()
	nodes, _, err := r.Children(parent, 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range nodes {
		s := n.Title
		if n.Broken != "" {
			s += "!"
		} else if n.Path != "" {
			if _, err := r.File(n.Path); err != nil {
				t.Errorf("%s: %v", n.Title, err)
			}
		}
		if n.Kind == content.Topic {
			s += "(" + marked(t, r, n.ID) + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// count is how many blobs there are.
func (b *box) count() (n int) {
	b.blobs.List(func(string, int64) error { n++; return nil })
	return n
}

// lessons is a channel of two topics with two documents each.
func lessons(t testing.TB) *made {
	m := newChannel(t, "", channelID, 5)
	for _, topic := range []string{"a", "b"} {
		up := m.node(topic, "", "topic", nil)
		for _, doc := range []string{"1", "2"} {
			m.file(m.node(topic+doc, up, "document", row{"license_name": "CC BY"}), "document", "pdf", aPDF(topic+doc))
		}
	}
	return m
}

func stored(word string) string { return hexOf(string(aPDF(word))) + ".pdf" }

func TestAChannelWithoutSomeFilesIsCompletedLater(t *testing.T) {
	m := lessons(t)
	m.done()
	away := m.stored(stored("b1"))
	kept, _ := os.ReadFile(away)
	os.Remove(away)
	b := newBox(t, t.TempDir())
	r := b.take(m.dir, library.ImportOptions{})
	if got := b.outline(); got != "a(a1 a2) b(b1! b2)" || b.Courses()[0].Missing != 1 || len(r.Warnings) != 1 {
		t.Fatalf("%s, %d missing, %q", got, b.Courses()[0].Missing, r.Warnings)
	}
	os.WriteFile(away, kept, 0o644)
	b.take(m.dir, library.ImportOptions{})
	if got := b.outline(); got != "a(a1 a2) b(b1 b2)" || b.Courses()[0].Missing != 0 {
		t.Fatalf("completed: %s", got)
	}
	os.Remove(away) // a poorer drive takes nothing away
	os.Remove(m.stored(stored("a1")))
	b.take(m.dir, library.ImportOptions{})
	if got := b.outline(); got != "a(a1 a2) b(b1 b2)" || b.Courses()[0].Missing != 0 {
		t.Errorf("after a poorer drive: %s", got)
	}
}

func TestADamagedFileIsRefusedByNameAndTheRestInstalled(t *testing.T) {
	m := lessons(t)
	m.done()
	bad := m.stored(stored("a2"))
	b, _ := os.ReadFile(bad)
	b[10] ^= 1
	os.WriteFile(bad, b, 0o644)
	box := newBox(t, t.TempDir())
	r := box.take(m.dir, library.ImportOptions{})
	if len(r.Refused) != 1 || r.Refused[0].Path != bad || !strings.Contains(r.Refused[0].Reason, "MD5") {
		t.Errorf("refused %+v", r.Refused)
	}
	if got := box.outline(); got != "a(a1 a2!) b(b1 b2)" || box.Courses()[0].Missing != 1 {
		t.Errorf("%s, %d missing", got, box.Courses()[0].Missing)
	}
}

func TestTopicsMayBeChosenAndMoreLater(t *testing.T) {
	m := lessons(t)
	m.done()
	b := newBox(t, t.TempDir())
	dry := b.take(m.dir, library.ImportOptions{DryRun: true})
	if len(dry.Topics) != 1 || len(dry.Topics[0].Topics) != 2 || dry.Topics[0].Topics[1].Bytes != int64(2*len(aPDF("a1"))) || dry.Topics[0].Topics[1].Title != "b" {
		t.Fatalf("sizes: %+v", dry.Topics)
	}
	o := library.ImportOptions{}
	o.Topics = []string{dry.Topics[0].Topics[1].ID}
	b.take(m.dir, o)
	if got := b.outline(); got != "b(b1 b2)" || b.count() != 5 {
		t.Fatalf("%s, %d blobs", got, b.count())
	}
	o.Topics = []string{hexOf("content a2")}
	b.take(m.dir, o)
	if got := b.outline(); got != "a(a2) b(b1 b2)" {
		t.Fatalf("and a2: %s", got)
	}
	o.Topics = []string{"nobody"}
	if r := b.take(m.dir, o); len(r.Refused) != 1 || !strings.Contains(r.Refused[0].Reason, "nobody") {
		t.Errorf("an unknown topic: %+v", r.Refused)
	}
	b.take(m.dir, library.ImportOptions{})
	if got := b.outline(); got != "a(a1 a2) b(b1 b2)" || b.count() != 7 {
		t.Errorf("all: %s, %d blobs", got, b.count())
	}
}

func TestAnUpdateSaysWhatChangesFirst(t *testing.T) {
	m := lessons(t)
	m.done()
	b := newBox(t, t.TempDir())
	b.take(m.dir, library.ImportOptions{})
	m.rows["content_channelmetadata"][0]["version"] = 4
	m.rows["content_contentnode"] = slices.DeleteFunc(m.rows["content_contentnode"], func(r row) bool { return r["title"] == "a1" })
	for _, r := range m.rows["content_contentnode"] {
		if r["title"] == "b1" {
			r["title"] = "b1 anew"
		}
	}
	m.file(m.node("b3", hexOf("node b"), "document", nil), "document", "pdf", aPDF("b3 is longer"))
	m.done()
	r := b.take(m.dir, library.ImportOptions{DryRun: true})
	if len(r.Changes) != 1 {
		t.Fatalf("%+v", r.Changes)
	}
	d := r.Changes[0].Diff
	if !slices.Equal(d.New.Titles, []string{"b3"}) || !slices.Equal(d.Changed.Titles, []string{"b1 anew"}) || !slices.Equal(d.Removed.Titles, []string{"a1"}) {
		t.Errorf("%+v", d)
	}
	if d.Copy != int64(len(aPDF("b3 is longer"))) || d.Free != int64(len(aPDF("a1"))) {
		t.Errorf("copies %d, frees %d", d.Copy, d.Free)
	}
	if got := b.outline(); got != "a(a1 a2) b(b1 b2)" {
		t.Errorf("a dry run changed it: %s", got)
	}
	b.take(m.dir, library.ImportOptions{})
	if got := b.outline(); got != "a(a2) b(b1 anew b2 b3)" || b.count() != 7+1 { // and the update that leads to it
		t.Errorf("updated: %s, %d blobs", got, b.count())
	}
}

func TestTwoChannelsKeepOneFileOnce(t *testing.T) {
	one := lessons(t)
	one.done()
	two := newChannel(t, one.dir, hexOf("another"), 5)
	two.file(two.node("the same", "", "document", nil), "document", "pdf", aPDF("a1"))
	two.done()
	b := newBox(t, t.TempDir())
	if r := b.take(one.dir, library.ImportOptions{}); len(r.Courses) != 2 || len(r.Refused) != 0 {
		t.Fatalf("%+v", r)
	}
	if n := b.count(); n != 4+2*3 {
		t.Errorf("%d blobs, want four documents and three of each channel", n)
	}
	b.Remove(b.Courses()[0].ID)
	b.outline()
}

func TestAnImportThatWasStoppedGoesOn(t *testing.T) {
	m := newChannel(t, "", channelID, 5)
	for i := range 1500 {
		m.file(m.node(fmt.Sprint(i), "", "document", nil), "document", "pdf", aPDF(fmt.Sprint(i)))
	}
	m.done()
	b := newBox(t, t.TempDir())
	ctx, stop := context.WithCancel(context.Background())
	_, err := b.Import(ctx, []string{m.dir}, library.ImportOptions{Progress: func(done, _ int64, _ string) {
		if done > int64(1200*len(aPDF("1"))) {
			stop()
		}
	}})
	if err == nil || len(b.Courses()) != 0 {
		t.Fatalf("%v, %d courses", err, len(b.Courses()))
	}
	half := b.Interrupted()
	if len(half) != 1 || half[0].Files < 500 {
		t.Fatalf("%+v", half)
	}
	other := newChannel(t, "", hexOf("another"), 5) // what it shares with the one half here stays when it goes
	other.file(other.node("shared", "", "document", nil), "document", "pdf", aPDF("1"))
	other.done()
	b.take(other.dir, library.ImportOptions{})
	if err := b.Remove(b.Courses()[0].ID); err != nil || b.count() != half[0].Files {
		t.Fatalf("%v, %d blobs, want the %d of the import that was stopped", err, b.count(), half[0].Files)
	}
	b.Close()
	b = newBox(t, b.dir)
	for n := 400; n < 450; n++ { // nor read again
		path := m.stored(stored(fmt.Sprint(n)))
		had, _ := os.ReadFile(path)
		os.WriteFile(path, bytes.ToUpper(had), 0o644)
	}
	for name := range 400 { // what is here already is not needed any more
		os.Remove(m.stored(stored(fmt.Sprint(name))))
	}
	r := b.take(m.dir, library.ImportOptions{})
	if c := b.Courses(); len(c) != 1 || c[0].Missing != 0 || len(r.Refused) != 0 || len(b.Interrupted()) != 0 || b.count() != 1503 {
		t.Errorf("%+v, %d blobs, refused %+v", c, b.count(), r.Refused)
	}
}

func TestAnImportGivenUpLeavesNothing(t *testing.T) {
	m := newChannel(t, "", channelID, 5)
	for i := range 900 {
		m.file(m.node(fmt.Sprint(i), "", "document", nil), "document", "pdf", aPDF(fmt.Sprint(i)))
	}
	m.done()
	b := newBox(t, t.TempDir())
	ctx, stop := context.WithCancel(context.Background())
	b.Import(ctx, []string{m.dir}, library.ImportOptions{Progress: func(done, _ int64, _ string) {
		if done > int64(800*len(aPDF("1"))) {
			stop()
		}
	}})
	if half := b.Interrupted(); len(half) != 1 {
		t.Fatalf("%+v", half)
	} else if err := b.GiveUp(half[0].Course); err != nil || b.count() != 0 || len(b.Interrupted()) != 0 {
		t.Errorf("%v, %d blobs", err, b.count())
	}
}

// TestAnImportKilledAnywhereGoesOn kills a child that imports a channel at moments drawn from a seed, until one comes
// through: then one whole course is there and nothing else.
func TestAnImportKilledAnywhereGoesOn(t *testing.T) {
	if drive := os.Getenv("KOLIBRI_TEST_DRIVE"); drive != "" {
		b := newBox(t, os.Getenv("KOLIBRI_TEST_BOX"))
		os.Stdout.WriteString(".")
		b.take(drive, library.ImportOptions{})
		return
	}
	const files = 700
	m := newChannel(t, "", channelID, 5)
	for i := range files {
		m.file(m.node(fmt.Sprint(i), "", "document", nil), "document", "pdf", append(aPDF(fmt.Sprint(i)), bytes.Repeat([]byte{byte(i)}, 100_000)...))
	}
	m.done()
	dir := t.TempDir()
	chance := rand.New(rand.NewPCG(3, 4))
	kills := 10
	if testing.Short() {
		kills = 3
	}
	for round := range kills {
		child := exec.Command(os.Args[0], "-test.run", "^TestAnImportKilledAnywhereGoesOn$")
		child.Env = append(os.Environ(), "KOLIBRI_TEST_DRIVE="+m.dir, "KOLIBRI_TEST_BOX="+dir)
		out, _ := child.StdoutPipe()
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		out.Read(make([]byte, 1))
		time.Sleep(time.Duration(chance.IntN(400_000)) * time.Microsecond)
		child.Process.Kill()
		child.Wait()
		b := newBox(t, dir)
		half, whole := b.Interrupted(), b.Courses()
		if len(half)+len(whole) > 1 || len(b.Problems()) > 0 {
			t.Fatalf("round %d: %+v and %d courses, problems %v", round, half, len(whole), b.Problems())
		}
		known := 0
		switch {
		case len(half) == 1:
			known = half[0].Files
		case len(whole) == 1:
			known = files + 3
		}
		staged, _ := os.ReadDir(filepath.Join(dir, "blobs", "staging"))
		if b.count() != known || len(staged) != 0 {
			t.Fatalf("round %d: %d blobs and %d staged files, of which %d are known", round, b.count(), len(staged), known)
		}
		t.Logf("killed: %d of %d files are here", known, files)
		if len(whole) == 1 {
			if err := b.Remove(whole[0].ID); err != nil || b.count() != 0 {
				t.Errorf("removed: %v, %d blobs", err, b.count())
			}
		}
		b.Close()
	}
	b := newBox(t, dir)
	b.take(m.dir, library.ImportOptions{})
	if c := b.Courses(); len(c) != 1 || c[0].Missing != 0 || b.count() != files+3 {
		t.Errorf("%+v, %d blobs", c, b.count())
	}
	if bad, err := b.Verify(context.Background(), "", nil); err != nil || len(bad) > 0 {
		t.Errorf("%v, %v", bad, err)
	}
}

func TestAChannelFromAnotherBoxIsVetted(t *testing.T) {
	m := lessons(t)
	m.done()
	one := newBox(t, t.TempDir())
	one.take(m.dir, library.ImportOptions{})
	carry := func(lie string) error {
		two := newBox(t, t.TempDir())
		manifest, _, err := one.Manifest(one.Courses()[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := os.ReadFile(one.blobs.Path(manifest))
		if lie != "" { // another document under the name of this one
			var hashes []string
			for _, word := range []string{lie, "b1"} {
				r, _, _ := one.Reader(one.Courses()[0].ID)
				f, err := r.File(stored(word))
				if err != nil {
					t.Fatal(err)
				}
				hashes = append(hashes, filepath.Base(f.Source.Path))
			}
			b = bytes.Replace(b, []byte(hashes[0]), []byte(hashes[1]), 1)
		}
		hash, _, err := two.blobs.Put(context.Background(), bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		one.blobs.List(func(h string, _ int64) error {
			b, _ := os.ReadFile(one.blobs.Path(h))
			two.blobs.Put(context.Background(), bytes.NewReader(b))
			return nil
		})
		_, err = two.Install(context.Background(), hash)
		return err
	}
	if err := carry(""); err != nil {
		t.Errorf("an honest box: %v", err)
	}
	if err := carry("a1"); err == nil || !strings.Contains(err.Error(), "MD5") {
		t.Errorf("a file under another's name: %v", err)
	}
}
