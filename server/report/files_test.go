package report

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// made is a table with a cell of each kind, and names that would be formulas.
func made() view.Table {
	return view.Table{
		Name: "made", Title: view.Words{Text: "Class 3/4 [red]: 'all'"},
		Columns: []view.Column{
			{Title: view.Words{Key: "column.name"}, Kind: view.PersonColumn},
			{Title: view.Words{Key: "column.answers"}, Kind: view.NumberColumn},
			{Title: view.Words{Key: "column.share"}, Kind: view.PercentColumn},
			{Title: view.Words{Key: "column.time"}, Kind: view.DurationColumn},
			{Title: view.Words{Key: "column.last"}, Kind: view.DateColumn},
			{Title: view.Words{Text: "=Adding"}, Kind: view.LevelColumn},
		},
		Rows: [][]view.Cell{
			{{Words: view.Words{Text: `=HYPERLINK("http://x","Ada")`}}, {N: 41}, {N: 67}, {N: 3725}, {When: view.When{Time: time.Date(2026, 11, 21, 22, 30, 0, 0, time.UTC)}}, {Level: "notyet"}},
			{{Words: view.Words{Text: "Mū\"sa, <b> & \x01 co\n2"}}, {None: true}, {None: true}, {None: true}, {None: true}, {None: true}},
		},
		Total: []view.Cell{{Words: view.Words{Key: "report.together"}}, {N: 41}, {N: 67}, {N: 3725}, {None: true}, {None: true}},
		Notes: []view.Words{{Text: "@note"}},
	}
}

// The table as programs read it. In a zone three hours east the evening of the 21st is the 22nd.
var (
	east = time.FixedZone("", 3*3600)
	want = [][]string{
		{"Name", "Answers", "Share right", "Time", "Last seen", "'=Adding"},
		{`'=HYPERLINK("http://x","Ada")`, "41", "67", "1:02:05", "2026-11-22", "Not yet"},
		{"Mū\"sa, <b> & \x01 co\n2", "", "", "", "", ""},
		{"Together", "41", "67", "1:02:05", "", ""},
		{"'@note"},
	}
)

func TestACSVReadsBackWithoutFormulas(t *testing.T) {
	var b bytes.Buffer
	if err := WriteCSV(&b, Style{Locale: locale.For("en"), Zone: east, BOM: true}, made()); err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(b.String(), "\ufeff")
	if !marked {
		t.Error("the mark of UTF-8 is missing")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	got, err := r.ReadAll()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n got %q\nwant %q", err, got, want)
	}
}

func TestDefusedTextsComeBackAsTheyWere(t *testing.T) {
	for _, s := range []string{"=1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"} {
		if got := Defused(s); got != "'"+s {
			t.Errorf("%q stays a formula: %q", s, got)
		}
	}
	for _, s := range []string{"", "Ada", "=1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "'=1", "''+1", "'quoted'", "a=b", "−1"} {
		d := Defused(s)
		if armed(s) && !strings.HasPrefix(d, "'") || d != "" && strings.ContainsAny(d[:1], "=+-@\t\r") {
			t.Errorf("%q stays a formula: %q", s, d)
		}
		if Fused(d) != s {
			t.Errorf("%q became %q and then %q", s, d, Fused(d))
		}
	}
}

// A sheet of a workbook, as its XML has it.
type sheetXML struct {
	Rows []struct {
		Cells []struct {
			At    string `xml:"r,attr"`
			Style string `xml:"s,attr"`
			Type  string `xml:"t,attr"`
			Value string `xml:"v"`
			Text  string `xml:"is>t"`
		} `xml:"c"`
	} `xml:"sheetData>row"`
}

func workbookOf(t *testing.T, tables ...view.Table) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteXLSX(&b, Style{Locale: locale.For("en"), Zone: east}, tables...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAWorkbookHoldsNumbersAsNumbers(t *testing.T) {
	b := workbookOf(t, made(), made())
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s is not XML: %v", f.Name, err)
			}
		}
		if f.Name != "xl/worksheets/sheet2.xml" {
			continue
		}
		var s sheetXML
		if err := xml.Unmarshal(text, &s); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, c := range s.Rows[1].Cells {
			got += c.At + ":" + c.Type + ":" + c.Style + ":" + c.Value + c.Text + " "
		}
		if want := `A2:inlineStr:0:'=HYPERLINK("http://x","Ada") B2::0:41 C2::2:0.67 D2::4:0.043113426 E2::3:46348 F2:inlineStr:0:Not yet `; got != want {
			t.Errorf("the second row is\n%s, want\n%s", got, want)
		}
		if got := s.Rows[2].Cells; len(got) != 1 || got[0].Text != "Mū\"sa, <b> & "+" co\n2" {
			t.Errorf("the third row is %+v", got)
		}
	}
}

// Another program's reader: Python's own zip and XML, and openpyxl where it is installed.
const otherReader = `
import sys, zipfile, xml.etree.ElementTree as E
n = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
for name in z.namelist(): E.fromstring(z.read(name))
names = [s.get('name') for s in E.fromstring(z.read('xl/workbook.xml')).iter(n+'sheet')]
rows = [[(c.findtext(n+'v') or ''.join(t.text or '' for t in c.iter(n+'t'))) for c in r.iter(n+'c')] for r in E.fromstring(z.read('xl/worksheets/sheet1.xml')).iter(n+'row')]
try:
    import openpyxl
    w = openpyxl.load_workbook(sys.argv[1])
    s = w.worksheets[0]
    assert s['B2'].value == 41 and abs(s['C2'].value - .67) < 1e-9 and s['C2'].number_format == '0%', (s['B2'].value, s['C2'].value)
    assert s['E2'].is_date and s['E2'].value.strftime('%Y-%m-%d') == '2026-11-22', s['E2'].value
    assert s['A2'].data_type != 'f' and s['A2'].value.startswith("'="), s['A2'].value
    assert str(s['D2'].value) == '1:02:05' or abs(s['D2'].value.total_seconds() - 3725) < 1, s['D2'].value
except ImportError: pass
print(names, rows[1][1], len(rows))
`

func TestAnotherProgramOpensTheWorkbook(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not here")
	}
	file := filepath.Join(t.TempDir(), "made.xlsx")
	if err := os.WriteFile(file, workbookOf(t, made()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "-c", otherReader, file).CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != "['1 Class 3 4  red    all'] 41 5" {
		t.Errorf("%v: %s", err, got)
	}
}

func TestSheetNamesAreThoseThatProgramsTake(t *testing.T) {
	for title, want := range map[string]string{"": "1", "A/B": "1 A B", strings.Repeat("a", 40): "1 " + strings.Repeat("a", 29), strings.Repeat("😀", 20): "1 " + strings.Repeat("😀", 14), "'x'": "1  x"} {
		if got := sheetName("1", title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := columnName(i); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
	}
}

func TestTheTerminalAndProgramsReadTheSameTable(t *testing.T) {
	var text, object bytes.Buffer
	style := Style{Locale: locale.For("en"), Zone: east}
	if err := WriteText(&text, style, made()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"Class 3/4 [red]: 'all'\n", "Together", "67%", "–", "@note\n"} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("%q is missing in\n%s", part, &text)
		}
	}
	if err := WriteJSON(&object, style, made()); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Tables []struct {
			Rows [][]any `json:"rows"`
		} `json:"tables"`
	}
	if err := json.Unmarshal(object.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if r := got.Tables[0].Rows; r[0][1] != 41.0 || r[0][3] != 3725.0 || r[0][5] != "notyet" || r[1][1] != nil {
		t.Errorf("rows %v", r)
	}
}
