package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"lamplight/server/learning"
)

// told runs a command with --json and reads what it prints into v.
func told(t *testing.T, dir string, v any, args ...string) {
	t.Helper()
	out := say(t, dir, 0, append([]string{"--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), v); err != nil {
		t.Fatalf("lamplight %v printed %q: %v", args, out, err)
	}
}

// complaint runs a command line that fails and gives what it complains of.
func complaint(t *testing.T, dir string, want int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if got := Main(append([]string{"--data", dir}, args...), &out, &errs); got != want {
		t.Errorf("lamplight %v: status %d, want %d\n%s%s", args, got, want, out.String(), errs.String())
	}
	return errs.String()
}

type quizTold struct {
	ID       string
	Title    string
	State    string
	Practice bool
	Sections []learning.QuizSection
	Set      []learning.Assignment
	Learners []quizLine
}

func TestLessonsAndQuizzesAreComposedAndSetWithANodeAndWithout(t *testing.T) {
	dir := t.TempDir()
	say(t, dir, 0, "demo", "--learners", "4", "--classes", "2", "--days", "0")
	t.Run("without a node", func(t *testing.T) { composeAndSet(t, dir, "alone") })
	underNode(t, dir, func() {
		t.Run("with a node", func(t *testing.T) { composeAndSet(t, dir, "served") })
	})
}

func TestTheDemoLessonBeginsWithAPageAndItsPractice(t *testing.T) {
	dir := t.TempDir()
	say(t, dir, 0, "demo", "--learners", "1", "--classes", "1", "--days", "0")
	out := say(t, dir, 0, "lesson", "show", "To begin with")
	at := 0
	for _, title := range []string{"Counting to 20", "Counting to 20: practice", "Ten and some ones"} {
		next := strings.Index(out[at:], title)
		if next < 0 {
			t.Fatalf("%q is missing, or out of place, in\n%s", title, out)
		}
		at += next + len(title)
	}
	if strings.Contains(out, "About") {
		t.Errorf("the page about the course is in the lesson:\n%s", out)
	}
}

func composeAndSet(t *testing.T, dir, word string) {
	var all struct{ Quizzes []quizTold }
	told(t, dir, &all, "quiz", "list", "--class", "Class 1")
	if len(all.Quizzes) < 2 {
		t.Fatalf("demo set %d quizzes", len(all.Quizzes))
	}
	source := all.Quizzes[0].Sections[0].Questions[0] // an exercise and an item that are there
	var people struct {
		People []struct {
			ID   string
			Role string
		}
	}
	told(t, dir, &people, "user", "list", "--class", "Class 1")
	learner := ""
	for _, p := range people.People {
		if p.Role == "learner" {
			learner = p.ID
		}
	}

	var made struct {
		ID        string
		Questions int
		Resources int
		State     string
	}
	told(t, dir, &made, "quiz", "add", "One "+word, "--class", "Class 1", "--from", string(source.Resource)+":"+string(source.Item), "--minutes", "5", "--report")
	if made.Questions != 1 || made.State != "draft" {
		t.Errorf("made %+v", made)
	}
	one := made.ID
	told(t, dir, &made, "quiz", "add", "Three "+word, "--class", "Class 1", "--random", "3", "--from", string(source.Resource), "--practice", "--open")
	if made.Questions != 3 || made.State != "open" {
		t.Errorf("made %+v", made)
	}
	say(t, dir, 0, "quiz", "open", one)
	say(t, dir, 0, "assign", one, "--learner", learner)
	say(t, dir, 0, "assign", one, "--learner", learner) // again is the same
	say(t, dir, 0, "class", "group", "Class 1", "Reds "+word)
	say(t, dir, 0, "assign", "Three "+word, "--group", "Reds "+word)
	var shown quizTold
	told(t, dir, &shown, "quiz", "show", one)
	if len(shown.Set) != 1 || string(shown.Set[0].Learner) != learner || len(shown.Learners) != 1 || shown.State != "open" {
		t.Errorf("shown %+v", shown)
	}
	say(t, dir, 0, "assign", one, "--learner", learner, "--remove")
	say(t, dir, 0, "quiz", "close", one)
	told(t, dir, &shown, "quiz", "show", one)
	if len(shown.Set) != 0 || shown.State != "closed" {
		t.Errorf("after taking it back: %+v", shown)
	}

	told(t, dir, &made, "lesson", "add", "Reading "+word, "--class", "Class 1", "--until", "2031-02-03", string(source.Resource))
	if made.Resources != 1 {
		t.Errorf("made %+v", made)
	}
	say(t, dir, 0, "assign", "Reading "+word, "--class", "Class 1")
	if out := say(t, dir, 0, "lesson", "show", "Reading "+word); !strings.Contains(out, "set for Class 1") || strings.Contains(out, "not installed") {
		t.Errorf("lesson show says %q", out)
	}
	if got := complaint(t, dir, 1, "quiz", "show", "Friday's quiz"); !strings.Contains(got, "--class") {
		t.Errorf("two quizzes of one title: %q", got)
	}
	say(t, dir, 0, "quiz", "show", "Friday's quiz", "--class", "Class 2")
	say(t, dir, 0, "lesson", "remove", "Reading "+word)
	if out := say(t, dir, 0, "lesson", "list"); strings.Contains(out, "Reading "+word) || !strings.Contains(out, "To begin with") {
		t.Errorf("lesson list says %q", out)
	}
	complaints(t, dir, one, string(source.Resource))
}

func complaints(t *testing.T, dir, quiz, exercise string) {
	for _, c := range []struct {
		status int
		says   string
		args   []string
	}{
		{2, "--class", []string{"lesson", "add", "Title"}},
		{2, "--from", []string{"quiz", "add", "Title", "--class", "Class 1"}},
		{2, "for whom", []string{"assign", quiz}},
		{2, "for whom", []string{"assign", quiz, "--class", "Class 1", "--learner", "x"}},
		{1, "lamplight search", []string{"lesson", "add", "Title", "--class", "Class 1", "Nothing at all"}},
		{1, "lamplight class add", []string{"lesson", "add", "Title", "--class", "No class", exercise}},
		{1, "2006-01-02", []string{"lesson", "add", "Title", "--class", "Class 1", "--until", "Friday", exercise}},
		{1, "no question", []string{"quiz", "add", "Title", "--class", "Class 1", "--from", exercise + ":nope"}},
		{1, "to draw from", []string{"quiz", "add", "Title", "--class", "Class 1", "--from", exercise, "--random", "150"}},
		{1, "quiz list", []string{"quiz", "open", "No quiz"}},
		{1, "lesson list", []string{"assign", "Nothing", "--class", "Class 1"}},
		{1, "belong to its class", []string{"assign", quiz, "--class", "Class 2"}},
		{1, "class group", []string{"assign", quiz, "--group", "No group"}},
	} {
		if got := complaint(t, dir, c.status, c.args...); !strings.Contains(got, c.says) {
			t.Errorf("lamplight %v complains %q, want a word of %q", c.args, got, c.says)
		}
	}
}
