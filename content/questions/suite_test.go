package questions

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"lamplight/content"
	"lamplight/content/importtest"
)

// written writes a file of the test's own.
func written(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBanksMeetTheContractOfEveryFormat(t *testing.T) {
	good := map[string]importtest.Sample{
		"gift":      {Path: "testdata/every.gift", Title: "every", Items: 15, Resources: 3, Silent: true},
		"aiken":     {Path: "testdata/sloppy.txt", Title: "sloppy", Items: 5, Resources: 1, Silent: true},
		"csv":       {Path: "testdata/every.csv", Title: "every", Items: 4, Resources: 4, Silent: true},
		"moodlexml": {Path: "testdata/every.xml", Title: "every", Items: 11, Resources: 2, Silent: true},
	}
	wide := func(s string) []byte {
		b := []byte{0xff, 0xfe}
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return b
	}
	bad := map[string][]importtest.Bad{
		"gift": {
			{Path: written(t, "empty.gift", nil), Is: fs.ErrInvalid, Says: "empty"},
			{Path: written(t, "prose.gift", []byte("Nothing is asked here.\n")), Is: fs.ErrInvalid, Says: "no question"},
			{Path: written(t, "open.gift", []byte("::a::Is it? {=yes ~no\n")), Is: fs.ErrInvalid, Says: "line 1: its { is not closed"},
			{Path: written(t, "binary.gift", []byte("\x00\x01\x02{=a}\x00\x00\x00\x7f\x01")), Is: fs.ErrInvalid},
			{Path: written(t, "essay.gift", []byte("Write about it. {}\n")), Is: fs.ErrInvalid, Says: "a person must read"},
		},
		"aiken": {
			{Path: written(t, "none.aiken", []byte("Hello\n\nthere\n")), Is: fs.ErrInvalid, Says: "line 1: it has no options"},
			{Path: written(t, "noanswer.aiken", []byte("What?\nA) one\nB) two\n")), Is: fs.ErrInvalid, Says: "line 1: no line ANSWER"},
		},
		"csv": {
			{Path: written(t, "people.csv", []byte("name,pin\nAda,1234\n")), Is: fs.ErrInvalid, Says: "line 1: it must name the columns"},
			{Path: written(t, "none.csv", []byte("question,answer\n")), Is: fs.ErrInvalid, Says: "no question"},
			{Path: written(t, "empty.csv", nil), Is: fs.ErrInvalid, Says: "empty"},
		},
		"moodlexml": {
			{Path: written(t, "cut.xml", []byte(`<?xml version="1.0"?><quiz><question type="truefalse"><name>`)), Is: fs.ErrInvalid, Says: "ends within the question"},
			{Path: written(t, "page.xml", []byte(`<html><body/></html>`)), Is: fs.ErrInvalid, Says: "no <quiz>"},
			{Path: written(t, "laughs.xml", []byte(`<!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><quiz><question type="essay">&b;</question></quiz>`)), Is: fs.ErrInvalid, Says: "declares entities"},
			{Path: written(t, "none.xml", wide(`<?xml version="1.0" encoding="utf-16"?><quiz></quiz>`)), Is: fs.ErrInvalid, Says: "no question"},
		},
	}
	for _, f := range Formats() {
		t.Run(f.Name(), func(t *testing.T) { importtest.Run(t, f, []importtest.Sample{good[f.Name()]}, bad[f.Name()]) })
	}
}

func TestTheSameBankIsReadFromEveryEncoding(t *testing.T) {
	const bank = "Où est-il né ? {=Île ~Forêt}\n"
	latin := []byte("O\xf9 est-il n\xe9 ? {=\xcele ~For\xeat}\r\n")
	little, big := []byte{0xff, 0xfe}, []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune(bank)) {
		little, big = append(little, byte(u), byte(u>>8)), append(big, byte(u>>8), byte(u))
	}
	for name, b := range map[string][]byte{"utf8": []byte(bank), "mark": []byte("\xef\xbb\xbf" + bank), "latin": latin, "little": little, "big": big, "bare": little[2:]} {
		items, _, _ := installed(t, "gift", written(t, name+".gift", b))
		if len(items) != 1 || items[0].Stem != "Où est-il né ?" || items[0].Options[0].Text != "Île" {
			t.Errorf("%s: %+v", name, items)
		}
	}
	xml := `<?xml version="1.0" encoding="%s"?><quiz><question type="shortanswer"><name><text>é</text></name><questiontext><text>Né ?</text></questiontext><answer fraction="100"><text>là</text></answer></question></quiz>`
	little = []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(fmt.Sprintf(xml, "UTF-16"))) {
		little = append(little, byte(u), byte(u>>8))
	}
	for name, b := range map[string][]byte{
		"utf8": []byte(fmt.Sprintf(xml, "UTF-8")), "utf16": little,
		"latin": bytes.ReplaceAll(bytes.ReplaceAll([]byte(fmt.Sprintf(xml, "ISO-8859-1")), []byte("é"), []byte{0xe9}), []byte("à"), []byte{0xe0}),
	} {
		items, _, _ := installed(t, "moodlexml", written(t, name+".xml", b))
		if len(items) != 1 || items[0].Stem != "Né ?" || items[0].Answers[0] != "là" {
			t.Errorf("%s: %+v", name, items)
		}
	}
}

func TestABankOfThousandsGoesIntoSeveralExercises(t *testing.T) {
	var b strings.Builder
	for n := range 1000 {
		fmt.Fprintf(&b, "What is %d + 1? {#%d}\n\n", n, n+1)
	}
	_, _, r := installed(t, "gift", written(t, "sums.gift", []byte(b.String())))
	nodes, _, err := r.Children("", 0, 99)
	if err != nil || len(nodes) != 4 || nodes[1].Title != "sums (2)" || r.Course().Items != 1000 {
		t.Errorf("%+v, %v", nodes, err)
	}
}

func fuzz(f *testing.F, name, ext string, seeds ...string) {
	for _, s := range seeds {
		b, err := os.ReadFile(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 64<<10 {
			return
		}
		path := filepath.Join(t.TempDir(), "x"+ext)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		plan, err := byName2(name).Plan(context.Background(), path, content.ImportOptions{})
		if err != nil {
			if !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		at := filepath.Join(t.TempDir(), "pack")
		if err := plan.Files[0].Make(context.Background(), at); err != nil {
			t.Fatal(err)
		}
		if err := byName2(name).Vet(context.Background(), plan.Course, packAt(at)); err != nil {
			t.Fatalf("what was made is not whole: %v", err)
		}
	})
}

func byName2(name string) Format {
	for _, f := range Formats() {
		if f.Name() == name {
			return f.(Format)
		}
	}
	return Format{}
}

func FuzzGIFT(f *testing.F) { fuzz(f, "gift", ".gift", "testdata/every.gift") }
func FuzzAiken(f *testing.F) {
	fuzz(f, "aiken", ".aiken", "testdata/sloppy.txt", "testdata/arabic.txt")
}
func FuzzMoodle(f *testing.F) { fuzz(f, "moodlexml", ".xml", "testdata/every.xml") }

func TestAQuestionWhosePictureIsDamagedIsLeftOutAlone(t *testing.T) {
	one := `<question type="shortanswer"><questiontext format="html"><text><![CDATA[%s<img src="@@PLUGINFILE@@/a.png" alt="a">]]></text><file name="a.png" encoding="base64">%s</file></questiontext><answer fraction="100"><text>x</text></answer></question>`
	bank := "<quiz>" + fmt.Sprintf(one, "whole", "iVBORw0KGgo=") + fmt.Sprintf(one, "cut", "iVBORw0KGg") + "</quiz>"
	items, left, _ := installed(t, "moodlexml", written(t, "a.xml", []byte(bank)))
	if len(items) != 1 || len(left) != 1 || !strings.Contains(left[0].Reason, "damaged") {
		t.Errorf("%+v, left out %+v", items, left)
	}
}
