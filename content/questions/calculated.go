package questions

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"lamplight/content"
)

// A dataset is the table a calculated question draws a row of. Each column becomes a let in step with the first, as does
// every formula, worked out for each row.
type dataset struct {
	q      *moodleQuestion
	names  []string
	column map[string][]float64
	rows   int
	made   map[string]string // let by formula
}

const (
	maxRows = 100
	maxLets = 36
)

// read reads the rows.
func (q *moodleQuestion) dataset() (*dataset, error) {
	d := &dataset{q: q, column: map[string][]float64{}, made: map[string]string{}, rows: maxRows}
	defs := q.doc.Child("dataset_definitions")
	if defs == nil {
		return nil, fmt.Errorf("its table of numbers is not there")
	}
	for _, def := range defs.Elements("dataset_definition") {
		name := ""
		if n := def.Child("name"); n != nil {
			name = strings.TrimSpace(n.Content())
		}
		rows := map[int]float64{}
		if items := def.Child("dataset_items"); items != nil {
			for _, it := range items.Elements("dataset_item") {
				number, value := it.Child("number"), it.Child("value")
				if number == nil || value == nil {
					continue
				}
				n, errN := strconv.Atoi(number.Content())
				v, errV := strconv.ParseFloat(value.Content(), 64)
				if errN == nil && errV == nil && n >= 1 && n <= maxRows {
					rows[n] = v
				}
			}
		}
		var values []float64
		for n := 1; n <= maxRows; n++ {
			v, ok := rows[n]
			if !ok {
				break
			}
			values = append(values, v)
		}
		if d.column[name] == nil && name != "" {
			d.names = append(d.names, name)
		}
		d.column[name] = values
		d.rows = min(d.rows, len(values))
	}
	if len(d.names) == 0 || d.rows == 0 {
		return nil, fmt.Errorf("its table of numbers is empty")
	}
	for _, name := range d.names {
		if _, err := d.let("{" + name + "}"); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// row is the values of one row by name.
func (d *dataset) row(n int) map[string]float64 {
	m := map[string]float64{}
	for _, name := range d.names {
		m[name] = d.column[name][n]
	}
	return m
}

// let gives the name of the let that holds a formula's value for the row that is drawn.
func (d *dataset) let(formula string) (string, error) {
	return d.listed(formula, func(row map[string]float64) (float64, error) { return work(formula, row) })
}

// listed makes a let of values worked out row by row.
func (d *dataset) listed(key string, of func(row map[string]float64) (float64, error)) (string, error) {
	if name := d.made[key]; name != "" {
		return name, nil
	}
	if len(d.q.item.Lets) >= maxLets {
		return "", fmt.Errorf("it has more than %d formulas", maxLets)
	}
	l := content.Let{Name: "v" + strconv.Itoa(len(d.q.item.Lets)+1)}
	if len(d.q.item.Lets) > 0 {
		l.With = "v1"
	}
	for n := range d.rows {
		v, err := of(d.row(n))
		if err != nil {
			return "", err
		}
		text, ok := decimal(strconv.FormatFloat(v, 'g', 12, 64))
		if !ok || len(text) > 38 {
			return "", fmt.Errorf("row %d gives %g, which is too long a number", n+1, v)
		}
		l.Values = append(l.Values, text)
	}
	d.q.item.Lets = append(d.q.item.Lets, l)
	d.made[key] = l.Name
	return l.Name, nil
}

var (
	formulaMark = regexp.MustCompile(`\{=((?:[^{}]|\{[^{}]*\})*)\}`)
	nameMark    = regexp.MustCompile(`\{([^{}=]{1,60})\}`)
	letMarks    = regexp.MustCompile("\ue220([a-z0-9]+)\ue221")
)

// marked puts marks in the place of {=formula} and {name} of a text, so that it can be made ours; filled puts lets there.
func (d *dataset) marked(text string) (string, error) {
	var err error
	text = formulaMark.ReplaceAllStringFunc(text, func(m string) string {
		name, e := d.let(formulaMark.FindStringSubmatch(m)[1])
		if e != nil {
			err = e
		}
		return "\ue220" + name + "\ue221"
	})
	text = nameMark.ReplaceAllStringFunc(text, func(m string) string {
		if d.column[nameMark.FindStringSubmatch(m)[1]] == nil {
			return m
		}
		name, e := d.let(m)
		if e != nil {
			err = e
		}
		return "\ue220" + name + "\ue221"
	})
	return text, err
}

func filled(text string) string { return letMarks.ReplaceAllString(text, "{$1}") }

// stem makes the question's text anew, with the numbers of the row in it.
func (d *dataset) stem() error {
	text, format := formatted(d.q.doc.Child("questiontext"))
	text, err := d.marked(text)
	d.q.item.Stem = filled(d.q.src.text(text, firstFormat(format), true))
	if err == nil && d.q.item.Worked != "" {
		text, format = formatted(d.q.doc.Child("generalfeedback"))
		text, err = d.marked(text)
		d.q.item.Worked = filled(d.q.src.line(text, firstFormat(format)))
	}
	return err
}

// calculated asks for the value of a formula.
func (q *moodleQuestion) calculated() error {
	d, err := q.dataset()
	if err != nil {
		return err
	}
	if err := d.stem(); err != nil {
		return err
	}
	q.item.Type = content.Number
	q.unit()
	var accepts []content.Accept
	for _, n := range q.doc.Elements("answer") {
		formula, _ := formatted(n)
		percent, _ := strconv.ParseFloat(n.Attr("fraction"), 64)
		if strings.TrimSpace(formula) == "*" || percent <= 0 {
			continue
		}
		answer, err := d.let(formula)
		if err != nil {
			return err
		}
		tolerance, err := d.tolerance(formula, childText(n, "tolerance"), childText(n, "tolerancetype"))
		if err != nil {
			return err
		}
		accepts = append(accepts, content.Accept{Answer: answer, Tolerance: tolerance, Worth: content.Score(max(credit(percent), 1))})
	}
	for i, a := range accepts {
		if a.Worth >= content.FullScore-10 {
			q.item.Answers, q.item.Tolerance = []string{a.Answer}, a.Tolerance
			q.item.Accepts = append(accepts[:i:i], accepts[i+1:]...)
			return nil
		}
	}
	return fmt.Errorf("no answer is wholly right")
}

// tolerance makes a let of how far from the answer is near enough: a part of it (1), so much (2), or a ratio (3).
func (d *dataset) tolerance(formula, stated, kind string) (string, error) {
	t, err := strconv.ParseFloat(strings.TrimSpace(stated), 64)
	if err != nil || t < 0 || math.IsNaN(t) || math.IsInf(t, 0) {
		t = 0
	}
	return d.listed("tolerance "+kind+" "+stated+" of "+formula, func(row map[string]float64) (float64, error) {
		v, err := work(formula, row)
		if kind == "2" || strings.EqualFold(kind, "nominal") {
			return max(t, math.Abs(v)*1e-9), err
		}
		return max(t*math.Abs(v), math.Abs(v)*1e-9), err // a row's value has twelve digits
	})
}

func (q *moodleQuestion) calculatedMulti() error {
	d, err := q.dataset()
	if err != nil {
		return err
	}
	if err := d.stem(); err != nil {
		return err
	}
	answers := q.answers(false)
	for i, n := range q.doc.Elements("answer") {
		text, format := formatted(n)
		if text, err = d.marked(text); err != nil {
			return err
		}
		if i < len(answers) {
			answers[i].text = filled(q.src.line(text, firstFormat(format)))
		}
	}
	return choices(&q.item, answers, q.doc.Child("single") != nil && !q.flag("single"))
}
