//go:build browser

package nodetest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/server/config"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// The walks are testdata/browser/WALK.mjs. Each opens pages of a whole node in Debian's Chromium, prints what failed and
// last "N passed, M failed". What only the node knows (the right answer, what was counted) a walk asks on its standard
// output, a line "@{…}" each, and reads from its standard input: see ask.

func TestBrowserWalks(t *testing.T) {
	s := openSite(t, fixedPorts(t))
	for _, name := range []string{"sign", "learner", "staff", "plain", "look", "weight", "hostile", "shared"} {
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
