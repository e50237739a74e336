package paper

import "testing"

// How far away a card may be: measured, not judged, but for wrong answers.
func TestHowSmallACardMayBe(t *testing.T) {
	if testing.Short() {
		t.Skip("a minute of photos: not with -short")
	}
	for _, side := range []float64{12, 15, 18, 30} {
		var c tally
		for seed := uint64(100); seed < 104; seed++ {
			s := class(seed, 40)
			s.Least, s.Most = side, side
			photo, want := s.Photo()
			c.quiet = true
			c.count(t, seed, photo, want)
		}
		t.Logf("grids of %.0f pixels: %d of %d read (%.1f %%), %d wrong", side, c.read, c.cards, 100*float64(c.read)/float64(c.cards), c.wrong)
		if c.wrong > 0 || side >= 30 && c.read*100 < c.cards*98 {
			t.Errorf("of grids of %.0f pixels %d of %d are read, %d wrongly", side, c.read, c.cards, c.wrong)
		}
	}
}
