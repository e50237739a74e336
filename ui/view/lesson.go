package view

// Lesson is "/lesson/{id}": what a teacher put together, in order, each with how far it is.
type Lesson struct {
	Frame
	Heading string
	About   string
	Class   string
	Until   When // to be done by; zero: whenever
	From    When // with Soon: from when it is open
	Soon    bool // it is not open yet; Steps are not shown
	Steps   []Card
	Next    *Card  // the first that is not finished; nil when all are
	Done    int    // how many of Steps are finished
	Take    string // where it is made ready for one's phone; "" it may not be taken
}
