package report

import (
	"encoding/json"
	"io"
	"strconv"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/view"
)

// PersonTables are what is held of one person, to read: name gives a resource's title.
func PersonTables(x *store.PersonExport, name func(content.ResourceID, content.CourseID) string) []view.Table {
	return []view.Table{
		personFacts(x), Held(x.Held(), ""), answersTable(x, name), readingTable(x, name), notesTable(x, name),
		daysTable(x), levelsTable(x), Deeds(x.Deeds, ""),
	}
}

func titled(title string, columns ...view.Column) view.Table {
	return view.Table{Title: view.Words{Key: "privacy.copy." + title}, Columns: columns}
}

func personFacts(x *store.PersonExport) view.Table {
	t := titled("facts", column("held", view.TextColumn), column("answer", view.TextColumn))
	add := func(k, v string) {
		if v != "" {
			t.Rows = append(t.Rows, []view.Cell{key(k), text(v)})
		}
	}
	for _, p := range append([]learning.Person{x.Person}, x.Records...) {
		add("people.name", p.Name)
		add("roster.login", p.Login)
		add("roster.number", p.Number)
		if p.Birth != 0 {
			add("roster.birth", strconv.Itoa(p.Birth))
		}
		add("roster.gender", p.Gender)
	}
	t.Rows = append(t.Rows, []view.Cell{key("people.role"), key("role." + string(x.Person.Role))})
	for _, c := range x.Classes {
		add("column.class", c.Name)
	}
	for _, k := range x.SignIn {
		t.Rows = append(t.Rows, []view.Cell{key("column.way"), key("way." + signWays[k])})
	}
	return t
}

var signWays = map[string]string{"card": "card", "picture": "pictures", "pin": "pin", "password": "password"}

type namer = func(content.ResourceID, content.CourseID) string

func answersTable(x *store.PersonExport, name namer) view.Table {
	t := titled("answers", column("title", view.TextColumn), column("answer", view.TextColumn), column("right", view.TextColumn), column("day", view.DateColumn))
	for _, a := range x.Attempts {
		mark := "dot.wrong"
		if a.Correct {
			mark = "dot.right"
		}
		t.Rows = append(t.Rows, []view.Cell{text(name(a.Resource, a.Course)), text(a.Given), key(mark), date(a.When)})
	}
	return t
}

func readingTable(x *store.PersonExport, name namer) view.Table {
	t := titled("reading", column("title", view.TextColumn), column("done", view.PercentColumn), column("time", view.DurationColumn), column("last", view.DateColumn))
	for _, p := range x.Progress {
		t.Rows = append(t.Rows, []view.Cell{text(name(p.Resource, p.Course)), number(p.Percent / 100), number(p.Seconds), date(p.Last)})
	}
	return t
}

func notesTable(x *store.PersonExport, name namer) view.Table {
	t := titled("notes", column("title", view.TextColumn), column("answer", view.TextColumn))
	for _, n := range x.Notes {
		t.Rows = append(t.Rows, []view.Cell{text(name(n.Resource, n.Course)), text(n.Text)})
	}
	for _, b := range x.Bookmarks {
		t.Rows = append(t.Rows, []view.Cell{text(name(b.Resource, b.Course)), text("")})
	}
	return t
}

var presences = map[learning.Presence]string{learning.Present: "present", learning.Absent: "absent", learning.Late: "late", learning.Excused: "excused"}

func daysTable(x *store.PersonExport) view.Table {
	t := titled("attendance", column("day", view.TextColumn), column("class", view.TextColumn), column("state", view.TextColumn))
	for _, d := range x.Attendance {
		t.Rows = append(t.Rows, []view.Cell{text(d.Date), text(d.Class), key("attendance.mark." + presences[d.Presence])})
	}
	return t
}

func levelsTable(x *store.PersonExport) view.Table {
	t := titled("levels", column("day", view.TextColumn), column("title", view.TextColumn), column("level", view.NumberColumn))
	for _, l := range x.Levels {
		t.Rows = append(t.Rows, []view.Cell{text(l.Date), key("levels." + l.Ladder), number(l.Level)})
	}
	return t
}

// A statement is an answer in the shape of xAPI 1.0.3: who did what to what, with which result. Its actor is known by the
// box's own id alone.
type statement struct {
	ID        string         `json:"id"`
	Actor     map[string]any `json:"actor"`
	Verb      map[string]any `json:"verb"`
	Object    map[string]any `json:"object"`
	Result    map[string]any `json:"result,omitempty"`
	Timestamp string         `json:"timestamp,omitempty"`
}

const xapiVerbs = "http://adlnet.gov/expapi/verbs/"

// WritePersonJSON writes all of it as data: the person as the box keeps them, and what they did as statements.
func WritePersonJSON(w io.Writer, x *store.PersonExport, name namer) error {
	actor := map[string]any{"objectType": "Agent", "account": map[string]string{"homePage": "urn:lamplight", "name": string(x.Person.ID)}}
	said := func(id, verb string, r content.ResourceID, c content.CourseID, result map[string]any, at learning.When) statement {
		s := statement{ID: id, Actor: actor, Verb: map[string]any{"id": xapiVerbs + verb}, Result: result, Object: map[string]any{
			"objectType": "Activity", "id": "urn:lamplight:resource:" + string(r), "definition": map[string]any{"name": map[string]string{"und": name(r, c)}},
		}}
		if at.Known {
			s.Timestamp = at.Time.UTC().Format(time.RFC3339)
		}
		return s
	}
	all := []statement{}
	for _, a := range x.Attempts {
		all = append(all, said(string(a.ID), "answered", a.Resource, a.Course, map[string]any{
			"success": a.Correct, "response": a.Given, "score": map[string]any{"scaled": float64(a.Score) / float64(content.FullScore)},
		}, a.When))
	}
	for _, p := range x.Progress {
		verb := "experienced"
		if p.Complete {
			verb = "completed"
		}
		all = append(all, said("", verb, p.Resource, p.Course, map[string]any{"completion": p.Complete, "duration": "PT" + strconv.Itoa(p.Seconds) + "S"}, p.Last))
	}
	deeds := make([]map[string]string, 0, len(x.Deeds))
	for _, d := range x.Deeds {
		line := map[string]string{"did": deedName(d.What), "who": d.By}
		if d.When.Known {
			line["when"] = d.When.Time.UTC().Format(time.RFC3339)
		}
		deeds = append(deeds, line)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(map[string]any{"held": x, "statements": all, "deeds": deeds})
}

func deedName(d learning.Deed) string { return deeds[d] }
