//go:build browser

package nodetest

import (
	"context"
	"testing"

	"lamplight/server/learning"
)

// A teacher puts lessons and quizzes together, for a group that Amina is in.
func TestBrowserPutsLessonsAndQuizzesTogether(t *testing.T) {
	s := openSite(t, nil)
	ctx, box := context.Background(), learning.Box()
	classes, err := s.Store.Classes(box)
	if err != nil {
		t.Fatal(err)
	}
	group, err := s.Store.AddGroup(ctx, box, classes[0].ID, "Reds")
	if err != nil {
		t.Fatal(err)
	}
	_, learners, err := s.Store.ClassRoster(box, classes[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range learners {
		if p.Name == "Amina" {
			err = s.Store.Enrol(ctx, box, learning.Enrolment{Class: group, Person: p.ID, Role: learning.Learner})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	s.walk(t, "compose")
}
