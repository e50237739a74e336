package judged

import (
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lamplight/server/nodetest"
)

// A kiwix is a kiwix-serve with the shelf's ZIMs.
type kiwix struct {
	base string
	zims map[string]string // names of files by names of courses
}

func startKiwix(t *testing.T, s *shelf) *kiwix {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	args := []string{"-i", "127.0.0.1", "-p", port}
	for _, p := range s.paths {
		if filepath.Ext(p) == ".zim" {
			args = append(args, p)
		}
	}
	serve(t, exec.Command("kiwix-serve", args...))
	k := &kiwix{"http://127.0.0.1:" + port, s.zims()}
	nodetest.Eventually(t, 10*time.Second, "kiwix-serve answers", func() bool {
		a, err := http.Get(k.base + "/")
		if err != nil {
			return false
		}
		a.Body.Close()
		return a.StatusCode == http.StatusOK
	})
	return k
}

var kiwixHit = regexp.MustCompile(`(?s)<li>\s*<a href="/([^/"]+)/([^"]+)">`)

// search asks the full-text search of one ZIM as its page does.
func (k *kiwix) search(t *testing.T, course, words string) (hits []Hit) {
	t.Helper()
	q := url.Values{"content": {k.zims[course]}, "pattern": {words}, "pageLength": {"25"}}
	a, err := http.Get(k.base + "/search?" + q.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("kiwix-serve, %q in %s: %s, %v", words, k.zims[course], a.Status, err)
	}
	for _, m := range kiwixHit.FindAllStringSubmatch(string(body), -1) {
		path, err := url.PathUnescape(html.UnescapeString(m[2]))
		if err != nil || strings.HasPrefix(m[1], "search") {
			continue
		}
		hits = append(hits, Hit{Course: course, Resource: path})
	}
	return hits
}
