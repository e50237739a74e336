package learning

import (
	"lamplight/content"
	"lamplight/sync/clock"
)

// A Standing is how well a learner can do one skill. Learners and teachers are shown this and never a number.
type Standing uint8

const (
	Unknown Standing = iota // fewer than three first tries
	NotYet                  // one in two or fewer come out right
	Nearly
	Can // four in five or more come out right
)

func (s Standing) String() string {
	return [...]string{"unknown", "not-yet", "nearly", "can"}[min(s, Can)]
}

// A Practice is the fold of one learner's counted attempts in Order: how well they do each skill, what they got wrong and
// when they last met each item. It is never stored. It holds no dates, only stamps. The zero value has seen nothing and is
// ready; a Practice may be read by many at once and stepped by one alone.
type Practice struct {
	// Question finds what a quiz asked under a key, so that a mistake made there comes into the book; nil or false leaves
	// it out, as it must for a quiz whose results learners may not see. Set it before the first Step.
	Question func(q QuizID, key string) (QuizQuestion, bool)
}

// Step folds the next attempt in Order, made at st. Each attempt id is to come once. Answers to a quiz wait for its HandIn.
func (p *Practice) Step(a *Attempt, st clock.Stamp) {}

// HandIn folds the handing in of one try of a quiz (from 1), in Order among the attempts. The second time does nothing.
func (p *Practice) HandIn(q QuizID, try int) {}

// A Done is one thing a learner did, for PracticeOf: an answer, or the handing in of a quiz where Attempt.ID is "", of which
// Quiz and Try alone count.
type Done struct {
	Attempt
	Order Order
	Stamp clock.Stamp
}

// PracticeOf folds events in any order, any of them any number of times: of an attempt id the first in Order counts.
func PracticeOf(question func(QuizID, string) (QuizQuestion, bool), events []Done) *Practice {
	return &Practice{Question: question}
}

// Chance is how likely, in basis points, the learner's first try at an item is right: skill as Attempt.Skill, rating as
// the item's, 0 unrated.
func (p *Practice) Chance(skill string, rating int) int { return 5000 }

// Standing is how well the learner does a skill, measured at the middle of its items that they have met.
func (p *Practice) Standing(skill string) Standing { return Unknown }

// SkillOf is the skill under which an item's attempts are rated: its own, else its exercise's, else the exercise's id.
func SkillOf(ex content.Exercise, it content.Item) string {
	switch {
	case it.Skill != "":
		return it.Skill
	case ex.Skill != "":
		return ex.Skill
	}
	return string(ex.ID)
}
