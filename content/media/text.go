package media

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"lamplight/content"
)

var _ content.TextReader = (*reader)(nil)

// Text implements content.TextReader: see NodeText.
func (r *reader) Text(id content.ResourceID, yield func(content.Passage) bool) error {
	n, err := r.Node(id)
	if err != nil {
		return err
	}
	return NodeText(r, n, yield)
}

// NodeText yields the words of a film's or sound's captions, every track with its language, at the second each is said;
// and of a PDF, page by page. Other nodes have none. It is for every reader that holds such files.
func NodeText(r interface {
	File(path string) (content.File, error)
}, n content.Node, yield func(content.Passage) bool,
) error {
	var errs []error
	for _, c := range n.Captions {
		more, err := trackText(r, c, yield)
		if err != nil {
			errs = append(errs, err)
		}
		if !more {
			return errors.Join(errs...)
		}
	}
	if n.Kind == content.Document && n.Path != "" {
		f, err := r.File(n.Path)
		if err == nil {
			err = documentText(f, yield)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// spoken is how many seconds of captions make one passage: what is said in them is found together, and begins near.
const spoken = 12

func trackText(r interface {
	File(path string) (content.File, error)
}, c content.Caption, yield func(content.Passage) bool,
) (more bool, err error) {
	f, err := r.File(c.Path)
	if err != nil {
		return true, err
	}
	b, err := contents(f, maxCaptions)
	if err != nil {
		return true, fmt.Errorf("media: captions %.200q: %w", c.Path, err)
	}
	var p content.Passage
	var from float64
	var text strings.Builder
	flush := func() bool {
		p.Text = text.String()
		text.Reset()
		return p.Text == "" || yield(p)
	}
	for _, cue := range Cues(b) {
		if text.Len() > 0 && (cue.Start >= from+spoken || text.Len() > 2<<10) {
			if !flush() {
				return false, nil
			}
		}
		if text.Len() == 0 {
			from = cue.Start
			p = content.Passage{Place: "?t=" + strconv.FormatFloat(from, 'f', -1, 64), Language: c.Language}
		} else {
			text.WriteByte('\n')
		}
		text.WriteString(cue.Text[:min(len(cue.Text), 8<<10)])
	}
	return flush(), nil
}

// contents reads a small file of a course.
func contents(f content.File, most int64) ([]byte, error) {
	if f.Source == nil {
		if f.Coding != "" {
			return nil, fmt.Errorf("packed as %s: %w", f.Coding, errors.ErrUnsupported)
		}
		return f.Bytes, nil
	}
	if f.Source.Size > most {
		return nil, fmt.Errorf("%d bytes, at most %d: %w", f.Source.Size, most, fs.ErrInvalid)
	}
	file, err := os.Open(f.Source.Path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	b := make([]byte, f.Source.Size)
	_, err = io.ReadFull(io.NewSectionReader(file, f.Source.Offset, f.Source.Size), b)
	return b, err
}

// documentText reads a PDF's pages where it lies.
func documentText(f content.File, yield func(content.Passage) bool) error {
	if f.Source == nil {
		return PDFText(strings.NewReader(string(f.Bytes)), int64(len(f.Bytes)), yield)
	}
	file, err := os.Open(f.Source.Path)
	if err != nil {
		return fmt.Errorf("media: %w", err)
	}
	defer file.Close()
	return PDFText(io.NewSectionReader(file, f.Source.Offset, f.Source.Size), f.Source.Size, yield)
}
