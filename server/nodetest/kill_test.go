package nodetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A pending answer was sent, and the node died before it said anything: it may be kept or not. Its phone sends it again.
type pending struct {
	exercise string
	form     url.Values
}

// A pupil is a learner with a phone, who remembers what the node promised.
type pupil struct {
	*phone
	before int                // answers that the demo made up
	kept   map[string]bool    // attempt ids the node has acknowledged
	doubt  map[string]pending // by attempt id
	number int                // of attempts the phone numbered itself, starting high
	unread int                // forms filled in so that the node asks again
	fault  error              // an error page where an answer belongs
}

// A killing is a school under load whose node is killed again and again.
type killing struct {
	t         *testing.T
	data      string
	node      *child
	rng       *rand.Rand
	pupils    []*pupil
	admin     *phone
	exercises []string

	answers   atomic.Int64 // acknowledged
	doubts    int          // answers whose fate the kill hid
	held      int          // of those, how many had been kept
	signedOut atomic.Int64
	people    []string // names acknowledged
	maybe     []string // names sent without an answer
}

func TestEveryAcknowledgedAnswerSurvivesKilling(t *testing.T) {
	kills := 20
	switch {
	case soak():
		kills = 200
	case testing.Short():
		kills = 2
	}
	k := newKilling(t, 40)
	start := time.Now()
	for i := range kills {
		k.start()
		k.settle()
		if i%10 == 4 { // long enough for records.db to be committed under way
			k.load(1000 + k.rng.IntN(1000))
		} else {
			k.load(1 + k.rng.IntN(250))
		}
		if k.rng.IntN(4) == 0 {
			k.killAtStart()
		}
		k.prove()
	}
	k.start()
	k.settle()
	k.node.kill()
	took := time.Since(start)
	k.rebuild()
	unread := 0
	for _, p := range k.pupils {
		unread += p.unread
	}
	t.Logf("%d kills, %d answers acknowledged, 0 lost; %d answers cut off (%d of them kept), %d asked again, %d people added, %d signed out; %v",
		kills, k.answers.Load(), k.doubts, k.held, unread, len(k.people), k.signedOut.Load(), took.Round(time.Second))
	if k.signedOut.Load() > 0 {
		t.Errorf("%d times a learner was signed out by a kill", k.signedOut.Load())
	}
}

func newKilling(t *testing.T, learners int) *killing {
	return newKillingAt(t, filepath.Join(t.TempDir(), "data"), learners)
}

func newKillingAt(t *testing.T, data string, learners int) *killing {
	k := &killing{t: t, data: data}
	n := seed(t)
	k.rng = rand.New(rand.NewPCG(n, 2))
	var made struct {
		People []struct{ Name, Role, PIN, Password string }
	}
	ask(t, k.data, &made, "demo", "--learners", fmt.Sprint(learners), "--days", "2")
	for i, p := range made.People {
		switch p.Role {
		case "administrator":
			k.admin = newPhone(p.Name, p.Password, "", n)
		case "learner":
			k.pupils = append(k.pupils, &pupil{phone: newPhone(p.Name, p.PIN, "", n+uint64(i)), kept: map[string]bool{}, doubt: map[string]pending{}, number: 1 << 20})
		}
	}
	k.start()
	defer k.node.kill()
	k.each(func(p *pupil) error {
		if err := p.signIn(); err != nil {
			return err
		}
		var err error
		p.before, err = p.attempts()
		return err
	})
	if err := k.admin.signIn(); err != nil {
		t.Fatal(err)
	}
	var err error
	if k.exercises, err = exercisesOf(k.admin); err != nil || len(k.exercises) < 20 {
		t.Fatalf("found %d exercises by following links: %v", len(k.exercises), err)
	}
	return k
}

func (k *killing) start() {
	k.node = serveChild(k.t, k.data, free()...)
	k.admin.move(k.node.HTTP)
	for _, p := range k.pupils {
		p.move(k.node.HTTP)
	}
}

// each does something for every pupil at once and fails the test when it cannot.
func (k *killing) each(do func(p *pupil) error) {
	k.t.Helper()
	var all sync.WaitGroup
	for _, p := range k.pupils {
		all.Go(func() {
			if err := do(p); err != nil {
				k.t.Errorf("%s: %v", p.name, err)
			}
		})
	}
	all.Wait()
	if k.t.Failed() {
		k.t.Fatalf("the node said:\n%s", k.node.errs)
	}
}

func (p *pupil) attempts() (int, error) {
	body, err := p.get("/api/progress")
	var v struct{ Attempts int }
	if err == nil {
		err = json.Unmarshal([]byte(body), &v)
	}
	return v.Attempts, err
}

// settle checks that nothing promised is missing, sends again what was cut off, and checks that all of it counts once.
func (k *killing) settle() {
	k.t.Helper()
	var mu sync.Mutex
	k.each(func(p *pupil) error {
		n, err := p.attempts()
		if err != nil && strings.Contains(err.Error(), "401") {
			k.signedOut.Add(1)
			if err = p.signIn(); err == nil {
				n, err = p.attempts()
			}
		}
		if err != nil {
			return err
		}
		least := p.before + len(p.kept)
		if n < least || n > least+len(p.doubt) {
			return fmt.Errorf("%d answers count; %d are acknowledged and %d in doubt", n, least, len(p.doubt))
		}
		mu.Lock()
		k.doubts += len(p.doubt)
		k.held += n - least
		mu.Unlock()
		for id, a := range p.doubt {
			err := p.answer(a.exercise, a.form)
			if err == nil {
				p.kept[id] = true
			} else if !errors.Is(err, errUnread) {
				return fmt.Errorf("sent again after the kill: %w", err)
			}
		}
		clear(p.doubt)
		if n, err = p.attempts(); err != nil || n != p.before+len(p.kept) {
			return fmt.Errorf("after all were sent again %d answers count, want %d (%v)", n, p.before+len(p.kept), err)
		}
		return nil
	})
}

// load lets everybody answer and the administrator add people until so many answers are acknowledged; then it kills.
func (k *killing) load(until int) {
	k.t.Helper()
	enough := make(chan struct{})
	var once sync.Once
	var here atomic.Int64
	var stop atomic.Bool
	acked := func() {
		k.answers.Add(1)
		if here.Add(1) >= int64(until) {
			once.Do(func() { close(enough) })
		}
	}
	var all sync.WaitGroup
	for _, p := range k.pupils {
		all.Go(func() {
			for !stop.Load() && p.practise(k.exercises, acked) {
			}
		})
	}
	all.Go(func() {
		for !stop.Load() && k.addPerson() {
		}
	})
	select {
	case <-enough:
	case <-time.After(20 * time.Second): // a slow machine
		if here.Load() == 0 {
			k.t.Error("in 20 s no answer was taken")
		}
	}
	time.Sleep(time.Duration(k.rng.IntN(8000)) * time.Microsecond) // the moment is the point
	stop.Store(true)
	k.node.kill()
	all.Wait()
	for _, p := range k.pupils {
		if p.fault != nil {
			k.t.Errorf("%s: %v", p.name, p.fault)
		}
	}
	if k.t.Failed() {
		k.t.Fatalf("the node said:\n%s", k.node.errs)
	}
}

// practise answers one question, one in six twice at once as an impatient finger does. False when the node is gone.
func (p *pupil) practise(exercises []string, acked func()) bool {
	exercise := exercises[p.rng.IntN(len(exercises))]
	form, err := p.question(exercise)
	if err != nil {
		return p.isGone(err)
	}
	id := form.Get("attempt")
	if p.kept[id] {
		return true
	}
	p.doubt[id] = pending{exercise, form}
	posts := 1
	if p.rng.IntN(6) == 0 {
		posts = 2
	}
	results := make(chan error, posts)
	for range posts {
		go func() { results <- p.answer(exercise, form) }() // waited for below
	}
	for range posts {
		err = <-results
		switch {
		case err == nil && !p.kept[id]:
			delete(p.doubt, id)
			p.kept[id] = true
			acked()
		case errors.Is(err, errUnread):
			delete(p.doubt, id)
			p.unread++
			return true
		case err != nil:
			p.isGone(err)
		}
	}
	return p.kept[id]
}

// isGone is false, as there is nobody to answer to; an answer that is an error page is a fault and noted.
func (p *pupil) isGone(err error) bool {
	var status *statusError
	if errors.As(err, &status) {
		p.fault = err
	}
	return false
}

var tokenField = regexp.MustCompile(`name="token" value="([^"]+)"`)

// addPerson adds a learner to the roster. False when the node is gone.
func (k *killing) addPerson() bool {
	page, err := k.admin.get("/admin/people?q=nobody")
	m := tokenField.FindStringSubmatch(page)
	if err != nil || m == nil {
		return false
	}
	name := fmt.Sprintf("New Learner %d", len(k.people)+len(k.maybe))
	status, _, err := k.admin.do(http.MethodPost, "/admin/people", url.Values{
		"token": {m[1]}, "do": {"add"}, "name": {name}, "role": {"learner"}, "way": {"pin"}, "secret": {"2580"},
	})
	if err != nil || status != http.StatusOK {
		k.maybe = append(k.maybe, name)
		return false
	}
	k.people = append(k.people, name)
	return true
}

// killAtStart starts the node and kills it before or just after it listens, while it replays what the last kill left.
func (k *killing) killAtStart() {
	k.t.Helper()
	cmd := exec.Command(lamplight(k.t), append([]string{"--data", k.data, "serve"}, free()...)...)
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	time.Sleep(time.Duration(k.rng.IntN(120_000)) * time.Microsecond)
	cmd.Process.Kill()
	cmd.Wait()
}

// prove checks the record and the roster while no node runs.
func (k *killing) prove() proof {
	k.t.Helper()
	p := checked(k.t, k.data)
	var list struct{ People []struct{ Name string } }
	ask(k.t, k.data, &list, "user", "list")
	found := map[string]int{}
	for _, x := range list.People {
		found[x.Name]++
	}
	for _, name := range k.people {
		if found[name] != 1 {
			k.t.Fatalf("%s was added and is on the roster %d times", name, found[name])
		}
	}
	for _, name := range k.maybe {
		if found[name] > 1 {
			k.t.Fatalf("%s was added once and is on the roster %d times", name, found[name])
		}
	}
	return p
}

// rebuild deletes records.db: the journal gives the same state, and every count is as it was.
func (k *killing) rebuild() {
	k.t.Helper()
	before := k.prove()
	if err := os.Remove(filepath.Join(k.data, "records.db")); err != nil {
		k.t.Fatal(err)
	}
	if after := k.prove(); after.State != before.State || after.Events != before.Events {
		k.t.Errorf("without records.db: state %s of %d events; with it %s of %d", after.State, after.Events, before.State, before.Events)
	}
	k.start()
	k.settle()
	k.node.stop()
}

var (
	courseLink   = regexp.MustCompile(`href="(/course/[^"]+)"`)
	exerciseLink = regexp.MustCompile(`href="/exercise/([^"?]+)"`)
)

// exercisesOf follows links from the library, as a learner would, and gives the ids of the exercises.
func exercisesOf(p *phone) ([]string, error) {
	seen := map[string]bool{}
	found := map[string]bool{}
	todo := []string{"/library"}
	for len(todo) > 0 {
		page, err := p.get(todo[0])
		if err != nil {
			return nil, err
		}
		todo = todo[1:]
		for _, m := range exerciseLink.FindAllStringSubmatch(page, -1) {
			found[m[1]] = true
		}
		for _, m := range courseLink.FindAllStringSubmatch(page, -1) {
			if at := unescape(m[1]); !seen[at] {
				seen[at] = true
				todo = append(todo, at)
			}
		}
	}
	var out []string
	for id := range found {
		out = append(out, id)
	}
	slices.Sort(out)
	return out, nil
}
