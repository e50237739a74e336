package learning

import (
	"fmt"
	"io/fs"
	"slices"
	"time"

	"lamplight/content/arrange"
	"lamplight/sync/segment"
)

// A Presence is how a learner stands in a register.
type Presence byte

const (
	Unmarked Presence = iota // nobody said
	Present
	Absent
	Late
	Excused // not there, and the school knows why: counts against nobody
)

// Ways a register comes about.
const (
	ByHand    = 1 // a teacher called the names
	BySignIns = 2 // read from who used the box that day, and confirmed
)

// MaxSessions bounds the registers of one class on one day.
const MaxSessions = 6

// Bounds of the days a register may be of: 2000 to 2199.
const (
	firstDay = 10957
	lastDay  = 84005
)

// A Roll is the register of one session of a day: what every box wrote in it, and so what stands. Day is as a Calendar
// counts; the teacher names it, so it needs no clock.
type Roll struct {
	Class   ClassID
	Day     int
	Session int // from 1
	Sheet   Sheet
}

// CheckDay reports, as fs.ErrInvalid, a day that no school has.
func CheckDay(day int) error {
	if day < firstDay || day > lastDay {
		return fmt.Errorf("day %d lies outside the years 2000 to 2199: %w", day, fs.ErrInvalid)
	}
	return nil
}

// ParseDay reads "2006-01-02" as a day of a Calendar.
func ParseDay(s string) (day int, err error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("date %.20q is not written 2006-01-02: %w", s, fs.ErrInvalid)
	}
	day = int(t.Unix() / (24 * 3600))
	return day, CheckDay(day)
}

// DateOf is a day of a Calendar, at midnight UTC.
func DateOf(day int) time.Time { return time.Unix(int64(day)*24*3600, 0).UTC() }

// WeekdayOf is a day's place in the week.
func WeekdayOf(day int) time.Weekday { return time.Weekday(((day+4)%7 + 7) % 7) }

// Of is how a learner stands in the register; conflict: two boxes say different things, and the later is shown.
func (r *Roll) Of(who PersonID) (p Presence, conflict bool) {
	raw, ok := rawID(string(who))
	if !ok {
		return Unmarked, false
	}
	v, conflict := r.Sheet.Shown(raw)
	return Presence(v), conflict
}

// RollDraft makes the event of a write in a register.
func RollDraft(school string, r *Roll, w *SheetWrite) Draft {
	var c columns
	c.id(1, string(r.Class))
	c.uint(2, uint64(r.Day))
	c.uint(3, uint64(r.Session))
	c.sheet(w)
	return Draft{Scope: Roster.Scope(school), Kind: KindAttendance, Fields: c}
}

// ParseRoll reads an attendance/1 event: a register with that one write in it. fs.ErrInvalid when it is of no class, day
// or session, or marks somebody as nothing there is.
func ParseRoll(e *segment.Event) (Roll, error) {
	r := Roll{Class: textID[ClassID](e.Bytes(1)), Day: int(min(e.Uint(2), 1<<30)), Session: int(min(e.Uint(3), 1<<10))}
	if r.Class == "" || r.Session < 1 || r.Session > MaxSessions {
		return r, fmt.Errorf("%s: of no class, or session %d: %w", e.Kind, r.Session, fs.ErrInvalid)
	}
	if err := CheckDay(r.Day); err != nil {
		return r, fmt.Errorf("%s: %w", e.Kind, err)
	}
	w, err := parseSheetWrite(e)
	if err != nil {
		return r, err
	}
	for _, m := range w.Marks {
		if Presence(m.Value) > Excused {
			return r, fmt.Errorf("%s: mark %d: %w", e.Kind, m.Value, fs.ErrInvalid)
		}
	}
	r.Sheet.Add(w)
	return r, nil
}

// A DayPresence is how a learner stood on one school day, all its sessions together.
type DayPresence struct {
	Day      int
	Presence Presence
}

// DaysOf is how a learner stood on each day that has a register with them in it, ascending. A day counts as absent when
// every session of it does, and as late when any does.
func DaysOf(rolls []Roll, who PersonID) (out []DayPresence) {
	for i := range rolls {
		p, _ := rolls[i].Of(who)
		if p == Unmarked {
			continue
		}
		at := slices.IndexFunc(out, func(d DayPresence) bool { return d.Day == rolls[i].Day })
		if at < 0 {
			out = append(out, DayPresence{rolls[i].Day, p})
			continue
		}
		out[at].Presence = together(out[at].Presence, p)
	}
	arrange.By(out, func(a, b DayPresence) int { return a.Day - b.Day })
	return out
}

// together is how a day stands whose sessions stand as a and b, in whatever order they are taken.
func together(a, b Presence) Presence {
	for _, p := range []Presence{Late, Present, Excused} {
		if a == p || b == p {
			return p
		}
	}
	return Absent
}

// A Pattern is something that a learner's days have in common, for words: message "pattern.KEY" with n (how often), of
// (of how many) and the weekday.
type Pattern struct {
	Key     string // "running", "weekday", "often", "late", "session"
	N, Of   int
	Weekday time.Weekday // of "weekday"
	Session int          // of "session"
}

// How much makes a pattern, and how many school days it looks back on.
const (
	patternDays    = 20
	patternRunning = 2
	patternWeekday = 3
	patternLate    = 3
	patternSession = 3
)

// Patterns are what a learner's registers have in common, weightiest first: absent days running up to the last, the same
// day of the week again and again, often within the last twenty school days, one session missed though they were there
// that day, and late. Excused days neither count nor break a row.
func Patterns(rolls []Roll, who PersonID) (out []Pattern) {
	days := DaysOf(rolls, who)
	days = slices.DeleteFunc(days, func(d DayPresence) bool { return d.Presence == Excused })
	if n := inARow(days); n >= patternRunning {
		out = append(out, Pattern{Key: "running", N: n})
	}
	for w := range time.Weekday(7) {
		on := slices.DeleteFunc(slices.Clone(days), func(d DayPresence) bool { return WeekdayOf(d.Day) != w })
		if n := inARow(on); n >= patternWeekday && n < len(days) && inARow(days) < n {
			out = append(out, Pattern{Key: "weekday", N: n, Weekday: w})
		}
	}
	days = days[max(0, len(days)-patternDays):]
	absent, late := 0, 0
	for _, d := range days {
		absent += int(bit(d.Presence == Absent))
		late += int(bit(d.Presence == Late))
	}
	if absent >= 3 && 5*absent > len(days) {
		out = append(out, Pattern{Key: "often", N: absent, Of: len(days)})
	}
	if late >= patternLate {
		out = append(out, Pattern{Key: "late", N: late, Of: len(days)})
	}
	return append(out, sessionsMissed(rolls, who)...)
}

// inARow is how many days up to the last are absent.
func inARow(days []DayPresence) (n int) {
	for n < len(days) && days[len(days)-1-n].Presence == Absent {
		n++
	}
	return n
}

// sessionsMissed finds a session that a learner misses again and again on days when they are there.
func sessionsMissed(rolls []Roll, who PersonID) (out []Pattern) {
	whole := map[int]Presence{}
	for _, d := range DaysOf(rolls, who) {
		whole[d.Day] = d.Presence
	}
	for session := 1; session <= MaxSessions; session++ {
		var of []DayPresence
		for i := range rolls {
			r := &rolls[i]
			p, _ := r.Of(who)
			if there := whole[r.Day]; r.Session == session && p != Unmarked && p != Excused && (there == Present || there == Late) {
				of = append(of, DayPresence{r.Day, p})
			}
		}
		arrange.By(of, func(a, b DayPresence) int { return a.Day - b.Day })
		if n := inARow(of); n >= patternSession {
			out = append(out, Pattern{Key: "session", N: n, Session: session})
		}
	}
	return out
}

// LastDays is the registers of the last n days that have one, of registers by day.
func LastDays(rolls []Roll, n int) []Roll {
	for i := len(rolls) - 1; i >= 0; i-- {
		if i+1 == len(rolls) || rolls[i].Day != rolls[i+1].Day {
			if n--; n < 0 {
				return rolls[i+1:]
			}
		}
	}
	return rolls
}
