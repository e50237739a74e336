package qti

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/imscp"
	"lamplight/content/xmltree"
)

// A bundle is an opened package, or a lone file.
type bundle struct {
	src      *source
	manifest *imscp.Manifest // nil for a lone file
	groups   []group
	warnings []string
	langs    map[string]int // items by the language they state
	count    int
}

// A group is a test, or the items that no test asks.
type group struct {
	id, title string
	refs      []ref
	test      bool
}

// A ref is an item to be read when it is asked for.
type ref struct {
	id    string        // its own identifier, or its resource's
	res   string        // identifier of the resource that lists it
	path  string        // of the file it lies in
	node  *xmltree.Node // of version 1.2: in a file with others
	leads []leadRef
	gone  error // its file is not there, or is no item
}

// A leadRef is a rubric of a section, shown before its items.
type leadRef struct {
	path string
	node *xmltree.Node
}

// names are what an item may be called by.
func (r ref) names() []string {
	base := path.Base(r.path)
	return []string{r.id, r.res, strings.TrimSuffix(base, path.Ext(base))}
}

const maxDepth = 12 // of sections

// list finds tests and items among the manifest's resources, tests first.
func (p *bundle) list() error {
	asked := map[string]bool{} // files that a test asks
	var loose group
	var missing error
	found := false
	for i := range p.manifest.Resources {
		res := &p.manifest.Resources[i]
		if !p.holdsQuestions(res) {
			continue
		}
		href := entrance(res)
		doc, err := p.src.document(href)
		if err != nil {
			if missing == nil {
				missing = fmt.Errorf("resource %.60q: %w", res.Identifier, err)
			}
			loose.refs = append(loose.refs, ref{id: res.Identifier, res: res.Identifier, path: href, gone: err})
			continue
		}
		found = true
		switch doc.Name {
		case "assessmentItem":
			loose.refs = append(loose.refs, ref{id: identifier(doc.Node, res.Identifier), res: res.Identifier, path: href})
		case "assessmentTest", "assessmentSection":
			if err := p.test(doc.Node, href, asked); err != nil {
				return err
			}
		case "questestinterop":
			p.listV1(doc, href)
		case "assessmentStimulus":
		default:
			p.warn("%s begins with <%.60s>, which is no question", href, doc.Name)
		}
	}
	loose.refs = slices.DeleteFunc(loose.refs, func(r ref) bool { return asked[r.path] })
	if len(loose.refs) > 0 {
		p.groups = append(p.groups, loose)
	}
	if !found && missing != nil {
		return missing
	}
	return p.counted()
}

// holdsQuestions says whether a resource is worth looking into. What says that it is a question is; so is what says nothing
// and is XML; a passage that questions share is read with them.
func (p *bundle) holdsQuestions(res *imscp.Resource) bool {
	href := entrance(res)
	if href == "" {
		return false
	}
	if res.IsQuestions() {
		return true
	}
	return p.manifest.Profile == imscp.QTI && strings.EqualFold(path.Ext(href), ".xml") && (res.Type == "" || strings.Contains(strings.ToLower(res.Type), "qti"))
}

// entrance is the file a resource of questions begins with: where it names none, as Canvas does, the first of its XML files.
func entrance(res *imscp.Resource) string {
	if res.Href != "" {
		return res.Href
	}
	for _, f := range res.Files {
		if strings.EqualFold(path.Ext(f), ".xml") {
			return f
		}
	}
	return ""
}

func (p *bundle) counted() error {
	n := 0
	for _, g := range p.groups {
		n += len(g.refs)
	}
	switch {
	case n == 0:
		return fmt.Errorf("it lists no questions: %w", fs.ErrInvalid)
	case n > maxItems:
		return fmt.Errorf("%d questions are more than %d: %w", n, maxItems, fs.ErrInvalid)
	}
	p.count = n
	return nil
}

func (p *bundle) warn(format string, args ...any) {
	if len(p.warnings) < 200 {
		p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
	}
}

func identifier(n *xmltree.Node, otherwise string) string {
	for _, name := range []string{"identifier", "ident"} {
		if id := cut(trim(n.Attr(name)), 200); id != "" {
			return id
		}
	}
	return otherwise
}

// test reads a test of version 2 or 3: the items its sections ask, in order.
func (p *bundle) test(root *xmltree.Node, file string, asked map[string]bool) error {
	g := group{id: identifier(root, file), title: cut(trim(root.Attr("title")), 300), test: true}
	if err := p.section(root, file, nil, &g, asked, 0); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	p.groups = append(p.groups, g)
	return nil
}

func (p *bundle) section(n *xmltree.Node, file string, leads []leadRef, g *group, asked map[string]bool, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("sections nested more than %d deep: %w", maxDepth, fs.ErrInvalid)
	}
	for _, c := range n.Elements() {
		switch c.Name {
		case "rubricBlock":
			if forLearners(c) && !slices.Contains([]string{"instructions", "navigation", "scoring"}, strings.ToLower(c.Attr("use"))) {
				leads = append(slices.Clone(leads), leadRef{file, c})
			}
		case "testPart", "assessmentSection":
			if err := p.section(c, file, leads, g, asked, depth+1); err != nil {
				return err
			}
		case "assessmentSectionRef":
			if err := p.sectionRef(c, file, leads, g, asked, depth); err != nil {
				return err
			}
		case "assessmentItemRef":
			if err := p.itemRef(c, file, leads, g, asked); err != nil {
				return err
			}
		}
		if len(g.refs) > maxItems {
			return fmt.Errorf("more than %d questions: %w", maxItems, fs.ErrInvalid)
		}
	}
	return nil
}

func (p *bundle) sectionRef(c *xmltree.Node, file string, leads []leadRef, g *group, asked map[string]bool, depth int) error {
	at, err := p.src.resolve(file, c.Attr("href"))
	if err != nil {
		return err
	}
	doc, err := p.src.document(at)
	if err != nil {
		p.warn("section %s: %v", c.Attr("href"), err)
		return nil
	}
	asked[at] = true
	return p.section(doc.Node, at, leads, g, asked, depth+1)
}

func (p *bundle) itemRef(c *xmltree.Node, file string, leads []leadRef, g *group, asked map[string]bool) error {
	at, err := p.src.resolve(file, c.Attr("href"))
	if err != nil {
		return err
	}
	r := ref{id: identifier(c, at), res: identifier(c, at), path: at, leads: leads}
	if p.src.inZip(at) == "" {
		r.gone = fmt.Errorf("%s: %w", at, fs.ErrNotExist)
	}
	for i := range p.manifest.Resources {
		if res := &p.manifest.Resources[i]; entrance(res) == at {
			r.res = res.Identifier
			break
		}
	}
	asked[at] = true
	g.refs = append(g.refs, r)
	return nil
}

// listV1 finds the assessments, banks and loose items of a file of version 1.2.
func (p *bundle) listV1(doc *xmltree.Document, file string) {
	var loose group
	for _, top := range doc.Elements("assessment", "objectbank", "section", "item") {
		if top.Name == "item" {
			loose.refs = append(loose.refs, ref{id: identifier(top, file), path: file, node: top})
			continue
		}
		g := group{id: identifier(top, file), title: cut(trim(top.Attr("title")), 300), test: true}
		for it := range top.All("item") {
			if len(g.refs) <= maxItems {
				g.refs = append(g.refs, ref{id: identifier(it, file), path: file, node: it})
			}
		}
		if len(g.refs) > 0 {
			p.groups = append(p.groups, g)
		}
	}
	if len(loose.refs) > 0 {
		p.groups = append(p.groups, loose)
	}
}

// read makes an item of ours of what ref means, under the id given, or its own.
func (p *bundle) read(r ref, id string) (content.Item, *content.LeftOut) {
	gone := func(err error) (content.Item, *content.LeftOut) {
		return content.Item{}, (&question{id: cmp.Or(id, r.id)}).leftOut(refusal{"assessmentItem", err})
	}
	if r.gone != nil {
		return gone(r.gone)
	}
	if r.node != nil && r.node.Name == "assessmentItem" {
		return readItem(p.src, r.node, r.path, cmp.Or(id, r.id), nil)
	}
	if r.node != nil {
		return readItemV1(p.src, r.node, r.path, cmp.Or(id, r.id))
	}
	doc, err := p.src.document(r.path)
	if err != nil {
		return gone(err)
	}
	switch doc.Name {
	case "assessmentItem":
	case "questestinterop":
		for it := range doc.All("item") {
			return readItemV1(p.src, it, r.path, cmp.Or(id, identifier(it, r.id)))
		}
		fallthrough
	default:
		return gone(fmt.Errorf("%s begins with <%.60s>, which is no question: %w", r.path, doc.Name, fs.ErrInvalid))
	}
	p.langs[doc.Lang()]++
	id = cmp.Or(id, identifier(doc.Node, r.id))
	if it, left, ok := p.perseus(doc.Node, r.path, id); ok {
		return it, left
	}
	var leads []lead
	for _, l := range r.leads {
		pg := &page{src: p.src, file: l.path, m: newMachine(&xmltree.Node{}, p.src.steps())}
		pg.shown = func(string, string) string { return "" }
		leads = append(leads, lead{pg, []*xmltree.Node{l.node}})
	}
	return readItem(p.src, doc.Node, r.path, id, leads)
}
