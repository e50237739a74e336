package media

import (
	"encoding/hex"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// plan makes the course of what was found. Its identity is that of its files: one file's BLAKE3, or for a folder the
// hash over its files' names and hashes, so that two folders called "Videos" do not become one course. A resource's id
// is made of its file's hash, so the same film is the same resource in every course.
func (p *planner) plan() (*content.Plan, error) {
	plan := &content.Plan{Warnings: p.warnings}
	for _, f := range p.found {
		plan.Files = append(plan.Files, content.PlanFile{Name: f.name, Size: f.size, Parts: []string{f.path}})
		for _, s := range f.captions {
			plan.Files = append(plan.Files, content.PlanFile{Name: s.name, Size: s.size, Parts: []string{s.path}})
		}
		if f.poster != nil {
			plan.Files = append(plan.Files, content.PlanFile{Name: f.poster.name, Size: f.poster.size, Parts: []string{f.poster.path}})
		}
	}
	c := p.course()
	s := p.shelve(c)
	for _, i := range s.Items {
		if c.Thumbnail == "" {
			c.Thumbnail = i.thumbnail()
		}
		if i.Kind != content.Topic {
			c.Resources++
		}
	}
	for _, f := range plan.Files {
		c.Bytes += f.Size
	}
	plan.Course = c
	var err error
	plan.Index, err = s.encode()
	return plan, err
}

func (p *planner) course() content.Course {
	if lone := &p.found[0].info.Title; p.title == "" && *lone == "" {
		*lone = p.o.Title
	}
	first := p.found[0]
	c := content.Course{Format: "media", Title: p.title, Languages: p.languages()}
	identity := first.hash
	if p.title == "" {
		c.Title, c.Description = first.title(), first.info.Description
	} else {
		identity = p.identity()
	}
	c.ID = content.NewCourseID("media", identity)
	c.Edition = p.edition()
	c.Licence.ID, c.Licence.Author = p.common(found.licence), p.common(func(f found) string { return f.info.Author })
	if c.Licence.ID == "" && !slices.ContainsFunc(p.found, func(f found) bool { return f.licence() != "" }) {
		c.Licence.ID = p.o.Licence
	}
	c.Licence.Owner = p.o.Owner
	return c
}

func (f found) title() string {
	if f.info.Title != "" {
		return f.info.Title
	}
	return nameTitle(path.Base(f.name))
}

func (f found) licence() string { return content.LicenceOf(f.info.Licence) }

// language of a file: what it says itself, else what its name says.
func (f found) language() string {
	if l := nameLanguage(path.Base(f.name)); l != "" && f.info.Language == "" {
		return l
	}
	return f.info.Language
}

// languages by how many files are in them; "und" when none says.
func (p *planner) languages() []string {
	counts := map[string]int{}
	for _, f := range p.found {
		if l := f.language(); l != "" {
			counts[l]++
		}
	}
	if len(counts) == 0 {
		return []string{"und"}
	}
	var all []string
	for l := range counts {
		all = append(all, l)
	}
	sort.Slice(all, func(i, j int) bool {
		if counts[all[i]] != counts[all[j]] {
			return counts[all[i]] > counts[all[j]]
		}
		return all[i] < all[j]
	})
	return all
}

// common is what all files say alike, "" otherwise.
func (p *planner) common(of func(found) string) string {
	v := of(p.found[0])
	for _, f := range p.found {
		if of(f) != v {
			return ""
		}
	}
	return v
}

func (p *planner) identity() string {
	h := blake3.New()
	for _, f := range p.found {
		_, _ = h.WriteString(f.name + "\x00" + f.hash + "\x00")
	}
	return hex.EncodeToString(h.Sum(nil))
}

// edition also changes with captions and pictures.
func (p *planner) edition() string {
	h := blake3.New()
	for _, f := range p.found {
		_, _ = h.WriteString(f.name + "\x00" + f.hash + "\x00")
		for _, s := range f.captions {
			_, _ = h.WriteString(s.name + "\x00" + s.hash + "\x00")
		}
		if f.poster != nil {
			_, _ = h.WriteString(f.poster.name + "\x00" + f.poster.hash + "\x00")
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// shelve makes the nodes: topics before what they hold.
func (p *planner) shelve(c content.Course) *shelf {
	s := &shelf{Form: shelfVersion}
	topics := map[string]content.ResourceID{"": ""}
	taken := map[content.ResourceID]bool{}
	for _, f := range p.found {
		id := content.NewResourceID("", f.hash)
		if taken[id] { // the same file twice in one course
			id = content.NewResourceID(c.ID, f.name)
		}
		taken[id] = true
		i := item{
			ID: id, Parent: s.topic(c, topics, f.topic), Kind: f.info.Kind, Title: f.title(), Description: f.info.Description,
			Language: f.language(), Licence: f.licence(), Author: f.info.Author, Name: f.name, MIME: f.info.MIME, Bytes: f.size,
			Seconds: f.info.Seconds, Pages: f.info.Pages, Cover: f.info.Cover,
		}
		if f.poster != nil {
			i.Poster = f.poster.name
		}
		for _, caption := range f.captions {
			i.Captions = append(i.Captions, content.Caption{Language: caption.language, Path: caption.name})
		}
		s.Items = append(s.Items, i)
	}
	return s
}

// topic finds or makes the topic of a folder, and those it lies in.
func (s *shelf) topic(c content.Course, topics map[string]content.ResourceID, folder string) content.ResourceID {
	if id, ok := topics[folder]; ok {
		return id
	}
	up := path.Dir(folder)
	if up == "." {
		up = ""
	}
	parent := s.topic(c, topics, up)
	id := content.NewResourceID(c.ID, "topic/"+folder)
	topics[folder] = id
	s.Items = append(s.Items, item{ID: id, Parent: parent, Kind: content.Topic, Title: topicTitle(path.Base(folder))})
	return id
}

func topicTitle(name string) string {
	if t := clean(strings.ReplaceAll(name, "_", " ")); t != "" {
		return t
	}
	return "_"
}
