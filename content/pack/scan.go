package pack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"lamplight/content/arrange"
)

// What a course folder may hold at most.
const (
	maxFolders  = 8 // deep
	maxFiles    = 20_000
	maxMarkdown = 1 << 20
	maxPages    = 64 << 20 // bytes of all Markdown together
)

// A folder is a course folder read in: its Markdown parsed, its other files listed.
type folder struct {
	fsys     fs.FS
	sizes    map[string]int64 // of every file, by path
	texts    map[string]*text // Markdown files, by path
	total    int64            // bytes of Markdown
	problems []Problem
}

// A text is a Markdown file: front matter and body.
type text struct {
	path     string
	front    map[string]string
	lines    map[string]int // of the front matter's keys
	body     string
	bodyLine int    // line number the body begins on, from 1
	raw      string // the file as it lies there
}

func (f *folder) fail(file string, line int, format string, args ...any) {
	f.problems = append(f.problems, Problem{File: file, Line: line, Reason: fmt.Sprintf(format, args...)})
}

func (f *folder) warn(file string, line int, format string, args ...any) {
	f.problems = append(f.problems, Problem{File: file, Line: line, Reason: fmt.Sprintf(format, args...), Warning: true})
}

// scan reads a course folder. What is wrong in it is in problems; the error is for one that cannot be read at all.
func scan(ctx context.Context, fsys fs.FS) (*folder, error) {
	f := &folder{fsys: fsys, sizes: map[string]int64{}, texts: map[string]*text{}}
	if fi, err := fs.Stat(fsys, "course.md"); err != nil || !fi.Mode().IsRegular() {
		return nil, fmt.Errorf("pack: course.md: this folder is no course, it has none: %w", fs.ErrNotExist)
	}
	err := fs.WalkDir(fsys, ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		return f.visit(p, e)
	})
	if err != nil {
		return nil, fmt.Errorf("pack: reading the course folder: %w", err)
	}
	return f, nil
}

func (f *folder) visit(p string, e fs.DirEntry) error {
	name := e.Name()
	if p == "." {
		return nil
	}
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		if e.IsDir() {
			return fs.SkipDir
		}
		return nil
	}
	switch {
	case e.IsDir() && strings.Count(p, "/") >= maxFolders:
		return fmt.Errorf("%s: more than %d folders deep: %w", p, maxFolders, fs.ErrInvalid)
	case e.IsDir():
		return nil
	case !e.Type().IsRegular():
		f.fail(p, 0, "it is a link or a special file; put the file itself here")
		return nil
	case len(f.sizes) >= maxFiles:
		return fmt.Errorf("more than %d files: %w", maxFiles, fs.ErrInvalid)
	case !utf8.ValidString(p) || strings.ContainsFunc(p, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }):
		f.fail(fmt.Sprintf("%q", p), 0, "the file's name is not plain text")
		return nil
	}
	fi, err := e.Info()
	if err != nil {
		return err
	}
	f.sizes[p] = fi.Size()
	if strings.EqualFold(path.Ext(p), ".md") {
		return f.readText(p, fi.Size())
	}
	return nil
}

func (f *folder) readText(p string, size int64) error {
	if size > maxMarkdown {
		f.fail(p, 0, "%d bytes of text are more than %d: make it several pages", size, maxMarkdown)
		return nil
	}
	if f.total += size; f.total > maxPages {
		return fmt.Errorf("%s: the course has more than %d bytes of text: %w", p, maxPages, fs.ErrInvalid)
	}
	b, err := readBounded(f.fsys, p, maxMarkdown)
	if err != nil {
		return err
	}
	if !utf8.Valid(b) || strings.ContainsRune(string(b), 0) {
		f.fail(p, 0, "it is not UTF-8 text: save it as UTF-8")
		return nil
	}
	f.texts[p] = f.parseText(p, string(b))
	return nil
}

func readBounded(fsys fs.FS, p string, max int64) ([]byte, error) {
	r, err := fsys.Open(p)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, max+1))
	if err == nil && int64(len(b)) > max {
		err = fmt.Errorf("%s: more than %d bytes: %w", p, max, fs.ErrInvalid)
	}
	return b, err
}

// parseText splits front matter from body.
func (f *folder) parseText(p, s string) *text {
	raw := s
	s = strings.TrimPrefix(s, "\ufeff")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	t := &text{path: p, front: map[string]string{}, lines: map[string]int{}, body: s, bodyLine: 1, raw: raw}
	rest, ok := strings.CutPrefix(s, "---\n")
	if !ok {
		return t
	}
	for n := 2; ; n++ {
		line, after, more := strings.Cut(rest, "\n")
		rest = after
		if strings.TrimRight(line, " \t") == "---" {
			t.body, t.bodyLine = rest, n+1
			return t
		}
		if !more {
			f.fail(p, n, "the front matter is not closed with a line of ---")
			t.body = ""
			return t
		}
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		key = strings.TrimSpace(key)
		if !ok || key == "" || strings.ContainsAny(key, " \t") {
			f.fail(p, n, "%q is not \"key: value\"", clip(line, 60))
			continue
		}
		if _, twice := t.front[key]; twice {
			f.fail(p, n, "%s is given twice", key)
		}
		t.front[key], t.lines[key] = clip(strings.TrimSpace(value), 4000), n
	}
}

// allow warns of front matter keys that mean nothing here, which are mostly misspelt.
func (f *folder) allow(t *text, keys ...string) {
	for k, line := range t.lines {
		if !slices.Contains(keys, k) {
			f.warn(t.path, line, "%q means nothing here; known are %s", k, strings.Join(keys, ", "))
		}
	}
}

// entries lists the names directly in a folder, files and folders, in course order.
func (f *folder) entries(dir string) (out []string) {
	seen := map[string]bool{}
	for p := range f.sizes {
		rest := p
		if dir != "" {
			var ok bool
			if rest, ok = strings.CutPrefix(p, dir+"/"); !ok {
				continue
			}
		}
		name, _, deeper := strings.Cut(rest, "/")
		if deeper {
			name += "/"
		}
		if !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	arrange.By(out, func(a, b string) int { return natural(strings.TrimSuffix(a, "/"), strings.TrimSuffix(b, "/")) })
	return out
}

// natural compares names with runs of digits as numbers.
func natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		i, j := digits(x), digits(y)
		if i > 0 && j > 0 {
			m, n := strings.TrimLeft(x[:i], "0"), strings.TrimLeft(y[:j], "0")
			if c := cmp.Or(cmp.Compare(len(m), len(n)), cmp.Compare(m, n)); c != 0 {
				return c
			}
			x, y = x[i:], y[j:]
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

func digits(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}

// plain drops a name's ordering digits and dash, and a Markdown file's extension.
func plain(name string) string {
	name = strings.TrimSuffix(name, ".md")
	if n := digits(name); n > 0 && n < len(name)-1 && name[n] == '-' {
		return name[n+1:]
	}
	return name
}

// plainPath is plain of every part of a path: the id of what declares none.
func plainPath(p string) string {
	parts := strings.Split(p, "/")
	for i := range parts {
		parts[i] = plain(parts[i])
	}
	return strings.Join(parts, "/")
}

// titled makes a title of a name: dashes and underscores are spaces, the first letter is large.
func titled(name string) string {
	name = strings.TrimSpace(strings.NewReplacer("-", " ", "_", " ").Replace(name))
	r, n := utf8.DecodeRuneInString(name)
	return strings.ToUpper(string(r)) + name[n:]
}

// clip cuts s to at most n bytes, between runes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

// errProblems is a course folder with errors; its text lists the first of them.
func errProblems(problems []Problem) error {
	var errs []error
	for _, p := range problems {
		if !p.Warning && len(errs) < 20 {
			errs = append(errs, errors.New(p.String()))
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %w", errors.Join(errs...), fs.ErrInvalid)
}
