package media

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// Limits of a folder.
const (
	maxWalked   = 200_000 // entries looked at
	maxFiles    = 10_000  // media of one course
	maxDepth    = 24
	maxWarnings = 200
)

// A planner gathers the files of one course.
type planner struct {
	ctx      context.Context
	o        content.ImportOptions
	root     string
	title    string // of a folder
	walked   int
	found    []found
	names    map[string]bool // taken names of kept files
	warnings []string
}

// A found is one media file with what lies beside it.
type found struct {
	topic    string // slash path of its folder inside the course, "" at the top
	name     string // under which it is kept
	path     string
	size     int64
	hash     string
	info     info
	captions []side
	poster   *side
}

// A side is a file beside a media file.
type side struct {
	name, path, language, hash string
	size                       int64
}

func (p *planner) warn(format string, args ...any) {
	if len(p.warnings) < maxWarnings {
		p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
	}
}

// lone plans one file and what lies beside it.
func (p *planner) lone(fi fs.FileInfo) error {
	if !fi.Mode().IsRegular() {
		return fmt.Errorf("neither a file nor a folder: %w", fs.ErrInvalid)
	}
	if isCaption(p.root) {
		return p.loneCaption()
	}
	dir := filepath.Dir(p.root)
	beside, err := os.ReadDir(dir)
	if err != nil {
		beside = nil
	}
	return p.add(dir, "", fi.Name(), beside)
}

// loneCaption says of captions alone what is wrong with them, or what they lack.
func (p *planner) loneCaption() error {
	b, err := readSmall(p.root, maxCaptions)
	if err != nil {
		return err
	}
	if _, problems, err := WebVTT(b); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(problems, "; "), err)
	}
	return fmt.Errorf("captions alone: import the video or sound they belong to, with the captions beside it: %w", errors.ErrUnsupported)
}

// folder plans everything below the root.
func (p *planner) folder() error {
	p.title = clean(filepath.Base(p.root))
	if abs, err := filepath.Abs(p.root); err == nil && (p.title == "." || p.title == "/") {
		p.title = clean(filepath.Base(abs))
	}
	if err := p.walk(p.root, "", 0); err != nil {
		return err
	}
	if len(p.found) == 0 {
		reason := "no video, sound or PDF in it"
		if len(p.warnings) > 0 {
			reason = p.warnings[0]
		}
		return fmt.Errorf("%s: %w", reason, fs.ErrInvalid)
	}
	return nil
}

func (p *planner) walk(dir, topic string, depth int) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		p.warn("%s: %v", topic, err)
		return nil
	}
	sort.SliceStable(entries, func(i, j int) bool { return natural(entries[i].Name(), entries[j].Name()) })
	for _, e := range entries {
		if p.walked++; p.walked > maxWalked || len(p.found) >= maxFiles {
			p.warn("%s: more than %d media files; the rest is left out", e.Name(), maxFiles)
			return nil
		}
		full := filepath.Join(dir, e.Name())
		switch {
		case skipped(e.Name()):
		case e.IsDir():
			if depth < maxDepth && !foreign(full) {
				if err := p.walk(full, path.Join(topic, keptName(e.Name())), depth+1); err != nil {
					return err
				}
			}
		case e.Type().IsRegular() && p.candidate(full):
			if err := p.add(dir, topic, e.Name(), entries); err != nil {
				if p.ctx.Err() != nil {
					return err
				}
				p.warn("%s left out: %v", path.Join(topic, clean(e.Name())), err)
			}
		}
	}
	p.strays(topic, entries)
	return nil
}

// candidate says whether a file of a folder is one of ours: by name, else by its first bytes if its name says nothing.
func (p *planner) candidate(full string) bool {
	ext := strings.ToLower(filepath.Ext(full))
	if extensions[ext] || refused[ext] != "" {
		return true
	}
	if ext != "" {
		return false
	}
	head, err := readHead(full)
	return err == nil && sniff(head) != ""
}

// strays names captions that belong to nothing.
func (p *planner) strays(topic string, entries []fs.DirEntry) {
	for _, e := range entries {
		if !isCaption(e.Name()) || skipped(e.Name()) {
			continue
		}
		if !slices.ContainsFunc(entries, func(m fs.DirEntry) bool { _, ok := belongs(e.Name(), m.Name()); return ok }) {
			p.warn("%s: captions that belong to no file beside them", path.Join(topic, clean(e.Name())))
		}
	}
}

// add probes and hashes one file and takes what belongs to it.
func (p *planner) add(dir, topic, name string, beside []fs.DirEntry) error {
	f := found{topic: topic, path: filepath.Join(dir, name)}
	r, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer r.Close()
	fi, err := r.Stat()
	if err != nil {
		return err
	}
	f.size = fi.Size()
	if f.info, err = probe(name, r, f.size); err != nil {
		return err
	}
	if f.hash, err = p.hash(r); err != nil {
		return err
	}
	f.name = p.take(path.Join(topic, keptName(name)))
	if f.info.Kind != content.Document {
		p.captions(&f, dir, name, beside)
	}
	p.poster(&f, dir, name, beside)
	p.found = append(p.found, f)
	return nil
}

func (p *planner) hash(r io.Reader) (string, error) {
	sum := blake3.New()
	buf := make([]byte, 256<<10)
	for {
		if err := p.ctx.Err(); err != nil {
			return "", err
		}
		n, err := r.Read(buf)
		_, _ = sum.Write(buf[:n])
		if err == io.EOF {
			return hex.EncodeToString(sum.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
}

// take gives a name nobody has yet.
func (p *planner) take(name string) string {
	free := name
	for n := 2; p.names[free]; n++ {
		ext := path.Ext(name)
		free = fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ext), n, ext)
	}
	p.names[free] = true
	return free
}
