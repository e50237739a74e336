package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	_ "image/gif" // the formats that covers come in
	"image/jpeg"
	_ "image/png"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"lamplight/content"
	"lamplight/server/files"
)

// A cover is shown at 48 CSS pixels; a course may bring one of megabytes. thumbnails makes small ones, one at a time
// (decoding takes memory), and keeps them by the hash of what they were made from.
type thumbnails struct {
	side int        // pixels of the shorter side, 0 is thumbSide
	dir  string     // keeps them over a restart, "" does not
	most int        // how many are kept, 0 is maxThumbs
	mu   sync.Mutex // held while one is made
	made map[string]content.File
	// alone runs what takes megabytes while nothing else of the kind runs; nil: it runs at once.
	alone func(func())
}

const (
	thumbSide    = 96       // pixels of the shorter side: sharp on a phone of two dots a pixel
	smallEnough  = 4 << 10  // bytes: sent as it is
	maxCover     = 8 << 20  // bytes, and pixels but of a JPEG: of larger ones nothing is made
	maxPixels    = 16 << 20 // of a JPEG, 1.5 bytes each while it is made small
	largestThumb = 64 << 10 // bytes: a larger picture that cannot be made small is not sent as a small one
	maxKept      = 2000     // files in dir; then all are made anew
	maxThumbs    = 500      // kept, about 3 KB each; then the map starts anew
	thumbQuality = 70
	smallSide    = 240 // of a picture in a lesson, for who saves data: about 10 KB
	maxSmaller   = 100
)

// sendThumbnail sends a course's picture made small; with ?of=PATH the picture of one of its resources.
func (s *Server) sendThumbnail(w http.ResponseWriter, r *request) error {
	id := content.CourseID(r.PathValue("course"))
	course, err := s.Library.Course(id)
	if err != nil {
		return err
	}
	name := course.Thumbnail
	if of := r.URL.Query().Get("of"); of != "" {
		name = of
	}
	reader, release, err := s.Library.Reader(id)
	if err != nil {
		return err
	}
	defer release()
	f, err := s.granted(r, reader, name)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(f.MIME, "image/") {
		return errNotFound(r.URL.Path)
	}
	policy, _ := inert(f.MIME)
	w.Header().Set("Content-Security-Policy", policy)
	small := s.thumbs.small(f)
	if small.Size > largestThumb {
		if name != course.Thumbnail {
			return errNotFound(r.URL.Path)
		}
		small = plainCover(course)
	}
	return files.Serve(w, r.Request, small, files.Revalidate)
}

// MakeThumbnails makes the small pictures of courses as these are installed, so that nobody waits for one, until ctx ends.
func (s *Server) MakeThumbnails(ctx context.Context) error {
	tried := map[string]bool{} // course and edition
	for {
		changed := s.Library.Changed()
		for _, c := range s.Library.Courses() {
			key := string(c.ID) + c.Edition
			if ctx.Err() != nil || c.Thumbnail == "" || tried[key] {
				continue
			}
			tried[key] = true
			s.makeThumbnail(c)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}

// makeThumbnail makes one; what cannot be read is found out again by who opens the course.
func (s *Server) makeThumbnail(c content.Course) {
	defer func() { recover() }() // a picture that its decoder fails over has none
	reader, release, err := s.Library.Reader(c.ID)
	if err != nil {
		return
	}
	defer release()
	if f, err := reader.File(c.Thumbnail); err == nil && strings.HasPrefix(f.MIME, "image/") {
		s.thumbs.small(f)
	}
}

// small is f made small, or f itself where that is not possible or not needed.
func (t *thumbnails) small(f content.File) content.File {
	if f.Size <= smallEnough || f.Size > maxCover || f.Coding == "gzip" {
		return f
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if made, ok := t.made[f.ETag]; ok {
		return made
	}
	if b, err := os.ReadFile(t.path(f)); err == nil && t.dir != "" && bytes.HasSuffix(b, []byte{0xFF, 0xD9}) { // whole: JPEG's end
		return t.remember(f, b)
	}
	small := f
	shrinkIt := func() {
		text, err := files.ReadAll(f, maxCover)
		if err != nil {
			return
		}
		if b, ok := shrink(text, cmp.Or(t.side, thumbSide)); ok && len(b) < len(text) {
			t.write(f, b)
			small = t.remember(f, b)
		}
	}
	if t.alone == nil {
		shrinkIt()
	} else {
		t.alone(shrinkIt)
	}
	return small
}

// remember keeps a small picture in memory.
func (t *thumbnails) remember(f content.File, b []byte) content.File {
	if t.made == nil || len(t.made) >= cmp.Or(t.most, maxThumbs) {
		t.made = map[string]content.File{}
	}
	made := content.File{Path: f.Path, MIME: "image/jpeg", ETag: f.ETag + "-t", Bytes: b, Size: int64(len(b))}
	t.made[f.ETag] = made
	return made
}

// path is where the small picture of f is kept.
func (t *thumbnails) path(f content.File) string {
	sum := sha256.Sum256([]byte(f.ETag))
	return filepath.Join(t.dir, hex.EncodeToString(sum[:16])+".jpg")
}

// write keeps a small picture over a restart, by rename. One that is lost is made anew.
func (t *thumbnails) write(f content.File, b []byte) {
	if t.dir == "" {
		return
	}
	if old, err := os.ReadDir(t.dir); errors.Is(err, fs.ErrNotExist) {
		_ = os.MkdirAll(t.dir, 0o755) // or the file is not made
	} else if len(old) >= maxKept {
		for _, x := range old {
			_ = os.Remove(filepath.Join(t.dir, x.Name()))
		}
	}
	if temp := t.path(f) + ".tmp"; os.WriteFile(temp, b, 0o644) == nil {
		_ = os.Rename(temp, t.path(f))
	}
}

// shrink makes a JPEG whose shorter side is so many pixels, on white where the picture is clear; false for what is no
// picture it knows, too many pixels, or small already.
func shrink(text []byte, side int) ([]byte, bool) {
	c, kind, err := image.DecodeConfig(bytes.NewReader(text))
	most := maxCover
	if kind == "jpeg" {
		most = maxPixels
	}
	if err != nil || c.Width < 1 || c.Height < 1 || c.Width > most/c.Height {
		return nil, false
	}
	from, _, err := image.Decode(bytes.NewReader(text))
	if err != nil {
		return nil, false
	}
	shorter := min(c.Width, c.Height)
	if shorter <= side || max(c.Width, c.Height) > 20*shorter {
		return nil, false
	}
	to := image.NewRGBA(image.Rect(0, 0, c.Width*side/shorter, c.Height*side/shorter))
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(to, to.Bounds(), from, from.Bounds(), draw.Over, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, to, &jpeg.Options{Quality: thumbQuality}); err != nil {
		return nil, false
	}
	return out.Bytes(), true
}
