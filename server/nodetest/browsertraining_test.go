//go:build browser

package nodetest

import (
	"testing"

	"lamplight/server/learning"
)

// The school's calendar is kept by pages alone, and a teacher's units close by what they do.
func TestBrowserWalksATeachersOwnCourse(t *testing.T) {
	n := Start(t, Options{})
	s := &site{Node: n, told: map[string]any{}, out: openOutside(t)}
	s.addresses()
	school(t, n)
	classes, err := s.Store.Classes(learning.Box())
	if err != nil {
		t.Fatal(err)
	}
	s.told["class"] = classes[0].ID
	s.walk(t, "training")
	year := s.Store.Year()
	if len(year.Periods) != 2 || year.Week != [7]bool{1: true, 2: true, 3: true, 4: true, 5: true} {
		t.Errorf("the pages left the year %+v", year)
	}
}
