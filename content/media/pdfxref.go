package media

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"io/fs"
	"regexp"
	"slices"
)

func unescape(s string) string { return html.UnescapeString(s) }

// maxPDFObjects is how many objects a table may name.
const maxPDFObjects = 2_000_000

// crossReferences follows startxref and every /Prev (7.5.4, 7.5.8), newest first; the newest place of an object counts.
func (p *pdf) crossReferences() bool {
	n := min(p.size, 2048)
	tail, err := readAt(p.r, p.size-n, int(n))
	if err != nil {
		return false
	}
	i := bytes.LastIndex(tail, []byte("startxref"))
	if i < 0 {
		return false
	}
	l := pdfLexer{b: tail[i+len("startxref"):]}
	start, ok := l.object().(float64)
	if !ok {
		return false
	}
	todo, seen := []int64{int64(start)}, map[int64]bool{}
	good := false
	for len(todo) > 0 && len(seen) < 1000 {
		at := todo[0]
		todo = todo[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		d := p.section(at)
		if d == nil {
			return false
		}
		good = true
		for k, v := range d {
			if _, ok := p.trailer[k]; !ok {
				p.trailer[k] = v
			}
		}
		for _, next := range []pdfName{"XRefStm", "Prev"} {
			if prev, ok := d[next].(float64); ok {
				todo = append(todo, int64(prev))
			}
		}
	}
	return good
}

// section reads one table or cross-reference stream and gives its trailer.
func (p *pdf) section(at int64) pdfDict {
	if at < 0 || at+p.base >= p.size {
		return nil
	}
	head, err := readAt(p.r, at+p.base, int(min(64, p.size-at-p.base)))
	if err != nil {
		return nil
	}
	if bytes.HasPrefix(bytes.TrimLeft(head, "\x00\t\n\f\r "), []byte("xref")) {
		return p.table(at)
	}
	v, data := p.at(at, -1)
	d, ok := v.(pdfDict)
	if !ok || data == 0 || d["Type"] != pdfName("XRef") {
		return nil
	}
	if !p.xrefStream(d, p.unpack(d, data, pdfRef{})) {
		return nil
	}
	return d
}

// table reads "xref", its subsections of twenty-byte lines, and the trailer. Lines of other lengths are read too.
func (p *pdf) table(at int64) pdfDict {
	for n := int64(64 << 10); ; n *= 8 {
		b, err := readAt(p.r, at+p.base, int(min(n, p.size-at-p.base)))
		if err != nil {
			return nil
		}
		d, short := p.tableIn(b)
		if short && int64(len(b)) == n && n < 64<<20 {
			continue
		}
		return d
	}
}

func (p *pdf) tableIn(b []byte) (trailer pdfDict, short bool) {
	l := pdfLexer{b: b}
	l.object() // xref
	for {
		first, ok := l.object().(float64)
		if !ok {
			break // trailer
		}
		count, ok := l.object().(float64)
		if !ok || first < 0 || count < 0 || first+count > maxPDFObjects {
			return nil, l.short
		}
		for i := range int(count) {
			offset, ok := l.object().(float64)
			if !ok {
				return nil, l.short
			}
			l.object() // generation
			if l.object() == keyword("n") {
				p.note(int(first)+i, pdfWhere{offset: int64(offset)})
			}
		}
	}
	d, _ := l.object().(pdfDict)
	return d, l.short
}

// note keeps the first place told of an object: sections are read newest first.
func (p *pdf) note(num int, w pdfWhere) {
	if _, ok := p.refs[num]; !ok && num >= 0 && num < maxPDFObjects && len(p.refs) < maxPDFObjects {
		p.refs[num] = w
	}
}

// xrefStream reads the lines of a cross-reference stream (7.5.8.3).
func (p *pdf) xrefStream(d pdfDict, b []byte) bool {
	w, ok := d["W"].([]any)
	if !ok || len(w) < 3 {
		return false
	}
	var width [3]int
	for i := range width {
		v, _ := w[i].(float64)
		if v < 0 || v > 8 {
			return false
		}
		width[i] = int(v)
	}
	line := width[0] + width[1] + width[2]
	size, _ := d["Size"].(float64)
	index, ok := d["Index"].([]any)
	if !ok {
		index = []any{float64(0), size}
	}
	for i := 0; i+1 < len(index) && line > 0; i += 2 {
		first, _ := index[i].(float64)
		count, _ := index[i+1].(float64)
		if first < 0 || count < 0 || first+count > maxPDFObjects {
			return false
		}
		for n := 0; n < int(count) && len(b) >= line; n, b = n+1, b[line:] {
			p.noteLine(int(first)+n, b[:line], width)
		}
	}
	return true
}

func (p *pdf) noteLine(num int, line []byte, width [3]int) {
	kind := uint64(1)
	if width[0] > 0 {
		kind = number(line[:width[0]])
	}
	second, third := number(line[width[0]:width[0]+width[1]]), number(line[width[0]+width[1]:])
	switch kind {
	case 1:
		p.note(num, pdfWhere{offset: int64(second)})
	case 2:
		if second > 0 && second < maxPDFObjects && third < 1<<20 {
			p.note(num, pdfWhere{stream: int(second), index: int(third)})
		}
	}
}

var (
	objectHead  = regexp.MustCompile(`(?:^|[\s>])(\d{1,10})\s+\d{1,5}\s+obj\b`)
	trailerHead = regexp.MustCompile(`trailer\s*<<`)
)

// scan makes a table of a file that has none that can be read: it looks for "12 0 obj" from front to back, the last
// one of a number counts, and reads object streams and trailers on the way.
func (p *pdf) scan() error {
	if p.scanned || p.size > maxPDFScan {
		return fmt.Errorf("its cross-reference table cannot be read: %w", fs.ErrInvalid)
	}
	p.scanned = true
	p.refs, p.opened, p.order, p.trailer = map[int]pdfWhere{}, map[int][]any{}, nil, pdfDict{}
	const window, overlap = 1 << 20, 64
	b := make([]byte, window+overlap)
	for from := int64(0); from < p.size; from += window {
		n, err := p.r.ReadAt(b, from)
		if err != nil && err != io.EOF {
			return err
		}
		p.scanWindow(b[:n], from, window)
	}
	p.streamsFound()
	return nil
}

func (p *pdf) scanWindow(b []byte, from int64, window int) {
	for _, m := range objectHead.FindAllSubmatchIndex(b, -1) {
		if num := atoi(b[m[2]:m[3]]); m[2] < window && num >= 0 && num < maxPDFObjects && len(p.refs) < maxPDFObjects {
			p.refs[num] = pdfWhere{offset: from + int64(m[2]) - p.base}
		}
	}
	for _, m := range trailerHead.FindAllIndex(b, -1) {
		l := pdfLexer{b: b[m[1]-2:]}
		d, _ := l.object().(pdfDict)
		for k, v := range d {
			p.trailer[k] = v
		}
	}
}

// streamsFound opens what the scan found to be object streams and cross-reference streams, and a catalogue if no
// trailer named one.
func (p *pdf) streamsFound() {
	nums := make([]int, 0, len(p.refs))
	for num := range p.refs {
		nums = append(nums, num)
	}
	slices.Sort(nums)
	if len(nums) > 50_000 {
		nums = nums[:50_000]
	}
	for _, num := range nums {
		v, data := p.at(p.refs[num].offset, num)
		d, _ := v.(pdfDict)
		switch d["Type"] {
		case pdfName("Catalog"):
			if p.trailer["Root"] == nil {
				p.trailer["Root"] = pdfRef{num: num}
			}
		case pdfName("XRef"):
			for _, k := range []pdfName{"Root", "Info", "Encrypt"} {
				if p.trailer[k] == nil && d[k] != nil {
					p.trailer[k] = d[k]
				}
			}
		case pdfName("ObjStm"):
			if data == 0 {
				continue
			}
			for i, pairs := 0, packed(p.unpack(d, data, pdfRef{num: num}), d); i+1 < len(pairs); i += 2 {
				if inner, ok := pairs[i].(int); ok {
					p.note(inner, pdfWhere{stream: num, index: i / 2})
				}
			}
		}
	}
}
