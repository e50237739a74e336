package locale

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func folder(pairs ...string) fs.FS {
	f := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		f[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return f
}

func TestASchoolMendsAndAddsLanguages(t *testing.T) {
	t.Cleanup(func() { Overlay(nil) })
	problems := Overlay(folder("fr.txt", "home.title = Chez nous\n", "yo.txt", "# Yoruba\nhome.title = Ilé\ncard.pages.other = ojú ewé {n}\n", ".git", "x"))
	if len(problems) != 0 {
		t.Fatalf("problems: %v", problems)
	}
	if got := For("fr").T("home.title"); got != "Chez nous" {
		t.Errorf("French: got %q", got)
	}
	if got := For("fr").T("home.library"); got == For("en").T("home.library") || got == "" {
		t.Errorf("the rest of French: got %q", got)
	}
	if got := For("yo-NG").T("home.title") + " " + For("yo").N("card.pages", 2); got != "Ilé ojú ewé 2" {
		t.Errorf("Yoruba: got %q", got)
	}
	if got := For("yo").T("home.library"); got != For("en").T("home.library") {
		t.Errorf("what Yoruba lacks: got %q, want English", got)
	}
	if r, ok := Check("yo"); !ok || r.Percent() != 0 || len(r.Extra) != 0 {
		t.Errorf("Yoruba is %+v", r.Percent())
	}
	if got := Match("yo"); got != English {
		t.Errorf("a phone got %s unasked", got)
	}
	Overlay(nil)
	if got := For("fr").T("home.title"); got == "Chez nous" || len(Languages()) != len(builtIn) {
		t.Error("the school's files are gone and still said")
	}
}

func TestABadLineIsNamedAndTheRestIsRead(t *testing.T) {
	t.Cleanup(func() { Overlay(nil) })
	long := "home.empty = " + strings.Repeat("a", 2000)
	problems := Overlay(folder(
		"sw.txt", strings.Join([]string{"home.title = Nyumbani", "nonsense", "no.such = x", "home.hello = Habari", "home.set = a\u202eb", long, "card.pages.two = x", "home.title = twice", "home.new = Mpya"}, "\n"),
		"SW.TXT", "x", "../evil.txt", "x", "notes.doc", "x", "latin1.txt", "\xff\xfe",
		"ha.txt", "\xffhome.title = x", "am.txt", strings.Repeat("# long\n", 100_000),
	))
	said := ""
	for _, p := range problems {
		said += p.String() + "\n"
	}
	for _, want := range []string{
		"sw.txt line 2", "sw.txt line 3: no.such: English has no such message", "sw.txt line 4: home.hello: wants the same {names}", "sw.txt line 5",
		"sw.txt line 6: home.empty: longer", "sw.txt line 7: card.pages.two: the language has no such plural", "sw.txt line 8: home.title is there twice",
		"SW.TXT: a language file", "notes.doc: a language file", "latin1.txt: a language", "ha.txt: not UTF-8", "am.txt: longer than 256 KB",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %q in\n%s", want, said)
		}
	}
	if got := For("sw").T("home.title") + For("sw").T("home.new"); got != "NyumbaniMpya" {
		t.Errorf("the good lines: got %q", got)
	}
	if got := For("sw").T("home.hello", "name", "Asha"); !strings.Contains(got, "Asha") {
		t.Errorf("a greeting without a name got through: %q", got)
	}
}

func TestProblemsAndFilesAreBounded(t *testing.T) {
	t.Cleanup(func() { Overlay(nil) })
	many := fstest.MapFS{}
	for i := range 26 * 26 {
		many[fmt.Sprintf("q%c%c.txt", 'a'+i/26, 'a'+i%26)] = &fstest.MapFile{Data: []byte("home.title = x\nbad\nbad\n")}
	}
	problems := Overlay(many)
	if len(problems) != maxProblems+1 || len(Languages()) > len(builtIn)+maxOverlays {
		t.Errorf("%d problems, %d languages", len(problems), len(Languages()))
	}
}

func FuzzALanguageFileNeverBreaksAPage(f *testing.F) {
	f.Add("home.title = Nyumbani\ncard.pages.one = {n\nbad")
	f.Add("# same: a\nhome.hello = {name}{name}")
	f.Fuzz(func(t *testing.T, text string) {
		defer Overlay(nil)
		for _, p := range Overlay(folder("ar.txt", text, "xx.txt", text)) {
			if strings.ContainsFunc(p.String(), upsets) {
				t.Fatalf("a problem holds what upsets a line: %q", p.String())
			}
		}
		english := builtIn[English]
		for _, tag := range []string{"ar", "xx"} {
			l, ok := (*spoken.Load())[tag]
			if !ok {
				continue
			}
			for key, message := range l.words().messages {
				if !samePlaceholders(english, key, message) || strings.ContainsFunc(message, upsets) {
					t.Fatalf("%s says %q for %s", tag, message, key)
				}
			}
			l.N("card.pages", 3)
			Check(tag)
		}
	})
}
