package web

import (
	"fmt"
	"slices"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
)

func items(resource string, n int) (out []learning.QuizQuestion) {
	for i := range n {
		out = append(out, questionAt(learning.Ref{Course: "c", Resource: content.ResourceID(resource)}, content.ItemID(fmt.Sprint(i))))
	}
	return out
}

func TestADrawIsTheSameForTheSameSeedAndNeverTwiceInAQuiz(t *testing.T) {
	var q learning.Quiz
	from := func() [][]learning.QuizQuestion {
		return [][]learning.QuizQuestion{items("a", 3), items("b", 40), items("b", 40)[:5]}
	}
	first := drawFrom(&q, from(), 10, 7)
	q.Sections = []learning.QuizSection{{Questions: first}}
	if again := drawFrom(&q, from(), 10, 7); !slices.Equal(again, first) {
		t.Errorf("posted twice the draw is another:\n%v\n%v", first, again)
	}
	a := 0
	for i, x := range first {
		if x.Resource == "a" {
			a++
		}
		if slices.ContainsFunc(first[:i], func(y learning.QuizQuestion) bool { return same(x, y) }) {
			t.Errorf("%s of %s is drawn twice", x.Item, x.Resource)
		}
	}
	if len(first) != 10 || a != 3 {
		t.Errorf("drew %d, %d from the small topic, want 10 in turn, so all its 3", len(first), a)
	}
	for _, x := range drawFrom(&q, from(), 10, 8) {
		if asksOf(&q, x) {
			t.Errorf("another draw takes %s of %s, which the quiz asks already", x.Item, x.Resource)
		}
	}
	q.Sections[0].Questions = append(q.Sections[0].Questions, items("b", 40)...)
	if left := drawFrom(&q, [][]learning.QuizQuestion{items("b", 40)}, 10, 9); len(left) != 0 {
		t.Errorf("of a topic that is asked whole %d are drawn", len(left))
	}
}

func TestWhatADragDoesNotNameStaysBehind(t *testing.T) {
	key := func(s string) string { return s }
	if got := inOrder([]string{"a", "b", "new", "c"}, []string{"c", "a", "gone", "a", "b"}, key); !slices.Equal(got, []string{"c", "a", "b", "new"}) {
		t.Errorf("ordered to %v", got)
	}
}

func TestTwoListsOfQuestionsBecomeOneWithoutLosingAny(t *testing.T) {
	pack := func(keys ...string) string {
		var s learning.QuizSection
		for i, k := range keys {
			x := items("00112233445566778899aabbccddeeff", 9)[i]
			x.Key, x.Course = k, "00112233445566778899aabbccddeeff"
			s.Questions = append(s.Questions, x)
		}
		text, err := learning.PackSections([]learning.QuizSection{s})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	var got []string
	for _, x := range bothSections([]string{pack("a", "b"), pack("b", "c"), "unreadable"})[0].Questions {
		got = append(got, x.Key)
	}
	if !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("together %v, want a, b, c", got)
	}
}
