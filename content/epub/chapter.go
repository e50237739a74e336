package epub

import (
	"fmt"
	"html"
	"io/fs"
	"strconv"

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

func (r *reader) page(c chapter, link func(string) string) (string, error) {
	if link == nil {
		link = func(path string) string { return path }
	}
	if isPicture(c.Media) && c.Media != "image/svg+xml" {
		return `<p><img src="` + html.EscapeString(link(c.Path)) + `" alt="` + html.EscapeString(c.Title) + `"></p>`, nil
	}
	raw, err := r.a.ReadFile(c.Path, maxText)
	if err != nil {
		return "", err
	}
	return sanitize.Fragment(decode(raw), sanitize.Options{
		XML:   c.Media != "text/html" && c.Media != "text/x-oeb1-document",
		Link:  func(href string) string { return r.chapterLink(c.Path, href) },
		Image: func(src string) string { return r.fileLink(c.Path, src, link) },
		Media: func(src string) string { return r.fileLink(c.Path, src, link) },
	}), nil
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
	to := "?chapter=" + strconv.Itoa(n)
	if id := sanitize.ID(fragment); id != "" {
		to += "#" + id
	}
	return to
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
