package learning

import (
	"errors"
	"io/fs"
	"testing"
	"time"
)

func TestHoursReadWhatTheyWrite(t *testing.T) {
	for _, s := range []string{"", "12345/07:30-16:00", "67/00:00-24:00", "1/09:05-09:06"} {
		h, err := ParseHours(s)
		if err != nil || h.String() != s {
			t.Errorf("%q reads as %+v and writes %q (%v)", s, h, h.String(), err)
		}
	}
	for _, s := range []string{"x", "/07:30-16:00", "11/07:30-16:00", "8/07:30-16:00", "1/16:00-07:30", "1/7-8", "1/24:01-24:02", "1/07:30", "1/07:30-16:0", "12345/-1:30-16:00"} {
		if h, err := ParseHours(s); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%q reads as %+v (%v), want it refused", s, h, err)
		}
	}
}

func TestHoursOpenAndCloseAtTheSchoolsOwnTime(t *testing.T) {
	h, err := ParseHours("12345/07:30-16:00")
	if err != nil {
		t.Fatal(err)
	}
	nepal := School{Zone: 345}
	for _, c := range []struct {
		at   string
		open bool
		next string
	}{
		{"2026-03-02 07:29", false, "2026-03-02 07:30"},
		{"2026-03-02 07:30", true, "2026-03-03 07:30"},
		{"2026-03-02 15:59", true, "2026-03-03 07:30"},
		{"2026-03-06 16:00", false, "2026-03-09 07:30"}, // a Friday afternoon
		{"2026-03-08 12:00", false, "2026-03-09 07:30"},
	} {
		local, err := time.ParseInLocation("2006-01-02 15:04", c.at, time.FixedZone("", 345*60))
		if err != nil {
			t.Fatal(err)
		}
		local = nepal.Local(local.UTC())
		if got := h.Open(local); got != c.open {
			t.Errorf("open at %s: %v", c.at, got)
		}
		if got := h.Next(local).Format("2006-01-02 15:04"); got != c.next {
			t.Errorf("next after %s is %s, want %s", c.at, got, c.next)
		}
	}
}
