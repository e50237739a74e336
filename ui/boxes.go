package ui

import (
	"strings"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// filesFrom is from how many bytes on what is owed is said in bytes: below, the number of records says it.
const filesFrom = 100_000

// takes says how long a meeting lasts that passes everything on.
func takes(l *locale.Locale, seconds int) string {
	switch {
	case seconds < 60:
		return l.T("peers.takes.moment")
	case seconds < 90*60:
		return l.N("peers.takes.minutes", (seconds+59)/60)
	}
	return l.N("peers.takes.hours", (seconds+3599)/3600)
}

func settleIcon(kind string) string {
	return map[string]string{"lesson": "lesson", "quiz": "quiz", "film": "video"}[kind]
}

// backupNeed is how much the copy takes that a stick is offered for.
func backupNeed(x view.BackupStick) int64 {
	if x.Free >= x.Need {
		return x.Need
	}
	return x.Small
}

// boxName is what a box is called: its name, else that it has none and how its number begins.
func boxName(l *locale.Locale, name string) string {
	if len(name) != 16 || strings.Trim(name, "0123456789abcdef") != "" {
		return name
	}
	return l.T("settle.nameless", "id", name[:4])
}
