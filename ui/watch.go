package ui

import (
	"strconv"
	"strings"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

func localeFor(lang string) *localeOf { return locale.For(lang) }

// cutUp is a frame whose printed sheets are cut into pieces.
func cutUp(f view.Frame) view.Frame {
	f.Cuts = true
	return f
}

func oneZero(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// warnWords is one reason, as a sentence.
func warnWords(l *localeOf, r view.WarnReason) string {
	switch r.Key {
	case "absent-running", "no-work":
		return l.N("warn."+r.Key, r.N)
	case "below-level":
		return l.T("warn.below-level", "ladder", l.T("ladder."+r.Ladder), "level", levelName(l, r.Ladder, r.Level))
	}
	return l.T("warn."+r.Key, "n", l.Number(r.N), "of", l.Number(r.Of))
}

// slipLines are what a slip tells: days, what was done, where the child stands. Never what was wrong.
func slipLines(l *localeOf, s view.Slip) (lines []string) {
	switch {
	case s.Of > 0 && s.Here == s.Of:
		lines = append(lines, l.N("slip.here", s.Here))
	case s.Here > 0:
		lines = append(lines, l.T("slip.here-of", "n", l.Number(s.Here), "of", l.Number(s.Of)))
	}
	if s.Of > 0 && s.Here < s.Of {
		lines = append(lines, l.T("slip.miss", "name", s.Name))
	}
	if s.Finished > 0 {
		lines = append(lines, l.N("slip.done", s.Finished, "title", shortText(s.Title)))
	}
	if s.Answers > 0 {
		lines = append(lines, l.N("slip.answers", s.Answers))
	}
	var levels []string
	for _, x := range s.Levels {
		levels = append(levels, l.T("slip.level", "ladder", l.T("ladder."+x.Ladder), "level", levelName(l, x.Ladder, x.Level)))
	}
	if len(levels) > 0 {
		lines = append(lines, strings.Join(levels, " · "))
	}
	if len(lines) == 0 {
		lines = append(lines, l.T("slip.new"))
	}
	return lines
}

func slipTask(l *localeOf, s view.Slip) string {
	if s.Ladder == "" {
		return l.T("slip.home.any")
	}
	return l.T("slip.home." + s.Ladder + "." + strconv.Itoa(s.Level))
}

// slipWeek is the week a slip is of, in full: it is read on other days.
func slipWeek(l *localeOf, v view.Slips) string {
	if v.From.Time.IsZero() {
		return l.T("slip.unsure")
	}
	return l.T("slip.week", "from", shortDay(l, v.From), "to", shortDay(l, v.To))
}
