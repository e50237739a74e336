package learning

import (
	"cmp"
	"slices"

	"lamplight/content"
	"lamplight/content/arrange"
)

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

// maxSetSuggested and maxLooked bound how much of the list work that was set takes, and how far back something left
// unfinished is still gone on with.
const (
	maxSetSuggested = 2
	maxLooked       = 10
	maxNew          = 2 // courses that are offered as new
)

// Suggest lists at most MaxSuggestions things to do next, the most useful first, each with its reason and none leading to
// the same place as another: what was begun last, what a teacher set, what comes back today, mistakes, what must be learnt
// first, what comes next, and something new. It is a pure function of k.
func Suggest(k Known) []Suggestion {
	var l list
	k.goOn(&l)
	k.set(&l)
	if k.Practice != nil {
		if n := len(k.Practice.Due(k.Today)); n > 0 {
			l.add(Suggestion{Kind: ToReview, N: n, Why: because("review", "n", count(n))})
		}
		if n := k.toMend(); n > 0 {
			l.add(Suggestion{Kind: ToMend, N: n, Why: because("mend", "n", count(n))})
		}
	}
	next, hasNext := k.next()
	k.first(&l, next, hasNext)
	if hasNext {
		l.add(Suggestion{Kind: ToGoOn, Course: next.Course, Resource: next.Resource, Why: because("next")})
	}
	k.begin(&l)
	return l
}

type list []Suggestion

// add appends unless the list is full or leads there already.
func (l *list) add(s Suggestion) bool {
	same := func(o Suggestion) bool {
		return s.Resource != "" && s.Resource == o.Resource || s.Quiz != "" && s.Quiz == o.Quiz || s.Lesson != "" && s.Lesson == o.Lesson
	}
	if len(*l) >= MaxSuggestions || slices.ContainsFunc(*l, same) {
		return false
	}
	*l = append(*l, s)
	return true
}

// goOn adds a quiz that was begun, else what was used last and is not complete.
func (k *Known) goOn(l *list) {
	for _, w := range k.sorted() {
		if w.Quiz != "" && w.Begun {
			l.add(Suggestion{Kind: ToContinue, Quiz: w.Quiz, Why: because("quiz-open")})
			return
		}
	}
	for i, r := range k.Recent {
		if i >= maxLooked {
			return
		}
		if !r.Complete && QuizOf(r.Resource) == "" {
			l.add(Suggestion{Kind: ToContinue, Course: r.Course, Resource: r.Resource, Why: because("continue")})
			return
		}
	}
}

// sorted is the work not done, the soonest to end first, what has no end last.
func (k *Known) sorted() []SetWork {
	out := slices.DeleteFunc(slices.Clone(k.Set), func(w SetWork) bool { return w.Done })
	arrange.By(out, func(a, b SetWork) int {
		return cmp.Or(bitOrder(a.Until == "", b.Until == ""), cmp.Compare(a.Until, b.Until), cmp.Compare(a.Quiz, b.Quiz), cmp.Compare(a.Lesson, b.Lesson))
	})
	return out
}

func (k *Known) set(l *list) {
	n := 0
	for _, w := range k.sorted() {
		why := because("set")
		if w.Until != "" {
			why = because("set-until", "date", w.Until)
		}
		if n < maxSetSuggested && l.add(Suggestion{Kind: ToDoSet, Lesson: w.Lesson, Quiz: w.Quiz, Course: w.Next.Course, Resource: w.Next.Resource, Why: why}) {
			n++
		}
	}
}

// toMend is how many mistakes wait to be looked at; those whose check has come are counted as due.
func (k *Known) toMend() (n int) {
	for _, m := range k.Practice.Mistakes(k.Today) {
		n += int(bit(m.Step == Look))
	}
	return n
}

// next is what comes after the resource used last in the course used last that has anything left.
func (k *Known) next() (out Ref, ok bool) {
	tried := map[content.CourseID]bool{}
	for _, r := range k.Recent {
		if tried[r.Course] {
			continue
		}
		tried[r.Course] = true
		for i := range k.Courses {
			if c := &k.Courses[i]; c.Course == r.Course {
				if n, ok := c.after(r.Resource); ok {
					return Ref{c.Course, n}, true
				}
			}
		}
	}
	return out, false
}

// after is the first resource not begun after one, else the first before it.
func (o *Outline) after(r content.ResourceID) (content.ResourceID, bool) {
	at := slices.IndexFunc(o.Resources, func(x OutlineResource) bool { return x.Resource == r })
	for i := range o.Resources {
		if x := o.Resources[(at+1+i)%len(o.Resources)]; !x.Complete && !x.Begun {
			return x.Resource, true
		}
	}
	return "", false
}

// first adds what must be learnt before what is suggested so far or comes next.
func (k *Known) first(l *list, next Ref, hasNext bool) {
	graph, wanted := k.skills(), []content.ResourceID{}
	for _, s := range *l {
		wanted = append(wanted, s.Resource)
	}
	if hasNext {
		wanted = append(wanted, next.Resource)
	}
	for _, r := range wanted {
		skill := k.skillOf(r)
		if skill == "" {
			continue
		}
		first, blocked := graph.First(skill, k.Practice)
		if !blocked {
			continue
		}
		if ref, ok := k.teaches(first); ok && l.add(Suggestion{Kind: ToLearn, Course: ref.Course, Resource: ref.Resource, Why: because("learn-first", "skill", first, "for", skill)}) {
			return
		}
	}
}

// skills is the graph of all courses; a skill is learnt when all that teaches it is complete.
func (k *Known) skills() Skills {
	var all [][]content.Skill
	taught, left := map[string]bool{}, map[string]bool{}
	for _, c := range k.Courses {
		all = append(all, c.Skills)
		for _, r := range c.Resources {
			taught[r.Skill] = true
			left[r.Skill] = left[r.Skill] || !r.Complete
		}
	}
	g := SkillsOf(all...)
	g.Learnt = map[string]bool{}
	for s := range taught {
		g.Learnt[s] = !left[s]
	}
	return g
}

func (k *Known) skillOf(r content.ResourceID) string {
	for _, c := range k.Courses {
		for _, x := range c.Resources {
			if r != "" && x.Resource == r {
				return x.Skill
			}
		}
	}
	return ""
}

// teaches is the first resource with a skill that is not complete.
func (k *Known) teaches(skill string) (Ref, bool) {
	for _, c := range k.Courses {
		for _, x := range c.Resources {
			if x.Skill == skill && !x.Complete {
				return Ref{c.Course, x.Resource}, true
			}
		}
	}
	return Ref{}, false
}

// begin adds the first resource of courses of which nothing was begun.
func (k *Known) begin(l *list) {
	n := 0
	for _, c := range k.Courses {
		begun := slices.ContainsFunc(c.Resources, func(x OutlineResource) bool { return x.Begun || x.Complete })
		if begun || len(c.Resources) == 0 {
			continue
		}
		if l.add(Suggestion{Kind: ToBegin, Course: c.Course, Resource: c.Resources[0].Resource, Why: because("new")}) {
			n++
		}
		if n == maxNew {
			return
		}
	}
}
