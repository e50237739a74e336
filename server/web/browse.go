package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/content/library"
	"lamplight/server/learning"
	"lamplight/ui/view"
)

const (
	// shownValues of a facet stand on the page; the rest is a link away.
	shownValues = 12
	maxChosen   = 20 // values of one facet in an address
	// coursesPerPage keeps the first page of a full box under its weight.
	coursesPerPage = 40
)

// choiceOf reads what an address chooses.
func choiceOf(q url.Values) map[content.Facet][]string {
	out := map[content.Facet][]string{}
	for _, f := range content.Facets {
		for _, v := range q[string(f)] {
			if v != "" && len(v) <= 64 && len(out[f]) < maxChosen && !slices.Contains(out[f], v) {
				out[f] = append(out[f], v)
			}
		}
	}
	return out
}

// fillLibrary fills in what is chosen, what there is to choose, and what was found.
func (s *Server) fillLibrary(v *view.Library, r *request) error {
	q := r.URL.Query()
	from, _ := strconv.Atoi(q.Get("from"))
	from = max(0, from)
	courses := s.coursesFor(r)
	c := library.Wanted{Values: choiceOf(q), Staff: r.teaches(), Courses: []content.CourseID{}}
	titles := map[string]content.Course{}
	for _, course := range courses {
		c.Courses = append(c.Courses, course.ID)
		titles[string(course.ID)] = course
	}
	found, err := s.Library.Browse(c, from, r.perPage())
	if err != nil {
		return err
	}
	f := facetPage{choice: c.Values, counts: found.Counts, courses: titles, order: c.Courses, more: q.Get("more")}
	v.Facets = f.facets()
	if !c.Chosen() {
		return s.fillShelf(v, r, courses, from)
	}
	v.Chosen, v.Clear, v.Total = f.chosen(), "/library", found.Total
	v.Found, err = s.placeCards(r, found.Places)
	v.Pager = pager(r, from, len(found.Places), found.Total)
	s.lighten(r, v.Found)
	return err
}

// fillShelf lists the courses.
func (s *Server) fillShelf(v *view.Library, r *request, courses []content.Course, from int) error {
	done, err := s.courseProgress(r)
	if err != nil {
		return err
	}
	v.Total = len(courses)
	part := courses[min(from, len(courses)):min(from+coursesPerPage, len(courses))]
	for _, c := range part {
		v.Courses = append(v.Courses, courseCard(c, done[c.ID]))
	}
	v.Pager = pagerBy(r, from, len(part), len(courses), coursesPerPage)
	s.lighten(r, v.Courses)
	return nil
}

// placeCards are resources of many courses as cards; those that cannot be opened just now, their stick away, say so.
func (s *Server) placeCards(r *request, places []library.Place) (cards []view.Card, err error) {
	ids := make([]content.ResourceID, 0, len(places))
	for _, p := range places {
		if p.Resource != "" {
			ids = append(ids, p.Resource)
		}
	}
	var progress map[content.ResourceID]learning.Progress
	if r.signedIn() && len(ids) > 0 {
		if progress, err = s.Store.ProgressIn(r.actor(), r.person.ID, ids); err != nil {
			return nil, err
		}
	}
	for _, p := range places {
		course, err := s.Library.Course(p.Course)
		if err != nil {
			continue // gone since it was found
		}
		if p.Resource == "" {
			cards = append(cards, courseCard(course, 0))
			continue
		}
		cards = append(cards, s.placeCard(course, p, progress[p.Resource]))
	}
	return cards, nil
}

func (s *Server) placeCard(course content.Course, p library.Place, progress learning.Progress) view.Card {
	gone := view.Card{Title: course.Title, URL: courseURL(course.ID), Kind: "course", Broken: true}
	reader, release, err := s.Library.Reader(p.Course)
	if err != nil {
		return gone
	}
	defer release()
	n, err := reader.Node(p.Resource)
	if err != nil {
		return gone
	}
	card := s.nodeCard(course, n, progress)
	card.Title, card.Where, card.URL = title(n), course.Title, inCourse(card.URL, course.ID)
	return card
}

// inCourse says in a resource's address which of the courses that hold it is meant.
func inCourse(address string, course content.CourseID) string {
	if strings.Contains(address, string(course)) {
		return address
	}
	return address + "?course=" + string(course)
}

// A facetPage makes the facets of a page: choices, counts and addresses.
type facetPage struct {
	choice  map[content.Facet][]string
	counts  map[content.Facet][]library.Count
	courses map[string]content.Course
	order   []content.CourseID
	more    string // the facet all of whose values are wanted
	path    string // of the page, "" the library's
	with    url.Values
}

// address is the page with a value of a facet added, or taken away where it is chosen.
func (p *facetPage) address(f content.Facet, value string) string {
	q := url.Values{}
	for name, all := range p.with {
		q[name] = all
	}
	for g, all := range p.choice {
		q[string(g)] = slices.Clone(all)
	}
	if value != "" {
		if i := slices.Index(q[string(f)], value); i >= 0 {
			q[string(f)] = slices.Delete(q[string(f)], i, i+1)
		} else {
			q.Add(string(f), value)
		}
	}
	path := cmp.Or(p.path, "/library")
	if len(q.Encode()) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (p *facetPage) facets() (out []view.Facet) {
	for _, f := range content.Facets {
		values := p.values(f)
		if len(values) < 2 && len(p.choice[f]) == 0 {
			continue // it would part nothing from nothing
		}
		v := view.Facet{Key: string(f), Values: p.few(f, values), Open: p.more == string(f)}
		if len(v.Values) < len(values) {
			more := p.address("", "")
			v.More = more + map[bool]string{true: "&", false: "?"}[strings.Contains(more, "?")] + "more=" + string(f)
		}
		out = append(out, v)
	}
	return out
}

// few leaves out what is deep within others, and of a long list its end, unless it is chosen or all are wanted.
func (p *facetPage) few(f content.Facet, values []view.FacetValue) []view.FacetValue {
	if p.more == string(f) {
		return values
	}
	var out []view.FacetValue
	open := true // whether what the value lies in is chosen
	for _, v := range values {
		if v.Depth < 2 {
			open = v.Chosen
		}
		if v.Chosen || v.Depth < 2 && len(out) < shownValues || v.Depth >= 2 && open {
			out = append(out, v)
		}
	}
	return out
}

// values are all there is to choose of a facet, in the order of pages.
func (p *facetPage) values(f content.Facet) []view.FacetValue {
	var out []view.FacetValue
	for _, c := range p.counts[f] {
		v := view.FacetValue{Facet: string(f), Value: c.Value, Count: c.Resources, Chosen: slices.Contains(p.choice[f], c.Value)}
		if c.Resources > 0 || v.Chosen {
			v.URL = p.address(f, c.Value)
		}
		switch course, ok := p.courses[c.Value]; {
		case f == content.CourseFacet && ok:
			v.Text, v.Lang = course.Title, first(course.Languages)
		case f == content.LanguageFacet:
			v.Lang = c.Value
		}
		out = append(out, v)
	}
	rank := p.ranks(f)
	for i := range out {
		out[i].Depth = rank[out[i].Value].depth
	}
	arrange.Stably(out, func(a, b view.FacetValue) int {
		if f == content.CourseFacet && (a.URL == "") != (b.URL == "") { // what leads somewhere first
			return len(b.URL) - len(a.URL)
		}
		return cmp.Or(cmp.Compare(rank[a.Value].at, rank[b.Value].at), cmp.Compare(b.Count, a.Count))
	})
	return out
}

type rank struct{ at, depth int }

// ranks order values as the vocabulary has them, courses as the person's list does; others go by how many they count.
func (p *facetPage) ranks(f content.Facet) map[string]rank {
	out := map[string]rank{}
	if f == content.CourseFacet {
		for i, id := range p.order {
			out[string(id)] = rank{at: i}
		}
	}
	for i, l := range content.Vocabulary() {
		if l.Facet == f {
			out[l.Name] = rank{i, l.Depth()}
		}
	}
	return out
}

// chosen are the values chosen, facet by facet.
func (p *facetPage) chosen() (out []view.FacetValue) {
	for _, f := range content.Facets {
		known := p.values(f)
		for _, value := range p.choice[f] {
			v := view.FacetValue{Facet: string(f), Value: value, Text: value, URL: p.address(f, value), Chosen: true}
			if i := slices.IndexFunc(known, func(k view.FacetValue) bool { return k.Value == value }); i >= 0 {
				v.Text, v.Lang = known[i].Text, known[i].Lang
			} else if f == content.LanguageFacet || content.LabelCode(f, value) != "" {
				v.Text = ""
			}
			out = append(out, v)
		}
	}
	return out
}
