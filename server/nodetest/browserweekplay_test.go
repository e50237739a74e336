//go:build browser

package nodetest

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"lamplight/content/library"
	"lamplight/server/config"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// A weekClock is the time of the week, the same on every box of it.
type weekClock struct {
	mu  sync.Mutex
	now time.Time
}

// to goes on to an hour of a day; time never goes back.
func (c *weekClock) to(day, hour, minute int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := weekMonday.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute); at.After(c.now) {
		c.now = at
	}
}

func (c *weekClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *weekClock) at() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// A boxClock is both clocks of one box of the week.
type boxClock struct {
	*weekClock
	boot clock.Boot
	from time.Time
}

func (b *boxClock) Now() (time.Time, bool) { return b.at(), true }

func (b *boxClock) Stamp() clock.Stamp {
	return clock.Stamp{Boot: b.boot, MS: b.at().Sub(b.from).Truncate(clock.Grain).Milliseconds()}
}

// A weekBox is one box of the week with who uses it.
type weekBox struct {
	*Node
	clock  *boxClock
	staff  *Browser
	phones map[int]*Browser // of children, by their place in the plan
}

// A week is a plan being played.
type week struct {
	*weekPlan
	t       *testing.T
	clock   *weekClock
	boxes   []*weekBox
	ids     []learning.PersonID // of the children
	rooms   []learning.ClassID
	quizzes map[string]learning.QuizID // by title
	lessons map[string]learning.LessonID
	closed  map[string]bool // quizzes, by title

	link *proxy // between two boxes

	lessonsMade []weekLesson
	quizzesMade []weekQuiz

	checked, numbers int // rows and cells that were compared with the oracle's
	byHand           int // cards that no photo read
}

// openWeek starts the boxes of a week, unclaimed, on Monday morning.
func openWeek(t *testing.T, p *weekPlan, boxes int) *week {
	w := &week{weekPlan: p, t: t, clock: &weekClock{now: weekMonday.Add(6 * time.Hour)}, quizzes: map[string]learning.QuizID{}, lessons: map[string]learning.LessonID{}, closed: map[string]bool{}}
	for i := range boxes {
		b := &weekBox{clock: &boxClock{w.clock, clock.Boot{byte(i + 1), 7}, w.clock.now}, phones: map[int]*Browser{}}
		listen := fmt.Sprintf("127.0.0.%d:0", 2+i) // on addresses of their own, so that neither finds a way past the link
		o := Options{Wall: b.clock, Clock: b.clock, Config: func(c *config.Config) {
			c.Web.OwnMinutes, c.Web.TeacherMinutes = 20000, 20000 // nobody signs in again each morning
			c.Sync.Listen = listen
		}}
		b.Node = Start(t, o)
		w.boxes = append(w.boxes, b)
	}
	for _, c := range p.children {
		if boxes == 1 {
			c.box = 0
		}
	}
	return w
}

// dated tells a box's record when its run began, as its clock does at a start: the tests' clock is not the device's own.
func (w *week) dated(b *weekBox) {
	w.t.Helper()
	err := b.Store.Calibrate(w.t.Context(), learning.Box(), learning.Calibration{Boot: b.clock.boot, Start: b.clock.from, Believed: true, Source: "person"})
	if err != nil {
		w.t.Fatal(err)
	}
}

// settled is what follows the roster: the course, and what the plan's children and classes are called by the box.
func (w *week) settled() {
	w.t.Helper()
	b, box := w.boxes[0], learning.Box()
	w.dated(b)
	report, err := b.Library.Import(w.t.Context(), []string{writeWeekCourse(w.t)}, library.ImportOptions{})
	if err != nil || len(report.Courses) != 1 || report.Courses[0].ID != weekCourseID() {
		w.t.Fatalf("the week's course: %v, %+v", err, report)
	}
	if err := b.OfferCourses(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	classes, err := b.Store.Classes(box)
	if err != nil {
		w.t.Fatal(err)
	}
	w.rooms, w.ids = make([]learning.ClassID, len(w.classes)), make([]learning.PersonID, len(w.children))
	for _, c := range classes {
		_, there, err := b.Store.ClassRoster(box, c.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		for i, name := range w.classes {
			if name == c.Name {
				w.rooms[i] = c.ID
			}
		}
		for _, p := range there {
			for i, child := range w.children {
				if child.name == p.Name {
					w.ids[i] = p.ID
				}
			}
		}
	}
	for i, id := range w.ids {
		if id == "" {
			w.t.Fatalf("%s is in no class", w.children[i].name)
		}
	}
}

// evening waits until every box has written what it gathers of pages that were opened, which it does every two seconds of
// its own running time, and goes on to the morning of a day: else a page read on Monday would be noted on Tuesday.
func (w *week) evening(day int) {
	w.t.Helper()
	w.settledViews()
	w.clock.to(day, 7, 30)
}

func (w *week) settledViews() {
	w.t.Helper()
	for i, b := range w.boxes {
		was, since := b.Events(), time.Now()
		Eventually(w.t, 30*time.Second, fmt.Sprintf("box %d has written its day", i+1), func() bool {
			if now := b.Events(); now != was {
				was, since = now, time.Now()
			}
			return time.Since(since) > 2200*time.Millisecond
		})
	}
}

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
	page := w.is("a quiz begun", b.Post(path, w.is("a quiz", b.Get(path)).Fields()))
	w.deeds = append(w.deeds, deed{child: child, day: day, kind: "begin", at: title})
	for k := 1; k <= n; k++ {
		page = w.is("a question", b.Get(path+"/"+strconv.Itoa(k)))
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

// An element is one of a page.
type element struct{ *html.Node }

func (p Page) find(tag, class string) []element {
	root, err := html.Parse(strings.NewReader(p.Body))
	if err != nil {
		return nil
	}
	return element{root}.find(tag, class)
}

// find lists the elements below of a tag that have a class, "" any, in the order of the page.
func (e element) find(tag, class string) (out []element) {
	for n := range e.Descendants() {
		x := element{n}
		if n.Type == html.ElementNode && n.Data == tag && (class == "" || strings.Contains(" "+x.attr("class")+" ", " "+class+" ")) {
			out = append(out, x)
		}
	}
	return out
}

func (e element) attr(name string) string {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what is read, its spaces as one.
func (e element) text() string {
	var b strings.Builder
	for n := range e.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
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

// askWithCards puts question n of a quiz to a class with cards: one photo with everybody who is there, whoever is not read
// entered by hand, and saved. A side that stands for no option is no answer.
func (w *week) askWithCards(title string, class, day, n, box int, seed uint64) {
	w.t.Helper()
	b, path := w.teacher(box), "/teach/paper/"+string(w.rooms[class])+"/ask?quiz="+string(w.quizzes[title])+"&n="+strconv.Itoa(n)
	page := w.is("the question for cards", b.Get(path))
	x, it := w.asked(page)
	seats, err := w.boxes[box].Store.Seats(learning.Box(), w.rooms[class])
	if err != nil {
		w.t.Fatal(err)
	}
	var cards []int
	child := map[int]int{}
	for _, seat := range seats {
		if i := w.childOf(seat.Person.ID); seat.Card > 0 && w.children[i].isHere(day) {
			cards, child[seat.Card] = append(cards, seat.Card), i
		}
	}
	photo, held := paperPhoto(seed, cards)
	page = w.is("the photo read", b.sendPhoto(page, photo))
	var options []string
	for _, li := range page.find("ul", "board-options")[0].find("span", "board-option") {
		options = append(options, li.text())
	}
	for _, card := range held {
		if card.Answer >= len(options) {
			continue
		}
		name := w.children[child[card.Card]].name
		for _, a := range page.find("a", "") { // who was not read stands below with a letter for each option
			if a.attr("aria-label") == name+": "+string(rune('A'+card.Answer)) && strings.Contains(a.attr("href"), "seen=") && w.unread(page, name) {
				page = w.is("entered by hand", b.Get(a.attr("href")))
				w.byHand++
				break
			}
		}
		d := deed{child: child[card.Card], day: day, kind: "answer", at: title, item: it.id, given: options[card.Answer], time: w.clock.at()}
		d.right = d.given == it.right
		for _, wrong := range it.wrong {
			if wrong.words == d.given {
				d.error = wrong.error
			}
		}
		w.deeds = append(w.deeds, d)
	}
	if x.id != "words" || len(options) != 3 {
		w.t.Fatalf("cards were asked %s with %q", it.id, options)
	}
	if saved := b.pressed(page, ""); !strings.Contains(saved.Body, "saved") {
		w.t.Fatalf("%d at %s: the cards are not saved\n%.600s", saved.Status, saved.URL, saved.main())
	}
	w.clock.pass(time.Minute)
}

// unread says that a child stands among those who were not read.
func (w *week) unread(p Page, name string) bool {
	for _, ul := range p.find("ul", "paper-children") {
		for _, b := range ul.find("bdi", "") {
			if b.text() == name {
				return true
			}
		}
	}
	return false
}

func (w *week) childOf(id learning.PersonID) int {
	for i, x := range w.ids {
		if x == id {
			return i
		}
	}
	w.t.Fatalf("%s is no child of the week", id)
	return -1
}

// giveCards gives every child of a class an answer card.
func (w *week) giveCards(class, box int) {
	w.t.Helper()
	b, path := w.teacher(box), w.home(class)+"/paper/cards"
	w.is("cards given", b.Post(path, url.Values{"token": w.is("cards", b.Get(path)).Fields()["token"]}))
}
