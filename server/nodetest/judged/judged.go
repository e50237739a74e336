// Package judged holds what children and teachers type, what they should find, and how well that is done.
//
// queries.txt is the judged set: over two hundred queries in a dozen languages over the corpus's courses, each with the
// resources that answer it, graded. Judgements name courses and resources as their formats do, so they hold after any
// import. Score compares an engine's answers with them; the test beside it asks a whole node, and kiwix-serve.
package judged

import (
	"bufio"
	_ "embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

//go:embed queries.txt
var queries string

// Load reads the judged set.
func Load() (Set, error) { return Parse(queries) }

// A Set is the courses, and what is asked of them.
type Set struct {
	Courses []Course
	Queries []Query
}

// A Course is what is imported under a name of the judgements' own. Path is relative to the corpus; Title tells courses
// of one path apart, "" when there is one.
type Course struct{ Name, Path, Title string }

// A Query is what is typed. One of kind None has no judgements: the library has nothing on it.
type Query struct {
	Language   string // BCP 47
	Kind       string
	Words      string
	Answers    []string // of a question: a sentence that answers it has one of these in it
	Judgements []Judgement
}

// None is the kind of a query that the library cannot answer.
const None = "none"

// A Judgement says how well a resource, or a place in it, answers a query: 3 meant, 2 helps, 1 has to do with it.
type Judgement struct {
	Grade    int
	Course   string // a Course's Name
	Resource string // see queries.txt, composed (NFC), as letters are composed in several ways; "*" is one path element
	Place    Place
}

// A Place is a stretch of a resource, both ends in it; the zero Place is all of it.
type Place struct {
	Unit     string // "chapter", "page", "t"
	From, To float64
}

// Parse reads a judged set in the format that queries.txt explains. What it cannot read is fs.ErrInvalid, with its line.
func Parse(text string) (Set, error) {
	var s Set
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if err := s.add(line); err != nil {
			return Set{}, fmt.Errorf("line %d: %q: %w", n, line, err)
		}
	}
	return s, lines.Err()
}

func (s *Set) add(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "course":
		f := strings.Fields(rest)
		if len(f) < 2 {
			return fmt.Errorf("a course has a name and a path: %w", fs.ErrInvalid)
		}
		s.Courses = append(s.Courses, Course{f[0], f[1], strings.Join(f[2:], " ")})
		return nil
	case "query":
		f := strings.SplitN(rest, " ", 3)
		if len(f) < 3 {
			return fmt.Errorf("a query has a language, a kind and words: %w", fs.ErrInvalid)
		}
		s.Queries = append(s.Queries, Query{Language: f[0], Kind: f[1], Words: f[2]})
		return nil
	}
	if len(s.Queries) == 0 {
		return fmt.Errorf("before any query: %w", fs.ErrInvalid)
	}
	q := &s.Queries[len(s.Queries)-1]
	if word == "answer" {
		q.Answers = append(q.Answers, rest)
		return nil
	}
	j, err := s.judgement(word, rest)
	q.Judgements = append(q.Judgements, j)
	return err
}

func (s *Set) judgement(grade, rest string) (j Judgement, err error) {
	if j.Grade, err = strconv.Atoi(grade); err != nil || j.Grade < 1 || j.Grade > 3 {
		return j, fmt.Errorf("no grade from 1 to 3: %w", fs.ErrInvalid)
	}
	rest, place, hasPlace := strings.Cut(rest, " @")
	j.Course, j.Resource, _ = strings.Cut(norm.NFC.String(rest), " ")
	if !s.has(j.Course) || j.Resource == "" {
		return j, fmt.Errorf("no resource of a course named above: %w", fs.ErrInvalid)
	}
	if hasPlace {
		j.Place, err = parsePlace(place)
	}
	return j, err
}

func (s *Set) has(course string) bool {
	for _, c := range s.Courses {
		if c.Name == course {
			return true
		}
	}
	return false
}

func parsePlace(text string) (p Place, err error) {
	unit, span, _ := strings.Cut(text, "=")
	from, to, several := strings.Cut(span, "-")
	if !several {
		to = from
	}
	p.Unit = unit
	if p.From, err = strconv.ParseFloat(from, 64); err == nil {
		p.To, err = strconv.ParseFloat(to, 64)
	}
	if err != nil || unit == "" || p.To < p.From {
		return p, fmt.Errorf("no place: %w", fs.ErrInvalid)
	}
	return p, nil
}

// Bind replaces judgements with "*" by one for each resource that there is and that no other line of the query names. list
// gives the names of a course's resources. A judgement of what is not there is fs.ErrNotExist, so that none goes stale.
func (s Set) Bind(list func(course string) []string) (Set, error) {
	known := map[string]map[string]bool{}
	for _, c := range s.Courses {
		known[c.Name] = map[string]bool{}
		for _, r := range list(c.Name) {
			known[c.Name][norm.NFC.String(r)] = true
		}
	}
	bound := Set{Courses: s.Courses}
	for _, q := range s.Queries {
		all := q.Judgements
		q.Judgements = nil
		named := map[string]bool{}
		for _, j := range all {
			named[j.Course+" "+j.Resource] = true
		}
		for _, j := range all {
			matched := expand(j, known[j.Course], named)
			if len(matched) == 0 {
				return Set{}, fmt.Errorf("query %q: %s %s: %w", q.Words, j.Course, j.Resource, fs.ErrNotExist)
			}
			q.Judgements = append(q.Judgements, matched...)
		}
		bound.Queries = append(bound.Queries, q)
	}
	return bound, nil
}

func expand(j Judgement, known, named map[string]bool) (out []Judgement) {
	if !strings.Contains(j.Resource, "*") {
		if known[j.Resource] {
			out = append(out, j)
		}
		return out
	}
	for r := range known {
		if ok, _ := path.Match(j.Resource, r); ok && !named[j.Course+" "+r] {
			one := j
			one.Resource = r
			out = append(out, one)
		}
	}
	return out
}
