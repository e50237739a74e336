package store

import (
	"bytes"
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lamplight/server/learning"
	"lamplight/sync/segment"
)

// oneRecord folds all that happened as if each person had had one record all along.
func oneRecord(t testing.TB, l *memLog) *memLog {
	roots := readAliases(l.kv, tagOf(testSchool))
	out := newMemLog(t, "oracle")
	var all []segment.Event
	for _, events := range l.streams {
		all = append(all, events...)
	}
	slices.SortFunc(all, func(a, b segment.Event) int {
		x, y := learning.OrderOf(&a), learning.OrderOf(&b)
		return x.Compare(y)
	})
	for _, e := range all {
		if edit, err := learning.ParseEdit(&e); err == nil && e.Kind == learning.KindPerson && slices.ContainsFunc(edit.Values, func(v learning.Value) bool { return v.Field == learning.PersonAlias }) {
			continue
		}
		switch e.Kind {
		case learning.KindAttempt, learning.KindView, learning.KindAnswer, learning.KindRetract:
			e.Fields = slices.Clone(e.Fields)
			id := hexID[learning.PersonID](e.Fields[0].Data)
			if r := roots.root[id]; r != "" {
				raw, _ := learning.Raw(r)
				e.Fields[0].Data = raw[:]
			}
		}
		if err := out.store.Apply(out.kv, &e); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// sameFolds compares what is known of a learner, byte for byte.
func sameFolds(t *rapid.T, l, oracle *memLog, root learning.PersonID) {
	got, want := l.store.viewer(l.kv, box), oracle.store.viewer(oracle.kv, box)
	key := learnerOf(testSchool, root)
	if g, w := got.kv.Get(totalBucket, key[:]), want.kv.Get(totalBucket, key[:]); !bytes.Equal(g, w) {
		t.Fatalf("the total is\n%+v, of one record\n%+v", readTotal(g), readTotal(w))
	}
	for _, bucket := range []string{touchedBucket, practisedBucket, looseBucket} {
		list := func(kv KV) (out []string) {
			kv.Scan(bucket, key[:], func(k, v []byte) bool { out = append(out, string(k)+string(v)); return true })
			return out
		}
		if g, w := list(got.kv), list(want.kv); !slices.Equal(g, w) {
			t.Fatalf("%s has %d entries, of one record %d", bucket, len(g), len(w))
		}
	}
}

// A learner with several records is, in every fold, the learner they would be had they had one: whatever boxes joined
// and split meanwhile, in whatever order they hear of it.
func TestJoinedRecordsAreOneLearner(t *testing.T) {
	joined, split := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		boxes := []*memLog{newMemLog(t, "A"), newMemLog(t, "B")}
		class := must[learning.ClassID](t)(boxes[0].store.AddClass(ctx, box, "Class", ""))
		people := must[[]learning.PersonID](t)(boxes[0].store.AddPeople(ctx, box, NewPerson{Role: learning.Learner, Name: "Ada", Class: class},
			NewPerson{Role: learning.Learner, Name: "Ada D.", Class: class}, NewPerson{Role: learning.Learner, Name: "Musa"}))
		q := quizOfThree(class)
		q.ID = testQuiz
		writeQuiz(t, boxes[0].store, q)
		boxes[1].receive(boxes[0], 99)
		for range rapid.IntRange(1, 50).Draw(rt, "steps") {
			at := rapid.SampledFrom(boxes).Draw(rt, "box")
			switch rapid.IntRange(0, 7).Draw(rt, "kind") {
			case 0:
				at.receive(rapid.SampledFrom(boxes).Draw(rt, "peer"), rapid.IntRange(1, 20).Draw(rt, "much"))
			case 1:
				err := at.store.Join(ctx, box, rapid.SampledFrom(people).Draw(rt, "keep"), rapid.SampledFrom(people).Draw(rt, "other"))
				if err != nil && !errors.Is(err, fs.ErrInvalid) {
					rt.Fatal(err)
				}
				joined++
			case 2:
				if rapid.IntRange(0, 2).Draw(rt, "split") == 0 {
					if err := at.store.Split(ctx, box, rapid.SampledFrom(people).Draw(rt, "record")); err != nil {
						rt.Fatal(err)
					}
					split++
				}
			default:
				life(rt, at, people, []learning.ClassID{class})
			}
		}
		for range 3 {
			boxes[0].receive(boxes[1], 1000)
			boxes[1].receive(boxes[0], 1000)
		}
		if a, b := boxes[0].kv.hash(boxes[0].store.Buckets()), boxes[1].kv.hash(boxes[1].store.Buckets()); a != b {
			rt.Fatal("two boxes that hold the same events hold other folds")
		}
		roots := readAliases(boxes[0].kv, tagOf(testSchool))
		if roots == nil {
			return
		}
		oracle := oneRecord(t, boxes[0])
		for root := range roots.parts {
			sameFolds(rt, boxes[0], oracle, root)
			sameAnswers(rt, boxes[0], oracle, root)
		}
	})
	if !t.Failed() && (joined == 0 || split == 0) {
		t.Error("no records were joined and split")
	}
}

// sameAnswers compares what pages ask.
func sameAnswers(t *rapid.T, l, oracle *memLog, root learning.PersonID) {
	same := func(what string, got, want any) {
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s is\n%+v, of one record\n%+v", what, got, want)
		}
	}
	ask := func(s *Store) (progress []learning.Progress, detail LearnerDetail, attempts [][]AttemptRecord, practice *learning.Practice, week Week) {
		var errs [4]error
		progress, errs[0] = s.ProgressOf(box, root)
		detail, errs[1] = s.LearnerDetail(box, root)
		practice, errs[2] = s.Practice(box, root)
		week, errs[3] = s.Week(box, root)
		if err := errors.Join(errs[:]...); err != nil {
			t.Fatal(err)
		}
		for _, p := range progress {
			some, err := s.Attempts(box, root, p.Resource, 50)
			if err != nil {
				t.Fatal(err)
			}
			attempts = append(attempts, some)
		}
		return progress, detail, attempts, practice, week
	}
	p1, d1, a1, f1, w1 := ask(l.store)
	p2, d2, a2, f2, w2 := ask(oracle.store)
	d1.Classes, d2.Classes, d1.Person, d2.Person = nil, nil, learning.Person{}, learning.Person{}
	same("the progress", p1, p2)
	same("the detail", d1, d2)
	same("the attempts", a1, a2)
	g1, g2 := *f1, *f2
	g1.Question, g2.Question = nil, nil
	same("the practice", g1, g2)
	same("the week", w1, w2)
}

// On two boxes at once each record is made the other's: one of them stays, the same on both, and a split parts them.
func TestJoinedBothWaysAtOnceOneRecordStays(t *testing.T) {
	v := newVillage(t)
	b := newMemLog(t, "B")
	b.receive(v.memLog, 1000)
	if err := errors.Join(v.store.Join(ctx, box, v.ada, v.musa), b.store.Join(ctx, box, v.musa, v.ada)); err != nil {
		t.Fatal(err)
	}
	v.receive(b, 1000)
	b.receive(v.memLog, 1000)
	stays := min(v.ada, v.musa)
	for _, s := range []*Store{v.store, b.store} {
		_, learners, err := s.ClassRoster(box, v.first)
		if err != nil || len(learners) != 1 || learners[0].ID != stays {
			t.Errorf("the class has %+v, want %s alone; %v", learners, stays, err)
		}
	}
	for _, id := range []learning.PersonID{v.ada, v.musa} {
		if err := v.store.Split(ctx, box, id); err != nil {
			t.Fatal(err)
		}
	}
	if _, learners, _ := v.store.ClassRoster(box, v.first); len(learners) != 2 {
		t.Errorf("after the split the class has %+v", learners)
	}
}

// Who was joined signs in, is found and is taken out as one; a split brings both back as they were.
func TestAJoinedRecordOpensTheOneThatStays(t *testing.T) {
	v := newVillage(t)
	s := v.store
	if err := s.SetSecrets(ctx, box, NewSecret{v.musa, learning.Card, []byte("0123456789abcdef")}, NewSecret{v.ada, learning.PIN, []byte("pin of ada")}); err != nil {
		t.Fatal(err)
	}
	if err := s.Join(ctx, learning.As(v.teacher), v.ada, v.musa); err != nil {
		t.Fatal(err)
	}
	if id, err := s.CardOwner([]byte("0123456789abcdef")); err != nil || id != v.ada {
		t.Errorf("the card of the joined record opens %s, want %s; %v", id, v.ada, err)
	}
	if ids, _ := s.FindLogin("musa"); !slices.Equal(ids, []learning.PersonID{v.ada}) {
		t.Errorf("the name of the joined record finds %v", ids)
	}
	if me, err := s.Who(learning.As(v.musa)); err != nil || me.ID != v.ada || me.Name != "Ada" {
		t.Errorf("a session of the joined record is of %+v, %v", me, err)
	}
	if _, err := s.RecordAttempt(ctx, learning.As(v.musa), v.attempt(v.musa, "m.1", true)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RecordAttempt(ctx, learning.As(v.ada), v.attempt(v.ada, "m.2", false)); err != nil {
		t.Fatal(err)
	}
	sum := must[ClassSummary](t)(s.ClassSummary(learning.As(v.teacher), v.first))
	if len(sum.Learners) != 1 || sum.Learners[0].Attempts != 2 || sum.Learners[0].Right != 1 {
		t.Errorf("the class page has %+v", sum.Learners)
	}
	if err := s.SetSecrets(ctx, box, NewSecret{v.ada, learning.Card, []byte("another card, 16")}); err != nil {
		t.Fatal(err)
	}
	if id, err := s.CardOwner([]byte("0123456789abcdef")); err == nil {
		t.Errorf("the older card still opens %s", id)
	}
	if err := s.Unenrol(ctx, learning.As(v.teacher), v.first, v.ada); err != nil {
		t.Fatal(err)
	}
	if _, learners, _ := s.ClassRoster(box, v.first); len(learners) != 0 {
		t.Errorf("taken out, the class still has %+v", learners)
	}
	if err := s.Split(ctx, box, v.musa); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[learning.PersonID]int{v.ada: 1, v.musa: 1} {
		if d := must[LearnerDetail](t)(s.LearnerDetail(box, id)); d.Attempts != want {
			t.Errorf("%s has %d answers after the split, want %d", d.Person.Name, d.Attempts, want)
		}
	}
}

// Only who may change both may join them, and only learners.
func TestOnlyWhoMayChangeBothJoins(t *testing.T) {
	v := newVillage(t)
	for _, c := range []struct {
		who         learning.Actor
		keep, other learning.PersonID
		want        error
	}{
		{learning.As(v.teacher), v.ada, v.musa, nil},
		{learning.As(v.teacher), v.ada, v.lin, fs.ErrNotExist},
		{learning.As(v.ada), v.ada, v.musa, fs.ErrPermission},
		{learning.As(v.other), v.ada, v.musa, fs.ErrNotExist},
		{box, v.ada, v.teacher, fs.ErrInvalid},
		{box, v.ada, v.ada, fs.ErrInvalid},
		{learning.Actor{}, v.ada, v.lin, fs.ErrNotExist},
	} {
		if err := v.store.Join(ctx, c.who, c.keep, c.other); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%+v: %v, want %v", c, err, c.want)
		}
		_ = v.store.Split(ctx, box, c.other)
	}
}
