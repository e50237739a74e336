package learning

// A Role says what a person may see and do in their school.
type Role string

const (
	Learner       Role = "learner"       // their own record
	Teacher       Role = "teacher"       // the classes they teach
	Administrator Role = "administrator" // the whole school
	Officer       Role = "officer"       // counts, never a person (district)
	Nobody        Role = ""              // a guest, or someone removed
)

// Valid reports whether r is one of the four roles a person can be given.
func (r Role) Valid() bool {
	return r == Learner || r == Teacher || r == Administrator || r == Officer
}

// An Actor is on whose behalf something is asked or written. The zero Actor is a guest, who may see nothing that
// names a person. The role is not carried along: the store looks it up each time, so a teacher who was removed a
// second ago is one no more.
type Actor struct {
	person PersonID
	box    bool
	guest  bool
}

// As acts for a signed-in person.
func As(p PersonID) Actor { return Actor{person: p} }

// AsGuest acts for somebody nobody knows whose phone carries this id, drawn at random: they may record and read what is
// kept under it and nothing else. An id which a person of the school has is nobody's.
func AsGuest(id PersonID) Actor { return Actor{person: id, guest: true} }

// Box acts for the box itself or its operator at the console: claim, demo, import, command line. It may do anything an
// administrator may. Never make one from a request.
func Box() Actor { return Actor{box: true} }

// Person is who acts, "" for a guest or the box.
func (a Actor) Person() PersonID { return a.person }

// IsGuest reports whether a guest acts, with an id or without.
func (a Actor) IsGuest() bool { return a.guest || a.person == "" && !a.box }

// IsBox reports whether the box itself acts.
func (a Actor) IsBox() bool { return a.box }
