package server

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/pack"
)

func TestAPreviewShowsAFolderAsItIsNow(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mine")
	if err := pack.New(dir, "mine", "My <own> course", "en"); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", t.TempDir())
	ctx, stop := context.WithCancel(context.Background())
	addresses := make(chan string, 1)
	p, err := openPreview(ctx, PreviewOptions{Folder: dir, HTTP: ":0", Log: slog.New(slog.DiscardHandler), Ready: func(a string) { addresses <- a }})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- p.run(ctx) }() // stopped and waited for below
	at := <-addresses
	if !strings.HasPrefix(at, "http://127.0.0.1:") || !strings.HasPrefix(p.HTTP, "127.0.0.1:") {
		t.Errorf("it listens at %s, %s", at, p.HTTP)
	}
	get := func(path string, status int, want ...string) string {
		t.Helper()
		r, err := http.Get(at + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		for _, s := range want {
			if r.StatusCode != status || !strings.Contains(string(b), s) {
				t.Errorf("%s: %s, and no %q in\n%s", path, r.Status, s, b)
			}
		}
		return string(b)
	}
	get("/", 200, "My &lt;own&gt; course", reloadTag, "0 warnings")
	id := func(name string) string {
		return string(content.NewResourceID(content.NewCourseID("lamplight", "mine"), name))
	}
	get("/resource/"+id("first-page"), 200, "Write the lesson here", reloadTag+"</body>")
	answerOne(t, at, "/exercise/"+id("first-practice"))
	get("/preview/reload.js", 200, "XMLHttpRequest")
	before := get("/preview/version", 200)

	page := filepath.Join(dir, "01-first-topic", "01-first-page.md")
	good, _ := os.ReadFile(page)
	os.WriteFile(page, append(good, "\n![a boat](boat.png)\n"...), 0o644)
	p.look(ctx)
	get("/resource/"+id("first-page"), 422, "01-first-page.md, line 26", "there is no file 01-first-topic/boat.png", reloadTag)
	if get("/preview/version", 200) == before {
		t.Error("open pages would not load again")
	}
	os.WriteFile(page, append(good, "\nMore words, and ![](boat.svg).\n"...), 0o644)
	os.WriteFile(filepath.Join(filepath.Dir(page), "boat.svg"), []byte(`<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>`), 0o644)
	p.look(ctx)
	get("/resource/"+id("first-page"), 200, "More words", "1 warning<")
	get("/preview", 200, "has no words for those who cannot see it")

	stop()
	if err := errors.Join(<-done, p.close()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(p.temp); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it left %s", p.temp)
	}
}

func TestAFolderIsSeenToChange(t *testing.T) {
	dir := t.TempDir()
	a := folderSum(dir)
	os.WriteFile(filepath.Join(dir, ".swap"), []byte("x"), 0o644)
	if folderSum(dir) != a {
		t.Error("an editor's own file counts")
	}
	os.WriteFile(filepath.Join(dir, "a.md"), []byte("x"), 0o644)
	if folderSum(dir) == a {
		t.Error("a new file is not seen")
	}
}

var field = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)"`)

var offered = regexp.MustCompile(`type="radio" name="r" value="([^"]*)"`)

// answerOne answers the question an exercise asks, wrongly or rightly, as somebody who is not signed in.
func answerOne(t *testing.T, at, exercise string) {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	r, err := client.Get(at + exercise)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(r.Body)
	r.Body.Close()
	form := url.Values{"r": {"1"}} // which question is asked is drawn: a number, or one of what is offered
	if m := offered.FindStringSubmatch(string(b)); m != nil {
		form.Set("r", m[1])
	}
	for _, m := range field.FindAllStringSubmatch(string(b), -1) {
		form.Set(m[1], m[2])
	}
	if r, err = client.PostForm(at+exercise+"/attempt", form); err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, _ = io.ReadAll(r.Body)
	if r.StatusCode != 200 || !strings.Contains(string(b), reloadTag) || !strings.Contains(string(b), `id="result"`) {
		t.Errorf("the answer %v is answered %s:\n%s", form, r.Status, b)
	}
}
