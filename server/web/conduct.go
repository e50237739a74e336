package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

const conductPath = "/teach/conduct/"

// A conducting is a film with its stops, for a class and perhaps a lesson of it.
type conducting struct {
	class  learning.Class
	lesson learning.LessonID // "" none
	ref    learning.Ref
	node   content.Node
	lang   string
	stops  []store.KeptStep
	ran    []store.KeptStep // of the film, in the lesson where there is one
}

func (c *conducting) url(page string, more ...string) string {
	q := url.Values{"course": {string(c.ref.Course)}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	if c.lesson != "" {
		q.Set("lesson", string(c.lesson))
	}
	return conductPath + string(c.class.ID) + "/" + page + "/" + string(c.ref.Resource) + "?" + q.Encode()
}

// conducting finds what the address names: a film of the library, for who leads the class.
func (s *Server) conducting(r *request) (*conducting, content.Reader, func(), error) {
	class, err := s.ledClass(r)
	if err != nil {
		return nil, nil, nil, err
	}
	q := r.URL.Query()
	c := &conducting{class: class, ref: learning.Ref{Course: content.CourseID(q.Get("course")), Resource: content.ResourceID(r.PathValue("id"))}}
	if id := learning.LessonID(q.Get("lesson")); id != "" {
		if l, err := s.Store.Lesson(r.actor(), id); err == nil && l.Class == class.ID {
			c.lesson = id
		}
	}
	reader, release, n, err := s.openRef(c.ref)
	if err != nil {
		return nil, nil, nil, err
	}
	if n.Kind != content.Video && n.Kind != content.Audio {
		release()
		return nil, nil, nil, errNotFound("film " + string(c.ref.Resource))
	}
	c.node, c.ref.Course, c.lang = n, reader.Course().ID, language(reader.Course(), n)
	all, err := s.Store.Steps(r.actor(), class.ID, "")
	if err != nil {
		release()
		return nil, nil, nil, err
	}
	c.sort(all)
	return c, reader, release, nil
}

// sort takes from what is kept of a class what is of the film.
func (c *conducting) sort(all []store.KeptStep) {
	mine := map[string]bool{}
	for _, x := range all {
		if x.Use == learning.StepStop && readRef(x.Of).Resource == c.ref.Resource {
			mine[string(x.ID)] = true
			c.stops = append(c.stops, x)
		}
	}
	for _, x := range all {
		if x.Use == learning.StepRan && mine[x.Of] && (c.lesson == "" || x.Lesson == c.lesson) {
			c.ran = append(c.ran, x)
		}
	}
	arrange.Stably(c.stops, func(a, b store.KeptStep) int { return a.At - b.At })
}

// ranAt is what came of a stop last, nil nothing yet.
func (c *conducting) ranAt(stop learning.StepID) *store.KeptStep {
	for i := len(c.ran) - 1; i >= 0; i-- {
		if c.ran[i].Of == string(stop) {
			return &c.ran[i]
		}
	}
	return nil
}

func (s *Server) stopRan(stop, ran *store.KeptStep) view.StopRan {
	return view.StopRan{
		ID: string(ran.ID), At: float64(stop.At) / 10, Right: ran.Right, Total: ran.Total, Few: ran.Few(), Then: stop.Then, Day: s.dayOf(ran.Day),
	}
}

func (s *Server) allRan(c *conducting) (out []view.StopRan) {
	for i := range c.stops {
		if x := c.ranAt(c.stops[i].ID); x != nil {
			out = append(out, s.stopRan(&c.stops[i], x))
		}
	}
	return out
}

// loopFilm is a film of a lesson on its page.
func (s *Server) loopFilm(p *loop, ref learning.Ref, title, lang string, all []store.KeptStep) view.LoopFilm {
	c := &conducting{class: p.class, lesson: p.lesson.ID, ref: ref}
	c.sort(all)
	return view.LoopFilm{Title: title, Lang: lang, Play: c.url("play"), Edit: c.url("stops"), Stops: len(c.stops), Ran: s.allRan(c)}
}

// showConduct is one part of a film and what is asked at its end.
func (s *Server) showConduct(w http.ResponseWriter, r *request) error {
	return s.renderConduct(w, r, nil, http.StatusOK)
}

func (s *Server) renderConduct(w http.ResponseWriter, r *request, typed url.Values, status int) error {
	c, reader, release, err := s.conducting(r)
	if err != nil {
		return err
	}
	defer release()
	part, _ := strconv.Atoi(cmp.Or(r.URL.Query().Get("part"), "1"))
	part = min(max(1, part), len(c.stops)+1)
	v := view.Conduct{
		Frame: s.frame(r, "teach", &view.Link{Text: c.class.Name, URL: classHome(c.class.ID) + "/conduct"}), Class: c.class.Name, Film: s.mediaView(r, reader, c.node),
		Part: part, Parts: len(c.stops) + 1, Edit: c.url("stops"), Again: c.url("play", "part", strconv.Itoa(part)), Ran: s.allRan(c),
	}
	v.Action = v.Again
	if c.lesson != "" {
		v.Leave = &view.Link{URL: loopPath(c.class.ID, c.lesson)}
		v.Frame.Back = &view.Link{URL: v.Leave.URL}
	}
	s.chooseFilm(&v.Film, r, c.ref.Course, c.node)
	for _, x := range c.node.Captions {
		v.Film.Captions = append(v.Film.Captions, view.Caption{Lang: x.Language, URL: fileURL(c.ref.Course, x.Path)})
	}
	if part > 1 {
		v.Start = float64(c.stops[part-2].At) / 10
	}
	if part <= len(c.stops) {
		v.End, v.Next = float64(c.stops[part-1].At)/10, c.url("play", "part", strconv.Itoa(part+1))
		if v.Stop, err = s.stopAsk(r, c, &c.stops[part-1]); err != nil {
			return err
		}
		if typed != nil {
			v.Stop.Problem, v.Stop.Right, v.Stop.Total = true, typed.Get("right"), typed.Get("total")
		}
	}
	if r.URL.Query().Has("undone") {
		v.Banner = &view.Banner{Kind: "saved", Key: "conduct.undone"}
	}
	return s.render(w, r, status, ui.Conduct(v))
}

func (s *Server) stopAsk(r *request, c *conducting, x *store.KeptStep) (*view.StopAsk, error) {
	out := &view.StopAsk{ID: string(x.ID), Run: string(learning.NewID[learning.StepID]()), Text: x.Text, Then: x.Then}
	if q, ok := readAsk(x.Ask); ok {
		if sh, err := s.sheet(q, 1); err == nil {
			a := askedOf(s.words(r), sh)
			for i := range a.Options { // the class sees the page
				a.Options[i].Mark = ""
			}
			out.Asked, out.Phones = &a, true
		}
	}
	mode, all, err := s.onPhones(r, c, x)
	if err != nil {
		return nil, err
	}
	if mode != nil {
		out.Open, out.Learners = true, len(all)
		for _, child := range all {
			if child.Rounds[len(child.Rounds)-1] != nil {
				out.Answered++
			}
		}
	}
	if ran := c.ranAt(x.ID); ran != nil {
		was := s.stopRan(x, ran)
		out.Ran, out.Run = &was, string(ran.ID)
		out.Right, out.Total = strconv.Itoa(ran.Right), strconv.Itoa(ran.Total)
	}
	return out, nil
}

// onPhones is what the class answers on its phones where that is a stop's question now; nil where it is not.
func (s *Server) onPhones(r *request, c *conducting, x *store.KeptStep) (*learning.ClassMode, []store.ClassAnswer, error) {
	q, ok := readAsk(x.Ask)
	if !ok {
		return nil, nil, nil
	}
	mode, err := s.Store.ClassMode(r.actor(), c.class.ID, s.Node.DeviceID())
	if err != nil || mode.State != learning.ClassAnswers || mode.At.Resource != q.Resource || mode.Item != q.Item {
		return nil, nil, err
	}
	all, err := s.Store.ClassAnswersTo(r.actor(), &mode)
	return &mode, all, err
}

// countPhones ends a stop's question on the phones and keeps how many were right; phones then show what is right.
func (s *Server) countPhones(r *request, c *conducting, at int) error {
	x := &c.stops[at]
	mode, _, err := s.onPhones(r, c, x)
	if err != nil || mode == nil {
		return err
	}
	if err := s.steer(r, c.class.ID, keyOfNow(mode), steps["reveal"]); err != nil {
		return err
	}
	all, err := s.Store.ClassAnswersTo(r.actor(), mode)
	if err != nil {
		return err
	}
	ran := learning.Step{Class: c.class.ID, Use: learning.StepRan, Lesson: c.lesson, Of: string(x.ID), Day: s.knownDate()}
	for _, child := range all {
		if a := child.Rounds[len(child.Rounds)-1]; a != nil {
			ran.Total++
			ran.Right += int(boolCount(a.Correct))
		}
	}
	if ran.Total == 0 {
		return nil
	}
	if was := c.ranAt(x.ID); was != nil {
		ran.ID = was.ID
	}
	q, _ := readAsk(x.Ask)
	q.Seed = mode.Seed
	ran.Ask = asked1{mode.Round(), q}.String()
	_, err = s.Store.SaveStep(r.Context(), r.actor(), ran, "")
	return err
}

// readAsk reads a question of the library as a stop names it.
func readAsk(ask string) (learning.QuizQuestion, bool) {
	ref, item, ok := strings.Cut(ask, " ")
	return questionAt(readRef(ref), content.ItemID(item)), ok
}

// saveConduct keeps how many were right at a stop, in place of what was counted there before in the same lesson; with do=undo
// it takes that back.
func (s *Server) saveConduct(w http.ResponseWriter, r *request) error {
	c, _, release, err := s.conducting(r)
	if err != nil {
		return err
	}
	release()
	f := r.PostForm
	at := slices.IndexFunc(c.stops, func(x store.KeptStep) bool { return string(x.ID) == f.Get("stop") })
	if at < 0 {
		return errNotFound("stop " + f.Get("stop"))
	}
	to := c.url("play", "part", strconv.Itoa(at+1))
	switch f.Get("do") {
	case "phones":
		if q, ok := readAsk(c.stops[at].Ask); ok {
			if _, err := s.putQuestion(r, c.class.ID, q); err != nil {
				return err
			}
		}
		return see(w, r, to+"#stop")
	case "close":
		if err := s.countPhones(r, c, at); err != nil {
			return err
		}
		return see(w, r, to+"#stop")
	case "undo":
		ran := c.ranAt(c.stops[at].ID)
		if ran == nil {
			return see(w, r, to)
		}
		if err := s.Store.DropStep(r.Context(), r.actor(), ran.ID, true); err != nil {
			return err
		}
		return see(w, r, to+"&undone#stop")
	}
	right, ok1 := hands(f.Get("right"))
	total, ok2 := hands(f.Get("total"))
	if !ok1 || !ok2 || right > total || total == 0 {
		return s.renderConduct(w, r, f, http.StatusBadRequest)
	}
	_, err = s.Store.SaveStep(r.Context(), r.actor(), learning.Step{
		ID: learning.StepID(f.Get("ran")), Class: c.class.ID, Use: learning.StepRan, Lesson: c.lesson, Of: string(c.stops[at].ID), Right: right, Total: total, Day: s.knownDate(),
	}, "")
	if err != nil {
		return err
	}
	return see(w, r, to+"#stop")
}
