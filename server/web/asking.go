package web

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/pack"
	"lamplight/server/learning"
	"lamplight/ui/view"
)

// A turn is one question of an exercise, drawn, before or after it was answered.
type turn struct {
	course   content.Course
	node     content.Node
	exercise content.Exercise
	state    learning.ExerciseState
	practice *learning.Practice // nil for guests
	today    learning.Today
	variant  marking.Variant
	why      learning.Reason // of what was picked; the zero Reason when the address named it
	crumbs   []view.Link
	passage  *passage // nil: opened by itself
	after    view.Link
}

// openExercise finds the exercise and where the person stands in it.
func (s *Server) openExercise(r *request) (*turn, error) {
	reader, release, n, err := s.openResource(r, content.ResourceID(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	defer release()
	t, err := s.turnOf(r, reader, n)
	if err != nil {
		return nil, err
	}
	if t.passage = s.passage(r, n.ID); t.passage != nil {
		t.after = *t.passage.after()
	} else if _, next := s.neighbours(r, reader, n); next != nil {
		t.after = view.Link{URL: next.URL}
	}
	return t, nil
}

// turnOf reads an exercise, and of who is not a stranger the record.
func (s *Server) turnOf(r *request, reader content.Reader, n content.Node) (t *turn, err error) {
	exercises, ok := reader.(content.ExerciseReader)
	if !ok || n.Kind != content.Practice {
		return nil, errNotFound(r.URL.Path)
	}
	t = &turn{course: reader.Course(), node: n, crumbs: crumbs(reader, n)}
	if t.exercise, err = exerciseOf(reader, exercises, n.ID); err != nil {
		return nil, err
	}
	t.after = view.Link{URL: t.crumbs[len(t.crumbs)-1].URL}
	if r.actor().Person() == "" {
		return t, nil
	}
	t.practice, t.today = s.practice(r)
	t.state, err = s.Store.ExerciseState(r.actor(), r.actor().Person(), n.ID)
	return t, err
}

// draw makes the variant that is named, or the one that is picked. A person of whom a record is kept may be asked nothing
// but what the box draws for them.
func (t *turn) draw(who learning.PersonID, item, seed string) error {
	if item == "" {
		c, ok := learning.Pick(t.exercise, who, t.state, t.practice, t.today, sameNumbers)
		if !ok {
			return errNotFound("a question")
		}
		t.why = c.Why
		var err error
		t.variant, err = marking.Draw(c.Item, c.Seed)
		return err
	}
	n, err := strconv.ParseUint(seed, 10, 64)
	if err != nil && seed != "" {
		return fmt.Errorf("web: seed %.40q is no number: %w", seed, fs.ErrInvalid)
	}
	for _, it := range t.exercise.Items {
		if it.ID != content.ItemID(item) {
			continue
		}
		if who != "" && !learning.Drawn(t.exercise, who, it.ID, n, t.state) {
			return errNotDrawn
		}
		t.variant, err = marking.Draw(it, n)
		return err
	}
	return errNotFound(fmt.Sprintf("item %.40q", item))
}

// sameNumbers says whether two seeds draw the same variant, so that a learner is not asked the same thing twice.
func sameNumbers(it content.Item, a, b uint64) bool {
	x, errX := marking.Draw(it, a)
	y, errY := marking.Draw(it, b)
	return errX == nil && errY == nil && maps.Equal(x.Values, y.Values)
}

// attempt is the answer as the record keeps it.
func (t *turn) attempt(r *request, result marking.Result) learning.Attempt {
	f, it := r.PostForm, t.variant.Item
	hints, _ := strconv.Atoi(f.Get("hints"))
	tenths := tenthsOf(f)
	return learning.Attempt{
		ID: learning.AttemptID(f.Get("attempt")), Learner: r.actor().Person(), Course: t.course.ID, Resource: t.node.ID, Item: it.ID,
		Type: it.Type, Criterion: learning.CriterionOf(t.exercise), Seed: t.variant.Seed, Given: result.Given, Score: result.Score,
		Correct: result.Correct, Error: result.Error, Tenths: tenths, Hints: min(max(hints, 0), 20),
		Skill: skillColumn(t.exercise, it), Rating: ratingColumn(it), Fast: isFast(tenths),
	}
}

// isFast is Attempt.Fast.
func isFast(tenths uint64) bool { return tenths > 0 && tenths < learning.FastTenths }

// maxPageTenths is the longest time an answer is said to take: an hour. More is a page left open.
const maxPageTenths = 36000

// tenthsOf is the time from shown to answered as the page's script tells it, in tenths of a second; 0 unknown.
func tenthsOf(f url.Values) uint64 { return tenthsIn(f.Get("tenths")) }

func tenthsIn(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0
	}
	return min(n, maxPageTenths)
}

// skillColumn is the item's skill as an attempt keeps it: "" where the exercise is its own.
func skillColumn(ex content.Exercise, it content.Item) string {
	if skill := learning.SkillOf(ex, it); skill != string(ex.ID) && len(skill) <= 64 {
		return skill
	}
	return ""
}

// ratingColumn is the item's rating as shipped; one out of range is none.
func ratingColumn(it content.Item) int {
	if it.Rating < 1 || it.Rating > 4000 {
		return 0
	}
	return it.Rating
}

func (t *turn) frame(s *Server, r *request) view.Frame {
	back := t.crumbs[len(t.crumbs)-1]
	switch {
	case t.passage != nil:
		back = *t.passage.back()
	case r.URL.Query().Get("from") == "review":
		back = view.Link{URL: "/review"}
	}
	f := s.frame(r, "library", &back)
	f.Reads = language(t.course, t.node)
	return f
}

// address is the exercise's with where it was opened from. tail is "" or "/attempt".
func (t *turn) address(r *request, tail string) string {
	q := url.Values{}
	for _, k := range keptInAddress {
		if v := r.URL.Query().Get(k); v != "" && len(v) <= 64 {
			q.Set(k, v)
		}
	}
	out := "/exercise/" + string(t.node.ID) + tail
	if len(q) > 0 {
		out += "?" + q.Encode()
	}
	return out
}

// view is the question as it is shown, with what was filled in.
func (t *turn) view(s *Server, r *request, given url.Values) view.Exercise {
	v := view.Exercise{
		Frame: t.frame(s, r), Heading: t.exercise.Title, Lang: language(t.course, t.node), Crumbs: t.crumbs,
		Action: t.address(r, "/attempt"), Item: string(t.variant.Item.ID),
		Seed: strconv.FormatUint(t.variant.Seed, 10), Question: question(t.course.ID, t.variant, given),
		Criterion: view.Criterion{Type: t.exercise.Criterion.Type, M: t.exercise.Criterion.M, N: t.exercise.Criterion.N},
		Done:      t.after.URL, DoneText: t.after.Text, Licence: nodeLicence(t.course, t.node),
	}
	t.next(&v, r)
	t.standing(s, &v)
	leftOut(&v, t.exercise)
	return v
}

// standing fills in how far the exercise is mastered.
func (t *turn) standing(s *Server, v *view.Exercise) {
	v.Dots, v.Mastered = dots(t.state, t.exercise), t.state.Mastered
	if !t.state.Practised || t.state.Mastered {
		return
	}
	v.Practised, v.Check = true, s.onDay(t.state.CheckDue, t.state.CheckDueKnown)
	days, known := t.today.Since(t.state.PractisedAt)
	v.CheckNow = known && days >= learning.SpacedDays
}

func (t *turn) fillResult(v *view.Exercise, result marking.Result, repeated bool) {
	v.Result = resultView(t.variant, result, repeated)
	markOptions(&v.Question, t.variant)
	v.Sister = len(t.variant.Item.Lets) > 0
	if v.Next == "" {
		v.Next = t.nextOfGuest(result)
	}
}

// resultView is what came of an answer; a wrong one shows how it is done.
func resultView(v marking.Variant, result marking.Result, repeated bool) *view.Result {
	out := &view.Result{
		Correct: result.Correct, Percent: int(result.Score) / 100, Feedback: inline(result.Feedback), Given: result.Given, Repeated: repeated,
	}
	if !result.Correct {
		out.Worked = inline(v.Item.Worked)
	}
	return out
}

// next is where "try another" leads: with the record the exercise knows itself, and a review goes on with what comes next.
func (t *turn) next(v *view.Exercise, r *request) {
	switch {
	case r.URL.Query().Get("from") == "review":
		v.Next = "/review"
	case r.actor().Person() != "":
		v.Next = t.address(r, "")
	}
}

// nextOfGuest goes through the items in order: nothing is kept of a guest.
func (t *turn) nextOfGuest(result marking.Result) string {
	at := 0
	for i, it := range t.exercise.Items {
		if it.ID == t.variant.Item.ID {
			at = i
		}
	}
	if result.Correct {
		at = (at + 1) % len(t.exercise.Items)
	}
	return fmt.Sprintf("/exercise/%s?item=%s&seed=%d", t.node.ID, url.QueryEscape(string(t.exercise.Items[at].ID)), t.variant.Seed+1)
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
