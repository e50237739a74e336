package nodetest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/content/marking"
	"lamplight/server/learning"
)

// A day is a node with a learner, Amina, and work that is set for her class.
type day struct {
	*Node
	t       *testing.T
	amina   *Browser
	learner learning.PersonID
	class   learning.ClassID
	items   []asked // of one exercise of the starter courses, in the author's order
	course  content.CourseID
}

type asked struct {
	resource content.ResourceID
	item     content.Item
}

func newDay(t *testing.T) *day { return newDayOn(t, Options{}) }

func newDayOn(t *testing.T, o Options) *day {
	d := &day{Node: Start(t, o), t: t}
	d.learner = school(t, d.Node)
	d.amina = d.Browser()
	d.amina.SignIn("Amina", "4711")
	classes, err := d.Store.Classes(learning.As(d.learner))
	if err != nil || len(classes) != 1 {
		t.Fatalf("Amina is in %v, %v", classes, err)
	}
	d.class = classes[0].ID
	id := exercise(t, d.Node)
	courses, err := d.Library.Resource(id)
	if err != nil {
		t.Fatal(err)
	}
	d.course = courses[0]
	reader, release, err := d.Library.Reader(d.course)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	ex, err := reader.(content.ExerciseReader).Exercise(id)
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range ex.Items {
		d.items = append(d.items, asked{id, it})
	}
	if len(d.items) < 2 {
		t.Fatalf("the exercise %q has %d items, want two", ex.Title, len(d.items))
	}
	return d
}

// quiz makes one of the first items, as change makes it, and sets it for the class.
func (d *day) quiz(n int, change func(*learning.Quiz)) learning.QuizID {
	d.t.Helper()
	ctx, box := context.Background(), learning.Box()
	q := learning.Quiz{Class: d.class, Title: "Friday quiz", State: learning.QuizOpen, Report: true, Sections: []learning.QuizSection{{Title: "Counting"}}}
	for i := range n {
		a := d.items[i%len(d.items)]
		q.Sections[0].Questions = append(q.Sections[0].Questions, learning.QuizQuestion{Course: d.course, Resource: a.resource, Item: a.item.ID, Seed: uint64(i + 1)})
	}
	if change != nil {
		change(&q)
	}
	id, err := d.Store.SaveQuiz(ctx, box, q)
	if err == nil {
		_, err = d.Store.Assign(ctx, box, learning.Assignment{Quiz: id, Class: d.class})
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

// answer fills in the response of a page's form: right, or wrong in a way that can be read.
func (d *day) answer(form url.Values, item content.Item, seed uint64, right bool) url.Values {
	d.t.Helper()
	v, err := marking.Draw(item, seed)
	if err != nil {
		d.t.Fatal(err)
	}
	out := url.Values{}
	for k, vs := range form {
		if !isResponse(k) {
			out[k] = vs
		}
	}
	maps.Copy(out, response(v, right))
	if r, err := marking.Mark(v, out); err != nil || r.Correct != right {
		d.t.Fatalf("an answer to a %s that is to be right: %v, is %+v (%v)", item.Type, right, r, err)
	}
	return out
}

// isResponse says that a field is part of an answer.
func isResponse(name string) bool {
	return name == "r" || strings.HasPrefix(name, "r.") || len(name) > 1 && name[0] == 'r' && name[1] >= '1' && name[1] <= '9'
}

// response is a wholly right answer to any type of question, or one that is wrong and can be read.
func response(v marking.Variant, right bool) url.Values {
	it, out := v.Item, url.Values{}
	given := marking.Right(v)
	switch it.Type {
	case content.Cloze, content.InlineChoice:
		for i, g := range strings.Split(given, " | ") {
			if !right {
				g = "zzz"
				for _, o := range it.Gaps[i].Options {
					if !o.Right {
						g = o.Key
					}
				}
			}
			out.Set("r"+strconv.Itoa(i+1), g)
		}
	case content.Order:
		keys := strings.Split(given, ",")
		if !right {
			slices.Reverse(keys)
		}
		for i, k := range keys {
			out.Set("r."+k, strconv.Itoa(i+1))
		}
	case content.Match:
		for i, p := range it.Pairs {
			for _, o := range it.Options {
				if (o.Text == p.Right) == right {
					out.Set("r."+strconv.Itoa(i), o.Key)
				}
			}
		}
	case content.Categorise:
		for _, o := range it.Options {
			n := o.Category
			if !right {
				n = (n + 1) % len(it.Categories)
			}
			out.Set("r."+o.Key, strconv.Itoa(n))
		}
	case content.Choice, content.Many, content.HotText:
		for _, o := range it.Options {
			if o.Right == right && (it.Type != content.Choice || out.Get("r") == "") {
				out.Add("r", o.Key)
			}
		}
	case content.TrueFalse:
		out.Set("r", strconv.FormatBool((given == "true") == right))
	default:
		if !right {
			given = "987654"
		}
		out.Set("r", given)
	}
	return out
}

// reads fails the test unless a page has a status and says all of these.
func reads(t *testing.T, what string, p Page, status int, words ...string) {
	t.Helper()
	if p.Status != status {
		t.Errorf("%s: %d at %s, want %d\n%.1500s", what, p.Status, p.URL, status, p.main())
	}
	for _, w := range words {
		if !strings.Contains(p.Body, w) {
			t.Errorf("%s at %s does not say %q\n%.2500s", what, p.URL, w, p.main())
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// main is the words of the page's main part.
func (p Page) main() string {
	_, rest, _ := strings.Cut(p.Body, "<main")
	rest, _, _ = strings.Cut(rest, "</main>")
	return strings.Join(strings.Fields(tags.ReplaceAllString(rest, " ")), " ")
}

func TestALessonLeadsFromOneThingToTheNextAndBack(t *testing.T) {
	d := newDay(t)
	ctx, box := context.Background(), learning.Box()
	var refs []learning.Ref
	for _, h := range d.Find(t, "count", 50) {
		if h.Course == d.course && (h.Kind == content.Page || h.Kind == content.Practice) && len(refs) < 3 {
			refs = append(refs, learning.Ref{Course: h.Course, Resource: h.Resource})
		}
	}
	gone := learning.Ref{Course: d.course, Resource: "0123456789abcdef0123456789abcdef"}
	id, err := d.Store.SaveLesson(ctx, box, learning.Lesson{Class: d.class, Title: "Counting things", About: "Read, then practise.", Resources: append(refs, gone)})
	if err == nil {
		_, err = d.Store.Assign(ctx, box, learning.Assignment{Lesson: id, Class: d.class})
	}
	if err != nil || len(refs) < 2 {
		t.Fatal(err, len(refs))
	}
	address := "/lesson/" + string(id)
	reads(t, "home", d.amina.Get("/"), 200, address, "Counting things", "Why this?")
	page := d.amina.Get(address)
	reads(t, "the lesson", page, 200, "Counting things", "Read, then practise.", "Class 3", "lesson="+string(id))
	if n := strings.Count(page.Body, "lesson="+string(id)+`"`); n != len(refs)+1 {
		t.Errorf("the lesson leads to %d addresses, want its %d resources and the large button", n, len(refs))
	}
	for _, ref := range refs {
		for _, path := range []string{"/resource/", "/exercise/"} {
			p := d.amina.Get(path + string(ref.Resource) + "?lesson=" + string(id))
			if p.Status == http.StatusNotFound {
				continue
			}
			reads(t, "a resource of the lesson", p, 200, `href="`+address+`"`, "Counting things")
		}
	}
	if p := d.amina.Get("/resource/" + string(refs[0].Resource) + "?lesson=zzz"); p.Status != 200 {
		t.Errorf("a lesson that is none: %d", p.Status)
	}
	other := d.Browser()
	other.SignIn("Grace", "lamp-light")
	for _, bad := range []string{"/lesson/" + string(learning.NewID[learning.LessonID]()), "/lesson/x", "/lesson/" + strings.Repeat("9", 400)} {
		reads(t, "a lesson that is not there", d.amina.Get(bad), 404)
	}
}

func TestALongCourseIsGoneOnWithToo(t *testing.T) {
	d := newDay(t)
	dir := t.TempDir()
	const pages = 700
	files := map[string]string{"course.md": "---\nid: long\ntitle: A long course\nlanguage: en\n---\n"}
	for i := range pages {
		files[fmt.Sprintf("%04d-p.md", i)] = fmt.Sprintf("---\nid: p%d\n---\n# Page %d of many\n", i, i)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	report, err := d.Library.Import(context.Background(), []string{dir}, library.ImportOptions{})
	if err != nil || len(report.Courses) != 1 {
		t.Fatal(report, err)
	}
	address := func(i int) string {
		return "/resource/" + string(content.NewResourceID(report.Courses[0].ID, fmt.Sprintf("p%d", i)))
	}
	if p := d.amina.Post(address(600), d.amina.Get(address(600)).Fields()); p.Status != 200 {
		t.Fatalf("finishing a page: %d", p.Status)
	}
	reads(t, "home", d.amina.Get("/"), 200, address(601))
}

func TestAFinishedThingOfALessonLeadsOnInIt(t *testing.T) {
	d := newDay(t)
	ctx, box := context.Background(), learning.Box()
	var pages []learning.Ref
	for _, word := range []string{"count", "ten", "number"} {
		for _, h := range d.Find(t, word, 80) {
			if ref := (learning.Ref{Course: h.Course, Resource: h.Resource}); h.Kind == content.Page && !slices.Contains(pages, ref) {
				pages = append(pages, ref)
			}
		}
	}
	if len(pages) < 2 {
		t.Fatal("the starter courses have no two pages about counting")
	}
	id, err := d.Store.SaveLesson(ctx, box, learning.Lesson{Class: d.class, Title: "Two pages", Resources: []learning.Ref{pages[1], pages[0]}})
	if err == nil {
		_, err = d.Store.Assign(ctx, box, learning.Assignment{Lesson: id, Class: d.class})
	}
	if err != nil {
		t.Fatal(err)
	}
	first := "/resource/" + string(pages[1].Resource) + "?lesson=" + string(id)
	p := d.amina.Get(first)
	reads(t, "the page", p, 200, `name="lesson" value="`+string(id)+`"`)
	to := d.amina.Post(first, p.Fields())
	if want := "/resource/" + string(pages[0].Resource); to.URL.Path != want || to.URL.Query().Get("lesson") != string(id) {
		t.Errorf("finishing leads to %s, want %s in the lesson", to.URL, want)
	}
	last := d.amina.Post(to.URL.RequestURI(), to.Fields())
	if last.URL.Path != "/lesson/"+string(id) {
		t.Errorf("finishing the last leads to %s, want the lesson", last.URL)
	}
	reads(t, "the lesson done", last, 200, "You have done all of it")
}

func TestAQuizIsAnsweredInAnyOrderOnTwoPhonesAndHandedInOnce(t *testing.T) {
	d := newDay(t)
	id := d.quiz(3, nil)
	address := "/quiz/" + string(id)
	reads(t, "home", d.amina.Get("/"), 200, address, "Friday quiz")
	start := d.amina.Get(address)
	reads(t, "the start", start, 200, "Friday quiz", "questions", "Begin", "There is no clock")
	if p := d.amina.Get(address + "/2"); p.URL.Path != address {
		t.Errorf("a question before the beginning is at %s", p.URL)
	}
	one := d.amina.Post(address, start.Fields())
	reads(t, "question 1", one, 200, "Question 1 of 3", `name="attempt"`)
	if d.amina.Post(address, start.Fields()).URL.Path != address+"/1" {
		t.Error("beginning twice does not lead to the question")
	}

	three := d.amina.Get(address + "/3")
	form := d.answer(three.Fields(), d.items[2%len(d.items)].item, 3, true)
	form.Set("go", "previous")
	if p := d.amina.Post(address+"/answer", form); p.URL.Path != address+"/2" {
		t.Errorf("saving and going back leads to %s", p.URL)
	}
	again := d.amina.Post(address+"/answer", form) // the same form once more
	reads(t, "the same answer again", again, 200)

	second := d.Browser() // another phone
	second.SignIn("Amina", "4711")
	reads(t, "resumed", second.Get(address), 200, "Go on", "answered")
	reads(t, "the question answered on the other phone", second.Get(address+"/3"), 200, "Your answer is saved")
	if p := second.Get(address + "/1"); p.URL.Path != address+"/1" || strings.Contains(p.Body, "Your answer is saved") {
		t.Error("a question without an answer says that it is saved")
	}
	form = d.answer(second.Get(address+"/1").Fields(), d.items[0].item, 1, false)
	second.Post(address+"/answer", form)

	ask := second.Get(address + "/submit")
	reads(t, "asked before handing in", ask, 200, "Hand in now?", "1 question has no answer yet", address+"/2")
	if p := second.Post(address+"/submit", url.Values{"token": {ask.Fields().Get("token")}}); !strings.Contains(p.Body, "Hand in now?") {
		t.Error("handing in without being sure did not ask")
	}
	done := second.Post(address+"/submit", ask.Fields())
	reads(t, "handed in", done, 200, "You have handed it in", "1 of 3 right", "See how it went")
	if p := second.Post(address+"/submit", ask.Fields()); p.Status != 200 {
		t.Errorf("handed in twice: %d", p.Status)
	}
	report := d.amina.Get(address + "/report")
	reads(t, "the report", report, 200, "1 of 3 right", "You answered:", "Not answered", "Right is:")
	form.Set("attempt", "later-answer")
	late := second.Post(address+"/answer", form)
	reads(t, "an answer after handing in", late, http.StatusConflict, "This quiz is over for you", address)
	if p := d.amina.Post(address, start.Fields()); strings.Contains(p.Body, "Question 1") {
		t.Error("a quiz that is no practice was begun again")
	}
}

func TestAPracticeQuizShowsWhatChangedSinceLastTime(t *testing.T) {
	d := newDay(t)
	id := d.quiz(2, func(q *learning.Quiz) { q.Practice = true })
	address := "/quiz/" + string(id)
	take := func(right bool, n int) Page {
		p := d.amina.Get(address)
		form := p.Fields()
		d.amina.Post(address, form)
		for i := 1; i <= n; i++ {
			q := d.amina.Get(address + "/" + string(rune('0'+i)))
			p := d.amina.Post(address+"/answer", d.answer(q.Fields(), d.items[i-1].item, uint64(i), right))
			if p.Status != 200 {
				t.Fatalf("answering %d: %d %s", i, p.Status, p.main())
			}
		}
		return d.amina.Post(address+"/submit", d.amina.Get(address+"/submit").Fields())
	}
	reads(t, "the first time", take(false, 2), 200, "0 of 2 right", "Take it once more")
	stale := d.answer(url.Values{"token": {d.amina.Get("/settings").Fields().Get("token")}, "n": {"1"}, "try": {"1"}, "attempt": {"stale.1"}}, d.items[0].item, 1, false)
	reads(t, "the second time", take(true, 2), 200, "2 of 2 right", "2 more than last time")
	reads(t, "the report", d.amina.Get(address+"/report"), 200, "Right this time")
	d.amina.Post(address, d.amina.Get(address).Fields()) // the third time has begun
	reads(t, "an answer to the first try", d.amina.Post(address+"/answer", stale), http.StatusConflict)
	if p := d.amina.Get(address + "/1"); p.Status != 200 || strings.Contains(p.Body, "Your answer is saved") {
		t.Errorf("an answer that came late from the first try counts in the third: %d", p.Status)
	}
}

func TestAQuizRefusesInWords(t *testing.T) {
	d := newDay(t)
	id := d.quiz(2, func(q *learning.Quiz) { q.Report = false })
	address := "/quiz/" + string(id)
	token := d.amina.Get(address).Fields()
	d.amina.Post(address, token)
	page := d.amina.Get(address + "/1")
	form := page.Fields()

	// Nothing filled in is no answer and no fault.
	empty := d.amina.Post(address+"/answer", form)
	if empty.Status != 200 || empty.URL.Path != address+"/2" {
		t.Errorf("nothing filled in: %d at %s", empty.Status, empty.URL)
	}
	if s, err := d.Store.Sitting(learning.As(d.learner), d.learner, id); err != nil || len(s.Now().Answers) != 0 {
		t.Errorf("nothing filled in was kept: %+v %v", s, err)
	}
	if d.items[0].item.Type == content.Number {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set("r", "٣٣٣x७")
		reads(t, "digits of two scripts", d.amina.Post(address+"/answer", bad), 400, "cannot read this answer")
		bad.Set("auto", "1")
		if p := d.amina.Post(address+"/answer", bad); p.Status != http.StatusNoContent {
			t.Errorf("half an answer, sent by the script: %d", p.Status)
		}
	}
	huge := url.Values{"r": {strings.Repeat("9", 10<<20)}}
	for k, v := range form {
		if k != "r" {
			huge[k] = v
		}
	}
	reads(t, "10 MB", d.amina.Post(address+"/answer", huge), http.StatusRequestEntityTooLarge)
	for _, n := range []string{"0", "3", "-1", "x", "", "999999999999999999999"} {
		f := url.Values{"token": form["token"], "n": {n}, "try": {"1"}, "attempt": {"a.1"}, "r": {"1"}}
		reads(t, "question "+n, d.amina.Post(address+"/answer", f), 404)
	}
	reads(t, "a quiz that is not there", d.amina.Get("/quiz/"+string(learning.NewID[learning.QuizID]())), 404)
	reads(t, "no quiz", d.amina.Get("/quiz/..%2f..%2fx"), 404)

	ctx := context.Background()
	draft := d.quiz(1, func(q *learning.Quiz) { q.State = learning.QuizDraft })
	reads(t, "a draft", d.amina.Get("/quiz/"+string(draft)), 404)
	good := d.answer(form, d.items[0].item, 1, true)
	if err := d.Store.SetQuizState(ctx, learning.Box(), id, learning.QuizClosed); err != nil {
		t.Fatal(err)
	}
	reads(t, "an answer to a closed quiz", d.amina.Post(address+"/answer", good), http.StatusConflict, "This quiz is over for you")
	reads(t, "a closed quiz", d.amina.Get(address), 200, "This quiz is over", "Go home")
	if p := d.amina.Get(address + "/report"); p.URL.Path != address {
		t.Errorf("a report that may not be seen is at %s", p.URL)
	}
}

func TestAQuizClosedOverATryShowsItsReport(t *testing.T) {
	d := newDay(t)
	id := d.quiz(2, nil)
	address := "/quiz/" + string(id)
	one := d.amina.Post(address, d.amina.Get(address).Fields())
	d.amina.Post(address+"/answer", d.answer(one.Fields(), d.items[0].item, 1, true))
	reads(t, "the report while it goes on", d.amina.Get(address+"/report"), 200, "You have begun")
	if err := d.Store.SetQuizState(context.Background(), learning.Box(), id, learning.QuizClosed); err != nil {
		t.Fatal(err)
	}
	reads(t, "closed", d.amina.Get(address), 200, "This quiz is over", "1 of 2 right", "See how it went")
	reads(t, "the report", d.amina.Get(address+"/report"), 200, "1 of 2 right", "Right is:", "Not answered")
}

func TestAQuizOfAnotherClassIsNotFound(t *testing.T) {
	d := newDay(t)
	ctx, box := context.Background(), learning.Box()
	other, err := d.Store.AddClass(ctx, box, "Class 9", "")
	if err != nil {
		t.Fatal(err)
	}
	d.class = other
	id := d.quiz(1, nil)
	address := "/quiz/" + string(id)
	token := d.amina.Get("/settings").Fields().Get("token")
	reads(t, "opening it", d.amina.Get(address), 404)
	reads(t, "beginning it", d.amina.Post(address, url.Values{"token": {token}}), 404)
	reads(t, "answering it", d.amina.Post(address+"/answer", url.Values{"token": {token}, "n": {"1"}, "try": {"1"}, "attempt": {"a.1"}, "r": {"1"}}), 404)
	reads(t, "handing it in", d.amina.Post(address+"/submit", url.Values{"token": {token}, "sure": {"1"}, "try": {"1"}}), 404)
	guest := d.Browser()
	if p := guest.Get(address); p.URL.Path != "/login" {
		t.Errorf("a guest opening a quiz is at %s", p.URL)
	}
}

func TestTheTimeOfAQuizIsLongerForWhoNeedsIt(t *testing.T) {
	d := newDay(t)
	ctx := context.Background()
	if err := d.Store.SetAccommodation(ctx, learning.Box(), d.learner, learning.Accommodation{ExtraTime: 50}); err != nil {
		t.Fatal(err)
	}
	id := d.quiz(2, func(q *learning.Quiz) { q.Minutes = 2 })
	address := "/quiz/" + string(id)
	start := d.amina.Get(address)
	reads(t, "the start", start, 200, "<b>3</b>", "1 minute of it is extra time for you")
	one := d.amina.Post(address, start.Fields())
	form := d.answer(one.Fields(), d.items[0].item, 1, true)
	form.Set("tenths", "1790") // a second short of three minutes
	reads(t, "in time", d.amina.Post(address+"/answer", form), 200, "Question 2 of 2", "1 minute left")
	form = d.answer(d.amina.Get(address+"/2").Fields(), d.items[1].item, 2, true)
	form.Set("tenths", "50")
	d.amina.Post(address+"/answer", form)
	reads(t, "after the time", d.amina.Get(address), 200, "The time is over", "Hand in")
	reads(t, "the last answer again, since its phone heard nothing", d.amina.Post(address+"/answer", form), 200, "Hand in now?")
	form.Set("attempt", "late.1")
	reads(t, "an answer after the time", d.amina.Post(address+"/answer", form), http.StatusConflict, "The time is over", address)
	reads(t, "handing in", d.amina.Post(address+"/submit", d.amina.Get(address+"/submit").Fields()), 200, "2 of 2 right")
}
