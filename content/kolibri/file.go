package kolibri

import (
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/media"
	"lamplight/content/sanitize"
)

// thumbnailPath is the path of the channel's own picture.
const thumbnailPath = "thumbnail"

// maxSmall is the longest file that is read whole: captions, drawings, lists of slides.
const maxSmall = 4 << 20

var storedShape = regexp.MustCompile(`^[0-9a-f]{32}(-data)?\.[0-9a-z]{1,12}$`)

// File serves a file of the channel by its name in the storage, what lies in a zip of it by HASH.zip/path, and the
// channel's picture as "thumbnail". Films, sounds, pictures and documents are Extents; captions clean WebVTT; drawings are
// made inert. Of a book the paths are those of package epub.
func (r *reader) File(name string) (content.File, error) {
	f, err := r.file(name)
	if err != nil {
		return content.File{}, r.fail(fmt.Errorf("%.200q: %w", name, err))
	}
	return f, nil
}

func (r *reader) file(name string) (content.File, error) {
	if name == thumbnailPath {
		return r.thumbnail()
	}
	stored, inner, inside := strings.Cut(name, "/")
	if !storedShape.MatchString(stored) || len(name) > 2048 {
		return content.File{}, fs.ErrNotExist
	}
	switch {
	case inside && strings.HasSuffix(stored, ".epub"):
		return r.bookFile(stored, inner)
	case inside:
		return r.packed(stored, inner)
	}
	path, size, err := r.files.Path(stored)
	if err != nil {
		return content.File{}, err
	}
	f := content.File{Path: stored, MIME: mimeOf(stored), ETag: strings.Replace(stored, ".", "-", 1), Size: size}
	switch f.MIME {
	case "text/vtt; charset=utf-8":
		return made(f, path, func(b []byte) ([]byte, error) { vtt, _, err := media.WebVTT(b); return vtt, err })
	case "image/svg+xml":
		return made(f, path, sanitize.SVG)
	}
	f.Source = &content.Extent{Path: path, Size: size}
	return f, nil
}

// made serves a small file by what is made of it.
func made(f content.File, path string, make func([]byte) ([]byte, error)) (content.File, error) {
	b, err := readSmall(path)
	if err == nil {
		f.Bytes, err = make(b)
	}
	f.Size = int64(len(f.Bytes))
	return f, err
}

func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSmall+1))
	if err == nil && len(b) > maxSmall {
		err = fmt.Errorf("more than %d bytes: %w", maxSmall, fs.ErrInvalid)
	}
	return b, err
}

func (r *reader) thumbnail() (content.File, error) {
	size := r.tree.nodesAt - r.tree.thumbAt
	if size <= 0 || size > maxSmall {
		return content.File{}, fs.ErrNotExist
	}
	b := make([]byte, size)
	if _, err := r.tree.f.ReadAt(b, r.tree.thumbAt); err != nil {
		return content.File{}, err
	}
	sum := blake3.Sum256(b)
	return content.File{Path: thumbnailPath, MIME: pictureType(b), ETag: hex.EncodeToString(sum[:16]), Size: size, Bytes: b}, nil
}
