package nodetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// A longPast is a school of one class that answered much.
type longPast struct {
	class  learning.ClassID
	people []learning.PersonID
}

func makePast(t *testing.T, n *Node, exercises int) (p longPast) {
	t.Helper()
	if err := n.CreateSchool(context.Background(), "Baobab", "en"); err != nil {
		t.Fatal(err)
	}
	return teachClass(t, n, exercises)
}

// teachClass is makePast at a school that is there.
func teachClass(t *testing.T, n *Node, exercises int) (p longPast) {
	t.Helper()
	ctx, box := context.Background(), learning.Box()
	var err error
	if p.class, err = n.Store.AddClass(ctx, box, "Standard 4", ""); err != nil {
		t.Fatal(err)
	}
	var people []store.NewPerson
	for i := range 27 {
		people = append(people, store.NewPerson{Role: learning.Learner, Name: fmt.Sprint("Learner ", i), Class: p.class})
	}
	if p.people, err = n.Store.AddPeople(ctx, box, people...); err != nil {
		t.Fatal(err)
	}
	for e := range exercises {
		var batch []learning.Attempt
		for i, id := range p.people {
			for k := range 6 {
				batch = append(batch, learning.Attempt{
					ID: learning.NewAttemptID(), Learner: id, Resource: content.NewResourceID("c", fmt.Sprint(e)), Item: content.ItemID(fmt.Sprint("i", k)),
					Seed: uint64(k), Type: content.Choice, Given: "a", Criterion: content.Criterion{Type: "m_of_n", M: 4, N: 5}, Correct: (i+k+e)%3 > 0, By: id,
				})
			}
		}
		if err := n.Store.RecordBatch(ctx, box, batch, nil); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// listed is the class as a teacher sees it.
func (p longPast) listed(t *testing.T, n *Node) (out []string) {
	t.Helper()
	return p.listedBy(t, n.Store)
}

func (p longPast) listedBy(t *testing.T, s *store.Store) (out []string) {
	t.Helper()
	sum, err := s.ClassSummary(learning.Box(), p.class)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range sum.Learners {
		out = append(out, fmt.Sprint(l.Person.Name, " ", l.Attempts, " ", l.Right, " ", l.Mastered, " ", len(l.NeedsHelp)))
	}
	return out
}

// A new box of a school is usable once it has a snapshot, stays so when its plug is pulled then and the other box is gone,
// and ends with what the events say.
func TestANewBoxIsUsableBeforeThePastIsHere(t *testing.T) {
	a := Start(t, Options{})
	past := makePast(t, a, 90)
	want := past.listed(t, a)
	b := Start(t, Options{})
	pair(t, a, b)
	Eventually(t, 20*time.Second, "the new box goes by a snapshot", func() bool { return b.Fetching() > 0 })
	image := filepath.Join(t.TempDir(), "image")
	a.Stop() // and with it what was still to come
	if err := copyFiles(image, b.Dir()); err != nil {
		t.Fatal(err)
	}
	left := b.Fetching()
	if left == 0 {
		t.Fatal("all was here before the other box stopped: more events are needed for this test")
	}
	t.Logf("%d events are still to come", left)
	same(t, "while they are", want, past.listed(t, b))
	b.Stop()
	b = Start(t, Options{Dir: image}) // what a power cut then leaves
	if b.Fetching() == 0 {
		t.Error("the snapshot was lost with the power")
	}
	same(t, "after a power cut", want, past.listed(t, b))
	a = Start(t, Options{Dir: a.Dir(), Join: []string{b.Sync}})
	together(t, 60*time.Second, a, b)
	Eventually(t, 10*time.Second, "the snapshot is dropped", func() bool { return b.Fetching() == 0 && !b.Store.ShowsPast() })
	if _, err := os.Stat(filepath.Join(b.Dir(), "past")); !os.IsNotExist(err) {
		t.Errorf("its file is still there: %v", err)
	}
	same(t, "with all events", want, past.listed(t, b))
}

func same(t *testing.T, when string, want, got []string) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%s: %d learners, want %d", when, len(got), len(want))
	}
	for i := range want {
		if want[i] != got[i] {
			t.Fatalf("%s: %q, want %q", when, got[i], want[i])
		}
	}
}

// copyFiles copies a folder as it lies there at this moment, without sockets.
func copyFiles(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(from, path)
		if err != nil || d.IsDir() {
			return errors.Join(err, os.MkdirAll(filepath.Join(to, rel), 0o700))
		}
		if !d.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o600)
	})
}
