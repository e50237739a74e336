package view

// Adding is "/teach/add": a file from the phone's own picker, and what was sent before. The form is in parts: token, then
// file. With the script it goes in pieces, which Pieces takes.
type Adding struct {
	Frame
	Room    int64  // bytes left for courses, −1 unknown
	Most    int64  // bytes of the largest file
	Problem string // "", "full", "large", "cut", "name", "many", "photo": messages "add.problem.KEY"
	About   string // the file that the problem is of, "" none
	Done    string // "", "removed": messages "add.done.KEY"
	Files   []SentFile
}

// A SentFile is one file that somebody sent or sends.
type SentFile struct {
	ID, Name, URL string
	Size          int64 // −1 unknown
	Have          int64
	State         string // messages "add.state.KEY": coming, looking, asking, waiting, running, paused, failed, done
	Trouble       string // messages "job.trouble.KEY"
	By            string // who sends it, "" the person who looks
	Days          int    // until it is removed when nobody goes on with it, 0 not known
	Done          int64  // bytes of it that are added
	Stamp         string // by which the script finds it again
	Courses       []SentCourse
}

// A SentCourse is a course that came of a file.
type SentCourse struct {
	ID, Title, Lang, URL string
	State                string // "there", "trash", "gone"
	Mine                 bool   // may be removed by who sent it
}

// AddedFile is "/teach/add/{id}": one file: how far it is, what it would add and on what terms, and what came of it. It posts
// do=remove; start, look, again (title, licence, owner, topic…); uncourse, restore (course); lesson (course, class).
type AddedFile struct {
	Frame
	File     SentFile
	Courses  []PlannedCourse
	Warnings []string
	Refused  []Refused
	Need     int64
	Room     int64
	Fits     bool
	Theirs   []string // titles of courses that it would change and that are not this person's to change
	AskTitle bool     // it states none
	Title    string
	AskTerms bool // it states no licence
	Licences []LicenceChoice
	Owner    string
	Problem  string // "", "look", "late", "wait": messages "add.problem.KEY"
	Classes  []Option
}

// A LicenceChoice is one answer to on what terms something may be used: messages "add.licence.KEY".
type LicenceChoice struct {
	Key, ID string
	Chosen  bool
}
