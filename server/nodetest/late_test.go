package nodetest

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"lamplight/server/auth"
)

// signInAgain posts a form after its session has ended and signs Amina in again by the link of the page that says so.
func (d *day) signInAgain(address string, form url.Values) Page {
	d.t.Helper()
	late := d.amina.Post(address, form)
	next := regexp.MustCompile(`href="(/login\?next=[^"]+)"`).FindStringSubmatch(late.Body)
	if late.Status != http.StatusUnauthorized || next == nil {
		d.t.Fatalf("too late at %s: %d, %q", address, late.Status, next)
	}
	in := d.amina.Get(unescape(next[1])).Fields()
	in.Set("name", "Amina")
	in.Set("secret", "4711")
	return d.amina.Post("/login", in)
}

func TestALateAnswerToAQuizOrAMistakeComesBackFilledIn(t *testing.T) {
	w := &watch{}
	d := newDayOn(t, Options{Wall: w, Clock: w})
	quiz := "/quiz/" + string(d.quiz(3, nil))
	d.amina.Post(quiz, d.amina.Get(quiz).Fields())
	form := d.answer(d.amina.Get(quiz+"/2").Fields(), d.items[1].item, 2, true)
	w.pass(13 * time.Hour)
	got := d.signInAgain(quiz+"/answer", form)
	if got.URL.Path != quiz+"/2" || got.Status != http.StatusOK {
		t.Fatalf("the quiz's answer leads to %d at %s", got.Status, got.URL)
	}
	_, typed, _ := strings.Cut(got.Body, "<fieldset")
	for name := range form {
		if isResponse(name) && !strings.Contains(typed, `value="`+form.Get(name)+`"`) {
			t.Errorf("%s=%q is lost", name, form.Get(name))
		}
	}
	if strings.Contains(got.Body, "Your answer is saved") || got.Fields().Get("attempt") != form.Get("attempt") {
		t.Error("what came back says that it is saved, or would count twice")
	}

	address := "/exercise/" + string(exercise(t, d.Node))
	for i := uint64(0); len(mistakesOf(d)) == 0; i++ {
		d.amina.Post(address+"/attempt", fill(d.amina.Get(address).Body, address+"/attempt", rand.New(rand.NewPCG(7, i))))
	}
	mistake := mistakesOf(d)[0]
	action := address + "/attempt?mistake=" + strings.TrimPrefix(mistake, "/mistakes/")
	form = d.amina.Get(mistake).filled(action)
	if form.Get("attempt") == "" {
		t.Fatal("the mistake's page has no form")
	}
	w.pass(13 * time.Hour)
	got = d.signInAgain(action, form)
	if got.Status != http.StatusOK || !strings.Contains(got.Body, action) {
		t.Errorf("the mistake's answer comes back at %s (%d), of no mistake", got.URL, got.Status)
	}
	if got.Fields().Get("attempt") != form.Get("attempt") {
		t.Error("it would count as another answer")
	}
}

// mistakesOf are the addresses of what is in Amina's mistakes book.
func mistakesOf(d *day) []string {
	return regexp.MustCompile(`/mistakes/[\w.-]+`).FindAllString(d.amina.Get("/mistakes").Body, -1)
}

func TestWhoSignsInAgainAfterAFormIsNeverSentNowhere(t *testing.T) {
	w := &watch{}
	d := newDayOn(t, Options{Wall: w, Clock: w})
	token := d.amina.Get("/settings").Fields().Get("token")
	course, resource := string(d.course), string(exercise(t, d.Node))
	for address, to := range map[string]string{"/bookmark": "/notes", "/note": "/notes", "/goal": "/progress"} {
		w.pass(13 * time.Hour)
		got := d.signInAgain(address, url.Values{"token": {token}, "course": {course}, "resource": {resource}})
		if got.Status != http.StatusOK || got.URL.Path != to {
			t.Errorf("after %s: %d at %s, want %s", address, got.Status, got.URL, to)
		}
		token = d.amina.Get("/settings").Fields().Get("token")
	}
}

// A phone whose browser was closed has lost its turn's cookie, not its queue's.
func TestAPhoneThatLostItsTurnCallsTheNextChildOnceItIsOver(t *testing.T) {
	w := &watch{}
	n := Start(t, Options{Wall: w, Clock: w})
	ids, class := classroom(t, n)
	b := passRound(t, n, class)
	b.do("turn", ids["Amina"])
	at, _ := url.Parse(n.Listening.HTTP)
	b.http.Jar.SetCookies(at, []*http.Cookie{{Name: auth.SessionCookie, MaxAge: -1, Path: "/"}})
	if got := b.Get("/shared").Body; !strings.Contains(got, "Now: Amina") {
		t.Error("within her turn the phone does not call Amina again")
	}
	w.pass(5*time.Minute + time.Second)
	if got := b.Get("/shared").Body; !strings.Contains(got, "Now: José") {
		t.Error("after her turn the phone still calls Amina")
	}
	if b.do("turn", ids["José"]); me(b) != string(ids["José"]) {
		t.Error("José's turn does not begin")
	}
}
