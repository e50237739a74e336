// Package perseus reads Khan Academy's exercises, as Kolibri channels carry them: .perseus archives and single items.
//
// An archive is a zip:
//
//	exercise.json          {all_assessment_items: [ID…], assessment_mapping: {ID: type}, mastery_model, m, n, randomize}
//	ID.json                an item: {question: R, hints: [R…], answerArea, itemDataVersion}
//	images/NAME            pictures; a drawing with its labels is images/X.svg with images/X-data.json
//
// R is {content, images, widgets}: Markdown of Perseus's own kind, in which "[[☃ radio 1]]" is where the widget of that
// name stands. A single item may also be an R alone. Only widgets that stand in the content are there: editors leave others
// behind.
//
// # What becomes of a widget
//
//	radio               choice or many; a gap to choose in beside other widgets
//	dropdown            a gap to choose in
//	numeric-input       number; a gap beside other widgets; answers known to be wrong are Mistakes
//	input-number        the same
//	number-line         number, where the answer does not stand in the question already
//	expression          a formula typed, compared by value: see marking.FormulaKey
//	table matrix        a table of gaps
//	sorter orderer      order
//	matcher             match
//	categorizer         categorise
//	image definition passage explanation group    what they show
//
// A question with any other widget, or with several that one Item cannot hold, is a LeftOut that names them. So is one
// whose pictures are not there.
package perseus

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/zips"
)

// Bounds. The largest item met has 120 kB, the largest exercise 900 items.
const (
	maxIndex = 4 << 20  // bytes of exercise.json
	maxItem  = 1 << 20  // bytes of an item
	maxItems = 2000     // of an exercise
	maxText  = 64 << 10 // bytes of one text
	maxDepth = 40       // of nested JSON
)

// Options say what the exercise is to those who list it, for an archive knows none of it.
type Options struct {
	ID       content.ResourceID
	Title    string
	Language string
	// Criterion is that of the channel; zero takes what exercise.json says.
	Criterion content.Criterion
	// Order are the items asked, by id, in order; nil asks all that exercise.json lists.
	Order []string
	// File maps the path of a picture inside the archive to a path for Reader.File, "" when it is not to be had. It is asked
	// only for what an item shows. Nil is the path itself.
	File func(inner string) string
}

// Exercise reads an archive of size bytes. It keeps nothing open. An item that cannot be asked or read is in LeftOut; an
// archive without a readable exercise.json is an error that wraps fs.ErrInvalid or errors.ErrUnsupported, and one
// whose items are all left out is none.
func Exercise(r io.ReaderAt, size int64, o Options) (content.Exercise, error) {
	a, err := openArchive(r, size)
	if err != nil {
		return content.Exercise{}, err
	}
	ex := content.Exercise{ID: o.ID, Title: o.Title, Language: o.Language, Criterion: o.Criterion}
	if ex.Criterion.Type == "" {
		ex.Criterion = a.index.criterion()
	}
	order := o.Order
	if order == nil {
		order = a.index.Items
	}
	seen := map[string]bool{}
	for _, id := range order {
		if seen[id] {
			continue
		}
		seen[id] = true
		if len(seen) > maxItems {
			return content.Exercise{}, fmt.Errorf("perseus: more than %d items: %w", maxItems, fs.ErrInvalid)
		}
		it, left := a.item(id, o)
		if left != nil {
			ex.LeftOut = append(ex.LeftOut, *left)
		} else {
			ex.Items = append(ex.Items, it)
		}
	}
	return ex, nil
}

// Item reads one item's JSON. file is Options.File. Exactly one of the Item, the LeftOut and the error is given; the
// error wraps fs.ErrInvalid: no JSON, too large, too deep, no question in it.
func Item(id string, source []byte, file func(string) string) (content.Item, *content.LeftOut, error) {
	return read(id, source, file, "")
}

// read is Item with the language of the exercise, "" unknown.
func read(id string, source []byte, file func(string) string, lang string) (content.Item, *content.LeftOut, error) {
	if !validID(id) {
		return content.Item{}, nil, fmt.Errorf("perseus: %.80q cannot be the id of an item: %w", id, fs.ErrInvalid)
	}
	d, err := readItem(source)
	if err != nil {
		return content.Item{}, nil, fmt.Errorf("perseus: item %s: %w", id, err)
	}
	if file == nil {
		file = func(inner string) string { return inner }
	}
	if lang == "" {
		lang = scriptLanguage(d.Question.Content)
	}
	w := &writer{id: content.ItemID(id), file: file, lang: lang}
	it, left := w.item(d)
	if left != nil {
		left.Item = content.ItemID(id)
		return content.Item{}, left, nil
	}
	it.ID = content.ItemID(id)
	if err := marking.Check(it); err != nil {
		return content.Item{}, &content.LeftOut{Item: it.ID, Type: w.kinds(), Reason: reason(err)}, nil
	}
	return it, nil, nil
}

// validID says whether an id can be ours: printable, no longer than a file's name.
func validID(id string) bool {
	return id != "" && len(id) <= 200 && !strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' })
}

// reason is an error's words without its kind, on one line of at most 300 bytes.
func reason(err error) string {
	s := err.Error()
	for _, kind := range []error{fs.ErrInvalid, errors.ErrUnsupported, fs.ErrNotExist} {
		s = strings.ReplaceAll(s, ": "+kind.Error(), "")
	}
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "")
	}
	return s
}

// An archive is an open .perseus file.
type archive struct {
	zip   *zips.Zip
	index index
}

func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	z, err := zips.OpenZip(r, size)
	if err != nil {
		return nil, fmt.Errorf("perseus: %w", err)
	}
	b, err := z.ReadFile("exercise.json", maxIndex)
	if err != nil {
		return nil, fmt.Errorf("perseus: exercise.json: %w", kind(err))
	}
	a := &archive{zip: z}
	if err := decode(b, &a.index); err != nil {
		return nil, fmt.Errorf("perseus: exercise.json: %w", err)
	}
	return a, nil
}

// kind gives an error of reading a kind that a Format may refuse with.
func kind(err error) error {
	if errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return fmt.Errorf("%w: %w", err, fs.ErrInvalid)
}

// item reads one item of the archive. Kolibri names its file by its id.
func (a *archive) item(id string, o Options) (content.Item, *content.LeftOut) {
	fail := func(kind string, err error) (content.Item, *content.LeftOut) {
		return content.Item{}, &content.LeftOut{Item: content.ItemID(strings.ToValidUTF8(id, "")), Type: kind, Reason: reason(err)}
	}
	b, err := a.zip.ReadFile(id+".json", maxItem)
	if err != nil {
		return fail("missing", err)
	}
	there := func(inner string) string {
		if _, err := a.zip.Stat(inner); err != nil {
			return ""
		}
		if o.File == nil {
			return inner
		}
		return o.File(inner)
	}
	it, left, err := read(id, b, there, o.Language)
	if err != nil {
		return fail("unreadable", err)
	}
	return it, left
}
