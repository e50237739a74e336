package segment

import (
	"crypto/ed25519"
	"testing"

	"lamplight/sync/clock"
)

var testKey = ed25519.NewKeyFromSeed(make([]byte, 32))

func sign(b []byte) []byte { return ed25519.Sign(testKey, b) }

// rebase is how many events a Past may span in these tests, as in eventlog.
const rebase = 2000

// fill cuts n attempts into segments of size and returns all of them.
func fill(t testing.TB, s *school, n, size int, pages bool) (segments [][]byte) {
	t.Helper()
	var past Past
	at := Place{Stream: clock.Stream{1, 2, 3}, Epoch: 1, Scope: "school/0123456789abcdef/learn", First: 1}
	at.Before = StartOf(at.Stream)
	for done := 0; done < n; done += size {
		var events []*Event
		for range size {
			e := s.next()
			if pages {
				e = s.withPage(e)
			}
			events = append(events, e)
		}
		if past.Next() != 0 && at.First-past.Begin() >= rebase {
			past = Past{}
		}
		raw, after, err := Encode(at, events, &past, sign)
		if err != nil {
			t.Fatal(err)
		}
		segments = append(segments, raw)
		at.First, at.Before = at.First+uint64(size), after
	}
	return segments
}

func TestWhatAnAttemptCosts(t *testing.T) {
	for _, c := range []struct {
		size   int
		target float64
	}{ // the first measurements, without ids, were 20.5, 10.2, 6.9
		{10, 26}, {50, 10.5}, {200, 7.5}, {1000, 6.5}} {
		cost := func(pages bool) float64 {
			n := 0
			segments := fill(t, newSchool(11), 10000, c.size, pages)
			for _, raw := range segments {
				n += len(raw)
			}
			return float64(n) / 10000
		}
		plain, paged := cost(false), cost(true)
		t.Logf("%4d a segment: %5.2f bytes an attempt with signature and header (target %.1f); %5.2f with page id, count and seed",
			c.size, plain, c.target, paged)
		if plain > c.target {
			t.Errorf("%d a segment: %.2f bytes an attempt, want at most %.1f", c.size, plain, c.target)
		}
	}
}
