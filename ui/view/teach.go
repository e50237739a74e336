package view

// TeachHome is "/teach": the teacher's classes.
type TeachHome struct {
	Frame
	Carried *Carried // what a stick or phone brought of late, nil nothing
	Classes []Class
	CanAdd  bool // may make classes
	Notices []Notice
	Ended   []EndedQuiz
}

// An EndedQuiz was open when its class was put away, perhaps on another box. Its form posts quiz=ID to "/teach/ended".
type EndedQuiz struct {
	ID, Class, Title string
	Learners         int // who began it
}

// TeachClass is "/teach/class/{id}": learners and what they did.
type TeachClass struct {
	Frame
	Name      string
	Learners  []LearnerRow
	NeedsHelp []LearnerRow // after four wrong tries in one exercise
	Active    int          // who did something today
	Exercises []ExerciseColumn
	People    string // URL to add learners or print cards, "" not allowed
	CSV       string // URL, "" none
	Places    ClassPlaces
	// Today is who did what today; DayUnknown says that the box does not know what day it is.
	Today      []TodayGroup
	DayUnknown bool
}

// A TodayGroup is who of a class did alike today: Key is "begun", "finished", "absent", message "today.KEY".
type TodayGroup struct {
	Key    string
	People []TodayPerson
}

// A TodayPerson is one of them, with what they worked at last and how many things more.
type TodayPerson struct {
	Name, Tile, URL string
	What, Lang      string // "" nothing
	More            int
}

// ClassPlaces are the places of one class, in the order they are shown at the top of its home.
type ClassPlaces []ClassPlace

// A ClassPlace is one of them: message "class.place.KEY", and an icon of the sheet of icons.
type ClassPlace struct {
	Key  string
	Icon string
	URL  string
}

// A LearnerRow is one learner in a class.
type LearnerRow struct {
	Name      string
	Tile      string
	URL       string
	Started   int
	Finished  int
	Answers   int
	Right     int    // percent of first tries
	HelpWith  string // title of the exercise they are stuck on, "" none
	HelpTries int
	Last      When
	Marks     []string // a mastery level for each of TeachClass.Exercises: "can", "nearly", "notyet", "notmet"
}

// An ExerciseColumn heads a column of the mastery grid.
type ExerciseColumn struct {
	Title string
	URL   string
	Lang  string
}

// TeachLearner is "/teach/learner/{id}": one learner.
type TeachLearner struct {
	Frame
	Learner   LearnerRow
	Class     Link
	Courses   []Card
	Exercises []Practised
	Recent    []Answered
	Needs     string // URL of what they need, "" none
	Classes   []Link // all that the reader may see
	Looks     *Table // who looked at this page, for administrators; nil for others
}

// Answered is one answer as the learner gave it.
type Answered struct {
	Title    string // exercise
	URL      string
	Question string // plain text
	Given    string
	Correct  bool
	Helped   bool
	Error    string // explanation in the course's words, "" unknown
	Lang     string
	At       When
}
