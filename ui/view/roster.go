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
	Key  string
	Args []string // name, value, name, value …
	Undo *Post
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
