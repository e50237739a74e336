package qti

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
)

const manifest = `<?xml version="1.0"?><manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="M"><metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion>` +
	`<lom><general><title><string>Bank</string></title><language>sw</language></general><rights><description><string>CC BY 4.0</string></description></rights></lom></metadata><organizations/><resources>%</resources></manifest>`

func resource(id, kind, href string) string {
	return `<resource identifier="` + id + `" type="` + kind + `" href="` + href + `"><file href="` + href + `"/></resource>`
}

const dot = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>`

// samples writes packages made by hand into a folder.
func samples(t *testing.T) map[string]string {
	t.Helper()
	good := item(`cardinality="single" baseType="identifier"`, correct("B"), `<p><img src="../pics/a%20dot.svg" alt="a dot"/></p>`+choosing, matchCorrect)
	named := func(id string) string { return strings.Replace(good, `identifier="i1"`, `identifier="`+id+`"`, 1) }
	essay := strings.Replace(item(`cardinality="single" baseType="string"`, "", `<extendedTextInteraction responseIdentifier="RESPONSE"/>`, ""), `identifier="i1"`, `identifier="e1"`, 1)
	test := `<qti-assessment-test identifier="T" title="The test"><qti-test-part identifier="p"><qti-assessment-section identifier="s" title="S"><qti-rubric-block view="candidate"><qti-content-body><p>Read this first.</p></qti-content-body></qti-rubric-block>` +
		`<qti-assessment-item-ref identifier="r2" href="items/two.xml"/><qti-assessment-item-ref identifier="r1" href="items/one.xml"/><qti-assessment-item-ref identifier="r3" href="items/gone.xml"/></qti-assessment-section></qti-test-part></qti-assessment-test>`
	dir := t.TempDir()
	out := map[string]string{}
	write := func(name string, b []byte) {
		out[name] = filepath.Join(dir, name)
		if err := os.WriteFile(out[name], b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	listed := strings.Replace(manifest, "%", resource("T", "imsqti_test_xmlv3p0", "test.xml")+resource("one", "imsqti_item_xmlv3p0", "items/one.xml")+resource("two", "imsqti_item_xmlv3p0", "items/two.xml")+resource("loose", "imsqti_item_xmlv3p0", "items/loose.xml"), 1)
	files := []string{"imsmanifest.xml", listed, "test.xml", test, "items/one.xml", asThree(named("one")), "items/two.xml", named("two"), "items/loose.xml", essay, "pics/a dot.svg", dot}
	write("package.zip", zipOf(t, files...))
	wrapped := slices.Clone(files)
	for i := 0; i < len(wrapped); i += 2 {
		wrapped[i] = "folder/" + wrapped[i]
	}
	write("wrapped.zip", zipOf(t, wrapped...))
	write("lone.xml", []byte(item(`cardinality="single" baseType="identifier"`, correct("B"), choosing, matchCorrect)))
	write("essay.xml", []byte(essay))
	write("test.xml", []byte(test))
	write("empty.xml", nil)
	write("scorm.zip", zipOf(t, "imsmanifest.xml", `<manifest xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"><metadata><schema>ADL SCORM</schema></metadata><resources>`+resource("r", "webcontent", "index.html")+resource("q", "imsqti_item_xmlv2p1", "q.xml")+`</resources></manifest>`, "index.html", "", "q.xml", good))
	write("cartridge.zip", zipOf(t, "imsmanifest.xml", `<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"><resources>`+resource("q", "imsqti_xmlv1p2/imscc_xmlv1p3/assessment", "q.xml")+`</resources></manifest>`, "q.xml", good))
	write("pages.zip", zipOf(t, "index.html", "<html>"))
	write("page.html", []byte("<html><body>about assessment items</body></html>"))
	write("moodle.xml", []byte("<?xml version=\"1.0\"?><quiz><question type=\"essay\"/></quiz>"))
	return out
}

func TestPackagesAndLoneItemsAreCourses(t *testing.T) {
	s := samples(t)
	bad := []importtest.Bad{
		{Path: s["essay.xml"], Says: "a person must read"},
		{Path: s["test.xml"], Is: fs.ErrInvalid, Says: "whole package"},
		{Path: s["empty.xml"], Is: fs.ErrInvalid, Says: "empty"},
		{Path: s["pages.zip"], Is: fs.ErrNotExist, Says: "imsmanifest.xml"},
		{Path: s["moodle.xml"], Is: fs.ErrInvalid, Says: "<quiz>"},
	}
	good := []importtest.Sample{
		{Path: s["package.zip"], Title: "Bank", Licence: "CC-BY-4.0", Languages: []string{"en"}, Resources: 2, Items: 2, More: inPackage},
		{Path: s["wrapped.zip"], Title: "Bank", Resources: 2, Items: 2},
		{Path: s["lone.xml"], Title: "T", Silent: true, Resources: 1, Items: 1},
	}
	if dir := os.Getenv("LAMPLIGHT_CORPUS"); dir != "" || !testing.Short() {
		for _, e := range importtest.OfFormat(importtest.Manifest(t), "qti 2.1", "qti 3.0", "qti 1.2") {
			if strings.HasSuffix(e.Path, ".zip") {
				good = append(good, importtest.Sample{Path: e.File, Items: found[filepath.Base(e.Path)].items})
			}
		}
		for _, e := range importtest.Manifest(t) {
			if strings.HasPrefix(e.Path, "bad/") && (strings.HasSuffix(e.Path, ".zip") || strings.HasSuffix(e.Path, ".xml")) {
				bad = append(bad, importtest.Bad{Path: e.File, Survive: true})
			}
		}
	}
	importtest.Run(t, Format{}, good, bad)
}

func inPackage(t *testing.T, p *content.Plan, r content.Reader) {
	said := strings.Join(p.Warnings, "\n")
	for _, want := range []string{"items/gone.xml", "e1", "person must read"} {
		if !strings.Contains(said, want) {
			t.Errorf("warnings do not name %q: %s", want, said)
		}
	}
	nodes, _, err := r.Children("", 0, 10)
	if err != nil || len(nodes) != 2 || nodes[0].Title != "The test" || nodes[0].Broken != "" || nodes[1].Broken == "" {
		t.Fatalf("%+v, %v", nodes, err)
	}
	x, err := r.(content.ExerciseReader).Exercise(nodes[0].ID)
	if err != nil || len(x.Items) != 2 || x.Items[0].ID != "two" || x.Items[1].ID != "one" || len(x.LeftOut) != 1 || x.Criterion.Type != "do_all" {
		t.Fatalf("%+v, %v", x, err)
	}
	if !strings.HasPrefix(x.Items[0].Stem, "Read this first.\n\n![a dot](/file/") {
		t.Errorf("stem %q", x.Items[0].Stem)
	}
	if f, err := r.File("pics/a dot.svg"); err != nil || f.MIME != "image/svg+xml" {
		t.Errorf("its picture: %+v, %v", f, err)
	}
}

func TestOnlyQuestionsAreClaimed(t *testing.T) {
	s := samples(t)
	for name, want := range map[string]bool{
		"package.zip": true, "wrapped.zip": true, "lone.xml": true, "essay.xml": true, "test.xml": true, "scorm.zip": false, "cartridge.zip": false,
		"pages.zip": false, "page.html": false, "moodle.xml": false, "empty.xml": false,
	} {
		b, err := os.ReadFile(s[name])
		if err != nil {
			t.Fatal(err)
		}
		if got := (Format{}).Claims(s[name], b[:min(len(b), 512)]); got != want {
			t.Errorf("%s claimed: %v", name, got)
		}
	}
	if (Format{}).Claims(t.TempDir(), nil) {
		t.Error("a folder is claimed")
	}
}

// TestKolibriAsksInItsOwnOrder reads a package as a channel of Kolibri's has it: native items, and Khan Academy's behind a
// custom interaction.
func TestKolibriAsksInItsOwnOrder(t *testing.T) {
	wrapper := `<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="Kkhan"><qti-response-declaration identifier="RESPONSE" cardinality="record"/>` +
		`<qti-item-body><qti-custom-interaction response-identifier="RESPONSE" data-type="perseus" data-perseus-path="perseus/khan.json"/></qti-item-body></qti-assessment-item>`
	khan := `{"question":{"content":"Two and two? [[☃ numeric-input 1]]","images":{},"widgets":{"numeric-input 1":{"type":"numeric-input","options":{"answers":[{"value":4,"status":"correct","maxError":null,"strict":false}]}}}},"hints":[]}`
	native := strings.Replace(asThree(item(`cardinality="single" baseType="identifier"`, correct("B"), `<p><img src="images/d.svg" alt="dot"/></p>`+choosing, matchCorrect)), `identifier="i1"`, `identifier="Knative"`, 1)
	list := strings.Replace(manifest, "%", resource("Knative", "imsqti_item_xmlv3p0", "items/Knative.xml")+resource("Kkhan", "imsqti_item_xmlv3p0", "items/Kkhan.xml"), 1)
	b := zipOf(t, "imsmanifest.xml", list, "items/Knative.xml", native, "items/Kkhan.xml", wrapper, "perseus/khan.json", khan, "items/images/d.svg", dot)
	var asked []string
	o := Options{ID: "x", Title: "T", Language: "sw", Criterion: content.Criterion{Type: "m_of_n", M: 3, N: 4}, Order: []string{"Kkhan", "Kgone", "Knative"}, File: func(inner string) string {
		asked = append(asked, inner)
		return "abc.zip/" + inner
	}}
	x, err := Exercise(bytes.NewReader(b), int64(len(b)), o)
	if err != nil {
		t.Fatal(err)
	}
	if x.ID != "x" || x.Language != "sw" || x.Criterion != o.Criterion || len(x.Items) != 2 || len(x.LeftOut) != 1 || x.LeftOut[0].Item != "Kgone" {
		t.Fatalf("%+v", x)
	}
	if x.Items[0].ID != "Kkhan" || x.Items[0].Type != content.Number || x.Items[1].ID != "Knative" || !strings.Contains(x.Items[1].Stem, "](abc.zip/items/images/d.svg)") {
		t.Errorf("%+v", x.Items)
	}
	if !slices.Equal(slices.Compact(asked), []string{"items/images/d.svg"}) {
		t.Errorf("files asked for: %q", asked)
	}
	o.Order = nil
	if x, err = Exercise(bytes.NewReader(b), int64(len(b)), o); err != nil || len(x.Items) != 2 || x.Items[0].ID != "Knative" {
		t.Errorf("in the manifest's order: %+v, %v", x, err)
	}
}
