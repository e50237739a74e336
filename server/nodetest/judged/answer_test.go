package judged

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
)

// Of what is quoted, so much must come from a resource that was judged to answer the query; of the queries that nothing
// answers, so many must be told so. The certainty from which an answer is given (search.Certain) was chosen on the queries
// with even places in the set, where each wrong answer was to cost two right ones; the odd ones were not looked at.
const (
	quotedWell = 0.80
	toldSo     = 0.75
)

// TestTheLibraryAnswersInItsOwnWordsOrSaysThatItCannot asks every query for an answer.
func TestTheLibraryAnswersInItsOwnWordsOrSaysThatItCannot(t *testing.T) {
	if testing.Short() {
		t.Skip("installs thirty courses and asks 250 queries: not with -short")
	}
	s := newShelf(t)
	b := startBox(t, s)
	halves := [2]answers{}
	for i, q := range s.set.Queries {
		a := b.ask(t, q.Words)
		halves[i%2].count(t, q, a)
		if a != nil && !s.says(t, a.Course, a.Resource, a.Text) {
			t.Errorf("%q: %q is not what %s %s says, word for word", q.Words, a.Text, a.hit.Course, a.hit.Resource)
		}
	}
	for i, name := range []string{"the half it was chosen on", "the other half"} {
		h := halves[i]
		t.Logf("%s: %v", name, h)
		if h.precision() < quotedWell {
			t.Errorf("%s: %.2f of what is quoted is well chosen, want %.2f", name, h.precision(), quotedWell)
		}
		if got := float64(h.withheld) / float64(h.withheld+h.invented); got < toldSo {
			t.Errorf("%s: %.2f of the queries that nothing answers are told so, want %.2f", name, got, toldSo)
		}
	}
}

// answers counts how queries were answered.
type answers struct {
	right, wrong, missed int // of those that have an answer: quoted from a resource of grade 2 or 3, from another, not at all
	invented, withheld   int // of those that have none
	asked, answered      int // of those with sentences to look for: all, and those of which one was quoted
}

func (a *answers) count(t *testing.T, q Query, said *quoted) {
	t.Helper()
	switch {
	case q.Kind == None && said == nil:
		a.withheld++
	case q.Kind == None:
		a.invented++
		t.Logf("invented: %q: %.120q from %s %s", q.Words, said.Text, said.hit.Course, said.hit.Resource)
	case said == nil:
		a.missed++
	case q.grade(said.hit) >= 2:
		a.right++
	default:
		a.wrong++
		t.Logf("wrong: %q: %.120q from %s %s", q.Words, said.Text, said.hit.Course, said.hit.Resource)
	}
	if len(q.Answers) == 0 {
		return
	}
	a.asked++
	if said != nil && slices.ContainsFunc(q.Answers, func(want string) bool {
		return strings.Contains(strings.ToLower(strings.Join(strings.Fields(said.Text), " ")), want)
	}) {
		a.answered++
	} else {
		t.Logf("no answer in it: %q: %v", q.Words, said)
	}
}

func (a answers) precision() float64 { return float64(a.right) / float64(a.right+a.wrong+a.invented) }

func (a answers) String() string {
	return fmt.Sprintf("%d quoted well, %d from elsewhere, %d not answered; of %d that nothing answers %d told so; of %d questions %d with the sentence looked for; %.2f of all quotations well chosen",
		a.right, a.wrong, a.missed, a.invented+a.withheld, a.withheld, a.asked, a.answered, a.precision())
}

// A quoted is what `search --ask` answered.
type quoted struct {
	Text     string             `json:"text"`
	Course   content.CourseID   `json:"course"`
	Resource content.ResourceID `json:"resource"`
	URL      string             `json:"url"`
	hit      Hit
}

func (q *quoted) String() string {
	if q == nil {
		return "not in our library"
	}
	return fmt.Sprintf("%.160q", q.Text)
}

func (b *box) ask(t *testing.T, words string) *quoted {
	t.Helper()
	var v struct {
		Answer *quoted `json:"answer"`
	}
	b.run(t, &v, "search", "--ask", "--", words)
	if v.Answer != nil {
		v.Answer.hit = b.hit(v.Answer.Course, v.Answer.Resource, v.Answer.URL)
	}
	return v.Answer
}

// says says whether one of the resource's passages holds the words as they are, or its description does.
func (s *shelf) says(t *testing.T, course content.CourseID, id content.ResourceID, words string) (found bool) {
	t.Helper()
	r, release, err := s.library.Reader(course)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	texts, ok := r.(content.TextReader)
	if !ok {
		t.Fatalf("%s holds no text", course)
	}
	if err := texts.Text(id, func(p content.Passage) bool {
		found = strings.Contains(p.Text, words)
		return !found
	}); err != nil && !found {
		t.Logf("%s %s: %v", course, id, err)
	}
	return found
}
