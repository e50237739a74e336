package pack

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestLintSaysWhatIsHardToUse(t *testing.T) {
	const page, ask, head = "01-one/10-last.md", "01-one/03-practice.md", "---\nid: a\ntitle: A\nlanguage: en\nlicence: CC0-1.0\n"
	primary := head + "levels: lower-primary\n---\nText.\n"
	long := strings.Repeat("word ", 31) + "end."
	for want, files := range map[string]map[string]string{
		page + ":3: warning: the picture ../img/ten.png has no words":                                                                  {page: "# T\n\n![](../img/ten.png)\n"},
		page + ":4: warning: the picture ../img/ten.png has no words":                                                                  {page: "# T\n\nSome text\nand ![ ](../img/ten.png)\n"},
		page + ":3: warning: the link to 01-first.md has no words":                                                                     {page: "# T\n\n[](01-first.md)\n"},
		page + ":5: warning: the heading jumps from level 2 to level 4: write \"### \"":                                                {page: "# T\n\n## A\n\n#### B\n"},
		page + ":2: warning: the heading jumps from level 1 to level 3: write \"## \"":                                                 {page: "Text.\n### B\n"},
		page + ":3: warning: a second \"# \" heading":                                                                                  {page: "# T\n\n# U\n"},
		page + ": warning: a heading is empty":                                                                                         {page: "# T\n\n## \n"},
		page + ": warning: the page is empty":                                                                                          {page: "---\ntitle: T\n---\n"},
		page + ":4: warning: a sentence of 32 words (\"word word word word word …\"); for lower-primary 30 are the most":               {"course.md": primary, page: "# T\n\nShort. Short.\n" + long + "\n"},
		page + ": warning: its sentences have 15 words on average; for lower-primary it should be 12":                                  {"course.md": primary, page: "# T\n\n" + strings.Repeat("One two three four five six one two three four five six seven eight nine.\n", 5)},
		page + ": warning: it is hard to read: lix":                                                                                    {"course.md": primary, page: "# T\n\n" + strings.Repeat("Photosynthesis transforms chlorophyll molecules.\n", 6)},
		ask + ":6: warning: r: the picture ../img/ten.png has no words":                                                                {ask: "---\nkind: exercise\n---\n\n## number r\n? ![](../img/ten.png)\n= 1\n"},
		"01-one/boat.mp4: warning: the film has no captions: put a file boat.en.vtt beside it":                                         {"01-one/boat.fr.vtt": ""},
		"09-empty/topic.md: warning: the topic holds nothing":                                                                          {"09-empty/topic.md": "---\ntitle: E\n---\n"},
		page + ":3: warning: the picture img/big.jpg is 201 KB, and 100 KB are enough":                                                 {page: "# T\n\n![a](../img/big.jpg)\n", "img/big.jpg": strings.Repeat("x", 201<<10)},
		page + ": warning: with its pictures it is 403 KB, more than 300 KB: make img/big.jpg (201 KB), img/big2.jpg (201 KB) smaller": {page: "# T\n\n![a](../img/big.jpg)\n![b](../img/big2.jpg)\n", "img/big.jpg": strings.Repeat("x", 201<<10), "img/big2.jpg": strings.Repeat("x", 201<<10)},
		page + ": warning: its text is":                                                                                                {page: "# T\n\n" + noise(60_000)},
		"cover.png: warning: it is 61 KB, more than the 60 KB":                                                                         {"cover.svg": "", "cover.png": strings.Repeat("x", 61<<10)},
	} {
		got := linted(t, changed(t, files))
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("want %s\ngot  %s", want, strings.Join(got, "\n     "))
		}
	}
}

// noise is text that hardly compresses.
func noise(n int) string {
	var b strings.Builder
	for x := uint32(1); b.Len() < n; {
		x = x*1664525 + 1013904223
		fmt.Fprintf(&b, "%x. ", x)
	}
	return b.String()
}

func TestSentencesAreCountedInEveryScript(t *testing.T) {
	for _, c := range []struct {
		text             string
		words, sentences int
	}{
		{"One two. Three four five! Six?", 6, 3},
		{"It costs 3.50 or 1,200 at Ada's well-kept shop", 9, 1},
		{"هذا كتاب. هل قرأته؟ نعم", 5, 3},
		{"यह एक किताब है। वह पढ़ती है।", 7, 2},
		{"这是一本书。他在读书。", 4, 2},
		{"ይህ መጽሐፍ ነው። ጥሩ ነው።", 5, 2},
		{"Line one\ngoes on. Line two", 6, 2},
		{"", 0, 0},
	} {
		var r reading
		r.add(prose{text: c.text, line: 7})
		if r.Words != c.words || r.Sentences != c.sentences {
			t.Errorf("%q: %d words in %d sentences, want %d in %d", c.text, r.Words, r.Sentences, c.words, c.sentences)
		}
	}
	var r reading
	r.add(prose{text: "Short.\nThis one is the longest\nof all.", line: 7})
	if r.longest.line != 7 && r.longest.line != 8 || r.longestWords != 7 {
		t.Errorf("%+v", r)
	}
}
