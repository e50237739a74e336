package learning

import "lamplight/content"

// An AttemptID is drawn by the page that shows an item: BASE "." N, where BASE is 13 base32 characters (8 random
// bytes, one a page or session) and N a small counter; or any other 1 to 64 printable ASCII characters. Posted or
// carried any number of times, it counts once for its learner.
type AttemptID string

// An Attempt is one answer to one item.
type Attempt struct {
	ID        AttemptID
	Learner   PersonID
	Course    content.CourseID // "" unknown
	Resource  content.ResourceID
	Item      content.ItemID
	Type      content.ItemType  // decides where Given is kept; not stored itself
	Criterion content.Criterion // of the exercise as shown; do_all counts its items in N
	Seed      uint64
	Given     string // canonical response, ≤ 200 bytes; "" when kept apart and not joined
	Score     content.Score
	Correct   bool
	Error     string // code of the known mistake, ≤ 64 bytes
	Tenths    uint64 // tenths of a second from shown to answered, 0 unknown
	Hints     int    // taken before answering
	By        PersonID
	Apart     bool   // Given is in the roster scope
	Skill     string // as the item had it when answered; "" the exercise is its own, ≤ 64 bytes
	Rating    int    // of the item as shipped, 1 to 4000; 0 unrated
	Quiz      QuizID // whose question Item is; Resource is then Quiz.Resource()
	Try       int    // of the quiz, from 1; 0 when Quiz is ""
	Fast      bool   // answered under two seconds: a guess
	Paper     bool   // given on paper, entered by By
}

// An Action is what happened to a resource that is looked at.
type Action uint8

const (
	Opened   Action = 1
	Moved    Action = 2 // got on: Percent and Position say how far
	Finished Action = 3 // the learner says so, or the page knows
)

// A View is a resource opened, got on with or finished.
type View struct {
	Learner  PersonID
	Course   content.CourseID
	Resource content.ResourceID
	Action   Action
	Percent  int    // basis points of it got through, 0–10000; 9500 and more is all of it
	Position uint64 // where to go on: tenths of a second of a video; chapter × 10000 + basis points of a book; page
	Tenths   uint64 // tenths of a second spent since the last View of it
	Scored   bool   // an app told Score, in its own points
	Score    content.Score
}

// WholePercent is from where on a resource counts as got through: credits, blank last pages.
const WholePercent = 9500

// A Dot is one first try, as shown in the row of an exercise.
type Dot uint8

const (
	DotWrong  Dot = 0
	DotRight  Dot = 1
	DotHinted Dot = 2 // right, but with a hint: does not count towards mastery
)

// HelpAfter wrong tries in a row in one exercise a teacher is shown that help is needed (the same number as Kolibri's,
// which stays at one item; Next moves on after two tries, so the count goes on over items).
const HelpAfter = 4
