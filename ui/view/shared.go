package view

// Shared is "/shared": one phone passed round a class. Step says which of its faces is shown; each works without
// JavaScript. Forms post to /shared: do and person, or what Start asks.
//
//	"choose" whose class
//	"start"  how it goes: minutes, secret; and for a teacher the phones that go round now and who had a turn today
//	"queue"  between turns: who is called, who waits, who is away
//	"mine"   within a turn: go on, or pass the phone on
type Shared struct {
	Frame
	Step    string
	Classes []Class   // choose
	Class   Link      // start, queue
	ClassID string    // start
	Minutes int       // of a turn
	Choices []int     // start: minutes to choose from
	Teacher bool      // start: a teacher begins, so that tapping one's own tile may be enough
	Phones  []Passing // start, for a teacher: phones that go round in this class
	Had     []Tile    // start: who had a turn today; queue: in this queue
	NotYet  []Tile    // start: who had none today
	Called  *Tile     // queue: nobody when nil
	Secret  bool      // queue: the called one signs in at URL
	Waiting []Tile    // queue: after the called one
	Away    []Tile
	Over    string // queue: the name of whose turn has just ended, "" none
	Problem string // message "shared.problem.KEY": "nobody"
	Opens   Opening
	Wait    int // seconds, with "slow-down"
}

// A Passing is a phone that goes round, as the teacher sees it from their own.
type Passing struct {
	ID      string
	Now     string // name of whose turn it is, "" between turns
	Waiting int
	Minutes int
}

// A Turn is what is left of a child's turn on a phone that is passed round.
type Turn struct {
	Seconds int  // left; 0 when Over
	Grace   int  // seconds after them in which what is being written is still taken; what is left of it when Over
	Over    bool // this page is the last: the answer came in the grace
	Asks    bool // this page has an answer to write, so without a script it stays through the grace
}

// An Opening is when learners may sign in again.
type Opening struct {
	Weekday int // 0 Sunday
	Minute  int // since midnight
}

// CardOwner is "/card": whose card the phone's camera saw. It posts to its own address.
type CardOwner struct {
	Frame
	Owner Tile
}

// GuestWork is "/guest" after signing in: was that you? It posts do=keep or do=drop, and next, to /guest/claim.
type GuestWork struct {
	Frame
	Did  int // things opened or practised
	Next string
}

// Hours is "/admin/hours": when learners may sign in. It posts limit ("" always, "1"), day (0 Sunday … 6), from, to
// ("07:30") and zone (minutes) there.
type Hours struct {
	Frame
	Limit    bool
	Days     [7]bool // Sunday first
	From, To string
	Zone     int
	Zones    []int
	Time     string // of the school by the box's clock, "" when it is not believed
	Weekday  int
	Problem  string // "": none; "hours", "days": messages "hours.problem.KEY"
}
