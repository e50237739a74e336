package pack

import (
	"fmt"
	"io/fs"
	"slices"

	"lamplight/content"
)

// A reader is an installed pack. All it keeps is the index; every page and exercise is one read.
type reader struct {
	*packFile
	course   content.Course
	nodes    map[content.ResourceID]int
	children map[int][]int // by Parent
	files    map[string]int
	recent   recent
	loaded   loaded
}

var (
	_ content.Reader         = (*reader)(nil)
	_ content.PageReader     = (*reader)(nil)
	_ content.ExerciseReader = (*reader)(nil)
)

func newReader(c content.Course, p *packFile) *reader {
	r := &reader{packFile: p, course: c, nodes: map[content.ResourceID]int{}, children: map[int][]int{}, files: map[string]int{}}
	for i, n := range p.index.Nodes {
		r.nodes[n.ID] = i
		r.children[n.Parent] = append(r.children[n.Parent], i)
	}
	for i, f := range p.index.Files {
		r.files[f.Path] = i
	}
	return r
}

func (r *reader) Course() content.Course { return r.course }

func (r *reader) Close() error { return r.f.Close() }

func (r *reader) Children(parent content.ResourceID, offset, n int) ([]content.Node, int, error) {
	at := 0
	if parent != "" {
		i, ok := r.nodes[parent]
		if !ok {
			return nil, 0, r.absent(string(parent))
		}
		at = i + 1
	}
	all := r.children[at]
	total := len(all)
	offset = min(max(offset, 0), total)
	all = all[offset:min(total, offset+max(n, 0))]
	out := make([]content.Node, 0, len(all))
	for _, i := range all {
		out = append(out, r.node(i))
	}
	return out, total, nil
}

func (r *reader) Node(id content.ResourceID) (content.Node, error) {
	i, ok := r.nodes[id]
	if !ok {
		return content.Node{}, r.absent(string(id))
	}
	return r.node(i), nil
}

func (r *reader) absent(what string) error {
	return fmt.Errorf("pack: %s has no %.120q: %w", r.course.Title, what, fs.ErrNotExist)
}

func (r *reader) node(i int) content.Node {
	n := &r.index.Nodes[i]
	out := content.Node{
		ID: n.ID, Kind: n.Kind, Title: n.Title, Description: n.Description, Language: n.Language, Licence: n.Licence,
		Path: n.Path, MIME: n.MIME, Bytes: int64(n.Length), Thumbnail: n.Thumbnail, Skill: n.Skill, Requires: slices.Clone(n.Requires),
	}
	out.Completion, out.Labels, out.Staff = content.Completion(n.Completion), n.Labels, n.Staff
	out.Broken = n.Broken
	if n.Parent > 0 {
		out.Parent = r.index.Nodes[n.Parent-1].ID
	}
	if f, ok := r.files[n.Path]; ok {
		out.Bytes = r.index.Files[f].Size
	}
	if n.Minutes > 0 {
		out.Seconds = float64(60 * n.Minutes)
	}
	for _, c := range n.Captions {
		out.Captions = append(out.Captions, content.Caption{Language: c.Language, Path: c.Path})
	}
	return out
}

// ReadyPage reads a page's member with one read; fs.ErrNotExist when id is no page.
func (r *reader) ReadyPage(id content.ResourceID) (content.ReadyPage, error) {
	return r.ReadyPageInto(nil, id)
}

// ReadyPageInto implements content.PageReader.
func (r *reader) ReadyPageInto(buf []byte, id content.ResourceID) (content.ReadyPage, error) {
	i, ok := r.nodes[id]
	if !ok || r.index.Nodes[i].Kind != content.Page {
		return content.ReadyPage{}, r.absent(string(id))
	}
	n := &r.index.Nodes[i]
	b, err := r.memberInto(buf, n)
	if err != nil {
		return content.ReadyPage{}, err
	}
	if err := checkMember(b, n); err != nil {
		return content.ReadyPage{}, fmt.Errorf("pack: %s: %s: %w", r.course.Title, n.Title, err)
	}
	return content.ReadyPage{Title: n.Title, Hash: n.Hash, Gzip: b, CRC: n.CRC, Length: n.Length}, nil
}

// Exercise reads an exercise; fs.ErrNotExist when id is none. Its items are shared: the caller changes none of them.
func (r *reader) Exercise(id content.ResourceID) (content.Exercise, error) {
	i, ok := r.nodes[id]
	if !ok || r.index.Nodes[i].Kind != content.Practice {
		return content.Exercise{}, r.absent(string(id))
	}
	n := &r.index.Nodes[i]
	x, ok := r.recent.get(id)
	if !ok {
		var err error
		if x, err = r.exercise(n); err != nil {
			return content.Exercise{}, err
		}
		r.recent.put(id, x, n.Length)
	}
	lang := n.Language
	if lang == "" && len(r.course.Languages) > 0 {
		lang = r.course.Languages[0]
	}
	return content.Exercise{
		ID: id, Title: n.Title, Language: lang, Skill: n.Skill, Items: x.Items, LeftOut: x.LeftOut,
		Criterion: content.Criterion{Type: n.Criterion.Type, M: n.Criterion.M, N: n.Criterion.N},
	}, nil
}

func (p *packFile) exercise(n *node) (exercise, error) {
	var x exercise
	b, err := p.member(n)
	if err == nil {
		b, err = unzstd(b, int64(n.Length))
	}
	if err == nil && hash128(b) != n.Hash {
		err = fmt.Errorf("its bytes have changed: %w", fs.ErrInvalid)
	}
	if err == nil {
		if err = decoder.Unmarshal(b, &x); err != nil {
			err = fmt.Errorf("%w: %w", err, fs.ErrInvalid)
		}
	}
	if err != nil {
		return x, fmt.Errorf("pack: exercise %s: %w", n.Title, err)
	}
	return x, nil
}

// File finds a picture, film, sound, caption or document as a run of bytes of the pack.
func (r *reader) File(path string) (content.File, error) {
	i, ok := r.files[path]
	if !ok {
		return content.File{}, r.absent(path)
	}
	f := r.index.Files[i]
	return content.File{
		Path: f.Path, MIME: f.MIME, ETag: f.Hash, Size: f.Size,
		Source: &content.Extent{Path: r.path, Offset: r.members + f.Offset, Size: f.Size},
	}, nil
}
