package qti

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zeebo/blake3"
	"golang.org/x/text/language"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/content/imscp"
	"lamplight/content/pack"
	"lamplight/content/zips"
)

// Format imports packages of questions and lone files of them, each once: it is kept as a pack. Every test is an exercise; so
// are the items that no test asks.
type Format struct{ pack.Format }

var _ content.Format = Format{}

// Name is the format's, as Course.Format has it.
func (Format) Name() string { return "qti" }

// Claims takes zips whose manifest says that they hold questions, and XML that begins as an item or test does. Packages of
// SCORM and cartridges are not claimed, though they too may hold questions.
func (Format) Claims(path string, head []byte) bool {
	switch {
	case head == nil:
		return false
	case bytes.HasPrefix(head, []byte("PK")):
		return isPackage(path)
	case bytes.HasPrefix(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"), []byte("<")), bytes.HasPrefix(head, []byte("\xff\xfe<")), bytes.HasPrefix(head, []byte("\xfe\xff\x00<")):
		return isItem(path)
	}
	return false
}

func isPackage(path string) bool {
	f, size, err := open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	z, err := zips.OpenZip(f, size)
	if err != nil {
		return false
	}
	name, ok := imscp.Locate(z.Names())
	if !ok {
		return false
	}
	doc, err := z.ReadFile(name, maxXML)
	if err != nil {
		return false
	}
	m, err := imscp.Parse(doc)
	if err != nil { // a broken manifest is ours to refuse when it speaks of questions
		return bytes.Contains(doc, []byte("imsqti")) || bytes.Contains(doc, []byte("/qti"))
	}
	return m.Profile == imscp.QTI
}

// roots are what files of questions begin with.
var roots = []string{"<assessmentItem", "<qti-assessment-item", "<questestinterop", "<assessmentTest", "<qti-assessment-test"}

func isItem(path string) bool {
	f, _, err := open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	b, _ := io.ReadAll(io.LimitReader(f, 64<<10))
	b = bytes.ReplaceAll(b, []byte{0}, nil) // of UTF-16
	for _, root := range roots {
		if bytes.Contains(b, []byte(root)) || bytes.Contains(b, []byte(":"+root[1:]+" ")) {
			return true
		}
	}
	return false
}

func open(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = fmt.Errorf("not a file: %w", fs.ErrInvalid)
	case info.Size() > maxFile:
		err = fmt.Errorf("%d bytes are more than %d: %w", info.Size(), int64(maxFile), errors.ErrUnsupported)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// maxFile bounds a package, pictures and all.
const maxFile = 2 << 30

// Plan reads all questions and says what the pack of them would keep. A file of which nothing can be asked is refused.
func (Format) Plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	plan, err := planned(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("qti: %s: %w", filepath.Base(path), err)
	}
	return plan, nil
}

func planned(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	f, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	hash := blake3.New()
	if _, err := io.Copy(hash, io.NewSectionReader(f, 0, size)); err != nil {
		return nil, err
	}
	p, err := openFile(f, size, path)
	if err != nil {
		return nil, err
	}
	c := p.composition(path, fmt.Sprintf("%x", hash.Sum(nil)), o)
	if err := p.exercises(ctx, &c, path); err != nil {
		return nil, err
	}
	plan, err := c.Plan(ctx)
	if err != nil {
		return nil, err
	}
	plan.Warnings = append(append(p.warnings, p.zipWarnings()...), plan.Warnings...)
	if plan.Course.Items == 0 {
		return nil, fmt.Errorf("none of its questions can be asked here: %s: %w", strings.Join(plan.Warnings[:min(len(plan.Warnings), 3)], "; "), errors.ErrUnsupported)
	}
	return plan, nil
}

func openFile(f *os.File, size int64, path string) (*bundle, error) {
	magic := make([]byte, 2)
	if n, _ := f.ReadAt(magic, 0); n < 2 || string(magic) != "PK" {
		if size == 0 {
			return nil, fmt.Errorf("it is empty: %w", fs.ErrInvalid)
		}
		return lone(io.NewSectionReader(f, 0, size), path)
	}
	z, err := zips.OpenZip(f, size)
	if err != nil {
		return nil, err
	}
	return openPackage(z, nil)
}

func (p *bundle) zipWarnings() []string {
	if p.manifest == nil {
		return nil
	}
	return append(slices.Clone(p.src.zip.Warnings()), p.manifest.Warnings...)
}

// composition is the course without its questions.
func (p *bundle) composition(path, hash string, o content.ImportOptions) pack.Composition {
	c := content.Course{ID: content.NewCourseID("qti", hash), Format: "qti", Edition: hash[:16]}
	name := filepath.Base(path)
	c.Title = strings.ToValidUTF8(strings.TrimSuffix(name, filepath.Ext(name)), "")
	if p.manifest != nil {
		m := p.manifest.Metadata
		c.Title, c.Description, c.Licence = cmp.Or(m.Title, o.Title, c.Title), m.Description, m.Licence()
	} else {
		c.Title = cmp.Or(o.Title, c.Title)
	}
	if len(p.groups) == 1 && p.groups[0].title != "" { // tools write their own name into the manifest
		c.Title = p.groups[0].title
	}
	c.Title = cmp.Or(visible(c.Title), "QTI")
	c.Licence.ID, c.Licence.Owner = cmp.Or(c.Licence.ID, o.Licence), cmp.Or(c.Licence.Owner, o.Owner)
	return pack.Composition{Course: c, Files: map[string]func() (io.ReadCloser, error){}}
}

// visible takes control characters out of a title.
func visible(s string) string {
	return trim(strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7F && r < 0xA0 {
			return ' '
		}
		return r
	}, s))
}

// maxExercise is how many questions an exercise of a pack holds; longer tests are cut.
const maxExercise = 400

// exercises reads the questions, each test an exercise, and gives the composition the pictures they show.
func (p *bundle) exercises(ctx context.Context, c *pack.Composition, path string) error {
	for _, g := range p.groups {
		title := cmp.Or(visible(g.title), c.Course.Title)
		for n, refs := range slices.Collect(slices.Chunk(g.refs, maxExercise)) {
			x := content.Exercise{ID: content.NewResourceID(c.Course.ID, fmt.Sprintf("%s/%d", g.id, n)), Title: title}
			if n > 0 {
				x.Title = fmt.Sprintf("%s (%d)", title, n+1)
			}
			for _, r := range refs {
				if err := ctx.Err(); err != nil {
					return err
				}
				p.ask(&x, r, "")
			}
			if x.Criterion = (content.Criterion{Type: "m_of_n", M: 4, N: 5}); len(x.Items) < 5 {
				x.Criterion = content.Criterion{Type: "do_all"}
			}
			c.Parts = append(c.Parts, pack.Part{Node: content.Node{ID: p.unused(c, x.ID), Kind: content.Practice, Title: x.Title}, Exercise: &x})
		}
	}
	c.Course.Languages = p.languages()
	for name := range p.src.used {
		c.Files[name] = func() (io.ReadCloser, error) { return openEntry(path, name) }
	}
	return nil
}

// unused is an id that no part has yet: two tests may bear one identifier.
func (p *bundle) unused(c *pack.Composition, id content.ResourceID) content.ResourceID {
	for n := 2; slices.ContainsFunc(c.Parts, func(q pack.Part) bool { return q.ID == id }); n++ {
		id = content.NewResourceID(c.Course.ID, fmt.Sprintf("%s/again-%d", id, n))
	}
	return id
}

// languages are those the items state, most used first; else those of the metadata; else "und".
func (p *bundle) languages() []string {
	count := map[string]int{}
	for tag, n := range p.langs {
		if t, err := language.Parse(tag); err == nil && tag != "" {
			count[t.String()] += n
		}
	}
	var out []string
	for tag := range count {
		out = append(out, tag)
	}
	arrange.By(out, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b)) })
	if len(out) == 0 && p.manifest != nil {
		for _, l := range p.manifest.Metadata.Languages {
			if t, err := language.Parse(l); err == nil && !slices.Contains(out, t.String()) {
				out = append(out, t.String())
			}
		}
	}
	if len(out) == 0 {
		return []string{"und"}
	}
	return out[:min(len(out), 20)]
}

// openEntry opens a file of the package anew.
func openEntry(path, name string) (io.ReadCloser, error) {
	f, size, err := open(path)
	if err != nil {
		return nil, err
	}
	z, err := zips.OpenZip(f, size)
	if err == nil {
		var r io.ReadCloser
		if r, err = z.Open(name); err == nil {
			return &entry{r, f}, nil
		}
	}
	f.Close()
	return nil, err
}

// An entry closes its package with itself.
type entry struct {
	io.ReadCloser
	file *os.File
}

func (e *entry) Close() error { return errors.Join(e.ReadCloser.Close(), e.file.Close()) }
