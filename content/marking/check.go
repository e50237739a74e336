package marking

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/tex"
)

// What an item may have at most. A page must show it, and a box must draw it.
const (
	maxOptions = 24
	maxLets    = 40
)

// errorCode is the form of an error code: a short stable word.
var errorCode = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// A checker gathers what is wrong with one item.
type checker struct {
	it    content.Item
	names map[string]bool
	errs  []error
}

func check(it content.Item) error {
	c := &checker{it: it, names: map[string]bool{}}
	c.lets()
	c.texts()
	c.mistakes()
	if shape, ok := shapes[it.Type]; ok {
		shape(c)
	} else {
		c.fail("%q is no type of question", it.Type)
	}
	return errors.Join(c.errs...)
}

func (c *checker) fail(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format+": %w", append(args, fs.ErrInvalid)...))
}

func (c *checker) add(err error) {
	if err != nil {
		c.errs = append(c.errs, err)
	}
}

// expression parses src and wants every name in it to be drawn.
func (c *checker) expression(src string) {
	e, err := parse(src)
	if err != nil {
		c.add(err)
		return
	}
	c.known(e, src)
}

func (c *checker) known(e *expr, src string) {
	used := map[string]bool{}
	e.names(used)
	for name := range used {
		if !c.names[name] {
			c.fail("%q: nothing is called %q; write a line \"let %s = …\" before it", clip(src, 80), name, name)
		}
	}
}

func (c *checker) lets() {
	if len(c.it.Lets) > maxLets || len(c.it.Where) > maxLets {
		c.fail("more than %d lets or conditions", maxLets)
		return
	}
	drawn := map[string]int{} // how many values each let has that draws one of them
	for _, l := range c.it.Lets {
		if e, err := parse(l.Name); err != nil || e.op != "name" {
			c.fail("let %q: that is no name", clip(l.Name, 40))
			continue
		}
		if c.names[l.Name] {
			c.fail("let %s: the name is used twice", l.Name)
		}
		for _, src := range []string{l.Low, l.High, l.Step, l.Expr} {
			if src != "" {
				c.expression(src)
			}
		}
		if l.Expr == "" && len(l.Values) == 0 && (l.Low == "" || l.High == "") {
			c.fail("let %s: it says neither from where to where nor what", l.Name)
		}
		if n, ok := drawn[l.With]; l.With != "" && (!ok || n != len(l.Values)) {
			c.fail("let %s: %q is no earlier let of %d values", l.Name, l.With, len(l.Values))
		}
		if len(l.Values) > 0 {
			drawn[l.Name] = len(l.Values)
		}
		c.names[l.Name] = true
	}
	for _, w := range c.it.Where {
		c.expression(w)
	}
}

// text wants a text's expressions to parse and be known.
func (c *checker) text(texts ...string) {
	for _, t := range texts {
		pieces, err := split(t)
		c.add(err)
		for _, p := range pieces {
			if p.expr != nil && !p.group {
				c.known(p.expr, t)
			}
		}
	}
}

func (c *checker) texts() {
	it := c.it
	if strings.TrimSpace(it.Stem) == "" {
		c.fail("there is no question (a line that begins with ?)")
	}
	c.text(it.Stem, it.Unit, it.Worked, it.Right, it.Wrong)
	c.text(it.Hints...)
	c.text(it.Categories...)
	c.options(it.Options)
	for _, g := range it.Gaps {
		if g.Type != content.Number {
			c.text(g.Answers...)
		}
		c.options(g.Options)
		c.accepts(g.Type, g.Accepts)
	}
	c.text(it.Distractors...)
	c.accepts(it.Type, it.Accepts)
	for _, p := range it.Pairs {
		c.text(p.Left, p.Right)
	}
	if it.Type != content.Number {
		c.text(it.Answers...)
	}
}

func (c *checker) options(options []content.Option) {
	if len(options) > maxOptions {
		c.fail("%d options are more than %d", len(options), maxOptions)
	}
	seen := map[string]bool{}
	for _, o := range options {
		c.text(o.Text, o.Feedback)
		if o.Key == "" || len(o.Key) > 40 || seen[o.Key] {
			c.fail("option %q: its key %q is empty or used twice", clip(o.Text, 40), clip(o.Key, 40))
		}
		seen[o.Key] = true
		if strings.TrimSpace(o.Text) == "" {
			c.fail("an option is empty")
		}
		if o.Error != "" && !errorCode.MatchString(o.Error) {
			c.fail("%q is no error code: lower-case letters, digits and dashes, at most 40", clip(o.Error, 60))
		}
	}
	if c.it.Type != content.HotText && len(c.it.Lets) == 0 {
		c.add(invalid(different(content.Item{Options: options})))
	}
}

// invalid makes "draw again" final.
func invalid(err error) error {
	if errors.Is(err, errAgain) {
		said := strings.TrimSuffix(err.Error(), ": "+errAgain.Error())
		return fmt.Errorf("%s; options that are alike cannot be told apart, so change one: %w", said, fs.ErrInvalid)
	}
	return err
}

func (c *checker) mistakes() {
	for _, m := range c.it.Mistakes {
		if !errorCode.MatchString(m.Error) {
			c.fail("%q is no error code: lower-case letters, digits and dashes, at most 40", clip(m.Error, 60))
		}
		if c.it.Type == content.Number {
			c.expression(m.Answer)
		} else {
			c.text(m.Answer)
		}
		c.text(m.Feedback)
	}
}

var shapes = map[content.ItemType]func(*checker){
	content.Choice:       func(c *checker) { c.rights(c.it.Options, 2, 1, 1); c.credits(c.it.Options, false) },
	content.Many:         func(c *checker) { c.rights(c.it.Options, 2, 1, maxOptions); c.credits(c.it.Options, true) },
	content.HotText:      (*checker).hotText,
	content.Formula:      func(c *checker) { c.formulas(c.it.Answers, c.it.Form, c.it.Functions) },
	content.Order:        func(c *checker) { c.rights(c.it.Options, 2, 0, maxOptions) },
	content.TrueFalse:    (*checker).trueFalse,
	content.Number:       (*checker).number,
	content.Text:         func(c *checker) { c.alternatives(c.it.Answers) },
	content.Cloze:        (*checker).cloze,
	content.InlineChoice: (*checker).inline,
	content.Match:        (*checker).match,
	content.Categorise:   (*checker).categorise,
}

// accepts wants further answers that are worth something.
func (c *checker) accepts(t content.ItemType, accepts []content.Accept) {
	if len(accepts) > maxOptions {
		c.fail("%d further answers are more than %d", len(accepts), maxOptions)
	}
	for _, a := range accepts {
		if a.Worth < 1 || a.Worth > content.FullScore || strings.TrimSpace(a.Answer) == "" {
			c.fail("answer %q is worth %d: from 1 to %d", clip(a.Answer, 40), a.Worth, content.FullScore)
		}
		if t == content.Number {
			c.expression(a.Answer)
		} else {
			c.text(a.Answer)
		}
		if a.Tolerance != "" {
			c.expression(a.Tolerance)
		}
		c.text(a.Feedback)
	}
}

// credits wants what options are worth to be possible.
func (c *checker) credits(options []content.Option, many bool) {
	for _, o := range options {
		low, high := 0, int(content.FullScore)
		switch {
		case !o.Right && many:
			low, high = -int(content.FullScore), 0
		case !o.Right:
			high--
		}
		if o.Credit < low || o.Credit > high {
			c.fail("option %q is worth %d: from %d to %d", clip(o.Text, 40), o.Credit, low, high)
		}
	}
}

// rights wants at least min options and between low and high right ones.
func (c *checker) rights(options []content.Option, min, low, high int) {
	right := 0
	for _, o := range options {
		if o.Right {
			right++
		}
	}
	switch {
	case len(options) < min:
		c.fail("%d options are fewer than %d", len(options), min)
	case right < low:
		c.fail("no option is marked as right; write (x), [x] or a * at the right one")
	case right > high:
		c.fail("%d options are marked as right, and only %d may be", right, high)
	}
}

// marks wants {{1}} to {{n}} in the question, each once.
func (c *checker) marks(n int) {
	if n == 0 {
		c.fail("the question has no gap")
	}
	tex.Split(c.it.Stem, nil, func(_, source string, _ bool) {
		for i := range n {
			if mark := "{{" + strconv.Itoa(i+1) + "}}"; strings.Contains(source, mark) {
				c.fail("gap %d stands inside mathematics; end the $ before it and begin another after it", i+1)
			}
		}
	})
	for i := range n {
		if strings.Count(c.it.Stem, "{{"+strconv.Itoa(i+1)+"}}") != 1 {
			c.fail("gap %d is not in the question once", i+1)
		}
	}
}

func (c *checker) trueFalse() {
	if len(c.it.Answers) != 1 || c.it.Answers[0] != "true" && c.it.Answers[0] != "false" {
		c.fail("the answer is neither true nor false (a line \"= true\")")
	}
}

func (c *checker) hotText() {
	c.rights(c.it.Options, 2, 1, maxOptions)
	c.credits(c.it.Options, true)
	c.marks(len(c.it.Options))
}

func (c *checker) number() { c.numbers(c.it.Answers, c.it.Tolerance, c.it.Form) }

// numbers wants an answer, and what can be worked out.
func (c *checker) numbers(answers []string, tolerance string, form content.Form) {
	if !slices.Contains(numberForms, form) {
		c.fail("%q is no form of a number", clip(string(form), 40))
	}
	if len(answers) == 0 {
		c.fail("there must be one answer (a line that begins with =)")
	} else if len(answers) > maxOptions {
		c.fail("%d answers are more than %d", len(answers), maxOptions)
	}
	for _, a := range answers {
		c.expression(a)
	}
	if tolerance != "" {
		c.expression(tolerance)
	}
}

// formulas wants answers that can be compared. Those with something in braces are looked at when they are drawn.
func (c *checker) formulas(answers []string, form content.Form, functions []string) {
	c.alternatives(answers)
	if form != content.AnyForm && form != content.SameForm && form != content.Simplified {
		c.fail("%q is no form of a formula", clip(string(form), 40))
	}
	for _, a := range answers {
		if !strings.ContainsAny(a, "{}") {
			c.add(FormulaKey{Formula: a, Functions: functions}.Check())
		}
	}
}

func (c *checker) alternatives(answers []string) {
	if len(answers) == 0 || slices.ContainsFunc(answers, func(a string) bool { return strings.TrimSpace(a) == "" }) {
		c.fail("there is no answer, or an empty one (a line that begins with =, or a gap [[answer]])")
	}
}

func (c *checker) cloze() {
	c.marks(len(c.it.Gaps))
	for _, g := range c.it.Gaps {
		if g.Weight < 0 || g.Weight > 100 {
			c.fail("a gap counts %d: from 1 to 100", g.Weight)
		}
		switch {
		case len(g.Options) > 0:
			c.rights(g.Options, 2, 1, 1)
			c.credits(g.Options, false)
		case g.Type == content.Number:
			c.numbers(g.Answers, g.Tolerance, g.Form)
		case g.Type == content.Formula:
			c.formulas(g.Answers, g.Form, g.Functions)
		case g.Type != "":
			c.fail("a gap of type %q cannot be", clip(string(g.Type), 40))
		default:
			c.alternatives(g.Answers)
		}
	}
}

func (c *checker) inline() {
	c.marks(len(c.it.Gaps))
	for _, g := range c.it.Gaps {
		c.rights(g.Options, 2, 1, 1)
		c.credits(g.Options, false)
	}
}

func (c *checker) match() {
	n, more := len(c.it.Pairs), len(c.it.Distractors)
	if n < 1 || n > maxOptions || n+more < 2 || more > maxOptions {
		c.fail("%d pairs are not from 2 to %d", n, maxOptions)
	}
	for _, p := range c.it.Pairs {
		if strings.TrimSpace(p.Left) == "" || strings.TrimSpace(p.Right) == "" {
			c.fail("a pair lacks a side")
		}
	}
	for _, d := range c.it.Distractors {
		if strings.TrimSpace(d) == "" {
			c.fail("a right side is empty")
		}
	}
}

func (c *checker) categorise() {
	c.rights(c.it.Options, 2, 0, maxOptions)
	if n := len(c.it.Categories); n < 2 || n > maxOptions {
		c.fail("%d categories are not from 2 to %d", n, maxOptions)
	}
	for _, o := range c.it.Options {
		if o.Category < 0 || o.Category >= len(c.it.Categories) {
			c.fail("option %q is in no category", clip(o.Text, 40))
		}
	}
}
