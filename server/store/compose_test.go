package store

import (
	"errors"
	"io/fs"
	"slices"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
)

// pair is the workshop's box and a second one that holds the same.
func pair(t *testing.T) (*workshop, *memLog) {
	w := newWorkshop(t)
	b := newMemLog(t, "B")
	b.receive(w.memLog, 1<<20)
	return w, b
}

// agree lets two boxes hand each other all they have, and fails unless both then show the same, in any order of arrival.
func agree(t *testing.T, a, b *memLog) {
	t.Helper()
	a.receive(b, 1<<20)
	b.receive(a, 1<<20)
	want := a.replay(func(n int) int { return 0 })
	for name, pick := range map[string]func(n int) int{"last first": func(n int) int { return n - 1 }, "the middle first": func(n int) int { return n / 2 }} {
		if got := a.replay(pick); got != want {
			t.Errorf("replayed %s the folds differ", name)
		}
		if got := b.replay(pick); got != want {
			t.Errorf("the other box, replayed %s, folds something else", name)
		}
	}
}

func must0(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func retitle(title string) func(l *learning.Lesson) error {
	return func(l *learning.Lesson) error { l.Title = title; return nil }
}

func TestDifferentFieldsChangedOnTwoBoxesMerge(t *testing.T) {
	w, b := pair(t)
	must0(t, w.store.ChangeLesson(ctx, learning.As(w.teacher), w.lesson, "", retitle("Sums")))
	must0(t, b.store.ChangeLesson(ctx, learning.As(w.teacher), w.lesson, "", func(l *learning.Lesson) error {
		l.Until, l.Resources = "2026-12-01", l.Resources[:1]
		return nil
	}))
	agree(t, w.memLog, b)
	l := must[learning.Lesson](t)(w.store.Lesson(box, w.lesson))
	if c := must[Composition](t)(w.store.Composition(box, w.lesson, "")); l.Title != "Sums" || l.Until != "2026-12-01" || len(l.Resources) != 1 || len(c.Disputes) != 0 {
		t.Errorf("merged to %+v with disputes %+v, want both changes and none", l, c.Disputes)
	}
}

func TestOneFieldChangedOnTwoBoxesKeepsBothUntilSomebodyChooses(t *testing.T) {
	w, b := pair(t)
	teacher := learning.As(w.teacher)
	third := learning.Ref{Resource: content.NewResourceID("c", "third")}
	must0(t, w.store.ChangeLesson(ctx, teacher, w.lesson, "", func(l *learning.Lesson) error { l.Resources = append(l.Resources, third); return nil }))
	must0(t, b.store.ChangeLesson(ctx, teacher, w.lesson, "", func(l *learning.Lesson) error { l.Resources = l.Resources[1:]; return nil }))
	agree(t, w.memLog, b)
	sizes := func(s *Store) (out []int) {
		for _, d := range must[Composition](t)(s.Composition(teacher, w.lesson, "")).Disputes {
			for _, v := range d.Values {
				out = append(out, len(learning.UnpackRefs(v)))
			}
		}
		slices.Sort(out)
		return out
	}
	if a, b := sizes(w.store), sizes(b.store); !slices.Equal(a, []int{1, 3}) || !slices.Equal(b, a) {
		t.Fatalf("the boxes show versions of %v and %v resources, want 1 and 3 on both", a, b)
	}
	// To work on the version shown, or to save what the command line read, replaces that version alone.
	must0(t, b.store.ChangeLesson(ctx, teacher, w.lesson, "", func(l *learning.Lesson) error { l.Resources = nil; return nil }))
	l := must[learning.Lesson](t)(b.store.Lesson(box, w.lesson))
	l.Title = "Renamed"
	must[learning.LessonID](t)(b.store.SaveLesson(ctx, box, l))
	agree(t, w.memLog, b)
	if got := sizes(w.store); len(got) != 2 || got[0] != 0 {
		t.Fatalf("after a change of the version shown the versions have %v resources, want two, one of them empty", got)
	}
	value := must[string](t)(learning.PackRefs([]learning.Ref{third}))
	if err := w.store.Settle(ctx, learning.As(w.other), w.lesson, "", learning.LessonResources, value); verdict(err) != "n" {
		t.Errorf("another class' teacher chooses: %v, want not found", err)
	}
	if err := w.store.Settle(ctx, teacher, w.lesson, "", learning.LessonTitle, "nobody wrote this"); verdict(err) != "i" {
		t.Errorf("a title nobody wrote is chosen: %v, want invalid", err)
	}
	must0(t, w.store.Settle(ctx, teacher, w.lesson, "", learning.LessonResources, value))
	agree(t, w.memLog, b)
	if got := sizes(b.store); len(got) != 0 {
		t.Errorf("after choosing, versions of %v resources are left", got)
	}
	if l := must[learning.Lesson](t)(b.store.Lesson(box, w.lesson)); len(l.Resources) != 1 || l.Resources[0] != third || l.Title != "Renamed" {
		t.Errorf("chosen: %+v", l)
	}
}

func TestAPageThatStoodOpenReplacesNothingItHasNotShown(t *testing.T) {
	w := newWorkshop(t)
	teacher := learning.As(w.teacher)
	seen := must[Composition](t)(w.store.Composition(teacher, w.lesson, "")).Seen
	must0(t, w.store.ChangeLesson(ctx, learning.As(w.admin), w.lesson, "", retitle("The head's")))
	must0(t, w.store.ChangeLesson(ctx, teacher, w.lesson, seen, retitle("The teacher's")))
	d := must[Composition](t)(w.store.Composition(teacher, w.lesson, "")).Disputes
	if len(d) != 1 || d[0].Field != learning.LessonTitle || !slices.Equal(d[0].Values, []string{"The teacher's", "The head's"}) {
		t.Errorf("disputes %+v, want both titles", d)
	}
	if err := w.store.ChangeLesson(ctx, teacher, w.lesson, "zz", retitle("x")); verdict(err) != "i" {
		t.Errorf("what was seen cannot be read: %v, want invalid", err)
	}
}

func TestAQuizWithAnswersKeepsItsQuestions(t *testing.T) {
	w, b := pair(t)
	teacher, ada := learning.As(w.teacher), learning.As(w.ada)
	drop := func(q *learning.Quiz) error { q.Sections[0].Questions = q.Sections[0].Questions[1:]; return nil }
	must0(t, w.store.ChangeQuiz(ctx, teacher, w.draft, "", drop))
	must[learning.Sitting](t)(w.store.BeginQuiz(ctx, ada, w.quiz))
	if yes := must[bool](t)(w.store.HasAnswers(teacher, w.quiz)); yes {
		t.Error("begun and not answered, the quiz has answers")
	}
	must[Answered](t)(w.store.AnswerQuiz(ctx, ada, w.answer("a.1", "q1", 1, true)))
	must0(t, w.store.Unenrol(ctx, box, w.first, w.ada))
	for name, fn := range map[string]func(q *learning.Quiz) error{
		"a question less": drop,
		"another order":   func(q *learning.Quiz) error { q.Sections[0].Shuffled = !q.Sections[0].Shuffled; return nil },
		"another variant": func(q *learning.Quiz) error { q.Sections[0].Questions[0].Seed = 77; return nil },
	} {
		if err := w.store.ChangeQuiz(ctx, teacher, w.quiz, "", fn); !errors.Is(err, ErrAnswered) || !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v, want ErrAnswered though who answered has left the class", name, err)
		}
	}
	must0(t, w.store.ChangeQuiz(ctx, teacher, w.quiz, "", func(q *learning.Quiz) error { q.Title, q.Sections[0].About = "Week 3", "Slowly"; return nil }))
	// The other box has not heard of the answer.
	must0(t, b.store.ChangeQuiz(ctx, teacher, w.quiz, "", drop))
	agree(t, w.memLog, b)
	d := must[Composition](t)(b.store.Composition(teacher, "", w.quiz)).Disputes
	if len(d) != 1 || d[0].Field != learning.QuizSections {
		t.Errorf("disputes %+v, want one about the questions", d)
	}
}

func TestWhoHasNotHandedInIsHandedInForOnceTheTeacherSaysSo(t *testing.T) {
	w := newWorkshop(t)
	teacher := learning.As(w.teacher)
	for i, who := range []learning.PersonID{w.ada, w.musa} {
		must[learning.Sitting](t)(w.store.BeginQuiz(ctx, learning.As(who), w.quiz))
		must[Answered](t)(w.store.AnswerQuiz(ctx, learning.As(who), w.answer("h."+string(rune('1'+i)), "q1", 1, true)))
	}
	must[learning.Sitting](t)(w.store.HandIn(ctx, learning.As(w.musa), w.quiz, 1))
	count := func() (n uint64) {
		for _, l := range must[ClassSummary](t)(w.store.ClassSummary(teacher, w.first)).Learners {
			n += uint64(l.Attempts)
		}
		return n
	}
	before := count()
	must0(t, w.store.SetQuizState(ctx, teacher, w.quiz, learning.QuizClosed))
	if n := must[int](t)(w.store.HandInFor(ctx, teacher, w.quiz)); n != 1 {
		t.Errorf("handed in for %d, want for Ada alone", n)
	}
	if n := must[int](t)(w.store.HandInFor(ctx, teacher, w.quiz)); n != 0 {
		t.Errorf("handed in again for %d", n)
	}
	if got := count(); got != before+1 {
		t.Errorf("the class' summary counts %d answers, want one more than %d: Ada's", got, before)
	}
}

func TestAClassPutAwayWhileItsQuizRunsKeepsAnswersAndTellsItsTeacher(t *testing.T) {
	w, b := pair(t)
	ada := learning.As(w.ada)
	must[learning.Sitting](t)(w.store.BeginQuiz(ctx, ada, w.quiz))
	must[Answered](t)(w.store.AnswerQuiz(ctx, ada, w.answer("e.1", "q1", 1, true)))
	must0(t, b.store.EditClass(ctx, learning.As(w.admin), w.first, learning.ClassEdit{Archived: ptr(true)}))
	agree(t, w.memLog, b)
	for name, s := range map[string]*Store{"the box of the quiz": w.store, "the other": b.store} {
		all := must[[]EndedQuiz](t)(s.EndedQuizzes(learning.As(w.teacher)))
		if len(all) != 1 || all[0].Quiz.ID != w.quiz || all[0].Sat != 1 || all[0].Class.Name != "Primary 1" {
			t.Errorf("%s tells the teacher %+v, want the quiz and one learner", name, all)
		}
		if len(must[[]EndedQuiz](t)(s.EndedQuizzes(learning.As(w.other)))) != 0 {
			t.Errorf("%s tells a teacher of another class", name)
		}
	}
	must0(t, b.store.EndQuiz(ctx, learning.As(w.teacher), w.quiz))
	agree(t, w.memLog, b)
	if len(must[[]EndedQuiz](t)(w.store.EndedQuizzes(learning.As(w.teacher)))) != 0 {
		t.Error("told again after closing it")
	}
	must0(t, w.store.EditClass(ctx, learning.As(w.admin), w.first, learning.ClassEdit{Archived: ptr(false)}))
	if s := must[learning.Sitting](t)(w.store.Sitting(box, w.ada, w.quiz)); len(s.Tries) != 1 || len(s.Tries[0].Answers) != 1 {
		t.Errorf("brought back, Ada's sitting is %+v, want her answer", s)
	}
}

// The columns are those of TestEverybodySeesAndChangesOnlyWhatIsTheirs.
func TestOnlyTheTeachersOfAClassPutItsWorkTogether(t *testing.T) {
	for _, c := range []struct {
		what, want string
		ask        func(s *Store, w *workshop, a learning.Actor) error
	}{
		{"Composition", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.Composition(a, w.lesson, "")
			return err
		}},
		{"HasAnswers", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.HasAnswers(a, w.quiz); return err }},
		{"ChangeLesson", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			return s.ChangeLesson(ctx, a, w.lesson, "", retitle("Mine"))
		}},
		{"ChangeQuiz", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			return s.ChangeQuiz(ctx, a, w.draft, "", func(q *learning.Quiz) error { q.Title = "Mine"; return nil })
		}},
		{"Settle", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			return s.Settle(ctx, a, w.lesson, "", learning.LessonTitle, "Adding")
		}},
		{"SetFor", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			return s.SetFor(ctx, a, w.lesson, "", []learning.Assignment{{Learner: w.musa}}, []learning.Assignment{{Class: w.group}})
		}},
		{"SetFor Lin of another class", "nnnnnnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			return s.SetFor(ctx, a, w.lesson, "", []learning.Assignment{{Learner: w.lin}}, nil)
		}},
		{"HandInFor", "yyynnnnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.HandInFor(ctx, a, w.quiz); return err }},
		{"PutAway", "yyynppnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, _, err := s.PutAway(a, w.first); return err }},
		{"EndQuiz of a class in use", "nnnnnnnnnn", func(s *Store, w *workshop, a learning.Actor) error { return s.EndQuiz(ctx, a, w.quiz) }},
	} {
		got := ""
		for i := range c.want {
			w := newWorkshop(t)
			actors := []learning.Actor{box, learning.As(w.admin), learning.As(w.teacher), learning.As(w.other), learning.As(w.ada), learning.As(w.musa), learning.As(w.officer), {}, learning.As(w.gone), learning.As(learning.NewID[learning.PersonID]())}
			got += verdict(c.ask(w.store, w, actors[i]))
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}
