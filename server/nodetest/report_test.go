package nodetest

import (
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// A tally is what a test made one learner do: the oracle that reports are held to.
type tally struct {
	name            string
	answers, right  int // of the exercise
	quiz, quizRight int
	handed          bool
}

// A reported is a class with work whose every number is known.
type reported struct {
	*day
	quiz   learning.QuizID
	tallys map[learning.PersonID]*tally
	item   asked // of the exercise that was practised
}

// newReported has n learners: learner i answers i+1 times, right but for every third; sits a quiz of three, with the first
// i%4 right, and hands in, but for the last, over whom it is closed.
func newReported(t *testing.T, n int) *reported {
	d := &reported{day: newDay(t), tallys: map[learning.PersonID]*tally{}}
	d.quiz, d.item = d.day.quiz(3, nil), d.items[0]
	ctx, s := context.Background(), d.Store
	var people []store.NewPerson
	for i := range n {
		people = append(people, store.NewPerson{Role: learning.Learner, Name: fmt.Sprintf("Learner %02d", i+1), Class: d.class})
	}
	ids, err := s.AddPeople(ctx, learning.Box(), people...)
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		y := &tally{name: people[i].Name}
		d.tallys[id] = y
		for k := range i + 1 {
			d.practise(id, k, k%3 != 2 && i%8 != 3, y)
		}
		d.sit(id, i%4, i < n-1, y)
	}
	if err := s.SetQuizState(ctx, learning.Box(), d.quiz, learning.QuizClosed); err != nil {
		t.Fatal(err)
	}
	return d
}

// answered is an attempt with a response to an item, right or wrong.
func (d *reported) answered(item content.Item, seed uint64, right bool) learning.Attempt {
	d.t.Helper()
	v, err := marking.Draw(item, seed)
	if err != nil {
		d.t.Fatal(err)
	}
	r, err := marking.Mark(v, response(v, right))
	if err != nil || r.Correct != right {
		d.t.Fatalf("marking: %+v, %v", r, err)
	}
	return learning.Attempt{ID: learning.NewAttemptID(), Course: d.course, Type: item.Type, Seed: seed, Given: r.Given, Score: r.Score, Correct: r.Correct, Error: r.Error, Tenths: 100}
}

func (d *reported) practise(id learning.PersonID, n int, right bool, y *tally) {
	a := d.answered(d.item.item, uint64(n+1), right)
	a.Resource, a.Item, a.Skill, a.Criterion = d.item.resource, d.item.item.ID, "report-skill", content.Criterion{Type: "m_of_n", M: 4, N: 5}
	if _, err := d.Store.RecordAttempt(context.Background(), learning.As(id), a); err != nil {
		d.t.Fatal(err)
	}
	y.answers++
	if right {
		y.right++
	}
}

func (d *reported) sit(id learning.PersonID, rights int, hand bool, y *tally) {
	ctx, who := context.Background(), learning.As(id)
	if _, err := d.Store.BeginQuiz(ctx, who, d.quiz); err != nil {
		d.t.Fatal(err)
	}
	q, err := d.Store.Quiz(who, d.quiz)
	if err != nil {
		d.t.Fatal(err)
	}
	for i, x := range q.Sections[0].Questions {
		a := d.answered(d.items[i%len(d.items)].item, x.Seed, i < rights)
		a.Quiz, a.Try, a.Item = d.quiz, 1, content.ItemID(x.Key)
		if _, err := d.Store.AnswerQuiz(ctx, who, a); err != nil {
			d.t.Fatal(err)
		}
		y.quiz++
		if i < rights {
			y.quizRight++
		}
	}
	if hand {
		if _, err := d.Store.HandIn(ctx, who, d.quiz, 1); err != nil {
			d.t.Fatal(err)
		}
	}
	y.handed = hand
}

// table reads a report's first table as the file it is saved as, its rows by the first cell.
func (b *Browser) table(path string) map[string]map[string]string {
	b.t.Helper()
	p := b.Get(path + "?format=csv&bom=no")
	r := csv.NewReader(strings.NewReader(p.Body))
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil || p.Status != 200 || len(all) < 2 {
		b.t.Fatalf("%s: %d, %v, %d lines: %.300s", path, p.Status, err, len(all), p.Body)
	}
	if len(all[0]) == 1 { // a title: of several tables the first
		all = all[1:]
	}
	out := map[string]map[string]string{}
	for _, line := range all[1:] {
		if len(line) != len(all[0]) {
			break
		}
		row := map[string]string{}
		for i, head := range all[0] {
			if _, twice := row[head]; !twice {
				row[head] = line[i]
			}
		}
		out[line[0]] = row
	}
	return out
}

func share(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return strconv.Itoa((200*part + whole) / (2 * whole))
}

func TestEveryNumberOfAReportIsThatOfTheAnswers(t *testing.T) {
	d := newReported(t, 8)
	okello := d.Browser()
	okello.SignIn("Okello", "lamp-light")
	base := "/teach/class/" + string(d.class) + "/report"
	learners, sat := okello.table(base), okello.table(base+"/quiz/"+string(d.quiz))
	work := okello.table(base + "/resource/" + string(d.item.resource))
	sum := tally{}
	for _, y := range d.tallys {
		got := learners[y.name]
		if want := strconv.Itoa(y.answers + y.quiz); got["Answers"] != want || got["Share right"] != share(y.right+y.quizRight, y.answers+y.quiz) {
			t.Errorf("%s answered %s, %s%% right, want %s, %s%%", y.name, got["Answers"], got["Share right"], want, share(y.right+y.quizRight, y.answers+y.quiz))
		}
		if got := work[y.name]; got["Answers"] != strconv.Itoa(y.answers) || got["Share right"] != share(y.right, y.answers) {
			t.Errorf("%s at the exercise: %v", y.name, got)
		}
		state := map[bool]string{true: "Handed in", false: "Closed, not handed in"}[y.handed]
		if got := sat[y.name]; got["State"] != state || got["Answered"] != "3" || got["Questions"] != "3" || got["Right"] != strconv.Itoa(y.quizRight) || got["Score"] != share(y.quizRight, 3) {
			t.Errorf("%s at the quiz: %v, want %s with %d of 3", y.name, got, state, y.quizRight)
		}
		sum.answers, sum.right = sum.answers+y.answers+y.quiz, sum.right+y.right+y.quizRight
	}
	if got := learners["Together"]; got["Answers"] != strconv.Itoa(sum.answers) || got["Share right"] != share(sum.right, sum.answers) {
		t.Errorf("together %v, want %d answers", got, sum.answers)
	}
	reads(t, "the class", okello.Get("/teach/class/"+string(d.class)), 200, "Finished something today", "Friday quiz", "Not here today")
	d.questions(okello, base)
	d.papers(okello, base)
}

// questions holds each question's counts to the oracle: question i was right for who has more than i right.
func (d *reported) questions(b *Browser, base string) {
	q, err := d.Store.Quiz(learning.Box(), d.quiz)
	if err != nil {
		d.t.Fatal(err)
	}
	for i, x := range q.Sections[0].Questions {
		right := 0
		for _, y := range d.tallys {
			if y.quizRight > i {
				right++
			}
		}
		p := b.Get(base + "/quiz/" + string(d.quiz) + "/question/" + url.PathEscape(x.Key))
		reads(d.t, "question "+x.Key, p, 200, fmt.Sprintf("%d of %d right", right, len(d.tallys)), "What they answered", "Learner 01")
	}
	reads(d.t, "the quiz", b.Get(base+"/quiz/"+string(d.quiz)), 200, "Questions, the hardest first", "8 learners counted.", "Save for Excel")
	reads(d.t, "all quizzes", b.Get(base+"/quizzes"), 200, "Friday quiz", "Closed")
}

// papers looks at a learner's paper: the item is the very one they had.
func (d *reported) papers(b *Browser, base string) {
	for _, id := range slices.Sorted(maps.Keys(d.tallys))[:2] {
		y := d.tallys[id]
		p := b.Get(base + "/quiz/" + string(d.quiz) + "/learner/" + string(id))
		reads(d.t, y.name+"'s paper", p, 200, y.name, fmt.Sprintf("%d of 3 right", y.quizRight))
		reads(d.t, y.name+"'s history", b.Get("/teach/learner/"+string(id)+"/history/"+string(d.item.resource)), 200, "All answers of "+y.name)
		reads(d.t, y.name+"'s evidence", b.Get("/teach/learner/"+string(id)+"/skill?skill=report-skill"), 200, "All answers of "+y.name)
	}
}

func TestATeacherSeesNothingOfAnothersClass(t *testing.T) {
	d := newReported(t, 8)
	ctx, box := context.Background(), learning.Box()
	mine := d.class
	other, err := d.Store.AddClass(ctx, box, "Class 9", "")
	if err != nil {
		t.Fatal(err)
	}
	okello := d.Browser()
	okello.SignIn("Okello", "lamp-light")
	people, err := d.Store.People(box, store.PeopleFilter{Role: learning.Teacher})
	if err != nil || len(people) != 1 {
		t.Fatalf("teachers %v, %v", people, err)
	}
	q, _ := d.Store.Quiz(box, d.quiz)
	child := slices.Sorted(maps.Keys(d.tallys))[0]
	pages := []string{"", "/resources", "/resource/" + string(d.item.resource), "/lessons", "/quizzes", "/quiz/" + string(d.quiz), "/quiz/" + string(d.quiz) + "/question/" + q.Sections[0].Questions[0].Key, "/quiz/" + string(d.quiz) + "/learner/" + string(child), "/skills", "?format=xlsx"}
	for _, path := range pages {
		reads(t, "their teacher", okello.Get("/teach/class/"+string(mine)+"/report"+path), 200)
		reads(t, "Amina", d.amina.Get("/teach/class/"+string(mine)+"/report"+path), 404)
		if strings.HasPrefix(path, "/quiz/") { // a quiz of one class is not found in another
			reads(t, "through another class", okello.Get("/teach/class/"+string(other)+"/report"+path), 404)
		}
	}
	if err := d.Store.Unenrol(ctx, box, mine, people[0].ID); err != nil {
		t.Fatal(err)
	}
	for _, path := range append(pages, "/../") {
		if path != "/../" {
			reads(t, "a teacher of no class", okello.Get("/teach/class/"+string(mine)+"/report"+path), 404)
		}
	}
	for _, path := range []string{"", "/history/" + string(d.item.resource), "/skill?skill=report-skill"} {
		reads(t, "a teacher of no class", okello.Get("/teach/learner/"+string(child)+path), 404)
	}
}

func TestAGroupIsMadeOfWhoCannotYetAndTakenBack(t *testing.T) {
	d := newReported(t, 8)
	okello, grace := d.Browser(), d.Browser()
	okello.SignIn("Okello", "lamp-light")
	grace.SignIn("Grace", "lamp-light")
	path := "/teach/class/" + string(d.class) + "/report/skills"
	p := okello.Get(path)
	reads(t, "the map", p, 200, "report-skill", "Nearly", "Not yet", "Make a group of")
	m, err := d.Store.SkillMap(learning.Box(), d.class)
	if err != nil {
		t.Fatal(err)
	}
	k, weak := slices.Index(m.Skills, "report-skill"), 0
	for i := range m.Learners {
		if m.Of(i)[k] == learning.NotYet {
			weak++
		}
	}
	if weak == 0 {
		t.Fatal("nobody is weak: the test shows nothing")
	}
	token := p.Fields().Get("token")
	p = okello.Post(path, url.Values{"token": {token}, "do": {"group"}, "skill": {"report-skill"}})
	reads(t, "a group was made", p, 200, "Help with report-skill", "Undo")
	groups, err := d.Store.Groups(learning.Box(), d.class)
	if err != nil || len(groups) != 1 {
		t.Fatalf("groups %v, %v", groups, err)
	}
	_, in, err := d.Store.ClassRoster(learning.Box(), groups[0].ID)
	if err != nil || len(in) != weak {
		t.Errorf("%d in the group, want %d: %v", len(in), weak, err)
	}
	p = okello.Post(path, url.Values{"token": {token}, "do": {"undo-group"}, "group": {string(groups[0].ID)}})
	reads(t, "taken back", p, 200, "report-skill")
	if groups, _ = d.Store.Groups(learning.Box(), d.class); len(groups) != 0 {
		t.Errorf("groups left: %v", groups)
	}
	child := m.Learners[0].ID
	reads(t, "a learner's page", okello.Get("/teach/learner/"+string(child)), 200, m.Learners[0].Name)
	if p := okello.Get("/teach/learner/" + string(child)); strings.Contains(p.Body, "Who looked") {
		t.Error("a teacher sees who looked at a page")
	}
	reads(t, "a learner's page, to an administrator", grace.Get("/teach/learner/"+string(child)), 200, "Who looked at this page", "Okello")
}
