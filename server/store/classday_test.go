package store

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lamplight/server/learning"
)

const schoolDay = 20500 // Monday 2026-02-16

func (v *village) roll(day int) learning.Roll {
	return learning.Roll{Class: v.first, Day: day, Session: 1}
}

type marks = map[learning.PersonID]learning.Presence

// Every question and write of a class's day against every kind of person; the columns are those of
// TestEverybodySeesAndChangesOnlyWhatIsTheirs.
func TestAClassesDayIsItsTeachersAlone(t *testing.T) {
	for _, c := range []struct {
		what, want string
		ask        func(v *village, s *Store, a learning.Actor) error
	}{
		//                          box
		//                          |head
		//                          ||teacher
		//                          |||other teacher
		//                          ||||Ada
		//                          |||||Musa
		//                          ||||||officer
		//                          |||||||guest
		//                          ||||||||archived
		//                          |||||||||unknown
		{"Rolls", "yyynppnnnn", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.Rolls(a, v.first, RollDays{})
			return err
		}},
		{"Roll", "yyynppnnnn", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.Roll(a, v.first, schoolDay, 1)
			return err
		}},
		{"SeenOn", "yyynppnnnn", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.SeenOn(a, v.first, schoolDay)
			return err
		}},
		{"SaveRoll", "yyynppnnnn", func(v *village, s *Store, a learning.Actor) error {
			return s.SaveRoll(ctx, a, v.roll(schoolDay), marks{v.ada: learning.Present}, learning.ByHand)
		}},
		{"SaveRoll of a child of another class", "nnnnppnnnn", func(v *village, s *Store, a learning.Actor) error {
			return s.SaveRoll(ctx, a, v.roll(schoolDay), marks{v.lin: learning.Absent}, learning.ByHand)
		}},
		{"SaveRoll of the year 1900", "iiiiiiiiii", func(v *village, s *Store, a learning.Actor) error {
			return s.SaveRoll(ctx, a, v.roll(-25000), marks{v.ada: learning.Absent}, learning.ByHand)
		}},
		{"Levels", "yyynppnnnn", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.Levels(a, v.first, learning.Reading)
			return err
		}},
		{"LevelsOf Ada", "yyynynnnnn", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.LevelsOf(a, v.ada, learning.Reading)
			return err
		}},
		{"SaveLevels", "yyynppnnnn", func(v *village, s *Store, a learning.Actor) error {
			return s.SaveLevels(ctx, a, v.first, learning.Reading, schoolDay, map[learning.PersonID]int{v.ada: 2})
		}},
		{"SaveLevels of a child of another class", "nnnnppnnnn", func(v *village, s *Store, a learning.Actor) error {
			return s.SaveLevels(ctx, a, v.first, learning.Reading, schoolDay, map[learning.PersonID]int{v.lin: 2})
		}},
		{"MakeGroups", "yyynppnnnn", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.MakeGroups(ctx, a, "level reading", []GroupPlan{{Name: "Words", Members: map[learning.ClassID][]learning.PersonID{v.first: {v.ada}}}})
			return err
		}},
		{"MakeGroups of two classes", "yynnnnnnnn", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.MakeGroups(ctx, a, "level reading", []GroupPlan{{Name: "Words", Members: map[learning.ClassID][]learning.PersonID{v.first: {v.ada}, v.second: {v.lin}}}})
			if errors.Is(err, fs.ErrPermission) { // the class they are in was asked first
				return fs.ErrNotExist
			}
			return err
		}},
		{"UndoGroups of a class, which is none", "nnnnnnnnnn", func(v *village, s *Store, a learning.Actor) error {
			return s.UndoGroups(ctx, a, MadeGroups{Made: []learning.ClassID{v.first}})
		}},
		{"Watch", "yyynppnnnn", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.Watch(a, v.first)
			return err
		}},
		{"Cares", "yyynppnnnn", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.Cares(a, v.first)
			return err
		}},
		{"EditCare of Ada", "yyynpnnnnn", func(v *village, s *Store, a learning.Actor) error {
			return s.EditCare(ctx, a, v.ada, CareEdit{Worry: ptr(true)})
		}},
		{"ClassWeek", "yyynppnnnn", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.ClassWeek(a, v.first, schoolDay)
			return err
		}},
		{"Notices", "yyyyyyyyyy", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.Notices(a)
			return err
		}},
		{"SaveNotice to first", "yyynppnnnn", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.SaveNotice(ctx, a, learning.Notice{Class: v.first, Text: "Trees on Friday"})
			return err
		}},
		{"SaveNotice to the school", "yypppppppp", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.SaveNotice(ctx, a, learning.Notice{Text: "Trees on Friday"})
			return err
		}},
		{"SaveNotice without words", "iiiiiiiiii", func(v *village, s *Store, a learning.Actor) error {
			_, err := s.SaveNotice(ctx, a, learning.Notice{Class: v.first, Text: " \n"})
			return err
		}},
	} {
		got := ""
		for i := range 10 {
			v := newVillage(t) // a write must not help the next to ask
			a := []learning.Actor{
				box, learning.As(v.admin), learning.As(v.teacher), learning.As(v.other), learning.As(v.ada), learning.As(v.musa), learning.As(v.officer),
				{},
				learning.As(v.gone), learning.As(learning.NewID[learning.PersonID]()),
			}[i]
			got += verdict(c.ask(v, v.store, a))
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

func TestNoticesReachThoseTheyAreForAndNobodyElse(t *testing.T) {
	v := newVillage(t)
	s := v.store
	put := func(n learning.Notice) learning.NoticeID {
		return must[learning.NoticeID](t)(s.SaveNotice(ctx, box, n))
	}
	first := put(learning.Notice{Class: v.first, Text: "to the first"})
	put(learning.Notice{Class: v.second, Text: "to the second"})
	put(learning.Notice{Text: "to all", Pinned: true})
	texts := func(a learning.Actor) (out []string) {
		for _, n := range must[[]learning.Notice](t)(s.Notices(a)) {
			out = append(out, n.Text)
		}
		return out
	}
	for who, want := range map[learning.PersonID][]string{
		v.ada: {"to all", "to the first"}, v.teacher: {"to all", "to the first"}, v.lin: {"to all", "to the second"}, v.gone: nil, "": nil,
	} {
		if got := texts(learning.As(who)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is told %q, want %q", who, got, want)
		}
	}
	if err := s.WithdrawNotice(ctx, learning.As(v.other), first, true); verdict(err) != "n" {
		t.Errorf("a teacher of another class takes a notice down: %v", err)
	}
	for gone, want := range map[bool][]string{true: {"to all"}, false: {"to all", "to the first"}} {
		if err := s.WithdrawNotice(ctx, learning.As(v.teacher), first, gone); err != nil {
			t.Fatal(err)
		}
		if got := texts(learning.As(v.ada)); !reflect.DeepEqual(got, want) {
			t.Errorf("taken down %v: Ada is told %q, want %q", gone, got, want)
		}
	}
}

func TestTheSameRegisterPostedTwiceIsOneWrite(t *testing.T) {
	v := newVillage(t)
	teacher := learning.As(v.teacher)
	for range 3 {
		if err := v.store.SaveRoll(ctx, teacher, v.roll(schoolDay), marks{v.ada: learning.Present, v.musa: learning.Absent}, learning.BySignIns); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.store.SaveRoll(ctx, box, v.roll(schoolDay), marks{v.musa: learning.Late}, learning.ByHand); err != nil {
		t.Fatal(err)
	}
	r := must[learning.Roll](t)(v.store.Roll(teacher, v.first, schoolDay, 1))
	if p, conflict := r.Of(v.musa); p != learning.Late || conflict {
		t.Errorf("Musa is %d %v", p, conflict)
	}
	trace := v.store.Changes(teacher, &r)
	if len(trace) != 2 || trace[0].Name != "Teacher" || trace[0].How != learning.BySignIns || len(trace[0].Marks) != 2 || trace[1].By != "" || len(trace[1].Marks) != 1 {
		t.Errorf("the trace is %+v, want the register, then one change", trace)
	}
}

func TestAnEarlyWarningNeedsNoClock(t *testing.T) {
	v := newVillage(t)
	s, teacher := v.store, learning.As(v.teacher)
	for i := range 3 {
		if err := s.SaveRoll(ctx, teacher, v.roll(schoolDay+i), marks{v.ada: learning.Absent, v.musa: learning.Present}, learning.ByHand); err != nil {
			t.Fatal(err)
		}
	}
	watch := must[ClassWatch](t)(s.Watch(teacher, v.first))
	if len(watch.Listed) != 0 || watch.Known || watch.Rolls != 3 {
		t.Errorf("two points list %d; known %v", len(watch.Listed), watch.Known)
	}
	if err := s.EditCare(ctx, teacher, v.ada, CareEdit{Repeated: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	watch = must[ClassWatch](t)(s.Watch(teacher, v.first))
	if len(watch.Listed) != 1 || watch.Listed[0].Learner != v.ada || watch.Listed[0].Points != 3 || watch.Listed[0].Step != "visit" {
		t.Fatalf("listed are %+v, want Ada with three points", watch.Listed)
	}
	if err := s.EditCare(ctx, teacher, v.ada, CareEdit{Done: ptr("visit"), DoneDay: schoolDay + 2}); err != nil {
		t.Fatal(err)
	}
	if watch = must[ClassWatch](t)(s.Watch(teacher, v.first)); len(watch.Listed) != 0 || len(watch.Done) != 1 {
		t.Errorf("after a step: %d listed, %d done", len(watch.Listed), len(watch.Done))
	}
}

func TestWhatJudgesAChildNeverLeavesTheRoster(t *testing.T) {
	v := newVillage(t)
	s := v.store
	if err := s.SaveRoll(ctx, box, v.roll(schoolDay), marks{v.ada: learning.Absent}, learning.ByHand); err != nil {
		t.Fatal(err)
	}
	if err := s.EditCare(ctx, box, v.ada, CareEdit{Worry: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveNotice(ctx, box, learning.Notice{Class: v.first, Text: "words of a teacher"}); err != nil {
		t.Fatal(err)
	}
	for scope, kinds := range scopesOf(v.memLog) {
		for _, k := range kinds {
			if k == learning.KindAttendance || k == learning.KindCare || k == learning.KindNotice {
				if want := learning.Roster.Scope(testSchool); scope != want {
					t.Errorf("%s lies in %s, want %s", k, scope, want)
				}
			}
		}
	}
}

func TestGroupsAreMadeReplacedAndTakenBack(t *testing.T) {
	v := newVillage(t)
	s, head := v.store, learning.As(v.admin)
	plan := func(name string) []GroupPlan {
		return []GroupPlan{{Name: name, Members: map[learning.ClassID][]learning.PersonID{v.first: {v.ada, v.musa}, v.second: {v.lin}}}}
	}
	names := func() (out []string) {
		for _, c := range []learning.ClassID{v.first, v.second} {
			for _, g := range must[[]learning.Class](t)(s.Groups(head, c)) {
				_, in, _ := s.ClassRoster(head, g.ID)
				out = append(out, fmt.Sprint(g.Name, len(in)))
			}
		}
		return out
	}
	if _, err := s.MakeGroups(ctx, head, "level reading", plan("Words")); err != nil {
		t.Fatal(err)
	}
	if got, want := names(), []string{"Words2", "Words1"}; !reflect.DeepEqual(got, want) {
		t.Errorf("groups are %v, want %v", got, want)
	}
	made := must[MadeGroups](t)(s.MakeGroups(ctx, head, "level reading", plan("Story")))
	if got, want := names(), []string{"Story2", "Story1"}; !reflect.DeepEqual(got, want) {
		t.Errorf("new groups are %v, want %v alone", got, want)
	}
	for range 2 {
		if err := s.UndoGroups(ctx, head, made); err != nil {
			t.Fatal(err)
		}
		if got, want := names(), []string{"Words2", "Words1"}; !reflect.DeepEqual(got, want) {
			t.Errorf("after undo groups are %v, want %v", got, want)
		}
	}
}

func TestAWeekForAFamilyHoldsTheirChildAlone(t *testing.T) {
	v := newVillage(t)
	s := v.store
	if err := s.Calibrate(ctx, box, learning.Calibration{Boot: v.boot, Start: time.Date(2026, 2, 16, 5, 0, 0, 0, time.UTC), Believed: true, Source: "rtc"}); err != nil {
		t.Fatal(err)
	}
	v.ms = 60 * 60 * 1000
	for i := range 3 {
		must[Recorded](t)(s.RecordAttempt(ctx, learning.As(v.ada), v.attempt(v.ada, fmt.Sprint("a.", i), true)))
	}
	must[learning.Progress](t)(s.RecordView(ctx, learning.As(v.musa), learning.View{Resource: v.page, Action: learning.Finished, Percent: 10000}))
	for i, m := range []learning.Presence{learning.Present, learning.Absent, learning.Excused, learning.Late} {
		if err := s.SaveRoll(ctx, box, v.roll(schoolDay-3+i), marks{v.ada: m, v.musa: learning.Present}, learning.ByHand); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.EditCare(ctx, box, v.ada, CareEdit{Language: ptr("sw")}); err != nil {
		t.Fatal(err)
	}
	weeks := must[[]ChildWeek](t)(s.ClassWeek(learning.As(v.teacher), v.first, schoolDay))
	if len(weeks) != 2 {
		t.Fatalf("%d weeks, want one for Ada and one for Musa", len(weeks))
	}
	ada, musa := weeks[0], weeks[1]
	if ada.Person.ID != v.ada || ada.Here != 2 || ada.Of != 3 || ada.Answers != 3 || len(ada.Finished) != 0 || ada.Language != "sw" {
		t.Errorf("Ada's week is %+v", ada)
	}
	if musa.Here != 4 || musa.Of != 4 || musa.Answers != 0 || len(musa.Finished) != 1 || musa.Finished[0].Resource != v.page {
		t.Errorf("Musa's week is %+v", musa)
	}
	seen := must[map[learning.PersonID]bool](t)(s.SeenOn(learning.As(v.teacher), v.first, schoolDay))
	if len(seen) != 2 || len(must[map[learning.PersonID]bool](t)(s.SeenOn(box, v.first, schoolDay-1))) != 0 {
		t.Errorf("seen are %v", seen)
	}
}

func TestTwoBoxesTakeTheSameRegister(t *testing.T) {
	v := newVillage(t)
	a, b := v.memLog, newMemLog(t, "B")
	b.receive(a, 1<<20)
	save := func(l *memLog, who learning.PersonID, m marks) {
		t.Helper()
		if err := l.store.SaveRoll(ctx, learning.As(who), v.roll(schoolDay), m, learning.ByHand); err != nil {
			t.Fatal(err)
		}
	}
	save(a, v.teacher, marks{v.ada: learning.Absent, v.musa: learning.Present})
	save(b, v.admin, marks{v.ada: learning.Late, v.musa: learning.Present})
	a.receive(b, 1<<20)
	b.receive(a, 1<<20)
	for _, l := range []*memLog{a, b} {
		r := must[learning.Roll](t)(l.store.Roll(box, v.first, schoolDay, 1))
		raw, _ := learning.Raw(v.ada)
		if _, conflict := r.Of(v.ada); !conflict || len(r.Sheet.At(raw)) != 2 {
			t.Errorf("%s: Ada was seen differently, and %d marks of hers stand", l.GoString(), len(r.Sheet.At(raw)))
		}
		if p, conflict := r.Of(v.musa); p != learning.Present || conflict {
			t.Errorf("%s: Musa was seen alike, and is %d %v", l.GoString(), p, conflict)
		}
	}
	save(b, v.admin, marks{v.ada: learning.Late})
	a.receive(b, 1<<20)
	r := must[learning.Roll](t)(a.store.Roll(box, v.first, schoolDay, 1))
	if p, conflict := r.Of(v.ada); p != learning.Late || conflict {
		t.Errorf("after somebody decided Ada is %d %v", p, conflict)
	}
}

// classDay draws something a teacher does with a class.
func classDay(t *rapid.T, l *memLog, v *village) {
	s := l.store
	who := rapid.SampledFrom([]learning.PersonID{v.ada, v.musa}).Draw(t, "who")
	day := schoolDay + rapid.IntRange(0, 2).Draw(t, "day")
	var err error
	switch rapid.IntRange(0, 3).Draw(t, "what") {
	case 0:
		err = s.SaveRoll(ctx, box, v.roll(day), marks{who: learning.Presence(rapid.IntRange(0, 4).Draw(t, "mark"))}, learning.ByHand)
	case 1:
		err = s.SaveLevels(ctx, box, v.first, learning.Ladder(rapid.IntRange(1, 2).Draw(t, "ladder")), day, map[learning.PersonID]int{v.ada: rapid.IntRange(0, 5).Draw(t, "level"), v.musa: 3})
	case 2:
		err = s.EditCare(ctx, box, who, CareEdit{Worry: ptr(rapid.Bool().Draw(t, "worry")), Repeated: ptr(rapid.Bool().Draw(t, "repeated"))})
	default:
		_, err = s.SaveNotice(ctx, box, learning.Notice{
			ID: "00000000000000000000000000000001", Class: v.first, Text: rapid.SampledFrom([]string{"one", "two"}).Draw(t, "text"), Withdrawn: rapid.Bool().Draw(t, "gone"),
		})
	}
	if err != nil {
		t.Fatalf("%+v", err)
	}
}

func TestAClassesDayIsTheSameInWhateverOrderBoxesMeet(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := newVillage(t)
		a, b := v.memLog, newMemLog(t, "B")
		b.receive(a, 1<<20)
		for range rapid.IntRange(1, 30).Draw(rt, "n") {
			l := rapid.SampledFrom([]*memLog{a, b}).Draw(rt, "box")
			classDay(rt, l, v)
			if rapid.IntRange(0, 4).Draw(rt, "meet") == 0 {
				n := rapid.IntRange(1, 9).Draw(rt, "events")
				a.receive(b, n)
				b.receive(a, n)
			}
		}
		a.receive(b, 1<<20)
		b.receive(a, 1<<20)
		want := a.kv.hash(a.store.Buckets())
		if got := b.kv.hash(b.store.Buckets()); got != want {
			rt.Fatalf("two boxes that hold the same show other things")
		}
		if got := a.replay(func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "stream") }); got != want {
			rt.Fatalf("another order of streams gives other folds")
		}
	})
}
