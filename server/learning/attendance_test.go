package learning

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"lamplight/sync/clock"
)

func orderAt(lamport uint64, box byte, seq uint64) (o Order) {
	o[7], o[8], o[23] = byte(lamport), box, byte(seq)
	return o
}

func keyOf(p PersonID) [16]byte { k, _ := rawID(string(p)); return k }

func someone(n int) PersonID { return PersonID(fmt.Sprintf("%032x", n)) }

// rollOf is a register in which each of the words h (here), a (not here), l (late), e (excused), - (not marked) is a child's.
func rollOf(day, session int, marks string) Roll {
	r := Roll{Day: day, Session: session}
	w := SheetWrite{Order: orderAt(1, 1, 1)}
	for i, c := range marks {
		if p := map[rune]Presence{'h': Present, 'a': Absent, 'l': Late, 'e': Excused}[c]; p != Unmarked {
			w.Marks = append(w.Marks, Mark{keyOf(someone(i)), byte(p)})
		}
	}
	r.Sheet.Add(w)
	return r
}

const monday = 20500 // 2026-02-16

func TestAWeekdayIsTheCalendars(t *testing.T) {
	for day := monday - 400; day < monday+400; day++ {
		if got, want := WeekdayOf(day), DateOf(day).Weekday(); got != want {
			t.Fatalf("day %d is a %v, want %v", day, got, want)
		}
	}
	if got := WeekdayOf(monday); got != time.Monday {
		t.Errorf("day %d is a %v", monday, got)
	}
	if day, err := ParseDay("2026-02-16"); err != nil || day != monday {
		t.Errorf("2026-02-16 is day %d, %v", day, err)
	}
	for _, bad := range []string{"", "16.2.2026", "2026-02-30", "1999-12-31", "2200-01-01"} {
		if _, err := ParseDay(bad); err == nil {
			t.Errorf("%q is a day", bad)
		}
	}
}

func TestADayIsAbsentWhenEverySessionIs(t *testing.T) {
	for _, c := range []struct {
		sessions string
		want     Presence
	}{{"a", Absent}, {"aa", Absent}, {"ah", Present}, {"ha", Present}, {"al", Late}, {"hl", Late}, {"ae", Excused}, {"e", Excused}, {"eh", Present}} {
		var rolls []Roll
		for i, m := range c.sessions {
			rolls = append(rolls, rollOf(monday, i+1, string(m)))
		}
		if got := DaysOf(rolls, someone(0)); len(got) != 1 || got[0].Presence != c.want {
			t.Errorf("sessions %s make %v, want %d", c.sessions, got, c.want)
		}
	}
	if got := DaysOf([]Roll{rollOf(monday, 1, "-")}, someone(0)); len(got) != 0 {
		t.Errorf("who is not in a register has days: %v", got)
	}
}

// days draws five school days a week, a letter each.
func schoolDays(marks string) (rolls []Roll) {
	day := monday
	for _, m := range marks {
		rolls = append(rolls, rollOf(day, 1, string(m)))
		if day++; WeekdayOf(day) == time.Saturday {
			day += 2
		}
	}
	return rolls
}

func TestPatternsSayWhatDaysHaveInCommon(t *testing.T) {
	for _, c := range []struct {
		marks string
		want  []Pattern
	}{
		{"hhhhhhhhhh", nil},
		{"hhhha", nil},
		{"hhhaa", []Pattern{{Key: "running", N: 2}}},
		{"hhaea", []Pattern{{Key: "running", N: 2}}}, // excused breaks no row and counts for nothing
		{"ahhhhahhhhahhhhahhhh", []Pattern{{Key: "weekday", N: 4, Weekday: time.Monday}}},
		{"hhhhhahhhhahhhhahhhh", []Pattern{{Key: "weekday", N: 3, Weekday: time.Monday}}},
		{"ahhhhhhhhhahhhhahhhh", nil}, // two Mondays, then one that was there
		{"hahahahhhhhhhhhhhhhh", nil}, // 3 of 20
		{"hahahahahahhhhhhhhhh", []Pattern{{Key: "often", N: 5, Of: 20}}},
		{"lhlhlhhhhh", []Pattern{{Key: "late", N: 3, Of: 10}}},
	} {
		if got := Patterns(schoolDays(c.marks), someone(0)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.marks, got, c.want)
		}
	}
	var rolls []Roll
	for i := range 4 {
		rolls = append(rolls, rollOf(monday+i, 1, "h"), rollOf(monday+i, 2, "a"))
	}
	if got, want := Patterns(rolls, someone(0)), []Pattern{{Key: "session", N: 4, Session: 2}}; !reflect.DeepEqual(got, want) {
		t.Errorf("a second session missed: %+v, want %+v", got, want)
	}
}

func TestTwoBoxesThatDisagreeBothStandUntilSomebodyDecides(t *testing.T) {
	first := SheetWrite{Order: orderAt(1, 1, 1), Marks: []Mark{{keyOf(someone(0)), byte(Absent)}, {keyOf(someone(1)), byte(Present)}}}
	second := SheetWrite{Order: orderAt(1, 2, 1), Marks: []Mark{{keyOf(someone(0)), byte(Present)}, {keyOf(someone(1)), byte(Present)}}}
	var r Roll
	r.Sheet.Add(second)
	r.Sheet.Add(first)
	if p, conflict := r.Of(someone(0)); p != Present || !conflict {
		t.Errorf("the child whom two boxes see differently: %d %v, want the later and a conflict", p, conflict)
	}
	if p, conflict := r.Of(someone(1)); p != Present || conflict {
		t.Errorf("the child whom both see alike: %d %v", p, conflict)
	}
	marks, replaces := r.Sheet.Write([]Mark{{keyOf(someone(0)), byte(Present)}, {keyOf(someone(1)), byte(Present)}})
	if len(marks) != 1 || len(replaces) != 2 {
		t.Fatalf("to decide, %d marks are written and %d writes replaced, want 1 and 2", len(marks), len(replaces))
	}
	r.Sheet.Add(SheetWrite{Order: orderAt(2, 1, 2), Marks: marks, Replaces: replaces})
	if p, conflict := r.Of(someone(0)); p != Present || conflict {
		t.Errorf("after somebody decided: %d %v", p, conflict)
	}
}

func TestEditsOfDifferentChildrenMergeWithoutDispute(t *testing.T) {
	var base Sheet
	base.Add(SheetWrite{Order: orderAt(1, 1, 1), Marks: []Mark{{keyOf(someone(0)), byte(Absent)}, {keyOf(someone(1)), byte(Present)}}})
	edit := func(o Order, m Mark) SheetWrite {
		marks, replaces := base.Write([]Mark{m})
		return SheetWrite{Order: o, Marks: marks, Replaces: replaces}
	}
	a, b := edit(orderAt(2, 1, 2), Mark{keyOf(someone(0)), byte(Late)}), edit(orderAt(2, 2, 1), Mark{keyOf(someone(1)), byte(Excused)})
	base.Add(a)
	base.Add(b)
	for i, want := range []Presence{Late, Excused} {
		if v, conflict := base.Shown(keyOf(someone(i))); Presence(v) != want || conflict {
			t.Errorf("child %d: %d %v, want %d and no conflict", i, v, conflict, want)
		}
	}
}

func TestASheetIsTheSameInAnyOrderAndComesBackWhole(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 9))
	for round := range 200 {
		var all []SheetWrite
		var seen Sheet
		for i := range 1 + rng.IntN(90) {
			w := SheetWrite{Order: orderAt(uint64(i+1), byte(rng.IntN(3)), uint64(i)), Stamp: clock.Stamp{MS: int64(i)}, How: byte(rng.IntN(3))}
			if rng.IntN(2) == 0 {
				w.By = someone(7)
			}
			if rng.IntN(3) > 0 {
				w.Marks, w.Replaces = seen.Write([]Mark{{keyOf(someone(rng.IntN(4))), byte(rng.IntN(5))}})
			} else { // without having seen the others
				w.Marks = []Mark{{keyOf(someone(rng.IntN(4))), byte(rng.IntN(5))}}
			}
			if len(w.Marks) > 0 {
				all = append(all, w)
				seen.Add(w)
			}
		}
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		var other Sheet
		for _, w := range append(all, all...) {
			other.Add(w)
		}
		if !reflect.DeepEqual(seen.Encode(), other.Encode()) {
			t.Fatalf("round %d: another order gives another sheet", round)
		}
		back, err := ReadSheet(seen.Encode())
		if err != nil || !reflect.DeepEqual(back.Encode(), seen.Encode()) || len(back.Writes) > maxSheetWrites {
			t.Fatalf("round %d: a sheet of %d writes does not come back: %v", round, len(seen.Writes), err)
		}
	}
}

func TestALongEditedRegisterLosesNoMark(t *testing.T) {
	var s Sheet
	first := SheetWrite{Order: orderAt(1, 1, 1)}
	for i := range 40 {
		first.Marks = append(first.Marks, Mark{keyOf(someone(i)), byte(Present)})
	}
	s.Add(first)
	for i := range 200 {
		var o Order
		o[6], o[7], o[8], o[23] = byte((i+2)/256), byte((i+2)%256), 1, byte(i+2)
		w := SheetWrite{Order: o}
		w.Marks, w.Replaces = s.Write([]Mark{{keyOf(someone(0)), byte(1 + i%4)}})
		s.Add(w)
	}
	for i := 1; i < 40; i++ {
		if v, conflict := s.Shown(keyOf(someone(i))); Presence(v) != Present || conflict {
			t.Fatalf("after 200 changes child %d is %d %v", i, v, conflict)
		}
	}
}
