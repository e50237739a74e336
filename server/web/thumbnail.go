package web

import (
	"bytes"
	"cmp"
	"image"
	_ "image/gif" // the formats that covers come in
	"image/jpeg"
	_ "image/png"
	"net/http"
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
	most int        // how many are kept, 0 is maxThumbs
	mu   sync.Mutex // held while one is made
	made map[string]content.File
}

const (
	thumbSide    = 96      // pixels of the shorter side: sharp on a phone of two dots a pixel
	smallEnough  = 4 << 10 // bytes: sent as it is
	maxCover     = 8 << 20 // bytes and pixels: larger ones are sent as they are
	maxThumbs    = 500     // kept, about 3 KB each; then the map starts anew
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
	f, err := reader.File(name)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(f.MIME, "image/") {
		return errNotFound(r.URL.Path)
	}
	policy, _ := inert(f.MIME)
	w.Header().Set("Content-Security-Policy", policy)
	return files.Serve(w, r.Request, s.thumbs.small(f), files.Revalidate)
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
	text, err := files.ReadAll(f, maxCover)
	if err != nil {
		return f
	}
	b, ok := shrink(text, cmp.Or(t.side, thumbSide))
	if !ok || len(b) >= len(text) {
		return f
	}
	if t.made == nil || len(t.made) >= cmp.Or(t.most, maxThumbs) {
		t.made = map[string]content.File{}
	}
	made := content.File{Path: f.Path, MIME: "image/jpeg", ETag: f.ETag + "-t", Bytes: b, Size: int64(len(b))}
	t.made[f.ETag] = made
	return made
}

// shrink makes a JPEG whose shorter side is so many pixels, on white where the picture is clear; false for what is no
// picture it knows, too many pixels, or small already.
func shrink(text []byte, side int) ([]byte, bool) {
	c, _, err := image.DecodeConfig(bytes.NewReader(text))
	if err != nil || c.Width < 1 || c.Height < 1 || c.Width > maxCover/c.Height {
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
