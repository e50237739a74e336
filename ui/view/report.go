package view

// Report is any page of "/teach/class/{id}/report" and of a learner's own: tables, each fact a link to what it was counted
// from.
type Report struct {
	Frame
	Heading Words
	About   *Words // one sentence; nil none
	Tabs    []Tab
	Asked   *Asked   // the question that the page is about
	Facts   []Words  // what is to be said of it, a line each
	Tables  []Table  // shown one below the other
	Save    []Saving // the same tables as files
	Paper   []QuizRow
	Answers []Answered
	Links   []Link // further pages, as buttons
	Empty   *Words // instead of all tables: there is nothing to report yet
	Pager   Pager
}

// A Tab is one of several pages beside each other: message "report.tab.KEY", or Text.
type Tab struct {
	Key     string
	Text    Words
	URL     string
	Current bool
}

// A Saving is a report as a file: Key is "csv" or "xlsx".
type Saving struct{ Key, URL string }

// SkillMap is "/teach/class/{id}/report/skills": which learners can do what, weakest skills first. Forms post do ("group",
// "practice", "undo-group", "undo-practice"), skill, group and lesson to Action.
type SkillMap struct {
	Frame
	Tabs   []Tab
	Map    Table // a learner a row, a skill a column
	Skills []SkillLine
	Action string
	Made   *MadeGroup // what was done just now; nil nothing
	Save   []Saving
	Pager  Pager
}

// A SkillLine is how a class stands in one skill.
type SkillLine struct {
	ID                          string
	Title                       string
	Can, Nearly, NotYet, NotMet int
	Names                       []Link // who cannot yet, then who nearly can
}

// A MadeGroup is a group that was just made of who cannot do a skill yet. Practice says that work was set for it.
type MadeGroup struct {
	Name     string
	Group    string // its id
	Skill    string // whose
	Learners int
	CanSet   bool   // there is an exercise to set
	Instead  string // the nearest skill, whose it is, where the skill itself has none
	Lesson   string // id of the lesson that was set, "" none
	Page     string // URL of the lesson, "" none
}
