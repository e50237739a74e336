package store

import (
	"testing"

	"lamplight/server/learning"
)

func TestWhatIsInDisputeIsGatheredForAdministratorsUntilItIsSettled(t *testing.T) {
	w, b := pair(t)
	admin := learning.As(w.admin)
	if all := must[[]Disputed](t)(w.store.Disputed(admin)); len(all) != 0 {
		t.Fatalf("in dispute before anything was: %+v", all)
	}
	must0(t, w.store.ChangeLesson(ctx, learning.As(w.teacher), w.lesson, "", retitle("Sums")))
	must0(t, b.store.ChangeLesson(ctx, learning.As(w.teacher), w.lesson, "", retitle("More sums")))
	agree(t, w.memLog, b)
	all := must[[]Disputed](t)(b.store.Disputed(admin))
	if len(all) != 1 || all[0].Lesson != w.lesson || all[0].Class != w.first || all[0].Title == "" {
		t.Fatalf("in dispute: %+v, want the lesson", all)
	}
	for _, a := range []learning.Actor{learning.As(w.teacher), learning.As(w.ada), {}} {
		if _, err := w.store.Disputed(a); verdict(err) != "p" {
			t.Errorf("asked by %q: %v, want not allowed", a.Person(), err)
		}
	}
	must0(t, w.store.Settle(ctx, learning.As(w.teacher), w.lesson, "", learning.LessonTitle, "Sums"))
	if all := must[[]Disputed](t)(w.store.Disputed(admin)); len(all) != 0 {
		t.Errorf("settled, it is still in dispute: %+v", all)
	}
}
