package view

// Quiz is "/quiz/{id}": before it is begun, in between, and after it. State is
//
//	"new"       nothing answered yet
//	"begun"     some way through, on this phone or another
//	"handed-in" done; Report may be open
//	"closed"    the teacher ended it
//	"time-over" its minutes have gone; what was answered can be handed in
//
// Begin posts to Action (another try of a practice quiz the same way).
type Quiz struct {
	Frame
	Heading   string
	Class     string
	State     string
	Sections  []QuizSection
	Questions int
	Answered  int
	Minutes   int    // to work in, the learner's extra time in it; 0 as long as you like
	Extra     int    // minutes of them that are this learner's own
	Left      int    // whole minutes left, with Minutes
	Action    string // where "begin" and "once more" post, "" neither is possible
	Go        string // the question to go on with, "" none
	Submit    string // where to hand in, "" not now
	Report    string // "" not to be seen (yet)
	Practice  bool   // it may be taken as often as one likes
	Try       int    // from 1; of the last begun
	Score     *QuizScore
}

// A QuizSection heads some of the questions. Title may be "".
type QuizSection struct {
	Title, About string
	Questions    int
}

// A QuizScore is what a try came to. Before is the try before it, nil none.
type QuizScore struct {
	Right, Of int
	Before    *int // right ones of the try before
}

// QuizQuestion is "/quiz/{id}/{n}": one question. Its form posts to Action with attempt, try, n, tenths, token and the response
// fields of package marking; go says where to next: "next" (also when it is missing), "previous" or a number. The script
// posts the same with auto=1 when a field changes, and reads no page then.
type QuizQuestion struct {
	Frame
	Heading  string // the quiz
	Section  QuizSection
	Number   int // from 1
	Total    int
	Lang     string
	Dir      string
	Action   string
	Attempt  string
	Try      int // posted too: an answer that comes late is no answer to another try
	Question Question
	Broken   bool // its exercise is not on this box, or came broken: nothing can be answered
	Saved    bool // an answer to it is on the box
	Map      []QuizMark
	Submit   string
	Minutes  int // 0 no limit; else Left counts
	Left     int
	Last     bool // there is no next question
}

// A QuizMark is one question in the map of all.
type QuizMark struct {
	Number   int
	URL      string
	Answered bool
	Current  bool
}

// QuizSubmit is "/quiz/{id}/submit": hand in or not yet. The form posts sure=1 and try to Action.
type QuizSubmit struct {
	Frame
	Heading  string
	Action   string
	Try      int
	Total    int
	Open     []QuizMark // not answered
	Continue string     // back to the questions
}

// QuizReport is "/quiz/{id}/report": each question as it was asked, what was answered and what would have been right.
type QuizReport struct {
	Frame
	Heading string
	Try     int
	Score   QuizScore
	Rows    []QuizRow
	Action  string // once more, "" not a practice quiz
	Pager   Pager
}

// A QuizRow is one question of a report. Change is since the try before: "better", "worse", "" the same or none before.
type QuizRow struct {
	Number  int
	Section string // title of the section it begins, "" in the middle of one
	Asked
	Change string
}
