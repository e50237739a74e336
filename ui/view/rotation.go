package view

// Board is "/teach/class/{class}/rotation": which group is where now, big enough for the back of the room. It posts do=turn with
// turn; do=save with station (a key of Stations, several), own, group (several) and seen.
type Board struct {
	Frame
	Class     string
	Path      string
	Turn      int // from 1
	Rows      []BoardRow
	Round     []BoardTurn // all turns, until they come again
	Following int         // the next turn
	Before    int         // the one before, 0 none
	Minutes   int         // of a turn
	Seconds   int         // left of this turn when the page comes, 0: no timer runs
	Stop      string      // URL without timer
	Groups    []Recipient
	Stations  []BoardStation
	Own       string
	Seen      string
	Both      []string // other versions
	Editing   bool
	Problem   bool
	Levels    string // URL where groups are made
	Undo      *Undo
}

// BoardStations are the usual ones: messages "board.station.KEY".
var BoardStations = []string{"teacher", "phones", "cards", "reading"}

// A BoardStation is one of them.
type BoardStation struct {
	Key    string
	Chosen bool
}

// A BoardRow is a group and its station: a key of BoardStations, or words.
type BoardRow struct{ Group, Station, Next string }

// A BoardTurn is where each group is in one turn.
type BoardTurn struct {
	Turn int
	Rows []BoardRow
}

// Closure is "/teach/class/{class}/closure": weeks of work for home. It posts do=make with weeks, or "undo STEP" and "redo STEP".
type Closure struct {
	Frame
	Class string
	Path  string
	Weeks []ClosureWeek
	Most  int    // weeks that can be asked for
	Step  string // of what was made, "" nothing
	Fewer int    // the weeks that the library had enough for, where more were asked for; 0 all
	Slips string
	Empty bool
	Undo  *Undo
}

// A ClosureWeek is one week.
type ClosureWeek struct {
	Number                int
	Titles                []string
	Edit                  string
	Phone, Sheet          string // URLs
	Key, Marks, Report    string
	Learners, Done, Works int
}
