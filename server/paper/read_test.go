package paper

import (
	"bytes"
	"flag"
	"testing"
	"time"

	"lamplight/server/paper/papertest"
)

var photos = flag.Int("photos", 50, "how many photos of a class are read")

func gridOf(card int) papertest.Grid { return Grid(card) }

func class(seed uint64, n int) papertest.Scene {
	var cards []int
	for i := range n {
		cards = append(cards, 1+(i*7+int(seed)*13)%Cards)
	}
	return papertest.Class(seed, cards, gridOf)
}

// A tally is how a set of photos was read.
type tally struct {
	cards, read, wrong, doubtful int
	quiet                        bool
}

func (c *tally) count(t *testing.T, seed uint64, photo []byte, want []papertest.Reading) {
	t.Helper()
	p, err := Decode(bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	got := Read(p, nil)
	answers := map[int]Answer{}
	for _, r := range got.Readings {
		answers[r.Card] = r.Answer
	}
	for _, w := range want {
		c.cards++
		a, ok := answers[w.Card]
		switch {
		case !ok && c.quiet:
		case !ok:
			t.Logf("photo %d: card %d of %.0f pixels is not read", seed, w.Card, w.Side)
		case int(a) != w.Answer:
			c.wrong++
			t.Errorf("photo %d: card %d of %.0f pixels is read as %s, it says %s", seed, w.Card, w.Side, a.Letter(), Answer(w.Answer).Letter())
		default:
			c.read++
		}
		delete(answers, w.Card)
	}
	c.wrong += len(answers)
	if len(answers) > 0 {
		t.Errorf("photo %d: nobody holds up %v", seed, answers)
	}
	c.doubtful += len(got.Doubtful)
}

func TestAClassIsReadFromOnePhotoAndNobodyWrongly(t *testing.T) {
	n := *photos
	if testing.Short() {
		n = 4
	}
	var c tally
	var slowest time.Duration
	for seed := uint64(1); seed <= uint64(n); seed++ {
		photo, want := class(seed, 40).Photo()
		start := time.Now()
		c.count(t, seed, photo, want)
		slowest = max(slowest, time.Since(start))
	}
	t.Logf("%d photos: %d of %d cards read (%.2f %%), %d wrong, %d doubtful; slowest %d ms",
		n, c.read, c.cards, 100*float64(c.read)/float64(c.cards), c.wrong, c.doubtful, slowest.Milliseconds())
	if c.read*100 < c.cards*98 || c.wrong > 0 {
		t.Fatal("98 of 100 cards must be read, and none wrongly")
	}
}
