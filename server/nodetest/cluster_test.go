package nodetest

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/sync/exchange"
)

// together fails the test unless all nodes hold one state within d.
func together(t *testing.T, d time.Duration, nodes ...*Node) time.Duration {
	t.Helper()
	return Eventually(t, d, "all hold the same state", func() bool {
		first, _ := nodes[0].Records.State()
		for _, n := range nodes[1:] {
			if got, _ := n.Records.State(); got != first {
				return false
			}
		}
		return true
	})
}

// pair lets b accept an invitation of a.
func pair(t *testing.T, a, b *Node) {
	t.Helper()
	code, _, err := a.Invite(context.Background())
	if err == nil {
		_, err = b.Accept(context.Background(), code, []string{a.ExchangeAddr()})
	}
	if err != nil {
		t.Fatalf("pairing: %v", err)
	}
}

// answerOn lets Amina answer one question on a node.
func answerOn(t *testing.T, n *Node) {
	t.Helper()
	amina := newPhone("Amina", "4711", n.Listening.HTTP, 1)
	err := amina.signIn()
	for err == nil {
		id := string(exercise(t, n))
		var form url.Values
		if form, err = amina.question(id); err != nil {
			break
		}
		if err = amina.answer(id, form); err == nil {
			return
		}
		if errors.Is(err, errUnread) {
			err = nil // fill it in otherwise
		}
	}
	t.Fatal(err)
}

// aminasAnswers is how many of hers a node counts.
func aminasAnswers(t *testing.T, n *Node) int {
	t.Helper()
	amina := &pupil{phone: newPhone("Amina", "4711", n.Listening.HTTP, 1)}
	if err := amina.signIn(); err != nil {
		t.Fatal(err)
	}
	count, err := amina.attempts()
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// A wrongClock is set to some year and runs on from there, and the board has no idea.
type wrongClock struct{ from, began time.Time }

func clockAt(year int) *wrongClock {
	return &wrongClock{time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Now()}
}

func (c *wrongClock) Now() (time.Time, bool) {
	return c.from.Add(time.Since(c.began)), c.from.Year() > 2050
}

func TestThreeBoxesWithClocksCenturiesApartAgreeAfterCuts(t *testing.T) {
	a := Start(t, Options{})
	school(t, a)
	b := Start(t, Options{Wall: clockAt(1970), Join: []string{a.Listening.Sync}})
	c := Start(t, Options{Wall: clockAt(2099), Join: []string{a.Listening.Sync}})
	pair(t, a, b)
	together(t, 30*time.Second, a, b)
	pair(t, b, c) // by the second box, not the first
	took := together(t, 30*time.Second, a, b, c)
	t.Logf("three boxes agree %v after the last pairing", took.Round(time.Millisecond))
	Eventually(t, 60*time.Second, "all have every course", func() bool {
		n := len(a.Library.Courses())
		return n > 0 && len(b.Library.Courses()) == n && len(c.Library.Courses()) == n
	})
	together(t, 10*time.Second, a, b, c)
	answers := 0
	for i, n := range []*Node{a, b, c, b, c, a} {
		answerOn(t, n)
		answers++
		took := together(t, 5*time.Second, a, b, c)
		t.Logf("write %d is everywhere after %v", i, took.Round(time.Millisecond))
	}

	b.Stop()
	answerOn(t, a)
	answerOn(t, c)
	together(t, 5*time.Second, a, c)
	c.Stop()
	answerOn(t, a)
	b = b.Restart()
	answerOn(t, b) // may have met a already
	c = c.Restart()
	answerOn(t, c)
	answers += 5
	took = together(t, 30*time.Second, a, b, c)
	t.Logf("healed %v after the last write", took.Round(time.Millisecond))
	for i, n := range []*Node{a, b, c} {
		if got := aminasAnswers(t, n); got != answers {
			t.Errorf("box %d counts %d answers, want %d", i, got, answers)
		}
	}
}

func TestAStrangerGetsNothing(t *testing.T) {
	a := Start(t, Options{})
	school(t, a)
	if _, _, err := a.Invite(context.Background()); err != nil { // the lobby is open
		t.Fatal(err)
	}
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	Eventually(t, 30*time.Second, "each sees the other in the lobby", func() bool { return len(a.Near()) == 1 && len(b.Near()) == 1 })
	for _, code := range []string{"", "AAAA-AAAA-AAAA-AAAA"} {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		if _, err := b.Accept(ctx, code, []string{a.ExchangeAddr()}); err == nil {
			t.Errorf("paired with the code %q", code)
		}
		cancel()
	}
	stranger, err := exchange.New(exchange.Options{Device: b.Device, Registry: b.Registry, Log: b.Records, Logger: Logger(t)})
	if err != nil {
		t.Fatal(err)
	}
	sum, err := stranger.Meet(context.Background(), a.ExchangeAddr())
	if !errors.Is(err, fs.ErrPermission) || sum.EventsIn+sum.SegmentsIn+sum.CertificatesIn+sum.BlobsIn > 0 {
		t.Errorf("a stranger's call: %v, %+v; want fs.ErrPermission and nothing else", err, sum)
	}
	if sum.Received > 4096 {
		t.Errorf("a stranger was told %d bytes", sum.Received)
	}
	if n := b.Events(); n != 0 || len(b.Library.Courses()) != 0 || len(b.SyncStatus()) != 0 {
		t.Errorf("before pairing the newcomer holds %d events, %d courses, %d peers", n, len(b.Library.Courses()), len(b.SyncStatus()))
	}
	if v := b.Near()[0]; v.Device != a.DeviceID() || v.Address != a.ExchangeAddr() {
		t.Errorf("the lobby shows %+v, want device %s at %s", v, a.DeviceID(), a.ExchangeAddr())
	}
}

func TestARemovedCourseStaysRemovedHereAndKeptThere(t *testing.T) {
	ctx := context.Background()
	a := Start(t, Options{})
	school(t, a)
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	pair(t, a, b)
	all := len(a.Library.Courses())
	Eventually(t, 60*time.Second, "every course travelled", func() bool { return len(b.Library.Courses()) == all })
	together(t, 10*time.Second, a, b)
	gone := b.Library.Courses()[0].ID
	if err := b.RemoveCourse(ctx, gone); err != nil {
		t.Fatal(err)
	}
	together(t, 10*time.Second, a, b)
	b = b.Restart()
	answerOn(t, a)
	together(t, 30*time.Second, a, b)
	if n := len(b.Wanted()); n > 0 {
		t.Errorf("the box that removed a course wants %d files", n)
	}
	if len(a.Library.Courses()) != all || len(b.Library.Courses()) != all-1 {
		t.Errorf("after one box removed a course they have %d and %d, want %d and %d",
			len(a.Library.Courses()), len(b.Library.Courses()), all, all-1)
	}
	if _, err := b.InstallStarter(ctx); err != nil || len(b.Library.Courses()) != all {
		t.Errorf("installed again there are %d courses (%v), want %d", len(b.Library.Courses()), err, all)
	}
	together(t, 10*time.Second, a, b)
}

func TestARevokedBoxGetsAndGivesNothingMore(t *testing.T) {
	ctx := context.Background()
	a := Start(t, Options{})
	school(t, a)
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	pair(t, a, b)
	Eventually(t, 60*time.Second, "every course travelled", func() bool { return len(b.Library.Courses()) == len(a.Library.Courses()) })
	together(t, 10*time.Second, a, b)
	if err := a.Revoke(ctx, b.DeviceID()); err != nil {
		t.Fatal(err)
	}
	before, _ := b.Records.State()
	answerOn(t, a)
	if _, err := b.Meet(ctx, a.DeviceID()); err == nil {
		t.Error("a revoked box was answered")
	}
	if after, _ := b.Records.State(); after != before {
		t.Error("a revoked box was given something")
	}
	own, _ := a.Records.State()
	answerOn(t, b)
	b.Meet(ctx, a.DeviceID()) // refused, as above
	if _, err := a.Meet(ctx, b.DeviceID()); err == nil {
		t.Error("the box calls one that it has revoked")
	}
	if after, _ := a.Records.State(); after != own {
		t.Error("a revoked box's answer was taken")
	}
	if s := a.SyncStatus(); len(s) != 1 || s[0].State != "revoked" {
		t.Errorf("the status shows %+v, want one revoked peer", s)
	}
	if got := aminasAnswers(t, a); got != 1 {
		t.Errorf("the box counts %d answers, want its own", got)
	}
}

func TestTwoSchoolsShareCoursesAndNoNames(t *testing.T) {
	ctx := context.Background()
	a := Start(t, Options{})
	school(t, a)
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	if err := b.CreateSchool(ctx, "Hillside", "en"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Store.AddPeople(ctx, learning.Box(), store.NewPerson{Role: learning.Learner, Name: "Baraka"}); err != nil {
		t.Fatal(err)
	}
	pair(t, a, b)
	answerOn(t, a)
	b.Meet(ctx, "")
	names := func(n *Node) []string {
		people, err := n.Store.People(learning.Box(), store.PeopleFilter{})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, p := range people {
			out = append(out, p.Name)
		}
		return out
	}
	if got := names(b); len(got) != 1 {
		t.Errorf("another school's box knows %v", got)
	}
	if got := names(a); len(got) != 3 {
		t.Errorf("our box knows %v", got)
	}
}

// state is what check says of a running node.
func state(t *testing.T, data string) string {
	t.Helper()
	return checked(t, data).State
}

func childrenTogether(t *testing.T, d time.Duration, nodes ...*child) time.Duration {
	t.Helper()
	return Eventually(t, d, "all processes hold the same state", func() bool {
		first := state(t, nodes[0].data)
		for _, n := range nodes[1:] {
			if state(t, n.data) != first {
				return false
			}
		}
		return true
	})
}

// pairChildren pairs by the command and its socket.
func pairChildren(t *testing.T, a, b *child, addresses ...string) {
	t.Helper()
	var invited struct{ Code string }
	ask(t, a.data, &invited, "peer", "invite")
	var accepted struct{ Device string }
	ask(t, b.data, &accepted, append([]string{"peer", "accept", invited.Code}, addresses...)...)
	if len(invited.Code) < 16 || len(accepted.Device) != 16 {
		t.Fatalf("paired with code %q and device %q", invited.Code, accepted.Device)
	}
}

func TestThreeProcessesPairByTheCommandAndConverge(t *testing.T) {
	dir := t.TempDir()
	data := func(name string) string { return filepath.Join(dir, name) }
	var made struct {
		People []struct{ Name, Role, PIN string }
	}
	ask(t, data("a"), &made, "demo", "--learners", "6", "--days", "1")
	var who *pupil
	for _, p := range made.People {
		if p.Role == "learner" {
			who = &pupil{phone: newPhone(p.Name, p.PIN, "", 1)}
		}
	}
	a := serveChild(t, data("a"), free()...)
	b := serveChild(t, data("b"), append(free(), "--join", a.Sync)...)
	if a.Claim != "" || len(b.Claim) != 10 {
		t.Errorf("claim codes %q and %q, want none and ten characters", a.Claim, b.Claim)
	}
	pairChildren(t, a, b)
	t.Logf("two agree after %v", childrenTogether(t, 30*time.Second, a, b).Round(time.Millisecond))
	c := serveChild(t, data("c"), append(free(), "--join", b.Sync)...)
	pairChildren(t, b, c)
	t.Logf("three agree after %v", childrenTogether(t, 30*time.Second, a, b, c).Round(time.Millisecond))
	Eventually(t, 60*time.Second, "the third has every course", func() bool { return courses(t, c.data) == courses(t, a.data) })

	who.move(b.HTTP)
	if err := who.signIn(); err != nil {
		t.Fatal(err)
	}
	before, err := who.attempts()
	if err != nil {
		t.Fatal(err)
	}
	exercises, err := exercisesOf(who.phone)
	if err != nil || len(exercises) == 0 {
		t.Fatalf("no exercises on the second box: %v", err)
	}
	who.kept, who.doubt = map[string]bool{}, map[string]pending{}
	for len(who.kept) < 5 {
		if !who.practise(exercises, func() {}) {
			t.Fatalf("answering on the second box: %v", who.fault)
		}
	}
	t.Logf("five answers are on all three after %v", childrenTogether(t, 5*time.Second, a, b, c).Round(time.Millisecond))
	who.move(c.HTTP)
	if err := who.signIn(); err != nil {
		t.Fatal(err)
	}
	if n, err := who.attempts(); err != nil || n != before+5 {
		t.Errorf("the third box counts %d answers (%v), want %d", n, err, before+5)
	}
	b.kill()
	var class struct{ ID string }
	ask(t, a.data, &class, "class", "add", "While the second was away")
	b = serveChild(t, data("b"), append(free(), "--join", a.Sync)...)
	t.Logf("healed %v after the killed one is back", childrenTogether(t, 30*time.Second, a, b, c).Round(time.Millisecond))
	var status struct {
		Device string
		Vector map[string]uint64
		Peers  []map[string]any
	}
	ask(t, b.data, &status, "sync", "status")
	if len(status.Device) != 16 || len(status.Vector) == 0 || len(status.Peers) != 2 {
		t.Errorf("sync status: %+v", status)
	}
	for _, p := range status.Peers {
		for _, k := range []string{"device", "name", "state", "owed_in", "owed_out", "last_contact"} {
			if _, ok := p[k]; !ok {
				t.Errorf("sync status lacks %q of a peer: %v", k, p)
			}
		}
	}
	for _, n := range []*child{a, b, c} {
		n.stop()
	}
	if x, y, z := checked(t, data("a")), checked(t, data("b")), checked(t, data("c")); x.State != y.State || y.State != z.State {
		t.Errorf("stopped, they hold %s, %s and %s", x.State, y.State, z.State)
	}
}

func courses(t *testing.T, data string) int {
	t.Helper()
	var v struct{ Courses []json.RawMessage }
	ask(t, data, &v, "library")
	return len(v.Courses)
}
