package nodetest

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/sync/eventlog"
)

// part posts a form as multipart/form-data, as a page elsewhere may in a browser that names no Origin.
func part(t *testing.T, b *Browser, path string, name ...string) int {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(name); i += 2 {
		if err := w.WriteField(name[i], name[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	answer, err := b.http.Post(b.base+path, w.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

func TestAFormInPartsNeedsItsTokenToo(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	okello := n.Browser()
	okello.SignIn("Okello", "lamp-light")
	for _, path := range []string{"/admin/cards", "/admin/people", "/settings", "/logout"} {
		if got := part(t, okello, path, "do", "add", "name", "Mallory"); got != http.StatusForbidden {
			t.Errorf("%s in parts and without a token: %d, want 403", path, got)
		}
	}
	if got := okello.Get("/teach"); got.URL.Path != "/teach" {
		t.Error("the teacher was signed out by it")
	}
}

func TestWhatIsAddedIsAddedWholeOrNotAtAll(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	grace := n.Browser()
	grace.SignIn("Grace", "lamp-light")
	form := grace.Get("/admin/people").Fields()
	add := url.Values{"token": form["token"], "do": {"add"}, "name": {"Zuberi"}, "role": {"learner"}, "way": {"pin"}, "secret": {"1"}}
	if got := grace.Post("/admin/people", add); got.Status != http.StatusBadRequest {
		t.Errorf("a PIN of one digit: %d, want 400", got.Status)
	}
	ids, err := n.Store.FindLogin("Zuberi")
	if err != nil || len(ids) != 0 {
		t.Errorf("the refused Zuberi is there %d times (%v)", len(ids), err)
	}
	add.Set("secret", "2468")
	if got := grace.Post("/admin/people", add); got.Status != http.StatusOK || !strings.Contains(got.Body, "2468") {
		t.Errorf("a good PIN: %d", got.Status)
	}
	n.Browser().SignIn("Zuberi", "2468")
}

func TestAnImportDeletesNothingButItsUpload(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	kept := filepath.Join(t.TempDir(), "kept", "notes.txt")
	if err := os.MkdirAll(filepath.Dir(kept), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(kept, []byte("not ours"), 0o600); err != nil {
		t.Fatal(err)
	}
	uploads := filepath.Join(n.Dir(), "run", "uploads")
	up, err := filepath.Rel(uploads, kept)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Import(uploads+"/"+up, "", ""); err != nil {
		t.Fatal(err)
	}
	Eventually(t, 10*time.Second, "the import has refused the file", func() bool {
		all := n.Queue.Tasks()
		return len(all) == 1 && len(all[0].Refused) == 1
	})
	if _, err := os.Stat(kept); err != nil {
		t.Errorf("a file beside what was imported is gone: %v", err)
	}
}

func TestSomebodyWhoLeftTakesNobodysViewsAlong(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	ctx, box := context.Background(), learning.Box()
	class, err := n.Store.SignInClasses()
	if err != nil {
		t.Fatal(err)
	}
	ids, err := n.Store.AddPeople(ctx, box, store.NewPerson{Role: learning.Learner, Name: "Baraka", Class: class[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	v, err := n.Auth.Verifier(ctx, learning.PIN, "1357")
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Store.SetSecrets(ctx, box, store.NewSecret{Person: ids[0], Kind: learning.PIN, Verifier: v}); err != nil {
		t.Fatal(err)
	}
	amina, baraka := n.Browser(), n.Browser()
	amina.SignIn("Amina", "4711")
	baraka.SignIn("Baraka", "1357")
	var page string
	for _, h := range n.Find(t, "count", 50) {
		if h.Kind == content.Page {
			page = "/resource/" + string(h.Resource)
		}
	}
	before, err := n.Store.Counts()
	if err != nil {
		t.Fatal(err)
	}
	baraka.Get(page)
	gone := true
	if err := n.Store.EditPerson(ctx, box, ids[0], learning.PersonEdit{Archived: &gone}); err != nil {
		t.Fatal(err)
	}
	amina.Get(page)
	Eventually(t, 10*time.Second, "Amina's view is recorded", func() bool {
		now, err := n.Store.Counts()
		return err == nil && now.Views == before.Views+1
	})
}

func TestAnotherSchoolCannotPushACourse(t *testing.T) {
	ctx := context.Background()
	a := Start(t, Options{})
	school(t, a)
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	if err := b.CreateSchool(ctx, "Hillside", "en"); err != nil {
		t.Fatal(err)
	}
	pair(t, a, b)
	forged := learning.Offer{ // in b's own stream, in the name of a's school
		Course: "00112233445566778899aabbccddeeff", Edition: "1", Format: "zim", Title: "Free money", School: a.Store.SchoolID(),
		Manifest: strings.Repeat("ab", 32), Size: 1 << 41, Bytes: 1 << 41,
	}
	if _, err := b.Records.Append(ctx, eventlog.Draft(forged.Draft())); err != nil {
		t.Fatal(err)
	}
	Eventually(t, 10*time.Second, "the offer has come", func() bool {
		b.Meet(ctx, "")
		all, err := a.Store.OfferedCourses(nil)
		return err == nil && slices.ContainsFunc(all, func(o learning.Offer) bool { return o.Course == forged.Course })
	})
	for _, w := range a.Wanted() {
		if w.Hash == forged.Manifest {
			t.Error("a box wants a course that a box of another school offers in its name")
		}
	}
}

func TestOnlyStaffMaySendLongForms(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	long := url.Values{"name": {strings.Repeat("a", 100<<10)}, "secret": {"1"}}
	if got := n.Browser().Post("/login", long); got.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a guest's form of 100 KiB: %d, want 413", got.Status)
	}
	grace := n.Browser()
	grace.SignIn("Grace", "lamp-light")
	form := grace.Get("/admin/people").Fields()
	if got := grace.Post("/admin/people", url.Values{"token": form["token"], "do": {"class"}, "name": long["name"]}); got.Status != http.StatusBadRequest {
		t.Errorf("an administrator's form of 100 KiB with an endless name: %d, want 400", got.Status)
	}
}

func TestAClaimSentTwiceMakesOneAdministrator(t *testing.T) {
	n := Start(t, Options{})
	form := url.Values{"code": {n.Listening.Claim}, "school": {"Lakeside"}, "name": {"Grace"}, "secret": {"lamp-light"}}
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() { n.Browser().Post("/claim", form) })
	}
	all.Wait()
	people, err := n.Store.People(learning.Box(), store.PeopleFilter{Role: learning.Administrator})
	if err != nil || len(people) != 1 {
		t.Errorf("%d administrators (%v), want 1", len(people), err)
	}
	n.Browser().SignIn("Grace", "lamp-light")
}
