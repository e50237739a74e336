package questions

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"

	"lamplight/content/marking"
)

// readText reads a bank that is text, in UTF-8 with line ends "\n".
func readText(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxText+1))
	if err != nil {
		return "", err
	}
	if len(b) > maxText {
		return "", fmt.Errorf("a text of more than %d bytes is no bank of questions: %w", maxText, errors.ErrUnsupported)
	}
	s := decode(b)
	if strings.ContainsRune(s, 0) {
		return "", fmt.Errorf("it is no text: it holds bytes of 0: %w", fs.ErrInvalid)
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(s), nil
}

// decode makes UTF-8 of what a text editor saved: UTF-8, UTF-16 (by its mark, else by where its zeros are), else
// Windows-1252.
func decode(b []byte) string {
	order := utf16.LittleEndian
	switch {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		b = b[3:]
	case bytes.HasPrefix(b, []byte("\xFF\xFE")), zeros(b, 1):
		out, _ := utf16.UTF16(order, utf16.UseBOM).NewDecoder().Bytes(b)
		return string(out)
	case bytes.HasPrefix(b, []byte("\xFE\xFF")), zeros(b, 0):
		out, _ := utf16.UTF16(utf16.BigEndian, utf16.UseBOM).NewDecoder().Bytes(b)
		return string(out)
	}
	if utf8.Valid(b) {
		return string(b)
	}
	if valid := strings.ToValidUTF8(string(b), ""); strings.IndexFunc(valid, func(r rune) bool { return r > 0xff }) >= 0 && len(b)-len(valid) < len(b)/200+4 {
		return strings.ToValidUTF8(string(b), "\uFFFD") // UTF-8 with a flaw
	}
	out, _ := charmap.Windows1252.NewDecoder().Bytes(b)
	return string(out)
}

// zeros says whether every other byte, from the at'th, is mostly 0: UTF-16 without its mark.
func zeros(b []byte, at int) bool {
	b = b[:min(len(b), 400)]
	here, other := 0, 0
	for i, c := range b {
		if c == 0 && i%2 == at {
			here++
		} else if c == 0 {
			other++
		}
	}
	return len(b) >= 4 && here > len(b)/4 && other < len(b)/20
}

// A source turns the texts of one question into an item's.
type source struct {
	picture func(src string) string // as marking.HTML takes it; nil: there are none
	sound   string                  // that is to be played, "" none
	err     error                   // the first thing that cannot be shown
}

// text makes an item's text. format is "html", "markdown", "plain" or "moodle" (text in which HTML may stand); blocks says
// whether it may hold paragraphs.
func (s *source) text(text, format string, blocks bool) string {
	text = strings.TrimSpace(text)
	switch format {
	case "plain", "plain_text":
		if !blocks {
			text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }), "\n")
		}
		return marking.Plain(text)
	case "markdown":
		text = fromMarkdown(text)
	case "html":
	default:
		text = autoFormat(text)
	}
	out, _, err := marking.FromHTML(multilang(text), marking.HTML{Picture: s.picture, Blocks: blocks, Sound: func(src string) {
		if s.sound == "" && s.picture != nil {
			s.sound = s.picture(src)
		}
	}})
	if err != nil && s.err == nil {
		s.err = err
	}
	return out
}

// line is text for one line or a few: an option, feedback.
func (s *source) line(text, format string) string { return s.text(text, format, false) }

var blockTag = regexp.MustCompile(`(?i)<(?:p|div|br|ul|ol|table|h[1-6]|pre)\b`)

// autoFormat makes HTML of text whose lines are lines.
func autoFormat(text string) string {
	if blockTag.MatchString(text) {
		return text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\n\n", "<p>"), "\n", "<br>")
}

// fromMarkdown makes HTML of the Markdown that teachers write: marks of words, lists, pictures. Anything else stays as it
// is written.
func fromMarkdown(text string) string {
	text = markdownPicture.ReplaceAllString(text, `<img alt="$1" src="$2">`)
	text = strongMark.ReplaceAllString(text, "<b>$1$2</b>")
	text = emMark.ReplaceAllString(text, "$1<i>$2</i>")
	text = codeMark.ReplaceAllString(text, "<code>$1</code>")
	var out []string
	for para := range strings.SplitSeq(text, "\n\n") {
		lines := strings.Split(strings.TrimSpace(para), "\n")
		if listed := slices.IndexFunc(lines, func(l string) bool { return !listMark.MatchString(l) }) < 0; listed && para != "" {
			out = append(out, "<ul>")
			for _, l := range lines {
				out = append(out, "<li>"+listMark.ReplaceAllString(l, ""))
			}
			out = append(out, "</ul>")
			continue
		}
		for i, l := range lines {
			lines[i] = headMark.ReplaceAllString(l, "<b>$1</b>")
		}
		out = append(out, "<p>"+strings.Join(lines, " "))
	}
	return strings.Join(out, "")
}

var (
	markdownPicture = regexp.MustCompile(`!\[([^\]"<>]*)\]\(([^)\s"<>]+)(?: [^)]*)?\)`)
	strongMark      = regexp.MustCompile(`\*\*([^*\s][^*]*)\*\*|__([^_\s][^_]*)__`)
	emMark          = regexp.MustCompile(`(^|[\s(])[*_]([^*_\s][^*_]*)[*_]`)
	codeMark        = regexp.MustCompile("`([^`]+)`")
	listMark        = regexp.MustCompile(`^\s*[-*+]\s+`)
	headMark        = regexp.MustCompile(`^#{1,6}\s+(.*?)\s*#*$`)
)

var (
	langSpan  = regexp.MustCompile(`(?is)<(?:span|lang)\s[^>]*?lang="([a-zA-Z_-]+)"[^>]*class="multilang"[^>]*>(.*?)</(?:span|lang)>|<(?:span|lang)\s[^>]*?class="multilang"[^>]*lang="([a-zA-Z_-]+)"[^>]*>(.*?)</(?:span|lang)>`)
	mlangMark = regexp.MustCompile(`(?is)\{mlang\s+([a-zA-Z_,\s-]+)\}(.*?)\{mlang\}`)
)

// multilang keeps the first of the languages that a text says the same in.
func multilang(text string) string {
	for _, form := range []*regexp.Regexp{langSpan, mlangMark} {
		first := ""
		text = form.ReplaceAllStringFunc(text, func(m string) string {
			parts := form.FindStringSubmatch(m)
			lang, inner := parts[1], parts[2]
			if lang == "" && len(parts) > 3 {
				lang, inner = parts[3], parts[4]
			}
			if first == "" {
				first = lang
			}
			if lang != first {
				return ""
			}
			return inner
		})
	}
	return text
}

// languages counts scripts, and languages that are named.
type languages struct {
	scripts map[string]int
	letters int
	named   map[string]int
}

// scriptLanguages are scripts that mostly one language of schools is written in.
var scriptLanguages = []struct {
	tag   string
	table *unicode.RangeTable
}{
	{"ar", unicode.Arabic},
	{"he", unicode.Hebrew},
	{"hi", unicode.Devanagari},
	{"bn", unicode.Bengali},
	{"pa", unicode.Gurmukhi},
	{"gu", unicode.Gujarati},
	{"ta", unicode.Tamil},
	{"te", unicode.Telugu},
	{"kn", unicode.Kannada},
	{"ml", unicode.Malayalam},
	{"si", unicode.Sinhala},
	{"th", unicode.Thai},
	{"lo", unicode.Lao},
	{"my", unicode.Myanmar},
	{"km", unicode.Khmer},
	{"ka", unicode.Georgian},
	{"hy", unicode.Armenian},
	{"am", unicode.Ethiopic},
	{"el", unicode.Greek},
	{"ko", unicode.Hangul},
	{"ja", unicode.Hiragana},
	{"ja", unicode.Katakana},
	{"zh", unicode.Han},
}

func (l *languages) add(text string) {
	if l.scripts == nil {
		l.scripts = map[string]int{}
	}
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		l.letters++
		for _, s := range scriptLanguages {
			if r > 0x2ff && unicode.Is(s.table, r) {
				l.scripts[s.tag]++
				break
			}
		}
	}
}

// name notes a language that is stated.
func (l *languages) name(tag string) {
	if l.named == nil {
		l.named = map[string]int{}
	}
	l.named[tag]++
}

// found is the language of most of what was added.
func (l *languages) found() []string {
	best, most := "und", 0
	for _, counts := range []map[string]int{l.named, l.scripts} {
		for tag, n := range counts {
			if n > most || n == most && tag < best {
				best, most = tag, n
			}
		}
		if most > 0 && (len(l.named) > 0 || most*3 > l.letters) {
			return []string{best}
		}
		best, most = "und", 0
	}
	if n := l.scripts["ja"]; n > 0 && (n+l.scripts["zh"])*2 > l.letters {
		return []string{"ja"}
	}
	return []string{"und"}
}
