package locale

import (
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

var forms = []string{"zero", "one", "two", "few", "many", "other"}

// split takes the plural form from a key: "card.pages.one" is "card.pages", "one". A key whose name English does not
// count by ("licence.other") has none.
func split(key string) (name, form string) {
	english := For(English)
	if i := strings.LastIndexByte(key, '.'); i > 0 && english.Has(key[:i]+".one") && english.Has(key[:i]+".other") {
		for _, f := range forms {
			if key[i+1:] == f {
				return key[:i], f
			}
		}
	}
	return key, ""
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func placeholders(message string) string {
	all := placeholder.FindAllString(message, -1)
	sort.Strings(all)
	return strings.Join(all, " ")
}

func TestEveryLanguageHasEveryMessageOfEnglish(t *testing.T) {
	english := For(English).messages
	for _, tag := range Languages()[1:] {
		l := For(tag)
		for key := range english {
			if name, form := split(key); form != "" {
				for _, f := range formsOf(l) {
					if !l.Has(name + "." + f) {
						t.Errorf("%s lacks %s.%s", tag, name, f)
					}
				}
			} else if !l.Has(key) {
				t.Errorf("%s lacks %s = %s", tag, key, english[key])
			}
		}
		for key := range l.messages {
			name, form := split(key)
			if _, known := english[key]; !known && (form == "" || english[name+".other"] == "") {
				t.Errorf("%s has %s, which English has not", tag, key)
			}
		}
	}
}

// formsOf are the plural forms that some number up to 120 takes in the language.
func formsOf(l *Locale) []string {
	seen := map[string]bool{}
	for n := range 121 {
		seen[l.form(n)] = true
	}
	var all []string
	for _, f := range forms {
		if seen[f] {
			all = append(all, f)
		}
	}
	return all
}

func TestPlaceholdersAreTheSameInEveryLanguage(t *testing.T) {
	english := For(English).messages
	for _, tag := range Languages()[1:] {
		for key, message := range For(tag).messages {
			name, form := split(key)
			want := english[key]
			if form != "" {
				want = english[name+".other"]
			}
			got, wanted := placeholders(message), placeholders(want)
			if form == "one" || form == "two" { // "two days" need not say the number
				got, wanted = placeholders(strings.ReplaceAll(message, "{n}", "")), placeholders(strings.ReplaceAll(want, "{n}", ""))
			}
			if got != wanted {
				t.Errorf("%s: %s has the placeholders %q, English has %q", tag, key, got, wanted)
			}
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
	for key := range For(English).messages {
		name, _ := split(key)
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
		if !english.Has(m[1]) {
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

func TestParseRefusesWhatIsNoMessage(t *testing.T) {
	for _, text := range []string{"no sign", "= text", "key =", "a = b\na = c"} {
		if _, err := parse(text); err == nil {
			t.Errorf("parse(%q) is silent, want an error that names the line", text)
		}
	}
	got, err := parse("# note\n\n a.b = c = d \n")
	if err != nil || got["a.b"] != "c = d" {
		t.Errorf("parse gives %v, %v", got, err)
	}
}
