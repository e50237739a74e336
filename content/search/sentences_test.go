package search

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSentencesEndWhereTheirScriptEndsThem(t *testing.T) {
	for _, c := range []struct {
		name string
		want []string
	}{
		{"stops", []string{"The sun is a star.", "It gives light!", "Is it near?", "No."}},
		{"small letters go on", []string{`"Come back!" she cried.`, "He ran."}},
		{"initials and short forms", []string{"Dr. Okello met T. S. Eliot.", "They talked.", "See Fig. 3 and p. 4, e.g. the map."}},
		{"numbers", []string{"Pi is 3.14 or so.", "A litre is 1.000 cm³."}},
		{"closing marks", []string{"«Viens.»", "Il vint (tard).", "Voilà…"}},
		{"hindi", []string{"मुर्गी और चील दोस्त थे।", "वे उड़ नहीं सकते थे।", "क्यों?"}},
		{"amharic", []string{"ዶሮና ንስር ጓደኛሞች ነበሩ።", "ምን ሆነ፧", "ረሃብ ነበር።"}},
		{"arabic", []string{"ما هو السرطان؟", "من أين تأتي الحياة؟", "حسنًا!"}},
		{"urdu", []string{"مرغی اور شاہین دوست تھے۔", "وہ اڑ نہیں سکتے تھے۔"}},
		{"burmese", []string{"ကြက်မနဲ့ လင်းယုန်ဟာ သူငယ်ချင်းတွေပါ။", "ကောင်းတယ်။"}},
	} {
		text := strings.Join(c.want, " ")
		if got := cutUp(text); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	for text, want := range map[string][]string{
		"鸡和千足虫是好朋友。它们比赛！谁最棒？":                {"鸡和千足虫是好朋友。", "它们比赛！", "谁最棒？"},
		"妈妈说：“你是我的晨星。”我自己洗澡。":                {"妈妈说：“你是我的晨星。”", "我自己洗澡。"},
		"He gave the pot of\nwisdom to her.": {"He gave the pot of\nwisdom to her."},
		"A heading\nA line of it.\n\n  ":     {"A heading", "A line of it."},
		"":                                   nil,
		"...":                                {"..."},
		" . . . ":                            {".", ".", "."},
	} {
		if got := cutUp(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func cutUp(text string) (out []string) {
	for _, s := range sentences(text) {
		out = append(out, text[s.from:s.to])
	}
	return out
}

func TestWhatHasNoStopsIsBroken(t *testing.T) {
	for _, text := range []string{strings.Repeat("word ", 500), strings.Repeat("字", 900), strings.Repeat("one, two, ", 300), strings.Repeat("\xff", 2000)} {
		var all int
		for _, s := range sentences(text) {
			if n := s.to - s.from; n > maxSentence || n <= 0 {
				t.Errorf("a stretch of %d bytes of %.10q", n, text)
			}
			if piece := text[s.from:s.to]; utf8.ValidString(text) && !utf8.ValidString(piece) {
				t.Errorf("a letter is broken: %q", piece[:8])
			}
			all += s.to - s.from
		}
		if all < len(text)*7/10 {
			t.Errorf("%d of %d bytes of %.10q are in a sentence", all, len(text), text)
		}
	}
}

func FuzzSentences(f *testing.F) {
	f.Add("Dr. A. said: “No.” Then… why? あ。い")
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, s := range sentences(text) {
			if s.from < at || s.to <= s.from || s.to > len(text) {
				t.Fatalf("span %v after %d in %q", s, at, text)
			}
			if gapText := strings.TrimSpace(text[at:s.from]); gapText != "" {
				t.Fatalf("%q is left out of %q", gapText, text)
			}
			at = s.to
		}
		if strings.TrimSpace(text[at:]) != "" {
			t.Fatalf("the end %q is left out", text[at:])
		}
	})
}
