package ui

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"strings"
	"testing"

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
	f := view.SampleFrame("ar")
	top, bottom, err := PageFrame(view.PageFrame{Frame: f})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(top, []byte("<!doctype html>")) && !bytes.HasPrefix(top, []byte("<!DOCTYPE html>")) {
		t.Errorf("top begins %.40q", top)
	}
	if !bytes.HasSuffix(bytes.TrimSpace(bottom), []byte("</html>")) {
		t.Errorf("bottom ends %q", bottom[max(0, len(bottom)-40):])
	}
	if bytes.Contains(append(top, bottom...), []byte("<h1")) {
		t.Error("the frame has an <h1>; the article brings its own")
	}
	kept := string(bottom)
	_ = append(top, "<article>…</article>"...)
	if string(bottom) != kept {
		t.Error("appending to top wrote over bottom")
	}
}

func TestStaticFilesAreNamedByTheirContent(t *testing.T) {
	if len(Static()) != 4 {
		t.Fatalf("got %d static files, want the sheet, the script, the script round apps and the signs", len(Static()))
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
