package web

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// editedQuiz finds the quiz an address names, for who may change it.
func (s *Server) editedQuiz(r *request) (learning.Quiz, error) {
	id, err := learning.ParseID[learning.QuizID](r.PathValue("id"))
	if err != nil {
		return learning.Quiz{}, err
	}
	if _, err := s.Store.Composition(r.actor(), "", id); err != nil {
		return learning.Quiz{}, err
	}
	return s.Store.Quiz(r.actor(), id)
}

// showComposeQuiz is a quiz as its teacher makes it.
func (s *Server) showComposeQuiz(w http.ResponseWriter, r *request) error {
	q, err := s.editedQuiz(r)
	if err != nil {
		return err
	}
	return s.renderComposeQuiz(w, r, q, nil)
}

func (s *Server) renderComposeQuiz(w http.ResponseWriter, r *request, q learning.Quiz, typed url.Values) error {
	class, err := s.Store.Class(r.actor(), q.Class)
	if err != nil {
		return err
	}
	to := quizEditURL(q.ID)
	v := view.ComposeQuiz{
		Frame: s.frame(r, "teach", &view.Link{URL: workURL(class.ID)}), Heading: q.Title, State: q.State, PutAway: q.Archived, Questions: q.Questions(),
		Report: q.Report, Practice: q.Practice, Own: ownNumbers(&q), Action: to, Pick: to + "/pick", Preview: to + "/preview",
		Close: to + "/close", Copies: s.copyTargets(r, q.Class), Sections: s.composeSections(s.words(r), &q),
	}
	v.Banner = didBanner(r, &v.Frame)
	v.Undo = undoRemoved(r, to)
	if v.Locked, err = s.Store.HasAnswers(r.actor(), q.ID); err != nil {
		return err
	}
	set, err := s.Store.Assignments(r.actor(), "", q.ID)
	if err != nil {
		return err
	}
	if v.For, err = s.forWhom(r, class, set); err != nil {
		return err
	}
	sittings, err := s.Store.Sittings(r.actor(), q.ID)
	if err != nil {
		return err
	}
	for _, x := range sittings {
		needs, err := s.Store.Accommodation(r.actor(), x.Person.ID)
		v.Needs = append(v.Needs, view.Recipient{
			Key: "/accommodation/" + string(x.Person.ID), Name: x.Person.Name, Tile: tileName(x.Person.Tile), Chosen: err == nil && needs != learning.Accommodation{},
		})
	}
	begun, in, _ := sorted(sittings)
	v.Asked, v.Begun, v.HandedIn = len(sittings), len(begun), in
	c, err := s.Store.Composition(r.actor(), "", q.ID)
	if err != nil {
		return err
	}
	v.Seen, v.Disputes = c.Seen, s.quizDisputes(c.Disputes)
	v.Words.Title = q.Title
	if q.Minutes > 0 {
		v.Words.Minutes = strconv.Itoa(q.Minutes)
	}
	v.Was = v.Words
	status := http.StatusOK
	if typed != nil {
		status, v.Problem, v.Seen = http.StatusBadRequest, true, typed.Get("seen")
		v.Words, v.Was = typedWords(typed, ""), typedWords(typed, "was.")
	}
	return s.render(w, r, status, ui.ComposeQuiz(v))
}

// sorted tells who is in the middle of a quiz, how many have handed in, and how many never began.
func sorted(sittings []store.LearnerSitting) (begun []learning.Person, in, not int) {
	for _, x := range sittings {
		switch now := x.Sitting.Now(); {
		case now == nil:
			not++
		case now.HandedIn:
			in++
		default:
			begun = append(begun, x.Person)
		}
	}
	return begun, in, not
}

// ownNumbers says whether learners get variants of their own: of a quiz with both, what most have.
func ownNumbers(q *learning.Quiz) bool {
	own := 0
	for _, section := range q.Sections {
		for _, x := range section.Questions {
			if x.Seed == 0 {
				own++
			}
		}
	}
	return 2*own > q.Questions()
}

func (s *Server) composeSections(l *locale.Locale, q *learning.Quiz) (out []view.ComposeSection) {
	n := 0
	for i, section := range q.Sections {
		part := view.ComposeSection{
			Number: i + 1, Title: section.Title, About: section.About, Shuffled: section.Shuffled,
			Pick: quizEditURL(q.ID) + "/pick?section=" + strconv.Itoa(i+1),
		}
		for k, x := range section.Questions {
			n++
			row := view.ComposeQuestion{
				Key: x.Key, Number: n, First: k == 0 && i == 0, Last: k == len(section.Questions)-1 && i == len(q.Sections)-1,
				Choose: quizEditURL(q.ID) + "/pick?" + url.Values{"replace": {x.Key}, "at": {refKey(learning.Ref{Course: x.Course, Resource: x.Resource})}}.Encode(),
			}
			if sh, err := s.sheet(x, sampleSeed(x)); err == nil {
				row.Asked, row.Where = askedOf(l, sh), title(sh.node)
			} else {
				row.Gone = true
			}
			part.Rows = append(part.Rows, row)
		}
		out = append(out, part)
	}
	return out
}

// sampleSeed is the variant that teachers are shown of a question: everybody's, or one of those that learners get.
func sampleSeed(x learning.QuizQuestion) uint64 { return max(x.Seed, 1) }

// askedOf is a question to read, with what is right marked.
func askedOf(l *locale.Locale, sh sheet) view.Asked {
	return asked(l, sh.variant, "", language(sh.course, sh.node))
}

// questionLine is a question in a line.
func (s *Server) questionLine(x learning.QuizQuestion) string {
	sh, err := s.sheet(x, sampleSeed(x))
	if err != nil {
		return string(x.Item)
	}
	return marking.Line(sh.variant)
}

// changeQuiz does what a form of the quiz' page asks.
func (s *Server) changeQuiz(w http.ResponseWriter, r *request) error {
	q, err := s.editedQuiz(r)
	if err != nil {
		return err
	}
	f, to := r.PostForm, quizEditURL(q.ID)
	did := "saved"
	switch {
	case f.Has("up"), f.Has("down"), f.Has("remove"), f.Has("order"), f.Has("put"), f.Has("swap"):
		return s.changeQuestions(w, r, q)
	case f.Has("words"), f.Get("section") == "add":
		err = s.changeSection(r, q)
	case f.Has("whom"):
		err = s.saveRecipients(r, "", q.ID, q.Class)
	case f.Has("state"), f.Get("unfinished") == "in":
		did, err = s.changeState(r, q)
	case f.Has("away"), f.Has("back"):
		if err = s.putAway(r, "", q.ID, f.Has("away")); err == nil && f.Has("away") {
			return see(w, r, done(workURL(q.Class), "away")+"&back="+string(q.ID))
		}
		did = "back"
	case f.Has("copy"):
		return s.copyQuiz(w, r, q)
	case f.Has("settle"):
		did, err = "settled", s.settle(r, "", q.ID)
	case f.Has("rules"):
		err = s.changeRules(r, q)
		if errors.Is(err, fs.ErrInvalid) {
			return s.renderComposeQuiz(w, r, q, f)
		}
	}
	if errors.Is(err, store.ErrAnswered) {
		return see(w, r, done(to, "answered"))
	}
	if err != nil {
		return err
	}
	return see(w, r, done(to, did))
}

// changeRules saves the name and rules that were changed on the page.
func (s *Server) changeRules(r *request, q learning.Quiz) error {
	f := r.PostForm
	return s.Store.ChangeQuiz(r.Context(), r.actor(), q.ID, f.Get("seen"), func(q *learning.Quiz) (err error) {
		if now, changed := changedField(f, "title"); changed {
			q.Title = now
		}
		if now, changed := changedField(f, "minutes"); changed {
			q.Minutes = 0
			if now = marking.Digits(strings.TrimSpace(now)); now != "" {
				if q.Minutes, err = strconv.Atoi(now); err != nil {
					return badForm("minutes are no number")
				}
			}
		}
		for name, field := range map[string]*bool{"report": &q.Report, "practice": &q.Practice} {
			if now, changed := changedField(f, name); changed {
				*field = now == "1"
			}
		}
		if now, changed := changedField(f, "own"); changed {
			setNumbers(q, now == "1")
		}
		return nil
	})
}

// setNumbers gives each learner variants of their own, or all the same.
func setNumbers(q *learning.Quiz, own bool) {
	for i := range q.Sections {
		for k := range q.Sections[i].Questions {
			x := &q.Sections[i].Questions[k]
			switch {
			case own:
				x.Seed = 0
			case x.Seed == 0:
				x.Seed = freshSeed()
			}
		}
	}
}

// freshSeed draws the variant that everybody gets.
func freshSeed() uint64 { return 1 + rand.Uint64N(4096) }

// changeSection saves the words and order of a section, or adds one.
func (s *Server) changeSection(r *request, q learning.Quiz) error {
	f := r.PostForm
	return s.Store.ChangeQuiz(r.Context(), r.actor(), q.ID, f.Get("seen"), func(q *learning.Quiz) error {
		if f.Get("section") == "add" {
			q.Sections = append(q.Sections, learning.QuizSection{})
			return nil
		}
		n, err := strconv.Atoi(f.Get("words"))
		if err != nil || n < 1 || n > len(q.Sections) {
			return badForm("no such section")
		}
		section := &q.Sections[n-1]
		section.Title, section.About = strings.TrimSpace(f.Get("title")), strings.TrimSpace(f.Get("about"))
		if f.Has("orderable") {
			section.Shuffled = f.Has("shuffled")
		}
		return nil
	})
}

// changeState opens, closes or takes back a quiz, and hands in for who had not; it says what was done.
func (s *Server) changeState(r *request, q learning.Quiz) (did string, err error) {
	f := r.PostForm
	state := f.Get("state")
	if f.Get("unfinished") == "in" && (state == learning.QuizClosed || state == "" && q.State == learning.QuizClosed) {
		if _, err := s.Store.HandInFor(r.Context(), r.actor(), q.ID); err != nil {
			return "", err
		}
	}
	did = map[string]string{learning.QuizOpen: "opened", learning.QuizClosed: "closed", learning.QuizDraft: "draft", "": "saved"}[state]
	if state == "" || did == "" {
		return "saved", nil
	}
	if answered, err := s.Store.HasAnswers(r.actor(), q.ID); state == learning.QuizDraft && (answered || err != nil) {
		return "answered", err
	}
	return did, s.Store.SetQuizState(r.Context(), r.actor(), q.ID, state)
}

// showClose asks what becomes of those who have not handed in.
func (s *Server) showClose(w http.ResponseWriter, r *request) error {
	q, err := s.editedQuiz(r)
	if err != nil {
		return err
	}
	if q.State != learning.QuizOpen {
		return see(w, r, quizEditURL(q.ID))
	}
	sittings, err := s.Store.Sittings(r.actor(), q.ID)
	if err != nil {
		return err
	}
	begun, in, not := sorted(sittings)
	v := view.CloseQuiz{
		Frame: s.frame(r, "teach", &view.Link{Text: q.Title, URL: quizEditURL(q.ID)}), Heading: q.Title, HandedIn: in, NotBegun: not, Action: quizEditURL(q.ID),
	}
	for _, p := range begun {
		v.Begun = append(v.Begun, view.Recipient{Name: p.Name, Tile: tileName(p.Tile)})
	}
	return s.render(w, r, http.StatusOK, ui.CloseQuiz(v))
}

// copyQuiz makes the same quiz once more as a draft, in a class of the person's.
func (s *Server) copyQuiz(w http.ResponseWriter, r *request, q learning.Quiz) error {
	q.ID, q.Class, q.Archived, q.State = "", learning.ClassID(r.PostForm.Get("copy")), false, learning.QuizDraft
	id, err := s.Store.SaveQuiz(r.Context(), r.actor(), q)
	if err != nil {
		return err
	}
	if err := s.Store.SetFor(r.Context(), r.actor(), "", id, []learning.Assignment{{Class: q.Class}}, nil); err != nil {
		return err
	}
	return see(w, r, done(quizEditURL(id), "copied"))
}

// showQuizPreview is one question as a learner meets it.
func (s *Server) showQuizPreview(w http.ResponseWriter, r *request) error {
	q, err := s.editedQuiz(r)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(r.URL.Query().Get("n"))
	n = min(max(1, n), max(1, q.Questions()))
	v := view.QuizPreview{
		Frame: s.frame(r, "teach", &view.Link{Text: q.Title, URL: quizEditURL(q.ID)}), Heading: q.Title, Number: n, Total: q.Questions(), Minutes: q.Minutes,
	}
	i := 0
	for _, section := range q.Sections {
		for k, x := range section.Questions {
			i++
			v.Map = append(v.Map, view.QuizMark{Number: i, URL: quizEditURL(q.ID) + "/preview?n=" + strconv.Itoa(i), Current: i == n})
			if i != n {
				continue
			}
			v.Section.Title = section.Title
			if k == 0 {
				v.Section.About = section.About
			}
			sh, err := s.sheet(x, sampleSeed(x))
			if v.Broken = err != nil; err == nil {
				v.Lang, v.Question = language(sh.course, sh.node), question(sh.course.ID, sh.variant, nil)
			}
		}
	}
	return s.render(w, r, http.StatusOK, ui.QuizPreview(v))
}
