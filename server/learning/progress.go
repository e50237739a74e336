package learning

import (
	"time"

	"lamplight/content"
	"lamplight/sync/clock"
)

// A When is an event's time: its stamp always; a date only where its boot is known. Known false means the day is not
// known and must be shown so, never guessed.
type When struct {
	Stamp    clock.Stamp
	Time     time.Time // UTC; zero when not Known
	Known    bool
	Believed bool // from a source that may be believed; else at least this late
}

// Progress is what one learner has done with one resource.
type Progress struct {
	Resource content.ResourceID
	Course   content.CourseID // where it was last met
	Complete bool             // finished, got through, or mastered: never taken back
	Percent  int              // basis points, 10000 when complete
	Position uint64           // see View.Position
	Scored   bool             // an app told points; Score is the best of them
	Score    content.Score
	Seconds  int            // spent, as far as told
	Attempts int            // answers, each attempt id once
	Right    int            // of them right
	Exercise *ExerciseState // nil when never practised
	Last     When
}

// ExerciseState is where one learner stands in one exercise.
type ExerciseState struct {
	FirstTries int   // variants tried
	Right      int   // first tries right without a hint
	Streak     int   // of them the last ones in a row
	Dots       []Dot // the last ten first tries, oldest first
	Mastered   bool  // the criterion was met once; never taken back
	Practised  bool  // Mastered, or of spaced_m_of_n: only the check on a later day is left
	// Of spaced_m_of_n once Practised and not Mastered: since when, and the day from which a right first try masters it.
	// Where that day is not known, Today.Since(PractisedAt) may still tell whether SpacedDays have passed.
	PractisedAt   clock.Stamp
	CheckDue      int
	CheckDueKnown bool
	Have, Need    int // right ones now counting, and how many the criterion asks: "3 of 5"
	Window        int // among how many of the last first tries
	Item          content.ItemID
	Seed          uint64
	ItemRight     bool // Item, with that seed, has been answered right
	Wrong         int  // wrong tries in a row, over all items
	NeedsHelp     bool // HelpAfter wrong tries in a row, and no right answer since
	Turn          int  // how often the exercise moved on to another item
	Again         bool // the last try was not right: a sibling variant of Item comes next
}
