package roster

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"lamplight/server/learning"
)

// MaxBytes is how large a list may be: 20,000 people with everything said of them.
const MaxBytes = 8 << 20

// Read reads a list: name is its file's, for people to find their way. fs.ErrInvalid when it is no list at all; single
// lines that cannot be used are List.Refused.
func Read(name string, b []byte) (*List, error) { return read(name, b, false) }

// ReadTyped reads what was typed or pasted: as Read, and a line may be a name that holds a comma.
func ReadTyped(text string) (*List, error) { return read("", []byte(text), true) }

func read(name string, b []byte, typed bool) (*List, error) {
	if len(b) > MaxBytes {
		return nil, fmt.Errorf("roster: %s has %d bytes, more than %d: %w", name, len(b), MaxBytes, fs.ErrInvalid)
	}
	l := &List{Format: Plain}
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return nil, fmt.Errorf("roster: %s: %w: %w", name, err, fs.ErrInvalid)
		}
		l.Format = OneRoster
		if err := l.readOneRoster(z); err != nil {
			return nil, fmt.Errorf("roster: %s: %w", name, err)
		}
	case !l.readKolibri(b):
		l.readPlain("", b, typed)
	}
	l.twice()
	return l, nil
}

// twice refuses lines that say again who or what a line before them said.
func (l *List) twice() {
	ids, logins, classes := map[learning.PersonID]bool{}, map[string]bool{}, map[learning.ClassID]bool{}
	people := l.People[:0]
	for _, p := range l.People {
		login := strings.ToLower(p.Login)
		switch {
		case p.ID != "" && ids[p.ID]:
			l.refuse(p.File, p.Line, "", "id-twice", string(p.ID))
			continue
		case login != "" && logins[login]:
			l.refuse(p.File, p.Line, "", "login-twice", p.Login)
			continue
		}
		ids[p.ID], logins[login] = true, true
		people = append(people, p)
	}
	l.People = people
	kept := l.Classes[:0]
	for _, c := range l.Classes {
		if classes[c.ID] {
			l.refuse(c.File, c.Line, "", "id-twice", string(c.ID))
			continue
		}
		classes[c.ID] = true
		kept = append(kept, c)
	}
	l.Classes = kept
}

// Kolibri's list of people ("Export users and classes"): a heading in the language of who exported it, each column with its
// name for machines in brackets at the end. "*" is a password that is not told, NOT_SPECIFIED and DEFERRED say nothing, both
// kinds of coach are teachers, of the classes they are assigned to.
var kolibriColumns = map[string]string{
	"UUID": "id", "USERNAME": "login", "PASSWORD": "password", "FULL_NAME": "name", "USER_TYPE": "role", "IDENTIFIER": "number",
	"BIRTH_YEAR": "birth", "GENDER": "gender", "ENROLLED_IN": "class", "ASSIGNED_TO": "teaches",
}

var machineName = regexp.MustCompile(`^(?:.*\()?([A-Z_]+)\)?$`)

// readKolibri reads a list of Kolibri's; false when it is none.
func (l *List) readKolibri(b []byte) bool {
	try := &List{}
	t := try.readTable("", b)
	at := map[string]int{}
	for i, h := range t.heading {
		if m := machineName.FindStringSubmatch(strings.TrimPrefix(h, "\ufeff")); m != nil && kolibriColumns[m[1]] != "" {
			at[kolibriColumns[m[1]]] = i
		}
	}
	_, login := at["login"]
	_, name := at["name"]
	if !login || !name {
		return false
	}
	l.Format, l.Refused = Kolibri, try.Refused
	_, l.Places = at["class"]
	for i := range t.rows { // who has no name there is shown by the login
		if c := t.rows[i].cells; at["name"] < len(c) && at["login"] < len(c) && c[at["name"]] == "" {
			c[at["name"]] = c[at["login"]]
		}
	}
	l.readRows(t, at)
	for i := range l.People {
		if p := &l.People[i]; p.Role == "" {
			p.Role = learning.Learner
		}
		if p := &l.People[i]; p.Login == string(p.ID) { // as our list has it of who has none
			p.Login = ""
		}
	}
	return true
}
