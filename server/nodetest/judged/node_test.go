package judged

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"lamplight/content"
	"lamplight/server/nodetest"
)

// wanted is the least mean nDCG at ten over all queries that have an answer.
const wanted = 0.80

// TestTheLibraryFindsWhatIsMeant installs the judged courses on a box, waits until it has read them, asks every query as
// the command asks it, and prints how well it answers by language and by kind.
func TestTheLibraryFindsWhatIsMeant(t *testing.T) {
	if testing.Short() {
		t.Skip("installs thirty courses and asks 200 queries: not with -short")
	}
	s := newShelf(t)
	b := startBox(t, s)
	scores := scoreAll(s.set, func(q Query) []Hit { return b.search(t, q.Words) })
	t.Log("\n" + scores.String())
	if got := scores.mean(all); got < wanted {
		t.Errorf("nDCG@%d %.3f, want %.2f", Depth, got, wanted)
	}
}

// TestTheLibraryFindsMoreThanKiwixServe asks kiwix-serve what it can answer: each ZIM by itself, the queries that a page of
// it answers. We are asked the same of everything we have, and of what we find the pages of that ZIM count.
func TestTheLibraryFindsMoreThanKiwixServe(t *testing.T) {
	if testing.Short() {
		t.Skip("starts two servers: not with -short")
	}
	if _, err := exec.LookPath("kiwix-serve"); err != nil {
		t.Skipf("kiwix-serve is not installed; .ci/setup installs it: %v", err)
	}
	s := newShelf(t)
	b, k := startBox(t, s), startKiwix(t, s)
	var ours, theirs scores
	for _, c := range slices.Sorted(maps.Keys(s.zims())) {
		part := s.set.Only(c)
		o := scoreAll(part, func(q Query) []Hit {
			return slices.DeleteFunc(b.search(t, q.Words), func(h Hit) bool { return h.Course != c })
		})
		p := scoreAll(part, func(q Query) []Hit { return k.search(t, c, q.Words) })
		t.Logf("%s: %d queries: ours %.3f, kiwix-serve %.3f", c, len(part.Queries), o.mean(all), p.mean(all))
		ours, theirs = append(ours, o...), append(theirs, p...)
	}
	t.Logf("all ZIMs: %d queries: ours %.3f, kiwix-serve %.3f", len(ours), ours.mean(all), theirs.mean(all))
	t.Log("\nours\n" + ours.String() + "\nkiwix-serve\n" + theirs.String())
	if o, p := ours.mean(all), theirs.mean(all); o <= p {
		t.Errorf("nDCG@%d %.3f, kiwix-serve %.3f: want more than it", Depth, o, p)
	}
}

// A scored is one query and how it was answered.
type scored struct {
	Query
	score float64
	hits  []Hit
}

type scores []scored

func scoreAll(set Set, ask func(Query) []Hit) (out scores) {
	for _, q := range set.Queries {
		hits := ask(q)
		out = append(out, scored{q, q.Score(hits), hits})
	}
	return out
}

func all(scored) bool { return true }

// mean is that of the queries that have an answer and are which says.
func (s scores) mean(which func(scored) bool) float64 {
	sum, n := 0.0, 0
	for _, x := range s {
		if !math.IsNaN(x.score) && which(x) {
			sum, n = sum+x.score, n+1
		}
	}
	return sum / float64(n)
}

func (s scores) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, by := range []func(scored) string{
		func(x scored) string { return x.Language }, func(x scored) string { return x.Kind }, func(scored) string { return "overall" },
	} {
		groups := map[string]int{}
		for _, x := range s {
			if x.Kind != None {
				groups[by(x)]++
			}
		}
		for _, g := range slices.Sorted(maps.Keys(groups)) {
			fmt.Fprintf(w, "%s\t%d\t%.3f\n", g, groups[g], s.mean(func(x scored) bool { return by(x) == g }))
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	worst := slices.DeleteFunc(slices.Clone(s), func(x scored) bool { return math.IsNaN(x.score) || x.score > 0.6 })
	slices.SortStableFunc(worst, func(a, b scored) int { return cmp.Compare(a.score, b.score) })
	for _, x := range worst {
		fmt.Fprintf(&b, "%.2f %s %s %q: %.300s\n", x.score, x.Language, x.Kind, x.Words, fmt.Sprint(x.hits[:min(3, len(x.hits))]))
	}
	found := 0
	for _, x := range s {
		if x.Kind == None && len(x.hits) > 0 {
			found++
		}
	}
	fmt.Fprintf(&b, "%d queries that nothing answers found something\n", found)
	return b.String()
}

// A box is a lamplight that serves the shelf's courses.
type box struct {
	*shelf
	binary, data string
}

func startBox(t *testing.T, s *shelf) *box {
	t.Helper()
	dir := t.TempDir()
	b := &box{s, filepath.Join(dir, "lamplight"), filepath.Join(dir, "data")}
	build := exec.Command("go", "build", "-o", b.binary, "lamplight")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building: %v: %s", err, out)
	}
	b.run(t, nil, append([]string{"import"}, s.paths...)...)
	cmd := exec.Command(b.binary, "--data", b.data, "--json", "serve", "--http", "127.0.0.1:0", "--player", "127.0.0.1:0", "--sync", "127.0.0.1:0")
	listens, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	serve(t, cmd)
	if _, err := bufio.NewReader(listens).ReadString('\n'); err != nil {
		t.Fatalf("lamplight serve: %v", err)
	}
	b.await(t)
	return b
}

// serve starts a server and ends it with the test.
func serve(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s said: %.2000s", filepath.Base(cmd.Path), said.String())
		}
	})
}

// run runs a command and reads the JSON it prints.
func (b *box) run(t *testing.T, into any, args ...string) {
	t.Helper()
	cmd := exec.Command(b.binary, append([]string{"--data", b.data, "--json"}, args...)...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("lamplight %s: %v: %s", args[0], err, problems.String())
	}
	if into != nil {
		if err := json.Unmarshal(out.Bytes(), into); err != nil {
			t.Fatalf("lamplight %s printed %.300s: %v", args[0], out.String(), err)
		}
	}
}

func (b *box) search(t *testing.T, words string) (hits []Hit) {
	t.Helper()
	var v struct {
		Hits []struct {
			Course   content.CourseID   `json:"course"`
			Resource content.ResourceID `json:"resource"`
			URL      string             `json:"url"`
		} `json:"hits"`
	}
	b.run(t, &v, "search", "--", words)
	for _, h := range v.Hits {
		hits = append(hits, b.hit(h.Course, h.Resource, h.URL))
	}
	return hits
}

// await waits until all text is in the index.
func (b *box) await(t *testing.T) {
	t.Helper()
	nodetest.Eventually(t, 3*time.Minute, "all courses are read", func() bool {
		var v struct {
			Reading struct{ Courses, Read int }
		}
		b.run(t, &v, "search", "--", ".")
		return v.Reading.Read == v.Reading.Courses && v.Reading.Courses > 0
	})
}
