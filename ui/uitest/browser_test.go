package uitest

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

var (
	browserRun   = flag.Bool("browser", false, "open every sample in Chromium (needs node, npm ci in ui/, and /usr/bin/chromium)")
	browserLangs = flag.String("browser-langs", "en,ar,hi,zh", "the languages to open, one of each script; with LAMPLIGHT_SOAK=1 every language")
	browserArgs  = flag.String("browser-args", "", "arguments for run.mjs in place of the test's own, space separated: \"--shots DIR --widths 360\"")
)

// everyLook is what is opened of every page with LAMPLIGHT_SOAK=1, in every language: axe on a narrow phone in the dark, on a
// wider one and on a laptop in the light, and no way sideways without the script.
const everyLook = "360-light-on,240-dark-on,240-light-off,900-light-on,900-dark-off"

// looks are what make test opens, minutes of it: all of them in English, and in the other scripts what is likeliest to go
// wrong there: the narrowest screen, and for the language that runs the other way a wide one too.
func looks(lang string) string {
	switch lang {
	case "en":
		return "360-light-on,240-dark-on,240-light-off,900-light-on"
	case "ar":
		return "240-dark-on,900-light-off"
	}
	return "240-light-on"
}

// gallery serves every sample at /LANG/NAME, with the policy and static files the box itself sends.
func gallery(t testing.TB) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /static/{name}", func(w http.ResponseWriter, r *http.Request) {
		a, ok := ui.FindStatic(r.PathValue("name"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", a.Type)
		w.Write(a.Bytes)
	})
	mux.HandleFunc("GET /gallery/frame", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(`<!doctype html><html lang="en"><title>Clean water</title><h1>Clean water</h1><p>Boil it for one minute.</p></html>`))
	})
	mux.HandleFunc("GET /{lang}/{name}", func(w http.ResponseWriter, r *http.Request) {
		for _, s := range view.Samples {
			if s.Name == r.PathValue("name") {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Header().Set("Content-Security-Policy", ui.CSP(""))
				w.Write(render(t, s, r.PathValue("lang")))
				return
			}
		}
		http.NotFound(w, r)
	})
	mux.HandleFunc("POST /exercise/2/attempt", func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = "/en/exercise-number-right"
		r.Method = http.MethodGet
		mux.ServeHTTP(w, r)
	})
	mux.HandleFunc("GET /now/at", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }) // no class is on
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })       // media that samples name
	return mux
}

func TestEverySampleStandsUpInABrowser(t *testing.T) {
	if !*browserRun {
		t.Skip("ask for it with -browser; make test does")
	}
	server := httptest.NewServer(gallery(t))
	defer server.Close()
	langs, soak := strings.Split(*browserLangs, ","), os.Getenv("LAMPLIGHT_SOAK") == "1"
	if soak {
		langs = locale.Languages()
	}
	for _, lang := range langs { // each says how it was when it is done
		t.Run(lang, func(t *testing.T) {
			switch {
			case *browserArgs != "":
				open(t, server.URL, lang, strings.Fields(*browserArgs)...)
			case soak:
				open(t, server.URL, lang, "--looks", everyLook)
			default:
				open(t, server.URL, lang, "--looks", looks(lang))
			}
		})
	}
}

// open lets run.mjs judge every sample in a language.
func open(t *testing.T, base, lang string, args ...string) {
	t.Helper()
	type place struct {
		Name string `json:"name"`
		Path string `json:"path"`
	}
	var places []place
	for _, s := range view.Samples {
		places = append(places, place{lang + "-" + s.Name, "/" + lang + "/" + s.Name})
	}
	list, err := json.Marshal(places)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pages.json")
	if err := os.WriteFile(file, list, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", append([]string{filepath.Join("browser", "run.mjs"), base, "--pages", file}, args...)...)
	out, err := cmd.CombinedOutput()
	t.Logf("%s: %s", lang, bytes.TrimSpace(out))
	if err != nil {
		t.Errorf("run.mjs: %v", err)
	}
}

func TestAnAnswerWaitsOnThePhoneAndArrivesOnce(t *testing.T) {
	if !*browserRun {
		t.Skip("ask for it with -browser; make test does")
	}
	server := httptest.NewServer(gallery(t))
	defer server.Close()
	out, err := exec.Command("node", filepath.Join("browser", "outbox.mjs"), server.URL, "/en/exercise-number", "/en/login").CombinedOutput()
	t.Logf("%s", bytes.TrimSpace(out))
	if err != nil {
		t.Errorf("outbox.mjs: %v", err)
	}
}

func TestOldBrowsersReadEveryScriptAndSheet(t *testing.T) {
	if !*browserRun {
		t.Skip("ask for it with -browser; make test does")
	}
	args := []string{filepath.Join("browser", "floor.mjs")}
	for name, a := range ui.Static() {
		if ext := filepath.Ext(name); ext == ".css" || ext == ".js" {
			file := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(file, a.Bytes, 0o666); err != nil {
				t.Fatal(err)
			}
			args = append(args, file)
		}
	}
	out, err := exec.Command("node", args...).CombinedOutput()
	t.Logf("%s", bytes.TrimSpace(out))
	if err != nil {
		t.Errorf("floor.mjs: %v", err)
	}
}
