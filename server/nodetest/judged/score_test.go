package judged

import (
	"errors"
	"io/fs"
	"math"
	"strings"
	"testing"
)

const small = `
course zim zim/a.zim
course book epub/b.epub The Title
query en word goat
3 zim en/1.html
2 zim en/2.html
1 zim */3.html
3 book . @chapter=4-6
1 book .
query en none unicorn
`

func bound(t *testing.T) Set {
	t.Helper()
	s, err := Parse(small)
	if err != nil {
		t.Fatal(err)
	}
	s, err = s.Bind(func(course string) []string {
		if course == "zim" {
			return []string{"en/1.html", "en/2.html", "en/3.html", "fr/3.html", "fr/sub/3.html"}
		}
		return []string{"."}
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Worked by hand: the ideal order is 3 3 2 1 1, so the best sum is 7 + 7/log2(3) + 3/2 + 1/log2(5) + 1/log2(6).
func TestScoreIsWhatIsWorkedOutByHand(t *testing.T) {
	q := bound(t).Queries[0]
	best := 7 + 7/math.Log2(3) + 3/2.0 + 1/math.Log2(5) + 1/math.Log2(6)
	for _, c := range []struct {
		name string
		hits []Hit
		sum  float64
	}{
		{"nothing", nil, 0},
		{"the best order", []Hit{{"zim", "en/1.html", ""}, {"book", ".", "?chapter=5#x"}, {"zim", "en/2.html", ""}, {"zim", "fr/3.html", ""}, {"zim", "en/3.html", ""}}, best},
		{"second and a stranger first", []Hit{{"zim", "xx.html", ""}, {"zim", "en/2.html", ""}}, 3 / math.Log2(3)},
		{"the wrong chapter", []Hit{{"book", ".", "?chapter=7"}}, 1},
		{"no chapter", []Hit{{"book", ".", ""}}, 1},
		{"the edge of the stretch", []Hit{{"book", ".", "?chapter=6"}}, 7},
		{"twice the same", []Hit{{"zim", "en/1.html", ""}, {"zim", "en/1.html", ""}, {"zim", "en/2.html", ""}}, 7 + 3/2.0},
		{"beyond the depth", append(make([]Hit, Depth), Hit{"zim", "en/1.html", ""}), 0},
	} {
		if got, want := q.Score(c.hits), c.sum/best; math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: %.6f, want %.6f", c.name, got, want)
		}
	}
	if got := bound(t).Queries[1].Score([]Hit{{"zim", "en/1.html", ""}}); !math.IsNaN(got) {
		t.Errorf("a query without an answer scores %v, want NaN", got)
	}
}

func TestAStarStandsForOneElementAndYieldsToLinesThatNameThePage(t *testing.T) {
	q := bound(t).Queries[0]
	var pages []string
	for _, j := range q.Judgements {
		if j.Grade == 1 && j.Course == "zim" {
			pages = append(pages, j.Resource)
		}
	}
	if len(pages) != 2 {
		t.Errorf("*/3.html became %q, want en/3.html and fr/3.html", pages)
	}
}

func TestJudgementsOfWhatIsNotThereAreRefused(t *testing.T) {
	s, err := Parse(small)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Bind(func(string) []string { return []string{"."} }); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
	for _, bad := range []string{
		"course a", "query en word", "course a b\n3 a x", "course a b\nquery en word x\n4 a x",
		"course a b\nquery en word x\n3 c x", "course a b\nquery en word x\n3 a", "course a b\nquery en word x\n3 a x @page=5-4",
	} {
		if _, err := Parse(bad); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%q: got %v, want fs.ErrInvalid", bad, err)
		}
	}
}

func TestOnlyKeepsWhatTheCoursesCanAnswer(t *testing.T) {
	only := bound(t).Only("book")
	if len(only.Queries) != 1 || len(only.Queries[0].Judgements) != 2 {
		t.Errorf("got %+v, want one query with the book's two judgements", only.Queries)
	}
}

// The issue asks for at least 120 queries in 8 languages; questions, slips and queries without an answer among them.
func TestTheSetIsWideEnough(t *testing.T) {
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	languages, kinds, asked := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, q := range s.Queries {
		languages[q.Language]++
		kinds[q.Kind]++
		if asked[q.Words] {
			t.Errorf("%q is asked twice", q.Words)
		}
		asked[q.Words] = true
		if (q.Kind == None) != (len(q.Judgements) == 0) {
			t.Errorf("%q: of kind %s with %d judgements", q.Words, q.Kind, len(q.Judgements))
		}
	}
	wide := 0
	for _, n := range languages {
		if n >= 8 {
			wide++
		}
	}
	if len(s.Queries) < 120 || wide < 8 {
		t.Errorf("%d queries, %d languages with eight or more, want 120 and 8", len(s.Queries), wide)
	}
	for _, k := range strings.Fields("word words question typo plain prefix form none") {
		if kinds[k] < 3 {
			t.Errorf("%d queries of kind %s, want some", kinds[k], k)
		}
	}
}
