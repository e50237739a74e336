package pack

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
)

// A bankWriter writes a course that another format brought as a folder of ours.
type bankWriter struct {
	*folderWriter
	pages map[string][]byte // Markdown of pages, by id
	names map[string]string // of pictures and sounds: where they lie in the folder, by path in the pack
	dirs  map[int]string    // of topics, by place in the index and one more
	count map[string]int    // files written so far, by folder
}

// bank writes the folder; pages are what those of the bank were made of.
func (w *folderWriter) bank(ctx context.Context, pages map[string][]byte) error {
	b := &bankWriter{folderWriter: w, pages: pages, names: map[string]string{}, dirs: map[int]string{}, count: map[string]int{}}
	if err := w.file("course.md", []byte(b.head())); err != nil {
		return err
	}
	for i, f := range w.index.Files {
		kind := "pictures"
		if strings.HasPrefix(f.MIME, "audio/") {
			kind = "sounds"
		}
		ext := path.Ext(f.Path)
		b.names[f.Path] = fmt.Sprintf("%s/%d-%s%s", kind, i+1, slug(strings.TrimSuffix(path.Base(f.Path), ext)), strings.ToLower(ext))
		if err := w.copy(ctx, f, b.names[f.Path]); err != nil {
			return err
		}
	}
	for i := range w.index.Nodes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := b.node(i); err != nil {
			return err
		}
	}
	return nil
}

// slug is a title as a file's name: letters and digits of ASCII, dashes.
func slug(title string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, clip(title, 60))
	if s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '-' }), "-"); s == "" {
		return "x"
	}
	return s
}

// frontMatter writes what is not empty of key, value, key, value …
func frontMatter(pairs ...string) string {
	var b strings.Builder
	b.WriteString("---\n")
	for i := 0; i < len(pairs); i += 2 {
		if value := strings.Join(strings.Fields(pairs[i+1]), " "); value != "" {
			b.WriteString(pairs[i] + ": " + value + "\n")
		}
	}
	return b.String() + "---\n"
}

func (b *bankWriter) head() string {
	c := b.course
	lang := "und"
	if len(c.Languages) > 0 {
		lang = c.Languages[0]
	}
	front := []string{
		"id", string(c.ID), "title", c.Title, "language", lang, "licence", c.Licence.ID, "owner", c.Licence.Owner, "author", c.Licence.Author,
		"source", c.Licence.Source, "description", c.Description, "level", c.Level,
	}
	return frontMatter(append(front, labelPairs(c.Labels)...)...)
}

// labelPairs are the keys and names that say labels.
func labelPairs(l content.Labels) (out []string) {
	for _, k := range labelKeys {
		var names []string
		for _, code := range *k.of(&l) {
			for _, v := range content.Vocabulary() {
				if v.Facet == k.facet && v.Code == code {
					names = append(names, v.Name)
				}
			}
		}
		out = append(out, k.key, strings.Join(names, ", "))
	}
	return append(out, "tags", strings.Join(l.Tags, ", "))
}

// place gives the next name in a topic's folder, without an extension.
func (b *bankWriter) place(n *node) string {
	dir := b.dirs[n.Parent]
	b.count[dir]++
	return path.Join(dir, fmt.Sprintf("%02d-%s", b.count[dir], slug(n.Title)))
}

func (b *bankWriter) node(i int) error {
	n := &b.index.Nodes[i]
	switch n.Kind {
	case content.Topic:
		dir := b.place(n)
		b.dirs[i+1] = dir
		return b.file(dir+"/topic.md", []byte(frontMatter(append([]string{"id", string(n.ID), "title", n.Title, "description", n.Description}, labelPairs(n.Labels)...)...)))
	case content.Page:
		return b.page(n)
	case content.Practice:
		return b.exercise(n)
	}
	b.left = append(b.left, fmt.Sprintf("%s: a %s of another format has no place of its own in a folder; its file is %s", n.Title, n.Kind, b.names[n.Path]))
	return nil
}

// pairs are what page and exercise say alike.
func (n *node) pairs() []string {
	var requires []string
	for _, r := range n.Requires {
		requires = append(requires, string(r))
	}
	minutes, staff := "", ""
	if n.Minutes > 0 {
		minutes = fmt.Sprint(n.Minutes)
	}
	if n.Staff {
		staff = "yes"
	}
	out := []string{"id", string(n.ID), "title", n.Title, "description", n.Description, "language", n.Language, "skill", n.Skill, "minutes", minutes, "staff", staff}
	if n.Kind == content.Practice {
		out = append(out, "requires", strings.Join(requires, ", "))
	}
	if n.Completion.By != "" {
		out = append(out, "complete", strings.TrimSuffix(fmt.Sprintf("%s %d", n.Completion.By, n.Completion.Amount), " 0"))
	}
	return append(out, labelPairs(n.Labels)...)
}

func (b *bankWriter) page(n *node) error {
	written, ok := b.pages[string(n.ID)+".md"]
	if !ok {
		b.left = append(b.left, n.Title+": an older release packed this page and kept no text of it: import its file again")
		return nil
	}
	p := b.place(n) + ".md"
	return b.file(p, []byte(frontMatter(n.pairs()...)+"\n"+b.local(string(written), p)))
}

func (b *bankWriter) exercise(n *node) error {
	x, err := b.packFile.exercise(n)
	if err != nil {
		return err
	}
	for _, l := range x.LeftOut {
		b.left = append(b.left, fmt.Sprintf("%s: question %s (%s): %s", n.Title, l.Item, l.Type, l.Reason))
	}
	if len(x.Items) == 0 {
		b.left = append(b.left, n.Title+": it holds no question that can be asked")
		return nil
	}
	p := b.place(n) + ".md"
	mastery := n.Criterion.Type
	if n.Criterion.N > 0 {
		mastery += fmt.Sprintf(" %d/%d", n.Criterion.M, n.Criterion.N)
	}
	var out strings.Builder
	out.WriteString(frontMatter(append([]string{"kind", "exercise", "mastery", mastery}, n.pairs()...)...))
	taken := map[string]bool{}
	for i, it := range x.Items {
		it = cloneTexts(it)
		eachText(&it, func(s *string) { *s = b.local(*s, p) })
		if it.Sound != "" {
			it.Sound = strings.Repeat("../", strings.Count(p, "/")) + b.names[it.Sound]
		}
		id := string(it.ID)
		if !isName(id, 64, plainID) || taken[id] {
			id = fmt.Sprintf("question-%d", i+1)
		}
		taken[id] = true
		out.WriteString("\n" + itemLines(it, id))
	}
	if out.Len() > maxMarkdown {
		b.left = append(b.left, fmt.Sprintf("%s: its questions are more than a file may hold", n.Title))
		return nil
	}
	return b.file(p, []byte(out.String()))
}

// local makes the addresses of pictures paths from the file at p.
func (b *bankWriter) local(s, p string) string {
	own := "/file/" + string(b.course.ID) + "/"
	return pictureRef.ReplaceAllStringFunc(s, func(mark string) string {
		parts := pictureRef.FindStringSubmatch(mark)
		at, err := url.PathUnescape(strings.TrimPrefix(parts[2], own))
		if err != nil || b.names[at] == "" {
			return mark
		}
		return parts[1] + strings.Repeat("../", strings.Count(p, "/")) + marking.PictureAddress(b.names[at]) + parts[3]
	})
}
