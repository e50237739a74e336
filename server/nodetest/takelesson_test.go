package nodetest

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/server/learning"
)

// writePicture writes a picture of noise, which no format makes small.
func writePicture(t *testing.T, path string, side int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(uint64(side), 2))
	m := image.NewRGBA(image.Rect(0, 0, side, side))
	for i := range m.Pix {
		m.Pix[i] = byte(rng.Uint32())
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// pictured installs a course of pages, each with so many large pictures, and an exercise; licence may be "".
func pictured(t *testing.T, n *Node, licence string, pages, pictures int) (content.Course, map[string]content.Node) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	about := "---\nid: pictured-" + strings.ToLower(licence) + "\ntitle: Pictured\nlanguage: en\n"
	if licence != "" {
		about += "licence: " + licence + "\n"
	}
	write("course.md", about+"---\nMany pictures.\n")
	k := 0
	for i := range pages {
		var b strings.Builder
		fmt.Fprintf(&b, "# Page %d\n\nSee [the next page](%02d-page-%[2]d.md).\n\n", i+1, min(i+2, pages))
		for range pictures {
			k++
			name := fmt.Sprintf("picture-%d.png", k)
			writePicture(t, filepath.Join(dir, name), 480+k)
			fmt.Fprintf(&b, "![A hen \"%d\"](%s)\n\n", k, name)
		}
		write(fmt.Sprintf("%02d-page-%[1]d.md", i+1), b.String())
	}
	write("90-add.md", "---\nkind: exercise\nid: add\ntitle: Adding\n---\n## number sum\n? What is {a} + {b}?\nlet a = 1..9\nlet b = 1..9\n= {a+b}\nworked: {a} and {b} are {a+b}.\n")
	report, err := n.Library.Import(context.Background(), []string{dir}, library.ImportOptions{})
	if err != nil || len(report.Courses) != 1 {
		t.Fatalf("%v, refused %v", err, report.Refused)
	}
	reader, release, err := n.Library.Reader(report.Courses[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	nodes, _, err := reader.Children("", 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]content.Node{}
	for _, x := range nodes {
		out[x.Title] = x
	}
	return report.Courses[0], out
}

func TestALessonGoesHomeWithItsPicturesUnderThreeMegabytes(t *testing.T) {
	d := newDay(t)
	ctx, box := context.Background(), learning.Box()
	course, nodes := pictured(t, d.Node, "CC-BY-4.0", 3, 2) // about 4 MB of PNG
	l := learning.Lesson{Class: d.class, Title: "Hens and sums"}
	for _, title := range []string{"Page 1", "Page 2", "Page 3", "Adding"} {
		l.Resources = append(l.Resources, learning.Ref{Course: course.ID, Resource: nodes[title].ID})
	}
	id, err := d.Store.SaveLesson(ctx, box, l)
	if err == nil {
		_, err = d.Store.Assign(ctx, box, learning.Assignment{Lesson: id, Class: d.class})
	}
	if err != nil {
		t.Fatal(err)
	}
	reads(t, "the lesson", d.amina.Get("/lesson/"+string(id)), http.StatusOK, "/take/lesson/"+string(id))
	start := time.Now()
	ask := d.amina.Get("/take/lesson/" + string(id))
	reads(t, "the question", ask, http.StatusOK, "pictures are made smaller")
	took := time.Since(start)
	file := takeHome(t, d.amina, "/take/lesson/"+string(id))
	if len(file.Body) > 3<<20 || strings.Count(file.Body, "data:image/") != 6 {
		t.Errorf("a file of %d bytes with %d pictures", len(file.Body), strings.Count(file.Body, "data:image/"))
	}
	if led := regexp.MustCompile(`<(img|a)\b[^>]* (src|href)="[^d#][^"]{0,60}`).FindAllString(file.Body, -1); len(led) > 0 {
		t.Errorf("the file leads out of itself: %q", led)
	}
	if !strings.Contains(file.Body, `href="#r`+string(nodes["Page 2"].ID)+`"`) {
		t.Error("a link from page to page does not lead within the file")
	}
	t.Logf("%d bytes, %d pictures, %d left out, %v to make", len(file.Body), strings.Count(file.Body, "data:image/"), strings.Count(file.Body, `class="left"`), took)
	form := file.fill(t)
	keep(t, d.amina, d.amina.Get(file.send(t, d.Node, form).Header.Get("Location")))
	if all, _ := counted(t, d.Node, d.learner); all != 5 {
		t.Errorf("%d answers counted, want the five of the lesson", all)
	}
	if got := d.amina.Get("/take/lesson/" + strings.Repeat("0", 32)); got.Status != http.StatusNotFound {
		t.Errorf("a lesson that is none: %d", got.Status)
	}
}

func TestWhatHasNoOpenLicenceStaysUntilTheSchoolSaysOtherwise(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	_, nodes := pictured(t, n, "", 1, 0)
	b, admin := n.Browser(), n.Browser()
	b.SignIn("Amina", "4711")
	admin.SignIn("Grace", "lamp-light")
	path := "/take/resource/" + string(nodes["Page 1"].ID)
	reads(t, "without a licence", b.Get(path), http.StatusOK, "licence of this does not say")
	if strings.Contains(b.Get("/resource/"+string(nodes["Page 1"].ID)+"?keep=1").Body, "/take/") {
		t.Error("the page offers it all the same")
	}
	admin.Post("/admin/take", url.Values{"token": {admin.Get("/admin/take").Fields().Get("token")}, "rule": {"all"}})
	takeHome(t, b, path)
	if !strings.Contains(b.Get("/resource/"+string(nodes["Page 1"].ID)+"?keep=1").Body, "/take/resource/") {
		t.Error("the page does not offer it")
	}
}

func TestABookOrFilmIsKeptAsItIs(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	path := filepath.Join(t.TempDir(), "hens.mp4")
	if err := writeFilm(path, 300<<10, 4); err != nil {
		t.Fatal(err)
	}
	report, err := n.Library.Import(context.Background(), []string{path}, library.ImportOptions{ImportOptions: content.ImportOptions{Licence: "CC-BY-4.0"}})
	if err != nil || len(report.Courses) != 1 {
		t.Fatalf("%v %v", err, report.Refused)
	}
	reader, release, err := n.Library.Reader(report.Courses[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	nodes, _, err := reader.Children("", 0, 1)
	release()
	if err != nil || len(nodes) != 1 {
		t.Fatal(err, nodes)
	}
	b := n.Browser() // a guest may, where guests may look round
	file := takeHome(t, b, "/take/resource/"+string(nodes[0].ID))
	want, err := os.ReadFile(path)
	if err != nil || file.Body != string(want) || !strings.Contains(file.Header.Get("Content-Disposition"), ".mp4") {
		t.Errorf("%d bytes as %q, %v", len(file.Body), file.Header.Get("Content-Disposition"), err)
	}
	part := b.Do(http.MethodGet, "/take/resource/"+string(nodes[0].ID)+"?file=1", nil, "Range", "bytes=5-9")
	if part.Status != http.StatusPartialContent || part.Body != string(want[5:10]) {
		t.Errorf("a download that goes on: %d, %d bytes", part.Status, len(part.Body))
	}
}

// A topic is a set of pages: they go home together, with what they ask.
func TestATopicGoesHome(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	b := n.Browser()
	b.SignIn("Amina", "4711")
	courses, err := n.Library.Resource(exercise(t, n))
	if err != nil {
		t.Fatal(err)
	}
	topic := regexp.MustCompile(`/course/[^"]*topic=([0-9a-f]{32})`).FindStringSubmatch(b.Get("/course/" + string(courses[0])).Body)
	if topic == nil {
		t.Fatal("the course has no topic")
	}
	page := b.Get("/course/" + string(courses[0]) + "?topic=" + topic[1])
	reads(t, "the topic", page, http.StatusOK, "/take/resource/"+topic[1])
	file := takeHome(t, b, "/take/resource/"+topic[1]+"?course="+string(courses[0]))
	if strings.Count(file.Body, "<section") < 3 || !strings.Contains(file.Body, "<fieldset") {
		t.Errorf("a file of %d parts", strings.Count(file.Body, "<section"))
	}
	t.Logf("%d bytes, %d parts, %d questions", len(file.Body), strings.Count(file.Body, "<section"), strings.Count(file.Body, "data-check"))
	guest := n.Browser().Get("/take/resource/" + topic[1] + "?file=1&course=" + string(courses[0]))
	if guest.Status != http.StatusOK || strings.Contains(guest.Body, `name="ticket"`) || !strings.Contains(guest.Body, "<fieldset") {
		t.Errorf("a guest's file: %d", guest.Status)
	}
}

// The script tells how long a page was looked at; what its author lets go by time is then finished.
func TestTimeSpentOnAPageIsKept(t *testing.T) {
	n := Start(t, Options{})
	amina := school(t, n)
	_, nodes := pictured(t, n, "CC0-1.0", 1, 0)
	id := nodes["Page 1"].ID
	b := n.Browser()
	b.SignIn("Amina", "4711")
	token := b.Get("/settings").Fields().Get("token")
	for _, spent := range []string{"450", "150", "no", "-3"} {
		if got := b.Post("/resource/"+string(id), url.Values{"spent": {spent}, "token": {token}}); got.Status != http.StatusNoContent {
			t.Errorf("spent=%s: %d", spent, got.Status)
		}
	}
	Eventually(t, 10*time.Second, "a minute is kept", func() bool {
		p, err := n.Store.ProgressIn(learning.Box(), amina, []content.ResourceID{id})
		return err == nil && p[id].Seconds == 60
	})
	if got := b.Post("/resource/"+string(id), url.Values{"spent": {"450"}}); got.Status != http.StatusForbidden {
		t.Errorf("without a token: %d", got.Status)
	}
}
