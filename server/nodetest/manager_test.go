package nodetest

import (
	"archive/zip"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/config"
	"lamplight/server/queue"
	"lamplight/server/web"
)

// pageZip writes a course of one page and so many bytes that do not compress.
func pageZip(t *testing.T, dir, title string, bytes int) string {
	t.Helper()
	path := filepath.Join(dir, title+".zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	noise := make([]byte, bytes)
	rng := rand.New(rand.NewPCG(uint64(len(title)), uint64(title[len(title)-1])))
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	w := zip.NewWriter(f)
	for name, text := range map[string][]byte{"index.html": []byte("<!doctype html><html lang=en><title>" + title + "</title><p>Water."), "noise.bin": noise} {
		p, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = p.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// A queued is what `library queue --json` prints.
type queued struct {
	Tasks []struct {
		ID, State, Title, Trouble string
	}
}

func (q queued) in(states ...string) (n int) {
	for _, t := range q.Tasks {
		for _, s := range states {
			if t.State == s {
				n++
			}
		}
	}
	return n
}

func TestWhatWasAskedForIsDoneHoweverOftenThePlugIsPulled(t *testing.T) {
	kills := 20
	if testing.Short() {
		kills = 2
	}
	n := seed(t)
	rng := rand.New(rand.NewPCG(n, 4))
	data, from := filepath.Join(t.TempDir(), "data"), t.TempDir()
	asked, halves := 0, 0
	for i := range kills {
		c := serveChild(t, data, free()...)
		for range 2 {
			size := 3_000_000 + rng.IntN(3_000_000)
			if asked%16 == 0 {
				size = 80_000_000 // is copied in parts
			}
			path := pageZip(t, from, fmt.Sprintf("course%02d", asked), size)
			ask(t, data, nil, "library", "queue", "add", path)
			asked++
		}
		time.Sleep(time.Duration(rng.IntN(250)) * time.Millisecond)
		c.kill()
		if half, _ := filepath.Glob(filepath.Join(data, "blobs", "staging", "*.half")); len(half) > 0 {
			halves++
		}
		var q queued
		ask(t, data, &q, "library", "queue") // nobody runs: the file as it is
		if q.in("failed") > 0 {
			t.Fatalf("after kill %d: %+v", i, q)
		}
	}
	c := serveChild(t, data, free()...)
	var list struct{ Courses []struct{ Title string } }
	Eventually(t, 60*time.Second, "all is added", func() bool {
		var q queued
		ask(t, data, &q, "library", "queue")
		return q.in("waiting", "running", "looking", "failed") == 0
	})
	ask(t, data, &list, "library")
	if len(list.Courses) != asked {
		t.Errorf("%d courses were asked for, %d are here", asked, len(list.Courses))
	}
	c.stop()
	ask(t, data, nil, "library", "verify")
	blobs := 0
	filepath.WalkDir(filepath.Join(data, "blobs"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			blobs++
		}
		return nil
	})
	if blobs != 2*asked { // a file and a manifest each
		t.Errorf("%d files lie in the store, want %d", blobs, 2*asked)
	}
	t.Logf("%d kills, %d of them within a large file; %d courses asked for, all here, nothing else", kills, halves, asked)
}

func TestTheContentManagerFromLookingToTheTrash(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	grace := n.Browser()
	grace.SignIn("Grace", "lamp-light")
	before := len(n.Library.Courses())
	path := pageZip(t, t.TempDir(), "Rivers", 100_000)
	token := grace.Get("/admin/content").Fields().Get("token")
	page := grace.Post("/admin/content", url.Values{"token": {token}, "do": {"look"}, "path": {path}})
	plan := page.URL.Path
	Eventually(t, 10*time.Second, "it was looked at", func() bool {
		page = grace.Get(plan)
		return strings.Contains(page.Body, "It needs")
	})
	reads(t, "the plan", page, 200, "Add Rivers.zip?", "New here", "It fits", "not stated", "Add it")
	if len(n.Library.Courses()) != before {
		t.Error("it was added before anybody said so")
	}
	grace.Post(plan, url.Values{"token": {token}, "do": {"start"}})
	Eventually(t, 10*time.Second, "it was added", func() bool { return len(n.Library.Courses()) == before+1 })
	Eventually(t, 10*time.Second, "the queue says so", func() bool { return n.Queue.Tasks()[0].State == queue.Done })
	reads(t, "the list", grace.Get("/admin/content"), 200, "Added:", "Rivers", "Room left", "learners&#39; work")

	id := courseNamed(t, n, "Rivers")
	reads(t, "asking", grace.Get("/admin/content?remove="+id), 200, "Remove Rivers?", "30 days")
	page = grace.Post("/admin/content", url.Values{"token": {token}, "do": {"remove"}, "course": {id}})
	reads(t, "removed", page, 200, "Trash", "Take back")
	reads(t, "its page", grace.Get("/course/"+id), 404)
	page = grace.Post("/admin/content", url.Values{"token": {token}, "do": {"restore"}, "course": {id}})
	reads(t, "its page again", grace.Get("/course/"+id), 200, "Rivers")
	grace.Post("/admin/content", url.Values{"token": {token}, "do": {"remove"}, "course": {id}})
	reads(t, "asking to empty", grace.Get("/admin/content?empty=1"), 200, "Empty the trash?")
	grace.Post("/admin/content", url.Values{"token": {token}, "do": {"empty"}})
	if len(n.Library.Trashed()) != 0 {
		t.Error("the trash is not empty")
	}
	for _, bad := range []string{"relative.zip", "/nowhere/at/all.zim"} {
		reads(t, bad, grace.Post("/admin/content", url.Values{"token": {token}, "do": {"look"}, "path": {bad}}), 400, "Nothing can be read there")
	}
	amina := n.Browser()
	amina.SignIn("Amina", "4711")
	reads(t, "a learner", amina.Get("/admin/content"), 404)
}

func courseNamed(t *testing.T, n *Node, title string) string {
	t.Helper()
	for _, c := range n.Library.Courses() {
		if c.Title == title {
			return string(c.ID)
		}
	}
	t.Fatalf("no course is called %s", title)
	return ""
}

func TestWhatDoesNotFitIsRefusedInWords(t *testing.T) {
	card := newCard(t, "tmpfs", "32")
	n := Start(t, Options{Dir: filepath.Join(card.dir, "data"), Config: func(c *config.Config) { c.Content.ReserveMiB = 8 }})
	school(t, n)
	grace := n.Browser()
	grace.SignIn("Grace", "lamp-light")
	token := grace.Get("/admin/content").Fields().Get("token")
	small, large := pageZip(t, t.TempDir(), "Small", 8<<20), pageZip(t, t.TempDir(), "Large", 23<<20)
	page := grace.Post("/admin/content", url.Values{"token": {token}, "do": {"look"}, "path": {large}})
	Eventually(t, 10*time.Second, "it was looked at", func() bool {
		page = grace.Get(page.URL.Path)
		return strings.Contains(page.Body, "It needs")
	})
	reads(t, "the plan", page, 200, "It does not fit", "too little")
	if strings.Contains(page.Body, "Add it") {
		t.Error("it may be begun all the same")
	}
	last := func() queue.Status { all := n.Queue.Tasks(); return all[len(all)-1] }
	for _, x := range []struct {
		path string
		want queue.State
	}{{small, queue.Done}, {large, queue.Failed}} {
		if err := n.Import(x.path, "", ""); err != nil {
			t.Fatal(err)
		}
		Eventually(t, 20*time.Second, "it ended", func() bool { l := last(); return l.Path == x.path && l.Ended() })
		if l := last(); l.State != x.want || x.want == queue.Failed && l.Trouble != "full" {
			t.Errorf("%s: %+v", x.path, l.Task)
		}
	}
	reads(t, "the list", grace.Get("/admin/content"), 200, "The card has no room for it. Remove a course")
	if left, _ := os.ReadDir(filepath.Join(n.Dir(), "blobs", "staging")); len(left) > 0 {
		t.Errorf("left in the store: %v", left)
	}
	// What is in the trash gives way to what is added.
	if err := n.RemoveCourse(t.Context(), content.CourseID(courseNamed(t, n, "Small"))); err != nil {
		t.Fatal(err)
	}
	other := pageZip(t, t.TempDir(), "Other", 14<<20)
	if err := n.Import(other, "", ""); err != nil {
		t.Fatal(err)
	}
	Eventually(t, 20*time.Second, "it ended", func() bool { l := last(); return l.Path == other && l.Ended() })
	if l := last(); l.State != queue.Done || len(n.Library.Trashed()) != 0 {
		t.Errorf("with a full trash: %+v, and the trash holds %v", l.Task, n.Library.Trashed())
	}
}

func TestADamagedFileComesAgainFromAnotherBox(t *testing.T) {
	a := Start(t, Options{})
	school(t, a)
	dir := t.TempDir()
	if err := a.Import(pageZip(t, dir, "Rivers", 300_000), "", ""); err != nil {
		t.Fatal(err)
	}
	Eventually(t, 20*time.Second, "it is here", func() bool { return len(a.Library.Courses()) > 0 && a.Queue.Tasks()[0].Ended() })
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	pair(t, a, b)
	Eventually(t, 60*time.Second, "it travelled", func() bool { return len(b.Library.Courses()) == len(a.Library.Courses()) })
	var hash string
	b.Blobs.List(func(h string, size int64) error {
		if size > 300_000 {
			hash = h
		}
		return nil
	})
	whole, err := os.ReadFile(b.Blobs.Path(hash))
	if err == nil {
		whole[len(whole)/2] ^= 1
		err = os.WriteFile(b.Blobs.Path(hash), whole, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Ask(queue.Task{Kind: queue.Verify}); err != nil {
		t.Fatal(err)
	}
	Eventually(t, 20*time.Second, "it was read again", func() bool { return b.Queue.Tasks()[0].Ended() })
	if x := b.Queue.Tasks()[0]; x.State != queue.Done || len(x.Problems) != 1 {
		t.Fatalf("verifying said %+v", x.Task)
	}
	Eventually(t, 60*time.Second, "it came again", func() bool { return len(b.Library.Damaged()) == 0 })
	sound(t, b)
	if len(b.Blobs.Aside()) > 0 {
		t.Error("what was damaged still lies about")
	}

	// What was removed here is offered there still, comes not by itself, and comes on a wish.
	id := content.CourseID(courseNamed(t, b, "Rivers"))
	if err := errors.Join(b.RemoveCourse(t.Context(), id), b.EmptyTrash()); err != nil {
		t.Fatal(err)
	}
	offer := func() (found web.Offer) {
		for _, o := range b.Offers() {
			if o.Course == id {
				found = o
			}
		}
		return found
	}
	if o := offer(); o.Title != "Rivers" || o.Coming || len(o.From) != 1 {
		t.Errorf("offered is %+v", o)
	}
	if err := b.Fetch(id); err != nil {
		t.Fatal(err)
	}
	Eventually(t, 60*time.Second, "what was wished for is here", func() bool { _, err := b.Library.Course(id); return err == nil })
	if o := offer(); o.Title != "" {
		t.Errorf("what is here is offered: %+v", o)
	}
	if err := b.Fetch("00000000000000000000000000000000"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("fetching what nobody has: %v", err)
	}
}
