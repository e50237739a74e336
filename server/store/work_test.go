package store

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// A workshop is a village with work: a lesson and an open quiz of the first class, the quiz set for it all, the lesson
// for a group that Ada alone is in; and a draft set for the class.
type workshop struct {
	*village
	quiz, draft learning.QuizID
	lesson      learning.LessonID
	group       learning.ClassID
}

func newWorkshop(t testing.TB) *workshop {
	w := &workshop{village: newVillage(t)}
	s := w.store
	q := quizOfThree(w.first)
	w.quiz = must[learning.QuizID](t)(s.SaveQuiz(ctx, box, q))
	q.State = learning.QuizDraft
	w.draft = must[learning.QuizID](t)(s.SaveQuiz(ctx, box, q))
	w.lesson = must[learning.LessonID](t)(s.SaveLesson(ctx, box, learning.Lesson{
		Class: w.first, Title: "Adding", Resources: []learning.Ref{{Resource: w.page}, {Resource: w.exercise}},
	}))
	w.group = must[learning.ClassID](t)(s.AddGroup(ctx, box, w.first, "Reds"))
	if err := s.Enrol(ctx, box, learning.Enrolment{Class: w.group, Person: w.ada, Role: learning.Learner}); err != nil {
		t.Fatal(err)
	}
	for _, as := range []learning.Assignment{{Quiz: w.quiz, Class: w.first}, {Quiz: w.draft, Class: w.first}, {Lesson: w.lesson, Class: w.group}} {
		must[learning.AssignmentID](t)(s.Assign(ctx, box, as))
	}
	return w
}

func (w *workshop) answer(id, key string, try int, right bool) learning.Attempt {
	return learning.Attempt{
		ID: learning.AttemptID(id), Quiz: w.quiz, Try: try, Item: content.ItemID(key), Type: content.Choice, Given: "a", Tenths: 50,
		Correct: right, Score: content.Score(boolBit(right)) * content.FullScore,
	}
}

// The columns are those of TestEverybodySeesAndChangesOnlyWhatIsTheirs.
func TestWorkIsSeenByWhomItIsSetForAndChangedByTheirTeachers(t *testing.T) {
	for _, c := range []struct {
		what, want string
		ask        func(s *Store, w *workshop, a learning.Actor) error
	}{
		{"Quiz", "yyynyynnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Quiz(a, w.quiz); return err }},
		{"Quiz draft", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Quiz(a, w.draft); return err }},
		{"Lesson", "yyynynnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Lesson(a, w.lesson); return err }},
		{"Lessons", "yyynppnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Lessons(a, w.first); return err }},
		{"Quizzes", "yyynppnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Quizzes(a, w.first); return err }},
		{"Groups", "yyynppnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Groups(a, w.first); return err }},
		{"LessonsFor Ada", "yyynynnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.LessonsFor(a, w.ada); return err }},
		{"QuizzesFor Ada", "yyynynnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.QuizzesFor(a, w.ada); return err }},
		{"Sitting Ada", "yyynynnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.Sitting(a, w.ada, w.quiz)
			return err
		}},
		{"Sittings", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Sittings(a, w.quiz); return err }},
		{"Practice Ada", "yyynynnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Practice(a, w.ada); return err }},
		{"Notes Ada", "yyynynnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Notes(a, w.ada, ""); return err }},
		{"Bookmarks Ada", "yyynynnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Bookmarks(a, w.ada); return err }},
		{"Goal Ada", "yyynynnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Goal(a, w.ada); return err }},
		{"Week Ada", "yyynynnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Week(a, w.ada); return err }},
		{"Accommodation Ada", "yyynynnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Accommodation(a, w.ada); return err }},
		{"Assignments", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.Assignments(a, "", w.quiz)
			return err
		}},

		{"SetAccommodation Ada", "yyynpnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			return s.SetAccommodation(ctx, a, w.ada, learning.Accommodation{ExtraTime: 50})
		}},
		{"SaveQuiz new", "yyynppnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.SaveQuiz(ctx, a, quizOfThree(w.first))
			return err
		}},
		{"SaveQuiz", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			q := quizOfThree(w.first)
			q.ID, q.Title = w.quiz, "Mine"
			_, err := s.SaveQuiz(ctx, a, q)
			return err
		}},
		{"SaveQuiz into another class", "iinnnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			q := quizOfThree(w.second)
			q.ID = w.quiz
			_, err := s.SaveQuiz(ctx, a, q)
			return err
		}},
		{"SetQuizState", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			return s.SetQuizState(ctx, a, w.quiz, learning.QuizClosed)
		}},
		{"SaveLesson", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.SaveLesson(ctx, a, learning.Lesson{ID: w.lesson, Class: w.first, Title: "Mine"})
			return err
		}},
		{"Assign to Musa", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.Assign(ctx, a, learning.Assignment{Lesson: w.lesson, Learner: w.musa})
			return err
		}},
		{"Assign to Lin", "nnnnnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.Assign(ctx, a, learning.Assignment{Lesson: w.lesson, Learner: w.lin})
			return err
		}},
		{"Assign to the second class", "iiinnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.Assign(ctx, a, learning.Assignment{Lesson: w.lesson, Class: w.second})
			return err
		}},
		{"Unassign", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			as := learning.Assignment{Lesson: w.lesson, Class: w.group}
			_ = as.Check()
			return s.Unassign(ctx, a, as.ID)
		}},
		{"AddGroup", "yyynppnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.AddGroup(ctx, a, w.first, "Blues")
			return err
		}},
		{"Enrol Musa in the group", "yyynnpnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			return s.Enrol(ctx, a, learning.Enrolment{Class: w.group, Person: w.musa, Role: learning.Learner})
		}},
		{"Enrol Lin in the group", "iinnnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			return s.Enrol(ctx, a, learning.Enrolment{Class: w.group, Person: w.lin, Role: learning.Learner})
		}},
		{"BeginQuiz", "nnnnyynnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.BeginQuiz(ctx, a, w.quiz); return err }},
		{"BeginQuiz draft", "nnnnnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.BeginQuiz(ctx, a, w.draft)
			return err
		}},
		{"AnswerQuiz for Ada", "yyynynnpnn", func(s *Store, w *workshop, a learning.Actor) error {
			at := w.answer("a.1", "q1", 1, true)
			at.Learner = w.ada
			_, err := s.AnswerQuiz(ctx, a, at)
			return err
		}},
		{"SetGoal", "pyyyyyyppp", func(s *Store, w *workshop, a learning.Actor) error {
			return s.SetGoal(ctx, a, learning.WeekGoal{Answers: 20})
		}},
		{"Note", "pyyyyyyppp", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.Note(ctx, a, learning.Note{Resource: w.page, Text: "mine"})
			return err
		}},
		{"Bookmark", "pyyyyyyppp", func(s *Store, w *workshop, a learning.Actor) error {
			return s.Bookmark(ctx, a, learning.Bookmark{Ref: learning.Ref{Resource: w.page}}, true)
		}},
	} {
		got := ""
		for i := range c.want {
			w := newWorkshop(t)
			actors := []learning.Actor{
				box, learning.As(w.admin), learning.As(w.teacher), learning.As(w.other), learning.As(w.ada), learning.As(w.musa),
				learning.As(w.officer),
				{},
				learning.As(w.gone), learning.As(learning.NewID[learning.PersonID]()),
			}
			before := w.kv.hash(w.store.Buckets())
			r := verdict(c.ask(w.store, w, actors[i]))
			if r != "y" && w.kv.hash(w.store.Buckets()) != before {
				t.Errorf("%s by %d was refused and changed something", c.what, i)
			}
			got += r
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.what, got, c.want)
		}
	}
}

func TestAQuizIsAnsweredInAnyOrderPausedAndHandedInOnce(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	answer := func(s *Store, at learning.Attempt) Answered {
		t.Helper()
		return must[Answered](t)(s.AnswerQuiz(ctx, ada, at))
	}
	must[learning.Sitting](t)(s.BeginQuiz(ctx, ada, w.quiz))
	must[learning.Sitting](t)(s.BeginQuiz(ctx, ada, w.quiz))
	answer(s, w.answer("a.1", "q3", 1, true))
	answer(s, w.answer("a.2", "q1", 1, false))
	if a := answer(s, w.answer("a.2", "q1", 1, false)); a.Counted {
		t.Error("an answer posted twice counted twice")
	}
	// On another phone, at another box, the quiz goes on, and an answer is changed.
	b := newMemLog(t, "B")
	b.receive(w.memLog, 100)
	typed := w.answer("b.1", "q1", 1, true)
	typed.Type, typed.Given = content.Text, "seven and a half"
	got := answer(b.store, typed).Sitting
	now := got.Now()
	if len(now.Answers) != 2 || now.Answers["q1"].Given != "seven and a half" || now.Tenths != 150 || now.HandedIn {
		t.Fatalf("at the other box: %+v", now)
	}
	if a := now.Answers["q1"]; a.Correct || a.Score != 0 || now.Marked {
		t.Errorf("what is right is told before it is handed in: %+v", now)
	}
	got = must[learning.Sitting](t)(b.store.HandIn(ctx, ada, w.quiz, 1))
	must[learning.Sitting](t)(b.store.HandIn(ctx, ada, w.quiz, 1))
	if now := got.Now(); !now.HandedIn || now.Marked {
		t.Errorf("handed in, and the quiz does not report: %+v", now)
	}
	for what, err := range map[string]error{
		"after handing in": second(b.store.AnswerQuiz(ctx, ada, w.answer("b.2", "q2", 1, true))),
		"another try":      second(b.store.BeginQuiz(ctx, ada, w.quiz)),
	} {
		if !errors.Is(err, ErrQuizOver) || !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", what, err)
		}
	}
	// The first box, which has not heard of it, takes one more: kept, not counted.
	w.lamport = b.lamport + 5
	answer(s, w.answer("a.3", "q2", 1, true))
	w.receive(b, 100)
	b.receive(w.memLog, 100)
	for _, l := range []*memLog{w.memLog, b} {
		told := must[learning.Sitting](t)(l.store.Sitting(learning.As(w.teacher), w.ada, w.quiz))
		now := told.Now()
		if !now.Marked || now.Right != 2 || now.Score != 6666 || now.Late != 1 || len(now.Answers) != 2 {
			t.Errorf("box %s shows the teacher %+v", l.name, now)
		}
	}
	if w.kv.hash(s.Buckets()) != b.kv.hash(s.Buckets()) {
		t.Error("the boxes hold different folds")
	}
	if _, err := s.Attempts(ada, w.ada, w.quiz.Resource(), 9); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Ada reads the marks of her answers: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestAnAnswerThatCannotBeIsRefusedInKind(t *testing.T) {
	w := newWorkshop(t)
	ada := learning.As(w.ada)
	must[learning.Sitting](t)(w.store.BeginQuiz(ctx, ada, w.quiz))
	for _, c := range []struct {
		what string
		kind error
		edit func(*learning.Attempt)
	}{
		{"a question of another quiz", fs.ErrInvalid, func(a *learning.Attempt) { a.Item = "q9" }},
		{"a try not begun", fs.ErrInvalid, func(a *learning.Attempt) { a.Try = 2 }},
		{"no try", fs.ErrInvalid, func(a *learning.Attempt) { a.Try = 0 }},
		{"a seed of another", fs.ErrInvalid, func(a *learning.Attempt) { a.Seed = 99 }},
		{"a score out of range", fs.ErrInvalid, func(a *learning.Attempt) { a.Score = 10001 }},
		{"a quiz that is not set", fs.ErrNotExist, func(a *learning.Attempt) { a.Quiz = learning.NewID[learning.QuizID]() }},
		{"a draft", fs.ErrNotExist, func(a *learning.Attempt) { a.Quiz = w.draft }},
		{"another learner", fs.ErrNotExist, func(a *learning.Attempt) { a.Learner = w.musa }},
	} {
		at := w.answer("a.1", "q2", 1, true)
		c.edit(&at)
		if _, err := w.store.AnswerQuiz(ctx, ada, at); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v, want %v", c.what, err, c.kind)
		}
	}
	at := w.answer("a.1", "q2", 1, true)
	at.Resource = w.quiz.Resource()
	if _, err := w.store.RecordAttempt(ctx, ada, at); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("an answer to a quiz as one to an exercise: %v", err)
	}
	if err := w.store.RecordBatch(ctx, ada, []learning.Attempt{at}, nil); err == nil {
		t.Error("an answer to a quiz went in with a batch")
	}
	if _, err := w.store.RecordView(ctx, ada, learning.View{Resource: w.quiz.Resource(), Action: learning.Finished, Position: 1}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a quiz handed in as a page that was read: %v", err)
	}
	must[Answered](t)(w.store.AnswerQuiz(ctx, ada, w.answer("a.1", "q1", 1, true)))
	if err := w.store.SetQuizState(ctx, box, w.quiz, learning.QuizClosed); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.AnswerQuiz(ctx, ada, w.answer("a.2", "q2", 1, true)); !errors.Is(err, ErrQuizOver) {
		t.Errorf("after it was closed: %v", err)
	}
	if a, err := w.store.AnswerQuiz(ctx, ada, w.answer("a.1", "q1", 1, true)); err != nil || a.Counted {
		t.Errorf("an answer sent again after it was closed: %+v %v", a, err)
	}
	if _, err := w.store.BeginQuiz(ctx, learning.As(w.musa), w.quiz); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Musa, who did not sit it, begins a closed quiz: %v", err)
	}
}

func TestAPracticeQuizIsTakenAgainAndComparedWithTheTimeBefore(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	q := must[learning.Quiz](t)(s.Quiz(box, w.quiz))
	q.Practice, q.Report = true, true
	must[learning.QuizID](t)(s.SaveQuiz(ctx, box, q))
	for try, rights := range []int{1, 3} {
		must[learning.Sitting](t)(s.BeginQuiz(ctx, ada, w.quiz))
		for i := range 3 {
			must[Answered](t)(s.AnswerQuiz(ctx, ada, w.answer(fmt.Sprintf("x.%d", 10*try+i), fmt.Sprint("q", i+1), try+1, i < rights)))
		}
		must[learning.Sitting](t)(s.HandIn(ctx, ada, w.quiz, try+1))
	}
	got := must[learning.Sitting](t)(s.Sitting(ada, w.ada, w.quiz))
	if now, before := got.Now(), got.Before(); now.Right != 3 || before == nil || before.Right != 1 || now.Score != content.FullScore {
		t.Errorf("%+v", got)
	}
	c := must[Counts](t)(s.Counts())
	if c.Attempts != 6 || c.Right != 4 {
		t.Errorf("counts %+v", c)
	}
	if set := must[[]SetQuiz](t)(s.QuizzesFor(ada, w.ada)); len(set) != 1 || len(set[0].Sitting.Tries) != 2 {
		t.Errorf("set for Ada: %+v", set)
	}
}

func TestLessonsAreShownWhenTheirTimeHasCome(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	shown := func() int { t.Helper(); return len(must[[]SetLesson](t)(s.LessonsFor(ada, w.ada))) }
	save := func(l learning.Lesson) {
		t.Helper()
		l.ID, l.Class, l.Title = w.lesson, w.first, "Adding"
		must[learning.LessonID](t)(s.SaveLesson(ctx, box, l))
	}
	must[learning.Progress](t)(s.RecordView(ctx, ada, learning.View{Resource: w.page, Action: learning.Finished}))
	l := must[[]SetLesson](t)(s.LessonsFor(ada, w.ada))
	if len(l) != 1 || l[0].Complete != 1 || !l[0].Progress[0].Complete || l[0].Progress[1].Resource != w.exercise {
		t.Fatalf("%+v", l)
	}
	if n := len(must[[]SetLesson](t)(s.LessonsFor(learning.As(w.musa), w.musa))); n != 0 {
		t.Errorf("Musa, who is in no group, has %d lessons", n)
	}
	save(learning.Lesson{Hidden: true})
	if shown() != 0 {
		t.Error("a hidden lesson is shown")
	}
	// 2030-01-01 23:00 UTC is the 2nd in the school's zone, three hours east.
	s.clock = &clock.Manual{At: clock.Stamp{Boot: w.boot}}
	if err := s.Calibrate(ctx, box, learning.Calibration{Boot: w.boot, Start: time.Date(2030, 1, 1, 23, 0, 0, 0, time.UTC), Believed: true}); err != nil {
		t.Fatal(err)
	}
	if save(learning.Lesson{From: "2030-01-03"}); shown() != 0 {
		t.Error("a lesson of tomorrow is shown today")
	}
	if save(learning.Lesson{From: "2030-01-02"}); shown() != 1 {
		t.Error("a lesson of today is not shown")
	}
	if err := s.Unenrol(ctx, box, w.first, w.ada); err != nil {
		t.Fatal(err)
	}
	if shown() != 0 {
		t.Error("who left the class is shown the work of a group in it")
	}
}

func TestAnAttemptIDCountsOnceHoweverManyResourcesClaimIt(t *testing.T) {
	v := newVillage(t)
	ada := learning.As(v.ada)
	b := newMemLog(t, "B")
	b.receive(v.memLog, 100)
	at := v.attempt(v.ada, "base.1", true)
	v.lamport += 5
	must[Recorded](t)(v.store.RecordAttempt(ctx, ada, at))
	other := at
	other.Resource = content.NewResourceID("c", "other")
	if r := must[Recorded](t)(v.store.RecordAttempt(ctx, ada, other)); r.Counted {
		t.Error("the same id counted for another exercise")
	}
	must[Recorded](t)(b.store.RecordAttempt(ctx, ada, other)) // earlier in order, at a box that knew of nothing
	v.receive(b, 100)
	b.receive(v.memLog, 100)
	for _, s := range []*Store{v.store, b.store} {
		got := must[map[content.ResourceID]learning.Progress](t)(s.ProgressIn(ada, v.ada, []content.ResourceID{at.Resource, other.Resource}))
		if got[at.Resource].Attempts != 0 || got[other.Resource].Attempts != 1 {
			t.Errorf("attempts %d and %d, want 0 and 1", got[at.Resource].Attempts, got[other.Resource].Attempts)
		}
		if c := must[Counts](t)(s.Counts()); c.Attempts != 1 || c.Right != 1 {
			t.Errorf("counts %+v", c)
		}
	}
	if v.kv.hash(v.store.Buckets()) != b.kv.hash(b.store.Buckets()) {
		t.Error("the boxes hold different folds")
	}
}

func TestAGuestsWorkBecomesALearnersOnce(t *testing.T) {
	v := newVillage(t)
	id := learning.NewID[learning.PersonID]()
	guest, s := learning.AsGuest(id), v.store
	typed := v.attempt("", "g.2", false)
	typed.Type, typed.Given = content.Text, "my own words"
	for _, at := range []learning.Attempt{v.attempt("", "g.1", true), typed} {
		must[Recorded](t)(s.RecordAttempt(ctx, guest, at))
	}
	must[learning.Progress](t)(s.RecordView(ctx, guest, learning.View{Resource: v.page, Action: learning.Moved, Percent: 4000, Position: 7, Tenths: 100}))
	if p := must[[]learning.Progress](t)(s.ProgressOf(guest, id)); len(p) != 2 {
		t.Errorf("the guest's own progress: %+v", p)
	}
	for who, a := range map[string]learning.Actor{"another guest": learning.AsGuest(learning.NewID[learning.PersonID]()), "a learner": learning.As(v.musa), "Ada's id as a guest": learning.AsGuest(v.ada)} {
		if _, err := s.ProgressOf(a, id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s reads it: %v", who, err)
		}
	}
	must[learning.Settings](t)(s.Settings(learning.As(v.ada), v.ada)) // so that her face is remembered
	for what, err := range map[string]error{
		"reads":    second(s.ProgressOf(learning.AsGuest(v.ada), v.ada)),
		"sees":     second(s.Settings(learning.AsGuest(v.ada), v.ada)),
		"is":       second(s.Who(learning.AsGuest(v.ada))),
		"records":  second(s.RecordAttempt(ctx, learning.AsGuest(v.ada), v.attempt(v.ada, "g.9", true))),
		"claims":   second(s.ClaimGuest(ctx, id, learning.AsGuest(v.ada))),
		"is taken": second(s.ClaimGuest(ctx, v.ada, learning.As(v.musa))),
	} {
		if err == nil {
			t.Errorf("a guest with Ada's id %s", what)
		}
	}
	for i, want := range []int{2, 0} {
		before := v.lamport
		if n := must[int](t)(s.ClaimGuest(ctx, id, learning.As(v.musa))); n != want || i == 1 && v.lamport != before {
			t.Errorf("claim %d: %d answers, %d events", i+1, n, v.lamport-before)
		}
	}
	list := must[[]AttemptRecord](t)(s.Attempts(learning.As(v.musa), v.musa, v.exercise, 9))
	if len(list) != 2 || list[0].ID != "g.2" || list[0].Given != "my own words" || list[1].Given != "b" {
		t.Errorf("Musa's attempts %+v", list)
	}
	p := must[map[content.ResourceID]learning.Progress](t)(s.ProgressIn(learning.As(v.musa), v.musa, []content.ResourceID{v.page}))[v.page]
	if p.Percent != 4000 || p.Position != 7 || p.Seconds != 10 {
		t.Errorf("Musa's page %+v", p)
	}
}

func TestPracticeIsRememberedUntilSomethingChanges(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	practice := func() *learning.Practice { t.Helper(); return must[*learning.Practice](t)(s.Practice(ada, w.ada)) }
	at := w.attempt(w.ada, "p.1", false)
	at.Skill, at.Rating = "add", 1000
	must[Recorded](t)(s.RecordAttempt(ctx, ada, at))
	first := practice()
	if practice() != first {
		t.Error("asked again it was folded again")
	}
	if n := len(first.Mistakes(s.Today())); n != 1 {
		t.Errorf("%d mistakes, want 1", n)
	}
	low := first.Chance("add", 1000)
	must[Recorded](t)(s.RecordAttempt(ctx, learning.As(w.musa), w.attempt(w.musa, "p.1", true)))
	if practice() != first {
		t.Error("another's answer voided it")
	}
	for i := range 4 {
		at := w.attempt(w.ada, fmt.Sprintf("p.%d", i+2), true)
		at.Skill, at.Rating, at.Seed = "add", 1000, uint64(50+i)
		must[Recorded](t)(s.RecordAttempt(ctx, ada, at))
	}
	second := practice()
	if second == first || second.Chance("add", 1000) <= low {
		t.Errorf("four right answers later the chance is %d, was %d", second.Chance("add", 1000), low)
	}
	s.Forget()
	if practice() == second {
		t.Error("what was forgotten is remembered")
	}
}

func TestNotesBookmarksGoalsAndNeedsAreKept(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	id := must[learning.NoteID](t)(s.Note(ctx, ada, learning.Note{Resource: w.page, Place: 7, Text: " carry the one\r\nthen add "}))
	must[learning.NoteID](t)(s.Note(ctx, ada, learning.Note{Resource: w.exercise, Text: "other"}))
	notes := must[[]learning.Note](t)(s.Notes(ada, w.ada, w.page))
	if want := []learning.Note{{ID: id, Resource: w.page, Place: 7, Text: "carry the one\nthen add"}}; !reflect.DeepEqual(notes, want) {
		t.Errorf("notes %+v", notes)
	}
	must[learning.NoteID](t)(s.Note(ctx, ada, learning.Note{ID: id, Resource: w.page}))
	if notes := must[[]learning.Note](t)(s.Notes(ada, w.ada, "")); len(notes) != 1 || notes[0].Text != "other" {
		t.Errorf("after removing one: %+v", notes)
	}
	if _, err := s.Note(ctx, ada, learning.Note{Resource: w.page, Text: string(make([]byte, 5000))}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a note of 5000 zero bytes: %v", err)
	}
	mark := learning.Bookmark{Ref: learning.Ref{Resource: w.page}, Place: 3}
	for _, on := range []bool{true, false, true} {
		if err := s.Bookmark(ctx, ada, mark, on); err != nil {
			t.Fatal(err)
		}
		if got := must[[]learning.Bookmark](t)(s.Bookmarks(ada, w.ada)); (len(got) == 1) != on || on && got[0] != mark {
			t.Errorf("on %v: %+v", on, got)
		}
	}
	goal := learning.WeekGoal{Minutes: 30}
	need := learning.Accommodation{ExtraTime: 25, ReadAloud: true, SignFirst: true}
	if err := errors.Join(s.SetGoal(ctx, ada, goal), s.SetAccommodation(ctx, learning.As(w.teacher), w.ada, need)); err != nil {
		t.Fatal(err)
	}
	if got := must[learning.WeekGoal](t)(s.Goal(ada, w.ada)); got != goal {
		t.Errorf("goal %+v", got)
	}
	if got := must[learning.Accommodation](t)(s.Accommodation(ada, w.ada)); got != need || got.Minutes(20) != 25 {
		t.Errorf("needs %+v", got)
	}
	for scope, kinds := range scopesOf(w.memLog) {
		for _, k := range []string{learning.KindBookmark, learning.KindGoal} {
			if got, want := slices.Contains(kinds, k), scope == learning.Learn.Scope(testSchool); got != want {
				t.Errorf("%s in %s: %v", k, scope, got)
			}
		}
	}
}

func TestAWeekIsSummedFromMonday(t *testing.T) {
	v := newVillage(t)
	ada, s := learning.As(v.ada), v.store
	manual := &clock.Manual{At: clock.Stamp{Boot: v.boot}}
	s.clock = manual
	at := v.attempt(v.ada, "w.1", true)
	at.Tenths = 600
	must[Recorded](t)(s.RecordAttempt(ctx, ada, at))
	if w := must[Week](t)(s.Week(ada, v.ada)); w != (Week{}) {
		t.Errorf("without a date: %+v", w)
	}
	// Sunday 2030-01-06, 12:00 in the school's zone.
	if err := s.Calibrate(ctx, box, learning.Calibration{Boot: v.boot, Start: time.Date(2030, 1, 6, 9, 0, 0, 0, time.UTC), Believed: true}); err != nil {
		t.Fatal(err)
	}
	if w := must[Week](t)(s.Week(ada, v.ada)); w != (Week{Answers: 1, Seconds: 60, Known: true}) {
		t.Errorf("on Sunday: %+v", w)
	}
	v.ms = 13 * 3600 * 1000 // Monday, one in the morning
	manual.At.MS = v.ms
	if w := must[Week](t)(s.Week(ada, v.ada)); w != (Week{Known: true}) {
		t.Errorf("on Monday: %+v", w)
	}
	if day, known := s.Today().Day(); !known || day != 21921 { // 2030-01-01 is day 21915
		t.Errorf("today is day %d %v", day, known)
	}
}
