package library

import (
	"fmt"
	"io/fs"
	"mime"
	"os"
	"path"
	"strings"
	"time"

	"lamplight/content"
)

// storedTypes are the types of files that other programs know, by extension.
var storedTypes = map[string]string{
	".zim": "application/x-zim", ".epub": "application/epub+zip", ".pdf": "application/pdf", ".zip": "application/zip",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".m4a": "audio/mp4",
}

// storedEndings are the extensions of the one file of a course, by format, where the name it is kept under has none.
var storedEndings = map[string]string{"zim": ".zim", "epub": ".epub", "html": ".zip", "imscp": ".zip", "lamplight": ".lamp"}

// Stored is the one file that a course is, as another program may have it: a ZIM, an EPUB, a film. Path is its name with an
// extension. fs.ErrNotExist for a course of several files, and for one whose stick is away.
func (l *Library) Stored(id content.CourseID) (content.File, error) {
	in, err := l.find(id)
	if err != nil {
		return content.File{}, err
	}
	if len(in.Files) != 1 || in.Format == "kolibri" {
		return content.File{}, fmt.Errorf("library: %s is no single file: %w", in.Course.Title, fs.ErrNotExist)
	}
	f := in.Files[0]
	where, size, err := l.files(in).Path(f.Name)
	if err != nil {
		return content.File{}, fmt.Errorf("library: %s: %w: %w", in.Course.Title, fs.ErrNotExist, err)
	}
	name := path.Base(f.Name)
	ending := strings.ToLower(path.Ext(name))
	if usual := storedEndings[in.Format]; usual != "" {
		name, ending = fileName(in.Course.Title)+usual, usual
	}
	kind := storedTypes[ending]
	if kind == "" {
		kind = "application/octet-stream"
	}
	etag := f.Hash
	if etag == "" { // linked, and not yet hashed
		etag = fmt.Sprintf("%s-%d-%d", id, size, in.Links[f.Name].ModTime)
	}
	return content.File{Path: name, MIME: kind, ETag: etag, Size: size, Source: &content.Extent{Path: where, Size: size}}, nil
}

// GivesWhole says whether the one file that a course is may be given to a learner: its format says that it holds nothing
// beside what pages show, and nothing in it is for teachers alone.
func (l *Library) GivesWhole(id content.CourseID) bool {
	in, err := l.find(id)
	if err != nil || in.Staff > 0 {
		return false
	}
	f, err := l.format(in.Format)
	if err != nil {
		return false
	}
	w, ok := f.(content.WholeGiver)
	return ok && w.GivesWhole(in.Course)
}

// fileName makes of a title a name that every disk takes: letters and digits of any script, the rest dashes, at most 80 bytes.
func fileName(title string) string {
	name := strings.Join(words(title), "-")
	if name = clip(name, 80); name == "" {
		return "course"
	}
	return name
}

// Disposition is the header that gives a file its name where it is saved (RFC 6266).
func Disposition(f content.File) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": f.Path})
}

// Since is when a course, or this edition of it, was installed as this box's clock had it; the zero time when not known.
func (l *Library) Since(id content.CourseID) time.Time {
	fi, err := os.Stat(l.recordPath(id))
	if err != nil {
		return time.Time{}
	}
	return fi.ModTime().UTC().Truncate(time.Second)
}
