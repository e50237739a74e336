package ui

import (
	"context"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

func TestEverythingSpokenIsAMessageWithoutPlaceholders(t *testing.T) {
	for _, key := range Spoken {
		if en := locale.For(locale.English); !en.Has(key) || strings.Contains(en.T(key), "{") {
			t.Errorf("%s is %q: no message, or one that a clip cannot say", key, en.T(key))
		}
	}
}

func settingsPage(t *testing.T, change func(*view.Frame)) string {
	t.Helper()
	f := view.SampleFrame("en")
	change(&f)
	var b strings.Builder
	if err := Settings(view.Settings{Frame: f}).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSpeakersStandWhereTheyWereAskedForAndHaveASound(t *testing.T) {
	clips := map[string]bool{"settings.save": true, "place.home": true}
	for _, c := range []struct {
		aloud bool
		clips map[string]bool
		want  int
	}{{true, clips, 2}, {false, clips, 0}, {true, nil, 0}} {
		got := strings.Count(settingsPage(t, func(f *view.Frame) { f.Aloud, f.Clips = c.aloud, c.clips }), "data-say")
		if got != c.want {
			t.Errorf("asked for: %v, %d clips: %d speakers, want %d", c.aloud, len(c.clips), got, c.want)
		}
	}
}

func TestAFaceIsDeclaredWithItsRangeAndThePhonesOwnFirst(t *testing.T) {
	names := map[string]bool{}
	for _, x := range Faces {
		if names[x.Name] || len(x.Files) != len(x.Ranges) || len(x.Langs) > 0 && x.Sample == "" {
			t.Errorf("%s: its name is taken, or it lacks a range or a letter to try", x.Name)
		}
		names[x.Name] = true
		sheet := x.sheet(func(file string) string { return "/static/" + file })
		for _, want := range []string{`src:local("` + x.Family + `"),url(/static/`, "font-display:swap", "unicode-range:U+"} {
			if !strings.Contains(sheet, want) {
				t.Errorf("%s lacks %s: %s", x.Name, want, sheet)
			}
		}
		for _, r := range x.Ranges {
			if !regexp.MustCompile(`^U\+[0-9A-F]{4,5}(-[0-9A-F]{4,5})?(,U\+[0-9A-F]{4,5}(-[0-9A-F]{4,5})?)*$`).MatchString(r) {
				t.Errorf("%s: %q is no unicode-range", x.Name, r)
			}
		}
	}
	for _, lang := range []string{"ar", "hi", "bn", "ur", "am"} {
		if !slices.ContainsFunc(Faces, func(x Face) bool { return x.speaks(lang) }) {
			t.Errorf("no face speaks %s", lang)
		}
	}
}

// What follows says less on a box built without fonts: then nothing may be asked for that is not there.
func TestFontsAreAskedForOnlyWhereTheyAreNeededAndThere(t *testing.T) {
	deva := HasFont("deva")
	t.Logf("embedded: Devanagari %v, clear letters %v, %d clips in English", deva, HasFont("clear"), len(Clips("en")))
	hindi := settingsPage(t, func(f *view.Frame) { f.Lang = "hi" })
	if got := strings.Contains(hindi, "font-deva-"); got != deva {
		t.Errorf("a page in Hindi asks for its letters: %v, want %v", got, deva)
	}
	for what, page := range map[string]string{
		"English": settingsPage(t, func(*view.Frame) {}), "Hindi to save data": settingsPage(t, func(f *view.Frame) { f.Lang, f.Data = "hi", "low" }),
		"Nastaliq in English": settingsPage(t, func(f *view.Frame) { f.Letters = "nastaliq" }),
	} {
		if strings.Contains(page, "font-") {
			t.Errorf("%s asks for a font", what)
		}
	}
	clear := settingsPage(t, func(f *view.Frame) { f.Letters = "clear" })
	if got := strings.Contains(clear, `rel="stylesheet" href="/static/font-clear-`); got != HasFont("clear") {
		t.Errorf("clear letters are asked for: %v", got)
	}
}

func TestEveryFontSentIsAFileWithItsTerms(t *testing.T) {
	address := regexp.MustCompile(`url\(/static/([^)]+)\)`)
	terms := FontTerms()
	for name, sheet := range fonts().sheets {
		found := address.FindAllSubmatch(sheet.Bytes, -1)
		if len(found) == 0 {
			t.Errorf("%s names no file", name)
		}
		for _, m := range found {
			a, ok := FindStatic(string(m[1]))
			if !ok || a.Type != "font/woff2" || !strings.HasPrefix(string(a.Bytes), "wOF2") {
				t.Errorf("%s: %s is no font", name, m[1])
			}
		}
		i := slices.IndexFunc(Faces, func(x Face) bool { return x.Name == name })
		if !strings.Contains(terms[Faces[i].Family], "SIL Open Font License") {
			t.Errorf("%s comes without its terms", name)
		}
	}
	if _, ok := FindStatic("nothing.woff2"); ok {
		t.Error("a font that is not there was found")
	}
}

func TestClipsAreSmall(t *testing.T) {
	for _, lang := range locale.Languages() {
		for _, key := range Clips(lang) {
			sound, ok := Clip(lang, key)
			if !ok || len(sound) > 6<<10 || len(sound) < 500 {
				t.Errorf("%s in %s: %d bytes", key, lang, len(sound))
			}
		}
	}
	if _, ok := Clip("..", "../fonts"); ok {
		t.Error("a clip was found outside its folder")
	}
	if _, err := fs.Stat(NPM(), "README.md"); err != nil {
		t.Error(err)
	}
}
