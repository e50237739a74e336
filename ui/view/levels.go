package view

// Levels is "/teach/class/{class}/levels": one tap a child. It posts to itself: ladder, day (2006-01-02) and level.ID ("1" to
// "5") of those that were tapped.
type Levels struct {
	Frame
	Class   string
	Path    string
	Ladder  string // "reading", "numbers"
	Day     When
	Date    string // 2006-01-02
	Rows    []LevelRow
	Due     int    // of Rows
	Counts  [5]int // how many are at each level, lowest first
	Moved   int    // who went up since the check before, of Twice who were checked twice
	Twice   int
	Groups  string // URL
	Problem string // as Attendance.Problem
}

// LadderNames are the ladders, and LevelSteps how many steps each has.
var LadderNames = []string{"reading", "numbers"}

// LevelSteps is how many steps a ladder has.
const LevelSteps = 5

// A LevelRow is one child.
type LevelRow struct {
	ID, Name, Tile string
	URL            string
	Level          int // the last, 0 never checked
	At             When
	Today          bool // that is of the page's day: its button is pressed
	Move           int  // −1, 0, 1 since the check before
	Moved          bool // there was one before
	Due            bool
	Both           []int // what two boxes say of the last day; nil they agree
	Earlier        []LevelPast
}

// A LevelPast is an earlier check.
type LevelPast struct {
	Level int
	At    When
}

// LevelGroups is "/teach/class/{class}/levels/groups". It posts to itself: ladder, class (once for each), and group.ID for
// each child: "LEVEL.NUMBER", "" in none. With do=undo it posts undo, as Undo has it.
type LevelGroups struct {
	Frame
	Path    string
	Ladder  string
	Classes []ClassTick
	Groups  []LevelGroup
	Choices []GroupChoice // where a child can be put
	Unmet   []LevelRow    // never checked
	Undo    string        // what was just made and what was put away for it, ids joined by "." with "_" between; "" nothing was
	Made    int
	Cards   string // URL of the cards to print
	Check   string // URL of the level check
}

// A ClassTick is a class that can be taken along.
type ClassTick struct {
	ID, Name string
	Chosen   bool
}

// A LevelGroup is children at one level. Number is 0 where the level has one group.
type LevelGroup struct {
	Level, Number int
	Members       []GroupMember
}

// A GroupMember is a child in a suggested group.
type GroupMember struct {
	ID, Name, Class string
}

// A GroupChoice is a group a child can be put into.
type GroupChoice struct {
	Value         string
	Level, Number int
}

// ActivityCards is "/teach/class/{class}/levels/cards": what each group does, to print, a card a page.
type ActivityCards struct {
	Frame
	Ladder string
	Groups []LevelGroup
}
