package nodetest

import (
	"encoding/json"
	"errors"
	"maps"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"lamplight/server/nodetest/netlab"
)

// A road is two boxes of one school, real binaries each in a network namespace of its own, and what lies between.
type road struct {
	*netlab.Lab
	t      *testing.T
	whole  *testing.T // lasts as long as the road: a box that a part of the test starts outlives the part
	a, b   *child
	people []struct{ Name, Role, PIN string }
	pupil  *pupil
	course []string // exercises
	given  int      // answers of the pupil that were acknowledged since the road was made
	before int      // and what it had before
	mounts string   // where sticks are plugged in
}

// newRoad pairs two boxes over a perfect road and waits until they hold the same. After that UDP does not pass, so what
// they do they do by exchange alone.
func newRoad(t *testing.T) *road {
	t.Helper()
	lab, err := netlab.New()
	if err != nil {
		t.Skipf("this test needs root, ip, tc, nft and network namespaces: %v", err)
	}
	t.Cleanup(func() {
		if err := lab.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &road{Lab: lab, t: t, whole: t, mounts: sticksOf(t)}
	dirs := []string{filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")}
	var made struct {
		People []struct{ Name, Role, PIN string }
	}
	ask(t, dirs[0], &made, "demo", "--learners", "2", "--days", "1")
	r.people = made.People
	r.a, r.b = r.start(netlab.A, dirs[0]), r.start(netlab.B, dirs[1])
	r.relay(0)
	var invited struct{ Code string }
	ask(t, dirs[0], &invited, "peer", "invite")
	ask(t, dirs[1], nil, "peer", "accept", invited.Code, netlab.NearB+":7947")
	r.inStep(60 * time.Second)
	r.quiet()
	r.pupil = dialling(t, r.a, r.people)
	if err := r.pupil.signIn(); err != nil {
		t.Fatal(err)
	}
	if r.course, err = exercisesOf(r.pupil.phone); err != nil || len(r.course) == 0 {
		t.Fatalf("exercises: %v", err)
	}
	r.before = r.counted(r.a)
	return r
}

func (r *road) relay(delay time.Duration) {
	r.t.Helper()
	if err := r.Relay([]int{7947}, delay); err != nil {
		r.t.Fatal(err)
	}
}

func (r *road) start(at netlab.Place, dir string) *child {
	r.t.Helper()
	c := startChild(r.whole, dir, r.Command(at, lamplight(r.t), "--data", dir, "serve", "--http", ":8080", "--player", ":8081", "--sync", ":7946"))
	c.t = r.t
	return c
}

// a standing is what `sync status --json` says.
type standing struct {
	Vector map[string]uint64
}

// vector is how far a box holds each stream. It asks through the socket, not the network.
func (r *road) vector(c *child) map[string]uint64 {
	r.t.Helper()
	var s standing
	ask(r.t, c.data, &s, "sync", "status")
	return s.Vector
}

func (r *road) inStep(most time.Duration) time.Duration {
	r.t.Helper()
	return Eventually(r.t, most, "both hold the same", func() bool {
		v := r.vector(r.a)
		return len(v) > 0 && maps.Equal(v, r.vector(r.b))
	})
}

// quiet waits until nothing moves for a second and a half, so that what is counted next is counted alone.
func (r *road) quiet() {
	r.t.Helper()
	last, since := int64(-1), time.Now()
	Eventually(r.t, 90*time.Second, "the road is quiet", func() bool {
		if n := r.count().All(); n != last {
			last, since = n, time.Now()
		}
		return time.Since(since) > 1500*time.Millisecond
	})
}

func (r *road) count() netlab.Count {
	r.t.Helper()
	c, err := r.Count(netlab.A)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// answers lets the pupil answer so many questions on the first box.
func (r *road) answers(n int) {
	r.t.Helper()
	r.given += n
	for kept := 0; kept < n; {
		if r.pupil.practise(r.course, func() { kept++ }) || r.pupil.fault == nil {
			continue
		}
		r.t.Fatal(r.pupil.fault)
	}
}

// answersOn lets the same learner answer on any box.
func (r *road) answersOn(c *child, n int) {
	r.t.Helper()
	was := r.pupil
	defer func() { r.pupil = was }()
	r.pupil = dialling(r.t, c, r.people)
	if err := r.pupil.signIn(); err != nil {
		r.t.Fatal(err)
	}
	r.answers(n)
}

// counted is how many answers of the pupil a box counts.
func (r *road) counted(c *child) int {
	r.t.Helper()
	p := dialling(r.t, c, r.people)
	err := p.signIn()
	n := 0
	if err == nil {
		n, err = p.attempts()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

// must is for what the lab is told.
func (r *road) must(errs ...error) {
	r.t.Helper()
	if err := errors.Join(errs...); err != nil {
		r.t.Fatal(err)
	}
}

// now runs `sync now` on the first box. It may fail: the road is bad.
func (r *road) now() error { return r.nowOn(r.a) }

func (r *road) nowOn(c *child) error {
	out, err := exec.Command(lamplight(r.t), "--data", c.data, "--json", "sync", "now").Output()
	var said struct {
		Sessions []struct {
			InStep bool
		}
	}
	if err == nil && (json.Unmarshal(out, &said) != nil || len(said.Sessions) == 0) {
		err = errors.New("no session")
	}
	return err
}

// apart lets the first box be answered on while the road is away, then gives the road back as rule and rate make it.
func (r *road) apart(answers, rate int, rule string, delay time.Duration) netlab.Count {
	r.t.Helper()
	r.must(r.Cut(true))
	r.answers(answers)
	r.must(r.Rate(rate), r.Rules(rule))
	r.relay(delay)
	r.must(r.Cut(false))
	return r.count()
}

// proved checks both boxes' records whole, and that they are the same.
func (r *road) proved() {
	r.t.Helper()
	a, b := checked(r.t, r.a.data), checked(r.t, r.b.data)
	if a.State != b.State || a.Events != b.Events {
		r.t.Errorf("the boxes hold %d and %d events", a.Events, b.Events)
	}
	for name, c := range map[string]*child{"first": r.a, "second": r.b} {
		if got := r.counted(c); got != r.before+r.given {
			r.t.Errorf("the %s box counts %d answers, want %d", name, got, r.before+r.given)
		}
	}
}

func TestTwoBoxesAgreeOverASlowAndLateRoad(t *testing.T) {
	r := newRoad(t)
	before := r.apart(40, 20_000, "", time.Second)
	began := time.Now()
	Eventually(t, 60*time.Second, "a session ends", func() bool { return r.now() == nil })
	r.inStep(30 * time.Second)
	moved := r.count().Since(before)
	t.Logf("40 answers at 20 kbit/s, 1 s late each way: %d bytes sent, %d received, %d packets, %v", moved.Sent, moved.Received,
		moved.PacketsIn+moved.PacketsOut, time.Since(began).Round(100*time.Millisecond))
	if moved.All() > 40_000 {
		t.Errorf("40 answers took %d bytes", moved.All())
	}
	r.must(r.Rate(0))
	r.proved()
}
