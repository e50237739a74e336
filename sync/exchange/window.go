package exchange

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// Hours are the times of day in which a link may be used, by the box's local clock; none means always.
type Hours []Span

// A Span is one of them, in minutes of the day; one that ends before it begins goes over midnight.
type Span struct{ From, To int }

const day = 24 * 60

// ParseHours reads "19:00-06:00", "12:30-13:15", …; anything else is fs.ErrInvalid.
func ParseHours(words []string) (Hours, error) {
	var out Hours
	for _, word := range words {
		a, b, ok := strings.Cut(word, "-")
		from, okFrom := minute(a)
		to, okTo := minute(b)
		if !ok || !okFrom || !okTo || from == to || from == day {
			return nil, fmt.Errorf("exchange: hours %q: want HH:MM-HH:MM: %w", word, fs.ErrInvalid)
		}
		out = append(out, Span{from, to})
	}
	return out, nil
}

func minute(s string) (int, bool) {
	h, m, ok := strings.Cut(strings.TrimSpace(s), ":")
	hour, errH := strconv.Atoi(h)
	min, errM := strconv.Atoi(m)
	ok = ok && errH == nil && errM == nil && len(m) == 2 && hour >= 0 && min >= 0 && min < 60 && hour*60+min <= day
	return hour*60 + min, ok
}

// At says how it stands at t: when the window that is open opened and when it closes; or, with since zero, when the next
// one opens. Without hours the window is the day, and never closes.
func (h Hours) At(t time.Time) (since, until time.Time) {
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	if len(h) == 0 {
		return midnight, time.Time{}
	}
	next := t.Add(48 * time.Hour)
	for _, s := range h {
		length := (s.To - s.From + day) % day
		for _, offset := range []int{-1, 0, 1} {
			opens := time.Date(t.Year(), t.Month(), t.Day()+offset, 0, s.From, 0, 0, t.Location())
			closes := opens.Add(time.Duration(length) * time.Minute)
			switch {
			case !t.Before(opens) && t.Before(closes):
				if since.IsZero() || opens.Before(since) {
					since = opens
				}
				if closes.After(until) {
					until = closes
				}
			case opens.After(t) && opens.Before(next):
				next = opens
			}
		}
	}
	if since.IsZero() {
		return since, next
	}
	return since, until
}
