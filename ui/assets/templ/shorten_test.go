package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func made(t *testing.T, body string) (string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.templ")
	if err := os.WriteFile(path, []byte("package ui\n\ntempl page(v string, l words) {\n"+body+"\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, err := generate(path)
	return string(code), err
}

func TestEveryWayToWriteIsOneCall(t *testing.T) {
	for body, want := range map[string]string{
		`<p>a</p>`:                         `onto.put("<p>a</p>")`,
		`<p>{ v }</p>`:                     `onto.text("<p>", v)`,
		`{ l.T("some.key") }`:              `onto.say("", l, "some.key")`,
		`{ l.T("some.key", "name", v) }`:   `onto.text("", l.T("some.key", "name", v))`,
		`<p { langOf(v)... }>a</p>`:        `onto.attributes("<p", langOf(v))`,
		`<p class={ "b", v }>a</p>`:        `onto.classes("<p class=\"", "b", v)`,
		`<a href={ templ.SafeURL(v) }>`:    `onto.link("<a href=\"", templ.SafeURL(v))`,
		"<b>\n@icon(\"x\")\n</b>":          `onto.part("<b>", icon("x"))`,
		"<b>\n@icon(\"x\") {\na\n}\n</b>":  `onto.wrap("<b>", icon("x"), func(onto *canvas, _ template) {`,
		"<b>\n{ children... }\n</b>":       `onto.fill("<b>", inside)`,
		"if v == \"\" {\n<b>{ v }</b>\n}":  `onto.text("<b>", v)`,
		"switch v {\ncase \"\":\n{ v }\n}": `onto.text("", v)`,
	} {
		if strings.HasPrefix(body, "<a ") {
			body += "a</a>"
		}
		code, err := made(t, body)
		if err != nil {
			t.Errorf("%s: %v", body, err)
		} else if !strings.Contains(code, want) {
			t.Errorf("%s: %s is missing in\n%s", body, want, code)
		}
	}
}

func TestAnAddressOfWhichNothingIsKnownIsChecked(t *testing.T) {
	code, err := made(t, `<a href={ v }>a</a>`)
	if err != nil {
		t.Fatal(err)
	}
	if want := `onto.link("<a href=\"", templ.URL(v))`; !strings.Contains(code, want) {
		t.Errorf("%s is missing in\n%s", want, code)
	}
}

func TestMarkupStaysBeforeTheBranchThatFollowsIt(t *testing.T) {
	code, err := made(t, "<ul>\nif v == \"\" {\n<li>{ v }</li>\n}\n</ul>")
	if err != nil {
		t.Fatal(err)
	}
	if put, branch := strings.Index(code, `onto.put("<ul>")`), strings.Index(code, `if v == ""`); put < 0 || put > branch {
		t.Errorf("<ul> is not written before the branch:\n%s", code)
	}
}

func TestWhatNobodyHasTaughtItIsRefused(t *testing.T) {
	code, err := made(t, `<div style={ v }>a</div>`)
	if err == nil || !strings.Contains(err.Error(), "does not know") {
		t.Errorf("a style is not refused: %v\n%s", err, code)
	}
}
