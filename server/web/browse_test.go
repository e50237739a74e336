package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"html"
	"image/jpeg"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/library"
	"lamplight/server/config"
	"lamplight/server/district"
)

// A forest reads files "NAME.forest" that hold how many resources there are: units of ten topics of eleven.
type forest struct{}

func (forest) Name() string                   { return "forest" }
func (forest) Claims(p string, _ []byte) bool { return filepath.Ext(p) == ".forest" }

func (forest) Plan(_ context.Context, path string, _ content.ImportOptions) (*content.Plan, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	name := strings.TrimSuffix(filepath.Base(path), ".forest")
	c := content.Course{
		ID: content.NewCourseID("forest", name), Edition: string(b), Format: "forest", Title: hostileTitle + name, Languages: []string{"en"}, Bytes: int64(len(b)), Resources: n,
		Labels:  content.Labels{Subjects: []string{"d&WXdXWF.qs0Xlaxq"}, Levels: []string{"wnarlxKo"}},
		Licence: content.Licence{ID: "CC-BY-NC-SA-4.0", Owner: "Owner & Co", Terms: "Ask <first>."},
	}
	return &content.Plan{Course: c, Files: []content.PlanFile{{Name: "file", Size: int64(len(b)), Parts: []string{path}}}, Index: []byte(strconv.Itoa(n)), Missing: []content.PlanFile{{Name: "lost", Size: 1}, {Name: "gone", Size: 1}}}, err
}

// hostileTitle is what somebody may call a course.
const hostileTitle = "<script>alert(1)</script>\u202e\"'&"

func (forest) Open(c content.Course, _ content.Files, index []byte) (content.Reader, error) {
	n, err := strconv.Atoi(string(index))
	return &forestReader{c, n}, err
}

// A forestReader makes its nodes up as they are asked for. A node's id is its number; units and topics follow resources.
type forestReader struct {
	course content.Course
	n      int
}

func (r *forestReader) Course() content.Course            { return r.course }
func (r *forestReader) Close() error                      { return nil }
func (r *forestReader) File(string) (content.File, error) { return content.File{}, fs.ErrNotExist }

func (r *forestReader) id(kind byte, i int) content.ResourceID {
	return content.ResourceID(fmt.Sprintf("%x%02x%022x", string(r.course.ID[:4]), kind, i))
}

func (r *forestReader) Node(id content.ResourceID) (content.Node, error) {
	if len(id) != 32 {
		return content.Node{}, fs.ErrNotExist
	}
	kind, _ := strconv.ParseUint(string(id[8:10]), 16, 8)
	i, _ := strconv.ParseInt(string(id[10:]), 16, 32)
	if id[:8] != r.id(0, 0)[:8] || int(i) >= r.n {
		return content.Node{}, fs.ErrNotExist
	}
	return r.node(byte(kind), int(i)), nil
}

func (r *forestReader) node(kind byte, i int) content.Node {
	n := content.Node{ID: r.id(kind, i), Title: fmt.Sprintf("Node %d about things that grow", i), Description: "A short description of the thing."}
	switch kind {
	case 2:
		n.Kind, n.Title = content.Topic, fmt.Sprint("Unit ", i)
	case 1:
		n.Kind, n.Title, n.Parent = content.Topic, fmt.Sprint("Topic ", i), r.id(2, i/10)
	default:
		n.Kind, n.Parent, n.MIME, n.Path, n.Bytes = content.Video, r.id(1, i/11), "video/mp4", "film.mp4", 1000
		n.Staff = i%11 == 5
		if i == 3 {
			n.Licence = &content.Licence{ID: "LicenseRef-AllRightsReserved", Author: "Somebody"}
		}
	}
	return n
}

func (r *forestReader) Children(parent content.ResourceID, offset, n int) (out []content.Node, total int, err error) {
	topics := (r.n + 10) / 11
	kind, first, past := byte(2), 0, (topics+9)/10
	if parent != "" {
		p, err := r.Node(parent)
		if err != nil {
			return nil, 0, err
		}
		i, _ := strconv.ParseInt(string(parent[10:]), 16, 32)
		if kind = 1; strings.HasPrefix(p.Title, "Unit") {
			first, past = int(10*i), min(topics, int(10*i)+10)
		} else {
			kind, first, past = 0, int(11*i), min(r.n, int(11*i)+11)
		}
	}
	for i := first + offset; i < min(past, first+offset+n); i++ {
		out = append(out, r.node(kind, i))
	}
	return out, past - first, nil
}

// A plainNode is a claimed box that has a name.
type plainNode struct{ Node }

func (plainNode) Name() string  { return "Box" }
func (plainNode) Claimed() bool { return true }

func (plainNode) District() *district.Schools { return nil }

// forestSite is the pages over a library of such courses, for guests.
func forestSite(t testing.TB, courses map[string]int) (*Server, map[string]*forestReader) {
	t.Helper()
	dir, stick := t.TempDir(), t.TempDir()
	blobs, err := blob.Open(filepath.Join(dir, "blobs"), blob.Options{Floor: -1})
	if err != nil {
		t.Fatal(err)
	}
	l, err := library.Open(dir, blobs, forest{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	readers := map[string]*forestReader{}
	for name, n := range courses {
		path := filepath.Join(stick, name+".forest")
		if err := os.WriteFile(path, []byte(strconv.Itoa(n)), 0o644); err != nil {
			t.Fatal(err)
		}
		report, err := l.Import(context.Background(), []string{path}, library.ImportOptions{})
		if err != nil || len(report.Refused) > 0 {
			t.Fatal(err, report.Refused)
		}
		readers[name] = &forestReader{report.Courses[0], n}
	}
	now := func() (time.Time, bool) { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), true }
	s := New(Options{Library: l, Node: plainNode{}, Settings: config.Web{Guests: true}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: now})
	return s, readers
}

func get(t testing.TB, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", "en")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// links are a page's addresses by the words of the link.
func links(page string) map[string]string {
	out := map[string]string{}
	tags := regexp.MustCompile(`<[^>]*>`)
	for _, m := range regexp.MustCompile(`(?s)<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>`).FindAllStringSubmatch(page, -1) {
		out[strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(m[2], " "))), " ")] = html.UnescapeString(m[1])
	}
	return out
}

func TestTheLibraryIsLookedThroughByLinks(t *testing.T) {
	s, _ := forestSite(t, map[string]int{"a": 330, "b": 22})
	first := get(t, s, "/library").Body.String()
	to := links(first)["a"] // the course a: its whole title is hostile
	for words, address := range links(first) {
		if strings.HasSuffix(words, "a 300") { // 330 but for one in eleven, which are for teachers
			to = address
		}
	}
	q, err := url.Parse(to)
	if err != nil || len(q.Query()["course"]) != 1 {
		t.Fatalf("no link chooses course a: %q in\n%v", to, links(first))
	}
	page := get(t, s, to).Body.String()
	if !strings.Contains(page, "300 things found") || strings.Count(page, `class="card`) < nodesPerPage {
		t.Errorf("course a lists no 300 things:\n%.3000s", page)
	}
	second := links(page)["More"]
	if second == "" || !strings.Contains(get(t, s, second).Body.String(), "51 to 100 of 300") {
		t.Errorf("%q is no second page", second)
	}
	none := get(t, s, to+"&kind=exercise").Body.String()
	if !strings.Contains(none, "Nothing in the library is all of this at once") || links(none)["Take all away"] != "/library" {
		t.Error("a choice that leaves nothing does not say so, or has no way out")
	}
}

func TestHostileNamesAndAddressesStayText(t *testing.T) {
	s, readers := forestSite(t, map[string]int{"a": 30})
	id := string(readers["a"].course.ID)
	for _, path := range []string{
		"/library", "/library?course=" + id, "/library?subject=%3Cscript%3E&level=%22%3E&language=" + strings.Repeat("x", 64) + "&from=-7", "/course/" + id,
		"/library?" + strings.Repeat("kind=%3Cb%3E&", 200), "/licence/%3Cscript%3E", "/library?more=%3Cb%3E&course=%00",
	} {
		w := get(t, s, path)
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "<script>alert") || strings.Contains(w.Body.String(), "<b>") {
			t.Errorf("%.80s: %d, or a name became more than text", path, w.Code)
		}
	}
}

func TestATopicSaysHowMuchLiesInItAndAResourceLeadsOnAndBack(t *testing.T) {
	s, readers := forestSite(t, map[string]int{"a": 330})
	r := readers["a"]
	course := get(t, s, "/course/"+string(r.course.ID)).Body.String()
	if !strings.Contains(course, "100 things to open") || !strings.Contains(course, "2 files of this course are missing") || !strings.Contains(course, "For: First school years") {
		t.Errorf("the course's page lacks what it holds, lacks or is for:\n%.4000s", course)
	}
	last := get(t, s, "/resource/"+string(r.id(0, 10))).Body.String()
	if to := links(last)["After Node 11 about things that grow"]; to != "/resource/"+string(r.id(0, 11)) {
		t.Errorf("the last of a topic leads on to %q, want the first of the next", to)
	}
	if to := links(last)["Topic 0"]; !strings.Contains(to, string(r.id(1, 0))) || !strings.Contains(last, `class="back" href="`+html.EscapeString(to)) {
		t.Errorf("back leads to %q, want its topic", to)
	}
	if _, ok := links(last)["Node 5 about things that grow"]; ok || !strings.Contains(last, "Node 4 about") {
		t.Error("beside it stands what is for teachers alone, or not what stands there")
	}
	w := get(t, s, "/resource/"+string(r.id(0, 4))+"?go=next")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/resource/"+string(r.id(0, 6)) {
		t.Errorf("go=next: %d to %s, want past what is for teachers", w.Code, w.Header().Get("Location"))
	}
	if w := get(t, s, "/resource/"+string(r.id(0, 5))); w.Code != http.StatusNotFound {
		t.Errorf("what is for teachers: %d", w.Code)
	}
	if w := get(t, s, "/course/"+string(r.course.ID)+"?topic="+string(r.id(1, 0))); strings.Contains(w.Body.String(), "Node 5 ") || strings.Count(w.Body.String(), "Node ") < 10 {
		t.Error("the topic's page lists what is for teachers, or not the rest")
	}
}

func TestEveryPageSaysItsLicence(t *testing.T) {
	s, readers := forestSite(t, map[string]int{"a": 330})
	r := readers["a"]
	for path, want := range map[string][]string{
		"/course/" + string(r.course.ID):                                  {"CC BY-NC-SA 4.0", "not for sale", "shared on the same terms", "By Owner &amp; Co", "Ask &lt;first&gt;."},
		"/course/" + string(r.course.ID) + "?topic=" + string(r.id(1, 2)): {"CC BY-NC-SA 4.0", "By Owner &amp; Co"},
		"/resource/" + string(r.id(0, 4)):                                 {"CC BY-NC-SA 4.0", "not for sale", "By Owner &amp; Co"},
		"/resource/" + string(r.id(0, 3)):                                 {"All rights reserved", "By Somebody", "/licence/LicenseRef-AllRightsReserved"},
		"/licence/CC-BY-NC-SA-4.0":                                        {"Attribution-NonCommercial-ShareAlike 4.0", "Do not sell it", "Say who made it"},
		"/licence/LicenseRef-AllRightsReserved":                           {"All rights reserved", "All rights are kept"},
		"/licence/LicenseRef-SpecialPermissions":                          {"Used with its owner"},
		"/licence/CC-PDM-1.0":                                             {"Public Domain Mark", "Nobody owns this any more"},
		"/licence/GFDL-1.3-or-later":                                      {"GNU Free Documentation License 1.3 or later", "share what you make of it"},
		"/licence/":                                                       {"Licence not stated"},
	} {
		page := get(t, s, path).Body.String()
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("%s lacks %q", path, w)
			}
		}
	}
}

func TestACoverForOtherProgramsIsAlwaysAJPEG(t *testing.T) {
	s, readers := forestSite(t, map[string]int{"a": 3})
	w := get(t, s, "/cover/"+string(readers["a"].course.ID))
	if m, err := jpeg.Decode(w.Body); err != nil || w.Header().Get("Content-Type") != "image/jpeg" || m.Bounds().Dx() < 48 {
		t.Errorf("got %q: %v", w.Header().Get("Content-Type"), err)
	}
}

// A first view is 30 KB with style sheet, script and icons, which leaves a page 8.
func TestALibraryOfAHundredCoursesIsALightPage(t *testing.T) {
	courses := map[string]int{}
	for i := range 100 {
		courses[fmt.Sprint("course-", i)] = 40
	}
	s, _ := forestSite(t, courses)
	for _, path := range []string{"/library", "/library?subject=mathematics"} {
		body := get(t, s, path).Body.Bytes()
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		z.Write(body)
		z.Close()
		t.Logf("%s: %d bytes, %d packed", path, len(body), packed.Len())
		if packed.Len() > 8<<10 {
			t.Errorf("%s weighs %d bytes", path, packed.Len())
		}
	}
}

func BenchmarkPagesOfACourseOf20000(b *testing.B) {
	s, readers := forestSite(b, map[string]int{"a": 20000})
	r := readers["a"]
	for name, path := range map[string]string{
		"course":   "/course/" + string(r.course.ID),
		"topic":    "/course/" + string(r.course.ID) + "?topic=" + string(r.id(1, 900)),
		"resource": "/resource/" + string(r.id(0, 9000)),
		"library":  "/library?kind=video&level=lower-primary&from=9000",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if w := get(b, s, path); w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
