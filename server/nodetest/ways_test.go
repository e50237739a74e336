package nodetest

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lamplight/server/auth"
	"lamplight/server/config"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/sync/clock"
)

// A watch is both clocks of a node, which the test sets.
type watch struct {
	ms       atomic.Int64
	date     atomic.Int64 // seconds since 1970
	believed atomic.Bool
}

func (w *watch) Stamp() clock.Stamp { return clock.Stamp{Boot: clock.Boot{1}, MS: w.ms.Load()} }

func (w *watch) Now() (time.Time, bool) {
	return time.Unix(w.date.Load(), 0).UTC(), w.believed.Load()
}

func (w *watch) pass(d time.Duration) { w.ms.Add(d.Milliseconds()) }

// classroom is a school whose class 3 has the learners Amina, Musa, Lin and José without secrets but Amina's PIN, and a
// class 4 with Zoe.
func classroom(t *testing.T, n *Node) (ids map[string]learning.PersonID, class learning.ClassID) {
	t.Helper()
	ctx, box := context.Background(), learning.Box()
	ids = map[string]learning.PersonID{"Amina": school(t, n)}
	classes, err := n.Store.SignInClasses()
	if err != nil {
		t.Fatal(err)
	}
	class = classes[0].ID
	other, err := n.Store.AddClass(ctx, box, "Class 4", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Musa", "Lin", "José", "Zoe"} {
		in := class
		if name == "Zoe" {
			in = other
		}
		added, err := n.Store.AddPeople(ctx, box, store.NewPerson{Role: learning.Learner, Name: name, Class: in, Tile: len(name)})
		if err != nil {
			t.Fatal(err)
		}
		ids[name] = added[0]
	}
	return ids, class
}

// cardFor gives somebody a new card.
func cardFor(t *testing.T, n *Node, p learning.PersonID) string {
	t.Helper()
	code, verifier := auth.NewCard()
	if err := n.Store.SetSecrets(context.Background(), learning.Box(), store.NewSecret{Person: p, Kind: learning.Card, Verifier: verifier}); err != nil {
		t.Fatal(err)
	}
	return code
}

// me is who the browser is signed in as, "" nobody.
func me(b *Browser) string {
	var p struct{ Learner string }
	if b.Get("/api/progress").JSON(&p) != nil {
		return ""
	}
	return p.Learner
}

func TestACardsLinkSignsNobodyInUntilTheyPressTheButton(t *testing.T) {
	n := Start(t, Options{})
	amina := school(t, n)
	code := cardFor(t, n, amina)
	b := n.Browser()
	page := b.Get("/card/" + code)
	if page.Status != http.StatusOK || !strings.Contains(page.Body, "Amina") || me(b) != "" || page.Header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("opening the link: %d, signed in as %q", page.Status, me(b))
	}
	form := url.Values{"token": {page.Fields().Get("token")}}
	if got := b.Post("/card", url.Values{}); got.Status != http.StatusForbidden {
		t.Errorf("posting without the page's token: %d", got.Status)
	}
	if got := b.Do("POST", "/card", form, "Origin", "http://evil.example"); got.Status != http.StatusForbidden {
		t.Errorf("posting from elsewhere: %d", got.Status)
	}
	another := n.Browser()
	another.Get("/card/" + code)
	if got := another.Post("/card", form); got.Status != http.StatusForbidden {
		t.Errorf("posting another phone's token: %d", got.Status)
	}
	if me(b) != "" {
		t.Fatal("signed in by a foreign form")
	}
	if page.URL.Path != "/card" || strings.Contains(page.Body, code) {
		t.Errorf("the code stays at %s, for whoever presses Back", page.URL)
	}
	if got := b.Post("/card", form); got.Status != http.StatusOK || me(b) != string(amina) {
		t.Fatalf("the button: %d at %s, signed in as %q", got.Status, got.URL, me(b))
	}
	b.Post("/logout", url.Values{"token": {b.Get("/settings").Fields().Get("token")}})
	if got := b.Get("/card"); got.Status != http.StatusUnauthorized || me(b) != "" {
		t.Errorf("who presses Back after the child is gone: %d", got.Status)
	}
	b.Get("/card/" + code)
	if b.Post("/card", form); me(b) != string(amina) {
		t.Fatal("the card shown again does not open")
	}
	typed := n.Browser()
	if got := typed.Post("/login", url.Values{"card": {strings.ToLower(strings.ReplaceAll(code, "-", " "))}}); got.Status != http.StatusOK || me(typed) != string(amina) {
		t.Errorf("the code typed in: %d", got.Status)
	}
	other, _ := auth.NewCard()
	if got := n.Browser().Get("/card/" + other); got.Status != http.StatusUnauthorized {
		t.Errorf("a card nobody has: %d", got.Status)
	}
	// A new card ends the old one's sessions, by whatever hand it was made.
	okello := n.Browser()
	okello.SignIn("Okello", "lamp-light")
	people := okello.Get("/admin/people")
	if got := okello.Post("/admin/cards", url.Values{"token": {people.Fields().Get("token")}, "person": {string(amina)}}); got.Status != http.StatusOK {
		t.Fatalf("printing: %d", got.Status)
	}
	if me(b) != "" || me(typed) != "" {
		t.Error("the old card's sessions go on after a new one was printed")
	}
	code = cardFor(t, n, amina)
	if got := n.Browser().Post("/login", url.Values{"card": {code}}); got.Status != http.StatusOK {
		t.Errorf("the new card: %d", got.Status)
	}
	third := n.Browser()
	third.Post("/login", url.Values{"card": {code}})
	lost := url.Values{"token": {people.Fields().Get("token")}, "do": {"card-lost"}, "person": {string(amina)}}
	if got := okello.Post("/admin/people", lost); got.Status != http.StatusOK || me(third) != "" {
		t.Errorf("a lost card: %d, its session is of %q", got.Status, me(third))
	}
	if got := n.Browser().Get("/card/" + code); got.Status != http.StatusUnauthorized {
		t.Errorf("the lost card's link: %d", got.Status)
	}
}

func TestTossedCookiesKeepNobodyOut(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	b := n.Browser()
	b.SignIn("Amina", "4711")
	at, _ := url.Parse(b.base)
	token := ""
	for _, c := range b.http.Jar.Cookies(at) {
		if c.Name == auth.SessionCookie {
			token = c.Value
		}
	}
	for _, path := range []string{"/progress", "/api/progress"} {
		r, _ := http.NewRequest("GET", b.base+path, nil)
		r.Header.Set("Cookie", "lamplight=tossed; lamplighter=x; lamplight="+auth.NewPhone()+"; lamplight="+token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK || answer.Request.URL.Path != path {
			t.Errorf("%s behind a tossed cookie: %d at %s", path, answer.StatusCode, answer.Request.URL)
		}
	}
}

func TestThePhoneRemembersItsClass(t *testing.T) {
	n := Start(t, Options{})
	ids, class := classroom(t, n)
	b := n.Browser()
	if strings.Contains(b.Get("/login").Body, "Musa") {
		t.Fatal("a new phone shows names at once")
	}
	tile := "/login?class=" + string(class) + "&person=" + string(ids["Amina"])
	form := b.Get(tile).Fields()
	form.Set("secret", "4711")
	if got := b.Post("/login", form); me(b) != string(ids["Amina"]) {
		t.Fatalf("by her tile: %d", got.Status)
	}
	b.Post("/logout", url.Values{"token": {b.Get("/settings").Fields().Get("token")}})
	page := b.Get("/login")
	if !strings.Contains(page.Body, "person="+string(ids["Musa"])) || !strings.Contains(page.Body, `name="card"`) || strings.Contains(page.Body, "Zoe") {
		t.Error("the sign-in page lacks the class's tiles or the other ways")
	}
}

func TestLearnersSignInWithinTheSchoolsHours(t *testing.T) {
	w := &watch{}
	w.believed.Store(true)
	w.date.Store(time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC).Unix()) // a Wednesday
	n := Start(t, Options{Wall: w, Clock: w})
	school(t, n)
	grace := n.Browser()
	grace.SignIn("Grace", "lamp-light")
	form := url.Values{
		"token": {grace.Get("/admin/hours").Fields().Get("token")}, "limit": {"1"}, "day": {"1", "2", "3", "4", "5"}, "from": {"08:00"}, "to": {"٠٩:٠٠"}, "zone": {"180"},
	}
	for field, bad := range map[string]string{"from": "10:00", "to": "x", "day": "9", "zone": "7"} {
		wrong := url.Values{}
		for k, v := range form {
			wrong[k] = v
		}
		wrong.Set(field, bad)
		if got := grace.Post("/admin/hours", wrong); got.Status != http.StatusBadRequest {
			t.Errorf("%s=%s: %d, want 400", field, bad, got.Status)
		}
	}
	if got := grace.Post("/admin/hours", form); got.Status != http.StatusOK || !strings.Contains(got.Body, `value="08:00"`) {
		t.Fatalf("setting hours: %d", got.Status)
	}
	try := func(name, secret string) Page {
		return n.Browser().Post("/login", url.Values{"name": {name}, "secret": {secret}})
	}
	if got := try("Amina", "4711"); got.Status != http.StatusOK {
		t.Errorf("08:00 there: %d", got.Status)
	}
	w.date.Add(3600)
	if got := try("Amina", "4711"); got.Status != http.StatusForbidden || !strings.Contains(got.Body, "Thursday") || !strings.Contains(got.Body, "08:00") {
		t.Errorf("09:00 there: %d, want 403 and when it opens", got.Status)
	}
	if got := try("Okello", "lamp-light"); got.Status != http.StatusOK {
		t.Errorf("a teacher at any time: %d", got.Status)
	}
	w.believed.Store(false)
	if got := try("Amina", "4711"); got.Status != http.StatusOK {
		t.Errorf("with an unsure clock: %d", got.Status)
	}
	okello := n.Browser()
	okello.SignIn("Okello", "lamp-light")
	if got := okello.Get("/admin/hours"); got.Status != http.StatusNotFound {
		t.Errorf("a teacher opening the hours: %d", got.Status)
	}
}

// passRound begins a queue on a phone by the teacher's hand.
func passRound(t *testing.T, n *Node, class learning.ClassID) *Browser {
	t.Helper()
	b := n.Browser()
	b.SignIn("Okello", "lamp-light")
	start := b.Get("/shared?class=" + string(class)).Fields()
	start.Set("minutes", "5")
	start.Del("secret") // Fields takes an empty tick box for a full one
	if got := b.Post("/shared", start); got.Status != http.StatusOK || got.URL.Path != "/shared" || !strings.Contains(got.Body, "Amina") {
		t.Fatalf("starting: %d at %s", got.Status, got.URL)
	}
	return b
}

// do presses a button of the page between turns.
func (b *Browser) do(do string, person learning.PersonID) Page {
	b.t.Helper()
	token := b.Get("/shared").Fields().Get("token")
	return b.Post("/shared", url.Values{"token": {token}, "do": {do}, "person": {string(person)}})
}

func TestOnePhoneGoesRoundAClassOfFour(t *testing.T) {
	w := &watch{}
	w.date.Store(time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC).Unix())
	n := Start(t, Options{Wall: w, Clock: w})
	ids, class := classroom(t, n)
	b := passRound(t, n, class)
	if me(b) != "" {
		t.Fatal("the teacher is still signed in on the children's phone")
	}
	if got := b.Get("/teach"); got.URL.Path != "/shared" {
		t.Errorf("a child opening /teach is at %s", got.URL)
	}
	if got := b.do("turn", ids["Zoe"]); got.Status != http.StatusNotFound || me(b) != "" {
		t.Errorf("a child of another class: %d", got.Status)
	}
	address := "/exercise/" + string(exercise(t, n))
	for i, name := range []string{"Amina", "José", "Lin"} {
		if got := b.do("turn", ids[name]); got.Status != http.StatusOK || me(b) != string(ids[name]) || !strings.Contains(got.Body, "data-clock=\"300\"") {
			t.Fatalf("%s's turn: %d at %s as %q", name, got.Status, got.URL, me(b))
		}
		form := fill(b.Get(address).Body, address+"/attempt", rand.New(rand.NewPCG(1, uint64(i))))
		w.pass(5*time.Minute + []time.Duration{10 * time.Second, 8 * time.Minute, time.Minute}[i]) // the turn ends while they write; José's phone slept
		got := b.Post(address+"/attempt", form)
		if got.Status != http.StatusOK || !strings.Contains(got.Body, "Your turn is over") {
			t.Fatalf("%s's answer in the grace: %d\n%.1500s", name, got.Status, got.Body)
		}
		kept, err := n.Store.Attempts(learning.Box(), ids[name], exercise(t, n), 5)
		if err != nil || len(kept) != 1 {
			t.Errorf("%s has %d answers (%v), want 1", name, len(kept), err)
		}
		got = b.Get(address)
		if got.URL.Path != "/shared" || !strings.Contains(got.Body, name+", your turn is over") || me(b) != "" {
			t.Errorf("after %s's turn: at %s, signed in as %q", name, got.URL, me(b))
		}
		if again := b.Post(address+"/attempt", form); again.Status == http.StatusOK {
			t.Errorf("%s's answer is taken after her turn has ended", name)
		}
		if i == 0 { // the next child's page takes no form of the one before
			b.do("turn", ids["José"])
			if got := b.Post(address+"/attempt", form); got.Status != http.StatusForbidden {
				t.Errorf("Amina's form in José's turn: %d, want 403", got.Status)
			}
		}
	}
	if got := b.do("turn", ids["Amina"]); me(b) != "" {
		t.Errorf("Amina has a second turn: %d", got.Status)
	}
	if got := b.do("away", ids["Musa"]); !strings.Contains(got.Body, "Everybody had a turn") {
		t.Error("with Musa away nobody is left")
	}
	// The box loses its power.
	n = n.Restart()
	b.base = n.Listening.HTTP
	if got := b.do("here", ids["Musa"]); !strings.Contains(got.Body, "Now: Musa") {
		t.Errorf("after a restart the queue is gone: %s", got.URL)
	}
	if b.do("turn", ids["Musa"]); me(b) != string(ids["Musa"]) {
		t.Error("Musa's turn after a restart")
	}
	mine := b.Get("/shared")
	if !strings.Contains(mine.Body, "it is your turn") {
		t.Error("within a turn the page does not say so")
	}
	if got := b.Post("/shared", url.Values{"token": {mine.Fields().Get("token")}, "do": {"done"}}); me(b) != "" || !strings.Contains(got.Body, "Everybody had a turn") {
		t.Errorf("done: %d at %s", got.Status, got.URL)
	}
	okello := n.Browser()
	okello.SignIn("Okello", "lamp-light")
	seen := okello.Get("/shared?class=" + string(class)).Body
	if _, had, _ := strings.Cut(seen, "Had a turn today"); !strings.Contains(had, "Musa") || !strings.Contains(had, "Lin") || strings.Contains(seen, "Not yet today") {
		t.Error("the teacher does not see who had a turn")
	}
	end := url.Values{"token": {okello.Get("/settings").Fields().Get("token")}, "do": {"end"}, "class": {string(class)}, "queue": {regexp.MustCompile(`name="queue" value="(\w+)"`).FindStringSubmatch(seen)[1]}}
	okello.Post("/shared", end)
	if got := b.Get("/"); got.URL.Path == "/shared" {
		t.Error("the queue goes on after the teacher ended it")
	}
}

func TestATurnLeavesNothingBehind(t *testing.T) {
	n := Start(t, Options{})
	ids, class := classroom(t, n)
	b := passRound(t, n, class)
	b.do("turn", ids["Amina"])
	library := b.Get("/library").Body
	at := strings.Index(library, "/course/")
	course := b.Get(library[at : at+strings.IndexByte(library[at:], '"')])
	resource := regexp.MustCompile(`/resource/[^"]+`).FindString(course.Body)
	for _, path := range []string{"/", "/progress", resource, "/shared"} {
		if got := b.Get(path); got.Header.Get("Cache-Control") != "private, no-store" || got.Header.Get("ETag") != "" || got.Status != http.StatusOK {
			t.Errorf("%s may be kept: %d %q %q", path, got.Status, got.Header.Get("Cache-Control"), got.Header.Get("ETag"))
		}
	}
	// Forms of other hands.
	stolen := n.Browser()
	if got := stolen.Post("/shared", url.Values{"do": {"turn"}, "person": {string(ids["Musa"])}}); got.Status != http.StatusForbidden || me(stolen) != "" {
		t.Errorf("a turn on a phone without a queue: %d", got.Status)
	}
	token := stolen.Get("/shared").Fields().Get("token")
	stolen.Post("/shared", url.Values{"token": {token}, "do": {"turn"}, "person": {string(ids["Musa"])}})
	if me(stolen) != "" {
		t.Error("a phone without a queue opens a turn")
	}
	b.Post("/shared", url.Values{"token": {b.Get("/shared").Fields().Get("token")}, "do": {"done"}})
	between := b.Get("/shared").Fields().Get("token")
	if got := b.Do("POST", "/shared", url.Values{"token": {between}, "do": {"turn"}, "person": {string(ids["Musa"])}}, "Origin", "http://evil.example"); got.Status != http.StatusForbidden {
		t.Errorf("a turn by another site's form: %d", got.Status)
	}
	if got := b.Post("/shared", url.Values{"do": {"finish"}}); got.Status != http.StatusForbidden {
		t.Errorf("ending without the page's token: %d", got.Status)
	}
	if got := b.do("finish", ""); got.URL.Path != "/login" {
		t.Errorf("ending: at %s", got.URL)
	}
}

func TestAClassWithoutItsTeacherGivesSecrets(t *testing.T) {
	n := Start(t, Options{})
	ids, class := classroom(t, n)
	b := n.Browser()
	start := b.Get("/shared?class=" + string(class)).Fields()
	start.Set("minutes", "3")
	if got := b.Post("/shared", start); got.Status != http.StatusOK || !strings.Contains(got.Body, "Now: Amina") {
		t.Fatalf("starting: %d", got.Status)
	}
	b.do("turn", ids["Amina"])
	if me(b) != "" {
		t.Fatal("tapping opens a turn that no teacher began")
	}
	form := b.Get("/login?class=" + string(class) + "&person=" + string(ids["Amina"])).Fields()
	form.Set("secret", "4711")
	if got := b.Post("/login", form); me(b) != string(ids["Amina"]) || !strings.Contains(got.Body, `data-clock="180"`) {
		t.Errorf("with her PIN: %d at %s", got.Status, got.URL)
	}
	mine := b.Get("/shared")
	if got := b.Post("/logout", url.Values{"token": {mine.Fields().Get("token")}}); got.URL.Path != "/shared" || me(b) != "" {
		t.Errorf("signing out within a turn: %d at %s", got.Status, got.URL)
	}
	amina := n.Browser()
	amina.SignIn("Amina", "4711")
	page := amina.Get("/shared").Fields()
	page.Set("minutes", "5")
	page.Set("secret", "")
	if got := amina.Post("/shared", page); got.Status != http.StatusOK || me(amina) != "" || !strings.Contains(got.Body, "/login?class=") {
		t.Errorf("a child begins a queue: %d; it asks for secrets and signs her out", got.Status)
	}
}

func TestAGuestsWorkIsTheirsOnceTheySignIn(t *testing.T) {
	n := Start(t, Options{})
	amina := school(t, n)
	address := "/exercise/" + string(exercise(t, n))
	answer := func(b *Browser) {
		form := fill(b.Get(address).Body, address+"/attempt", rand.New(rand.NewPCG(1, 1)))
		if got := b.Post(address+"/attempt", form); got.Status != http.StatusOK {
			t.Fatalf("a guest's answer: %d", got.Status)
		}
	}
	attempts := func() int {
		all, err := n.Store.Attempts(learning.Box(), amina, exercise(t, n), 50)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	b, other := n.Browser(), n.Browser()
	answer(b)
	answer(other)
	if attempts() != 0 {
		t.Fatal("a guest's work counts")
	}
	page := b.Post("/login", url.Values{"name": {"Amina"}, "secret": {"4711"}, "next": {"/progress"}})
	if page.URL.Path != "/guest" || !strings.Contains(page.Body, "Was that you?") {
		t.Fatalf("after signing in: at %s", page.URL)
	}
	keep := page.Fields()
	keep.Set("do", "keep")
	if got := b.Do("POST", "/guest/claim", url.Values{"do": {"keep"}}); got.Status != http.StatusForbidden {
		t.Errorf("a claim without a token: %d", got.Status)
	}
	if got := b.Post("/guest/claim", keep); got.URL.Path != "/progress" || attempts() != 1 {
		t.Errorf("keeping: at %s, %d answers", got.URL, attempts())
	}
	if b.Post("/guest/claim", keep); attempts() != 1 {
		t.Errorf("keeping twice: %d answers", attempts())
	}
	if got := b.Get("/guest"); got.URL.Path != "/" {
		t.Errorf("asked again: at %s", got.URL)
	}
	// Another phone's guest is not Amina's to take, and No takes nothing.
	b.Post("/guest/claim", url.Values{"token": keep["token"], "do": {"keep"}, "guest": {string(learning.NewID[learning.PersonID]())}})
	page = other.Post("/login", url.Values{"name": {"Amina"}, "secret": {"4711"}})
	drop := page.Fields()
	drop.Set("do", "drop")
	at, _ := url.Parse(other.base)
	cookies := other.http.Jar.Cookies(at)
	other.Post("/guest/claim", drop)
	other.http.Jar.SetCookies(at, cookies) // a phone that kept its guest's cookie all the same
	drop.Set("do", "keep")
	if other.Post("/guest/claim", drop); attempts() != 1 {
		t.Errorf("after No: %d answers, want 1", attempts())
	}
	closed := Start(t, Options{Config: func(c *config.Config) { c.Web.Guests = false }})
	school(t, closed)
	if got := closed.Browser().Get(address); got.URL.Path != "/login" || slices.ContainsFunc(got.Header["Set-Cookie"], func(c string) bool { return strings.HasPrefix(c, "guest=") }) {
		t.Errorf("a school without guests: at %s", got.URL)
	}
}

func TestAnAnswerAfterSigningOutComesBackFilledIn(t *testing.T) {
	w := &watch{}
	n := Start(t, Options{Wall: w, Clock: w})
	ids, class := classroom(t, n)
	b := n.Browser()
	form := b.Get("/login?class=" + string(class) + "&person=" + string(ids["Amina"])).Fields()
	form.Set("secret", "4711")
	b.Post("/login", form)
	address := "/exercise/" + string(exercise(t, n))
	page := b.Get(address)
	if !strings.Contains(page.Body, `data-stay="/stay"`) {
		t.Error("the page does not warn before it signs out")
	}
	form = fill(page.Body, address+"/attempt", rand.New(rand.NewPCG(1, 1)))
	w.pass(59 * time.Minute)
	if got := b.Get("/stay"); got.Status != http.StatusNoContent {
		t.Errorf("staying: %d", got.Status)
	}
	w.pass(59 * time.Minute)
	if me(b) != string(ids["Amina"]) {
		t.Error("who touched the page was signed out")
	}
	w.pass(61 * time.Minute)
	late := b.Post(address+"/attempt", form)
	next := regexp.MustCompile(`href="(/login\?next=[^"]+)"`).FindStringSubmatch(late.Body)
	if late.Status != http.StatusUnauthorized || next == nil {
		t.Fatalf("too late: %d", late.Status)
	}
	in := b.Get(unescape(next[1])).Fields()
	in.Set("name", "Amina")
	in.Set("secret", "4711")
	got := b.Post("/login", in)
	_, typed, _ := strings.Cut(got.Body, "<fieldset")
	if got.Status != http.StatusOK || got.Fields().Get("attempt") != form.Get("attempt") {
		t.Errorf("signed in again: %d at %s", got.Status, got.URL)
	}
	for name, values := range form {
		if strings.HasPrefix(name, "r") && !strings.Contains(typed, `value="`+values[0]+`"`) {
			t.Errorf("signed in again at %s, %s is not filled in as it was", got.URL, name)
		}
	}
}
