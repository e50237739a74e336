package view

// Training is "/teach/training": the twelve units of the teachers' own course, and which of them are done.
type Training struct {
	Frame
	Course string // URL of the course, "" it is not on this box
	CanAdd bool   // may put it there: the page posts to itself
	Units  []TrainingUnit
	Done   int
}

// A TrainingUnit is one of them: messages "training.KEY" (what is learnt) and "training.KEY.do" (what closes it).
type TrainingUnit struct {
	Key  string
	Page string // URL of its page in the course, "" it is not on this box
	Do   string // URL where the action is done
	Done bool
	At   When // of the first time; zero: the day is not known
}
