package learning

import "lamplight/content"

// A MistakeStep says what a mistake asks for.
type MistakeStep uint8

const (
	Look     MistakeStep = iota + 1 // read the worked answer, then try a variant
	Practise                        // a variant was tried and not right yet
	Check                           // a variant was right: it is asked again on a later day
)

// SpacedRights are needed for a mistake to leave the book: right first tries without a hint, each at least SpacedDays after
// the wrong answer or the one before.
const (
	SpacedRights = 2
	SpacedDays   = 2
)

// A Mistake is an item in a learner's mistakes book.
type Mistake struct {
	ID       string // 32 hex digits, the same while the item is in the book: "/mistakes/{id}"
	Course   content.CourseID
	Resource content.ResourceID // the exercise
	Item     content.ItemID
	Skill    string
	Error    string // code of the known mistake, "" unknown
	Seed     uint64 // of the variant answered wrong last
	Given    string // what was answered; "" typed words
	Step     MistakeStep
	Rights   int  // of SpacedRights
	Due      int  // day on which it is asked again
	DueKnown bool // that day is known
	Now      bool // it may be answered today so that it counts, or waits for Look or Practise
	Why      Reason
}

// Mistakes is the learner's mistakes book: what waits now first, then by the day it is due, then by id.
func (p *Practice) Mistakes(t Today) []Mistake { return nil }

// Mended counts how often an item has left the book.
func (p *Practice) Mended(c Calendar) int { return 0 }
