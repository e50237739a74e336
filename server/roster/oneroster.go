package roster

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/server/learning"
	"lamplight/server/report"
)

// OneRoster 1.1 CSV binding (1EdTech): a zip of tables, of which manifest.csv says which are there. Ids are any text there;
// a UUID is kept, of another the same id is made on every box, and the text is the school's number where the list has none.
// Guardians and others who neither learn nor teach are left out. What is "tobedeleted" or not enabled is archived.

// readOneRoster reads the tables that say who is in which class.
func (l *List) readOneRoster(z *zip.Reader) error {
	open := map[string]*zip.File{}
	for _, f := range z.File {
		if name := strings.ToLower(path.Base(f.Name)); strings.HasSuffix(name, ".csv") && !strings.HasPrefix(path.Base(f.Name), "._") {
			open[name] = f
		}
	}
	if open["users.csv"] == nil {
		return fmt.Errorf("the zip holds no users.csv: %w", fs.ErrInvalid)
	}
	left := int64(8 * MaxBytes)
	read := func(name string) (t oneTable, err error) {
		if open[name] == nil {
			return t, nil
		}
		b, err := readZipped(open[name], &left)
		if err == nil {
			t = l.oneTable(name, b)
		}
		return t, err
	}
	var tables [4]oneTable
	for i, name := range []string{"classes.csv", "users.csv", "demographics.csv", "enrollments.csv"} {
		var err error
		if tables[i], err = read(name); err != nil {
			return err
		}
	}
	classes := l.oneClasses(tables[0])
	people := l.oneUsers(tables[1])
	l.oneDemographics(tables[2], people)
	l.Places = open["enrollments.csv"] != nil
	l.onePlaces(tables[3], people, classes)
	l.People = slices.DeleteFunc(l.People, func(p Person) bool { return p.ID == "" })
	return nil
}

// readZipped reads one file of a zip, of all that may still be unpacked.
func readZipped(f *zip.File, left *int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, errors.Join(err, fs.ErrInvalid)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, *left+1))
	if *left -= int64(len(b)); err == nil && *left < 0 {
		err = errors.New("unpacks to more than a school's lists have")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, errors.Join(err, fs.ErrInvalid))
	}
	return b, nil
}

// A oneTable is a table whose columns have names of the standard.
type oneTable struct {
	table
	at map[string]int
}

func (l *List) oneTable(file string, b []byte) oneTable {
	t := oneTable{l.readTable(file, b), map[string]int{}}
	for i, h := range t.heading {
		t.at[strings.ToLower(strings.TrimPrefix(h, "\ufeff"))] = i
	}
	want := []string{"sourcedid"}
	if file == "enrollments.csv" {
		want = append(want, "classsourcedid", "usersourcedid", "role")
	} else if file == "users.csv" {
		want = append(want, "role", "givenname", "familyname")
	} else if file == "classes.csv" {
		want = append(want, "title")
	}
	for _, c := range want {
		_, ok := t.at[c]
		if _, alone := t.at["usersourcedid"]; !ok && !(file == "demographics.csv" && alone) {
			l.refuse(file, 1, "", "no-column", c)
			t.rows = nil
		}
	}
	return t
}

func (t *oneTable) cell(r row, column string) string {
	i, ok := t.at[column]
	if !ok {
		return ""
	}
	return report.Fused(r.cell(i))
}

// sourced is the id that stands for one of theirs.
func sourced[T ~string](kind, s string) T {
	if id, ok := idOf[T](s); ok {
		return id
	}
	h := blake3.Sum256([]byte("lamplight oneroster " + kind + "\x00" + s))
	return T(fmt.Sprintf("%x", h[:16]))
}

// gone reads status and enabledUser: nil where neither says anything.
func gone(status, enabled string) *bool {
	yes, no := true, false
	switch {
	case strings.EqualFold(status, "tobedeleted") || strings.EqualFold(enabled, "false"):
		return &yes
	case strings.EqualFold(status, "active") || strings.EqualFold(enabled, "true"):
		return &no
	}
	return nil
}

func (l *List) oneClasses(t oneTable) map[string]Ref {
	out := map[string]Ref{}
	for _, r := range t.rows {
		id, name := t.cell(r, "sourcedid"), t.cell(r, "title")
		c := Class{File: t.file, Line: r.line, ID: sourced[learning.ClassID]("class", id), Name: name, Level: t.cell(r, "grades"), Archived: gone(t.cell(r, "status"), "")}
		_, err := learning.CleanText("class name", name, 1, learning.MaxName)
		_, long := learning.CleanText("level", c.Level, 0, learning.MaxLogin)
		switch {
		case id == "":
			l.refuse(t.file, r.line, "sourcedId", "no-id", "")
		case err != nil:
			l.refuse(t.file, r.line, "title", "class-name", name)
		case long != nil:
			l.refuse(t.file, r.line, "grades", "level-long", c.Level)
		default:
			out[id] = Ref{ID: c.ID, Name: name}
			l.Classes = append(l.Classes, c)
		}
	}
	return out
}

var oneRoles = map[string]learning.Role{"student": learning.Learner, "teacher": learning.Teacher, "administrator": learning.Administrator, "": ""}

// oneUsers reads who there is, and returns by their id where in l.People they are; −1 who was left out or refused.
func (l *List) oneUsers(t oneTable) map[string]int {
	out := map[string]int{}
	for _, r := range t.rows {
		id, role := t.cell(r, "sourcedid"), strings.ToLower(t.cell(r, "role"))
		if _, had := out[id]; had {
			l.refuse(t.file, r.line, "sourcedId", "id-twice", id)
			continue
		}
		out[id] = -1
		known, ok := oneRoles[role]
		switch {
		case id == "":
			l.refuse(t.file, r.line, "sourcedId", "no-id", "")
			continue
		case role == "aide" || role == "guardian" || role == "parent" || role == "proctor" || role == "relative":
			l.leftOut("others")
			continue
		case !ok || role == "":
			l.refuse(t.file, r.line, "role", "role", role)
			continue
		}
		p := l.oneUser(t, r, id)
		p.Role = known
		before := len(l.People)
		if l.add(p); len(l.People) > before {
			out[id] = before
		}
	}
	return out
}

func (l *List) oneUser(t oneTable, r row, id string) Person {
	name := strings.Join(strings.Fields(t.cell(r, "givenname")+" "+t.cell(r, "middlename")+" "+strings.TrimLeft(t.cell(r, "familyname"), "-.")), " ")
	if whole := t.cell(r, "metadata.lamplight.name"); strings.Join(strings.Fields(whole), " ") == name { // as it was, to the space
		name = whole
	}
	p := Person{
		File: t.file, Line: r.line, ID: sourced[learning.PersonID]("user", id), Name: name, Login: t.cell(r, "username"), Number: t.cell(r, "identifier"),
		Archived: gone(t.cell(r, "status"), t.cell(r, "enableduser")), Gender: genderOf(t.cell(r, "metadata.lamplight.gender")),
	}
	if string(p.ID) == strings.ReplaceAll(p.Login, "-", "") {
		p.Login = ""
	}
	if _, ok := idOf[learning.PersonID](id); !ok && p.Number == "" && len(id) <= learning.MaxLogin {
		p.Number = id
	}
	var ok bool
	if p.Birth, ok = yearOf(t.cell(r, "metadata.lamplight.birthyear")); !ok {
		l.refuse(t.file, r.line, "metadata.lamplight.birthYear", "birth", t.cell(r, "metadata.lamplight.birthyear"))
	}
	if i, told := t.at["password"]; told {
		p.Password = r.cell(i)
	}
	return p
}

func (l *List) oneDemographics(t oneTable, people map[string]int) {
	for _, r := range t.rows {
		id := t.cell(r, "sourcedid")
		if id == "" {
			id = t.cell(r, "usersourcedid")
		}
		at, ok := people[id]
		if !ok {
			l.refuse(t.file, r.line, "sourcedId", "no-user", id)
		}
		if !ok || at < 0 {
			continue
		}
		p := &l.People[at]
		if p.Birth, ok = yearOf(t.cell(r, "birthdate")); !ok {
			l.refuse(t.file, r.line, "birthDate", "birth", t.cell(r, "birthdate"))
		}
		if g := genderOf(t.cell(r, "sex")); g != "" {
			p.Gender = g
		}
	}
}

func (l *List) onePlaces(t oneTable, people map[string]int, classes map[string]Ref) {
	for _, r := range t.rows {
		user, class, role := t.cell(r, "usersourcedid"), t.cell(r, "classsourcedid"), strings.ToLower(t.cell(r, "role"))
		at, known := people[user]
		c, there := classes[class]
		switch {
		case !known:
			l.refuse(t.file, r.line, "userSourcedId", "no-user", user)
		case !there:
			l.refuse(t.file, r.line, "classSourcedId", "no-class", class)
		case at < 0:
		case strings.EqualFold(t.cell(r, "status"), "tobedeleted"):
			l.People[at].Out = append(l.People[at].Out, c)
		case role == "student":
			l.People[at].Enrolled = append(l.People[at].Enrolled, c)
		case role == "teacher" || role == "administrator":
			l.People[at].Teaches = append(l.People[at].Teaches, c)
		default:
			l.leftOut("others")
		}
	}
}
