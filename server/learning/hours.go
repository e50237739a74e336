package learning

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// Hours are when learners may sign in, by the school's own time: the same hours on each of some days of the week. The
// zero Hours are always.
type Hours struct {
	Days     [7]bool // Sunday first, as time.Weekday counts
	From, To int     // minutes since midnight, 0 ≤ From < To ≤ 1440
}

// ParseHours reads what String wrote: "" or days by ISO number, a slash, from and to, as "12345/07:30-16:00". Anything
// else is fs.ErrInvalid.
func ParseHours(s string) (h Hours, err error) {
	if s == "" {
		return h, nil
	}
	days, times, _ := strings.Cut(s, "/")
	from, to, _ := strings.Cut(times, "-")
	for _, d := range days {
		if d < '1' || d > '7' || h.Days[(d-'0')%7] {
			return Hours{}, badHours(s)
		}
		h.Days[(d-'0')%7] = true
	}
	if h.From, err = ParseTime(from); err != nil {
		return Hours{}, badHours(s)
	}
	if h.To, err = ParseTime(to); err != nil {
		return Hours{}, badHours(s)
	}
	if days == "" || h.From >= h.To {
		return Hours{}, badHours(s)
	}
	return h, nil
}

func badHours(s string) error {
	return fmt.Errorf("hours %.40q, want days and times such as 12345/07:30-16:00: %w", s, fs.ErrInvalid)
}

// ParseTime reads a time of day, "7:30" or "07:30", in minutes since midnight; "24:00" is the day's end.
func ParseTime(s string) (minutes int, err error) {
	hour, minute, found := strings.Cut(s, ":")
	h, err1 := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(minute, 10, 8)
	if !found || err1 != nil || err2 != nil || len(minute) != 2 || len(hour) > 2 || m > 59 || h*60+m > 24*60 {
		return 0, fmt.Errorf("time %.20q, want one such as 07:30: %w", s, fs.ErrInvalid)
	}
	return int(h*60 + m), nil
}

// Always reports whether there is no limit.
func (h Hours) Always() bool { return h == Hours{} }

// String is h as ParseHours reads it.
func (h Hours) String() string {
	if h.Always() {
		return ""
	}
	var b strings.Builder
	for d := 1; d <= 7; d++ {
		if h.Days[d%7] {
			b.WriteByte(byte('0' + d))
		}
	}
	fmt.Fprintf(&b, "/%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60)
	return b.String()
}

// Open reports whether t, in the school's zone, lies within.
func (h Hours) Open(t time.Time) bool {
	minute := t.Hour()*60 + t.Minute()
	return h.Always() || h.Days[t.Weekday()] && h.From <= minute && minute < h.To
}

// Next is when the hours begin next after t, in t's zone.
func (h Hours) Next(t time.Time) time.Time {
	for ahead := range 8 {
		at := time.Date(t.Year(), t.Month(), t.Day()+ahead, h.From/60, h.From%60, 0, 0, t.Location())
		if h.Days[at.Weekday()] && at.After(t) {
			return at
		}
	}
	return t
}

// Local is t as the school's clocks show it.
func (s School) Local(t time.Time) time.Time { return t.In(time.FixedZone("", s.Zone*60)) }
