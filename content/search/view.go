package search

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"

	"lamplight/content"
)

// A view is what a search needs of the index in memory. It is never changed, only replaced; what is appended behind the
// end of its slices is not its.
type view struct {
	segments  []segment        // by first row
	rows      []uint32         // of each row, numbered from 0: its resource, and heading; rows that are gone: 0
	resources []resource       // by number; 0 is none
	courses   []course         // by number; 0 is none
	values    []string         // interned: languages, kinds, faces; 0 is ""
	faces     map[uint32]faces // by value: what resources count under
	live      int              // rows of courses that are there
}

// heading marks a row that holds a resource's title and description rather than its text.
const heading = 1 << 31

// A segment is a run of rows whose words were written together.
type segment struct {
	n           int64
	first, rows uint32
}

// faces are a resource's values of facets but for its course.
type faces = map[content.Facet][]string

// A resource in memory.
type resource struct {
	faces          uint32
	course         uint16
	kind, language uint16
	title          uint8 // words in it, at most 255
	quality        uint8 // see qualityOf; and staffOnly
}

const resourceBytes = 12

// staffOnly marks a resource for teachers alone in its quality.
const staffOnly = 0x80

func (r resource) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, r.faces)
	b = binary.LittleEndian.AppendUint16(b, r.course)
	b = binary.LittleEndian.AppendUint16(b, r.kind)
	b = binary.LittleEndian.AppendUint16(b, r.language)
	return append(b, r.title, r.quality)
}

func readResource(b []byte) resource {
	return resource{
		faces: binary.LittleEndian.Uint32(b), course: binary.LittleEndian.Uint16(b[4:]), kind: binary.LittleEndian.Uint16(b[6:]),
		language: binary.LittleEndian.Uint16(b[8:]), title: b[10], quality: b[11],
	}
}

// A course in memory.
type course struct {
	id        content.CourseID // "" once it was removed
	edition   string
	title     string
	languages []string
	state     State
}

// load reads a view from the file.
func (x *Index) load() (*view, error) {
	v := &view{rows: []uint32{}, resources: []resource{{}}, courses: []course{{}}, values: []string{""}, faces: map[uint32]faces{}}
	for _, step := range []func(*view) error{x.loadValues, x.loadCourses, x.loadSegments} {
		if err := step(v); err != nil {
			return nil, err
		}
	}
	for _, r := range v.rows {
		if v.courseOf(r&^heading).id != "" {
			v.live++
		}
	}
	return v, nil
}

func (x *Index) loadValues(v *view) error {
	rows, err := x.write.Query(`select n, value from value order by n`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n int
		var s string
		if err := rows.Scan(&n, &s); err != nil {
			return err
		}
		if n != len(v.values) {
			return fmt.Errorf("value %d after %d: %w", n, len(v.values)-1, fs.ErrInvalid)
		}
		v.intern(s)
	}
	return rows.Err()
}

// intern appends a value; the caller owns v.
func (v *view) intern(s string) {
	if len(s) > 0 && s[0] == '{' {
		var f faces
		_ = json.Unmarshal([]byte(s), &f) // ours; what cannot be read counts under nothing
		v.faces[uint32(len(v.values))] = f
	}
	v.values = append(v.values, s)
}

func (x *Index) loadCourses(v *view) error {
	rows, err := x.write.Query(`select n, id, edition, about, state, at, total from course order by n`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n, state, at, total int
		var id, edition string
		var about []byte
		if err := rows.Scan(&n, &id, &edition, &about, &state, &at, &total); err != nil {
			return err
		}
		if n < len(v.courses) || n > 1<<16-1 {
			return fmt.Errorf("course %d: %w", n, fs.ErrInvalid)
		}
		for len(v.courses) < n {
			v.courses = append(v.courses, course{})
		}
		var c content.Course
		if err := json.Unmarshal(about, &c); err != nil {
			return fmt.Errorf("course %d: %w: %w", n, err, fs.ErrInvalid)
		}
		v.courses = append(v.courses, course{
			id: content.CourseID(id), edition: edition, title: c.Title, languages: c.Languages,
			state: State{Course: content.CourseID(id), Edition: edition, Headed: state >= stateHeaded, Read: state >= stateRead, Done: at, Resources: total},
		})
	}
	return rows.Err()
}

func (x *Index) loadSegments(v *view) error {
	rows, err := x.write.Query(`select n, first, count, rows, firstresource, resources from segment order by first`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s segment
		var firstResource int
		var rowBytes, resourceBytes []byte
		if err := rows.Scan(&s.n, &s.first, &s.rows, &rowBytes, &firstResource, &resourceBytes); err != nil {
			return err
		}
		if int(s.first) < len(v.rows) || len(rowBytes) != 4*int(s.rows) || s.first+s.rows > maxRows {
			return fmt.Errorf("segment %d: %d rows from %d in %d bytes: %w", s.n, s.rows, s.first, len(rowBytes), fs.ErrInvalid)
		}
		v.appendSegment(s, rowBytes, firstResource, resourceBytes)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return v.check()
}

// check finds numbers that lead nowhere.
func (v *view) check() error {
	for _, r := range v.rows {
		if int(r&^heading) >= len(v.resources) {
			return fmt.Errorf("a row of resource %d of %d: %w", r&^heading, len(v.resources), fs.ErrInvalid)
		}
	}
	for n, r := range v.resources {
		if int(r.course) >= len(v.courses) || int(r.kind) >= len(v.values) || int(r.language) >= len(v.values) || int(r.faces) >= len(v.values) {
			return fmt.Errorf("resource %d leads nowhere: %w", n, fs.ErrInvalid)
		}
	}
	return nil
}

// maxRows bounds what is kept in memory of rows: 16 MiB. Text beyond is left out; titles are still found.
const maxRows = 4 << 20

// appendSegment takes in a segment's columns. Numbers between it and the one before are of what is gone.
func (v *view) appendSegment(s segment, rowBytes []byte, firstResource int, resources []byte) {
	for uint32(len(v.rows)) < s.first {
		v.rows = append(v.rows, 0)
	}
	for i := 0; i+4 <= len(rowBytes); i += 4 {
		v.rows = append(v.rows, binary.LittleEndian.Uint32(rowBytes[i:]))
	}
	for len(resources) > 0 && len(v.resources) < firstResource {
		v.resources = append(v.resources, resource{})
	}
	for i := 0; i+resourceBytes <= len(resources); i += resourceBytes {
		if firstResource+i/resourceBytes < len(v.resources) {
			v.resources[firstResource+i/resourceBytes] = readResource(resources[i:])
		} else {
			v.resources = append(v.resources, readResource(resources[i:]))
		}
	}
	v.segments = append(v.segments, s)
}

func (v *view) courseOf(resource uint32) *course {
	return &v.courses[v.resources[resource].course]
}

// copy is a view to be changed and put in the place of this one. Slices are shared up to their ends.
func (v *view) copy() *view {
	n := *v
	n.segments = append([]segment(nil), v.segments...)
	n.courses = append([]course(nil), v.courses...)
	return &n
}
