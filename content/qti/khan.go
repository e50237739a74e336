package qti

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"

	"lamplight/content"
	"lamplight/content/imscp"
	"lamplight/content/perseus"
	"lamplight/content/xmltree"
)

// perseus reads the item of Khan Academy's that Kolibri puts behind a custom interaction: its JSON lies in the package.
func (p *bundle) perseus(root *xmltree.Node, file, id string) (content.Item, *content.LeftOut, bool) {
	for n := range root.All("customInteraction") {
		ref := n.Attr("data-perseus-path")
		if n.Attr("data-type") != "perseus" && ref == "" {
			return content.Item{}, nil, false
		}
		it, left, err := p.perseusItem(file, ref, id)
		if err != nil {
			left = (&question{id: id}).leftOut(refusal{"perseus", err})
		}
		return it, left, true
	}
	return content.Item{}, nil, false
}

func (p *bundle) perseusItem(file, ref, id string) (content.Item, *content.LeftOut, error) {
	at, _, err := imscp.Path("", ref)
	if err == nil && p.src.inZip(at) == "" {
		at, err = p.src.resolve(file, ref)
	}
	if err != nil {
		return content.Item{}, nil, err
	}
	name := p.src.inZip(at)
	if name == "" || p.src.left < 0 {
		return content.Item{}, nil, fmt.Errorf("%s: %w", at, fs.ErrNotExist)
	}
	b, err := p.src.zip.ReadFile(name, maxXML)
	if err != nil {
		return content.Item{}, nil, err
	}
	p.src.left -= int64(len(b))
	if !json.Valid(b) {
		return content.Item{}, nil, fmt.Errorf("%s is no JSON: %w", at, fs.ErrInvalid)
	}
	return perseus.Item(id, b, func(inner string) string {
		for _, candidate := range []string{path.Join(path.Dir(at), inner), inner} {
			if found := p.src.inZip(path.Clean(candidate)); found != "" {
				return p.src.take(found)
			}
		}
		return ""
	})
}
