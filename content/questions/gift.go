package questions

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	giftBlock    = regexp.MustCompile(`(?s)(?:^|[^\\])\{\s*(?:[=~#TtFf}]|\}|$)`)
	giftCategory = regexp.MustCompile(`^\s*\$CATEGORY:\s*(.*?)\s*$`)
	giftFormat   = regexp.MustCompile(`^\s*\[(html|moodle|plain|markdown)\]`)
	giftPercent  = regexp.MustCompile(`^\s*%(-?[\d.,]+)%`)
)

// claimsGIFT takes files named .gift, and texts in which an answer stands in braces.
func claimsGIFT(path string, _ []byte) bool {
	lower := strings.ToLower(filepath.Base(path))
	if strings.HasSuffix(lower, ".gift") || strings.HasSuffix(lower, ".gift.txt") {
		return true
	}
	if !strings.HasSuffix(lower, ".txt") {
		return false
	}
	s := beginning(path)
	return giftBlock.MatchString(s) && strings.Contains(s, "}") && !strings.Contains(s, "\x00")
}

// beginning is the first 64 KiB of a text file.
func beginning(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(strings.ReplaceAll(decode(b), "\r\n", "\n"), "\r", "\n")
}

// A block is one question's lines.
type block struct {
	text string
	line int // of the first, from 1
	id   string
}

var giftID = regexp.MustCompile(`\[id:([^\]\\]{1,60})\]`)

func readGIFT(ctx context.Context, path string, b *bank) error {
	s, err := readText(path)
	if err != nil {
		return err
	}
	at := b.at(nil)
	for _, block := range giftBlocks(s) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if m := giftCategory.FindStringSubmatch(block.text); m != nil {
			at = b.at(categoryPath(m[1]))
			continue
		}
		r := giftQuestion(block.text)
		r.id, r.source = block.id, block.text
		if r.reason != "" {
			r.reason = fmt.Sprintf("line %d: %s", block.line, r.reason)
		}
		if err := b.add(at, r); err != nil {
			return err
		}
	}
	if b.count == 0 {
		return fmt.Errorf("line 1: no question with an answer in braces, like {=Yes ~No}: %w", fs.ErrInvalid)
	}
	return nil
}

// giftBlocks cuts a text at its empty lines. One inside braces that are not closed yet ends nothing, unless what follows
// begins another question.
func giftBlocks(s string) (out []block) {
	var b block
	flush := func() {
		if strings.TrimSpace(b.text) != "" {
			out = append(out, b)
		}
		b = block{}
	}
	for i, line := range strings.Split(s, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "//"):
			if m := giftID.FindStringSubmatch(trimmed); m != nil && b.text == "" {
				b.id = m[1]
			}
			continue
		case giftCategory.MatchString(line):
			flush()
			out = append(out, block{text: trimmed, line: i + 1})
			continue
		case trimmed == "" && b.text != "" && open(b.text) && len(b.text) < 64<<10:
			b.text += "\n"
			continue
		case trimmed == "":
			if b.text != "" {
				flush()
			}
			continue
		case strings.HasPrefix(trimmed, "::") && open(b.text) && strings.HasSuffix(b.text, "\n\n"):
			flush()
		}
		if b.text == "" {
			b.line = i + 1
		}
		b.text += line + "\n"
	}
	flush()
	return out
}

// open says whether a brace is open in what was read of a question.
func open(s string) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			depth = max(depth-1, 0)
		}
	}
	return depth > 0
}

// unslash takes GIFT's escapes off, of a text that was cut already.
func unslash(s string) string { return giftEscapes.Replace(s) }

var giftEscapes = strings.NewReplacer(`\\`, `\`, `\~`, "~", `\=`, "=", `\#`, "#", `\{`, "{", `\}`, "}", `\:`, ":", `\n`, "\n")

// cutFirst cuts s at the first sep that no backslash precedes.
func cutFirst(s, sep string) (before, after string, found bool) {
	for i := 0; i+len(sep) <= len(s); i++ {
		if s[i] == '\\' {
			i++
			continue
		}
		if strings.HasPrefix(s[i:], sep) {
			return s[:i], s[i+len(sep):], true
		}
	}
	return s, "", false
}

// giftQuestion reads one question.
func giftQuestion(text string) (r reading) {
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "::"); ok {
		title, body, found := cutFirst(rest, "::")
		if !found {
			r.kind, r.reason = "unknown", "its title is not closed by ::"
			return r
		}
		r.title, text = strings.TrimSpace(unslash(title)), strings.TrimSpace(body)
	}
	format := "moodle"
	if m := giftFormat.FindStringSubmatch(text); m != nil {
		format, text = m[1], text[len(m[0]):]
	}
	before, rest, found := cutFirst(text, "{")
	q := giftReader{format: format, src: &source{}}
	if !found {
		body := q.src.text(unslash(text), format, true)
		r.kind, r.page = "description", &page{title: firstOf(r.title, summary(body)), text: body}
		if q.src.err != nil {
			r.page, r.reason = nil, q.src.err.Error()
		}
		return r
	}
	answers, after, closed := cutFirst(rest, "}")
	if !closed {
		r.kind, r.reason = "unknown", "its { is not closed by }"
		return r
	}
	q.before, q.after, q.answers = before, strings.TrimRight(after, " \n"), strings.TrimSpace(answers)
	if general, said, ok := cutLast(q.answers, "####"); ok {
		q.answers, q.item.Worked = strings.TrimSpace(general), q.line(said)
	}
	kind, err := q.read()
	if err == nil {
		err = q.src.err
	}
	if r.kind = kind; err != nil {
		r.reason = reasonOf(err)
		return r
	}
	r.item = &q.item
	return r
}

// cutLast cuts s at the last sep that no backslash precedes.
func cutLast(s, sep string) (before, after string, found bool) {
	for i := len(s) - len(sep); i >= 0; i-- {
		if strings.HasPrefix(s[i:], sep) && (i == 0 || s[i-1] != '\\') {
			return s[:i], s[i+len(sep):], true
		}
	}
	return s, "", false
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return clip(strings.TrimSpace(t), 200)
		}
	}
	return "…"
}

// summary is the beginning of an item's text, as a title.
func summary(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	line = strings.TrimSuffix(line, `\`)
	if r := []rune(line); len(r) > 60 {
		line = string(r[:59]) + "…"
	}
	return strings.NewReplacer(`\`, "", "<b>", "", "</b>", "", "<i>", "", "</i>", "").Replace(line)
}

// categoryPath reads "$course$/top/Algebra/Linear": names between slashes, "//" a slash in one. What every bank begins with
// says nothing.
func categoryPath(s string) (path []string) {
	s = strings.ReplaceAll(s, "//", "\x00")
	for i, name := range strings.Split(s, "/") {
		name = strings.TrimSpace(strings.ReplaceAll(name, "\x00", "/"))
		if name == "" || strings.HasPrefix(name, "$") && strings.HasSuffix(name, "$") || name == "top" && i < 2 {
			continue
		}
		if len(path) < 8 {
			path = append(path, clip(name, 200))
		}
	}
	return path
}
