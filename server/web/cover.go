package web

import (
	"bytes"
	"cmp"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"strings"

	"golang.org/x/image/draw"

	"lamplight/content"
	"lamplight/server/files"
)

// coverSide is how many pixels the shorter side of a cover for other programs has.
const coverSide = 240

// covers are five quiet tones for courses without a picture, and that of the lamp on them.
var (
	covers = []color.RGBA{{0x9A, 0x4A, 0x06, 255}, {0x1F, 0x5B, 0x8A, 255}, {0x1B, 0x6B, 0x3A, 255}, {0x6B, 0x3F, 0x7A, 255}, {0x5E, 0x56, 0x4B, 255}}
	light  = color.RGBA{0xF4, 0xA6, 0x2A, 255}
)

// sendCover sends a course's picture as other programs take it: always a JPEG, a plain one where the course has none that can
// be read.
func (s *Server) sendCover(w http.ResponseWriter, r *request) error {
	id := content.CourseID(r.PathValue("course"))
	course, err := s.Library.Course(id)
	if err != nil {
		return err
	}
	if _, only := s.Library.ForStaff(id); only && !r.teaches() {
		return errNotFound(r.URL.Path)
	}
	f, ok := s.cover(r, course)
	if !ok {
		f = plainCover(course)
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	return files.Serve(w, r.Request, f, files.Revalidate)
}

// cover is the course's own picture as a JPEG.
func (s *Server) cover(r *request, course content.Course) (content.File, bool) {
	if course.Thumbnail == "" {
		return content.File{}, false
	}
	reader, release, err := s.Library.Reader(course.ID)
	if err != nil {
		return content.File{}, false
	}
	defer release()
	f, err := s.granted(r, reader, course.Thumbnail)
	if err != nil || f.Size > maxCover || f.Coding != "" || !strings.HasPrefix(f.MIME, "image/") {
		return content.File{}, false
	}
	if f.MIME == "image/jpeg" && f.Size <= 64<<10 {
		return f, true
	}
	if made := s.covers.small(f); made.MIME == "image/jpeg" {
		return made, true
	}
	text, err := files.ReadAll(f, maxCover)
	if err != nil {
		return content.File{}, false
	}
	b, ok := asJPEG(text)
	return content.File{Path: f.Path, MIME: "image/jpeg", ETag: f.ETag + "-j", Bytes: b, Size: int64(len(b))}, ok
}

// asJPEG is a small picture on white; false for what is no picture it knows, or too large.
func asJPEG(text []byte) ([]byte, bool) {
	c, _, err := image.DecodeConfig(bytes.NewReader(text))
	if err != nil || c.Width < 1 || c.Height < 1 || c.Width > 4*coverSide || c.Height > 4*coverSide {
		return nil, false
	}
	from, _, err := image.Decode(bytes.NewReader(text))
	if err != nil {
		return nil, false
	}
	to := image.NewRGBA(image.Rect(0, 0, c.Width, c.Height))
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(to, to.Bounds(), from, from.Bounds().Min, draw.Over)
	return encodeJPEG(to)
}

// plainCover is a quiet tone, the same for the same title, with a light on it.
func plainCover(course content.Course) content.File {
	h := fnv.New32a()
	h.Write([]byte(cmp.Or(course.Title, string(course.ID)))) // never fails
	tone := covers[h.Sum32()%uint32(len(covers))]
	m := image.NewRGBA(image.Rect(0, 0, 120, 120))
	for y := range 120 {
		for x := range 120 {
			m.SetRGBA(x, y, tone)
			if dx, dy := x-60, y-52; dx*dx+dy*dy < 22*22 || dy > 30 && dy < 38 && dx > -26 && dx < 26 {
				m.SetRGBA(x, y, light)
			}
		}
	}
	b, _ := encodeJPEG(m)
	return content.File{Path: "cover.jpg", MIME: "image/jpeg", ETag: "plain-" + string(course.ID), Bytes: b, Size: int64(len(b))}
}

func encodeJPEG(m image.Image) ([]byte, bool) {
	var out bytes.Buffer
	err := jpeg.Encode(&out, m, &jpeg.Options{Quality: thumbQuality})
	return out.Bytes(), err == nil
}
