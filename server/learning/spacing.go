package learning

import (
	"strings"

	"lamplight/content"
)

// FactSkill begins the id of a skill whose items are facts: words, number bonds, names. Facts come back for review in
// growing intervals; what takes several steps is practised instead.
const FactSkill = "fact-"

// IsFact reports whether a skill's items are facts.
func IsFact(skill string) bool { return strings.HasPrefix(skill, FactSkill) }

// MaxDue is how many cards a learner is asked to review a day.
const MaxDue = 10

// A DueCard is an item that is due for review.
type DueCard struct {
	Course   content.CourseID
	Resource content.ResourceID
	Item     content.ItemID
	Skill    string
	Due      int // day it became due
	Known    bool
	Mistake  string // its Mistake.ID when it is in the book, "" for a fact
	Why      Reason
}

// Due is what a learner is to review today: mistakes whose check has come, and facts; the longest due first, at most
// MaxDue less those reviewed today already.
func (p *Practice) Due(t Today) []DueCard { return nil }
