package web

import (
	"net/http"
	"strings"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showLesson is what a teacher put together, in order, each with how far the person is.
func (s *Server) showLesson(w http.ResponseWriter, r *request) error {
	set, err := s.lesson(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	l := set.Lesson
	v := view.Lesson{
		Frame: s.frame(r, "home", &view.Link{URL: "/"}), Heading: l.Title, About: l.About, Class: s.className(r, l.Class),
		Until: s.dayOf(l.Until), From: s.dayOf(l.From),
	}
	if r.teaches() { // what it looks like to learners
		v.Back = &view.Link{Text: l.Title, URL: lessonEditURL(l.ID)}
		v.Banner = &view.Banner{Kind: "note", Key: "preview.lesson"}
	}
	v.Soon = s.notYet(l.From)
	if !v.Soon {
		s.fillSteps(&v, r, set)
	}
	return s.render(w, r, http.StatusOK, ui.Lesson(v))
}

func (s *Server) fillSteps(v *view.Lesson, r *request, set store.SetLesson) {
	for i, ref := range set.Lesson.Resources {
		card, ok := s.refCard(ref, set.Progress[i])
		if !ok {
			continue // its course is not on this box: it comes with the next sync
		}
		card.URL = withLesson(card.URL, string(set.Lesson.ID))
		v.Steps = append(v.Steps, card)
		if card.Complete {
			v.Done++
		}
	}
	s.lighten(r, v.Steps)
	v.Next = nextCard(v.Steps)
	if s.takeRule() != learning.TakeNothing {
		v.Take = "/take/lesson/" + string(set.Lesson.ID)
	}
}

// lesson finds a lesson with the person's progress: one set for them, or one they may see because they teach it.
func (s *Server) lesson(r *request, id string) (store.SetLesson, error) {
	lid, err := learning.ParseID[learning.LessonID](id)
	if err != nil {
		return store.SetLesson{}, err
	}
	mine, err := s.Store.LessonsFor(r.actor(), r.person.ID)
	if err != nil {
		return store.SetLesson{}, err
	}
	for _, l := range mine {
		if l.Lesson.ID == lid {
			return l, nil
		}
	}
	l, err := s.Store.Lesson(r.actor(), lid)
	if err != nil {
		return store.SetLesson{}, err
	}
	return store.SetLesson{Lesson: l, Progress: make([]learning.Progress, len(l.Resources))}, nil
}

// refCard is a resource of a lesson as a card; false when no course on this box holds it.
func (s *Server) refCard(ref learning.Ref, p learning.Progress) (view.Card, bool) {
	reader, release, n, err := s.openRef(ref)
	if err != nil {
		return view.Card{}, false
	}
	defer release()
	card := s.nodeCard(reader.Course(), n, p)
	card.Title, card.Where = title(n), reader.Course().Title
	return card, true
}

// openRef opens a resource in the course it was taken from, else in any that holds it.
func (s *Server) openRef(ref learning.Ref) (content.Reader, func(), content.Node, error) {
	if reader, release, err := s.Library.Reader(ref.Course); err == nil {
		if n, err := reader.Node(ref.Resource); err == nil {
			return reader, release, n, nil
		}
		release()
	}
	return s.openAny(ref.Resource, "")
}

// className is a class' name for its members, "" when they may not know it.
func (s *Server) className(r *request, id learning.ClassID) string {
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return ""
	}
	for _, c := range classes {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// dayOf is a date written 2006-01-02 as pages show it: noon of it where the box is, so that no zone moves it.
func (s *Server) dayOf(date string) view.When {
	now, _ := s.Now()
	t, err := time.ParseInLocation(time.DateOnly, date, now.Location())
	if err != nil {
		return view.When{}
	}
	return view.When{Time: t.Add(12 * time.Hour)}
}

// notYet reports whether a date lies in the future, as far as the box knows the day.
func (s *Server) notYet(date string) bool {
	now, believed := s.Now()
	return believed && date != "" && date > now.Format(time.DateOnly)
}

// withLesson adds to an address which lesson it is opened from.
func withLesson(address, lesson string) string {
	if lesson == "" {
		return address
	}
	path, anchor, _ := strings.Cut(address, "#")
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	if anchor != "" {
		anchor = "#" + anchor
	}
	return path + sign + "lesson=" + lesson + anchor
}

// askedLesson is the id of the lesson that an address says it is opened from, "" none. It says nothing about who may.
func askedLesson(r *request) string {
	if r.URL.RawQuery == "" {
		return ""
	}
	id, err := learning.ParseID[learning.LessonID](r.URL.Query().Get("lesson"))
	if err != nil {
		return ""
	}
	return string(id)
}

// A passage is a resource opened from a lesson: the lesson, and what comes after the resource in it.
type passage struct {
	lesson learning.Lesson
	next   *view.Link // nil: it is the last
}

// passage is the lesson that a resource is opened from; nil when it is opened by itself, or the lesson is not the
// person's or does not hold it.
func (s *Server) passage(r *request, id content.ResourceID) *passage {
	lesson := askedLesson(r)
	if lesson == "" || !r.signedIn() {
		return nil
	}
	set, err := s.lesson(r, lesson)
	if err != nil || s.notYet(set.Lesson.From) {
		return nil
	}
	for i, ref := range set.Lesson.Resources {
		if ref.Resource != id {
			continue
		}
		p := &passage{lesson: set.Lesson}
		for _, after := range set.Lesson.Resources[i+1:] {
			if card, ok := s.refCard(after, learning.Progress{}); ok && !card.Broken {
				p.next = &view.Link{Text: card.Title, URL: withLesson(card.URL, lesson)}
				break
			}
		}
		return p
	}
	return nil
}

// back leads to the lesson.
func (p *passage) back() *view.Link {
	return &view.Link{Text: p.lesson.Title, URL: "/lesson/" + string(p.lesson.ID)}
}

// after is where a person goes who has finished: on in the lesson, or back to it.
func (p *passage) after() *view.Link {
	if p.next != nil {
		return p.next
	}
	return p.back()
}
