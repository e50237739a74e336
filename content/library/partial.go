package library

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
)

// A partial is an import that has kept some of its files and has not ended: the file dir/installed/COURSE.partial. Its first
// line is the course's title, each further one a file: hash, size and name. A line may name a blob that is not here, for it
// is written before the blob appears; a last line that is cut short is none. What it names is not swept, so that the import
// can go on where it was. A file that is not told by its name stands there under another, see wholeName.
type partial struct {
	title string
	files map[string]ManifestFile // by name
}

// An Interrupted is an import that was stopped half way. Importing the same course again goes on with it.
type Interrupted struct {
	Course content.CourseID `json:"course"`
	Title  string           `json:"title"`
	Files  int              `json:"files"` // that are here
	Bytes  int64            `json:"bytes"`
}

// Interrupted lists the imports that were stopped half way, by course id.
func (l *Library) Interrupted() []Interrupted {
	l.mu.RLock()
	defer l.mu.RUnlock()
	out := []Interrupted{}
	for id, p := range l.partials {
		x := Interrupted{Course: id, Title: p.title}
		for _, f := range p.files {
			x.Files, x.Bytes = x.Files+1, x.Bytes+f.Size
		}
		out = append(out, x)
	}
	arrange.By(out, func(a, b Interrupted) int { return strings.Compare(string(a.Course), string(b.Course)) })
	return out
}

// GiveUp forgets an import that was stopped half way and deletes what it had kept and no course uses. fs.ErrNotExist when
// there is none.
func (l *Library) GiveUp(id content.CourseID) error {
	l.installing.Lock()
	defer l.unlock()
	l.mu.RLock()
	_, ok := l.partials[id]
	l.mu.RUnlock()
	if !ok {
		return fmt.Errorf("library: no import of %.80q was interrupted: %w", id, fs.ErrNotExist)
	}
	return l.endPartial(id)
}

// ForgetHalves deletes what is here of large files whose copying was cut; nothing while something is being installed.
func (l *Library) ForgetHalves() {
	if !l.installing.TryLock() {
		return
	}
	defer l.unlock()
	l.blobs.ForgetHalves()
}

func (l *Library) partialPath(id content.CourseID) string {
	return filepath.Join(l.dir, "installed", string(id)+".partial")
}

// readPartials reads what was interrupted. One that holds nothing that is not installed is done.
func (l *Library) readPartials() {
	files, _ := filepath.Glob(filepath.Join(l.dir, "installed", "*.partial"))
	for _, path := range files {
		id := content.CourseID(strings.TrimSuffix(filepath.Base(path), ".partial"))
		if !validCourse(id) {
			continue
		}
		p, err := readPartial(path)
		if err != nil {
			l.problem(id, filepath.Base(path), err)
			continue
		}
		for name, f := range p.files {
			if size, err := l.blobs.Size(f.Hash); err != nil || size != f.Size {
				delete(p.files, name)
			}
		}
		if l.allUsed(p) {
			os.Remove(path)
			continue
		}
		l.mu.Lock()
		l.partials[id] = p
		l.mu.Unlock()
	}
}

func readPartial(path string) (*partial, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p := &partial{files: map[string]ManifestFile{}}
	lines := bufio.NewReaderSize(f, 64<<10)
	for first := true; len(p.files) <= maxFiles; first = false {
		s, err := lines.ReadString('\n')
		if err != nil {
			break // the end, or a line cut short
		}
		if first {
			p.title = strings.TrimSpace(s)
			continue
		}
		var m ManifestFile
		if _, err := fmt.Sscanf(s, "%s %d %q\n", &m.Hash, &m.Size, &m.Name); err == nil && len(m.Hash) == 64 {
			p.files[m.Name] = m
		}
	}
	return p, nil
}

// allUsed says whether every blob of p belongs to an installed course.
func (l *Library) allUsed(p *partial) bool {
	used := l.used(false)
	for _, f := range p.files {
		if !used[f.Hash] {
			return false
		}
	}
	return true
}

// keepPartial notes that files have been kept for a course that is not installed yet. The caller holds installing.
func (l *Library) keepPartial(id content.CourseID, title string, files []ManifestFile) error {
	var b strings.Builder
	l.mu.Lock()
	p := l.partials[id]
	if p == nil {
		p = &partial{title: clip(reason(errors.New(title)), 500), files: map[string]ManifestFile{}}
		l.partials[id] = p
		b.WriteString(p.title + "\n")
	}
	for _, f := range files {
		p.files[f.Name] = f
		fmt.Fprintf(&b, "%s %d %q\n", f.Hash, f.Size, f.Name)
	}
	l.mu.Unlock()
	f, err := os.OpenFile(l.partialPath(id), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(b.String())
	return errors.Join(err, f.Sync(), f.Close(), syncDir(filepath.Dir(l.partialPath(id))))
}

// endPartial forgets the import and sweeps what it kept and nobody uses. The caller holds installing.
func (l *Library) endPartial(id content.CourseID) error {
	l.mu.Lock()
	p := l.partials[id]
	delete(l.partials, id)
	l.mu.Unlock()
	if p == nil {
		return nil
	}
	var hashes []string
	for _, f := range p.files {
		hashes = append(hashes, f.Hash)
	}
	l.sweep(hashes)
	if err := os.Remove(l.partialPath(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
