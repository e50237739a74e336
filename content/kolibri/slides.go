package kolibri

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/content"
	"lamplight/content/arrange"
)

// A slideEntry is one picture in the list of a slideshow.
type slideEntry struct {
	Caption   string  `json:"caption"`
	Text      string  `json:"descriptive_text"`
	Order     float64 `json:"sort_order"`
	Checksum  string  `json:"checksum"`
	Extension string  `json:"extension"`
}

// Slides implements content.SlideReader: the pictures that the list names and that are here, in its order.
func (r *reader) Slides(id content.ResourceID) ([]content.Slide, error) {
	_, rec, err := r.find(id)
	if err != nil {
		return nil, r.fail(err)
	}
	at := slices.IndexFunc(rec.Files, func(p part) bool { return p.Role == opened })
	if rec.Kind != content.Slideshow || at < 0 {
		return nil, r.fail(fmt.Errorf("resource %.80q is no slideshow: %w", id, fs.ErrNotExist))
	}
	slides, err := r.slides(rec, rec.Files[at].Name)
	if err != nil {
		return nil, r.fail(err)
	}
	return slides, nil
}

func (r *reader) slides(rec *record, list string) ([]content.Slide, error) {
	path, _, err := r.files.Path(list)
	if err != nil {
		return nil, err
	}
	b, err := readSmall(path)
	if err != nil {
		return nil, err
	}
	var l struct {
		Slides []slideEntry `json:"slideshow_data"`
	}
	if err := json.Unmarshal(b, &l); err != nil {
		return nil, fmt.Errorf("%s: %v: %w", list, err, fs.ErrInvalid)
	}
	arrange.Stably(l.Slides, func(a, b slideEntry) int { return cmp.Compare(a.Order, b.Order) })
	var out []content.Slide
	for _, s := range l.Slides {
		name := storedName(s.Checksum, s.Extension)
		ours := slices.ContainsFunc(rec.Files, func(p part) bool { return p.Name == name })
		if ours && r.holds(name) && len(out) < 1000 {
			out = append(out, content.Slide{Path: name, Caption: prose(s.Caption, 2000), Alt: prose(s.Text, 2000)})
		}
	}
	return out, nil
}
