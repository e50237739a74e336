package store

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
)

func TestWhatAnAppKeepsIsReadBackForItsLearnerAlone(t *testing.T) {
	w := newWorkshop(t)
	ada, s := learning.As(w.ada), w.store
	at := learning.Ref{Course: content.NewCourseID("html", "x"), Resource: w.page}
	if err := s.KeepAppState(ctx, ada, learning.AppState{Ref: at, Data: `{"level":3,"name":"Ada"}`}); err != nil {
		t.Fatal(err)
	}
	if got := must[string](t)(s.AppState(ada, w.page)); got != `{"level":3,"name":"Ada"}` {
		t.Errorf("got %q", got)
	}
	for who, a := range map[string]learning.Actor{"another learner": learning.As(w.musa), "her teacher": learning.As(w.teacher), "a guest": learning.AsGuest(w.ada)} {
		if got, _ := s.AppState(a, w.page); got != "" {
			t.Errorf("%s reads %q", who, got)
		}
	}
	if got := must[string](t)(s.AppState(ada, w.exercise)); got != "" {
		t.Errorf("another resource has %q", got)
	}
	if err := s.KeepAppState(ctx, learning.AsGuest(learning.NewID[learning.PersonID]()), learning.AppState{Ref: at, Data: "x"}); err == nil {
		t.Error("a guest keeps a state")
	}
	for scope, kinds := range scopesOf(w.memLog) {
		if got, want := slices.Contains(kinds, learning.KindState), scope == learning.Roster.Scope(testSchool); got != want {
			t.Errorf("%s in %s: %v", learning.KindState, scope, got)
		}
	}
	for stream, events := range w.streams {
		for _, e := range events {
			if e.Kind == learning.KindState && (len(e.Body) == 0 || strings.Contains(string(e.Bytes(18)), "level")) {
				t.Errorf("stream %s: what was typed lies outside the body, where it cannot be erased", stream)
			}
		}
	}
}

func TestTheSameStateIsWrittenOnce(t *testing.T) {
	w := newWorkshop(t)
	before := events(w.memLog)
	for range 3 {
		if err := w.store.KeepAppState(ctx, learning.As(w.ada), learning.AppState{Ref: learning.Ref{Resource: w.page}, Data: "same"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := events(w.memLog) - before; n != 1 {
		t.Errorf("%d events", n)
	}
}

func events(l *memLog) (n int) {
	for _, s := range l.streams {
		n += len(s)
	}
	return n
}

func TestOfTwoBoxesTheLaterStateStays(t *testing.T) {
	w := newWorkshop(t)
	b := newMemLog(t, "B")
	b.receive(w.memLog, 100)
	ada, ref := learning.As(w.ada), learning.Ref{Resource: w.page}
	keep := func(l *memLog, data string) {
		t.Helper()
		if err := l.store.KeepAppState(ctx, ada, learning.AppState{Ref: ref, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	keep(w.memLog, "at one")
	b.lamport = w.lamport + 5
	keep(b, "later, at another")
	w.receive(b, 100)
	b.receive(w.memLog, 100)
	for _, l := range []*memLog{w.memLog, b} {
		if got := must[string](t)(l.store.AppState(ada, w.page)); got != "later, at another" {
			t.Errorf("box %s: %q", l.name, got)
		}
	}
	if w.kv.hash(w.store.Buckets()) != b.kv.hash(b.store.Buckets()) {
		t.Error("the boxes hold different folds")
	}
	keep(w.memLog, "further on")
	b.receive(w.memLog, 100)
	if got := must[string](t)(b.store.AppState(ada, w.page)); got != "further on" {
		t.Errorf("after both met: %q", got)
	}
}

func TestAnErasedStateIsForgottenAtBothBoxes(t *testing.T) {
	w := newWorkshop(t)
	ada := learning.As(w.ada)
	if err := w.store.KeepAppState(ctx, ada, learning.AppState{Ref: learning.Ref{Resource: w.page}, Data: "typed"}); err != nil {
		t.Fatal(err)
	}
	for _, events := range w.streams { // what erasing leaves: header and columns, no body
		for i := range events {
			if events[i].Kind == learning.KindState {
				events[i].Body = nil
			}
		}
	}
	b := newMemLog(t, "B")
	b.receive(w.memLog, 1000)
	w.kv = memKV{}
	w.kvFrom()
	for _, l := range []*memLog{w.memLog, b} {
		if got := must[string](t)(l.store.AppState(ada, w.page)); got != "" {
			t.Errorf("box %s still has %q", l.name, got)
		}
	}
}

// kvFrom folds again what the log holds.
func (l *memLog) kvFrom() {
	for _, events := range l.streams {
		for i := range events {
			if err := l.store.Apply(l.kv, &events[i]); err != nil {
				l.t.Errorf("apply: %v", err)
			}
		}
	}
}

func TestALearnersRoomForStatesIsBounded(t *testing.T) {
	w := newWorkshop(t)
	ada := learning.As(w.ada)
	keep := func(name, data string) error {
		return w.store.KeepAppState(ctx, ada, learning.AppState{Ref: learning.Ref{Resource: content.NewResourceID("c", name)}, Data: data})
	}
	for name, data := range map[string]string{"too long": strings.Repeat("x", learning.MaxState+1), "no text": "\xff", "a zero": "a\x00b"} {
		if err := keep("r", data); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	n, whole := 0, strings.Repeat("é", learning.MaxState/2)
	for ; n < 100; n++ {
		if err := keep(strings.Repeat("r", n+1), whole); err != nil {
			if !errors.Is(err, fs.ErrInvalid) {
				t.Fatal(err)
			}
			break
		}
	}
	if n != maxStateBytes/learning.MaxState {
		t.Errorf("%d states of %d bytes fit", n, learning.MaxState)
	}
	if err := errors.Join(keep("r", ""), keep("another", whole)); err != nil {
		t.Errorf("room that was given back is not there: %v", err)
	}
}

func TestTheBestScoreAnAppToldIsKept(t *testing.T) {
	w := newWorkshop(t)
	ada := learning.As(w.ada)
	look := func(v learning.View) learning.Progress {
		v.Resource, v.Action = w.page, learning.Moved
		return must[learning.Progress](t)(w.store.RecordView(ctx, ada, v))
	}
	if p := look(learning.View{Percent: 100}); p.Scored {
		t.Errorf("%+v", p)
	}
	if p := look(learning.View{Scored: true}); !p.Scored || p.Score != 0 {
		t.Errorf("nothing right: %+v", p)
	}
	look(learning.View{Scored: true, Score: 7000})
	if p := look(learning.View{Scored: true, Score: 4000}); p.Score != 7000 || p.Complete {
		t.Errorf("after 70 and 40 %%: %+v", p)
	}
	v := learning.View{Resource: w.page, Action: learning.Moved, Scored: true, Score: 10001}
	if _, err := w.store.RecordView(ctx, ada, v); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("more than all points: %v", err)
	}
}
