package roster

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"lamplight/server/learning"
	"lamplight/server/store"
)

var ctx = context.Background()

func learnerID(n int) learning.PersonID { return learning.PersonID(fmt.Sprintf("%032x", n+1)) }

func classID(n int) learning.ClassID { return learning.ClassID(fmt.Sprintf("c%031x", n+1)) }

// A school is one that takes changes as the store does.
type school struct{ store.Roster }

func (s *school) ChangeRoster(_ context.Context, _ learning.Actor, c store.RosterChange) error {
	for _, k := range c.Classes {
		i := slices.IndexFunc(s.Classes, func(x learning.Class) bool { return x.ID == k.ID })
		if i < 0 {
			s.Classes = append(s.Classes, learning.Class{ID: k.ID})
			i = len(s.Classes) - 1
		}
		set(&s.Classes[i].Name, k.Edit.Name)
		set(&s.Classes[i].Level, k.Edit.Level)
		set(&s.Classes[i].Archived, k.Edit.Archived)
	}
	for _, p := range c.People {
		i := slices.IndexFunc(s.People, func(x learning.Person) bool { return x.ID == p.ID })
		if i < 0 {
			s.People = append(s.People, learning.Person{ID: p.ID})
			i = len(s.People) - 1
		}
		x := &s.People[i]
		set(&x.Name, p.Edit.Name)
		set(&x.Role, p.Edit.Role)
		set(&x.Login, p.Edit.Login)
		set(&x.Number, p.Edit.Number)
		set(&x.Birth, p.Edit.Birth)
		set(&x.Gender, p.Edit.Gender)
		set(&x.Archived, p.Edit.Archived)
	}
	for _, e := range c.Places {
		s.Places = slices.DeleteFunc(s.Places, func(x learning.Enrolment) bool { return x.Class == e.Class && x.Person == e.Person })
		if e.Role != learning.Nobody {
			s.Places = append(s.Places, e)
		}
	}
	for _, x := range c.Secrets {
		if s.Ways == nil {
			s.Ways = map[learning.PersonID][]learning.SecretKind{}
		}
		s.Ways[x.Person] = append(s.Ways[x.Person], x.Kind)
	}
	return nil
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func verify(_ context.Context, _ learning.SecretKind, s string) ([]byte, error) {
	return []byte(s), nil
}

// bring brings a list in and returns its plan.
func (s *school) bring(t *testing.T, b []byte, o Options) *Plan {
	t.Helper()
	l, err := Read("list", b)
	if err != nil {
		t.Fatal(err)
	}
	p := Make(l, s.Roster, o)
	if len(p.Refused) > 0 {
		t.Fatalf("refused: %v", p.Refused)
	}
	if err := p.Apply(ctx, s, learning.Box(), verify); err != nil {
		t.Fatal(err)
	}
	return p
}

// whole is a school with everything a list may say, and what spoils one.
func whole() *school {
	s := &school{store.Roster{
		Classes: []learning.Class{{ID: classID(0), Name: "Primary 3, north", Level: "P3"}, {ID: classID(1), Name: `The "Lions"`}, {ID: classID(2), Name: "=1+1"}, {ID: classID(3), Name: "Gone", Archived: true}},
		People: []learning.Person{
			{ID: learnerID(0), Role: learning.Learner, Name: "Amina Diallo", Login: "amina", Number: "0071", Birth: 2016, Gender: "female"},
			{ID: learnerID(1), Role: learning.Learner, Name: "موسى بن علي", Number: "=cmd|' /C calc'!A0"},
			{ID: learnerID(2), Role: learning.Learner, Name: "Amina Diallo", Birth: 2014},
			{ID: learnerID(3), Role: learning.Learner, Name: "+Plus, with \"marks\"", Gender: "other"},
			{ID: learnerID(4), Role: learning.Teacher, Name: "Okello", Login: "okello"},
			{ID: learnerID(5), Role: learning.Administrator, Name: "Grace  Njeri"},
			{ID: learnerID(6), Role: learning.Learner, Name: "Away", Archived: true},
		},
		Places: []learning.Enrolment{
			{Class: classID(0), Person: learnerID(0), Role: learning.Learner},
			{Class: classID(1), Person: learnerID(0), Role: learning.Learner},
			{Class: classID(0), Person: learnerID(2), Role: learning.Learner},
			{Class: classID(2), Person: learnerID(1), Role: learning.Learner},
			{Class: classID(0), Person: learnerID(4), Role: learning.Teacher},
			{Class: classID(1), Person: learnerID(5), Role: learning.Teacher},
		},
	}}
	return s
}

func (s *school) write(t *testing.T, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := Write(&b, format, s.Roster, learning.School{ID: "s", Name: "Lakeside"}, 2026); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Out and in again changes nothing; into an empty school it makes the same school, whose list is the same.
func TestEveryFormatGoesOutAndInWithoutChange(t *testing.T) {
	for _, format := range []string{Plain, Kolibri, OneRoster} {
		s := whole()
		out := s.write(t, format)
		if p := s.bring(t, out, Options{Archive: true}); !p.Empty() || p.Format != format || p.Counts[Unchanged] != 6 {
			t.Errorf("%s: brought in again it would change %+v (read as %s, %v)", format, p.Change, p.Format, p.Counts)
		}
		other := &school{}
		if p := other.bring(t, out, Options{}); p.Counts[Added] != 6 {
			t.Errorf("%s: an empty school gets %v", format, p.Counts)
		}
		if p := other.bring(t, out, Options{Archive: true}); !p.Empty() {
			t.Errorf("%s: brought in twice it would change %+v", format, p.Change)
		}
		slices.SortFunc(other.People, func(a, b learning.Person) int { return strings.Compare(string(a.ID), string(b.ID)) })
		back := other.write(t, format)
		if again := (&school{}).bring(t, back, Options{}); again.Counts[Added] != 6 {
			t.Errorf("%s: its list again adds %v", format, again.Counts)
		}
		for i, p := range other.People {
			if want := s.People[i]; !reflect.DeepEqual(p, want) {
				t.Errorf("%s: %+v came back as %+v", format, want, p)
			}
		}
	}
}

func TestWhatASpreadsheetWouldRunIsDefused(t *testing.T) {
	for _, format := range []string{Plain, Kolibri} {
		for _, cell := range strings.FieldsFunc(string(whole().write(t, format)), func(r rune) bool { return r == ',' || r == '\n' || r == '\r' || r == '"' }) {
			if strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("%s: the cell %q would be a formula", format, cell)
			}
		}
	}
}

// Every encoding, separator and heading that lists come with is read as the same list.
func TestListsAreReadHoweverTheyWereSaved(t *testing.T) {
	plain := "Name,Class,Birth year\r\nZoé Ñandú,4B,2015\r\n"
	wide := func(s string, big, mark bool) (out []byte) {
		units := utf16.Encode([]rune(s))
		if mark {
			units = append([]uint16{0xfeff}, units...)
		}
		for _, u := range units {
			if big {
				out = append(out, byte(u>>8), byte(u))
			} else {
				out = append(out, byte(u), byte(u>>8))
			}
		}
		return out
	}
	latin, _ := charmap.Windows1252.NewEncoder().String(plain)
	arabic, _ := charmap.Windows1256.NewEncoder().String("الاسم;الصف\r\nموسى;4 ب\r\n")
	for what, b := range map[string]string{
		"plain": plain, "byte order mark": "\ufeff" + plain, "semicolons": strings.ReplaceAll(plain, ",", ";"), "tabs": strings.ReplaceAll(plain, ",", "\t"),
		"bars": strings.ReplaceAll(plain, ",", "|"), "old Mac and empty lines": "\n\n" + strings.ReplaceAll(plain, "\r\n", "\n\n") + "\n", "Windows-1252": latin,
		"UTF-16": string(wide(plain, false, true)), "UTF-16 big-endian": string(wide(plain, true, true)), "UTF-16 without a mark": string(wide(plain, false, false)),
		"French": "Nom complet;Classe;Année de naissance\nZoé Ñandú;4B;né en 2015\n", "two columns of a name": "First name,Surname,Class,DOB\nZoé,Ñandú,4B,2015-03-01\n",
		"Swahili, other order": "Mwaka wa kuzaliwa,Darasa,Jina kamili\n2015,4B,Zoé Ñandú\n", "Hindi digits": "नाम,कक्षा,जन्म वर्ष\nZoé Ñandú,4B,२०१५\n", "quoted": "\"Name\",\"Class\",\"Birth year\"\n\"Zoé Ñandú\",\"4B\",\"2015\"\n",
	} {
		l, err := Read("list.csv", []byte(b))
		if err != nil || len(l.Refused) > 0 || len(l.People) != 1 {
			t.Errorf("%s: %+v, %v", what, l, err)
			continue
		}
		if p := l.People[0]; p.Name != "Zoé Ñandú" || p.Birth != 2015 || len(p.Enrolled) != 1 || p.Enrolled[0].Name != "4B" {
			t.Errorf("%s: read as %+v", what, p)
		}
	}
	if l, err := Read("list.csv", []byte(arabic)); err != nil || len(l.People) != 1 || l.People[0].Name != "موسى" || l.People[0].Enrolled[0].Name != "4 ب" {
		t.Errorf("Windows-1256: %+v, %v", l, err)
	}
}

// Each line that cannot be used is named by its line, its column and why; a quoted line break counts as the lines it takes.
func TestEveryRefusedLineIsNamed(t *testing.T) {
	l, err := Read("x.csv", []byte("Name,Role,Year of birth,Login,ID,Class\n"+
		"Ada,learner,2015,ada,,\n"+ // 2
		"\"Two\nlines\",,,,,\n"+ // 3
		",learner,,,,A\n"+ // 5
		"Bo,king,,,,\n"+ // 6
		"Cy,,15,,,\n"+ // 7
		"Di,,,d i,,\n"+ // 8
		"Ed,,,ADA,,\n"+ // 9
		"Fi,,,,12,\n"+ // 10
		"Gu,,,,"+string(learnerID(1))+",\n"+ // 11
		"Hy,,,,"+string(learnerID(1))+",\n"+ // 12
		"Io,,,,,A,more\n"+ // 13
		strings.Repeat("n", 81)+",,,,,\n"+ // 14
		"Ja \"x,,,,,\n")) // 15
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range l.Refused {
		got = append(got, fmt.Sprint(r.Line, " ", r.Column, " ", r.Key))
	}
	slices.Sort(got)
	want := []string{
		"10 ID id", "12  id-twice", "13  cells", "14  name-long", "15  quote", "3  name-wrong", "5  no-name", "6 Role role", "7 Year of birth birth", "8  login-wrong", "9  login-twice",
	}
	if !slices.Equal(got, want) {
		t.Errorf("refused\n%q, want\n%q", got, want)
	}
}

func TestAListOfNamesNeedsNoHeading(t *testing.T) {
	s := &school{store.Roster{Classes: []learning.Class{{ID: classID(0), Name: "3"}}}}
	l, err := ReadTyped("1. Amina Diallo\n2) Musa\n\n- José\nDiallo, Amina\nMusa\n")
	if err != nil || len(l.Refused) > 0 {
		t.Fatal(l, err)
	}
	p := Make(l, s.Roster, Options{Class: classID(0), Teacher: true})
	if err := p.Apply(ctx, s, learning.Box(), verify); err != nil || len(p.Refused) > 0 || p.Counts[Added] != 5 {
		t.Fatalf("%+v, %v", p, err)
	}
	var names []string
	for _, x := range s.People {
		names = append(names, x.Name)
	}
	if want := []string{"Amina Diallo", "Musa", "José", "Diallo, Amina", "Musa"}; !slices.Equal(names, want) {
		t.Errorf("added %q", names)
	}
	if p := Make(l, s.Roster, Options{Class: classID(0), Teacher: true}); !p.Empty() || p.Counts[Unchanged] != 5 {
		t.Errorf("typed again it would change %+v", p.Items)
	}
}

// A teacher's list adds learners to classes of theirs and does nothing else.
func TestATeachersListTouchesNothingOfOthers(t *testing.T) {
	now := store.Roster{Classes: []learning.Class{{ID: classID(0), Name: "3"}}}
	for _, list := range []string{"Name,Role\nEve,teacher\n", "Name,Class\nEve,Elsewhere\n", "Name\nEve\n", "Name,ID\nEve," + string(learnerID(9)) + "\n"} {
		l, err := Read("x", []byte(list))
		if err != nil {
			t.Fatal(err)
		}
		if p := Make(l, now, Options{Teacher: true}); len(p.Refused) != 1 || !p.Empty() {
			t.Errorf("%q: refused %v, would change %+v", list, p.Refused, p.Change)
		}
	}
}

// Who is not in a list stays, and is archived when that is asked for: of the classes it speaks of, never an administrator.
func TestWhoIsAbsentStaysUnlessAskedTo(t *testing.T) {
	list := []byte("id,name,class\n" + string(learnerID(0)) + ",Amina Diallo,\"\"\"Primary 3, north\"\"\"\n")
	s := whole()
	p := s.bring(t, list, Options{})
	if !p.Empty() || p.Counts[Absent] != 1 {
		t.Errorf("would change %+v; absent %d", p.Change, p.Counts[Absent])
	}
	s.bring(t, list, Options{Archive: true})
	if !s.People[2].Archived || s.People[1].Archived || s.People[4].Archived {
		t.Errorf("archived the wrong ones: %+v", s.People)
	}
	if slices.ContainsFunc(s.Places, func(e learning.Enrolment) bool { return e.Class == classID(1) && e.Person == learnerID(0) }) {
		t.Error("a place that the list does not tell is still there")
	}
	if p := s.bring(t, list, Options{Archive: true}); !p.Empty() {
		t.Errorf("the second time it would change %+v", p.Change)
	}
}

func zipOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A OneRoster zip as another program writes it: ids that are no UUIDs, people who neither learn nor teach, what has ended.
func TestAOneRosterZipOfAnotherProgramIsRead(t *testing.T) {
	files := map[string]string{
		"oneroster/manifest.csv":     "propertyName,value\noneroster.version,1.1\n",
		"oneroster/classes.csv":      "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds\nC1,,,Maths 7,07,K,,scheduled,,O,T\nC2,tobedeleted,,Old,,K,,scheduled,,O,T\n",
		"oneroster/users.csv":        "\ufeff\"sourcedId\",\"status\",\"dateLastModified\",\"enabledUser\",\"orgSourcedIds\",\"role\",\"username\",\"userIds\",\"givenName\",\"familyName\",\"middleName\",\"identifier\"\nU1,,,true,O,student,ann,,Ann,Lee,Bo,\nU2,,,true,O,teacher,tom,,Tom,Ray,,77\nU3,,,true,O,guardian,mum,,Mum,Lee,,\nU4,,,false,O,student,old,,Old,One,,\nU1,,,true,O,student,x,,X,Y,,\n",
		"oneroster/demographics.csv": "sourcedId,status,dateLastModified,birthDate,sex\nU1,,,2013-04-05,female\nU9,,,2013-04-05,male\n",
		"oneroster/enrollments.csv":  "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role\nE1,,,C1,O,U1,student\nE2,,,C1,O,U2,teacher\nE3,,,C1,O,U3,guardian\nE4,,,C7,O,U1,student\nE5,,,C1,O,U8,student\n",
	}
	l, err := Read("x.zip", zipOf(t, files))
	if err != nil {
		t.Fatal(err)
	}
	var refused []string
	for _, r := range l.Refused {
		refused = append(refused, fmt.Sprint(r.File, " ", r.Line, " ", r.Column, " ", r.Key))
	}
	if want := []string{"users.csv 6 sourcedId id-twice", "demographics.csv 3 sourcedId no-user", "enrollments.csv 5 classSourcedId no-class", "enrollments.csv 6 userSourcedId no-user"}; !slices.Equal(refused, want) {
		t.Errorf("refused %q", refused)
	}
	s := &school{}
	p := Make(l, s.Roster, Options{})
	if err := p.Apply(ctx, s, learning.Box(), verify); err != nil {
		t.Fatal(err)
	}
	if len(s.People) != 2 || s.People[0].Name != "Ann Bo Lee" || s.People[0].Birth != 2013 || s.People[0].Gender != "female" || s.People[0].Number != "U1" || s.People[1].Number != "77" {
		t.Errorf("people %+v", s.People)
	}
	if len(s.Classes) != 1 || s.Classes[0].Name != "Maths 7" || s.Classes[0].Level != "07" || len(s.Places) != 2 || l.LeftOut["others"] != 1 {
		t.Errorf("classes %+v, places %+v, left out %v", s.Classes, s.Places, l.LeftOut)
	}
	if p := Make(l, s.Roster, Options{}); !p.Empty() {
		t.Errorf("the second time it would change %+v", p.Change)
	}
	files["oneroster/users.csv"] = strings.Replace(files["oneroster/users.csv"], "U1,,,true", "U1,tobedeleted,,true", 1)
	l, _ = Read("x.zip", zipOf(t, files))
	if err := Make(l, s.Roster, Options{}).Apply(ctx, s, learning.Box(), verify); err != nil || !s.People[0].Archived {
		t.Errorf("what was deleted there is %+v, %v", s.People[0], err)
	}
}

func TestWhatIsNoListIsRefused(t *testing.T) {
	for what, b := range map[string][]byte{
		"a zip of something": zipOf(t, map[string]string{"a.txt": "x"}), "a broken zip": []byte("PK\x03\x04nothing"), "too much": bytes.Repeat([]byte("x"), MaxBytes+1),
	} {
		if l, err := Read("x", b); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %+v, %v", what, l, err)
		}
	}
	for what, b := range map[string]string{"columns we do not know": "foo,bar\n1,2\n", "two names": "Name,Full name\na,b\n"} {
		if l, err := Read("x", []byte(b)); err != nil || len(l.Refused) == 0 || len(l.People) > 0 {
			t.Errorf("%s: %+v, %v", what, l, err)
		}
	}
}

// A password that the list tells is set where there is none of its kind, and a school's own stays.
func TestASecretOfAListIsSetOnce(t *testing.T) {
	s := &school{}
	list := []byte("Name,Class,PIN\nAda,3,1234\n")
	if p := s.bring(t, list, Options{}); len(p.Secrets) != 1 {
		t.Fatalf("%+v", p)
	}
	if p := s.bring(t, list, Options{}); !p.Empty() {
		t.Errorf("the second time it would change %+v", p)
	}
}

func TestTwinsAreFoundInAnyScriptAndOrder(t *testing.T) {
	for _, c := range []struct {
		a, b learning.Person
		want string
	}{
		{learning.Person{Name: "Amina Diallo"}, learning.Person{Name: "diallo  AMINA"}, "name"},
		{learning.Person{Name: "José Núñez"}, learning.Person{Name: "Jose Nunez"}, "name"},
		{learning.Person{Name: "أَحْمَد"}, learning.Person{Name: "احمد"}, "name"},
		{learning.Person{Name: "فاطمة"}, learning.Person{Name: "فاطمه"}, "name"},
		{learning.Person{Name: "राम"}, learning.Person{Name: "रमा"}, ""},
		{learning.Person{Name: "Ada", Birth: 2015}, learning.Person{Name: "Ada", Birth: 2016}, ""},
		{learning.Person{Name: "Ada", Birth: 2015}, learning.Person{Name: "Ada", Birth: 2015}, "birth"},
		{learning.Person{Name: "Ada", Number: "7"}, learning.Person{Name: "Ada", Number: "7"}, "number"},
		{learning.Person{Name: "Ada", Number: "7"}, learning.Person{Name: "Ada", Number: "8"}, ""},
		{learning.Person{Name: "Ada"}, learning.Person{Name: "Ida"}, ""},
		{learning.Person{Name: "Ada"}, learning.Person{Name: "Ada", Archived: true}, ""},
	} {
		c.a.ID, c.b.ID, c.a.Role, c.b.Role = learnerID(0), learnerID(1), learning.Learner, learning.Learner
		got := ""
		if pairs := Twins(store.Roster{People: []learning.Person{c.a, c.b}}); len(pairs) > 0 {
			got = pairs[0].Why
		}
		if got != c.want {
			t.Errorf("%q and %q: %q, want %q", c.a.Name, c.b.Name, got, c.want)
		}
	}
}

// A year ends: a class goes on under its new name with its learners, another leaves; who is in both stays; taken back, all
// is as it was.
func TestAYearTurnsAndKeepsWhatWas(t *testing.T) {
	s := whole()
	turned := Turn(s.Roster, []Step{{Class: classID(0), To: "Primary 4, north"}, {Class: classID(2), Leave: true}, {Class: classID(1)}, {Class: classID(3), To: "x"}}, false)
	if err := s.ChangeRoster(ctx, learning.Box(), turned.Change); err != nil {
		t.Fatal(err)
	}
	next := s.Classes[4]
	if len(s.Classes) != 5 || next.Name != "Primary 4, north" || next.Level != "P4" || !s.Classes[0].Archived || s.Classes[1].Archived || !s.Classes[2].Archived {
		t.Errorf("classes %+v", s.Classes)
	}
	var in []learning.PersonID
	for _, e := range s.Places {
		if e.Class == next.ID {
			in = append(in, e.Person)
		}
	}
	if !slices.Equal(in, []learning.PersonID{learnerID(0), learnerID(2)}) || len(s.Places) != len(whole().Places)+2 {
		t.Errorf("the new class has %v; places %+v", in, s.Places)
	}
	if !s.People[1].Archived || s.People[0].Archived || !slices.Equal(turned.Left, []learning.PersonID{learnerID(1)}) {
		t.Errorf("left: %v", turned.Left)
	}
	for name, want := range map[string]string{"Primary 3 B": "Primary 4 B", "9": "10", "Lions": "", "P99x1": "P100x1"} {
		if got := NextName(name); got != want {
			t.Errorf("after %q comes %q, want %q", name, got, want)
		}
	}
}
