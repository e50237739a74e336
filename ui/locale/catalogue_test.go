package locale

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// finished are the languages that must have every message: a change that adds one to English adds it to them. Whoever
// completes a language puts its tag here; when all of Wanted stand here, nothing more is to be done.
var finished = Wanted

func TestFinishedLanguagesAreWhole(t *testing.T) {
	for _, tag := range finished {
		r, ok := Check(tag)
		if !ok {
			t.Errorf("%s has no catalogue", tag)
			continue
		}
		for what, keys := range map[string][]string{
			"lacks": r.Missing, "has what English has not:": r.Extra, "has other {placeholders} than English in": r.Mismatched,
			"is word for word English (translate it, or name it in a line \"# same:\") in": r.Same,
		} {
			for _, key := range keys {
				t.Errorf("%s %s %s", tag, what, key)
			}
		}
	}
	if t.Failed() {
		t.Log("see TestHowCompleteEachLanguageIs -v for all of them")
	}
}

func TestHowCompleteEachLanguageIs(t *testing.T) {
	t.Logf("%-8s %4s %8s %6s %11s %5s", "language", "%", "missing", "extra", "mismatched", "same")
	for _, tag := range Wanted {
		r, ok := Check(tag)
		if !ok {
			t.Logf("%-8s none", tag)
			continue
		}
		t.Logf("%-8s %4d %8d %6d %11d %5d  %.60v %.60v %.60v", tag, r.Percent(), len(r.Missing), len(r.Extra), len(r.Mismatched), len(r.Same), r.Extra, r.Mismatched, r.Same)
	}
	for _, tag := range finished {
		if !slices.Contains(Languages(), tag) {
			t.Errorf("%s is said to be finished and is not there", tag)
		}
	}
}

func TestCheckFindsEveryFault(t *testing.T) {
	english := newLocale("en")
	english.words().messages = map[string]string{"a": "Hello {name}", "b": "Yes", "c": "{n}%", "d": "Box", "e.one": "{n} day", "e.other": "{n} days", "f.other": "Other"}
	l := newLocale("ar")
	l.words().messages = map[string]string{"a": "أهلا", "b": "Yes", "c": "{n}%", "d": "Box", "e.two": "يومان", "e.other": "{n} يوم", "e.lots": "x", "g": "x"}
	l.words().same["d"] = true
	r := l.compare(english)
	for what, c := range map[string][2]string{
		"missing":    {strings.Join(r.Missing, " "), "e.few e.many e.one e.zero f.other"},
		"extra":      {strings.Join(r.Extra, " "), "e.lots g"},
		"mismatched": {strings.Join(r.Mismatched, " "), "a"},
		"same":       {strings.Join(r.Same, " "), "b"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: got %q, want %q", what, c[0], c[1])
		}
	}
	if r.Percent() != 54 || r.Whole() { // 6 of 11
		t.Errorf("got %d percent of %d", r.Percent(), r.Total)
	}
}

// CLDR's cardinal categories of whole numbers (supplemental/plurals.xml).
// A name that is read aloud holds the words that are seen, in every language where English does (WCAG 2.5.3).
func TestSpokenNamesHoldTheSeenWords(t *testing.T) {
	english := For(English).words().messages
	holds := func(messages map[string]string, seen, spoken string) bool {
		return strings.Contains(strings.ToLower(messages[spoken]), strings.ToLower(messages[seen]))
	}
	pairs := 0
	for spoken := range english {
		seen, ok := strings.CutSuffix(spoken, ".of")
		if !ok || english[seen] == "" || !holds(english, seen, spoken) {
			continue
		}
		pairs++
		for _, tag := range Languages() {
			if m := For(tag).words().messages; m[seen] != "" && m[spoken] != "" && !holds(m, seen, spoken) {
				t.Errorf("%s: %s is %q, which does not hold %q", tag, spoken, m[spoken], m[seen])
			}
		}
	}
	if pairs == 0 {
		t.Error("no pair was looked at")
	}
}

func TestEveryWantedLanguageHasItsPluralForms(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "one other", "fr": "one other", "es": "one other", "pt": "one other", "ar": "zero one two few many other", "sw": "one other",
		"ha": "one other", "hi": "one other", "bn": "one other", "ur": "one other", "am": "one other", "zh": "other",
	} {
		if got := strings.Join(newLocale(tag).Forms(), " "); got != want {
			t.Errorf("%s: got %q, want %q", tag, got, want)
		}
	}
	for _, c := range []struct {
		tag  string
		n    int
		want string
	}{ // where languages differ: is nought one?
		{"fr", 0, "one"},
		{"pt", 0, "one"},
		{"hi", 0, "one"},
		{"bn", 0, "one"},
		{"am", 0, "one"},
		{"en", 0, "other"},
		{"es", 0, "other"},
		{"sw", 0, "other"},
		{"ha", 0, "other"},
		{"ur", 0, "other"},
		{"ar", 0, "zero"},
		{"ar", 100, "other"},
		{"ar", 111, "many"},
		{"zh", 1, "other"},
	} {
		if got := newLocale(c.tag).form(c.n); got != c.want {
			t.Errorf("%s, %d: got %s, want %s", c.tag, c.n, got, c.want)
		}
	}
}

// CLDR's patterns MMMMd and yMMMMd: where the month comes before the day, and where the year comes first.
func TestDatesStandInTheLanguagesOrder(t *testing.T) {
	for _, tag := range Wanted {
		l, ok := builtIn[tag]
		if !ok || !l.Has("date.day") || !l.Has("date.full") {
			continue
		}
		day, full := l.words().messages["date.day"], l.words().messages["date.full"]
		if got, want := strings.Index(day, "{month}") < strings.Index(day, "{day}"), tag == "am" || tag == "zh"; got != want {
			t.Errorf("%s writes a day %q: month before day is %v, want %v", tag, day, got, want)
		}
		if got, want := strings.Index(full, "{year}") < strings.Index(full, "{month}"), tag == "zh"; got != want {
			t.Errorf("%s writes a date %q: year first is %v, want %v", tag, full, got, want)
		}
	}
}

// sources are the files that say messages: ui's own, and the samples and server that name them by key.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"../*.go", "../*.templ", "../view/*.go", "*.go", "../../server/*/*.go", "../../server/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_templ.go") || strings.HasSuffix(f, "_test.go") {
				continue
			}
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(data)
		}
	}
	return all.String()
}

// A message is used when its key stands in the sources as a string, or when a string there that ends in a dot begins it
// ("picture." and a name). The server's own keys, in error tables and banners, are named in its sources or in view's docs.
func TestNoMessageIsLeftOver(t *testing.T) {
	text := sources(t)
	said := regexp.MustCompile(`"([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.?)"`)
	used := map[string]bool{}
	for _, m := range said.FindAllStringSubmatch(text, -1) {
		used[m[1]] = true
	}
	serverSays := map[string]bool{"banner": true}
	for key := range For(English).words().messages {
		name, _ := For(English).split(key)
		if used[key] || used[name] || serverSays[strings.SplitN(key, ".", 2)[0]] {
			continue
		}
		begun := false
		for i, c := range name {
			begun = begun || c == '.' && used[name[:i+1]]
		}
		if !begun {
			t.Errorf("nobody says %s: take it out of every language", key)
		}
	}
}

func TestEveryMessageThatPagesSayIsThere(t *testing.T) {
	english := For(English)
	for _, m := range regexp.MustCompile(`Key: +"([a-z-]+\.[a-z.-]*[a-z])"`).FindAllStringSubmatch(sources(t), -1) {
		if !english.Has(m[1]) && !english.Has(m[1]+".other") {
			t.Errorf("English lacks %s, which a banner says", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`\.(T|N)\("([a-z0-9.-]+)"[,)]`).FindAllStringSubmatch(sources(t), -1) {
		key := m[2]
		if m[1] == "N" {
			key += ".other"
		}
		if !english.Has(key) {
			t.Errorf("English lacks %s, which a page says", key)
		}
	}
}

func TestParseNamesTheLineThatIsNoMessage(t *testing.T) {
	for _, text := range []string{"no sign", "= text", "key =", "a = b\na = c"} {
		if _, _, problems := parse(text); len(problems) != 1 || problems[0].Line != 1+strings.Count(text, "\n") {
			t.Errorf("parse(%q) has the problems %v, want its last line", text, problems)
		}
	}
	got, same, problems := parse("\ufeff# note\r\n\n# same: x y\n a.b = c = d \nbad\ne = f")
	if len(problems) != 1 || len(got) != 2 || got[0] != (line{4, "a.b", "c = d"}) || got[1].key != "e" || !same["x"] || !same["y"] {
		t.Errorf("parse gives %v, %v, %v", got, same, problems)
	}
}
