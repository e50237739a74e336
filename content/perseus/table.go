package perseus

import (
	"encoding/json"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
)

// maxCells bounds a table of gaps: what a form of ours can post beside the rest.
const maxCells = 60

// table is a table to fill in. Perseus takes its rows in any order, ours in the one given: so the first column must have an
// order that a learner would follow.
func table(w *writer, raw json.RawMessage) string {
	var o struct {
		Headers []word
		Answers [][]word
	}
	if !w.read("table", raw, &o) {
		return ""
	}
	if !ascending(o.Answers) {
		w.fail("table", "its rows may be given in any order, which cannot be marked here")
		return ""
	}
	var b strings.Builder
	b.WriteString("<table><tr>")
	for _, h := range o.Headers {
		b.WriteString("<th>" + w.fragment(string(h)) + "</th>")
	}
	b.WriteString("</tr>")
	w.cells(&b, "table", o.Answers)
	return b.String() + "</table>"
}

func (w *writer) cells(b *strings.Builder, kind string, rows [][]word) {
	n := 0
	for _, row := range rows {
		b.WriteString("<tr>")
		for _, cell := range row {
			if n++; n > maxCells {
				w.fail(kind, "a table of more than %d cells", maxCells)
				return
			}
			b.WriteString("<td>" + w.cell(kind, strings.TrimSpace(string(cell))) + "</td>")
		}
		b.WriteString("</tr>")
	}
}

func (w *writer) cell(kind, answer string) string {
	if answer == "" {
		w.fail(kind, "a cell has no answer")
		return ""
	}
	gap := content.Gap{Answers: []string{marking.Literal(answer)}}
	if isNumber(answer) {
		gap = content.Gap{Type: content.Number, Answers: []string{answer}}
	}
	return w.add(part{kind: kind, gap: &gap})
}

func isNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && len(digits) < 30 && strings.Trim(digits, "0123456789.") == "" && strings.Count(digits, ".") <= 1 && digits != "."
}

// ascending says whether the rows stand in an order of their first cells, up or down; one row alone does.
func ascending(rows [][]word) bool {
	up, down := true, true
	for i := 1; i < len(rows); i++ {
		if len(rows[i]) == 0 || len(rows[i-1]) == 0 {
			return false
		}
		a, errA := strconv.ParseFloat(string(rows[i-1][0]), 64)
		b, errB := strconv.ParseFloat(string(rows[i][0]), 64)
		if errA != nil || errB != nil {
			return false
		}
		up, down = up && a < b, down && a > b
	}
	return len(rows) > 0 && (up || down)
}

// matrix is a block of numbers to fill in, when it is shown with no more places than its answer has.
func matrix(w *writer, raw json.RawMessage) string {
	var o struct {
		Prefix, Suffix  word
		Answers         [][]number
		MatrixBoardSize []number
	}
	if !w.read("matrix", raw, &o) {
		return ""
	}
	size := o.MatrixBoardSize
	if len(o.Answers) == 0 || len(size) == 2 && (int(size[0].value) != len(o.Answers) || int(size[1].value) != len(o.Answers[0])) {
		w.fail("matrix", "a matrix whose size is part of the answer cannot be shown here")
		return ""
	}
	rows := make([][]word, len(o.Answers))
	for i, row := range o.Answers {
		for _, n := range row {
			cell := word("")
			if n.set {
				cell = word(plain(n.value))
			}
			rows[i] = append(rows[i], cell)
		}
	}
	var b strings.Builder
	b.WriteString("<p>" + w.fragment(string(o.Prefix)) + "</p><table>")
	w.cells(&b, "matrix", rows)
	return b.String() + "</table><p>" + w.fragment(string(o.Suffix)) + "</p>"
}
