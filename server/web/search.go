package web

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/content/search"
	"lamplight/server/indexer"
	"lamplight/ui"
	"lamplight/ui/view"
)

const (
	// MaxHits is what the command shows.
	MaxHits = 50
	// hitsPerPage keeps a page of results under its weight.
	hitsPerPage = 20
	maxQuestion = 200 // bytes
	maxOffset   = 1000
	// searchTime is the longest a search may take: a question of many common words on a slow card.
	searchTime = 20 * time.Second
)

// find searches as the person who asks, until the phone goes away.
func (s *Server) find(r *request, q search.Query) (search.Results, error) {
	ctx, cancel := context.WithTimeout(r.Context(), searchTime)
	defer cancel()
	q.Language, q.Staff = s.contentLanguage(r), r.teaches()
	return s.Options.Search.Search(ctx, q)
}

// contentLanguage is what the person learns in.
func (s *Server) contentLanguage(r *request) string {
	p := s.preferences(r)
	if p.Content != "" {
		return p.Content
	}
	return p.Language
}

func typedQuestion(r *request) string {
	question := strings.TrimSpace(r.URL.Query().Get("q"))
	if len(question) > maxQuestion {
		question = question[:maxQuestion]
	}
	return strings.ToValidUTF8(question, "")
}

// showSearch finds what is meant in titles and text of all that is installed.
func (s *Server) showSearch(w http.ResponseWriter, r *request) error {
	question := typedQuestion(r)
	v := view.Search{Frame: s.frame(r, "search", nil), Query: question, Asked: question != ""}
	if p := s.Options.Search.Progress(); !p.Whole() {
		v.Reading, v.ReadingDone, v.ReadingAll = true, p.Read, p.Courses
	}
	if !v.Asked {
		return s.render(w, r, http.StatusOK, ui.Search(v))
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("from"))
	from = min(max(0, from), maxOffset)
	choice := choiceOf(r.URL.Query())
	q := search.Query{Text: question, Where: choice, Offset: from, Limit: hitsPerPage, Counts: true}
	found, err := s.find(r, q)
	switch {
	case errors.Is(err, indexer.ErrBusy), errors.Is(err, context.DeadlineExceeded):
		v.Busy = true
		w.Header().Set("Retry-After", "5")
		return s.render(w, r, http.StatusServiceUnavailable, ui.Search(v))
	case err != nil:
		return err
	}
	s.fillSearch(&v, r, found, choice, from)
	v.Answer = s.answer(r, q, found)
	return s.render(w, r, http.StatusOK, ui.Search(v))
}

func (s *Server) fillSearch(v *view.Search, r *request, found search.Results, choice map[content.Facet][]string, from int) {
	for _, h := range found.Hits {
		v.Hits = append(v.Hits, hitView(h))
	}
	v.Total = found.Total
	v.Pager = pagerBy(r, from, len(found.Hits), min(found.Total, maxOffset+hitsPerPage), hitsPerPage)
	if found.Meant != "" {
		v.Meant = found.Meant
		v.MeantURL = "/search?" + url.Values{"q": {found.Meant}}.Encode()
	}
	f := facetPage{choice: choice, counts: map[content.Facet][]library.Count{}, courses: map[string]content.Course{}, more: r.URL.Query().Get("more"), path: "/search", with: url.Values{"q": {v.Query}}}
	for _, c := range s.coursesFor(r) {
		f.courses[string(c.ID)], f.order = c, append(f.order, c.ID)
	}
	for facet, counts := range found.Counts {
		for value, n := range counts {
			f.counts[facet] = append(f.counts[facet], library.Count{Value: value, Resources: n})
		}
	}
	v.Facets, v.Chosen = f.facets(), f.chosen()
	if len(v.Chosen) > 0 {
		v.Clear = "/search?" + f.with.Encode()
	}
}

func hitView(h search.Hit) view.Hit {
	out := view.Hit{
		Card:    view.Card{Title: h.Title, Kind: string(h.Kind), Lang: h.Language, URL: HitURL(h)},
		Snippet: view.HTML(h.Snippet.Marked("<mark>", "</mark>", html.EscapeString)), Passage: h.Passage, At: at(h.Place),
	}
	if h.Resource != "" {
		out.Course = h.CourseTitle
	}
	return out
}

// at says which second or page a place is, for people: "page" and a number, or "t" and seconds.
func at(place string) (out view.At) {
	q, err := url.ParseQuery(strings.TrimPrefix(place, "?"))
	if err != nil {
		return out
	}
	if t, err := strconv.ParseFloat(q.Get("t"), 64); err == nil && t >= 1 {
		out.Clock = clock(int(t))
	}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 0 {
		out.Page = n
	}
	return out
}

// clock writes seconds as films show them.
func clock(seconds int) string {
	two := func(n int) string {
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
		return strconv.Itoa(n)
	}
	if seconds < 3600 {
		return strconv.Itoa(seconds/60) + ":" + two(seconds%60)
	}
	return strconv.Itoa(seconds/3600) + ":" + two(seconds/60%60) + ":" + two(seconds%60)
}

// HitURL is where a search result leads: into its resource, where its best passage is.
func HitURL(h search.Hit) string {
	if h.Resource == "" {
		return courseURL(h.Course)
	}
	address := resourceURL(h.Course, content.Node{ID: h.Resource, Kind: h.Kind})
	if h.Kind != content.Topic && h.Kind != content.Practice {
		address = inCourse(address, h.Course)
		if place, ok := strings.CutPrefix(h.Place, "?"); ok && strings.Contains(address, "?") {
			return address + "&" + place
		}
		return address + h.Place
	}
	return address
}

// maxSuggestions are shown under a question being typed.
const maxSuggestions = 8

// sendSuggestions answers titles for a question still being typed, as browsers and OPDS readers ask for them (the
// OpenSearch Suggestions extension): [question, [titles], [where], [addresses]].
func (s *Server) sendSuggestions(w http.ResponseWriter, r *request) error {
	question := r.URL.Query().Get("q")
	question = strings.ToValidUTF8(question[:min(len(question), maxQuestion)], "")
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	hits, err := s.Options.Search.Suggest(ctx, search.Query{Text: question, Language: s.contentLanguage(r), Staff: r.teaches(), Limit: maxSuggestions})
	if err != nil && !errors.Is(err, indexer.ErrBusy) && ctx.Err() == nil {
		return err
	}
	titles, where, addresses := []string{}, []string{}, []string{}
	for _, h := range hits {
		titles, where, addresses = append(titles, h.Title), append(where, h.CourseTitle), append(addresses, HitURL(h))
	}
	b, err := json.Marshal([]any{question, titles, where, addresses})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-suggestions+json; charset=utf-8")
	w.Header().Set("Cache-Control", "private, max-age=60")
	w.Header().Set("Vary", "Cookie, Accept-Language")
	_, err = w.Write(b)
	return err
}
