package opds

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"strings"

	"lamplight/content/xmltree"
)

// Searches says whether the catalogue can be searched.
func (f *Feed) Searches() bool { return f.search.href != "" && IsAddress(f.At) }

// Search gives the address of what the catalogue finds for some words. One that describes its search in a document of its
// own (OpenSearch) is asked for that first.
func (f *Feed) Search(ctx context.Context, words string) (at string, err error) {
	if !f.Searches() {
		return "", fmt.Errorf("opds: %s cannot be searched: %w", f.Title, fs.ErrNotExist)
	}
	template := f.search.href
	if strings.Contains(f.search.kind, "opensearchdescription") {
		if template, err = f.template(ctx); err != nil {
			return "", fmt.Errorf("opds: searching %s: %w", f.Title, err)
		}
	}
	at, elsewhere := f.resolve(expand(template, plain(words, maxTitle)))
	if at == "" {
		return "", fmt.Errorf("opds: %s is searched at %q, which is not asked: %w", f.Title, elsewhere, fs.ErrInvalid)
	}
	return at, nil
}

// template reads the document that describes the search: the first that answers with a catalogue.
func (f *Feed) template(ctx context.Context) (string, error) {
	at, _ := f.resolve(f.search.href)
	if at == "" {
		return "", fmt.Errorf("its search is described on another host: %w", fs.ErrInvalid)
	}
	b, err := read(ctx, at)
	if err != nil {
		return "", err
	}
	doc, err := xmltree.Parse(b)
	if err != nil {
		return "", err
	}
	for n := range doc.All("Url") {
		if kind := n.Attr("type"); strings.Contains(kind, "atom") || strings.Contains(kind, "opds") {
			return n.Attr("template"), nil
		}
	}
	return "", fmt.Errorf("its search is described without an address: %w", fs.ErrInvalid)
}

var hole = regexp.MustCompile(`\{([?&]?)([^{}]*)\}`)

// expand fills a template: {searchTerms} of OpenSearch, {?query,title} of RFC 6570. What else it asks for stays empty.
func expand(template, words string) string {
	template = strings.NewReplacer("%7B", "{", "%7b", "{", "%7D", "}", "%7d", "}").Replace(template)
	return hole.ReplaceAllStringFunc(template, func(m string) string {
		parts := hole.FindStringSubmatch(m)
		for name := range strings.SplitSeq(parts[2], ",") {
			switch name = strings.TrimSuffix(name, "?"); name {
			case "searchTerms":
				return url.QueryEscape(words)
			case "query", "q", "search":
				if parts[1] != "" {
					return parts[1] + name + "=" + url.QueryEscape(words)
				}
				return url.QueryEscape(words)
			}
		}
		return ""
	})
}
