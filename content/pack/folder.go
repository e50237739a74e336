package pack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"lamplight/content"
)

// Folder writes the course that r reads, a reader of ours, as a course folder at dir, which must not exist or be empty.
// A course that was written as a folder comes out as it was written: built by the release that built it, it gives the same
// pack, byte by byte. What nothing shows, and the original of a drawing that was made inert, are not in a pack.
//
// A bank of another format comes out as exercises in our text; what the text has no sign for stands there as data, in an
// "item:" line. It is another course then, with an id of its own. left says what could not be written.
//
// errors.ErrUnsupported for a course of another kind, and for one of ours that an older release packed without its text.
func Folder(ctx context.Context, r content.Reader, dir string) (left []string, err error) {
	p, ok := r.(*reader)
	if !ok {
		return nil, fmt.Errorf("pack: %s is no course of ours: it has no folder: %w", r.Course().Title, errors.ErrUnsupported)
	}
	if entries, err := os.ReadDir(dir); len(entries) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("pack: %s is not empty, or no folder: %w", dir, errors.Join(err, fs.ErrExist))
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), ".folder-")
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	defer os.RemoveAll(temp)
	root, err := os.OpenRoot(temp) // no path of a pack leads out of it
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	defer root.Close()
	w := &folderWriter{packFile: p.packFile, course: p.course, root: root}
	if err := w.write(ctx); err != nil {
		return nil, fmt.Errorf("pack: writing %s as a folder: %w", p.course.Title, err)
	}
	os.Remove(dir) // empty, or not there
	if err := errors.Join(os.Chmod(temp, 0o755), os.Rename(temp, dir)); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return w.left, nil
}

// A folderWriter writes a pack as a folder.
type folderWriter struct {
	*packFile
	course content.Course
	root   *os.Root
	left   []string
}

func (w *folderWriter) write(ctx context.Context) error {
	written := map[string][]byte{}
	for _, s := range w.index.Sources {
		all, err := w.sources(s)
		if err != nil {
			return err
		}
		for _, one := range all {
			written[one.Path] = one.Text
		}
	}
	if written["course.md"] == nil {
		if w.course.Format == (Format{}).Name() {
			return fmt.Errorf("an older release packed it, and kept no text: install it again with this one: %w", errors.ErrUnsupported)
		}
		return w.bank(ctx, written)
	}
	for _, p := range sortedKeys(written) {
		if err := w.file(p, written[p]); err != nil {
			return err
		}
	}
	for _, f := range w.index.Files {
		if err := w.copy(ctx, f, f.Path); err != nil {
			return err
		}
	}
	return nil
}

func (w *folderWriter) file(p string, b []byte) error {
	if err := w.root.MkdirAll(filepath.FromSlash(path.Dir(p)), 0o755); err != nil {
		return err
	}
	return w.root.WriteFile(filepath.FromSlash(p), b, 0o644)
}

// copy writes a file of the pack at to.
func (w *folderWriter) copy(ctx context.Context, f file, to string) error {
	if err := w.file(to, nil); err != nil {
		return err
	}
	out, err := w.root.OpenFile(filepath.FromSlash(to), os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, content.Stoppable(ctx, io.NewSectionReader(w.f, w.members+f.Offset, f.Size)))
	return errors.Join(err, out.Close())
}
