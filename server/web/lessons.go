package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// editedLesson finds the lesson an address names, for who may change it.
func (s *Server) editedLesson(r *request) (learning.Lesson, error) {
	id, err := learning.ParseID[learning.LessonID](r.PathValue("id"))
	if err != nil {
		return learning.Lesson{}, err
	}
	if _, err := s.Store.Composition(r.actor(), id, ""); err != nil {
		return learning.Lesson{}, err
	}
	return s.Store.Lesson(r.actor(), id)
}

// showComposeLesson is a lesson as its teacher makes it.
func (s *Server) showComposeLesson(w http.ResponseWriter, r *request) error {
	l, err := s.editedLesson(r)
	if err != nil {
		return err
	}
	return s.renderComposeLesson(w, r, l, nil)
}

// renderComposeLesson shows the lesson; typed is a form that could not be saved, nil none.
func (s *Server) renderComposeLesson(w http.ResponseWriter, r *request, l learning.Lesson, typed url.Values) error {
	class, err := s.Store.Class(r.actor(), l.Class)
	if err != nil {
		return err
	}
	v := view.ComposeLesson{
		Frame: s.frame(r, "teach", &view.Link{URL: workURL(class.ID)}), Heading: l.Title, About: l.About, State: s.lessonState(&l),
		FromDay: s.dayOf(l.From), UntilDay: s.dayOf(l.Until), Hidden: l.Hidden, PutAway: l.Archived, Action: lessonEditURL(l.ID), Pick: lessonEditURL(l.ID) + "/pick",
		Preview: "/lesson/" + string(l.ID), Copies: s.copyTargets(r, l.Class),
	}
	v.Banner = didBanner(r, &v.Frame)
	v.Undo = undoRemoved(r, v.Action)
	for i, ref := range l.Resources {
		v.Steps = append(v.Steps, s.composeStep(ref, i == 0, i == len(l.Resources)-1))
	}
	set, err := s.Store.Assignments(r.actor(), l.ID, "")
	if err != nil {
		return err
	}
	if v.For, err = s.forWhom(r, class, set); err != nil {
		return err
	}
	c, err := s.Store.Composition(r.actor(), l.ID, "")
	if err != nil {
		return err
	}
	v.Seen, v.Disputes = c.Seen, s.lessonDisputes(c.Disputes)
	v.Words = view.WorkWords{Title: l.Title, About: l.About, From: l.From, Until: l.Until}
	v.Was = v.Words
	status := http.StatusOK
	if typed != nil {
		status, v.Problem, v.Seen = http.StatusBadRequest, true, typed.Get("seen")
		v.Words, v.Was = typedWords(typed, ""), typedWords(typed, "was.")
	}
	return s.render(w, r, status, ui.ComposeLesson(v))
}

// typedWords are a form's fields, or with the prefix "was." what they were when the page was made.
func typedWords(f url.Values, prefix string) view.WorkWords {
	get := func(name string) string { return f.Get(prefix + name) }
	return view.WorkWords{Title: get("title"), About: get("about"), From: get("from"), Until: get("until"), Minutes: get("minutes")}
}

// undoRemoved puts back what the address says was taken out last.
func undoRemoved(r *request, action string) *view.Undo {
	q := r.URL.Query()
	if q.Get("did") != "removed" || q.Get("put") == "" {
		return nil
	}
	return &view.Undo{Action: action, Fields: []view.Hidden{{Name: "put", Value: q.Get("put")}, {Name: "place", Value: q.Get("place")}}}
}

// refKey names a resource of a course in forms: "COURSE/RESOURCE".
func refKey(ref learning.Ref) string { return string(ref.Course) + "/" + string(ref.Resource) }

// readRef reads refKey.
func readRef(key string) learning.Ref {
	course, resource, _ := strings.Cut(key, "/")
	return learning.Ref{Course: content.CourseID(course), Resource: content.ResourceID(resource)}
}

func (s *Server) composeStep(ref learning.Ref, first, last bool) view.ComposeStep {
	step := view.ComposeStep{Key: refKey(ref), First: first, Last: last}
	card, ok := s.refCard(ref, learning.Progress{})
	if step.Gone = !ok; ok {
		step.Card = card
	} else {
		step.URL = "/library"
	}
	return step
}

// changeLesson does what a form of the lesson's page asks.
func (s *Server) changeLesson(w http.ResponseWriter, r *request) error {
	l, err := s.editedLesson(r)
	if err != nil {
		return err
	}
	f, to := r.PostForm, lessonEditURL(l.ID)
	switch {
	case f.Has("up"), f.Has("down"), f.Has("remove"), f.Has("order"), f.Has("put"):
		return s.changeSteps(w, r, l)
	case f.Has("whom"):
		if err := s.saveRecipients(r, l.ID, "", l.Class); err != nil {
			return err
		}
		return see(w, r, done(to, "saved"))
	case f.Has("hide"), f.Has("show"):
		return s.hideLesson(w, r, l.ID, f.Has("hide"))
	case f.Has("away"), f.Has("back"):
		if err := s.putAway(r, l.ID, "", f.Has("away")); err != nil {
			return err
		}
		if f.Has("away") {
			return see(w, r, done(workURL(l.Class), "away")+"&back="+string(l.ID))
		}
		return see(w, r, done(to, "back"))
	case f.Has("copy"):
		return s.copyLesson(w, r, l)
	case f.Has("settle"):
		if err := s.settle(r, l.ID, ""); err != nil {
			return err
		}
		return see(w, r, done(to, "settled"))
	}
	err = s.Store.ChangeLesson(r.Context(), r.actor(), l.ID, f.Get("seen"), func(l *learning.Lesson) error {
		for name, field := range map[string]*string{"title": &l.Title, "about": &l.About, "from": &l.From, "until": &l.Until} {
			if now, changed := changedField(f, name); changed {
				*field = strings.TrimSpace(now)
			}
		}
		return nil
	})
	if errors.Is(err, fs.ErrInvalid) {
		return s.renderComposeLesson(w, r, l, f)
	}
	if err != nil {
		return err
	}
	return see(w, r, done(to, "saved"))
}

func (s *Server) hideLesson(w http.ResponseWriter, r *request, id learning.LessonID, hide bool) error {
	err := s.Store.ChangeLesson(r.Context(), r.actor(), id, "", func(l *learning.Lesson) error { l.Hidden = hide; return nil })
	if err != nil {
		return err
	}
	if hide {
		return see(w, r, done(lessonEditURL(id), "hidden"))
	}
	return see(w, r, done(lessonEditURL(id), "shown"))
}

// changeSteps moves, takes out or puts back.
func (s *Server) changeSteps(w http.ResponseWriter, r *request, l learning.Lesson) error {
	f, to := r.PostForm, lessonEditURL(l.ID)
	key := f.Get("up") + f.Get("down") + f.Get("remove")
	err := s.Store.ChangeLesson(r.Context(), r.actor(), l.ID, "", func(l *learning.Lesson) error {
		at := slices.Index(l.Resources, readRef(key))
		switch {
		case f.Has("order"):
			l.Resources = inOrder(l.Resources, f["order"], refKey)
		case f.Has("put"):
			place, _ := strconv.Atoi(f.Get("place"))
			if ref := readRef(f.Get("put")); !slices.Contains(l.Resources, ref) {
				l.Resources = slices.Insert(l.Resources, min(max(0, place), len(l.Resources)), ref)
			}
		case at < 0: // taken out meanwhile
		case f.Has("up"):
			movedBy(l.Resources, at, -1)
		case f.Has("down"):
			movedBy(l.Resources, at, 1)
		default:
			to = done(to, "removed") + "&" + url.Values{"put": {key}, "place": {strconv.Itoa(at)}}.Encode()
			l.Resources = slices.Delete(l.Resources, at, at+1)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if key != "" && !f.Has("remove") {
		to += "#" + ui.StepID(key)
	}
	return see(w, r, to)
}

// copyLesson makes the same lesson once more, in a class of the person's, hidden until its teacher shows it.
func (s *Server) copyLesson(w http.ResponseWriter, r *request, l learning.Lesson) error {
	to := learning.ClassID(r.PostForm.Get("copy"))
	if to != l.Class {
		l.From, l.Until = "", "" // another class has other days
	}
	l.ID, l.Class, l.Archived, l.Hidden = "", to, false, true
	id, err := s.Store.SaveLesson(r.Context(), r.actor(), l)
	if err != nil {
		return err
	}
	if err := s.Store.SetFor(r.Context(), r.actor(), id, "", []learning.Assignment{{Class: l.Class}}, nil); err != nil {
		return err
	}
	return see(w, r, done(lessonEditURL(id), "copied"))
}
