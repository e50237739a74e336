package uitest

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// colours reads the variables of the first rule whose selector is given, from the sheet as it is written.
func colours(t *testing.T, sheet, selector string) map[string]string {
	t.Helper()
	start := strings.Index(sheet, "\n"+selector+" {")
	if start < 0 {
		t.Fatalf("the sheet has no rule %s", selector)
	}
	rule := sheet[start : start+strings.IndexByte(sheet[start:], '}')]
	table := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z]+): (#[0-9A-F]{6})`).FindAllStringSubmatch(rule, -1) {
		table[m[1]] = m[2]
	}
	return table
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(hex string) float64 {
	channel := func(at int) float64 {
		n, _ := strconv.ParseUint(hex[at:at+2], 16, 8) // the pattern above made sure
		c := float64(n) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(1) + 0.7152*channel(3) + 0.0722*channel(5)
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// Words need 4.5 (WCAG 2.2, 1.4.3), edges of controls 3 (1.4.11); in the sun everything needs 7.
func TestColoursContrastInEveryTheme(t *testing.T) {
	data, err := os.ReadFile("../static/lamplight.css")
	if err != nil {
		t.Fatal(err)
	}
	sheet := string(data)
	grounds := []string{"paper", "card", "glow", "desk", "tint"}
	for _, theme := range []string{":root", ".theme-dark", ".theme-sunlight", ".theme-night", "\t.theme-auto"} {
		c := colours(t, sheet, theme)
		words, edges := 4.5, 3.0
		if theme == ".theme-sunlight" || theme == ".theme-night" {
			words, edges = 7, 7
		}
		want := func(fore, back string, least float64) {
			if c[fore] == "" || c[back] == "" {
				t.Errorf("%s lacks %s or %s", theme, fore, back)
			} else if got := contrast(c[fore], c[back]); got < least {
				t.Errorf("%s: %s on %s is %.1f, want %.1f", theme, fore, back, got, least)
			}
		}
		for _, ground := range grounds {
			want("ink", ground, words)
			want("lamp", ground, words)
			want("quiet", ground, words)
			want("focus", ground, edges)
		}
		for _, ground := range grounds[:2] {
			for _, fore := range []string{"good", "careful", "wrong", "note"} {
				want(fore, ground, words)
			}
			want("border", ground, edges)
		}
		for _, level := range []string{"can", "nearly", "notyet", "notmet"} {
			want("ink", level, words)
		}
		want("onlamp", "lamp", words)
		want("careful", "tint", words)
	}
}

func TestTheSheetKeepsToOldBrowsers(t *testing.T) {
	data, err := os.ReadFile("../static/lamplight.css")
	if err != nil {
		t.Fatal(err)
	}
	source := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(data), "")
	for name, pattern := range map[string]string{
		"flex gap": `[\s;{](row-|column-)?gap:`, ":has": `:has\(`, ":is or :where": `:(is|where)\(`, "logical sides": `(margin|padding|inset)-(inline|block)`,
		"nesting": `\{[^{}]*&`, "inset": `[\s;{]inset:`, "aspect-ratio": `aspect-ratio`, "clamp": `clamp\(`, "grid": `display: ?grid`,
	} {
		if found := regexp.MustCompile(pattern).FindString(source); found != "" {
			t.Errorf("the sheet uses %s (%q), which the oldest browsers that count do not know", name, strings.TrimSpace(found))
		}
	}
	sent := string(asset(t, ".css").Bytes)
	declaration := regexp.MustCompile(`([;{])([a-z-]+):([^;{}]*var\(--[a-z]+\)[^;{}]*)`)
	for _, at := range declaration.FindAllStringSubmatchIndex(sent, -1) {
		property := sent[at[4]:at[5]]
		before := sent[max(0, at[0]-200) : at[0]+1]
		if !regexp.MustCompile(`[;{]` + property + `:[^;{}]*;$`).MatchString(before) {
			t.Fatalf("%s has no fixed value before its variable: …%s", property, sent[at[0]:at[1]])
		}
	}
	if strings.Contains(sent, "url(http") || strings.Contains(sent, "@import") {
		t.Error("the sheet asks for a file of another place")
	}
}

func TestTheScriptIsOfItsTime(t *testing.T) {
	data, err := os.ReadFile("../static/lamplight.js")
	if err != nil {
		t.Fatal(err)
	}
	script := regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(string(data), "")
	for name, pattern := range map[string]string{
		"an arrow function": `=>`, "let or const": `(?m)^\s*(let|const)\s`, "a template string": "`", "fetch": `\bfetch\(`, "a promise": `Promise`,
		"a class": `(?m)^\s*class\s`, "for of": `\bfor\s*\([^;)]* of `, "spread": `\.\.\.[a-z]`, "eval": `\beval\(`, "a style set by script": `\.style\b`,
	} {
		if found := regexp.MustCompile(pattern).FindString(script); found != "" {
			t.Errorf("lamplight.js uses %s (%q)", name, strings.TrimSpace(found))
		}
	}
}
