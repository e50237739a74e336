package report

import (
	"fmt"
	"io"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// classOf is a class with work that follows from the places of learner and resource.
func classOf(learners, resources int) *store.ClassWork {
	w := &store.ClassWork{Class: learning.Class{Name: "Class 3"}, Last: make([]learning.When, learners), Courses: make([]content.CourseID, resources), Work: make([]store.Work, learners*resources)}
	for i := range learners {
		w.Learners = append(w.Learners, learning.Person{ID: learning.NewID[learning.PersonID](), Name: fmt.Sprint("Learner ", i)})
	}
	for k := range resources {
		w.Resources = append(w.Resources, content.ResourceID(fmt.Sprint("r", k)))
	}
	for i := range learners {
		for k := range resources {
			if (i+k)%4 == 3 {
				continue
			}
			w.Of(i)[k] = store.Work{Touched: true, Complete: (i+k)%4 == 0, Help: (i+k)%4 == 1, Attempts: 4, Right: uint32(i % 4), Seconds: 60, Level: store.Level((i + k) % 4)}
		}
	}
	return w
}

var testNames = Names{
	Resource: func(r content.ResourceID, _ content.CourseID) Thing {
		return Thing{Title: "The " + string(r), URL: "/" + string(r)}
	},
	Learner: func(p learning.PersonID) string { return "/" + string(p) },
}

func noTile(int) string { return "" }

func numbers(row []view.Cell) (out []int) {
	for _, c := range row {
		out = append(out, c.N)
	}
	return out
}

// Four learners, three resources. Learner i does not touch resource 3−i; where i+k is 0 or 4 it is finished, 1 or 5 stuck.
func TestAClassIsSummedBothWaysAlike(t *testing.T) {
	w := classOf(4, 3)
	byLearner, byResource := Learners(w, testNames, noTile), Resources(w, testNames, true)
	// name, started, finished, help, answers, share, seconds, last
	for i, want := range []string{"[0 3 1 1 12 0 180 0]", "[0 2 0 1 8 25 120 0]", "[0 2 1 0 8 50 120 0]", "[0 2 1 1 8 75 120 0]"} {
		if got := fmt.Sprint(numbers(byLearner.Rows[i])); got != want {
			t.Errorf("learner %d: %s, want %s", i, got, want)
		}
	}
	// title, started, finished, help, answers, share, seconds
	for k, want := range []string{"[0 3 1 1 12 25 180]", "[0 3 1 1 12 33 180]", "[0 3 1 1 12 42 180]"} {
		if got := fmt.Sprint(numbers(byResource.Rows[k])); got != want {
			t.Errorf("resource %d: %s, want %s", k, got, want)
		}
	}
	if got := fmt.Sprint(numbers(byLearner.Total)); got != "[0 9 3 3 36 33 540 0]" {
		t.Errorf("together %s", got)
	}
	if byResource.Rows[0][1].URL != "/r0" || byLearner.Rows[0][0].URL == "" {
		t.Error("a number does not open")
	}
	school := School([]store.ClassWork{*w}, func(learning.ClassID) string { return "/c" })
	if got := fmt.Sprint(numbers(school.Rows[0])); got != "[0 4 4 9 3 3 36 33 540]" {
		t.Errorf("the school %s", got)
	}
}

func TestALessonIsFinishedWhenAllOfItIs(t *testing.T) {
	w := classOf(5, 1) // learners 0 and 4 finished, 1 stuck, 2 began, 3 did not
	row := Lesson(&learning.Lesson{Title: "Adding"}, w, "/l")
	if got := fmt.Sprint(numbers(row)); got != "[0 5 4 2 1 240]" {
		t.Errorf("the lesson %s", got)
	}
	if t2 := LessonLearners(w, testNames, noTile); fmt.Sprint(numbers(t2.Rows[3])) != "[0 0 0 1 0 0]" || fmt.Sprint(numbers(t2.Rows[4])) != "[0 1 1 0 0 60]" {
		t.Errorf("its learners %v", t2.Rows)
	}
	w.Keep(func(p learning.PersonID) bool { return p == w.Learners[1].ID || p == w.Learners[4].ID })
	if got := fmt.Sprint(numbers(Lesson(&learning.Lesson{}, w, ""))); got != "[0 2 2 1 1 120]" {
		t.Errorf("of two learners %s", got)
	}
}

func TestTheWeakestSkillComesFirst(t *testing.T) {
	const u, n, y, c = learning.Unknown, learning.NotYet, learning.Nearly, learning.Can
	m := &store.SkillMap{
		Learners: make([]learning.Person, 4), Skills: []string{"all can", "half can", "half can, more not yet", "nobody can", "unknown"},
		Standing: []learning.Standing{c, c, c, y, u, c, c, c, y, u, c, y, n, u, u, c, n, n, u, u},
	}
	got := ""
	for _, k := range WeakestFirst(m) {
		got += m.Skills[k] + "; "
	}
	if got != "nobody can; half can, more not yet; half can; all can; unknown; " {
		t.Error(got)
	}
}

// What is left to do once the folds are read: the two tables of a class of 300 with 200 resources, as a workbook.
func BenchmarkTablesOf300By200(b *testing.B) {
	w := classOf(300, 200)
	b.ReportAllocs()
	for b.Loop() {
		if err := WriteXLSX(io.Discard, Style{Locale: locale.For("en")}, Learners(w, testNames, noTile), Resources(w, testNames, false)); err != nil {
			b.Fatal(err)
		}
	}
}
