package nodetest

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lamplight/content"
)

// A sitter is a learner in a quiz, who remembers what the node acknowledged.
type sitter struct {
	*phone
	quiz    string         // its address
	kept    map[int]string // what was given to question n
	refused error          // an error page where a question belongs
}

// Sixty learners sit a quiz, a phone each, and the plug is pulled under their hands. What was acknowledged is in each
// sitting afterwards, is handed in, and is counted once.
func TestSixtyLearnersInAQuizLoseNoAnswerToTheKill(t *testing.T) {
	if testing.Short() {
		t.Skip("twenty seconds of a class: not with -short")
	}
	d := 20 * time.Second
	data := filepath.Join(t.TempDir(), "data")
	sitters := sixty(t, data)
	n := serveChild(t, data, free()...)
	everyone(t, sitters, n, func(s *sitter) error { return s.begin() })

	var over atomic.Bool
	var all sync.WaitGroup
	for _, s := range sitters {
		all.Go(func() {
			for k := 1; !over.Load() && s.answerQuestion(k); k++ {
				time.Sleep(time.Second) // a child thinks
			}
		})
	}
	time.Sleep(d)
	over.Store(true)
	n.kill()
	all.Wait()

	n = serveChild(t, data, free()...)
	acknowledged := 0
	for _, s := range sitters {
		if s.refused != nil {
			t.Fatalf("%s: %v", s.name, s.refused)
		}
		acknowledged += len(s.kept)
	}
	everyone(t, sitters, n, func(s *sitter) error { return s.allThere() })
	n.stop()
	checked(t, data)
	if acknowledged < len(sitters) {
		t.Errorf("in %v only %d answers were acknowledged", d, acknowledged)
	}
	t.Logf("%d learners, %d answers acknowledged, 0 lost", len(sitters), acknowledged)
}

// sixty is a school whose two classes have a quiz of thirty sums each.
func sixty(t *testing.T, data string) (all []*sitter) {
	t.Helper()
	var made struct {
		People []struct{ Name, Role, PIN, Class string }
	}
	ask(t, data, &made, "demo", "--learners", "60", "--classes", "2", "--days", "0")
	exercise := sums(t, data, 30)
	quizzes := map[string]string{}
	for _, p := range made.People {
		if p.Role != "learner" {
			continue
		}
		if quizzes[p.Class] == "" {
			var q struct{ ID string }
			ask(t, data, &q, "quiz", "add", "Sixty at once", "--class", p.Class, "--open", "--report", "--from", exercise)
			ask(t, data, nil, "assign", q.ID, "--class", p.Class)
			quizzes[p.Class] = "/quiz/" + q.ID
		}
		all = append(all, &sitter{phone: newPhone(p.Name, p.PIN, "", uint64(len(all))), quiz: quizzes[p.Class], kept: map[int]string{}})
	}
	if len(all) != 60 || len(quizzes) != 2 {
		t.Fatalf("the demo has %d learners in %d classes", len(all), len(quizzes))
	}
	return all
}

// sums imports an exercise of n questions for a number and gives its id.
func sums(t *testing.T, data string, n int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "sums")
	var text strings.Builder
	text.WriteString("---\nkind: exercise\nid: sums\ntitle: Sums\nmastery: m_of_n 4/5\n---\n")
	for k := range n {
		fmt.Fprintf(&text, "\n## number item-%d\n? How much is %d and 1?\n= %d\n", k, k, k+1)
	}
	files := map[string]string{"course.md": "---\nid: sums\ntitle: Sums\nlanguage: en\nlicence: CC0-1.0\n---\nFor a quiz.\n", "part/sums.md": text.String()}
	for name, text := range files {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ask(t, data, nil, "import", dir)
	return string(content.NewResourceID(content.NewCourseID("lamplight", "sums"), "sums"))
}

// everyone does something at once, at the node.
func everyone(t *testing.T, sitters []*sitter, n *child, do func(*sitter) error) {
	t.Helper()
	var all sync.WaitGroup
	for _, s := range sitters {
		s.move(n.HTTP)
		all.Go(func() {
			if err := do(s); err != nil {
				t.Errorf("%s: %v", s.name, err)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		t.Fatalf("the node said:\n%s", n.errs)
	}
}

func (s *sitter) begin() error {
	if err := s.signIn(); err != nil {
		return err
	}
	page, err := s.get(s.quiz)
	if err != nil {
		return err
	}
	status, page, err := s.do(http.MethodPost, s.quiz, fill(page, s.quiz, s.rng))
	if err == nil && (status != http.StatusOK || !strings.Contains(page, `name="attempt"`)) {
		err = &statusError{"beginning", status, between(page, "<main", "</main>")}
	}
	return err
}

// answerQuestion fills in question k and goes on to the next, one in four twice. False when there is no question k or
// the node is gone.
func (s *sitter) answerQuestion(k int) bool {
	address := s.quiz + "/" + strconv.Itoa(k)
	page, err := s.get(address)
	if err != nil {
		return s.ends(err)
	}
	form := fill(page, s.quiz+"/answer", s.rng)
	given := strconv.Itoa(100 + s.rng.IntN(800))
	form.Set("r", given)
	for range 1 + s.rng.IntN(4)/3 {
		status, page, err := s.do(http.MethodPost, s.quiz+"/answer", form)
		if err == nil && status != http.StatusOK {
			err = &statusError{"answering " + address, status, between(page, "<main", "</main>")}
		}
		if err != nil {
			return s.ends(err)
		}
		s.kept[k] = given
	}
	return true
}

// ends is false; an error page that came while the node was alive, but for questions there are not, is a fault and noted.
func (s *sitter) ends(err error) bool {
	var status *statusError
	if errors.As(err, &status) && status.status != http.StatusNotFound {
		s.refused = err
	}
	return false
}

var givenField = regexp.MustCompile(`name="r" value="([^"]*)"`)

// allThere opens each question that was answered, hands in, and counts the rows of the report that have an answer.
func (s *sitter) allThere() error {
	for _, k := range slices.Sorted(maps.Keys(s.kept)) {
		page, err := s.get(s.quiz + "/" + strconv.Itoa(k))
		if err != nil {
			return err
		}
		if m := givenField.FindStringSubmatch(page); m == nil || m[1] != s.kept[k] {
			return fmt.Errorf("question %d was answered with %s and acknowledged; after the kill the page has %q", k, s.kept[k], m)
		}
	}
	page, err := s.get(s.quiz + "/submit")
	if err != nil {
		return err
	}
	status, _, err := s.do(http.MethodPost, s.quiz+"/submit", fill(page, s.quiz+"/submit", s.rng))
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("handing in: %d, %w", status, err)
	}
	return s.reported()
}

// reported reads every page of the report.
func (s *sitter) reported() error {
	pages := ""
	for from := 0; from < 30; from += 10 { // ten questions a page
		page, err := s.get(s.quiz + "/report?from=" + strconv.Itoa(from))
		if err != nil {
			return err
		}
		pages += page
	}
	for k, given := range s.kept {
		if !strings.Contains(pages, given) {
			return fmt.Errorf("the report does not have %s, the answer to question %d", given, k)
		}
	}
	return nil
}
