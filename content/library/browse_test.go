package library_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/library"
)

// A tree reads files "NAME.tree" that hold "nodes seed": a made-up course of so many resources in topics, labelled at random.
type tree struct{}

func (tree) Name() string                   { return "tree" }
func (tree) Claims(p string, _ []byte) bool { return filepath.Ext(p) == ".tree" }

func (tree) Plan(_ context.Context, path string, _ content.ImportOptions) (*content.Plan, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(filepath.Base(path), ".tree")
	c := content.Course{
		ID: content.NewCourseID("tree", name), Edition: string(b), Format: "tree", Title: name, Languages: []string{"en"}, Bytes: int64(len(b)),
		Labels: content.Labels{Levels: []string{"wnarlxKo"}}, Licence: content.Licence{ID: "CC-BY-4.0"},
	}
	return &content.Plan{Course: c, Files: []content.PlanFile{{Name: "file", Size: int64(len(b)), Parts: []string{path}}}, Index: []byte(c.ID)}, nil
}

func (tree) Open(c content.Course, files content.Files, _ []byte) (content.Reader, error) {
	p, _, err := files.Path("file")
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(p)
	if err != nil {
		return nil, err
	}
	size, seed, _ := strings.Cut(string(b), " ")
	n, _ := strconv.Atoi(size)
	s, _ := strconv.ParseUint(strings.Fields(seed)[0], 10, 64)
	return grow(c, n, s, strings.Contains(seed, "staff")), nil
}

// grow makes a tree of topics of eleven resources, ten topics to a topic above.
func grow(c content.Course, n int, seed uint64, staff bool) *treeReader {
	r := &treeReader{course: c, children: map[content.ResourceID][]content.Node{}, byID: map[content.ResourceID]content.Node{}}
	dice := rand.New(rand.NewPCG(seed, 1))
	words := content.Vocabulary()
	add := func(x content.Node) content.ResourceID {
		r.children[x.Parent] = append(r.children[x.Parent], x)
		r.byID[x.ID] = x
		return x.ID
	}
	id := func(what string, i int) content.ResourceID { return content.NewResourceID(c.ID, fmt.Sprint(what, i)) }
	var unit, topic content.ResourceID
	for i := range n {
		if i%110 == 0 {
			unit = add(content.Node{ID: id("unit", i), Kind: content.Topic, Title: fmt.Sprint("Unit ", i)})
		}
		if i%11 == 0 {
			topic = add(content.Node{ID: id("topic", i), Parent: unit, Kind: content.Topic, Title: fmt.Sprint("Topic ", i), Labels: content.Labels{Subjects: []string{words[7+dice.IntN(58)].Code}}})
		}
		x := content.Node{ID: id("node", i), Parent: topic, Title: fmt.Sprint("Node ", i), Kind: []content.Kind{content.Video, content.Practice, content.Page}[dice.IntN(3)]}
		if dice.IntN(4) == 0 {
			x.Language = []string{"fr-FR", "sw", "ar"}[dice.IntN(3)]
		}
		if dice.IntN(9) == 0 {
			x.Licence = &content.Licence{ID: []string{"", "CC-BY-NC-4.0"}[dice.IntN(2)]}
		}
		if dice.IntN(50) == 0 {
			x.Labels.Needs = []string{"Hsw9k7Bz.OFIbUAK9"}
		}
		x.Staff = staff && dice.IntN(7) == 0
		add(x)
	}
	return r
}

type treeReader struct {
	course   content.Course
	children map[content.ResourceID][]content.Node
	byID     map[content.ResourceID]content.Node
}

func (r *treeReader) Course() content.Course            { return r.course }
func (r *treeReader) Close() error                      { return nil }
func (r *treeReader) File(string) (content.File, error) { return content.File{}, fs.ErrNotExist }
func (r *treeReader) Node(id content.ResourceID) (content.Node, error) {
	if n, ok := r.byID[id]; ok {
		return n, nil
	}
	return content.Node{}, fs.ErrNotExist
}

func (r *treeReader) Children(p content.ResourceID, offset, n int) ([]content.Node, int, error) {
	all := r.children[p]
	offset = min(offset, len(all))
	return all[offset:min(len(all), offset+n)], len(all), nil
}

// inOrder are the resources as a reader meets them, with the labels of the topics above.
func (r *treeReader) inOrder(p content.ResourceID, above content.Labels, yield func(content.Node, content.Labels)) {
	for _, n := range r.children[p] {
		if n.Kind == content.Topic {
			r.inOrder(n.ID, n.Labels.Within(above), yield)
		} else {
			yield(n, above)
		}
	}
}

func treeBox(t testing.TB, courses map[string]string) (*library.Library, map[content.CourseID]*treeReader) {
	t.Helper()
	dir, stick := t.TempDir(), t.TempDir()
	blobs, err := blob.Open(filepath.Join(dir, "blobs"), blob.Options{Floor: -1})
	if err != nil {
		t.Fatal(err)
	}
	l, err := library.Open(dir, blobs, tree{}, fake{"zim"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	readers := map[content.CourseID]*treeReader{}
	for name, text := range courses {
		path := filepath.Join(stick, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		report, err := l.Import(context.Background(), []string{path}, library.ImportOptions{})
		if err != nil || len(report.Refused) > 0 {
			t.Fatal(err, report.Refused)
		}
		reader, release, err := l.Reader(report.Courses[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if r, ok := reader.(*treeReader); ok {
			readers[r.course.ID] = r
		}
		release()
	}
	return l, readers
}

// counted is Browse done by looking at every resource.
func counted(l *library.Library, readers map[content.CourseID]*treeReader, c library.Wanted) library.Found {
	var out library.Found
	counts := map[content.Facet]map[string]int{}
	for _, f := range content.Facets {
		counts[f] = map[string]int{}
	}
	for _, course := range l.Courses() {
		look := func(id content.ResourceID, values map[content.Facet][]string) {
			values[content.CourseFacet] = []string{string(course.ID)}
			fits := func(but content.Facet) bool {
				for f, wanted := range c.Values {
					if f != but && len(wanted) > 0 && !slices.ContainsFunc(wanted, func(w string) bool { return slices.Contains(values[f], w) }) {
						return false
					}
				}
				return true
			}
			for f, all := range values {
				for _, v := range all {
					counts[f][v] += 0
					if fits(f) {
						counts[f][v]++
					}
				}
			}
			if fits("") {
				out.Total++
				out.Places = append(out.Places, library.Place{Course: course.ID, Resource: id})
			}
		}
		r := readers[course.ID]
		if r == nil || len(r.byID) == 0 {
			look("", course.Values())
			continue
		}
		r.inOrder("", course.Labels, func(n content.Node, above content.Labels) {
			if !n.Staff || c.Staff {
				look(n.ID, n.Values(course, above))
			}
		})
	}
	out.Counts = map[content.Facet][]library.Count{}
	for f, all := range counts {
		for v, n := range all {
			out.Counts[f] = append(out.Counts[f], library.Count{Value: v, Resources: n})
		}
		slices.SortFunc(out.Counts[f], func(a, b library.Count) int { return strings.Compare(a.Value, b.Value) })
	}
	return out
}

var someTrees = map[string]string{
	"a.tree": "700 1", "b.tree": "300 2 staff", "c.tree": "64 3", "d.tree": "1 4", "e.tree": "0 5",
	"large.zim": "course Large\n",
}

func TestFacetsCountAsOneWhoLooksAtEveryResource(t *testing.T) {
	l, readers := treeBox(t, someTrees)
	all := counted(l, readers, library.Wanted{Staff: true}).Counts
	dice := rand.New(rand.NewPCG(7, 7))
	for round := range 400 {
		c := library.Wanted{Staff: dice.IntN(2) == 0, Values: map[content.Facet][]string{}}
		for range dice.IntN(4) {
			f := content.Facets[dice.IntN(len(content.Facets))]
			if len(all[f]) > 0 {
				c.Values[f] = append(c.Values[f], all[f][dice.IntN(len(all[f]))].Value)
			}
		}
		offset, n := dice.IntN(50), 1+dice.IntN(30)
		got, err := l.Browse(c, offset, n)
		if err != nil {
			t.Fatal(err)
		}
		want := counted(l, readers, c)
		if got.Total != want.Total {
			t.Fatalf("round %d, %v: %d resources, want %d", round, c, got.Total, want.Total)
		}
		want.Places = want.Places[min(offset, len(want.Places)):min(offset+n, len(want.Places))]
		if !slices.Equal(got.Places, want.Places) {
			t.Fatalf("round %d, %v: from %d found\n%v, want\n%v", round, c, offset, got.Places, want.Places)
		}
		for _, f := range content.Facets {
			if !slices.Equal(got.Counts[f], want.Counts[f]) {
				t.Fatalf("round %d, %v: %s counts\n%v, want\n%v", round, c, f, got.Counts[f], want.Counts[f])
			}
		}
	}
}

func TestTopicsCountWhatLiesInThemAndWhatIsDone(t *testing.T) {
	l, readers := treeBox(t, someTrees)
	for id, r := range readers {
		for _, staff := range []bool{false, true} {
			var topics, done []content.ResourceID
			for t, n := range r.byID {
				if n.Kind == content.Topic {
					topics = append(topics, t)
				} else if len(t) > 0 && t[0] < '6' {
					done = append(done, t)
				}
			}
			got, err := l.Topics(id, append(topics, "none"), append(done, "none"), staff)
			if err != nil {
				t.Fatal(err)
			}
			for i, topic := range topics {
				var want library.TopicCount
				r.inOrder(topic, content.Labels{}, func(n content.Node, _ content.Labels) {
					if n.Staff && !staff {
						return
					}
					want.Resources++
					if slices.Contains(done, n.ID) {
						want.Marked++
					}
				})
				if got[i] != want {
					t.Errorf("%s, %s: got %v, want %v", r.course.Title, r.byID[topic].Title, got[i], want)
				}
			}
		}
	}
}

func TestWhatIsForStaffIsKnown(t *testing.T) {
	l, readers := treeBox(t, someTrees)
	for id, r := range readers {
		want := 0
		for _, n := range r.byID {
			if n.Staff {
				want++
			}
			if got := l.Staff(id, n.ID); got != n.Staff {
				t.Errorf("%s, %s: staff is %v", r.course.Title, n.Title, got)
			}
		}
		if n, all := l.ForStaff(id); n != want || all {
			t.Errorf("%s: %d resources are for staff, want %d", r.course.Title, n, want)
		}
	}
}

func TestAroundAResourceAreItsNeighboursInCourseOrder(t *testing.T) {
	l, readers := treeBox(t, map[string]string{"a.tree": "600 1"})
	for id, r := range readers {
		var order []content.ResourceID
		r.inOrder("", content.Labels{}, func(n content.Node, _ content.Labels) { order = append(order, n.ID) })
		for _, at := range []int{0, 1, 10, 255, 256, 300, 598, 599} {
			before, after, err := l.Around(id, order[at], 3)
			if err != nil || !slices.Equal(before, order[max(0, at-3):at]) || !slices.Equal(after, order[at+1:min(600, at+4)]) {
				t.Errorf("around %d: %v, %v, %v", at, before, after, err)
			}
		}
		if _, _, err := l.Around(id, "none", 3); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("around nothing: %v", err)
		}
	}
}

func TestARemovedCourseLeavesNoCounts(t *testing.T) {
	l, readers := treeBox(t, someTrees)
	for id := range readers {
		if err := l.Remove(id); err != nil {
			t.Fatal(err)
		}
	}
	got, err := l.Browse(library.Wanted{Staff: true}, 0, 10)
	if err != nil || got.Total != 1 || len(got.Counts[content.SubjectFacet]) != 0 {
		t.Errorf("got %+v, %v; want the one course that is left", got, err)
	}
}

func BenchmarkBrowse(b *testing.B) {
	courses := map[string]string{}
	for i := range 10 {
		courses[fmt.Sprintf("c%d.tree", i)] = fmt.Sprintf("20000 %d staff", i)
	}
	l, _ := treeBox(b, courses)
	for name, c := range map[string]library.Wanted{
		"nothing chosen, 200,000 resources": {Staff: true},
		"nothing chosen, by a learner":      {},
		"three facets": {Values: map[content.Facet][]string{
			content.SubjectFacet: {"mathematics", "sciences"}, content.KindFacet: {"video"}, content.LanguageFacet: {"fr"},
		}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.Browse(c, 40, 20); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
