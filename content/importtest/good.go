package importtest

import (
	"context"
	"crypto/sha256"
	"io"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
)

// checkGood plans, installs, opens and reads one sample.
func checkGood(t *testing.T, f content.Format, s Sample) {
	var p *content.Plan
	watchHeap(t, "plan", func() {
		watchDisk(t, s.Path, func() { p = planTwice(t, f, s) })
	})
	checkCourse(t, f, s, p)
	in := Install(t, p)
	watchHeap(t, "read", func() {
		watchDisk(t, s.Path, func() {
			r := open(t, f, p, in)
			if r == nil {
				return
			}
			nodes := checkTree(t, p, r)
			files := checkFiles(t, in, r, nodes, s.deep())
			checkTogether(t, r, files)
			checkEscapes(t, in, r)
			if s.More != nil {
				s.More(t, p, r)
			}
			if err := r.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	})
	checkDamage(t, f, s)
}

func (s Sample) deep() int {
	if s.Deep == 0 {
		return 300
	}
	return s.Deep
}

// planTwice also checks that the second plan is the first: the same file is the same course on every box.
func planTwice(t *testing.T, f content.Format, s Sample) *content.Plan {
	t.Helper()
	if !f.Claims(s.Path, head(s.Path)) {
		t.Errorf("Claims(%s) is false", s.Path)
	}
	p, err := f.Plan(context.Background(), s.Path, content.ImportOptions{})
	if err != nil {
		t.Fatalf("Plan: %v", err)
	}
	again, err := f.Plan(context.Background(), s.Path, content.ImportOptions{Licence: "CC-BY-NC-4.0", Owner: "Someone"})
	if err != nil {
		t.Fatalf("Plan again: %v", err)
	}
	if p.Course.Licence.ID == "" && again.Course.Licence.ID != "CC-BY-NC-4.0" {
		t.Errorf("no licence stated: the importer's should be taken, got %q", again.Course.Licence.ID)
	}
	if p.Course.Licence.ID != "" && again.Course.Licence.ID != p.Course.Licence.ID {
		t.Errorf("licence %q was stated but the importer's %q replaced it", p.Course.Licence.ID, again.Course.Licence.ID)
	}
	again.Course.Licence = p.Course.Licence
	if len(p.Files) > 0 && p.Files[0].Make != nil {
		again.Course.Bytes = p.Course.Bytes // what is made holds the licence
		if s.Silent {
			again.Course.Edition = p.Course.Edition // and is another edition for it
		}
	}
	if !reflect.DeepEqual(again.Course, p.Course) || string(again.Index) != string(p.Index) {
		t.Errorf("two plans of one file differ:\n%+v\n%+v", p.Course, again.Course)
	}
	return p
}

// head is what Claims is given: the first 512 bytes, nil of a folder.
func head(path string) []byte {
	if fi, err := os.Stat(path); err != nil || fi.IsDir() {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	b, _ := io.ReadAll(io.LimitReader(f, 512))
	return b
}

var hex32 = regexp.MustCompile(`^[0-9a-f]{32}$`)

func checkCourse(t *testing.T, f content.Format, s Sample, p *content.Plan) {
	t.Helper()
	c := p.Course
	if !hex32.MatchString(string(c.ID)) {
		t.Errorf("course id %q, want 32 hex digits", c.ID)
	}
	if c.Format != f.Name() || c.Edition == "" || len(c.Languages) == 0 {
		t.Errorf("format %q, edition %q, languages %q: all must be set", c.Format, c.Edition, c.Languages)
	}
	if strings.TrimSpace(c.Title) == "" || notPrintable(c.Title) != "" {
		t.Errorf("title %q %s", c.Title, notPrintable(c.Title))
	}
	want := func(what string, got, want any) {
		if !reflect.ValueOf(want).IsZero() && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	want("title", c.Title, s.Title)
	want("licence", c.Licence.ID, s.Licence)
	want("owner", c.Licence.Owner, s.Owner)
	want("resources", c.Resources, s.Resources)
	want("items", c.Items, s.Items)
	want("languages", c.Languages, s.Languages)
	if s.Silent && c.Licence.ID != "" {
		t.Errorf("licence %q found where none is stated", c.Licence.ID)
	}
	if len(p.Index) > 1<<20 {
		t.Errorf("index of %d bytes, at most 1 MiB", len(p.Index))
	}
	var sum int64
	for _, f := range p.Files {
		sum += f.Size
	}
	if c.Bytes != sum {
		t.Errorf("course of %d bytes, its files %d", c.Bytes, sum)
	}
}

func open(t *testing.T, f content.Format, p *content.Plan, in *Installed) content.Reader {
	t.Helper()
	r, err := f.Open(p.Course, in, p.Index)
	if err != nil {
		t.Errorf("Open: %v", err)
		return nil
	}
	if !reflect.DeepEqual(r.Course(), p.Course) {
		t.Errorf("Course() of the reader is %+v, planned %+v", r.Course(), p.Course)
	}
	return r
}

// checkTree walks all nodes in small pages and in one, which must agree, and finds each again by its id.
func checkTree(t *testing.T, p *content.Plan, r content.Reader) []content.Node {
	t.Helper()
	var all []content.Node
	seen := map[content.ResourceID]bool{}
	var walk func(parent content.ResourceID, depth int)
	walk = func(parent content.ResourceID, depth int) {
		if depth > 64 {
			t.Fatal("topics 64 deep")
		}
		for _, n := range paged(t, r, parent) {
			if seen[n.ID] && n.Kind != content.Topic { // one resource may stand in several topics, as itself
				checkAgain(t, r, n)
				continue
			}
			if seen[n.ID] {
				t.Errorf("id %q twice", n.ID)
				return
			}
			seen[n.ID] = true
			all = append(all, n)
			checkNode(t, r, parent, n)
			if n.Kind == content.Topic {
				walk(n.ID, depth+1)
			}
		}
	}
	walk("", 0)
	resources := 0
	for _, n := range all {
		if n.Kind != content.Topic {
			resources++
		}
	}
	if resources != p.Course.Resources {
		t.Errorf("%d resources in the tree, the course says %d", resources, p.Course.Resources)
	}
	if _, err := r.Node("no such node"); !hasKind(err) {
		t.Errorf("Node of an unknown id: %v, want fs.ErrNotExist", err)
	}
	return all
}

// checkAgain finds a resource that stands in a second topic: there too it is the same.
func checkAgain(t *testing.T, r content.Reader, n content.Node) {
	t.Helper()
	first, err := r.Node(n.ID)
	if err != nil || first.Parent == n.Parent || first.Path != n.Path || first.Kind != n.Kind {
		t.Errorf("id %q twice: %+v and %+v, %v", n.ID, first, n, err)
	}
}

func paged(t *testing.T, r content.Reader, parent content.ResourceID) []content.Node {
	t.Helper()
	whole, total, err := r.Children(parent, 0, 1<<20)
	if err != nil || len(whole) != total {
		t.Fatalf("Children(%q): %d of %d nodes, %v", parent, len(whole), total, err)
	}
	step := max(7, total/50)
	var pages []content.Node
	for off := 0; off < total; off += step {
		some, n, err := r.Children(parent, off, step)
		if err != nil || n != total || len(some) != min(step, total-off) {
			t.Fatalf("Children(%q, %d, %d): %d nodes of %d, %v", parent, off, step, len(some), n, err)
		}
		pages = append(pages, some...)
	}
	if !slices.EqualFunc(whole, pages, func(a, b content.Node) bool { return a.ID == b.ID && a.Title == b.Title }) {
		t.Errorf("Children(%q) in pages of %d differs from the whole", parent, step)
	}
	for _, off := range []int{total, total + 5} {
		if beyond, n, err := r.Children(parent, off, 3); err != nil || len(beyond) != 0 || n != total {
			t.Errorf("Children(%q) past the end: %d nodes of %d, %v", parent, len(beyond), n, err)
		}
	}
	return whole
}

func checkNode(t *testing.T, r content.Reader, parent content.ResourceID, n content.Node) {
	t.Helper()
	if n.Parent != parent || n.Kind == "" || strings.TrimSpace(n.Title) == "" {
		t.Errorf("node %q: parent %q (want %q), kind %q, title %q", n.ID, n.Parent, parent, n.Kind, n.Title)
	}
	if bad := notPrintable(n.Title + string(n.ID)); bad != "" {
		t.Errorf("node %q: title or id %s", n.ID, bad)
	}
	again, err := r.Node(n.ID)
	if err != nil || again.ID != n.ID || again.Kind != n.Kind || again.Path != n.Path || again.Title != n.Title {
		t.Errorf("Node(%q): %+v, %v; Children gave %+v", n.ID, again, err, n)
	}
}

// checkFiles reads the files of up to deep nodes, spread evenly, and gives the sums by path.
func checkFiles(t *testing.T, in *Installed, r content.Reader, nodes []content.Node, deep int) map[string][32]byte {
	t.Helper()
	sums := map[string][32]byte{}
	step := max(1, len(nodes)/deep)
	for i := 0; i < len(nodes); i += step {
		n := nodes[i]
		if n.Broken != "" {
			continue
		}
		paths := []string{n.Path, n.Thumbnail}
		if n.Kind == content.Practice || n.Kind == content.Page { // read by Exercise and ReadyPage; their path is a name
			paths = paths[1:]
		}
		if n.Kind == content.Practice {
			checkExercise(t, r, n)
		}
		for _, c := range n.Captions {
			paths = append(paths, c.Path)
		}
		for _, p := range paths {
			if p != "" {
				sums[p] = checkFile(t, in, r, p)
			}
		}
	}
	if p := r.Course().Thumbnail; p != "" {
		sums[p] = checkFile(t, in, r, p)
	}
	return sums
}

// checkExercise draws every question, and wants a reason for each that is left out.
func checkExercise(t *testing.T, r content.Reader, n content.Node) {
	t.Helper()
	exercises, ok := r.(content.ExerciseReader)
	if !ok {
		t.Errorf("node %q is an exercise, and the reader has none", n.ID)
		return
	}
	x, err := exercises.Exercise(n.ID)
	if err != nil || x.Criterion.Type == "" || len(x.Items)+len(x.LeftOut) == 0 {
		t.Errorf("Exercise(%q): criterion %q, %d items, %d left out, %v", n.ID, x.Criterion.Type, len(x.Items), len(x.LeftOut), err)
	}
	for _, it := range x.Items {
		if _, err := marking.Draw(it, 1); err != nil || marking.Check(it) != nil {
			t.Errorf("Exercise(%q): item %s: %v, %v", n.ID, it.ID, err, marking.Check(it))
		}
	}
	for _, l := range x.LeftOut {
		if l.Type == "" || l.Reason == "" {
			t.Errorf("Exercise(%q): item %q is left out as %q because of %q", n.ID, l.Item, l.Type, l.Reason)
		}
	}
}

func checkFile(t *testing.T, in *Installed, r content.Reader, path string) [32]byte {
	t.Helper()
	f, err := r.File(path)
	if err != nil {
		t.Errorf("File(%q): %v", path, err)
		return [32]byte{}
	}
	if f.MIME == "" || f.ETag == "" || strings.ContainsAny(f.ETag, "\" \r\n") || f.Path == "" {
		t.Errorf("File(%q): path %q, MIME %q, ETag %q", path, f.Path, f.MIME, f.ETag)
	}
	if f.Source != nil && (f.Bytes != nil || f.Source.Size != f.Size || f.Source.Offset < 0 || !in.holds(f.Source.Path)) {
		t.Errorf("File(%q): extent %+v beside %d bytes, size %d; it must lie in an installed file", path, *f.Source, len(f.Bytes), f.Size)
	}
	if f.Source == nil && int64(len(f.Bytes)) != f.Size {
		t.Errorf("File(%q): %d bytes, Size %d", path, len(f.Bytes), f.Size)
	}
	b, err := ReadFile(f)
	if err != nil {
		t.Errorf("File(%q): reading its extent: %v", path, err)
	}
	sum := sha256.Sum256(b)
	for i := range f.Bytes { // ours now: spoiling it must not reach anybody else
		f.Bytes[i] ^= 0xA5
	}
	again, err := r.File(path)
	if err != nil || again.ETag != f.ETag || again.MIME != f.MIME {
		t.Errorf("File(%q) again: ETag %q, %v; was %q", path, again.ETag, err, f.ETag)
	}
	if b, _ := ReadFile(again); sha256.Sum256(b) != sum {
		t.Errorf("File(%q): the bytes given out are not the receiver's own", path)
	}
	return sum
}

// checkTogether asks for the same files from eight goroutines in different orders.
func checkTogether(t *testing.T, r content.Reader, sums map[string][32]byte) {
	t.Helper()
	var paths []string
	for p := range sums {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	paths = paths[:min(len(paths), 60)]
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range paths {
				p := paths[(i*(2*g+1)+g)%len(paths)]
				f, err := r.File(p)
				if err != nil {
					t.Errorf("File(%q) together with others: %v", p, err)
					return
				}
				if b, _ := ReadFile(f); sha256.Sum256(b) != sums[p] {
					t.Errorf("File(%q) together with others: other bytes", p)
				}
			}
		})
	}
	all.Wait()
}
