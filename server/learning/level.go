package learning

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/sync/segment"
)

// A Ladder is what a level check looks at.
type Ladder byte

const (
	Reading Ladder = 1
	Numbers Ladder = 2
)

// Ladders are all there are.
var Ladders = []Ladder{Reading, Numbers}

// String is the ladder's name in messages: "reading", "numbers".
func (l Ladder) String() string {
	if l == Numbers {
		return "numbers"
	}
	return "reading"
}

// ParseLadder reads what String wrote; fs.ErrNotExist for another.
func ParseLadder(s string) (Ladder, error) {
	for _, l := range Ladders {
		if l.String() == s {
			return l, nil
		}
	}
	return 0, fmt.Errorf("ladder %.20q: %w", s, fs.ErrNotExist)
}

// TopLevel is the highest rung of either ladder; the lowest is 1. A level is the highest thing a child can do at ease:
//
//	reading: 1 beginner, 2 letters, 3 words, 4 a paragraph, 5 a story
//	numbers: 1 beginner, 2 one digit, 3 two digits, 4 subtraction, 5 division
const TopLevel = 5

// A LevelCheck is a child's level on one day. Conflict: two boxes wrote different ones for that day; Others are those that are
// not shown.
type LevelCheck struct {
	Day      int
	Level    int
	Conflict bool
	Others   []int
	By       PersonID
}

// levelKey is where a ladder's check of a day lies in a learner's sheet.
func levelKey(l Ladder, day int) (k [16]byte) {
	k[0] = byte(l)
	binary.BigEndian.PutUint32(k[12:], uint32(day))
	return k
}

// ChecksOf is a learner's checks on a ladder, ascending by day; those that were taken back are left out.
func ChecksOf(s *Sheet, l Ladder) (out []LevelCheck) {
	for _, key := range s.Keys() {
		if Ladder(key[0]) != l {
			continue
		}
		held := s.At(key)
		c := LevelCheck{Day: int(binary.BigEndian.Uint32(key[12:]))}
		for i, h := range held {
			c.Conflict = c.Conflict || i > 0 && int(h.Value) != c.Level
			c.Level, c.By = int(h.Value), h.Write.By
		}
		for _, h := range held {
			if int(h.Value) != c.Level && !slices.Contains(c.Others, int(h.Value)) {
				c.Others = append(c.Others, int(h.Value))
			}
		}
		if c.Level > 0 {
			out = append(out, c)
		}
	}
	return out
}

// LevelMark is a learner's level on a ladder and day, as their own sheet keeps it.
func LevelMark(l Ladder, day, level int) Mark { return Mark{levelKey(l, day), byte(level)} }

// A LevelWrite is one level/1 event: the levels of some learners on one day.
type LevelWrite struct {
	Ladder Ladder
	Day    int
	Write  SheetWrite // its keys are learners
}

// For is the write as the sheet of one of its learners keeps it, false when it says nothing of them.
func (w *LevelWrite) For(who [16]byte) (SheetWrite, bool) {
	level, ok := w.Write.at(who)
	out := w.Write
	out.Marks = []Mark{LevelMark(w.Ladder, w.Day, int(level))}
	return out, ok
}

// LevelDraft makes its event: learners by opaque id, so the district may count levels.
func LevelDraft(school string, w *LevelWrite) Draft {
	var c columns
	c.uint(1, uint64(w.Ladder))
	c.uint(2, uint64(w.Day))
	c.sheet(&w.Write)
	return Draft{Scope: Learn.Scope(school), Kind: KindLevel, Fields: c}
}

// ParseLevel reads a level/1 event; fs.ErrInvalid for a ladder, day or level that is none.
func ParseLevel(e *segment.Event) (out LevelWrite, err error) {
	out = LevelWrite{Ladder: Ladder(min(e.Uint(1), 255)), Day: int(min(e.Uint(2), 1<<30))}
	if !slices.Contains(Ladders, out.Ladder) {
		return out, fmt.Errorf("%s: ladder %d: %w", e.Kind, out.Ladder, fs.ErrInvalid)
	}
	if err := CheckDay(out.Day); err != nil {
		return out, fmt.Errorf("%s: %w", e.Kind, err)
	}
	if out.Write, err = parseSheetWrite(e); err != nil {
		return out, err
	}
	for _, m := range out.Write.Marks {
		if m.Value > TopLevel {
			return out, fmt.Errorf("%s: level %d: %w", e.Kind, m.Value, fs.ErrInvalid)
		}
	}
	return out, nil
}

// Move is which way a child went between the last two checks: −1, 0, +1. False with fewer than two.
func Move(checks []LevelCheck) (way int, ok bool) {
	if len(checks) < 2 {
		return 0, false
	}
	d := checks[len(checks)-1].Level - checks[len(checks)-2].Level
	return min(max(d, -1), 1), true
}

// RecheckDays is after how many days a level is asked again: ten school days, which are two weeks.
const RecheckDays = 14

// MostInGroup is how many children one activity is good for.
const MostInGroup = 15

// A LevelGroup is children who work at the same thing, whatever their class. Number tells groups of one level apart,
// from 1; 0 where there is one.
type LevelGroup struct {
	Level   int
	Number  int
	Members []PersonID
}

// SuggestGroups puts children together by their last level, lowest first, in groups of as near the same size as can be and
// of at most MostInGroup, keeping the order they come in. Who was never checked is in none.
func SuggestGroups(order []PersonID, level map[PersonID]int) (out []LevelGroup) {
	for rung := 1; rung <= TopLevel; rung++ {
		var all []PersonID
		for _, p := range order {
			if level[p] == rung {
				all = append(all, p)
			}
		}
		parts := (len(all) + MostInGroup - 1) / MostInGroup
		for i := range parts {
			g := LevelGroup{Level: rung, Members: all[i*len(all)/parts : (i+1)*len(all)/parts]}
			if parts > 1 {
				g.Number = i + 1
			}
			out = append(out, g)
		}
	}
	return out
}
