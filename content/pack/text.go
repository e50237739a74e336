package pack

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"

	"lamplight/content"
	"lamplight/content/media"
	"lamplight/content/sanitize"
)

var _ content.TextReader = (*reader)(nil)

// Text implements content.TextReader: a page's sections, an exercise's questions with what they offer to choose from, but
// neither hints nor answers, and the captions of a film or sound or the pages of a document.
func (r *reader) Text(id content.ResourceID, yield func(content.Passage) bool) error {
	i, ok := r.nodes[id]
	if !ok {
		return r.absent(string(id))
	}
	n := &r.index.Nodes[i]
	switch n.Kind {
	case content.Page:
		return r.pageText(id, yield)
	case content.Practice:
		x, err := r.exercise(n)
		if err != nil {
			return err
		}
		ItemText(x.Items, yield)
		return nil
	case content.Topic:
		return nil
	}
	return media.NodeText(r, r.node(i), yield)
}

func (r *reader) pageText(id content.ResourceID, yield func(content.Passage) bool) error {
	page, err := r.ReadyPage(id)
	if err != nil {
		return err
	}
	z, err := gzip.NewReader(bytes.NewReader(page.Gzip))
	if err != nil {
		return fmt.Errorf("pack: %s: %w: %w", page.Title, err, fs.ErrInvalid)
	}
	html, err := io.ReadAll(io.LimitReader(z, maxArticle))
	if err != nil {
		return fmt.Errorf("pack: %s: %w: %w", page.Title, err, fs.ErrInvalid)
	}
	sanitize.Sections(string(html), false, func(s sanitize.Section) bool {
		p := content.Passage{Title: s.Title, Text: s.Text}
		if s.ID != "" {
			p.Place = "#" + s.ID
		}
		return yield(p)
	})
	return nil
}

// ItemText yields the words of questions: stem, options, both sides of pairs, categories. It is for readers of other
// formats too.
func ItemText(items []content.Item, yield func(content.Passage) bool) {
	for _, i := range items {
		lines := []string{i.Stem}
		for _, o := range i.Options {
			lines = append(lines, o.Text)
		}
		for _, p := range i.Pairs {
			lines = append(lines, p.Left, p.Right)
		}
		lines = append(lines, i.Categories...)
		for _, g := range i.Gaps {
			for _, o := range g.Options {
				lines = append(lines, o.Text)
			}
		}
		var text strings.Builder
		for _, l := range lines {
			if l = plainItem(l); l != "" && text.Len() < 32<<10 {
				text.WriteString(l + "\n")
			}
		}
		if s := strings.ToValidUTF8(strings.TrimSpace(text.String()), ""); s != "" && !yield(content.Passage{Text: s[:min(len(s), 64<<10)]}) {
			return
		}
	}
}

var (
	itemPicture = regexp.MustCompile(`!\[([^\]]*)\]\([^)]*\)`)
	itemBraces  = regexp.MustCompile(`\{\{?[^{}]*\}?\}`)
	itemMarks   = strings.NewReplacer("**", "", "__", "", "`", "", "\\", "")
)

// plainItem takes the marks out of an item's text; what is drawn anew each time is left out.
func plainItem(s string) string {
	s = itemPicture.ReplaceAllString(s, "$1")
	s = itemBraces.ReplaceAllString(s, "…")
	return strings.TrimSpace(itemMarks.Replace(s))
}
