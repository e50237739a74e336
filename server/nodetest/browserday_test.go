//go:build browser

package nodetest

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/locale"
)

// The walks of a learner's day go once for each look. Two widths, four scripts, with the box's script and without: each of
// them meets each walk of an exercise and a quiz somewhere. LAMPLIGHT_LOOK names the language of the only one to go.
var looks = []look{
	{Lang: "en", Width: 360, Height: 640, Script: true},
	{Lang: "ar", Width: 240, Height: 320},
	{Lang: "hi", Width: 360, Height: 640},
	{Lang: "zh", Width: 240, Height: 320, Script: true},
}

// A look is a phone and whose it is: a learner a walk, so that none counts what another did.
type look struct {
	Lang          string             `json:"lang"`
	Width, Height int                `json:"-"`
	Size          map[string]int     `json:"size"`
	Script        bool               `json:"script"`
	Shown         string             `json:"shown"` // the language its pages are in
	Exercise      content.ResourceID `json:"exercise"`
	Quiz          learning.QuizID    `json:"quiz"`
	Questions     int                `json:"questions"`
	Learners      map[string]walker  `json:"learners"`
}

// A walker is a learner as a walk signs them in.
type walker struct {
	ID   learning.PersonID `json:"id"`
	Name string            `json:"name"`
	PIN  string            `json:"pin"`
}

func TestBrowserWalksALearnersDay(t *testing.T) {
	s := openDay(t, Options{})
	for _, name := range []string{"ways", "practise", "quiz", "keys", "offline"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.walk(t, name)
		})
	}
}

// The mistakes book has a node of its own: days pass in its walk.
func TestBrowserWalksTheMistakesBook(t *testing.T) {
	w := &watch{}
	w.believed.Store(true)
	w.date.Store(time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC).Unix())
	s := openDay(t, Options{Wall: w, Clock: w})
	s.watch = w
	s.walk(t, "mistakes")
}

// openDay runs a node with the starter courses, learners for each look, and quizzes set for them.
func openDay(t *testing.T, o Options) *site {
	n := Start(t, o)
	s := &site{Node: n, told: map[string]any{}, out: openOutside(t)}
	s.addresses()
	school(t, n)
	s.told["people"] = s.addPeople(t)
	s.told["exercise"] = exercise(t, n)
	var all []look
	for i, l := range looks {
		if only := os.Getenv("LAMPLIGHT_LOOK"); only != "" && l.Lang != only {
			continue
		}
		title := "First numbers"
		if l.Lang == "ar" {
			title = "الأعداد الأولى"
		}
		l.Size = map[string]int{"width": l.Width, "height": l.Height}
		l.Shown = locale.Match(l.Lang)
		l.Learners = s.walkers(t, i, "practise", "quiz", "guest", "offline", "mistakes")
		l.Learners["keys"] = s.pictureWalker(t, i)
		l.Exercise, l.Questions = s.setQuiz(t, title, &l)
		all = append(all, l)
	}
	s.told["looks"] = all
	return s
}

// walkers adds a learner for each word.
func (s *site) walkers(t *testing.T, look int, words ...string) map[string]walker {
	t.Helper()
	ctx, box, out := context.Background(), learning.Box(), map[string]walker{}
	for i, word := range words {
		w := walker{Name: fmt.Sprintf("%s %s", []string{"Ada", "Bao", "Chi", "Dov"}[look], []string{"Mo", "Na", "Pi", "Ru", "Si"}[i]), PIN: fmt.Sprint(2400 + 10*look + i)}
		got, err := s.Store.AddPeople(ctx, box, store.NewPerson{Role: learning.Learner, Name: w.Name, Class: s.told["class"].(learning.ClassID), Tile: 20 + i})
		if err != nil {
			t.Fatal(err)
		}
		w.ID = got[0]
		v, err := s.Auth.Verifier(ctx, learning.PIN, w.PIN)
		if err == nil {
			err = s.Store.SetSecrets(ctx, box, store.NewSecret{Person: w.ID, Kind: learning.PIN, Verifier: v})
		}
		if err != nil {
			t.Fatal(err)
		}
		out[word] = w
	}
	return out
}

// pictureWalker signs in with pictures: nothing has to be typed.
func (s *site) pictureWalker(t *testing.T, look int) walker {
	t.Helper()
	ctx, box := context.Background(), learning.Box()
	w := walker{Name: []string{"Eno", "Fay", "Gil", "Hue"}[look]}
	got, err := s.Store.AddPeople(ctx, box, store.NewPerson{Role: learning.Learner, Name: w.Name, Class: s.told["class"].(learning.ClassID), Tile: 30 + look})
	if err != nil {
		t.Fatal(err)
	}
	w.ID = got[0]
	v, err := s.Auth.Verifier(ctx, learning.Picture, "0-1-2")
	if err == nil {
		err = s.Store.SetSecrets(ctx, box, store.NewSecret{Person: w.ID, Kind: learning.Picture, Verifier: v})
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// setQuiz makes a quiz of one question of each type in a course, in two sections, sets it for the look's learners, and
// gives an exercise of the same course beside the number of questions.
func (s *site) setQuiz(t *testing.T, title string, l *look) (content.ResourceID, int) {
	t.Helper()
	ctx, box := context.Background(), learning.Box()
	course, practice, questions := s.oneOfEach(t, title)
	half := (len(questions) + 1) / 2
	id, err := s.Store.SaveQuiz(ctx, box, learning.Quiz{
		Class: s.told["class"].(learning.ClassID), Title: "Friday quiz", State: learning.QuizOpen, Report: true, Minutes: 60,
		Sections: []learning.QuizSection{{Title: "Warm up", Questions: questions[:half]}, {Title: "Go on", About: "These take longer.", Questions: questions[half:]}},
	})
	if err != nil {
		t.Fatalf("a quiz of %s: %v", course, err)
	}
	l.Quiz = id
	for _, word := range []string{"quiz", "offline", "keys"} {
		if _, err := s.Store.Assign(ctx, box, learning.Assignment{Quiz: id, Learner: l.Learners[word].ID}); err != nil {
			t.Fatal(err)
		}
	}
	return practice, len(questions)
}

// oneOfEach finds a course, an exercise in it and one question of each type that it asks, in the order of types.
func (s *site) oneOfEach(t *testing.T, title string) (course content.CourseID, practice content.ResourceID, out []learning.QuizQuestion) {
	t.Helper()
	all := s.Library.Courses()
	i := slices.IndexFunc(all, func(c content.Course) bool { return c.Title == title })
	if i < 0 {
		t.Fatalf("no course is called %q", title)
	}
	course = all[i].ID
	reader, release, err := s.Library.Reader(course)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	types := map[content.ItemType]bool{}
	for _, n := range practices(t, reader, "") {
		ex, err := reader.(content.ExerciseReader).Exercise(n)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range ex.Items {
			if !types[it.Type] {
				types[it.Type] = true
				out = append(out, learning.QuizQuestion{Course: course, Resource: n, Item: it.ID, Seed: uint64(len(out) + 1)})
			}
		}
		if practice == "" {
			practice = n
		}
	}
	if len(out) < 6 {
		t.Fatalf("%s has questions of %d types only", title, len(out))
	}
	return course, practice, out
}

// practices are the exercises under a topic, in course order.
func practices(t *testing.T, reader content.Reader, parent content.ResourceID) (out []content.ResourceID) {
	t.Helper()
	nodes, _, err := reader.Children(parent, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		switch n.Kind {
		case content.Practice:
			out = append(out, n.ID)
		case content.Topic:
			out = append(out, practices(t, reader, n.ID)...)
		}
	}
	return out
}

// askOfDay answers what walks of a learner's day ask.
func (s *site) askOfDay(q question, a *answered) error {
	switch q.Ask {
	case "question":
		return s.quizQuestion(q, a)
	case "sitting":
		return s.sitting(q, a)
	case "mistakes":
		p, err := s.Store.Practice(learning.Box(), learning.PersonID(q.Person))
		if err != nil {
			return err
		}
		today := s.Store.Today()
		a.Mistakes, a.Mended = len(p.Mistakes(today)), p.Mended(today.Calendar)
		return nil
	case "days":
		d := time.Duration(q.N) * 24 * time.Hour
		s.watch.pass(d)
		s.watch.date.Add(int64(d / time.Second))
		return nil
	}
	return fmt.Errorf("a walk asked %q", q.Ask)
}

// quizQuestion tells the right answer to question N of a quiz as a learner meets it in their first try.
func (s *site) quizQuestion(q question, a *answered) error {
	quiz, err := s.Store.Quiz(learning.Box(), learning.QuizID(q.Quiz))
	if err != nil {
		return err
	}
	person, n := learning.PersonID(q.Person), q.N
	for _, section := range quiz.For(person) {
		for _, x := range section.Questions {
			if n--; n == 0 {
				return s.tellItem(a, x.Resource, x.Item, quiz.SeedFor(x, person, 1))
			}
		}
	}
	return fmt.Errorf("quiz %s has no question %d", q.Quiz, q.N)
}

// tellItem draws an item and tells what is right, and where there is one what is wrong.
func (s *site) tellItem(a *answered, resource content.ResourceID, item content.ItemID, seed uint64) error {
	courses, err := s.Library.Resource(resource)
	if err != nil {
		return err
	}
	reader, release, err := s.Library.Reader(courses[0])
	if err != nil {
		return err
	}
	defer release()
	e, err := reader.(content.ExerciseReader).Exercise(resource)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(e.Items, func(it content.Item) bool { return it.ID == item })
	if i < 0 {
		return fmt.Errorf("no item %q", item)
	}
	v, err := marking.Draw(e.Items[i], seed)
	if err != nil {
		return err
	}
	it := e.Items[i]
	a.Type, a.Right, a.Worked, a.Hints = it.Type, rightFields(v), it.Worked != "", len(it.Hints)
	a.Wrong = wrongFields(v, a.Right)
	return nil
}

// sitting tells what the record holds of a learner's last try at a quiz.
func (s *site) sitting(q question, a *answered) error {
	sat, err := s.Store.Sitting(learning.Box(), learning.PersonID(q.Person), learning.QuizID(q.Quiz))
	if err != nil {
		return err
	}
	a.Tries = len(sat.Tries)
	if now := sat.Now(); now != nil {
		a.Answered, a.HandedIn, a.RightOnes = len(now.Answers), now.HandedIn, now.Right
	}
	return nil
}
