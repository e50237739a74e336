package store

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
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
