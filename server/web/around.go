package web

import (
	"net/http"
	"slices"

	"lamplight/content"
	"lamplight/ui/view"
)

// besideEachWay is how many resources of its topic stand beside an open one, before it and after it.
const besideEachWay = 12

// neighbours are the resources before and after n: in its topic, and beyond its ends in the topics before and after it. What
// is for teachers alone is passed over for who is none.
func (s *Server) neighbours(r *request, reader content.Reader, n content.Node) (previous, next *view.Link) {
	course := reader.Course()
	before, after, err := s.Library.Around(course.ID, n.ID, besideEachWay)
	if err != nil {
		return nil, nil // too many to list
	}
	slices.Reverse(before)
	nearest := func(ids []content.ResourceID) *view.Link {
		for _, id := range ids {
			if x, err := reader.Node(id); err == nil && x.Broken == "" && (!x.Staff || r.teaches()) {
				return &view.Link{Text: title(x), URL: resourceURL(course.ID, x)}
			}
		}
		return nil
	}
	return nearest(before), nearest(after)
}

// siblings are the resources of n's topic about n, with n among them and what the person has finished.
func (s *Server) siblings(r *request, reader content.Reader, n content.Node) (out []view.Sibling) {
	course := reader.Course()
	before, after, err := s.Library.Around(course.ID, n.ID, besideEachWay)
	if err != nil {
		return nil
	}
	var nodes []content.Node
	for _, id := range slices.Concat(before, []content.ResourceID{n.ID}, after) {
		if x, err := reader.Node(id); err == nil && x.Parent == n.Parent && (!x.Staff || x.ID == n.ID || r.teaches()) {
			nodes = append(nodes, x)
		}
	}
	progress, err := s.progressIn(r, nodes)
	if err != nil {
		s.Log.Warn("progress", "err", err)
	}
	for _, x := range nodes {
		out = append(out, view.Sibling{
			Title: title(x), URL: resourceURL(course.ID, x), Kind: string(x.Kind), Lang: language(course, x),
			Complete: progress[x.ID].Complete, Here: x.ID == n.ID,
		})
	}
	return out
}

// wayFrom answers go=next and go=previous, which pages ask for that are the same for a whole topic: where that leads, the
// course where nothing stands there.
func (s *Server) wayFrom(r *request, reader content.Reader, n content.Node) (to string, ok bool) {
	if r.Method == http.MethodPost || r.URL.RawQuery == "" {
		return "", false
	}
	previous, next := (*view.Link)(nil), (*view.Link)(nil)
	switch r.URL.Query().Get("go") {
	case "previous":
		previous, _ = s.neighbours(r, reader, n)
	case "next":
		_, next = s.neighbours(r, reader, n)
	default:
		return "", false
	}
	for _, l := range []*view.Link{previous, next} {
		if l != nil {
			return l.URL, true
		}
	}
	return courseURL(reader.Course().ID), true
}
