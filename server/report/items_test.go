package report

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// papersOf reads papers, a line each: a letter a question. R right, a–z a wrong answer, . unanswered, - not asked.
func papersOf(lines ...string) (out []Paper) {
	for _, line := range lines {
		p := make(Paper, len(line))
		for i, c := range line {
			switch c {
			case 'R':
				p[i] = Answer{Right, "R"}
			case '.':
				p[i] = Answer{Outcome: Unanswered}
			case '-':
			default:
				p[i] = Answer{Wrong, string(c)}
			}
		}
		out = append(out, p)
	}
	return out
}

func times(n int, line string) []string { return slices.Repeat([]string{line}, n) }

func TestAnItemIsCountedAsByHand(t *testing.T) {
	// Nine papers of three questions. Of the first question the rest scores are 2,2,2,1,1,1,0,0,0.
	papers := papersOf("RRR", "RRR", "aRR", "RRa", "aaR", "b.R", "Raa", "a..", "-bb")
	items, sure := Analyse(papers, [][]string{{"a", "b"}, nil, nil})
	first := items[0]
	// Eight were asked; rest scores 2,2,2,1,1,1,0,0: thirds of two papers, with whoever did as well: top 2,2,2, bottom 0,0.
	want := Item{Asked: 8, Answered: 8, Right: 4, Top: 3, TopRight: 2, Bottom: 2, BottomRight: 1, Wrong: []Chosen{{"a", 3, 1}, {"b", 1, 0}}, Flags: []Flag{Popular}}
	if !reflect.DeepEqual(first, want) {
		t.Errorf("the first question\n got %+v\nwant %+v", first, want)
	}
	if got := items[1]; got.Asked != 9 || got.Answered != 7 || got.Right != 4 {
		t.Errorf("the second question: %+v", got)
	}
	if sure.Known || sure.Papers != 8 {
		t.Errorf("of eight whole papers nothing is sure: %+v", sure)
	}
}

func TestFlagsStandWhereTheyShouldAndNotBelow(t *testing.T) {
	has := func(f Flag, options []string, lines ...string) bool {
		items, _ := Analyse(papersOf(lines...), [][]string{options, nil})
		return slices.Contains(items[0].Flags, f)
	}
	for _, c := range []struct {
		what    string
		flag    Flag
		want    bool
		options []string
		lines   []string
	}{
		{"one in five right", TooHard, false, nil, append(times(4, "aR"), "RR")},
		{"one in six right", TooHard, true, nil, append(times(5, "aR"), "RR")},
		{"none of four right", TooHard, false, nil, times(4, "aR")},
		{"95 of 100 right", TooEasy, false, nil, append(times(5, "aR"), times(95, "RR")...)},
		{"96 of 100 right", TooEasy, true, nil, append(times(4, "aR"), times(96, "RR")...)},
		// The strongest third has the other question right: 8 of 20 here, 5 chose a, 3 are right.
		{"more of the strongest chose a", KeySuspect, true, nil, slices.Concat(times(5, "aR"), times(3, "RR"), times(12, "Rx"))},
		{"as many of the strongest chose a", KeySuspect, false, nil, slices.Concat(times(4, "aR"), times(4, "RR"), times(12, "Rx"))},
		{"nineteen papers are too few", KeySuspect, false, nil, slices.Concat(times(5, "aR"), times(3, "RR"), times(11, "Rx"))},
		{"2 of 5 wrong answers alike, two of them", Popular, false, nil, []string{"aR", "aR", "bR", "cR", "dR"}},
		{"3 of 8 wrong answers alike", Popular, false, nil, []string{"aR", "aR", "aR", "bR", "cR", "dR", "eR", "fR"}},
		{"3 of 7 wrong answers alike", Popular, true, nil, []string{"aR", "aR", "aR", "bR", "cR", "dR", "eR"}},
		{"1 of 30 chose b", DeadOption, true, []string{"a", "b"}, slices.Concat(times(2, "aR"), times(1, "bR"), times(27, "RR"))},
		{"2 of 30 chose each", DeadOption, false, []string{"a", "b"}, slices.Concat(times(2, "aR"), times(2, "bR"), times(26, "RR"))},
		{"29 answers are too few", DeadOption, false, []string{"a", "b"}, slices.Concat(times(2, "aR"), times(27, "RR"))},
	} {
		if got := has(c.flag, c.options, c.lines...); got != c.want {
			t.Errorf("%s: %s is %v", c.what, c.flag, got)
		}
	}
}

// The oracle: 60 papers of three questions, 20 RRR, 10 RRa, 10 Raa, 20 aaa.
// Question 1: n 60, x 40; y is 2 for 20, 1 for 10, 0 for 30: Σy 50, Σy² 90, Σxy 50.
// r = (60·50 − 40·50) / √((60·40 − 1600)(60·90 − 2500)) = 1000 / √(800 · 2900) = .6565.
// KR-20: totals 3×20, 2×10, 1×10, 0×20: Σ 90, Σ² 230; spread 60·230 − 8100 = 5700; Σ right(n−right) = 40·20 + 30·30 + 20·40 = 2500;
// 3/2 · (1 − 2500/5700) = .8421.
func TestIndicesAreThoseOfTheFormulas(t *testing.T) {
	lines := slices.Concat(times(20, "RRR"), times(10, "RRa"), times(10, "Raa"), times(20, "aaa"))
	items, sure := Analyse(papersOf(lines...), make([][]string, 3))
	if got := items[0]; got.Separates != 657 || !got.Indexed {
		t.Errorf("the first question separates by %d, want 657", got.Separates)
	}
	if sure != (Reliability{60, 842, true}) {
		t.Errorf("reliability %+v, want 842", sure)
	}
	items, sure = Analyse(papersOf(lines[:59]...), make([][]string, 3))
	if items[0].Indexed || sure.Known {
		t.Error("59 papers are too few for an index")
	}
	if items, sure = Analyse(papersOf(times(60, "RR")...), make([][]string, 2)); items[0].Indexed || sure.Known {
		t.Error("where all are right nothing can be told")
	}
}

func TestTheOrderOfPapersDoesNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var lines []string
		for range 1 + r.IntN(90) {
			var b strings.Builder
			for range 4 {
				b.WriteByte("RRRabc.-"[r.IntN(8)])
			}
			lines = append(lines, b.String())
		}
		options := [][]string{{"a", "b"}, nil, {"c"}, nil}
		want, sure := Analyse(papersOf(lines...), options)
		r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		got, again := Analyse(papersOf(lines...), options)
		if fmt.Sprint(got, again) != fmt.Sprint(want, sure) {
			t.Fatalf("%v\n got %+v\nwant %+v", lines, got, want)
		}
	}
}

func TestOfEachVariantTheFirstAnswerCounts(t *testing.T) {
	f := NewFirsts(2)
	f.Add(0, "ada", 1, false, "x")
	f.Add(0, "ada", 1, true, "") // the same numbers again
	f.Add(0, "ada", 2, true, "") // other numbers
	f.Add(0, "lin", 1, false, "x")
	f.Add(1, "lin", 1, false, "y")
	items := f.Items()
	if got := fmt.Sprint(items[0].Asked, items[0].Right, items[0].Wrong, items[1].Asked, items[1].Wrong); got != "3 1 [{x 2 0}] 1 [{y 1 0}]" {
		t.Error(got)
	}
}
