package nodetest

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/intake"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// found lists which of the words any file below dir holds, and where.
func found(t *testing.T, dir string, words map[string][]byte) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a box makes and removes files while it runs
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		lower := bytes.ToLower(b)
		for what, w := range words {
			if bytes.Contains(b, w) || bytes.Contains(lower, bytes.ToLower(w)) {
				out[what] = path
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// canaries writes all that a box keeps of somebody in words that nothing else says, and lists the words.
func canaries(t *testing.T, n *Node, mark string, id learning.PersonID) map[string][]byte {
	t.Helper()
	ctx, s, her := context.Background(), n.Store, learning.As(id)
	exercise := exercise(t, n)
	verifier, err := s.Secret(id, learning.PIN)
	login, number := "zanzi"+mark, "No.77"+mark+"-4"
	for _, e := range []error{
		err,
		s.EditPerson(ctx, learning.Box(), id, learning.PersonEdit{Login: &login, Number: &number}),
		s.SetSettings(ctx, her, id, learning.Settings{Font: "dyslexia"}),
		s.SetAccommodation(ctx, learning.Box(), id, learning.Accommodation{ExtraTime: 50}),
		s.KeepAppState(ctx, her, learning.AppState{Ref: learning.Ref{Resource: exercise}, Data: "drew a canary " + mark}),
	} {
		if e != nil {
			t.Fatal(e)
		}
	}
	if _, err := s.Note(ctx, her, learning.Note{Resource: exercise, Text: "my canary note " + mark}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RecordAttempt(ctx, her, learning.Attempt{
		ID: learning.NewAttemptID(), Resource: exercise, Item: "i", Type: content.Text, Given: "canary sang " + mark, Tenths: 30,
		Criterion: content.Criterion{Type: "m_of_n", M: 3, N: 4}, Correct: true, Score: content.FullScore,
	}); err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"name": []byte("Zanzibelle Quixote"), "login " + mark: []byte(login), "number " + mark: []byte(number), "PIN": verifier,
		"app " + mark: []byte("drew a canary " + mark), "note " + mark: []byte("my canary note " + mark), "words " + mark: []byte("canary sang " + mark),
	}
}

func TestAnErasedPersonLeavesEveryFileOfEveryBox(t *testing.T) {
	ctx := context.Background()
	a := Start(t, Options{})
	school(t, a)
	id := zanzibelle(t, a)
	words := canaries(t, a, "aa", id)
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	late := Start(t, Options{Join: []string{a.Listening.Sync}})
	pair(t, a, b)
	pair(t, a, late)
	together(t, 60*time.Second, a, b, late)
	b.Stop() // so that nobody but it has what is written there next
	late.Stop()
	late = late.Restart()
	for k, w := range canaries(t, late, "cc", id) {
		words[k] = w
	}
	together(t, 60*time.Second, a, late)
	late.Stop()
	b = b.Restart()
	together(t, 60*time.Second, a, b)
	before := counts(t, a)
	if _, err := a.Intake.Begin(intake.Who{Person: id, Role: learning.Teacher}, "canary song.mp4", 4096, ""); err != nil {
		t.Fatal(err)
	}
	for _, n := range []*Node{a, b, late} {
		if got := found(t, n.dir(), words); len(got) != len(words) {
			t.Fatalf("before, %s holds %d of %d: %v; this shows nothing", n.dir(), len(got), len(words), got)
		}
	}
	eraseByPages(t, a, id)
	if got := found(t, a.dir(), map[string][]byte{"upload": []byte("canary song")}); len(got) > 0 {
		t.Errorf("what she sent is still in %v", got)
	}
	Eventually(t, 60*time.Second, "the other box clears its files", func() bool { return len(found(t, b.dir(), words)) == 0 })
	if got := found(t, a.dir(), words); len(got) > 0 {
		t.Errorf("after, it is still in %v", got)
	}
	late = late.Restart()
	together(t, 60*time.Second, a, b, late)
	Eventually(t, 60*time.Second, "the late box clears its files", func() bool { return len(found(t, late.dir(), words)) == 0 })
	for _, n := range []*Node{a, b} {
		if got := found(t, n.dir(), words); len(got) > 0 {
			t.Errorf("the late box brought back %v", got)
		}
	}
	if after := counts(t, a); after.Attempts != before.Attempts || after.Learners != before.Learners-1 {
		t.Errorf("the school counted %+v, now %+v", before, after)
	}
	for _, n := range []*Node{a, b, late} {
		if r, err := n.Records.Check(ctx, false); err != nil || len(r.Problems) > 0 {
			t.Errorf("check: %v %v", err, r.Problems)
		}
	}
}

func (n *Node) dir() string { return n.opts.Dir }

func counts(t *testing.T, n *Node) store.Counts {
	t.Helper()
	c, err := n.Store.Counts()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// zanzibelle is a learner with a PIN.
func zanzibelle(t *testing.T, n *Node) learning.PersonID {
	t.Helper()
	ctx := context.Background()
	classes, err := n.Store.Classes(learning.Box())
	if err != nil {
		t.Fatal(err)
	}
	ids, err := n.Store.AddPeople(ctx, learning.Box(), store.NewPerson{Role: learning.Learner, Name: "Zanzibelle Quixote", Class: classes[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	v, err := n.Auth.Verifier(ctx, learning.PIN, "8642")
	if err == nil {
		err = n.Store.SetSecrets(ctx, learning.Box(), store.NewSecret{Person: ids[0], Kind: learning.PIN, Verifier: v})
	}
	if err != nil {
		t.Fatal(err)
	}
	return ids[0]
}

// eraseByPages does it as an administrator does, with a copy before and a change of mind.
func eraseByPages(t *testing.T, n *Node, id learning.PersonID) {
	t.Helper()
	grace := n.Browser()
	grace.SignIn("Grace", "lamp-light")
	page := "/admin/privacy/" + string(id)
	says := func(p Page, status int, words ...string) url.Values {
		t.Helper()
		for _, w := range words {
			if !strings.Contains(p.Body, w) {
				t.Errorf("%s does not say %q", p.URL, w)
			}
		}
		if p.Status != status {
			t.Fatalf("%s: %d, want %d", p.URL, p.Status, status)
		}
		return url.Values{"token": {p.Fields().Get("token")}}
	}
	says(grace.Get("/admin/people/"+string(id)), http.StatusOK, page)
	form := says(grace.Get(page), http.StatusOK, "Zanzibelle Quixote", "Answers in a person&#39;s own words")
	copied := grace.Post(page+"/copy", form)
	z, err := zip.NewReader(strings.NewReader(copied.Body), int64(len(copied.Body)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		b.ReadFrom(r)
		for _, w := range []string{"Zanzibelle Quixote", "canary sang aa", "my canary note cc", "zanzi"} {
			if !strings.Contains(b.String(), w) {
				t.Errorf("the copy's %s does not hold %q", f.Name, w)
			}
		}
	}
	form = says(grace.Get(page+"/erase"), http.StatusOK, "Erase Zanzibelle Quixote?")
	form.Set("do", "ask")
	form.Set("name", "Zanzi")
	says(grace.Post(page+"/erase", form), http.StatusBadRequest, "That is not the name")
	form.Set("name", "zanzibelle  quixote ")
	says(grace.Post(page+"/erase", form), http.StatusOK, "will be erased in a day", "Will be erased in 24 hours")
	form.Set("do", "keep")
	says(grace.Post(page+"/erase", form), http.StatusOK, "is back, as before")
	form.Set("do", "ask")
	says(grace.Post(page+"/erase", form), http.StatusOK)
	form.Set("do", "now")
	says(grace.Post(page+"/erase", form), http.StatusOK, "Nothing of this person")
	says(grace.Get(page), http.StatusNotFound)
	says(grace.Get("/admin/privacy/looks"), http.StatusOK, "somebody erased", "saved a copy", "took erasing back", "Grace")
	says(grace.Get(fmt.Sprintf("/admin/privacy/looks?day=%s", time.Now().UTC().Format(time.DateOnly))), http.StatusOK)
	teacher := n.Browser()
	teacher.SignIn("Okello", "lamp-light")
	says(teacher.Get("/admin/privacy"), http.StatusNotFound)
}
