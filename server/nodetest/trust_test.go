package nodetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/server/config"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/server/web"
)

// districtNode is a claimed node of role district.
func districtNode(t *testing.T) *Node {
	t.Helper()
	d := Start(t, Options{Config: func(c *config.Config) { c.Node.Role = "district" }})
	if _, err := d.Server.Claim(context.Background(), web.Claim{Code: d.Listening.Claim, School: "Lake District", Language: "en", Name: "Odhiambo", Password: "lamp-light"}); err != nil {
		t.Fatal(err)
	}
	return d
}

// namesAt lists everybody whom a node knows by name.
func namesAt(t *testing.T, n *Node) (out []string) {
	t.Helper()
	people, err := n.Store.People(learning.Box(), store.PeopleFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		out = append(out, p.Name)
	}
	return out
}

func TestADeadBoxComesBackFromItsDistrictByTheWordsOfItsSheet(t *testing.T) {
	ctx := context.Background()
	d := districtNode(t)
	box := Start(t, Options{})
	school(t, box)
	words, err := box.NewSheet(ctx)
	if err != nil {
		t.Fatal(err)
	}
	pair(t, d, box)
	if a := box.Registry.District(); a == nil || a.ID() != d.Registry.School().ID() {
		t.Fatalf("the school is of district %v", a)
	}
	answerOn(t, box)
	for range 2 { // the second tells which district the school names
		if _, err := box.Meet(ctx, d.DeviceID()); err != nil {
			t.Fatal(err)
		}
	}
	id, known := box.Registry.School().ID(), namesAt(t, box)
	if got := d.Carry.Vector(id); len(got) == 0 {
		t.Fatal("the district keeps no envelopes of the school")
	}
	dead := box.Records.Vector()
	box.Stop() // and its card is gone
	for _, secret := range []string{"Amina", "Okello", "Grace"} {
		if file := holds(t, d.opts.Dir, secret); file != "" {
			t.Errorf("the district holds %q in clear in %s", secret, file)
		}
	}

	heir := Start(t, Options{})
	if _, err := heir.RecoverFrom(ctx, d.ExchangeAddr(), strings.Replace(words, words[:5], "babab", 1)); err == nil {
		t.Fatal("came back by other words")
	}
	sum, err := heir.RecoverFrom(ctx, d.ExchangeAddr(), strings.ToUpper(words))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d events came back in %d bytes", sum.EventsIn, sum.Received)
	if !heir.Records.Vector().Covers(dead) {
		t.Errorf("came back with %v of %v", heir.Records.Vector(), dead)
	}
	if got := namesAt(t, heir); strings.Join(got, " ") != strings.Join(known, " ") {
		t.Errorf("came back with %v, want %v", got, known)
	}
	if got := aminasAnswers(t, heir); got != 1 {
		t.Errorf("Amina has %d answers, want 1", got)
	}
	if err := newPhone("Amina", "4711", heir.Listening.HTTP, 1).signIn(); err != nil {
		t.Errorf("Amina signs in as before: %v", err)
	}
	if _, err := heir.Meet(ctx, d.DeviceID()); err != nil {
		t.Errorf("the box that came back meets its district: %v", err)
	}
}

// holds finds a file under dir that shows the word.
func holds(t *testing.T, dir, word string) (file string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || file != "" {
			return nil
		}
		b, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(b), word) {
			file = path
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAStolenBoxIsShutOutByAllAndTheRestShareAnotherSecret(t *testing.T) {
	ctx := context.Background()
	a := Start(t, Options{})
	school(t, a)
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	stolen := Start(t, Options{Join: []string{a.Listening.Sync}})
	pair(t, a, b)
	pair(t, a, stolen)
	Eventually(t, 60*time.Second, "every course travelled", func() bool {
		all := len(a.Library.Courses())
		return len(stolen.Library.Courses()) == all && len(b.Library.Courses()) == all
	})
	together(t, 20*time.Second, a, b, stolen)
	answerOn(t, stolen)
	together(t, 20*time.Second, a, b, stolen)
	b.Stop() // away

	if err := a.Revoke(ctx, stolen.DeviceID()); err != nil {
		t.Fatal(err)
	}
	turned, err := a.Store.Turned()
	if err != nil || turned.Generation != 1 {
		t.Fatalf("the school shares generation %d, %v", turned.Generation, err)
	}
	b = b.Restart()
	took := Eventually(t, 60*time.Second, "the box that was away has shut it out too, and shares the new secret", func() bool {
		p, _ := b.Registry.Peer(stolen.DeviceID())
		now, _ := b.Store.Turned()
		return p.Revoked && string(now.Secret) == string(turned.Secret)
	})
	t.Logf("heard after %v", took)
	before, _ := b.Records.State()
	answerOn(t, stolen)
	if _, err := stolen.Meet(ctx, b.DeviceID()); err == nil {
		t.Error("the stolen box was answered")
	}
	if after, _ := b.Records.State(); after != before {
		t.Error("the stolen box gave something")
	}
	if got, _ := stolen.Store.Turned(); got.Generation != 0 {
		t.Error("the stolen box knows the new secret")
	}
	together(t, 20*time.Second, a, b)
	if got := aminasAnswers(t, b); got != 1 {
		t.Errorf("what the stolen box wrote before counts %d times, want 1", got)
	}
	if err := a.Revoke(ctx, stolen.DeviceID()); err != nil { // a second click
		t.Fatal(err)
	}
	if again, err := a.Store.Turned(); err != nil || again.Generation != 1 {
		t.Errorf("shutting out the same box again drew generation %d, %v", again.Generation, err)
	}
}
