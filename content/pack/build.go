package pack

import (
	"context"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"lamplight/content"
	"lamplight/content/tex"
)

// A course is a folder made into a tree, before its pages are written.
type course struct {
	*folder
	course content.Course
	nodes  []*draft                      // in course order, topics before what they hold
	byPath map[string]*draft             // of Markdown files
	ids    map[content.ResourceID]string // where each id was declared
	used   map[string]bool               // files other than Markdown that go into the pack
	// version is that of the pack: firstVersion unless something in the course asks for a later one.
	version byte
	// skillLine is where skills.md names each skill; nil when there is none.
	skillLine map[string]int
	undrawn   int // questions that could not be drawn
}

// A draft is a node with what it is made of.
type draft struct {
	node
	text     *text    // of a page or exercise
	items    []placed // of an exercise
	leftOut  []content.LeftOut
	composed bool     // its items are another format's: checked, and their pictures addressed, already
	requi    string   // requires, as written
	order    int      // among what can be opened, from 0
	shown    []string // pictures that it shows
}

var (
	plainID   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	declared  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`)
	criterion = regexp.MustCompile(`^(do_all|num_correct_in_a_row_(?:2|3|5|10)|(?:spaced_)?m_of_n +(\d{1,2})/(\d{1,2}))$`)
)

// isName says whether s is of a form and not longer than that; a pattern that counts so far takes 100 KB at every start.
func isName(s string, most int, form *regexp.Regexp) bool {
	return len(s) <= most && form.MatchString(s)
}

// read makes a course of a scanned folder. What is wrong is in its problems.
func read(ctx context.Context, fsys fs.FS, o content.ImportOptions) (*course, error) {
	f, err := scan(ctx, fsys)
	if err != nil {
		return nil, err
	}
	c := &course{folder: f, byPath: map[string]*draft{}, ids: map[content.ResourceID]string{}, used: map[string]bool{}, version: firstVersion}
	if t := f.texts["course.md"]; t != nil {
		c.head(t, o)
		c.about(t)
		c.readSkills()
		c.gather("", 0)
	}
	c.completeMedia()
	c.skillsNamed()
	c.requirements()
	for i, d := range c.openable() {
		d.order = i
	}
	return c, nil
}

// head reads the front matter of course.md.
func (c *course) head(t *text, o content.ImportOptions) {
	c.allow(t, append(aboveLabels, "id", "title", "language", "licence", "owner", "author", "edition", "description", "level", "source")...)
	for _, key := range []string{"id", "title", "language"} {
		if t.front[key] == "" {
			c.fail(t.path, 0, "the front matter has no %s: write a line \"%s: …\" between the lines of ---", key, key)
		}
	}
	id := t.front["id"]
	if id != "" && !isName(id, 128, plainID) {
		c.fail(t.path, t.lines["id"], "id %q: letters, digits, dots and dashes, at most 128", clip(id, 60))
	}
	c.course = content.Course{
		ID: content.NewCourseID("lamplight", id), Format: "lamplight", Title: t.front["title"],
		Edition: t.front["edition"], Description: t.front["description"], Level: t.front["level"],
		Licence: content.Licence{ID: t.front["licence"], Owner: t.front["owner"], Author: t.front["author"], Source: t.front["source"]},
		Labels:  c.labels(t),
	}
	if c.course.Licence.ID == "" && o.Licence != "" {
		c.course.Licence.ID = o.Licence
		t.written("licence", o.Licence)
	}
	if c.course.Licence.Owner == "" && o.Owner != "" {
		c.course.Licence.Owner = o.Owner
		t.written("owner", o.Owner)
	}
	c.course.Licence.ID = c.licence(t, c.course.Licence.ID)
	if lang := c.lang(t); lang != "" {
		c.course.Languages = []string{lang}
	}
	for _, ext := range []string{".svg", ".png", ".jpg", ".jpeg", ".webp"} {
		if _, ok := c.sizes["cover"+ext]; ok {
			c.course.Thumbnail = "cover" + ext
			c.used["cover"+ext] = true
			break
		}
	}
}

// licence gives the SPDX id of what was written; unknown words are kept out and warned of.
func (c *course) licence(t *text, written string) string {
	if written == "" {
		if t.path == "course.md" {
			c.warn(t.path, 0, "no licence is stated: nobody knows whether they may copy it; write \"licence: CC-BY-SA-4.0\"")
		}
		return ""
	}
	id := content.LicenceOf(written)
	if id == "" {
		c.warn(t.path, t.lines["licence"], "%q is no licence we know by its SPDX name: it counts as not stated", clip(written, 60))
	}
	return id
}

func (c *course) lang(t *text) string {
	written := t.front["language"]
	if written == "" {
		return ""
	}
	tag, err := language.Parse(written)
	if err != nil {
		c.fail(t.path, t.lines["language"], "%q is no language tag: write en, fr, ar, pt-BR …", clip(written, 40))
		return ""
	}
	return tag.String()
}

// about makes the body of course.md the first page.
func (c *course) about(t *text) {
	if strings.TrimSpace(t.body) == "" {
		return
	}
	d := &draft{node: node{Kind: content.Page, Title: c.course.Title, Path: t.path, MIME: "text/html"}, text: t}
	c.add(d, t, "about", 0)
	c.byPath[t.path] = d
}

// add gives d its id and place. declared ids must be the only ones of their kind.
func (c *course) add(d *draft, t *text, fallback string, parent int) {
	id := fallback
	file, line := d.Path, 0
	if t != nil {
		file = t.path
		if t.path != "course.md" && t.front["id"] != "" {
			id, line = t.front["id"], t.lines["id"]
			if !isName(id, 200, declared) {
				c.fail(file, line, "id %q: letters, digits, dots, slashes and dashes, at most 200", clip(id, 60))
			}
		}
	}
	d.ID, d.Parent = content.NewResourceID(c.course.ID, id), parent
	if other, twice := c.ids[d.ID]; twice && line > 0 {
		c.fail(file, line, "id %q is used by %s too", id, other)
	} else if twice {
		c.fail(file, 0, "its id would be %q, as that of %s is: give it one of its own, with a line \"id: …\" in front", id, other)
	}
	c.ids[d.ID] = file
	c.nodes = append(c.nodes, d)
}

// gather adds what lies in a folder, in order.
func (c *course) gather(dir string, parent int) {
	for _, name := range c.entries(dir) {
		p := path.Join(dir, name)
		switch ext := strings.ToLower(path.Ext(name)); {
		case p == "course.md" || p == skillFile || name == "topic.md" && dir != "":
		case strings.HasSuffix(name, "/"):
			if c.holdsResources(p) {
				c.gather(p, c.topic(p, parent))
			}
		case ext == ".md":
			if t := c.texts[p]; t != nil {
				c.markdown(t, parent)
			}
		case mediaKinds[ext].kind != "":
			c.media(p, parent)
		}
	}
}

// holdsResources says whether anything under dir can be opened: a folder of pictures alone is no topic.
func (c *course) holdsResources(dir string) bool {
	for p := range c.sizes {
		ext := strings.ToLower(path.Ext(p))
		if strings.HasPrefix(p, dir+"/") && (ext == ".md" && path.Base(p) != "topic.md" || mediaKinds[ext].kind != "" && !isSound(p)) {
			return true
		}
	}
	return false
}

// topic adds a topic and gives its number for Parent.
func (c *course) topic(dir string, parent int) int {
	d := &draft{node: node{Kind: content.Topic, Title: titled(plain(path.Base(dir)))}}
	t := c.texts[dir+"/topic.md"]
	if t != nil {
		c.allow(t, append(aboveLabels, "title", "description", "id", "complete")...)
		if t.front["title"] != "" {
			d.Title = t.front["title"]
		}
		d.Description, d.Labels = t.front["description"], c.labels(t)
	} else {
		d.Path = dir
	}
	c.add(d, t, "topic:"+plainPath(dir), parent)
	d.Path = ""
	return len(c.nodes)
}

// markdown adds a page or an exercise.
func (c *course) markdown(t *text, parent int) {
	d := &draft{node: node{Title: t.front["title"], Description: t.front["description"], Path: t.path, Skill: t.front["skill"], Language: c.lang(t), Labels: c.labels(t), Staff: c.staff(t)}, text: t}
	switch t.front["kind"] {
	case "exercise":
		c.allow(t, append(ownLabels, "kind", "id", "title", "mastery", "complete", "skill", "rating", "requires", "description", "language", "minutes")...)
		d.Kind, d.MIME, d.requi = content.Practice, "application/cbor", t.front["requires"]
		d.Criterion = c.mastery(t)
		d.items = c.parseItems(t)
		d.Items = len(d.items)
		c.defaultRating(t, d.items)
	case "", "page":
		c.allow(t, append(ownLabels, "kind", "id", "title", "description", "skill", "minutes", "complete", "language", "licence", "owner", "author")...)
		d.Kind, d.MIME = content.Page, "text/html"
		if t.front["licence"]+t.front["owner"]+t.front["author"] != "" {
			d.Licence = &content.Licence{ID: c.licence(t, t.front["licence"]), Owner: t.front["owner"], Author: t.front["author"]}
		}
	default:
		c.fail(t.path, t.lines["kind"], "kind %q is not known: a page has none, an exercise says \"kind: exercise\"", clip(t.front["kind"], 40))
		return
	}
	if m := t.front["minutes"]; m != "" {
		n, err := strconv.Atoi(m)
		if err != nil || n < 1 || n > 600 {
			c.fail(t.path, t.lines["minutes"], "minutes %q is not a number from 1 to 600", clip(m, 20))
		}
		d.Minutes = n
	}
	c.complete(d, t)
	if d.Title == "" {
		d.Title = tex.PlainText(firstHeading(t.body))
	}
	if d.Title == "" {
		d.Title = titled(plain(path.Base(t.path)))
	}
	c.add(d, t, plainPath(t.path), parent)
	c.byPath[t.path] = d
}

func (c *course) mastery(t *text) criterionValue {
	written := t.front["mastery"]
	if written == "" {
		return criterionValue{Type: "m_of_n", M: 4, N: 5}
	}
	m := criterion.FindStringSubmatch(written)
	if m == nil {
		c.fail(t.path, t.lines["mastery"], "mastery %q is not known: do_all, m_of_n 4/5, spaced_m_of_n 4/5 or num_correct_in_a_row_2, _3, _5, _10", clip(written, 40))
		return criterionValue{}
	}
	if m[2] == "" {
		return criterionValue{Type: m[1]}
	}
	a, _ := strconv.Atoi(m[2])
	b, _ := strconv.Atoi(m[3])
	if a < 1 || a > b {
		c.fail(t.path, t.lines["mastery"], "mastery %q: %d of the last %d cannot be", written, a, b)
	}
	kind, _, _ := strings.Cut(m[1], " ")
	if kind != "m_of_n" {
		c.version = max(c.version, secondVersion)
	}
	return criterionValue{Type: kind, M: a, N: b}
}

// openable are the nodes that are no topics.
func (c *course) openable() (out []*draft) {
	for _, d := range c.nodes {
		if d.Kind != content.Topic {
			out = append(out, d)
		}
	}
	return out
}
