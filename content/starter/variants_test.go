package starter

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"math/big"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
)

// The keys of variants are computed here a second time by other code: go/parser and go/constant in place of package
// marking's own expressions, and plain arithmetic over the sums that a learner reads.

// draws is how many variants of an item are looked at; of one that draws nothing and is only shuffled, fewer.
func draws(it content.Item) uint64 {
	switch {
	case testing.Short():
		return 20
	case len(it.Lets) == 0:
		return 100
	}
	return 1000
}

// TestAThousandVariantsOfEveryItemHaveRightAndUniqueKeys is the promise of the courses: whatever is drawn, the key is what
// the template says, the marking takes it and nothing else that is known, and all sums shown are true.
func TestAThousandVariantsOfEveryItemHaveRightAndUniqueKeys(t *testing.T) {
	variants, sums := 0, 0
	for _, c := range Courses() {
		for _, e := range open(t, c).exercises {
			for _, it := range e.Items {
				for seed := range draws(it) {
					v, err := marking.Draw(it, seed)
					name := fmt.Sprintf("%s/%s/%s seed %d", c.Dir, e.Title, it.ID, seed)
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					variants++
					for _, problem := range append(checkFilled(it, v), checkKey(v)...) {
						t.Errorf("%s: %s", name, problem)
					}
					n, problems := checkSums(v)
					for _, problem := range problems {
						t.Errorf("%s: %s", name, problem)
					}
					sums += n
					if t.Failed() {
						break
					}
				}
			}
		}
	}
	t.Logf("%d variants, %d sums in them worked out again", variants, sums)
	if sums < variants/4 {
		t.Errorf("only %d sums were found in %d variants: the pattern no longer finds them", sums, variants)
	}
}

// checkFilled fills the template by other code and compares what a learner is asked and marked by.
func checkFilled(it content.Item, v marking.Variant) (problems []string) {
	want := func(what, template, got string, isExpression bool) {
		w := fillAgain(template, v.Values)
		if isExpression {
			w = evalAgain(template, v.Values)
		}
		if got != w {
			problems = append(problems, fmt.Sprintf("%s is %q; worked out again %q", what, got, w))
		}
	}
	number := it.Type == content.Number
	want("the question", it.Stem, v.Item.Stem, false)
	for i, a := range it.Answers {
		want("the key", a, v.Item.Answers[i], number)
	}
	for _, m := range it.Mistakes {
		if i := indexOf(v.Item.Mistakes, m.Error, m.Feedback, v.Values); i >= 0 {
			want("mistake "+m.Error, m.Answer, v.Item.Mistakes[i].Answer, number)
		} else {
			problems = append(problems, "mistake "+m.Error+" is lost")
		}
	}
	byKey := map[string]content.Option{}
	for _, o := range v.Item.Options {
		byKey[o.Key] = o
	}
	for _, o := range it.Options {
		want("option "+o.Key, o.Text, byKey[o.Key].Text, false)
		if byKey[o.Key].Right != o.Right {
			problems = append(problems, "option "+o.Key+" changed sides")
		}
	}
	for i, g := range it.Gaps {
		for j, a := range g.Answers {
			want(fmt.Sprint("gap ", i+1), a, v.Item.Gaps[i].Answers[j], false)
		}
	}
	for _, w := range it.Where {
		if evalAgain(w, v.Values) != "true" {
			problems = append(problems, "it does not meet where "+w)
		}
	}
	return problems
}

func indexOf(all []content.Mistake, code, feedback string, values map[string]string) int {
	for i, m := range all {
		if m.Error == code && m.Feedback == fillAgain(feedback, values) {
			return i
		}
	}
	return -1
}

// checkKey marks the key, every known mistake and every option.
func checkKey(v marking.Variant) (problems []string) {
	got, err := marking.Mark(v, rightResponse(v))
	if err != nil || !got.Correct || got.Score != content.FullScore || got.Error != "" {
		problems = append(problems, fmt.Sprintf("the key %q is marked %+v, %v", marking.Right(v), got, err))
	}
	seen := map[string]string{}
	for _, m := range mistakes(v.Item) {
		got, err := marking.Mark(v, url.Values{"r": {m.Answer}})
		if err != nil || got.Correct || got.Error != m.Error || got.Feedback == "" {
			problems = append(problems, fmt.Sprintf("mistake %s, %s, is marked %+v, %v", m.Error, m.Answer, got, err))
		}
		if other := seen[m.Answer]; other != "" {
			problems = append(problems, fmt.Sprintf("mistakes %s and %s are both %s", other, m.Error, m.Answer))
		}
		seen[m.Answer] = m.Error
	}
	texts := map[string]bool{}
	for _, o := range v.Item.Options {
		if texts[o.Text] && v.Item.Type != content.HotText {
			problems = append(problems, fmt.Sprintf("two options read %q", o.Text))
		}
		texts[o.Text] = true
	}
	return problems
}

var (
	inBraces = regexp.MustCompile(`\{([^{}]+)\}`)
	gapMarks = regexp.MustCompile(`\{\{(\d+)\}\}`)
	// equation is a sum with its result as the courses write it. Clock times, decimals, ranges and longer sums around it
	// are no part of one.
	equation = regexp.MustCompile(`(?:^|[^\d:.,+−×÷=] ?)((?:\d+ [+−×÷] )+\d+) = (\d+)(?:$|[^\d:+−×÷]| [^+−×÷\d])`)
	sumStem  = regexp.MustCompile(`^(\d+ [+−×÷] \d+) =$`)
)

// checkSums works out the sums in what a learner reads: those of the worked answer, hints and right words are true; a
// question that is a bare sum has its result as key; a true-or-false question that is an equation is true when it says so.
func checkSums(v marking.Variant) (n int, problems []string) {
	it := v.Item
	for _, text := range append([]string{it.Worked, it.Right}, it.Hints...) {
		for _, m := range equation.FindAllStringSubmatch(text, -1) {
			n++
			if got := calculate(m[1]); got != m[2] {
				problems = append(problems, fmt.Sprintf("it says %s = %s, and that is %s", m[1], m[2], got))
			}
		}
	}
	if m := sumStem.FindStringSubmatch(it.Stem); m != nil && it.Type == content.Number {
		n++
		if got := calculate(m[1]); got != it.Answers[0] {
			problems = append(problems, fmt.Sprintf("%s is %s, and the key %s", m[1], got, it.Answers[0]))
		}
	}
	if all := equation.FindAllStringSubmatch(it.Stem, -1); it.Type == content.TrueFalse && len(all) == 1 && strings.Contains(it.Stem, all[0][0]) {
		n++
		if is := strconv.FormatBool(calculate(all[0][1]) == all[0][2]); is != it.Answers[0] && onlyEquation(it.Stem) {
			problems = append(problems, fmt.Sprintf("%s is %s, and the key %s", it.Stem, is, it.Answers[0]))
		}
	}
	return n, problems
}

// onlyEquation says whether a stem says nothing but its equation.
func onlyEquation(stem string) bool { return !letters.MatchString(stem) }

// calculate works out "3 × 4 + 5" over whole numbers, × and ÷ before + and −.
func calculate(sum string) string {
	expr, err := parser.ParseExpr(asGo.Replace(sum))
	if err != nil {
		return err.Error()
	}
	return show(evalNode(expr, nil))
}

var asGo = strings.NewReplacer("−", "-", "×", "*", "÷", "/")

// fillAgain replaces {expr} in a text.
func fillAgain(template string, values map[string]string) string {
	text := gapMarks.ReplaceAllString(template, "\x01$1\x02")
	text = inBraces.ReplaceAllStringFunc(text, func(m string) string { return evalAgain(m[1:len(m)-1], values) })
	return marksBack.Replace(text)
}

var marksBack = strings.NewReplacer("\x01", "{{", "\x02", "}}", `\{`, "{", `\}`, "}")

var (
	single = regexp.MustCompile(`([^!<>=])=([^=])`)
	word   = strings.NewReplacer(" and ", " && ", " or ", " || ", "not ", "!")
)

// evalAgain works out an expression of a course with go/parser and go/constant.
func evalAgain(src string, values map[string]string) string {
	expr, known := parsed[src]
	if !known {
		var err error
		if expr, err = parser.ParseExpr(word.Replace(single.ReplaceAllString(src, "$1==$2"))); err != nil {
			return err.Error()
		}
		parsed[src] = expr
	}
	return show(evalNode(expr, values))
}

var parsed = map[string]ast.Expr{}

// show writes a value as a learner reads it. The courses have whole numbers, texts and truths.
func show(v constant.Value) string {
	switch v.Kind() {
	case constant.String:
		return constant.StringVal(v)
	case constant.Bool:
		return strconv.FormatBool(constant.BoolVal(v))
	}
	r, ok := new(big.Rat).SetString(v.ExactString())
	if !ok {
		return "no value"
	}
	if r.IsInt() {
		return r.Num().String()
	}
	if places, exact := r.FloatPrec(); exact {
		return r.FloatString(places)
	}
	return r.String()
}

func evalNode(e ast.Expr, values map[string]string) constant.Value {
	switch e := e.(type) {
	case *ast.BasicLit:
		return constant.MakeFromLiteral(e.Value, e.Kind, 0)
	case *ast.ParenExpr:
		return evalNode(e.X, values)
	case *ast.Ident:
		if v := constant.MakeFromLiteral(values[e.Name], token.INT, 0); v.Kind() == constant.Int {
			return v
		}
		return constant.MakeString(values[e.Name])
	case *ast.UnaryExpr:
		return constant.UnaryOp(e.Op, evalNode(e.X, values), 0)
	case *ast.CallExpr:
		return callAgain(e, values)
	case *ast.BinaryExpr:
		x, y := evalNode(e.X, values), evalNode(e.Y, values)
		switch e.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return constant.MakeBool(constant.Compare(x, e.Op, y))
		}
		return constant.BinaryOp(x, e.Op, y) // of whole numbers QUO gives the exact fraction
	}
	return constant.MakeUnknown()
}

func callAgain(e *ast.CallExpr, values map[string]string) constant.Value {
	x := evalNode(e.Args[0], values)
	switch e.Fun.(*ast.Ident).Name {
	case "rep":
		n, _ := constant.Int64Val(evalNode(e.Args[1], values))
		return constant.MakeString(strings.Repeat(constant.StringVal(x), int(n)))
	case "abs":
		if constant.Sign(x) < 0 {
			return constant.UnaryOp(token.SUB, x, 0)
		}
		return x
	case "floor":
		return constant.BinaryOp(constant.Num(x), token.QUO_ASSIGN, constant.Denom(x))
	case "min", "max":
		y := evalNode(e.Args[1], values)
		if constant.Compare(x, token.LSS, y) == (e.Fun.(*ast.Ident).Name == "min") {
			return x
		}
		return y
	}
	return constant.MakeUnknown()
}
