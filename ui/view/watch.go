package view

// Watch is "/teach/class/{class}/watch": children to look after. Forms post to it: do=done with person, step and day;
// do=again with person; do=ticks with, for each child, worry.ID and repeated.ID ("1") and was.worry.ID, was.repeated.ID.
type Watch struct {
	Frame
	Class       string
	Path        string
	Register    string // URL of the register
	Date        string // 2006-01-02: the day that a step is noted for
	Listed      []WatchChild
	Done        []WatchChild
	Rows        []WatchTick
	NoRegisters bool
	From        int // points from which a child is listed
}

// A WatchChild is one of them. Step and DoneStep are messages "watch.step.KEY".
type WatchChild struct {
	ID, Name, Tile string
	URL            string
	Points         int
	Reasons        []WarnReason
	Step           string
	DoneStep       string
	DoneBy         string
	DoneAt         When
}

// WatchSteps are what may be done first.
var WatchSteps = []string{"talk", "visit", "seat", "buddy"}

// A WarnReason is message "warn.KEY". URL leads to what it was counted from.
type WarnReason struct {
	Key    string
	N, Of  int
	Ladder string
	Level  int
	Points int
	URL    string
}

// A WatchTick is what a teacher ticks of a child.
type WatchTick struct {
	ID, Name, Tile  string
	Worry, Repeated bool
	Conflict        bool
}

// Slips is "/teach/class/{class}/slips": one for each family, eight a page. It posts to itself language.ID for each child.
type Slips struct {
	Frame
	Class     string
	Path      string
	School    string
	Slips     []Slip
	Languages []string // BCP 47 tags to choose from
	Chosen    string   // one language for all of them, "" each family's own
	Rows      []SlipLanguage
	From, To  When // of the week; zero: the date is not known
}

// A Slip is one child's week, in the family's language. Nothing on it tells of another child.
type Slip struct {
	Name      string
	Lang      string // BCP 47
	Here, Of  int    // school days; Of 0: no register was taken
	Finished  int
	Title     string // one of what was finished
	TitleLang string
	Answers   int
	Levels    []SlipLevel
	Ladder    string // of what to do at home, "" anything
	Level     int
}

// A SlipLevel is where the child stands on a ladder.
type SlipLevel struct {
	Ladder string
	Level  int
}

// A SlipLanguage is what a family reads; "" as the child does.
type SlipLanguage struct {
	ID, Name, Language string
}

// Notices is "/notices": what one is told, and for who may write, the form. It posts to itself: do=up with text, for (a class
// or "school"), from, until, pinned and id; do=down and do=back with id.
type Notices struct {
	Frame
	Notices []Notice
	For     []ClassTick // whom one may tell: classes, and "school"; none for learners
	Text    string      // as typed, when there is a Problem
	From    string
	Until   string
	Problem string // "words", "dates"; "" none
	ID      string // a fresh one, so that the form posted twice is one notice
	Undo    string // id of what was just taken down, "" none
}

// A Notice is one thing that is told.
type Notice struct {
	ID     string
	Text   string
	Class  string // name, "" the whole school
	By     string
	From   When // zero: at once
	Until  When // zero: no end
	Pinned bool
	Mine   bool // the reader may take it down
}
