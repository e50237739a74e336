package web

import (
	"bytes"
	"encoding/hex"
	"errors"
	"image"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"github.com/zeebo/blake3"
	"golang.org/x/image/draw"

	"lamplight/content"
	"lamplight/server/files"
	cardreader "lamplight/server/paper"
)

// Bounds of a picture that a teacher adds to a page.
const (
	maxOwnPicture = 12 << 20 // bytes as it comes
	ownSide       = 720      // pixels of the shorter side of what is kept
	plainPicture  = 64 << 10 // bytes of a PNG that is kept as it is: a drawing
)

// errNoPicture says that a picture cannot be read; it wraps fs.ErrInvalid.
var errNoPicture = errors.Join(errors.New("web: no picture that can be read"), fs.ErrInvalid)

// keepPicture makes a picture small and keeps it under a name made of its bytes, in the box's own folder: another box gets it
// with the course, once that is published. A photo is written anew, so that where it was taken is not told.
func (s *Server) keepPicture(b []byte) (name string, err error) {
	made, ext, ok := []byte(nil), ".jpg", false
	s.Auth.Alone(func() { made, ext, ok = ownPictureOf(b) })
	if !ok {
		return "", errNoPicture
	}
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
	return nil
}

// ownPictureOf is what is kept of a picture: a JPEG, or a small drawing as it is.
func ownPictureOf(b []byte) (made []byte, ext string, ok bool) {
	c, kind, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil || c.Width < 1 || c.Height < 1 || c.Width > maxPixels/c.Height {
		return nil, "", false
	}
	if kind == "png" && len(b) <= plainPicture && c.Width <= 2*ownSide {
		_, _, err := image.Decode(bytes.NewReader(b))
		return b, ".png", err == nil
	}
	held := cardreader.Orientation(b)
	if small, ok := shrink(b, ownSide); ok {
		b = small
	}
	from, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, "", false
	}
	made, ok = encodeJPEG(upright(from, held))
	return made, ".jpg", ok
}

// upright is a picture as it is to be held (Exif orientation, 1 to 8), on white.
func upright(from image.Image, held int) image.Image {
	b := from.Bounds()
	w, h := b.Dx(), b.Dy()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if held > 4 {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	plain := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(plain, plain.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(plain, plain.Bounds(), from, b.Min, draw.Over)
	if held < 2 || held > 8 {
		return plain
	}
	for y := range h {
		for x := range w {
			across, down := x, y
			switch held {
			case 2:
				across = w - 1 - x
			case 3:
				across, down = w-1-x, h-1-y
			case 4:
				down = h - 1 - y
			case 5:
				across, down = y, x
			case 6:
				across, down = h-1-y, x
			case 7:
				across, down = h-1-y, w-1-x
			case 8:
				across, down = y, w-1-x
			}
			to.SetRGBA(across, down, plain.RGBAAt(x, y))
		}
	}
	return to
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
