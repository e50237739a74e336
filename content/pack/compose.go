package pack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/sanitize"
)

// A Composition is a course that another format brings and that is kept as a pack: read once, when it is imported.
type Composition struct {
	// Course says what it is; Format is the importing format's name. Resources, Items and Bytes are counted by us, and
	// Edition, of what is packed, is a hash of it, after the one that is given.
	Course content.Course
	Parts  []Part // in course order, a topic before what it holds
	// Files are the pictures and sounds that may be needed, by path; those that nothing shows are not kept. Each is opened
	// several times and must give the same bytes.
	Files map[string]func() (io.ReadCloser, error)
}

// A Part is a node of a composition: a Topic, a Practice with its Exercise, a Page with its Markdown, or a film, sound or
// document whose Path is among Files. IDs are the composer's, each once. Pictures in Markdown and in items are
// ![words](address), the address a path of Files as marking.PictureAddress writes it; an item's Sound is a path.
//
// An item that marking.Check refuses, that cannot be drawn, or whose pictures or sound are not there or not of a kind that
// we show, becomes one of the exercise's LeftOut. An exercise without items is Broken.
type Part struct {
	content.Node
	Exercise *content.Exercise
	Markdown string
}

// Compose writes a composition as a pack file at temp, which must not exist. The same composition gives the same bytes.
func Compose(ctx context.Context, temp string, c Composition) error {
	built, _, err := c.compile(ctx)
	if err != nil {
		return err
	}
	return built.write(ctx, temp)
}

// Plan is what installing the composition would keep: one file, made when it is asked for. A format that plans so embeds
// Format for Open and all that keeps packs, and overrides Name, Claims and Plan.
func (c Composition) Plan(ctx context.Context) (*content.Plan, error) {
	built, problems, err := c.compile(ctx)
	if err != nil {
		return nil, err
	}
	_, total, err := built.head()
	if err != nil {
		return nil, err
	}
	course := built.index.Course
	course.Bytes = total
	plan := &content.Plan{Course: course, Files: []content.PlanFile{{Name: fileName, Size: total, Make: built.write}}}
	for _, p := range problems {
		plan.Warnings = append(plan.Warnings, p.String())
	}
	return plan, nil
}

// compile makes a pack of a composition; problems are warnings.
func (c Composition) compile(ctx context.Context) (*compiled, []Problem, error) {
	m, err := c.composer(ctx)
	if err == nil {
		err = m.parts(c.Parts)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("pack: %w", err)
	}
	out, err := m.course.compile(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := errProblems(m.problems); err != nil {
		return nil, nil, fmt.Errorf("pack: the course has errors: %w", err)
	}
	return out, m.problems, nil
}

// A composer makes a course of a composition.
type composer struct {
	*course
	ctx    context.Context
	usable map[string]string // of each file that was asked for: why it cannot be shown, "" when it can
	places map[content.ResourceID]int
}

func (c Composition) composer(ctx context.Context) (*composer, error) {
	if c.Course.ID == "" || c.Course.Title == "" || len(c.Parts) > maxNodes || len(c.Files) > maxFiles {
		return nil, fmt.Errorf("%d parts and %d files of course %q cannot be: %w", len(c.Parts), len(c.Files), c.Course.ID, fs.ErrInvalid)
	}
	f := &folder{fsys: openers(c.Files), sizes: map[string]int64{}, texts: map[string]*text{}}
	for p := range c.Files {
		if !fs.ValidPath(p) {
			return nil, fmt.Errorf("file %.120q: that is no path: %w", p, fs.ErrInvalid)
		}
		f.sizes[p] = 0
	}
	inner := &course{folder: f, course: c.Course, byPath: map[string]*draft{}, ids: map[content.ResourceID]string{}, used: map[string]bool{}, version: firstVersion}
	return &composer{course: inner, ctx: ctx, usable: map[string]string{}, places: map[content.ResourceID]int{}}, nil
}

func (m *composer) parts(parts []Part) error {
	for i, p := range parts {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		parent, known := m.places[p.Parent]
		_, twice := m.places[p.ID]
		if p.ID == "" || twice || p.Parent != "" && !known {
			return fmt.Errorf("part %d (%s): its id %q is none or there twice, or its topic %q does not come before it: %w", i, clip(p.Title, 60), p.ID, p.Parent, fs.ErrInvalid)
		}
		d := composed(p, parent)
		switch {
		case p.Kind == content.Practice && p.Exercise != nil && len(p.Exercise.Items) > maxItems:
			return fmt.Errorf("exercise %s has %d questions, more than %d: %w", clip(p.Title, 60), len(p.Exercise.Items), maxItems, fs.ErrInvalid)
		case p.Kind == content.Practice && p.Exercise != nil:
			m.exercise(d, *p.Exercise)
		case p.Kind == content.Page:
			d.Path = fmt.Sprintf("page %d (%s)", i+1, strings.ReplaceAll(clip(p.Title, 60), "/", "-"))
			d.MIME, d.text = "text/html", &text{path: d.Path, body: m.addressed(p.Markdown)}
			m.keepWritten(p.ID, d.text.body)
		case p.Kind != content.Topic:
			if why := m.file(p.Path, ""); why != "" {
				d.Broken = why
			} else {
				m.used[p.Path] = true
			}
		}
		m.nodes = append(m.nodes, d)
		m.places[p.ID] = len(m.nodes)
	}
	for i, d := range m.openable() {
		d.order = i
	}
	return nil
}

// composed is a part as a draft of a node.
func composed(p Part, parent int) *draft {
	d := &draft{node: node{
		ID: p.ID, Parent: parent, Kind: p.Kind, Title: p.Title, Description: p.Description, Language: p.Language, Licence: p.Licence,
		Path: p.Path, MIME: p.MIME, Thumbnail: "", Skill: p.Skill, Requires: slices.Clone(p.Requires), Labels: p.Labels, Staff: p.Staff,
		Completion: completionValue(p.Completion), Broken: p.Broken, Minutes: int(min(p.Seconds/60, 600)),
	}}
	for _, c := range p.Captions {
		d.Captions = append(d.Captions, caption(c))
	}
	return d
}

// exercise fills in an exercise: the items that can be asked, the others by name.
func (m *composer) exercise(d *draft, x content.Exercise) {
	d.MIME = "application/cbor"
	d.Path = "exercise " + strings.ReplaceAll(clip(x.Title, 60), "/", "-")
	d.Criterion = criterionValue(x.Criterion)
	d.leftOut, d.composed = slices.Clone(x.LeftOut), true
	ids := map[content.ItemID]bool{}
	for _, it := range x.Items {
		it.ID = unused(it.ID, ids)
		if why := m.item(&it); why != nil {
			d.leftOut = append(d.leftOut, content.LeftOut{Item: it.ID, Type: string(it.Type), Reason: clip(reasonOf(why), 300)})
			continue
		}
		d.items = append(d.items, placed{item: it})
	}
	d.Items = len(d.items)
	if d.Items == 0 && d.Broken == "" {
		d.Broken = "none of its questions can be asked here"
		if len(d.leftOut) > 0 {
			d.Broken += ": " + d.leftOut[0].Reason
		}
	}
	for _, l := range d.leftOut {
		m.warn(d.Title, 0, "question %s (%s) is left out: %s", l.Item, l.Type, l.Reason)
	}
}

// unused is id, with a number after it where it is taken already.
func unused(id content.ItemID, taken map[content.ItemID]bool) content.ItemID {
	out := id
	for n := 2; out == "" || taken[out]; n++ {
		out = content.ItemID(fmt.Sprintf("%s-%d", id, n))
	}
	taken[out] = true
	return out
}

// reasonOf is an error's first line without the words of its kind.
func reasonOf(err error) string {
	said, _, _ := strings.Cut(err.Error(), "\n")
	for _, kind := range []error{fs.ErrInvalid, errors.ErrUnsupported, fs.ErrNotExist} {
		said = strings.TrimSuffix(said, ": "+kind.Error())
	}
	return said
}

// composedDraws is how many variants of an item with lets are tried.
const composedDraws = 20

// item makes an item's pictures those of the pack, and says why it cannot be asked.
func (m *composer) item(it *content.Item) error {
	if err := marking.Check(*it); err != nil {
		return err
	}
	draws := 1
	if len(it.Lets) > 0 {
		draws = composedDraws
	}
	for seed := range draws {
		if _, err := marking.Draw(*it, uint64(seed)); err != nil {
			return err
		}
	}
	*it = cloneTexts(*it)
	var used []string
	var why string
	eachText(it, func(s *string) {
		*s = pictureRef.ReplaceAllStringFunc(*s, func(mark string) string {
			parts := pictureRef.FindStringSubmatch(mark)
			p, err := url.PathUnescape(parts[2])
			if err != nil || !fs.ValidPath(p) {
				why = fmt.Sprintf("its picture %.120q has no address", parts[2])
				return mark
			}
			if said := m.file(p, "image/"); said != "" {
				why = said
			}
			used = append(used, p)
			return parts[1] + fileURL(m.course.course.ID, p) + parts[3]
		})
	})
	if it.Sound != "" {
		if said := m.file(it.Sound, "audio/"); said != "" {
			why = said
		}
		used = append(used, it.Sound)
	}
	if why != "" {
		return fmt.Errorf("%s: %w", why, fs.ErrNotExist)
	}
	for _, p := range used {
		m.used[p] = true
	}
	return nil
}

// file says why a file cannot be shown; "" when it can. kind is how its type begins, "" any.
func (m *composer) file(p, kind string) string {
	said, known := m.usable[p]
	if !known {
		said = m.look(p)
		m.usable[p] = said
	}
	if said == "" && !strings.HasPrefix(mediaKinds[strings.ToLower(path.Ext(p))].mime, kind) {
		return fmt.Sprintf("%s is not of the kind that can stand there", p)
	}
	return said
}

// maxComposed is how large a picture or sound of a composition may be, in bytes.
const maxComposed = 64 << 20

// look reads a file once: what cannot be read is not kept.
func (m *composer) look(p string) string {
	media, ok := mediaKinds[strings.ToLower(path.Ext(p))]
	if !ok {
		return fmt.Sprintf("%.120s is of a kind that cannot be shown", p)
	}
	r, err := m.fsys.Open(p)
	if err != nil {
		return fmt.Sprintf("its file %.120s is not there", p)
	}
	n, err := io.Copy(io.Discard, content.Stoppable(m.ctx, io.LimitReader(r, maxComposed+1)))
	if err = errors.Join(err, r.Close()); err != nil || n == 0 || n > maxComposed {
		return fmt.Sprintf("its file %.120s is damaged, empty or larger than %d bytes", p, maxComposed)
	}
	if media.mime == "image/svg+xml" {
		b, err := readBounded(m.fsys, p, sanitize.DefaultMaxBytes)
		if err == nil {
			_, err = sanitize.SVG(b)
		}
		if err != nil {
			return fmt.Sprintf("the drawing %.120s cannot be read: %v", p, err)
		}
	}
	return ""
}

// addressed takes the pictures of a page that are not there out of it: their words stay.
func (m *composer) addressed(markdown string) string {
	return pictureRef.ReplaceAllStringFunc(markdown, func(mark string) string {
		parts := pictureRef.FindStringSubmatch(mark)
		p, err := url.PathUnescape(parts[2])
		if err != nil || m.file(p, "image/") != "" {
			return strings.TrimSuffix(strings.TrimPrefix(parts[1], "!["), "](")
		}
		return mark
	})
}

// openers is a composition's files as a file system that can open them and nothing else.
type openers map[string]func() (io.ReadCloser, error)

func (o openers) Open(name string) (fs.File, error) {
	open, ok := o[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	r, err := open()
	if err != nil {
		return nil, err
	}
	return openedFile{r, name}, nil
}

type openedFile struct {
	io.ReadCloser
	name string
}

func (f openedFile) Stat() (fs.FileInfo, error) { return fileInfo(f.name), nil }

type fileInfo string

func (f fileInfo) Name() string     { return path.Base(string(f)) }
func (fileInfo) Size() int64        { return 0 }
func (fileInfo) Mode() fs.FileMode  { return 0o444 }
func (fileInfo) ModTime() time.Time { return time.Time{} }
func (fileInfo) IsDir() bool        { return false }
func (fileInfo) Sys() any           { return nil }
