package zim

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"lamplight/content"
	"lamplight/content/sanitize"
)

// maxPage is the longest article whose words are read.
const maxPage = 16 << 20

var _ content.TextReader = (*Reader)(nil)

// Text implements content.TextReader: an article's sections, without navigation. It reads through the shared cache of
// clusters, so articles are best asked for in the order of Children.
func (r *Reader) Text(id content.ResourceID, yield func(content.Passage) bool) error {
	n, err := r.Node(id)
	if err != nil {
		return err
	}
	if n.Broken != "" || n.Path == "" {
		return fmt.Errorf("%s: %.80q cannot be read: %s: %w", r.archive.name, id, n.Broken, fs.ErrInvalid)
	}
	html := strings.Contains(n.MIME, "html")
	if !html && n.MIME != "text/plain" {
		return nil
	}
	f, err := r.File(n.Path)
	if err != nil {
		return err
	}
	if f.Source != nil {
		if f.Size > maxPage {
			return nil
		}
		f.Bytes = make([]byte, f.Size)
		leave, err := r.enter()
		if err != nil {
			return err
		}
		err = r.archive.read(f.Bytes, uint64(f.Source.Offset), "article")
		leave()
		if err != nil {
			return err
		}
	}
	text := string(f.Bytes)
	if !utf8.ValidString(text) {
		text, _ = charmap.Windows1252.NewDecoder().String(text) // fails for nothing: every byte is a letter
	}
	if !html {
		for rest := text; rest != ""; {
			piece := rest[:runeEnd(rest, 60<<10)]
			if rest = rest[len(piece):]; !yield(content.Passage{Text: piece}) {
				return nil
			}
		}
		return nil
	}
	sanitize.Sections(text, false, func(s sanitize.Section) bool {
		return yield(content.Passage{Title: s.Title, Text: s.Text})
	})
	return nil
}

// runeEnd is n, or less to cut no character, at most all of s.
func runeEnd(s string, n int) int {
	if len(s) <= n {
		return len(s)
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return n
}
