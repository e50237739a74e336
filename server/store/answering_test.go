package store

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"lamplight/server/learning"
)

// timed gives the workshop's quiz ten minutes.
func (w *workshop) timed(t *testing.T) {
	t.Helper()
	q := must[learning.Quiz](t)(w.store.Quiz(box, w.quiz))
	q.Minutes = 10
	must[learning.QuizID](t)(w.store.SaveQuiz(ctx, box, q))
}

func TestAnAnswerIsRefusedOnceTheMinutesHaveGoneUnlessItIsTheSameAgain(t *testing.T) {
	w := newWorkshop(t)
	w.timed(t)
	ada, s := learning.As(w.ada), w.store
	must[learning.Sitting](t)(s.BeginQuiz(ctx, ada, w.quiz))
	last := w.answer("a.1", "q1", 1, true)
	last.Tenths = 10 * 600
	must[Answered](t)(s.AnswerQuiz(ctx, ada, last))
	if _, err := s.AnswerQuiz(ctx, ada, w.answer("a.2", "q2", 1, true)); !errors.Is(err, ErrQuizTime) || !errors.Is(err, fs.ErrExist) {
		t.Errorf("after ten minutes: %v", err)
	}
	if a, err := s.AnswerQuiz(ctx, ada, last); err != nil || a.Counted {
		t.Errorf("the answer that used them up, sent again because its phone heard nothing: %+v %v", a, err)
	}
	if err := s.SetAccommodation(ctx, box, w.ada, learning.Accommodation{ExtraTime: 50}); err != nil {
		t.Fatal(err)
	}
	must[Answered](t)(s.AnswerQuiz(ctx, ada, w.answer("a.2", "q2", 1, true)))
}

func TestAPhoneThatTellsNoTimeIsTimedByTheBox(t *testing.T) {
	w := newWorkshop(t)
	w.timed(t)
	ada, s := learning.As(w.ada), w.store
	must[learning.Sitting](t)(s.BeginQuiz(ctx, ada, w.quiz))
	answer := func(id string) error {
		at := w.answer(id, "q1", 1, true)
		at.Tenths = 0
		_, err := s.AnswerQuiz(ctx, ada, at)
		return err
	}
	for i, wait := range []int64{0, 4 * 60_000, 5 * 60_000, 60_000} {
		if w.ms += wait; answer(fmt.Sprint("a.", i+1)) != nil {
			t.Fatalf("answer %d was refused", i+1)
		}
	}
	if err := answer("a.9"); !errors.Is(err, ErrQuizTime) {
		t.Errorf("ten minutes after the first answer: %v", err)
	}
	now := must[learning.Sitting](t)(s.Sitting(ada, w.ada, w.quiz))
	if got := now.Now().Tenths; got != 6000 {
		t.Errorf("%d tenths used, want 6000", got)
	}
}

func TestALongPauseOfAPhoneThatTellsNoTimeIsNotAllHeldAgainstIt(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	must[learning.Sitting](t)(s.BeginQuiz(ctx, ada, w.quiz))
	for i := range 2 {
		at := w.answer(fmt.Sprint("a.", i), "q1", 1, true)
		at.Tenths = 0
		must[Answered](t)(s.AnswerQuiz(ctx, ada, at))
		w.ms += 20 * 3600 * 1000
	}
	now := must[learning.Sitting](t)(s.Sitting(ada, w.ada, w.quiz))
	if got := now.Now().Tenths; got != longestUntold {
		t.Errorf("a night counts as %d tenths", got)
	}
}

func TestAQuizCountsForItsClassOnceHandedIn(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	must[learning.Sitting](t)(s.BeginQuiz(ctx, ada, w.quiz))
	for i, key := range []string{"q1", "q1", "q2"} {
		must[Answered](t)(s.AnswerQuiz(ctx, ada, w.answer(fmt.Sprint("a.", i), key, 1, i > 0)))
	}
	counted := func() (answers, right int) {
		d := must[LearnerDetail](t)(s.LearnerDetail(box, w.ada))
		return d.Attempts, d.Right
	}
	if answers, right := counted(); answers != 0 || right != 0 {
		t.Errorf("before handing in: %d answers, %d right", answers, right)
	}
	must[learning.Sitting](t)(s.HandIn(ctx, ada, w.quiz, 1))
	if answers, right := counted(); answers != 2 || right != 2 {
		t.Errorf("handed in: %d answers, %d right, want 2 and 2", answers, right)
	}
}

func TestATryTakesNoAnswersWithoutEnd(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	must[learning.Sitting](t)(s.BeginQuiz(ctx, ada, w.quiz))
	q := must[learning.Quiz](t)(s.Quiz(box, w.quiz))
	var many []learning.Attempt
	for i := range q.MostAnswers() {
		at := w.answer(fmt.Sprint("a.", i), "q1", 1, i%2 == 0)
		at.Learner, at.Resource = w.ada, w.quiz.Resource()
		many = append(many, at)
	}
	if err := s.RecordBatch(ctx, box, many, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AnswerQuiz(ctx, ada, w.answer("b.1", "q1", 1, true)); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("one more: %v", err)
	}
	must[learning.Sitting](t)(s.HandIn(ctx, ada, w.quiz, 1))
}

func TestAnArchivedQuizTakesNothingMore(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	must[learning.Sitting](t)(s.BeginQuiz(ctx, ada, w.quiz))
	q := must[learning.Quiz](t)(s.Quiz(box, w.quiz))
	q.Archived = true
	must[learning.QuizID](t)(s.SaveQuiz(ctx, box, q))
	if _, err := s.AnswerQuiz(ctx, ada, w.answer("a.1", "q1", 1, true)); !errors.Is(err, ErrQuizOver) {
		t.Errorf("an answer: %v", err)
	}
}
