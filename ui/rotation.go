package ui

import (
	"slices"
	"strings"

	"lamplight/ui/view"
)

// stationWord is what a station is called: one of the usual in the reader's words, another as it was written.
func stationWord(l *localeOf, station string) string {
	if slices.Contains(view.BoardStations, station) {
		return l.T("board.station." + station)
	}
	return station
}

func joined(all []string) string { return strings.Join(all, " · ") }

// weekButton makes two weeks the usual choice.
func weekButton(n int) string {
	if n == 2 {
		return "main"
	}
	return "plain"
}
