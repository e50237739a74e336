package kolibri

import (
	"errors"
	"path"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/charset"
	"lamplight/content/media"
	"lamplight/content/pack"
	"lamplight/content/sanitize"
	"lamplight/content/zips"
)

const (
	maxPage  = 2 << 20 // bytes of a page that is read for its words
	maxPages = 500     // of one app
)

// Text implements content.TextReader: captions, documents, books, the pages of apps, questions, what is written under
// slides.
func (r *reader) Text(id content.ResourceID, yield func(content.Passage) bool) error {
	n, err := r.Node(id)
	if err != nil || n.Broken != "" {
		return err
	}
	switch n.Kind {
	case content.Book:
		return r.bookText(n, yield)
	case content.App:
		return r.appText(n, yield)
	case content.Practice:
		x, err := r.Exercise(id)
		pack.ItemText(x.Items, yield)
		return err
	case content.Slideshow:
		slides, err := r.Slides(id)
		for i, s := range slides {
			if text := strings.TrimSpace(s.Caption + "\n" + s.Alt); text != "" && !yield(content.Passage{Place: "?slide=" + strconv.Itoa(i+1), Text: text}) {
				break
			}
		}
		return err
	}
	return media.NodeText(r, n, yield)
}

func (r *reader) bookText(n content.Node, yield func(content.Passage) bool) error {
	b, err := r.book(n.Path)
	if err != nil {
		return r.fail(err)
	}
	t, ok := b.(content.TextReader)
	all, _, err := b.Children("", 0, 1)
	if !ok || err != nil || len(all) == 0 {
		return err
	}
	return t.Text(all[0].ID, yield)
}

// appText yields the words of an app's pages, the one it begins with first. What its scripts write is not known.
func (r *reader) appText(n content.Node, yield func(content.Passage) bool) error {
	stored, front, _ := strings.Cut(n.Path, "/")
	z, release, err := r.packages.hold(stored, r.files)
	if err != nil {
		return r.fail(err)
	}
	defer release()
	pages := []string{front}
	for name := range z.Names() {
		if ext := strings.ToLower(path.Ext(name)); (ext == ".html" || ext == ".htm" || ext == ".xhtml") && name != front && len(pages) < maxPages {
			pages = append(pages, name)
		}
	}
	var errs []error
	for _, p := range pages {
		more, err := pageText(z.Zip, p, n.Language, yield)
		if errs = append(errs, err); !more {
			break
		}
	}
	if err := errors.Join(errs...); err != nil {
		return r.fail(err)
	}
	return nil
}

func pageText(z *zips.Zip, name, language string, yield func(content.Passage) bool) (more bool, err error) {
	raw, err := z.ReadFile(name, maxPage)
	if err != nil {
		return true, err
	}
	more = true
	sanitize.Sections(charset.Decode(raw), strings.EqualFold(path.Ext(name), ".xhtml"), func(s sanitize.Section) bool {
		more = yield(content.Passage{Title: s.Title, Language: language, Text: s.Text})
		return more
	})
	return more, nil
}
