package store

import (
	"fmt"
	"slices"
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

// Practice after each answer, of a learner with 2,000 of them in 60 exercises.
func BenchmarkPracticeAfterAnAnswer(b *testing.B) {
	d := newDiskBox(b, must[*device.School](b)(device.NewSchool("Baobab")))
	id := must[[]learning.PersonID](b)(d.store.AddPeople(ctx, box, NewPerson{Role: learning.Learner, Name: "Ada"}))[0]
	answer := func(i int) learning.Attempt {
		return learning.Attempt{
			ID: learning.NewAttemptID(), Learner: id, Resource: content.NewResourceID("c", fmt.Sprint(i/33%60)), Item: content.ItemID(fmt.Sprint("i", i%10)), Seed: uint64(i + 1), Type: content.Choice, Given: "a",
			Criterion: content.Criterion{Type: "m_of_n", M: 4, N: 5}, Correct: i%4 > 0, Skill: fmt.Sprint("skill", i/33%60), Rating: 1000,
		}
	}
	var attempts []learning.Attempt
	for i := range 2000 {
		attempts = append(attempts, answer(i))
	}
	for part := range slices.Chunk(attempts, 500) {
		if err := d.store.RecordBatch(ctx, box, part, nil); err != nil {
			b.Fatal(err)
		}
	}
	n := 2000
	for b.Loop() {
		b.StopTimer()
		n++
		if err := d.store.RecordBatch(ctx, box, []learning.Attempt{answer(n)}, nil); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if _, err := d.store.Practice(learning.As(id), id); err != nil {
			b.Fatal(err)
		}
	}
}

// What is read and checked for an answer to a quiz of 30 questions, all but one answered, besides writing it.
func BenchmarkCheckAnAnswerToAQuiz(b *testing.B) {
	s, class, ids := benchClass(b)
	q := learning.Quiz{Class: class, Title: "Long", State: learning.QuizOpen, Sections: []learning.QuizSection{{}}}
	for i := range 30 {
		q.Sections[0].Questions = append(q.Sections[0].Questions, learning.QuizQuestion{
			Key: fmt.Sprint("q", i), Course: content.NewCourseID("x", "y"), Resource: content.NewResourceID("c", fmt.Sprint(i%6)), Item: "i", Seed: 1,
		})
	}
	id := must[learning.QuizID](b)(s.SaveQuiz(ctx, box, q))
	must[learning.AssignmentID](b)(s.Assign(ctx, box, learning.Assignment{Quiz: id, Class: class}))
	who := learning.As(ids[0])
	at := learning.Attempt{Learner: ids[0], Quiz: id, Resource: id.Resource(), Try: 1, Type: content.Choice, Given: "a"}
	for i := range 29 {
		at.ID, at.Item = learning.NewAttemptID(), content.ItemID(fmt.Sprint("q", i))
		must[Answered](b)(s.AnswerQuiz(ctx, who, at))
	}
	for b.Loop() {
		at.ID, at.Item, at.Seed = learning.NewAttemptID(), "q29", 0
		err := s.view(who, func(v viewer) error {
			_, err := v.mayAnswer(&at)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
