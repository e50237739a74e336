package ui

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

func TestAFixedValueStandsBeforeEveryVariable(t *testing.T) {
	got := compileCSS(":root { --ink: #111; --hair: #222 }\n/* note */ a , b { color: var(--ink); border: 1px solid var(--hair) }\n.dark { --ink: #EEE }")
	want := ":root{--ink: #111;--hair: #222}a,b{color: #111;color: var(--ink);border: 1px solid #222;border: 1px solid var(--hair)}.dark{--ink: #EEE}"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPageFrameIsWholeAndKnowsNothingOfThePage(t *testing.T) {
	before, after, err := PageFrame(view.PageFrame{Frame: view.SampleFrame("ar")})
	if err != nil {
		t.Fatal(err)
	}
	top, bottom := bytes.Join(before, nil), bytes.Join(after, nil)
	if !bytes.HasPrefix(top, []byte("<!doctype html>")) && !bytes.HasPrefix(top, []byte("<!DOCTYPE html>")) {
		t.Errorf("top begins %.40q", top)
	}
	if !bytes.HasSuffix(bytes.TrimSpace(bottom), []byte("</html>")) {
		t.Errorf("bottom ends %q", bottom[max(0, len(bottom)-40):])
	}
	if bytes.Contains(top, []byte("<h1")) || bytes.Contains(bottom, []byte("<h1")) {
		t.Error("the frame has an <h1>; the article brings its own")
	}
}

// What two people share of a frame may be kept for both: nothing of either may stand in it.
func TestARunOfAPageFrameThatOthersSeeHoldsNothingOfThePerson(t *testing.T) {
	runs := func(name, key, token, tile string, day int) (shared, own []byte) {
		f := view.SampleFrame("en")
		f.Person = &view.Person{Name: name, Key: key, Tile: tile, Role: f.Person.Role}
		f.Token, f.Now = token, time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC)
		top, bottom, err := PageFrame(view.PageFrame{Frame: f, Crumbs: []view.Link{{URL: "/library", Text: "a\x00title\x00"}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range [][][]byte{top, bottom} {
			for i, run := range part {
				if i%2 == 0 {
					shared = append(shared, run...)
				} else {
					own = append(own, run...)
				}
			}
		}
		return shared, own
	}
	one, mine := runs("Amina", "key-1", "token-1", "lion", 4)
	other, _ := runs("Musa", "key-2", "token-2", "", 5)
	if !bytes.Equal(one, other) {
		t.Errorf("two people do not share the same frame:\n%s\n%s", one, other)
	}
	for _, word := range []string{"Amina", "key-1", "token-1", "pic-lion"} {
		if bytes.Contains(one, []byte(word)) || !bytes.Contains(mine, []byte(word)) {
			t.Errorf("%q does not stand in the person's own runs alone", word)
		}
	}
}

func TestStaticFilesAreNamedByTheirContent(t *testing.T) {
	if len(Static()) != 7 {
		t.Fatalf("got %d static files, want the sheet, five scripts and the signs", len(Static()))
	}
	for name, a := range Static() {
		if a.Name != name || !strings.Contains(name, a.ETag[:8]) {
			t.Errorf("%s: its name is not made of its content", name)
		}
		r, err := gzip.NewReader(bytes.NewReader(a.Gzip))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(plain, a.Bytes) {
			t.Errorf("%s: its gzip is of something else (%v)", name, err)
		}
	}
}

func TestEveryIconThatPagesShowIsDrawn(t *testing.T) {
	sprite := string(Static()[strings.TrimPrefix(AssetURL("icons.svg"), StaticPath)].Bytes)
	for _, s := range view.Samples {
		var page strings.Builder
		component, err := Page(s.Make(view.SampleFrame("en")))
		if err == nil {
			err = component.Render(context.Background(), &page)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(page.String(), ` href="`+AssetURL("icons.svg")+"#")[1:] {
			name := part[:strings.IndexByte(part, '"')]
			if !strings.Contains(sprite, `<symbol id="`+name+`"`) {
				t.Errorf("%s shows the icon %q, which nobody drew", s.Name, name)
			}
		}
	}
}

func TestPageRefusesWhatIsNoPage(t *testing.T) {
	if _, err := Page(42); err == nil {
		t.Error("a number was shown as a page")
	}
}

func TestLinesOfABookRunAsItsLanguageIsWritten(t *testing.T) {
	for _, c := range []struct {
		lang string
		left bool
		want string
	}{{"ar", true, "rtl"}, {"ar-EG", false, "rtl"}, {"ja", true, "ltr"}, {"zh-Hant", true, "ltr"}, {"en", false, "ltr"}, {"", true, "rtl"}, {"", false, "ltr"}} {
		if got := bookDirection(view.Book{Lang: c.lang, RightToLeft: c.left}); got != c.want {
			t.Errorf("%q, pages to the left %v: %s, want %s", c.lang, c.left, got, c.want)
		}
	}
}

func TestTheMistakesBookIsNamedWhereSomethingWasWrong(t *testing.T) {
	for _, right := range []int{2, 3} {
		f := view.SampleFrame("en")
		page := rendered(t, QuizReport(view.QuizReport{Frame: f, Heading: "Friday quiz", Score: view.QuizScore{Right: right, Of: 3}}))
		if told := strings.Contains(page, words(f).T("quiz.report.means")); told != (right < 3) {
			t.Errorf("%d of 3 right: the page tells of what is not right yet: %v", right, told)
		}
	}
}

func TestACourseIsNamedOnceWhereItsPageIsCalledTheSame(t *testing.T) {
	for where, want := range map[string]int{"Clean water": 1, "Health": 2} {
		s := view.Suggestion{Card: view.Card{Title: "Clean water", Where: where, URL: "/resource/1"}, For: "resume"}
		page := rendered(t, suggestions(words(view.SampleFrame("en")), view.SampleFrame("en"), []view.Suggestion{s}))
		if got := strings.Count(page, "Clean water") + strings.Count(page, "Health"); got != want {
			t.Errorf("%s in %s: %d names, want %d:\n%s", s.Title, where, got, want, page)
		}
	}
}

// A hint of the page stands within a question of another language: it says whose words it has and which way they run.
func TestWordsOfThePageRunTheirOwnWayInAQuestion(t *testing.T) {
	ar, en := locale.For("ar"), locale.For("en")
	page := rendered(t, question(asked{words: ar, said: en, Question: view.Question{Type: "many", Stem: "Which are even?"}}))
	if !strings.Contains(page, `lang="ar"`) || !strings.Contains(page, `dir="rtl"`) {
		t.Errorf("the hint does not say that it is Arabic:\n%s", page)
	}
}

func rendered(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
