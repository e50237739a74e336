package web

import (
	"errors"
	"io/fs"
	"net/http"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	cardreader "lamplight/server/paper"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// inClassURL is the page from which a class is steered.
func inClassURL(id learning.ClassID) string { return classHome(id) + "/now" }

// An inClass is a class and what it looks at.
type inClass struct {
	class learning.Class
	mode  learning.ClassMode
	sheet sheet // of a question; without an item where it is not here
	seats []store.ClassAnswer
}

func (s *Server) inClass(r *request) (c inClass, err error) {
	id, err := learning.ParseID[learning.ClassID](r.PathValue("class"))
	if err != nil {
		return c, err
	}
	if c.mode, err = s.Store.ClassMode(r.actor(), id, s.Node.DeviceID()); err != nil {
		return c, err
	}
	if c.class, err = s.Store.Class(r.actor(), id); err != nil {
		return c, err
	}
	if c.seats, err = s.Store.ClassAnswersTo(r.actor(), &c.mode); err != nil {
		return c, err
	}
	if c.mode.Item != "" {
		if sh, err := s.classSheet(&c.mode); err == nil {
			c.sheet = sh
		}
	}
	return c, nil
}

// showInClass is what the class looks at, as its teacher steers it.
func (s *Server) showInClass(w http.ResponseWriter, r *request) error {
	c, err := s.inClass(r)
	if err != nil {
		return err
	}
	v := view.InClass{
		Frame: s.frame(r, "teach", &view.Link{Text: c.class.Name, URL: classHome(c.class.ID)}), Class: c.class.Name, Places: classPlaces(c.class.ID),
		Action: inClassURL(c.class.ID), State: string(c.mode.State), Key: keyOfNow(&c.mode), Pick: inClassURL(c.class.ID) + "/pick",
		Thing: s.inClassThing(&c.mode), Live: s.inClassLive(r, &c),
	}
	v.Banner = inClassBanner(r, &v.Frame)
	if c.mode.State == learning.ClassOff {
		return s.render(w, r, http.StatusOK, ui.InClass(v))
	}
	if c.mode.By != r.person.ID {
		if by, err := s.Store.Person(r.actor(), c.mode.By); err == nil {
			v.By = by.Name
		}
	}
	if c.mode.Item != "" {
		s.inClassQuestion(&v, r, &c)
	}
	if v.Photo == nil || !v.Photo.Shown {
		v.Refresh = teacherRefresh
	}
	return s.render(w, r, http.StatusOK, ui.InClass(v))
}

// inClassBanner says what was done last.
func inClassBanner(r *request, f *view.Frame) *view.Banner {
	q := r.URL.Query()
	switch {
	case q.Has("changed"):
		return &view.Banner{Kind: "careful", Key: "inclass.changed"}
	case q.Has("late"):
		return &view.Banner{Kind: "careful", Key: "inclass.late"}
	case q.Get("put") == "0":
		return &view.Banner{Kind: "note", Key: "inclass.put.none"}
	case q.Has("put"):
		return &view.Banner{Kind: "saved", Text: ui.Count(*f, "inclass.put", countIn(q, "put"))}
	}
	return nil
}

// inClassThing is what is looked at, or was last; nil nothing yet.
func (s *Server) inClassThing(m *learning.ClassMode) *view.InClassThing {
	if m.At.Resource == "" {
		return nil
	}
	x := view.InClassThing{Title: string(m.At.Resource), Pick: refKey(m.At)}
	if card, ok := s.refCard(m.At, learning.Progress{}); ok {
		x.Title, x.Lang, x.URL = card.Title, card.Lang, card.URL
	}
	if m.Item != "" {
		x.Pick += " " + string(m.Item)
		x.Question = s.questionLine(learning.QuizQuestion{Course: m.At.Course, Resource: m.At.Resource, Item: m.Item, Seed: m.Seed})
	}
	return &x
}

// inClassLive is what changes while the class works.
func (s *Server) inClassLive(r *request, c *inClass) view.InClassLive {
	v := view.InClassLive{
		Action: inClassURL(c.class.ID), Key: keyOfNow(&c.mode), State: string(c.mode.State), Learners: len(c.seats), Token: s.Auth.Token(r.session.Token),
	}
	v.URL = v.Action + "/at?k=" + v.Key
	names := map[learning.PersonID]string{}
	for _, x := range c.seats {
		names[x.Person.ID] = x.Person.Name
		if n := len(x.Rounds); n > 0 && x.Rounds[n-1] != nil {
			v.Answered++
		}
	}
	if c.mode.State == learning.ClassLooks {
		v.Answered = s.joined.ledTo(pullOf(&c.mode), func(p learning.PersonID) bool { return names[p] != "" })
	}
	for _, p := range s.joined.handsOf(c.class.ID) {
		if names[p] != "" {
			v.Hands = append(v.Hands, view.InClassChild{Name: names[p], ID: string(p)})
		}
	}
	return v
}

// sendInClass is what changes, for the script: 205 when somebody has led the class on and the page is to be read anew.
func (s *Server) sendInClass(w http.ResponseWriter, r *request) error {
	c, err := s.inClass(r)
	if err != nil {
		return err
	}
	w.Header()["Cache-Control"] = noStore
	if r.URL.Query().Get("k") != keyOfNow(&c.mode) {
		w.WriteHeader(http.StatusResetContent)
		return nil
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return ui.InClassLivePart(s.frame(r, "", nil), s.inClassLive(r, &c)).Render(r.Context(), w)
}

// inClassQuestion fills in what is asked and, once it is closed, what was answered.
func (s *Server) inClassQuestion(v *view.InClass, r *request, c *inClass) {
	if c.sheet.node.ID == "" {
		v.Broken = true
		return
	}
	lang := language(c.sheet.course, c.sheet.node)
	v.Asked, v.Reads = unmarked(asked(s.words(r), c.sheet.variant, "", lang)), lang
	keys := cardKeys(c.sheet.variant)
	last := len(c.mode.Rounds) - 1
	for _, x := range c.seats {
		if x.Rounds[last] != nil {
			continue
		}
		child := view.InClassChild{Name: x.Person.Name, ID: string(x.Person.ID)}
		if c.mode.State == learning.ClassAnswers {
			for i := range keys {
				child.Letters = append(child.Letters, cardreader.Answer(i).Letter())
			}
		}
		v.Rest = append(v.Rest, child)
	}
	if c.mode.State == learning.ClassAnswers {
		if keys != nil {
			v.Photo = s.inClassPhoto(r, c, len(keys))
		}
		return
	}
	v.More = len(c.mode.Rounds) < learning.MaxRounds
	fillBars(s.words(r), v, c)
}

// errChanged is that somebody led the class on since the page was made.
var errChanged = errors.New("web: the class was led on meanwhile")

// changeInClass does what the form says.
func (s *Server) changeInClass(w http.ResponseWriter, r *request) error {
	id, err := learning.ParseID[learning.ClassID](r.PathValue("class"))
	if err != nil {
		return err
	}
	f, to := r.PostForm, inClassURL(id)
	switch do := f.Get("do"); {
	case f.Has("down"):
		return s.lowerHands(w, r, id)
	case do == "push":
		err = s.putOnPhones(r, id, f.Get("pick"))
	case do == "enter" || do == "cards":
		return s.enterInClass(w, r)
	default:
		err = s.steer(r, id, f.Get("key"), steps[do])
	}
	if errors.Is(err, errChanged) {
		return see(w, r, to+"?changed")
	}
	if err != nil {
		return err
	}
	return see(w, r, to)
}

// steps are what a teacher does with what the class looks at.
var steps = map[string]func(m *learning.ClassMode){
	"close": func(m *learning.ClassMode) { m.State = learning.ClassClosed },
	"reopen": func(m *learning.ClassMode) {
		if m.State == learning.ClassClosed { // once phones say what is right a round is over for good
			m.State = learning.ClassAnswers
		}
	},
	"again": func(m *learning.ClassMode) {
		m.State, m.Rounds = learning.ClassAnswers, append(m.Rounds, learning.NewAttemptBase())
	},
	"reveal": func(m *learning.ClassMode) { m.State = learning.ClassRevealed },
	"end":    func(m *learning.ClassMode) { m.State = learning.ClassOff },
}

// steer changes what a class looks at, unless somebody else did since key was read.
func (s *Server) steer(r *request, class learning.ClassID, key string, step func(*learning.ClassMode)) error {
	if step == nil {
		return errNotFound("do=" + r.PostForm.Get("do"))
	}
	err := s.Store.ChangeClassMode(r.Context(), r.actor(), class, s.Node.DeviceID(), func(m *learning.ClassMode) error {
		if keyOfNow(m) != key {
			return errChanged
		}
		step(m)
		return nil
	})
	if err == nil {
		s.countTogether()
	}
	return err
}

// putOnPhones puts a resource, or with a space and its id a question, on every phone of a class.
func (s *Server) putOnPhones(r *request, class learning.ClassID, pick string) error {
	text, item, _ := strings.Cut(pick, " ")
	return s.leadClass(r, class, readRef(text), content.ItemID(item))
}

// leadClass puts a resource, or one question of an exercise, on every phone of a class, whatever it looked at; its teachers
// and administrators. fs.ErrNotExist for what is not on this box or cannot be asked.
func (s *Server) leadClass(r *request, class learning.ClassID, at learning.Ref, item content.ItemID) error {
	seed := freshSeed()
	if item != "" {
		if _, err := s.sheet(learning.QuizQuestion{Course: at.Course, Resource: at.Resource, Item: item}, seed); err != nil {
			return err
		}
	} else if _, ok := s.refCard(at, learning.Progress{}); !ok {
		return errNotFound("resource " + string(at.Resource))
	}
	err := s.Store.ChangeClassMode(r.Context(), r.actor(), class, s.Node.DeviceID(), func(m *learning.ClassMode) error {
		*m = learning.ClassMode{State: learning.ClassLooks, At: at}
		if item != "" {
			m.State, m.Item, m.Seed, m.Rounds = learning.ClassAnswers, item, seed, []string{learning.NewAttemptBase()}
		}
		return nil
	})
	if err == nil {
		s.countTogether()
	}
	return err
}

// lowerHands takes one hand down, or all.
func (s *Server) lowerHands(w http.ResponseWriter, r *request, class learning.ClassID) error {
	if _, err := s.Store.ClassMode(r.actor(), class, s.Node.DeviceID()); err != nil {
		return err
	}
	if who := r.PostForm.Get("down"); who == "all" {
		s.joined.lower(class)
	} else {
		s.joined.raise(class, learning.PersonID(who), false)
	}
	return see(w, r, inClassURL(class))
}

// markedAs is the answer that a side of a card means.
func markedAs(sh sheet, side int) (learning.Attempt, error) {
	keys := cardKeys(sh.variant)
	if side < 0 || side >= len(keys) {
		return learning.Attempt{}, fs.ErrInvalid
	}
	result, err := marking.Mark(sh.variant, map[string][]string{"r": {keys[side]}})
	return classAttempt(sh, result), err
}

// putPicked puts what was chosen in the library on the phones; nothing chosen goes back to choosing.
func (s *Server) putPicked(w http.ResponseWriter, r *request, p *picking) error {
	if len(p.picks) == 0 {
		return see(w, r, p.address())
	}
	if err := s.putOnPhones(r, p.class.ID, p.picks[0]); err != nil {
		return err
	}
	return see(w, r, p.url())
}

// wholeThing offers an exercise as a whole, to be worked at, beside its single questions; for a class alone.
func (s *Server) wholeThing(p *picking, course content.Course, n content.Node) []view.PickThing {
	if p.class.ID == "" {
		return nil
	}
	return []view.PickThing{p.thing(course, n, learning.Ref{Course: course.ID, Resource: n.ID}, false)}
}
