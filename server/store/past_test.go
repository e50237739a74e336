package store

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"math"
	mrand "math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// A pastSchool is a school on disk whose learners, in classes of 27, worked at many exercises.
type pastSchool struct {
	*diskBox
	classes []learning.ClassID
	people  []learning.PersonID
	rs      []content.ResourceID
}

var criterion = content.Criterion{Type: "m_of_n", M: 4, N: 5}

// newPastSchool has each learner practise each of so many exercises until it is mastered or ten answers are given; classes go
// through them in order, and one in four learners is up to a third behind.
func newPastSchool(t testing.TB, school *device.School, classes, exercises int) *pastSchool {
	s := &pastSchool{diskBox: newDiskBox(t, school)}
	r := mrand.New(mrand.NewPCG(3, 4))
	first, last := []string{"Amina", "Juma", "Neema", "Baraka", "Zawadi", "Rehema", "Omari", "Salome", "Daudi", "Upendo", "Godfrey", "Happiness", "Elia"}, []string{"Mushi", "Kileo", "Massawe", "Lyimo", "Mrema", "Swai", "Temu", "Moshi", "Urassa", "Shayo", "Ngowi"}
	for c := range classes {
		class := must[learning.ClassID](t)(s.store.AddClass(ctx, box, fmt.Sprintf("Standard %d %c", c/2+1, 'A'+c%2), ""))
		s.classes = append(s.classes, class)
		var people []NewPerson
		for i := range 27 {
			name := first[r.IntN(len(first))] + " " + last[r.IntN(len(last))]
			people = append(people, NewPerson{Role: learning.Learner, Name: name, Login: fmt.Sprintf("%c%d%02d", name[0]|32, c, i), Class: class})
		}
		s.people = append(s.people, must[[]learning.PersonID](t)(s.store.AddPeople(ctx, box, people...))...)
	}
	var secrets []NewSecret
	for _, id := range s.people {
		secrets = append(secrets, NewSecret{Person: id, Kind: learning.PIN, Verifier: verifier()})
	}
	if err := s.store.SetSecrets(ctx, box, secrets...); err != nil {
		t.Fatal(err)
	}
	for i := range exercises {
		s.rs = append(s.rs, content.NewResourceID("course", fmt.Sprint(i)))
	}
	for c := range classes {
		s.practise(t, r, s.people[c*27:(c+1)*27])
	}
	return s
}

// verifier is of the shape that auth makes.
func verifier() []byte {
	salt, key := make([]byte, 16), make([]byte, 32)
	rand.Read(salt)
	rand.Read(key)
	b64 := base64.RawStdEncoding
	return []byte("$argon2id$v=19$m=7168,t=5,p=1$" + b64.EncodeToString(salt) + "$" + b64.EncodeToString(key))
}

func (s *pastSchool) practise(t testing.TB, r *mrand.Rand, learners []learning.PersonID) {
	for n, resource := range s.rs {
		var batch []learning.Attempt
		for i, id := range learners {
			if i%4 == 3 && n > len(s.rs)*(2+i%5)/6 {
				continue
			}
			skill := 0.55 + 0.4*r.Float64()
			for right, k := 0, 0; right < 4 && k < 10; k++ {
				ok := r.Float64() < skill
				right += int(boolBit(ok))
				batch = append(batch, learning.Attempt{
					ID: learning.NewAttemptID(), Learner: id, Resource: resource, Course: "0123456789abcdef0123456789abcdef", Item: content.ItemID(fmt.Sprint("i", k%7)), Seed: uint64(k),
					Type: content.Choice, Given: fmt.Sprint(r.IntN(4)), Criterion: criterion, Correct: ok, By: id,
					Tenths: uint64(min(3000, 120*math.Exp(0.6*r.NormFloat64()))),
				})
				s.clock.At.MS += 1700
			}
		}
		if err := s.store.RecordBatch(ctx, box, batch, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// shown is what pages ask of a school: class lists, sign-in, progress.
func (s *pastSchool) shown(t testing.TB, st *Store) (out []string) {
	for _, c := range s.classes {
		sum := must[ClassSummary](t)(st.ClassSummary(box, c))
		for _, l := range sum.Learners {
			out = append(out, fmt.Sprint(sum.Class.Name, " ", l.Person.Name, " ", l.Attempts, l.Right, l.Started, l.Finished, l.Mastered, l.NeedsHelp, l.Last != nil))
		}
	}
	for _, id := range s.people[:5] {
		out = append(out, fmt.Sprint(must[[]byte](t)(st.Secret(id, learning.PIN))))
		p := must[learning.Person](t)(st.Person(box, id))
		out = append(out, fmt.Sprint(must[[]learning.PersonID](t)(st.FindLogin(p.Login))))
		work := must[[]learning.Progress](t)(st.ProgressOf(box, id))
		slices.SortFunc(work, func(a, b learning.Progress) int { return slices.Compare([]byte(a.Resource), []byte(b.Resource)) })
		for _, w := range work {
			out = append(out, fmt.Sprint(w.Resource, w.Course, w.Complete, w.Percent, w.Attempts, w.Right, w.Exercise.Mastered, w.Exercise.Need, w.Exercise.Have, w.Exercise.NeedsHelp))
			if !w.Exercise.Mastered {
				out = append(out, fmt.Sprint(w.Exercise.Dots))
			}
		}
	}
	return out
}

func compareShown(t testing.TB, when string, want, got []string) {
	t.Helper()
	if reflect.DeepEqual(want, got) {
		return
	}
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			t.Fatalf("%s: line %d is %q, want %q", when, i, got[i], want[i])
		}
	}
	t.Fatalf("%s: %d lines, want %d", when, len(got), len(want))
}

func newcomer(t testing.TB, of *pastSchool) *diskBox {
	b := newDiskBox(t, of.reg.School())
	if err := b.reg.Add(*of.reg.Own()); err != nil {
		t.Fatal(err)
	}
	if err := of.reg.Add(*b.reg.Own()); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestANewBoxShowsASnapshotAsTheSchoolIs(t *testing.T) {
	s := newPastSchool(t, must[*device.School](t)(device.NewSchool("Baobab")), 2, 12)
	b := newcomer(t, s)
	learn, who, err := s.store.Snapshot(true)
	if err != nil {
		t.Fatal(err)
	}
	before := b.state()
	if err := b.store.ShowPast(s.reg.School().ID(), learn, who, s.log.Vector()); err != nil {
		t.Fatal(err)
	}
	compareShown(t, "by the snapshot", s.shown(t, s.store), s.shown(t, b.store))
	if b.state() != before {
		t.Error("a snapshot changed what events add up to")
	}
}

func TestASchoolsSnapshotIsSmall(t *testing.T) {
	s := newPastSchool(t, must[*device.School](t)(device.NewSchool("Baobab")), 3, 30)
	learn, who, err := s.store.Snapshot(true)
	if err != nil {
		t.Fatal(err)
	}
	events := 0
	_ = s.log.Segments(nil, func(segment.Scope) bool { return true }, func(b []byte) error { events += len(b); return nil })
	_, n := s.log.State()
	t.Logf("81 learners, 30 exercises: %d bytes of progress, %d of who there is, for %d events of %d bytes", len(learn), len(who), n, events)
	if rows := 81 * 30; len(learn) > 2*rows || len(who) > 81*85 {
		t.Error("more than 2 bytes for each learner and exercise, or more than 85 for who they are and how they sign in")
	}
}

// While a snapshot is shown, events come: some that it stands for, some made here since.
func TestASnapshotGoesOnWithWhatIsDoneHereAndGivesWayToEvents(t *testing.T) {
	s := newPastSchool(t, must[*device.School](t)(device.NewSchool("Baobab")), 2, 9)
	b := newcomer(t, s)
	learn, who, err := s.store.Snapshot(true)
	if err != nil {
		t.Fatal(err)
	}
	at := s.log.Vector()
	var raw [][]byte
	_ = s.log.Segments(nil, func(segment.Scope) bool { return true }, func(seg []byte) error {
		raw = append(raw, slices.Clone(seg))
		return nil
	})
	if err := b.store.ShowPast(s.reg.School().ID(), learn, who, at); err != nil {
		t.Fatal(err)
	}
	b.answerHere(t, s)
	want := map[learning.PersonID]int{}
	for _, id := range s.people {
		want[id] = attemptsOf(t, s.store, id)
	}
	want[s.people[0]] += 3
	check := func(when string) {
		t.Helper()
		for id, n := range want {
			if got := attemptsOf(t, b.store, id); got != n {
				t.Fatalf("%s: %d attempts of a learner, want %d", when, got, n)
			}
		}
		if p, err := b.store.Person(box, s.people[1]); err != nil || p.Name != "Renamed here" {
			t.Fatalf("%s: what was written here is %q, %v", when, p.Name, err)
		}
		if c, err := b.store.ClassesOf(box, s.people[2]); err != nil || len(c) != 0 {
			t.Fatalf("%s: who was taken out of a class here is in %v, %v", when, c, err)
		}
	}
	check("before any event came")
	for i, seg := range raw {
		if _, err := b.log.Receive(seg); err != nil {
			t.Fatal(err)
		}
		if i%7 == 0 {
			check(fmt.Sprintf("after segment %d of %d", i, len(raw)))
		}
	}
	check("with all events")
	shown := s.shown(t, b.store)
	b.store.ForgetPast()
	check("without the snapshot")
	compareShown(t, "without the snapshot", shown, s.shown(t, b.store))
	meet(t, s.diskBox, b, mrand.New(mrand.NewPCG(1, 1)), 0)
	if s.state() != b.state() {
		t.Error("with a snapshot on its way a box came to another state")
	}
}

// answerHere writes at a box that shows a snapshot: three answers, a name, and that somebody left their class.
func (b *diskBox) answerHere(t testing.TB, s *pastSchool) {
	t.Helper()
	var batch []learning.Attempt
	for k := range 3 {
		batch = append(batch, learning.Attempt{
			ID: learning.NewAttemptID(), Learner: s.people[0], Resource: s.rs[0], Item: "here", Seed: uint64(100 + k), Type: content.Choice, Given: "1",
			Criterion: criterion, Correct: true, By: s.people[0],
		})
	}
	name := "Renamed here"
	for _, err := range []error{
		b.store.RecordBatch(ctx, box, batch, nil),
		b.store.EditPerson(ctx, box, s.people[1], learning.PersonEdit{Name: &name}),
		b.store.Unenrol(ctx, box, s.classes[0], s.people[2]),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func attemptsOf(t testing.TB, s *Store, id learning.PersonID) int {
	t.Helper()
	return must[LearnerDetail](t)(s.LearnerDetail(box, id)).Attempts
}

func TestASnapshotOfRubbishIsRefusedOrHarmless(t *testing.T) {
	s := newPastSchool(t, must[*device.School](t)(device.NewSchool("Baobab")), 1, 3)
	b := newcomer(t, s)
	learn, who, _ := s.store.Snapshot(true)
	r := mrand.New(mrand.NewPCG(5, 6))
	for range 300 {
		x, y := slices.Clone(learn), slices.Clone(who)
		for range 1 + r.IntN(3) {
			x[r.IntN(len(x))], y[r.IntN(len(y))] = byte(r.Uint32()), byte(r.Uint32())
		}
		if r.IntN(4) == 0 {
			x, y = x[:r.IntN(len(x))], y[:r.IntN(len(y))]
		}
		if b.store.ShowPast(s.reg.School().ID(), x, y, s.log.Vector()) != nil {
			continue
		}
		_, _ = b.store.People(box, PeopleFilter{})
		_, _ = b.store.OpaqueWork(box)
		for _, c := range s.classes {
			_, _ = b.store.ClassSummary(box, c)
		}
	}
}
