package view

// TakeHome is "/take/{kind}/{id}": what goes into the file for one's phone, how large it is, and a button that fetches it.
type TakeHome struct {
	Frame
	Heading   string
	Lang      string
	Kind      string // "page", "exercise", "lesson"; "book", "document", "video", "audio" are the file as it is
	Pages     int
	Questions int
	Bytes     int64
	Smaller   int      // pictures made smaller
	Left      int      // pictures and sounds left out, for room
	Without   []string // titles of what cannot go along: films, packages
	Get       string   // fetches the file; "" when there is nothing to fetch
	Refused   string   // why it may not be fetched, message "take.refused.KEY"; "" it may
	Returns   bool     // its answers come back and count
}

// TakeFile is the file itself: a whole page that needs nothing but itself.
type TakeFile struct {
	Frame   // Person is whose it is; nil: nobody's, and nothing of it comes back
	Heading string
	About   string
	School  string
	Parts   []TakePart
	Ticket  string   // goes back with the answers; "" none do
	Returns []string // addresses of boxes that take them, "http://HOST/return", best first
	Total   int      // questions in all parts
}

// A TakePart is a page or an exercise of the file.
type TakePart struct {
	Anchor    string // "p3"
	Title     string
	Lang      string
	HTML      HTML // of a page, pictures in it; brings its own title
	Questions []TakeQuestion
	Licence   Licence
	Without   bool // it cannot go along; Title says what it is
}

// A TakeQuestion is one question of a file. N counts from 1 through all parts. Check is a hash of the right answer, "" where
// only the box can tell; Worked, in base64, how it is done, for the script to show after an answer.
type TakeQuestion struct {
	N int
	Question
	Check  string
	Worked string
}

// Return is "/return": answers from a take-home file, before and after they are kept.
//
// State is "empty" (nothing came: a field to paste into), "mine" (keep them?), "theirs" (they are Owner's, who is in a class
// of the signed-in teacher's), "other" (they are Owner's, and somebody else is signed in), "signed-out" (Owner is to sign
// in), "kept" (what came of them), "unreadable", "forged".
type Return struct {
	Frame
	State  string
	Owner  string
	Parcel string // posted back to keep them
	SignIn string // where Owner signs in and comes back
	Count  int    // answers that came
	Rows   []ReturnRow
	New    int // kept: counted now
	Before int // and counted earlier
	Lost   int // that could not be marked: the course was changed, or nothing readable was answered
}

// A ReturnRow is one question: before keeping it only what was answered, afterwards what came of it.
type ReturnRow struct {
	Number int
	Title  string // of the exercise, at its first question
	Asked
	State string // "" not marked yet; "new", "before", "gone" (the course asks it no more), "unread" (no answer), "refused"
}

// TakeRule is "/admin/take": what may be taken home. It posts rule there: "open", "all" or "none".
type TakeRule struct {
	Frame
	Rule string
}
