package view

// A Table is one report. The page, the print, the saved files and the command line all say the same of it.
type Table struct {
	Name    string // of a saved file: ASCII letters, digits and "-"
	Title   Words
	About   *Words // one sentence under the title; nil none
	Columns []Column
	Rows    [][]Cell // each as long as Columns
	Total   []Cell   // nil: none
	Notes   []Words  // under the table, in files too
}

// Words are a message of the catalogue, or what somebody wrote. Args are name, value, name, value …; of values that are
// whole numbers the digits are the reader's, but of {answer}, which stands as it was given. Plural takes the message's form for N, which is then its {n}.
type Words struct {
	Key    string // "" says Text
	Plural bool
	N      int
	Args   []string
	Text   string
	Lang   string // of Text, "" unknown
}

// A ColumnKind says how a column's cells are shown, and what they are in a file.
type ColumnKind uint8

const (
	TextColumn     ColumnKind = iota // Cell.Words
	NumberColumn                     // Cell.N
	PercentColumn                    // Cell.N, 0 to 100
	DurationColumn                   // Cell.N seconds
	DateColumn                       // Cell.When
	PersonColumn                     // Cell.Words.Text is the name, Cell.Tile the picture
	LevelColumn                      // Cell.Level
)

// A Column heads the cells below it.
type Column struct {
	Title Words
	Kind  ColumnKind
	URL   string // of what the column is about, "" none
}

// A Cell is one fact. URL leads to what it was counted from.
type Cell struct {
	Words Words
	N     int
	When  When
	Level string // "can", "nearly", "notyet", "notmet"
	Tile  string
	URL   string
	None  bool // nothing is known: a dash on the page, nothing in a file
}
