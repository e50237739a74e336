package store

import (
	"errors"
	"io/fs"
	"slices"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
)

// doneBy lists the units that are done for somebody.
func doneBy(t *testing.T, s *Store, who learning.PersonID) (out []string) {
	t.Helper()
	units, err := s.Training(learning.As(who))
	if err != nil {
		t.Fatal(err)
	}
	if len(units) != 12 {
		t.Fatalf("%d units, want twelve", len(units))
	}
	for _, u := range units {
		if u.Done {
			out = append(out, u.Key)
		}
	}
	return out
}

func TestAUnitClosesOnceItsActionIsInTheRecord(t *testing.T) {
	v := newVillage(t)
	s, teacher := v.store, learning.As(v.teacher)
	no := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var quiz learning.QuizID
	for _, c := range []struct {
		key string
		act func()
	}{
		{"cards", func() { no(s.SetSecrets(ctx, teacher, NewSecret{v.ada, learning.Card, []byte("0123456789abcdef")})) }},
		{"register", func() {
			no(s.SaveRoll(ctx, teacher, v.roll(schoolDay), marks{v.ada: learning.Absent}, learning.ByHand))
		}},
		{"lesson", func() {
			id := must[learning.LessonID](t)(s.SaveLesson(ctx, teacher, learning.Lesson{Class: v.first, Title: "Ten", Resources: []learning.Ref{{Course: content.NewCourseID("a", "b"), Resource: v.page}}}))
			must[learning.AssignmentID](t)(s.Assign(ctx, teacher, learning.Assignment{Lesson: id, Class: v.first}))
		}},
		{"quiz", func() {
			quiz = must[learning.QuizID](t)(s.SaveQuiz(ctx, teacher, learning.Quiz{Class: v.first, Title: "Five", State: learning.QuizDraft, Sections: []learning.QuizSection{{
				Questions: []learning.QuizQuestion{{Key: "q1", Course: content.NewCourseID("a", "b"), Resource: v.exercise, Item: "i"}},
			}}}))
			if slices.Contains(doneBy(t, s, v.teacher), "quiz") {
				t.Error("a draft is no quiz that ran")
			}
			no(s.SetQuizState(ctx, teacher, quiz, learning.QuizOpen))
		}},
		{"report", func() { no(s.NoteLook(ctx, teacher, v.ada)) }},
		{"levels", func() {
			no(s.SaveLevels(ctx, teacher, v.first, learning.Ladders[0], schoolDay, map[learning.PersonID]int{v.ada: 2}))
			if slices.Contains(doneBy(t, s, v.teacher), "levels") {
				t.Error("a level check without groups closes nothing")
			}
			must[MadeGroups](t)(s.MakeGroups(ctx, teacher, "level reading", []GroupPlan{{Name: "Words", Members: map[learning.ClassID][]learning.PersonID{v.first: {v.ada}}}}))
		}},
		{"paper", func() {
			at := v.attempt(v.ada, "p.1", true)
			must[[]learning.PersonID](t)(s.RecordPaper(ctx, teacher, Paper{Class: v.first, Attempts: []learning.Attempt{at}}))
		}},
		{"watch", func() {
			no(s.EditCare(ctx, teacher, v.ada, CareEdit{Done: ptr("talk"), DoneDay: schoolDay}))
		}},
		{"slip", func() { no(s.EditCare(ctx, teacher, v.ada, CareEdit{Language: ptr("sw")})) }},
	} {
		before := doneBy(t, s, v.teacher)
		if slices.Contains(before, c.key) {
			t.Errorf("%s is done before it was: %v", c.key, before)
		}
		c.act()
		after := doneBy(t, s, v.teacher)
		if len(after) != len(before)+1 || !slices.Contains(after, c.key) {
			t.Errorf("after %s: done are %v, before %v", c.key, after, before)
		}
	}
	if got := doneBy(t, s, v.teacher); !slices.Contains(got, "class") {
		t.Error("a class with learners is a class with learners")
	}
	if got := doneBy(t, s, v.other); !slices.Equal(got, []string{"class"}) {
		t.Errorf("what one teacher did closes %v for another", got)
	}
	for _, who := range []learning.Actor{learning.As(v.ada), learning.As(v.officer), {}} {
		if _, err := s.Training(who); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%v sees units: %v", who, err)
		}
	}
}

func TestPublishingACourseClosesTheLastUnit(t *testing.T) {
	w := newAuthor(t)
	if slices.Contains(doneBy(t, w.store, w.teacher), "own") {
		t.Error("a draft is published to nobody")
	}
	err := w.store.ChangeOwnCourse(ctx, learning.As(w.teacher), w.course, func(c *learning.OwnCourse) error { c.To = learning.ForStaff; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(doneBy(t, w.store, w.teacher), "own") || slices.Contains(doneBy(t, w.store, w.admin), "own") {
		t.Error("it closes for its author alone")
	}
}
