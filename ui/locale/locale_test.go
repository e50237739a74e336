package locale

import (
	"strings"
	"testing"
	"time"
)

func TestPluralsFollowTheLanguage(t *testing.T) {
	for _, c := range []struct {
		tag  string
		n    int
		want string
	}{
		{"en", 1, "1 page"},
		{"en", 0, "0 pages"},
		{"fr", 0, "0 page"},
		{"fr", 2, "2 pages"},
		{"ar", 1, "صفحة واحدة"},
		{"ar", 2, "صفحتان"},
		{"ar", 3, "٣ صفحات"},
		{"ar", 11, "١١ صفحة"},
		{"ar", 103, "١٠٣ صفحات"},
		{"xx", 2, "2 pages"}, // no catalogue: English
	} {
		if got := For(c.tag).N("card.pages", c.n); got != c.want {
			t.Errorf("%s, %d: got %q, want %q", c.tag, c.n, got, c.want)
		}
	}
}

func TestDigitsLeaveMarkupAlone(t *testing.T) {
	l := For("ar")
	for in, want := range map[string]string{
		"5 and 3":                         "٥ and ٣",
		`<img src="p1.png"> 2`:            `<img src="p1.png"> ٢`,
		"&#39;7&#39;":                     "&#39;٧&#39;",
		"<code>x1</code> 1":               "<code>x1</code> ١",
		"<CODE class=a>9</CODE>9":         "<CODE class=a>9</CODE>٩",
		"<codex>1</codex>":                "<codex>١</codex>",
		"4 &amp; 5 & 6":                   "٤ &amp; ٥ & ٦",
		"<svg><text>1</text></svg>1":      "<svg><text>1</text></svg>١",
		"broken <a href=1":                "broken <a href=1",
		"<math><mn>3</mn></math>":         "<math><mn>3</mn></math>",
		"<code>never closed 1":            "<code>never closed 1",
		"<sub>2</sub><sup>10</sup> no. 1": "<sub>٢</sub><sup>١٠</sup> no. ١",
	} {
		if got := l.DigitsHTML(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := For("en").DigitsHTML("5"); got != "5" {
		t.Errorf("English digits: got %q", got)
	}
	if got := l.WithDigits("language").Number(5); got != "٥" {
		t.Errorf("digits nobody writes: got %q, want the language's own", got)
	}
	if got := l.WithDigits("latn").Number(5); got != "5" {
		t.Errorf("a person's own digits: got %q, want 5", got)
	}
}

func FuzzDigitsHTMLChangesOnlyDigits(f *testing.F) {
	f.Add("<b>1</b>&#1;<code>")
	l := For("ar")
	back := map[rune]rune{}
	for i := range rune(10) {
		back['٠'+i] = '0' + i
	}
	f.Fuzz(func(t *testing.T, s string) {
		was, is := []rune(s), []rune(l.DigitsHTML(s))
		if len(was) != len(is) {
			t.Fatalf("%q became %q", s, string(is))
		}
		for i := range is {
			if is[i] != was[i] && back[is[i]] != was[i] {
				t.Fatalf("%q became %q", s, string(is))
			}
		}
	})
}

func TestSizesAndTimesReadAsPeopleSayThem(t *testing.T) {
	en, fr, ar := For("en"), For("fr-CD"), For("ar-SD")
	for got, want := range map[string]string{
		en.Size(0): "1 KB", en.Size(310_000): "310 KB", en.Size(8_200_000): "8.2 MB", en.Size(32_000_000_000): "32 GB",
		fr.Size(8_200_000): "8,2 Mo", ar.Size(8_200_000): "٨٫٢ م.ب", en.Percent(40): "40%", ar.Percent(40): "٤٠٪",
		en.Duration(40): "40 seconds", en.Duration(187): "3 minutes", en.Duration(3600): "1 hour", en.Duration(3900): "1 hour 5 minutes",
		en.Clock(67): "1:07", en.Clock(3725): "1:02:05", ar.Clock(67): "١:٠٧",
	} {
		if got = strings.ReplaceAll(got, "\u00a0", " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestANumberStaysWithItsUnit(t *testing.T) {
	if got, want := For("fr").Percent(40), "40\u00a0%"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := For("en").Size(2e6), "2\u00a0MB"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDatesAreSaidByHowNearTheyAre(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC) // a Saturday
	l := For("en")
	for _, c := range []struct {
		days   int
		unsure bool
		want   string
	}{
		{0, false, "today"},
		{-1, false, "yesterday"},
		{1, false, "tomorrow"},
		{-4, false, "Tuesday"},
		{-7, false, "14 November"},
		{-4, true, "about 17 November"},
		{-400, false, "17 October 2025"},
	} {
		if got := l.Date(now.AddDate(0, 0, c.days), now, c.unsure); got != c.want {
			t.Errorf("%d days, unsure %v: got %q, want %q", c.days, c.unsure, got, c.want)
		}
	}
	late := time.Date(2026, 11, 20, 23, 59, 0, 0, time.UTC)
	if got := l.Date(late, now, false); got != "yesterday" {
		t.Errorf("ten hours ago, before midnight: got %q, want yesterday", got)
	}
	if got := l.Date(time.Time{}, now, false); got != "not yet" {
		t.Errorf("no time: got %q, want not yet", got)
	}
}

func TestMatchTakesTheFirstLanguageWeHave(t *testing.T) {
	for header, want := range map[string]string{
		"": "en", "ar-EG,ar;q=0.9,en;q=0.8": "ar", "yo-NG,fr;q=0.7": "fr", "fr;q=0.2,ar;q=0.9": "ar", "xx": "en", ";;;": "en", "*": "en",
	} {
		if got := Match(header); got != want {
			t.Errorf("%q: got %s, want %s", header, got, want)
		}
	}
}

func TestDirectionAndNameOfALanguage(t *testing.T) {
	for tag, want := range map[string]string{"ar": "rtl", "ara": "rtl", "ur-PK": "rtl", "ks-Deva": "ltr", "az-Arab": "rtl", "en": "ltr", "swa": "ltr", "": "ltr"} {
		if got := Dir(tag); got != want {
			t.Errorf("direction of %q: got %s, want %s", tag, got, want)
		}
	}
	for tag, want := range map[string]string{"sw": "Kiswahili", "swa": "Kiswahili", "fr-CD": "Français", "pt-BR": "Português (Brasil)", "zh-Hans": "简体中文", "qqq": "qqq"} {
		if got := Name(tag); got != want {
			t.Errorf("name of %q: got %s, want %s", tag, got, want)
		}
	}
	for three, two := range threeToTwo {
		if names[two] == "" {
			t.Errorf("%s is %s, which has no name", three, two)
		}
	}
}

func TestANameThatRunsTheOtherWayIsIsolated(t *testing.T) {
	if got, want := For("en").T("home.hello", "name", "موسى"), "Hello, \u2068موسى\u2069"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := For("en").T("home.hello", "name", "Musa"), "Hello, Musa"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := For("en").T("no.such.key"); got != "[no.such.key]" {
		t.Errorf("a missing message: got %q", got)
	}
}

func TestNumbersHaveTheirLanguagesSeparators(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "1,234 12,345,678 -1,234 999 1.5 1,234.5", "fr": "1\u00a0234 12\u00a0345\u00a0678 -1\u00a0234 999 1,5 1\u00a0234,5",
		"es": "1234 12.345.678 -1234 999 1,5 1234,5", "pt": "1.234 12.345.678 -1.234 999 1,5 1.234,5",
		"ar": "١٬٢٣٤ ١٢٬٣٤٥٬٦٧٨ -١٬٢٣٤ ٩٩٩ ١٫٥ ١٬٢٣٤٫٥", "sw": "1,234 12,345,678 -1,234 999 1.5 1,234.5",
		"hi": "1,234 1,23,45,678 -1,234 999 1.5 1,234.5", "bn": "১,২৩৪ ১,২৩,৪৫,৬৭৮ -১,২৩৪ ৯৯৯ ১.৫ ১,২৩৪.৫",
		"zh": "1,234 12,345,678 -1,234 999 1.5 1,234.5",
	} {
		l := newLocale(tag)
		got := strings.Join([]string{l.Number(1234), l.Number(12_345_678), l.Number(-1234), l.Number(999), l.Decimal(1.5), l.Decimal(1234.5)}, " ")
		if got != want {
			t.Errorf("%s: got %q, want %q", tag, got, want)
		}
	}
	if got := newLocale("ar").WithDigits("latn").Decimal(1234.5); got != "1,234.5" {
		t.Errorf("Arabic with 0 to 9: got %q", got)
	}
	if got := newLocale("ur").WithDigits("arabext").Number(1234); got != "۱٬۲۳۴" {
		t.Errorf("Urdu with its own digits: got %q", got)
	}
}

func TestEveryWantedLanguageHasItsFactsAndName(t *testing.T) {
	for _, tag := range Wanted {
		if _, ok := cldr[tag]; !ok || names[tag] == "" {
			t.Errorf("%s lacks its number facts or its name", tag)
		}
	}
	for tag, f := range cldr {
		for _, system := range []string{f.digits, f.native} {
			if system != "" && !IsNumberSystem(system) {
				t.Errorf("%s: nobody writes the digits %q", tag, system)
			}
		}
	}
	if got := strings.Join(NumberSystems("ur-PK"), " "); got != "latn arabext" {
		t.Errorf("Urdu offers %q", got)
	}
}

func TestWhatALanguageLacksIsSaidInEnglishsForms(t *testing.T) {
	l := newLocale("ar")
	if got := l.N("card.pages", 3); got != "\u2068٣ pages\u2069" {
		t.Errorf("got %q", got)
	}
	if got := l.T("home.title"); got != "\u2068Home\u2069" {
		t.Errorf("got %q, want English set apart", got)
	}
	if got := newLocale("sw").N("card.pages", 1); got != "1 page" {
		t.Errorf("got %q", got)
	}
}
