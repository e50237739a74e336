package questions

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/pack"
)

// A bank is what a file was read into.
type bank struct {
	format   string
	course   content.Course
	sections []*section
	count    int // questions, whatever became of them
	files    map[string]func() (io.ReadCloser, error)
	warnings []string
	words    languages
}

// A section is a category: what is asked in it, and what only says something.
type section struct {
	path  []string
	items []content.Item
	left  []content.LeftOut
	pages []page
}

type page struct{ title, text string }

// at gives the section of a category, made where it is first named.
func (b *bank) at(path []string) *section {
	for _, s := range b.sections {
		if strings.Join(s.path, "\x00") == strings.Join(path, "\x00") {
			return s
		}
	}
	s := &section{path: path}
	b.sections = append(b.sections, s)
	return s
}

// A reading is one question as it was read: one of item, page and reason is set.
type reading struct {
	item   *content.Item
	page   *page
	kind   string // the format's own name of its type
	title  string
	reason string // why it is left out
	id     string // declared, "" none
	source string // what its id is made of where none is declared
}

// add keeps what became of a question. One that marking refuses is left out.
func (b *bank) add(s *section, r reading) error {
	if b.count++; b.count > maxQuestions {
		return fmt.Errorf("more than %d questions: %w", maxQuestions, fs.ErrInvalid)
	}
	id := r.id
	if id == "" || len(id) > 64 {
		h := blake3.Sum256([]byte(r.kind + "\x00" + r.source))
		id = "q-" + hex.EncodeToString(h[:5])
	}
	switch {
	case r.page != nil:
		s.pages = append(s.pages, *r.page)
	case r.item != nil:
		r.item.ID = content.ItemID(id)
		if err := marking.Check(*r.item); err == nil {
			keys(r.item)
			b.words.add(r.item.Stem)
			s.items = append(s.items, *r.item)
			return nil
		} else if r.reason = reasonOf(err); r.reason == "" {
			r.reason = "it cannot be asked"
		}
		fallthrough
	default:
		said := r.reason
		if r.title != "" {
			said = fmt.Sprintf("%s (%s)", said, clip(r.title, 80))
		}
		s.left = append(s.left, content.LeftOut{Item: content.ItemID(id), Type: r.kind, Reason: said})
	}
	return nil
}

// settleOrder has the choices of a bank shuffled, though its format keeps their order, where the first is right every time:
// whoever wrote it counted on shuffling.
func (b *bank) settleOrder() {
	fixed, firstRight := 0, 0
	for _, s := range b.sections {
		for _, it := range s.items {
			if it.Fixed && it.Type == content.Choice {
				fixed++
				if it.Options[0].Right {
					firstRight++
				}
			}
		}
	}
	if fixed < 3 || firstRight < fixed {
		return
	}
	for _, s := range b.sections {
		for i := range s.items {
			s.items[i].Fixed = false
		}
	}
}

// keys gives known mistakes the codes that reports count them by: they hang on the answer alone.
func keys(it *content.Item) {
	texts := make([]string, len(it.Mistakes))
	for i, m := range it.Mistakes {
		texts[i] = m.Answer
	}
	for i, k := range marking.Keys(texts) {
		it.Mistakes[i].Error = "said-" + k
	}
}

func reasonOf(err error) string {
	said, _, _ := strings.Cut(err.Error(), "\n")
	for _, kind := range []error{fs.ErrInvalid, fs.ErrNotExist, errors.ErrUnsupported} {
		said = strings.TrimSuffix(said, ": "+kind.Error())
	}
	return said
}

func (b *bank) asked() (n int) {
	for _, s := range b.sections {
		n += len(s.items)
	}
	return n
}

// nothing says why there is nothing to ask.
func (b *bank) nothing() error {
	for _, s := range b.sections {
		if len(s.left) > 0 {
			l := s.left[0]
			return fmt.Errorf("none of its %d questions can be asked here: a question (%s) is left out: %s: %w", b.count, l.Type, l.Reason, fs.ErrInvalid)
		}
	}
	return fmt.Errorf("there is no question in it: %w", fs.ErrInvalid)
}

// maxExercise is how many questions one exercise holds; more go into a second one.
const maxExercise = 300

// composition makes topics, pages and exercises of the sections.
func (b *bank) composition() pack.Composition {
	b.course.Languages = b.words.found()
	c := pack.Composition{Course: b.course, Files: b.files}
	topics := map[string]content.ResourceID{"": ""}
	id := func(kind string, path []string, n int) content.ResourceID {
		return content.NewResourceID(b.course.ID, fmt.Sprintf("%s:%d:%s", kind, n, strings.Join(path, "\x00")))
	}
	for _, s := range b.sections {
		if len(s.items)+len(s.left)+len(s.pages) == 0 {
			continue
		}
		title, above := b.course.Title, s.path
		if len(s.path) > 0 {
			title = s.path[len(s.path)-1]
			above = s.path[:len(s.path)-1]
			if len(s.pages) > 0 {
				above = s.path
			}
		}
		parent := content.ResourceID("")
		for n := range above {
			name := strings.Join(above[:n+1], "\x00")
			topic, known := topics[name]
			if !known {
				topic = id("topic", above[:n+1], 0)
				topics[name] = topic
				c.Parts = append(c.Parts, pack.Part{Node: content.Node{ID: topic, Parent: parent, Kind: content.Topic, Title: above[n]}})
			}
			parent = topic
		}
		for n, p := range s.pages {
			c.Parts = append(c.Parts, pack.Part{Node: content.Node{ID: id("page", s.path, n), Parent: parent, Kind: content.Page, Title: p.title}, Markdown: p.text})
		}
		for n := 0; n == 0 && len(s.items)+len(s.left) > 0 || n*maxExercise < len(s.items); n++ {
			c.Parts = append(c.Parts, s.exercise(n, title, content.Node{ID: id("exercise", s.path, n), Parent: parent, Kind: content.Practice}))
		}
	}
	return c
}

// exercise is the n'th exercise of a section.
func (s *section) exercise(n int, title string, node content.Node) pack.Part {
	if node.Title = title; n > 0 {
		node.Title = fmt.Sprintf("%s (%d)", title, n+1)
	}
	x := content.Exercise{Title: node.Title, Items: s.items[n*maxExercise : min(len(s.items), (n+1)*maxExercise)]}
	if n == 0 {
		x.LeftOut = s.left
	}
	if x.Criterion = (content.Criterion{Type: "m_of_n", M: 4, N: 5}); len(x.Items) < 5 {
		x.Criterion = content.Criterion{Type: "do_all"}
	}
	return pack.Part{Node: node, Exercise: &x}
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}
