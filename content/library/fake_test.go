package library_test

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/library"
)

// A fake reads files *.NAME of lines: "course TITLE", "edition E", then "id kind title" of each node. Of format "media"
// it also makes one course of a folder's files.
type fake struct{ name string }

func (f fake) Name() string { return f.name }

func (f fake) Claims(path string, head []byte) bool {
	if head == nil {
		return f.name == "media"
	}
	return filepath.Ext(path) == "."+f.name || f.name == "zim" && filepath.Ext(path) == ".zimaa"
}

func (f fake) Plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	c := content.Course{Format: f.name, Licence: content.Licence{ID: o.Licence}}
	p := &content.Plan{Index: []byte("index")}
	fi, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if fi.IsDir() {
		err = filepath.WalkDir(path, func(p2 string, e fs.DirEntry, err error) error {
			if err == nil && filepath.Ext(p2) == ".media" {
				rel, _ := filepath.Rel(path, p2)
				i, _ := e.Info()
				p.Files = append(p.Files, content.PlanFile{Name: filepath.ToSlash(rel), Size: i.Size(), Parts: []string{p2}})
				c.Bytes += i.Size()
			}
			return err
		})
		c.ID, c.Title, c.Edition = content.NewCourseID("media", path), filepath.Base(path), "1"
		p.Course = c
		return p, err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if strings.Contains(string(b), "PANIC") {
		panic("over a hostile file")
	}
	if strings.Contains(string(b), "BROKEN") {
		return nil, fmt.Errorf("fake: %s: line 1: broken: %w", filepath.Base(path), fs.ErrInvalid)
	}
	for _, line := range strings.Split(string(b), "\n") {
		switch key, value, _ := strings.Cut(line, " "); key {
		case "course":
			c.Title, c.ID = value, content.NewCourseID(f.name, value)
		case "edition":
			c.Edition = value
		case "md5":
			p.Files = []content.PlanFile{{MD5: []byte(value), MD5Size: int64(len(b))}}
		}
	}
	c.Bytes, p.Course = int64(len(b)), c
	file := content.PlanFile{Name: "file", Size: int64(len(b)), Parts: []string{path}}
	if len(p.Files) > 0 {
		file.MD5, file.MD5Size = p.Files[0].MD5, p.Files[0].MD5Size
	}
	p.Files = []content.PlanFile{file}
	return p, nil
}

func (f fake) Open(c content.Course, files content.Files, index []byte) (content.Reader, error) {
	r := &fakeReader{course: c}
	if string(index) != "index" {
		return nil, errors.New("the index was not handed back")
	}
	path, _, err := files.Path("file")
	if errors.Is(err, fs.ErrNotExist) && f.name == "media" {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if strings.Contains(string(b), "UNOPENABLE") {
		return nil, fmt.Errorf("fake: cannot be opened: %w", fs.ErrInvalid)
	}
	for _, line := range strings.Split(string(b), "\n") {
		if parts := strings.SplitN(line, " ", 3); len(parts) == 3 && len(parts[0]) == 32 {
			r.nodes = append(r.nodes, content.Node{ID: content.ResourceID(parts[0]), Kind: content.Kind(parts[1]), Title: parts[2]})
		}
	}
	return r, err
}

type fakeReader struct {
	course content.Course
	nodes  []content.Node
	closed bool
}

func (r *fakeReader) Course() content.Course { return r.course }
func (r *fakeReader) Close() error           { r.closed = true; return nil }
func (r *fakeReader) Node(id content.ResourceID) (content.Node, error) {
	i := slices.IndexFunc(r.nodes, func(n content.Node) bool { return n.ID == id })
	if r.closed || i < 0 {
		return content.Node{}, fs.ErrNotExist
	}
	return r.nodes[i], nil
}
func (r *fakeReader) File(string) (content.File, error) { return content.File{}, fs.ErrNotExist }
func (r *fakeReader) Children(_ content.ResourceID, offset, n int) ([]content.Node, int, error) {
	end := min(len(r.nodes), offset+n)
	return r.nodes[min(offset, end):end], len(r.nodes), nil
}

// Suggest answers for the course "Large" alone.
func (r *fakeReader) Suggest(prefix string, n int) []content.Node {
	if r.course.Title != "Large" || !strings.HasPrefix("Lake Chad", prefix) {
		return nil
	}
	return []content.Node{{ID: content.ResourceID(string(r.course.ID) + ":A/Lake_Chad"), Kind: content.Article, Title: "Lake Chad"}}
}

// A box is a data folder with a library, and a stick of files beside it.
type box struct {
	t     *testing.T
	dir   string
	stick string
	blobs *blob.Store
	l     *library.Library
	free  int64
}

func newBox(t *testing.T) *box {
	b := &box{t: t, dir: t.TempDir(), stick: t.TempDir(), free: 1 << 40}
	b.open()
	t.Cleanup(func() { b.l.Close() })
	return b
}

var formats = []content.Format{fake{"zim"}, fake{"epub"}, fake{"media"}}

func (b *box) open() {
	b.t.Helper()
	if b.l != nil {
		b.l.Close()
	}
	var err error
	if b.blobs, err = blob.Open(filepath.Join(b.dir, "blobs"), blob.Options{Floor: -1}); err != nil {
		b.t.Fatal(err)
	}
	if b.l, err = library.Open(b.dir, b.blobs, formats...); err != nil {
		b.t.Fatal(err)
	}
}

// write puts a file on the stick.
func (b *box) write(name, text string) string {
	b.t.Helper()
	path := filepath.Join(b.stick, name)
	os.MkdirAll(filepath.Dir(path), 0o755)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		b.t.Fatal(err)
	}
	return path
}

func (b *box) imports(o library.ImportOptions, paths ...string) library.Report {
	b.t.Helper()
	r, err := b.l.Import(context.Background(), paths, o)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// count is how many blobs and staged files the store holds.
func (b *box) count() (n int) {
	b.blobs.List(func(string, int64) error { n++; return nil })
	staged, _ := os.ReadDir(filepath.Join(b.dir, "blobs", "staging"))
	return n + len(staged)
}

func titles(courses []content.Course) (out []string) {
	for _, c := range courses {
		out = append(out, c.Title)
	}
	return out
}

func md5of(s string) string { h := md5.Sum([]byte(s)); return string(h[:]) }

const (
	water  = "0123456789abcdef0123456789abcdef"
	maths  = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	arabic = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

// titled counts the resources installed with a word in their title.
func (b *box) titled(word string) (n int) {
	b.t.Helper()
	for _, c := range b.l.Courses() {
		r, release, err := b.l.Reader(c.ID)
		if err != nil {
			b.t.Fatal(err)
		}
		nodes, _, err := r.Children("", 0, 1000)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, node := range nodes {
			if _, err := b.l.Resource(node.ID); err == nil && strings.Contains(strings.ToLower(node.Title), word) {
				n++
			}
		}
		release()
	}
	return n
}
