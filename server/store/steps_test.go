package store

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"lamplight/server/learning"
)

func aStop(class learning.ClassID) learning.Step {
	return learning.Step{Class: class, Use: learning.StepStop, Of: "c/film", At: 900, Text: "Who can say it?", Then: "Show it again."}
}

func TestOnlyTeachersOfAClassSeeAndSetHowItIsTaught(t *testing.T) {
	v := newVillage(t)
	stop := must[learning.StepID](t)(v.store.SaveStep(ctx, box, aStop(v.first), ""))
	actors := []learning.Actor{box, learning.As(v.admin), learning.As(v.teacher), learning.As(v.other), learning.As(v.ada), learning.As(v.officer), learning.AsGuest("")}
	for _, c := range []struct {
		what, want string
		ask        func(a learning.Actor) error
	}{
		{"Steps", "yyynpnn", func(a learning.Actor) error { _, err := v.store.Steps(a, v.first, ""); return err }},
		{"Step", "yyynnnn", func(a learning.Actor) error { _, err := v.store.Step(a, stop); return err }},
		{"SaveStep", "yyynpnn", func(a learning.Actor) error { _, err := v.store.SaveStep(ctx, a, aStop(v.first), ""); return err }},
		{"DropStep", "yyynnnn", func(a learning.Actor) error { return v.store.DropStep(ctx, a, stop, true) }},
	} {
		got := ""
		for _, a := range actors {
			got += verdict(c.ask(a))
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s (box, head, teacher, other teacher, learner, officer, guest)", c.what, got, c.want)
		}
	}
}

func TestAStopIsSetChangedTakenOutAndPutBack(t *testing.T) {
	v := newVillage(t)
	s, a := v.store, learning.As(v.teacher)
	x := aStop(v.first)
	x.ID = learning.NewID[learning.StepID]()
	for range 2 { // the form came twice
		must[learning.StepID](t)(s.SaveStep(ctx, a, x, ""))
	}
	kept := must[[]KeptStep](t)(s.Steps(a, v.first, learning.StepStop))
	if len(kept) != 1 || kept[0].Then != x.Then || kept[0].At != 900 || kept[0].By != v.teacher {
		t.Fatalf("kept is %+v, want the one stop", kept)
	}
	x.Text, x.At = "Show hands.", 1200
	must[learning.StepID](t)(s.SaveStep(ctx, a, x, kept[0].Seen))
	if err := s.DropStep(ctx, a, x.ID, true); err != nil {
		t.Fatal(err)
	}
	if gone := must[[]KeptStep](t)(s.Steps(a, v.first, "")); len(gone) != 0 {
		t.Errorf("a stop that was taken out is listed: %+v", gone)
	}
	if err := s.DropStep(ctx, a, x.ID, false); err != nil {
		t.Fatal(err)
	}
	if back := must[[]KeptStep](t)(s.Steps(a, v.first, "")); len(back) != 1 || back[0].Text != "Show hands." || back[0].At != 1200 || len(back[0].Disputes) != 0 {
		t.Errorf("put back it is %+v", back)
	}
}

func TestWhatATeacherHasNotSeenOfAStopStaysBesideWhatTheyWrote(t *testing.T) {
	v := newVillage(t)
	s, a, other := v.store, learning.As(v.teacher), learning.As(v.admin)
	x := aStop(v.first)
	x.ID = must[learning.StepID](t)(s.SaveStep(ctx, a, x, ""))
	page := must[KeptStep](t)(s.Step(a, x.ID)).Seen // both opened this
	first, second := x, x
	first.Then, second.Then = "Pour water on a stone.", "Draw it on the board."
	must[learning.StepID](t)(s.SaveStep(ctx, a, first, page))
	must[learning.StepID](t)(s.SaveStep(ctx, other, second, page))
	both := must[KeptStep](t)(s.Step(a, x.ID))
	then := ""
	for _, d := range both.Disputes {
		if d.Field == learning.StepThen {
			then = strings.Join(d.Values, "|")
		}
	}
	if !strings.Contains(then, first.Then) || !strings.Contains(then, second.Then) {
		t.Fatalf("what to do is %q, want both versions", then)
	}
	must[learning.StepID](t)(s.SaveStep(ctx, a, first, both.Seen))
	if now := must[KeptStep](t)(s.Step(a, x.ID)); now.Then != first.Then || len(now.Disputes) != 0 {
		t.Errorf("chosen it is %q with %d disputes, want %q and none", now.Then, len(now.Disputes), first.Then)
	}
}

func TestAStepThatCannotBeIsRefused(t *testing.T) {
	v := newVillage(t)
	for what, x := range map[string]learning.Step{
		"a use nobody knows":      {Class: v.first, Use: "party"},
		"a stop without question": {Class: v.first, Use: learning.StepStop, Of: "c/film", At: 5},
		"more right than asked":   {Class: v.first, Use: learning.StepRan, Right: 5, Total: 4},
		"before the film":         {Class: v.first, Use: learning.StepStop, Text: "?", At: -1},
		"a board of another id":   {Class: v.first, Use: learning.StepBoard},
		"something as a board":    {ID: learning.StepID(v.first), Class: v.first, Use: learning.StepBefore},
		"words without end":       {Class: v.first, Use: learning.StepStop, Text: strings.Repeat("x", learning.MaxStepText+1)},
	} {
		if _, err := v.store.SaveStep(ctx, box, x, ""); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %v, want it refused", what, err)
		}
	}
	lesson := must[learning.LessonID](t)(v.store.SaveLesson(ctx, box, learning.Lesson{Class: v.second, Title: "Water"}))
	if _, err := v.store.SaveStep(ctx, box, learning.Step{Class: v.first, Use: learning.StepBefore, Lesson: lesson}, ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a lesson of another class: %v, want it not found", err)
	}
}

func TestHowAClassIsTaughtNeverLeavesTheRoster(t *testing.T) {
	v := newVillage(t)
	must[learning.StepID](t)(v.store.SaveStep(ctx, box, aStop(v.first), ""))
	for scope, kinds := range scopesOf(v.memLog) {
		for _, k := range kinds {
			if k == learning.KindStep && scope != learning.Roster.Scope(testSchool) {
				t.Errorf("%s lies in %s", k, scope)
			}
		}
	}
}
