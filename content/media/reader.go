package media

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// A reader is an open course. It holds no file open: films are opened by who sends them.
type reader struct {
	course   content.Course
	files    content.Files
	items    map[content.ResourceID]item
	children map[content.ResourceID][]content.ResourceID
	byName   map[string]item   // resources by the name of their file
	posters  map[string]bool   // names of pictures beside files
	captions map[string]string // name of captions → language
}

func newReader(c content.Course, s *shelf, files content.Files) *reader {
	r := &reader{
		course: c, files: files, items: map[content.ResourceID]item{}, children: map[content.ResourceID][]content.ResourceID{},
		byName: map[string]item{}, posters: map[string]bool{}, captions: map[string]string{},
	}
	for _, i := range s.Items {
		r.items[i.ID] = i
		r.children[i.Parent] = append(r.children[i.Parent], i.ID)
		if i.Name != "" {
			r.byName[i.Name] = i
		}
		if i.Poster != "" {
			r.posters[i.Poster] = true
		}
		for _, caption := range i.Captions {
			r.captions[caption.Path] = caption.Language
		}
	}
	return r
}

// Course implements content.Reader.
func (r *reader) Course() content.Course { return r.course }

// Close implements content.Reader.
func (r *reader) Close() error { return nil }

// Children implements content.Reader.
func (r *reader) Children(parent content.ResourceID, offset, n int) ([]content.Node, int, error) {
	ids := r.children[parent]
	var nodes []content.Node
	for i := max(offset, 0); i < len(ids) && len(nodes) < n; i++ {
		nodes = append(nodes, r.items[ids[i]].node(r.course))
	}
	return nodes, len(ids), nil
}

// Node implements content.Reader.
func (r *reader) Node(id content.ResourceID) (content.Node, error) {
	i, ok := r.items[id]
	if !ok {
		return content.Node{}, fmt.Errorf("media: %s: resource %.80q: %w", r.course.Title, id, fs.ErrNotExist)
	}
	return i.node(r.course), nil
}

// File serves a media file or picture as an Extent, captions as WebVTT in Bytes.
func (r *reader) File(name string) (content.File, error) {
	f, err := r.file(name)
	if err != nil {
		return content.File{}, fmt.Errorf("media: %s: %.200q: %w", r.course.Title, name, err)
	}
	return f, nil
}

func (r *reader) file(name string) (content.File, error) {
	if i, ok := r.byName[name]; ok {
		return r.extent(name, name, span{0, -1, i.MIME})
	}
	if owner, ok := strings.CutSuffix(name, coverSuffix); ok && r.byName[owner].Cover.Size > 0 {
		return r.extent(name, owner, r.byName[owner].Cover)
	}
	if r.posters[name] {
		path, _, err := r.files.Path(name)
		if err != nil {
			return content.File{}, err
		}
		head, err := readHead(path)
		if err != nil {
			return content.File{}, err
		}
		kind := imageType(head)
		if kind == "" {
			return content.File{}, fmt.Errorf("no picture any more: %w", fs.ErrInvalid)
		}
		return r.extent(name, name, span{0, -1, kind})
	}
	if _, ok := r.captions[name]; ok {
		return r.caption(name)
	}
	return content.File{}, fs.ErrNotExist
}

// extent is a part of a kept file, of size −1 all of it.
func (r *reader) extent(name, kept string, s span) (content.File, error) {
	path, size, err := r.files.Path(kept)
	if err != nil {
		return content.File{}, err
	}
	etag := r.files.Hash(kept)
	if etag == "" { // a linked file still being hashed
		info, err := os.Stat(path)
		if err != nil {
			return content.File{}, err
		}
		etag = fmt.Sprintf("t%x-%x", info.ModTime().UnixNano(), size)
	}
	if len(etag) > 32 {
		etag = etag[:32]
	}
	if s.Size < 0 {
		s.Size = size
	} else {
		etag += fmt.Sprintf("-%x", s.Offset)
	}
	if s.Offset+s.Size > size {
		return content.File{}, fmt.Errorf("its file is shorter than it was: %w", fs.ErrInvalid)
	}
	return content.File{Path: name, MIME: s.MIME, ETag: etag, Size: s.Size, Source: &content.Extent{Path: path, Offset: s.Offset, Size: s.Size}}, nil
}

func (r *reader) caption(name string) (content.File, error) {
	path, _, err := r.files.Path(name)
	if err != nil {
		return content.File{}, err
	}
	b, err := readSmall(path, maxCaptions)
	if err != nil {
		return content.File{}, err
	}
	vtt, _, err := WebVTT(b)
	if err != nil {
		return content.File{}, err
	}
	sum := blake3.Sum256(vtt)
	return content.File{Path: name, MIME: "text/vtt; charset=utf-8", ETag: hex.EncodeToString(sum[:16]), Size: int64(len(vtt)), Bytes: vtt}, nil
}
