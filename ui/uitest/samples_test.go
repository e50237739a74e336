package uitest

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

var update = flag.Bool("update", false, "write the golden files anew; then read the diff")

func render(t testing.TB, s view.Sample, lang string) []byte {
	t.Helper()
	var b bytes.Buffer
	page, err := ui.Page(s.Make(view.SampleFrame(lang)))
	if err == nil {
		err = page.Render(context.Background(), &b)
	}
	if err != nil {
		t.Fatalf("%s in %s: %v", s.Name, lang, err)
	}
	return b.Bytes()
}

func TestEveryPageInEveryLanguageKeepsTheRules(t *testing.T) {
	for _, lang := range locale.Languages() {
		for _, s := range view.Samples {
			t.Run(lang+"/"+s.Name, func(t *testing.T) {
				page := render(t, s, lang)
				Page(t, page, Options{Guest: !bytes.Contains(page, []byte(`name="token"`)) && isGuest(s, lang)})
			})
		}
	}
}

func isGuest(s view.Sample, lang string) bool {
	switch v := s.Make(view.SampleFrame(lang)).(type) {
	case view.Settings:
		return v.Person == nil
	case view.Claim:
		return true
	}
	return false
}

func TestSampleNamesAreTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range view.Samples {
		if seen[s.Name] || strings.ContainsAny(s.Name, "/ .") {
			t.Errorf("sample %q: its name is taken or has a sign that an address cannot hold", s.Name)
		}
		seen[s.Name] = true
	}
}

// Golden files hold what is between <main> and </main>: for every sample in English, for some in Arabic.
func TestPagesAreAsTheGoldenFilesSay(t *testing.T) {
	arabic := map[string]bool{"home-learner": true, "course": true, "exercise-number-wrong": true, "login-pictures": true, "teach-class": true, "resource-video": true}
	for _, s := range view.Samples {
		golden(t, s, "en")
		if arabic[s.Name] {
			golden(t, s, "ar")
		}
	}
}

func golden(t *testing.T, s view.Sample, lang string) {
	t.Helper()
	got := mainPart(render(t, s, lang))
	file := filepath.Join("testdata", "golden", lang, s.Name+".html")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Errorf("%v (run go test ./ui/uitest -update and read the diff)", err)
		return
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s in %s is not as %s says; if the change is meant, run go test ./ui/uitest -update and read the diff", s.Name, lang, file)
	}
}

// mainPart is the page without its frame, a tag a line, with names that change with content taken out.
func mainPart(page []byte) []byte {
	start, end := bytes.Index(page, []byte("<main")), bytes.Index(page, []byte("</main>"))
	main := page[start : end+len("</main>")]
	for _, name := range []string{"icons.svg", "app.js", "compose.js", "send.js", "conduct.js"} {
		main = bytes.ReplaceAll(main, []byte(ui.AssetURL(name)), []byte(name))
	}
	main = bytes.ReplaceAll(main, []byte(` aria-hidden="true" focusable="false"><use href="icons.svg`), []byte(`><use href="icons.svg`))
	return append(bytes.ReplaceAll(main, []byte("><"), []byte(">\n<")), '\n')
}

func TestTheFirstViewFitsItsBudget(t *testing.T) {
	total := 0
	asked := 1 // for the page itself
	for name, a := range ui.Static() {
		if name == path.Base(ui.AssetURL("app.js")) || name == path.Base(ui.AssetURL("compose.js")) || name == path.Base(ui.AssetURL("send.js")) || name == path.Base(ui.AssetURL("conduct.js")) { // of the pages of apps, and of composing, alone
			continue
		}
		asked, total = asked+1, total+len(a.Gzip)
		t.Logf("%s: %d bytes, %d as gzip", a.Name, len(a.Bytes), len(a.Gzip))
	}
	if asked > 4 {
		t.Errorf("the first view asks %d times, its budget is 4", asked)
	}
	heaviest, name := 0, ""
	for _, s := range view.Samples {
		if w := Weight(render(t, s, "ar")); w > heaviest {
			heaviest, name = w, s.Name
		}
	}
	t.Logf("heaviest page: %s, %d bytes as gzip", name, heaviest)
	if total+heaviest > FirstBudget {
		t.Errorf("the first view weighs %d bytes as gzip, its budget is %d", total+heaviest, FirstBudget)
	}
	if js := len(asset(t, ".js").Gzip); js > 10<<10 {
		t.Errorf("lamplight.js weighs %d bytes as gzip, its budget is 10 KB", js)
	}
}

func asset(t testing.TB, ext string) ui.Asset {
	t.Helper()
	for _, a := range ui.Static() {
		if strings.HasSuffix(a.Name, ext) {
			return a
		}
	}
	t.Fatal("no static file ends in " + ext)
	return ui.Asset{}
}
