package roster

import (
	"encoding/csv"
	"strings"
	"unicode"
	"unicode/utf8"

	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/report"
)

// readPlain reads a table with headings of any of our languages, or a list of names without, one a line: class is then the
// class of them all.
func (l *List) readPlain(file string, b []byte, typed bool) {
	t := l.readTable(file, b)
	at := map[string]int{}
	for i, h := range t.heading {
		c := column(h)
		if c == "" {
			continue
		}
		if _, twice := at[c]; twice {
			l.refuse(file, 1, h, "column-twice", h)
			return
		}
		at[c] = i
	}
	_, name := at["name"]
	given, has := at["given"]
	if family, ok := at["family"]; ok && !name && !has { // one column "Nom" is the whole name
		at["name"], name = family, true
		delete(at, "family")
	} else if has && !name && !ok {
		at["name"], name = given, true
		delete(at, "given")
	}
	if !name && !has {
		l.readNames(file, b, typed)
		return
	}
	_, l.Places = at["class"]
	l.readRows(t, at)
}

// readNames reads a list of names without a heading.
func (l *List) readNames(file string, b []byte, typed bool) {
	l.Refused = nil
	text := decode(b)
	head, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if strings.ContainsAny(head, "\t;|") || !typed && strings.Contains(head, ",") {
		l.refuse(file, 1, "", "no-heading", head)
		return
	}
	for i, line := range strings.Split(text, "\n") {
		if name := withoutNumber(strings.TrimSpace(line)); name != "" {
			l.add(Person{File: file, Line: i + 1, Name: report.Fused(name)})
		}
	}
}

// withoutNumber takes "12." or "-" off the beginning of a line of a list.
func withoutNumber(s string) string {
	rest := strings.TrimLeftFunc(s, unicode.IsDigit)
	if cut := strings.TrimLeft(rest, ".)-•* \t"); len(cut) < len(rest) {
		return cut
	}
	return s
}

func (l *List) readRows(t table, at map[string]int) {
	for _, r := range t.rows {
		if t.odd(r) {
			l.refuse(t.file, r.line, "", "cells", strings.Join(r.cells[len(t.heading):], " "))
			continue
		}
		cell := func(c string) string {
			i, ok := at[c]
			if !ok {
				return ""
			}
			if c == "password" { // never written: as it stands
				return r.cell(i)
			}
			return report.Fused(r.cell(i))
		}
		headed := func(c string) string {
			if i, ok := at[c]; ok && i < len(t.heading) {
				return t.heading[i]
			}
			return ""
		}
		l.add(l.readRow(t.file, r.line, cell, headed))
	}
}

// readRow reads one line by the columns' names; what is wrong with it is refused.
func (l *List) readRow(file string, line int, cell, headed func(string) string) Person {
	p := Person{File: file, Line: line, Name: cell("name"), Login: cell("login"), Number: cell("number"), Gender: genderOf(cell("gender"))}
	if p.Name == "" {
		p.Name = strings.TrimSpace(cell("given") + " " + cell("family"))
	}
	refuse := func(c, key string) { l.refuse(file, line, headed(c), key, cell(c)) }
	ok := true
	if p.ID, ok = idOf[learning.PersonID](cell("id")); !ok {
		refuse("id", "id")
	}
	if p.Role, ok = roleOf(cell("role")); !ok {
		refuse("role", "role")
	}
	if p.Birth, ok = yearOf(cell("birth")); !ok {
		refuse("birth", "birth")
	}
	p.PIN, p.Password = marking.Digits(cell("pin")), cell("password")
	if p.Password == "*" {
		p.Password = ""
	}
	p.Enrolled, ok = classNames(cell("class"))
	if !ok {
		refuse("class", "class-name")
	}
	if p.Teaches, ok = classNames(cell("teaches")); !ok {
		refuse("teaches", "class-name")
	}
	if p.Role == learning.Teacher || p.Role == learning.Administrator { // a list has one column for class
		p.Teaches, p.Enrolled = append(p.Teaches, p.Enrolled...), nil
	}
	return p
}

// add checks what every format must have, and keeps the person.
func (l *List) add(p Person) {
	for _, c := range []struct {
		key, value string
		least      int
		most       int
	}{{"name", p.Name, 1, learning.MaxName}, {"login", p.Login, 0, learning.MaxLogin}, {"number", p.Number, 0, learning.MaxLogin}, {"gender", p.Gender, 0, learning.MaxLogin}} {
		if _, err := learning.CleanText(c.key, c.value, c.least, c.most); err != nil {
			key := c.key + "-long"
			if utf8.RuneCountInString(c.value) <= c.most {
				key = c.key + "-wrong"
			}
			if c.value == "" {
				key = "no-name"
			}
			l.refuse(p.File, p.Line, "", key, c.value)
			return
		}
	}
	if _, err := learning.CleanLogin(p.Login); err != nil {
		l.refuse(p.File, p.Line, "", "login-wrong", p.Login)
		return
	}
	l.People = append(l.People, p)
}

// idOf reads an id: 32 hexadecimal digits, with or without the dashes of a UUID; "" is none.
func idOf[T ~string](s string) (T, bool) {
	id := strings.ToLower(strings.ReplaceAll(strings.Trim(s, "{}"), "-", ""))
	if id == "" {
		return "", true
	}
	_, ok := learning.Raw(id)
	return T(id), ok
}

// yearOf reads a year of birth, alone or in a date, in any digits; 0 where nothing is told.
func yearOf(s string) (int, bool) {
	s = marking.Digits(s)
	if s == "" || meaning[plain(s)] == "-" {
		return 0, true
	}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(part) == 4 {
			n := int(part[0]-'0')*1000 + int(part[1]-'0')*100 + int(part[2]-'0')*10 + int(part[3]-'0')
			return n, n >= 1900 && n <= 2200
		}
	}
	return 0, false
}

// classNames reads the classes of one cell: commas part them, unless the cell's quotation marks say otherwise.
func classNames(s string) (out []Ref, ok bool) {
	if s == "" {
		return nil, true
	}
	r := csv.NewReader(strings.NewReader(s))
	r.LazyQuotes, r.TrimLeadingSpace = true, true
	if strings.Contains(s, ";") && !strings.Contains(s, ",") {
		r.Comma = ';'
	}
	names, err := r.Read()
	if err != nil {
		return nil, false
	}
	for _, n := range names {
		n = report.Fused(strings.TrimSpace(n))
		if n == "" {
			continue
		}
		if _, err := learning.CleanText("class name", n, 1, learning.MaxName); err != nil {
			return nil, false
		}
		out = append(out, Ref{Name: n})
	}
	return out, true
}
