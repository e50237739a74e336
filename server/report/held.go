package report

import (
	"time"

	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/view"
)

// Held is what is held of people, by kind; looks is where the list of who looked is.
func Held(all []store.Held, looks string) view.Table {
	t := view.Table{
		Name: "held", Title: view.Words{Key: "privacy.held"},
		Columns: []view.Column{column("held", view.TextColumn), column("why", view.TextColumn), column("count", view.NumberColumn), column("oldest", view.DateColumn)},
	}
	for _, h := range all {
		n := number(h.Count)
		if h.Kind == "looks" && h.Count > 0 {
			n.URL = looks
		}
		oldest := view.Cell{None: true}
		if h.First.Known {
			oldest = date(h.First)
		}
		t.Rows = append(t.Rows, []view.Cell{key("privacy.kind." + h.Kind), key("privacy.why." + h.Kind), n, oldest})
	}
	return t
}

func key(k string) view.Cell { return view.Cell{Words: view.Words{Key: k}} }

var deeds = map[learning.Deed]string{
	learning.Looked: "looked", learning.Exported: "exported", learning.AskedErasure: "asked", learning.KeptAfterAll: "kept",
	learning.Erased: "erased", learning.ChangedSecret: "secret",
}

// Deeds is who did what with what is held of whom. Each name and day leads to its own list: address and "?person=", "?day=".
func Deeds(all []store.Deed, address string) view.Table {
	t := view.Table{
		Name: "looks", Title: view.Words{Key: "privacy.looks"},
		Columns: []view.Column{column("name", view.TextColumn), column("did", view.TextColumn), column("who", view.TextColumn), column("day", view.DateColumn)},
	}
	for _, d := range all {
		whom, who, day := text(d.Name), text(d.By), date(d.When)
		if d.Name == "" {
			whom = key("privacy.somebody")
		} else if address != "" {
			whom.URL = address + "?person=" + string(d.Whom)
		}
		switch {
		case d.Who == "":
			who = key("privacy.box")
		case d.By == "":
			who = key("privacy.somebody")
		}
		if d.Day != 0 && address != "" {
			day.URL = address + "?day=" + learning.DateOf(d.Day).Format(time.DateOnly)
		}
		t.Rows = append(t.Rows, []view.Cell{whom, key("privacy.deed." + deeds[d.What]), who, day})
	}
	return t
}
