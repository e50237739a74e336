package store

import (
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
)

func TestATryAQuizWasClosedOverIsPractisedUntilItIsReopened(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	q := must[learning.Quiz](t)(s.Quiz(box, w.quiz))
	q.Report = true
	must[learning.QuizID](t)(s.SaveQuiz(ctx, box, q))
	must[learning.Sitting](t)(s.BeginQuiz(ctx, ada, w.quiz))
	for _, a := range []struct {
		id, key string
		right   bool
	}{{"a.1", "q1", true}, {"a.2", "q2", false}, {"a.3", "q1", false}} {
		must[Answered](t)(s.AnswerQuiz(ctx, ada, w.answer(a.id, a.key, 1, a.right)))
	}
	counts := func(when string, tries, mistakes int) {
		t.Helper()
		p := must[*learning.Practice](t)(s.Practice(ada, w.ada))
		if got := p.Mistakes(learning.Today{Calendar: s.Calendar()}); p.Tries() != tries || len(got) != mistakes {
			t.Errorf("%s: %d tries and %d mistakes, want %d and %d", when, p.Tries(), len(got), tries, mistakes)
		}
	}
	set := func(state string) {
		t.Helper()
		if err := s.SetQuizState(ctx, box, w.quiz, state); err != nil {
			t.Fatal(err)
		}
	}
	counts("while it is open", 0, 0)
	set(learning.QuizClosed)
	counts("closed", 2, 2) // of each question the last answer
	must[Recorded](t)(s.RecordAttempt(ctx, ada, w.attempt(w.ada, "x.1", true)))
	counts("closed, and practised since", 3, 2)
	set(learning.QuizOpen)
	counts("reopened", 1, 0)
	must[Answered](t)(s.AnswerQuiz(ctx, ada, w.answer("a.4", "q1", 1, true)))
	set(learning.QuizClosed)
	counts("closed again, one mended", 3, 1)
	set(learning.QuizOpen)
	must[learning.Sitting](t)(s.HandIn(ctx, ada, w.quiz, 1))
	set(learning.QuizClosed)
	counts("handed in and closed", 3, 1)
}

func TestAScoreIsOfTheQuestionsThisLearnerWasAsked(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	if err := s.SetAccommodation(ctx, box, w.ada, learning.Accommodation{FewerItems: true}); err != nil {
		t.Fatal(err)
	}
	q := must[learning.Quiz](t)(s.Quiz(box, w.quiz))
	paper := q.Paper(w.ada, learning.Accommodation{FewerItems: true}, func(string) bool { return false })[0].Questions
	if len(paper) != 2 || len(q.Sections[0].Questions) != 3 {
		t.Fatalf("a paper of %d out of %d questions", len(paper), len(q.Sections[0].Questions))
	}
	must[learning.Sitting](t)(s.BeginQuiz(ctx, ada, w.quiz))
	for i, x := range paper {
		must[Answered](t)(s.AnswerQuiz(ctx, ada, w.answer([]string{"a.1", "a.2"}[i], x.Key, 1, true)))
	}
	must[learning.Sitting](t)(s.HandIn(ctx, ada, w.quiz, 1))
	score := func() (asked int, score content.Score) {
		now := must[learning.Sitting](t)(s.Sitting(learning.As(w.teacher), w.ada, w.quiz)).Tries[0]
		return now.Asked, now.Score
	}
	if n, all := score(); n != 2 || all != content.FullScore {
		t.Errorf("two of a paper of two right: %d of %d asked", all, n)
	}
	if err := s.SetAccommodation(ctx, box, w.ada, learning.Accommodation{}); err != nil {
		t.Fatal(err)
	}
	if n, all := score(); n != 3 || all != content.FullScore*2/3 {
		t.Errorf("without the need: %d of %d asked", all, n)
	}
}
