package report

import (
	"archive/zip"
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lamplight/ui"
	"lamplight/ui/view"
)

// Parts of a workbook that are the same in each (ECMA-376 part 1, §12 and §18): the little that every program asks for.
const (
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relations = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packaged  = `http://schemas.openxmlformats.org/package/2006/`
	workbook  = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
)

// styles has a cell format for each of the numbers below, in their order.
const styles = xmlHead + `<styleSheet ` + mainSpace + `><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="[h]:mm:ss"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
	`<xf numFmtId="9" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

const (
	plainStyle = iota
	boldStyle
	percentStyle
	dateStyle
	durationStyle
)

// WriteXLSX writes tables as a workbook, a sheet each, row by row: nothing of it is held. Numbers are numbers, days and
// times spent are Excel's, texts that would be formulas are defused as in a CSV, which the workbook may be saved as.
func WriteXLSX(w io.Writer, s Style, tables ...view.Table) error {
	z := zip.NewWriter(w)
	for _, part := range []struct{ name, body string }{
		{"[Content_Types].xml", contentTypes(len(tables))},
		{"_rels/.rels", xmlHead + `<Relationships xmlns="` + packaged + `relationships"><Relationship Id="rId1" Type="` + relations + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", sheetList(s, tables)},
		{"xl/_rels/workbook.xml.rels", sheetRelations(len(tables))},
		{"xl/styles.xml", styles},
	} {
		f, err := z.Create(part.name)
		if err == nil {
			_, err = io.WriteString(f, part.body)
		}
		if err != nil {
			return err
		}
	}
	for i, t := range tables {
		f, err := z.Create("xl/worksheets/sheet" + strconv.Itoa(i+1) + ".xml")
		if err == nil {
			err = writeSheet(f, s, t)
		}
		if err != nil {
			return err
		}
	}
	return z.Close()
}

func contentTypes(sheets int) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<Types xmlns="` + packaged + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + workbook + `sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="` + workbook + `styles+xml"/>`)
	for i := range sheets {
		b.WriteString(`<Override PartName="/xl/worksheets/sheet` + strconv.Itoa(i+1) + `.xml" ContentType="` + workbook + `worksheet+xml"/>`)
	}
	return b.String() + `</Types>`
}

func sheetRelations(sheets int) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<Relationships xmlns="` + packaged + `relationships">`)
	for i := range sheets {
		n := strconv.Itoa(i + 1)
		b.WriteString(`<Relationship Id="rId` + n + `" Type="` + relations + `/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
	}
	return b.String() + `<Relationship Id="rId` + strconv.Itoa(sheets+1) + `" Type="` + relations + `/styles" Target="styles.xml"/></Relationships>`
}

func sheetList(s Style, tables []view.Table) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<workbook ` + mainSpace + ` xmlns:r="` + relations + `"><sheets>`)
	for i, t := range tables {
		n := strconv.Itoa(i + 1)
		b.WriteString(`<sheet name="` + escaped(sheetName(n, ui.Say(s.Locale, t.Title))) + `" sheetId="` + n + `" r:id="rId` + n + `"/>`)
	}
	return b.String() + `</sheets></workbook>`
}

// sheetName is what a sheet may be called: at most 31 signs of UTF-16, none of \ / ? * [ ] :, no apostrophe at an end. It
// begins with its number, so that no two are the same.
func sheetName(n, title string) string {
	out, left := n, 31-len(n)
	if title != "" {
		out, left = n+" ", left-1
	}
	for _, r := range title {
		if strings.ContainsRune(`\/?*[]:'`, r) {
			r = ' '
		}
		wide := 1
		if r > 0xffff {
			wide = 2
		}
		if left -= wide; left < 0 {
			break
		}
		out += string(r)
	}
	return strings.TrimSpace(out)
}

func writeSheet(f io.Writer, s Style, t view.Table) error {
	w := sheet{Writer: bufio.NewWriter(f), style: s}
	w.WriteString(xmlHead + `<worksheet ` + mainSpace + `><sheetViews><sheetView workbookViewId="0"`)
	if s.Locale.Dir() == "rtl" {
		w.WriteString(` rightToLeft="1"`)
	}
	w.WriteString(`><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`)
	w.row(len(t.Columns), func(i int) { w.text(ui.Say(s.Locale, t.Columns[i].Title), boldStyle) })
	rows := t.Rows
	if t.Total != nil {
		rows = append(rows[:len(rows):len(rows)], t.Total)
	}
	for _, row := range rows {
		w.row(len(row), func(i int) { w.cell(t.Columns[i].Kind, row[i]) })
	}
	for _, n := range t.Notes {
		w.row(1, func(int) { w.text(ui.Say(s.Locale, n), plainStyle) })
	}
	w.WriteString(`</sheetData></worksheet>`)
	return w.Flush()
}

// A sheet writes cells one after the other. What goes wrong its Flush says.
type sheet struct {
	*bufio.Writer
	style Style
	at    string // of the cell that is written
	rows  int
}

func (w *sheet) row(cells int, cell func(i int)) {
	w.rows++
	n := strconv.Itoa(w.rows)
	w.WriteString(`<row r="` + n + `">`)
	for i := range cells {
		w.at = columnName(i) + n
		cell(i)
	}
	w.WriteString(`</row>`)
}

// columnName is A to Z, AA …, of column i from 0.
func columnName(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return columnName(i/26-1) + string(rune('A'+i%26))
}

func (w *sheet) cell(kind view.ColumnKind, c view.Cell) {
	switch {
	case c.None:
	case kind == view.NumberColumn:
		w.number(strconv.Itoa(c.N), plainStyle)
	case kind == view.PercentColumn:
		w.number(strconv.FormatFloat(float64(c.N)/100, 'f', -1, 64), percentStyle)
	case kind == view.DurationColumn:
		w.number(strconv.FormatFloat(float64(c.N)/86400, 'f', 9, 64), durationStyle)
	case kind == view.DateColumn:
		if !c.When.Time.IsZero() {
			w.number(strconv.Itoa(serial(day(w.style, c.When.Time))), dateStyle)
		}
	default:
		w.text(ui.CellText(w.style.Locale, view.Frame{}, kind, c), plainStyle)
	}
}

// serial counts days as Excel does: 1 is the first of January 1900, and from March of that year on one more than there are.
func serial(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
}

func (w *sheet) number(n string, style int) {
	w.WriteString(`<c r="` + w.at + `" s="` + strconv.Itoa(style) + `"><v>` + n + `</v></c>`)
}

func (w *sheet) text(s string, style int) {
	w.WriteString(`<c r="` + w.at + `" s="` + strconv.Itoa(style) + `" t="inlineStr"><is><t xml:space="preserve">` + escaped(Defused(s)) + `</t></is></c>`)
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#13;")

// escaped is a text in XML 1.0, without what cannot stand in it; a cell takes 32,767 signs.
func escaped(s string) string {
	clean := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
	if utf8.RuneCountInString(clean) > 16000 {
		clean = string([]rune(clean)[:16000])
	}
	return escapes.Replace(clean)
}
