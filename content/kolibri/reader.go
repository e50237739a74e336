package kolibri

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"lamplight/content"
)

// A reader is an open channel: the tree file, and such packages as were asked for last.
type reader struct {
	course    content.Course
	files     content.Files
	tree      *treeFile
	index     index
	packages  packages
	books     books
	exercises exercises
	uses      uses
}

func newReader(c content.Course, files content.Files, t *treeFile, i index) *reader {
	return &reader{course: c, files: files, tree: t, index: i}
}

// Course implements content.Reader.
func (r *reader) Course() content.Course { return r.course }

// Close closes the tree; packages that are being read are closed by who reads them last.
func (r *reader) Close() error {
	r.packages.close()
	r.books.close()
	return r.tree.close()
}

func (r *reader) fail(err error) error {
	return fmt.Errorf("kolibri: %s: %w", r.course.Title, kinded(err))
}

// at finds the place of a topic or resource; "" is the top.
func (r *reader) at(id content.ResourceID) (place, error) {
	if id == "" {
		top, err := r.tree.places(0, 1)
		if err != nil {
			return place{}, err
		}
		return top[0], nil
	}
	var k key
	if n, err := hex.Decode(k[:], []byte(id)[:min(len(id), 32)]); err != nil || n != 16 || len(id) != 32 || strings.ToLower(string(id)) != string(id) {
		return place{}, fmt.Errorf("resource %.80q: %w", id, fs.ErrNotExist)
	}
	p, err := r.tree.find(k)
	if err != nil {
		return place{}, fmt.Errorf("resource %.80q: %w", id, err)
	}
	return p, nil
}

// Children implements content.Reader. A resource that stands in several topics is a child of each.
func (r *reader) Children(parent content.ResourceID, offset, n int) ([]content.Node, int, error) {
	p, err := r.at(parent)
	if err != nil {
		return nil, 0, r.fail(err)
	}
	total := int(p.count)
	offset = max(offset, 0)
	if offset >= total || n < 1 {
		return nil, total, nil
	}
	places, err := r.tree.places(int(p.first)+offset, min(n, total-offset))
	if err != nil {
		return nil, 0, r.fail(err)
	}
	nodes := make([]content.Node, 0, len(places))
	err = r.tree.records(places, func(at place, rec *record) error {
		nodes = append(nodes, r.node(at, rec, parent))
		return nil
	})
	if err != nil {
		return nil, 0, r.fail(err)
	}
	return nodes, total, nil
}

// Node implements content.Reader. Of a resource that stands in several topics the first is its parent.
func (r *reader) Node(id content.ResourceID) (content.Node, error) {
	p, rec, err := r.find(id)
	if err != nil {
		return content.Node{}, r.fail(err)
	}
	parent := content.ResourceID("")
	if p.parent > 0 {
		up, err := r.tree.places(int(p.parent), 1)
		if err != nil {
			return content.Node{}, r.fail(err)
		}
		parent = up[0].id.id()
	}
	return r.node(p, rec, parent), nil
}

func (r *reader) find(id content.ResourceID) (place, *record, error) {
	if id == "" {
		return place{}, nil, fmt.Errorf("resource %q: %w", id, fs.ErrNotExist)
	}
	p, err := r.at(id)
	if err != nil {
		return place{}, nil, err
	}
	rec, err := r.tree.record(p)
	return p, rec, err
}

// holds says whether a file of the channel is here.
func (r *reader) holds(name string) bool {
	if r.files.Hash(name) != "" {
		return true
	}
	_, _, err := r.files.Path(name) // a linked file that is still being hashed
	return err == nil
}

func (r *reader) node(p place, rec *record, parent content.ResourceID) content.Node {
	n := content.Node{
		ID: p.id.id(), Parent: parent, Kind: rec.Kind, Title: rec.Title, Description: rec.Description, Language: rec.Language,
		Licence: r.licence(rec), Seconds: rec.Seconds, Labels: rec.Labels, Staff: rec.Staff, Modality: rec.Modality, Broken: rec.Broken,
		Completion: content.Completion{By: rec.By, Amount: rec.Amount},
	}
	for _, k := range rec.Requires {
		n.Requires = append(n.Requires, k.id())
	}
	missing := ""
	var found []part
	for _, f := range rec.Files {
		switch {
		case !r.holds(f.Name):
			if f.Role == opened && missing == "" {
				missing = f.Name
			}
		case f.Role == opened:
			found = append(found, f)
		case f.Role == thumb && n.Thumbnail == "":
			n.Thumbnail = f.Name
		case f.Role == caption:
			n.Captions = append(n.Captions, content.Caption{Language: f.Language, Path: f.Name})
		}
	}
	if rec.Kind == content.Topic || rec.Broken != "" {
		return n
	}
	if len(found) == 0 {
		n.Broken = fmt.Sprintf("its file %s is not on this box: it was not on the drive, or was damaged; import the channel again to complete it", missing)
		return n
	}
	r.open(&n, rec, found)
	return n
}

// open says how a node is opened by the files that are here.
func (r *reader) open(n *content.Node, rec *record, found []part) {
	n.Path, n.MIME, n.Bytes = found[0].Name, mimeOf(found[0].Name), found[0].Size
	switch n.Kind {
	case content.App:
		n.Path += "/" + rec.Entry
		n.MIME = "text/html"
	case content.Video:
		for i := len(found) - 1; i > 0; i-- {
			n.Renditions = append(n.Renditions, content.Rendition{Path: found[i].Name, MIME: mimeOf(found[i].Name), Bytes: found[i].Size})
		}
	case content.Slideshow:
		for _, f := range rec.Files {
			if f.Role == slide {
				n.Bytes += f.Size
			}
		}
	}
}

// licence is nil where the course says the same.
func (r *reader) licence(rec *record) *content.Licence {
	l := rec.Licence
	if rec.Kind == content.Topic || l == r.course.Licence || l == (content.Licence{}) && !r.tree.meta.Stated {
		return nil
	}
	if l.ID == "" && l.Terms == "" && !r.tree.meta.Stated {
		l.ID = r.course.Licence.ID
	}
	return &l
}

// each tells every record but the root's, in order of places.
func (r *reader) each(fn func(at place, rec *record) error) error {
	const run = 256
	for from := 1; from < r.tree.nodes; from += run {
		places, err := r.tree.places(from, min(run, r.tree.nodes-from))
		if err != nil {
			return err
		}
		if err := r.tree.records(places, fn); err != nil {
			return err
		}
	}
	return nil
}

// mimes are the types of what a channel stores. What a browser might run is none of them.
var mimes = map[string]string{
	".mp4": "video/mp4", ".webm": "video/webm", ".m4v": "video/mp4", ".ogv": "video/ogg", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".oga": "audio/ogg",
	".opus": "audio/ogg", ".m4a": "audio/mp4", ".wav": "audio/wav", ".pdf": "application/pdf", ".epub": "application/epub+zip",
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".svg": "image/svg+xml",
	".vtt": "text/vtt; charset=utf-8", ".json": "application/json", ".zip": "application/zip", ".perseus": "application/zip", ".h5p": "application/zip",
}

func mimeOf(name string) string {
	if t, ok := mimes[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return "application/octet-stream"
}
