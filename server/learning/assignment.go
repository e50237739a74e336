package learning

import (
	"fmt"
	"io/fs"

	"github.com/zeebo/blake3"
)

// An AssignmentID names an assignment; shaped like a PersonID.
type AssignmentID string

// An Assignment sets a lesson or a quiz for a class, a group (which is a Class with a Parent) or one learner. Exactly
// one of Lesson and Quiz, and exactly one of Class and Learner, is set. ID follows from those, so that setting the same
// twice, on two boxes or one, is one assignment.
type Assignment struct {
	ID      AssignmentID `json:"id"`
	Lesson  LessonID     `json:"lesson,omitempty"`
	Quiz    QuizID       `json:"quiz,omitempty"`
	Class   ClassID      `json:"class,omitempty"`
	Learner PersonID     `json:"learner,omitempty"`
}

// Check reports what is wrong with an assignment, as fs.ErrInvalid, and sets its ID.
func (a *Assignment) Check() error {
	if (a.Lesson == "") == (a.Quiz == "") {
		return fmt.Errorf("an assignment sets either a lesson or a quiz: %w", fs.ErrInvalid)
	}
	if (a.Class == "") == (a.Learner == "") {
		return fmt.Errorf("an assignment is for either a class, a group or a learner: %w", fs.ErrInvalid)
	}
	h := blake3.Sum256([]byte(string(a.Lesson) + "\x00" + string(a.Quiz) + "\x00" + string(a.Class) + "\x00" + string(a.Learner)))
	a.ID = textID[AssignmentID](h[:16])
	return nil
}
