package store

import (
	"errors"
	"io/fs"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
)

func (v *village) quizOnPaper(t *testing.T, state string) learning.QuizID {
	t.Helper()
	return must[learning.QuizID](t)(v.store.SaveQuiz(ctx, learning.As(v.teacher), learning.Quiz{
		Class: v.first, Title: "Fractions", State: state,
		Sections: []learning.QuizSection{{Questions: []learning.QuizQuestion{
			{Key: "a", Course: content.NewCourseID("a", "b"), Resource: v.exercise, Item: "i", Seed: 0},
			{Key: "b", Course: content.NewCourseID("a", "b"), Resource: v.exercise, Item: "k", Seed: 5},
		}}},
	}))
}

func paperAnswer(who learning.PersonID, q learning.QuizID, id, key string, right bool) learning.Attempt {
	return learning.Attempt{
		ID: learning.AttemptID(id), Learner: who, Quiz: q, Item: content.ItemID(key), Type: content.Choice, Given: "k", Seed: 77,
		Correct: right, Score: content.Score(boolBit(right)) * content.FullScore,
	}
}

func TestCardsAreGivenOnceAndKept(t *testing.T) {
	v := newVillage(t)
	teacher := learning.As(v.teacher)
	if left := must[int](t)(v.store.GiveCards(ctx, teacher, v.first, 1)); left != 1 {
		t.Errorf("%d are left without one of one card, want 1", left)
	}
	must[int](t)(v.store.GiveCards(ctx, teacher, v.first, 100))
	cards := func() map[learning.PersonID]int {
		out := map[learning.PersonID]int{}
		for _, s := range must[[]Seat](t)(v.store.Seats(teacher, v.first)) {
			out[s.Person.ID] = s.Card
		}
		return out
	}
	if got := cards(); len(got) != 2 || got[v.ada] != 1 || got[v.musa] != 2 {
		t.Fatalf("cards %v, want Ada 1, Musa 2, nobody else", got)
	}
	ids := must[[]learning.PersonID](t)(v.store.AddPeople(ctx, teacher, NewPerson{Role: learning.Learner, Name: "Aaron", Class: v.first}))
	must[int](t)(v.store.GiveCards(ctx, teacher, v.first, 100))
	if got := cards(); got[ids[0]] != 3 || got[v.ada] != 1 {
		t.Errorf("cards %v: a printed card keeps its holder, whoever comes", got)
	}
	// Two boxes give the same number before they meet.
	b := newMemLog(t, "B")
	b.receive(v.memLog, 100)
	here := must[[]learning.PersonID](t)(v.store.AddPeople(ctx, box, NewPerson{Role: learning.Learner, Name: "Here", Class: v.first}))[0]
	there := must[[]learning.PersonID](t)(b.store.AddPeople(ctx, box, NewPerson{Role: learning.Learner, Name: "There", Class: v.first}))[0]
	must[int](t)(v.store.GiveCards(ctx, box, v.first, 100))
	must[int](t)(b.store.GiveCards(ctx, box, v.first, 100))
	v.receive(b, 100)
	b.receive(v.memLog, 100)
	if got := cards(); got[min(here, there)] != 4 || got[max(here, there)] != 0 {
		t.Errorf("cards %v: of two with number 4 the lower id %s keeps it", got, min(here, there))
	}
}

func TestAnswersOnPaperCountInTheQuizAndCanBeTakenBack(t *testing.T) {
	v := newVillage(t)
	teacher := learning.As(v.teacher)
	q := v.quizOnPaper(t, learning.QuizClosed)
	record := func(p Paper) []learning.PersonID {
		t.Helper()
		p.Class = v.first
		return must[[]learning.PersonID](t)(v.store.RecordPaper(ctx, teacher, p))
	}
	right := func() (out []int) {
		for _, id := range []learning.PersonID{v.ada, v.musa} {
			n := 0
			s := must[learning.Sitting](t)(v.store.Sitting(learning.As(v.admin), id, q))
			for _, y := range s.Tries {
				n += 10*len(y.Answers) + y.Right
			}
			out = append(out, n)
		}
		return out
	}
	record(Paper{Attempts: []learning.Attempt{paperAnswer(v.ada, q, "p.1", "a", true), paperAnswer(v.musa, q, "p.2", "a", false)}})
	record(Paper{Attempts: []learning.Attempt{paperAnswer(v.ada, q, "p.1", "a", true)}}) // posted twice
	if got := right(); got[0] != 11 || got[1] != 10 {
		t.Fatalf("Ada and Musa have %v, want one answer each, Ada's right", got)
	}
	record(Paper{Back: []learning.Retraction{{Learner: v.ada, ID: "p.1"}}, Attempts: []learning.Attempt{paperAnswer(v.ada, q, "p.3", "b", true)}})
	if s := must[learning.Sitting](t)(v.store.Sitting(teacher, v.ada, q)); s.Now().Has("a") || !s.Now().Has("b") {
		t.Errorf("Ada's answers are %v, want b alone", s.Now().Answers)
	}
	record(Paper{Back: []learning.Retraction{{Learner: v.ada, ID: "p.3"}, {Learner: v.musa, ID: "p.2"}}})
	if s := must[learning.Sitting](t)(v.store.Sitting(teacher, v.musa, q)); s.Now() != nil {
		t.Errorf("Musa's try %+v stays after its answer was taken back", s.Now())
	}
	// Handed in, nothing more is taken.
	record(Paper{Attempts: []learning.Attempt{paperAnswer(v.ada, q, "p.5", "a", true), paperAnswer(v.ada, q, "p.6", "b", true)}, Over: true})
	if s := must[learning.Sitting](t)(v.store.Sitting(teacher, v.ada, q)); !s.Now().HandedIn || s.Now().Right != 2 || s.Now().Late != 0 {
		t.Errorf("Ada's try %+v, want handed in with two right", s.Now())
	}
	if late := record(Paper{Attempts: []learning.Attempt{paperAnswer(v.ada, q, "p.7", "a", false)}}); len(late) != 1 || late[0] != v.ada {
		t.Errorf("late %v, want Ada", late)
	}
}

// Whichever of an answer and its taking back comes first, all boxes hold the same (newMemLog's cleanup replays the log, too).
func TestAnAnswerTakenBackStaysSoInAnyOrder(t *testing.T) {
	v := newVillage(t)
	at := v.attempt(v.ada, "p.1", true)
	at.By = v.teacher
	back := learning.Retraction{Learner: v.ada, ID: "p.1", By: v.teacher}
	var hashes [][32]byte
	for _, order := range [][]int{{0, 1, 2}, {1, 0, 2}, {2, 1, 0}} {
		l := newMemLog(t, "B")
		l.receive(v.memLog, 100)
		for _, i := range order {
			d := []learning.Draft{at.Drafts(testSchool)[0], back.Draft(testSchool), at.Drafts(testSchool)[0]}[i]
			e := eventOf(d)
			e.Lamport, e.Seq = uint64(5000+i), uint64(100+i)
			if err := l.store.Apply(l.kv, e); err != nil {
				t.Fatal(err)
			}
		}
		if p := must[[]learning.Progress](t)(l.store.ProgressOf(box, v.ada)); len(p) != 1 || p[0].Attempts != 0 {
			t.Errorf("order %v: %+v, want nothing counted", order, p)
		}
		h := l.kv.hash(l.store.Buckets())
		hashes = append(hashes, [32]byte([]byte(h)[:32]))
	}
	for i := range hashes {
		if hashes[i] != hashes[0] {
			t.Errorf("order %d leaves other folds", i)
		}
	}
}

func TestNobodyButTheTeachersOfAClassEntersPaperForIt(t *testing.T) {
	v := newVillage(t)
	q := v.quizOnPaper(t, learning.QuizOpen)
	actors := []learning.Actor{box, learning.As(v.admin), learning.As(v.teacher), learning.As(v.other), learning.As(v.ada), learning.As(v.officer), {}, learning.As(v.gone)}
	for what, c := range map[string]struct {
		want string
		ask  func(a learning.Actor) error
	}{
		"Seats":     {"yyynpnnn", func(a learning.Actor) error { _, err := v.store.Seats(a, v.first); return err }},
		"GiveCards": {"yyynpnnn", func(a learning.Actor) error { _, err := v.store.GiveCards(ctx, a, v.first, 9); return err }},
		"RecordPaper": {"yyynpnnn", func(a learning.Actor) error {
			_, err := v.store.RecordPaper(ctx, a, Paper{Class: v.first, Attempts: []learning.Attempt{paperAnswer(v.ada, q, "p.1", "a", true)}})
			return err
		}},
		"RecordPaper of another class": {"nnnnpnnn", func(a learning.Actor) error {
			_, err := v.store.RecordPaper(ctx, a, Paper{Class: v.first, Attempts: []learning.Attempt{paperAnswer(v.lin, q, "p.2", "a", true)}})
			return err
		}},
		"RecordPaper of a question it has not": {"iiinpnnn", func(a learning.Actor) error {
			_, err := v.store.RecordPaper(ctx, a, Paper{Class: v.first, Attempts: []learning.Attempt{paperAnswer(v.ada, q, "p.3", "z", true)}})
			return err
		}},
	} {
		got := ""
		for _, a := range actors {
			got += verdict(c.ask(a))
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", what, got, c.want)
		}
	}
	// What a learner answered on a phone no teacher can take back, nor what is drafted be answered.
	must[Recorded](t)(v.store.RecordAttempt(ctx, learning.As(v.ada), v.attempt(v.ada, "own.1", true)))
	must[[]learning.PersonID](t)(v.store.RecordPaper(ctx, learning.As(v.teacher), Paper{Class: v.first, Back: []learning.Retraction{{Learner: v.ada, ID: "own.1"}}}))
	if p := must[learning.ExerciseState](t)(v.store.ExerciseState(learning.As(v.ada), v.ada, v.exercise)); len(p.Dots) != 1 {
		t.Errorf("Ada's own answer is gone: %+v", p)
	}
	draft := v.quizOnPaper(t, learning.QuizDraft)
	if _, err := v.store.RecordPaper(ctx, learning.As(v.teacher), Paper{Class: v.first, Attempts: []learning.Attempt{paperAnswer(v.ada, draft, "p.9", "a", true)}}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a draft is answered: %v", err)
	}
}
