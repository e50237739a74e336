package view

// A SheetLearner is whose answer sheet it is. Form is an SVG of ours that photos are read of, "" where no question has a
// few options to choose from.
type SheetLearner struct {
	Name    string
	Version string
	Form    HTML
}

// PaperScan is "/teach/paper/{class}/scan": photos of answer sheets, what was read, and what is doubtful.
type PaperScan struct {
	Frame
	Heading  string
	Lang     string
	Draft    bool
	Readable bool   // any question can be read off a photo
	Nobody   bool   // the class is empty
	Upload   string // where photos are posted
	Action   string // where what was read is kept, or thrown away
	Marks    string // URL of the grid of marks
	Problem  string // of the last photos: "photo", "large", "none"; "" none
	Found    int    // sheets that the last photos brought
	Strange  int    // sheets of theirs that are none of these
	Kept     int    // answers that were just kept
	Mended   int    // of answers kept before, those that changed
	Same     bool   // all had been kept before
	Late     int    // learners who had handed the quiz in already
	Sure     int    // answers that are certain and not kept yet
	Doubts   []ScanDoubt
	Sheets   []ScanSheet
	Missing  []string // learners whose sheet was not read yet
	Words    []int    // questions that are answered in words
	Over     bool     // the quiz can be handed in with it
}

// A ScanDoubt is a line that a person must look at. Picture is an address with the picture in it, "" none.
type ScanDoubt struct {
	Field    string // what its radio buttons are called; their values are letters, and "-" for nothing
	Name     string
	Question int
	Picture  string
	Letters  []string
	Clash    bool // two photos differ
}

// A ScanSheet is what was read of one sheet.
type ScanSheet struct {
	Name     string
	Version  string
	Answers  []ScanAnswer
	Empty    []int // questions without a mark
	Doubtful int
	Kept     bool
}

// A ScanAnswer is a mark.
type ScanAnswer struct {
	Question int
	Letter   string
}
