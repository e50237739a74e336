package view

// InClass is "/teach/class/{class}/now": what the class looks at together, as its teacher steers it. Every form posts to
// Action with token, key (as it was when the page was made) and do: push (pick=KEY), close, reopen, again, reveal, end, down
// (one learner's hand, or all), enter (set="PERSON LETTER"), cards (seen=).
type InClass struct {
	Frame
	Class  string
	Places ClassPlaces
	Action string
	State  string // "" nothing, "looks", "answers", "closed", "revealed"
	Key    string
	By     string // who steers, where that is somebody else
	Pick   string // address where something is chosen
	Thing  *InClassThing
	Asked  Asked // of a question: its text and options, nothing of what is right
	Broken bool  // the question is not on this box any more
	Live   InClassLive
	Rows   []InClassBar // once closed: a line an answer
	Rounds []InClassRound
	Wrong  string // the wrong answer that most chose, in words; WrongN did
	WrongN int
	Advice string         // "again", "talk", "on"; "" nobody answered
	More   bool           // the question can be asked once more
	Rest   []InClassChild // who has not answered
	Photo  *InClassPhoto  // nil: cards cannot answer it
}

// An InClassThing is what is looked at, or was last.
type InClassThing struct {
	Title, Lang, URL string
	Question         string // in one line; "" a resource
	Pick             string // puts it on the phones again
}

// InClassLive is what changes while a class works. The script fetches it from URL, again and again.
type InClassLive struct {
	URL      string // with the key of what is shown
	Action   string
	Token    string
	Key      string
	State    string
	Learners int // of the class
	Answered int // in the round that goes on or was last; of a resource who have opened it
	Hands    []InClassChild
}

// An InClassChild is a learner. Letters are the answers that a teacher may enter for them.
type InClassChild struct {
	Name, ID string
	Letters  []string
}

// An InClassBar is one answer and how many gave it, in each round. Key is "true" or "false", or says which line of several:
// "right" (Text is a right answer), "other"; "" an option or a wrong answer in words.
type InClassBar struct {
	Letter string
	Key    string
	Text   HTML
	Right  bool
	Counts []InClassCount
	Names  []string // who gave it in the last round
}

// An InClassCount is of one round; Share is percent of those who answered.
type InClassCount struct{ N, Share int }

// An InClassRound is how one round went.
type InClassRound struct{ Number, Answered, Right, Percent int }

// InClassPhoto is the way in for answer cards: Open shows the form, Hidden and Read what was read and is not put in yet.
type InClassPhoto struct {
	Open, Close string // addresses
	Shown       bool
	Upload      string
	Cards       string // address of the cards, where nobody has one; ""
	Seen        string
	Read        []InClassChild // Letters[0] is what each says
	Clashes     int            // photos differ: ask the child
	Turn        string         // turns all answers
	Problem     string         // as PaperAsk
	Doubtful    int
	Strange     int
}

// Now is "/now": what a learner's class looks at. The form posts to "/now/answer" with round, tenths, token and the response
// fields of package marking; the hand to "/now" with hand=up or down.
type Now struct {
	Frame
	State    string // "" nothing, "looks", "answers", "answered", "closed", "revealed"
	Class    string
	Key      string
	Thing    *InClassThing
	Lang     string
	Dir      string
	Question Question
	Round    string
	Broken   bool
	Asked    Asked // closed, answered: what I answered; revealed: and what was right
	Mine     bool  // I have answered
	Hand     bool  // it is up
	Pass     bool  // the phone goes round
}

// NowCall is the line that calls a learner to what the class looks at.
type NowCall struct {
	Frame
	Class string
	Thing string
}
