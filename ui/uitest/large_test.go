package uitest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/ui"
	"lamplight/ui/view"
)

// readerPages are what children and teachers open most.
var readerPages = []string{
	"home-learner", "library", "course", "lesson", "exercise-number-wrong", "exercise-choice", "exercise-read-aloud", "exercise-match", "quiz-question",
	"quiz-report", "mistakes", "progress", "settings-needs", "login-pictures-aloud", "login", "teach-class", "accommodation", "languages",
}

// large serves samples as somebody sees them who reads at 200 %: at /large/LANG/NAME.
func large(t testing.TB, rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang, name, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/large/"), "/")
		i := slices.IndexFunc(view.Samples, func(s view.Sample) bool { return s.Name == name })
		if !ok || i < 0 || !strings.HasPrefix(r.URL.Path, "/large/") {
			rest.ServeHTTP(w, r)
			return
		}
		f := view.SampleFrame(lang)
		f.TextSize = "larger"
		var b bytes.Buffer
		page, err := ui.Page(view.Samples[i].Make(f))
		if err == nil {
			err = page.Render(context.Background(), &b)
		}
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", ui.CSP(""))
		w.Write(b.Bytes())
	})
}

// WCAG 2.2, 1.4.4 and 1.4.10: at twice the size nothing is lost and nothing scrolls sideways, on the smallest phones too.
func TestLettersOfTwiceTheSizeFitASmallPhone(t *testing.T) {
	if !*browserRun {
		t.Skip("ask for it with -browser; make test does")
	}
	server := httptest.NewServer(large(t, gallery(t)))
	defer server.Close()
	type place struct {
		Name string `json:"name"`
		Path string `json:"path"`
	}
	var places []place
	for _, lang := range []string{"en", "ar"} {
		for _, name := range readerPages {
			if !slices.ContainsFunc(view.Samples, func(s view.Sample) bool { return s.Name == name }) {
				t.Errorf("there is no sample %s", name)
			}
			places = append(places, place{"large-" + lang + "-" + name, "/large/" + lang + "/" + name})
		}
	}
	list, err := json.Marshal(places)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pages.json")
	if err := os.WriteFile(file, list, 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("node", filepath.Join("browser", "run.mjs"), server.URL, "--pages", file, "--widths", "240", "--themes", "light", "--scripts", "on").CombinedOutput()
	t.Logf("%s", bytes.TrimSpace(out))
	if err != nil {
		t.Errorf("run.mjs: %v", err)
	}
}
