package store

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

func TestLessonsAreShownWhenTheirTimeHasCome(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	shown := func() int { t.Helper(); return len(must[[]SetLesson](t)(s.LessonsFor(ada, w.ada))) }
	save := func(l learning.Lesson) {
		t.Helper()
		l.ID, l.Class, l.Title = w.lesson, w.first, "Adding"
		must[learning.LessonID](t)(s.SaveLesson(ctx, box, l))
	}
	must[learning.Progress](t)(s.RecordView(ctx, ada, learning.View{Resource: w.page, Action: learning.Finished}))
	l := must[[]SetLesson](t)(s.LessonsFor(ada, w.ada))
	if len(l) != 1 || l[0].Complete != 1 || !l[0].Progress[0].Complete || l[0].Progress[1].Resource != w.exercise {
		t.Fatalf("%+v", l)
	}
	if n := len(must[[]SetLesson](t)(s.LessonsFor(learning.As(w.musa), w.musa))); n != 0 {
		t.Errorf("Musa, who is in no group, has %d lessons", n)
	}
	save(learning.Lesson{Hidden: true})
	if shown() != 0 {
		t.Error("a hidden lesson is shown")
	}
	// 2030-01-01 23:00 UTC is the 2nd in the school's zone, three hours east.
	s.clock = &clock.Manual{At: clock.Stamp{Boot: w.boot}}
	if err := s.Calibrate(ctx, box, learning.Calibration{Boot: w.boot, Start: time.Date(2030, 1, 1, 23, 0, 0, 0, time.UTC), Believed: true}); err != nil {
		t.Fatal(err)
	}
	if save(learning.Lesson{From: "2030-01-03"}); shown() != 0 {
		t.Error("a lesson of tomorrow is shown today")
	}
	if save(learning.Lesson{From: "2030-01-02"}); shown() != 1 {
		t.Error("a lesson of today is not shown")
	}
	if err := s.Unenrol(ctx, box, w.first, w.ada); err != nil {
		t.Fatal(err)
	}
	if shown() != 0 {
		t.Error("who left the class is shown the work of a group in it")
	}
}

func TestAnAttemptIDCountsOnceHoweverManyResourcesClaimIt(t *testing.T) {
	v := newVillage(t)
	ada := learning.As(v.ada)
	b := newMemLog(t, "B")
	b.receive(v.memLog, 100)
	at := v.attempt(v.ada, "base.1", true)
	v.lamport += 5
	must[Recorded](t)(v.store.RecordAttempt(ctx, ada, at))
	other := at
	other.Resource = content.NewResourceID("c", "other")
	if r := must[Recorded](t)(v.store.RecordAttempt(ctx, ada, other)); r.Counted {
		t.Error("the same id counted for another exercise")
	}
	must[Recorded](t)(b.store.RecordAttempt(ctx, ada, other)) // earlier in order, at a box that knew of nothing
	v.receive(b, 100)
	b.receive(v.memLog, 100)
	for _, s := range []*Store{v.store, b.store} {
		got := must[map[content.ResourceID]learning.Progress](t)(s.ProgressIn(ada, v.ada, []content.ResourceID{at.Resource, other.Resource}))
		if got[at.Resource].Attempts != 0 || got[other.Resource].Attempts != 1 {
			t.Errorf("attempts %d and %d, want 0 and 1", got[at.Resource].Attempts, got[other.Resource].Attempts)
		}
		if c := must[Counts](t)(s.Counts()); c.Attempts != 1 || c.Right != 1 {
			t.Errorf("counts %+v", c)
		}
	}
	if v.kv.hash(v.store.Buckets()) != b.kv.hash(b.store.Buckets()) {
		t.Error("the boxes hold different folds")
	}
}

func TestAGuestsWorkBecomesALearnersOnce(t *testing.T) {
	v := newVillage(t)
	id := learning.NewID[learning.PersonID]()
	guest, s := learning.AsGuest(id), v.store
	typed := v.attempt("", "g.2", false)
	typed.Type, typed.Given = content.Text, "my own words"
	for _, at := range []learning.Attempt{v.attempt("", "g.1", true), typed} {
		must[Recorded](t)(s.RecordAttempt(ctx, guest, at))
	}
	must[learning.Progress](t)(s.RecordView(ctx, guest, learning.View{Resource: v.page, Action: learning.Moved, Percent: 4000, Position: 7, Tenths: 100}))
	if p := must[[]learning.Progress](t)(s.ProgressOf(guest, id)); len(p) != 2 {
		t.Errorf("the guest's own progress: %+v", p)
	}
	for who, a := range map[string]learning.Actor{"another guest": learning.AsGuest(learning.NewID[learning.PersonID]()), "a learner": learning.As(v.musa), "Ada's id as a guest": learning.AsGuest(v.ada)} {
		if _, err := s.ProgressOf(a, id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s reads it: %v", who, err)
		}
	}
	must[learning.Settings](t)(s.Settings(learning.As(v.ada), v.ada)) // so that her face is remembered
	for what, err := range map[string]error{
		"reads":    second(s.ProgressOf(learning.AsGuest(v.ada), v.ada)),
		"sees":     second(s.Settings(learning.AsGuest(v.ada), v.ada)),
		"is":       second(s.Who(learning.AsGuest(v.ada))),
		"records":  second(s.RecordAttempt(ctx, learning.AsGuest(v.ada), v.attempt(v.ada, "g.9", true))),
		"claims":   second(s.ClaimGuest(ctx, id, learning.AsGuest(v.ada))),
		"is taken": second(s.ClaimGuest(ctx, v.ada, learning.As(v.musa))),
	} {
		if err == nil {
			t.Errorf("a guest with Ada's id %s", what)
		}
	}
	for i, want := range []int{2, 0} {
		before := v.lamport
		if n := must[int](t)(s.ClaimGuest(ctx, id, learning.As(v.musa))); n != want || i == 1 && v.lamport != before {
			t.Errorf("claim %d: %d answers, %d events", i+1, n, v.lamport-before)
		}
	}
	list := must[[]AttemptRecord](t)(s.Attempts(learning.As(v.musa), v.musa, v.exercise, 9))
	if len(list) != 2 || list[0].ID != "g.2" || list[0].Given != "my own words" || list[1].Given != "b" {
		t.Errorf("Musa's attempts %+v", list)
	}
	p := must[map[content.ResourceID]learning.Progress](t)(s.ProgressIn(learning.As(v.musa), v.musa, []content.ResourceID{v.page}))[v.page]
	if p.Percent != 4000 || p.Position != 7 || p.Seconds != 10 {
		t.Errorf("Musa's page %+v", p)
	}
}

func TestPracticeIsRememberedUntilSomethingChanges(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	practice := func() *learning.Practice { t.Helper(); return must[*learning.Practice](t)(s.Practice(ada, w.ada)) }
	at := w.attempt(w.ada, "p.1", false)
	at.Skill, at.Rating = "add", 1000
	must[Recorded](t)(s.RecordAttempt(ctx, ada, at))
	first := practice()
	if practice() != first {
		t.Error("asked again it was folded again")
	}
	if n := len(first.Mistakes(s.Today())); n != 1 {
		t.Errorf("%d mistakes, want 1", n)
	}
	low := first.Chance("add", 1000)
	must[Recorded](t)(s.RecordAttempt(ctx, learning.As(w.musa), w.attempt(w.musa, "p.1", true)))
	if practice() != first {
		t.Error("another's answer voided it")
	}
	for i := range 4 {
		at := w.attempt(w.ada, fmt.Sprintf("p.%d", i+2), true)
		at.Skill, at.Rating, at.Seed = "add", 1000, uint64(50+i)
		must[Recorded](t)(s.RecordAttempt(ctx, ada, at))
	}
	second := practice()
	if second == first || second.Chance("add", 1000) <= low {
		t.Errorf("four right answers later the chance is %d, was %d", second.Chance("add", 1000), low)
	}
	s.Forget()
	if practice() == second {
		t.Error("what was forgotten is remembered")
	}
}

func TestPracticeAskedForByManyAtOnceIsFoldedOnce(t *testing.T) {
	w := newWorkshop(t)
	for i := range 300 {
		must[Recorded](t)(w.store.RecordAttempt(ctx, box, w.attempt(w.ada, fmt.Sprintf("p.%d", i+1), i%3 > 0)))
	}
	got := make([]*learning.Practice, 16)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() { got[i], _ = w.store.Practice(learning.As(w.ada), w.ada) })
	}
	wg.Wait()
	for i, p := range got {
		if p == nil || p != got[0] {
			t.Fatalf("page %d was told of another practice than page 0", i)
		}
	}
}

func TestGuestsWhoDidNothingPushNobodysPracticeOut(t *testing.T) {
	w := newWorkshop(t)
	must[Recorded](t)(w.store.RecordAttempt(ctx, box, w.attempt(w.ada, "p.1", true)))
	ada := must[*learning.Practice](t)(w.store.Practice(box, w.ada))
	for range 2 * maxPractised {
		guest := learning.NewID[learning.PersonID]()
		must[*learning.Practice](t)(w.store.Practice(learning.AsGuest(guest), guest))
	}
	if must[*learning.Practice](t)(w.store.Practice(box, w.ada)) != ada {
		t.Error("Ada's practice was folded anew")
	}
}

func TestNotesBookmarksGoalsAndNeedsAreKept(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	id := must[learning.NoteID](t)(s.Note(ctx, ada, learning.Note{Resource: w.page, Place: 7, Text: " carry the one\r\nthen add "}))
	must[learning.NoteID](t)(s.Note(ctx, ada, learning.Note{Resource: w.exercise, Text: "other"}))
	notes := must[[]learning.Note](t)(s.Notes(ada, w.ada, w.page))
	if want := []learning.Note{{ID: id, Resource: w.page, Place: 7, Text: "carry the one\nthen add"}}; !reflect.DeepEqual(notes, want) {
		t.Errorf("notes %+v", notes)
	}
	must[learning.NoteID](t)(s.Note(ctx, ada, learning.Note{ID: id, Resource: w.page}))
	if notes := must[[]learning.Note](t)(s.Notes(ada, w.ada, "")); len(notes) != 1 || notes[0].Text != "other" {
		t.Errorf("after removing one: %+v", notes)
	}
	if _, err := s.Note(ctx, ada, learning.Note{Resource: w.page, Text: string(make([]byte, 9000))}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a note of 9000 zero bytes: %v", err)
	}
	mark := learning.Bookmark{Ref: learning.Ref{Resource: w.page}, Place: 3}
	for _, on := range []bool{true, false, true} {
		if err := s.Bookmark(ctx, ada, mark, on); err != nil {
			t.Fatal(err)
		}
		if got := must[[]learning.Bookmark](t)(s.Bookmarks(ada, w.ada)); (len(got) == 1) != on || on && got[0] != mark {
			t.Errorf("on %v: %+v", on, got)
		}
	}
	goal := learning.WeekGoal{Minutes: 30}
	need := learning.Accommodation{ExtraTime: 25, ReadAloud: true, SignFirst: true}
	if err := errors.Join(s.SetGoal(ctx, ada, goal), s.SetAccommodation(ctx, learning.As(w.teacher), w.ada, need)); err != nil {
		t.Fatal(err)
	}
	if got := must[learning.WeekGoal](t)(s.Goal(ada, w.ada)); got != goal {
		t.Errorf("goal %+v", got)
	}
	if got := must[learning.Accommodation](t)(s.Accommodation(ada, w.ada)); got != need || got.Minutes(20) != 25 {
		t.Errorf("needs %+v", got)
	}
	for scope, kinds := range scopesOf(w.memLog) {
		for _, k := range []string{learning.KindBookmark, learning.KindGoal} {
			if got, want := slices.Contains(kinds, k), scope == learning.Learn.Scope(testSchool); got != want {
				t.Errorf("%s in %s: %v", k, scope, got)
			}
		}
	}
}

func TestNotesWrittenAtTwoBoxesAreOneNote(t *testing.T) {
	w := newWorkshop(t)
	b := newMemLog(t, "B")
	b.receive(w.memLog, 100)
	ada := learning.As(w.ada)
	must[learning.NoteID](t)(w.store.Note(ctx, ada, learning.Note{Resource: w.page, Text: "at one box"}))
	b.lamport = w.lamport + 5
	must[learning.NoteID](t)(b.store.Note(ctx, ada, learning.Note{Resource: w.page, Text: "later, at another"}))
	must[learning.NoteID](t)(b.store.Note(ctx, ada, learning.Note{Resource: w.page, Place: 3, Text: "at a place of it"}))
	w.receive(b, 100)
	b.receive(w.memLog, 100)
	for _, l := range []*memLog{w.memLog, b} {
		if notes := must[[]learning.Note](t)(l.store.Notes(ada, w.ada, w.page)); len(notes) != 2 || notes[0].Text != "later, at another" {
			t.Errorf("box %s: %+v", l.name, notes)
		}
		if _, n, err := l.store.KeptAt(ada, w.ada, w.page); err != nil || n.Text != "later, at another" {
			t.Errorf("box %s keeps %+v %v", l.name, n, err)
		}
		if _, _, err := l.store.KeptAt(learning.As(w.musa), w.ada, w.page); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Musa reads Ada's: %v", err)
		}
	}
}

func TestANoteTakesTwoThousandCharactersOfAnyScript(t *testing.T) {
	w := newWorkshop(t)
	must[learning.NoteID](t)(w.store.Note(ctx, learning.As(w.ada), learning.Note{Resource: w.page, Text: strings.Repeat("ሀक", 1000)}))
}

func TestAWeekIsSummedFromMonday(t *testing.T) {
	v := newVillage(t)
	ada, s := learning.As(v.ada), v.store
	manual := &clock.Manual{At: clock.Stamp{Boot: v.boot}}
	s.clock = manual
	at := v.attempt(v.ada, "w.1", true)
	at.Tenths = 600
	must[Recorded](t)(s.RecordAttempt(ctx, ada, at))
	if w := must[Week](t)(s.Week(ada, v.ada)); w != (Week{}) {
		t.Errorf("without a date: %+v", w)
	}
	// Sunday 2030-01-06, 12:00 in the school's zone.
	if err := s.Calibrate(ctx, box, learning.Calibration{Boot: v.boot, Start: time.Date(2030, 1, 6, 9, 0, 0, 0, time.UTC), Believed: true}); err != nil {
		t.Fatal(err)
	}
	if w := must[Week](t)(s.Week(ada, v.ada)); w != (Week{Answers: 1, Seconds: 60, Known: true}) {
		t.Errorf("on Sunday: %+v", w)
	}
	v.ms = 13 * 3600 * 1000 // Monday, one in the morning
	manual.At.MS = v.ms
	if w := must[Week](t)(s.Week(ada, v.ada)); w != (Week{Known: true}) {
		t.Errorf("on Monday: %+v", w)
	}
	if day, known := s.Today().Day(); !known || day != 21921 { // 2030-01-01 is day 21915
		t.Errorf("today is day %d %v", day, known)
	}
}
