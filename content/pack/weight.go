package pack

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
)

// What a phone with little memory, forty of them on one box, opens without a wait. Bytes.
const (
	heavyText    = 20 << 10  // of a page as it is sent, compressed: about 60 KB of text; with our frame it is a first view of 30 KB
	heavyPicture = 100 << 10 // 720 pixels across, as JPEG or WebP, is 40 to 80 KB
	heavyPage    = 300 << 10 // a page with its pictures: three seconds at 1 Mbit/s
	heavySound   = 10 << 20  // twenty minutes of speech at 64 kbit/s
	heavyFilm    = 60 << 20  // fifteen minutes at 360 lines and 500 kbit/s
	heavyBook    = 20 << 20
	heavyCover   = 60 << 10
)

// lintWeight warns of what is too heavy for phones, and names the file that is to be made smaller.
func (c *course) lintWeight() {
	said := map[string]bool{}
	for _, d := range c.nodes {
		switch d.Kind {
		case content.Page:
			c.lintPageWeight(d)
		case content.Audio:
			c.heavy(d.Path, heavySound, "speech needs no more than 64 kbit/s, in mono")
		case content.Video:
			c.heavy(d.Path, heavyFilm, "make it 360 lines high, about 500 kbit/s, or cut it into several")
		case content.Document:
			c.heavy(d.Path, heavyBook, "save it with smaller pictures, or cut it into chapters")
		}
		for _, p := range d.shown {
			if size := c.sizes[p]; size > heavyPicture && !said[p] {
				said[p] = true
				c.warn(d.Path, lineOf(d.text, path.Base(p)), "the picture %s is %s, and %s are enough for a phone: %s", p, kilobytes(size), kilobytes(heavyPicture), smaller(p))
			}
		}
	}
	if p := c.course.Thumbnail; p != "" {
		c.heavy(p, heavyCover, "it is shown as small as a stamp: 400 pixels across will do")
	}
}

func (c *course) heavy(p string, most int64, advice string) {
	if size := c.sizes[p]; size > most {
		c.warn(p, 0, "it is %s, more than the %s that phones and boxes take with ease: %s", kilobytes(size), kilobytes(most), advice)
	}
}

// lintPageWeight warns of a page that is too long, or too heavy with all its pictures.
func (c *course) lintPageWeight(d *draft) {
	if d.Stored > heavyText {
		c.warn(d.Path, 0, "its text is %s when it is sent, more than %s: make it several pages", kilobytes(d.Stored), kilobytes(heavyText))
	}
	pictures := slices.Clone(d.shown)
	slices.Sort(pictures)
	pictures = slices.Compact(pictures)
	total := d.Stored
	for _, p := range pictures {
		total += c.sizes[p]
	}
	if total <= heavyPage {
		return
	}
	arrange.By(pictures, func(a, b string) int { return cmp.Compare(c.sizes[b], c.sizes[a]) })
	var largest []string
	for _, p := range pictures[:min(3, len(pictures))] {
		largest = append(largest, fmt.Sprintf("%s (%s)", p, kilobytes(c.sizes[p])))
	}
	c.warn(d.Path, 0, "with its pictures it is %s, more than %s: make %s smaller, or make it several pages", kilobytes(total), kilobytes(heavyPage), strings.Join(largest, ", "))
}

// smaller says how a picture of its kind is made smaller.
func smaller(p string) string {
	switch strings.ToLower(path.Ext(p)) {
	case ".png":
		return "save a photograph as JPEG, 720 pixels across, or a drawing with fewer colours"
	case ".svg":
		return "simplify the drawing, and take photographs out of it"
	case ".gif":
		return "make it a film, or one picture"
	}
	return "make it 720 pixels across and save it with quality 70"
}

func kilobytes(n int64) string {
	if n >= 10<<20 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", (n+1023)>>10)
}
