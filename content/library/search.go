package library

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"lamplight/content"
)

// A Hit is a course or resource whose title matches. Resource is "" for the course itself.
type Hit struct {
	Course   content.CourseID
	Resource content.ResourceID
	Kind     content.Kind // Topic for a course
	Title    string
	Exact    bool // every word matches whole, not only from its beginning
}

// suggester is a reader too large to list that finds titles by itself.
type suggester interface {
	Suggest(prefix string, n int) []content.Node
}

// maxScan is how many rows one search looks at.
const maxScan = 4000

// Search finds at most n titles in which every word of query begins a word, accents and case folded: courses first,
// whole words before beginnings, short titles before long ones. A course too large to list is asked itself, for titles
// that begin with the query.
func (l *Library) Search(query string, n int) []Hit {
	want := queryWords(query)
	if len(want) == 0 || n <= 0 {
		return nil
	}
	hits := l.searchIndex(want)
	for _, c := range l.suggesting() {
		hits = append(hits, l.suggest(c, query, want, n)...)
	}
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(rank(a)-rank(b), cmp.Compare(len(a.Title), len(b.Title)), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Course, b.Course))
	})
	return hits[:min(n, len(hits))]
}

func rank(h Hit) int {
	r := 0
	if !h.Exact {
		r += 2
	}
	if h.Resource != "" {
		r++
	}
	return r
}

// searchIndex scans the rows of the longest word and keeps those whose title has the others too.
func (l *Library) searchIndex(want []string) (hits []Hit) {
	longest := slices.MaxFunc(want, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	seen := map[[32]byte]bool{}
	_ = l.view(func(tx *bbolt.Tx) error { // a damaged index finds nothing; the next start rebuilds it
		c, scanned := tx.Bucket(bucketTitle).Cursor(), 0
		for k, v := c.Seek([]byte(longest)); bytes.HasPrefix(k, []byte(longest)) && scanned < maxScan; k, v = c.Next() {
			scanned++
			kind, title, ok := bytes.Cut(v, []byte{0})
			if !ok || len(k) < 33 {
				continue
			}
			id := [32]byte(k[len(k)-32:])
			matches, exact := match(string(title), want)
			if seen[id] || !matches {
				continue
			}
			seen[id] = true
			h := Hit{Kind: content.Kind(kind), Title: string(title), Exact: exact, Course: content.CourseID(hex.EncodeToString(id[:16]))}
			if node := id[16:]; !bytes.Equal(node, make([]byte, 16)) {
				h.Resource = content.ResourceID(hex.EncodeToString(node))
			}
			hits = append(hits, h)
		}
		return nil
	})
	return hits
}

// match says whether every wanted word begins a word of title, and whether each is one whole.
func match(title string, want []string) (matches, exact bool) {
	have := words(title)
	exact = true
	for _, w := range want {
		if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) }) {
			return false, false
		}
		exact = exact && slices.Contains(have, w)
	}
	return true, exact
}

// suggesting lists the courses that find titles by themselves.
func (l *Library) suggesting() (out []content.CourseID) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for id, in := range l.installed {
		if in.Suggests {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

func (l *Library) suggest(id content.CourseID, query string, want []string, n int) (hits []Hit) {
	r, release, err := l.Reader(id)
	if err != nil {
		return nil // its stick is away
	}
	defer release()
	s, ok := r.(suggester)
	if !ok {
		return nil
	}
	for _, node := range s.Suggest(strings.TrimSpace(clip(query, 256)), n) {
		_, exact := match(node.Title, want)
		hits = append(hits, Hit{Course: id, Resource: node.ID, Kind: node.Kind, Title: node.Title, Exact: exact})
	}
	return hits
}
