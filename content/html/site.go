package html

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
)

// siteVersion is the form of the index; another one is not read.
const siteVersion = 1

// A site is all that reading needs to know, found out once by Plan and kept as the course's index.
type site struct {
	Form        int      `cbor:"1,keyasint"`
	Zip         bool     `cbor:"2,keyasint,omitempty"` // a zip, else a folder
	Root        string   `cbor:"3,keyasint,omitempty"` // "" or "FOLDER/"
	Front       string   `cbor:"4,keyasint"`           // the page it begins with
	Pages       []page   `cbor:"5,keyasint"`           // resources in order: one, or those of a set of pages
	More        []string `cbor:"6,keyasint,omitempty"` // further pages of a course of one resource, for their words
	Names       []string `cbor:"7,keyasint,omitempty"` // of a folder: all files
	title       string
	description string
	languages   []string
	licence     content.Licence
	picture     string
}

// A page is one resource.
type page struct {
	Path        string `cbor:"1,keyasint"`
	Title       string `cbor:"2,keyasint"`
	Description string `cbor:"3,keyasint,omitempty"`
	Language    string `cbor:"4,keyasint,omitempty"`
}

// Limits of a set of pages.
const (
	maxPages = 2000
	maxMore  = 500
	// aSet is how many pages the first must link to before they are taken for a set.
	aSet = 3
)

// read reads the front and decides what the resources are. A package is a set of pages when it begins with no index and has
// several pages in one folder, or when its index links to at least aSet pages and is none of those that run in scripts:
// then each is a resource, in the order of the links. Any other is one app.
func (b *site) read(src source, pages []string, name string) error {
	raw, err := src.Read(b.Front, maxPage)
	if err != nil {
		return err
	}
	front := readHead(raw, b.Front)
	order, texts := []string{b.Front}, map[string]string{}
	switch linked := inPackage(src, front.links, b.Front, texts); {
	case !isIndex(b.Front) && len(beside(pages, b.Front)) > 1:
		order = beside(pages, b.Front)
	case len(linked) >= aSet && (front.scripts == 0 || 2*len(linked) >= len(pages)-1):
		order = append(order, linked...)
	}
	order = order[:min(len(order), maxPages)]
	counts := map[string]int{}
	for _, at := range order {
		h := front
		if at != b.Front {
			if raw, err = src.Read(at, maxPage); err != nil {
				continue // told of by Verify, or taken away meanwhile
			}
			h = readHead(raw, at)
		}
		p := page{Path: at, Title: cmp.Or(texts[at], h.shown(), nameTitle(at)), Description: h.description, Language: h.spoken()}
		if at == b.Front {
			p.Title = cmp.Or(h.shown(), nameTitle(name))
		}
		counts[p.Language]++
		b.Pages = append(b.Pages, p)
	}
	if len(b.Pages) == 1 {
		b.More = slices.DeleteFunc(pages, func(p string) bool { return p == b.Front })
		b.More = b.More[:min(len(b.More), maxMore)]
	}
	b.describe(src, front, counts, name)
	return nil
}

func isIndex(name string) bool { return slices.Contains(fronts, strings.ToLower(path.Base(name))) }

// beside are the pages in one folder with at.
func beside(pages []string, at string) (found []string) {
	for _, p := range pages {
		if path.Dir(p) == path.Dir(at) {
			found = append(found, p)
		}
	}
	return found
}

// inPackage lists the pages that links lead to, each once, and what the links call them.
func inPackage(src source, links []link, front string, texts map[string]string) (found []string) {
	for _, l := range links {
		name, ok := src.Has(l.to)
		if !ok || name == front {
			continue
		}
		if !slices.Contains(found, name) {
			found = append(found, name)
		}
		if texts[name] == "" {
			texts[name] = l.text
		}
	}
	return found
}

// describe says what the course as a whole is, by its front.
func (b *site) describe(src source, front *head, counts map[string]int, name string) {
	b.title = cmp.Or(front.shown(), nameTitle(name))
	if len(b.Pages) > 1 && !isIndex(b.Front) {
		b.title = nameTitle(name) // the front is one of many
	}
	b.description = front.description
	delete(counts, "")
	for l := range counts {
		b.languages = append(b.languages, l)
	}
	arrange.By(b.languages, func(x, y string) int { return cmp.Or(counts[y]-counts[x], strings.Compare(x, y)) })
	if len(b.languages) == 0 {
		b.languages = []string{cmp.Or(nameLanguage(name), nameLanguage(path.Base(b.Front)), "und")}
	}
	b.licence = content.Licence{ID: front.licence, Author: front.author, Owner: front.owner}
	if u, err := url.Parse(front.source); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		b.licence.Source = plain(u.String(), 300)
	}
	b.picture = findPicture(src, b.Root, front.pictures)
}

// spoken is the page's language: as stated, as its address's name ends in ("…_sw.html"), else as its words look.
func (h *head) spoken() string {
	base := path.Base(h.source)
	return cmp.Or(h.language, nameLanguage(base), guessLanguage(h.words))
}

// finish makes the plan's course.
func (b *site) finish(p *content.Plan, hash string, o content.ImportOptions) error {
	c := content.Course{
		ID: content.NewCourseID("html", hash), Edition: hash[:32], Format: "html", Title: b.title, Description: b.description,
		Languages: b.languages, Licence: b.licence, Resources: len(b.Pages), Thumbnail: b.picture,
	}
	if c.Licence.ID == "" {
		c.Licence.ID = o.Licence
	}
	if c.Licence.Owner == "" {
		c.Licence.Owner = o.Owner
	}
	for _, f := range p.Files {
		c.Bytes += f.Size
	}
	p.Course = c
	var err error
	p.Index, err = b.encode()
	return err
}

// encode makes the index: deflated CBOR, always the same for the same package.
func (b *site) encode() ([]byte, error) {
	index, err := content.PackIndex(b)
	if err != nil {
		return nil, err
	}
	if len(index) > content.MaxIndex {
		return nil, fmt.Errorf("the names of its %d files are too long to be kept: %w", len(b.Names), fs.ErrInvalid)
	}
	return index, nil
}

func decodeSite(index []byte) (*site, error) {
	b := &site{}
	if err := content.UnpackIndex(index, b); err != nil {
		return nil, fmt.Errorf("index: %v: %w", err, fs.ErrInvalid)
	}
	if b.Form != siteVersion {
		return nil, fmt.Errorf("index of form %d: %w", b.Form, errors.ErrUnsupported)
	}
	return b, nil
}

func unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}
