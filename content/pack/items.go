package pack

import (
	"regexp"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
)

const (
	maxItems    = 500 // of one exercise
	maxItemText = 16 << 10
)

// A placed is an item with where it was written.
type placed struct {
	item  content.Item
	line  int     // of its heading
	texts []entry // its lines
}

// where is the line that holds sub; that of the heading when none does, or several do.
func (p placed) where(sub string) int {
	found := 0
	for _, e := range p.texts {
		if strings.Contains(e.text, sub) {
			if found > 0 {
				return p.line
			}
			found = e.line
		}
	}
	if found == 0 || sub == "" {
		return p.line
	}
	return found
}

// An itemParser reads the questions of one exercise file, line by line.
type itemParser struct {
	f     *folder
	file  string
	items []placed
	it    *content.Item // the one being read, nil before the first
	line  int
	texts []entry
	whole bool // the question was given in full by an "item:" line
}

// An entry is one line with the indented lines that go on with it.
type entry struct {
	text string
	line int
}

var (
	heading   = regexp.MustCompile(`^##[ \t]+([A-Za-z]+)[ \t]+(\S+)[ \t]*$`)
	letLine   = regexp.MustCompile(`(?s)^let[ \t]+(\S+)[ \t]*=[ \t]*(.+)$`)
	rankLine  = regexp.MustCompile(`(?s)^\d{1,3}\.[ \t]+(.+)$`)
	keyLine   = regexp.MustCompile(`(?s)^(hint|worked|right|wrong|sound|skill|rating|case|accents|order|item):[ \t]*(.*)$`)
	quotation = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	boxLine   = regexp.MustCompile(`(?s)^(?:\(([x ]?)\)|\[([x ]?)\])[ \t]+(.+)$`)
)

// parseItems reads the body of an exercise.
func (f *folder) parseItems(t *text) []placed {
	p := &itemParser{f: f, file: t.path}
	for i, line := range strings.Split(t.body, "\n") {
		n := t.bodyLine + i
		line = strings.TrimRight(line, " \t")
		switch {
		case line == "":
		case strings.HasPrefix(line, "## "):
			p.finish()
			p.begin(line, n)
		case p.it == nil: // the introduction
		case line[0] == ' ' || line[0] == '\t':
			if len(p.texts) == 0 {
				f.fail(t.path, n, "an indented line goes on the line before, and there is none")
				continue
			}
			last := &p.texts[len(p.texts)-1]
			last.text += "\n" + strings.TrimSpace(line)
		default:
			p.texts = append(p.texts, entry{line, n})
		}
	}
	p.finish()
	if len(p.items) == 0 {
		f.fail(t.path, 0, "the exercise has no question: each begins with a line \"## TYPE id\"")
	}
	return p.items
}

func (p *itemParser) fail(line int, format string, args ...any) {
	p.f.fail(p.file, line, format, args...)
}

func (p *itemParser) begin(line string, n int) {
	m := heading.FindStringSubmatch(line)
	if m == nil {
		p.fail(n, "%q does not begin a question: write \"## TYPE id\", as in \"## number add-1\"", clip(line, 60))
		p.it = &content.Item{}
		p.line = n
		return
	}
	if !isName(m[2], 64, plainID) {
		p.fail(n, "%q cannot be an id: letters, digits, dots and dashes, at most 64", clip(m[2], 80))
	}
	p.it, p.line = &content.Item{ID: content.ItemID(m[2]), Type: content.ItemType(strings.ToLower(m[1]))}, n
}

// finish makes an item of the lines gathered.
func (p *itemParser) finish() {
	if p.it == nil {
		return
	}
	if p.it.Type != "" {
		before := len(p.f.problems)
		for _, e := range p.texts {
			if len(e.text) > maxItemText && !strings.HasPrefix(e.text, "item:") {
				p.fail(e.line, "the text is longer than %d bytes", maxItemText)
				continue
			}
			p.entry(e)
		}
		if !p.whole {
			p.gaps()
			p.keys()
		}
		if len(p.f.problems) == before { // what is wrong is said once
			p.check()
		}
		if len(p.items) >= maxItems {
			p.fail(p.line, "more than %d questions in one exercise", maxItems)
		} else {
			p.items = append(p.items, placed{*p.it, p.line, p.texts})
		}
	}
	p.it, p.texts, p.whole = nil, nil, false
}

func (p *itemParser) check() {
	err := marking.Check(*p.it)
	if err == nil {
		return
	}
	here := placed{*p.it, p.line, p.texts}
	for _, reason := range strings.Split(err.Error(), "\n") {
		line := p.line
		if quoted, err := strconv.Unquote(quotation.FindString(reason)); err == nil {
			line = here.where(quoted)
		}
		p.fail(line, "%s %s: %s", p.it.Type, p.it.ID, strings.TrimSuffix(reason, ": invalid argument"))
	}
}

// entry reads one line by the mark it begins with.
func (p *itemParser) entry(e entry) {
	mark, rest, _ := strings.Cut(e.text, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case mark == "?":
		if p.it.Stem != "" {
			p.fail(e.line, "a second question; go on an indented line instead")
		}
		p.it.Stem = rest
	case mark == "let":
		p.let(e)
	case mark == "where":
		p.it.Where = append(p.it.Where, rest)
	case mark == "unit":
		p.it.Unit = rest
	case mark == "=":
		p.answer(rest)
	case mark == "!":
		p.mistake(rest, e.line)
	case mark == "-":
		p.pair(rest, e.line)
	case mark == ">":
		p.category(rest, e.line)
	default:
		p.other(e)
	}
}

func (p *itemParser) other(e entry) {
	if m := keyLine.FindStringSubmatch(e.text); m != nil {
		p.key(m[1], strings.TrimSpace(m[2]), e.line)
	} else if m := boxLine.FindStringSubmatch(e.text); m != nil {
		p.option(m[3], m[1] == "x" || m[2] == "x", e.line)
	} else if m := rankLine.FindStringSubmatch(e.text); m != nil {
		p.it.Options = append(p.it.Options, content.Option{Text: unescape(m[1])})
	} else {
		p.fail(e.line, "%q begins with no mark that is known; indent it if it goes on the line before", clip(e.text, 60))
	}
}

func (p *itemParser) key(key, value string, line int) {
	it := p.it
	switch key {
	case "item":
		p.inFull(value, line)
	case "hint":
		it.Hints = append(it.Hints, value)
	case "worked":
		it.Worked = value
	case "right":
		it.Right = value
	case "wrong":
		it.Wrong = value
	case "sound":
		it.Sound = value
	case "skill":
		it.Skill = value
	case "rating":
		n, ok := rating(value)
		if !ok {
			p.fail(line, "rating %q is not a number from 1 to 4000", clip(value, 20))
		}
		it.Rating = n
	case "order":
		if value != "fixed" {
			p.fail(line, "order: only \"fixed\" is known")
		}
		it.Fixed = true
	case "case", "accents":
		if value != "exact" {
			p.fail(line, "%s: only \"exact\" is known", key)
		}
		if key == "case" {
			it.CaseSense = true
		} else {
			it.AccentSense = true
		}
	}
}

func (p *itemParser) let(e entry) {
	m := letLine.FindStringSubmatch(e.text)
	if m == nil {
		p.fail(e.line, "%q is not \"let NAME = …\"", clip(e.text, 60))
		return
	}
	l, value := content.Let{Name: m[1]}, strings.TrimSpace(m[2])
	if list, ok := strings.CutPrefix(value, "one of "); ok {
		for _, v := range cut(list, ",", -1) {
			if v = strings.TrimSpace(unescape(v)); v != "" {
				l.Values = append(l.Values, v)
			}
		}
	} else if low, high, ok := strings.Cut(value, ".."); ok {
		l.Low, l.High = strings.TrimSpace(low), strings.TrimSpace(high)
		if h, step, ok := strings.Cut(l.High, " step "); ok {
			l.High, l.Step = strings.TrimSpace(h), strings.TrimSpace(step)
		}
	} else {
		l.Expr = value
	}
	p.it.Lets = append(p.it.Lets, l)
}

func (p *itemParser) answer(s string) {
	it := p.it
	switch it.Type {
	case content.Number:
		s, tolerance, ok := strings.Cut(s, "±")
		if !ok {
			s, tolerance, _ = strings.Cut(s, "+/-")
		}
		it.Answers, it.Tolerance = append(it.Answers, braced(s)), braced(tolerance)
	case content.TrueFalse:
		it.Answers = append(it.Answers, strings.ToLower(s))
	default:
		for _, a := range cut(s, "|", -1) {
			it.Answers = append(it.Answers, unescape(strings.TrimSpace(a)))
		}
	}
}

// braced gives the expression inside {…}, or a literal as it is.
func braced(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "{") && strings.HasSuffix(s, "}") {
		return strings.TrimSpace(s[1 : len(s)-1])
	}
	return s
}

func (p *itemParser) mistake(s string, line int) {
	parts := cut(s, " : ", 3)
	if len(parts) < 2 {
		p.fail(line, "a known mistake is \"! ANSWER : error-code : feedback\"")
		return
	}
	m := content.Mistake{Answer: unescape(strings.TrimSpace(parts[0])), Error: strings.TrimSpace(parts[1])}
	if p.it.Type == content.Number {
		m.Answer = braced(m.Answer)
	}
	if len(parts) == 3 {
		m.Feedback = unescape(strings.TrimSpace(parts[2]))
	}
	p.it.Mistakes = append(p.it.Mistakes, m)
}
