package learning

import (
	"fmt"
	"maps"
	"math"
	"testing"

	"lamplight/content"
	"lamplight/sync/clock"
)

func TestPortableArithmeticIsExactEnough(t *testing.T) {
	for x := -30.0; x < 30; x += 0.0137 {
		if got, want := expOf(x), math.Exp(x); math.Abs(got-want) > 4e-16*want {
			t.Fatalf("exp(%v) = %v, want %v", x, got, want)
		}
	}
	for x := 0.0005; x < 40000; x *= 1.0013 {
		if got, want := logOf(x), math.Log(x); math.Abs(got-want) > 4e-16*math.Max(1, math.Abs(want)) {
			t.Fatalf("log(%v) = %v, want %v", x, got, want)
		}
	}
	if expOf(math.Inf(1)) != expOf(700) || expOf(math.Inf(-1)) != expOf(-700) {
		t.Error("exp leaves its range")
	}
}

type review struct {
	right bool
	days  int
}

// The reference implementations of FSRS-6 test themselves with these (fsrs-rs inference tests, py-fsrs test_basic).
func TestMemoryFollowsThePublishedVectors(t *testing.T) {
	var m memory
	for _, r := range []review{{false, 0}, {true, 0}, {true, 1}, {true, 3}, {true, 8}, {true, 21}} {
		m = m.review(r.right, r.days)
	}
	if math.Abs(m.stability-53.62691) > 1e-4 || math.Abs(m.difficulty-6.3574867) > 1e-6 {
		t.Errorf("stability %.5f and difficulty %.7f, want 53.62691 and 6.3574867", m.stability, m.difficulty)
	}
	for right, want := range map[bool]memory{false: {0.212, 6.4133}, true: {2.3065, 2.118104}} {
		if got := (memory{}).review(right, 0); math.Abs(got.stability-want.stability) > 1e-6 || math.Abs(got.difficulty-want.difficulty) > 1e-6 {
			t.Errorf("first answer %v: %v, want %v", right, got, want)
		}
	}
}

func TestAWrongAnswerNeverStrengthensAMemory(t *testing.T) {
	// What is hardly kept and then forgotten for long runs into the reference's ceiling: S ÷ exp(w17·w18).
	if got, want := (memory{0.01, 9}).review(false, 40).stability, 0.01/math.Exp(0.5425*0.0912); math.Abs(got-want) > 1e-12 {
		t.Errorf("stability %v, want %v", got, want)
	}
	for _, s := range []float64{0.001, 0.1, 1, 10, 1000} {
		for _, days := range []int{0, 1, 30, 500} {
			if m := (memory{s, 5}).review(false, days); m.stability > s {
				t.Errorf("%v grows to %v by a wrong answer after %d days", s, m.stability, days)
			}
		}
	}
}

// Right each time on the day it is due: the intervals that the reference's scheduler gives, up to our longest.
func TestIntervalsGrowAsTheReferencesDo(t *testing.T) {
	m := memory{}.review(true, 0).review(true, 0)
	var got []int
	for range 6 {
		got = append(got, m.interval())
		m = m.review(true, m.interval())
	}
	if fmt.Sprint(got) != fmt.Sprint([]int{2, 11, 46, 163, 180, 180}) {
		t.Errorf("intervals %v, want 2 11 46 163 180 180", got)
	}
	if m = m.review(false, 180); m.interval() > 8 {
		t.Errorf("after a wrong answer it comes back in %d days", m.interval())
	}
}

func TestMemoriesAreTheSameEverywhere(t *testing.T) {
	h := uint64(14695981039346656037)
	for learner := range uint64(50) {
		var m memory
		for i := range uint64(20) {
			d := draw("golden", "memory", learner<<8|i)
			m = m.review(d%4 > 0, int((d>>8)%40))
			for _, b := range []uint64{math.Float64bits(m.stability), math.Float64bits(m.difficulty)} {
				h = (h ^ b) * 1099511628211
			}
		}
	}
	if h != goldenMemories {
		t.Errorf("memories hash to %#x, want %#x", h, uint64(goldenMemories))
	}
}

// days is a calendar whose boots begin at midnight of a day each; boots it does not hold have no date.
type days map[clock.Boot]int

func (d days) Day(s clock.Stamp) (int, bool) {
	first, ok := d[s.Boot]
	return first + int(s.MS/dayMS), ok
}

// on is nine o'clock on a day of a calendar with one boot a day, and so many minutes later.
func on(day, minutes int) clock.Stamp {
	return clock.Stamp{Boot: clock.Boot{byte(day >> 8), byte(day)}, MS: 9*hourMS + int64(minutes)*60000}
}

// everyDay knows the days of all stamps made by on.
func everyDay() days { return maps.Clone(thousandDays) }

var thousandDays = func() days {
	d := days{}
	for i := range 1000 {
		d[on(i, 0).Boot] = i
	}
	return d
}()

// history folds a line of tries at one item of skill "fact-x": "3r" is right on day 3, w wrong, h right with a hint.
func history(item string, tries ...string) *Practice {
	p := &Practice{}
	also(p, item, tries...)
	return p
}

func also(p *Practice, item string, tries ...string) {
	for _, s := range tries {
		var day int
		var what string
		if _, err := fmt.Sscanf(s, "%d%s", &day, &what); err != nil {
			panic(err)
		}
		for j, l := range what {
			a := Attempt{
				Resource: "ex", Course: "c", Item: content.ItemID(item), Seed: uint64(1000*day + j + 1), Skill: "fact-x", Given: s, Error: "slip",
				Correct: l == 'r' || l == 'h', Hints: int(bit(l == 'h')),
			}
			p.Step(&a, on(day, j))
		}
	}
}

func at(day int) Today { return Today{thousandDays, on(day, 60)} }

func TestMistakeLeavesTheBookAfterTwoSpacedRights(t *testing.T) {
	for _, c := range []struct {
		tries  []string
		day    int
		open   bool
		step   MistakeStep
		rights int
		now    bool
	}{
		{[]string{"0r"}, 0, false, 0, 0, false},
		{[]string{"0h"}, 0, false, 0, 0, false},
		{[]string{"0w"}, 0, true, Look, 0, true},
		{[]string{"0w"}, 30, true, Look, 0, true},
		{[]string{"0wr"}, 0, true, Check, 0, false},
		{[]string{"0wr"}, 1, true, Check, 0, false},
		{[]string{"0wr"}, 2, true, Check, 0, true},
		{[]string{"0wh"}, 2, true, Look, 0, true}, // a hint mends nothing
		{[]string{"0wr", "1r"}, 1, true, Check, 0, false},
		{[]string{"0wr", "2r"}, 2, true, Check, 1, false},
		{[]string{"0w", "2r"}, 2, true, Check, 1, false},
		{[]string{"0wr", "2r", "3r"}, 3, true, Check, 1, false}, // a day is not two
		{[]string{"0wr", "2r", "4r"}, 4, false, 0, 0, false},
		{[]string{"0wr", "2r", "4w"}, 4, true, Look, 0, true},
		{[]string{"0wr", "2r", "4wr", "6r"}, 6, true, Check, 1, false},
		{[]string{"0wr", "2r", "4r", "9w"}, 9, true, Look, 0, true}, // and comes back
		{[]string{"0wr", "2rw"}, 2, true, Look, 0, true},
		{[]string{"0wr", "2h", "4r"}, 4, true, Check, 1, false},
		{[]string{"0wrrrr"}, 0, true, Check, 0, false}, // many on one day are one
	} {
		ms := history("i", c.tries...).Mistakes(at(c.day))
		if len(ms) != int(bit(c.open)) {
			t.Errorf("%v on day %d: %d in the book", c.tries, c.day, len(ms))
			continue
		}
		if c.open && (ms[0].Step != c.step || ms[0].Rights != c.rights || ms[0].Now != c.now) {
			t.Errorf("%v on day %d: step %d, %d rights, now %v; want %d, %d, %v", c.tries, c.day, ms[0].Step, ms[0].Rights, ms[0].Now, c.step, c.rights, c.now)
		}
	}
}

func TestMendedMistakesAreCountedForEver(t *testing.T) {
	p := history("i", "0w", "2r", "4r", "9w", "11r", "13r", "20w")
	if got := p.Mended(everyDay()); got != 2 {
		t.Errorf("mended %d times, want 2", got)
	}
	// 7 tries, 2 mended, 1 exercise, 6 days come back
	if got := p.Points(everyDay(), 1); got != 7+2*2+3+6 {
		t.Errorf("%d points", got)
	}
}

func TestWrongClocksDoNotMendNorHoldForEver(t *testing.T) {
	p := history("i", "0w", "2r", "4r")
	if open := len(p.Mistakes(Today{})); open != 1 || p.Mended(nil) != 0 {
		t.Errorf("without any date: %d open, %d mended", open, p.Mended(nil))
	}
	one := days{on(0, 0).Boot: 0}
	if open := len(p.Mistakes(Today{one, on(4, 0)})); open != 1 {
		t.Error("a day that is not known mended a mistake")
	}
	wrong := everyDay()
	wrong[on(0, 0).Boot] = 20000 // the first boot thought it was far in the future
	also(p, "i", "6r", "8r")
	if open := len(p.Mistakes(Today{wrong, on(8, 0)})); open != 0 {
		t.Error("a date far ahead keeps a mistake in the book")
	}
	var q Practice // one boot without a date: its own count of hours will do
	for i, right := range []bool{false, true, true} {
		q.Step(try(i, "s", 0, right), clock.Stamp{MS: int64(i) * 2 * dayMS})
	}
	if len(q.Mistakes(Today{Now: clock.Stamp{MS: 4 * dayMS}})) != 0 {
		t.Error("two days of one boot do not count as two days")
	}
}

func TestMistakesSayWhatWentWrongLast(t *testing.T) {
	p := history("i", "0w", "1w")
	m := p.Mistakes(at(1))[0]
	if m.Given != "1w" || m.Seed != 1001 || m.Error != "slip" || m.Course != "c" || m.Skill != "fact-x" || m.Why.Key != "mistake" {
		t.Errorf("%+v", m)
	}
	if again, ok := p.Mistake(m.ID, at(1)); !ok || again.Item != m.Item || len(m.ID) != 32 {
		t.Errorf("by id: %v %+v", ok, again)
	}
	if _, ok := p.Mistake("0", at(1)); ok {
		t.Error("a mistake that nobody made")
	}
	if here, ok := p.MistakeAt("ex", "i", at(1)); !ok || here.ID != m.ID {
		t.Error("not found by its item")
	}
}

func TestFactsComeBackWhenTheirMemoryFades(t *testing.T) {
	p := history("i", "0r", "2r")
	for day, want := range map[int]int{2: 0, 12: 0, 13: 1, 40: 1} {
		got := p.Due(at(day))
		if len(got) != want {
			t.Errorf("day %d: %d due, want %d", day, len(got), want)
		}
		if want == 1 && (got[0].Due != 13 || !got[0].Known || got[0].Why.Key != "due" || got[0].Why.Args[1] != fmt.Sprint(day-2)) {
			t.Errorf("day %d: %+v", day, got[0])
		}
	}
	if day, ok := p.NextDue(at(2)); !ok || day != 13 {
		t.Errorf("next due on day %d %v, want 13", day, ok)
	}
	var other Practice
	other.Step(try(1, "long-division", 0, true), on(0, 0))
	if n := len(other.Due(at(100))); n != 0 {
		t.Errorf("%d cards of a skill that is no fact", n)
	}
}

func TestMistakesAreDueWhenTheirCheckIs(t *testing.T) {
	p := history("i", "0wr")
	if n := len(p.Due(at(1))); n != 0 {
		t.Errorf("%d due on the day after", n)
	}
	got := p.Due(at(2))
	if len(got) != 1 || got[0].Mistake == "" || got[0].Why.Key != "check" || got[0].Due != 2 {
		t.Errorf("on day 2: %+v", got)
	}
	if n := len(history("i", "0w").Due(at(5))); n != 0 {
		t.Error("a mistake not looked at yet is reviewed")
	}
}

func TestNoMoreThanTenADay(t *testing.T) {
	p := &Practice{}
	for i := range 30 {
		also(p, fmt.Sprint("i", i), fmt.Sprint(i/10, "r"))
	}
	due := p.Due(at(60))
	if len(due) != MaxDue || due[0].Due != 2 || due[9].Due != 2 {
		t.Fatalf("%d due, the first since day %d", len(due), due[0].Due)
	}
	for i := range 4 {
		also(p, string(due[i].Item), "60r")
	}
	if n := len(p.Due(at(60))); n != MaxDue-4 {
		t.Errorf("%d left today after four, want %d", n, MaxDue-4)
	}
	if n := len(p.Due(at(61))); n != MaxDue {
		t.Errorf("%d the next day", n)
	}
}

func TestWithoutDatesAnotherBootIsAnotherDay(t *testing.T) {
	p := history("i", "0wr")
	if n := len(p.Due(Today{Now: on(0, 90)})); n != 0 {
		t.Error("due in the same boot")
	}
	if due := p.Due(Today{Now: on(1, 0)}); len(due) != 1 || due[0].Known || due[0].Why.Key != "check-again" {
		t.Errorf("in another boot: %+v", due)
	}
}

func TestAnHourOfOneItemIsOneBout(t *testing.T) {
	p := &Practice{}
	for i, minute := range []int{0, 30, 59, 60, 100, 119, 120} {
		p.Step(try(i, "s", 0, true), on(0, minute))
	}
	p.Step(try(8, "s", 0, true), on(1, 121))
	p.Step(try(9, "s", 0, true), on(1, 0)) // its order is later, its time is not
	if n := len(p.items[itemKey{"ex", "i"}].bouts); n != 5 {
		t.Errorf("%d bouts, want 5", n)
	}
}

func TestDaysAreCountedOnlyWhereTheyAreKnown(t *testing.T) {
	a, b := on(3, 0), on(5, 0)
	for _, c := range []struct {
		name     string
		c        Calendar
		from, to clock.Stamp
		days     int
		known    bool
	}{
		{"both known", thousandDays, a, b, 2, true},
		{"the other way round", thousandDays, b, a, 0, false},
		{"one known", days{a.Boot: 3}, a, b, 0, false},
		{"no calendar", nil, a, b, 0, false},
		{"one boot", nil, a, clock.Stamp{Boot: a.Boot, MS: a.MS + 2*dayMS - 1}, 1, true},
		{"one boot over midnight", thousandDays, a, clock.Stamp{Boot: a.Boot, MS: dayMS + 1}, 1, true},
		{"one boot over midnight, no calendar", nil, a, clock.Stamp{Boot: a.Boot, MS: dayMS + 1}, 0, true},
		{"one boot backwards", nil, clock.Stamp{MS: 5}, clock.Stamp{MS: 4}, 0, false},
	} {
		days, known := DaysBetween(c.c, c.from, c.to)
		if known != c.known || known && days != c.days {
			t.Errorf("%s: %d days (%v), want %d (%v)", c.name, days, known, c.days, c.known)
		}
	}
}

func TestBoutsOfAnItemAreBounded(t *testing.T) {
	p := &Practice{}
	for d := range 200 {
		also(p, "i", fmt.Sprint(d, "rw"))
	}
	if n := len(p.items[itemKey{"ex", "i"}].bouts); n != maxBouts {
		t.Errorf("%d bouts kept", n)
	}
}
