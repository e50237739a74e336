package search

import (
	"html"
	"testing"
)

func TestAFinderFindsAllWordsInOneText(t *testing.T) {
	for _, c := range []struct{ question, language, text, want string }{
		{"river boat", "en", "A boat lay by the River.", "A <m>boat</m> lay by the <m>River</m>."},
		{"river boat", "en", "A boat lay by the lake.", ""},
		{"rivers", "en", "The river is wide.", "The <m>river</m> is wide."},
		{"قارب", "ar", "في النهر قَارِب صغير", "في النهر <m>قَارِب</m> صغير"},
		{"the", "en", "By the lake.", "By <m>the</m> lake."},
	} {
		s, ok := NewFinder(c.question, c.language).Find(c.text)
		if got := s.Marked("<m>", "</m>", html.EscapeString); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%q in %q: %q, %v; want %q", c.question, c.text, got, ok, c.want)
		}
	}
	if NewFinder(" ?! ", "en") != nil {
		t.Error("a question of no words has a finder")
	}
}
