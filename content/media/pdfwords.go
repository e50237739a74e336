package media

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lamplight/content"
)

// Limits of a document's words.
const (
	maxPDFContent = 8 << 20  // bytes of one page's content
	maxPDFPageOps = 2 << 20  // objects and operators in it
	maxPDFWords   = 60 << 10 // bytes of one page's words
	maxPDFForms   = 6        // forms within forms
)

// PDFText yields a document's words page by page, at "?page=N" from 1. Pages that hold pictures only have none. What
// cannot be read as a PDF is fs.ErrInvalid, one that asks for a password errors.ErrUnsupported.
func PDFText(r io.ReaderAt, size int64, yield func(content.Passage) bool) error {
	return openPDF(r, size, func(p *pdf) error {
		w := pdfWriter{p: p, fonts: map[pdfRef]*pdfFont{}}
		p.eachPage(func(n int, page pdfDict) bool {
			p.lookups = 0 // they bound one page
			text := w.page(page)
			return text == "" || yield(content.Passage{Place: "?page=" + strconv.Itoa(n), Text: text})
		})
		return nil
	})
}

// eachPage calls fn with the leaves of the page tree in order, their resources inherited.
func (p *pdf) eachPage(fn func(n int, page pdfDict) bool) {
	type branch struct {
		node      any
		resources any
	}
	seen := map[pdfRef]bool{}
	n := 0
	for todo := []branch{{node: p.dict(p.trailer["Root"])["Pages"]}}; len(todo) > 0 && n < maxPDFPages && len(seen) < 2*maxPDFPages; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if ref, ok := at.node.(pdfRef); ok {
			if seen[ref] {
				continue
			}
			seen[ref] = true
		}
		d := p.dict(at.node)
		if d == nil {
			continue
		}
		if own := d["Resources"]; own != nil {
			at.resources = own
		}
		if kids, ok := p.resolve(d["Kids"]).([]any); ok {
			for _, kid := range slices.Backward(kids) {
				if len(todo) < 4*maxPDFPages {
					todo = append(todo, branch{kid, at.resources})
				}
			}
			continue
		}
		n++
		page := pdfDict{"Contents": d["Contents"], "Resources": at.resources}
		if !fn(n, page) {
			return
		}
	}
}

// A pdfWriter turns pages into words.
type pdfWriter struct {
	p     *pdf
	fonts map[pdfRef]*pdfFont

	runs  []pdfRun
	size  int // bytes in runs
	ops   int
	shown []pdfRef // pictures, each once
}

// A pdfRun is what one operator shows: its letters in the order of the page, and where they stand.
type pdfRun struct {
	x, y, end, height float64
	glyphs            []string
}

func (w *pdfWriter) page(d pdfDict) string {
	w.runs, w.size, w.ops, w.shown = w.runs[:0], 0, 0, w.shown[:0]
	var b []byte
	switch c := d["Contents"].(type) {
	case pdfRef:
		if list, ok := w.p.resolve(c).([]any); ok {
			b = w.joined(list)
		} else {
			b = w.p.stream(c)
		}
	case []any:
		b = w.joined(c)
	}
	w.run(b, w.p.dict(d["Resources"]), identity, 0)
	return w.text()
}

func (w *pdfWriter) joined(parts []any) (b []byte) {
	for _, part := range parts {
		if ref, ok := part.(pdfRef); ok && len(b) < maxPDFContent {
			b = append(append(b, w.p.stream(ref)...), '\n')
		}
	}
	return b
}

// A matrix maps a place of the text to one of the page (ISO 32000-1, 8.3.3).
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3], m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// pdfState is what text operators change (9.3).
type pdfState struct {
	ctm               matrix
	font              *pdfFont
	size, leading     float64
	spaceC, spaceW, h float64
}

// A pdfMachine runs one content stream.
type pdfMachine struct {
	*pdfWriter
	resources pdfDict
	depth     int
	now       pdfState
	saved     []pdfState
	text      matrix
	line      matrix
	actual    int // marked content open, the outermost of which says its own text; 0 none
}

func (w *pdfWriter) run(b []byte, resources pdfDict, ctm matrix, depth int) {
	m := pdfMachine{pdfWriter: w, resources: resources, depth: depth, now: pdfState{ctm: ctm, h: 1}, text: identity, line: identity}
	l := pdfLexer{b: b[:min(len(b), maxPDFContent)]}
	var args []any
	for l.pos < len(l.b) && w.ops < maxPDFPageOps && w.size < maxPDFWords {
		l.skip()
		at := l.pos
		if at >= len(l.b) {
			return
		}
		v := l.object()
		w.ops++
		if l.pos == at {
			l.pos++
			continue
		}
		op, ok := v.(keyword)
		if !ok {
			if len(args) < 64 {
				args = append(args, v)
			}
			continue
		}
		if op == "BI" {
			skipInline(&l)
		} else {
			m.do(string(op), args)
		}
		args = args[:0]
	}
}

// skipInline moves behind an inline picture: to "EI" between white space.
func skipInline(l *pdfLexer) {
	for i := l.pos; i+3 < len(l.b); i++ {
		if isPDFSpace(l.b[i]) && l.b[i+1] == 'E' && l.b[i+2] == 'I' && isPDFSpace(l.b[i+3]) {
			l.pos = i + 3
			return
		}
	}
	l.pos = len(l.b)
}

func operand(args []any, i int) float64 {
	if i < 0 || i >= len(args) {
		return 0
	}
	f, _ := args[i].(float64)
	return f
}

func matrixOf(args []any) matrix {
	return matrix{operand(args, 0), operand(args, 1), operand(args, 2), operand(args, 3), operand(args, 4), operand(args, 5)}
}

func (m *pdfMachine) do(op string, args []any) {
	switch op {
	case "q":
		if len(m.saved) < 256 {
			m.saved = append(m.saved, m.now)
		}
	case "Q":
		if n := len(m.saved); n > 0 {
			m.now, m.saved = m.saved[n-1], m.saved[:n-1]
		}
	case "cm":
		m.now.ctm = matrixOf(args).times(m.now.ctm)
	case "BT":
		m.text, m.line = identity, identity
	case "Tf":
		if len(args) > 1 {
			name, _ := args[0].(pdfName)
			m.now.font, m.now.size = m.font(name), operand(args, 1)
		}
	case "Tc":
		m.now.spaceC = operand(args, 0)
	case "Tw":
		m.now.spaceW = operand(args, 0)
	case "Tz":
		m.now.h = operand(args, 0) / 100
	case "TL":
		m.now.leading = operand(args, 0)
	case "Td":
		m.move(operand(args, 0), operand(args, 1))
	case "TD":
		m.now.leading = -operand(args, 1)
		m.move(operand(args, 0), operand(args, 1))
	case "T*":
		m.move(0, -m.now.leading)
	case "Tm":
		m.line = matrixOf(args)
		m.text = m.line
	case "Do":
		if len(args) > 0 {
			m.form(args[0])
		}
	default:
		m.show(op, args)
	}
}

func (m *pdfMachine) move(x, y float64) {
	m.line = matrix{1, 0, 0, 1, x, y}.times(m.line)
	m.text = m.line
}

// show shows text and follows marked content (9.4.3, 14.9.4).
func (m *pdfMachine) show(op string, args []any) {
	switch op {
	case "'", "\"":
		if op == "\"" {
			m.now.spaceW, m.now.spaceC = operand(args, 0), operand(args, 1)
		}
		m.move(0, -m.now.leading)
		fallthrough
	case "Tj":
		if len(args) > 0 {
			m.put(args[len(args)-1:])
		}
	case "TJ":
		if len(args) > 0 {
			list, _ := args[0].([]any)
			m.put(list)
		}
	case "BDC", "BMC":
		m.begin(args)
	case "EMC":
		m.actual = max(0, m.actual-1)
	}
}

// begin opens marked content. Where it says what its glyphs spell, that is taken in their place.
func (m *pdfMachine) begin(args []any) {
	if m.actual > 0 {
		m.actual++
		return
	}
	if len(args) < 2 {
		return
	}
	d, ok := args[1].(pdfDict)
	if name, named := args[1].(pdfName); named {
		d = m.p.dict(m.p.dict(m.resources["Properties"])[name])
		ok = d != nil
	}
	spelled, says := m.p.resolve(d["ActualText"]).(pdfString)
	if !ok || !says {
		return
	}
	m.actual = 1
	at := m.text.times(m.now.ctm)
	m.add(pdfRun{x: at[4], y: at[5], end: at[4], height: m.height(at), glyphs: []string{pdfText(spelled)}})
}

func (m *pdfMachine) height(at matrix) float64 {
	h := m.now.size * (abs64(at[3]) + abs64(at[1]))
	if h <= 0 {
		return 1
	}
	return h
}

func abs64(f float64) float64 { return max(f, -f) }

// put shows strings; numbers between them move back by thousandths of the size.
func (m *pdfMachine) put(list []any) {
	if m.now.font == nil {
		return
	}
	start := m.text.times(m.now.ctm)
	run := pdfRun{x: start[4], y: start[5], height: m.height(start)}
	for _, v := range list {
		switch v := v.(type) {
		case float64:
			back := v / 1000 * m.now.size * m.now.h
			if v < -m.now.font.wordGap() && len(run.glyphs) > 0 {
				run.glyphs = append(run.glyphs, " ")
			}
			m.text = matrix{1, 0, 0, 1, -back, 0}.times(m.text)
		case pdfString:
			m.now.font.each(v, func(text string, width float64, space bool) {
				run.glyphs = append(run.glyphs, text)
				along := (width*m.now.size + m.now.spaceC) * m.now.h
				if space {
					along += m.now.spaceW * m.now.h
				}
				m.text = matrix{1, 0, 0, 1, along, 0}.times(m.text)
			})
		}
	}
	run.end = m.text.times(m.now.ctm)[4]
	if m.actual == 0 {
		m.add(run)
	} else if n := len(m.runs); n > 0 {
		m.runs[n-1].end = max(m.runs[n-1].end, run.end)
	}
}

func (w *pdfWriter) add(r pdfRun) {
	for _, g := range r.glyphs {
		w.size += len(g)
	}
	if len(r.glyphs) > 0 && w.size < 2*maxPDFWords {
		w.runs = append(w.runs, r)
	}
}

// maxPDFShown is how many different pictures of one page are noted.
const maxPDFShown = 64

// form runs a form's content where it is shown (8.10), and notes a picture.
func (m *pdfMachine) form(name any) {
	key, _ := name.(pdfName)
	ref, ok := m.p.dict(m.resources["XObject"])[key].(pdfRef)
	if !ok || m.depth >= maxPDFForms {
		return
	}
	d := m.p.dict(ref)
	if d["Subtype"] == pdfName("Image") && len(m.shown) < maxPDFShown && !slices.Contains(m.shown, ref) {
		m.shown = append(m.shown, ref)
	}
	if d["Subtype"] != pdfName("Form") {
		return
	}
	ctm := m.now.ctm
	if list, ok := m.p.resolve(d["Matrix"]).([]any); ok && len(list) == 6 {
		ctm = matrixOf(list).times(ctm)
	}
	resources := m.p.dict(d["Resources"])
	if resources == nil {
		resources = m.resources
	}
	m.run(m.p.stream(ref), resources, ctm, m.depth+1)
}

// text joins the runs: a space where a gap is wide enough for one, a line break where they stand on another line.
func (w *pdfWriter) text() string {
	var lines []string
	var line []string // glyphs
	flush := func() {
		if s := strings.Join(strings.Fields(ordered(line)), " "); s != "" {
			lines = append(lines, s)
		}
		line = line[:0]
	}
	for i, r := range w.runs {
		if i > 0 {
			before := w.runs[i-1]
			switch h := max(r.height, before.height); {
			case abs64(r.y-before.y) > 0.6*h:
				flush()
			case r.x-before.end > 0.16*h || before.x-r.end > 0.16*h: // to the right or, in lines that run left, to the left
				line = append(line, " ")
			}
		}
		line = append(line, r.glyphs...)
	}
	flush()
	return norm.NFC.String(strings.Join(lines, "\n"))
}

// ordered joins a line's glyphs as they are read. A page has them from left to right; where most letters run the other
// way, the line is turned round, and what runs left to right in it is turned back. Arabic shapes become letters.
func ordered(glyphs []string) string {
	right, left := 0, 0
	for _, g := range glyphs {
		switch direction(g) {
		case rightToLeft:
			right++
		case leftToRight:
			left++
		}
	}
	if right <= left {
		return shapes(strings.Join(glyphs, ""))
	}
	turned := slices.DeleteFunc(slices.Clone(glyphs), func(g string) bool { return g == "" })
	slices.Reverse(turned)
	for i := 0; i < len(turned); {
		j := i
		for j < len(turned) && (leftward(turned[j]) || j > i && j+1 < len(turned) && neutral(turned[j]) && leftward(turned[j+1])) {
			j++
		}
		slices.Reverse(turned[i:j])
		i = max(j, i+1)
	}
	return shapes(strings.Join(turned, ""))
}

// A way is how a glyph's script runs.
type way int

const (
	noWay way = iota
	leftToRight
	rightToLeft
	numeral
)

func leftward(g string) bool { d := direction(g); return d == leftToRight || d == numeral }

func neutral(g string) bool { return g == "." || g == "," || g == "-" || g == "/" || g == ":" }

func direction(g string) way {
	r, _ := utf8.DecodeRuneInString(g)
	switch {
	case g == "":
		return noWay
	case unicode.IsDigit(r):
		return numeral
	case r >= 0x590 && r <= 0x8ff, r >= 0xfb1d && r <= 0xfdff, r >= 0xfe70 && r <= 0xfefc:
		return rightToLeft
	case unicode.IsLetter(r):
		return leftToRight
	}
	return noWay
}

// shapes writes the letters of Arabic presentation forms and ligatures.
func shapes(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= 0xfb00 && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc }) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if r >= 0xfb00 && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc {
			b.WriteString(norm.NFKC.String(string(r)))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// printableText leaves out what is no letter of any text.
func printableText(s string) string {
	if s == "" || !utf8.ValidString(s) {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if r == 0xad || r < ' ' || r == unicode.ReplacementChar || r >= 0xe000 && r <= 0xf8ff || unicode.Is(unicode.Cf, r) && r != 0x200c && r != 0x200d {
			return -1
		}
		return r
	}, s)
}
