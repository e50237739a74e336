package ui

import (
	"slices"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// share is part of whole in percent, 0 to 100.
func share(part, whole int64) int {
	if whole <= 0 || part <= 0 {
		return 0
	}
	return int(min(100, part*100/whole))
}

// peopleProblem is what to mend when the page's problem is one of keys: those of one field.
func peopleProblem(l *locale.Locale, v view.AdminPeople, keys ...string) string {
	if slices.Contains(keys, v.Problem) {
		return l.T("people.problem." + v.Problem)
	}
	return ""
}

func healthMark(state string) string {
	if state == "good" {
		return "right"
	}
	return "careful"
}

func peersLine(l *locale.Locale, v view.AdminHome) string {
	switch {
	case v.Peers == 0:
		return l.T("admin.peers.none")
	case v.Owed > 0:
		return l.N("admin.peers.owed", v.Owed)
	}
	return l.N("admin.peers.count", v.Peers)
}

// peerLevel is the colour of a peer's state, as a mastery level.
func peerLevel(state string) string {
	switch state {
	case "together":
		return "can"
	case "meeting", "behind":
		return "nearly"
	case "unreachable", "revoked":
		return "notyet"
	}
	return "notmet"
}

func peerIcon(state string) string {
	switch state {
	case "together":
		return "right"
	case "meeting":
		return "network"
	case "away", "behind":
		return "waiting"
	}
	return "careful"
}

func pictureWords(l *locale.Locale, pictures []string) []string {
	all := make([]string, len(pictures))
	for i, p := range pictures {
		all[i] = l.T("picture." + p)
	}
	return all
}
