package report

import (
	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/view"
)

// A Thing is what a resource, quiz or skill is called and where its report is. Title "" leaves it out of reports: nothing is
// known of it here.
type Thing struct {
	Title, Lang, URL string
}

// Names says what things are called, and where a report leads to.
type Names struct {
	Resource func(r content.ResourceID, course content.CourseID) Thing
	Learner  func(p learning.PersonID) string // URL, "" none
}

func (n Names) person(p learning.Person, tile string) view.Cell {
	c := view.Cell{Words: view.Words{Text: p.Name}, Tile: tile}
	if n.Learner != nil {
		c.URL = n.Learner(p.ID)
	}
	return c
}

func (t Thing) cell() view.Cell {
	return view.Cell{Words: view.Words{Text: t.Title, Lang: t.Lang}, URL: t.URL}
}

func date(w learning.When) view.Cell {
	if !w.Known {
		return view.Cell{None: true}
	}
	return view.Cell{When: When(w)}
}

// When is an event's time for people, on pages and in tables alike: "about" its day where the day does not follow from what
// is known of the boot, and nothing where nothing is known. It is asked when it is shown, so a day that is put right later
// is right everywhere.
func When(w learning.When) view.When {
	if !w.Known {
		return view.When{}
	}
	return view.When{Time: w.Time, Unsure: !w.Believed}
}

// A sum is work added up.
type sum struct {
	started, finished, help         int
	attempts, right, tries, first   int
	seconds, can, nearly, notYet, n int
}

func (s *sum) add(w *store.Work) {
	s.n++
	if !w.Touched {
		return
	}
	s.started++
	s.attempts, s.right = s.attempts+int(w.Attempts), s.right+int(w.Right)
	s.tries, s.first = s.tries+int(w.Tries), s.first+int(w.First)
	s.seconds += int(w.Seconds)
	if w.Complete {
		s.finished++
	}
	if w.Help {
		s.help++
	}
	switch w.Level {
	case store.Can:
		s.can++
	case store.Nearly:
		s.nearly++
	case store.NotYet:
		s.notYet++
	}
}

// Learners is what each learner of a class did in all: resources started and finished, answers, how many of them are right,
// the time it took, when they were last seen.
func Learners(w *store.ClassWork, n Names, tile func(int) string) view.Table {
	t := view.Table{
		Name: "learners", Title: view.Words{Key: "report.learners"},
		Columns: []view.Column{
			column("name", view.PersonColumn), column("started", view.NumberColumn), column("finished", view.NumberColumn), column("help", view.NumberColumn),
			column("answers", view.NumberColumn), column("share", view.PercentColumn), column("time", view.DurationColumn), column("last", view.DateColumn),
		},
	}
	var all sum
	for i, p := range w.Learners {
		var s sum
		for k := range w.Of(i) {
			work := &w.Of(i)[k]
			s.add(work)
			all.add(work)
		}
		t.Rows = append(t.Rows, []view.Cell{
			n.person(p, tile(p.Tile)), number(s.started), number(s.finished), number(s.help), number(s.attempts), share(s.right, s.attempts), spent(s.seconds, s.started), date(w.Last[i]),
		})
	}
	if len(t.Rows) > 0 {
		t.Total = []view.Cell{together(), number(all.started), number(all.finished), number(all.help), number(all.attempts), share(all.right, all.attempts), spent(all.seconds, all.started), {None: true}}
	}
	return t
}

func together() view.Cell { return view.Cell{Words: view.Words{Key: "report.together"}} }

// Resources is what a class did with each resource that has a name here: as Learners, the other way round. In the order of
// w where inOrder is set, else what most have started first.
func Resources(w *store.ClassWork, n Names, inOrder bool) view.Table {
	t := view.Table{
		Name: "resources", Title: view.Words{Key: "report.resources"},
		Columns: []view.Column{
			column("title", view.TextColumn), column("started", view.NumberColumn), column("finished", view.NumberColumn), column("help", view.NumberColumn),
			column("answers", view.NumberColumn), column("share", view.PercentColumn), column("time", view.DurationColumn),
		},
	}
	for k, r := range w.Resources {
		thing := n.Resource(r, w.Courses[k])
		if thing.Title == "" {
			continue
		}
		var s sum
		for i := range w.Learners {
			s.add(&w.Of(i)[k])
		}
		t.Rows = append(t.Rows, []view.Cell{
			thing.cell(), {N: s.started, URL: thing.URL}, number(s.finished), number(s.help), number(s.attempts), share(s.right, s.attempts), spent(s.seconds, s.started),
		})
	}
	if !inOrder {
		arrange.Stably(t.Rows, func(a, b []view.Cell) int { return b[1].N - a[1].N })
	}
	return t
}

// Resource is what each learner did with the k'th resource of w; url leads to all one learner did with it.
func Resource(w *store.ClassWork, k int, tile func(int) string, url func(p learning.PersonID) string) view.Table {
	t := view.Table{
		Name: "resource", Title: view.Words{Key: "report.learners"},
		Columns: []view.Column{
			column("name", view.PersonColumn), column("level", view.LevelColumn), column("done", view.PercentColumn),
			column("answers", view.NumberColumn), column("share", view.PercentColumn), column("time", view.DurationColumn),
		},
	}
	for i, p := range w.Learners {
		x := w.Of(i)[k]
		row := []view.Cell{
			{Words: view.Words{Text: p.Name}, Tile: tile(p.Tile), URL: url(p.ID)},
			{Level: x.Level.String(), None: x.Level == store.NotMet},
			{N: int(x.Percent) / 100, None: !x.Touched},
			number(int(x.Attempts)), share(int(x.Right), int(x.Attempts)),
			{N: int(x.Seconds), None: x.Seconds == 0 && x.Touched},
		}
		if x.Level != store.NotMet {
			row[2].None = !x.Complete
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// LessonLearners is how far each learner is in a lesson, whose resources w has.
func LessonLearners(w *store.ClassWork, n Names, tile func(int) string) view.Table {
	t := view.Table{
		Name: "lesson", Title: view.Words{Key: "report.learners"},
		Columns: []view.Column{
			column("name", view.PersonColumn), column("started", view.NumberColumn), column("finished", view.NumberColumn), column("left", view.NumberColumn), column("help", view.NumberColumn), column("time", view.DurationColumn),
		},
	}
	for i, p := range w.Learners {
		var s sum
		for k := range w.Resources {
			s.add(&w.Of(i)[k])
		}
		t.Rows = append(t.Rows, []view.Cell{
			n.person(p, tile(p.Tile)), number(s.started), number(s.finished), number(s.n - s.finished), number(s.help), spent(s.seconds, s.started),
		})
	}
	return t
}

// School is a line a class: learners, how many of them did something, what they started and finished, their answers.
func School(classes []store.ClassWork, url func(learning.ClassID) string) view.Table {
	t := view.Table{
		Name: "school", Title: view.Words{Key: "report.school"},
		Columns: []view.Column{
			column("class", view.TextColumn), column("learners", view.NumberColumn), column("active", view.NumberColumn), column("started", view.NumberColumn), column("finished", view.NumberColumn),
			column("help", view.NumberColumn), column("answers", view.NumberColumn), column("share", view.PercentColumn), column("time", view.DurationColumn),
		},
		Notes: []view.Words{{Key: "report.school-note"}},
	}
	for c := range classes {
		w := &classes[c]
		var s sum
		active := 0
		for i := range w.Learners {
			before := s.started
			for k := range w.Of(i) {
				s.add(&w.Of(i)[k])
			}
			if s.started > before {
				active++
			}
		}
		t.Rows = append(t.Rows, []view.Cell{
			{Words: view.Words{Text: w.Class.Name}, URL: url(w.Class.ID)},
			number(len(w.Learners)), number(active), number(s.started), number(s.finished), number(s.help),
			number(s.attempts), share(s.right, s.attempts),
			spent(s.seconds, s.started),
		})
	}
	return t
}

// Lessons is a line a lesson, as Lesson makes them.
func Lessons() view.Table {
	return view.Table{
		Name: "lessons", Title: view.Words{Key: "report.lessons"},
		Columns: []view.Column{
			column("lesson", view.TextColumn), column("learners", view.NumberColumn), column("begun", view.NumberColumn), column("finished", view.NumberColumn), column("help", view.NumberColumn), column("time", view.DurationColumn),
		},
	}
}

// Lesson is how many began and finished all of a lesson, whose resources w has, and how many are stuck in it.
func Lesson(l *learning.Lesson, w *store.ClassWork, url string) []view.Cell {
	begun, finished, stuck, seconds := 0, 0, 0, 0
	for i := range w.Learners {
		var s sum
		for k := range w.Resources {
			s.add(&w.Of(i)[k])
		}
		seconds += s.seconds
		if s.started > 0 {
			begun++
		}
		if s.n > 0 && s.finished == s.n {
			finished++
		}
		if s.help > 0 {
			stuck++
		}
	}
	return []view.Cell{{Words: view.Words{Text: l.Title}, URL: url}, number(len(w.Learners)), number(begun), number(finished), number(stuck), spent(seconds, begun)}
}
