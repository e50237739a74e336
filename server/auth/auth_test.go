package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lamplight/server/learning"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ctx = context.Background()

// school is a roster in memory.
type school struct {
	mu      sync.Mutex
	people  map[learning.PersonID]learning.Person
	secrets map[string][]byte
	asked   int
	edits   uint64
	facts   learning.School
}

func (s *school) Edits() uint64 { return s.edits }

func (s *school) School() (learning.School, error) { return s.facts, nil }

func newSchool() *school {
	return &school{people: map[learning.PersonID]learning.Person{}, secrets: map[string][]byte{}}
}

func (s *school) add(name string, role learning.Role) learning.PersonID {
	id := learning.NewID[learning.PersonID]()
	s.people[id] = learning.Person{ID: id, Name: name, Role: role}
	return id
}

func (s *school) set(t *testing.T, k *Keeper, p learning.PersonID, kind learning.SecretKind, secret string) {
	t.Helper()
	v, err := k.Verifier(ctx, kind, secret)
	if err != nil {
		t.Fatal(err)
	}
	s.secrets[string(p)+kind.String()] = v
}

func (s *school) Who(a learning.Actor) (learning.Person, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.people[a.Person()]; ok {
		return p, nil
	}
	return learning.Person{}, fs.ErrNotExist
}

func (s *school) FindLogin(name string) (out []learning.PersonID, _ error) {
	for id, p := range s.people {
		if strings.EqualFold(p.Name, name) {
			out = append(out, id)
		}
	}
	return out, nil
}

func (s *school) Secret(id learning.PersonID, k learning.SecretKind) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if v := s.secrets[string(id)+k.String()]; v != nil {
		return v, nil
	}
	return nil, fs.ErrNotExist
}

func (s *school) CardOwner(v []byte) (learning.PersonID, error) {
	for key, have := range s.secrets {
		if string(have) == string(v) && strings.HasSuffix(key, "card") {
			return learning.PersonID(key[:32]), nil
		}
	}
	return "", fs.ErrNotExist
}

// A desk is a keeper with clocks the test sets.
type desk struct {
	*Keeper
	*school
	path     string
	elapsed  time.Duration
	date     time.Time
	believed bool
}

func newDesk(t *testing.T) *desk {
	d := &desk{school: newSchool(), path: filepath.Join(t.TempDir(), "sessions"), date: time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC)}
	d.start(t)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func (d *desk) start(t *testing.T) {
	t.Helper()
	var err error
	d.Keeper, err = Open(Options{
		Path: d.path, Roster: d.school, Elapsed: func() time.Duration { return d.elapsed }, Wall: func() (time.Time, bool) { return d.date, d.believed },
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) try(kind learning.SecretKind, name, secret string) (Session, error) {
	return d.SignIn(ctx, SignIn{From: Phone{"10.0.0.7", "phone"}, Kind: kind, Name: name, Secret: secret})
}

func (d *desk) in(token string) bool {
	_, _, err := d.Session(token)
	return err == nil
}

func TestEachWayOfSigningIn(t *testing.T) {
	d := newDesk(t)
	ada := d.add("Ada", learning.Learner)
	code, verifier := NewCard()
	d.secrets[string(ada)+"card"] = verifier
	d.set(t, d.Keeper, ada, learning.Picture, "4-0-11")
	d.set(t, d.Keeper, ada, learning.PIN, "2468")
	d.set(t, d.Keeper, ada, learning.Password, "caf\u00e9 noir")
	for _, c := range []struct {
		kind   learning.SecretKind
		secret string
		want   error
	}{
		{learning.Card, code, nil},
		{learning.Card, strings.ToLower(strings.ReplaceAll(code, "-", " ")), nil},
		{learning.Card, strings.NewReplacer("0", "o", "1", "l").Replace(code), nil},
		{learning.Card, "not a card", fs.ErrInvalid},
		{learning.Picture, "4-0-11", nil},
		{learning.Picture, "0-4-11", ErrWrong},
		{learning.Picture, "4-4-11", fs.ErrInvalid},
		{learning.Picture, "4-0-12", fs.ErrInvalid},
		{learning.Picture, "4-0", fs.ErrInvalid},
		{learning.PIN, "2468", nil},
		{learning.PIN, "٢٤ ٦٨", nil},
		{learning.PIN, "2469", ErrWrong},
		{learning.PIN, "12", fs.ErrInvalid},
		{learning.PIN, "12a4", fs.ErrInvalid},
		{Typed, "2468", nil},
		{Typed, "café noir", nil},
		{Typed, "24680", ErrWrong},
		{Typed, "abc", fs.ErrInvalid},
		{learning.Password, "café noir", nil},
		{learning.Password, "cafe\u0301 noir", nil},
		{learning.Password, "Café noir", ErrWrong},
		{learning.Password, "short", fs.ErrInvalid},
	} {
		s, err := d.try(c.kind, "ada", c.secret)
		if !errors.Is(err, c.want) {
			t.Errorf("%s %q: %v, want %v", c.kind, c.secret, err, c.want)
		}
		if c.want == nil && (s.Person != ada || !d.in(s.Token)) {
			t.Errorf("%s %q: session %+v", c.kind, c.secret, s)
		}
	}
	other, _ := NewCard()
	if _, err := d.try(learning.Card, "", other); !errors.Is(err, ErrWrong) {
		t.Errorf("an unknown card: %v", err)
	}
	if _, err := d.try(learning.PIN, "nobody", "2468"); !errors.Is(err, ErrWrong) || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("an unknown name: %v", err)
	}
	if _, err := d.SignIn(ctx, SignIn{Kind: learning.PIN, Person: ada, Secret: "2468"}); err != nil {
		t.Errorf("a tapped tile: %v", err)
	}
}

func TestSecretsAreSaltedForEachPerson(t *testing.T) {
	d := newDesk(t)
	a, err1 := d.Verifier(ctx, learning.Picture, "1-2-3")
	b, err2 := d.Verifier(ctx, learning.Picture, "1-2-3")
	if err1 != nil || err2 != nil || string(a) == string(b) || !strings.HasPrefix(string(a), argonPrefix) {
		t.Errorf("%s\n%s %v %v", a, b, err1, err2)
	}
}

func TestAmongPeopleOfOneNameTheSecretDecides(t *testing.T) {
	d := newDesk(t)
	one, two, three := d.add("Ada", learning.Learner), d.add("ada", learning.Learner), d.add("ADA", learning.Learner)
	d.set(t, d.Keeper, one, learning.PIN, "1111")
	d.set(t, d.Keeper, two, learning.PIN, "2222")
	d.set(t, d.Keeper, three, learning.PIN, "2222")
	if s, err := d.try(learning.PIN, "Ada", "1111"); err != nil || s.Person != one {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := d.try(learning.PIN, "Ada", "2222"); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("two with one PIN: %v", err)
	}
	for range maxCandidates {
		d.add("Ada", learning.Learner)
	}
	asked := d.asked
	if _, err := d.try(learning.PIN, "Ada", "1111"); !errors.Is(err, ErrAmbiguous) || d.asked != asked {
		t.Errorf("a name of many: %v", err)
	}
}

func TestGuessingIsSlowedDownAndNobodyIsLockedOut(t *testing.T) {
	d := newDesk(t)
	ada := d.add("Ada", learning.Learner)
	d.set(t, d.Keeper, ada, learning.PIN, "2468")
	from := func(phone int, pin string) error {
		_, err := d.SignIn(ctx, SignIn{From: Phone{fmt.Sprint("10.0.0.", phone), fmt.Sprint("c", phone)}, Kind: learning.PIN, Person: ada, Secret: pin})
		return err
	}
	var wait *WaitError
	for i := range phonePatience.free {
		if err := from(1, "0000"); !errors.Is(err, ErrWrong) {
			t.Fatalf("try %d: %v", i+1, err)
		}
	}
	if err := from(1, "0000"); !errors.Is(err, ErrWrong) {
		t.Fatalf("the try that begins the wait: %v", err)
	}
	if err := from(1, "2468"); !errors.As(err, &wait) || wait.Wait != phonePatience.first || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("during the wait even the right PIN waits: %v", err)
	}
	if err := from(2, "2468"); err != nil {
		t.Errorf("another phone need not: %v", err)
	}
	// Many phones guess at one child.
	n, most := 0, time.Duration(0)
	for phone := 10; phone < 200; phone++ {
		err := from(phone, "0000")
		if errors.As(err, &wait) {
			most = max(most, wait.Wait)
			d.elapsed += wait.Wait
			continue
		}
		n++
	}
	if most != personPatience.most {
		t.Errorf("the longest wait was %v, want %v", most, personPatience.most)
	}
	d.elapsed += personPatience.most
	if err := from(3, "2468"); err != nil {
		t.Errorf("Ada waits longer than promised: %v", err)
	}
	if d.elapsed < 30*time.Minute {
		t.Errorf("%d guesses took only %v", n, d.elapsed)
	}
	// What is held against a phone fades.
	d.elapsed += 24 * time.Hour
	if err := from(1, "0000"); !errors.Is(err, ErrWrong) {
		t.Errorf("a day later: %v", err)
	}
	if err := from(1, "2468"); err != nil {
		t.Errorf("a day later, right: %v", err)
	}
}

func TestManyGuessesAtOnceAreNoMoreThanOneByOne(t *testing.T) {
	d := newDesk(t)
	ada := d.add("Ada", learning.Learner)
	d.set(t, d.Keeper, ada, learning.PIN, "2468")
	var looked atomic.Int32
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			phone := Phone{fmt.Sprint("10.0.1.", i), fmt.Sprint("c", i)}
			_, err := d.SignIn(ctx, SignIn{From: phone, Kind: learning.PIN, Person: ada, Secret: fmt.Sprint(1000 + i)})
			if errors.Is(err, ErrWrong) {
				looked.Add(1)
			}
		})
	}
	all.Wait()
	if n := int(looked.Load()); n > personPatience.free+1 {
		t.Errorf("%d of 100 guesses at once were looked at", n)
	}
	if n := d.waits.size(); n > 3*int(looked.Load()) {
		t.Errorf("%d keys are held after %d failures", n, looked.Load())
	}
	d.elapsed += personPatience.most
	if _, err := d.try(learning.PIN, "Ada", "2468"); err != nil {
		t.Errorf("who knows it afterwards: %v", err)
	}
}

func TestFailuresHeldAreBounded(t *testing.T) {
	w := newWaits()
	for i := range 3 * maxHeld {
		w.failed(time.Duration(i), suspect{fmt.Sprint("c", i), phonePatience})
	}
	if w.size() > maxHeld {
		t.Errorf("%d keys held", w.size())
	}
}

// size is how many keys are held.
func (w *waits) size() (n int) {
	for _, of := range w.held {
		n += len(of)
	}
	return n
}

// Wrong cards cost nothing to try, and each may come with a cookie of its own.
func TestAFloodOfMadeUpPhonesMakesNobodyForgetWhatIsHeldAgainstAGuess(t *testing.T) {
	d := newDesk(t)
	ada := d.add("Ada", learning.Learner)
	d.set(t, d.Keeper, ada, learning.PIN, "2468")
	guess := func(i int) error {
		_, err := d.SignIn(ctx, SignIn{From: Phone{"10.0.0.1", fmt.Sprint("guess", i)}, Kind: learning.PIN, Person: ada, Secret: "0000"})
		return err
	}
	var wait *WaitError
	for i := 0; !errors.As(guess(i), &wait); i++ {
		if i > personPatience.free {
			t.Fatal("guessing goes on for ever")
		}
	}
	for i := range maxHeld + 10 {
		code, _ := NewCard()
		d.elapsed++
		if _, err := d.SignIn(ctx, SignIn{From: Phone{"10.0.0.1", fmt.Sprint("flood", i)}, Kind: learning.Card, Secret: code}); !errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
	}
	if err := guess(100); !errors.As(err, &wait) {
		t.Errorf("after %d wrong cards a guess at Ada's PIN is looked at: %v", maxHeld+10, err)
	}
}

func TestLongNamesAreNotKept(t *testing.T) {
	d := newDesk(t)
	for i := range 20 {
		name := strings.Repeat("x", 30_000) + fmt.Sprint(i)
		_, err := d.SignIn(ctx, SignIn{From: Phone{"10.0.0.1", fmt.Sprint("c", i)}, Kind: learning.PIN, Name: name, Secret: "0000"})
		if !errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
		_, err = d.SignIn(ctx, SignIn{From: Phone{"10.0.0.1", fmt.Sprint("d", i)}, Kind: learning.PIN, Person: learning.PersonID(name), Secret: "0000"})
		if !errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
	}
	for _, of := range d.waits.held {
		for key := range of {
			if len(key) > 80 {
				t.Fatalf("a key of %d bytes is held", len(key))
			}
		}
	}
}

func TestASessionIsNewAtEachSignInAndUnknownOnesAreNeverAdopted(t *testing.T) {
	d := newDesk(t)
	ada := d.add("Ada", learning.Learner)
	a, err1 := d.SignInAs(ada, learning.PIN, false)
	b, err2 := d.SignInAs(ada, learning.PIN, false)
	if err1 != nil || err2 != nil || a.Token == b.Token || len(a.Token) != 26 {
		t.Fatalf("%v %v %v %v", a, b, err1, err2)
	}
	for _, token := range []string{"", "x", NewPhone(), strings.Repeat("A", 10000), a.Token + "A"} {
		if _, _, err := d.Session(token); !errors.Is(err, ErrNoSession) {
			t.Errorf("%.30q: %v", token, err)
		}
	}
	if err := d.SignOut(a.Token); err != nil || d.in(a.Token) || !d.in(b.Token) {
		t.Errorf("signing out: %v", err)
	}
	c, _ := d.SignInAs(ada, learning.PIN, false)
	if err := d.SignOutPerson(ada, c.Token); err != nil || d.in(b.Token) || !d.in(c.Token) {
		t.Errorf("signing out elsewhere: %v", err)
	}
	delete(d.people, ada)
	if d.in(c.Token) {
		t.Error("somebody who is gone is still signed in")
	}
	for range 20 {
		if _, err := d.SignInAs(d.add("Musa", learning.Learner), learning.PIN, false); err != nil {
			t.Fatal(err)
		}
	}
	lin := d.add("Lin", learning.Learner)
	first, _ := d.SignInAs(lin, learning.PIN, false)
	for range maxPerPerson {
		d.elapsed++
		if _, err := d.SignInAs(lin, learning.PIN, false); err != nil {
			t.Fatal(err)
		}
	}
	if d.in(first.Token) || d.Sessions() != 20+maxPerPerson {
		t.Errorf("%d sessions", d.Sessions())
	}
}

func TestSessionsIdleByTheRunningClockNotByTheDate(t *testing.T) {
	d := newDesk(t)
	child, _ := d.SignInAs(d.add("Ada", learning.Learner), learning.PIN, true)
	phone, _ := d.SignInAs(d.add("Musa", learning.Learner), learning.PIN, false)
	teacher, _ := d.SignInAs(d.add("T", learning.Teacher), learning.Password, false)
	d.believed = true
	for _, year := range []int{1970, 2026, 2099} {
		d.date = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		if !d.in(child.Token) || !d.in(phone.Token) || !d.in(teacher.Token) {
			t.Errorf("a clock at %d signs people out", year)
		}
	}
	d.elapsed += 59 * time.Minute
	if !d.in(child.Token) {
		t.Error("signed out within the hour")
	}
	d.elapsed += 59 * time.Minute
	if !d.in(child.Token) || d.in(teacher.Token) || !d.in(phone.Token) {
		t.Error("after two hours: the child was active, the teacher idle, the own phone may be")
	}
	d.elapsed += 61 * time.Minute
	for range 2 { // asking does not revive it
		if d.in(child.Token) {
			t.Error("an idle shared phone is still signed in")
		}
	}
}

func TestSessionsSurviveAPowerCut(t *testing.T) {
	d := newDesk(t)
	ada, musa := d.add("Ada", learning.Learner), d.add("Musa", learning.Learner)
	a, _ := d.SignInAs(ada, learning.Picture, true)
	m, _ := d.SignInAs(musa, learning.Card, false)
	gone, _ := d.SignInAs(musa, learning.Card, false)
	if err := d.SignOut(gone.Token); err != nil {
		t.Fatal(err)
	}
	form := d.Token(a.Token)
	b, err := os.ReadFile(d.path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), a.Token) {
		t.Error("the file tells the token")
	}
	if fi, _ := os.Stat(d.path); fi.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v", fi.Mode())
	}
	d.elapsed = 0 // no Close: the plug was pulled; the clock is back in 1970
	d.date = time.Unix(0, 0)
	d.start(t)
	if !d.in(a.Token) || !d.in(m.Token) || d.in(gone.Token) || d.Token(a.Token) != form {
		t.Error("a power cut changed who is signed in, or a form")
	}
	s, _, _ := d.Session(a.Token)
	if s.Person != ada || s.Kind != learning.Picture || !s.Shared {
		t.Errorf("came back as %+v", s)
	}
	// Torn anywhere, the file opens, with what was whole.
	for n := range len(b) {
		if err := os.WriteFile(d.path, b[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		d.start(t)
		if got, want := d.in(a.Token), n >= headLen+recordLen; got != want {
			t.Fatalf("cut at %d: signed in %v, want %v", n, got, want)
		}
		_ = d.Close()
	}
	if err := os.WriteFile(d.path, []byte("LLSESS9\nnewer"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Path: d.path}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a newer file: %v", err)
	}
	if b, _ := os.ReadFile(d.path); string(b) != "LLSESS9\nnewer" {
		t.Error("a newer file was harmed")
	}
}

func TestYesterdaysSessionsEndWhereBothDatesAreBelieved(t *testing.T) {
	d := newDesk(t)
	d.believed = true
	a, _ := d.SignInAs(d.add("Ada", learning.Learner), learning.PIN, true)
	d.date = d.date.Add(time.Hour)
	d.start(t)
	if !d.in(a.Token) {
		t.Error("signed out after an hour's power cut")
	}
	d.date, d.believed = d.date.Add(100*time.Hour), false
	d.start(t)
	if !d.in(a.Token) {
		t.Error("signed out by a clock that is not believed")
	}
	d.start(t)
	d.believed = true
	d.date = d.date.Add(100 * time.Hour)
	d.start(t) // the last run did not know its date, so nothing is proven
	if !d.in(a.Token) {
		t.Error("signed out though the last run's date is not known")
	}
	d.date = d.date.Add(100 * time.Hour)
	d.start(t)
	if d.in(a.Token) {
		t.Error("signed in four days later")
	}
}

func TestFormTokensBelongToOneSession(t *testing.T) {
	d := newDesk(t)
	a, b := NewPhone(), NewPhone()
	if !d.Check(a, d.Token(a)) || d.Check(a, d.Token(b)) || d.Check("", d.Token("")) || d.Check(a, "") {
		t.Error("form tokens are taken for each other")
	}
	other := newDesk(t)
	if other.Check(a, d.Token(a)) {
		t.Error("another box's form token passes")
	}
}

func TestTheFileStaysSmall(t *testing.T) {
	d := newDesk(t)
	p := d.add("Ada", learning.Learner)
	for range 400 {
		s, err := d.SignInAs(p, learning.PIN, false)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.SignOut(s.Token); err != nil {
			t.Fatal(err)
		}
	}
	if fi, err := os.Stat(d.path); err != nil || fi.Size() > 300*recordLen {
		t.Errorf("%d bytes after 400 sign-ins: %v", fi.Size(), err)
	}
}

func TestAFullQueueGivesUpWithItsContext(t *testing.T) {
	d := newDesk(t)
	for range cap(d.hasher) {
		d.hasher <- struct{}{}
	}
	c, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := d.Verifier(c, learning.PIN, "1234"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
