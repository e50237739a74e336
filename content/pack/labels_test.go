package pack

import (
	"reflect"
	"strings"
	"testing"

	"lamplight/content"
)

func TestWhatAnAuthorLabelsReachesTheCourseAndItsNodes(t *testing.T) {
	files := changed(t, map[string]string{
		"course.md":          "---\nid: a\ntitle: A\nlanguage: en\nlicence: MIT\nsubjects: mathematics\nlevels: lower-primary, upper-primary\n---\n",
		"01-one/topic.md":    "---\ntitle: One\nneeds: paper-pencil\n---\n",
		"01-one/10-last.md":  "---\nid: x\nsubjects: geometry, geometry\nactivities: create\ntags: clay, harvest\nstaff: yes\n---\n# T\n",
		"01-one/11-plain.md": "---\nid: y\n---\n# T\n",
	})
	r := opened(t, files)
	code := content.LabelCode
	if got, want := r.Course().Labels, (content.Labels{
		Subjects: []string{code(content.SubjectFacet, "mathematics")},
		Levels:   []string{code(content.LevelFacet, "lower-primary"), code(content.LevelFacet, "upper-primary")},
	}); !reflect.DeepEqual(got, want) {
		t.Errorf("the course has %+v, want %+v", got, want)
	}
	n, err := r.Node(content.NewResourceID(r.course.ID, "x"))
	if err != nil {
		t.Fatal(err)
	}
	if want := (content.Labels{
		Subjects: []string{code(content.SubjectFacet, "geometry")}, Activities: []string{code(content.ActivityFacet, "create")}, Tags: []string{"clay", "harvest"},
	}); !reflect.DeepEqual(n.Labels, want) || !n.Staff {
		t.Errorf("the page has %+v, staff %v, want %+v, staff", n.Labels, n.Staff, want)
	}
	topic, err := r.Node(n.Parent)
	if err != nil || !reflect.DeepEqual(topic.Labels.Needs, []string{code(content.NeedFacet, "paper-pencil")}) {
		t.Errorf("the topic has %+v, %v", topic.Labels, err)
	}
	if n, err := r.Node(content.NewResourceID(r.course.ID, "y")); err != nil || !reflect.DeepEqual(n.Labels, content.Labels{}) || n.Staff {
		t.Errorf("a page that says nothing has %+v, %v", n.Labels, err)
	}
}

func TestALabelThatIsNoneIsNamedWithWhatMayBeMeant(t *testing.T) {
	const page = "01-one/10-last.md"
	for want, front := range map[string]string{
		page + `:2: warning: subjects: "math" is no name we know: write mathematics`:                                     "subjects: math",
		page + `:2: warning: subjects: "knitting" is no name we know: write one of the names that the format lists`:      "subjects: arts, knitting",
		page + `:2: warning: levels: "primary" is no name we know: write lower-primary or upper-primary`:                 "levels: primary",
		page + `:2: warning: activities: "run" is no name we know: write watch, read, listen, practice, explore, create`: "activities: run",
		page + `:2: warning: tags: the first 20 of 21 count`:                                                             "tags: " + strings.Repeat("a,", 21),
		page + `:2: error: staff "perhaps": yes or no`:                                                                   "staff: perhaps",
		`01-one/topic.md:2: warning: "activities" means nothing here`:                                                    "topic activities: read",
	} {
		file := page
		if rest, ok := strings.CutPrefix(front, "topic "); ok {
			file, front = "01-one/topic.md", rest
		}
		files := changed(t, map[string]string{file: "---\n" + front + "\n---\n# T\n"})
		if got := strings.Join(linted(t, files), "\n"); !strings.Contains(got, want) {
			t.Errorf("%s: want %q in\n%s", front, want, got)
		}
	}
}
