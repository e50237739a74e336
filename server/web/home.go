package web

import (
	"errors"
	"io/fs"
	"net/http"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// homeCards is how many courses home offers: few things at once.
const homeCards = 4

// showHome is for a learner what to go on with, for a teacher the classes, for a guest the library.
func (s *Server) showHome(w http.ResponseWriter, r *request) error {
	v := view.Home{Frame: s.frame(r, "home", nil)}
	done, err := s.courseProgress(r)
	if err != nil {
		return err
	}
	for _, c := range s.coursesFor(r) {
		if len(v.New) < homeCards && done[c.ID] == 0 {
			card := courseCard(c, 0)
			card.Thumbnail = "" // the first view is four requests, pictures none of them
			v.New = append(v.New, card)
		}
	}
	if r.signedIn() {
		if err := s.fillHome(&v, r); err != nil {
			return err
		}
	}
	return s.render(w, r, http.StatusOK, ui.Home(v))
}

func (s *Server) fillHome(v *view.Home, r *request) error {
	recent, err := s.Store.RecentActivity(r.actor(), r.person.ID, 12)
	if err != nil {
		return err
	}
	for _, p := range recent {
		if card, ok := s.progressCard(p); ok && !p.Complete {
			v.Begin = &view.Suggestion{Card: card, For: "continue"}
			break
		}
	}
	v.Classes, err = s.classViews(r)
	return err
}

// progressCard is a resource the person has touched; false when its course is not installed any more.
func (s *Server) progressCard(p learning.Progress) (view.Card, bool) {
	course, err := s.Library.Course(p.Course)
	if err != nil {
		return view.Card{}, false
	}
	reader, release, err := s.Library.Reader(p.Course)
	if err != nil {
		return view.Card{}, false
	}
	defer release()
	n, err := reader.Node(p.Resource)
	if err != nil {
		return view.Card{}, false
	}
	card := s.nodeCard(course, n, p)
	card.Where = course.Title
	return card, true
}

func (s *Server) classViews(r *request) ([]view.Class, error) {
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return nil, err
	}
	var out []view.Class
	for _, c := range classes {
		v := view.Class{Name: c.Name, URL: "/teach/class/" + string(c.ID)}
		sum, err := s.Store.ClassSummary(r.actor(), c.ID)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) { // a learner knows the class by name only
			v.URL = ""
			out = append(out, v)
			continue
		}
		if err != nil {
			return nil, err
		}
		v.Learners, v.Active, v.NeedsHelp = len(sum.Learners), s.activeToday(sum), needingHelp(sum)
		out = append(out, v)
	}
	return out, nil
}

// activeToday is how many did something today; where the clock is not to be believed, in the last hours of it, which
// is the school day that the box has been running for.
func (s *Server) activeToday(c store.ClassSummary) (n int) {
	now, _ := s.Now()
	for _, l := range c.Learners {
		lately := !l.TodayKnown && l.Last != nil && l.Last.Known && now.Sub(l.Last.Time) < schoolDay
		if l.AttemptsToday > 0 || l.SecondsToday > 0 || lately {
			n++
		}
	}
	return n
}

const schoolDay = 12 * time.Hour

func needingHelp(c store.ClassSummary) (n int) {
	for _, l := range c.Learners {
		if len(l.NeedsHelp) > 0 {
			n++
		}
	}
	return n
}

// showProgress is the person's own.
func (s *Server) showProgress(w http.ResponseWriter, r *request) error {
	v := view.Progress{Frame: s.frame(r, "progress", nil)}
	all, err := s.Store.ProgressOf(r.actor(), r.person.ID)
	if err != nil {
		return err
	}
	days := map[string]bool{}
	for _, p := range all {
		v.Answers += p.Attempts
		if p.Last.Known {
			days[p.Last.Time.Format(time.DateOnly)] = true
		}
	}
	v.Days = len(days)
	v.Courses, v.Exercises = s.progressViews(all)
	return s.render(w, r, http.StatusOK, ui.Progress(v))
}

// progressViews sorts what a learner has touched into courses and exercises. A course that is no longer installed is
// left out; its record stays.
func (s *Server) progressViews(all []learning.Progress) (courses []view.Card, exercises []view.Practised) {
	done := map[content.CourseID]int{}
	var order []content.CourseID
	for _, p := range all {
		if _, ok := done[p.Course]; !ok {
			order = append(order, p.Course)
			done[p.Course] = 0
		}
		if p.Complete {
			done[p.Course]++
		}
		if p.Exercise == nil {
			continue
		}
		if x, ok := s.practised(p); ok {
			exercises = append(exercises, x)
		}
	}
	for _, id := range order {
		if c, err := s.Library.Course(id); err == nil {
			courses = append(courses, courseCard(c, done[id]))
		}
	}
	return courses, exercises
}

func (s *Server) practised(p learning.Progress) (view.Practised, bool) {
	card, ok := s.progressCard(p)
	if !ok {
		return view.Practised{}, false
	}
	return view.Practised{
		Title: card.Title, URL: card.URL, Course: card.Where, Lang: card.Lang,
		Dots: dots(*p.Exercise, content.Exercise{}), Mastered: p.Exercise.Mastered, Last: when(p.Last),
	}, true
}

// when is an event's time for people; one that is not known is shown so.
func when(w learning.When) view.When {
	if !w.Known {
		return view.When{}
	}
	return view.When{Time: w.Time, Unsure: !w.Believed}
}
