package roster

import (
	"archive/zip"
	"encoding/csv"
	"io"
	"strings"

	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
)

// Write writes everybody who is not archived in a format. School is its id and name, year that of the dates a list of
// OneRoster must have. A text that a spreadsheet would take for a formula has an apostrophe before it. No secret is written.
func Write(w io.Writer, format string, all store.Roster, school learning.School, year int) (people int, err error) {
	o := newOutput(all)
	switch format {
	case Kolibri:
		return len(o.people), o.table(w, kolibriHeadings, o.kolibri)
	case OneRoster:
		return len(o.people), o.oneRoster(w, school, year)
	}
	return len(o.people), o.table(w, plainHeadings, o.plain)
}

// An output is what is written: people and classes that are not archived.
type output struct {
	people   []learning.Person
	classes  []learning.Class
	enrolled map[learning.PersonID][]learning.Class
	teaches  map[learning.PersonID][]learning.Class
	places   []learning.Enrolment
}

func newOutput(all store.Roster) *output {
	o := &output{enrolled: map[learning.PersonID][]learning.Class{}, teaches: map[learning.PersonID][]learning.Class{}}
	there, person := map[learning.ClassID]learning.Class{}, map[learning.PersonID]bool{}
	for _, c := range all.Classes {
		if !c.Archived {
			o.classes = append(o.classes, c)
			there[c.ID] = c
		}
	}
	for _, p := range all.People {
		if !p.Archived && p.Role != learning.Officer {
			o.people = append(o.people, p)
			person[p.ID] = true
		}
	}
	of := map[learning.ClassID][]learning.Enrolment{}
	for _, e := range all.Places {
		if person[e.Person] {
			of[e.Class] = append(of[e.Class], e)
		}
	}
	for _, c := range o.classes { // by name, as the classes are
		for _, e := range of[c.ID] {
			o.places = append(o.places, e)
			if e.Role == learning.Learner {
				o.enrolled[e.Person] = append(o.enrolled[e.Person], c)
			} else {
				o.teaches[e.Person] = append(o.teaches[e.Person], c)
			}
		}
	}
	return o
}

func (o *output) table(w io.Writer, heading []string, line func(learning.Person) []string) error {
	t := csv.NewWriter(w)
	t.UseCRLF = true // RFC 4180 §2
	_ = t.Write(heading)
	for _, p := range o.people {
		_ = t.Write(safe(line(p)))
	}
	t.Flush()
	return t.Error()
}

func safe(cells []string) []string {
	for i := range cells {
		cells[i] = report.Defused(cells[i])
	}
	return cells
}

var plainHeadings = []string{"id", "name", "role", "class", "teaches", "login", "number", "birth", "gender", "pin", "password"}

func (o *output) plain(p learning.Person) []string {
	return []string{
		string(p.ID), p.Name, string(p.Role), classCell(o.enrolled[p.ID]), classCell(o.teaches[p.ID]), p.Login, p.Number, year(p.Birth), p.Gender, "", "",
	}
}

// classCell writes classes as one cell, each quoted where it holds a comma.
func classCell(in []learning.Class) string {
	if len(in) == 0 {
		return ""
	}
	names := make([]string, len(in))
	for i, c := range in {
		names[i] = report.Defused(c.Name)
	}
	var s strings.Builder
	t := csv.NewWriter(&s)
	_ = t.Write(names) // into memory
	t.Flush()
	return strings.TrimSuffix(s.String(), "\n")
}

var kolibriHeadings = []string{
	"Database ID (UUID)", "Username (USERNAME)", "Password (PASSWORD)", "Full name (FULL_NAME)", "User type (USER_TYPE)", "Identifier (IDENTIFIER)",
	"Birth year (BIRTH_YEAR)", "Gender (GENDER)", "Learner enrollment (ENROLLED_IN)", "Coach assignment (ASSIGNED_TO)",
}

var (
	kolibriTypes   = map[learning.Role]string{learning.Learner: "LEARNER", learning.Teacher: "CLASS_COACH", learning.Administrator: "ADMIN"}
	kolibriGenders = map[string]string{"female": "FEMALE", "male": "MALE", "other": "NON_BINARY"}
)

// kolibri is a line of Kolibri's import. It needs a login: of who has none the id stands for it.
func (o *output) kolibri(p learning.Person) []string {
	login := p.Login
	if login == "" {
		login = string(p.ID)
	}
	return []string{
		string(p.ID), login, "*", p.Name, kolibriTypes[p.Role], p.Number, year(p.Birth), kolibriGenders[p.Gender],
		classCell(o.enrolled[p.ID]), classCell(o.teaches[p.ID]),
	}
}

// uuid writes one of our ids as others do.
func uuid[T ~string](id T) string {
	if len(id) != 32 {
		return string(id)
	}
	return string(id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:])
}

var oneTypes = map[learning.Role]string{learning.Learner: "student", learning.Teacher: "teacher", learning.Administrator: "administrator"}

// oneRoster writes the zip of the OneRoster 1.1 CSV binding, in bulk: status and dateLastModified are then empty.
func (o *output) oneRoster(w io.Writer, school learning.School, inYear int) error {
	org, session, course := sourced[string]("org", school.ID), sourced[string]("session", school.ID), sourced[string]("course", school.ID)
	from, name := year(inYear), school.Name
	files := []struct {
		name string
		rows [][]string
	}{
		{"manifest.csv", oneManifest},
		{"orgs.csv", [][]string{{"sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"}, {uuid(org), "", "", name, "school", "", ""}}},
		{"academicSessions.csv", [][]string{
			{"sourcedId", "status", "dateLastModified", "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"},
			{uuid(session), "", "", from, "schoolYear", from + "-01-01", from + "-12-31", "", from},
		}},
		{"courses.csv", [][]string{
			{"sourcedId", "status", "dateLastModified", "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes"},
			{uuid(course), "", "", uuid(session), name, "", "", uuid(org), "", ""},
		}},
		{"classes.csv", o.oneClasses(org, session, course)},
		{"users.csv", o.oneUsers(org)},
		{"enrollments.csv", o.onePlaces(org)},
	}
	z := zip.NewWriter(w)
	for _, f := range files {
		out, err := z.Create(f.name)
		if err != nil {
			return err
		}
		t := csv.NewWriter(out)
		t.UseCRLF = true
		for i, r := range f.rows {
			if i > 0 {
				r = safe(r)
			}
			_ = t.Write(r)
		}
		if t.Flush(); t.Error() != nil {
			return t.Error()
		}
	}
	return z.Close()
}

var oneManifest = [][]string{
	{"propertyName", "value"},
	{"manifest.version", "1.0"},
	{"oneroster.version", "1.1"},
	{"file.academicSessions", "bulk"},
	{"file.categories", "absent"},
	{"file.classes", "bulk"},
	{"file.classResources", "absent"},
	{"file.courses", "bulk"},
	{"file.courseResources", "absent"},
	{"file.demographics", "absent"},
	{"file.enrollments", "bulk"},
	{"file.lineItems", "absent"},
	{"file.orgs", "bulk"},
	{"file.resources", "absent"},
	{"file.results", "absent"},
	{"file.users", "bulk"},
	{"source.systemName", "Lamplight"},
	{"source.systemCode", "lamplight"},
}

func (o *output) oneClasses(org, session, course string) [][]string {
	rows := [][]string{{"sourcedId", "status", "dateLastModified", "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods"}}
	for _, c := range o.classes {
		rows = append(rows, []string{uuid(c.ID), "", "", c.Name, c.Level, uuid(course), "", "homeroom", "", uuid(org), uuid(session), "", "", ""})
	}
	return rows
}

// oneUsers writes people. A name here is one, there it has two parts that may not be empty: the whole stands beside them.
func (o *output) oneUsers(org string) [][]string {
	rows := [][]string{{
		"sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName", "familyName", "middleName",
		"identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password", "metadata.lamplight.name", "metadata.lamplight.birthYear", "metadata.lamplight.gender",
	}}
	for _, p := range o.people {
		words := strings.Fields(p.Name)
		given, family := p.Name, "."
		if n := len(words); n > 1 {
			given, family = strings.Join(words[:n-1], " "), words[n-1]
		}
		login := p.Login
		if login == "" {
			login = string(p.ID)
		}
		rows = append(rows, []string{
			uuid(p.ID), "", "", "true", uuid(org), oneTypes[p.Role], login, "", given, family, "", p.Number, "", "", "", "", "", "", p.Name, year(p.Birth), p.Gender,
		})
	}
	return rows
}

func (o *output) onePlaces(org string) [][]string {
	rows := [][]string{{"sourcedId", "status", "dateLastModified", "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate"}}
	for _, e := range o.places {
		id := sourced[string]("enrollment", string(e.Class)+" "+string(e.Person))
		rows = append(rows, []string{uuid(id), "", "", uuid(e.Class), uuid(org), uuid(e.Person), map[bool]string{true: "student", false: "teacher"}[e.Role == learning.Learner], "", "", ""})
	}
	return rows
}
