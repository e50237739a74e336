package nodetest

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/server/web"
)

// school claims the node's box and adds a class with a teacher (password lamp-light) and a learner (PIN 4711).
func school(t *testing.T, n *Node) (learner learning.PersonID) {
	t.Helper()
	ctx := context.Background()
	if _, err := n.Server.Claim(ctx, web.Claim{Code: n.Listening.Claim, School: "Lakeside", Language: "en", Name: "Grace", Password: "lamp-light"}); err != nil {
		t.Fatal(err)
	}
	st, box := n.Store, learning.Box()
	class, err := st.AddClass(ctx, box, "Class 3", "")
	if err != nil {
		t.Fatal(err)
	}
	ids, err := st.AddPeople(ctx, box,
		store.NewPerson{Role: learning.Teacher, Name: "Okello", Class: class},
		store.NewPerson{Role: learning.Learner, Name: "Amina", Class: class})
	if err != nil {
		t.Fatal(err)
	}
	for i, secret := range []string{"lamp-light", "4711"} {
		kind := []learning.SecretKind{learning.Password, learning.PIN}[i]
		v, err := n.Auth.Verifier(ctx, kind, secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := st.SetSecrets(ctx, box, store.NewSecret{Person: ids[i], Kind: kind, Verifier: v}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := n.InstallStarter(ctx); err != nil {
		t.Fatal(err)
	}
	return ids[1]
}

// exercise finds one of the starter courses' exercises.
func exercise(t *testing.T, n *Node) content.ResourceID {
	t.Helper()
	for _, h := range n.Find(t, "count", 50) {
		if h.Kind == content.Practice {
			return h.Resource
		}
	}
	t.Fatal("no starter course has an exercise about counting")
	return ""
}

func TestALearnerAnswersAndTheTeacherSeesIt(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	amina := n.Browser()
	amina.SignIn("Amina", "4711")
	address := "/exercise/" + string(exercise(t, n))
	page := amina.Get(address)
	form := page.Fields()
	if form.Get("attempt") == "" || form.Get("item") == "" || form.Get("token") == "" {
		t.Fatalf("the page carries %v, want attempt, item and token", form)
	}
	form = page.filled(address + "/attempt")
	first := amina.Post(address+"/attempt", form)
	again := amina.Post(address+"/attempt", form)
	if first.Status != http.StatusOK || again.Status != http.StatusOK {
		t.Fatalf("answering: %d, again: %d\n%.2000s", first.Status, again.Status, first.Body)
	}
	var progress struct{ Attempts int }
	if err := amina.Get("/api/progress").JSON(&progress); err != nil || progress.Attempts != 1 {
		t.Errorf("the same answer posted twice: %d attempts (%v), want 1", progress.Attempts, err)
	}

	okello := n.Browser()
	okello.SignIn("Okello", "lamp-light")
	teach := okello.Get("/teach")
	at := strings.Index(teach.Body, "/teach/class/")
	if at < 0 {
		t.Fatalf("the teacher sees no class: %.3000s", teach.Body)
	}
	class := teach.Body[at : at+len("/teach/class/")+32]
	if got := okello.Get(class); !strings.Contains(got.Body, "Amina") {
		t.Errorf("the class page does not name Amina: %d", got.Status)
	}
}

func TestWhatIsNotOnesOwnIsNotFound(t *testing.T) {
	n := Start(t, Options{})
	learner := school(t, n)
	amina := n.Browser()
	amina.SignIn("Amina", "4711")
	for _, path := range []string{"/teach", "/admin", "/admin/people", "/teach/learner/" + string(learner)} {
		if got := amina.Get(path); got.Status != http.StatusNotFound {
			t.Errorf("a learner opening %s: %d, want 404", path, got.Status)
		}
	}
	guest := n.Browser()
	if got := guest.Get("/progress"); got.URL.Path != "/login" {
		t.Errorf("a guest opening /progress is at %s, want /login", got.URL)
	}
	if got := guest.Get("/library"); got.Status != http.StatusOK {
		t.Errorf("a guest opening the library: %d", got.Status)
	}
	if got := guest.Post("/settings", url.Values{"theme": {"dark"}}); got.Status != http.StatusOK {
		t.Errorf("a guest's settings: %d", got.Status)
	}
	if got := amina.Post("/settings", url.Values{"theme": {"dark"}}); got.Status != http.StatusForbidden {
		t.Errorf("a form without its token: %d, want 403", got.Status)
	}
	if got := amina.Do("POST", "/logout", url.Values{}, "Origin", "http://evil.example"); got.Status != http.StatusForbidden {
		t.Errorf("a foreign form: %d, want 403", got.Status)
	}
	if got := amina.Get("/no/such/page"); got.Status != http.StatusNotFound || !strings.Contains(got.Body, `href="/"`) {
		t.Errorf("an unknown address: %d, want 404 with a way back", got.Status)
	}
}

func TestEverySessionSurvivesARestart(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	b := n.Browser()
	b.SignIn("Amina", "4711")
	n = n.Restart()
	b.base = n.Listening.HTTP
	if got := b.Get("/progress"); got.Status != http.StatusOK || got.URL.Path != "/progress" {
		t.Errorf("after a restart: %d at %s, want the page", got.Status, got.URL)
	}
}

func TestTwoBoxesPairAndAgree(t *testing.T) {
	a := Start(t, Options{})
	school(t, a)
	b := Start(t, Options{})
	ctx := context.Background()
	code, _, err := a.Invite(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Accept(ctx, code, []string{a.ExchangeAddr()}); err != nil {
		t.Fatal(err)
	}
	same := func() bool {
		x, _ := a.Records.State()
		y, _ := b.Records.State()
		return x == y
	}
	Eventually(t, 60*time.Second, "both boxes hold the same state and courses", func() bool {
		return same() && len(b.Library.Courses()) == len(a.Library.Courses()) && len(a.Library.Courses()) > 0
	})
	amina := b.Browser()
	amina.SignIn("Amina", "4711")
	address := "/exercise/" + string(exercise(t, b))
	form := amina.Get(address).filled(address + "/attempt")
	if got := amina.Post(address+"/attempt", form); got.Status != http.StatusOK {
		t.Fatalf("answering on the second box: %d", got.Status)
	}
	took := Eventually(t, 5*time.Second, "the first box has the second's answer", same)
	t.Logf("converged %v after the write", took)
}
