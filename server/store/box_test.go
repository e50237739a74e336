package store

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/eventlog"
	"lamplight/sync/segment"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A diskBox is a store with the real log in a folder.
type diskBox struct {
	t     testing.TB
	dir   string
	dev   *device.Device
	reg   *device.Registry
	log   *eventlog.Log
	clock clock.Manual
	store *Store
}

func newDiskBox(t testing.TB, school *device.School) *diskBox {
	b := &diskBox{t: t, dir: t.TempDir()}
	b.dev = must[*device.Device](t)(device.Open(filepath.Join(b.dir, "keys")))
	b.reg = must[*device.Registry](t)(device.OpenRegistry(filepath.Join(b.dir, "keys"), b.dev))
	if err := b.reg.SetSchool(school); err != nil {
		t.Fatal(err)
	}
	b.clock.At.Boot = b.dev.Boot()
	b.open()
	t.Cleanup(func() {
		b.check()
		b.close()
	})
	return b
}

func (b *diskBox) open() {
	b.t.Helper()
	b.store = New(Options{School: b.reg.School().ID(), Logger: slog.New(slog.DiscardHandler)})
	b.log = must[*eventlog.Log](b.t)(eventlog.Open(eventlog.Options{
		Dir: filepath.Join(b.dir, "journal"), DB: filepath.Join(b.dir, "records.db"), Device: b.dev, Registry: b.reg,
		Applier: b.store, Logger: slog.New(slog.DiscardHandler), Clock: &b.clock,
	}))
	b.store.UseLog(b.log)
}

func (b *diskBox) close() {
	b.t.Helper()
	if err := b.log.Close(); err != nil {
		b.t.Error(err)
	}
}

// check reads the whole journal and replays it into a fresh file, which must hold the same folds.
func (b *diskBox) check() {
	b.t.Helper()
	r, err := b.log.Check(ctx, false)
	if err != nil || len(r.Problems) > 0 {
		b.t.Errorf("check: %v %v", err, r.Problems)
	}
}

func (b *diskBox) state() string {
	s, _ := b.log.State()
	return s
}

// meet carries what a lacks to it, some segments lost and the rest in any order, as sticks and cuts do.
func meet(t testing.TB, to, from *diskBox, r *rand.Rand, loss float64) {
	t.Helper()
	var raw [][]byte
	err := from.log.Segments(to.log.Vector(), func(segment.Scope) bool { return true }, func(b []byte) error {
		raw = append(raw, b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Shuffle(len(raw), func(i, j int) { raw[i], raw[j] = raw[j], raw[i] })
	for _, b := range raw {
		if r.Float64() < loss {
			continue
		}
		if _, err := to.log.Receive(b); err != nil {
			t.Fatal(err)
		}
	}
}

func schoolOfThree(t testing.TB) []*diskBox {
	school := must[*device.School](t)(device.NewSchool("Baobab"))
	boxes := []*diskBox{newDiskBox(t, school), newDiskBox(t, school), newDiskBox(t, school)}
	for _, a := range boxes {
		for _, b := range boxes {
			if a != b {
				if err := a.reg.Add(*b.reg.Own()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return boxes
}

func TestThreeBoxesOnDiskAgreeHoweverSegmentsTravel(t *testing.T) {
	boxes := schoolOfThree(t)
	seed := uint64(os.Getpid())
	r := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)
	s := boxes[0].store
	if err := s.CreateSchool(ctx, box, learning.SchoolEdit{Name: ptr("Baobab")}); err != nil {
		t.Fatal(err)
	}
	class := must[learning.ClassID](t)(s.AddClass(ctx, box, "Primary 1", ""))
	people := must[[]learning.PersonID](t)(s.AddPeople(ctx, box,
		NewPerson{Role: learning.Learner, Name: "Ada", Class: class}, NewPerson{Role: learning.Learner, Name: "Musa", Class: class}))
	q := quizOfThree(class)
	q.Practice, q.Report = true, true
	quiz := must[learning.QuizID](t)(s.SaveQuiz(ctx, box, q))
	must[learning.AssignmentID](t)(s.Assign(ctx, box, learning.Assignment{Quiz: quiz, Class: class}))
	for _, b := range boxes[1:] {
		meet(t, b, boxes[0], r, 0)
	}
	for range 250 {
		b := boxes[r.IntN(3)]
		b.clock.At.MS += r.Int64N(600_000)
		who := learning.As(people[r.IntN(2)])
		switch r.IntN(12) {
		case 8: // whatever the quiz is at, a refusal is as good as an answer
			_, _ = b.store.BeginQuiz(ctx, who, quiz)
			_, _ = b.store.HandIn(ctx, who, quiz, 1+r.IntN(2))
		case 9, 10, 11:
			right := r.IntN(2) == 0
			_, _ = b.store.AnswerQuiz(ctx, who, learning.Attempt{
				ID: learning.AttemptID(fmt.Sprintf("b%d.%d", r.IntN(2), r.IntN(60))), Quiz: quiz, Try: 1 + r.IntN(2), Item: content.ItemID(fmt.Sprint("q", 1+r.IntN(3))),
				Type: content.Text, Given: "two words", Tenths: 9, Skill: "add", Rating: 1000, Correct: right, Score: content.Score(boolBit(right)) * content.FullScore,
			})
		case 0:
			meet(t, b, boxes[r.IntN(3)], r, 0.3)
		case 1:
			must[learning.Progress](t)(b.store.RecordView(ctx, who, learning.View{Resource: "r", Action: learning.Moved, Percent: r.IntN(9000), Tenths: 5}))
		case 2:
			if err := b.store.EditPerson(ctx, box, who.Person(), learning.PersonEdit{Name: ptr(fmt.Sprint("Name ", r.IntN(3)))}); err != nil {
				t.Fatal(err)
			}
		default:
			typ := []content.ItemType{content.Choice, content.Text}[r.IntN(2)]
			must[Recorded](t)(b.store.RecordAttempt(ctx, who, learning.Attempt{
				ID: learning.AttemptID(fmt.Sprintf("b%d.%d", r.IntN(2), r.IntN(40))), Resource: content.NewResourceID("c", fmt.Sprint(r.IntN(2))),
				Item: content.ItemID(fmt.Sprint("i", r.IntN(3))), Seed: r.Uint64N(5), Type: typ, Given: "x", Criterion: content.Criterion{Type: "m_of_n", M: 3, N: 4}, Correct: r.IntN(2) == 0,
			}))
		}
	}
	for range 3 {
		for _, a := range boxes {
			for _, b := range boxes {
				meet(t, a, b, r, 0)
			}
		}
	}
	want := boxes[0].state()
	for i, b := range boxes {
		if got := b.state(); got != want {
			t.Errorf("box %d holds state %.12s, want %.12s", i, got, want)
		}
	}
	for i, b := range boxes {
		for _, p := range people {
			if got, want := shownTo(t, b.store, p), shownTo(t, boxes[0].store, p); got != want {
				t.Errorf("box %d shows\n%s\nbox 0\n%s", i, got, want)
			}
		}
	}
	if sat := must[learning.Sitting](t)(boxes[0].store.Sitting(box, people[0], quiz)); len(sat.Tries) == 0 {
		t.Error("nobody sat the quiz")
	}
	before := shownTo(t, boxes[0].store, people[0])
	detail := must[LearnerDetail](t)(boxes[0].store.LearnerDetail(box, people[0]))
	b := boxes[0]
	b.close()
	if err := os.Remove(filepath.Join(b.dir, "records.db")); err != nil {
		t.Fatal(err)
	}
	b.open()
	if got := b.state(); got != want {
		t.Errorf("rebuilt from the journal: state %.12s, want %.12s", got, want)
	}
	if got := shownTo(t, b.store, people[0]); got != before {
		t.Errorf("rebuilt from the journal it shows\n%s\nbefore\n%s", got, before)
	}
	if again := must[LearnerDetail](t)(b.store.LearnerDetail(box, people[0])); !reflect.DeepEqual(again.Progress, detail.Progress) || again.Attempts == 0 {
		t.Errorf("progress after the rebuild:\n got %+v\nwant %+v", again.Progress, detail.Progress)
	}
}

// Forty phones answer at once, some twice; each reads back its own.
func TestAClassAnsweringAtOnceLosesNothing(t *testing.T) {
	b := newDiskBox(t, must[*device.School](t)(device.NewSchool("Baobab")))
	class := must[learning.ClassID](t)(b.store.AddClass(ctx, box, "Primary 1", ""))
	var people []NewPerson
	for i := range 40 {
		people = append(people, NewPerson{Role: learning.Learner, Name: fmt.Sprint("Learner ", i), Class: class})
	}
	ids := must[[]learning.PersonID](t)(b.store.AddPeople(ctx, box, people...))
	var wg sync.WaitGroup
	for _, id := range ids {
		for range 2 { // the same phone posts everything twice
			wg.Go(func() {
				for n := range 10 {
					r, err := b.store.RecordAttempt(ctx, learning.As(id), learning.Attempt{
						ID: learning.AttemptID(fmt.Sprint("base.", n)), Resource: "e", Item: "i", Seed: uint64(n), Type: content.Choice, Given: "a",
						Criterion: content.Criterion{Type: "num_correct_in_a_row_10"}, Correct: true, Score: content.FullScore,
					})
					if err != nil || r.Progress.Attempts < n+1 {
						t.Errorf("answer %d: %v %+v", n, err, r)
					}
				}
			})
		}
	}
	wg.Wait()
	for _, l := range must[ClassSummary](t)(b.store.ClassSummary(box, class)).Learners {
		if l.Attempts != 10 || l.Mastered != 1 {
			t.Errorf("%s: %+v", l.Person.Name, l)
		}
	}
	before := b.state()
	b.close()
	b.open()
	if b.state() != before {
		t.Error("opening again gives another state")
	}
}
