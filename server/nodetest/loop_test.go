package nodetest

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
)

// addingLesson is a lesson of the starter course's exercise of adding past ten, in one language.
func addingLesson(t *testing.T, n *Node, class learning.ClassID, lang string) (id learning.LessonID, course content.CourseID) {
	t.Helper()
	for _, c := range n.Library.Courses() {
		r, release, err := n.Library.Reader(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		ref := learning.Ref{Course: c.ID}
		var look func(parent content.ResourceID)
		look = func(parent content.ResourceID) {
			nodes, _, _ := r.Children(parent, 0, 1000)
			for _, x := range nodes {
				if x.Kind == content.Topic {
					look(x.ID)
				} else if x.Kind == content.Practice && x.Skill == "add-20" {
					ref.Resource = x.ID
				}
			}
		}
		look("")
		release()
		if ref.Resource == "" || c.Languages[0] != lang {
			continue
		}
		id, err = n.Store.SaveLesson(context.Background(), learning.Box(), learning.Lesson{Class: class, Title: "Adding", Resources: []learning.Ref{ref}})
		if err != nil {
			t.Fatal(err)
		}
		return id, c.ID
	}
	t.Fatal("no starter course teaches adding past ten in " + lang)
	return "", ""
}

// press posts a page's form with one button of it.
func press(b *Browser, page, do string, more ...string) Page {
	form := url.Values{"token": {b.Get(page).Fields().Get("token")}, "do": {do}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Add(more[i], more[i+1])
	}
	return b.Post(page, form)
}

func TestALessonsStepsAreMadeOnceInItsOwnCourseAndTakenBack(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	box := learning.Box()
	classes, err := n.Store.Classes(box)
	if err != nil {
		t.Fatal(err)
	}
	class := classes[0].ID
	lesson, course := addingLesson(t, n, class, "fr") // the teacher reads English
	okello := n.Browser()
	okello.SignIn("Okello", "lamp-light")
	page := "/teach/class/" + string(class) + "/loop/" + string(lesson)
	for range 2 { // two taps on one button
		press(okello, page, "before")
		press(okello, page, "after")
	}
	steps, err := n.Store.Steps(box, class, "")
	if err != nil || len(steps) != 2 {
		t.Fatalf("%d steps are kept, want one check and one homework: %v", len(steps), err)
	}
	quizzes, err := n.Store.Quizzes(box, class)
	if err != nil || len(quizzes) != 1 || quizzes[0].State != learning.QuizOpen || quizzes[0].Questions() < 3 {
		t.Fatalf("the check is %+v, %v, want one open quiz of three questions or more", quizzes, err)
	}
	for _, x := range quizzes[0].Sections[0].Questions {
		if x.Course != course {
			t.Errorf("a question is of course %s, want the lesson's own %s", x.Course, course)
		}
	}
	lessons, err := n.Store.Lessons(box, class)
	if err != nil || len(lessons) != 2 {
		t.Fatalf("%d lessons, want the lesson and its homework: %v", len(lessons), err)
	}
	for _, l := range lessons {
		for _, ref := range l.Resources {
			if ref.Course != course {
				t.Errorf("%q takes from course %s, want %s", l.Title, ref.Course, course)
			}
		}
	}
	for _, x := range steps {
		press(okello, page, "undo "+string(x.ID))
	}
	if quizzes, _ = n.Store.Quizzes(box, class); len(quizzes) != 0 {
		t.Errorf("taken back, %d quizzes are left", len(quizzes))
	}
	if lessons, _ = n.Store.Lessons(box, class); len(lessons) != 1 {
		t.Errorf("taken back, %d lessons are left, want the lesson alone", len(lessons))
	}
}

func TestPagesOfHowAClassIsTaughtBearBadInput(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	classes, err := n.Store.Classes(learning.Box())
	if err != nil {
		t.Fatal(err)
	}
	home := "/teach/class/" + string(classes[0].ID)
	okello := n.Browser()
	okello.SignIn("Okello", "lamp-light")
	for _, c := range []struct {
		page, do string
		more     []string
		status   int
	}{
		{home + "/closure", "make 99", nil, 400},
		{home + "/closure", "make", nil, 400},
		{home + "/closure", "undo " + strings.Repeat("0", 32), nil, 404},
		{home + "/closure", "dance", nil, 404},
		{home + "/rotation", "turn -3", nil, 400},
		{home + "/rotation", "save", nil, 400}, // no station
		{home + "/rotation", "save", []string{"own", strings.Repeat("x\n", 20)}, 200},
		{home + "/rotation", "dance", nil, 404},
	} {
		if got := press(okello, c.page, c.do, c.more...).Status; got != c.status {
			t.Errorf("%s do=%q: status %d, want %d", c.page, c.do, got, c.status)
		}
	}
	for page, status := range map[string]int{
		home + "/rotation?turn=999999999&run=-1":                                       200,
		home + "/loop/" + strings.Repeat("0", 32):                                      404,
		home + "/conduct?q=" + strings.Repeat("a", 3000):                               200,
		"/teach/conduct/" + string(classes[0].ID) + "/play/nothing?course=none&part=9": 404,
		"/teach/conduct/" + strings.Repeat("0", 32) + "/stops/nothing":                 404,
		home + "/closure?fewer=99&gone=%3Cb%3E":                                        200,
	} {
		if got := okello.Get(page).Status; got != status {
			t.Errorf("%.80s: status %d, want %d", page, got, status)
		}
	}
	amina := n.Browser()
	amina.SignIn("Amina", "4711")
	for _, page := range []string{"/loop", "/rotation", "/closure", "/conduct"} {
		if got := amina.Get(home + page).Status; got != 404 {
			t.Errorf("a child gets %s with status %d, want 404", page, got)
		}
	}
}
