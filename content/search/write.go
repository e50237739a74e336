package search

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"lamplight/content"
)

// Course is the kind of a course as a whole among what is found; its Resource is "".
const Course content.Kind = "course"

// A Document is one thing to be found, without its text.
type Document struct {
	Course      content.CourseID
	Resource    content.ResourceID // "" for the course itself
	Kind        content.Kind
	Title       string
	Description string
	Language    string // BCP 47, "" unknown
	Tags        []string
	Staff       bool // for teachers alone: see Query.Staff
	// Values are those of facets that it counts under, but for its course: see content.Node.Values. nil: only its kind and
	// language.
	Values map[content.Facet][]string
}

// A Ref names a resource whose text is to be read.
type Ref struct {
	Resource content.ResourceID
	Language string
	n        uint32
}

// Begin takes a course in, title and description first. What was held of another edition of it, or of this one without all
// its titles, is forgotten. A course that is in already, of that edition, is left as it is.
func (x *Index) Begin(c content.Course) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	v := x.now.Load()
	if n := v.number(c.ID); n > 0 {
		if v.courses[n].edition == c.Edition && x.stateOf(n).Headed {
			return nil
		}
		if err := x.flush(); err != nil {
			return err
		}
		if err := x.remove(n); err != nil {
			return err
		}
		v = x.now.Load()
	}
	if len(v.courses) > 1<<16-1 || len(v.rows) > maxRows-2*segmentRows {
		x.broken.Store(true) // numbers have run out: those of what is gone are had back by making it anew
		return fmt.Errorf("search: the index is to be made anew: %w", fs.ErrInvalid)
	}
	about, err := json.Marshal(content.Course{Title: c.Title, Languages: c.Languages})
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	next := x.now.Load().copy()
	n := len(next.courses)
	if _, err := x.write.Exec(`insert into course values(?,?,?,?,?,0,0)`, n, string(c.ID), c.Edition, about, stateBegun); err != nil {
		return x.noted(err)
	}
	next.courses = append(next.courses, course{
		id: c.ID, edition: c.Edition, title: c.Title, languages: c.Languages,
		state: State{Course: c.ID, Edition: c.Edition},
	})
	x.now.Store(next)
	d := Document{Course: c.ID, Kind: Course, Title: c.Title, Description: c.Description, Tags: c.Labels.Tags, Values: c.Values()}
	if len(c.Languages) > 0 && c.Languages[0] != "mul" {
		d.Language = c.Languages[0]
	}
	_, err = x.add(d)
	return err
}

// number finds a course, 0 for none.
func (v *view) number(id content.CourseID) int {
	for n := len(v.courses) - 1; n > 0; n-- {
		if v.courses[n].id == id && id != "" {
			return n
		}
	}
	return 0
}

// Add takes in a resource's title, description and labels. Its course was begun. It is found once Flush was called, or
// enough was added.
func (x *Index) Add(d Document) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	_, err := x.add(d)
	return err
}

// AddWhole is Add with the resource's text at once.
func (x *Index) AddWhole(d Document, text func(yield func(content.Passage) bool) error) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	n, err := x.add(d)
	if err != nil {
		return err
	}
	return x.addText(Ref{Resource: d.Resource, Language: d.Language, n: n}, text)
}

func (x *Index) add(d Document) (uint32, error) {
	v := x.now.Load()
	c := v.number(d.Course)
	if c == 0 {
		return 0, fmt.Errorf("search: course %.80q was not begun: %w", d.Course, fs.ErrNotExist)
	}
	if x.batch == nil {
		x.batch = newBatch(v)
	}
	d.Title, d.Description = cut(d.Title, 1<<10), cut(d.Description, 4<<10)
	n := x.batch.addHead(v, uint16(c), d)
	return n, x.flushFull()
}

// AddText takes in a resource's text: the passages that text yields. What text fails with is answered; the passages
// before are in.
func (x *Index) AddText(r Ref, text func(yield func(content.Passage) bool) error) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	return x.addText(r, text)
}

// maxText is how much text of one resource is taken in.
const maxText = 64 << 20

func (x *Index) addText(r Ref, text func(yield func(content.Passage) bool) error) error {
	var parts []part
	var langs []string
	var failed error
	held, all, language := 0, 0, ""
	end := func() bool {
		if len(parts) == 0 {
			return true
		}
		failed = x.addRow(r.n, parts, langs)
		parts, held = parts[:0], 0
		return failed == nil
	}
	err := text(func(p content.Passage) bool {
		lang := p.Language
		if lang == "" {
			lang = r.Language
		}
		if all == 0 || lang != language {
			if !end() {
				return false
			}
			language, langs = lang, stemLanguages(lang, cut(p.Text, 2<<10))
		}
		title := cut(p.Title, 300)
		for rest := p.Text; rest != ""; title = "" {
			piece := rest[:breakAt(rest, rowBytes)]
			rest = rest[len(piece):]
			if held > 0 && held+len(piece) > rowBytes && !end() {
				return false
			}
			parts = append(parts, part{Place: cut(p.Place, 1<<10), Title: title, Text: piece})
			held += len(piece) + 16
		}
		all += len(p.Text)
		return all < maxText
	})
	if failed == nil {
		end()
	}
	if failed != nil {
		return failed
	}
	return err
}

// breakAt is where to part a text so that the first part has at most n bytes: after a line, else a sentence, else a word.
func breakAt(s string, n int) int {
	if len(s) <= n {
		return len(s)
	}
	head := cut(s, n)
	for _, mark := range []string{"\n", ". ", "। ", "。", "።", "؟ ", "? ", " "} {
		if i := lastIndexAfter(head, mark, n/2); i > 0 {
			return i + len(mark)
		}
	}
	return max(len(head), 1)
}

func lastIndexAfter(s, mark string, from int) int {
	for i := len(s) - len(mark); i >= from; i-- {
		if s[i:i+len(mark)] == mark {
			return i
		}
	}
	return -1
}

func (x *Index) addRow(resource uint32, parts []part, langs []string) error {
	v := x.now.Load()
	if x.batch == nil {
		x.batch = newBatch(v)
	}
	if len(v.rows)+len(x.batch.rows) >= maxRows-segmentRows {
		return nil
	}
	b, err := cbor.Marshal(parts)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	x.batch.addBody(resource, parts, langs, x.pack.EncodeAll(b, nil))
	return x.flushFull()
}

func (x *Index) flushFull() error {
	if x.batch.full() {
		return x.flush()
	}
	return nil
}

// number is how a state is stored.
func (s State) number() int {
	switch {
	case s.Read:
		return stateRead
	case s.Headed:
		return stateHeaded
	}
	return stateBegun
}

// Flush puts what was added into the file, where it is found and survives a power cut.
func (x *Index) Flush() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	return x.flush()
}

// Headed notes that all of a course's resources were added. Like what was added, it lasts from the next flush on.
func (x *Index) Headed(id content.CourseID) error {
	return x.advance(id, func(s *State) { s.Headed = true })
}

// Passed notes that the texts of n more resources of a course were read.
func (x *Index) Passed(id content.CourseID, n int) error {
	return x.advance(id, func(s *State) { s.Done += n })
}

// Finished notes that all text of a course was read.
func (x *Index) Finished(id content.CourseID) error {
	return x.advance(id, func(s *State) { s.Read = true })
}

func (x *Index) advance(id content.CourseID, change func(*State)) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	v := x.now.Load()
	n := v.number(id)
	if n == 0 {
		return fmt.Errorf("search: course %.80q: %w", id, fs.ErrNotExist)
	}
	if x.batch == nil {
		x.batch = newBatch(v)
	}
	s := x.stateOf(n)
	if s.Resources == 0 {
		s.Resources = v.resourcesOf(n) + x.batch.resourcesOf(n)
	}
	change(&s)
	x.batch.states[n] = s
	return nil
}

// stateOf is how far course n is, flushed or not. The caller holds writing.
func (x *Index) stateOf(n int) State {
	if x.batch != nil {
		if s, ok := x.batch.states[n]; ok {
			return s
		}
	}
	return x.now.Load().courses[n].state
}

func (v *view) resourcesOf(course int) (n int) {
	for _, r := range v.resources {
		if int(r.course) == course {
			n++
		}
	}
	return n
}

func (b *batch) resourcesOf(course int) (n int) {
	for _, r := range b.resources {
		if int(r.course) == course {
			n++
		}
	}
	return n
}

// Unread lists up to n resources of a headed course whose text is still to be read, in the order they were added. What was
// added is flushed first.
func (x *Index) Unread(id content.CourseID, n int) ([]Ref, error) {
	x.writing.Lock()
	defer x.writing.Unlock()
	c := x.now.Load().number(id)
	if c == 0 {
		return nil, fmt.Errorf("search: course %.80q: %w", id, fs.ErrNotExist)
	}
	skip := x.stateOf(c).Done
	if x.batch != nil && x.batch.resourcesOf(c) > 0 {
		if err := x.flush(); err != nil {
			return nil, err
		}
	}
	v := x.now.Load()
	var refs []Ref
	for i := 1; i < len(v.resources) && len(refs) < n; i++ {
		if int(v.resources[i].course) != c {
			continue
		}
		if skip--; skip >= 0 {
			continue
		}
		refs = append(refs, Ref{n: uint32(i), Language: v.values[v.resources[i].language]})
	}
	for i := range refs {
		var id string
		if err := x.read.QueryRow(`select id from resource where n=?`, refs[i].n).Scan(&id); err != nil {
			return nil, x.noted(err)
		}
		refs[i].Resource = content.ResourceID(id)
	}
	return refs, nil
}

// flush writes the batch as a segment, in one transaction, and lets searches see it.
func (x *Index) flush() error {
	b := x.batch
	if b == nil {
		return nil
	}
	x.batch = nil
	v := x.now.Load()
	next := v.copy()
	if len(b.values) > 0 {
		next.faces = maps.Clone(v.faces)
	}
	for _, s := range b.values {
		next.intern(s)
	}
	for n, state := range b.states {
		next.courses[n].state = state
	}
	s := segment{first: b.first, rows: uint32(len(b.rows)), n: v.nextSegment()}
	rows, resources := b.rowColumn(), b.resourceColumn()
	if s.rows > 0 {
		next.appendSegment(s, rows, int(b.firstResource), resources)
	}
	next.live += len(b.rows)
	tx, err := x.write.Begin()
	if err != nil {
		return x.noted(err)
	}
	defer tx.Rollback()
	if err := b.store(tx, v, s, rows, resources); err != nil {
		return x.noted(err)
	}
	if err := tx.Commit(); err != nil {
		return x.noted(err)
	}
	x.now.Store(next)
	if err := x.merge(); err != nil {
		return err
	}
	_, err = x.write.Exec(`pragma wal_checkpoint(passive)`)
	return x.noted(err)
}

func (v *view) nextSegment() (n int64) {
	for _, s := range v.segments {
		n = max(n, s.n)
	}
	return n + 1
}

func (b *batch) store(tx *sql.Tx, v *view, s segment, rows, resources []byte) error {
	for n, state := range b.states {
		if _, err := tx.Exec(`update course set state=?, at=?, total=? where n=?`, state.number(), state.Done, state.Resources, n); err != nil {
			return err
		}
	}
	if len(b.rows) == 0 {
		return nil
	}
	err := each(tx, `insert into value values(?,?)`, len(b.values), func(i int) []any { return []any{len(v.values) + i, b.values[i]} })
	if err == nil {
		err = each(tx, `insert into resource values(?,?,?,?,?)`, len(b.heads), func(i int) []any {
			h := b.heads[i]
			return []any{int(b.firstResource) + i, int(b.resources[i].course), h.id, h.title, h.about}
		})
	}
	if err == nil {
		err = each(tx, `insert into passage values(?,?)`, len(b.bodies), func(i int) []any { return []any{b.bodies[i].row, b.bodies[i].packed} })
	}
	if err != nil {
		return err
	}
	terms := slices.Sorted(maps.Keys(b.terms))
	err = each(tx, `insert into posting values(?,?,?,?)`, len(terms), func(i int) []any {
		l := b.terms[terms[i]]
		return []any{s.n, []byte(terms[i]), l.rows, l.bytes}
	})
	if err != nil {
		return err
	}
	w := vocabulary{all: true}
	for _, t := range terms {
		w.add(t, int(b.terms[t].rows), b.terms[t].title)
	}
	_, err = tx.Exec(`insert into segment values(?,?,?,?,?,?,?)`, s.n, s.first, s.rows, rows, b.firstResource, resources, present(w.whole()))
	return err
}

// present is b, empty rather than null.
func present(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// each runs one statement n times.
func each(tx *sql.Tx, query string, n int, args func(i int) []any) error {
	if n == 0 {
		return nil
	}
	st, err := tx.Prepare(query)
	if err != nil {
		return err
	}
	defer st.Close()
	for i := range n {
		if _, err := st.ExecContext(context.Background(), args(i)...); err != nil {
			return err
		}
	}
	return nil
}
