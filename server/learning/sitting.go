package learning

import (
	"lamplight/content"
	"lamplight/sync/clock"
)

// A Sitting is what one learner did with one quiz, folded from their events in Order.
type Sitting struct {
	Quiz  QuizID
	Tries []Try // oldest first; none when never opened; one where the quiz is no practice
}

// A Try is one time through a quiz.
type Try struct {
	N        int                   // from 1
	Answers  map[string]QuizAnswer // by question key: the last in Order up to handing in
	HandedIn bool
	Handed   clock.Stamp // when
	Tenths   uint64      // tenths of a second used, as pages told; of answers whose page told nothing as far as known
	Kept     int         // answers kept, those that were changed later too
	Asked    int         // questions on the learner's paper; see Quiz.Paper
	Late     int         // answers that order after handing in: kept, not counted

	// Marked says that the rest is filled in, which it is once handed in, for whoever may see results.
	Marked bool
	Right  int           // questions answered right
	Score  content.Score // mean over the questions Asked; one not answered counts as nothing
}

// A QuizAnswer is what was answered to one question. Correct, Score and Error are zero where the try is not Marked.
type QuizAnswer struct {
	Attempt AttemptID
	Given   string // canonical response; typed words joined in
	Seed    uint64
	Tenths  uint64
	Hints   int
	Correct bool
	Score   content.Score
	Error   string
}

// Now is the try that goes on or went last, nil when the quiz was never opened.
func (s *Sitting) Now() *Try {
	if len(s.Tries) == 0 {
		return nil
	}
	return &s.Tries[len(s.Tries)-1]
}

// Before is the last try handed in before Now, nil when there is none: what a retry is compared with.
func (s *Sitting) Before() *Try {
	for i := len(s.Tries) - 2; i >= 0; i-- {
		if s.Tries[i].HandedIn {
			return &s.Tries[i]
		}
	}
	return nil
}

// Has reports whether a question has an answer.
func (t *Try) Has(key string) bool {
	_, ok := t.Answers[key]
	return ok
}

// Left is how many tenths of a second a try still has; limited is false when its quiz has no time limit.
func (t *Try) Left(q *Quiz, a Accommodation) (tenths uint64, limited bool) {
	all := uint64(a.Minutes(q.Minutes)) * 600
	if t == nil {
		return all, all > 0
	}
	return all - min(t.Tenths, all), all > 0
}
