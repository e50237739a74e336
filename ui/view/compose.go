package view

// ClassWork is "/teach/class/{class}/lessons": what was put together for a class, and where each stands. Its forms post
// bring=ID of something put away to Action.
type ClassWork struct {
	Frame
	Heading  string // the class
	Lessons  []Work
	Quizzes  []Work
	PutAway  []Work
	Action   string
	NewURL   string // adds a lesson; with &kind=quiz a quiz
	Undo     *Undo
	HasSteps bool // the library holds something to choose from
}

// Work is a lesson or quiz as its teacher sees it in a list. State is message "work.state.STATE": of a lesson "empty", "hidden",
// "later", "shown"; of a quiz "draft", "open", "closed".
type Work struct {
	ID, Title, URL string
	Kind           string // "lesson" or "quiz"
	State          string
	Things         int      // resources, or questions
	Whole          bool     // set for the whole class
	For            []string // groups and learners it is set for beside that
	From, Until    When
	Disputed       bool // two versions wait to be chosen from
}

// An Undo takes back what was just done: a form that posts Name=Value, and the rest of Fields, to Action.
type Undo struct {
	Action string
	Fields []Hidden
}

// NewWork is "/teach/class/{class}/lessons/new": it posts kind, title, minutes and for (see ForWhom) to Action.
type NewWork struct {
	Frame
	Kind    string // "lesson" or "quiz"
	Heading string // the class
	Action  string
	Title   string
	Problem bool // the title is missing or too long
	For     ForWhom
}

// ForWhom are whom work may be set for. Chosen boxes are posted as for=KEY, and those which the page showed as chosen as
// was=KEY, so that what another teacher chose meanwhile stays.
type ForWhom struct {
	Class    Recipient
	Groups   []Recipient
	Learners []Recipient
}

// A Recipient is one box.
type Recipient struct {
	Key, Name, Tile string
	Chosen          bool
}

// Any says whether one of a list is chosen.
func Any(all []Recipient) bool {
	for _, r := range all {
		if r.Chosen {
			return true
		}
	}
	return false
}

// ComposeLesson is "/teach/lesson/{id}". All its forms post to Action: up=, down= or remove= the key of a step; order= all keys
// in their new order (the script); title, about, from, until with was.NAME as they stood and seen; hide=1 or show=1; for (see
// ForWhom); copy=CLASS; away=1; settle=FIELD with version=KEY.
type ComposeLesson struct {
	Frame
	Heading  string
	About    string
	State    string // as Work
	Words    WorkWords
	Was      WorkWords // as they stood when the page was made; Words may be what could not be saved
	FromDay  When
	UntilDay When
	Hidden   bool
	PutAway  bool
	Steps    []ComposeStep
	For      ForWhom
	Disputes []Dispute
	Action   string
	Pick     string // the page to choose from
	Preview  string // as learners see it
	Copies   []Recipient
	Seen     string
	Problem  bool // a date or the title cannot be
	Undo     *Undo
}

// WorkWords are the fields of a form for words and rules. Dates are 2006-01-02, "" none.
type WorkWords struct {
	Title, About, From, Until string
	Minutes                   string // of a quiz
}

// A ComposeStep is one thing in a lesson, with the key its buttons post. Gone: its course is not on this box.
type ComposeStep struct {
	Card
	Key         string
	First, Last bool
	Gone        bool
}

// A Dispute is a part of a lesson or quiz that two people changed without having seen the other's: message "dispute.FIELD".
// Both says that the two can be put together.
type Dispute struct {
	Field    string
	Versions []DisputeVersion
	Both     bool
}

// A DisputeVersion is what one of them wrote: words as written, a Day, or a list. State is a message "work.state.STATE" or "",
// On whether a switch is on.
type DisputeVersion struct {
	Key   string // posted
	Text  string
	Day   When
	State string
	Lines []string
	More  int // lines left out
}

// ComposeQuiz is "/teach/quiz/{id}". All its forms post to Action: up=, down=, remove=, swap= the key of a question; order= all
// keys of a section; section=add; for each section I title.I, about.I, shuffled.I; title, minutes, report, practice, numbers with
// was.NAME and seen; state=open, closed or draft; for (see ForWhom); copy=CLASS; away=1; settle=FIELD with version=KEY.
type ComposeQuiz struct {
	Frame
	Heading   string
	State     string // "draft", "open", "closed"
	PutAway   bool
	Sections  []ComposeSection
	Questions int
	Words     WorkWords
	Was       WorkWords
	Report    bool
	Practice  bool
	Own       bool // each learner gets numbers of their own
	Locked    bool // it has answers: questions stay
	Begun     int  // who began and has not handed in
	HandedIn  int
	Asked     int // learners it is set for
	For       ForWhom
	Disputes  []Dispute
	Action    string
	Pick      string
	Preview   string
	Close     string // page that asks
	Copies    []Recipient
	Needs     []Recipient // learners it is set for; Key leads to what they need, Chosen says that there is something
	Seen      string
	Problem   bool
	Undo      *Undo
}

// A ComposeSection is questions shown together. Number is from 1.
type ComposeSection struct {
	Number   int
	Title    string
	About    string
	Shuffled bool
	Rows     []ComposeQuestion
	Pick     string // page to choose more for it
}

// A ComposeQuestion is one question, as one learner would get it. Where is the exercise it is from.
type ComposeQuestion struct {
	Key         string
	Number      int // in the whole quiz
	Asked       Asked
	Where       string
	First, Last bool
	Gone        bool
	Choose      string // page to choose another instead
}

// CloseQuiz is "/teach/quiz/{id}/close": what happens with what is not handed in. It posts state=closed and unfinished ("in" or
// "keep") to Action.
type CloseQuiz struct {
	Frame
	Heading  string
	Begun    []Recipient // who began and has not handed in
	HandedIn int
	NotBegun int
	Action   string
}

// Pick is "/teach/lesson/{id}/pick" and "/teach/quiz/{id}/pick": looking through the library, with what was chosen so far. Its one
// form posts to Action, which answers with the same page again: here= what this page shows, pick= all that is ticked, q= words
// to look for, at= a place to go to, token, and of a quiz topic= places ticked, section, replace, seed and n; done=1 puts it in,
// draw=1 draws n questions from the places ticked.
type Pick struct {
	Frame
	Kind    string // "lesson" or "quiz"
	Heading string // the lesson or quiz
	Action  string
	Query   string
	Asked   bool // Query was looked for
	At      string
	Crumbs  []PickPlace
	Title   string // of the place shown, "" the library
	Lang    string
	Recent  []PickThing
	Places  []PickPlace
	Things  []PickThing
	Basket  []PickThing // chosen on other pages
	Chosen  int         // in all
	From    []PickPlace // of a quiz: places chosen on other pages to draw from
	Drawing int         // places chosen, all of them
	Draw    int         // how many to draw
	Hidden  []Hidden
	Replace bool // one question is chosen, instead of another
	Cut     int  // how many more lie here than are shown
	Busy    bool // too many searches
}

// A PickPlace is a course, a topic or, for quizzes, an exercise to look into. Count is of what lies in it.
type PickPlace struct {
	Key, Title, Lang, Kind string
	Count                  int
	Draws                  bool // a quiz may draw from it
	Chosen                 bool
}

// A PickThing can be chosen. In says that it is in the lesson or quiz already.
type PickThing struct {
	Key, Title, Lang, Kind, Where string
	Chosen, In                    bool
	Asked                         *Asked // of a question: as a learner would get it
}

// QuizPreview is "/teach/quiz/{id}/preview": one question as a learner meets it. Nothing is posted.
type QuizPreview struct {
	Frame
	Heading  string
	Section  QuizSection
	Number   int
	Total    int
	Lang     string
	Question Question
	Broken   bool
	Map      []QuizMark
	Minutes  int
}
