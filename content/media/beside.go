package media

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zeebo/blake3"
)

// captions takes the .vtt and .srt files of a film, at most forty, one of each language; WebVTT before SubRip.
func (p *planner) captions(f *found, dir, name string, beside []fs.DirEntry) {
	for _, ext := range []string{".vtt", ".srt"} {
		for _, e := range beside {
			language, ok := belongs(e.Name(), name)
			if !ok || !e.Type().IsRegular() || strings.ToLower(filepath.Ext(e.Name())) != ext || len(f.captions) >= 40 {
				continue
			}
			if slices.ContainsFunc(f.captions, func(s side) bool { return s.language == language }) {
				p.warn("%s: captions in %q are there already", clean(e.Name()), language)
				continue
			}
			s, b, err := p.side(f.topic, dir, e.Name(), maxCaptions)
			if err == nil {
				var problems []string
				_, problems, err = WebVTT(b)
				for _, problem := range problems[:min(len(problems), 5)] {
					p.warn("%s: %s", clean(e.Name()), problem)
				}
			}
			if err != nil {
				p.warn("%s left out: %v", clean(e.Name()), err)
				continue
			}
			s.language = language
			s.name = p.take(s.name)
			f.captions = append(f.captions, s)
		}
	}
}

// belongs says whether captions belong to a media file, and their language: "film.vtt", "film.sw.vtt", "film_sw.srt".
func belongs(caption, media string) (language string, ok bool) {
	stem := strings.TrimSuffix(media, filepath.Ext(media))
	rest := strings.TrimSuffix(caption, filepath.Ext(caption))
	if !isCaption(caption) || !strings.HasPrefix(rest, stem) || isCaption(media) || !extensions[strings.ToLower(filepath.Ext(media))] {
		return "", false
	}
	rest = rest[len(stem):]
	if rest == "" {
		return "", true
	}
	if rest[0] != '.' && rest[0] != '_' && rest[0] != '-' {
		return "", false
	}
	language = tag(rest[1:])
	return language, language != ""
}

// maxPoster is the largest picture taken for a poster.
const maxPoster = 8 << 20

func (p *planner) poster(f *found, dir, name string, beside []fs.DirEntry) {
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	for _, e := range beside {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if !e.Type().IsRegular() || !strings.EqualFold(strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())), stem) ||
			!slices.Contains([]string{".jpg", ".jpeg", ".png", ".webp", ".gif"}, ext) {
			continue
		}
		s, b, err := p.side(f.topic, dir, e.Name(), maxPoster)
		if err == nil && imageType(b) == "" {
			err = fmt.Errorf("it is no picture: %w", fs.ErrInvalid)
		}
		if err != nil {
			p.warn("%s left out: %v", clean(e.Name()), err)
			continue
		}
		s.name = p.take(s.name)
		f.poster = &s
		return
	}
}

func (p *planner) side(topic, dir, name string, limit int64) (side, []byte, error) {
	s := side{name: path.Join(topic, keptName(name)), path: filepath.Join(dir, name)}
	b, err := readSmall(s.path, limit)
	if err != nil {
		return s, nil, err
	}
	sum := blake3.Sum256(b)
	s.hash, s.size = hex.EncodeToString(sum[:]), int64(len(b))
	return s, b, nil
}
