package learning

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// columnsOf writes an event's columns as text.
func columnsOf(d Draft) (s string) {
	s = d.Kind + " " + string(d.Scope)
	for _, f := range d.Fields {
		switch f.Type {
		case segment.Uint:
			s += fmt.Sprintf(" %d=%d", f.Col, f.Num)
		default:
			s += fmt.Sprintf(" %d=%s", f.Col, hex.EncodeToString(f.Data))
		}
	}
	return s
}

// What boxes of every release must read the same. Change it never: a new meaning is a new column.
const (
	goldenRoll  = "attendance/1 school/S/roster 1=00000000000000000000000000000009 2=20500 3=2 4=010203040506070805 5=0000000000000000000000000000000102 6=00000000000000000000000000000008 7=2"
	goldenLevel = "level/1 school/S/learn 1=2 2=20500 4=010203040506070805 5=0000000000000000000000000000000103 6=00000000000000000000000000000008"
)

func drafts() (roll, level Draft) {
	w := SheetWrite{By: someone(8), How: BySignIns, Replaces: []clock.Dot{{Stream: clock.Stream{1, 2, 3, 4, 5, 6, 7, 8}, Seq: 5}}, Marks: []Mark{{keyOf(someone(1)), byte(Absent)}}}
	roll = RollDraft("S", &Roll{Class: ClassID(someone(9)), Day: monday, Session: 2}, &w)
	w.How, w.Marks = 0, []Mark{{keyOf(someone(1)), 3}}
	return roll, LevelDraft("S", &LevelWrite{Ladder: Numbers, Day: monday, Write: w})
}

func TestRegistersAndLevelsAreWrittenAsTheyAlwaysWere(t *testing.T) {
	roll, level := drafts()
	for got, want := range map[string]string{columnsOf(roll): goldenRoll, columnsOf(level): goldenLevel} {
		if got != want {
			t.Errorf("the event is\n%s, want\n%s", got, want)
		}
	}
	e := &segment.Event{Dot: clock.Dot{Stream: clock.Stream{9}, Seq: 3}, Lamport: 7, Kind: roll.Kind, Fields: roll.Fields}
	r, err := ParseRoll(e)
	if err != nil || r.Class != ClassID(someone(9)) || r.Day != monday || r.Session != 2 {
		t.Fatalf("the register comes back as %+v, %v", r, err)
	}
	if p, _ := r.Of(someone(1)); p != Absent {
		t.Errorf("the child comes back as %d", p)
	}
	e.Kind, e.Fields = level.Kind, level.Fields
	l, err := ParseLevel(e)
	if one, ok := l.For(keyOf(someone(1))); err != nil || !ok || l.Ladder != Numbers || one.Marks[0] != LevelMark(Numbers, monday, 3) {
		t.Errorf("the level comes back as %+v, %v", l, err)
	}
}

func TestAnEventThatCannotBeIsRefused(t *testing.T) {
	roll, level := drafts()
	with := func(d Draft, col uint16, f segment.Field) *segment.Event {
		e := &segment.Event{Kind: d.Kind}
		for _, x := range d.Fields {
			if x.Col == col {
				f.Col = col
				x = f
			}
			e.Fields = append(e.Fields, x)
		}
		return e
	}
	number := func(n uint64) segment.Field { return segment.Field{Type: segment.Uint, Num: n} }
	bytes := func(s string) segment.Field { return segment.Field{Type: segment.Bytes, Data: []byte(s)} }
	tooMany := make([]byte, 17*(maxMarks+1))
	for i, e := range []*segment.Event{
		with(roll, 1, bytes("short")), with(roll, 2, number(1)), with(roll, 2, number(1<<60)), with(roll, 3, number(0)), with(roll, 3, number(7)),
		with(roll, 4, bytes("no dots")), with(roll, 5, bytes("sixteen bytes...")), with(roll, 5, bytes("sixteen bytes...\x09")), with(roll, 5, bytes(string(tooMany))),
	} {
		if _, err := ParseRoll(e); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("register %d: %v, want refused", i, err)
		}
	}
	for i, e := range []*segment.Event{
		with(level, 1, number(3)), with(level, 2, number(99999999)), with(level, 5, bytes("sixteen bytes...\x06")), with(level, 5, bytes("x")),
	} {
		if _, err := ParseLevel(e); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("level %d: %v, want refused", i, err)
		}
	}
}
