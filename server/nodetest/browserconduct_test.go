//go:build browser

package nodetest

import (
	"context"
	"testing"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// A teacher goes through a lesson, before, in and after, shows a film with stops, rotates groups, and makes work for home.
func TestBrowserConductsALesson(t *testing.T) {
	n := Start(t, Options{})
	s := &site{Node: n, told: map[string]any{}, out: openOutside(t)}
	s.addresses()
	s.told["amina"] = school(t, n)
	ctx, box := context.Background(), learning.Box()
	classes, err := s.Store.Classes(box)
	if err != nil {
		t.Fatal(err)
	}
	class := classes[0].ID
	for _, name := range []string{"Kofi", "Lin", "Musa"} {
		if _, err := s.Store.AddPeople(ctx, box, store.NewPerson{Role: learning.Learner, Name: name, Class: class}); err != nil {
			t.Fatal(err)
		}
	}
	lesson, err := s.Store.SaveLesson(ctx, box, learning.Lesson{Class: class, Title: "Adding past ten", Resources: s.lessonOf(t, "add-20")})
	if err == nil {
		_, err = s.Store.Assign(ctx, box, learning.Assignment{Lesson: lesson, Class: class})
	}
	for _, name := range []string{"Lions", "Elephants"} {
		if err == nil {
			_, err = s.Store.AddGroup(ctx, box, class, name)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	s.told["class"], s.told["lesson"] = class, lesson
	s.walk(t, "conduct")
	steps, err := s.Store.Steps(box, class, "")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]int{}
	for _, x := range steps {
		used[x.Use]++
	}
	for use, want := range map[string]int{"before": 1, "live": 1, "after": 1, "stop": 1, "ran": 1, "board": 1, "home": 0} {
		if used[use] != want {
			t.Errorf("%d steps of use %q are kept, want %d", used[use], use, want)
		}
	}
}

// lessonOf is a film and an exercise of a skill.
func (s *site) lessonOf(t *testing.T, skill string) (out []learning.Ref) {
	t.Helper()
	report, err := s.Library.Import(context.Background(), []string{corpusFile(t, "video/a-tiny-seed_0110_en.mp4")}, library.ImportOptions{})
	if err != nil || len(report.Courses) == 0 {
		t.Fatalf("importing a film: %v, refused %v", err, report.Refused)
	}
	for _, c := range s.Library.Courses() {
		r, release, err := s.Library.Reader(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		var look func(parent content.ResourceID)
		look = func(parent content.ResourceID) {
			nodes, _, _ := r.Children(parent, 0, 1000)
			for _, x := range nodes {
				switch {
				case x.Kind == content.Topic:
					look(x.ID)
				case x.Kind == content.Video || x.Kind == content.Practice && x.Skill == skill && c.Languages[0] == "en":
					out = append(out, learning.Ref{Course: c.ID, Resource: x.ID})
				}
			}
		}
		look("")
		release()
	}
	if len(out) != 2 {
		t.Fatalf("the lesson has %d things, want a film and an exercise of %s", len(out), skill)
	}
	return out
}
