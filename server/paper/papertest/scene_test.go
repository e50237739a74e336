package papertest

import (
	"bytes"
	"image/jpeg"
	"os"
	"testing"
)

func ring(int) Grid {
	g := Grid{}
	for y := range 7 {
		g = append(g, make([]bool, 7))
		for x := range 7 {
			g[y][x] = x == 0 || y == 0 || x == 6 || y == 6 || x == 1 && y == 1
		}
	}
	return g
}

func TestTheSameSeedIsTheSamePhotoAndAnotherIsNot(t *testing.T) {
	scene := func(seed uint64) Scene {
		s := Class(seed, []int{1, 2, 3}, ring)
		s.Width, s.Height = 640, 480
		return s
	}
	one, want := scene(1).Photo()
	again, _ := scene(1).Photo()
	other, _ := scene(2).Photo()
	if !bytes.Equal(one, again) || bytes.Equal(one, other) {
		t.Fatal("a photo follows from its seed, and from nothing else")
	}
	if len(want) != 3 {
		t.Fatalf("%d cards are said to be held up, want 3", len(want))
	}
	if file := os.Getenv("LAMPLIGHT_PHOTO"); file != "" { // to look at one
		s := Class(7, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40}, ring)
		b, readings := s.Photo()
		t.Logf("%+v", readings)
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// The side that is up is what a card says, so the generator must turn a card as it says: with answer A the cell beside
// the upper left corner of the grid is the dark one, with B that side is the right one's turn to be up, and so on.
func TestACardStandsOnTheSideOppositeItsAnswer(t *testing.T) {
	seen := map[int]bool{}
	for seed := uint64(1); len(seen) < 4; seed++ {
		s := Class(seed, []int{1}, ring)
		s.Width, s.Height, s.Plain, s.Foreign, s.Roll, s.Tilt, s.Blur, s.Noise, s.Least, s.Most = 400, 400, true, 0, 0.001, 0.001, 0, 0, 140, 140
		b, want := s.Photo()
		img, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		// Find the dark cell among the four inner corners, from the middle of the ring.
		x0, y0, x1, y1 := 400, 400, 0, 0
		dark := func(x, y int) bool { r, _, _, _ := img.At(x, y).RGBA(); return r < 0x3000 }
		for y := range 400 {
			for x := range 400 {
				if dark(x, y) {
					x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
				}
			}
		}
		cell := func(i, j int) bool { return dark(x0+(x1-x0)*(2*i+1)/14, y0+(y1-y0)*(2*j+1)/14) }
		at := [4]bool{cell(1, 1), cell(1, 5), cell(5, 5), cell(5, 1)} // turned against the clock: its right side comes up
		if want[0].Answer > 3 || !at[want[0].Answer] {
			t.Fatalf("seed %d: answer %d, dark corners %v: side %d is not up", seed, want[0].Answer, at, want[0].Answer)
		}
		seen[want[0].Answer] = true
	}
}
