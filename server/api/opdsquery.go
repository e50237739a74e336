package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/content/library"
)

// A query is what part of the catalogue is asked for.
type query struct {
	words    []string // every one of them in title, description or author
	lang     []string // any of them: BCP 47 or ISO 639-3
	labels   map[content.Facet]string
	name     string // of the file, as Kiwix asks
	most     int64  // bytes, 0 any
	start    int
	count    int
	asWanted url.Values // what of the address says all this, but for the page
}

func readQuery(r *http.Request) query {
	v := r.URL.Query()
	q := query{labels: map[content.Facet]string{}, count: opdsPage, asWanted: url.Values{}}
	keep := func(key string) string {
		s := v.Get(key)
		if s == "" || len(s) > 200 {
			return ""
		}
		q.asWanted.Set(key, s)
		return s
	}
	for w := range strings.FieldsSeq(strings.ToLower(keep("q"))) {
		q.words = append(q.words, w)
	}
	for l := range strings.SplitSeq(keep("lang"), ",") {
		if l != "" && l != "*" {
			q.lang = append(q.lang, base(l))
		}
	}
	for _, f := range []content.Facet{content.SubjectFacet, content.LevelFacet, content.LicenceFacet, content.ActivityFacet} {
		q.labels[f] = keep(string(f))
	}
	if c := keep("category"); c != "" { // Kiwix' word
		q.labels[content.SubjectFacet] = c
	}
	q.name = keep("name")
	q.most, _ = strconv.ParseInt(keep("maxsize"), 10, 64)
	if n, err := strconv.Atoi(keep("count")); err == nil {
		if q.count = min(n, opdsMost); n < 0 {
			q.count = opdsMost
		}
	}
	q.start, _ = strconv.Atoi(v.Get("start"))
	if page, err := strconv.Atoi(v.Get("page")); err == nil && page > 0 && page < 1<<20 {
		q.start = (page - 1) * max(1, q.count)
	}
	q.start = max(0, q.start)
	return q
}

// base is a language alone, in the shortest code it has: "pt" of "pt-BR" and of "por".
func base(tag string) string {
	if t, err := language.Parse(tag); err == nil {
		b, _ := t.Base()
		return b.String()
	}
	return strings.ToLower(tag)
}

// iso3 is a language as Kiwix writes it: "por". What has no such code is left as it is.
func iso3(tag string) string {
	if b, err := language.ParseBase(base(tag)); err == nil {
		return b.ISO3()
	}
	return tag
}

func (q *query) fits(c content.Course) bool {
	text := strings.ToLower(c.Title + "\x00" + c.Description + "\x00" + c.Licence.Author + "\x00" + c.Licence.Owner)
	for _, w := range q.words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	if len(q.lang) > 0 && !slices.ContainsFunc(c.Languages, func(l string) bool { return slices.Contains(q.lang, base(l)) }) {
		return false
	}
	values := c.Values()
	for f, v := range q.labels {
		if v != "" && !slices.Contains(values[f], v) {
			return false
		}
	}
	return (q.name == "" || q.name == string(c.ID)) && (q.most <= 0 || c.Bytes <= q.most)
}

// pick gives the page asked for, and how many courses there are in all.
func (q *query) pick(from []content.Course) (page []content.Course, total int) {
	for _, c := range from {
		if !q.fits(c) {
			continue
		}
		if total >= q.start && len(page) < q.count {
			page = append(page, c)
		}
		total++
	}
	return page, total
}

// address is the catalogue at another page; start is left out where it is 0.
func (q *query) address(path string, start int) string {
	v := url.Values{}
	for k, all := range q.asWanted {
		v[k] = all
	}
	if start > 0 {
		v.Set("start", strconv.Itoa(start))
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// tally counts courses by the values of a facet, most first.
func tally(courses []content.Course, f content.Facet) (out []library.Count) {
	counts := map[string]int{}
	for _, c := range courses {
		for _, v := range c.Values()[f] {
			counts[v]++
		}
	}
	for v, n := range counts {
		out = append(out, library.Count{Value: v, Resources: n})
	}
	arrange.By(out, func(a, b library.Count) int {
		if a.Resources != b.Resources {
			return b.Resources - a.Resources
		}
		return strings.Compare(a.Value, b.Value)
	})
	return out
}
