package web

import (
	"strings"
	"testing"

	cardreader "lamplight/server/paper"
)

func TestWhatCardsSaidGoesThroughAnAddress(t *testing.T) {
	for _, s := range []string{"", "3A7b12CD", "1A100D"} {
		if got := readShown(s).String(); got != s {
			t.Errorf("%q comes back as %q", s, got)
		}
	}
	for s, want := range map[string]string{
		"7A3B": "3B7A", "0A1B": "1B", "101A2C": "2C", "A3B": "3B", "3": "", "3AA": "3A", "3ABCD": "3AB", "3X": "", "<script>": "", "99999999999999999999A4B": "4B",
		strings.Repeat("5A", 3000): "5A",
	} {
		if got := readShown(s).String(); got != want {
			t.Errorf("%.20q is read as %q, want %q", s, got, want)
		}
	}
}

func TestASecondPhotoAnswersOnlyForWhoWasNotRead(t *testing.T) {
	m := readShown("1A2b3C")
	fresh := m.merge([]cardreader.Reading{{Card: 1, Answer: 1}, {Card: 2, Answer: 3}, {Card: 3, Answer: 2}, {Card: 4, Answer: 0}})
	if got := m.String(); got != "1AB2b3C4A" || fresh != 1 {
		t.Errorf("%q with %d new, want 1AB2b3C4A with one", got, fresh)
	}
	if got := m.with(1, 1); got != "1b2b3C4A" || m.String() != "1AB2b3C4A" {
		t.Errorf("a tap gives %q and leaves %q", got, m)
	}
	if got := m.without(4); got != "1AB2b3C" || m.String() != "1AB2b3C4A" {
		t.Errorf("taken away: %q, and %q is left", got, m)
	}
	if got := m.turned(); got != "1BC2b3D4B" {
		t.Errorf("turned: %q", got)
	}
}
