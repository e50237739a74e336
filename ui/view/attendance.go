package view

// Attendance is "/teach/class/{class}/attendance": the register of one session of a day. It posts to itself: day
// (2006-01-02), session, how ("signins" or "") and, for each learner, mark.ID ("1" here, "2" not here, "3" late, "4" excused)
// and was.ID, what the page showed when it was opened.
type Attendance struct {
	Frame
	Shut      bool   // there is no school that day
	Holiday   string // and what the day is called, "" nothing
	Class     string
	Path      string // of the page, without its query
	Day       When
	Date      string // 2006-01-02
	Before    string // the day before, URL
	After     string // the day after; "" when it is to come
	Session   int
	Sessions  []NumberedLink // of the day that there are, and this one
	Another   string         // URL of one more session, "" there can be no more
	Rows      []AttendanceRow
	Here      int    // as marked on the page
	Away      int    // not here, and excused
	Taken     bool   // somebody has taken it
	Conflicts int    // of Rows
	SignIns   string // URL of the page as read from who used the box, "" when this is it
	ByHand    string // URL of the page with everybody here, "" when this is it
	Seen      int    // how many used the box that day, of SignIns
	Trace     []AttendanceChange
	History   string // URL
	Problem   string // "day" (no date), "future"; "" none
}

// A NumberedLink leads to one of several.
type NumberedLink struct {
	Number  int
	URL     string
	Current bool
}

// An AttendanceRow is one child. Marks are "present", "absent", "late", "excused"; "" none.
type AttendanceRow struct {
	ID, Name, Tile string
	Mark           string   // as it is shown; "" where two boxes disagree
	Was            string   // as it stands in the record: "" nobody said or disagreed
	Both           []string // what two boxes say, first the earlier; nil they agree
}

// AttendanceMarks are all there are, in the order of the numbers that forms carry, from 1.
var AttendanceMarks = []string{"present", "absent", "late", "excused"}

// An AttendanceChange is one write in a register. Who "" is the box itself.
type AttendanceChange struct {
	Who     string
	At      When
	Taken   int  // how many were marked at once, 0 a change
	SignIns bool // read from who used the box
	Marks   []AttendanceRow
}

// AttendanceHistory is "/teach/class/{class}/attendance/history".
type AttendanceHistory struct {
	Frame
	Class    string
	Take     string // URL
	CSV      string // URL
	Days     []AttendanceDay
	Rows     []AttendanceChild
	Patterns []AttendanceChild // those that have Patterns
}

// An AttendanceDay is a column.
type AttendanceDay struct {
	Day        When
	Here, Away int
	URL        string // of its register
}

// An AttendanceChild is one child over the days of AttendanceHistory.
type AttendanceChild struct {
	Name, Tile string
	URL        string
	Marks      []string // one for each day, as AttendanceRow.Mark
	Here, Away int
	Patterns   []DayPattern
}

// A DayPattern is message "pattern.KEY".
type DayPattern struct {
	Key     string // "running", "weekday", "often", "late", "session"
	N, Of   int
	Weekday int // of "weekday": 0 Sunday
	Session int // of "session"
}
