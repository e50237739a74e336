package learning

import (
	"fmt"
	"io/fs"
	"time"

	"lamplight/content"
)

// A LessonID names a lesson; shaped like a PersonID.
type LessonID string

// A Ref is one resource of one course. Course says where it was taken from; where that course is gone, any other which
// holds the resource will do.
type Ref struct {
	Course   content.CourseID   `json:"course"`
	Resource content.ResourceID `json:"resource"`
}

// A Lesson is resources in the order a class works through them, as its teacher composed it.
type Lesson struct {
	ID        LessonID `json:"id"`
	Class     ClassID  `json:"class"` // whose teachers may change it
	Title     string   `json:"title"` // 1 to 80 characters
	About     string   `json:"about,omitempty"`
	Resources []Ref    `json:"resources"`
	From      string   `json:"from,omitempty"`  // "2006-01-02" in the school's zone, "" at once; learners see it from then on
	Until     string   `json:"until,omitempty"` // "2006-01-02", "" none; said to learners, hides nothing
	Hidden    bool     `json:"hidden,omitempty"`
	Archived  bool     `json:"archived,omitempty"`
}

// Limits of lessons and quizzes.
const (
	MaxAbout     = 2000 // characters
	MaxResources = 100  // of a lesson
	MaxQuestions = 200  // of a quiz
	MaxSections  = 20
	MaxMinutes   = 24 * 60
	MaxTries     = 50      // of one learner at one practice quiz
	MaxNote      = 8 << 10 // bytes: 2000 characters of any script
)

// Check reports what is wrong with a lesson that is to be saved, as fs.ErrInvalid, and trims its texts.
func (l *Lesson) Check() (err error) {
	if l.Title, err = CleanText("lesson title", l.Title, 1, MaxName); err != nil {
		return err
	}
	if l.About, err = cleanLines("lesson description", l.About, MaxAbout); err != nil {
		return err
	}
	if len(l.Resources) > MaxResources {
		return fmt.Errorf("lesson %q has %d resources, at most %d fit: %w", l.Title, len(l.Resources), MaxResources, fs.ErrInvalid)
	}
	for i, r := range l.Resources {
		if err := r.check(); err != nil {
			return fmt.Errorf("lesson %q, resource %d: %w", l.Title, i+1, err)
		}
	}
	return checkDates(l.Title, l.From, l.Until)
}

func (r Ref) check() error {
	if err := checkResource(r.Resource); err != nil {
		return err
	}
	return checkCourse(r.Course)
}

func checkDates(what, from, until string) error {
	for _, d := range []string{from, until} {
		if _, err := time.Parse(time.DateOnly, d); d != "" && err != nil {
			return fmt.Errorf("%q: date %.20q is not written 2006-01-02: %w", what, d, fs.ErrInvalid)
		}
	}
	if from != "" && until != "" && until < from {
		return fmt.Errorf("%q ends on %s, before it begins on %s: %w", what, until, from, fs.ErrInvalid)
	}
	return nil
}
