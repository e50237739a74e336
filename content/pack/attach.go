package pack

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"lamplight/content"
)

// A mediaKind is what an extension means.
type mediaKind struct {
	kind content.Kind // "" for what is only shown by others
	mime string
}

var mediaKinds = map[string]mediaKind{
	".mp4": {content.Video, "video/mp4"}, ".m4v": {content.Video, "video/mp4"}, ".webm": {content.Video, "video/webm"},
	".mp3": {content.Audio, "audio/mpeg"}, ".ogg": {content.Audio, "audio/ogg"}, ".opus": {content.Audio, "audio/ogg"}, ".m4a": {content.Audio, "audio/mp4"},
	".pdf": {content.Document, "application/pdf"},
	".svg": {"", "image/svg+xml"}, ".png": {"", "image/png"}, ".jpg": {"", "image/jpeg"}, ".jpeg": {"", "image/jpeg"}, ".gif": {"", "image/gif"}, ".webp": {"", "image/webp"},
	".vtt": {"", "text/vtt"},
}

// media adds a film, a sound or a document, its captions and its picture. A sound that a question plays is no resource.
func (c *course) media(p string, parent int) {
	kind := mediaKinds[strings.ToLower(path.Ext(p))]
	stem := strings.TrimSuffix(p, path.Ext(p))
	if kind.kind == content.Audio && isSound(p) {
		return
	}
	d := &draft{node: node{Kind: kind.kind, Title: titled(plain(path.Base(stem))), Path: p, MIME: kind.mime}}
	c.used[p] = true
	for _, other := range sortedKeys(c.sizes) {
		rest, ok := strings.CutPrefix(other, stem)
		if !ok {
			continue
		}
		switch ext := path.Ext(rest); ext {
		case ".vtt":
			lang := strings.Trim(strings.TrimSuffix(rest, ext), ".")
			if tag, err := language.Parse(lang); err == nil || lang == "" {
				if lang != "" {
					lang = tag.String()
				}
				d.Captions = append(d.Captions, caption{lang, other})
				c.used[other] = true
			}
		case ".srt":
			c.warn(other, 0, "captions are kept as .vtt: convert this file")
		case ".jpg", ".jpeg", ".png", ".webp", ".svg":
			if rest == ext && d.Thumbnail == "" {
				d.Thumbnail = other
				c.used[other] = true
			}
		}
	}
	c.add(d, nil, plainPath(p), parent)
}

// isSound says whether p is a sound that questions play and no resource: such sounds lie in folders named sounds.
func isSound(p string) bool {
	return path.Base(path.Dir(p)) == "sounds" && mediaKinds[strings.ToLower(path.Ext(p))].kind == content.Audio
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// resolve gives the path inside the folder of a reference in file, or says why there is none.
func (c *course) resolve(file, ref string) (string, error) {
	if strings.HasPrefix(ref, "/") || strings.Contains(ref, "://") {
		return "", fmt.Errorf("%q is not a path relative to this file", clip(ref, 80))
	}
	p := path.Join(path.Dir(file), ref)
	if p == ".." || strings.HasPrefix(p, "../") {
		return "", fmt.Errorf("%q leads out of the course", clip(ref, 80))
	}
	if _, ok := c.sizes[p]; !ok {
		return "", fmt.Errorf("there is no file %s: put it there, or mend the name", clip(p, 120))
	}
	return p, nil
}
