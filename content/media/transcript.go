package media

import "strings"

// A Cue is one caption as a transcript shows it: plain text, Start in seconds.
type Cue struct {
	Start float64
	Text  string
}

// Cues reads captions (see WebVTT) as plain text, marks taken out. What cannot be read is left out.
func Cues(source []byte) []Cue {
	if len(source) > maxCaptions {
		return nil
	}
	cues, _ := readCues(captionText(source))
	var out []Cue
	for _, c := range cues {
		text := captionTag().ReplaceAllString(strings.Join(c.text, " "), "")
		if text = strings.TrimSpace(unescape(text)); text != "" {
			out = append(out, Cue{Start: float64(c.from) / 1000, Text: text})
		}
	}
	return out
}
