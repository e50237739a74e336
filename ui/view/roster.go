package view

// ClassPeople is "/teach/class/{class}/people": who is in a class, and forms that post there: do=add (name, way), do=groups
// (name), do=group (group, member…), do=group-end (group), do=class (name, level), do=archive, do=restore, do=teacher
// (person), do=teacher-out (person).
type ClassPeople struct {
	Frame
	ID       string
	Name     string
	Level    string
	Archived bool
	Learners []Member
	Teachers []Member
	Groups   []Group
	Others   []Option // Key and Text: teachers who could teach it too; of an administrator alone
	Lead     bool     // may change the class itself: administrators
	Fresh    []Fresh  // sign-ins just made, to be told to their people
	Sheet    string   // URL of the same for printing, "" none
	Done     *Done    // what was just done
	Filled   string   // name typed, after a problem
	Way      string   // chosen last
	Problem  string   // "", "name", "class": messages "people.problem.KEY"
	Twins    int      // pairs that may be one child
}

// A Member is one person of a class.
type Member struct {
	ID     string
	Name   string
	Tile   string
	Number string
	Way    string   // how they sign in: "pictures", "pin", "password", "card", "none"
	Groups []string // names
	URL    string   // where they are changed
	In     bool     // of a list to choose from: chosen
}

// A Group is a part of a class; Members is the whole class, those of the group marked In.
type Group struct {
	ID      string
	Name    string
	Count   int
	Members []Member
}

// Done says what was just done: message "did.KEY", and how to take it back. Undo nil: nothing to take back.
type Done struct {
	Key   string
	Args  []string // name, value, name, value …
	Count int      // how many, of messages that count; 0 others
	Undo  *Post
}

// A Post is a form of one button: Fields are sent to URL.
type Post struct {
	URL    string
	Fields [][2]string
}

// PersonPage is "/admin/people/{person}": one person, for who may change them. It posts to itself: do=save (name, login,
// number, birth, gender, role), do=add (class), do=move (from, class), do=leave (from), do=reset (way), do=card-lost,
// do=archive, do=restore, do=split (record).
type PersonPage struct {
	Frame
	ID       string
	Name     string
	Tile     string
	Login    string
	Number   string
	Birth    int // 0 not told
	Gender   string
	Role     string
	Archived bool
	Way      string // how they sign in now
	Card     bool   // has a card, which may be lost
	Classes  []Membership
	Others   []Option // classes they may be put into
	Roles    []string // that they may be given; nil: whoever looks may not
	Records  []OtherRecord
	Fresh    []Fresh
	Sheet    string
	Done     *Done
	Problem  string // "", "name", "secret", "birth", "last": messages "people.problem.KEY"
	Report   string // URL of what they did, "" none
	Privacy  string // URL of what is held about them, "" for who may not ask
}

// A Membership is one class of a person.
type Membership struct {
	ID   string
	Name string
	URL  string
	Role string
}

// An OtherRecord is a record that was joined with a person's.
type OtherRecord struct {
	ID     string
	Name   string
	Number string
}

// RosterImport is "/admin/people/import": a list typed, pasted or sent as a file, before anything is done with it.
type RosterImport struct {
	Frame
	Classes []Option // where those go of whom the list says no class
	Text    string   // typed before
	Problem string   // "", "empty", "unreadable", "too-big", "refused": messages "roster.problem.KEY"
	New     bool     // may make classes and people of every role: administrators
}

// RosterPlan is "/admin/people/import/{key}": what a list would change, or did. It posts archive, leave (out what was
// refused), way and do=apply.
type RosterPlan struct {
	Frame
	Format    string // "plain", "kolibri", "oneroster": messages "roster.format.KEY"
	Class     string // where those go of whom the list says no class
	Added     []PlanItem
	Changed   []PlanItem
	Unchanged []PlanItem
	Absent    []PlanItem
	Archived  []PlanItem // who was absent and is archived
	Classes   []PlanItem // new and changed
	Refused   []RefusedLine
	LeftOut   int  // people who neither learn nor teach
	Done      bool // it was written
	Empty     bool // nothing would change
	Fresh     []Fresh
	Sheet     string
	Problem   string // "", "refused", "last": messages "roster.problem.KEY"
}

// A PlanItem is one person or class of a plan.
type PlanItem struct {
	Name   string
	Line   int // of the list, 0 none
	File   string
	Fields []PlanField
}

// A PlanField changes: messages "roster.field.KEY". A role is "learner" …, archived "1" or "".
type PlanField struct{ Key, Old, New string }

// A RefusedLine is a line that cannot be used: message "roster.refused.KEY".
type RefusedLine struct {
	File   string
	Line   int // 0: the file as a whole
	Column string
	Key    string
	Value  string
}

// Twins is "/admin/people/twins": pairs of records that may be of one child. It posts do=join (keep, other).
type Twins struct {
	Frame
	Pairs []TwinPair
	Done  *Done
}

// A TwinPair is two records side by side. Why: "number", "birth", "class", "name": messages "twins.why.KEY".
type TwinPair struct {
	A, B TwinSide
	Why  string
}

// A TwinSide is one record.
type TwinSide struct {
	ID      string
	Name    string
	Tile    string
	Number  string
	Birth   int
	Classes []string
	Answers int
	Last    When
	URL     string
}

// ClassList is "/teach/class/{class}/people/list": names on paper.
type ClassList struct {
	Frame
	Class    string
	School   string
	Teachers []string
	Learners []Member
}

// SchoolYear is "/admin/people/year": each class gets the name it goes on under. It posts to-ID (new name), leave-ID and
// teachers; do=back (was, now) takes a year back.
type SchoolYear struct {
	Frame
	Classes []YearClass
	Problem string // "", "empty": messages "year.problem.KEY"
	Done    *Done
}

// A YearClass is a class at the end of its year.
type YearClass struct {
	ID       string
	Name     string
	Learners int
	To       string // the name it may go on under
}
