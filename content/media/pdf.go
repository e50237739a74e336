package media

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"

	"lamplight/content"
)

// Limits of a PDF. An object that is no stream is a few kilobytes; a page tree of 50,000 leaves is a large dictionary.
const (
	maxPDFObject  = 4 << 20
	maxPDFStream  = 16 << 20 // inflated: cross-references and object streams
	maxPDFPages   = 50_000
	maxPDFLookups = 150_000
	maxPDFScan    = 128 << 20 // of a file without a readable cross-reference table
)

// A pdf finds objects of a file. It reads structure only: no page content, font, action or script is ever looked at.
type pdf struct {
	r       io.ReaderAt
	size    int64
	base    int64 // bytes before "%PDF-"
	refs    map[int]pdfWhere
	trailer pdfDict
	opened  map[int][]any // object streams: object by index, as pairs number, value
	order   []int         // which were opened when, for the oldest to go
	lookups int
	scanned bool
	crypt   *pdfCrypt // nil when the file is not encrypted
}

// A pdfWhere is where an object lies: at an offset, or as the n'th of an object stream.
type pdfWhere struct {
	offset int64
	stream int // number of the object stream, 0 none
	index  int
}

var pdfVersion = regexp.MustCompile(`%PDF-(\d\.\d)`)

// probePDF reads version, pages, title, language and licence. Scripts and launch actions do no harm here: the file is
// served with nosniff and a sandbox and opened by the browser's own viewer.
func probePDF(r io.ReaderAt, size int64) (info, error) {
	head, err := readAt(r, 0, int(min(size, 1024)))
	if err != nil {
		return info{}, err
	}
	m := pdfVersion.FindSubmatchIndex(head)
	if m == nil {
		return info{}, fmt.Errorf("pdf: no version at its head: %w", fs.ErrInvalid)
	}
	p := &pdf{r: r, size: size, base: int64(m[0]), refs: map[int]pdfWhere{}, opened: map[int][]any{}, trailer: pdfDict{}}
	f := info{Kind: content.Document, MIME: "application/pdf", Version: string(head[m[2]:m[3]])}
	if err := p.load(); err != nil {
		return info{}, fmt.Errorf("pdf: %w", err)
	}
	if err := p.describe(&f); err != nil {
		return info{}, fmt.Errorf("pdf: %w", err)
	}
	return f, nil
}

// load reads the cross-reference tables, or makes one by looking through the file.
func (p *pdf) load() error {
	if p.crossReferences() {
		if err := p.open(); err != nil {
			return err
		}
		if root, ok := p.resolve(p.trailer["Root"]).(pdfDict); ok && p.dict(root["Pages"]) != nil {
			return nil
		}
	}
	if err := p.scan(); err != nil {
		return err
	}
	if err := p.open(); err != nil {
		return err
	}
	if p.dict(p.trailer["Root"]) == nil {
		return fmt.Errorf("neither a cross-reference table nor a catalogue can be found: cut short or damaged: %w", fs.ErrInvalid)
	}
	return nil
}

// open finds the key of a file that is encrypted with the empty password.
func (p *pdf) open() error {
	if p.trailer["Encrypt"] == nil || p.crypt != nil {
		return nil
	}
	if p.crypt = p.unlock(); p.crypt == nil {
		return errEncrypted
	}
	return nil
}

var errEncrypted = fmt.Errorf("protected by a password: save it without one: %w", errors.ErrUnsupported)

func (p *pdf) describe(f *info) error {
	root := p.dict(p.trailer["Root"])
	if v, ok := p.resolve(root["Version"]).(pdfName); ok && len(v) == 3 && string(v) > f.Version {
		f.Version = string(v)
	}
	pages, looped := p.pages(root["Pages"])
	if pages == 0 && !p.scanned { // a table that leads astray: look for the objects themselves
		if err := p.scan(); err == nil {
			root = p.dict(p.trailer["Root"])
			pages, looped = p.pages(root["Pages"])
		}
	}
	if pages == 0 {
		if looped {
			return fmt.Errorf("its page tree contains itself and holds no page: %w", fs.ErrInvalid)
		}
		return fmt.Errorf("no page can be found in it: %w", fs.ErrInvalid)
	}
	f.Pages = pages
	f.Language = tag(p.text(p.trailer["Root"], root["Lang"]))
	if d := p.dict(p.trailer["Info"]); d != nil {
		f.Title, f.Author = p.text(p.trailer["Info"], d["Title"]), p.text(p.trailer["Info"], d["Author"])
	}
	if ref, ok := root["Metadata"].(pdfRef); ok {
		f.xmp(p.stream(ref))
	}
	return nil
}

// text reads a text string of the object at holder; one of an encrypted file is opened unless it lies in an object
// stream, which was encrypted as a whole.
func (p *pdf) text(holder, v any) string {
	if ref, ok := v.(pdfRef); ok {
		holder = ref
	}
	s, ok := p.resolve(v).(pdfString)
	if ref, direct := holder.(pdfRef); ok && direct && p.crypt != nil && p.refs[ref.num].stream == 0 {
		s = p.crypt.decrypt(ref.num, ref.gen, s)
	}
	return clean(pdfText(s))
}

// pages counts the leaves of the page tree; looped says that a branch was met twice. What the tree says of its own
// count is not believed.
func (p *pdf) pages(root any) (count int, looped bool) {
	seen := map[pdfRef]bool{}
	todo := []any{root}
	for len(todo) > 0 && count < maxPDFPages && len(seen) < 2*maxPDFPages {
		node := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if ref, ok := node.(pdfRef); ok {
			if seen[ref] {
				looped = true
				continue
			}
			seen[ref] = true
		}
		d := p.dict(node)
		kids, branch := p.resolve(d["Kids"]).([]any)
		switch {
		case d == nil:
		case branch && len(todo)+len(kids) < 4*maxPDFPages:
			todo = append(todo, kids...)
		case !branch && (d["Type"] == pdfName("Page") || d["Type"] == nil && d["MediaBox"] != nil || d["Contents"] != nil):
			count++
		}
	}
	return count, looped
}

// resolve follows references, at most ten in a row.
func (p *pdf) resolve(v any) any {
	for range 10 {
		ref, ok := v.(pdfRef)
		if !ok {
			return v
		}
		v = p.object(ref.num)
	}
	return nil
}

func (p *pdf) dict(v any) pdfDict {
	d, _ := p.resolve(v).(pdfDict)
	return d
}

// object finds one object by its number; nil when there is none.
func (p *pdf) object(num int) any {
	if p.lookups++; p.lookups > maxPDFLookups {
		return nil
	}
	w, ok := p.refs[num]
	if !ok {
		return nil
	}
	if w.stream == 0 {
		v, _ := p.at(w.offset, num)
		return v
	}
	pairs := p.objectStream(w.stream)
	if i := 2 * w.index; i+1 < len(pairs) && pairs[i] == num {
		return pairs[i+1]
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == num {
			return pairs[i+1]
		}
	}
	return nil
}

// at reads "12 0 obj …" at an offset; data is where the bytes of a stream begin, 0 when it is none. num < 0 takes any.
func (p *pdf) at(offset int64, num int) (v any, data int64) {
	offset += p.base
	if offset < 0 || offset >= p.size {
		return nil, 0
	}
	for n := int64(8 << 10); ; n *= 8 {
		b, err := readAt(p.r, offset, int(min(n, p.size-offset)))
		if err != nil {
			return nil, 0
		}
		l := pdfLexer{b: b}
		number, ok1 := l.object().(float64)
		_, ok2 := l.object().(float64)
		if !ok1 || !ok2 || l.object() != keyword("obj") || num >= 0 && int(number) != num {
			return nil, 0
		}
		v = l.object()
		if l.short && n < maxPDFObject && int64(len(b)) == n {
			continue
		}
		if _, ok := v.(pdfDict); ok && l.object() == keyword("stream") {
			at := l.pos
			if at < len(b) && b[at] == '\r' {
				at++
			}
			if at < len(b) && b[at] == '\n' {
				at++
			}
			data = offset + int64(at)
		}
		return v, data
	}
}
