package view

// Mistakes is "/mistakes": the mistakes book, by exercise. What was mended has left it.
type Mistakes struct {
	Frame
	Groups []MistakeGroup
	First  *Link // the one to look at now; nil: nothing to do today
	Mended int   // how many have left the book
}

// A MistakeGroup is the mistakes of one exercise.
type MistakeGroup struct {
	Title    string
	URL      string
	Lang     string
	Mistakes []MistakeCard
}

// A MistakeCard leads to one mistake. Step is "look" (the worked answer), "practise" (a variant), "check" (come back on
// Day) or "check-now". Right is how many of the two right answers it takes are there.
type MistakeCard struct {
	URL      string
	Question string // in one line of text
	Error    string // what went wrong, in the course's words; "" unknown
	Step     string
	Day      When // zero: not known
	Right    int
}

// Mistake is "/mistakes/{id}": the question as asked, how to do it, then the same with other numbers. The form posts to
// Action as an exercise's does.
type Mistake struct {
	Frame
	Heading  string // the exercise
	Lang     string
	Dir      string
	Asked    Asked
	Step     string
	Day      When
	Action   string
	Attempt  string
	Item     string
	Seed     string
	Question *Question // nil: nothing to answer today
	Result   *Result
	Gone     bool   // it has just left the book
	Next     string // another variant, or the next mistake; "" the book
	NextText string // message under mistake.…: "again", "another", "book"
	Licence  Licence
}

// Review is "/review": what comes back today, at most ten.
type Review struct {
	Frame
	Due   []Suggestion
	Later When // the next day on which something comes back; zero: none or not known
}

// Notes is "/notes": bookmarks and own notes, the last first.
type Notes struct {
	Frame
	Kept []Kept
}

// Kept is a resource with a bookmark, a note or both. Form is what its buttons post.
type Kept struct {
	Card
	Keep Keep
}
