package qti

import (
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"lamplight/content"
	"lamplight/content/xmltree"
)

// lone reads a file of XML that holds an item, or what version 1.2 keeps in one file. Pictures beside it are not looked for: a
// file is what was given.
func lone(r io.Reader, name string) (*bundle, error) {
	b, err := io.ReadAll(io.LimitReader(r, xmltree.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	doc, err := xmltree.Parse(b)
	if err != nil {
		return nil, err
	}
	canonical(doc.Node)
	p := &bundle{src: &source{used: map[string]bool{}}, langs: map[string]int{}}
	base := filepath.Base(name)
	switch doc.Name {
	case "assessmentItem":
		p.groups = []group{{title: trim(doc.Attr("title")), refs: []ref{{id: identifier(doc.Node, base), path: base, node: doc.Node}}}}
		p.langs[doc.Lang()]++
	case "questestinterop":
		p.listV1(doc, base)
	case "assessmentTest", "assessmentSection", "assessmentStimulus", "manifest":
		return nil, fmt.Errorf("it is a <%s>, whose questions lie in other files: the whole package is needed: %w", doc.Name, fs.ErrInvalid)
	default:
		return nil, fmt.Errorf("it begins with <%.60s>, which is no question: %w", doc.Name, fs.ErrInvalid)
	}
	return p, p.counted()
}

func loneExercise(r io.Reader, name string) (content.Exercise, error) {
	p, err := lone(r, name)
	if err != nil {
		return content.Exercise{}, err
	}
	var x content.Exercise
	for _, g := range p.groups {
		for _, r := range g.refs {
			p.ask(&x, r, "")
		}
	}
	return x, nil
}
