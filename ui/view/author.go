package view

// OwnCourses is "/teach/own": the courses a teacher writes on the box. Its form posts id, title, language, licence and author to
// Action, or back=ID of one that was thrown away.
type OwnCourses struct {
	Frame
	Courses []OwnCourseRow
	Gone    []OwnCourseRow
	Action  string
	ID      string // of the course that the form would begin
	Form    OwnCourseForm
	Known   bool // language, licence and author are as last time
	Undo    *Undo
	Problem string // "title" or "full", "" none
}

// OwnCourseForm is what is asked once of a course.
type OwnCourseForm struct {
	Title, Language, Licence, Author string
	Languages                        []string
}

// OwnLicences are those offered, the usual one first.
var OwnLicences = []string{"CC-BY-SA-4.0", "CC-BY-4.0", "CC0-1.0", "CC-BY-NC-SA-4.0", ""}

// An OwnCourseRow is one course in a list. State is message "own.state.STATE": "draft", "staff", "school", "changed".
type OwnCourseRow struct {
	ID, Title, URL, Lang, State, By string
	Parts                           int
}

// OwnCourse is "/teach/own/{own}". All its forms post to Action: up=, down=, remove= or back= the key of a part; set=1 with title
// for a new set of questions; do=publish with school=1 and class=ID each; do=unpublish; do=save with title, language, licence,
// author and shared=1; do=throw.
type OwnCourse struct {
	Frame
	Title, Lang string
	State       string // as OwnCourseRow
	Parts       []OwnPartRow
	Gone        []OwnPartRow
	Action      string
	NewPage     string
	Form        OwnCourseForm
	Shared      bool
	MayShare    bool
	School      bool // chosen to publish to
	Classes     []ClassTick
	Open        string // as learners see it, "" while it is a draft
	Problem     string // message "own.problem.KEY", "" none
	Problems    []OwnProblem
	Undo        *Undo
}

// An OwnPartRow is a page or a set of questions. Kind is "page" or "exercise".
type OwnPartRow struct {
	Key, Title, Kind, URL string
	Questions             int
	First, Last           bool
	Empty, Disputed       bool
}

// An OwnProblem is why a part cannot be shown: Reason is English, as the compiler says it.
type OwnProblem struct {
	Title, URL, Reason string
}

// OwnPage is the form of a page, new or not: it posts id, seen, title, text, alt and picture to Action as parts of one form; see=1
// goes on to the preview. Settle (see OwnVersion) posts there too, where it is no new one.
type OwnPage struct {
	Frame
	ID, Title, Lang, Text, Seen string
	Action                      string
	Settle                      string // where OwnVersion's buttons post
	Preview, Versions           string // "" of a new page
	Others                      []OwnVersion
	Problem                     string // message "own.problem.KEY", "" none
	Problems                    []OwnProblem
}

// OwnQuestions is a set of questions. Its forms post to Action: up=, down= or remove= the key of a question; do=name with title and
// seen; settle= and restore= as OwnVersion.
type OwnQuestions struct {
	Frame
	Title, Lang, Seen string
	Action            string
	Items             []OwnItemRow
	New               []Link // a form for each type; Text is the type
	Preview, Versions string
	Others            []OwnVersion
	Undo              *Undo
	Problem           string
}

// An OwnItemRow is one question. Broken: it cannot be asked as it stands.
type OwnItemRow struct {
	Key, Type, Words, URL string
	First, Last, Broken   bool
}

// An OwnVersion is what a part said. Its button posts settle=Key (of two that stand side by side, "both" puts them together) or
// restore=Key.
type OwnVersion struct {
	Key, Title, Text, By string
	At                   When
	Now                  bool // it is what the part says
}

// OwnVersions is ".../versions".
type OwnVersions struct {
	Frame
	Title, Lang string
	Action      string
	Rows        []OwnVersion
}

// OwnItem is the form of one question. It posts type, id, was, and: stem; opt.N, say.N, code.N and right=N for each option;
// answer, tolerance, unit; lines; wrong.N, wsay.N, wcode.N; hints, worked; or as=text with text. Type is a content.ItemType.
type OwnItem struct {
	Frame
	Heading, Lang string // of the set
	Action        string
	ID, Was       string
	Type          string
	AsText        bool
	Text          string // where AsText
	TextURL       string // the same question as text, "" of a new one
	Stem          string
	Options       []OwnOption
	Answer        string // number: the number; text: one a line; truefalse: "true" or "false"
	Tolerance     string
	Unit          string
	Lines         string // order, match
	Wrongs        []OwnOption
	Hints, Worked string
	Problem       string // message "own.problem.KEY", "" none
	Reasons       []string
	Theirs        string // what somebody else made of it meanwhile, "" nothing
	Set           string // back to the set
}

// An OwnOption is something to choose, or a wrong answer that is known. Say is what whoever gives it is told.
type OwnOption struct {
	Text, Say, Code string
	Right           bool
}

// OwnPreview is a page as learners see it.
type OwnPreview struct {
	Frame
	Lang     string
	Article  HTML
	Licence  Licence
	Edit     string
	Problems []OwnProblem
}
