package perseus

import (
	"encoding/json"
	"math"
	"math/big"
	"regexp"
	"strings"
)

// numberLine is a point to be set on a line: a number to be given, where that is not simply to copy what the question
// says.
func numberLine(w *writer, raw json.RawMessage) string {
	var o struct {
		CorrectRel    word
		CorrectX      number
		IsInequality  flag
		Range         []number
		NumDivisions  number
		SnapDivisions number
		TickStep      number
	}
	if !w.read("number-line", raw, &o) {
		return ""
	}
	switch {
	case bool(o.IsInequality) || o.CorrectRel != "" && o.CorrectRel != "eq":
		w.fail("number-line", "a part of a number line cannot be shown here")
		return ""
	case !o.CorrectX.set:
		w.fail("number-line", "the number line has no right answer")
		return ""
	}
	w.lines = append(w.lines, o.CorrectX.value)
	return w.number(numeric{kind: "number-line", right: []target{{value: o.CorrectX.value}}})
}

var (
	written   = regexp.MustCompile(`-?\d+(?:[.,]\d+)?`)
	fractions = regexp.MustCompile(`(-?)\s*(\d+)?\s*\\[dt]?frac\s*\{?\s*(-?\d+)\s*\}?\s*\{?\s*(-?\d+)\s*\}?|(-?)(\d+)\s*/\s*(\d+)`)
)

// says whether a text gives a number away, as digits or as a fraction.
func says(text string, f float64) bool {
	text = strings.NewReplacer("−", "-", "–", "-", `\-`, "-", `\.`, ".").Replace(text)
	same := func(x float64) bool { return math.Abs(math.Abs(x)-math.Abs(f)) < 1e-3 }
	for _, s := range written.FindAllString(text, -1) {
		if r, ok := new(big.Rat).SetString(strings.Replace(s, ",", ".", 1)); ok {
			if x, _ := r.Float64(); same(x) {
				return true
			}
		}
	}
	for _, m := range fractions.FindAllStringSubmatch(text, -1) {
		whole, over, under := m[2], m[3], m[4]
		if m[7] != "" {
			whole, over, under = "", m[6], m[7]
		}
		n, okN := new(big.Rat).SetString(over)
		d, okD := new(big.Rat).SetString(under)
		if !okN || !okD || d.Sign() == 0 {
			continue
		}
		x, _ := n.Quo(n, d).Float64()
		add := 0.0
		if r, ok := new(big.Rat).SetString(whole); ok {
			add, _ = r.Float64()
		}
		if same(x) || same(math.Abs(x)+add) {
			return true
		}
	}
	return false
}
