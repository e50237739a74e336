package learning

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"lamplight/content"
	"lamplight/sync/clock"
)

var fourOfFive = content.Criterion{Type: "spaced_m_of_n", M: 4, N: 5}

// spacedTries folds "3rrw": tries on day 3, each a new variant; r right, w wrong, h with a hint, a again right.
func spacedTries(c content.Criterion, tries ...string) *Mastery {
	m, seed := &Mastery{}, uint64(0)
	for _, s := range tries {
		var day int
		var what string
		if _, err := fmt.Sscanf(s, "%d%s", &day, &what); err != nil {
			panic(err)
		}
		for j, l := range what {
			if l != 'a' {
				seed++
			}
			m.Step(&Attempt{Item: "i", Seed: seed, Criterion: c, Correct: l != 'w', Hints: int(bit(l == 'h'))}, on(day, j))
		}
	}
	return m
}

func TestSpacedMasteryNeedsARightTryTwoDaysLater(t *testing.T) {
	for _, c := range []struct {
		tries               []string
		practised, mastered bool
	}{
		{[]string{"0rrr"}, false, false},
		{[]string{"0rrrr"}, true, false},
		{[]string{"0rwrrr"}, true, false},
		{[]string{"0rwwrrr"}, false, false},
		{[]string{"0rrrrrrrrrr"}, true, false}, // many on one day are one
		{[]string{"0rrrr", "1r"}, true, false},
		{[]string{"0rrrr", "2w"}, true, false},
		{[]string{"0rrrr", "2wa"}, true, false}, // not a first try
		{[]string{"0rrrr", "2h"}, true, false},
		{[]string{"0rrrr", "2r"}, true, true},
		{[]string{"0rrrr", "2wr"}, true, true},
		{[]string{"0rrrr", "1w", "9r"}, true, true},
		{[]string{"0rrrr", "2r", "3wwwwww"}, true, true}, // never taken back
		{[]string{"0rr", "5rr"}, true, false},            // the check comes after the practice
		{[]string{"0rr", "5rr", "7r"}, true, true},
	} {
		st := spacedTries(fourOfFive, c.tries...).State(everyDay())
		if st.Practised != c.practised || st.Mastered != c.mastered {
			t.Errorf("%v: practised %v, mastered %v; want %v, %v", c.tries, st.Practised, st.Mastered, c.practised, c.mastered)
		}
	}
	if m := spacedTries(content.Criterion{Type: "m_of_n", M: 4, N: 5}, "0rrrr"); !m.State(nil).Mastered || !m.State(nil).Practised || m.Spaced.Practised {
		t.Error("Kolibri's model waits for a check")
	}
}

func TestCheckIsDueTwoDaysAfterThePractice(t *testing.T) {
	st := spacedTries(fourOfFive, "3rrrr", "4r").State(everyDay())
	if st.CheckDue != 5 || !st.CheckDueKnown || st.PractisedAt != on(3, 3) {
		t.Errorf("check due on day %d (%v) after %v", st.CheckDue, st.CheckDueKnown, st.PractisedAt)
	}
	if st = spacedTries(fourOfFive, "3rrrr", "5r").State(everyDay()); st.CheckDueKnown || st.CheckDue != 0 {
		t.Error("a check is due after it was passed")
	}
}

func TestDaysThatBecomeKnownLaterMasterLater(t *testing.T) {
	m := spacedTries(fourOfFive, "0rrrr", "2r")
	if m.MasteredBy(nil) || m.MasteredBy(days{on(2, 0).Boot: 2}) {
		t.Error("mastered by days that nobody knows")
	}
	if !m.MasteredBy(everyDay()) {
		t.Error("not mastered once the days are known")
	}
	var one Mastery // within one boot no date is needed
	for i := range 5 {
		one.Step(&Attempt{Item: "i", Seed: uint64(i), Criterion: fourOfFive, Correct: true}, clock.Stamp{MS: int64(i/4) * 2 * dayMS})
	}
	if !one.MasteredBy(nil) {
		t.Error("two days of one boot are not two days")
	}
}

func TestManyBootsDoNotHideTheCheck(t *testing.T) {
	tries := []string{"0rrrr"}
	cal := everyDay()
	for i := 1; i <= 30; i++ { // power cuts: thirty boots on one day, then a day that counts
		tries = append(tries, fmt.Sprint(i, "r"))
		cal[on(i, 0).Boot] = 0
	}
	m := spacedTries(fourOfFive, append(tries, "40r")...)
	if !m.MasteredBy(cal) || len(m.Spaced.Checks) > maxChecks {
		t.Errorf("mastered %v with %d checks kept", m.MasteredBy(cal), len(m.Spaced.Checks))
	}
}

func TestSpacedMasteryReadsBackWhatItWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tries []string
		for d := range rapid.IntRange(0, 12).Draw(t, "days") {
			tries = append(tries, fmt.Sprint(d, rapid.StringMatching("[rwha]{1,6}").Draw(t, "line")))
		}
		m := spacedTries(rapid.SampledFrom([]content.Criterion{fourOfFive, {Type: "num_correct_in_a_row_3"}}).Draw(t, "model"), tries...)
		var e Encoder
		m.Encode(&e)
		var got Mastery
		d := Decoder{B: e.B}
		if got.Decode(&d); !reflect.DeepEqual(got, *m) || d.Bad || len(d.B) != 0 {
			t.Fatalf("got %+v, want %+v", got, *m)
		}
	})
}

func TestSpacedCriterionTravelsInAttempts(t *testing.T) {
	if got := unpackCriterion(packCriterion(fourOfFive)); got != fourOfFive {
		t.Errorf("came back as %+v", got)
	}
	if got := CriterionOf(content.Exercise{Criterion: fourOfFive}); got != fourOfFive {
		t.Errorf("an exercise asks for %+v", got)
	}
}
