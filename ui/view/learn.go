package view

// Home is "/": for a learner what to do next, for a teacher the classes, for a guest the library's first cards.
type Home struct {
	Frame
	Begin    *Suggestion  // the one thing to do, with the large button; nil when nothing is suggested
	Then     []Suggestion // at most four more
	Set      []Task       // lessons and quizzes set for me that are in neither of the two
	Due      int          // questions that come back today, "/review"
	Mistakes int          // in the mistakes book, "/mistakes"
	Notes    int          // bookmarks and notes, "/notes"
	New      []Card       // courses not yet begun: guests, and who has nothing suggested yet
	Classes  []Class      // teachers; also the learner's own classes, for their names
	Effort   *Effort      // nil for guests and staff
	Waiting  int          // answers this box has not yet shared with its peers
	Notices  []Notice     // what the person is told today: the first few
}

// A Suggestion is one thing to do next. For is the kind: message "suggest.KEY" says in a few words why it is here
// ("continue", "set", "due", "mistake", "first", "next", "new"); Why says it in a sentence, opened by a tap.
type Suggestion struct {
	Card
	For string
	Why Reason
}

// A Reason is message "why.KEY" with what its {placeholders} stand for: name, value, name, value … A value of digits is
// written in the person's own. The zero Reason is none.
type Reason struct {
	Key  string
	Args []string
}

// Effort is what a learner has put in. There is no rank.
type Effort struct {
	Points int
	Goal   Goal
}

// A Goal is what a learner means to do in a week. Of is "" (none set), "answers" or "minutes".
type Goal struct {
	Of           string
	Amount, Done int
}

// A Task is work a teacher set. State is "" (not begun), "begun", "done" (finished or handed in), "closed", "soon".
type Task struct {
	Title   string
	URL     string
	Kind    string // "lesson" or "quiz"
	Class   string
	State   string
	Percent int // 0–100
	Due     When
	Why     Reason // zero: no reason beside it
}

// A Class as its teacher sees it in a list.
type Class struct {
	Name      string
	URL       string // "" for a learner, who is told the name alone
	Learners  int
	Active    int // who did something today
	NeedsHelp int
	Shift     string // "morning", "afternoon", "" the whole day
}

// A Card is a course or resource as a link. Zero values leave a line out.
type Card struct {
	Title     string
	URL       string
	Kind      string // "course", or the kind of a resource: page, article, book, video, audio, document, exercise, topic
	Lang      string // BCP 47 of Title; "mul" several, "" as the page
	Thumbnail string // URL of a picture, "" draws the kind's icon
	About     string // one sentence
	Resources int    // of a course or topic
	Finished  int    // of those
	Staff     bool   // for teachers alone
	Bytes     int64
	Seconds   float64
	Pages     int
	Percent   int  // progress 0–100
	Complete  bool // shown with a tick and a word
	Broken    bool // it cannot be opened; the card says so
	Where     string
}

// Library is "/library": every course this person may open; once something is chosen, what counts under all of it.
type Library struct {
	Frame
	Courses []Card // nothing chosen
	CanAdd  bool   // an empty library shows "Add courses" instead of "Ask your teacher"
	Facets  []Facet
	Chosen  []FacetValue // each leads to the page without it
	Clear   string       // the page with nothing chosen, "" when nothing is
	Found   []Card       // something chosen: resources, and courses that are not listed
	Total   int          // of Found
	Pager   Pager        // of Courses or Found
}

// A Facet is one side to look from: messages "facet.KEY" and, of labels, "label.KEY.VALUE". More is the page with all its
// values, "" when they are all here.
type Facet struct {
	Key    string
	Values []FacetValue
	More   string
	Open   bool // all its values were asked for: the fold that holds it is open
}

// A FacetValue is a choice. Text is what it is called where no message says so: of a course. URL adds it to what is chosen, or
// takes it away; "" where nothing would be found.
type FacetValue struct {
	Facet, Value string
	Text, Lang   string
	Count        int
	Depth        int // 0 at the top, 1 within another
	URL          string
	Chosen       bool
}

// Course is "/course/{id}" and a topic of it: what lies at one place of the tree.
type Course struct {
	Frame
	Course   Card
	Crumbs   []Link // from the course down to, not with, the topic shown
	Topic    string // title of the topic shown, "" at the top
	About    string
	Nodes    []Card // topics and resources in course order
	Next     *Card  // the one thing to do
	Licence  Licence
	Language string // BCP 47 of titles, "" as the page
	Pager    Pager
	Missing  bool     // the stick it was read from is out: titles stay, nothing opens
	Lacks    int      // files that were not where it came from
	Level    string   // in the course's own words, "" none
	Levels   []string // for whom: messages "label.level.NAME"
	Look     string   // where the course is looked through, "" when it is small or not listed
	Take     string   // where the topic is made ready for one's phone; "" it may not be taken
}

// A Pager pages through a long list. URLs are "" where there is no such page.
type Pager struct {
	From, To, Total int
	Previous, Next  string
}

// Keep is the small form in the foot of what is opened: a bookmark and a note of one's own. It posts resource, course, back
// and on ("1" or "0") to /bookmark, or text to /note. Nil for guests.
type Keep struct {
	Resource, Course string
	Back             string // path of the page it stands on
	Bookmarked       bool
	Note             string
	Take             string // where it is made ready for one's phone; "" it may not be taken
}

// KeepPage is "/resource/{id}?keep=1": the same form on a page of its own, for pages that come ready.
type KeepPage struct {
	Frame
	Heading string
	Lang    string
	Page    string // path of what was opened
	Keep    Keep
}

// Resource is "/resource/{id}" for a video, audio or document. Its form posts "done=1" to the page's own
// address; the script posts "progress=N" (0–100) and "at=SECONDS" there while it plays, and reads no answer.
type Resource struct {
	Frame
	Kind       string // "video", "audio", "document"
	Heading    string
	Lang       string
	About      string
	Crumbs     []Link
	Source     string // URL of the file
	MIME       string
	Poster     string
	Seconds    float64
	Bytes      int64
	Pages      int
	Captions   []Caption
	At         float64 // of a film or sound: where it goes on, in seconds
	Films      []Film  // its sizes, smallest first, when there is more than one
	Transcript []Cue
	// TranscriptLang is the language of Transcript; CueURL this page without t=, to which a line adds its second.
	TranscriptLang string
	CueURL         string
	Read           string // of a document: its own pages, one by one, begun at OnPage; "" none
	OnPage         int    // where the person stopped, 0 unknown
	Twin           *Link  // the same film in sign language, or with sound; nil none
	TwinSigned     bool
	Percent        int
	Complete       bool
	Previous       *Link
	Next           *Link
	Siblings       []Sibling
	Licence        Licence
	Keep           *Keep
}

// A Sibling is what stands beside the open resource in its topic, itself among them with Here and no URL.
type Sibling struct {
	Title, URL, Kind, Lang string
	Complete, Here         bool
}

// A Caption is a track: URL serves WebVTT.
type Caption struct {
	Lang    string
	URL     string
	Default bool   // its words are the Transcript
	Words   string // this page with its words as Transcript
}

// A Cue is a line of a transcript; Start in seconds.
type Cue struct {
	Start float64
	Text  string
}

// Article is a page of a ZIM (or another package) in a sandboxed frame served by the player's port.
type Article struct {
	Frame
	Heading  string
	Lang     string
	Crumbs   []Link
	Source   string // absolute URL on the player's port
	Complete bool
	Previous *Link
	Next     *Link
	Siblings []Sibling
	Licence  Licence
	Problem  bool // the package needs a host name of its own, which this network does not give it
	Keep     *Keep
}

// Book is one chapter of a book. Text-size links are this page's URL with "&size=…" and are given by the server.
type Book struct {
	Frame
	Heading     string // the book
	Chapter     string // the chapter's title, "" when it has none
	Lang        string
	RightToLeft bool
	HTML        HTML // the chapter
	Number      int  // from 1
	Chapters    int
	From, To    int // basis points of the chapter that the page holds; 0, 0 all
	At          int // basis points of the chapter at which the person stopped, 0 its beginning
	Fixed       bool
	Percent     int // of the whole book
	Contents    []ContentsEntry
	Previous    string
	Next        string
	Smaller     string // URL, "" at the smallest
	Larger      string // URL, "" at the largest
	Size        string // "small", "" normal, "large", "larger": how the chapter is set
	Complete    bool
	Find        string // see DocumentPage; "" no form
	Lesson      string
	Siblings    []Sibling
	Licence     Licence
	Crumbs      []Link
	Keep        *Keep
}

// A ContentsEntry leads into a chapter. Depth is 0 at the top.
type ContentsEntry struct {
	Title   string
	URL     string
	Depth   int
	Current bool
}

// PageFrame surrounds a ready course page (see ui.PageFrame). It must not depend on the page, so it is cached;
// the form "I have finished" posts "done=1" to the page's own address.
//
// Its foot leads to KeepPage by a form that asks for the page's own address with keep=1, and with lesson when the page is
// opened from one; and to the resources before and after by one that asks for it with go=previous or go=next.
type PageFrame struct {
	Frame
	Licence Licence
	Crumbs  []Link
	Lesson  string // id of the lesson it is opened from, "" none
}

// Progress is "/progress": the person's own.
type Progress struct {
	Frame
	Courses   []Card
	Exercises []Practised
	Answers   int // in all
	Days      int // days on which something was done
	Effort    *Effort
	Goal      string // where the form for the weekly goal posts, "" no form
	Waiting   int
}

// Practised is one exercise and how far it is mastered.
type Practised struct {
	Title    string
	URL      string
	Course   string
	Lang     string
	Dots     []string // see Exercise.Dots
	Mastered bool
	Last     When
}

// Search is "/search": a form, and hits when there is a query.
type Search struct {
	Frame
	Query string
	Asked bool
	Hits  []Hit
	Total int
	Pager Pager
	// Meant is the question as it may have been meant, MeantURL asks that; "" where nothing speaks for a mistype.
	Meant, MeantURL string
	Facets          []Facet
	Chosen          []FacetValue // each leads to the page without it
	Clear           string       // the page with nothing chosen, "" when nothing is
	Busy            bool         // too many were searching; nothing was looked for
	Answer          *Answer      // what the library says to a question, nil where none was asked
	// Reading says that text of ReadingAll courses is still being read; ReadingDone are whole.
	Reading                 bool
	ReadingDone, ReadingAll int
}

// A Hit is one result. Snippet is text with the match between <mark> and </mark>, the rest escaped.
type Hit struct {
	Card
	Course  string
	Snippet HTML
	Passage string // title of the chapter or section, "" none
	At      At
}

// At is where in a resource something was found, where that can be said in a few signs.
type At struct {
	Clock string // of a film or sound: "1:05", "" none
	Page  int    // of a document, 0 none
}

// LicencePage is "/licence/{id}": what one may do, in plain words. Text is the licence's own text as paragraphs, if held.
type LicencePage struct {
	Frame
	ID   string // SPDX id, "" not stated
	Name string // in full, "" when it goes by its identifier or in words
	Text HTML
}

// Error says what happened, what it means, what to do. Key is "not-found", "not-allowed", "check-answer", "disk-full",
// "ours", "too-big", "signed-out", "slow-down", "foreign": messages "error.KEY" and "error.KEY.mend".
type Error struct {
	Frame
	Status int
	Key    string
	Detail string // already in words a person can use; "" none
}
