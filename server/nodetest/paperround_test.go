package nodetest

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/paper"
	"lamplight/server/paper/papertest"
	"lamplight/server/store"
	"lamplight/server/web"
)

// A paperClass is a class of forty with a quiz of three questions, on a box of its own.
type paperClass struct {
	*Node
	class    learning.ClassID
	teacher  learning.PersonID
	learners []learning.PersonID
	quiz     learning.QuizID
	exercise content.ResourceID
}

const paperCourse = `---
kind: exercise
id: capitals
title: Which is it?
mastery: m_of_n 4/5
---

## choice half
? Which is the largest?
(x) one half
( ) one third
( ) one quarter

## truefalse eight
? Half of 8 is 4.
= true

## number sum
? How much is 12 - 7?
= 5
`

func openPaperClass(t testing.TB) *paperClass {
	t.Helper()
	ctx, box := context.Background(), learning.Box()
	p := &paperClass{Node: Start(t, Options{})}
	if _, err := p.Server.Claim(ctx, web.Claim{Code: p.Listening.Claim, School: "Lakeside", Language: "en", Name: "Head", Password: "lamp-light"}); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "capitals")
	for name, text := range map[string]string{
		"course.md": "---\nid: capitals\ntitle: Which is it\nlanguage: en\nlicence: CC0-1.0\n---\nFor paper.\n", "part/capitals.md": paperCourse,
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	report, err := p.Library.Import(ctx, []string{dir}, library.ImportOptions{})
	if err != nil || len(report.Courses) != 1 {
		t.Fatalf("importing: %v, refused %v", err, report.Refused)
	}
	course := report.Courses[0].ID
	p.exercise = content.NewResourceID(course, "capitals")
	if p.class, err = p.Store.AddClass(ctx, box, "Class 4", ""); err != nil {
		t.Fatal(err)
	}
	people := []store.NewPerson{{Role: learning.Teacher, Name: "Grace", Class: p.class}}
	for i := range 40 {
		people = append(people, store.NewPerson{Role: learning.Learner, Name: fmt.Sprintf("Learner %02d", i+1), Class: p.class})
	}
	ids, err := p.Store.AddPeople(ctx, box, people...)
	if err != nil {
		t.Fatal(err)
	}
	p.teacher, p.learners = ids[0], ids[1:]
	verifier, err := p.Auth.Verifier(ctx, learning.Password, "mango-river-7")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Store.SetSecrets(ctx, box, store.NewSecret{Person: p.teacher, Kind: learning.Password, Verifier: verifier}); err != nil {
		t.Fatal(err)
	}
	q := learning.Quiz{Class: p.class, Title: "Friday", State: learning.QuizOpen, Sections: []learning.QuizSection{{}}}
	for _, item := range []content.ItemID{"half", "eight", "sum"} {
		q.Sections[0].Questions = append(q.Sections[0].Questions, learning.QuizQuestion{Key: string(item), Course: course, Resource: p.exercise, Item: item})
	}
	if p.quiz, err = p.Store.SaveQuiz(ctx, learning.As(p.teacher), q); err != nil {
		t.Fatal(err)
	}
	return p
}

// photo is the class holding up the cards of these numbers.
func paperPhoto(seed uint64, cards []int) ([]byte, []papertest.Reading) {
	return papertest.Class(seed, cards, func(card int) papertest.Grid { return paper.Grid(card) }).Photo()
}

var (
	hrefs  = regexp.MustCompile(`href="([^"]+)"`)
	action = regexp.MustCompile(`action="([^"]+)"`)
)

// link is the first address on the page that holds all the words.
func (p Page) link(t testing.TB, words ...string) string {
	t.Helper()
next:
	for _, m := range append(hrefs.FindAllStringSubmatch(p.Body, -1), action.FindAllStringSubmatch(p.Body, -1)...) {
		at := unescape(m[1])
		for _, w := range words {
			if !strings.Contains(at, w) {
				continue next
			}
		}
		return at
	}
	t.Fatalf("%s has no link with %q", p.URL, words)
	return ""
}

// sendPhoto posts the page's form for photos, as a phone without a script does.
func (b *Browser) sendPhoto(p Page, photo []byte) Page {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("token", p.Fields().Get("token"))
	part, err := form.CreateFormFile("photo", "IMG_0001.jpg")
	if err != nil {
		b.t.Fatal(err)
	}
	part.Write(photo)
	form.Close()
	r, err := http.NewRequest(http.MethodPost, b.base+p.link(b.t, "/photo?"), &body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	text.ReadFrom(answer.Body)
	return Page{answer.StatusCode, answer.Header, text.String(), answer.Request.URL}
}

// pressed posts the form whose button is named, as it stands.
func (b *Browser) pressed(p Page, do string) Page {
	b.t.Helper()
	f := p.Fields()
	f.Del("do")
	if do != "" {
		f.Set("do", do)
	}
	return b.Post(p.link(b.t, "/ask?"), f)
}

// The whole round: cards for the class, the question, a photo in which some are not seen, one child by hand, a second photo
// that differs, the answers saved, and taken back.
func TestAClassAnswersWithCardsAndOnePhoto(t *testing.T) {
	c := openPaperClass(t)
	b := c.Browser()
	b.SignIn("Grace", "mango-river-7")
	home := b.Get("/teach/class/" + string(c.class) + "/paper")
	cards := b.Get(home.link(t, "/paper/cards"))
	cards = b.Post("/teach/class/"+string(c.class)+"/paper/cards", url.Values{"token": cards.Fields()["token"]})
	if n := strings.Count(cards.Body, `class="answer-card"`); cards.Status != http.StatusOK || n != 40 {
		t.Fatalf("%d: %d cards are on the page, want 40", cards.Status, n)
	}
	questions := b.Get(home.link(t, "/teach/paper/", "quiz="))
	ask := b.Get(questions.link(t, "/ask?", "n=1"))
	if !strings.Contains(ask.Body, "Which is the largest?") || strings.Count(ask.Body, "Learner ") < 40 {
		t.Fatalf("%d: the question and forty names are not on the page", ask.Status)
	}

	var seen []int
	for n := 1; n <= 37; n++ {
		seen = append(seen, n)
	}
	photo, want := paperPhoto(21, append(seen, 99))
	page := b.sendPhoto(ask, photo)
	answers, none := map[int]int{}, 0
	for _, w := range want {
		if w.Card == 99 {
			continue
		}
		if answers[w.Card] = w.Answer; w.Answer == 3 { // the question has three options
			none++
			delete(answers, w.Card)
		}
	}
	said := func(p Page, n int) {
		t.Helper()
		if words := fmt.Sprintf("%d of 40 have answered", n); p.Status != http.StatusOK || !strings.Contains(p.Body, words) {
			t.Errorf("%d at %s does not say %q", p.Status, p.URL, words)
		}
	}
	said(page, 37-none)
	if !strings.Contains(page.Body, "1 card in the photo belongs to nobody") || strings.Contains(page.Body, "<progress") {
		t.Error("the foreign card is not told, or bars are shown before they are asked for")
	}
	opened := b.Get(page.link(t, "/ask?", "open=1"))
	for i, letter := range []string{"A", "B", "C"} {
		n := 0
		for _, a := range answers {
			if a == i {
				n++
			}
		}
		if bar := fmt.Sprintf(`aria-label="%s"></progress>`, letter); n > 0 && !strings.Contains(opened.Body, bar) {
			t.Errorf("no bar for %s", letter)
		}
		if words := fmt.Sprintf("%d answers</span>", n); n > 1 && !strings.Contains(opened.Body, words) {
			t.Errorf("%d answered %s, which is not on the page", n, letter)
		}
	}

	// Learner 38 by hand, in one tap; a second photo has 39, 40 and a changed mind.
	byHand := hrefOf(t, page, `aria-label="Learner 38: B"`)
	page = b.Get(byHand)
	said(page, 37-none+1)
	for seed := uint64(31); ; seed++ {
		photo, want = paperPhoto(seed, []int{39, 40, 1})
		if want[0].Answer < 3 && want[1].Answer < 3 && answers[1] != want[2].Answer {
			break
		}
	}
	page = b.sendPhoto(page, photo)
	said(page, 37-none+3)
	if _, had := answers[1]; had && !strings.Contains(page.Body, "The photos differ") {
		t.Error("two photos differ about learner 1 and the page says nothing")
	}
	answers[38], answers[39], answers[40] = 1, want[0].Answer, want[1].Answer
	page = b.pressed(page, "")
	if !strings.Contains(page.Body, "answers are saved") {
		t.Fatalf("%d at %s: not saved", page.Status, page.URL)
	}
	c.wantAnswers(t, answers)
	again := b.pressed(page, "") // pressed once more: the same, not twice
	c.wantAnswers(t, answers)
	if page = b.pressed(again, "undo"); !strings.Contains(page.Body, "taken back") {
		t.Errorf("%d at %s: nothing is taken back", page.Status, page.URL)
	}
	c.wantAnswers(t, nil)
	if left, _ := filepath.Glob(filepath.Join(c.Dir(), "*", "photo-*")); len(left) > 0 {
		t.Errorf("photos are left: %v", left)
	}
}

// hrefOf is the address of the link that has an attribute.
func hrefOf(t testing.TB, p Page, attribute string) string {
	t.Helper()
	for _, tag := range strings.Split(p.Body, "<a ") {
		tag, _, _ = strings.Cut(tag, ">")
		if m := hrefs.FindStringSubmatch(tag); m != nil && strings.Contains(tag, attribute) {
			return unescape(m[1])
		}
	}
	t.Fatalf("%s has no link with %s", p.URL, attribute)
	return ""
}

// wantAnswers compares the first question's answers of everybody with what the cards said.
func (c *paperClass) wantAnswers(t *testing.T, want map[int]int) {
	t.Helper()
	box := learning.Box()
	seats, err := c.Store.Seats(box, c.class)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Store.SetQuizState(context.Background(), box, c.quiz, learning.QuizClosed); err != nil {
		t.Fatal(err)
	}
	defer c.Store.SetQuizState(context.Background(), box, c.quiz, learning.QuizOpen)
	for _, seat := range seats {
		set, err := c.Store.Sitting(box, seat.Person.ID, c.quiz)
		answer, has := want[seat.Card]
		if err != nil {
			if has {
				t.Errorf("%s: %v", seat.Person.Name, err)
			}
			continue
		}
		now := set.Now()
		if now == nil || len(now.Answers) == 0 {
			if has {
				t.Errorf("%s has no answer, want %d", seat.Person.Name, answer)
			}
			continue
		}
		a := now.Answers["half"]
		if !has || now.Kept != 1 {
			t.Errorf("%s has %d answers, want %v", seat.Person.Name, now.Kept, has)
		}
		if a.Given == "" || a.Correct != (c.rightOption(t, a.Seed) == answer) {
			t.Errorf("%s answered %+v, the card said %d", seat.Person.Name, a, answer)
		}
	}
}

// rightOption is the place of the right option in a variant of the first question.
func (c *paperClass) rightOption(t *testing.T, seed uint64) int {
	t.Helper()
	v := drawn(t, c.Node, c.exercise, "half", seed)
	for i, o := range v.Item.Options {
		if o.Right {
			return i
		}
	}
	t.Fatal("no option is right")
	return -1
}

func drawn(t testing.TB, n *Node, exercise content.ResourceID, item content.ItemID, seed uint64) marking.Variant {
	t.Helper()
	courses, err := n.Library.Resource(exercise)
	if err != nil || len(courses) == 0 {
		t.Fatalf("%s is nowhere: %v", exercise, err)
	}
	reader, release, err := n.Library.Reader(courses[0])
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	x, err := reader.(content.ExerciseReader).Exercise(exercise)
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range x.Items {
		if it.ID == item {
			v, err := marking.Draw(it, seed)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatalf("%s has no item %s", exercise, item)
	return marking.Variant{}
}

// A worksheet is the same for ever, its versions differ, the key knows what is right, and marks entered from it are kept.
func TestMarksFromAWorksheetAreEnteredInOneGrid(t *testing.T) {
	c := openPaperClass(t)
	b := c.Browser()
	b.SignIn("Grace", "mango-river-7")
	at := "/teach/paper/" + string(c.class) + "?quiz=" + string(c.quiz)
	page := b.Get(at)
	sheetA := page.link(t, "/sheet?", "kind=worksheet", "version=A")
	one, two := b.Get(sheetA), b.Get(sheetA)
	if one.Status != http.StatusOK || bodyOf(one) != bodyOf(two) {
		t.Errorf("%d: the same sheet printed twice differs", one.Status)
	}
	for set := 1; set <= 8; set++ { // three options stand in the same order once in six times, by chance
		a := b.Get(fmt.Sprintf("/teach/paper/%s/sheet?quiz=%s&set=%d&version=A", c.class, c.quiz, set))
		other := b.Get(fmt.Sprintf("/teach/paper/%s/sheet?quiz=%s&set=%d&version=B", c.class, c.quiz, set))
		if bodyOf(a) == bodyOf(other) {
			t.Errorf("versions A and B of set %d are the same", set)
		}
	}
	key := b.Get(page.link(t, "/sheet?", "kind=key", "version=A"))
	if !strings.Contains(key.Body, "one half") || strings.Count(key.Body, "Right: ") != 3 {
		t.Error("the key does not tell three right answers")
	}
	if strings.Contains(one.Body, "Right: ") {
		t.Error("the worksheet tells what is right")
	}
	answers := b.Get(page.link(t, "/sheet?", "kind=answers"))
	if n := strings.Count(answers.Body, `class="answer-sheet"`); n != 40 {
		t.Errorf("%d answer sheets, want 40", n)
	}

	grid := b.Get(page.link(t, "/marks?"))
	f := grid.Fields()
	field := func(learner, n int) string { return fmt.Sprintf("m.%s.%d", c.learners[learner], n) }
	f.Set(field(0, 1), "z") // no such letter
	f.Set(field(0, 2), "A")
	bad := b.Post("/teach/paper/"+string(c.class)+"/marks?quiz="+string(c.quiz), f)
	if bad.Status != http.StatusBadRequest || !strings.Contains(bad.Body, "1 cell could not be read") || bad.Fields().Get(field(0, 2)) != "A" {
		t.Errorf("%d: a cell that cannot be read is not shown with the others", bad.Status)
	}
	right := map[bool]string{}
	v := drawn(t, c.Node, c.exercise, "half", seedOn(t, c, b))
	for i, o := range v.Item.Options {
		right[o.Right] = string(rune('a' + i))
	}
	f.Set(field(0, 1), right[true])
	f.Set(field(0, 3), "1")
	f.Set(field(1, 1), right[false])
	f.Set(field(1, 2), "b")
	f.Set(field(1, 3), "/")
	f.Set("over", "1")
	saved := b.Post("/teach/paper/"+string(c.class)+"/marks?quiz="+string(c.quiz), f)
	if saved.Status != http.StatusOK || !strings.Contains(saved.Body, "6 answers are saved") || strings.Count(saved.Body, "handed in</span>") != 2 {
		t.Errorf("%d at %s: six answers of two who hand in are not told", saved.Status, saved.URL)
	}
	for i, want := range []struct {
		right int
		score content.Score
	}{{3, 10000}, {0, 1666}} {
		s, err := c.Store.Sitting(learning.As(c.teacher), c.learners[i], c.quiz)
		if err != nil || !s.Now().HandedIn || s.Now().Right != want.right || s.Now().Score != want.score {
			t.Errorf("learner %d: %+v, %v; want %+v", i+1, s.Now(), err, want)
		}
	}
}

// seedOn is the seed of the first question on version A, as the attempts that are saved carry it.
func seedOn(t *testing.T, c *paperClass, b *Browser) uint64 {
	t.Helper()
	key := b.Get(fmt.Sprintf("/teach/paper/%s/sheet?quiz=%s&kind=key&version=A", c.class, c.quiz))
	options := regexp.MustCompile(`(?s)<b class="letter">[ABC]</b>\s*(.*?)</li>`).FindAllStringSubmatch(key.Body, 3)
	for seed := uint64(1); seed < 1000; seed++ {
		v, same := drawn(t, c.Node, c.exercise, "half", seed), len(options) == 3
		for i := range options {
			same = same && strings.Contains(options[i][1], v.Item.Options[i].Text)
		}
		if same {
			return seed // any with the same order will do
		}
	}
	t.Fatalf("no seed gives the order on the key: %v", options)
	return 0
}

// bodyOf is the sheet without what changes with each page.
func bodyOf(p Page) string {
	_, body, _ := strings.Cut(p.Body, `class="sheet-head"`)
	body, _, _ = strings.Cut(body, "</main>")
	return strings.ReplaceAll(strings.ReplaceAll(body, "Worksheet A", ""), "Worksheet B", "")
}

// Who teaches another class finds none of it, and a photo without the form's token is refused.
func TestPaperIsForTheTeachersOfTheClass(t *testing.T) {
	c := openPaperClass(t)
	ctx, box := context.Background(), learning.Box()
	other, err := c.Store.AddClass(ctx, box, "Class 5", "")
	if err != nil {
		t.Fatal(err)
	}
	ids, err := c.Store.AddPeople(ctx, box, store.NewPerson{Role: learning.Teacher, Name: "Joel", Class: other})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := c.Auth.Verifier(ctx, learning.Password, "other-river-9")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Store.SetSecrets(ctx, box, store.NewSecret{Person: ids[0], Kind: learning.Password, Verifier: verifier}); err != nil {
		t.Fatal(err)
	}
	b := c.Browser()
	b.SignIn("Joel", "other-river-9")
	q := "?quiz=" + string(c.quiz)
	for _, path := range []string{"/teach/class/" + string(c.class) + "/paper", "/teach/class/" + string(c.class) + "/paper/cards", "/teach/paper/" + string(c.class) + q, "/teach/paper/" + string(c.class) + "/ask" + q + "&n=1", "/teach/paper/" + string(c.class) + "/marks" + q, "/teach/paper/" + string(c.class) + "/sheet" + q, "/teach/paper/" + string(other) + q} {
		if p := b.Get(path); p.Status != http.StatusNotFound {
			t.Errorf("another teacher gets %d at %s, want not found", p.Status, path)
		}
	}
	own := c.Browser()
	own.SignIn("Grace", "mango-river-7")
	ask := own.Get("/teach/class/" + string(c.class) + "/paper/cards")
	own.Post("/teach/class/"+string(c.class)+"/paper/cards", url.Values{"token": ask.Fields()["token"]})
	ask = own.Get("/teach/paper/" + string(c.class) + "/ask" + q + "&n=1")
	ask.Body = strings.ReplaceAll(ask.Body, `name="token" value="`, `name="token" value="x`)
	photo, _ := paperPhoto(5, []int{1})
	if p := own.sendPhoto(ask, photo); p.Status != http.StatusForbidden {
		t.Errorf("a photo with a wrong token gets %d, want forbidden", p.Status)
	}
	ask = own.Get("/teach/paper/" + string(c.class) + "/ask" + q + "&n=1")
	if p := own.sendPhoto(ask, []byte("no photo at all")); p.Status != http.StatusOK || !strings.Contains(p.Body, "no photo that the box can read") {
		t.Errorf("a file that is no photo gets %d at %s", p.Status, p.URL)
	}
	if p := own.sendPhoto(ask, bytes.Repeat([]byte("x"), paper.MaxPhoto+1<<20)); p.Status != http.StatusOK || !strings.Contains(p.Body, "too large") {
		t.Errorf("a file that is too large gets %d at %s", p.Status, p.URL)
	}
}
