package learning

import "lamplight/content"

// MaxSuggestions is how many things a learner is offered at once: what a child reads.
const MaxSuggestions = 5

// Kinds of suggestions, as messages "suggest.KIND" and pages know them.
const (
	ToContinue = "continue"
	ToDoSet    = "set"
	ToReview   = "due"
	ToMend     = "mistake"
	ToLearn    = "first"
	ToGoOn     = "next"
	ToBegin    = "new"
)

// A Suggestion is one thing to do next. Of Course and Resource, Lesson, Quiz, what leads there is set; due leads to the
// review page and mistake to the mistakes book, with N things waiting.
type Suggestion struct {
	Kind     string
	Course   content.CourseID
	Resource content.ResourceID
	Lesson   LessonID
	Quiz     QuizID
	N        int
	Why      Reason
}

// Known is what Suggest goes by. All of it may be empty.
type Known struct {
	Today    Today
	Practice *Practice  // nil none
	Recent   []Progress // what was touched, last used first
	Set      []SetWork  // in any order
	Courses  []Outline  // as the library lists them
}

// SetWork is a lesson or quiz set for the learner which is to be seen now.
type SetWork struct {
	Lesson LessonID
	Quiz   QuizID
	Until  string // "2006-01-02", "" none
	Begun  bool
	Done   bool // every resource complete, the quiz handed in, or closed
	Next   Ref  // of a lesson: the first resource not complete
}

// An Outline is a course as far as suggestions need it.
type Outline struct {
	Course content.CourseID
	Skills []content.Skill
	// Resources in course order, without topics and what is broken; of a very large course those around what the learner
	// last used will do.
	Resources []OutlineResource
}

// An OutlineResource is one resource of an Outline.
type OutlineResource struct {
	Resource content.ResourceID
	Skill    string // "" none
	Practice bool   // it is an exercise
	Begun    bool
	Complete bool
}

// Suggest lists at most MaxSuggestions things to do next, the most useful first, each with its reason and none leading to
// the same place as another. It is a pure function of k.
func Suggest(k Known) []Suggestion { return nil }
