package view

// Loops is "/teach/class/{class}/loop": lessons of a class to choose from.
type Loops struct {
	Frame
	Class   string
	Lessons []LoopLesson
	Make    string // where lessons are made
}

// A LoopLesson is one of them. Made are the steps that were taken: messages "loop.step.KEY".
type LoopLesson struct {
	Title, URL string
	Things     int
	Made       []string
}

// Loop is "/teach/class/{class}/loop/{lesson}": before, in and after one lesson. Its form posts do= "before", "now", "live" or "after"
// to Action, or "close STEP", "undo STEP", "redo STEP".
type Loop struct {
	Frame
	Class, Heading string
	Action         string
	Lesson         string  // URL of the lesson as its teacher makes it
	Needs          []Words // skills the lesson stands on
	Own            bool    // those are its own: nothing comes before them
	Before, Live   LoopCheck
	Now            string // URL where a question goes to every phone, "" none
	Films          []LoopFilm
	After          LoopAfter
	Problem        string // message "loop.problem.KEY", "" none
	Undo           *Undo
}

// A LoopCheck is a short quiz of a step. Step is "" where none was made.
type LoopCheck struct {
	Step         string
	Open         bool
	Questions    int
	Question     string // the one that was put on every phone, "" a quiz
	Asked, Done  int    // learners it is set for, and those whose answers count
	Right, Total int    // answers
	Few          bool
	Skills       []LoopSkill
	Report       string // URL of what everybody answered
	Paper        string // URL of the same on paper
}

// A LoopSkill is one thing the check asks for. Names are who is not ready for it, with what shows it.
type LoopSkill struct {
	Title string
	Known int // learners of whom something is known
	Names []Link
}

// A LoopFilm is a film of the lesson, with its stops and what came of them in this lesson.
type LoopFilm struct {
	Title, Lang string
	Play, Edit  string
	Stops       int
	Ran         []StopRan
}

// A LoopAfter is work for home. Step is "" where none was made: Groups are then what would be made.
type LoopAfter struct {
	Step   string
	Groups []LoopGroup
	Unseen int // learners of whom nothing is known: they practise what the lesson is about
}

// A LoopGroup is learners who need the same. Need is "" for those who are ready to go on.
type LoopGroup struct {
	Need    string
	Instead string // the skill that is practised, where Need itself has no exercise
	Names   []Link
	Work    int    // exercises
	Done    int    // learners who finished all of it
	URL     string // of what they did, once made
}
