package view

// AdminContent is "/admin/content": what is installed, what is being done with it, and where more comes from. It posts
// do=look (path) and do=import (path), do=verify (course or ""), do=remove, restore, throw (course), empty, fetch, unfetch
// (course); of a task do=pause, go, first, cancel (task). Uploads post a multipart "file" to /admin/content/upload.
type AdminContent struct {
	Frame
	Free     int64 // bytes left for courses, −1 unknown
	Trash    int64 // bytes that the trash holds
	Reserve  int64 // bytes kept for learners' work besides
	Forecast Forecast
	Tasks    []ContentTask
	Busy     bool // something moves: the page comes anew by itself
	Still    bool // somebody stopped that
	Sticks   []Stick
	Offers   []ContentOffer
	Courses  []InstalledCourse
	Trashed  []TrashedCourse
	Confirm  *InstalledCourse // asks whether to remove it
	Emptying bool             // asks whether to empty the trash
	Places   []ContentPlace
	// PlaceProblem is of a place that was to be added or left: "", "path", "own", "used": messages "place.problem.KEY".
	PlaceProblem string
	Problem      string // "", "path", "full", "upload", "late": messages "shelf.problem.KEY"
}

// A ContentPlace is a folder on another disk where courses may lie.
type ContentPlace struct {
	ID, Name, Path string
	There          bool
	Free, Total    int64 // bytes, 0 when it is not there
	Courses        int
}

// Forecast is how long learners' work fits. Days is 0 when nothing is known yet.
type Forecast struct{ Days int }

// A ContentTask is one thing that was asked for.
type ContentTask struct {
	ID       string
	Kind     string // "import", "verify"
	State    string // messages "job.state.KEY": looking, asking, waiting, running, paused, failed, done
	Title    string // "" of a check of everything
	Doing    string // the course it is at
	Done     int64
	Total    int64  // 0 unknown
	Trouble  string // messages "job.trouble.KEY"
	Why      string // the same for an operator, in English
	Courses  []string
	Refused  []Refused
	Problems int // files that are damaged
	Mended   int
	First    bool // stands before all others that wait
}

// An InstalledCourse is one course with what it takes.
type InstalledCourse struct {
	Card
	ID      string
	Format  string
	Edition string
	Licence Licence
	Linked  bool   // read in place from a stick
	Away    bool   // and that stick is not in, or the disk of its place
	PlaceID string // where it lies, "" in the box
	Place   string // name of that
	Damaged int    // files that are not whole and wait to be mended
	Missing int    // files that were not where it came from
}

// A TrashedCourse is one that was removed.
type TrashedCourse struct {
	ID    string
	Title string
	Lang  string
	Frees int64
	Days  int // until it goes, −1 not known
}

// A Stick is a disk that is plugged in.
type Stick struct {
	Name   string
	Path   string
	Free   int64
	Total  int64
	Things []Thing
	More   bool // not all of it is listed
}

// A Thing is a file or folder that may be a course.
type Thing struct {
	Name   string
	Path   string
	Format string // "" a folder to look into
	Bytes  int64  // 0 not known
}

// A ContentOffer is a course that another box has.
type ContentOffer struct {
	ID      string
	Title   string
	Lang    string
	Licence string
	Bytes   int64
	Here    int64
	From    []string
	Coming  bool
	Update  bool
}

// ContentPlan is "/admin/content/{task}": what adding something would mean, and whether to. It posts do=start, again or
// cancel, with topic… and link.
type ContentPlan struct {
	Frame
	Task     ContentTask
	Courses  []PlannedCourse
	Refused  []Refused
	Warnings []string
	Need     int64
	Room     int64 // −1 unknown
	Fits     bool
	CanLink  bool // lies on a stick: may be read in place
	Link     bool
	Forecast Forecast // once it is there
}

// A PlannedCourse is one course as it would be.
type PlannedCourse struct {
	Card
	State   string // "new", "update", "same"
	Licence Licence
	Need    int64
	Changes []Changed
	Frees   int64
	Topics  []TopicChoice
}

// Changed are titles of resources of one fate: messages "plan.KEY": new, changed, removed.
type Changed struct {
	Key    string
	Count  int
	Titles []string
}

// A TopicChoice is a topic that may be taken without the others.
type TopicChoice struct {
	ID        string
	Title     string
	Depth     int
	Resources int
	Bytes     int64
	Missing   int
	Chosen    bool
}
