package store

import (
	"context"
	"errors"

	"lamplight/server/learning"
)

// ErrQuizOver refuses an answer to a try that was handed in, or to a quiz that is closed. Errors that wrap it also wrap
// fs.ErrExist.
var ErrQuizOver = errors.New("the quiz is over")

// A SetQuiz is a quiz set for a learner, and what they did with it.
type SetQuiz struct {
	Quiz    learning.Quiz
	Sitting learning.Sitting
}

// QuizzesFor lists the quizzes set for a learner that are open, and the closed ones they sat, by title; who may read
// the learner's record may ask. Results are in the sittings as for Sitting.
func (s *Store) QuizzesFor(a learning.Actor, learner learning.PersonID) ([]SetQuiz, error) {
	return nil, errors.ErrUnsupported
}

// Quiz finds one quiz: a learner finds those set for them that are open, or that they sat; a teacher those of their
// classes, an administrator all.
func (s *Store) Quiz(a learning.Actor, id learning.QuizID) (learning.Quiz, error) {
	return learning.Quiz{}, errors.ErrUnsupported
}

// Quizzes lists a class' quizzes that are not archived, by title; its teachers and administrators may read it.
func (s *Store) Quizzes(a learning.Actor, class learning.ClassID) ([]learning.Quiz, error) {
	return nil, errors.ErrUnsupported
}

// SaveQuiz keeps a quiz, new when its ID is "", and returns its id; teachers of its class and administrators. Questions
// without a key are given one. The class of a quiz that is there cannot be changed.
func (s *Store) SaveQuiz(ctx context.Context, a learning.Actor, q learning.Quiz) (learning.QuizID, error) {
	return "", errors.ErrUnsupported
}

// SetQuizState opens, closes or takes back a quiz; who may save it may.
func (s *Store) SetQuizState(ctx context.Context, a learning.Actor, id learning.QuizID, state string) error {
	return errors.ErrUnsupported
}

// Sitting is what a learner did with a quiz; themselves, their teachers and administrators may read it. A learner sees
// what was right only of tries handed in, and only where the quiz reports.
func (s *Store) Sitting(a learning.Actor, learner learning.PersonID, id learning.QuizID) (learning.Sitting, error) {
	return learning.Sitting{}, errors.ErrUnsupported
}

// BeginQuiz begins the actor's first try at a quiz, or another where it may be taken again and the last was handed in.
// Where a try goes on already nothing is written. ErrQuizOver when no try can begin.
func (s *Store) BeginQuiz(ctx context.Context, a learning.Actor, id learning.QuizID) (learning.Sitting, error) {
	return learning.Sitting{}, errors.ErrUnsupported
}

// Answered is what a recorded answer to a quiz led to.
type Answered struct {
	Counted bool // false: this attempt id had been counted before
	Sitting learning.Sitting
}

// AnswerQuiz keeps an answer to a question (At.Quiz, At.Try and At.Item, the question's key, must be set; Resource and
// Seed follow from them and may be left zero; it is already marked) and returns once it is on disk. The same attempt id
// again changes nothing and is no error, whatever became of the quiz since. Refused are: a quiz not set for the
// learner, or a draft (fs.ErrNotExist); a try handed in or a quiz closed (ErrQuizOver); a question the quiz has not, a
// try that is not the one going on, a seed that is not the learner's (fs.ErrInvalid).
func (s *Store) AnswerQuiz(ctx context.Context, a learning.Actor, at learning.Attempt) (Answered, error) {
	return Answered{}, errors.ErrUnsupported
}

// HandIn ends the actor's try; again changes nothing. fs.ErrInvalid for a try never begun.
func (s *Store) HandIn(ctx context.Context, a learning.Actor, id learning.QuizID, try int) (learning.Sitting, error) {
	return learning.Sitting{}, errors.ErrUnsupported
}
