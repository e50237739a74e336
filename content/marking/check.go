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
		c.text(g.Answers...)
		c.options(g.Options)
	}
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
	content.Choice:       func(c *checker) { c.rights(c.it.Options, 2, 1, 1) },
	content.Many:         func(c *checker) { c.rights(c.it.Options, 2, 1, maxOptions) },
	content.HotText:      func(c *checker) { c.rights(c.it.Options, 2, 1, maxOptions); c.marks(len(c.it.Options)) },
	content.Order:        func(c *checker) { c.rights(c.it.Options, 2, 0, maxOptions) },
	content.TrueFalse:    (*checker).trueFalse,
	content.Number:       (*checker).number,
	content.Text:         func(c *checker) { c.alternatives(c.it.Answers) },
	content.Cloze:        (*checker).cloze,
	content.InlineChoice: (*checker).inline,
	content.Match:        (*checker).match,
	content.Categorise:   (*checker).categorise,
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

func (c *checker) number() {
	if len(c.it.Answers) != 1 {
		c.fail("there must be one answer (a line that begins with =)")
		return
	}
	c.expression(c.it.Answers[0])
	if c.it.Tolerance != "" {
		c.expression(c.it.Tolerance)
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
		c.alternatives(g.Answers)
	}
}

func (c *checker) inline() {
	c.marks(len(c.it.Gaps))
	for _, g := range c.it.Gaps {
		c.rights(g.Options, 2, 1, 1)
	}
}

func (c *checker) match() {
	if n := len(c.it.Pairs); n < 2 || n > maxOptions {
		c.fail("%d pairs are not from 2 to %d", n, maxOptions)
	}
	for _, p := range c.it.Pairs {
		if strings.TrimSpace(p.Left) == "" || strings.TrimSpace(p.Right) == "" {
			c.fail("a pair lacks a side")
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
