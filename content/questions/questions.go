// Package questions reads teachers' question banks, GIFT, Aiken and Moodle XML, into courses of exercises.
//
// A bank is read once, at import, and kept as a pack. Each category is an exercise; the categories above it are topics; a
// description, which asks nothing, is a page before the exercise. A file is the course, so a mended file is a new one.
//
// # What becomes of a question
//
//	multiple choice        choice, options partly right with their credit; many where several are right
//	true/false             truefalse
//	short answer           text; answers partly right in Accepts; * is any run of signs
//	numerical              number with tolerance, ranges as middle and half width; answers partly right in Accepts
//	calculated, simple     the same, with the numbers of the data set drawn together: every row is worked out at import
//	matching               match, answers without a question as rights without a left
//	missing word           a gap to choose in or to fill in
//	cloze                  gaps of all kinds; one where several may be ticked cannot be shown
//	select and drag words  gaps to choose in
//	ordering               order
//	description            a page
//
// An essay, a question drawn from others by chance, drawings to drag things on, questions that a script makes, and whatever
// cannot be read are LeftOut by name and reason, with the line they begin on where the format is text.
//
// # Texts
//
// UTF-8 with or without its mark, UTF-16, and Windows-1252 where it is neither; XML as it declares. Formats [html],
// [markdown] and [plain]; Moodle's own (and no word) is text in which HTML may stand. No language is stated by any of
// the three: that of the "lang" attributes, else the script's, where it is of one language mostly, else "und".
package questions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/pack"
)

// A Format reads one kind of bank. It opens what it has installed as the packs they are.
type Format struct {
	pack.Format
	name   string
	claims func(path string, head []byte) bool
	read   func(ctx context.Context, path string, b *bank) error
}

var _ content.Format = Format{}

// The formats, in the order they are to be asked: of two that a text may be, the stricter first.
func Formats() []content.Format {
	return []content.Format{
		Format{name: "moodlexml", claims: claimsMoodle, read: readMoodle},
		Format{name: "aiken", claims: claimsAiken, read: readAiken},
		Format{name: "gift", claims: claimsGIFT, read: readGIFT},
		Format{name: "csv", claims: claimsTable, read: readTable},
	}
}

// Name is "gift", "aiken", "moodlexml" or "csv".
func (f Format) Name() string { return f.name }

// Claims takes files by their name, and texts by what stands in them.
func (f Format) Claims(path string, head []byte) bool { return head != nil && f.claims(path, head) }

// Plan reads a bank and makes a pack of it.
func (f Format) Plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	id, err := identity(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	title := cmp.Or(o.Title, titled(path))
	b := &bank{format: f.name, course: content.Course{
		ID: content.NewCourseID(f.name, id), Format: f.name, Title: title, Licence: content.Licence{ID: o.Licence, Owner: o.Owner},
	}}
	if err := f.read(ctx, path, b); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", f.name, path, err)
	}
	if b.asked() == 0 {
		return nil, fmt.Errorf("%s: %s: %w", f.name, path, b.nothing())
	}
	b.settleOrder()
	plan, err := b.composition().Plan(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", f.name, path, err)
	}
	plan.Warnings = append(b.warnings, plan.Warnings...)
	if plan.Course.Items == 0 {
		return nil, fmt.Errorf("%s: %s: none of its questions can be asked here: %s: %w", f.name, path, strings.Join(plan.Warnings[:min(len(plan.Warnings), 3)], "; "), errors.ErrUnsupported)
	}
	return plan, nil
}

// identity is the file's hash, which names the course; a file of no bytes is none.
func identity(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	fi, err := f.Stat()
	switch {
	case err != nil:
		return "", err
	case !fi.Mode().IsRegular():
		return "", fmt.Errorf("%s is no file: %w", path, fs.ErrInvalid)
	case fi.Size() == 0:
		return "", fmt.Errorf("%s is empty: %w", path, fs.ErrInvalid)
	case fi.Size() > maxFile:
		return "", fmt.Errorf("%s: %d bytes are more than %d: %w", path, fi.Size(), int64(maxFile), errors.ErrUnsupported)
	}
	h := blake3.New()
	if _, err := io.Copy(h, content.Stoppable(ctx, f)); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

const (
	maxFile      = 1 << 30  // bytes of a bank, pictures and all
	maxText      = 16 << 20 // bytes of a bank that is text
	maxQuestions = 20_000
)

var wordEnds = regexp.MustCompile(`[_\s]+`)

// titled makes a title of a file's name.
func titled(path string) string {
	name := filepath.Base(path)
	for _, ext := range []string{".txt", ".xml", ".gift", ".aiken", ".csv", ".tsv"} {
		if len(name) > len(ext) && strings.EqualFold(name[len(name)-len(ext):], ext) {
			name = name[:len(name)-len(ext)]
		}
	}
	name = strings.ToValidUTF8(strings.TrimSpace(wordEnds.ReplaceAllString(name, " ")), "")
	if name == "" {
		return filepath.Base(path)
	}
	return name
}
