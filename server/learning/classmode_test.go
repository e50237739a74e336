package learning

import (
	"errors"
	"io/fs"
	"testing"

	"lamplight/content"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// bootDays knows the days of the boots it names, and no other.
type bootDays map[byte]int

func (b bootDays) Day(s clock.Stamp) (int, bool) {
	day, known := b[s.Boot[0]]
	return day + int(s.MS/dayMS), known
}

func TestWhatAClassLooksAtEndsByItselfWhateverTheClockSays(t *testing.T) {
	const hour = dayMS / 24
	at := func(boot byte, ms int64) clock.Stamp { return clock.Stamp{Boot: clock.Boot{boot}, MS: ms} }
	for _, c := range []struct {
		what  string
		since clock.Stamp
		now   clock.Stamp
		days  bootDays
		on    bool
	}{
		{"an hour on", at(1, hour), at(1, 2*hour), nil, true},
		{"four hours on", at(1, hour), at(1, 5*hour), nil, false},
		{"an hour on, the date set forward by ten years", at(1, hour), at(1, 2*hour), bootDays{1: 3650}, true},
		{"switched on again, nobody knows the day", at(1, hour), at(2, 0), nil, true},
		{"switched on again four hours ago", at(1, hour), at(2, 4*hour), nil, false},
		{"switched on again on the same day", at(1, hour), at(2, 0), bootDays{1: 7, 2: 7}, true},
		{"switched on again the next day", at(1, hour), at(2, 0), bootDays{1: 7, 2: 8}, false},
		{"switched on again with a clock that fell back", at(1, hour), at(2, 0), bootDays{1: 7, 2: 1}, true},
	} {
		m := ClassMode{State: ClassLooks, Since: c.since}
		if got := m.On(Today{Calendar: c.days, Now: c.now}); got != c.on {
			t.Errorf("%s: on is %v, want %v", c.what, got, c.on)
		}
	}
}

func TestWhatAClassLooksAtIsReadAsItWasWritten(t *testing.T) {
	m := ClassMode{
		Class: ClassID(someone(9)), Box: "a box", State: ClassClosed, At: Ref{content.CourseID(someone(2)), "page/4"}, Item: "i 1", Seed: 77,
		Rounds: []string{"abcdefghijklm", "nopqrstuvwxyz"}, By: someone(8), Since: clock.Stamp{Boot: clock.Boot{1, 2}, MS: 99},
	}
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	d := Edit{Kind: KindNow, Subject: m.Subject(), Values: m.Values()}.Draft("S")
	ev := &segment.Event{Dot: clock.Dot{Seq: 1}, Kind: d.Kind, Fields: d.Fields, Body: d.Body}
	e, err := ParseEdit(ev)
	if err != nil {
		t.Fatal(err)
	}
	var r Record
	r.Apply(ev, e, false)
	got := ReadClassMode(m.Class, m.Box, &r)
	if got.Round() != m.Round() || got.State != m.State || got.At != m.At || got.Item != m.Item || got.Seed != m.Seed || got.Since != m.Since || got.By != m.By || len(got.Rounds) != 2 {
		t.Errorf("read %+v, want %+v", got, m)
	}
	if e.Subject == (&ClassMode{Class: m.Class, Box: "another"}).Subject() {
		t.Error("two boxes write over each other")
	}
}

func TestWhatCannotBeLookedAtIsRefused(t *testing.T) {
	good := ClassMode{State: ClassAnswers, At: Ref{Resource: "r"}, Item: "i", Rounds: []string{"abcdefghijklm"}}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func(*ClassMode){
		"a resource with rounds":    func(m *ClassMode) { m.State = ClassLooks },
		"a question without rounds": func(m *ClassMode) { m.Rounds = nil },
		"a question without item":   func(m *ClassMode) { m.Item = "" },
		"a fourth round": func(m *ClassMode) {
			m.Rounds = []string{"abcdefghijklm", "abcdefghijklm", "abcdefghijklm", "abcdefghijklm"}
		},
		"a round of another shape": func(m *ClassMode) { m.Rounds = []string{"short"} },
		"an unknown state":         func(m *ClassMode) { m.State = "asleep" },
		"nothing":                  func(m *ClassMode) { m.At.Resource = "" },
	} {
		m := good
		if spoil(&m); !errors.Is(m.Check(), fs.ErrInvalid) {
			t.Errorf("%s: %v", what, m.Check())
		}
	}
}
