//go:build browser

package nodetest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/content/marking"
	"lamplight/server/auth"
	"lamplight/server/config"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// The walks are testdata/browser/WALK.mjs. Each opens pages of a whole node in Debian's Chromium, prints what failed and
// last "N passed, M failed". What only the node knows (the right answer, what was counted) a walk asks on its standard
// output, a line "@{…}" each, and reads from its standard input: see ask.

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

// A site is a node with people and courses for walks, and what they are told of it.
type site struct {
	*Node
	told map[string]any // what walks get as JSON
	out  *outside
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

// walk runs one script against the site and answers what it asks.
func (s *site) walk(t *testing.T, name string) {
	t.Helper()
	told := map[string]any{
		"uiFolder": filepath.Join(root(t), "ui"), "shots": os.Getenv("LAMPLIGHT_SHOTS"),
		"corpus": filepath.Dir(filepath.Dir(corpusFile(t, "pdf/ricecooker_doc_ES.pdf"))),
	}
	for k, v := range s.told {
		told[k] = v
	}
	text, err := json.Marshal(told)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", filepath.Join("testdata", "browser", name+".mjs"), string(text))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.answer(t, in, out)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%s: %v\n%s", name, err, stderr.String())
	}
}

func (s *site) answer(t *testing.T, in io.Writer, out io.Reader) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		question, asks := strings.CutPrefix(lines.Text(), "@")
		if !asks {
			t.Log(lines.Text())
			continue
		}
		answer, err := json.Marshal(s.ask(t, question))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(in, "%s\n", answer)
	}
}

// A question is what a walk asks of the node.
type question struct {
	Ask                    string
	Exercise, Item, Person string
	Seed                   string
}

// An answered is what the node tells a walk; each question fills in its own part.
type answered struct {
	Type     content.ItemType    `json:"type,omitempty"`
	Right    map[string][]string `json:"right,omitempty"` // fields of the form
	Wrong    map[string][]string `json:"wrong,omitempty"`
	Worked   bool                `json:"worked,omitempty"`
	Hints    int                 `json:"hints,omitempty"`
	Attempts int                 `json:"attempts"`
	Complete int                 `json:"complete"`
	Mastered int                 `json:"mastered"`
	Theme    string              `json:"theme"`
	Helped   int                 `json:"helped"`
	Hits     int64               `json:"hits"`
	Last     any                 `json:"last,omitempty"`
	Problem  string              `json:"problem,omitempty"`
}

func (s *site) ask(t *testing.T, text string) (a answered) {
	var q question
	err := json.Unmarshal([]byte(text), &q)
	switch q.Ask {
	case "item":
		err = s.item(q, &a)
	case "person":
		err = s.person(q, &a)
	case "outside":
		a.Hits, a.Last = s.out.hits.Load(), s.out.last.Load()
	case "stop":
		s.Stop()
	case "start":
		s.Node = Start(t, s.opts)
		s.addresses()
	default:
		err = fmt.Errorf("a walk asked %q", text)
	}
	if err != nil {
		a.Problem = err.Error()
	}
	return a
}

// item tells the right answer of a drawn item and, where there is one, a wrong one.
func (s *site) item(q question, a *answered) error {
	courses, err := s.Library.Resource(content.ResourceID(q.Exercise))
	if err != nil {
		return err
	}
	reader, release, err := s.Library.Reader(courses[0])
	if err != nil {
		return err
	}
	defer release()
	e, err := reader.(content.ExerciseReader).Exercise(content.ResourceID(q.Exercise))
	if err != nil {
		return err
	}
	seed, err := strconv.ParseUint(q.Seed, 10, 64)
	if err != nil {
		return err
	}
	for _, it := range e.Items {
		if string(it.ID) == q.Item {
			v, err := marking.Draw(it, seed)
			if err != nil {
				return err
			}
			a.Type, a.Right, a.Worked, a.Hints = it.Type, rightFields(v), it.Worked != "", len(it.Hints)
			a.Wrong = wrongFields(v, a.Right)
			return nil
		}
	}
	return fmt.Errorf("no item %q", q.Item)
}

// rightFields fills the form as a learner who knows it would.
func rightFields(v marking.Variant) url.Values {
	it, right, r := v.Item, marking.Right(v), url.Values{}
	switch it.Type {
	case content.Many, content.HotText:
		r["r"] = strings.Split(right, ",")
	case content.Cloze, content.InlineChoice:
		for i, word := range strings.Split(right, " | ") {
			r.Set("r"+strconv.Itoa(i+1), word)
		}
	case content.Order:
		for i, key := range strings.Split(right, ",") {
			r.Set("r."+key, strconv.Itoa(i+1))
		}
	case content.Match:
		for i, p := range it.Pairs {
			for _, o := range it.Options {
				if o.Text == p.Right {
					r.Set("r."+strconv.Itoa(i), o.Key)
				}
			}
		}
	case content.Categorise:
		for _, o := range it.Options {
			r.Set("r."+o.Key, strconv.Itoa(o.Category))
		}
	default:
		r.Set("r", right)
	}
	return r
}

// wrongFields is a wrong answer of those types where one is easily made, nil of the rest.
func wrongFields(v marking.Variant, right url.Values) url.Values {
	var tries []string
	for _, m := range v.Item.Mistakes {
		tries = append(tries, m.Answer)
	}
	for _, o := range v.Item.Options {
		tries = append(tries, o.Key)
	}
	switch v.Item.Type {
	case content.Number, content.Text:
		tries = append(tries, "98765")
	case content.TrueFalse:
		tries = []string{"true", "false"}
	case content.Choice:
	default:
		return nil
	}
	for _, r := range tries {
		if got, err := marking.Mark(v, url.Values{"r": {r}}); err == nil && !got.Correct && right.Get("r") != r {
			return url.Values{"r": {r}}
		}
	}
	return nil
}

// person tells what the record holds of a learner.
func (s *site) person(q question, a *answered) error {
	id := learning.PersonID(q.Person)
	all, err := s.Store.ProgressOf(learning.Box(), id)
	if err != nil {
		return err
	}
	for _, p := range all {
		a.Attempts += p.Attempts
		if p.Complete {
			a.Complete++
		}
		if p.Exercise == nil {
			continue
		}
		if p.Exercise.Mastered {
			a.Mastered++
		}
		for _, d := range p.Exercise.Dots {
			if d == learning.DotHinted {
				a.Helped++
			}
		}
	}
	set, err := s.Store.Settings(learning.Box(), id)
	a.Theme = set.Theme
	return err
}

func TestBrowserWalks(t *testing.T) {
	s := openSite(t, fixedPorts(t))
	for _, name := range []string{"sign", "learner", "staff", "plain", "look", "weight", "hostile"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.walk(t, name)
		})
	}
}

// A box is claimed and set up by its pages alone; then it goes away under a learner's hands and comes back.
func TestBrowserWalksANewBox(t *testing.T) {
	n := Start(t, Options{Config: fixedPorts(t)})
	s := &site{Node: n, told: map[string]any{}, out: openOutside(t)}
	s.addresses()
	t.Cleanup(func() { s.Stop() })
	s.walk(t, "claim")
	if _, err := s.InstallStarter(context.Background()); err != nil {
		t.Fatal(err)
	}
	people, err := s.Store.People(learning.Box(), store.PeopleFilter{Role: learning.Learner})
	if err != nil || len(people) != 1 {
		t.Fatalf("the claim walk left %d learners: %v", len(people), err)
	}
	s.told["learner"] = people[0].ID
	s.walk(t, "outbox")
}

func TestBrowserWalksAClosedBox(t *testing.T) {
	openSite(t, func(c *config.Config) { c.Web.Guests = false }).walk(t, "closed")
}
