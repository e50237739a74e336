package nodetest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"lamplight/server/learning"
)

// teacher is the teacher's phone without a script on a box.
func (w *week) teacher(box int) *Browser {
	b := w.boxes[box]
	if b.staff == nil {
		b.staff = b.Browser()
		b.staff.SignIn("Okello", "lamp-light")
	}
	return b.staff
}

// phone is a child's, signed in with the PIN of the list.
func (w *week) phone(child int) *Browser {
	c := w.children[child]
	b := w.boxes[c.box]
	if b.phones[child] == nil {
		b.phones[child] = b.Browser()
		b.phones[child].SignIn(c.name, c.pin)
	}
	return b.phones[child]
}

// is fails the test unless a page came as it should.
func (w *week) is(what string, p Page) Page {
	w.t.Helper()
	if p.Status != http.StatusOK {
		w.t.Fatalf("%s: %d at %s\n%.1500s", what, p.Status, p.URL, p.main())
	}
	return p
}

func (w *week) home(class int) string { return "/teach/class/" + string(w.rooms[class]) }

// register takes the register of a class, session 1, as the plan has it.
func (w *week) register(class, day, box int) {
	w.t.Helper()
	b, path := w.teacher(box), w.home(class)+"/attendance"
	f := w.is("the register", b.Get(path)).Fields()
	if f.Get("day") != weekDate(day) {
		w.t.Fatalf("the register is of %s, want %s", f.Get("day"), weekDate(day))
	}
	for i, c := range w.children {
		if c.class == class {
			f.Set("mark."+string(w.ids[i]), strconv.Itoa(markNumber(c.here[day])))
		}
	}
	w.is("the register saved", b.Post(path, f))
}

func markNumber(word string) int {
	for i, m := range weekMarks {
		if m == word {
			return i + 1
		}
	}
	return 0
}

// makeWork makes a lesson or quiz for a class of things of the course, "EXERCISE" or "EXERCISE ITEM", and says where it is.
func (w *week) makeWork(kind, title string, class, box int, things ...string) string {
	w.t.Helper()
	b := w.teacher(box)
	f := w.is("new work", b.Get(w.home(class)+"/lessons/new?kind="+kind)).Fields()
	f.Set("title", title)
	f["for"] = []string{"class:" + string(w.rooms[class])}
	pick := w.is("work made", b.Post(w.home(class)+"/lessons/new", f))
	at := strings.TrimSuffix(pick.URL.Path, "/pick")
	f = pick.Fields()
	delete(f, "topic")
	f["pick"] = nil
	for _, thing := range things {
		id, item, isItem := strings.Cut(thing, " ")
		key := string(weekCourseID()) + "/" + string(weekResource(id))
		if isItem {
			key += " " + item
		}
		f.Add("pick", key)
	}
	f.Set("done", "1")
	p := w.is("things put in", b.Post(at+"/pick", f))
	if kind == "quiz" {
		w.is("the quiz opened", b.Post(at, url.Values{"token": p.Fields()["token"], "state": {"open"}}))
		w.quizzes[title] = learning.QuizID(strings.TrimPrefix(at, "/teach/quiz/"))
		q := weekQuiz{title: title, class: class}
		for _, thing := range things {
			_, item, _ := strings.Cut(thing, " ")
			q.items = append(q.items, item)
		}
		w.quizzesMade = append(w.quizzesMade, q)
	} else {
		w.lessons[title] = learning.LessonID(strings.TrimPrefix(at, "/teach/lesson/"))
		w.lessonsMade = append(w.lessonsMade, weekLesson{title, class, things})
	}
	return at
}

// practise lets a child answer questions of an exercise as it is asked, n times.
func (w *week) practise(child, day int, x *weekExercise, n int) {
	w.t.Helper()
	b, path := w.phone(child), "/exercise/"+string(weekResource(x.id))
	for range n {
		page := w.is("a question", b.Get(path))
		f := page.Fields()
		_, it := weekItemOf(f.Get("item"))
		if it == nil {
			w.t.Fatalf("%s asks %q", page.URL, f.Get("item"))
		}
		d := w.drawn(child, day, x, it)
		d.at, d.seed = x.id, f.Get("seed")
		w.respond(page, f, &d)
		w.is("an answer", b.Post(path+"/attempt", f))
		w.deeds = append(w.deeds, d)
	}
}

// drawn is an answer by the plan.
func (w *week) drawn(child, day int, x *weekExercise, it *weekItem) deed {
	d := deed{child: child, day: day, kind: "answer", item: it.id, tenths: 30 + w.rng.IntN(300)}
	d.given, d.error, d.right = w.answer(w.children[child], x, it)
	w.clock.pass(time.Second)
	d.time = w.clock.at()
	return d
}

// respond fills in the form of a page.
func (w *week) respond(page Page, f url.Values, d *deed) {
	w.t.Helper()
	f.Set("tenths", strconv.Itoa(d.tenths))
	f.Set("r", d.given)
	if _, it := weekItemOf(d.item); it.choice {
		f.Set("r", w.option(page, d.given))
	}
}

// option is the value of the choice that reads as words.
func (w *week) option(p Page, words string) string {
	w.t.Helper()
	for _, label := range p.find("label", "choice") {
		if strings.HasPrefix(label.text(), words) {
			for _, in := range label.find("input", "") {
				return in.attr("value")
			}
		}
	}
	w.t.Fatalf("%s has no choice %q", p.URL, words)
	return ""
}

// read lets a child open a page and say that it is finished.
func (w *week) read(child, day int, id string) {
	w.t.Helper()
	b, path := w.phone(child), "/resource/"+string(weekResource(id))
	w.clock.pass(time.Second)
	w.is("a page finished", b.Post(path, w.is("a page", b.Get(path)).Fields()))
	w.deeds = append(w.deeds, deed{child: child, day: day, kind: "read", at: id})
}

var asksItem = regexp.MustCompile(`(sum-\d-\d)|What goes with (\w+)`)

// sit lets a child answer the first n questions of a quiz, and hand in.
func (w *week) sit(child, day int, title string, n int, handIn bool) {
	w.t.Helper()
	b, path := w.phone(child), "/quiz/"+string(w.quizzes[title])
	w.clock.pass(time.Second)
	w.is("a quiz begun", b.Post(path, w.is("a quiz", b.Get(path)).Fields()))
	w.deeds = append(w.deeds, deed{child: child, day: day, kind: "begin", at: title})
	for k := 1; k <= n; k++ {
		page := w.is("a question", b.Get(path+"/"+strconv.Itoa(k)))
		x, it := w.asked(page)
		d := w.drawn(child, day, x, it)
		d.at = title
		f := page.Fields()
		w.respond(page, f, &d)
		w.is("an answer", b.Post(path+"/answer", f))
		w.deeds = append(w.deeds, d)
	}
	if handIn {
		w.is("handed in", b.Post(path+"/submit", w.is("handing in", b.Get(path+"/submit")).Fields()))
		w.deeds = append(w.deeds, deed{child: child, day: day, kind: "hand-in", at: title})
	}
}

// asked is the question that a page asks, by its words.
func (w *week) asked(p Page) (*weekExercise, *weekItem) {
	w.t.Helper()
	m := asksItem.FindStringSubmatch(p.main())
	if m == nil {
		w.t.Fatalf("%s asks no question of the week: %.600s", p.URL, p.main())
	}
	id := m[1]
	if id == "" {
		id = "word-" + m[2]
	}
	return weekItemOf(id)
}

// closeQuiz closes it over whoever has not handed in.
func (w *week) closeQuiz(title string, box int) {
	w.t.Helper()
	b, at := w.teacher(box), "/teach/quiz/"+string(w.quizzes[title])
	w.is("closed", b.Post(at, url.Values{"token": w.is("closing", b.Get(at+"/close")).Fields()["token"], "state": {"closed"}}))
	w.closed[title] = true
}

// sendList posts the school's list as a file and brings it in.
func (w *week) sendList(b *Browser, name string, list []byte) Page {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("token", w.is("import", b.Get("/admin/people/import")).Fields().Get("token"))
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		w.t.Fatal(err)
	}
	part.Write(list)
	form.Close()
	r, err := http.NewRequest(http.MethodPost, b.base+"/admin/people/import", &body)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := b.http.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	plan := w.is("the list's plan", Page{answer.StatusCode, answer.Header, string(text), answer.Request.URL})
	f := plan.Fields()
	f.Set("do", "apply")
	return w.is("the list brought in", b.Post(plan.URL.Path, f))
}
