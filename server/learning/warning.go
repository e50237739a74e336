package learning

import (
	"fmt"
	"io/fs"
	"slices"

	"lamplight/content/arrange"
)

// Care is what the teachers of a learner keep in mind of them. Learners never see it, and no district does.
type Care struct {
	Worry    bool   // a teacher is worried
	Repeated bool   // does a school year again
	Language string // BCP 47: what the family reads, "" the learner's own or the school's
	Done     string // the last step taken, one of Steps; "" none
	DoneDay  int    // when, as the teacher named the day
	DoneBy   PersonID
	// Conflict: two boxes say different things of worry or repeating. The worry stands then: nobody is overlooked.
	Conflict bool
}

// Steps are what a teacher may do first.
var Steps = []string{"talk", "visit", "seat", "buddy"}

// CheckStep reports a step that is none, as fs.ErrInvalid.
func CheckStep(s string) error {
	if s != "" && !slices.Contains(Steps, s) {
		return fmt.Errorf("step %.20q is none of %v: %w", s, Steps, fs.ErrInvalid)
	}
	return nil
}

// A WarnReason is one point of the rule that holds of a learner. Key is one of
//
//	absent-running  absent on N school days running, up to the last        2 points
//	absent-often    absent on N of the last Of school days (over a fifth)   2 points, never beside absent-running
//	below-level     lower than half the class at the last two checks        2 points
//	no-work         nothing done on the last N days on which the class did  1 point
//	repeated        does the year again                                     1 point
//	worry           a teacher ticked it                                     2 points
type WarnReason struct {
	Key    string
	Points int
	N, Of  int
	Ladder Ladder // of below-level
	Level  int    // of below-level: the last one
}

// A Warning is a learner to look after. Step is what to do first.
type Warning struct {
	Learner PersonID
	Points  int
	Reasons []WarnReason // most points first
	Step    string
}

// Facts are what the rule looks at in one learner.
type Facts struct {
	Learner PersonID
	Days    []DayPresence           // ascending
	Checks  map[Ladder][]LevelCheck // ascending
	Idle    int                     // of the last NoWorkDays days on which the class worked on the box: on how many they did nothing
	Care    Care
}

// The rule, which pages show as it stands: who has WarnFrom points is listed, at most MostWarned of a class.
const (
	WarnFrom   = 3
	MostWarned = 5
	// RunningDays absent in a row count, and more than a fifth of the last OftenDays; with fewer than leastDays registers
	// nobody is counted as often absent.
	RunningDays = 3
	OftenDays   = 20
	leastDays   = 10
	// NoWorkDays is how many days on which others of the class worked must pass.
	NoWorkDays = 10
	// DoneDays is how long a step that was taken takes a learner off the list.
	DoneDays = 14
)

// Warn lists the learners of a class to look after, most points first, then in the order they came: at most MostWarned.
// today is for steps that were taken a while ago; where it is not known, a step taken takes them off the list.
func Warn(class []Facts, today int, known bool) (listed, done []Warning) {
	middle := middles(class)
	for i := range class {
		f := &class[i]
		w := warningOf(f, middle)
		if w.Points < WarnFrom {
			continue
		}
		if f.Care.Done != "" && (!known || today-f.Care.DoneDay < DoneDays) {
			done = append(done, w)
			continue
		}
		listed = append(listed, w)
	}
	arrange.Stably(listed, func(a, b Warning) int { return b.Points - a.Points })
	return listed[:min(len(listed), MostWarned)], done
}

func warningOf(f *Facts, middle map[Ladder]int) Warning {
	w := Warning{Learner: f.Learner}
	add := func(r WarnReason) { w.Reasons, w.Points = append(w.Reasons, r), w.Points+r.Points }
	if r, ok := absence(f.Days); ok {
		add(r)
	}
	for _, l := range Ladders {
		if c := f.Checks[l]; len(c) > 1 && c[len(c)-1].Level < middle[l] && c[len(c)-2].Level < middle[l] {
			add(WarnReason{Key: "below-level", Points: 2, Ladder: l, Level: c[len(c)-1].Level})
			break
		}
	}
	if f.Care.Worry {
		add(WarnReason{Key: "worry", Points: 2})
	}
	if f.Idle >= NoWorkDays {
		add(WarnReason{Key: "no-work", Points: 1, N: f.Idle})
	}
	if f.Care.Repeated {
		add(WarnReason{Key: "repeated", Points: 1})
	}
	if len(w.Reasons) > 0 {
		w.Step = firstStep[w.Reasons[0].Key]
	}
	return w
}

var firstStep = map[string]string{
	"absent-running": "visit", "absent-often": "talk", "below-level": "seat", "worry": "talk", "no-work": "buddy", "repeated": "buddy",
}

func absence(days []DayPresence) (r WarnReason, ok bool) {
	days = slices.DeleteFunc(slices.Clone(days), func(d DayPresence) bool { return d.Presence == Excused })
	if n := inARow(days); n >= RunningDays {
		return WarnReason{Key: "absent-running", Points: 2, N: n}, true
	}
	days = days[max(0, len(days)-OftenDays):]
	n := 0
	for _, d := range days {
		n += int(bit(d.Presence == Absent))
	}
	return WarnReason{Key: "absent-often", Points: 2, N: n, Of: len(days)}, len(days) >= leastDays && 5*n > len(days)
}

// middles are the levels that at least half of those who were checked have reached: what "the class" can do.
func middles(class []Facts) map[Ladder]int {
	out := map[Ladder]int{}
	for _, l := range Ladders {
		var all []int
		for i := range class {
			if c := class[i].Checks[l]; len(c) > 0 {
				all = append(all, c[len(c)-1].Level)
			}
		}
		if slices.Sort(all); len(all) > 0 {
			out[l] = all[len(all)/2]
		}
	}
	return out
}
