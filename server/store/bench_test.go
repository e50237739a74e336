package store

import (
	"fmt"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/device"
)

// benchClass is a class of 40 on the log on disk, each with 30 answers in 6 exercises.
func benchClass(b *testing.B) (s *Store, class learning.ClassID, ids []learning.PersonID) {
	d := newDiskBox(b, must[*device.School](b)(device.NewSchool("Baobab")))
	class = must[learning.ClassID](b)(d.store.AddClass(ctx, box, "Primary 1", ""))
	var people []NewPerson
	for i := range 40 {
		people = append(people, NewPerson{Role: learning.Learner, Name: fmt.Sprint("Learner ", i), Class: class})
	}
	ids = must[[]learning.PersonID](b)(d.store.AddPeople(ctx, box, people...))
	var attempts []learning.Attempt
	for i := range 30 {
		for _, id := range ids {
			attempts = append(attempts, learning.Attempt{
				ID: learning.NewAttemptID(), Learner: id, Resource: content.NewResourceID("c", fmt.Sprint(i%6)), Item: "i", Seed: uint64(i), Type: content.Choice, Given: "a",
				Criterion: content.Criterion{Type: "m_of_n", M: 4, N: 5}, Correct: i%3 > 0,
			})
		}
	}
	if err := d.store.RecordBatch(ctx, box, attempts, nil); err != nil {
		b.Fatal(err)
	}
	return d.store, class, ids
}

// Who is asked for every page.
func BenchmarkWho(b *testing.B) {
	s, _, ids := benchClass(b)
	for b.Loop() {
		if _, err := s.Who(learning.As(ids[0])); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProgressOf(b *testing.B) {
	s, _, ids := benchClass(b)
	for b.Loop() {
		if p, err := s.ProgressOf(learning.As(ids[0]), ids[0]); err != nil || len(p) != 6 {
			b.Fatal(err, len(p))
		}
	}
}

func BenchmarkClassSummary(b *testing.B) {
	s, class, _ := benchClass(b)
	for b.Loop() {
		if _, err := s.ClassSummary(box, class); err != nil {
			b.Fatal(err)
		}
	}
}
