package kolibri

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"lamplight/content"
)

// A record is a node as the tree keeps it.
type record struct {
	Kind        content.Kind    `cbor:"1,keyasint"`
	Title       string          `cbor:"2,keyasint"`
	Description string          `cbor:"3,keyasint,omitempty"`
	Language    string          `cbor:"4,keyasint,omitempty"`
	Licence     content.Licence `cbor:"5,keyasint,omitzero"` // zero: not stated
	Files       []part          `cbor:"6,keyasint,omitempty"`
	Labels      content.Labels  `cbor:"7,keyasint,omitzero"`
	By          content.Means   `cbor:"8,keyasint,omitempty"` // completion
	Amount      int             `cbor:"9,keyasint,omitempty"`
	Seconds     float64         `cbor:"10,keyasint,omitempty"`
	Staff       bool            `cbor:"11,keyasint,omitempty"`
	Requires    []key           `cbor:"12,keyasint,omitempty"` // ids of resources and topics
	Modality    string          `cbor:"13,keyasint,omitempty"`
	Broken      string          `cbor:"14,keyasint,omitempty"` // whatever files there are
	Entry       string          `cbor:"15,keyasint,omitempty"` // of an app: the page it begins with
	Criterion   string          `cbor:"16,keyasint,omitempty"`
	M           int             `cbor:"17,keyasint,omitempty"`
	N           int             `cbor:"18,keyasint,omitempty"`
	Items       []string        `cbor:"19,keyasint,omitempty"` // ids of an exercise's questions, in order
	Questions   int             `cbor:"20,keyasint,omitempty"` // how many the channel says there are
	Node        key             `cbor:"21,keyasint"`           // the node's own id
}

// A part is a file of a node.
type part struct {
	Name     string `cbor:"1,keyasint"`
	Role     role   `cbor:"2,keyasint,omitempty"`
	Preset   string `cbor:"3,keyasint,omitempty"`
	Language string `cbor:"4,keyasint,omitempty"`
	Size     int64  `cbor:"5,keyasint,omitempty"`
}

type role int

const (
	opened  role = iota // what is opened; of several the first that is there
	caption             // WebVTT
	thumb
	slide
	beside // kept, for packages that ask for it
)

var encoder = must(cbor.CoreDetEncOptions().EncMode())

var decoder = must(cbor.DecOptions{MaxArrayElements: 100_000, MaxNestedLevels: 8, MaxMapPairs: 64}.DecMode())

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // the options above are wrong
	}
	return v
}

// nodeWants are the columns of content_contentnode that a record is made of.
var nodeWants = []string{
	"title", "description", "kind", "lang_id", "license_name", "license_description",
	"license_owner", "author", "coach_content", "options", "duration", "grade_levels",
	"resource_types", "learning_activities", "accessibility_labels", "categories", "learner_needs", "license_id",
}

var questionWants = []string{"assessment_item_ids", "number_of_assessments", "mastery_model"}

// A scribe makes records of twigs.
type scribe struct {
	c                *channel
	nodes, questions *row
}

func newScribe(c *channel) *scribe {
	s := &scribe{c: c, nodes: c.d.rows("content_contentnode", nodeWants)}
	if c.d.has("content_assessmentmetadata") {
		s.questions = c.d.rows("content_assessmentmetadata", questionWants)
	}
	return s
}

func (s *scribe) record(ctx context.Context, twig int32) (*record, error) {
	t := s.c.twigs[twig]
	out := &record{Kind: content.Topic, Title: s.c.row.name, Description: s.c.row.description, Node: t.id}
	if t.row == 0 { // a root that is not there
		return out, nil
	}
	r := s.nodes
	if err := r.find(ctx, t.row); err != nil {
		return nil, broken(err)
	}
	kind := strings.ToLower(line(r.text(2), 40))
	o := readOptions(r.text(9))
	out.Title, out.Description, out.Language = line(r.text(0), 500), prose(r.text(1), 8192), tag(r.text(3))
	out.Staff, out.Seconds, out.Modality = r.int(8) != 0, float64(max(0, min(r.int(10), 1e6))), o.Modality
	out.Licence = s.licence(r)
	if done := o.completion(); !t.topic {
		out.By, out.Amount = done.By, done.Amount
	}
	out.Labels = content.Labels{
		Levels: codes(r.text(11)), Types: codes(r.text(12)), Activities: codes(r.text(13)), Accessibility: codes(r.text(14)), Subjects: codes(r.text(15)), Needs: codes(r.text(16)),
	}
	if a := activities[kind]; r.null(13) && a != "" {
		out.Labels.Activities = []string{a}
	}
	for _, tag := range linked(s.c.tags, twig) {
		if name := s.c.tagNames[tag]; name != "" && len(out.Labels.Tags) < 50 {
			out.Labels.Tags = append(out.Labels.Tags, name)
		}
	}
	slices.Sort(out.Labels.Tags)
	for _, to := range linked(s.c.requires, twig) {
		if s.c.tree.places[to] >= 0 && len(out.Requires) < 100 {
			out.Requires = append(out.Requires, s.c.key(to))
		}
	}
	s.parts(out, twig, kind)
	s.kind(out, twig, kind, o)
	if err := s.practice(ctx, out, twig, o); err != nil {
		return nil, err
	}
	if out.Title == "" {
		out.Title = untitled(out, kind)
	}
	return out, nil
}

// untitled names what has no title: by its kind and what tells it from others.
func untitled(r *record, kind string) string {
	return strings.TrimSpace(kind + " " + string(r.Node.id())[:8])
}

// licence is what a node says of its terms; the oldest schemas keep names of licences in a table of their own.
func (s *scribe) licence(r *row) content.Licence {
	name, description := r.text(4), r.text(5)
	if name == "" && !r.null(17) {
		name, description, _ = strings.Cut(s.c.licences[r.int(17)], "\x00")
	}
	return licenceOf(name, description, r.text(6), r.text(7))
}

// key is the id under which a twig is served.
func (c *channel) key(twig int32) key {
	t := c.twigs[twig]
	if t.topic || t.content == (key{}) {
		return t.id
	}
	return t.content
}

// parts lists the files of a twig and what each is for.
func (s *scribe) parts(out *record, twig int32, kind string) {
	for _, f := range s.c.filesOf(twig) {
		l := s.c.locals[f.local]
		p := part{Name: l.name, Preset: s.c.names.words[f.preset], Language: s.c.names.words[f.lang], Size: max(l.size, 0)}
		p.Role = roleOf(p, f, kind)
		if slices.ContainsFunc(out.Files, func(x part) bool { return x.Name == p.Name && x.Role == p.Role }) || len(out.Files) >= 2000 {
			continue
		}
		out.Files = append(out.Files, p)
	}
}

func roleOf(p part, f fileRow, kind string) role {
	ext := path.Ext(p.Name)
	switch {
	case f.thumb || strings.HasSuffix(p.Preset, "_thumbnail"):
		return thumb
	case p.Preset == "video_subtitle" || ext == ".vtt":
		return caption
	case p.Preset == "slideshow_image" || kind == "slideshow" && ext != ".json":
		return slide
	case strings.HasSuffix(p.Preset, "_dependency") || strings.HasPrefix(p.Preset, "exercise_") || f.beside && p.Preset != "slideshow_manifest":
		return beside
	}
	return opened
}

// kind says how a node is opened, by its kind and by what files it has.
func (s *scribe) kind(out *record, twig int32, kind string, o options) {
	if s.c.twigs[twig].topic {
		return
	}
	out.Kind = kinds[kind]
	ext := ""
	for _, p := range out.Files {
		if p.Role == opened {
			ext = path.Ext(p.Name)
			break
		}
	}
	switch {
	case out.Kind == "":
		out.Kind = content.Document
		out.Broken = fmt.Sprintf("%q cannot be opened yet", kind)
	case s.c.badFiles[twig] != "" && ext == "":
		out.Broken = fmt.Sprintf("the channel names a file that cannot be one: %q", s.c.badFiles[twig])
	case ext == "":
		out.Broken = "the channel names no file for it"
	default:
		out.byExtension(kind, ext)
	}
	if out.Kind == content.App && out.Broken == "" {
		out.Entry, out.Broken = s.c.entry(out.Files, o.Entry)
	}
}

// kinds are Kolibri's kinds in our words; what a file is may change them.
var kinds = map[string]content.Kind{
	"video": content.Video, "audio": content.Audio, "document": content.Document, "html5": content.App, "exercise": content.Practice,
	"quiz": content.Practice, "slideshow": content.Slideshow, "h5p": content.App, "zim": content.App,
}

func (r *record) byExtension(kind, ext string) {
	switch {
	case ext == ".epub":
		r.Kind = content.Book
	case kind == "h5p" || ext == ".h5p":
		r.Broken = "H5P cannot be opened yet"
	case kind == "zim" || ext == ".zim":
		r.Broken = "a ZIM inside a channel cannot be opened yet: import the ZIM itself"
	case ext == ".bloompub" || ext == ".bloomd":
		r.Broken = "Bloom books cannot be opened yet"
	case ext == ".kpub":
		r.Broken = "Kolibri articles (kpub) cannot be opened yet"
	case r.Kind == content.Document && ext != ".pdf", r.Kind == content.App && ext != ".zip",
		r.Kind == content.Practice && ext != ".zip" && ext != ".perseus", r.Kind == content.Slideshow && ext != ".json",
		(r.Kind == content.Video || r.Kind == content.Audio) && mimes[ext] == "":
		r.Broken = fmt.Sprintf("a %s in a %s file cannot be opened", kind, ext)
	}
}

// practice is what an exercise has beside its file.
func (s *scribe) practice(ctx context.Context, out *record, twig int32, o options) error {
	if out.Kind != content.Practice {
		return nil
	}
	model := ""
	if row, ok := s.c.questions[twig]; ok && s.questions != nil {
		r := s.questions
		if err := r.find(ctx, row); err != nil {
			return broken(err)
		}
		out.Items, out.Questions, model = itemIDs(r.text(0)), int(max(0, min(r.int(1), 100_000))), r.text(2)
		if len(out.Items) > 0 {
			out.Questions = len(out.Items)
		}
	}
	c := criterion(model, o)
	out.Criterion, out.M, out.N = c.Type, c.M, c.N
	return nil
}
