// Package roster reads lists of a school's people in the formats schools have them in, plans what a list would change before anything does, and writes lists.
//
// A list is read whole first: Read finds its format (OneRoster 1.1, Kolibri's users, or a table with headings in any of our
// languages), its encoding and its separators, and names every line it refuses. Make then compares it with the school as
// it is; Plan.Change is what store.ChangeRoster writes. The same list brought in twice changes nothing the second time.
package roster

import (
	"fmt"
	"strings"

	"lamplight/server/learning"
)

// The formats of lists.
const (
	Plain     = "plain"
	Kolibri   = "kolibri"
	OneRoster = "oneroster"
)

// A List is what a file says. Strings are as the file has them, trimmed.
type List struct {
	Format  string
	People  []Person
	Classes []Class // those a file lists by themselves; others are named by people alone
	Refused []Refusal
	LeftOut map[string]int // what is not kept here, by message "roster.left.KEY", and how often
	Places  bool           // says who is in which class, so that it also says who is not
}

// A Person is one line. A field that is "" (0, nil) says nothing, and changes nothing.
type Person struct {
	File     string // of the zip, "" of a lone file
	Line     int    // from 1
	ID       learning.PersonID
	Name     string
	Login    string
	Number   string
	Birth    int
	Gender   string
	Role     learning.Role
	Archived *bool
	Enrolled []Ref // as a learner
	Teaches  []Ref
	Out      []Ref // places that have ended
	PIN      string
	Password string
}

// A Class is one line about a class.
type Class struct {
	File     string
	Line     int
	ID       learning.ClassID
	Name     string
	Level    string
	Archived *bool
}

// A Ref names a class: by id, or where a list has none by name.
type Ref struct {
	ID   learning.ClassID
	Name string
}

// A Refusal is a line that cannot be used. Key is the message "roster.refused.KEY"; Value what stood there.
type Refusal struct {
	File   string
	Line   int    // from 1; 0 the file as a whole
	Column string // its heading, "" the line as a whole
	Key    string
	Value  string
}

// maxPeople is how many lines a list may have: many times the people of one school.
const maxPeople = 20000

// maxShown is how much of a wrong value is repeated, in characters.
const maxShown = 60

func shown(s string) string {
	r := []rune(strings.ToValidUTF8(s, "�"))
	if len(r) > maxShown {
		r = append(r[:maxShown], '…')
	}
	return string(r)
}

func (l *List) refuse(file string, line int, column, key, value string) {
	l.Refused = append(l.Refused, Refusal{file, line, column, key, shown(value)})
}

func (l *List) leftOut(key string) {
	if l.LeftOut == nil {
		l.LeftOut = map[string]int{}
	}
	l.LeftOut[key]++
}

// String is for logs and for who reads no page; pages use the message of the same key.
func (r Refusal) String() string {
	where := fmt.Sprintf("line %d", r.Line)
	if r.File != "" {
		where = r.File + ", " + where
	}
	if r.Column != "" {
		where += ", column " + r.Column
	}
	return fmt.Sprintf("%s: %s (%q)", where, r.Key, r.Value)
}
