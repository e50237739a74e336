package learning

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// A StepID names a step; shaped like a PersonID.
type StepID string

// Uses of steps: what a teacher made for a lesson before, in and after class; a stop in a film and what came of it; how a
// room with several groups takes turns.
const (
	StepBefore = "before" // Ask: the id of a quiz
	StepLive   = "live"   // Ask: the id of a quiz
	StepAfter  = "after"  // Ask: ids of lessons, with spaces between
	StepStop   = "stop"   // Of: a film; At: where it stops; Ask: a question, "" none but Text; Then: what to do where few are right
	StepRan    = "ran"    // Of: the id of a stop; Right of Total hands
	StepHome   = "home"   // Ask: for each week of work for home the ids of a lesson and a quiz, "-" where there is none
	StepBoard  = "board"  // one a class, under its id; Of: the groups, ids with spaces between; Text: stations, a line each; At: the turn
)

var stepUses = []string{StepBefore, StepLive, StepAfter, StepStop, StepRan, StepHome, StepBoard}

// A Step is something of how a class is taught, kept for its teachers.
type Step struct {
	ID    StepID
	Class ClassID
	Use   string
	// Lesson it was made for or happened in, "" none.
	Lesson LessonID
	Of     string // see the uses; a film as COURSE/RESOURCE
	At     int    // tenths of a second, or of a board the turn; 0 to MaxStepAt
	Ask    string // a question as COURSE/RESOURCE ITEM, or ids
	Text   string // words of the teacher's own
	Then   string
	Right  int // of Total, 0 to MaxHands
	Total  int
	Day    string // "2006-01-02" when it happened, "" not known
	Gone   bool
	By     PersonID
}

// Limits of steps.
const (
	MaxStepText  = 600 // characters
	MaxStepAt    = 24 * 60 * 60 * 10
	MaxHands     = 999
	maxStepBytes = 4 * MaxStepText
)

// EnoughRight is the share of right answers, in percent, from which a class goes on.
const EnoughRight = 60

// Few says whether fewer than EnoughRight of a hundred were right.
func (s *Step) Few() bool { return s.Total > 0 && 100*s.Right < EnoughRight*s.Total }

// Check reports what is wrong with a step that is to be saved, as fs.ErrInvalid, and trims its texts.
func (s *Step) Check() (err error) {
	if !slices.Contains(stepUses, s.Use) {
		return fmt.Errorf("step: use %.20q: %w", s.Use, fs.ErrInvalid)
	}
	for _, text := range []*string{&s.Text, &s.Then} {
		if *text, err = cleanLines("step", *text, MaxStepText); err != nil {
			return err
		}
	}
	for _, list := range []string{s.Of, s.Ask} {
		if len(list) > maxStepBytes || strings.ContainsFunc(list, func(c rune) bool { return c < ' ' || c > '~' }) {
			return fmt.Errorf("step: what it names cannot be read: %w", fs.ErrInvalid)
		}
	}
	switch {
	case s.At < 0 || s.At > MaxStepAt:
		return fmt.Errorf("step at %d, not 0 to %d: %w", s.At, MaxStepAt, fs.ErrInvalid)
	case s.Right < 0 || s.Total < s.Right || s.Total > MaxHands:
		return fmt.Errorf("step: %d right of %d: %w", s.Right, s.Total, fs.ErrInvalid)
	case s.Use == StepStop && s.Ask == "" && s.Text == "":
		return fmt.Errorf("a stop that asks nothing: %w", fs.ErrInvalid)
	}
	return checkDates("step", s.Day, "")
}
