package view

// Paper is "/teach/class/{class}/paper": what a class can do on paper.
type Paper struct {
	Frame
	Class  string
	Places ClassPlaces
	Cards  string // URL of the answer cards to print
	Sets   []PaperSet
	Make   string // where quizzes are made, "" not allowed
}

// A PaperSet is questions that can be printed or asked: a quiz, or an exercise of a lesson of the class.
type PaperSet struct {
	Title     string
	Lang      string
	Kind      string // "quiz", "exercise"
	State     string // of a quiz: "draft", "open", "closed"
	Questions int
	URL       string
}

// PaperQuestions is "/teach/paper/{class}": one quiz or exercise, and what can be done with it on paper.
type PaperQuestions struct {
	Frame
	Heading   string
	Lang      string
	Draft     bool // a quiz that takes no answers yet
	Questions []PaperQuestion
	Sheets    []SheetLink
	Another   string // URL of the same with other numbers
	Set       int    // which numbers, from 1
	Marks     string // URL of the grid of marks
	Scan      string // URL of where answer sheets are read off photos
}

// A PaperQuestion is one of them. Ask is "" where cards cannot answer it.
type PaperQuestion struct {
	Number int
	Text   string
	Lang   string
	Ask    string
}

// A SheetLink leads to a sheet to print. Key is "worksheet", "key" or "answers"; Version "A" or "B", "" for both.
type SheetLink struct {
	Key, Version, URL string
	Current           bool
}

// AnswerCards is "/teach/class/{class}/paper/cards": the cards of a class, to print. Action gives those who have none a
// number.
type AnswerCards struct {
	Frame
	Class   string
	Action  string
	Missing int  // learners without a card
	Beyond  bool // there are no more cards
	Cards   []AnswerCard
	Four    bool   // four on a page, else two
	Other   string // URL of the other size
}

// An AnswerCard is one card. Grid is an SVG of ours.
type AnswerCard struct {
	Name   string
	Number int
	Grid   HTML
}

// PaperAsk is "/teach/paper/{class}/ask": one question for the board, the photo, and what came of it.
type PaperAsk struct {
	Frame
	Heading  string
	Number   int
	Total    int
	Lang     string
	Stem     HTML
	Options  []PaperOption
	Upload   string // where a photo is posted
	Action   string // where answers are saved, and taken back
	Hidden   []Hidden
	Cards    string       // URL of the cards to print, when nobody has one
	Seats    int          // learners with a card
	Read     int          // of them with an answer
	Rest     []PaperChild // without one, by name
	Clashes  []PaperChild // two photos say different things
	Known    []PaperChild // with an answer
	Open     bool         // bars are shown
	Toggle   string       // opens and closes them
	Problem  string       // of a photo: "photo", "large", "none"; "" none
	Strange  int          // cards of the photo that nobody in this class holds
	Doubtful int          // cards of the photo that were seen and not read
	Turn     string       // where all answers that photos gave are turned a quarter, "" none
	New      int          // answers that the last photo brought, with Photo
	Photo    bool
	Saved    int // answers that were just saved; -1 taken back
	CanUndo  bool
	Late     int // learners who had handed the quiz in already
	Draft    bool
	Previous string
	Next     string
	Back     string
}

// Hidden is a field that a form carries.
type Hidden struct{ Name, Value string }

// A PaperOption is one answer. Share is percent of those who answered.
type PaperOption struct {
	Letter string
	Text   HTML
	Key    string // "true", "false": said in the person's language; Text is "" then
	Right  bool
	Count  int
	Share  int
	Names  []string
}

// A PaperChild is one learner and the links that set their answer, a letter each. Given is what stands, "" nothing.
type PaperChild struct {
	Name  string
	Card  int
	Given string
	Other string // a photo that came later says this
	Hand  bool   // entered by hand
	Links []Link // Text is the letter
	Clear string // takes the answer away
}

// PaperSheet is "/teach/paper/{class}/sheet": a worksheet, its key or answer sheets, to print.
type PaperSheet struct {
	Frame
	Heading   string
	Kind      string // "worksheet", "key", "answers"
	Version   string // "A", "B"
	Set       int
	Class     string
	School    string
	Tabs      []SheetLink
	Questions []SheetQuestion
	Learners  []SheetLearner // answers: one sheet each
	Missing   int            // questions whose course is not here
}

// A SheetQuestion is one question on paper. Right is said on the key alone.
type SheetQuestion struct {
	Number int
	Lang   string
	Question
	Letters bool // the options are told by letters
	Right   string
	Letter  string // the right option's, "" none
	Worked  HTML
}

// PaperMarks is "/teach/paper/{class}/marks": what a class wrote on paper, entered in one grid. A cell's field is
// "m.PERSON.NUMBER", a learner's version "v.PERSON".
type PaperMarks struct {
	Frame
	Heading string
	Lang    string
	Action  string
	Draft   bool
	Hidden  []Hidden
	Columns []MarkColumn
	Rows    []MarkRow
	Bad     int // cells that could not be read
	Saved   int // answers that were just saved; -1 taken back
	Late    int
	Back    string
	Undo    bool
	IsQuiz  bool
}

// A MarkColumn is a question. Letters are those of its options, "" when it is marked right or wrong.
type MarkColumn struct {
	Number  int
	Text    string
	Letters string
}

// A MarkRow is a learner.
type MarkRow struct {
	Name    string
	ID      string
	Version string
	Done    bool // the quiz is handed in: nothing more is taken
	Cells   []MarkCell
}

// A MarkCell is one mark. Had is what is on the box: "right", "wrong", "partly", "" nothing.
type MarkCell struct {
	Name  string
	Value string
	Had   string
	Bad   bool
}
