package questions

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"lamplight/content"
	"lamplight/content/xmltree"
)

// claimsMoodle takes XML whose root is <quiz>.
func claimsMoodle(p string, head []byte) bool {
	lower := strings.ToLower(filepath.Base(p))
	if !strings.HasSuffix(lower, ".xml") && !bytes.Contains(head, []byte("<quiz")) {
		return false
	}
	s := beginning(p)
	at := strings.Index(s, "<quiz")
	return at >= 0 && strings.IndexByte(" >\t\n/", (s + "  ")[at+5]) >= 0 && !strings.Contains(s[:at], "<html") && (strings.Contains(s[at:], "<question") || strings.HasSuffix(lower, ".xml"))
}

// A moodleReader reads one file.
type moodleReader struct {
	b       *bank
	cut     *cutter
	section *section
	seq     int // of the question at hand, from 1
	open    func() (io.ReaderAt, io.Closer, error)
	files   map[string]string // of the question at hand: path for Reader.File by the name the texts use
	inline  int               // bytes of pictures that stand in texts, so far
}

func readMoodle(ctx context.Context, p string, b *bank) error {
	f, err := os.Open(p)
	if err != nil {
		return err
	}
	defer f.Close()
	r := &moodleReader{b: b, section: b.at(nil)}
	b.files = map[string]func() (io.ReadCloser, error){}
	var src io.Reader = f
	r.open = func() (io.ReaderAt, io.Closer, error) {
		f, err := os.Open(p)
		return f, f, err
	}
	if head := beginningBytes(f); wide(head) {
		whole, err := io.ReadAll(io.LimitReader(f, 2*maxText+1))
		if err != nil || len(whole) > 2*maxText {
			return fmt.Errorf("more than %d bytes of UTF-16: %w", 2*maxText, errors.Join(err, errors.ErrUnsupported))
		}
		text := []byte(decode(whole))
		src = bytes.NewReader(text)
		r.open = func() (io.ReaderAt, io.Closer, error) { return bytes.NewReader(text), io.NopCloser(nil), nil }
	}
	r.cut = newCutter(content.Stoppable(ctx, src))
	return r.all()
}

func beginningBytes(f *os.File) []byte {
	b := make([]byte, 64)
	n, _ := f.ReadAt(b, 0)
	return b[:n]
}

func wide(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xFF\xFE")) || bytes.HasPrefix(head, []byte("\xFE\xFF")) || zeros(head, 0) || zeros(head, 1)
}

// all reads question after question.
func (r *moodleReader) all() error {
	for {
		chunk, err := r.cut.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := r.question(chunk); err != nil {
			return err
		}
	}
	if !r.cut.began {
		return fmt.Errorf("it is no Moodle XML: it has no <quiz>: %w", fs.ErrInvalid)
	}
	if r.cut.cutOff != "" {
		r.b.warnings = append(r.b.warnings, r.cut.cutOff)
	}
	if r.b.count == 0 && r.cut.cutOff != "" {
		return fmt.Errorf("%s: %w", r.cut.cutOff, fs.ErrInvalid)
	}
	return nil
}

// question reads one <question>. What is no XML is left out, by line.
func (r *moodleReader) question(c chunk) error {
	r.seq++
	doc, err := parseQuestion(c.xml, r.cut.charset)
	if err != nil {
		said := fmt.Sprintf("line %d: its XML cannot be read: %s", c.line, reasonOf(err))
		return r.b.add(r.section, reading{kind: "unknown", reason: said, source: fmt.Sprint(c.line)})
	}
	kind := doc.Attr("type")
	if kind == "category" {
		if n := doc.Path("category", "text"); n != nil {
			r.section = r.b.at(categoryPath(n.Content()))
		}
		return nil
	}
	if h := doc.Child("hidden"); h != nil && h.Content() == "1" {
		r.b.warnings = append(r.b.warnings, fmt.Sprintf("line %d: a question its author has hidden is passed over", c.line))
		return nil
	}
	r.files = map[string]string{}
	for n := range doc.All("file") {
		r.file(n)
	}
	q := moodleQuestion{doc: doc.Node, src: &source{picture: r.picture}}
	out := q.reading(kind)
	if out.source = string(c.xml); out.reason != "" {
		out.reason = fmt.Sprintf("line %d: %s", c.line, out.reason)
	}
	r.languages(doc.Node)
	return r.b.add(r.section, out)
}

// parseQuestion reads a question's XML; names of HTML's characters are let pass, which some exporters write.
func parseQuestion(xml []byte, charset string) (*xmltree.Document, error) {
	if charset != "" {
		xml = append([]byte(`<?xml version="1.0" encoding="`+charset+`"?>`), xml...)
	}
	doc, err := xmltree.Parse(xml)
	if err == nil {
		return doc, nil
	}
	again, errAgain := xmltree.Parse(strays.ReplaceAllFunc(xml, func(m []byte) []byte {
		if named[string(m)] {
			return m
		}
		return append([]byte("&amp;"), m[1:]...)
	}))
	if errAgain == nil {
		return again, nil
	}
	return nil, err
}

// languages notes what the texts say of their language.
func (r *moodleReader) languages(doc *xmltree.Node) {
	if t := doc.Path("questiontext", "text"); t != nil {
		if m := langAttr.FindStringSubmatch(t.Raw()); m != nil {
			r.b.words.name(strings.ToLower(m[1]))
		}
	}
}

// file notes a file that a question brings: where its base64 lies, or what it is.
func (r *moodleReader) file(n *xmltree.Node) {
	name := n.Attr("name")
	offset, length, ok := placeOf(n.Raw())
	if name == "" || !ok || len(r.b.files) > 10_000 {
		return
	}
	stored := fmt.Sprintf("q%d/%s", r.seq, safeName(name))
	for n := 2; r.b.files[stored] != nil; n++ {
		stored = fmt.Sprintf("q%d/%d-%s", r.seq, n, safeName(name))
	}
	open := r.open
	r.b.files[stored] = func() (io.ReadCloser, error) {
		at, closer, err := open()
		if err != nil {
			return nil, err
		}
		return decoded{base64.NewDecoder(base64.StdEncoding, &dense{io.NewSectionReader(at, offset, length)}), closer}, nil
	}
	full := strings.TrimPrefix(path.Join(n.Attr("path"), name), "/")
	for _, alias := range []string{full, name} {
		if r.files[alias] == "" {
			r.files[alias] = stored
		}
	}
}

type decoded struct {
	io.Reader
	io.Closer
}

// dense leaves white space out of base64.
type dense struct{ r io.Reader }

func (d *dense) Read(b []byte) (int, error) {
	for {
		n, err := d.r.Read(b)
		kept := 0
		for _, c := range b[:n] {
			if c > ' ' {
				b[kept] = c
				kept++
			}
		}
		if kept > 0 || err != nil || len(b) == 0 {
			return kept, err
		}
	}
}

// safeName is a file's name as one part of a path.
func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == '/' || r == '\\' || r == ':' || r == 0x7f || r == '\uFFFD' {
			return '-'
		}
		return r
	}, strings.ToValidUTF8(name, "-"))
	if len(name) > 100 {
		ext := clip(path.Ext(name), 10)
		name = clip(name, 80) + ext
	}
	if strings.Trim(name, ". ") == "" {
		return "file"
	}
	return name
}

// maxInline is how many bytes pictures within texts may have together.
const maxInline = 16 << 20

// picture maps an address in a text to a file that the question brings.
func (r *moodleReader) picture(src string) string {
	if data, ok := strings.CutPrefix(src, "data:"); ok {
		return r.dataPicture(data)
	}
	rest, ok := strings.CutPrefix(src, "@@PLUGINFILE@@/")
	if !ok && (strings.Contains(src, "://") || strings.HasPrefix(src, "//")) {
		return ""
	}
	rest, _, _ = strings.Cut(rest, "?")
	for _, name := range []string{rest, src} {
		if decoded, err := url.PathUnescape(name); err == nil && r.files[decoded] != "" {
			return r.files[decoded]
		}
		if p := r.files[name]; p != "" {
			return p
		}
		if p := r.files[path.Base(name)]; p != "" && !ok {
			return p
		}
	}
	return ""
}

var dataKinds = map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/svg+xml": ".svg"}

func (r *moodleReader) dataPicture(data string) string {
	kind, body, ok := strings.Cut(data, ",")
	mime, coding, _ := strings.Cut(kind, ";")
	ext := dataKinds[strings.ToLower(mime)]
	if !ok || ext == "" || !strings.Contains(coding, "base64") {
		return ""
	}
	if r.inline += len(body); r.inline > maxInline {
		return ""
	}
	stored := fmt.Sprintf("q%d/inline-%d%s", r.seq, len(r.b.files), ext)
	r.b.files[stored] = func() (io.ReadCloser, error) {
		return io.NopCloser(base64.NewDecoder(base64.StdEncoding, &dense{strings.NewReader(body)})), nil
	}
	return stored
}
