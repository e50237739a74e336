package store

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// The columns are those of TestEverybodySeesAndChangesOnlyWhatIsTheirs.
func TestWhatIsHeldOfPeopleIsForAdministratorsAlone(t *testing.T) {
	for _, c := range []struct {
		what, want string
		ask        func(v *village, a learning.Actor) error
	}{
		{"HeldOf Ada", "yypnpnnnnn", func(v *village, a learning.Actor) error { _, err := v.store.HeldOf(a, v.ada); return err }},
		{"HeldInAll", "yypppppppp", func(v *village, a learning.Actor) error { _, err := v.store.HeldInAll(a); return err }},
		{"ExportPerson Ada", "yypnpnnnnn", func(v *village, a learning.Actor) error { _, err := v.store.ExportPerson(ctx, a, v.ada); return err }},
		{"Waiting", "yypppppppp", func(v *village, a learning.Actor) error { _, err := v.store.Waiting(a); return err }},
		{"Deeds", "yypppppppp", func(v *village, a learning.Actor) error { _, err := v.store.Deeds(a, "", 0); return err }},
		{"AskErase Ada", "yypnpnnnnn", func(v *village, a learning.Actor) error { return v.store.AskErase(ctx, a, v.ada, "box") }},
		{"AskErase the last administrator", "ppnnnnnnnn", func(v *village, a learning.Actor) error { return v.store.AskErase(ctx, a, v.admin, "box") }},
		{"KeepPerson Lin", "yynpnnnnnn", func(v *village, a learning.Actor) error { return v.store.KeepPerson(ctx, a, v.lin) }},
		{"Erase Lin", "yynpnnnnnn", func(v *village, a learning.Actor) error { return v.store.Erase(ctx, a, v.lin) }},
		{"Erase Ada, who was not asked for", "nnpnpnnnnn", func(v *village, a learning.Actor) error { return v.store.Erase(ctx, a, v.ada) }},
	} {
		got := ""
		for i := range c.want {
			v := newVillage(t)
			if err := v.store.AskErase(ctx, box, v.lin, "box"); err != nil {
				t.Fatal(err)
			}
			got += verdict(c.ask(v, []learning.Actor{
				box, learning.As(v.admin), learning.As(v.teacher), learning.As(v.other), learning.As(v.ada), learning.As(v.musa), learning.As(v.officer),
				{},
				learning.As(v.gone), learning.As(learning.NewID[learning.PersonID]()),
			}[i]))
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.what, got, c.want)
		}
	}
}

func TestAnErasureWaitsADayAndCanBeTakenBack(t *testing.T) {
	v := newVillage(t)
	s := v.store
	now := &clock.Manual{}
	now.At.Boot = v.boot
	s.clock = now
	head := learning.As(v.admin)
	for _, p := range []learning.PersonID{v.ada, v.gone} {
		if err := s.AskErase(ctx, head, p, "this"); err != nil {
			t.Fatal(err)
		}
	}
	if p := must[learning.Person](t)(s.Person(head, v.ada)); !p.Archived {
		t.Error("Ada can still sign in")
	}
	if w := must[[]Waiting](t)(s.Waiting(head)); len(w) != 2 || w[0].Person.ID != v.ada || w[0].By != "Head" || w[0].Left != learning.ErasureWait {
		t.Errorf("waiting %+v", w)
	}
	now.At.MS += learning.ErasureWait - 1
	if due := must[[]learning.PersonID](t)(s.Due("this")); len(due) > 0 {
		t.Errorf("due a millisecond early: %v", due)
	}
	now.At.MS++
	if due := must[[]learning.PersonID](t)(s.Due("this")); len(due) != 2 {
		t.Errorf("due after a day: %v", due)
	}
	if due := must[[]learning.PersonID](t)(s.Due("another box")); len(due) > 0 {
		t.Errorf("due on a box that nobody asked: %v", due)
	}
	for p, archived := range map[learning.PersonID]bool{v.ada: false, v.gone: true} {
		if err := s.KeepPerson(ctx, head, p); err != nil {
			t.Fatal(err)
		}
		if is := must[learning.Person](t)(s.Person(head, p)); is.Archived != archived {
			t.Errorf("%s came back with Archived %v", is.Name, is.Archived)
		}
	}
	if w, err := s.Waiting(head); len(w) > 0 || err != nil {
		t.Errorf("taken back, yet waiting: %v %v", w, err)
	}
	if err := s.Erase(ctx, head, v.ada); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("erasing who is to stay: %v", err)
	}
}

// canaryLife is all that a person leaves behind, in words that nothing else says.
func canaryLife(t testing.TB, l *memLog, v *village, mark string) {
	t.Helper()
	s, ada := l.store, learning.As(v.ada)
	for _, err := range []error{
		s.EditPerson(ctx, box, v.ada, learning.PersonEdit{Name: ptr("Canary " + mark), Login: ptr("canary" + mark), Number: ptr("canary-n" + mark), Gender: ptr("canary-g" + mark)}),
		s.SetSecrets(ctx, box, NewSecret{v.ada, learning.PIN, []byte("canary-pin" + mark)}, NewSecret{v.ada, learning.Card, []byte("canary-card-" + (mark + "0000")[:4])}),
		s.SetSettings(ctx, ada, v.ada, learning.Settings{Theme: "dark", TextSize: "xl"}),
		s.SetAccommodation(ctx, box, v.ada, learning.Accommodation{ReadAloud: true}),
		s.KeepAppState(ctx, ada, learning.AppState{Ref: learning.Ref{Resource: v.page}, Data: "canary-app" + mark}),
		s.EditCare(ctx, box, v.ada, CareEdit{Worry: ptr(true)}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	must[learning.NoteID](t)(s.Note(ctx, ada, learning.Note{Resource: v.page, Text: "canary-note" + mark}))
	at := v.attempt(v.ada, "canary"+mark+".1", true)
	at.Type, at.Given = content.Text, "canary words "+mark
	must[Recorded](t)(s.RecordAttempt(ctx, ada, at))
	must[learning.Progress](t)(s.RecordView(ctx, ada, learning.View{Resource: v.page, Action: learning.Finished, Tenths: 9}))
}

func (m memKV) mentions(word string) (where []string) {
	for bucket, all := range m {
		for k, v := range all {
			if strings.Contains(strings.ToLower(k+"\n"+string(v)), word) {
				where = append(where, bucket)
			}
		}
	}
	return where
}

func TestAnErasedPersonFoldsToNothingInWhateverOrder(t *testing.T) {
	v := newVillage(t)
	b := newMemLog(t, "B")
	canaryLife(t, v.memLog, v, "a")
	b.receive(v.memLog, 1<<20)
	canaryLife(t, b, v, "b") // on a box that has not heard
	before := must[Counts](t)(v.store.Counts())
	if err := v.store.AskErase(ctx, box, v.ada, ""); err != nil {
		t.Fatal(err)
	}
	if len(v.kv.mentions("canary")) == 0 {
		t.Fatal("nothing of her was folded: this shows nothing")
	}
	if err := v.store.Erase(ctx, box, v.ada); err != nil {
		t.Fatal(err)
	}
	if where := v.kv.mentions("canary "); len(where) > 0 {
		t.Errorf("she is still in %v", where)
	}
	after := must[Counts](t)(v.store.Counts())
	if before.Learners--; before.Attempts != after.Attempts || before.Views != after.Views {
		t.Errorf("the school counted %+v, now %+v", before, after)
	}
	v.receive(b, 1<<20)
	b.receive(v.memLog, 1<<20)
	if where := append(v.kv.mentions("canary-"), v.kv.mentions("canary ")...); len(where) > 0 {
		t.Errorf("a box that had not heard brought her back into %v", where)
	}
	want := v.kv.hash(v.store.Buckets())
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		if got := v.replay(r.IntN); got != want {
			t.Fatal("another order folds to another state")
		}
	}
	for _, events := range v.streams { // as on a box that gave the bodies up
		for i := range events {
			events[i].BodyHash = [32]byte{1}
			if v.store.Erased(v.kv, &events[i]) {
				events[i].Body = nil
			}
		}
	}
	if got := v.replay(r.IntN); got != want {
		t.Error("without her bodies it folds to another state")
	}
	again := RosterChange{People: []PersonChange{{ID: v.ada, New: true, Edit: learning.PersonEdit{Role: ptr(learning.Learner), Name: ptr("Canary again")}}}}
	if err := v.store.ChangeRoster(ctx, box, again); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a list of people that has her id brings her back: %v", err)
	}
	if _, err := v.store.Person(box, v.ada); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("she is found: %v", err)
	}
	if got := must[[]learning.Person](t)(v.store.People(box, PeopleFilter{Class: v.first})); len(got) != 2 {
		t.Errorf("in the class are %v", got)
	}
}

func TestErasedTakesBodiesOfThePersonAlone(t *testing.T) {
	v := newVillage(t)
	canaryLife(t, v.memLog, v, "a")
	kv := memKV{}
	raw, _ := learning.Raw(v.ada)
	kv.Put(erasedBucket, erasedKey(tagOf(testSchool), raw), nil)
	bodies, gone := 0, 0
	for _, events := range v.streams {
		for i := range events {
			e := &events[i]
			if e.Body != nil && strings.Contains(strings.ToLower(string(e.Body)), "canary") {
				bodies++
				if v.store.Erased(kv, e) {
					gone++
				}
			} else if e.Body != nil && v.store.Erased(kv, e) && learning.OfPerson(e) != v.ada {
				t.Errorf("%s of somebody else would go", e.Kind)
			}
		}
	}
	if bodies < 5 || gone != bodies {
		t.Errorf("of %d bodies that quote her %d would go", bodies, gone)
	}
	pub := segment.Event{Scope: "pub", Kind: learning.KindPerson, Fields: []segment.Field{{Col: 1, Type: segment.Bytes, Data: raw[:]}}}
	if v.store.Erased(kv, &pub) {
		t.Error("a body outside the roster would go")
	}
}

func TestDeedsSayWhoDidWhatWithWhatIsHeld(t *testing.T) {
	v := newVillage(t)
	s, head := v.store, learning.As(v.admin)
	for _, err := range []error{
		s.NoteLook(ctx, learning.As(v.teacher), v.ada),
		s.SetSecrets(ctx, box, NewSecret{v.ada, learning.PIN, []byte("first")}), // there was none: nothing was changed
		s.SetSecrets(ctx, head, NewSecret{v.ada, learning.PIN, []byte("second")}),
		s.SetSecrets(ctx, learning.As(v.ada), NewSecret{v.ada, learning.PIN, []byte("her own")}),
		s.AskErase(ctx, head, v.ada, ""),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	x := must[PersonExport](t)(s.ExportPerson(ctx, head, v.ada))
	if len(x.Deeds) == 0 || x.Deeds[0].What != learning.Exported {
		t.Errorf("the copy says of itself %+v", x.Deeds)
	}
	if err := s.Erase(ctx, head, v.ada); err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, d := range must[[]Deed](t)(s.Deeds(head, "", 0)) {
		got += fmt.Sprintf("%s %d %s; ", d.By, d.What, d.Name)
	}
	if want := "Head 4 ; Head 1 ; Head 2 ; Head 5 ; Teacher 0 ; "; got != want {
		t.Errorf("deeds %q, want %q", got, want)
	}
	if d := must[[]Deed](t)(s.Deeds(head, v.musa, 0)); len(d) > 0 {
		t.Errorf("of Musa %+v", d)
	}
}

func TestACopyHoldsAllThatIsHeld(t *testing.T) {
	v := newVillage(t)
	canaryLife(t, v.memLog, v, "a")
	x := must[PersonExport](t)(v.store.ExportPerson(ctx, box, v.ada))
	got := map[string]int{}
	for _, h := range x.Held() {
		got[h.Kind] = h.Count
	}
	want := map[string]int{
		"name": 4, "signin": 2, "settings": 2, "classes": 1, "care": 1, "answers": 1, "words": 1, "reading": 2, "notes": 1, "apps": 1,
		"attendance": 0, "levels": 0, "looks": 1,
	}
	for k, n := range want {
		if got[k] != n {
			t.Errorf("%s: %d, want %d", k, got[k], n)
		}
	}
	if len(got) != len(want) || x.Attempts[0].Given != "canary words a" || x.Notes[0].Text != "canary-notea" {
		t.Errorf("copy %+v", x)
	}
}
