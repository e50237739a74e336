package pack

import (
	"bytes"
	"compress/gzip"
	"html"
	"io"
	"net/url"
	"strings"
	"sync"

	"lamplight/content"
)

var _ content.Giver = (*reader)(nil)

// loaded says by what pages and questions the files of a course with something for teachers alone are loaded.
type loaded struct {
	once sync.Once
	by   map[string][]content.Grant
}

// Given implements content.Giver. What is stored as a file of a pack is shown somewhere: where nothing is for teachers
// alone, to everybody. Else to those who may see what shows it, and what nothing shows is given to nobody. Questions, and
// what the course was written as, are no files.
func (r *reader) Given(path string) ([]content.Grant, error) {
	if _, ok := r.files[path]; !ok {
		return nil, nil
	}
	if !r.staffed() {
		return []content.Grant{{Use: content.Shown}}, nil
	}
	r.loaded.once.Do(r.findLoaded)
	return r.loaded.by[path], nil
}

// staffed says whether anything of the course is for teachers alone.
func (r *reader) staffed() bool {
	for i := range r.index.Nodes {
		if r.index.Nodes[i].Staff {
			return true
		}
	}
	return false
}

// findLoaded reads every page and exercise once. A page that cannot be read loads nothing.
func (r *reader) findLoaded() {
	r.loaded.by = map[string][]content.Grant{}
	r.load(r.course.Thumbnail, content.Grant{Use: content.Shown})
	for i := range r.index.Nodes {
		n := &r.index.Nodes[i]
		by := content.Grant{Use: content.Shown}
		if n.Staff {
			by.For = n.ID
		}
		r.load(n.Path, by)
		r.load(n.Thumbnail, by)
		for _, c := range n.Captions {
			r.load(c.Path, by)
		}
		switch n.Kind {
		case content.Page:
			r.loadAll(r.pageHTML(n.ID), by)
		case content.Practice:
			x, err := r.exercise(n)
			if err != nil {
				continue
			}
			for _, it := range x.Items {
				r.load(it.Sound, by)
				eachText(&it, func(s *string) { r.loadAll(*s, by) })
			}
		}
	}
}

// load notes that a file is loaded. One that everybody may have needs no further reason.
func (r *reader) load(path string, by content.Grant) {
	if _, ok := r.files[path]; !ok {
		return
	}
	all := r.loaded.by[path]
	switch {
	case by.For == "":
		r.loaded.by[path] = []content.Grant{by}
	case len(all) > 0 && (all[0].For == "" || all[len(all)-1] == by), len(all) >= content.MaxGrants:
	default:
		r.loaded.by[path] = append(all, by)
	}
}

// loadAll notes every file whose address stands in a text.
func (r *reader) loadAll(text string, by content.Grant) {
	start := fileURL(r.course.ID, "")
	for {
		_, after, ok := strings.Cut(text, start)
		if !ok {
			return
		}
		end := strings.IndexAny(after, "\"' \t\n)<>#")
		if end < 0 {
			end = len(after)
		}
		if p, err := url.PathUnescape(html.UnescapeString(after[:end])); err == nil {
			r.load(p, by)
		}
		text = after[end:]
	}
}

// pageHTML is a page's article, "" when it cannot be read.
func (r *reader) pageHTML(id content.ResourceID) string {
	page, err := r.ReadyPage(id)
	if err != nil {
		return ""
	}
	z, err := gzip.NewReader(bytes.NewReader(page.Gzip))
	if err != nil {
		return ""
	}
	text, err := io.ReadAll(io.LimitReader(z, maxArticle))
	if err != nil {
		return ""
	}
	return string(text)
}
