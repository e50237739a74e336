package web

import (
	"net/http"
	"slices"
	"strconv"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// maxMistakes are shown at once, what waits now first: nobody mends more in a day.
const maxMistakes = 30

// stepNames are what pages call the steps out of the book.
var stepNames = map[learning.MistakeStep]string{learning.Look: "look", learning.Check: "check"}

func stepName(m learning.Mistake) string {
	if m.Step == learning.Check && m.Now {
		return "check-now"
	}
	return stepNames[m.Step]
}

// showMistakes is the book, by exercise.
func (s *Server) showMistakes(w http.ResponseWriter, r *request) error {
	v := view.Mistakes{Frame: s.frame(r, "home", &view.Link{URL: "/"})}
	practice, today := s.practice(r)
	if practice != nil {
		v.Mended = practice.Mended(today.Calendar)
		s.fillMistakes(&v, r, practice.Mistakes(today))
	}
	return s.render(w, r, http.StatusOK, ui.Mistakes(v))
}

func (s *Server) fillMistakes(v *view.Mistakes, r *request, all []learning.Mistake) {
	at := map[content.ResourceID]int{}
	for _, m := range all[:min(len(all), maxMistakes)] {
		t, err := s.mistakeTurn(r, m)
		if err != nil {
			continue // its course is not here: it waits
		}
		i, ok := at[m.Resource]
		if !ok {
			i = len(v.Groups)
			at[m.Resource] = i
			v.Groups = append(v.Groups, view.MistakeGroup{Title: t.exercise.Title, URL: "/exercise/" + string(m.Resource), Lang: language(t.course, t.node)})
		}
		card := view.MistakeCard{
			URL: "/mistakes/" + m.ID, Question: plainWords(t.variant), Error: errorWords(t.variant.Item, m.Error),
			Step: stepName(m), Day: s.onDay(m.Due, m.DueKnown), Right: m.Rights,
		}
		v.Groups[i].Mistakes = append(v.Groups[i].Mistakes, card)
		if v.First == nil && m.Now {
			v.First = &view.Link{URL: card.URL}
		}
	}
}

// mistakeTurn is the question of a mistake as it was asked.
func (s *Server) mistakeTurn(r *request, m learning.Mistake) (*turn, error) {
	reader, release, n, err := s.openRef(learning.Ref{Course: m.Course, Resource: m.Resource})
	if err != nil {
		return nil, err
	}
	defer release()
	t, err := s.turnOf(r, reader, n)
	if err != nil {
		return nil, err
	}
	for _, it := range t.exercise.Items {
		if it.ID == m.Item {
			t.variant, err = marking.Draw(it, m.Seed)
			return t, err
		}
	}
	return nil, errNotFound("item " + string(m.Item))
}

// errorWords is what a course says of a known mistake, "" when it says nothing.
func errorWords(it content.Item, code string) string {
	if code == "" {
		return ""
	}
	for _, m := range it.Mistakes {
		if m.Error == code {
			return m.Feedback
		}
	}
	options := slices.Clone(it.Options)
	for _, g := range it.Gaps {
		options = append(options, g.Options...)
	}
	for _, o := range options {
		if o.Error == code {
			return o.Feedback
		}
	}
	return ""
}

// showMistake is one mistake: what was asked and given, how it is done, and the same with other numbers. One that has left
// the book leads back to it.
func (s *Server) showMistake(w http.ResponseWriter, r *request) error {
	practice, today := s.practice(r)
	m, ok := findMistake(practice, today, r.PathValue("id"))
	if !ok {
		http.Redirect(w, r.Request, "/mistakes", http.StatusSeeOther)
		return nil
	}
	t, err := s.mistakeTurn(r, m)
	if err != nil {
		return err
	}
	v := s.mistakeView(r, t, m)
	given := m.Given
	if given == "" {
		given = s.typed(r, m)
	}
	v.Asked = asked(s.words(r), t.variant, given, v.Lang)
	v.Asked.Error = inline(errorWords(t.variant.Item, m.Error))
	v.Asked.Worked = inline(t.variant.Item.Worked)
	if m.Step == learning.Check && !m.Now {
		return s.render(w, r, http.StatusOK, ui.Mistake(v))
	}
	c, ok := learning.PickFor(t.exercise, r.person.ID, t.state, m.Item, sameNumbers)
	if !ok {
		return errNotFound("item " + string(m.Item))
	}
	if t.variant, err = marking.Draw(c.Item, c.Seed); err != nil {
		return err
	}
	q := question(t.course.ID, t.variant, nil)
	v.Question, v.Seed, v.Attempt = &q, strconv.FormatUint(c.Seed, 10), string(learning.NewAttemptID())
	return s.render(w, r, http.StatusOK, ui.Mistake(v))
}

// mistakeTries is how many of the last answers at an exercise typed looks through.
const mistakeTries = 100

// typed is what the learner typed for a mistake: the record keeps words apart, and practice does without them. "" when
// it is long ago.
func (s *Server) typed(r *request, m learning.Mistake) string {
	tries, err := s.Store.Attempts(r.actor(), r.person.ID, m.Resource, mistakeTries)
	if err != nil {
		return "" // the page is as useful without
	}
	for _, a := range tries {
		if a.Item == m.Item && a.Seed == m.Seed && !a.Correct {
			return a.Given
		}
	}
	return ""
}

func findMistake(p *learning.Practice, t learning.Today, id string) (learning.Mistake, bool) {
	if p == nil {
		return learning.Mistake{}, false
	}
	return p.Mistake(id, t)
}

// mistakeView is what all faces of a mistake's page share.
func (s *Server) mistakeView(r *request, t *turn, m learning.Mistake) view.Mistake {
	return view.Mistake{
		Frame: s.frame(r, "home", &view.Link{URL: "/mistakes"}), Heading: t.exercise.Title, Lang: language(t.course, t.node),
		Step: stepName(m), Day: s.onDay(m.Due, m.DueKnown), Item: string(m.Item),
		Action: "/exercise/" + string(t.node.ID) + "/attempt?mistake=" + m.ID, Licence: nodeLicence(t.course, t.node), NextText: "book",
	}
}

// mistakeAnswered shows what came of an answer that was given on a mistake's page: an exercise's attempt like any other,
// which the record has by now. false: it was given elsewhere, or the mistake is not this exercise's.
func (s *Server) mistakeAnswered(w http.ResponseWriter, r *request, t *turn, result marking.Result, repeated bool) (bool, error) {
	id := r.URL.Query().Get("mistake")
	if id == "" || t.practice == nil {
		return false, nil
	}
	before, was := findMistake(t.practice, t.today, id)
	practice, today := s.practice(r)
	m, is := findMistake(practice, today, id)
	switch {
	case !was && !is:
		return false, nil
	case !is:
		m = before
	}
	if m.Resource != t.node.ID || m.Item != t.variant.Item.ID {
		return false, nil
	}
	v := s.mistakeView(r, t, m)
	v.Gone = !is
	v.Seed, v.Attempt = strconv.FormatUint(t.variant.Seed, 10), r.PostForm.Get("attempt")
	q := question(t.course.ID, t.variant, r.PostForm)
	markOptions(&q, t.variant)
	v.Question, v.Result = &q, resultView(t.variant, result, repeated)
	v.Result.Saved = true
	if !result.Correct {
		v.Step, v.Next, v.NextText = "practise", "/mistakes/"+id, "again"
	} else if next, ok := waiting(practice, today, id); ok {
		v.Next, v.NextText = "/mistakes/"+next, "another"
	}
	return true, s.render(w, r, http.StatusOK, ui.Mistake(v))
}

// waiting is the next mistake that can be mended today.
func waiting(p *learning.Practice, t learning.Today, but string) (string, bool) {
	if p == nil {
		return "", false
	}
	for _, m := range p.Mistakes(t) {
		if m.Now && m.ID != but {
			return m.ID, true
		}
	}
	return "", false
}
