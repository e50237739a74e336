package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"lamplight/server/learning"
	"lamplight/server/store"
)

// Kolibri's list of people (bulkexportusers, "Export users and classes"): a heading in the language of who exported it, each
// column with its name for machines in brackets at the end.
//
//	UUID          32 hexadecimal digits; kept, so that importing again changes nothing. Empty: the login tells who it is
//	USERNAME      the login
//	PASSWORD      "*" none is told
//	FULL_NAME     the name
//	USER_TYPE     ADMIN, FACILITY_COACH, CLASS_COACH, LEARNER: both coaches are teachers, of the classes they are assigned to
//	IDENTIFIER    the school's own number
//	BIRTH_YEAR, GENDER   not kept: nothing here needs them
//	ENROLLED_IN, ASSIGNED_TO   classes by name, with commas between
var kolibriHeadings = []string{
	"Database ID (UUID)", "Username (USERNAME)", "Password (PASSWORD)", "Full name (FULL_NAME)", "User type (USER_TYPE)", "Identifier (IDENTIFIER)",
	"Birth year (BIRTH_YEAR)", "Gender (GENDER)", "Learner enrollment (ENROLLED_IN)", "Coach assignment (ASSIGNED_TO)",
}

var (
	machineName  = regexp.MustCompile(`^(?:.*\()?([A-Z_]+)\)?$`)
	kolibriRoles = map[string]learning.Role{"ADMIN": learning.Administrator, "FACILITY_COACH": learning.Teacher, "CLASS_COACH": learning.Teacher, "LEARNER": learning.Learner, "": learning.Learner}
)

// kolibriColumns finds the columns of a heading; nil when it is not Kolibri's.
func kolibriColumns(heading []string) map[string]int {
	out := map[string]int{}
	for i, h := range heading {
		if m := machineName.FindStringSubmatch(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff"))); m != nil {
			out[m[1]] = i
		}
	}
	_, user := out["USERNAME"]
	_, name := out["FULL_NAME"]
	if !user || !name {
		return nil
	}
	return out
}

// A kolibriImport is what importing a list would change, found before anything is.
type kolibriImport struct {
	c       *call
	byLogin map[string][]learning.Person

	Added    int      `json:"added"`
	Changed  int      `json:"changed"`
	Known    int      `json:"known"`    // as the list has them, or changed
	Enrolled int      `json:"enrolled"` // people put into a class
	Classes  []string `json:"classes"`  // that are new
	Changes  []string `json:"changes"`  // a line each, at most maxChanges
	LeftOut  []string `json:"left_out,omitempty"`
	DryRun   bool     `json:"dry_run,omitempty"`
}

const maxChanges = 1000

func (k *kolibriImport) say(format string, args ...any) {
	if len(k.Changes) < maxChanges {
		k.Changes = append(k.Changes, fmt.Sprintf(format, args...))
	}
}

// importKolibriUsers brings people, classes and enrolments to what a list of Kolibri's says; what it does not name stays.
func (c *call) importKolibriUsers(ctx context.Context, rows [][]string, dry bool) error {
	columns := kolibriColumns(rows[0])
	people, err := c.Node.Store.People(learning.Box(), store.PeopleFilter{})
	if err != nil && !(dry && errors.Is(err, fs.ErrNotExist)) {
		return err
	}
	k := &kolibriImport{c: c, byLogin: map[string][]learning.Person{}, Classes: []string{}, Changes: []string{}, DryRun: dry}
	for _, p := range people {
		k.byLogin[strings.ToLower(p.Login)] = append(k.byLogin[strings.ToLower(p.Login)], p)
	}
	for i, row := range rows[1:] {
		cell := func(name string) string {
			at, ok := columns[name]
			if !ok || at >= len(row) {
				return ""
			}
			return strings.TrimSpace(row[at])
		}
		if err := k.person(ctx, cell); err != nil {
			return fmt.Errorf("line %d (%d people were added and %d changed before it): %w", i+2, k.Added, k.Changed, err)
		}
		if i == 0 && (columns["BIRTH_YEAR"] > 0 || columns["GENDER"] > 0) {
			k.LeftOut = append(k.LeftOut, "birth year and gender: not kept here")
		}
	}
	return c.print(k, k.print)
}

func (k *kolibriImport) print(w io.Writer) {
	for _, s := range k.Changes {
		fmt.Fprintln(w, s)
	}
	for _, s := range k.LeftOut {
		fmt.Fprintln(w, "left out:", s)
	}
	would := ""
	if k.DryRun {
		would = " (nothing was written: --dry-run)"
	}
	fmt.Fprintf(w, "%d people added, %d changed, %d known, %d new classes, %d put into a class%s\n", k.Added, k.Changed, k.Known, len(k.Classes), k.Enrolled, would)
}

func (k *kolibriImport) person(ctx context.Context, cell func(string) string) error {
	role, ok := kolibriRoles[strings.ToUpper(cell("USER_TYPE"))]
	if !ok {
		return fmt.Errorf("user type %.40q: want ADMIN, FACILITY_COACH, CLASS_COACH or LEARNER: %w", cell("USER_TYPE"), fs.ErrInvalid)
	}
	p := learning.Person{Role: role, Login: cell("USERNAME"), Name: cell("FULL_NAME"), Number: cell("IDENTIFIER")}
	if p.Name == "" {
		p.Name = p.Login
	}
	id := strings.ToLower(strings.ReplaceAll(cell("UUID"), "-", ""))
	if _, ok := learning.Raw(id); id != "" && !ok {
		return fmt.Errorf("UUID %.80q is not 32 hexadecimal digits: %w", id, fs.ErrInvalid)
	}
	p.ID = learning.PersonID(id)
	if p.Login == id { // as our export has who has none
		p.Login = ""
	}
	was, known := k.find(p)
	var err error
	if known {
		p.ID = was.ID
		err = k.change(ctx, was, p)
	} else {
		p.ID, err = k.add(ctx, p)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p.Login, err)
	}
	if err := k.password(ctx, p, known, cell("PASSWORD")); err != nil {
		return fmt.Errorf("%s: %w", p.Login, err)
	}
	for column, as := range map[string]learning.Role{"ENROLLED_IN": learning.Learner, "ASSIGNED_TO": learning.Teacher} {
		if err := k.enrol(ctx, p, known, cell(column), as); err != nil {
			return fmt.Errorf("%s: %w", p.Login, err)
		}
	}
	return nil
}

// find is who the row means, by id, or where it has none by login.
func (k *kolibriImport) find(p learning.Person) (learning.Person, bool) {
	if p.ID != "" {
		was, err := k.c.Node.Store.Person(learning.Box(), p.ID)
		return was, err == nil
	}
	if same := k.byLogin[strings.ToLower(p.Login)]; len(same) == 1 && p.Login != "" {
		return same[0], true
	}
	return learning.Person{}, false
}

func (k *kolibriImport) add(ctx context.Context, p learning.Person) (learning.PersonID, error) {
	k.Added++
	k.say("+ %s %s (%s)", p.Role, p.Name, p.Login)
	if k.DryRun {
		return p.ID, nil
	}
	ids, err := k.c.Node.Store.AddPeople(ctx, learning.Box(), store.NewPerson{ID: p.ID, Role: p.Role, Name: p.Name, Login: p.Login, Number: p.Number})
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

func (k *kolibriImport) change(ctx context.Context, was, p learning.Person) error {
	k.Known++
	var e learning.PersonEdit
	var what []string
	for _, f := range []struct {
		name     string
		was, now string
		to       **string
	}{{"name", was.Name, p.Name, &e.Name}, {"login", was.Login, p.Login, &e.Login}, {"number", was.Number, p.Number, &e.Number}} {
		if f.was != f.now {
			*f.to = &f.now
			what = append(what, fmt.Sprintf("%s %q → %q", f.name, f.was, f.now))
		}
	}
	if was.Role != p.Role {
		e.Role = &p.Role
		what = append(what, fmt.Sprintf("role %s → %s", was.Role, p.Role))
	}
	if len(what) == 0 {
		return nil
	}
	k.Changed++
	k.say("~ %s: %s", was.Name, strings.Join(what, ", "))
	if k.DryRun {
		return nil
	}
	return k.c.Node.Store.EditPerson(ctx, learning.Box(), was.ID, e)
}

// password sets one that is told where the person has none yet.
func (k *kolibriImport) password(ctx context.Context, p learning.Person, known bool, password string) error {
	if password == "" || password == "*" || k.DryRun {
		return nil
	}
	if had, err := k.c.Node.Store.Secret(p.ID, learning.Password); known && err == nil && len(had) > 0 {
		return nil
	}
	kind, verifier, err := k.c.secret(ctx, "", password)
	if err != nil {
		return err
	}
	return k.c.Node.Store.SetSecrets(ctx, learning.Box(), store.NewSecret{Person: p.ID, Kind: kind, Verifier: verifier})
}

// enrol puts a person into the classes named. Being in others stays.
func (k *kolibriImport) enrol(ctx context.Context, p learning.Person, known bool, names string, as learning.Role) error {
	if names == "" {
		return nil
	}
	r := csv.NewReader(strings.NewReader(names))
	r.LazyQuotes, r.TrimLeadingSpace = true, true
	list, err := r.Read()
	if err != nil {
		return fmt.Errorf("classes %.80q: %w", names, errors.Join(err, fs.ErrInvalid))
	}
	var in []learning.Class
	if known {
		if in, err = k.c.Node.Store.ClassesOf(learning.Box(), p.ID); err != nil {
			return err
		}
	}
	for _, name := range list {
		name = strings.TrimSpace(name)
		if name == "" || slices.ContainsFunc(in, func(c learning.Class) bool { return strings.EqualFold(c.Name, name) }) {
			continue
		}
		if err := k.put(ctx, p, name, as); err != nil {
			return err
		}
	}
	return nil
}

func (k *kolibriImport) put(ctx context.Context, p learning.Person, name string, as learning.Role) error {
	_, err := k.c.findClass(name)
	if errors.Is(err, fs.ErrNotExist) && !slices.Contains(k.Classes, name) {
		k.Classes = append(k.Classes, name)
		k.say("+ class %s", name)
	}
	k.Enrolled++
	k.say("+ %s in %s", p.Name, name)
	if k.DryRun {
		return nil
	}
	class, err := k.c.classNamed(ctx, name)
	if err != nil {
		return err
	}
	return k.c.Node.Store.Enrol(ctx, learning.Box(), learning.Enrolment{Class: class, Person: p.ID, Role: as})
}

var kolibriTypes = map[learning.Role]string{learning.Learner: "LEARNER", learning.Teacher: "CLASS_COACH", learning.Administrator: "ADMIN"}

// exportKolibriUsers writes people as Kolibri's import of users reads them. Who has no login has none there either: Kolibri
// needs one, so the id stands for it.
func (c *call) exportKolibriUsers(path string) error {
	people, err := c.Node.Store.People(learning.Box(), store.PeopleFilter{})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w, n := csv.NewWriter(f), 0
	w.Write(kolibriHeadings)
	for _, p := range people {
		kind, ok := kolibriTypes[p.Role]
		if !ok {
			continue
		}
		in, err := c.Node.Store.ClassesOf(learning.Box(), p.ID)
		if err != nil {
			f.Close()
			return errors.Join(err, os.Remove(path))
		}
		var enrolled, assigned string
		if names := classList(in); p.Role == learning.Learner {
			enrolled = names
		} else {
			assigned = names
		}
		login := p.Login
		if login == "" {
			login = string(p.ID)
		}
		w.Write([]string{string(p.ID), login, "*", p.Name, kind, p.Number, "", "", enrolled, assigned})
		n++
	}
	w.Flush()
	if err := errors.Join(w.Error(), f.Sync(), f.Close()); err != nil {
		return err
	}
	return c.print(map[string]any{"people": n}, func(out io.Writer) { fmt.Fprintf(out, "Wrote %d people to %s\n", n, path) })
}

// classList writes names as one cell, quoted where one holds a comma. Groups are no classes of Kolibri's.
func classList(in []learning.Class) string {
	var names []string
	for _, c := range in {
		if c.Parent == "" {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	var s strings.Builder
	w := csv.NewWriter(&s)
	w.Write(names)
	w.Flush()
	return strings.TrimSuffix(s.String(), "\n")
}
