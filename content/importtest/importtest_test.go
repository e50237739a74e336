package importtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/content"
)

// A toy is a format of one file that begins with "TOY": each line after it is a page. With a sin it breaks the
// contract in one way.
type toy struct{ sin string }

type toyReader struct {
	toy
	course content.Course
	pages  []string
	path   string
	asked  int
}

func (toy) Name() string { return "toy" }

func (f toy) Claims(_ string, head []byte) bool {
	return bytes.HasPrefix(head, []byte("TOY")) != (f.sin == "claims")
}

func (f toy) Plan(_ context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pages := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	if pages[0] != "TOY" && f.sin != "accepts" {
		if f.sin == "kindless" {
			return nil, errors.New(filepath.Base(path) + ": bad")
		}
		return nil, fmt.Errorf("%s: does not begin with TOY: %w", filepath.Base(path), fs.ErrInvalid)
	}
	c := content.Course{
		ID: content.NewCourseID("toy", string(b)), Edition: "1", Format: "toy", Title: "Toy", Languages: []string{"en"},
		Resources: len(pages) - 1, Bytes: int64(len(b)), Licence: content.Licence{ID: o.Licence},
	}
	p := &content.Plan{Course: c, Files: []content.PlanFile{{Name: "toy", Size: int64(len(b)), Parts: []string{path}}}}
	switch f.sin {
	case "resources":
		p.Course.Resources++
	case "licence":
		p.Course.Licence.ID = "MIT"[len(o.Licence)%2:]
	case "name":
		p.Files[0].Name = "../toy"
	case "writes":
		return p, os.WriteFile(path+".tmp", nil, 0o644)
	case "leaves":
		return p, os.WriteFile(filepath.Join(os.TempDir(), "left"), nil, 0o644)
	case "hog":
		hog := bytes.Repeat([]byte{1}, MemoryLimit+MemoryLimit/2)
		time.Sleep(20 * time.Millisecond) // the sin must last to be seen
		p.Index = hog[:1]
	}
	return p, nil
}

func (f toy) Open(c content.Course, files content.Files, _ []byte) (content.Reader, error) {
	path, _, err := files.Path("toy")
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return &toyReader{toy: f, course: c, path: path, pages: strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")[1:]}, nil
}

func (r *toyReader) Course() content.Course { return r.course }
func (r *toyReader) Close() error           { return nil }

func (r *toyReader) Children(_ content.ResourceID, offset, n int) (nodes []content.Node, total int, err error) {
	if r.sin == "paging" && offset > 0 {
		offset--
	}
	for i := offset; i < len(r.pages) && len(nodes) < n; i++ {
		nodes = append(nodes, r.node(i))
	}
	return nodes, len(r.pages), nil
}

func (r *toyReader) node(i int) content.Node {
	return content.Node{ID: content.ResourceID(fmt.Sprintf("%s:%d", r.course.ID, i)), Kind: content.Article, Title: "Page", Path: fmt.Sprint(i)}
}

func (r *toyReader) Node(id content.ResourceID) (content.Node, error) {
	for i := range r.pages {
		if n := r.node(i); n.ID == id {
			return n, nil
		}
	}
	return content.Node{}, fs.ErrNotExist
}

func (r *toyReader) File(path string) (content.File, error) {
	if r.sin == "escapes" && strings.Contains(path, "passwd") {
		return content.File{Path: path, MIME: "text/plain", ETag: "x", Source: &content.Extent{Path: "/etc/passwd", Size: 1}}, nil
	}
	for i, p := range r.pages {
		if fmt.Sprint(i) != path {
			continue
		}
		f := content.File{Path: path, MIME: "text/plain", ETag: p, Size: int64(len(p)), Bytes: []byte(p)}
		switch r.sin {
		case "etag":
			r.asked++
			f.ETag = fmt.Sprint(r.asked)
		case "size":
			f.Size++
		case "shares":
			f.Bytes = sharedPage[:copy(sharedPage[:], sharedPage[:f.Size])]
		case "mime":
			f.MIME = ""
		case "extent":
			f.Bytes, f.Source = nil, &content.Extent{Path: os.Args[0], Size: f.Size}
		}
		return f, nil
	}
	if r.sin == "kindless" {
		return content.File{}, errors.New("no")
	}
	return content.File{}, fs.ErrNotExist
}

var sharedPage [100]byte

const sinner = "LAMPLIGHT_IMPORTTEST_SIN"

func runToy(t *testing.T, sin string) {
	dir := t.TempDir()
	write := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return p
	}
	good := write("good.toy", "TOY\n"+strings.Repeat("hello\n", 20))
	Run(t, toy{sin}, []Sample{{Path: good, Title: "Toy", Resources: 20, Silent: true, Damage: 6}}, []Bad{
		{Path: write("bad.toy", "YOT\nx"), Is: fs.ErrInvalid, Says: "toy"},
	})
}

func TestASoundFormatPasses(t *testing.T) { runToy(t, os.Getenv(sinner)) }

// TestEachSinIsFoundOut runs the test above in a process of its own, which must fail and say why.
func TestEachSinIsFoundOut(t *testing.T) {
	if os.Getenv(sinner) != "" {
		t.Skip("this is that process")
	}
	for sin, says := range map[string]string{
		"claims": "Claims", "resources": "resources", "licence": "licence", "name": "leaves the folder", "writes": "changed",
		"leaves": "left in the temporary folder", "hog": "the heap grew", "paging": "Children(", "escapes": "left the course",
		"etag": "ETag", "size": "Size", "shares": "receiver's own", "mime": "MIME", "extent": "installed file", "kindless": "kind",
		"accepts": "must be refused",
	} {
		t.Run(sin, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run", "^TestASoundFormatPasses$")
			cmd.Env = append(os.Environ(), sinner+"="+sin)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), says) {
				t.Errorf("%v: want a failure that says %q, got\n%.2000s", err, says, out)
			}
		})
	}
}
