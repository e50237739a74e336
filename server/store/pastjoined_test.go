package store

import (
	mrand "math/rand/v2"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/device"
)

// What a learner did under two records is shown of one, by the snapshot as by the events.
func TestASnapshotShowsWhatWasDoneUnderBothRecordsOfALearner(t *testing.T) {
	s := newPastSchool(t, must[*device.School](t)(device.NewSchool("Baobab")), 1, 6)
	keep, other := s.people[0], s.people[3] // the other is behind
	one, two := attemptsOf(t, s.store, keep), attemptsOf(t, s.store, other)
	for when, join := range map[string]bool{"joined before it was made": true, "joined here": false} {
		b := newcomer(t, s)
		if join {
			if err := s.store.Join(ctx, box, keep, other); err != nil {
				t.Fatal(err)
			}
		}
		learn, who, err := s.store.Snapshot(true)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.store.ShowPast(s.reg.School().ID(), learn, who, s.log.Vector()); err != nil {
			t.Fatal(err)
		}
		if !join {
			if err := b.store.Join(ctx, box, keep, other); err != nil {
				t.Fatal(err)
			}
		}
		if got := attemptsOf(t, b.store, keep); got != one+two {
			t.Errorf("%s: %d answers, want %d and %d", when, got, one, two)
		}
		b.answerOne(t, other, s.rs[0])
		if got := attemptsOf(t, b.store, keep); got != one+two+1 {
			t.Errorf("%s, and one answer more: %d answers, want %d", when, got, one+two+1)
		}
		if join {
			meet(t, b, s.diskBox, mrand.New(mrand.NewPCG(1, 1)), 0)
			if got := attemptsOf(t, b.store, keep); got != one+two+1 {
				t.Errorf("%s, with the events: %d answers, want %d", when, got, one+two+1)
			}
			b.store.ForgetPast()
			if got := attemptsOf(t, b.store, keep); got != one+two+1 {
				t.Errorf("%s, without the snapshot: %d answers, want %d", when, got, one+two+1)
			}
			if err := s.store.Split(ctx, box, other); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func (b *diskBox) answerOne(t testing.TB, id learning.PersonID, r content.ResourceID) {
	t.Helper()
	if err := b.store.RecordBatch(ctx, box, []learning.Attempt{{
		ID: learning.NewAttemptID(), Learner: id, Resource: r, Item: "here", Seed: 99, Type: content.Choice, Given: "1", Criterion: criterion, Correct: true, By: id,
	}}, nil); err != nil {
		t.Fatal(err)
	}
}
