package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lamplight/content"
)

const (
	maxSkills = 1000
	maxNeeds  = 20 // of one skill
	maxTitle  = 300
	skillFile = "skills.md"
)

var skillLine = regexp.MustCompile(`^##[ \t]+(\S+)(?:[ \t]+(.+?))?[ \t]*$`)

// A skillList is skills.md as read: the skills, and where each was written.
type skillList struct {
	skills []content.Skill
	line   map[string]int    // by id
	needs  map[[2]string]int // by id and what it needs: the line that says so
}

// readSkills reads skills.md, where there is one, into the course.
func (c *course) readSkills() {
	t := c.texts[skillFile]
	if t == nil {
		return
	}
	c.allow(t)
	l := &skillList{line: map[string]int{}, needs: map[[2]string]int{}}
	for i, line := range strings.Split(t.body, "\n") {
		n := t.bodyLine + i
		line = strings.TrimSpace(line)
		needs, isNeeds := strings.CutPrefix(line, "needs:")
		switch {
		case line == "" || strings.HasPrefix(line, "<!--"):
		case strings.HasPrefix(line, "##"):
			c.skill(l, line, n)
		case len(l.skills) == 0: // remarks
		case isNeeds:
			c.skillNeeds(l, needs, n)
		default:
			c.fail(t.path, n, "%q is neither \"## id Title\" nor \"needs: id, id\"", clip(line, 60))
		}
	}
	if len(l.skills) == 0 {
		c.fail(t.path, 0, "it names no skill: each is a line \"## id Title\"")
	}
	c.skillGraph(l)
	c.course.Skills, c.skillLine = l.skills, l.line
}

func (c *course) skill(l *skillList, line string, n int) {
	m := skillLine.FindStringSubmatch(line)
	switch {
	case m == nil:
		c.fail(skillFile, n, "%q is not \"## id Title\", as in \"## add-10 Adding to ten\"", clip(line, 60))
		return
	case !isName(m[1], 64, plainID):
		c.fail(skillFile, n, "%q cannot be an id: letters, digits, dots and dashes, at most 64", clip(m[1], 80))
	case m[2] == "" || len(m[2]) > maxTitle:
		c.fail(skillFile, n, "skill %s needs a title of at most %d bytes after its id", m[1], maxTitle)
	case l.line[m[1]] > 0:
		c.fail(skillFile, n, "skill %s is there twice: line %d has it too", m[1], l.line[m[1]])
	case len(l.skills) == maxSkills:
		c.fail(skillFile, n, "more than %d skills", maxSkills)
		return
	}
	l.line[m[1]] = n
	l.skills = append(l.skills, content.Skill{ID: m[1], Title: m[2]})
}

func (c *course) skillNeeds(l *skillList, list string, n int) {
	s := &l.skills[len(l.skills)-1]
	for id := range strings.SplitSeq(list, ",") {
		if id = strings.TrimSpace(id); id == "" || slices.Contains(s.Needs, id) {
			continue
		}
		if len(s.Needs) == maxNeeds {
			c.fail(skillFile, n, "skill %s needs more than %d others", s.ID, maxNeeds)
			return
		}
		s.Needs = append(s.Needs, id)
		l.needs[[2]string{s.ID, id}] = n
	}
}

// skillGraph refuses needs that lead nowhere or round in a ring.
func (c *course) skillGraph(l *skillList) {
	for _, s := range l.skills {
		for _, id := range s.Needs {
			if l.line[id] == 0 {
				c.fail(skillFile, l.needs[[2]string{s.ID, id}], "skill %s needs %q, and no skill has that id: mend the name, or add a line \"## %s Title\"", s.ID, clip(id, 80), clip(id, 80))
			}
		}
	}
	if ring := skillRing(l.skills); ring != nil {
		c.fail(skillFile, l.needs[[2]string{ring[0], ring[1]}], "skills need each other in a ring: %s; take one of them out of its \"needs:\"", strings.Join(ring, " → "))
	}
}

// skillRing finds skills that need themselves, each followed by one it needs, the first again at the end; nil when there
// are none. Ids that no skill has are passed over.
func skillRing(skills []content.Skill) []string {
	byID := make(map[string]*content.Skill, len(skills))
	for i := range skills {
		byID[skills[i].ID] = &skills[i]
	}
	done := map[string]bool{}
	var way []string
	var follow func(s *content.Skill) []string
	follow = func(s *content.Skill) []string {
		if at := slices.Index(way, s.ID); at >= 0 {
			return append(slices.Clone(way[at:]), s.ID)
		}
		if done[s.ID] {
			return nil
		}
		way = append(way, s.ID)
		for _, id := range s.Needs {
			if next := byID[id]; next != nil {
				if ring := follow(next); ring != nil {
					return ring
				}
			}
		}
		way = way[:len(way)-1]
		done[s.ID] = true
		return nil
	}
	for i := range skills {
		if ring := follow(&skills[i]); ring != nil {
			return ring
		}
	}
	return nil
}

// checkSkills is what skills of a pack from elsewhere must be: the rules above, without lines.
func checkSkills(skills []content.Skill) error {
	if len(skills) > maxSkills {
		return fmt.Errorf("more than %d skills", maxSkills)
	}
	known := map[string]bool{}
	for _, s := range skills {
		if !isName(s.ID, 64, plainID) || known[s.ID] || s.Title == "" || len(s.Title) > maxTitle || len(s.Needs) > maxNeeds {
			return fmt.Errorf("skill %.80q: its id, title or number of needs cannot be, or it is there twice", s.ID)
		}
		known[s.ID] = true
	}
	for _, s := range skills {
		for _, id := range s.Needs {
			if !known[id] {
				return fmt.Errorf("skill %s needs %.80q, and no skill has that id", s.ID, id)
			}
		}
	}
	if ring := skillRing(skills); ring != nil {
		return fmt.Errorf("skills need each other in a ring: %s", clip(strings.Join(ring, " → "), 300))
	}
	return nil
}

// skillsNamed refuses skills that pages, exercises and questions name and skills.md has not. Without one all may be named.
func (c *course) skillsNamed() {
	if c.skillLine == nil {
		return
	}
	want := func(file string, line int, id string) {
		if id != "" && c.skillLine[id] == 0 {
			c.fail(file, line, "skill %q is not in %s: mend the name, or add a line \"## %s Title\" there", clip(id, 80), skillFile, clip(id, 80))
		}
	}
	for _, d := range c.nodes {
		if d.text == nil {
			continue
		}
		want(d.Path, d.text.lines["skill"], d.Skill)
		for _, p := range d.items {
			want(d.Path, p.line, p.item.Skill)
		}
	}
}

// lintSkills warns of skills that no question asks for.
func (c *course) lintSkills() {
	asked := map[string]bool{}
	for _, d := range c.nodes {
		for _, p := range d.items {
			id := p.item.Skill
			if id == "" {
				id = d.Skill
			}
			asked[id] = true
		}
	}
	for _, s := range c.course.Skills {
		if !asked[s.ID] {
			c.warn(skillFile, c.skillLine[s.ID], "no question asks for skill %s: name it in a line \"skill: %s\" of an exercise or question, or take it out", s.ID, s.ID)
		}
	}
}
