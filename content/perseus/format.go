package perseus

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"github.com/zeebo/blake3"
	"golang.org/x/text/language"

	"lamplight/content"
	"lamplight/content/pack"
	"lamplight/content/zips"
)

// Format imports a lone archive or item as a course of one exercise: it is read once and kept as a pack.
type Format struct{ pack.Format }

var _ content.Format = Format{}

// Name is the format's, as Course.Format has it.
func (Format) Name() string { return "perseus" }

// Claims takes files named .perseus, zips that begin with an exercise.json, and JSON that begins as an item does.
func (Format) Claims(path string, head []byte) bool {
	if head == nil {
		return false
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".perseus":
		return true
	case ".json":
		return itemHead.Match(head)
	}
	return len(head) >= 43 && bytes.HasPrefix(head, []byte("PK\x03\x04")) && bytes.HasPrefix(head[30:], []byte("exercise.json"))
}

var itemHead = regexp.MustCompile(`^(?:\xef\xbb\xbf)?\s*\{[^\[{]*"(?:question"\s*:\s*\{|content"\s*:\s*")|☃|\\u2603`)

// maxFile bounds an archive: pictures of a few hundred questions.
const maxFile = 1 << 30

// Plan reads the file and says what its pack would keep.
func (f Format) Plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	c, warnings, err := composition(path, o)
	if err != nil {
		return nil, fmt.Errorf("perseus: %s: %w", filepath.Base(path), err)
	}
	plan, err := c.Plan(ctx)
	if err != nil {
		return nil, fmt.Errorf("perseus: %s: %w", filepath.Base(path), err)
	}
	plan.Warnings = append(warnings, plan.Warnings...)
	return plan, nil
}

// composition reads the file at path. It holds no file open: its pictures are opened when they are packed.
func composition(path string, o content.ImportOptions) (c pack.Composition, warnings []string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return c, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return c, nil, err
	}
	if info.IsDir() || info.Size() > maxFile {
		return c, nil, fmt.Errorf("%d bytes are more than %d, or it is a folder: %w", info.Size(), int64(maxFile), fs.ErrInvalid)
	}
	hash := blake3.New()
	if _, err := io.Copy(hash, io.NewSectionReader(file, 0, info.Size())); err != nil {
		return c, nil, err
	}
	sum := fmt.Sprintf("%x", hash.Sum(nil))
	id := content.NewCourseID("perseus", sum)
	title := titleOf(path)
	ex, files, err := exerciseOf(file, info.Size(), path, Options{ID: content.NewResourceID(id, "exercise"), Title: title})
	if err != nil {
		return c, nil, err
	}
	lang := languageOf(path, ex)
	ex.Language = lang
	c.Course = content.Course{
		ID: id, Format: "perseus", Edition: sum[:16], Title: title, Languages: []string{lang}, Licence: content.Licence{ID: o.Licence, Owner: o.Owner},
	}
	c.Files = files
	c.Parts = []pack.Part{{Node: content.Node{ID: ex.ID, Kind: content.Practice, Title: title}, Exercise: &ex}}
	return c, nil, nil
}

// exerciseOf reads an archive, or one item as an exercise of its own.
func exerciseOf(file *os.File, size int64, path string, o Options) (content.Exercise, map[string]func() (io.ReadCloser, error), error) {
	magic := make([]byte, 2)
	if n, _ := file.ReadAt(magic, 0); n == 2 && string(magic) == "PK" || strings.EqualFold(filepath.Ext(path), ".perseus") {
		files := map[string]func() (io.ReadCloser, error){}
		o.File = func(inner string) string {
			files[inner] = func() (io.ReadCloser, error) { return openPicture(path, inner) }
			return inner
		}
		ex, err := Exercise(file, size, o)
		return ex, files, err
	}
	if size > maxItem {
		return content.Exercise{}, nil, fmt.Errorf("%d bytes are more than %d: %w", size, maxItem, fs.ErrInvalid)
	}
	source, err := io.ReadAll(io.NewSectionReader(file, 0, size))
	if err != nil {
		return content.Exercise{}, nil, err
	}
	ex := content.Exercise{ID: o.ID, Title: o.Title, Criterion: content.Criterion{Type: "do_all"}}
	it, left, err := Item("question", source, func(string) string { return "" })
	switch {
	case err != nil:
		return ex, nil, err
	case left != nil:
		ex.LeftOut = []content.LeftOut{*left}
	default:
		ex.Items = []content.Item{it}
	}
	return ex, nil, nil
}

// openPicture reads a picture of the archive at path, a drawing with its labels.
func openPicture(path, inner string) (io.ReadCloser, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	b, err := Picture(file, info.Size(), inner)
	return io.NopCloser(bytes.NewReader(b)), err
}

// maxPicture is how large a picture of a question may be, in bytes.
const maxPicture = 16 << 20

// Picture reads a picture of an archive, a drawing with its labels written into it. The error wraps fs.ErrNotExist when it
// has none of that path, fs.ErrInvalid for one that is damaged or too large.
func Picture(r io.ReaderAt, size int64, inner string) ([]byte, error) {
	z, err := zips.OpenZip(r, size)
	if err != nil {
		return nil, fmt.Errorf("perseus: %w", err)
	}
	b, err := z.ReadFile(inner, maxPicture)
	if err != nil {
		return nil, fmt.Errorf("perseus: %w", kind(err))
	}
	if at := DataPath(inner); at != "" {
		if data, err := z.ReadFile(at, maxDrawing); err == nil {
			if with, err := Drawing(b, data); err == nil {
				return with, nil
			}
		}
	}
	return b, nil
}

// titleOf makes a title of a file's name.
func titleOf(path string) string {
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	title := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(stem, " "), func(r rune) bool { return r == '_' || unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if title == "" {
		return "Perseus"
	}
	return clip(title, 200)
}

// nameTag is a language at the end of a file's name, behind a number or a point: story_0001_sw, story.sw.
var nameTag = regexp.MustCompile(`(?:[0-9][_-]|\.)([a-z]{2,3}(?:-[A-Z]{2})?)$`)

// languageOf is the language a file's name ends with, else that of the script most of its questions are written in; "und"
// where neither says. The format states none.
func languageOf(path string, ex content.Exercise) string {
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	if m := nameTag.FindStringSubmatch(stem); m != nil {
		if tag, err := language.Parse(m[1]); err == nil && known(tag) {
			return tag.String()
		}
	}
	var all strings.Builder
	for _, it := range ex.Items {
		all.WriteString(it.Stem)
	}
	if lang := scriptLanguage(all.String()); lang != "" {
		return lang
	}
	return "und"
}

// known says whether a tag is of a language that has a script we know of: "pdf" and "new" are tags too.
func known(tag language.Tag) bool {
	_, confidence := tag.Script()
	base, sure := tag.Base()
	return confidence >= language.High && sure == language.Exact && len(base.String()) == 2
}
