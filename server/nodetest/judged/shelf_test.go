package judged

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/library"
	"lamplight/server"
	"lamplight/server/config"
	"lamplight/server/nodetest"
)

// A shelf is the judged courses, installed on a node in this process that does not run, so that what an engine finds can be
// named as judgements name it.
type shelf struct {
	set     Set // bound
	paths   []string
	names   map[content.CourseID]string
	courses map[string]content.CourseID
	only    map[content.CourseID]bool // of one resource
	library *library.Library
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	corpus := importtest.Corpus(t)
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	n, err := server.Open(server.Options{Dir: filepath.Join(t.TempDir(), "shelf"), Config: config.Default(), Log: nodetest.Logger(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() }) // it never ran, and goes with the test
	s := &shelf{names: map[content.CourseID]string{}, courses: map[string]content.CourseID{}, only: map[content.CourseID]bool{}, library: n.Library}
	for _, c := range set.Courses {
		path := filepath.Join(corpus, filepath.FromSlash(c.Path))
		if !slices.Contains(s.paths, path) {
			s.paths = append(s.paths, path)
		}
		report, err := n.Library.Import(t.Context(), []string{path}, library.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, made := range report.Courses {
			if c.Title == "" || c.Title == made.Title {
				s.names[made.ID], s.courses[c.Name], s.only[made.ID] = c.Name, made.ID, made.Resources == 1
			}
		}
		if s.courses[c.Name] == "" {
			t.Fatalf("%s is not installed as %q: %v", c.Path, c.Title, report.Refused)
		}
	}
	if s.set, err = set.Bind(func(course string) []string { return s.resources(t, s.courses[course]) }); err != nil {
		t.Fatal(err)
	}
	return s
}

// resources names all resources of a course.
func (s *shelf) resources(t *testing.T, id content.CourseID) (names []string) {
	t.Helper()
	r, release, err := s.library.Reader(id)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if s.only[id] {
		return []string{".", "course"}
	}
	names = []string{"course"}
	var walk func(parent content.ResourceID)
	walk = func(parent content.ResourceID) {
		for at := 0; ; {
			nodes, total, err := r.Children(parent, at, 500)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range nodes {
				if n.Kind == content.Topic {
					walk(n.ID)
				}
				names = append(names, nameOf(r, n))
			}
			if at += len(nodes); at >= total || len(nodes) == 0 {
				return
			}
		}
	}
	walk("")
	return names
}

// nameOf is what judgements call a resource: see queries.txt.
func nameOf(r content.Reader, n content.Node) string {
	switch r.Course().Format {
	case "zim":
		if f, err := r.File(n.Path); err == nil {
			return f.Path // a redirect is the page it leads to
		}
		return n.Path
	case "media":
		return n.Path
	}
	kind := n.Kind
	if kind == content.Book {
		kind = content.Document // Kolibri calls both so
	}
	return string(kind) + "=" + n.Title
}

// hit names what the node answered: a course, a resource of it ("" the course itself) and the address.
func (s *shelf) hit(course content.CourseID, resource content.ResourceID, address string) Hit {
	h := Hit{Course: s.names[course], Resource: "course"}
	if u, err := url.Parse(address); err == nil {
		h.Place = "?" + u.RawQuery
	}
	switch {
	case s.only[course]:
		h.Resource = "."
	case resource != "":
		r, release, err := s.library.Reader(course)
		if err != nil {
			break
		}
		defer release()
		h.Resource = "?" + string(resource)
		if n, err := r.Node(resource); err == nil {
			h.Resource = nameOf(r, n)
		}
	}
	return h
}

// zims are the judged courses with full-text indexes of their own, and what kiwix-serve calls them: by their files.
func (s *shelf) zims() map[string]string {
	out := map[string]string{}
	for _, c := range s.set.Courses {
		if name, ok := strings.CutSuffix(filepath.Base(c.Path), ".zim"); ok {
			out[c.Name] = strings.ToLower(name)
		}
	}
	return out
}
