package web

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/content/search"
	"lamplight/server/indexer"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

const (
	maxPicked  = 100 // things in the basket: more than a lesson takes
	maxListed  = 120 // things of one place on a page
	maxRecent  = 5
	usualDraw  = 10
	pickedHits = 30
)

// A picking is one look through the library on behalf of a lesson or quiz: what is chosen, and where one is.
type picking struct {
	lesson  *learning.Lesson // one of the two
	quiz    *learning.Quiz
	class   learning.Class // of neither: one thing for all phones of it
	at      string         // "" the library, COURSE/ a course, COURSE/NODE a topic or exercise
	query   string
	picks   []string // keys: refKey, of a question with a space and the item behind
	topics  []string // keys of places to draw from
	section int      // of the quiz, from 1
	replace string   // key of the question to be replaced
	seed    uint64   // of what is drawn: the same form posted twice draws the same
	n       int
}

// picking reads what the page's address or form says.
func (s *Server) picking(r *request, f url.Values) (*picking, error) {
	p := &picking{at: f.Get("at"), query: strings.TrimSpace(f.Get("q")), picks: few(f["pick"]), topics: few(f["topic"]), replace: f.Get("replace")}
	p.section, _ = strconv.Atoi(f.Get("section"))
	p.n, _ = strconv.Atoi(f.Get("n"))
	if p.n <= 0 || p.n > learning.MaxQuestions {
		p.n = usualDraw
	}
	if p.seed, _ = strconv.ParseUint(f.Get("seed"), 10, 64); p.seed == 0 {
		p.seed = 1 + rand.Uint64N(1<<32)
	}
	if len(p.query) > maxQuestion {
		p.query = strings.ToValidUTF8(p.query[:maxQuestion], "")
	}
	if strings.HasPrefix(r.URL.Path, "/teach/class/") {
		c, err := s.inClass(r)
		p.class, p.picks = c.class, p.picks[:min(len(p.picks), 1)]
		return p, err
	}
	if strings.HasPrefix(r.URL.Path, "/teach/quiz/") {
		q, err := s.editedQuiz(r)
		p.quiz = &q
		return p, err
	}
	l, err := s.editedLesson(r)
	p.lesson = &l
	return p, err
}

func few(all []string) []string {
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), maxPicked)]
}

func (p *picking) url() string {
	if p.class.ID != "" {
		return inClassURL(p.class.ID)
	}
	if p.quiz != nil {
		return quizEditURL(p.quiz.ID)
	}
	return lessonEditURL(p.lesson.ID)
}

// address is the page as it is, somewhere else.
func (p *picking) address() string {
	q := url.Values{"pick": p.picks, "topic": p.topics}
	for k, v := range map[string]string{"at": p.at, "q": p.query, "replace": p.replace} {
		if v != "" {
			q.Set(k, v)
		}
	}
	if p.section > 0 {
		q.Set("section", strconv.Itoa(p.section))
	}
	if p.quiz != nil {
		q.Set("seed", strconv.FormatUint(p.seed, 10))
		if p.n != usualDraw {
			q.Set("n", strconv.Itoa(p.n))
		}
	}
	return p.url() + "/pick?" + q.Encode()
}

// changePick goes where the form says, with what is ticked; or puts it in.
func (s *Server) changePick(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	p, err := s.picking(r, f)
	if err != nil {
		return err
	}
	switch {
	case f.Has("done") && p.class.ID != "":
		return s.putPicked(w, r, p)
	case f.Has("done") && p.quiz != nil:
		err = s.putQuestions(w, r, p)
	case f.Has("done"):
		err = s.putSteps(w, r, p)
	case f.Has("draw"):
		err = s.drawQuestions(w, r, p)
	default:
		if !f.Has("at") {
			if p.query == "" {
				p.at = f.Get("here")
			}
		} else {
			p.query = ""
		}
		return see(w, r, p.address())
	}
	if errors.Is(err, store.ErrAnswered) {
		return see(w, r, done(p.url(), "answered"))
	}
	return err
}

// putSteps puts what is ticked at the end of the lesson.
func (s *Server) putSteps(w http.ResponseWriter, r *request, p *picking) error {
	added := 0
	err := s.Store.ChangeLesson(r.Context(), r.actor(), p.lesson.ID, "", func(l *learning.Lesson) error {
		added = 0
		for _, ref := range s.inLibraryOrder(p.picks) {
			if !slices.Contains(l.Resources, ref) {
				l.Resources, added = append(l.Resources, ref), added+1
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if added == 0 {
		return see(w, r, p.url())
	}
	return see(w, r, done(p.url(), "added")+"&n="+strconv.Itoa(added))
}

// inLibraryOrder are the resources ticked: of each course in the order it has them, courses as their keys sort.
func (s *Server) inLibraryOrder(picks []string) (out []learning.Ref) {
	place := map[learning.Ref]int{}
	for _, key := range picks {
		ref := readRef(key)
		if course, err := s.Library.Course(ref.Course); err == nil && len(place) < maxPicked {
			place[ref] = slices.IndexFunc(s.outline(course), func(x learning.OutlineResource) bool { return x.Resource == ref.Resource })
			out = append(out, ref)
		}
	}
	arrange.Stably(out, func(a, b learning.Ref) int {
		return cmp.Or(cmp.Compare(a.Course, b.Course), cmp.Compare(place[a], place[b]))
	})
	return out
}

// showPick is a place of the library with what can be chosen there.
func (s *Server) showPick(w http.ResponseWriter, r *request) error {
	p, err := s.picking(r, r.URL.Query())
	if err != nil {
		return err
	}
	v := view.Pick{
		Frame: s.frame(r, "teach", &view.Link{URL: p.url()}), Kind: "lesson", Action: p.url() + "/pick", Query: p.query, Asked: p.query != "",
		At: p.at, Chosen: len(p.picks), Draw: p.n, Replace: p.replace != "", Drawing: len(p.topics),
	}
	v.Banner = didBanner(r, &v.Frame)
	if p.quiz != nil {
		v.Kind, v.Heading = "quiz", p.quiz.Title
		v.Hidden = []view.Hidden{{Name: "seed", Value: strconv.FormatUint(p.seed, 10)}, {Name: "section", Value: strconv.Itoa(p.section)}, {Name: "replace", Value: p.replace}}
	} else if p.lesson != nil {
		v.Heading = p.lesson.Title
	} else {
		v.Kind, v.Heading, v.Replace = "now", p.class.Name, true
	}
	if r.URL.Query().Has("first") {
		v.Banner = &view.Banner{Kind: "careful", Key: "pick.draw.first"}
	}
	switch {
	case v.Asked:
		v.Crumbs = []view.PickPlace{{}}
		v.At = ""
		err = s.pickFound(&v, r, p)
	case p.at == "":
		s.pickTop(&v, r, p)
	default:
		err = s.pickInside(&v, r, p)
	}
	if err != nil {
		return err
	}
	s.fillBasket(&v, p)
	return s.render(w, r, http.StatusOK, ui.Pick(v))
}

// pickTop lists the courses, and what was used lately.
func (s *Server) pickTop(v *view.Pick, r *request, p *picking) {
	for _, c := range s.coursesFor(r) {
		n := c.Resources
		if p.quiz != nil {
			n = c.Items
		}
		if n > 0 {
			v.Places = append(v.Places, s.place(p, learning.Ref{Course: c.ID}, c.Title, first(c.Languages), "course", n))
		}
	}
	if p.quiz != nil {
		return
	}
	of := p.lesson
	if of == nil {
		of = &learning.Lesson{Class: p.class.ID}
	}
	for _, ref := range s.usedLately(r, of) {
		if x, ok := s.pickThing(p, ref); ok && len(v.Recent) < maxRecent {
			v.Recent = append(v.Recent, x)
		}
	}
}

// usedLately are what the person opened last, and what other lessons of the class hold.
func (s *Server) usedLately(r *request, l *learning.Lesson) (out []learning.Ref) {
	add := func(ref learning.Ref) {
		if ref.Course != "" && !slices.Contains(out, ref) && !slices.Contains(l.Resources, ref) {
			out = append(out, ref)
		}
	}
	if recent, err := s.Store.RecentActivity(r.actor(), r.person.ID, 2*maxRecent); err == nil {
		for _, p := range recent {
			add(learning.Ref{Course: p.Course, Resource: p.Resource})
		}
	}
	lessons, err := s.Store.Lessons(r.actor(), l.Class)
	for _, other := range lessons {
		if err == nil && other.ID != l.ID {
			for _, ref := range other.Resources {
				add(ref)
			}
		}
	}
	return out
}

func (s *Server) place(p *picking, ref learning.Ref, title, lang, kind string, n int) view.PickPlace {
	key := refKey(ref)
	return view.PickPlace{Key: key, Title: title, Lang: lang, Kind: kind, Count: n, Draws: p.quiz != nil, Chosen: slices.Contains(p.topics, key)}
}

// pickThing is a resource to tick; false where it is not on this box or cannot be opened.
func (s *Server) pickThing(p *picking, ref learning.Ref) (view.PickThing, bool) {
	reader, release, n, err := s.openRef(ref)
	if err != nil || n.Broken != "" || n.Kind == content.Topic {
		return view.PickThing{}, false
	}
	defer release()
	return p.thing(reader.Course(), n, ref, true), true
}

func (p *picking) thing(c content.Course, n content.Node, ref learning.Ref, where bool) view.PickThing {
	x := view.PickThing{Key: refKey(ref), Title: title(n), Lang: language(c, n), Kind: string(n.Kind)}
	if where {
		x.Where = c.Title
	}
	x.Chosen = slices.Contains(p.picks, x.Key)
	x.In = p.lesson != nil && slices.Contains(p.lesson.Resources, ref)
	return x
}

// pickFound lists what words find.
func (s *Server) pickFound(v *view.Pick, r *request, p *picking) error {
	q := search.Query{Text: p.query, Limit: pickedHits}
	if p.quiz != nil {
		q.Where = map[content.Facet][]string{content.KindFacet: {string(content.Practice)}}
	}
	found, err := s.find(r, q)
	if errors.Is(err, indexer.ErrBusy) {
		v.Busy = true
		return nil
	}
	for _, h := range found.Hits {
		ref := learning.Ref{Course: h.Course, Resource: h.Resource}
		switch {
		case h.Resource == "" || p.quiz != nil || p.class.ID != "" && h.Kind == content.Practice:
			v.Places = append(v.Places, s.place(p, ref, h.Title, h.Language, cmp.Or(string(h.Kind), "course"), 0))
		default:
			if x, ok := s.pickThing(p, ref); ok {
				v.Things = append(v.Things, x)
			}
		}
	}
	v.Cut = max(0, found.Total-len(found.Hits))
	return err
}

// pickInside lists a course, a topic or, for a quiz, an exercise.
func (s *Server) pickInside(v *view.Pick, r *request, p *picking) error {
	ref := readRef(p.at)
	reader, release, err := s.Library.Reader(ref.Course)
	if err != nil {
		return err
	}
	defer release()
	course := reader.Course()
	v.Crumbs = []view.PickPlace{{}}
	v.Title, v.Lang = course.Title, first(course.Languages)
	if ref.Resource != "" {
		n, err := reader.Node(ref.Resource)
		if err != nil {
			return err
		}
		v.Crumbs = append(v.Crumbs, view.PickPlace{Key: refKey(learning.Ref{Course: course.ID}), Title: course.Title, Lang: first(course.Languages)})
		if above, err := reader.Node(n.Parent); n.Parent != "" && err == nil {
			v.Crumbs = append(v.Crumbs, view.PickPlace{Key: refKey(learning.Ref{Course: course.ID, Resource: n.Parent}), Title: title(above), Lang: language(course, above)})
		}
		v.Title, v.Lang = title(n), language(course, n)
		if n.Kind == content.Practice && p.lesson == nil {
			v.Things = s.wholeThing(p, course, n)
			return s.pickItems(s.words(r), v, p, reader, n)
		}
	}
	nodes, total, err := s.childrenOf(r, reader, ref.Resource, 0, maxListed)
	v.Cut = max(0, total-len(nodes))
	for _, n := range nodes {
		s.pickNode(v, p, reader, n)
	}
	return err
}

func (s *Server) pickNode(v *view.Pick, p *picking, reader content.Reader, n content.Node) {
	course := reader.Course()
	ref := learning.Ref{Course: course.ID, Resource: n.ID}
	switch {
	case n.Broken != "":
	case n.Kind == content.Topic:
		v.Places = append(v.Places, s.place(p, ref, title(n), language(course, n), "topic", 0))
	case p.lesson == nil && n.Kind == content.Practice:
		v.Places = append(v.Places, s.place(p, ref, title(n), language(course, n), "exercise", 0))
	case p.quiz == nil:
		v.Things = append(v.Things, p.thing(course, n, ref, false))
	}
}

// fillBasket lists what is chosen and not shown on this page.
func (s *Server) fillBasket(v *view.Pick, p *picking) {
	shown := map[string]bool{}
	for _, x := range append(append([]view.PickThing{}, v.Things...), v.Recent...) {
		shown[x.Key] = true
	}
	for _, key := range p.picks {
		if shown[key] {
			continue
		}
		ref, item, isItem := strings.Cut(key, " ")
		x, ok := s.pickThing(p, readRef(ref))
		if !ok || p.class.ID == "" && isItem != (p.quiz != nil) {
			continue
		}
		if isItem {
			x.Title += ": " + s.questionLine(questionAt(readRef(ref), content.ItemID(item)))
		}
		x.Key, x.Chosen = key, true
		v.Basket = append(v.Basket, x)
	}
	for _, place := range v.Places {
		shown[place.Key] = true
	}
	for _, key := range p.topics {
		if !shown[key] {
			v.From = append(v.From, view.PickPlace{Key: key, Title: s.placeTitle(readRef(key)), Chosen: true})
		}
	}
}

// placeTitle is what a course, topic or exercise is called.
func (s *Server) placeTitle(ref learning.Ref) string {
	if ref.Resource != "" {
		return s.refTitle(ref)
	}
	c, err := s.Library.Course(ref.Course)
	if err != nil {
		return string(ref.Course)
	}
	return c.Title
}
