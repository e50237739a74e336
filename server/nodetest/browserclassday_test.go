//go:build browser

package nodetest

import (
	"context"
	"fmt"
	"testing"

	"lamplight/server/learning"
	"lamplight/server/store"
)

// A teacher of forty takes the register, checks levels, looks after children, prints slips and puts up a notice.
func TestBrowserWalksAClassesDay(t *testing.T) {
	n := Start(t, Options{})
	s := &site{Node: n, told: map[string]any{}, out: openOutside(t)}
	s.addresses()
	school(t, n)
	ctx, box := context.Background(), learning.Box()
	classes, err := s.Store.Classes(box)
	if err != nil {
		t.Fatal(err)
	}
	s.told["class"] = classes[0].ID
	_, there, err := s.Store.ClassRoster(box, classes[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(there); i < 40; i++ {
		if _, err := s.Store.AddPeople(ctx, box, store.NewPerson{Role: learning.Learner, Name: fmt.Sprintf("Child %02d", i), Class: classes[0].ID}); err != nil {
			t.Fatal(err)
		}
	}
	s.walk(t, "classday")
	rolls, err := s.Store.Rolls(box, classes[0].ID, store.RollDays{})
	if err != nil || len(rolls) != 1 {
		t.Fatalf("%d registers were kept, want one: %v", len(rolls), err)
	}
	count := map[learning.Presence]int{}
	_, there, _ = s.Store.ClassRoster(box, classes[0].ID)
	for _, p := range there {
		mark, _ := rolls[0].Of(p.ID)
		count[mark]++
	}
	if count[learning.Present] != 37 || count[learning.Absent] != 2 || count[learning.Late] != 1 {
		t.Errorf("the register says %v, want 37 here, 2 not here and 1 late", count)
	}
}
