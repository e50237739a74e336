package store

import (
	"math"
	mrand "math/rand/v2"
	"slices"
	"testing"

	"lamplight/server/learning"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// told is what a snapshot tells of who there is, changed by spoil.
func (s *pastSchool) told(t testing.TB, spoil func(records []pastRecord)) (learn, who []byte) {
	t.Helper()
	learn, _, err := s.store.Snapshot(false)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.log.View(func(kv KV) error {
		records := pastRecords(kv, tagOf(s.reg.School().ID()))
		spoil(records)
		c := segment.NewScribe()
		codeRoster(c, records, math.MaxInt)
		who = c.Finish()
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return learn, who
}

// rename gives somebody a name, a class and a PIN, at a box.
func (b *diskBox) rename(t testing.TB, id learning.PersonID, from, to learning.ClassID, name string, pin []byte) {
	t.Helper()
	for _, err := range []error{
		b.store.EditPerson(ctx, box, id, learning.PersonEdit{Name: &name}),
		b.store.Unenrol(ctx, box, from, id),
		b.store.Enrol(ctx, box, learning.Enrolment{Class: to, Person: id, Role: learning.Learner}),
		b.store.SetSecrets(ctx, box, NewSecret{Person: id, Kind: learning.PIN, Verifier: pin}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// isShown fails unless somebody is called so, is in that class alone, and signs in so.
func (b *diskBox) isShown(t testing.TB, when string, id learning.PersonID, in learning.ClassID, name string, pin []byte) {
	t.Helper()
	if p, err := b.store.Person(box, id); err != nil || p.Name != name {
		t.Errorf("%s: the name is %q, %v; want %q", when, p.Name, err, name)
	}
	if got, err := b.store.Secret(id, learning.PIN); err != nil || string(got) != string(pin) {
		t.Errorf("%s: the PIN is another: %v", when, err)
	}
	classes, err := b.store.ClassesOf(box, id)
	var ids []learning.ClassID
	for _, c := range classes {
		ids = append(ids, c.ID)
	}
	if err != nil || !slices.Equal(ids, []learning.ClassID{in}) {
		t.Errorf("%s: in classes %v, %v; want %v", when, ids, err, in)
	}
}

// hearOwn takes what another wrote itself, and nothing else.
func (b *diskBox) hearOwn(t testing.TB, from *diskBox) {
	t.Helper()
	after := from.log.Vector()
	for _, scope := range []segment.Scope{b.reg.School().Roster(), b.reg.School().Learn()} {
		delete(after, from.dev.Stream(scope))
	}
	if err := from.log.Segments(after, func(segment.Scope) bool { return true }, func(raw []byte) error {
		_, err := b.log.Receive(raw)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// A box of the school may tell what it likes; what people change afterwards is seen at once, here and from elsewhere.
func TestAHostileSnapshotHidesNoLaterEdit(t *testing.T) {
	for name, c := range map[string]struct {
		ahead uint64
		spoil func(*pastSchool) func([]pastRecord)
	}{
		"as it is":          {0, func(*pastSchool) func([]pastRecord) { return func([]pastRecord) {} }},
		"claims what comes": {10_000, func(*pastSchool) func([]pastRecord) { return func([]pastRecord) {} }},
		"of a wild time": {0, func(s *pastSchool) func([]pastRecord) {
			return func(records []pastRecord) {
				for i := range records {
					for j := range records[i].writes {
						records[i].writes[j].Lamport = 1 << 60
					}
				}
			}
		}},
		"of events beyond": {500, func(s *pastSchool) func([]pastRecord) {
			return func(records []pastRecord) {
				for i := range records {
					for j := range records[i].writes {
						records[i].writes[j].Dot.Seq += 900_000
					}
				}
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newPastSchool(t, must[*device.School](t)(device.NewSchool("Baobab")), 2, 3)
			b, third := newcomer(t, s), newcomer(t, s)
			for _, x := range [][2]*diskBox{{b, third}, {third, b}} {
				if err := x[0].reg.Add(*x[1].reg.Own()); err != nil {
					t.Fatal(err)
				}
			}
			meet(t, third, s.diskBox, mrand.New(mrand.NewPCG(2, 2)), 0)
			learn, who := s.told(t, c.spoil(s))
			at := s.log.Vector()
			for _, d := range []*diskBox{s.diskBox, b, third} {
				for _, scope := range []segment.Scope{s.reg.School().Roster(), s.reg.School().Learn()} {
					stream := d.dev.Stream(scope)
					at[stream] += c.ahead
				}
			}
			if err := b.store.ShowPast(s.reg.School().ID(), learn, who, at); err != nil {
				t.Fatal(err)
			}
			here, there := s.people[1], s.people[2]
			pin, other := verifier(), verifier()
			if name == "of events beyond" {
				if p, err := b.store.Person(box, here); err == nil && p.Name != "" {
					t.Fatalf("it tells of %q", p.Name)
				}
				return
			}
			b.rename(t, here, s.classes[0], s.classes[1], "Renamed here", pin)
			b.isShown(t, "here", here, s.classes[1], "Renamed here", pin)
			third.rename(t, there, s.classes[0], s.classes[1], "Renamed elsewhere", other)
			b.hearOwn(t, third)
			b.isShown(t, "from elsewhere", there, s.classes[1], "Renamed elsewhere", other)
		})
	}
}
