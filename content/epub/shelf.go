package epub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/zips"
)

// A shelf is a book while it is being read by Plan.
type shelf struct {
	a        *zips.Zip
	o        *opf
	at       string // path of the package document
	warnings []string
	paths    map[string]int // spine index by path
}

const maxWarnings = 100

func (s *shelf) warn(format string, args ...any) {
	if len(s.warnings) < maxWarnings {
		s.warnings = append(s.warnings, fmt.Sprintf(format, args...))
	}
}

func (s *shelf) book(ctx context.Context) (*book, error) {
	o := s.o
	b := &book{
		Form: bookVersion, Version: o.version, Identifier: o.identifier(), Title: o.title(), Languages: o.languageTags(),
		Authors: o.creators, Owner: o.publisher, Source: o.source, Description: o.description, Licence: o.licence(),
		Modified: o.modified, RightToLeft: o.rtl, Fixed: o.fixed, Items: len(o.items), Media: map[string]string{},
	}
	if len(o.spine) == 0 {
		return nil, fmt.Errorf("%s: the spine is empty, there is nothing to read: %w", s.at, fs.ErrInvalid)
	}
	damaged, err := s.verify(ctx)
	if err != nil {
		return nil, err
	}
	s.chapters(b, damaged)
	if err := s.readable(b); err != nil {
		return nil, err
	}
	s.contents(b)
	if b.Title == "" {
		b.Title = s.untitled(b)
	}
	s.cover(b, damaged)
	s.media(b)
	for e := range s.a.Entries() {
		if damaged[e.Name] == nil {
			b.Entries = append(b.Entries, e)
		}
	}
	return b, nil
}

// verify unpacks every entry once without keeping it and says which are damaged, protected or too large.
func (s *shelf) verify(ctx context.Context) (map[string]error, error) {
	damaged, err := s.a.Verify(ctx, maxInflated, maxTotal)
	for _, name := range slices.Sorted(maps.Keys(damaged)) {
		s.warn("%v", damaged[name])
	}
	return damaged, err
}

// chapters lists the spine; what cannot be read stays in its place, broken.
func (s *shelf) chapters(b *book, damaged map[string]error) {
	s.paths = map[string]int{}
	byID := map[string]item{}
	for _, i := range s.o.items {
		if _, twice := byID[i.id]; !twice {
			byID[i.id] = i
		}
	}
	for n, id := range s.o.spine {
		c := s.chapter(byID, id, damaged)
		if c.Broken != "" {
			s.warn("chapter %d: %s", n+1, c.Broken)
		} else if _, twice := s.paths[c.Path]; !twice {
			s.paths[c.Path] = n
		}
		b.Chapters = append(b.Chapters, c)
	}
}

func (s *shelf) chapter(byID map[string]item, id string, damaged map[string]error) chapter {
	i, ok := byID[id]
	if !ok {
		return chapter{Broken: fmt.Sprintf("the manifest has no item %q", cutText(id, 80))}
	}
	for range 8 { // a fallback is followed to something we read (EPUB 3.3, 3.5)
		if readableType(i.media) {
			break
		}
		next, ok := byID[i.fallback]
		if !ok {
			break
		}
		i = next
	}
	name, _, ok := resolve(s.at, i.href)
	if !ok {
		return chapter{Broken: fmt.Sprintf("%q leads out of the book", cutText(i.href, 80))}
	}
	e, err := s.a.Stat(name)
	c := chapter{Path: e.Name, Media: i.media}
	switch {
	case err != nil:
		c.Path, c.Broken = name, fmt.Sprintf("%s is missing", name)
	case damaged[e.Name] != nil:
		c.Broken = damaged[e.Name].Error()
	case !readableType(i.media):
		c.Broken = fmt.Sprintf("%s is of the type %q, which is not read", name, cutText(i.media, 60))
	default:
		text, err := s.a.ReadFile(name, maxText)
		if err != nil {
			c.Broken = err.Error()
			break
		}
		c.Title = titleOf(text)
	}
	return c
}

func readableType(media string) bool {
	switch media {
	case "application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/x-dtbook+xml", "application/xml", "text/xml":
		return true
	}
	return isPicture(media)
}

func isPicture(media string) bool {
	switch media {
	case "image/svg+xml", "image/jpeg", "image/jpg", "image/png", "image/gif", "image/webp":
		return true
	}
	return false
}

// readable refuses a book of which no chapter can be read, with the first reason.
func (s *shelf) readable(b *book) error {
	for _, c := range b.Chapters {
		if c.Broken == "" {
			return nil
		}
	}
	kind := fs.ErrInvalid
	if strings.HasSuffix(b.Chapters[0].Broken, "is missing") {
		kind = fs.ErrNotExist
	}
	if strings.Contains(b.Chapters[0].Broken, "protected") {
		kind = errors.ErrUnsupported
	}
	return fmt.Errorf("none of %d chapters can be read: %s: %w", len(b.Chapters), b.Chapters[0].Broken, kind)
}

// titleOf finds <title> in the first 64 KiB of a page.
func titleOf(doc []byte) string {
	s := decode(doc[:min(len(doc), 64<<10)])
	i := strings.Index(s, "<title")
	if i < 0 {
		return ""
	}
	s = s[i:]
	from := strings.IndexByte(s, '>')
	to := strings.Index(s, "</title")
	if from < 0 || to < from {
		return ""
	}
	return cutText(clean(unescape(s[from+1:to])), 300)
}

// untitled names a book that does not: after its first chapter that has a title.
func (s *shelf) untitled(b *book) string {
	for _, c := range b.Chapters {
		if c.Title != "" {
			return c.Title
		}
	}
	if b.Identifier != "" {
		return b.Identifier
	}
	return path.Base(s.at)
}

// cover finds the cover: property, EPUB 2's meta, a picture named so.
func (s *shelf) cover(b *book, damaged map[string]error) {
	i := slices.IndexFunc(s.o.items, func(i item) bool { return i.has("cover-image") })
	if i < 0 && s.o.coverID != "" {
		i = slices.IndexFunc(s.o.items, func(i item) bool { return i.id == s.o.coverID || i.href == s.o.coverID })
	}
	if i < 0 || !isPicture(s.o.items[i].media) {
		i = slices.IndexFunc(s.o.items, func(i item) bool {
			return isPicture(i.media) && strings.Contains(strings.ToLower(path.Base(i.href)+i.id), "cover")
		})
	}
	if i < 0 {
		return
	}
	if name, _, ok := resolve(s.at, s.o.items[i].href); ok {
		if e, err := s.a.Stat(name); err == nil && damaged[e.Name] == nil && isPicture(s.o.items[i].media) {
			b.Cover = e.Name
		}
	}
}

// media notes declared types the file name does not tell.
func (s *shelf) media(b *book) {
	for _, i := range s.o.items {
		if name, _, ok := resolve(s.at, i.href); ok && i.media != "" && mimeOf(name, nil) != i.media {
			if e, err := s.a.Stat(name); err == nil && len(i.media) < 100 {
				b.Media[e.Name] = i.media
			}
		}
	}
}

// contents reads the navigation document, else the NCX, else lists the chapters.
func (s *shelf) contents(b *book) {
	if i := slices.IndexFunc(s.o.items, func(i item) bool { return i.has("nav") }); i >= 0 {
		if b.Contents = s.toc(s.o.items[i].href, s.readNav); b.Contents != nil {
			b.ContentsOf = "nav"
		}
	}
	if b.Contents == nil {
		ncx, ok := s.o.byID(s.o.toc)
		if !ok {
			if i := slices.IndexFunc(s.o.items, func(i item) bool { return i.media == "application/x-dtbncx+xml" }); i >= 0 {
				ncx = s.o.items[i]
			}
		}
		if b.Contents = s.toc(ncx.href, s.readNCX); b.Contents != nil {
			b.ContentsOf = "ncx"
		}
	}
	nameChapters(b)
	if b.Contents == nil {
		for n, c := range b.Chapters {
			b.Contents = append(b.Contents, content.ContentsEntry{Title: c.Title, Chapter: n})
		}
	}
}

// nameChapters takes a chapter's title from the contents, else from its page, else its number.
func nameChapters(b *book) {
	named := map[int]bool{}
	for _, e := range b.Contents {
		if !named[e.Chapter] && e.Title != "" {
			named[e.Chapter] = true
			b.Chapters[e.Chapter].Title = e.Title
		}
	}
	for n := range b.Chapters {
		if b.Chapters[n].Title == "" {
			b.Chapters[n].Title = fmt.Sprint(n + 1)
		}
	}
}

func (s *shelf) toc(href string, read func(doc []byte, at string) []content.ContentsEntry) []content.ContentsEntry {
	name, _, ok := resolve(s.at, href)
	if !ok || href == "" {
		return nil
	}
	doc, err := s.a.ReadFile(name, maxText)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.warn("the contents %s are missing", name)
		return nil
	case err != nil:
		s.warn("the contents: %v", err)
		return nil
	}
	if e, err := s.a.Stat(name); err == nil {
		name = e.Name
	}
	return read(bytes.TrimSpace(doc), name)
}
