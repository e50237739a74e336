package store

import (
	"testing"

	"lamplight/server/learning"
)

func readAnswer(who learning.PersonID, q learning.QuizID, key string, line, option int, right bool) ReadAnswer {
	at := paperAnswer(who, q, "", key, right)
	at.Given = string(rune('a' + option))
	if option < 0 {
		at.Given = ""
	}
	return ReadAnswer{Attempt: at, Sheet: "abcdefghijklm", Line: line, Option: option}
}

// The same photo twice changes nothing; another reading of a line takes the place of the first, back and forth, and none is
// lost from the record.
func TestWhatIsReadOffSheetsStandsOnceAndIsMended(t *testing.T) {
	v := newVillage(t)
	teacher := learning.As(v.teacher)
	q := v.quizOnPaper(t, learning.QuizClosed)
	keep := func(answers ...ReadAnswer) Kept {
		t.Helper()
		return must[Kept](t)(v.store.RecordSheets(ctx, teacher, v.first, answers, false))
	}
	given := func(key string) (string, int) {
		t.Helper()
		s := must[learning.Sitting](t)(v.store.Sitting(learning.As(v.admin), v.ada, q))
		if s.Now() == nil {
			return "", 0
		}
		return s.Now().Answers[key].Given, s.Now().Kept
	}
	want := func(got, want Kept, key, answer string, n int) {
		t.Helper()
		if got.Fresh != want.Fresh || got.Mended != want.Mended || len(got.Late) != len(want.Late) {
			t.Errorf("kept %+v, want %+v", got, want)
		}
		if a, held := given(key); a != answer || held != n {
			t.Errorf("question %s: answer %q of %d, want %q of %d", key, a, held, answer, n)
		}
	}
	first := []ReadAnswer{readAnswer(v.ada, q, "a", 1, 1, true), readAnswer(v.ada, q, "b", 2, 0, false)}
	want(keep(first...), Kept{Fresh: 2}, "a", "b", 2)
	events := func() (n int) {
		for _, all := range v.streams {
			n += len(all)
		}
		return n
	}
	before := events()
	want(keep(first...), Kept{}, "a", "b", 2)
	if n := events(); n != before {
		t.Errorf("the same photo wrote %d events", n-before)
	}
	want(keep(readAnswer(v.ada, q, "a", 1, 2, false), first[1]), Kept{Mended: 1}, "a", "c", 2)
	want(keep(first...), Kept{Mended: 1}, "a", "b", 2)
	want(keep(readAnswer(v.ada, q, "a", 1, 2, false)), Kept{Mended: 1}, "a", "c", 2)
	want(keep(readAnswer(v.ada, q, "a", 1, -1, false)), Kept{Mended: 1}, "a", "", 1)
	want(keep(first...), Kept{Fresh: 1}, "a", "b", 2)
	must[Kept](t)(v.store.RecordSheets(ctx, teacher, v.first, first, true))
	want(keep(readAnswer(v.ada, q, "a", 1, 0, false)), Kept{Late: []learning.PersonID{v.ada}}, "a", "b", 2)
	want(keep(readAnswer(v.ada, q, "a", 1, -1, false)), Kept{Late: []learning.PersonID{v.ada}}, "a", "b", 2)
}

func TestNobodyButTheTeachersOfAClassKeepsWhatIsReadForIt(t *testing.T) {
	v := newVillage(t)
	q := v.quizOnPaper(t, learning.QuizOpen)
	actors := []learning.Actor{box, learning.As(v.admin), learning.As(v.teacher), learning.As(v.other), learning.As(v.ada), learning.As(v.officer), {}, learning.As(v.gone)}
	long := readAnswer(v.ada, q, "a", 1, 1, true)
	long.Sheet = "short"
	for what, c := range map[string]struct {
		want   string
		answer ReadAnswer
	}{
		"its learner":      {"yyynpnnn", readAnswer(v.ada, q, "a", 1, 1, true)},
		"another's":        {"nnnnpnnn", readAnswer(v.lin, q, "a", 1, 1, true)},
		"no such question": {"iiinpnnn", readAnswer(v.ada, q, "z", 1, 1, true)},
		"no such line":     {"iiinpnnn", readAnswer(v.ada, q, "a", 0, 1, true)},
		"no such sheet":    {"iiinpnnn", long},
	} {
		got := ""
		for _, a := range actors {
			_, err := v.store.RecordSheets(ctx, a, v.first, []ReadAnswer{c.answer}, false)
			got += verdict(err)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", what, got, c.want)
		}
	}
}
