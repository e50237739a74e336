package ui

import (
	"strconv"

	"github.com/a-h/templ"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// csvExample shows how questions are written in a table.
const csvExample = "question,answer,option 1,option 2,option 3\n2 + 3 = ?,5\nWhich gives milk?,goat,hen,fish\nThe sun is a star.,true\n"

func bytesOf(n int64) string { return strconv.FormatInt(n, 10) }

// sentSee is the message "add.see.KEY" on the way to a file's page.
func sentSee(x view.SentFile) string {
	switch x.State {
	case "asking", "done":
		return x.State
	}
	return "more"
}

// sendWords are what the script says, which has no catalogue of its own: {percent}, {done}, {size} are filled in there.
func sendWords(l *locale.Locale) templ.Attributes {
	out := templ.Attributes{}
	for _, key := range []string{"sending", "waiting", "checking", "full", "large", "photo", "other"} {
		out["data-"+key] = l.T("add.script." + key)
	}
	return out
}
