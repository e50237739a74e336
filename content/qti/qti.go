// Package qti reads questions of the IMS Question and Test Interoperability standard, 1.2, 2.x and 3.0, into our items.
//
// A package is a zip with an imsmanifest.xml that lists items and tests; a lone file holds one item or a test of version 1.2.
// QTI 3 is QTI 2 by other names and both are read by one reader; 1.2 is read into the same shape.
//
// # What becomes of an interaction
//
//	choiceInteraction          choice; many when its response is multiple
//	hottextInteraction         hottext
//	orderInteraction           order, when all of it is ordered
//	matchInteraction           match, or categorise where several belong to one; each of one side must belong to just one
//	associateInteraction       the same, of one list
//	gapMatchInteraction        inline
//	inlineChoiceInteraction    inline
//	textEntryInteraction       text or number where it ends the question, else cloze; with tolerance, alternatives, parts
//	extendedTextInteraction    the same where a right text is declared; else an open answer, left out
//	sliderInteraction          number, its range written behind the question
//	several of entries, inline choices and choices of one      cloze or inline
//	customInteraction data-type="perseus"                      what package perseus makes of it (Kolibri)
//
// Everything else is a content.LeftOut with its name and reason: places on pictures, drawing, uploads, programs of their own,
// answers that need a person, patterns, questions of which several answers are wholly right where ours have one.
//
// # How marking is read
//
// Response processing is a program. It is not translated but run: every decision of a learner is tried while the others are
// right, and what earns full marks is right, what earns some is worth that part where our items can say so. So it does not
// matter how the rules are written; what they do counts. An expression that is not known makes the question a LeftOut.
// Without response processing the declared correct response is right.
//
// Templates are drawn here several times, and the draws put side by side into one item: see drawn.go.
package qti

import (
	"fmt"
	"io"
	"io/fs"
	"slices"

	"lamplight/content"
	"lamplight/content/imscp"
	"lamplight/content/zips"
)

// Options say what Exercise cannot find in the package.
type Options struct {
	ID        content.ResourceID
	Title     string
	Language  string
	Criterion content.Criterion
	// Order are the identifiers of the items asked, in order, as the channel or lesson lists them; nil is all, in the order of
	// the tests and then of the manifest. Each is the identifier of an item, of its resource, or the name of its file.
	Order []string
	// File gives the path for Reader.File of a file in the zip; nil is the path in the zip itself.
	File func(inner string) string
}

// Exercise reads all questions of a package as one exercise. What cannot be asked is in LeftOut, counted, never an error;
// errors are those of the package: fs.ErrInvalid when it is damaged or lists nothing, fs.ErrNotExist when the manifest, or all
// that it lists, is missing.
func Exercise(r io.ReaderAt, size int64, o Options) (content.Exercise, error) {
	z, err := zips.OpenZip(r, size)
	if err != nil {
		return content.Exercise{}, fmt.Errorf("qti: %w", err)
	}
	p, err := openPackage(z, o.File)
	if err != nil {
		return content.Exercise{}, fmt.Errorf("qti: %w", err)
	}
	x := content.Exercise{ID: o.ID, Title: o.Title, Language: o.Language, Criterion: o.Criterion}
	if o.Order == nil {
		for _, g := range p.groups {
			for _, r := range g.refs {
				p.ask(&x, r, "")
			}
		}
	} else {
		p.ordered(&x, o.Order)
	}
	return x, nil
}

// ordered asks the items named, in that order.
func (p *bundle) ordered(x *content.Exercise, order []string) {
	byName := map[string]ref{}
	add := func(r ref, names ...string) {
		for _, name := range names {
			if _, taken := byName[name]; !taken && name != "" {
				byName[name] = r
			}
		}
	}
	var all []ref
	for _, g := range p.groups {
		for _, r := range g.refs {
			add(r, r.names()...)
			all = append(all, r)
		}
	}
	looked := false
	for _, id := range order {
		r, ok := byName[id]
		if !ok && !looked { // items that tests ask by names of their own say what they are called
			looked = true
			for _, r := range all {
				add(r, p.called(r))
			}
			r, ok = byName[id]
		}
		if !ok {
			x.LeftOut = append(x.LeftOut, content.LeftOut{Item: content.ItemID(id), Type: "assessmentItem", Reason: "it is not in the package"})
			continue
		}
		p.ask(x, r, id)
	}
}

// called is the identifier that an item's own file gives it.
func (p *bundle) called(r ref) string {
	if r.node != nil || r.gone != nil {
		return r.id
	}
	doc, err := p.src.document(r.path)
	if err != nil {
		return ""
	}
	return identifier(doc.Node, "")
}

// ask reads an item and adds it to an exercise, under the id given, or its own; one that is taken gets a number.
func (p *bundle) ask(x *content.Exercise, r ref, id string) {
	it, left := p.read(r, id)
	own := it.ID
	if left != nil {
		own = left.Item
	}
	free := own
	for n := 2; taken(x, free); n++ {
		free = content.ItemID(fmt.Sprintf("%s-%d", own, n))
	}
	if left != nil {
		left.Item = free
		x.LeftOut = append(x.LeftOut, *left)
		return
	}
	it.ID = free
	x.Items = append(x.Items, it)
}

func taken(x *content.Exercise, id content.ItemID) bool {
	return slices.ContainsFunc(x.Items, func(i content.Item) bool { return i.ID == id }) ||
		slices.ContainsFunc(x.LeftOut, func(l content.LeftOut) bool { return l.Item == id })
}

// openPackage reads the manifest and the tests, and finds the items.
func openPackage(z *zips.Zip, file func(string) string) (*bundle, error) {
	name, ok := imscp.Locate(z.Names())
	if !ok {
		return nil, fmt.Errorf("imsmanifest.xml: %w", fs.ErrNotExist)
	}
	doc, err := z.ReadFile(name, maxXML)
	if err != nil {
		return nil, err
	}
	m, err := imscp.Parse(doc)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p := &bundle{src: &source{zip: z, base: name[:len(name)-len("imsmanifest.xml")], file: file, used: map[string]bool{}, left: maxTotal}, manifest: m, langs: map[string]int{}}
	if err := p.list(); err != nil {
		return nil, err
	}
	return p, nil
}
