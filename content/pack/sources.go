package pack

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// A sourceRun is some of a course's Markdown as it was written, so that the folder can be had back: a zstd frame of
// deterministic CBOR, an array of source by path, after all else in the pack. Nothing that learners see is made of it.
type sourceRun struct {
	Offset int64  `cbor:"1,keyasint"`
	Stored int64  `cbor:"2,keyasint"` // bytes
	Length uint32 `cbor:"3,keyasint"` // bytes in full, at most maxSourceRun
	Hash   string `cbor:"4,keyasint"` // first 16 bytes of the BLAKE3 of those, in hex
}

// A source is a Markdown file as it lay in the folder; of a composition, what a page was made of, by its id.
type source struct {
	Path string `cbor:"1,keyasint"`
	Text []byte `cbor:"2,keyasint"`
}

const (
	// maxSourceRun bounds what reading a run takes; a run is closed once it holds half of it, and a file has at most 1 MiB.
	maxSourceRun  = 4 << 20
	maxSourceRuns = 2 * maxPages / maxSourceRun
)

// keepSources adds the Markdown to a compiled course.
func (c *course) keepSources(out *compiled) error {
	var run []source
	size := 0
	flush := func() error {
		if len(run) == 0 {
			return nil
		}
		plain, err := encoder.Marshal(run)
		if err != nil {
			return fmt.Errorf("pack: sources: %w", err)
		}
		frame := zstdFrame(plain)
		out.index.Sources = append(out.index.Sources, sourceRun{out.size, int64(len(frame)), uint32(len(plain)), hash128(plain)})
		out.sources = append(out.sources, frame)
		out.size += int64(len(frame))
		run, size = nil, 0
		return nil
	}
	for _, p := range sortedKeys(c.texts) {
		run = append(run, source{p, []byte(c.texts[p].raw)})
		if size += len(p) + len(c.texts[p].raw) + 16; size >= maxSourceRun/2 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// sumSources adds to a course's edition what it was written as: another remark is another pack.
func (x *index) sumSources(h *blake3.Hasher) {
	for _, s := range x.Sources {
		h.WriteString(s.Hash)
	}
}

// sources reads a run. Paths are plain and end in .md.
func (p *packFile) sources(s sourceRun) ([]source, error) {
	b := make([]byte, s.Stored)
	if _, err := p.f.ReadAt(b, p.members+s.Offset); err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	plain, err := unzstd(b, int64(s.Length))
	if err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	if hash128(plain) != s.Hash {
		return nil, fmt.Errorf("sources: their bytes are not those the index names: %w", fs.ErrInvalid)
	}
	var out []source
	if err := decoder.Unmarshal(plain, &out); err != nil {
		return nil, fmt.Errorf("sources: %w: %w", err, fs.ErrInvalid)
	}
	for _, one := range out {
		if !fs.ValidPath(one.Path) || !strings.EqualFold(path.Ext(one.Path), ".md") || len(one.Text) > maxMarkdown {
			return nil, fmt.Errorf("sources: %.80q cannot be a page's file: %w", one.Path, fs.ErrInvalid)
		}
	}
	return out, nil
}

// checkSources is what runs of a pack from elsewhere must be.
func (x *index) checkSources(members int64) error {
	if len(x.Sources) > maxSourceRuns {
		return fmt.Errorf("more than %d runs of sources", maxSourceRuns)
	}
	for i, s := range x.Sources {
		if !within(s.Offset, s.Stored, members) || s.Length > maxSourceRun {
			return fmt.Errorf("sources %d: their bytes lie outside the file, or are too many", i)
		}
	}
	return nil
}

// keepWritten keeps what a composed page was made of.
func (c *course) keepWritten(id content.ResourceID, markdown string) {
	if len(markdown) <= maxMarkdown {
		p := string(id) + ".md"
		c.texts[p] = &text{path: p, raw: markdown}
	}
}

// written puts a line into the front matter as it is kept, for what was said when the course was imported: the folder that
// is had back says it too.
func (t *text) written(key, value string) {
	lines := strings.SplitAfter(t.raw, "\n")
	line := key + ": " + strings.Join(strings.Fields(value), " ") + "\n"
	if at, end := t.lines[key], t.bodyLine-2; at > 0 && at <= len(lines) { // there without a value
		lines[at-1] = line
	} else if end > 0 && end < len(lines) {
		lines[end] = line + lines[end]
	}
	t.raw = strings.Join(lines, "")
}
