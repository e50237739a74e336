package web

import (
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/pack"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// A turn is one question of an exercise, drawn, before or after it was answered.
type turn struct {
	course   content.Course
	node     content.Node
	exercise content.Exercise
	state    learning.ExerciseState
	variant  marking.Variant
	crumbs   []view.Link
	after    string // where to go who has finished
}

// showExercise shows the next question: the one that item and seed in the address name, else what the record says is due.
func (s *Server) showExercise(w http.ResponseWriter, r *request) error {
	t, err := s.openExercise(r)
	if err != nil {
		return err
	}
	if len(t.exercise.Items) == 0 {
		return s.render(w, r, http.StatusOK, ui.Exercise(view.Exercise{Frame: t.frame(s, r), Heading: t.exercise.Title, Broken: true, Done: t.after}))
	}
	q := r.URL.Query()
	if err := t.draw(r.person.ID, q.Get("item"), q.Get("seed")); err != nil {
		return err
	}
	v := t.view(s, r, q)
	v.Attempt = q.Get("attempt")
	if v.Attempt == "" {
		v.Attempt = string(learning.NewAttemptID())
	}
	hints, _ := strconv.Atoi(q.Get("hint"))
	for i := range min(hints, len(t.variant.Item.Hints)) {
		v.Hints = append(v.Hints, inline(t.variant.Item.Hints[i]))
	}
	v.MoreHint = len(v.Hints) < len(t.variant.Item.Hints)
	return s.render(w, r, http.StatusOK, ui.Exercise(v))
}

// openExercise finds the exercise and where the person stands in it.
func (s *Server) openExercise(r *request) (*turn, error) {
	reader, release, n, err := s.openResource(r, content.ResourceID(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	defer release()
	exercises, ok := reader.(content.ExerciseReader)
	if !ok || n.Kind != content.Practice {
		return nil, errNotFound(r.URL.Path)
	}
	t := &turn{course: reader.Course(), node: n, crumbs: crumbs(reader, n)}
	if t.exercise, err = exercises.Exercise(n.ID); err != nil {
		return nil, err
	}
	t.after = t.crumbs[len(t.crumbs)-1].URL
	if _, next := s.neighbours(reader, n); next != nil {
		t.after = next.URL
	}
	if r.signedIn() {
		t.state, err = s.Store.ExerciseState(r.actor(), r.person.ID, n.ID)
	}
	return t, err
}

// draw makes the variant that is named, or the next one that is due.
func (t *turn) draw(who learning.PersonID, item, seed string) error {
	id, n := content.ItemID(item), uint64(0)
	if item == "" {
		it, next, _ := learning.Next(t.exercise, who, t.state, sameNumbers)
		id, n = it.ID, next
	} else {
		var err error
		if n, err = strconv.ParseUint(seed, 10, 64); err != nil && seed != "" {
			return fmt.Errorf("web: seed %q is no number: %w", seed, fs.ErrInvalid)
		}
	}
	for _, it := range t.exercise.Items {
		if it.ID == id {
			var err error
			t.variant, err = marking.Draw(it, n)
			return err
		}
	}
	return errNotFound("item " + item)
}

// sameNumbers says whether two seeds draw the same variant, so that a learner is not asked the same thing twice.
func sameNumbers(it content.Item, a, b uint64) bool {
	x, errX := marking.Draw(it, a)
	y, errY := marking.Draw(it, b)
	return errX == nil && errY == nil && maps.Equal(x.Values, y.Values)
}

// recordAttempt marks an answer, keeps it and shows what came of it. The same attempt again shows the same and counts
// once. Of a guest nothing is kept.
func (s *Server) recordAttempt(w http.ResponseWriter, r *request) error {
	t, err := s.openExercise(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	if f.Get("hint") != "" {
		return s.redirectToHint(w, r)
	}
	if err := t.draw(r.person.ID, f.Get("item"), f.Get("seed")); err != nil {
		return err
	}
	result, err := marking.Mark(t.variant, f)
	if err != nil {
		return s.askAgain(w, r, t, err)
	}
	v := t.view(s, r, f)
	v.Attempt = f.Get("attempt")
	repeated := false
	if r.signedIn() {
		if repeated, err = s.keepAttempt(r, t, result); err != nil {
			return err
		}
	}
	t.fillResult(&v, result, repeated)
	return s.render(w, r, http.StatusOK, ui.Exercise(v))
}

// redirectToHint shows the question again with one more hint and what was filled in: the button stands in the form.
func (s *Server) redirectToHint(w http.ResponseWriter, r *request) error {
	q := url.Values{}
	for k, v := range r.PostForm {
		if k != "token" {
			q[k] = v
		}
	}
	http.Redirect(w, r.Request, "/exercise/"+r.PathValue("id")+"?"+q.Encode(), http.StatusSeeOther)
	return nil
}

// askAgain shows the question with what was filled in: an empty or unreadable answer is no answer.
func (s *Server) askAgain(w http.ResponseWriter, r *request, t *turn, err error) error {
	if code, _ := statusOf(err); code != http.StatusBadRequest {
		return err
	}
	v := t.view(s, r, r.PostForm)
	v.Attempt = r.PostForm.Get("attempt")
	v.Banner = &view.Banner{Kind: "careful", Key: "banner.answer-first"}
	return s.render(w, r, http.StatusBadRequest, ui.Exercise(v))
}

// keepAttempt records the answer and says whether it had been counted already; t.state is then as after it.
func (s *Server) keepAttempt(r *request, t *turn, result marking.Result) (repeated bool, err error) {
	f := r.PostForm
	hints, _ := strconv.Atoi(f.Get("hints"))
	tenths, _ := strconv.ParseUint(f.Get("tenths"), 10, 32)
	it := t.variant.Item
	kept, err := s.Store.RecordAttempt(r.Context(), r.actor(), learning.Attempt{
		ID: learning.AttemptID(f.Get("attempt")), Learner: r.person.ID, Course: t.course.ID, Resource: t.node.ID, Item: it.ID,
		Type: it.Type, Criterion: learning.CriterionOf(t.exercise), Seed: t.variant.Seed, Given: result.Given, Score: result.Score,
		Correct: result.Correct, Error: result.Error, Tenths: min(tenths, 36000), Hints: min(max(hints, 0), 20),
	})
	if err != nil {
		return false, err
	}
	if kept.Progress.Exercise != nil {
		t.state = *kept.Progress.Exercise
	}
	return !kept.Counted, nil
}

func (t *turn) frame(s *Server, r *request) view.Frame {
	back := t.crumbs[len(t.crumbs)-1]
	return s.frame(r, "library", &back)
}

// view is the question as it is shown, with what was filled in.
func (t *turn) view(s *Server, r *request, given url.Values) view.Exercise {
	return view.Exercise{
		Frame: t.frame(s, r), Heading: t.exercise.Title, Lang: language(t.course, t.node), Crumbs: t.crumbs,
		Action: "/exercise/" + string(t.node.ID) + "/attempt", Item: string(t.variant.Item.ID),
		Seed: strconv.FormatUint(t.variant.Seed, 10), Question: question(t.course.ID, t.variant, given),
		Dots: dots(t.state, t.exercise), Criterion: view.Criterion{Type: t.exercise.Criterion.Type, M: t.exercise.Criterion.M, N: t.exercise.Criterion.N},
		Mastered: t.state.Mastered, Done: t.after, Licence: nodeLicence(t.course, t.node),
	}
}

func (t *turn) fillResult(v *view.Exercise, result marking.Result, repeated bool) {
	it := t.variant.Item
	v.Dots, v.Mastered = dots(t.state, t.exercise), t.state.Mastered
	v.Result = &view.Result{
		Correct: result.Correct, Percent: int(result.Score) / 100, Feedback: inline(result.Feedback), Given: result.Given, Repeated: repeated,
	}
	markOptions(&v.Question, t.variant)
	if !result.Correct {
		v.Result.Worked = inline(it.Worked)
	}
	v.Next = t.next(result)
}

// next is where "try another" leads. With the record it knows itself; a guest's goes through the items in order.
func (t *turn) next(result marking.Result) string {
	address := "/exercise/" + string(t.node.ID)
	if t.state.Turn > 0 || t.state.FirstTries > 0 {
		return address
	}
	at := 0
	for i, it := range t.exercise.Items {
		if it.ID == t.variant.Item.ID {
			at = i
		}
	}
	if result.Correct {
		at = (at + 1) % len(t.exercise.Items)
	}
	return fmt.Sprintf("%s?item=%s&seed=%d", address, url.QueryEscape(string(t.exercise.Items[at].ID)), t.variant.Seed+1)
}

// dots are the last first tries and those still to come, as many as the criterion looks at and at most ten.
func dots(state learning.ExerciseState, e content.Exercise) []string {
	window := state.Window
	if window == 0 {
		window = windowOf(learning.CriterionOf(e))
	}
	window = min(window, 10)
	var out []string
	for _, d := range state.Dots[max(0, len(state.Dots)-window):] {
		switch d {
		case learning.DotRight:
			out = append(out, "right")
		case learning.DotHinted:
			out = append(out, "helped")
		default:
			out = append(out, "wrong")
		}
	}
	for len(out) < window {
		out = append(out, "open")
	}
	return out
}

// windowOf is how many first tries a criterion looks at.
func windowOf(c content.Criterion) int {
	if n, ok := strings.CutPrefix(c.Type, "num_correct_in_a_row_"); ok {
		v, _ := strconv.Atoi(n)
		return v
	}
	return c.N
}

// inline is a course's short text as HTML.
func inline(text string) view.HTML { return view.HTML(pack.Inline(text)) }
