package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/pack"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// An ownFolder is an own course as the course folder it is published from: package pack has the format. Its edition is a hash of
// all that is written in it, so that the library says whether what is published is what is written.
type ownFolder struct {
	files    []ownFile
	pictures []string         // names in pictures/
	parts    []store.OwnPage  // of files, from the second on
	course   content.CourseID //
	edition  string
}

type ownFile struct{ name, text string }

var ownPicture = regexp.MustCompile(`pictures/([0-9a-f]{32}\.(?:jpg|png))`)

// folderOf makes the folder of a course. What is empty or was thrown away is left out. forAll: learners see it in the library.
func folderOf(c *learning.OwnCourse, parts []store.OwnPage, forAll bool) ownFolder {
	f := ownFolder{course: c.Course()}
	h := blake3.New()
	add := func(name, text string) {
		f.files = append(f.files, ownFile{name, text})
		fmt.Fprintf(h, "%s\x00%s\x00", name, text)
	}
	add("course.md", front("id", c.Declared(), "title", c.Title, "language", c.Language, "licence", c.Licence, "author", c.Author))
	staff := "yes"
	if forAll {
		staff = ""
	}
	for _, p := range there(parts) {
		name := fmt.Sprintf("%03d-%s.md", len(f.parts)+1, p.Kind)
		switch {
		case p.Text == "" || p.Kind == learning.PartQuestions && !strings.Contains("\n"+p.Text, "\n## "):
			continue
		case p.Kind == learning.PartQuestions:
			add(name, front("kind", "exercise", "id", string(p.ID), "title", p.Title, "mastery", "do_all", "staff", staff)+p.Text+"\n")
		default:
			add(name, front("id", string(p.ID), "title", p.Title, "staff", staff)+p.Text+"\n")
		}
		f.parts = append(f.parts, p)
		for _, m := range ownPicture.FindAllStringSubmatch(p.Text, -1) {
			f.pictures = append(f.pictures, m[1])
		}
	}
	sum := h.Sum(nil)
	f.edition = fmt.Sprintf("%x", sum[:6])
	f.files[0].text = front("id", c.Declared(), "title", c.Title, "language", c.Language, "licence", c.Licence, "author", c.Author, "edition", f.edition)
	return f
}

// front is the front matter of a file: name, value, name, value …; what is empty is left out.
func front(pairs ...string) string {
	var b strings.Builder
	b.WriteString("---\n")
	for i := 1; i < len(pairs); i += 2 {
		if v := strings.TrimSpace(pairs[i]); v != "" {
			b.WriteString(pairs[i-1] + ": " + v + "\n")
		}
	}
	b.WriteString("---\n")
	return b.String()
}

// write puts the folder on the disk for as long as it takes to compile it; the caller removes it.
func (s *Server) writeFolder(f *ownFolder) (dir string, err error) {
	if err := os.MkdirAll(s.UploadDir, 0o755); err != nil {
		return "", err
	}
	if dir, err = os.MkdirTemp(s.UploadDir, "own-*"); err != nil {
		return "", err
	}
	for _, x := range f.files {
		if err = os.WriteFile(filepath.Join(dir, x.name), []byte(x.text), 0o644); err != nil {
			return dir, err
		}
	}
	if len(f.pictures) > 0 {
		err = os.Mkdir(filepath.Join(dir, "pictures"), 0o755)
	}
	for _, name := range f.pictures {
		if err == nil {
			err = s.lendPicture(f.course, name, filepath.Join(dir, "pictures", name))
		}
	}
	return dir, err
}

// resource is the id under which learners open a part, in every edition.
func (f *ownFolder) resource(p learning.PartID) content.ResourceID {
	return content.NewResourceID(f.course, string(p))
}

// An ownPlan is a course that was compiled: either what can be installed, or what must be mended first.
type ownPlan struct {
	*content.Plan
	problems []pack.Problem
	dir      string
}

func (p *ownPlan) remove() { _ = os.RemoveAll(p.dir) } // what stays is swept at the next start

// compileOwn compiles a course; remove must be called.
func (s *Server) compileOwn(ctx context.Context, f *ownFolder) (p ownPlan, err error) {
	p.dir, err = s.writeFolder(f)
	if err != nil {
		return p, err
	}
	fsys := os.DirFS(p.dir)
	p.Plan, err = pack.PlanFS(ctx, fsys, content.ImportOptions{})
	if !errors.Is(err, fs.ErrInvalid) {
		return p, err
	}
	all, lintErr := pack.LintFS(ctx, fsys)
	if lintErr != nil {
		return p, errors.Join(err, lintErr)
	}
	for _, x := range all {
		if !x.Warning && len(p.problems) < 20 {
			p.problems = append(p.problems, x)
		}
	}
	if len(p.problems) == 0 {
		p.problems = []pack.Problem{{Reason: err.Error()}}
	}
	return p, nil
}

// partIn is the part that a file of the folder was written from.
func (f *ownFolder) partIn(file string) *store.OwnPage {
	if n, err := strconv.Atoi(strings.SplitN(file, "-", 2)[0]); err == nil && n >= 1 && n <= len(f.parts) {
		return &f.parts[n-1]
	}
	return nil
}

// A drawer of files is what a compiled course is read from before it is installed.
type ownFiles struct{ path string }

func (f ownFiles) Path(string) (path string, size int64, err error) {
	fi, err := os.Stat(f.path)
	if err != nil {
		return "", 0, err
	}
	return f.path, fi.Size(), nil
}

func (ownFiles) Hash(string) string { return "" }

// openOwn opens a compiled course as learners would have it; the reader is closed before the plan is removed.
func (p *ownPlan) openOwn(ctx context.Context) (content.Reader, error) {
	path := filepath.Join(p.dir, ".pack")
	if err := p.Files[0].Make(ctx, path); err != nil {
		return nil, err
	}
	return pack.Format{}.Open(p.Course, ownFiles{path}, nil)
}
