package queue

import (
	"time"

	"lamplight/content"
	"lamplight/content/library"
)

// A Kind is what a task does.
type Kind string

// The kinds.
const (
	Import Kind = "import" // installs what lies at Path
	Fetch  Kind = "fetch"  // gets what a catalogue lists at the address Path, and installs it
	Move   Kind = "move"   // takes the files of Course to the place named To
	Verify Kind = "verify" // reads the files of Course again, of all courses when it is "", and mends what it can
)

// A State is where a task stands. Looking and Running begin anew after a power cut.
type State string

// The states, in the order that a task goes through them.
const (
	Looking State = "looking" // it is being found out what adding it would mean
	Asking  State = "asking"  // somebody is to say whether to go on
	Waiting State = "waiting"
	Running State = "running"
	Paused  State = "paused"
	Failed  State = "failed"
	Done    State = "done"
)

// A Task is one thing that somebody asked for. All of it is written down.
type Task struct {
	ID      string           `json:"id"` // 8 hex digits
	Kind    Kind             `json:"kind"`
	State   State            `json:"state"`
	Title   string           `json:"title"`            // as people know it: a file's name, a course's title
	Path    string           `json:"path,omitempty"`   // of an import
	Course  content.CourseID `json:"course,omitempty"` // of a verification
	To      string           `json:"to,omitempty"`     // of a move: a place, "" the box's own folder
	Ending  string           `json:"ending,omitempty"` // of what is fetched: ".epub"
	Bytes   int64            `json:"bytes,omitempty"`  // of it as its catalogue says, 0 unknown
	Licence string           `json:"licence,omitempty"`
	Owner   string           `json:"owner,omitempty"`
	Name    string           `json:"name,omitempty"`   // its title, where it states none
	Topics  []string         `json:"topics,omitempty"` // none: all
	Link    bool             `json:"link,omitempty"`   // leave the files where they are
	Upload  bool             `json:"upload,omitempty"` // Path is ours to delete afterwards
	Asked   time.Time        `json:"asked"`            // by this box's clock, which may be wrong
	// Trouble says what went wrong, for the message "job.trouble.KEY"; Why the same in English, for an operator.
	Trouble string `json:"trouble,omitempty"`
	Why     string `json:"why,omitempty"`
	At      string `json:"at,omitempty"` // the course that it was at when it stopped
	Result  `json:"result"`
}

// A Result is what came of a task.
type Result struct {
	Courses  []string          `json:"courses,omitempty"` // titles of what is installed now
	Refused  []library.Refusal `json:"refused,omitempty"`
	Problems []library.Problem `json:"problems,omitempty"` // files that are not as they were installed
	Mended   int               `json:"mended,omitempty"`   // of the problems
}

// maxRefused is how many refusals and problems of a task are written down.
const maxRefused = 50

// clipped is r with lists of a length that a small file may have.
func (r Result) clipped() Result {
	r.Refused = r.Refused[:min(len(r.Refused), maxRefused)]
	r.Problems = r.Problems[:min(len(r.Problems), maxRefused)]
	r.Courses = r.Courses[:min(len(r.Courses), maxRefused)]
	return r
}

// Ended says whether nothing more happens by itself.
func (t Task) Ended() bool { return t.State == Failed || t.State == Done }

// A Status is a task with what is known of it while this process runs.
type Status struct {
	Task
	Done  int64  `json:"done"`  // bytes
	Total int64  `json:"total"` // 0 not known yet
	Doing string `json:"doing,omitempty"`
	Plan  *Plan  `json:"plan,omitempty"` // of a task that asks; not changed any more
}

// A Plan says what an import would mean.
type Plan struct {
	Courses  []Planned         `json:"courses"`
	Refused  []library.Refusal `json:"refused,omitempty"`
	Warnings []string          `json:"warnings,omitempty"`
	Need     int64             `json:"need"` // bytes that will be written
	Room     int64             `json:"room"` // bytes that may be, what the trash holds included; -1 not known
}

// Fits says whether there is room for all of it.
func (p *Plan) Fits() bool { return p.Room < 0 || p.Need <= p.Room }

// A Planned is one course of a plan.
type Planned struct {
	Course content.Course      `json:"course"`
	State  string              `json:"state"` // "new", "update", "same"
	Change *content.Diff       `json:"change,omitempty"`
	Topics []content.TopicSize `json:"topics,omitempty"`
	Need   int64               `json:"need"`
}
