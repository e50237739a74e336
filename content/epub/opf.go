package epub

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"lamplight/content"
)

var errProtected = fmt.Errorf("protected (DRM): it cannot be opened without its seller's key: %w", errors.ErrUnsupported)

// An item is one line of the manifest (OPF 3.4.4).
type item struct{ id, href, media, properties, fallback string }

// An opf is the package document as far as it is used.
type opf struct {
	version     string
	uniqueID    string            // id of the dc:identifier that counts
	ids         map[string]string // identifiers by their id, "" for the first
	titles      []refined
	kinds       map[string]string // title-type by the id it refines
	languages   []string
	creators    []string
	rights      []string
	publisher   string
	source      string
	description string
	modified    string
	coverID     string // EPUB 2: meta name="cover"
	fixed       bool
	rtl         bool
	toc         string // id of the NCX
	items       []item
	spine       []string // idrefs
}

type refined struct{ id, text string }

// Limits of a package document.
const (
	maxItems = maxEntries
	maxSpine = 10_000
)

func readOPF(doc []byte) (*opf, error) {
	o := &opf{ids: map[string]string{}, kinds: map[string]string{}}
	if err := walk(doc, o.start, o.end); err != nil {
		return nil, err
	}
	if len(o.items) > maxItems || len(o.spine) > maxSpine {
		return nil, fmt.Errorf("%d manifest items and %d spine items, at most %d and %d: %w", len(o.items), len(o.spine), maxItems, maxSpine, fs.ErrInvalid)
	}
	return o, nil
}

func (o *opf) start(e elem) {
	switch e.name {
	case "package":
		o.version, o.uniqueID = e.attr("version"), e.attr("unique-identifier")
	case "item":
		o.items = append(o.items, item{e.attr("id"), e.attr("href"), strings.ToLower(e.attr("media-type")), e.attr("properties"), e.attr("fallback")})
	case "spine":
		o.toc, o.rtl = e.attr("toc"), e.attr("page-progression-direction") == "rtl"
	case "itemref":
		o.spine = append(o.spine, e.attr("idref"))
	case "link":
		if rel := e.attr("rel"); (rel == "cc:license" || rel == "license" || rel == "dcterms:license") && e.attr("refines") == "" {
			o.rights = append([]string{e.attr("href")}, o.rights...)
		}
	}
}

func (o *opf) end(e elem, text string) {
	switch e.name {
	case "identifier":
		if _, ok := o.ids[""]; !ok {
			o.ids[""] = text
		}
		if id := e.attr("id"); o.ids[id] == "" {
			o.ids[id] = text
		}
	case "title":
		o.titles = append(o.titles, refined{e.attr("id"), text})
	case "language":
		o.languages = append(o.languages, text)
	case "creator":
		if text != "" && len(o.creators) < 20 {
			o.creators = append(o.creators, cutText(text, 200))
		}
	case "rights":
		o.rights = append(o.rights, text)
	case "publisher":
		o.publisher = cutText(text, 200)
	case "source":
		o.source = cutText(text, 500)
	case "description":
		o.description = cutText(text, 4000)
	case "meta":
		o.meta(e, text)
	}
}

// meta reads EPUB 3 properties and the EPUB 2 names that outlived it.
func (o *opf) meta(e elem, text string) {
	refines := strings.TrimPrefix(e.attr("refines"), "#")
	switch property := e.attr("property"); {
	case property == "title-type":
		o.kinds[refines] = text
	case property == "dcterms:modified" && refines == "":
		o.modified = cutText(text, 64)
	case property == "rendition:layout" && refines == "":
		o.fixed = text == "pre-paginated"
	case (property == "dcterms:license" || property == "cc:license" || property == "dcterms:rights") && refines == "":
		o.rights = append(o.rights, text)
	}
	switch e.attr("name") {
	case "cover":
		o.coverID = e.attr("content")
	case "fixed-layout":
		o.fixed = o.fixed || e.attr("content") == "true"
	}
}

func (o *opf) identifier() string {
	if id := o.ids[o.uniqueID]; id != "" {
		return cutText(id, 1000)
	}
	return cutText(o.ids[""], 1000)
}

// title is the one refined as main, else the first that is not empty.
func (o *opf) title() string {
	for _, t := range o.titles {
		if o.kinds[t.id] == "main" && t.id != "" && t.text != "" {
			return cutText(t.text, 500)
		}
	}
	for _, t := range o.titles {
		if t.text != "" {
			return cutText(t.text, 500)
		}
	}
	return ""
}

// languageTags are the stated languages as BCP 47 writes them ("zh_cn" → "zh-CN"), "und" when none can be read.
func (o *opf) languageTags() []string {
	var tags []string
	for _, l := range o.languages {
		if t, err := language.Raw.Parse(strings.TrimSpace(l)); err == nil && !slices.Contains(tags, t.String()) && len(tags) < 20 {
			tags = append(tags, t.String())
		}
	}
	if tags == nil {
		return []string{"und"}
	}
	return tags
}

func (o *opf) licence() string {
	for _, r := range o.rights {
		if id := content.LicenceOf(r); id != "" {
			return id
		}
	}
	return ""
}

func (o *opf) byID(id string) (item, bool) {
	i := slices.IndexFunc(o.items, func(i item) bool { return i.id == id })
	if i < 0 || id == "" {
		return item{}, false
	}
	return o.items[i], true
}

func (i item) has(property string) bool {
	return slices.Contains(strings.Fields(i.properties), property)
}

// resolve makes a path inside the archive of a reference found in the document at base, and its fragment.
// ok is false for what leads out of the archive or to another place.
func resolve(base, href string) (name, fragment string, ok bool) {
	href, fragment, _ = strings.Cut(strings.TrimSpace(href), "#")
	href, _, _ = strings.Cut(href, "?")
	if f, err := url.PathUnescape(fragment); err == nil {
		fragment = f
	}
	if strings.HasPrefix(href, "//") || strings.Contains(href, `\`) {
		return "", "", false
	}
	if i := strings.IndexAny(href, ":/"); i >= 0 && href[i] == ':' {
		return "", "", false
	}
	if plain, err := url.PathUnescape(href); err == nil {
		href = plain
	}
	if href == "" {
		return base, fragment, true
	}
	if strings.HasPrefix(href, "/") { // from the root of the container (OCF 4.2.5)
		name = path.Clean(href[1:])
	} else {
		name = path.Join(path.Dir(base), href)
	}
	if strings.HasPrefix(name, "..") || !fs.ValidPath(name) {
		return "", "", false
	}
	return name, fragment, true
}
