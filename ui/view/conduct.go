package view

// Films is "/teach/class/{class}/conduct": films to show with stops: those of the class' lessons, and what words find.
type Films struct {
	Frame
	Class string
	Path  string
	Query string
	Films []LoopFilm
	Found []LoopFilm
	Cut   int // films left out
}

// Stops is "/teach/conduct/{class}/stops/{id}": where a film stops, what is asked there, and what to do where few are right.
// It posts do= "add", "save ID", "drop ID" or "back ID" to Action with at ("2:30"), ask, text, then and seen.
type Stops struct {
	Frame
	Class, Heading, Lang string
	Action, Play         string
	Seconds              float64 // length of the film, 0 unknown
	Rows                 []StopRow
	Choices              []StopChoice
	New                  StopWords // what could not be saved
	Problem              string    // message "conduct.problem.KEY", "" none
	ID                   string    // of the stop to be made, so that the form posted twice makes one
	Undo                 *Undo
}

// StopWords are the fields of a stop.
type StopWords struct{ At, Ask, Text, Then string }

// A StopRow is one stop and its form. Both are other words that somebody else gave it without having seen these.
type StopRow struct {
	ID, Seen string
	At       float64 // seconds
	Words    StopWords
	Question string // a line
	Both     []string
}

// A StopChoice is a question of the library.
type StopChoice struct{ Key, Text, Lang string }

// Conduct is "/teach/conduct/{class}/play/{id}": one part of a film, up to its stop, and what is asked there. It posts stop, right,
// total and ran to Action; do=undo takes that back;
// do=phones puts the question on every phone, do=close ends that and counts.
type Conduct struct {
	Frame
	Class  string
	Film   Resource
	Action string
	Part   int // from 1
	Parts  int
	Start  float64 // seconds
	End    float64 // 0: the film's end
	Stop   *StopAsk
	Edit   string
	Next   string // URL of the next part, "" this is the last
	Again  string // this part
	Leave  *Link  // back to the lesson
	Ran    []StopRan
}

// A StopAsk is what is asked at a stop.
type StopAsk struct {
	ID, Run            string // the stop; what is to be kept, so that the form posted twice keeps one
	Asked              *Asked // nil: Text alone
	Text               string
	Then               string
	Right              string // as typed
	Total              string
	Problem            bool
	Ran                *StopRan
	Phones             bool // it can be put on every phone
	Open               bool // it is there: Answered of Learners have
	Answered, Learners int
}

// A StopRan is what came of a stop. Then is what was to be done where few were right, "" the usual.
type StopRan struct {
	ID           string
	At           float64
	Right, Total int
	Few          bool
	Then         string
	Day          When
}
