package nodetest

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/kolibri"
	"lamplight/content/library"
	"lamplight/content/pack"
	"lamplight/server/config"
)

// What learners and guests may never be given stands in what is for teachers and in what is said of a right answer.
const (
	staffCanary  = "STAFFONLYCANARY"
	answerCanary = "ANSWERCANARY"
	drawing      = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>%s</title><text y="9">%s</text></svg>`
)

// secretFolder writes a course folder with something for everybody, something for teachers, and answers.
func secretFolder(t *testing.T, id string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), id)
	for name, text := range map[string]string{
		"course.md":               "---\n# " + staffCanary + "\nid: " + id + "\ntitle: Course " + id + "\nlanguage: en\nlicence: CC-BY-4.0\nedition: 1\n---\n\nHello.\n",
		"cover.svg":               fmt.Sprintf(drawing, "cover", "cover"),
		"01-all/01-page.md":       "---\ntitle: Page\n---\n\n![a well](well.svg)\n\n![both](both.svg)\n",
		"01-all/02-ask.md":        "---\nkind: exercise\ntitle: Ask\n---\n\n## number n1\n? How many? ![jars](jars.svg)\n= 3\nright: " + answerCanary + "\n\n## choice n2\n? Which? ![jars](jars.svg)\n(x) One : " + answerCanary + "\n( ) Two\n",
		"01-all/03-for-staff.md":  "---\ntitle: Plan\nstaff: yes\n---\n\n" + staffCanary + "\n\n![key](key.svg)\n\n![both](both.svg)\n",
		"01-all/04-staff-test.md": "---\nkind: exercise\ntitle: Test\nstaff: yes\n---\n\n## number n1\n? " + staffCanary + " ![paper](paper.svg)\n= 4\nright: " + answerCanary + "\n",
		"01-all/well.svg":         fmt.Sprintf(drawing, "well", "well"),
		"01-all/jars.svg":         fmt.Sprintf(drawing, "jars", "jars"),
		"01-all/both.svg":         fmt.Sprintf(drawing, "both", "both"),
		"01-all/key.svg":          fmt.Sprintf(drawing, "key", staffCanary),
		"01-all/paper.svg":        fmt.Sprintf(drawing, "paper", staffCanary),
	} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// secretDrive is such a course as a Kolibri drive.
func secretDrive(t *testing.T, id string) string {
	t.Helper()
	plan, err := pack.Format{}.Plan(context.Background(), secretFolder(t, id), content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := pack.Format{}.Open(plan.Course, importtest.Install(t, plan), plan.Index)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	drive := t.TempDir()
	if left, err := kolibri.Write(context.Background(), r, drive, time.Unix(1e9, 0)); err != nil {
		t.Fatal(left, err)
	}
	return drive
}

// banks are questions in the formats of others, and a book.
func banks(t *testing.T, drive string) (paths []string) {
	t.Helper()
	dir := t.TempDir()
	put := func(name, text string) {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	put("bank.gift", "::q1:: Which? {=One#"+answerCanary+" ~Two}\n")
	put("item.xml", `<?xml version="1.0"?><assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" title="Item" adaptive="false" timeDependent="false">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse><value>a</value></correctResponse></responseDeclaration>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody><choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1"><prompt>Which?</prompt><simpleChoice identifier="a">One<feedbackInline outcomeIdentifier="FEEDBACK" identifier="a" showHide="show">`+answerCanary+`</feedbackInline></simpleChoice><simpleChoice identifier="b">Two</simpleChoice></choiceInteraction></itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/></assessmentItem>`)
	if err := filepath.WalkDir(drive, func(p string, e os.DirEntry, err error) error {
		if err == nil && filepath.Ext(p) == ".perseus" && len(paths) < 3 {
			b, errRead := os.ReadFile(p)
			put("lone.perseus", string(b))
			return errRead
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return append(paths, pageZip(t, dir, "App", 2000), shelfZIM(t, "CC BY 4.0"))
}

// An asker is somebody in a role.
type asker struct {
	role    string
	browser *Browser
}

// TestOnlyWhatAPageLoadsIsGivenByItsName asks, as everybody, at every door, for every name that anything stored has.
func TestOnlyWhatAPageLoadsIsGivenByItsName(t *testing.T) {
	n := Start(t, Options{Config: func(c *config.Config) { c.Web.Guests = true }})
	school(t, n)
	drive := secretDrive(t, "driven")
	report, err := n.Library.Import(context.Background(), append(banks(t, drive), secretFolder(t, "packed"), drive), library.ImportOptions{})
	if err != nil || len(report.Refused) > 0 {
		t.Fatal(err, report.Refused)
	}
	askers := []asker{{"guest", n.Browser()}, {"learner", n.Browser()}, {"teacher", n.Browser()}}
	askers[1].browser.SignIn("Amina", "4711")
	askers[2].browser.SignIn("Okello", "lamp-light")
	formats := map[string]bool{}
	for _, c := range report.Courses {
		course, err := n.Library.Course(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		formats[course.Format] = true
		names := storedNames(t, n, c.ID)
		for _, a := range askers {
			n.askForAll(t, a, course, names)
			n.loadAll(t, a, course)
		}
	}
	for _, f := range []string{"lamplight", "kolibri", "gift", "qti", "perseus", "html", "zim"} {
		if !formats[f] {
			t.Errorf("no course of format %s was tried, but %v", f, formats)
		}
	}
}

// storedNames are the names under which a course's files are kept, what lies in those that are archives, and names that
// such files are likely to have.
func storedNames(t *testing.T, n *Node, id content.CourseID) (names []string) {
	t.Helper()
	hash, _, err := n.Library.Manifest(id)
	if err != nil {
		t.Fatal(err)
	}
	var m library.Manifest
	b, err := os.ReadFile(n.Blobs.Path(hash))
	if err == nil {
		err = cbor.Unmarshal(b, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Files {
		names = append(names, f.Name)
		z, err := zip.OpenReader(n.Blobs.Path(f.Hash))
		if err != nil {
			continue
		}
		for _, e := range z.File {
			names = append(names, e.Name, f.Name+"/"+e.Name, f.Name+"/./"+e.Name, f.Name+"//"+e.Name, strings.ToUpper(f.Name)+"/"+e.Name)
		}
		z.Close()
	}
	if err := n.eachNode(id, "", func(x content.Node) {
		names = append(names, x.Path, x.Thumbnail, path.Base(x.Path))
	}); err != nil {
		t.Fatal(err)
	}
	folder := secretFolder(t, "names")
	if err := filepath.WalkDir(folder, func(p string, e os.DirEntry, err error) error {
		rel, _ := filepath.Rel(folder, p)
		names = append(names, filepath.ToSlash(rel))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	names = append(names, "exercise.json", "course.lamp", "course.zip", "book.epub", "thumbnail", "tree", "sources", "index", "manifest",
		"channel.sqlite3", "X/listing/titleOrdered/v1", "X/fulltext/xapian", "M/Title", "M/License", "index.html", "noise.bin", "W/mainPage")
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(s string) bool { return s == "" })
}

func (n *Node) eachNode(id content.CourseID, topic content.ResourceID, do func(content.Node)) error {
	r, release, err := n.Library.Reader(id)
	if err != nil {
		return err
	}
	defer release()
	var walk func(topic content.ResourceID) error
	walk = func(topic content.ResourceID) error {
		nodes, _, err := r.Children(topic, 0, 1000)
		for _, x := range nodes {
			if do(x); x.Kind == content.Topic && err == nil {
				err = walk(x.ID)
			}
		}
		return err
	}
	return walk(topic)
}

// askForAll asks at every door for every name.
func (n *Node) askForAll(t *testing.T, a asker, course content.Course, names []string) {
	t.Helper()
	player := &Browser{t, n.Listening.Player, a.browser.http}
	given := 0
	for _, name := range names {
		address := (&url.URL{Path: string(course.ID) + "/" + name}).EscapedPath()
		for _, door := range []struct {
			b    *Browser
			path string
		}{
			{a.browser, "/file/" + address},
			{a.browser, "/thumbnail/" + string(course.ID) + "?of=" + url.QueryEscape(name)},
			{a.browser, "/opds/file/" + address},
			{player, "/p/" + address},
			{player, "/p/" + strings.Repeat("A", 22) + "/" + address},
		} {
			p := door.b.Get(door.path)
			if p.Status != http.StatusOK {
				continue
			}
			given++
			if strings.HasPrefix(door.path, "/file/") && !content.ShownType(p.Header.Get("Content-Type")) {
				t.Errorf("%s is given %s as %s", a.role, door.path, p.Header.Get("Content-Type"))
			}
			if said := secretIn([]byte(p.Body)); said != "" && a.role != "teacher" {
				t.Errorf("%s is given %s, of %s, with %s", a.role, door.path, course.Format, said)
			}
		}
	}
	t.Logf("%-8s %-9s %4d names, %3d answers", a.role, course.Format, len(names), given)
}

// secretIn says which canary is in a body, or in what it packs.
func secretIn(b []byte) string {
	for _, c := range []string{staffCanary, answerCanary} {
		if bytes.Contains(b, []byte(c)) {
			return c
		}
	}
	switch {
	case bytes.HasPrefix(b, []byte("LAMPPACK")):
		return "a pack"
	case bytes.HasPrefix(b, []byte("SQLite format 3")):
		return "a database"
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return ""
	}
	for _, f := range z.File {
		if r, err := f.Open(); err == nil {
			inner, _ := io.ReadAll(r)
			r.Close()
			if said := secretIn(inner); said != "" {
				return said + " in " + f.Name
			}
		}
	}
	return ""
}

var loaded = regexp.MustCompile(`(?:src|href|poster|data-src)="((?:http://[^"/]+/p/|/file/|/thumbnail/|/cover/|/take/|/course/|/resource/|/exercise/)[^"]*)"`)

// loadAll follows the course's pages and loads what they load: all of it must be there, and none of it a secret.
func (n *Node) loadAll(t *testing.T, a asker, course content.Course) {
	t.Helper()
	seen := map[string]bool{}
	queue := []string{"/course/" + string(course.ID)}
	shown, staff := 0, 0
	for len(queue) > 0 && len(seen) < 400 {
		at := queue[0]
		if queue = queue[1:]; seen[at] {
			continue
		}
		seen[at] = true
		b := a.browser
		if rest, ok := strings.CutPrefix(at, n.Listening.Player); ok {
			b, at = &Browser{t, n.Listening.Player, a.browser.http}, rest
		}
		p := b.Get(at)
		if p.Status != http.StatusOK {
			t.Errorf("%s: %s of a page is %d", a.role, at, p.Status)
			continue
		}
		secret := secretIn([]byte(p.Body))
		if secret != "" && secret != answerCanary {
			staff++
			if a.role != "teacher" {
				t.Errorf("%s is shown %s with %s", a.role, at, secret)
			}
		}
		if !strings.Contains(p.Header.Get("Content-Type"), "html") {
			shown++
			continue
		}
		for _, m := range loaded.FindAllStringSubmatch(p.Body, -1) {
			u := html.UnescapeString(m[1])
			if i := strings.IndexByte(u, '#'); i >= 0 {
				u = u[:i]
			}
			mine := strings.Contains(u, string(course.ID)) || strings.HasPrefix(u, "/resource/") || strings.HasPrefix(u, "/exercise/")
			if mine && !strings.Contains(u, "hint=") && !strings.Contains(u, "keep") {
				queue = append(queue, u)
			}
		}
	}
	t.Logf("%-8s %-9s %3d pages and files, %d files, %d for staff", a.role, course.Format, len(seen), shown, staff)
	if shown == 0 && (course.Format == "kolibri" || course.Format == "lamplight") {
		t.Errorf("%s sees no picture in %s", a.role, course.Format)
	}
	if a.role == "teacher" && course.Format == "lamplight" && staff < 3 || course.Format == "kolibri" && a.role == "teacher" && staff < 2 {
		t.Errorf("a teacher is shown %d things for staff of %s: the plan, its drawing, the test", staff, course.Format)
	}
}
