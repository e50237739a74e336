package web

import (
	"sync"

	"lamplight/content"
	"lamplight/server/learning"
)

// An outlineCache keeps what suggestions need of the courses: the same for everybody, read once an edition. Resources are
// shared and never written to.
type outlineCache struct {
	mu   sync.Mutex
	kept map[content.CourseID]keptOutline
}

type keptOutline struct {
	edition   string
	resources []learning.OutlineResource
}

// maxOutline resources of a course are read, about 60 bytes each: more than a school year of lessons.
const maxOutline = 5000

// ordered says that somebody put a course's resources in the order they are learnt in. Of others only what was begun is
// suggested: the articles of an encyclopaedia come by name.
func ordered(c content.Course) bool { return c.Format != "zim" }

// outlines are the courses in the person's order with how far they are in each.
func (s *Server) outlines(r *request, touched []learning.Progress) []learning.Outline {
	done := map[content.ResourceID]bool{}
	for _, p := range touched {
		done[p.Resource] = p.Complete
	}
	var out []learning.Outline
	for _, c := range s.toBegin(r) {
		all := s.outline(c)
		if len(all) == 0 {
			continue
		}
		o := learning.Outline{Course: c.ID, Skills: c.Skills, Resources: append([]learning.OutlineResource(nil), all...)}
		for i := range o.Resources {
			o.Resources[i].Complete, o.Resources[i].Begun = done[o.Resources[i].Resource], has(done, o.Resources[i].Resource)
		}
		out = append(out, o)
	}
	return out
}

func has(m map[content.ResourceID]bool, id content.ResourceID) bool { _, ok := m[id]; return ok }

func (s *Server) outline(c content.Course) []learning.OutlineResource {
	o := &s.outlined
	o.mu.Lock()
	got, ok := o.kept[c.ID]
	o.mu.Unlock()
	if ok && got.edition == c.Edition {
		return got.resources
	}
	got = keptOutline{c.Edition, nil}
	if ordered(c) {
		reader, release, err := s.Library.Reader(c.ID)
		if err != nil {
			return nil // its stick is out: asked again next time
		}
		defer release()
		got.resources = walk(reader, "", nil, 0)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.kept == nil {
		o.kept = map[content.CourseID]keptOutline{}
	}
	o.kept[c.ID] = got
	return got.resources
}

// maxDepth of topics within topics; a course that is deeper has a fault.
const maxDepth = 16

// walk lists what can be opened under a topic, in course order.
func walk(reader content.Reader, parent content.ResourceID, out []learning.OutlineResource, depth int) []learning.OutlineResource {
	nodes, _, err := reader.Children(parent, 0, maxOutline)
	if err != nil || depth > maxDepth {
		return out
	}
	for _, n := range nodes {
		switch {
		case len(out) >= maxOutline:
			return out
		case n.Kind == content.Topic:
			out = walk(reader, n.ID, out, depth+1)
		case n.Broken == "" && !n.Staff:
			out = append(out, learning.OutlineResource{Resource: n.ID, Skill: n.Skill, Practice: n.Kind == content.Practice})
		}
	}
	return out
}
