package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lamplight/content"
)

// A Query is a question and from which side it is asked.
type Query struct {
	Text     string
	Language string                     // the asker's own: what is in it comes before its like
	Where    map[content.Facet][]string // only what has, of each facet here, one of these values
	Staff    bool                       // also what is for teachers alone
	Offset   int
	Limit    int  // 0: none, only counts
	Counts   bool // of facets
}

// Results are what was found, best first.
type Results struct {
	Hits  []Hit
	Total int // resources found, of which Hits are some
	// Meant is the question as it may have been meant, "" where nothing speaks for a mistype. Hits are then of both.
	Meant string
	// Counts are, by facet, how many of what was found have each value; of a facet asked for in Where, as if it were not.
	Counts map[content.Facet]map[string]int

	groups []group // what was looked for
}

// A Hit is one resource or course.
type Hit struct {
	Course      content.CourseID
	CourseTitle string
	Resource    content.ResourceID // "" for the course itself
	Kind        content.Kind
	Title       string
	Language    string // BCP 47, "" unknown
	Place       string // of the best passage, as what follows the resource's address: see content.Passage
	Passage     string // title of its chapter or section, "" none
	Snippet     Snippet
	Score       float64

	parts []part // of the row of the best passage, of the first few hits; nil of what was found by its title alone
}

// few results make a search show what has most of the words, too. Where there are no more than a doubtful number, what may
// have been meant is looked for.
const (
	few      = 3
	doubtful = 8
)

// window is how many of the best are looked at once more, by how near the words stand to each other.
const window = 20

// Search finds resources in which all words of the question stand, one hit each; where few have all, also such as have
// most. It waits while as many others are searched for as may run at once, until ctx ends. A question of no words finds
// nothing. fs.ErrInvalid: the index is damaged, see Broken.
func (x *Index) Search(ctx context.Context, q Query) (Results, error) {
	v, err := x.hold()
	if err != nil {
		return Results{}, err
	}
	defer x.let(v)
	groups := parse(q.Text, v.queryLanguages(q.Language))
	if len(groups) == 0 {
		return Results{}, nil
	}
	t, d, leave, err := x.sit(ctx)
	if err != nil {
		return Results{}, err
	}
	defer leave()
	out, err := x.rank(t, d, v, q, groups)
	if err != nil {
		return Results{}, err
	}
	if out.full < doubtful {
		more, meant, err := x.guess(t, v, q.Text, groups, out.full)
		if err != nil {
			return Results{}, err
		}
		if more != nil {
			d.clear()
			groups = more
			if out, err = x.rank(t, d, v, q, groups); err != nil {
				return Results{}, err
			}
			out.Meant = meant
		}
	}
	err = x.present(t, v, q, groups, &out)
	out.groups = groups
	return out.Results, err
}

// sit waits for a desk.
func (x *Index) sit(ctx context.Context) (*turn, *desk, func(), error) {
	select {
	case d := <-x.desks:
		return &turn{ctx, time.Now()}, d, func() { d.clear(); x.desks <- d }, nil
	case <-ctx.Done():
		return nil, nil, nil, fmt.Errorf("search: waiting for a turn: %w", ctx.Err())
	}
}

// A ranking is results whose hits are still numbers.
type ranking struct {
	Results
	best []ranked
	full int // resources that have all words
}

type ranked struct {
	resource uint32
	found    found
	score    float32
}

func (a ranked) compare(b ranked) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.resource, b.resource))
}

// rank finds and counts, and puts the best in order.
func (x *Index) rank(t *turn, d *desk, v *view, q Query, groups []group) (ranking, error) {
	var out ranking
	if err := x.look(t, d, v, groups); err != nil {
		return out, err
	}
	if err := x.scan(t, d, v, groups, false); err != nil {
		return out, err
	}
	language := guessed(q.Text) // who asks "who was" reads English
	if language == "" {
		language = q.Language
	}
	s, sieve := newScorer(v, groups, language), newSieve(v, q)
	for _, r := range d.touched {
		if d.found[r].all&s.needed == s.needed && sieve.missed(v.resources[r]) == 0 {
			out.full++
		}
	}
	least := float32(1)
	if out.full < 2*few {
		least = 0.5
	}
	keep, bar := q.Offset+max(q.Limit, window), float32(-1)
	for _, r := range d.touched {
		f := d.found[r]
		if all := f.all&s.needed == s.needed; !all && (least == 1 || s.worth(f.all) < least) {
			continue
		}
		if !sieve.take(v.resources[r]) {
			continue
		}
		out.Total++
		score := s.score(f, v.resources[r])
		if len(out.best) >= 2*keep {
			sortRanked(out.best)
			out.best = out.best[:keep]
			bar = out.best[keep-1].score
		}
		if score > bar {
			out.best = append(out.best, ranked{r, f, score})
		}
	}
	sortRanked(out.best)
	out.best = out.best[:min(len(out.best), keep)]
	if q.Counts {
		out.Counts = sieve.counts()
	}
	return out, nil
}

// A sieve holds what a question asks for beside its words, and counts.
type sieve struct {
	v     *view
	where map[content.Facet][]string
	staff bool
	in    map[uint16]bool    // courses asked for
	faces map[uint32]missing // what values of faces lack
	count map[sieved]int
	last  sieved // what was counted last, and how many not yet in count: neighbours are alike
	run   int
	ask   missing // what lacks answered last, of faces of
	asked bool
	of    uint32
}

// missing is which facets asked for a resource has not: none, one, or more.
type missing struct {
	n     int
	facet content.Facet
}

// sieved is what resources that count alike have in common. only is the facet that they count under, "" all.
type sieved struct {
	faces  uint32
	course uint16
	only   content.Facet
}

func newSieve(v *view, q Query) *sieve {
	s := &sieve{v: v, staff: q.Staff, where: map[content.Facet][]string{}, in: map[uint16]bool{}, faces: map[uint32]missing{}, count: map[sieved]int{}}
	for f, values := range q.Where {
		if len(values) > 0 {
			s.where[f] = values
		}
	}
	for _, id := range q.Where[content.CourseFacet] {
		s.in[uint16(v.number(content.CourseID(id)))] = true
	}
	return s
}

func (s *sieve) lacks(r resource) missing {
	if r.quality&staffOnly != 0 && !s.staff {
		return missing{n: 2}
	}
	if len(s.where) == 0 {
		return missing{}
	}
	m, known := s.ask, s.asked && s.of == r.faces
	if !known {
		m, known = s.faces[r.faces]
	}
	if !known {
		have := s.v.faces[r.faces]
		for f, values := range s.where {
			if f != content.CourseFacet && !slices.ContainsFunc(values, func(value string) bool { return slices.Contains(have[f], value) }) {
				m = missing{m.n + 1, f}
			}
		}
		s.faces[r.faces] = m
	}
	s.ask, s.asked, s.of = m, true, r.faces
	if len(s.in) > 0 && !s.in[r.course] {
		m = missing{m.n + 1, content.CourseFacet}
	}
	return m
}

func (s *sieve) missed(r resource) int { return s.lacks(r).n }

// take counts a resource and says whether it is one of those asked for.
func (s *sieve) take(r resource) bool {
	m := s.lacks(r)
	if m.n <= 1 {
		if k := (sieved{r.faces, r.course, m.facet}); k != s.last {
			s.count[s.last] += s.run
			s.last, s.run = k, 0
		}
		s.run++
	}
	return m.n == 0
}

func (s *sieve) counts() map[content.Facet]map[string]int {
	s.count[s.last] += s.run
	s.run = 0
	out := map[content.Facet]map[string]int{}
	add := func(f content.Facet, value string, n int) {
		if out[f] == nil {
			out[f] = map[string]int{}
		}
		out[f][value] += n
	}
	for k, n := range s.count {
		if n == 0 {
			continue
		}
		for f, values := range s.v.faces[k.faces] {
			if k.only == "" || k.only == f {
				for _, value := range values {
					add(f, value, n)
				}
			}
		}
		if k.only == "" || k.only == content.CourseFacet {
			add(content.CourseFacet, string(s.v.courses[k.course].id), n)
		}
	}
	return out
}

// present reads titles and passages of the hits asked for.
func (x *Index) present(t *turn, v *view, q Query, groups []group, out *ranking) error {
	s := newShowing(x, t, v, groups)
	if q.Offset == 0 && len(groups) > 1 {
		if err := s.rerank(out.best[:min(len(out.best), window)]); err != nil {
			return err
		}
	}
	seen := map[content.ResourceID]bool{}
	for _, r := range out.best[min(q.Offset, len(out.best)):] {
		if len(out.Hits) >= q.Limit {
			break
		}
		h, err := s.hit(r)
		if err != nil {
			return err
		}
		if h.Resource != "" && seen[h.Resource] { // in several courses: once
			out.Total--
			continue
		}
		seen[h.Resource] = true
		if len(out.Hits) >= sources {
			h.parts = nil
		}
		out.Hits = append(out.Hits, h)
	}
	return nil
}

// A showing is one search's results being read: every passage once, and its matches found once.
type showing struct {
	*Index
	turn     *turn
	v        *view
	groups   []group
	rows     map[uint32][]part
	matchers map[string]*matcher // by language
}

func newShowing(x *Index, t *turn, v *view, groups []group) *showing {
	return &showing{x, t, v, groups, map[uint32][]part{}, map[string]*matcher{}}
}

func (s *showing) matcher(language string) *matcher {
	m := s.matchers[language]
	if m == nil {
		m = newMatcher(s.groups, language)
		s.matchers[language] = m
	}
	return m
}

func (s *showing) parts(row uint32) ([]part, error) {
	if p, ok := s.rows[row]; ok {
		return p, nil
	}
	if err := s.turn.rest(); err != nil {
		return nil, err
	}
	p, err := s.passage(s.v, row)
	if err == nil {
		s.rows[row] = p
	}
	return p, err
}

func (s *showing) hit(r ranked) (Hit, error) {
	v, res := s.v, s.v.resources[r.resource]
	c := v.courses[res.course]
	h := Hit{
		Course: c.id, CourseTitle: c.title, Kind: content.Kind(v.values[res.kind]), Language: v.values[res.language],
		Score: float64(r.score),
	}
	head, err := v.head(r.resource)
	if err != nil {
		return h, s.noted(err)
	}
	h.Resource, h.Title = content.ResourceID(head.id), head.title
	if r.found.row > 0 {
		parts, err := s.parts(r.found.row - 1)
		if err != nil {
			return h, err
		}
		h.parts = parts
		m := s.matcher(h.Language)
		best := m.bestPart(parts)
		h.Place, h.Passage, h.Snippet = best.Place, best.Title, m.snippet(best.Text)
		if strings.EqualFold(h.Passage, h.Title) {
			h.Passage = ""
		}
	} else {
		h.Snippet = s.matcher(h.Language).snippet(head.about)
	}
	return h, nil
}
