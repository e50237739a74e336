//go:build browser

package nodetest

import (
	"context"
	"testing"

	"lamplight/server/learning"
	"lamplight/server/store"
)

// A lesson is kept on a phone, answered with no box in reach, and brought back, by two learners, with the script and without.
func TestBrowserTakesALessonHome(t *testing.T) {
	n := Start(t, Options{})
	s := &site{Node: n, told: map[string]any{}, out: openOutside(t)}
	s.addresses()
	s.told["amina"] = school(t, n) // installs the courses
	s.told["exercise"] = exercise(t, n)
	ctx, box := context.Background(), learning.Box()
	classes, err := n.Store.Classes(box)
	if err != nil {
		t.Fatal(err)
	}
	added, err := n.Store.AddPeople(ctx, box, store.NewPerson{Role: learning.Learner, Name: "Kofi", Class: classes[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := n.Auth.Verifier(ctx, learning.PIN, "5050")
	if err == nil {
		err = n.Store.SetSecrets(ctx, box, store.NewSecret{Person: added[0], Kind: learning.PIN, Verifier: verifier})
	}
	if err != nil {
		t.Fatal(err)
	}
	s.told["kofi"] = added[0]
	s.told["spare"] = exercise(t, n)
	s.walk(t, "take")
	s.walk(t, "keep")
}
