package nodetest

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"lamplight/content"
)

// item finds what a page's form asks.
func (d *day) item(form url.Values) (content.Item, uint64) {
	d.t.Helper()
	seed, err := strconv.ParseUint(form.Get("seed"), 10, 64)
	if err != nil {
		d.t.Fatalf("the form carries the seed %q", form.Get("seed"))
	}
	for _, a := range d.items {
		if string(a.item.ID) == form.Get("item") {
			return a.item, seed
		}
	}
	d.t.Fatalf("the form asks %q, which the exercise has not", form.Get("item"))
	return content.Item{}, 0
}

// give answers the form of a page, to where it posts.
func (d *day) give(p Page, to string, right bool) Page {
	d.t.Helper()
	form := p.Fields()
	it, seed := d.item(form)
	return d.amina.Post(to, d.answer(form, it, seed, right))
}

func TestAWrongAnswerIsExplainedAndGoesIntoTheMistakesBook(t *testing.T) {
	d := newDay(t)
	exercise := "/exercise/" + string(d.items[0].resource)
	page := d.amina.Get(exercise)
	reads(t, "the exercise", page, 200, "Why this?", `name="tenths"`)
	wrong := d.give(page, exercise+"/attempt", false)
	reads(t, "a wrong answer", wrong, 200, "Not yet", "How to do it", "Saved on the box", "/mistakes")
	if strings.Contains(wrong.main(), "That is wrong") {
		t.Error("a child is told off")
	}
	reads(t, "home", d.amina.Get("/"), 200, "Mistakes book", "point")

	book := d.amina.Get("/mistakes")
	reads(t, "the book", book, 200, "Look at how it is done", "Begin with the first")
	at := strings.Index(book.Body, `href="/mistakes/`)
	if at < 0 {
		t.Fatal("no mistake is in the book")
	}
	address := book.Body[at+len(`href="`) : at+len(`href="/mistakes/`)+32]
	one := d.amina.Get(address)
	reads(t, "the mistake", one, 200, "What you were asked", "You answered:", "How to do it", "Now you, with other numbers")
	attempt := exercise + "/attempt?mistake=" + strings.TrimPrefix(address, "/mistakes/")
	if !strings.Contains(one.Body, attempt) {
		t.Fatalf("the form of a mistake does not post to %s", attempt)
	}
	again := d.give(one, attempt, false)
	reads(t, "not right", again, 200, "Not yet", "Try another like it", address)
	right := d.give(d.amina.Get(address), attempt, true)
	reads(t, "right", right, 200, "Yes, that is right", "Come back")
	reads(t, "the mistake until its day", d.amina.Get(address), 200, "Come back")
	if p := d.amina.Get("/mistakes/" + strings.Repeat("0", 32)); p.URL.Path != "/mistakes" {
		t.Errorf("a mistake that is not in the book leads to %s", p.URL)
	}
	grace := d.Browser()
	grace.SignIn("Grace", "lamp-light")
	if p := grace.Get(address); p.URL.Path != "/mistakes" {
		t.Errorf("somebody else's mistake leads to %s", p.URL)
	}
}

func TestAMistakeLeavesTheBookAfterTwoRightAnswersOnTwoDays(t *testing.T) {
	w := &watch{}
	w.believed.Store(true)
	w.date.Store(time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC).Unix())
	d := newDayOn(t, Options{Wall: w, Clock: w})
	later := func(days time.Duration) {
		w.pass(days * 24 * time.Hour)
		w.date.Add(int64(days * 24 * 3600))
		d.amina.SignIn("Amina", "4711")
	}
	exercise := "/exercise/" + string(d.items[0].resource)
	d.give(d.amina.Get(exercise), exercise+"/attempt", false)
	book := d.amina.Get("/mistakes").Body
	at := strings.Index(book, `href="/mistakes/`)
	if at < 0 {
		t.Fatal("no mistake is in the book")
	}
	address := book[at+len(`href="`) : at+len(`href="/mistakes/`)+32]
	attempt := exercise + "/attempt?mistake=" + strings.TrimPrefix(address, "/mistakes/")
	reads(t, "right at once", d.give(d.amina.Get(address), attempt, true), 200, "Yes, that is right", "Come back")
	reads(t, "the same day", d.amina.Get("/review"), 200, "Nothing comes back today")
	for n, days := range []time.Duration{3, 4} {
		later(days)
		reads(t, "home on the day", d.amina.Get("/"), 200, "Comes back today")
		reads(t, "review on the day", d.amina.Get("/review"), 200, address)
		right := d.give(d.amina.Get(address), attempt, true)
		if gone := strings.Contains(right.Body, "It has left your mistakes book"); gone != (n == 1) {
			t.Errorf("right on day %d: it has left the book: %v\n%.800s", n+1, gone, right.main())
		}
	}
	reads(t, "the book at the end", d.amina.Get("/mistakes"), 200, "No mistakes wait here", "1 mistake mended")
}

func TestSeedsThatWereNotDrawnAreRefused(t *testing.T) {
	d := newDay(t)
	exercise := "/exercise/" + string(d.items[0].resource)
	form := d.amina.Get(exercise).Fields()
	it, seed := d.item(form)
	for _, bad := range []uint64{seed + 5000, 1 << 60, 0} {
		form.Set("seed", strconv.FormatUint(bad, 10))
		good := d.answer(form, it, bad, true)
		reads(t, "a seed of one's own", d.amina.Post(exercise+"/attempt", good), 400, "This question is an old one")
		reads(t, "a seed of one's own in the address", d.amina.Get(exercise+"?item="+url.QueryEscape(string(it.ID))+"&seed="+strconv.FormatUint(bad, 10)), 400)
	}
	form.Set("seed", "nine")
	reads(t, "a seed that is no number", d.amina.Post(exercise+"/attempt", form), 400)
	form.Set("seed", strconv.FormatUint(seed, 10))
	form.Set("item", strings.Repeat("x", 9000))
	reads(t, "an item there is not", d.amina.Post(exercise+"/attempt", form), 404)
	reads(t, "10 MB", d.amina.Post(exercise+"/attempt", url.Values{"r": {strings.Repeat("7", 10<<20)}}), http.StatusRequestEntityTooLarge)
}

func TestAHintKeepsWhereTheExerciseWasOpenedFrom(t *testing.T) {
	d := newDay(t)
	for _, a := range d.items {
		if len(a.item.Hints) == 0 {
			continue
		}
		exercise := "/exercise/" + string(a.resource)
		page := d.amina.Get(exercise + "?from=review")
		form := page.Fields()
		form.Set("hint", "1")
		form.Set("r", "12")
		p := d.amina.Post(exercise+"/attempt?from=review", form)
		if p.Status != 200 || p.URL.Query().Get("from") != "review" || p.URL.Query().Get("r") != "12" || p.URL.Query().Get("tenths") != "" {
			t.Errorf("a hint is at %s (%d)", p.URL, p.Status)
		}
		return
	}
	t.Skip("the exercise has no hints")
}

func TestABookmarkAndANoteAreFoundAgain(t *testing.T) {
	d := newDay(t)
	var page string
	for _, h := range d.Find(t, "count", 50) {
		if h.Kind == content.Page {
			page = "/resource/" + string(h.Resource)
		}
	}
	exercise := "/exercise/" + string(d.items[0].resource)
	reads(t, "no notes", d.amina.Get("/notes"), 200, "You have no bookmarks or notes yet")

	keep := d.amina.Get(page + "?keep=1")
	reads(t, "the form", keep, 200, "My note", "Set a bookmark")
	form := keep.Fields()
	marked := d.amina.Post("/bookmark", form)
	reads(t, "marked", marked, 200, "The bookmark is set", "Take the bookmark away")

	form = d.amina.Get(exercise).Fields()
	form.Set("text", "Ask <b>Musa</b>\nabout ten & twelve")
	noted := d.amina.Post("/note", form)
	reads(t, "noted", noted, 200, "Your note is saved")
	if noted.URL.Path != exercise {
		t.Errorf("saving a note leads to %s", noted.URL)
	}
	list := d.amina.Get("/notes")
	reads(t, "the list", list, 200, page, exercise, "Ask &lt;b&gt;Musa&lt;/b&gt;\nabout ten &amp; twelve")
	reads(t, "home", d.amina.Get("/"), 200, "<b>2</b>")

	form.Set("text", "  ")
	d.amina.Post("/note", form)
	if p := d.amina.Get("/notes"); strings.Contains(p.Body, "Musa") {
		t.Error("a note that was emptied is still there")
	}
	form.Set("text", strings.Repeat("ä", 5000))
	reads(t, "a note too long", d.amina.Post("/note", form), 400)
	form.Set("text", "x")
	form.Set("resource", strings.Repeat("0", 32))
	reads(t, "a note of what is not there", d.amina.Post("/note", form), 404)
	form = d.amina.Get(exercise).Fields()
	for _, evil := range []string{"//evil.example/", "https://evil.example/", "/\\evil.example", ""} {
		form.Set("back", evil)
		form.Set("text", "y")
		if p := d.amina.Post("/note", form); p.URL.Path != "/notes" || p.URL.Host != strings.TrimPrefix(d.Listening.HTTP, "http://") {
			t.Errorf("back %q leads to %s", evil, p.URL)
		}
	}
}

func TestAGoalIsSetInAnyDigitsAndNeverShames(t *testing.T) {
	d := newDay(t)
	exercise := "/exercise/" + string(d.items[0].resource)
	d.give(d.amina.Get(exercise), exercise+"/attempt", true)
	progress := d.amina.Get("/progress")
	reads(t, "progress", progress, 200, "Set a goal for the week", "Nobody is ranked")
	token := progress.Fields().Get("token")
	saved := d.amina.Post("/goal", url.Values{"token": {token}, "of": {"answers"}, "amount": {" ٢٠ "}})
	reads(t, "the goal", saved, 200, "Your goal is saved", "of 20 answers this week")
	for _, bad := range []string{"", "many", "-3", "0", "99999999999999999999"} {
		p := d.amina.Post("/goal", url.Values{"token": {token}, "of": {"answers"}, "amount": {bad}})
		reads(t, "a goal of "+bad, p, 200, "Write how many as a number", "of 20 answers")
	}
	reads(t, "home", d.amina.Get("/"), 200, "of 20 answers this week")
	none := d.amina.Post("/goal", url.Values{"token": {token}, "of": {"none"}})
	if strings.Contains(none.Body, "answers this week") {
		t.Error("a goal that was taken away is still there")
	}
}

func TestWhatComesBackTodayIsEmptyOnTheFirstDay(t *testing.T) {
	d := newDay(t)
	reads(t, "review", d.amina.Get("/review"), 200, "Nothing comes back today")
	reads(t, "mistakes", d.amina.Get("/mistakes"), 200, "No mistakes wait here")
	home := d.amina.Get("/")
	reads(t, "home", home, 200, "New for you")
	if strings.Contains(home.Body, "Teaching with Lamplight") {
		t.Error("what is for teachers is offered to a child")
	}
	guest := d.Browser()
	for _, path := range []string{"/review", "/mistakes", "/notes", "/lesson/x", "/quiz/x/1"} {
		if p := guest.Get(path); p.URL.Path != "/login" {
			t.Errorf("a guest opening %s is at %s", path, p.URL)
		}
	}
}

func TestPagesOfALearnersDayWeighLittle(t *testing.T) {
	d := newDay(t)
	quiz := "/quiz/" + string(d.quiz(20, nil))
	d.amina.Post(quiz, d.amina.Get(quiz).Fields())
	exercise := "/exercise/" + string(d.items[0].resource)
	d.give(d.amina.Get(exercise), exercise+"/attempt", false)
	weigh := func(path string) int {
		p := d.amina.Do("GET", path, nil, "Accept-Encoding", "gzip")
		if p.Status != 200 || p.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: %d, %q", path, p.Status, p.Header.Get("Content-Encoding"))
		}
		return len(p.Body)
	}
	first := 0
	home := d.amina.Get("/")
	asks := regexp.MustCompile(`(?:href|src)="(/static/[^"#]+)`).FindAllStringSubmatch(home.Body, -1)
	seen := map[string]bool{}
	for _, m := range asks {
		if !seen[m[1]] {
			seen[m[1]] = true
			first += weigh(m[1])
		}
	}
	if len(seen)+1 > 4 {
		t.Errorf("the first view asks %d times, its budget is 4", len(seen)+1)
	}
	heaviest := 0
	for _, path := range []string{"/", quiz, quiz + "/7", quiz + "/submit", exercise, "/mistakes", "/review", "/notes", "/progress"} {
		n := weigh(path)
		heaviest = max(heaviest, n)
		if n > 8<<10 {
			t.Errorf("%s weighs %d bytes as gzip, its budget is 8 KB", path, n)
		}
		t.Logf("%s: %d bytes as gzip", path, n)
	}
	d.amina.Post(quiz+"/submit", d.amina.Get(quiz+"/submit").Fields())
	if n := weigh(quiz + "/report"); n > 8<<10 {
		t.Errorf("a report of 20 questions weighs %d bytes as gzip", n)
	}
	t.Logf("first view: %d bytes in %d requests", first+heaviest, len(seen)+1)
	if first+heaviest > 30<<10 {
		t.Errorf("the first view weighs %d bytes, its budget is 30 KB", first+heaviest)
	}
}
