package web

import (
	"bytes"
	"encoding/base64"
	"html"
	"image"
	"image/jpeg"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/image/draw"

	"lamplight/content"
	"lamplight/server/files"
)

// pictures puts a file's pictures and sounds into it, and says what came of that.
type pictures struct {
	smaller int // made smaller, for room
	left    int // left out
	found   map[string]*takenPicture
	order   []*takenPicture // as they stand in the file
}

type takenPicture struct {
	mime  string
	bytes []byte // nil: left out
	small bool
	times int // it is shown
}

var (
	// What our own packs' pages and questions hold is clean HTML: attributes in double quotes, "<" and ">" only as tags.
	fileTag        = regexp.MustCompile(`<(img|a|audio)\b[^<>]*>`)
	fileAddress    = regexp.MustCompile(` (src|href)="(/[^"]*)"`)
	pictureWords   = regexp.MustCompile(` alt="([^"]*)"`)
	pageNavigation = regexp.MustCompile(`(?s)<nav>.*?</nav>`)
)

// The steps that a picture is made smaller by: its longer side in pixels, and JPEG's quality.
var pictureSteps = []struct{ side, quality int }{{960, 70}, {640, 60}, {400, 45}}

const (
	keepAsIs   = 24 << 10 // bytes: not worth making smaller
	maxPicture = 8 << 20  // bytes and pixels: larger ones are left out
	maxSound   = 300 << 10
)

// embed replaces every address of this box in page: pictures and sounds by themselves, links to parts of the file by
// their place in it; the rest is text.
func (p *pictures) embed(s *Server, r *request, page string, anchors map[string]bool) []byte {
	p.gather(s, r, page)
	p.fit(maxTakeFile - len(page))
	out := fileTag.ReplaceAllStringFunc(page, func(tag string) string {
		m := fileAddress.FindStringSubmatch(tag)
		if m == nil {
			return tag
		}
		address := html.UnescapeString(m[2])
		if m[1] == "href" {
			to := ""
			if id, ok := strings.CutPrefix(address, ResourcePath); ok && anchors["r"+id] {
				to = ` href="#r` + id + `"`
			} else if id, ok := strings.CutPrefix(address, "/exercise/"); ok && anchors["r"+id] {
				to = ` href="#r` + id + `"`
			}
			return strings.Replace(tag, m[0], to, 1)
		}
		if x := p.found[address]; x != nil && x.bytes != nil {
			return strings.Replace(tag, m[0], ` src="data:`+x.mime+`;base64,`+base64.StdEncoding.EncodeToString(x.bytes)+`"`, 1)
		}
		if strings.HasPrefix(tag, "<audio") {
			return `<audio hidden>`
		}
		words := ""
		if alt := pictureWords.FindStringSubmatch(tag); alt != nil {
			words = alt[1]
		}
		return `<span class="left">[` + words + ` …]</span>`
	})
	return []byte(out)
}

// gather reads what the page shows, each once.
func (p *pictures) gather(s *Server, r *request, page string) {
	p.found, p.order, p.smaller, p.left = map[string]*takenPicture{}, nil, 0, 0
	for _, tag := range fileTag.FindAllString(page, -1) {
		m := fileAddress.FindStringSubmatch(tag)
		if m == nil || m[1] != "src" {
			continue
		}
		address := html.UnescapeString(m[2])
		if x := p.found[address]; x != nil {
			x.times++
			continue
		}
		x := s.pictureAt(r, address)
		x.times = 1
		p.found[address] = x
		p.order = append(p.order, x)
	}
}

// pictureAt reads "/file/COURSE/PATH"; without bytes when it is none, or too large.
func (s *Server) pictureAt(r *request, address string) *takenPicture {
	x := &takenPicture{}
	rest, ok := strings.CutPrefix(address, "/file/")
	course, name, found := strings.Cut(rest, "/")
	if !ok || !found {
		return x
	}
	name, err := url.PathUnescape(name)
	if err != nil {
		return x
	}
	reader, release, err := s.Library.Reader(content.CourseID(course))
	if err != nil {
		return x
	}
	defer release()
	f, err := s.granted(r, reader, name)
	if err != nil {
		return x
	}
	kind, _, _ := strings.Cut(f.MIME, ";")
	most := int64(maxPicture)
	if strings.HasPrefix(kind, "audio/") {
		most = maxSound
	} else if !strings.HasPrefix(kind, "image/") {
		return x
	}
	if text, err := files.ReadAll(f, most); err == nil {
		x.mime, x.bytes = kind, text
	}
	return x
}

// fit makes pictures smaller, all of them a step at a time, until they have room; then leaves out the last ones. room is
// in bytes of base64.
func (p *pictures) fit(room int) {
	for _, step := range pictureSteps {
		if p.total() <= room {
			break
		}
		for _, x := range p.order {
			if len(x.bytes) > keepAsIs && strings.HasPrefix(x.mime, "image/") {
				if b, ok := shrinkTo(x.bytes, step.side, step.quality); ok && len(b) < len(x.bytes) {
					x.mime, x.bytes, x.small = "image/jpeg", b, true
				}
			}
		}
	}
	for _, x := range p.order {
		size := embedded(x)
		if x.bytes == nil || size > room {
			x.bytes = nil
			p.left++
			continue
		}
		room -= size
		if x.small {
			p.smaller++
		}
	}
}

// embedded is what a picture takes in the file, as often as it is shown.
func embedded(x *takenPicture) int { return x.times * ((len(x.bytes)+2)/3*4 + 40) }

func (p *pictures) total() (n int) {
	for _, x := range p.order {
		n += embedded(x)
	}
	return n
}

// shrinkTo makes a JPEG whose longer side is at most side, on white where the picture is clear; false for what is no
// picture it knows or has too many pixels.
func shrinkTo(text []byte, side, quality int) ([]byte, bool) {
	c, _, err := image.DecodeConfig(bytes.NewReader(text))
	if err != nil || c.Width < 1 || c.Height < 1 || c.Width > maxPicture/c.Height {
		return nil, false
	}
	from, _, err := image.Decode(bytes.NewReader(text))
	if err != nil {
		return nil, false
	}
	w, h := c.Width, c.Height
	if longer := max(w, h); longer > side {
		w, h = max(1, w*side/longer), max(1, h*side/longer)
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(to, to.Bounds(), from, from.Bounds(), draw.Over, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, to, &jpeg.Options{Quality: quality}); err != nil {
		return nil, false
	}
	return out.Bytes(), true
}
