package nodetest

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lamplight/content"
)

// PostParts sends a form in parts, as a form with a file field does: name, value, name, value …; a picture goes last.
func (b *Browser) PostParts(path string, picture []byte, fields ...string) Page {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 1; i < len(fields); i += 2 {
		if err := w.WriteField(fields[i-1], fields[i]); err != nil {
			b.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("picture", "p.png")
	if err == nil {
		_, err = part.Write(picture)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, b.base+path, &body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	answer, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return Page{answer.StatusCode, answer.Header, string(text), answer.Request.URL}
}

// A desk is a teacher with a course of their own that has a page and a set of questions.
type desk struct {
	*day
	okello         *Browser
	token          string
	own, page, set string // addresses
	course         content.CourseID
	picture        []byte
}

func newDesk(t *testing.T) *desk {
	d := &desk{day: newDay(t)}
	d.okello = d.Browser()
	d.okello.SignIn("Okello", "lamp-light")
	p := d.okello.Get("/teach/own")
	reads(t, "no courses yet", p, 200, "Write your own pages")
	d.token = p.Fields().Get("token")
	p = d.post("/teach/own", "id", p.Fields().Get("id"), "title", "Our well", "language", "en", "licence", "CC-BY-SA-4.0", "author", "Mr Okello")
	reads(t, "a course is begun", p, 200, "Nothing in it yet")
	d.own = p.URL.Path
	form := d.okello.Get(d.own + "/page").Fields()
	var m bytes.Buffer
	if err := png.Encode(&m, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	d.picture = m.Bytes()
	d.page = d.okello.PostParts(d.own+"/page", d.picture, "token", d.token, "id", form.Get("id"), "seen", "", "title", "The well",
		"text", "Rain sinks **in**.\r\n\r\n<script>alert(1)</script> [out](javascript:alert(1))", "alt", "A well [with] a wall").URL.Path
	p = d.post(d.own, "set", "1", "title", "Try it yourself")
	reads(t, "a set is begun", p, 200, "No questions yet")
	d.set = p.URL.Path
	return d
}

func (d *desk) post(path string, pairs ...string) Page {
	f := url.Values{"token": {d.token}}
	for i := 1; i < len(pairs); i += 2 {
		f.Add(pairs[i-1], pairs[i])
	}
	return d.okello.Post(path, f)
}

func (d *desk) item(t *testing.T, kind string, pairs ...string) Page {
	t.Helper()
	form := d.okello.Get(d.set + "/item?type=" + kind).Fields()
	return d.post(d.set+"/item", append([]string{"type", kind, "id", "", "was", form.Get("was")}, pairs...)...)
}

func (d *desk) questions(t *testing.T) {
	t.Helper()
	reads(t, "a choice", d.item(t, "choice", "stem", "Which {one}?", "opt.0", "lid : on", "opt.1", "no lid", "say.1", "Flies fall in : look.", "right", "0"), 200, "Saved.", "Which {one}?")
	reads(t, "a number", d.item(t, "number", "stem", "2 + 2 =", "answer", "٤", "tolerance", "", "wrong.0", "5", "wsay.0", "Count again.", "hints", "Use fingers.\nAll of them."), 200, "Saved.")
	reads(t, "an order", d.item(t, "order", "stem", "In order", "lines", "Fill\nBoil\nCool"), 200, "Saved.")
}

var ownLink = regexp.MustCompile(`/course/([0-9a-f]{32})`)

func (d *desk) publish(t *testing.T, pairs ...string) {
	t.Helper()
	p := d.post(d.own, append([]string{"do", "publish"}, pairs...)...)
	reads(t, "publishing", p, 200, "It is published.")
	m := ownLink.FindStringSubmatch(p.Body)
	if m == nil {
		t.Fatal("no link to the course")
	}
	d.course = content.CourseID(m[1])
}

func TestATeacherWritesPublishesAndTakesBackACourseWithoutAnyScript(t *testing.T) {
	d := newDesk(t)
	p := d.okello.Get(d.page + "/preview")
	reads(t, "the preview", p, 200, "Rain sinks", "&lt;script&gt;", "A well (with) a wall")
	if strings.Contains(p.Body, "<script>alert") || strings.Contains(p.Body, `href="javascript`) {
		t.Error("a page's script came through")
	}
	m := regexp.MustCompile(`<img[^>]* src="(/file/[^"]+)"`).FindStringSubmatch(p.Body)
	if m == nil {
		t.Fatal("the preview has no picture")
	}
	reads(t, "the draft's picture, for its teacher", d.okello.Get(m[1]), 200)
	reads(t, "the draft's picture, for a learner", d.amina.Get(m[1]), 404)
	d.questions(t)
	reads(t, "a question's preview", d.okello.Get(d.set+"/preview?n=2"), 200, "2 + 2")
	for _, path := range []string{"/teach/own", d.own, d.page, d.set, d.set + "/item?type=choice", d.page + "/versions"} {
		reads(t, "a learner at "+path, d.amina.Get(path), 404)
	}
	reads(t, "published for nobody", d.post(d.own, "do", "publish"), 400, "Choose who gets it")
	d.publish(t, "school", "1")
	reads(t, "the course, for a learner", d.amina.Get("/course/"+string(d.course)), 200, "The well", "Try it yourself")
	reads(t, "its picture, for a learner", d.amina.Get(m[1]), 200)
	if p := d.post(d.own, "do", "unpublish"); p.Status != 200 {
		t.Fatalf("taking back: %d", p.Status)
	}
	if p := d.amina.Get("/course/" + string(d.course)); strings.Contains(p.Body, "The well") {
		t.Error("a learner still sees what was taken back")
	}
	d.publish(t, "class", string(d.class))
	if p := d.amina.Get("/library"); strings.Contains(p.Body, "Our well") {
		t.Error("what is for a class stands in the library")
	}
	reads(t, "the lesson", d.amina.Get("/"), 200, "Our well")
}

func TestAnswersGoOnCountingWhenACourseIsPublishedAgain(t *testing.T) {
	d := newDesk(t)
	d.questions(t)
	d.publish(t, "school", "1")
	reader, release, err := d.Library.Reader(d.course)
	if err != nil {
		t.Fatal(err)
	}
	nodes, _, err := reader.Children("", 0, 10)
	if err != nil || len(nodes) != 2 {
		t.Fatalf("%d nodes, %v", len(nodes), err)
	}
	before, err := reader.(content.ExerciseReader).Exercise(nodes[1].ID)
	release()
	if err != nil {
		t.Fatal(err)
	}
	form := d.okello.Get(d.set + "/item?id=" + string(before.Items[0].ID)).Fields()
	reads(t, "only the feedback", d.post(d.set+"/item", "type", "choice", "id", string(before.Items[0].ID), "was", form.Get("was"),
		"stem", "Which {one}?", "opt.0", "lid : on", "opt.1", "no lid", "say.1", "Flies!", "right", "0"), 200, "Saved.")
	form = d.okello.Get(d.set + "/item?id=" + string(before.Items[1].ID)).Fields()
	reads(t, "another question", d.post(d.set+"/item", "type", "number", "id", string(before.Items[1].ID), "was", form.Get("was"), "stem", "2 + 3 =", "answer", "5"), 200, "Saved.")
	reads(t, "the course says so", d.okello.Get(d.own), 200, "Changed since")
	d.publish(t, "school", "1")
	reader, release, err = d.Library.Reader(d.course)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	after, err := reader.(content.ExerciseReader).Exercise(nodes[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	if after.Items[0].ID != before.Items[0].ID || after.Items[2].ID != before.Items[2].ID || after.Items[1].ID == before.Items[1].ID {
		t.Errorf("ids were %s %s %s, are %s %s %s", before.Items[0].ID, before.Items[1].ID, before.Items[2].ID, after.Items[0].ID, after.Items[1].ID, after.Items[2].ID)
	}
	if len(after.Items[0].Options) != 2 || after.Items[0].Options[1].Feedback != "Flies!" {
		t.Errorf("%+v", after.Items[0].Options)
	}
}

func TestASaveFromAnOldTabShowsBothVersionsAndLosesNeither(t *testing.T) {
	d := newDesk(t)
	form := d.okello.Get(d.page).Fields()
	save := func(text string) Page {
		return d.okello.PostParts(d.own+"/page", nil, "token", d.token, "id", form.Get("id"), "seen", form.Get("seen"), "title", "The well", "text", text)
	}
	save("From the first tab.")
	save("From the second tab.")
	p := d.okello.Get(d.page)
	reads(t, "both versions", p, 200, "From the first tab.", "From the second tab.", "Two versions stand side by side")
	reads(t, "together", d.post(d.page, "settle", "both"), 200, "From the first tab.", "From the second tab.", "The version you chose")
	v := d.okello.Get(d.page + "/versions")
	reads(t, "versions", v, 200, "Rain sinks", "From the first tab.")
	keys := regexp.MustCompile(`name="restore" value="([0-9a-f]{32})"`).FindAllStringSubmatch(v.Body, -1)
	reads(t, "the first one again", d.post(d.page, "restore", keys[len(keys)-1][1]), 200, "The earlier version is back", "Rain sinks")
	d.questions(t)
	was := d.okello.Get(d.set)
	id := regexp.MustCompile(`item\?id=(q[0-9a-f]{8})`).FindStringSubmatch(was.Body)[1]
	old := d.okello.Get(d.set + "/item?id=" + id).Fields().Get("was")
	mine := []string{"type", "choice", "id", id, "was", old, "opt.0", "a", "opt.1", "b", "right", "0", "stem"}
	reads(t, "one tab", d.post(d.set+"/item", append(mine, "From one tab?")...), 200, "Saved.")
	reads(t, "the other tab", d.post(d.set+"/item", append(mine, "From the other tab?")...), 409, "From one tab?", "From the other tab?")
}

func TestHostileFormsOfAnAuthorAreRefusedInWords(t *testing.T) {
	d := newDesk(t)
	for what, c := range map[string]struct {
		kind, says string
		pairs      []string
	}{
		"no question":   {"choice", "Write the question.", []string{"opt.0", "a", "opt.1", "b", "right", "0"}},
		"none right":    {"choice", "Mark the right answer.", []string{"stem", "Q", "opt.0", "a", "opt.1", "b"}},
		"both the same": {"choice", "not saved yet", []string{"stem", "Q", "opt.0", "a", "opt.1", "a", "right", "0"}},
		"no number":     {"number", "in figures", []string{"stem", "Q", "answer", "1/0"}},
		"no pairs":      {"match", "at least two lines", []string{"stem", "Q", "lines", "a = b\nc"}},
		"a new heading": {"text", "Saved.", []string{"stem", "Q\n## choice z\n(x) a", "answer", "yes"}},
		"broken sums":   {"text", "Saved.", []string{"stem", "{1/0} \\{ $\\frac{a}{b}$", "answer", "yes"}},
	} {
		want := 400
		if c.says == "Saved." {
			want = 200
		}
		reads(t, what, d.item(t, c.kind, c.pairs...), want, c.says)
	}
	reads(t, "as text", d.post(d.set+"/item", "type", "text", "id", "", "was", d.okello.Get(d.set+"/item?type=text").Fields().Get("was"), "as", "text", "text", "## text a\n? Q\n= a\n\n## text b\n? Q\n= a"), 400, "not saved yet")
	reads(t, "the set", d.okello.Get(d.set+"/preview?n=99"), 200)
	d.publish(t, "school", "1")
	fields := d.okello.Get(d.page).Fields()
	send := func(picture []byte, pairs ...string) Page {
		return d.okello.PostParts(d.own+"/page", picture, append([]string{"token", d.token, "id", fields.Get("id"), "seen", "", "title", "T", "text", "x"}, pairs...)...)
	}
	for what, c := range map[string]struct {
		p    Page
		at   string
		code int
	}{
		"no words for a picture": {send(d.picture), "problem=alt", 200},
		"no picture":             {send([]byte("GIF89a nothing"), "alt", "a"), "problem=picture", 200},
		"a picture cut short":    {send(d.picture[:len(d.picture)/2], "alt", "a"), "problem=picture", 200},
		"too large":              {send(bytes.Repeat([]byte{0xFF, 0xD8}, 7<<20), "alt", "a"), "problem=picture", 200},
		"a strange token":        {d.okello.PostParts(d.own+"/page", nil, "token", "x", "id", fields.Get("id"), "title", "T"), "", 403},
		"a text too long":        {send(nil, "text", strings.Repeat("word ", 11_000)), "", 400},
	} {
		if c.p.Status != c.code || !strings.Contains(c.p.URL.RawQuery, c.at) {
			t.Errorf("%s: %d at %s", what, c.p.Status, c.p.URL)
		}
	}
	send(nil, "text", "![gone](pictures/"+strings.Repeat("0", 32)+".jpg) ![out](../../../etc/passwd)")
	reads(t, "a picture that is not here", d.okello.Get(d.page+"/preview"), 200, "cannot be shown", "etc/passwd")
	reads(t, "published with it", d.post(d.own, "do", "publish", "school", "1"), 422, "Nothing you wrote is lost")
}

func TestADraftAndItsPicturesOutliveThePlug(t *testing.T) {
	d := newDesk(t)
	d.questions(t)
	d.publish(t, "school", "1")
	left, err := filepath.Glob(filepath.Join(filepath.Dir(d.opts.Dir), "*", "run", "uploads", "own-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	n := d.Restart()
	b := n.Browser()
	b.SignIn("Okello", "lamp-light")
	reads(t, "the page after a restart", b.Get(d.page), 200, "Rain sinks", "A well (with) a wall")
	reads(t, "the course after a restart", b.Get(d.own), 200, "In the library for the whole school")
	if all, err := os.ReadDir(filepath.Join(n.opts.Dir, "own")); err != nil || len(all) != 1 {
		t.Errorf("%d pictures, %v", len(all), err)
	}
}
