package learning

import (
	"reflect"
	"testing"
)

func presences(marks string) (out []DayPresence) {
	for i, m := range marks {
		out = append(out, DayPresence{monday + i, map[rune]Presence{'h': Present, 'a': Absent, 'l': Late, 'e': Excused}[m]})
	}
	return out
}

func checked(levels ...int) map[Ladder][]LevelCheck {
	var out []LevelCheck
	for i, l := range levels {
		out = append(out, LevelCheck{Day: monday + i, Level: l})
	}
	return map[Ladder][]LevelCheck{Reading: out}
}

// good are classmates who can read words and are always there.
func withClass(f Facts) []Facts {
	out := []Facts{f}
	for i := range 4 {
		out = append(out, Facts{Learner: someone(10 + i), Days: presences("hhhhhhhhhhhhhhhhhhhh"), Checks: checked(3, 3)})
	}
	return out
}

func TestEveryPointOfTheRuleCountsAsItSays(t *testing.T) {
	for _, c := range []struct {
		what   string
		f      Facts
		points int
		keys   []string
		step   string
	}{
		{"nothing", Facts{}, 0, nil, ""},
		{"away three days running", Facts{Days: presences("hhhhaaa")}, 2, []string{"absent-running"}, "visit"},
		{"away two days", Facts{Days: presences("hhhhhhhhhhhhhhhhhhaa")}, 0, nil, ""},
		{"away three days, excused on one between", Facts{Days: presences("hhaaea")}, 2, []string{"absent-running"}, "visit"},
		{"excused for a week", Facts{Days: presences("hhhhhhhhhheeeee")}, 0, nil, ""},
		{"away on a fifth", Facts{Days: presences("hahahahahhhhhhhhhhhh")}, 0, nil, ""},
		{"away on more than a fifth", Facts{Days: presences("hahahahahahhhhhhhhhh")}, 2, []string{"absent-often"}, "talk"},
		{"away on one of three days that there are", Facts{Days: presences("hah")}, 0, nil, ""},
		{"away long ago", Facts{Days: presences("aaaaaaahhhhhhhhhhhhhhhhhhhh")}, 0, nil, ""},
		{"below at two checks", Facts{Checks: checked(3, 2, 2)}, 2, []string{"below-level"}, "seat"},
		{"below at the last check alone", Facts{Checks: checked(3, 2)}, 0, nil, ""},
		{"below once, checked once", Facts{Checks: checked(1)}, 0, nil, ""},
		{"nothing done on ten days", Facts{Idle: 10}, 1, []string{"no-work"}, "buddy"},
		{"nothing done on nine days", Facts{Idle: 9}, 0, nil, ""},
		{"the year again", Facts{Care: Care{Repeated: true}}, 1, []string{"repeated"}, "buddy"},
		{"a worry", Facts{Care: Care{Worry: true}}, 2, []string{"worry"}, "talk"},
		{
			"all",
			Facts{Days: presences("aaaaaaaaaaaaaaaaaaaa"), Checks: checked(1, 1), Idle: 10, Care: Care{Repeated: true, Worry: true}},
			8,
			[]string{"absent-running", "below-level", "worry", "no-work", "repeated"},
			"visit",
		},
	} {
		class := withClass(c.f)
		w := warningOf(&class[0], middles(class))
		var keys []string
		for _, r := range w.Reasons {
			keys = append(keys, r.Key)
		}
		if w.Points != c.points || !reflect.DeepEqual(keys, c.keys) || w.Step != c.step {
			t.Errorf("%s: %d points for %v, first %q; want %d, %v, %q", c.what, w.Points, keys, w.Step, c.points, c.keys, c.step)
		}
		listed, _ := Warn(class, monday, true)
		if got := len(listed) == 1; got != (c.points >= 3) {
			t.Errorf("%s: %d points, listed %v", c.what, c.points, got)
		}
	}
}

func TestAtMostFiveAreListedAndDoneOnesLeaveRoom(t *testing.T) {
	var class []Facts
	for i := range 9 {
		class = append(class, Facts{Learner: someone(i), Care: Care{Worry: true, Repeated: true}})
	}
	class[8].Days = presences("aaa")
	listed, done := Warn(class, monday, true)
	if len(listed) != 5 || len(done) != 0 || listed[0].Learner != someone(8) || listed[1].Learner != someone(0) {
		t.Fatalf("of nine %d are listed, first %v", len(listed), listed[0])
	}
	class[8].Care.Done, class[8].Care.DoneDay = "visit", monday-13
	listed, done = Warn(class, monday, true)
	if len(listed) != 5 || len(done) != 1 || done[0].Learner != someone(8) || listed[0].Learner != someone(0) {
		t.Errorf("a step taken 13 days ago: %d listed, %d done", len(listed), len(done))
	}
	class[8].Care.DoneDay = monday - 14
	if listed, done = Warn(class, monday, true); len(done) != 0 || listed[0].Learner != someone(8) {
		t.Errorf("a step taken two weeks ago still takes the child off the list")
	}
	if listed, done = Warn(class, 0, false); len(done) != 1 || len(listed) != 5 {
		t.Errorf("with a clock that nobody believes: %d listed, %d done", len(listed), len(done))
	}
}

func TestGroupsHoldOneLevelAndAtMostFifteen(t *testing.T) {
	var order []PersonID
	level := map[PersonID]int{}
	for i := range 50 {
		order = append(order, someone(i))
		level[someone(i)] = []int{2, 2, 2, 4}[i%4]
	}
	level[someone(49)] = 0
	groups := SuggestGroups(order, level)
	seen := map[PersonID]bool{}
	for _, g := range groups {
		if len(g.Members) > MostInGroup || len(g.Members) == 0 {
			t.Errorf("a group of %d", len(g.Members))
		}
		for _, p := range g.Members {
			if level[p] != g.Level || seen[p] {
				t.Errorf("%s of level %d is in a group of level %d, seen before: %v", p, level[p], g.Level, seen[p])
			}
			seen[p] = true
		}
	}
	if len(seen) != 49 || seen[someone(49)] {
		t.Errorf("%d children are in groups, want the 49 who were checked", len(seen))
	}
	if len(groups) != 4 || groups[0].Number != 1 || groups[3].Number != 0 {
		t.Errorf("groups are %d, want three of level 2 (37 children) and one of level 4: %+v", len(groups), groups)
	}
}

func TestLevelsOfOneDayThatDisagreeAreShownBoth(t *testing.T) {
	var s Sheet
	s.Add(SheetWrite{Order: orderAt(1, 1, 1), Marks: []Mark{LevelMark(Reading, monday, 2)}})
	s.Add(SheetWrite{Order: orderAt(5, 1, 2), Marks: []Mark{LevelMark(Reading, monday+14, 3)}})
	s.Add(SheetWrite{Order: orderAt(5, 2, 1), Marks: []Mark{LevelMark(Reading, monday+14, 4)}})
	s.Add(SheetWrite{Order: orderAt(6, 2, 2), Marks: []Mark{LevelMark(Numbers, monday, 5)}})
	got := ChecksOf(&s, Reading)
	want := []LevelCheck{{Day: monday, Level: 2}, {Day: monday + 14, Level: 4, Conflict: true, Others: []int{3}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("checks are %+v, want %+v", got, want)
	}
	if way, ok := Move(got); way != 1 || !ok {
		t.Errorf("from 2 to 4 is %d %v", way, ok)
	}
	if n := len(ChecksOf(&s, Numbers)); n != 1 {
		t.Errorf("%d checks of numbers, want 1", n)
	}
}
