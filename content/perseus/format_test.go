package perseus_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/perseus"
)

// archive writes a .perseus file: names and contents by turns.
func archive(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i+1 < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		f.Write([]byte(files[i+1]))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sums_07_sw.perseus")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	drawing = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><path d="M0,0L200,100" stroke="black"/></svg>`
	over    = `svgData123({"range":[[0,20],[0,10]],"labels":[{"content":"\\blue{A}","alignment":"above right","coordinates":[10,5],"style":{"color":"#6495ED"},"typesetAsMath":true}]});`
)

func ours(t *testing.T) string {
	return archive(t,
		"exercise.json", `{"all_assessment_items":["a","b","gone","a"],"mastery_model":"num_correct_in_a_row_3","m":null,"n":null}`,
		"a.json", string(item("![A line](web+graphie:${☣ LOCALPATH}/images/x)\n\nWhat is $A$? [[☃ numeric-input 1]]", "numeric-input 1", three)),
		"b.json", string(item("Plot [[☃ plotter 1]]", "plotter 1", "{}")),
		"images/x.svg", drawing, "images/x-data.json", over)
}

func TestTheFormatKeepsItsContract(t *testing.T) {
	good := []importtest.Sample{{
		Path: ours(t), Title: "sums 07 sw", Resources: 1, Items: 1, Languages: []string{"sw"}, Silent: true,
		More: func(t *testing.T, p *content.Plan, r content.Reader) {
			x := exercise(t, r)
			if len(x.LeftOut) != 2 || x.LeftOut[0].Type != "plotter" || x.LeftOut[1].Type != "missing" || x.Criterion.Type != "num_correct_in_a_row_3" {
				t.Errorf("%+v, left out %+v", x.Criterion, x.LeftOut)
			}
			f, err := r.File("images/x.svg")
			if err != nil {
				t.Fatal(err)
			}
			b, err := importtest.ReadFile(f)
			if err != nil || !strings.Contains(string(b), `>A</text>`) || !strings.Contains(string(b), "#6495ED") {
				t.Errorf("the drawing is without its label: %s, %v", b, err)
			}
		},
	}}
	items := map[string]int{}
	for path, want := range expected {
		items[path] = want[0]
	}
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "perseus") {
		good = append(good, importtest.Sample{Path: e.File, Resources: 1, Items: items[e.Path], Silent: true, Languages: []string{languages[e.Path]}})
	}
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "perseus-item")[:3] {
		good = append(good, importtest.Sample{Path: e.File, Resources: 1, Silent: true, Damage: 6})
	}
	var bad []importtest.Bad
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "bad/perseus") {
		bad = append(bad, importtest.Bad{Path: e.File, Is: fs.ErrInvalid, Says: "exercise.json"})
	}
	empty := archive(t, "other.txt", "x")
	bad = append(bad, importtest.Bad{Path: empty, Is: fs.ErrNotExist, Says: "exercise.json"})
	importtest.Run(t, perseus.Format{}, good, bad)
}

// languages are what the files' names and scripts tell; of Khan Academy's, of which none is asked, nothing does.
var languages = map[string]string{
	"perseus/khan_mixed_selfcontained.perseus": "und", "perseus/story_0001_en.perseus": "en", "perseus/story_0008_sw.perseus": "sw",
	"perseus/story_0072_ar.perseus": "ar", "perseus/story_0089_hi.perseus": "hi",
}

func exercise(t *testing.T, r content.Reader) content.Exercise {
	t.Helper()
	nodes, _, err := r.Children("", 0, 10)
	if err != nil || len(nodes) != 1 {
		t.Fatalf("%d nodes, %v", len(nodes), err)
	}
	x, err := r.(content.ExerciseReader).Exercise(nodes[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestAFileIsClaimedByItsNameOrItsBeginning(t *testing.T) {
	for _, c := range []struct {
		path, head string
		want       bool
	}{
		{"a.perseus", "anything", true},
		{"a.json", `{"question":{"content":"x"`, true},
		{"a.json", `{"answerArea":{"calculator":false},"question":{"content":"[[☃ radio 1]]"`, true},
		{"a.json", `{"content":"\n\nA","images":{}`, true},
		{"a.json", `{"format":"x","items":[]}`, false},
		{"a.json", `[1,2]`, false},
		{"a.zip", "PK\x03\x04" + strings.Repeat("\x00", 26) + "exercise.json", true},
		{"a.zip", "PK\x03\x04" + strings.Repeat("\x00", 26) + "imsmanifest.xml", false},
	} {
		if got := (perseus.Format{}).Claims(c.path, []byte(c.head)); got != c.want {
			t.Errorf("%s %q: %v", c.path, c.head, got)
		}
	}
	if (perseus.Format{}).Claims("a.perseus", nil) {
		t.Error("a folder is claimed")
	}
}
