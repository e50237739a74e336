package view

// Exercise is "/exercise/{id}": one question, and after an answer its result.
//
// The form posts to Action with attempt, item, seed, hints (how many are open), tenths (filled in by the script: tenths of a
// second since the page was shown), token and the response fields of package marking ("r", "r1", "r.KEY").
// The button "hint" of the same form posts hint=N, which asks for the page again with N hints and what was filled in:
// it is not an attempt.
type Exercise struct {
	Frame
	Heading  string
	Lang     string
	Dir      string // of the exercise's language; "" as the page
	Crumbs   []Link
	Action   string // "/exercise/{id}/attempt"
	Attempt  string
	Item     string
	Seed     string
	Question Question
	Hints    []HTML // those opened
	MoreHint bool   // there is another to open
	Result   *Result
	// Dots are the last first tries, oldest first: "right", "wrong", "helped" (right after a hint), "open" (to come).
	Dots []string
	Criterion
	Mastered  bool
	Practised bool   // spaced_m_of_n: only the check on a later day is left
	Check     When   // from when that check counts; zero: the day is not known
	CheckNow  bool   // it counts now
	Next      string // "try another" after a result: URL of a new variant or the next question
	Sister    bool   // Next asks the same with other numbers
	Done      string // where a person goes who has finished: the lesson or the course
	DoneText  string // what Done is called, "" the usual words
	Why       Reason // why this question
	First     *Link  // what to learn first, with FirstWhy
	FirstWhy  Reason
	Mistakes  bool // what was just answered wrong is in the mistakes book
	Licence   Licence
	Keep      *Keep
	Broken    bool // the exercise holds no question
	// LeftOut says of each question that cannot be shown here why, in English; LeftOutN how many there are.
	LeftOut  []string
	LeftOutN int
}

// A Criterion says when the exercise is mastered. Type is a mastery model of package content.
type Criterion struct {
	Type string // "do_all", "m_of_n", "spaced_m_of_n", "num_correct_in_a_row_5"
	M, N int
}

// A Question is one variant, ready to be shown. What was given stands in Value, Chosen, … so a page can be shown again.
type Question struct {
	Type       string // choice many truefalse number text cloze inline order match categorise hottext
	Stem       HTML   // not for cloze, inline, hottext
	Parts      []Part // cloze, inline, hottext: text, gaps and spans in order
	Options    []Option
	Rights     []Option // match: what may be chosen for each of Options
	Categories []string // categorise
	Unit       string   // number: shown after the field
	Value      string   // number, text, truefalse: what was given
	Sound      string   // URL of a file that reads the question aloud
}

// A Part is a piece of a stem: exactly one of the three is set.
type Part struct {
	Text HTML
	Gap  *Gap
	Span *Option // hottext: may be marked
}

// A Gap is filled in. Name is its field: "r1", "r2" …
type Gap struct {
	Name    string
	Options []Option // chosen; nil is typed
	Number  bool     // what is typed is a number
	Value   string
	Mark    string // after an answer: "right", "wrong", ""
}

// An Option is chosen, placed (order), paired (match) or sorted (categorise). The last three post "r.KEY"; for match KEY
// is the index of the pair, as package marking reads it.
type Option struct {
	Key    string
	Text   HTML
	Chosen bool   // choice, many, hottext
	Value  string // order: position from 1; match: key of the right side; categorise: index
	Mark   string // after an answer: "right", "wrong", ""
}

// A Result is what came of an answer.
type Result struct {
	Correct  bool
	Percent  int  // 0–100, for partly right
	Feedback HTML // of the mistake or option, "" the usual words
	Given    string
	Worked   HTML
	Saved    bool // it is on the box's disk; false for a guest, of whom nothing is kept
	Repeated bool // this attempt had been counted already
}

// An Asked is a question as somebody was asked it, with what they answered: to be read, not to be answered again.
type Asked struct {
	Stem    HTML     // gaps as …
	Options []Option // choice, many, hottext: Chosen and Mark say what became of each
	Given   string   // what was answered, in words; "" nothing
	Right   string   // a right answer, in words; "" not shown
	Error   HTML     // what went wrong, in the course's words; "" unknown
	Worked  HTML
	Correct bool
	Partly  bool
	Lang    string
}
