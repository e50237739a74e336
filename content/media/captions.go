package media

import (
	"bytes"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// maxCaptions is the largest caption file read: a day of speech is under 2 MiB.
const maxCaptions = 4 << 20

// A cue is one caption: milliseconds from the start, settings as WebVTT writes them, lines of text.
type cue struct {
	from, to int
	settings string
	text     []string
}

func isCaption(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".vtt" || ext == ".srt"
}

// WebVTT reads captions, WebVTT or SubRip, as they are found: with a byte order mark or in UTF-16, any line ends,
// blank lines missing. It answers them as clean WebVTT in UTF-8, and what was left out: cues without a readable time
// or that end before they begin. Text keeps the marks <b> <i> <u> <c> <v> <ruby> <rt> <lang>; others are taken out.
// Captions of which nothing can be read are fs.ErrInvalid.
func WebVTT(source []byte) (vtt []byte, problems []string, err error) {
	if len(source) > maxCaptions {
		return nil, nil, fmt.Errorf("captions of %d bytes, at most %d: %w", len(source), maxCaptions, fs.ErrInvalid)
	}
	cues, problems := readCues(captionText(source))
	if len(cues) == 0 {
		return nil, problems, fmt.Errorf("no caption can be read: %w", fs.ErrInvalid)
	}
	var b bytes.Buffer
	b.WriteString("WEBVTT\n")
	for _, c := range cues {
		fmt.Fprintf(&b, "\n%s --> %s%s\n", stamp(c.from), stamp(c.to), c.settings)
		for _, line := range c.text {
			b.WriteString(line + "\n")
		}
	}
	return b.Bytes(), problems, nil
}

// captionText decodes to UTF-8 with "\n" line ends. Bytes that are not UTF-8 are taken for Windows-1252 if there are
// many, else replaced.
func captionText(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		b, _ = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(b)
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		b, _ = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Bytes(b)
	}
	s := strings.TrimPrefix(string(b), "\uFEFF")
	if !utf8.ValidString(s) && !strings.HasPrefix(s, "WEBVTT") { // WebVTT is UTF-8 by its own rule
		s, _ = charmap.Windows1252.NewDecoder().String(s)
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD").Replace(s)
}

// timing is a cue's first line; commas are SubRip's, and hours may be left out.
var timing = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})(.*)$`)
})

func readCues(text string) (cues []cue, problems []string) {
	var open *cue
	skipping := false
	for n, line := range strings.Split(text, "\n") {
		switch {
		case strings.Contains(line, "-->"):
			c, reason := readTiming(line)
			if open != nil {
				open.text = dropNumber(open.text)
			}
			if open, skipping = nil, reason != ""; skipping {
				problems = append(problems, fmt.Sprintf("line %d: caption left out: %s", n+1, reason))
				continue
			}
			cues = append(cues, c)
			open = &cues[len(cues)-1]
		case strings.TrimSpace(line) == "":
			open = nil
		case open != nil && len(open.text) < 50:
			if line = captionLine(line); strings.TrimSpace(line) != "" {
				open.text = append(open.text, line)
			}
		}
	}
	return nonEmpty(cues), problems
}

// dropNumber takes off the number of the next cue where the blank line between is missing.
func dropNumber(lines []string) []string {
	if n := len(lines); n > 1 {
		if _, err := strconv.Atoi(strings.TrimSpace(lines[n-1])); err == nil {
			return lines[:n-1]
		}
	}
	return lines
}

func nonEmpty(cues []cue) []cue {
	kept := cues[:0]
	for _, c := range cues {
		if len(c.text) > 0 {
			kept = append(kept, c)
		}
	}
	return kept
}

func readTiming(line string) (cue, string) {
	m := timing().FindStringSubmatch(line)
	if m == nil {
		return cue{}, "its times cannot be read"
	}
	from, ok1 := milliseconds(m[1:5])
	to, ok2 := milliseconds(m[5:9])
	switch {
	case !ok1 || !ok2:
		return cue{}, "its times cannot be read"
	case to <= from:
		return cue{}, "it ends before it begins"
	}
	return cue{from: from, to: to, settings: settings(m[9])}, ""
}

func milliseconds(parts []string) (int, bool) {
	h, _ := strconv.Atoi(parts[0])
	m, _ := strconv.Atoi(parts[1])
	s, _ := strconv.Atoi(parts[2])
	ms, _ := strconv.Atoi((parts[3] + "00")[:3])
	return ((h*60+m)*60+s)*1000 + ms, m < 60 && s < 60
}

func stamp(ms int) string {
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000)
}

var setting = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:vertical:(?:rl|lr)|line:-?\d{1,3}(?:\.\d+)?%?(?:,(?:start|center|end))?|position:(?:100|\d{1,2})(?:\.\d+)?%(?:,(?:line-left|center|line-right))?|size:(?:100|\d{1,2})(?:\.\d+)?%|align:(?:start|center|end|left|right))$`)
})

// settings keeps those of WebVTT (4.4) that are in range.
func settings(s string) string {
	out := ""
	for _, f := range strings.Fields(s) {
		if setting().MatchString(f) {
			out += " " + f
		}
	}
	return out
}

var captionTag = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`</?(?:b|i|u|c|v|ruby|rt|lang)(?:[.][A-Za-z0-9._-]*)?(?: [^<>&"]{0,100})?>|<\d\d:\d\d(?::\d\d)?\.\d{3}>`)
})

// captionLine keeps the marks WebVTT knows; every other angle is text.
func captionLine(line string) string {
	var b strings.Builder
	last := 0
	for _, m := range captionTag().FindAllStringIndex(line, -1) {
		b.WriteString(plain(line[last:m[0]]))
		b.WriteString(line[m[0]:m[1]])
		last = m[1]
	}
	b.WriteString(plain(line[last:]))
	return b.String()
}

var unknownTag = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`</?[A-Za-z][^<>]{0,200}>|\{\\[a-z0-9]{1,20}\}`)
})

func plain(s string) string {
	s = unescape(unknownTag().ReplaceAllString(s, ""))
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	return strings.ReplaceAll(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s), "--&gt;", "—&gt;")
}
