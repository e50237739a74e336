package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rsc.io/qr/coding"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

func takenFile(t *testing.T, lang string) string {
	t.Helper()
	var b bytes.Buffer
	if err := TakeFile(view.SampleTakeFile(view.SampleFrame(lang))).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A take-home file asks nobody for anything: it opens where there is no box and no network.
func TestATakeHomeFileNeedsNothingButItself(t *testing.T) {
	asks := regexp.MustCompile(`(src|href|poster|data)="(/|https?:)[^"]*"|url\(|@import|<link|<iframe`)
	for _, lang := range locale.Languages() {
		file := takenFile(t, lang)
		if got := asks.FindAllString(file, -1); got != nil {
			t.Errorf("%s: the file asks for %q", lang, got)
		}
		if !strings.Contains(file, `lang="`+lang) || !strings.Contains(file, "<fieldset") || !strings.Contains(file, `name="ticket"`) {
			t.Errorf("%s: the file lacks its language, its questions or its ticket", lang)
		}
	}
	t.Logf("a file of three questions is %d bytes, its sheet %d, its script %d", len(takenFile(t, "en")), len(takeSheet()), len(takeScript()))
}

// What stands in the file keeps to old browsers too, as floor.mjs reads them.
func TestOldBrowsersReadATakeHomeFile(t *testing.T) {
	if _, err := os.Stat(filepath.Join("node_modules", "acorn")); err != nil {
		t.Skip("npm ci was not run")
	}
	out, err := exec.Command("node", filepath.Join("uitest", "browser", "floor.mjs"), filepath.Join("static", "takehome.js"), filepath.Join("static", "takehome.css")).CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// The script's codes are those of rsc.io/qr, module for module.
func TestTheFilesScriptDrawsCodesAsOthersDo(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not here")
	}
	_, encoder, found := strings.Cut(string(source("takehome.js")), "\t// code makes a QR code")
	if !found {
		t.Fatal("the script has lost its encoder")
	}
	encoder = "//" + strings.TrimSuffix(strings.TrimSpace(encoder), "})();")
	var texts []string
	for _, n := range []int{1, 17, 18, 33, 60, 100, 135, 155, 200, 231, 271, 272, 368, 500, 700, 858} {
		texts = append(texts, ("http://192.168.4.1:8080/return?d=" + strings.Repeat("AzkWq9-_", 200))[:n])
	}
	asked, _ := json.Marshal(texts)
	path := filepath.Join(t.TempDir(), "code.js")
	program := encoder + "\nconsole.log(JSON.stringify(" + string(asked) + ".map(function (t) { return code(t).map(function (row) { return row.map(Number).join(''); }); })));\n"
	if err := os.WriteFile(path, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(node, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %.600s", err, out)
	}
	var codes [][]string
	if err := json.Unmarshal(out, &codes); err != nil {
		t.Fatal(err)
	}
	for i, got := range codes {
		version := coding.Version((len(got) - 17) / 4)
		plan, err := coding.NewPlan(version, coding.L, 0)
		if err != nil {
			t.Fatal(err)
		}
		want, err := plan.Encode(coding.String(texts[i]))
		if err != nil {
			t.Fatalf("%d letters do not fit version %d: %v", len(texts[i]), version, err)
		}
		for y := range want.Size {
			for x := range want.Size {
				if want.Black(x, y) != (got[y][x] == '1') {
					t.Fatalf("%d letters, version %d: module %d,%d is wrong", len(texts[i]), version, x, y)
				}
			}
		}
	}
}
