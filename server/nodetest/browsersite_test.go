//go:build browser

package nodetest

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/server/auth"
	"lamplight/server/config"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// A site is a node with people and courses for walks, and what they are told of it.
type site struct {
	*Node
	told map[string]any // what walks get as JSON
	out  *outside

	watch *watch // its clocks, where a walk turns them
	week  *week  // what a walk of a school week plays
}

// openSite runs a claimed node with the walks' people and courses; change has the last word on its settings.
func openSite(t *testing.T, change func(*config.Config)) *site {
	n := Start(t, Options{Config: change})
	s := &site{Node: n, told: map[string]any{}, out: openOutside(t)}
	s.addresses()
	school(t, n)
	s.told["people"] = s.addPeople(t)
	s.told["courses"] = s.importCourses(t)
	s.told["outside"] = s.out.url
	s.told["exercise"] = exercise(t, s.Node)
	return s
}

func (s *site) addresses() {
	s.told["http"], s.told["player"], s.told["claim"] = s.Listening.HTTP, s.Listening.Player, s.Listening.Claim
}

// fixedPorts lets a node come back under the addresses it had.
func fixedPorts(t *testing.T) func(*config.Config) {
	free := func() string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return l.Addr().String()
	}
	pages, player := free(), free()
	return func(c *config.Config) { c.Web.HTTP, c.Web.Player = pages, player }
}

// addPeople adds learners of Class 3 and a teacher, Juma, each signing in another way, and returns their ids by name; of a name twice the
// second has a 2 behind. Amina (PIN 4711), Okello and Grace (password lamp-light) are there already.
func (s *site) addPeople(t *testing.T) map[string]learning.PersonID {
	ctx, box := context.Background(), learning.Box()
	classes, err := s.Store.Classes(box)
	if err != nil {
		t.Fatal(err)
	}
	s.told["class"] = classes[0].ID
	people := []struct {
		key, name string
		kind      learning.SecretKind
		secret    string
	}{
		{"Musa", "Musa", learning.Picture, "0-1-2"},
		{"Lin", "Lin", learning.Password, "mango tree"},
		{"Zainab", "Zainab", learning.Card, ""},
		{"Ali", "Ali", learning.PIN, "2222"},
		{"Ali2", "Ali", learning.PIN, "2222"},
		{"Rosa", "Rosa", learning.PIN, "1111"},
		{"Rosa2", "Rosa", learning.PIN, "3333"},
		{"Kofi", "Kofi", learning.PIN, "5050"},
		{"Leila", "ليلى", learning.PIN, "6060"},
		{"Yusuf", "Yusuf", learning.PIN, "7070"},
		{"Nour", "Nour", learning.PIN, "8080"},
		{"Fatou", "Fatou", learning.PIN, "9090"},
		{"Juma", "Juma", learning.Password, "lamp-light"},
	}
	ids := map[string]learning.PersonID{}
	for i, p := range people {
		role := learning.Learner
		if p.name == "Juma" {
			role = learning.Teacher
		}
		got, err := s.Store.AddPeople(ctx, box, store.NewPerson{Role: role, Name: p.name, Class: classes[0].ID, Tile: i + 1})
		if err != nil {
			t.Fatal(err)
		}
		ids[p.key] = got[0]
		secret := store.NewSecret{Person: got[0], Kind: p.kind}
		if p.kind == learning.Card {
			s.told["card"], secret.Verifier = auth.NewCard()
		} else if secret.Verifier, err = s.Auth.Verifier(ctx, p.kind, p.secret); err != nil {
			t.Fatal(err)
		}
		if err := s.Store.SetSecrets(ctx, box, secret); err != nil {
			t.Fatal(err)
		}
	}
	return ids
}

// importCourses installs what the walks open and returns course ids by the words walks use for them.
func (s *site) importCourses(t *testing.T) map[string]content.CourseID {
	films := filepath.Join(t.TempDir(), "films")
	if err := os.Mkdir(films, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"video/a-tiny-seed_0110_en.mp4", "video/a-tiny-seed_0110_en.en.vtt", "video/a-tiny-seed_0110_en.ar.vtt",
		"pdf/ricecooker_doc_EN.pdf", "audio/story_0156_en.opus",
	} {
		data, err := os.ReadFile(corpusFile(t, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(films, filepath.Base(name)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	courses := map[string]content.CourseID{}
	install := func(word, path string) {
		report, err := s.Library.Import(context.Background(), []string{path}, library.ImportOptions{})
		if err != nil || len(report.Courses) != 1 {
			t.Fatalf("importing %s: %v, refused %v", path, err, report.Refused)
		}
		courses[word] = report.Courses[0].ID
	}
	install("zim", corpusFile(t, "zim/african-storybook-sampler_mul_2026-11.zim"))
	install("book", corpusFile(t, "epub/childrens-literature.epub"))
	install("arabicBook", corpusFile(t, "epub/storybook_ar_0066-0072.epub"))
	install("films", films)
	install("hostile", hostileZIM(t, s.Listening, s.out.url, exercise(t, s.Node), courses["zim"]))
	install("hostileApp", zipOf(t, hostileFiles(t, s.Listening, s.out.url, exercise(t, s.Node), courses["zim"])))
	s.told["hostileApp"] = content.NewResourceID(courses["hostileApp"], "index.html")
	// A refusal stays on the page of courses, here with a name that breaks nowhere.
	bad := filepath.Join(t.TempDir(), strings.Repeat("nowhere_to_break_", 8)+".pdf")
	if err := os.WriteFile(bad, []byte("%PDF-"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.Import(bad, "", ""); err != nil {
		t.Fatal(err)
	}
	for _, c := range s.Library.Courses() {
		switch c.Title {
		case "First numbers":
			courses["numbers"] = c.ID
		case "الأعداد الأولى":
			courses["numbersArabic"] = c.ID
		}
	}
	return courses
}

// An outside is a place on the network that no page may reach; it counts who did.
type outside struct {
	url  string
	hits atomic.Int64
	last atomic.Value
}

func openOutside(t *testing.T) *outside {
	o := &outside{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.url = "http://" + l.Addr().String()
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.hits.Add(1)
		o.last.Store(r.Method + " " + r.URL.String())
		w.Header().Set("Access-Control-Allow-Origin", "*")
	})}
	go server.Serve(l) // ends with Close
	t.Cleanup(func() { server.Close() })
	return o
}

// root is the repository's.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
	}
}

func corpusFile(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("LAMPLIGHT_CORPUS")
	if dir == "" {
		dir = filepath.Join(root(t), "..", "shared", "corpus")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("LAMPLIGHT_REQUIRE_CORPUS") == "1" {
			t.Fatal(err)
		}
		t.Skipf("the corpus is not here: %v", err)
	}
	return path
}
