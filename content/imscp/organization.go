package imscp

import (
	"fmt"
	"io/fs"
	"strings"

	"lamplight/content/xmltree"
)

// organizations reads them with the default one first.
func (m *Manifest) organizations(root *xmltree.Node) error {
	all := root.Child("organizations")
	if all == nil {
		return nil
	}
	first, left := trim(all.Attr("default")), maxItems
	for _, n := range all.Elements("organization") {
		o := Organization{Identifier: trim(n.Attr("identifier")), Title: childText(n, "title"), Node: n}
		if meta := n.Child("metadata"); meta != nil {
			o.Metadata = readMetadata(meta)
		}
		var err error
		if o.Items, err = m.items(n, 1, &left); err != nil {
			return fmt.Errorf("organization %.60q: %w", o.Identifier, err)
		}
		if o.Identifier == first && first != "" {
			m.Organizations = append([]Organization{o}, m.Organizations...)
		} else {
			m.Organizations = append(m.Organizations, o)
		}
	}
	return nil
}

func (m *Manifest) items(parent *xmltree.Node, depth int, left *int) ([]Item, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("items nested more than %d deep: %w", maxDepth, fs.ErrInvalid)
	}
	var out []Item
	for _, n := range parent.Elements("item") {
		if *left--; *left < 0 {
			return nil, fmt.Errorf("more than %d items: %w", maxItems, fs.ErrInvalid)
		}
		it := Item{
			Identifier: trim(n.Attr("identifier")), Ref: trim(n.Attr("identifierref")), Title: childText(n, "title"),
			Parameters: strings.TrimSpace(n.Attr("parameters")), Hidden: strings.EqualFold(trim(n.Attr("isvisible")), "false"), Node: n,
		}
		if meta := n.Child("metadata"); meta != nil {
			it.Metadata = readMetadata(meta)
		}
		if _, ok := m.byID[it.Ref]; it.Ref != "" && !ok {
			m.warn("item %.60q refers to the resource %.60q, which is not listed", it.Identifier, it.Ref)
			it.Ref = ""
		}
		var err error
		if it.Items, err = m.items(n, depth+1, left); err != nil {
			return nil, err
		}
		out = append(out, it)
	}
	return out, nil
}

// Walk calls yield with every item of the organization in order, with its depth from 0, until it answers false.
func (o *Organization) Walk(yield func(it *Item, depth int) bool) { walk(o.Items, 0, yield) }

func walk(items []Item, depth int, yield func(*Item, int) bool) bool {
	for i := range items {
		if !yield(&items[i], depth) || !walk(items[i].Items, depth+1, yield) {
			return false
		}
	}
	return true
}
