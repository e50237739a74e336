package store

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/device"
)

// A failer is a test, or one case of a property.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// workAgrees compares what a report sums up with what each learner's own record says.
func workAgrees(t failer, s *Store, classes []learning.ClassID) {
	t.Helper()
	for _, c := range classes {
		w, err := s.ClassWork(box, c, nil)
		if err != nil {
			t.Fatalf("%+v", err)
		}
		sum, err := s.ClassSummary(box, c)
		if err != nil {
			t.Fatalf("%+v", err)
		}
		for i, p := range w.Learners {
			all, err := s.ProgressOf(box, p.ID)
			if err != nil {
				t.Fatalf("%+v", err)
			}
			attempts, right := 0, 0
			for k, got := range w.Of(i) {
				at := slices.IndexFunc(all, func(x learning.Progress) bool { return x.Resource == w.Resources[k] })
				if got.Touched != (at >= 0) {
					t.Fatalf("%s at %s: touched %v, the record says %v", p.Name, w.Resources[k], got.Touched, at >= 0)
				}
				attempts, right = attempts+int(got.Attempts), right+int(got.Right)
				if at >= 0 {
					sameWork(t, s, p, &got, &all[at])
				}
			}
			if x := sum.Learners[i]; x.Attempts != attempts || x.Right != right {
				t.Fatalf("%s: the class page says %d of %d, the report %d of %d", p.Name, x.Right, x.Attempts, right, attempts)
			}
		}
	}
}

func sameWork(t failer, s *Store, p learning.Person, got *Work, x *learning.Progress) {
	t.Helper()
	if id := learning.QuizOf(x.Resource); id != "" {
		answered, right := 0, 0
		if q, err := s.Quiz(box, id); err == nil {
			var v learning.Sitting
			_ = s.view(box, func(w viewer) error { v = w.sitting(p.ID, &q, true); return nil })
			for _, y := range v.Tries {
				for _, a := range y.Answers {
					if y.Marked {
						answered++
						right += int(boolBit(a.Correct))
					}
				}
			}
		}
		if int(got.Attempts) != answered || int(got.Right) != right {
			t.Fatalf("%s at the quiz: %d of %d right, the sitting says %d of %d", p.Name, got.Right, got.Attempts, right, answered)
		}
		return
	}
	want := Work{Touched: true, Complete: x.Complete, Percent: uint16(x.Percent), Attempts: uint32(x.Attempts), Right: uint32(x.Right), Seconds: uint32(x.Seconds), Stamp: x.Last.Stamp}
	if e := x.Exercise; e != nil {
		want.Help, want.Tries, want.First = e.NeedsHelp, uint32(e.FirstTries), uint32(e.Right)
		switch {
		case e.Mastered:
			want.Level = Can
		case e.NeedsHelp || 2*e.Have < e.Need:
			want.Level = NotYet
		default:
			want.Level = Nearly
		}
	}
	if *got != want {
		t.Fatalf("%s at %s: %+v, the record says %+v", p.Name, x.Resource, *got, want)
	}
}

func TestAQuizClosedOverCountsInTheClassSummary(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	must[learning.Sitting](t)(s.BeginQuiz(ctx, ada, w.quiz))
	for _, a := range []learning.Attempt{w.answer("a.1", "q1", 1, true), w.answer("a.2", "q2", 1, false), w.answer("a.3", "q2", 1, true), w.answer("a.4", "q3", 1, false)} {
		must[Answered](t)(s.AnswerQuiz(ctx, ada, a))
	}
	says := func(when string, attempts, right int) {
		t.Helper()
		got := must[ClassSummary](t)(s.ClassSummary(learning.As(w.teacher), w.first)).Learners[0]
		if got.Person.ID != w.ada || got.Attempts != attempts || got.Right != right {
			t.Errorf("%s: %s with %d of %d, want %d of %d", when, got.Person.Name, got.Right, got.Attempts, right, attempts)
		}
		workAgrees(t, s, []learning.ClassID{w.first})
	}
	set := func(state string) {
		t.Helper()
		if err := s.SetQuizState(ctx, box, w.quiz, state); err != nil {
			t.Fatal(err)
		}
	}
	says("while it is open", 0, 0)
	set(learning.QuizClosed)
	says("closed without a hand-in", 3, 2)
	set(learning.QuizOpen)
	says("reopened", 0, 0)
	must[learning.Sitting](t)(s.HandIn(ctx, ada, w.quiz, 1))
	says("handed in", 3, 2)
	set(learning.QuizClosed)
	says("handed in and closed", 3, 2)
}

// The columns are those of TestEverybodySeesAndChangesOnlyWhatIsTheirs.
func TestReportsAreForTheTeachersOfAClassAlone(t *testing.T) {
	for _, c := range []struct {
		what, want string
		ask        func(s *Store, w *workshop, a learning.Actor) error
	}{
		{"ClassWork", "yyynppnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.ClassWork(a, w.first, nil)
			return err
		}},
		{"ClassWork of a group", "yyynpnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.ClassWork(a, w.group, nil)
			return err
		}},
		{"SkillMap", "yyynppnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.SkillMap(a, w.first); return err }},
		{"SkillAttempts Ada", "yyynpnnnnn", func(s *Store, w *workshop, a learning.Actor) error {
			_, err := s.SkillAttempts(a, w.ada, "add", 9)
			return err
		}},
		{"Looks Ada", "yypnpnnnnn", func(s *Store, w *workshop, a learning.Actor) error { _, err := s.Looks(a, w.ada); return err }},
	} {
		got := ""
		for i := range c.want {
			w := newWorkshop(t)
			actors := []learning.Actor{box, learning.As(w.admin), learning.As(w.teacher), learning.As(w.other), learning.As(w.ada), learning.As(w.musa), learning.As(w.officer), {}, learning.As(w.gone), learning.As(learning.NewID[learning.PersonID]())}
			got += verdict(c.ask(w.store, w, actors[i]))
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.what, got, c.want)
		}
	}
}

func TestWhoLooksAtAPageIsNotedOnceADay(t *testing.T) {
	v := newVillage(t)
	s := v.store
	now := &clock.Manual{}
	now.At.Boot = v.boot
	s.clock = now
	teacher := learning.As(v.teacher)
	look := func(a learning.Actor, ms int64) {
		t.Helper()
		v.ms, now.At.MS = ms, ms
		if err := s.NoteLook(ctx, a, v.ada); err != nil {
			t.Fatal(err)
		}
	}
	look(teacher, 1000)
	look(teacher, 2000) // the same day
	look(learning.As(v.admin), 3000)
	look(learning.As(v.ada), 4000) // her own page
	look(box, 5000)
	look(teacher, 1000+25*3600*1000)
	if err := s.NoteLook(ctx, learning.As(v.other), v.ada); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("another's teacher: %v", err)
	}
	got := ""
	for _, l := range must[[]learning.Sight](t)(s.Looks(box, v.ada)) {
		got += fmt.Sprint(" ", map[learning.PersonID]string{v.teacher: "teacher", v.admin: "head"}[l.Viewer], l.When.Stamp.MS)
	}
	if want := " teacher90001000 head3000 teacher1000"; got != want {
		t.Errorf("looks%s, want%s", got, want)
	}
}

func TestASkillMapSaysWhatEachLearnersPracticeSays(t *testing.T) {
	w := newWorkshop(t)
	s := w.store
	for i := range 9 {
		for _, who := range []learning.PersonID{w.ada, w.musa} {
			at := w.attempt(who, fmt.Sprint("x", who[:4], ".", i+1), who == w.ada || i%2 == 0)
			at.Item, at.Seed, at.Skill = content.ItemID(fmt.Sprint("i", i)), uint64(i), []string{"add", "take"}[i/8]
			must[Recorded](t)(s.RecordAttempt(ctx, box, at))
		}
	}
	m := must[SkillMap](t)(s.SkillMap(learning.As(w.teacher), w.first))
	if got := fmt.Sprint(m.Skills, m.Of(0), m.Of(1)); got != "[add take] [can unknown] [nearly unknown]" && got != "[add take] [can unknown] [not-yet unknown]" {
		t.Errorf("the map says %s", got)
	}
	for i, p := range m.Learners {
		practice := must[*learning.Practice](t)(s.Practice(box, p.ID))
		for k, skill := range m.Skills {
			if got, want := m.Of(i)[k], practice.Standing(skill); got != want {
				t.Errorf("%s at %s: %v, practice says %v", p.Name, skill, got, want)
			}
		}
	}
	evidence := must[[]AttemptRecord](t)(s.SkillAttempts(box, w.musa, "take", 9))
	if len(evidence) != 1 || evidence[0].Item != "i8" || evidence[0].Resource != w.exercise {
		t.Errorf("evidence %+v", evidence)
	}
	before := m.Of(1)[0]
	for i := range 30 { // what is remembered is void once something comes
		at := w.attempt(w.musa, fmt.Sprint("y.", i+1), true)
		at.Item, at.Seed, at.Skill = "j", uint64(i), "add"
		must[Recorded](t)(s.RecordAttempt(ctx, box, at))
	}
	m = must[SkillMap](t)(s.SkillMap(box, w.first))
	if got := m.Of(1)[0]; got != learning.Can || before == learning.Can {
		t.Errorf("after thirty right answers %v, before %v", got, before)
	}
}

// A school of 300 who each touched 200 resources, on the log on disk.
func BenchmarkClassWorkOf300By200(b *testing.B) {
	d := newDiskBox(b, must[*device.School](b)(device.NewSchool("Baobab")))
	class := must[learning.ClassID](b)(d.store.AddClass(ctx, box, "All", ""))
	var people []NewPerson
	for i := range 300 {
		people = append(people, NewPerson{Role: learning.Learner, Name: fmt.Sprint("Learner ", i), Class: class})
	}
	ids := must[[]learning.PersonID](b)(d.store.AddPeople(ctx, box, people...))
	for r := range 200 {
		var attempts []learning.Attempt
		for n, id := range ids {
			attempts = append(attempts, learning.Attempt{
				ID: learning.NewAttemptID(), Learner: id, Resource: content.NewResourceID("c", fmt.Sprint(r)), Item: "i", Seed: uint64(n), Type: content.Choice, Given: "a",
				Criterion: content.Criterion{Type: "m_of_n", M: 4, N: 5}, Correct: n%3 > 0, Tenths: 30, Skill: fmt.Sprint("s", r/10),
			})
		}
		if err := d.store.RecordBatch(ctx, box, attempts, nil); err != nil {
			b.Fatal(err)
		}
	}
	d.close() // so that all of it is in bbolt, as after a night
	d.open()
	b.ReportAllocs()
	peak := uint64(0)
	for b.Loop() {
		w := must[ClassWork](b)(d.store.ClassWork(box, class, nil))
		if len(w.Work) != 300*200 || w.Work[0].Attempts != 1 {
			b.Fatal(len(w.Work), w.Work[0])
		}
		b.StopTimer()
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc)
		runtime.KeepAlive(w)
		b.StartTimer()
	}
	b.ReportMetric(float64(peak)/(1<<20), "heap-MB")
}
