package pack

import (
	"path"
	"strings"

	"github.com/yuin/goldmark/ast"
	gtext "github.com/yuin/goldmark/text"

	"lamplight/content"
)

// lintPage looks at what a page is written as: its headings, its pictures' words, how it reads.
func (c *course) lintPage(d *draft) {
	if strings.TrimSpace(d.text.body) == "" {
		c.warn(d.Path, 0, "the page is empty: write it, or take the file out")
		return
	}
	src := []byte(d.text.body)
	p := &pageLint{course: c, d: d, src: src}
	// The walk cannot fail: visit returns no error.
	_ = ast.Walk(markdown.Parser().Parse(gtext.NewReader(src)), p.visit)
	c.lintReading(d, p.prose)
}

// A pageLint walks one page.
type pageLint struct {
	*course
	d     *draft
	src   []byte
	level int     // of the heading before: 1, the page's own, at first
	own   bool    // the "# " that gives the page its heading was met
	prose []prose // paragraphs and list items
	block int     // where in src the block begins that is being read
}

// prose is a run of text that is read as sentences.
type prose struct {
	text string
	line int // in the file, of its first line
}

func (p *pageLint) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
		p.block = n.Lines().At(0).Start
	}
	switch n := n.(type) {
	case *ast.Heading:
		p.heading(n)
	case *ast.Paragraph, *ast.TextBlock:
		p.prose = append(p.prose, prose{p.words(n), p.line(p.block)})
	case *ast.Image:
		if strings.TrimSpace(p.words(n)) == "" {
			at := p.block + max(0, strings.Index(string(p.src[p.block:]), "]("+string(n.Destination)))
			p.warn(p.d.Path, p.line(at), "the picture %s has no words for those who cannot see it: write ![what it shows](%s)", clip(string(n.Destination), 80), clip(string(n.Destination), 80))
		}
	case *ast.Link:
		if strings.TrimSpace(p.words(n)) == "" {
			p.warn(p.d.Path, p.line(p.block), "the link to %s has no words: write [where it leads](%s)", clip(string(n.Destination), 80), clip(string(n.Destination), 80))
		}
	}
	return ast.WalkContinue, nil
}

// heading warns of a level that is left out: who listens to a page finds their way by its headings.
func (p *pageLint) heading(n *ast.Heading) {
	line := p.line(p.block)
	if strings.TrimSpace(p.words(n)) == "" { // it has no line of its own
		p.warn(p.d.Path, 0, "a heading is empty: give it words, or take it out")
	}
	level := n.Level
	if level == 1 && p.own {
		p.warn(p.d.Path, line, "a second \"# \" heading: the page has its title already, write \"## \"")
		level = 2
	}
	if level == 1 {
		p.own = true
	}
	if before := max(p.level, 1); level > before+1 {
		p.warn(p.d.Path, line, "the heading jumps from level %d to level %d: write \"%s \"", before, level, strings.Repeat("#", before+1))
	}
	p.level = level
}

// words is the text in a node, a picture's words among it; mathematics is one word.
func (p *pageLint) words(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Segment.Value(p.src))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(n.Value)
		case *formula:
			b.WriteString("x")
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// line is the line of the file that byte at of the body stands on.
func (p *pageLint) line(at int) int {
	return p.d.text.bodyLine + strings.Count(string(p.src[:min(at, len(p.src))]), "\n")
}

// lintItemPictures warns of pictures in a question that have no words.
func (c *course) lintItemPictures(d *draft, p placed) {
	said := map[string]bool{}
	it := cloneTexts(p.item)
	eachText(&it, func(s *string) {
		for _, m := range pictureRef.FindAllStringSubmatch(*s, -1) {
			if strings.TrimSpace(strings.Trim(m[1], "![](")) == "" && !said[m[2]] {
				said[m[2]] = true
				c.warn(d.Path, p.where("("+m[2]+")"), "%s: the picture %s has no words for those who cannot see it: write ![what it shows](%s)", p.item.ID, clip(m[2], 80), clip(m[2], 80))
			}
		}
	})
}

// lintFilm warns of a film that who cannot hear, or may not play it aloud, gets nothing of.
func (c *course) lintFilm(d *draft) {
	if d.Kind == content.Video && len(d.Captions) == 0 {
		c.warn(d.Path, 0, "the film has no captions: put a file %s.%s.vtt beside it", strings.TrimSuffix(path.Base(d.Path), path.Ext(d.Path)), c.mainLanguage())
	}
}
