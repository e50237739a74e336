package learning

import (
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"
	"testing"

	"lamplight/content"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// What the columns of skill, rating and flags add to an attempt on the card and on the wire: a class of 40 at one of
// 30 exercises each, ten items an exercise, every item with a rating, one exercise in three with skills of its items' own.
func TestWhatSkillAndRatingCostAnAttempt(t *testing.T) {
	cost := func(rated bool) float64 {
		r := rand.New(rand.NewPCG(1, 2))
		key := ed25519.NewKeyFromSeed(make([]byte, 32))
		sign := func(b []byte) []byte { return ed25519.Sign(key, b) }
		const n, size = 10000, 200
		var past segment.Past
		at := segment.Place{Stream: clock.Stream{1}, Epoch: 1, Scope: "school/0123456789abcdef/learn", First: 1}
		at.Before = segment.StartOf(at.Stream)
		var people []PersonID
		for i := range 40 {
			people = append(people, PersonID(fmt.Sprintf("%032x", i+1)))
		}
		total := 0
		for first := 0; first < n; first += size {
			var events []*segment.Event
			for i := range size {
				a := classAttempt(r, people, first+i, rated)
				e := event(a.Drafts("0123456789abcdef")[0])
				e.Lamport, e.Stamp = uint64(first+i+1), clock.Stamp{MS: int64(first+i) * 3000}
				events = append(events, e)
			}
			if past.Next() != 0 && at.First-past.Begin() >= 2000 {
				past = segment.Past{}
			}
			raw, after, err := segment.Encode(at, events, &past, sign)
			if err != nil {
				t.Fatal(err)
			}
			total += len(raw)
			at.First, at.Before = at.First+size, after
		}
		return float64(total) / n
	}
	plain, rated := cost(false), cost(true)
	t.Logf("%.2f bytes an attempt; %.2f with skill, rating and guesses", plain, rated)
	if rated-plain > 2.5 {
		t.Errorf("skill and rating cost %.2f bytes an attempt, want at most 2.5", rated-plain)
	}
}

func classAttempt(r *rand.Rand, people []PersonID, i int, rated bool) Attempt {
	who := i % len(people)
	exercise, item := (who/8+i/400)%30, r.IntN(10)
	a := Attempt{
		ID: AttemptID(fmt.Sprintf("abcdefghijklm.%d", i+1)), Learner: people[who], Course: content.NewCourseID("a", "b"),
		Resource: content.NewResourceID("c", fmt.Sprint(exercise)), Item: content.ItemID(fmt.Sprint("item-", item)), Type: content.Choice,
		Criterion: content.Criterion{Type: "m_of_n", M: 4, N: 5}, Seed: 1 + r.Uint64N(4096), Given: string(rune('a' + r.IntN(4))), Tenths: 15 + r.Uint64N(300),
	}
	if r.IntN(4) > 0 {
		a.Correct, a.Score = true, content.FullScore
	}
	if rated {
		a.Skill, a.Rating, a.Fast = fmt.Sprint("skill-", exercise), 800+(exercise*37+item*53)%500, a.Tenths < 20
		if exercise%3 == 0 {
			a.Skill = fmt.Sprintf("skill-%d-%d", exercise, item)
		}
	}
	return a
}
