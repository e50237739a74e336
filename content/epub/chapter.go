package epub

import (
	"fmt"
	"html"
	"io/fs"
	"net/url"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/sanitize"
)

// Book implements content.BookReader.
func (r *reader) Book(id content.ResourceID) (content.Contents, error) {
	if _, err := r.Node(id); err != nil {
		return content.Contents{}, err
	}
	return content.Contents{
		Title: r.b.Title, Language: r.b.Languages[0], RightToLeft: r.b.RightToLeft, FixedLayout: r.b.Fixed,
		Chapters: len(r.b.Chapters), Entries: append([]content.ContentsEntry(nil), r.b.Contents...),
	}, nil
}

// Chapter implements content.BookReader. A picture in the spine becomes a page that shows it.
func (r *reader) Chapter(id content.ResourceID, n int, link func(path string) string) (content.Chapter, error) {
	if _, err := r.Node(id); err != nil {
		return content.Chapter{}, err
	}
	if n < 0 || n >= len(r.b.Chapters) {
		return content.Chapter{}, fmt.Errorf("epub: %s: chapter %d of %d: %w", r.b.Title, n, len(r.b.Chapters), fs.ErrNotExist)
	}
	c := r.b.Chapters[n]
	if c.Broken != "" {
		return content.Chapter{}, fmt.Errorf("epub: %s: chapter %d: %s: %w", r.b.Title, n+1, c.Broken, fs.ErrInvalid)
	}
	text, err := r.page(c, link)
	if err != nil {
		return content.Chapter{}, fmt.Errorf("epub: %s: chapter %d: %w", r.b.Title, n+1, kinded(err))
	}
	return content.Chapter{Title: c.Title, HTML: text, Bytes: len(text)}, nil
}

// Piece implements content.PieceReader.
func (r *reader) Piece(id content.ResourceID, n int, at content.PiecePlace, link func(path string) string) (content.Chapter, error) {
	if _, err := r.Node(id); err != nil {
		return content.Chapter{}, err
	}
	if n < 0 || n >= len(r.b.Chapters) || !r.long(r.b.Chapters[n]) {
		whole, err := r.Chapter(id, n, link)
		if err == nil && at.Number > 0 && at.Share == 0 && at.Near == "" {
			return content.Chapter{}, fmt.Errorf("epub: %s: chapter %d: piece %d: %w", r.b.Title, n+1, at.Number, fs.ErrNotExist)
		}
		whole.To = 10000
		return whole, err
	}
	c := r.b.Chapters[n]
	raw, err := r.a.ReadFile(c.Path, maxText)
	if err != nil {
		return content.Chapter{}, fmt.Errorf("epub: %s: chapter %d: %w", r.b.Title, n+1, kinded(err))
	}
	source := decode(raw)
	raw = nil
	o := r.options(c, link)
	o.Anchor = func(id string) string { return anchored(n, id, true) }
	out, found := content.Chapter{Title: c.Title}, false
	sanitize.Pieces(source, o, content.PieceBytes, func(p sanitize.Piece) bool {
		from, to := p.From*10000/max(1, len(source)), p.To*10000/max(1, len(source))
		if p.Last {
			to = 10000
		}
		near := at.Near != "" && strings.Contains(p.HTML, ` id="`+html.EscapeString(at.Near)+`"`)
		here := p.Number == at.Number
		if at.Share > 0 {
			here = from <= at.Share && (at.Share < to || p.Last)
		}
		if here && !found || near {
			found = true
			out.HTML, out.Bytes, out.Piece, out.From, out.To = p.HTML, len(p.HTML), p.Number, from, to
		}
		return !near && (!found || at.Near != "")
	})
	if !found {
		return content.Chapter{}, fmt.Errorf("epub: %s: chapter %d: piece %d: %w", r.b.Title, n+1, at.Number, fs.ErrNotExist)
	}
	return out, nil
}

// long says whether a chapter is given in pieces.
func (r *reader) long(c chapter) bool {
	if c.Broken != "" || isPicture(c.Media) {
		return false
	}
	e, err := r.a.Stat(c.Path)
	return err == nil && e.Size > content.PieceBytes
}

func (r *reader) page(c chapter, link func(string) string) (string, error) {
	if isPicture(c.Media) && c.Media != "image/svg+xml" {
		if link == nil {
			link = func(path string) string { return path }
		}
		return `<p><img src="` + html.EscapeString(link(c.Path)) + `" alt="` + html.EscapeString(c.Title) + `"></p>`, nil
	}
	raw, err := r.a.ReadFile(c.Path, maxText)
	if err != nil {
		return "", err
	}
	return sanitize.Fragment(decode(raw), r.options(c, link)), nil
}

func (r *reader) options(c chapter, link func(string) string) sanitize.Options {
	if link == nil {
		link = func(path string) string { return path }
	}
	return sanitize.Options{
		XML:   c.Media != "text/html" && c.Media != "text/x-oeb1-document",
		Link:  func(href string) string { return r.chapterLink(c.Path, href) },
		Image: func(src string) string { return r.fileLink(c.Path, src, link) },
		Media: func(src string) string { return r.fileLink(c.Path, src, link) },
	}
}

// chapterLink turns a link into one between chapters; what is no chapter of the book is not linked.
func (r *reader) chapterLink(at, href string) string {
	name, fragment, ok := resolve(at, href)
	if !ok {
		return ""
	}
	if e, err := r.a.Stat(name); err == nil {
		name = e.Name
	}
	n, ok := r.spine[name]
	if !ok {
		return ""
	}
	return anchored(n, sanitize.ID(fragment), r.long(r.b.Chapters[n]))
}

// anchored is a link to an id of a chapter, "" to its beginning.
func anchored(chapter int, id string, long bool) string {
	to := "?chapter=" + strconv.Itoa(chapter)
	if id == "" {
		return to
	}
	if long {
		to += "&near=" + url.QueryEscape(id)
	}
	return to + "#" + id
}

// fileLink asks link for the address of a file that is there.
func (r *reader) fileLink(at, src string, link func(string) string) string {
	name, _, ok := resolve(at, src)
	if !ok {
		return ""
	}
	e, err := r.a.Stat(name)
	if err != nil {
		return ""
	}
	return link(e.Name)
}
