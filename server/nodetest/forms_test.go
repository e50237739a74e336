package nodetest

import (
	"context"
	"fmt"
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
	"lamplight/server"
	"lamplight/server/config"
	"lamplight/server/learning"
	"lamplight/sync/exchange"
)

// twoBoxes are a box with the starter courses and a box of its school, stopped before it knew of any.
func twoBoxes(t *testing.T) (a, b *Node) {
	ctx := context.Background()
	a = Start(t, Options{})
	if err := a.CreateSchool(ctx, "Lakeside", "en"); err != nil {
		t.Fatal(err)
	}
	b = Start(t, Options{Join: []string{a.Listening.Sync}})
	pair(t, a, b)
	together(t, 30*time.Second, a, b)
	b.Stop()
	if _, err := a.InstallStarter(ctx); err != nil {
		t.Fatal(err)
	}
	return a, b
}

// A form is a course's one file and how it travels.
type form struct{ manifest, file, travel string }

// forms lists what a node's courses are made of, in order of title, and their bytes as files and as they travel.
func forms(t *testing.T, n *Node) (out []form, plain, travel int64) {
	t.Helper()
	for _, c := range n.Library.Courses() {
		manifest, _, err := n.Library.Manifest(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		refs, err := n.Library.ManifestBlobs(manifest)
		if err != nil || len(refs) != 1 || refs[0].Travel == nil {
			t.Fatalf("%s is made of %+v, %v; want one file and the form it travels in", c.Title, refs, err)
		}
		out = append(out, form{manifest, refs[0].Hash, refs[0].Travel.Hash})
		plain, travel = plain+refs[0].Size, travel+refs[0].Travel.Size
	}
	return out, plain, travel
}

// shelf is content/blob as exchange asks for it.
type shelf struct{ *blob.Store }

func (b shelf) Open(hash string) (exchange.Blob, int64, error) {
	f, size, err := b.Store.Open(hash)
	return f, size, err
}

func (b shelf) Partial(hash string, size int64) (exchange.Partial, error) {
	p, err := b.Store.Partial(hash, size)
	return p, err
}

// fetch runs one session of a box that is stopped, and nothing else of it.
func fetch(t *testing.T, dir string, from *Node) exchange.Summary {
	t.Helper()
	s, err := server.Open(server.Options{Dir: dir, Config: config.Default(), Log: Logger(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n, err := exchange.New(exchange.Options{Device: s.Device, Registry: s.Registry, Log: s.Records, Blobs: shelf{s.Blobs}, Wants: s, Logger: Logger(t)})
	if err != nil {
		t.Fatal(err)
	}
	sum, err := n.Meet(context.Background(), from.ExchangeAddr())
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// sound fails the test unless every course is here as it was installed.
func sound(t *testing.T, n *Node) {
	t.Helper()
	if bad, err := n.Library.Verify(context.Background(), "", nil); err != nil || len(bad) > 0 {
		t.Errorf("verify: %v, %v", bad, err)
	}
}

func TestPacksGoFromBoxToBoxInTheFormTheyTravelIn(t *testing.T) {
	a, b := twoBoxes(t)
	all, plain, travel := forms(t, a)
	for _, f := range all { // the plain files are out of reach: nothing but the forms can be given
		if err := os.Rename(a.Blobs.Path(f.file), a.Blobs.Path(f.file)+"-away"); err != nil {
			t.Fatal(err)
		}
	}
	sum := fetch(t, b.Dir(), a)
	for _, f := range all {
		os.Rename(a.Blobs.Path(f.file)+"-away", a.Blobs.Path(f.file))
	}
	var manifests int64
	for _, f := range all {
		size, err := a.Blobs.Size(f.manifest)
		if err != nil {
			t.Fatal(err)
		}
		manifests += size
	}
	t.Logf("%d courses of %d bytes: %d bytes of blobs came, %d of them manifests; %d on the wire with records and TLS",
		len(all), plain, sum.BlobBytesIn, manifests, sum.Received+sum.Sent)
	if len(all) != 12 || sum.BlobBytesIn != travel+manifests || travel*2 > plain {
		t.Errorf("%d courses: %d bytes came; want %d of the forms and %d of manifests, less than half of %d", len(all), sum.BlobBytesIn, travel, manifests, plain)
	}
	b = b.Restart()
	Eventually(t, 30*time.Second, "the courses are installed", func() bool { return len(b.Library.Courses()) == len(all) })
	together(t, 10*time.Second, a, b)
	sound(t, b)
	for i, f := range all {
		if !b.Blobs.Has(f.travel) {
			t.Errorf("course %d cannot go on to a third box in the form it came in", i)
		}
	}
	for _, c := range b.Library.Courses() {
		if err := b.RemoveCourse(context.Background(), c.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.EmptyTrash(); err != nil {
		t.Fatal(err)
	}
	b.Blobs.List(func(hash string, size int64) error {
		t.Errorf("after every course was removed %s of %d bytes is left", hash, size)
		return nil
	})
}

// forge offers a course whose manifest names a form that nothing can be made of.
func forge(t *testing.T, n *Node, f form) (manifest string) {
	t.Helper()
	raw, err := os.ReadFile(n.Blobs.Path(f.manifest))
	var m library.Manifest
	if err == nil {
		err = cbor.Unmarshal(raw, &m)
	}
	put := func(text string) (hash string) {
		if err == nil {
			hash, _, err = n.Blobs.Put(context.Background(), strings.NewReader(text))
		}
		return hash
	}
	const garbage = "LAMPTRIP it is not"
	m.Files[0].Travel.Hash, m.Files[0].Travel.Size = put(garbage), int64(len(garbage))
	mode, errMode := cbor.CoreDetEncOptions().EncMode()
	if errMode != nil {
		t.Fatal(errMode)
	}
	text, errMode := mode.Marshal(&m)
	if errMode != nil {
		t.Fatal(errMode)
	}
	manifest = put(string(text))
	if err == nil {
		err = n.Store.OfferCourse(context.Background(), learning.Box(), learning.Offer{
			Course: m.Course.ID, Edition: m.Course.Edition, Format: m.Format, Title: m.Course.Title, Manifest: manifest,
			Size: int64(len(text)), Bytes: m.Course.Bytes, School: n.Registry.School().ID(),
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return manifest
}

func TestWhereTheFormIsOfNoUseThePlainFileComes(t *testing.T) {
	a, b := twoBoxes(t)
	all, _, _ := forms(t, a)
	kinds := []string{"damaged", "gone", "forged", "whole"}
	kind := func(i int) string { return kinds[i%len(kinds)] }
	for i, f := range all {
		switch path := a.Blobs.Path(f.travel); kind(i) {
		case "damaged":
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			raw[len(raw)/2] ^= 1
			if err := os.WriteFile(path, raw, 0o644); err != nil {
				t.Fatal(err)
			}
		case "gone":
			if err := a.Blobs.Delete(f.travel); err != nil {
				t.Fatal(err)
			}
		case "forged":
			all[i].manifest = forge(t, a, f)
		}
	}
	b = b.Restart()
	took := Eventually(t, 60*time.Second, "the courses are installed", func() bool { return len(b.Library.Courses()) == len(all) })
	t.Logf("twelve courses, of which three came in their form and nine plain, after %v", took.Round(time.Millisecond))
	together(t, 10*time.Second, a, b)
	sound(t, b)
	for i, f := range all {
		if got := b.Blobs.Has(f.travel); got != (kind(i) == "whole") {
			t.Errorf("course %d, whose form was %s: the form is here: %v", i, kind(i), got)
		}
		if !b.Blobs.Has(f.file) || !b.Blobs.Has(f.manifest) {
			t.Errorf("course %d, whose form was %s, is not here", i, kind(i))
		}
	}
	if parts, err := b.Blobs.Partials(); err != nil || len(parts) > 0 {
		t.Errorf("parts are left: %v, %v", parts, err)
	}
	if wants := b.Wanted(); len(wants) > 0 {
		t.Errorf("still wanted: %+v", wants)
	}
}

// lesson writes a course of so many pages into a folder.
func lesson(t *testing.T, dir string, pages int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("course.md", "---\nid: long-course\ntitle: A long course\nlanguage: en\n---\nLong.\n")
	for i := range pages {
		var b strings.Builder
		fmt.Fprintf(&b, "# Page %d\n\n", i)
		for b.Len() < 20<<10 {
			fmt.Fprintf(&b, "The %dth seed weighs %d grams and grows in %d days.\n\n", rng.IntN(1000), rng.IntN(1000), rng.IntN(1000))
		}
		write(fmt.Sprintf("%04d-page-%d.md", i, i), b.String())
	}
}

// blobsOf lists a data folder's blobs, and what lies in its staging folder.
func blobsOf(t *testing.T, data string) (blobs map[string]bool, staged []string) {
	t.Helper()
	blobs = map[string]bool{}
	err := filepath.WalkDir(filepath.Join(data, "blobs"), func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil || e.IsDir():
		case filepath.Base(filepath.Dir(path)) == "staging":
			staged = append(staged, e.Name())
		default:
			blobs[e.Name()] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return blobs, staged
}

func TestABoxKilledWhileCoursesArriveInstallsEachOnceAndWhole(t *testing.T) {
	dir := t.TempDir()
	lesson(t, filepath.Join(dir, "long"), 300)
	dataA, dataB := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	ask(t, dataA, nil, "demo", "--learners", "1", "--days", "0")
	ask(t, dataA, nil, "import", filepath.Join(dir, "long"))
	all := courses(t, dataA)
	// On addresses of their own, so that neither can guess a way past the proxy.
	a := serveChild(t, dataA, append(free(), "--sync", "127.0.0.5:0")...)
	flags := append(free(), "--sync", "127.0.0.4:0")
	p := newProxy(t, exchangeOf(t, a.Sync), 6<<20)
	b := serveChild(t, dataB, flags...)
	pairChildren(t, a, b, p.addr)
	rng := rand.New(rand.NewPCG(seed(t), 7))
	var seen []int
	for here := 0; here < all && len(seen) < 40; seen = append(seen, here) {
		call := exec.Command(lamplight(t), "--data", dataB, "sync", "now") // sooner than the next visit is due
		if err := call.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rng.IntN(600)) * time.Millisecond) // the moment is the point
		call.Process.Kill()
		call.Wait() // before the node goes: it would take the folder
		b.kill()
		checked(t, dataB)
		var verified struct {
			OK bool `json:"ok"`
		}
		if ask(t, dataB, &verified, "library", "verify"); !verified.OK {
			t.Fatalf("after kill %d a course is not whole", len(seen))
		}
		here = courses(t, dataB)
		b = serveChild(t, dataB, flags...)
	}
	t.Logf("courses installed after each kill: %v of %d; %d bytes came", seen, all, p.in.Load())
	Eventually(t, 60*time.Second, "every course is installed", func() bool {
		return run(t, "--data", dataB, "library").Status == 0 && courses(t, dataB) == all
	})
	childrenTogether(t, 30*time.Second, a, b)
	b.stop()
	a.stop()
	want, _ := blobsOf(t, dataA)
	got, staged := blobsOf(t, dataB)
	for h := range got {
		if !want[h] {
			t.Errorf("a blob is left that the sender does not have: %s", h)
		}
	}
	if len(got) != len(want) || len(staged) > 0 {
		t.Errorf("%d blobs and %v staged, want %d and none", len(got), staged, len(want))
	}
}
