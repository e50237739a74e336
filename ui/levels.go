package ui

import (
	"strconv"

	"lamplight/ui/view"
)

func levelName(l *localeOf, ladder string, n int) string {
	return l.T("level." + ladder + "." + strconv.Itoa(n))
}

func moveKey(way int) string {
	switch {
	case way > 0:
		return "up"
	case way < 0:
		return "down"
	}
	return "same"
}

func dueWords(l *localeOf, n int) string {
	if n == 0 {
		return l.T("levels.due.none")
	}
	return l.N("levels.due", n)
}

// groupName is what a group of one level is called; number tells several of a level apart, 0 where there is one.
func groupName(l *localeOf, ladder string, level, number int) string {
	key := "groups.name"
	if number > 0 {
		key = "groups.name.many"
	}
	return l.T(key, "ladder", l.T("ladder."+ladder), "level", levelName(l, ladder, level), "number", l.Number(number))
}

// groupChoice is what a group is called in a list of groups of one ladder.
func groupChoice(l *localeOf, ladder string, c view.GroupChoice) string {
	name := levelName(l, ladder, c.Level)
	if c.Number > 0 {
		name += " (" + l.Number(c.Number) + ")"
	}
	return name
}

// GroupName is groupName for who names the groups that are made.
func GroupName(lang, ladder string, level, number int) string {
	return groupName(localeFor(lang), ladder, level, number)
}
