package auth

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lamplight/server/learning"
)

// four are children of one class and the token of a queue their teacher began.
func four(t *testing.T, d *desk) (children []learning.PersonID, token string) {
	t.Helper()
	for _, name := range []string{"Ada", "Musa", "Lin", "José"} {
		children = append(children, d.add(name, learning.Learner))
	}
	token, err := d.StartQueue(Phone{"10.0.0.9", "c"}, QueueStart{Class: "c3", By: "teacher", Minutes: 5, Learners: children})
	if err != nil {
		t.Fatal(err)
	}
	return children, token
}

func (d *desk) queueNow(t *testing.T, token string) Queue {
	t.Helper()
	q, err := d.Queue(token)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestAPhoneGoesRoundAClass(t *testing.T) {
	d := newDesk(t)
	children, token := four(t, d)
	for i, p := range children {
		if q := d.queueNow(t, token); q.Now != "" || q.Waiting[0] != p {
			t.Fatalf("before turn %d: %+v", i, q)
		}
		s, err := d.BeginTurn(token, p)
		if err != nil || s.Turn == nil || s.Turn.Left != 5*time.Minute {
			t.Fatalf("turn %d: %+v, %v", i, s, err)
		}
		d.elapsed += 4 * time.Minute
		got, who, err := d.Session(s.Token)
		if err != nil || who.ID != p || got.Turn == nil || got.Turn.Left != time.Minute || got.Turn.Over() || !got.Shared {
			t.Fatalf("within turn %d: %+v %+v %v", i, got, who, err)
		}
		d.elapsed += time.Minute + Late - 1
		if got, _, err := d.Session(s.Token); err != nil || !got.Turn.Over() {
			t.Errorf("in the grace of turn %d: %+v, %v", i, got, err)
		}
		d.elapsed++
		if d.in(s.Token) {
			t.Errorf("turn %d goes on after its grace", i)
		}
	}
	q := d.queueNow(t, token)
	if !slices.Equal(q.Had, children) || len(q.Waiting) != 0 {
		t.Errorf("at the end: %+v", q)
	}
	if had := d.HadToday("c3"); len(had) != 4 || had[children[0]] != 1 {
		t.Errorf("had a turn today: %v", had)
	}
	if err := d.MoveInQueue(token, "", Again); err != nil || len(d.queueNow(t, token).Waiting) != 4 {
		t.Errorf("a second round: %v", err)
	}
	if err := d.FinishQueue(token); err != nil {
		t.Fatal(err)
	}
	if _, err := d.BeginTurn(token, children[0]); !errors.Is(err, ErrNoQueue) {
		t.Errorf("a turn of a finished queue: %v", err)
	}
}

func TestTappingTwiceIsOneTurn(t *testing.T) {
	d := newDesk(t)
	children, token := four(t, d)
	a, _ := d.BeginTurn(token, children[0])
	d.elapsed += 3 * time.Minute
	b, err := d.BeginTurn(token, children[0])
	if err != nil || b.Turn.Left != 2*time.Minute || d.in(a.Token) || !d.in(b.Token) {
		t.Errorf("the second tap: %+v, %v", b, err)
	}
	d.elapsed += 2 * time.Minute
	if _, err := d.BeginTurn(token, children[0]); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("tapping in the grace begins a new turn: %v", err)
	}
	// The next one begins while the turn is in its grace: one session at a time.
	c, err := d.BeginTurn(token, children[1])
	if err != nil || d.in(b.Token) || !d.in(c.Token) {
		t.Errorf("the next child: %v", err)
	}
	if q := d.queueNow(t, token); !slices.Equal(q.Had, children[:1]) || q.Now != children[1] {
		t.Errorf("%+v", q)
	}
}

func TestAQueueOpensTurnsForItsOwnLearnersAlone(t *testing.T) {
	d := newDesk(t)
	children, token := four(t, d)
	stranger := d.add("Zoe", learning.Learner)
	if _, err := d.BeginTurn(token, stranger); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a child of another class: %v", err)
	}
	for _, other := range []string{"", NewPhone(), token + "A"} {
		if _, err := d.BeginTurn(other, children[0]); !errors.Is(err, ErrNoQueue) {
			t.Errorf("token %.8q: %v", other, err)
		}
	}
	if err := d.MoveInQueue(token, stranger, Later); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("moving a stranger: %v", err)
	}
	id := d.QueuesOf("c3")[0].ID
	if err := d.FinishQueueOf("c4", id); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ending a queue as one of another class: %v", err)
	}
	if err := d.FinishQueueOf("c3", id); err != nil {
		t.Error(err)
	}
	if _, err := d.Queue(token); !errors.Is(err, ErrNoQueue) {
		t.Errorf("ended from the teacher's own phone: %v", err)
	}
}

func TestWithoutATeacherEachChildShowsWhoTheyAre(t *testing.T) {
	d := newDesk(t)
	ada := d.add("Ada", learning.Learner)
	d.set(t, d.Keeper, ada, learning.PIN, "2468")
	from := Phone{"10.0.0.9", "c"}
	token, err := d.StartQueue(from, QueueStart{Class: "c3", Minutes: 3, Learners: []learning.PersonID{ada}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.BeginTurn(token, ada); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("tapping in: %v", err)
	}
	if _, err := d.SignIn(ctx, SignIn{From: from, Kind: learning.PIN, Person: ada, Secret: "0000", Queue: token}); !errors.Is(err, ErrWrong) {
		t.Errorf("a wrong PIN: %v", err)
	}
	s, err := d.SignIn(ctx, SignIn{From: from, Kind: learning.PIN, Person: ada, Secret: "2468", Queue: token})
	if err != nil || s.Turn == nil || s.Turn.Left != 3*time.Minute {
		t.Errorf("with her PIN: %+v, %v", s, err)
	}
	teacher := d.add("Okello", learning.Teacher)
	d.set(t, d.Keeper, teacher, learning.PIN, "1111")
	s, err = d.SignIn(ctx, SignIn{From: from, Kind: learning.PIN, Person: teacher, Secret: "1111", Queue: token})
	if err != nil || s.Turn != nil {
		t.Errorf("a teacher on that phone: %+v, %v", s, err)
	}
	var wait *WaitError
	for range 20 {
		if _, err = d.StartQueue(from, QueueStart{Class: "c3", Minutes: 3, Learners: []learning.PersonID{ada}}); errors.As(err, &wait) {
			break
		}
	}
	if wait == nil {
		t.Error("a phone may begin queues for ever")
	}
}

func TestAQueueAndItsTurnSurviveAPowerCut(t *testing.T) {
	d := newDesk(t)
	children, token := four(t, d)
	first, _ := d.BeginTurn(token, children[0])
	if err := d.EndTurn(token); err != nil || d.in(first.Token) {
		t.Fatalf("ending a turn: %v", err)
	}
	if err := d.MoveInQueue(token, children[1], Absent); err != nil {
		t.Fatal(err)
	}
	if err := d.MoveInQueue(token, children[2], Later); err != nil {
		t.Fatal(err)
	}
	s, err := d.BeginTurn(token, children[3])
	if err != nil {
		t.Fatal(err)
	}
	d.elapsed = 0
	d.start(t)
	q := d.queueNow(t, token)
	if !slices.Equal(q.Had, children[:1]) || !slices.Equal(q.Away, children[1:2]) || !slices.Equal(q.Waiting, children[2:3]) || q.Now != children[3] {
		t.Errorf("came back as %+v", q)
	}
	if d.in(first.Token) || !d.in(s.Token) {
		t.Error("a turn that ended came back, or the one under way is gone")
	}
	d.elapsed += 5*time.Minute + Late
	if d.in(s.Token) {
		t.Error("a restart makes a turn endless")
	}
	if s, err = d.BeginTurn(token, children[2]); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(filepath.Dir(d.path), "turns")
	b, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(b), token) || strings.Contains(string(b), s.Token) || strings.Contains(string(b), "Ada") {
		t.Errorf("the file tells a token or a name: %s, %v", b, err)
	}
	sessions, err := os.ReadFile(d.path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(b) {
		if err := errors.Join(os.WriteFile(path, b[:n], 0o600), os.WriteFile(d.path, sessions, 0o600)); err != nil {
			t.Fatal(err)
		}
		d.start(t)
		if d.in(s.Token) {
			t.Fatalf("cut at %d a turn goes on without its queue", n)
		}
		_ = d.Close()
	}
	if err := os.WriteFile(path, []byte(`{"version":2}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Path: d.path, Roster: d.school}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a newer file: %v", err)
	}
}

func TestAForgottenQueueEnds(t *testing.T) {
	d := newDesk(t)
	children, token := four(t, d)
	s, _ := d.BeginTurn(token, children[0])
	if err := d.SignOut(s.Token); err != nil {
		t.Fatal(err)
	}
	if q := d.queueNow(t, token); q.Now != "" || len(q.Had) != 1 {
		t.Errorf("after signing out within a turn: %+v", q)
	}
	d.elapsed += 61 * time.Minute
	if _, err := d.Queue(token); !errors.Is(err, ErrNoQueue) {
		t.Errorf("an hour later: %v", err)
	}
	for range 2 * maxQueues {
		d.elapsed += time.Second
		if _, err := d.StartQueue(Phone{"10.0.0.9", "c"}, QueueStart{Class: "c9", By: "t", Minutes: 3, Learners: children}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(d.running); n > maxQueues {
		t.Errorf("%d queues are held", n)
	}
}
