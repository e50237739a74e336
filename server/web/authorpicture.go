package web

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/server/files"
	"lamplight/server/picture"
)

// Bounds of a picture that a teacher adds to a page.
const (
	maxOwnPicture = 16 << 20 // bytes as it comes: a photo of 24 megapixels
	ownSide       = 1280     // pixels of the longer side of what is kept
)

// errNoPicture says that a picture cannot be read; it wraps fs.ErrInvalid.
var errNoPicture = errors.Join(errors.New("web: no picture that can be read"), fs.ErrInvalid)

// keepPicture makes a picture small and keeps it under a name made of its bytes, in the box's own folder: another box gets it
// with the course, once that is published. A photo is written anew, so that where it was taken is not told.
func (s *Server) keepPicture(b []byte) (name string, err error) {
	var small *picture.Small
	s.Auth.Alone(func() { small, err = picture.Shrink(bytes.NewReader(b), ownSide) })
	if err != nil {
		return "", errors.Join(err, errNoPicture)
	}
	made, ext := small.Bytes, small.Ending
	if err := s.Library.Room(int64(len(made))); err != nil {
		return "", err
	}
	sum := blake3.Sum256(made)
	name = hex.EncodeToString(sum[:16]) + ext
	to := filepath.Join(s.OwnDir, name)
	if _, err := os.Stat(to); err == nil {
		return name, nil
	}
	return name, writeWhole(to, made)
}

// writeWhole writes a file so that a power cut leaves it whole or not there.
func writeWhole(to string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	d, err := os.Open(filepath.Dir(to)) // its new name as well: the draft that shows it is on the card before long
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// lendPicture puts a picture of a draft at to: from this box' folder or, where it came with a published edition from another
// box, out of that. One that is on neither is left out, and the compiler says so.
func (s *Server) lendPicture(course content.CourseID, name, to string) error {
	from := filepath.Join(s.OwnDir, name)
	if err := os.Link(from, to); err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	b, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		b, err = s.publishedPicture(course, name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o644)
}

func (s *Server) publishedPicture(course content.CourseID, name string) ([]byte, error) {
	reader, release, err := s.Library.Reader(course)
	if err != nil {
		return nil, err
	}
	defer release()
	f, err := reader.File("pictures/" + name)
	if err != nil {
		return nil, err
	}
	return files.ReadAll(f, maxOwnPicture)
}

// sendOwnPicture sends a teacher a picture of a draft: its preview asks for it where the published course will have it.
func (s *Server) sendOwnPicture(w http.ResponseWriter, r *request, path string) error {
	m := ownPicture.FindStringSubmatch(path)
	if m == nil || m[0] != path || !r.teaches() {
		return errNotFound(r.URL.Path)
	}
	b, err := os.ReadFile(filepath.Join(s.OwnDir, m[1]))
	if err != nil {
		return errNotFound(r.URL.Path)
	}
	mime := "image/jpeg"
	if filepath.Ext(path) == ".png" {
		mime = "image/png"
	}
	policy, _ := inert(mime)
	w.Header().Set("Content-Security-Policy", policy)
	return files.Serve(w, r.Request, content.File{Path: path, MIME: mime, ETag: m[1], Bytes: b, Size: int64(len(b))}, files.Revalidate)
}

// readPicture reads a picture that a form brings; nil for none.
func readPicture(from io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(from, maxOwnPicture+1))
	if err == nil && len(b) > maxOwnPicture {
		// the rest of the form is still read, and thrown away
		_, err = io.Copy(io.Discard, from)
		b = []byte{0}
	}
	return b, err
}
