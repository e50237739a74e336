package imscp

import (
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"

	"lamplight/content/xmltree"
)

// resources reads the list of resources. A path that leads out of the package is an error that names it.
func (m *Manifest) resources(root *xmltree.Node) error {
	list := root.Child("resources")
	if list == nil {
		return fmt.Errorf("it lists no resources: %w", fs.ErrInvalid)
	}
	base, files := join("", root.Attr("base")), 0
	base = join(base, list.Attr("base"))
	all := list.Elements("resource")
	if len(all) > maxResources {
		return fmt.Errorf("more than %d resources: %w", maxResources, fs.ErrInvalid)
	}
	for _, n := range all {
		r, err := readResource(n, join(base, n.Attr("base")))
		if err != nil {
			return fmt.Errorf("resource %.60q: %w", r.Identifier, err)
		}
		if files += len(r.Files); files > maxFiles {
			return fmt.Errorf("more than %d files: %w", maxFiles, fs.ErrInvalid)
		}
		if _, twice := m.byID[r.Identifier]; twice {
			m.warn("resource %.60q is listed twice; the first is used", r.Identifier)
			continue
		}
		m.byID[r.Identifier] = len(m.Resources)
		m.Resources = append(m.Resources, r)
	}
	return nil
}

func readResource(n *xmltree.Node, base string) (Resource, error) {
	r := Resource{Identifier: trim(n.Attr("identifier")), Type: trim(n.Attr("type")), Node: n}
	r.SCO = strings.EqualFold(n.Attr("scormtype"), "sco") || strings.EqualFold(n.Attr("scormType"), "sco")
	if meta := n.Child("metadata"); meta != nil {
		r.Metadata = readMetadata(meta)
	}
	if href := strings.TrimSpace(n.Attr("href")); isAddress(href) {
		r.URL = cut(href, 2000)
	} else if href != "" {
		var err error
		if r.Href, r.Suffix, err = Path(base, href); err != nil {
			return r, err
		}
	}
	for _, f := range n.Elements("file") {
		href := strings.TrimSpace(f.Attr("href"))
		if href == "" || isAddress(href) {
			continue
		}
		p, _, err := Path(base, href)
		if err != nil {
			return r, err
		}
		r.Files = append(r.Files, p)
	}
	for _, d := range n.Elements("dependency") {
		r.Depends = append(r.Depends, trim(d.Attr("identifierref")))
	}
	return r, nil
}

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]+:`)

// isAddress says whether a reference leads to the web and not into the package.
func isAddress(href string) bool { return scheme.MatchString(href) || strings.HasPrefix(href, "//") }

// join adds an xml:base to the one it stands in. One that is an address or absolute counts as the package's root.
func join(base, more string) string {
	more = strings.ReplaceAll(strings.TrimSpace(more), `\`, "/")
	if isAddress(more) {
		return base
	}
	return base + more
}

// Path resolves a reference from base, a folder "a/b/" or a file "a/b.xml" in the package, and splits off query and
// fragment. fs.ErrInvalid, naming it, when it leads out of the package. Whether anything lies there is not asked.
func Path(base, ref string) (p, suffix string, err error) {
	ref = strings.TrimSpace(ref)
	p = strings.ReplaceAll(ref, `\`, "/")
	if i := strings.IndexAny(p, "?#"); i >= 0 {
		p, suffix = p[:i], p[i:]
	}
	if plain, err := url.PathUnescape(p); err == nil {
		p = plain
	}
	if i := strings.LastIndexByte(base, '/'); i >= 0 && !strings.HasPrefix(p, "/") {
		p = base[:i+1] + p
	}
	p = path.Clean(strings.TrimLeft(p, "/"))
	if !fs.ValidPath(p) || strings.ContainsAny(p, "\x00:\\") || len(p) > 1024 {
		return "", "", fmt.Errorf("%.100q leads out of the package: %w", ref, fs.ErrInvalid)
	}
	if p == "." {
		return "", suffix, nil
	}
	return p, suffix, nil
}
