package search

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"sort"

	"lamplight/content"
)

// A view is the index as a search sees it. It is never changed, only replaced; what is appended behind the end of its
// slices is not its. Before anything is searched for or written it has only courses: the rest is loaded when it is asked for.
type view struct {
	courses []course // by number; 0 is none

	loaded    bool
	segments  []placed   // by first row
	resources []resource // by number; 0 is none
	values    []string   // interned: languages, kinds, faces; 0 is ""
	faces     []faces    // by value: what resources count under, nil of other values
	rows      int        // of all segments
	live      int        // of them, those of courses that are there

	holds *int // who uses it; guarded by Index.mu
}

// A placed segment is one with its place in a view.
type placed struct {
	*segment
	first uint32 // of its rows
	live  int    // rows of courses that are there
}

// heading marks a row that holds a resource's title and description rather than its text.
const heading = 1 << 31

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

// maxRows bounds what is kept in memory of rows: 16 MiB. Text beyond is left out; titles are still found.
const maxRows = 4 << 20

// newView is what a listing says, nothing of it loaded.
func newView(l listing) *view {
	v := &view{courses: make([]course, l.NextCourse), holds: new(int)}
	for _, c := range l.Courses {
		v.courses[c.N] = course{
			id: c.ID, edition: c.Edition, title: c.Title, languages: c.Languages,
			state: State{Course: c.ID, Edition: c.Edition, Headed: c.Headed, Read: c.Read, Done: c.Done, Resources: c.Resources},
		}
	}
	return v
}

// listing is what is to be kept of a loaded view.
func (v *view) listing(nextSegment uint64) listing {
	l := listing{NextCourse: len(v.courses), NextResource: uint32(len(v.resources)), NextSegment: nextSegment}
	for n, c := range v.courses {
		if c.id != "" {
			l.Courses = append(l.Courses, listedCourse{
				N: n, ID: c.id, Edition: c.edition, Title: c.title, Languages: c.languages,
				Headed: c.state.Headed, Read: c.state.Read, Done: c.state.Done, Resources: c.state.Resources,
			})
		}
	}
	for _, s := range v.segments {
		l.Segments = append(l.Segments, s.listed)
	}
	return l
}

// load opens a listing's segments into v, which the caller owns.
func (v *view) load(dir string, l listing) (err error) {
	v.loaded, v.values, v.faces = true, []string{""}, []faces{nil}
	v.resources = make([]resource, l.NextResource)
	known := map[string]uint32{"": 0}
	for _, listed := range l.Segments {
		s, err := openSegment(dir, listed)
		if err == nil {
			v.segments = append(v.segments, placed{segment: s})
			err = v.take(s, known)
		}
		if err != nil {
			v.close()
			return err
		}
	}
	v.count()
	return nil
}

// take loads a segment's resources.
func (v *view) take(s *segment, known map[string]uint32) error {
	for _, r := range s.rows {
		if int(r&^heading) >= len(v.resources) {
			return fmt.Errorf("segment %d: a row of resource %d of %d: %w", s.listed.N, r&^heading, len(v.resources), fs.ErrInvalid)
		}
	}
	values, err := s.values()
	if err != nil {
		return err
	}
	numbers := []uint32{0}
	for _, value := range values {
		n, ok := known[value]
		if !ok {
			n = uint32(len(v.values))
			known[value] = n
			v.intern(value)
		}
		numbers = append(numbers, n)
	}
	column, err := s.columnOf(resourceColumn)
	if err != nil {
		return err
	}
	if int(s.firstResource)+int(s.footer.resources) > len(v.resources) {
		return fmt.Errorf("segment %d: resources from %d to %d of %d: %w", s.listed.N, s.firstResource, int(s.firstResource)+int(s.footer.resources), len(v.resources), fs.ErrInvalid)
	}
	for i := range int(s.footer.resources) {
		r := readResource(column[i*resourceBytes:])
		if int(r.course) >= len(v.courses) || int(r.kind) >= len(numbers) || int(r.language) >= len(numbers) || int(r.faces) >= len(numbers) {
			return fmt.Errorf("segment %d: resource %d leads nowhere: %w", s.listed.N, i, fs.ErrInvalid)
		}
		r.kind, r.language, r.faces = narrow(numbers[r.kind]), narrow(numbers[r.language]), numbers[r.faces]
		v.resources[int(s.firstResource)+i] = r
	}
	return nil
}

// narrow is a value's number in 16 bits; of those past them that of "".
func narrow(n uint32) uint16 {
	if n > math.MaxUint16 {
		return 0
	}
	return uint16(n)
}

// intern appends a value; the caller owns v.
func (v *view) intern(s string) {
	var f faces
	if len(s) > 0 && s[0] == '{' {
		_ = json.Unmarshal([]byte(s), &f) // ours; what cannot be read counts under nothing
	}
	v.values, v.faces = append(v.values, s), append(v.faces, f)
}

// count counts rows; the caller owns v.
func (v *view) count() {
	v.rows, v.live = 0, 0
	for i := range v.segments {
		s := &v.segments[i]
		s.first, s.live = uint32(v.rows), 0
		for _, r := range s.rows {
			if v.there(r) {
				s.live++
			}
		}
		v.rows += len(s.rows)
		v.live += s.live
	}
}

// there says whether a row, by its resource, is of a course that is there.
func (v *view) there(row uint32) bool { return v.courses[v.resources[row&^heading].course].id != "" }

// close closes the segments of a view that nobody else has seen.
func (v *view) close() {
	for _, s := range v.segments {
		_ = s.f.Close()
	}
}

// copy is a view to be changed and put in the place of this one. Slices are shared up to their ends.
func (v *view) copy() *view {
	n := *v
	n.holds = new(int)
	n.segments = append([]placed(nil), v.segments...)
	n.courses = append([]course(nil), v.courses...)
	return &n
}

// segmentOf is the segment that a row is in, and its number there.
func (v *view) segmentOf(row uint32) (*segment, int) {
	i := sort.Search(len(v.segments), func(i int) bool { return v.segments[i].first > row }) - 1
	return v.segments[i].segment, int(row - v.segments[i].first)
}

// head reads a resource's heading.
func (v *view) head(n uint32) (head, error) {
	i := sort.Search(len(v.segments), func(i int) bool { return v.segments[i].firstResource > n }) - 1
	for ; i >= 0 && v.segments[i].footer.resources == 0; i-- { // one of text alone
	}
	if i < 0 || n-v.segments[i].firstResource >= v.segments[i].footer.resources {
		return head{}, fmt.Errorf("resource %d is in no segment: %w", n, fs.ErrInvalid)
	}
	s := v.segments[i].segment
	b, err := s.item(headColumn, s.heads, int(n-s.firstResource), nil)
	if err != nil {
		return head{}, fmt.Errorf("segment %d: resource %d: %w", s.listed.N, n, err)
	}
	return parseHead(b)
}
