// Package papertest makes photos of classes holding up answer cards, for tests: seeded, cluttered, and with the readings that a decoder should find.
//
// It knows nothing of how cards are read, and draws whatever grid of cells it is given. The same Scene gives the same
// bytes in every run.
package papertest

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
)

// A Grid is the cells of a card: rows of equal length, true is dark. The outermost cells are its border.
type Grid [][]bool

// A Reading is what one card says: Answer is 0 for A to 3 for D.
type Reading struct {
	Card   int
	Answer int
	Side   float64 // pixels of the card's grid as if seen from the front
}

// A Scene is a photo to be made.
type Scene struct {
	Seed          uint64
	Width, Height int
	Cards         []int // their numbers; each is held up once
	Grid          func(card int) Grid
	Least, Most   float64 // pixels of a grid's side, seen from the front
	Roll          float64 // degrees a card may lean to either side
	Tilt          float64 // degrees it may be turned away, about two axes
	Blur          float64 // greatest standard deviation in pixels
	Noise         float64 // greatest standard deviation of 255
	Quality       int     // of the JPEG
	Plain         bool    // nothing behind, nobody holds the cards
	Foreign       int     // squares of cells that are no cards of ours
}

// Class is the scene that figures are given for: 40 cards in a photo of 2048 pixels.
func Class(seed uint64, cards []int, grid func(int) Grid) Scene {
	return Scene{
		Seed: seed, Width: 2048, Height: 1536, Cards: cards, Grid: grid, Least: 30, Most: 80,
		Roll: 22, Tilt: 30, Blur: 1.1, Noise: 7, Quality: 70, Foreign: 8,
	}
}

// A painter holds a scene while it is drawn: light from 0 to 1 a pixel, row by row.
type painter struct {
	Scene
	r    *rand.Rand
	w, h int
	lum  []float32
	want []Reading
}

// Photo draws the scene and gives it as a JPEG with what it says, in the order of Cards.
func (s Scene) Photo() ([]byte, []Reading) {
	p := &painter{Scene: s, r: rand.New(rand.NewPCG(s.Seed, 0x1a3f)), w: s.Width, h: s.Height, lum: make([]float32, s.Width*s.Height)}
	p.wall()
	if !s.Plain {
		p.clutter()
	}
	p.people()
	p.light()
	p.blur(p.Blur * (0.35 + 0.65*p.r.Float64()))
	return p.encode(), p.want
}

// people places every card in a cell of its own of an uneven grid, bodies behind it, and the foreign squares between.
func (p *painter) people() {
	n := len(p.Cards) + p.Foreign
	columns := int(math.Ceil(math.Sqrt(float64(n) * float64(p.w) / float64(p.h))))
	rows := (n + columns - 1) / columns
	cw, ch := float64(p.w)/float64(columns), float64(p.h)/float64(rows)
	places := p.r.Perm(columns * rows)
	for i := range n {
		at := places[i]
		side := p.Least + (p.Most-p.Least)*p.r.Float64()
		side = min(side, 0.58*min(cw, ch))
		slackX, slackY := max(0, cw/2-side*0.95), max(0, ch/2-side*0.95)
		x := (float64(at%columns)+0.5)*cw + (2*p.r.Float64()-1)*slackX
		y := (float64(at/columns)+0.5)*ch + (2*p.r.Float64()-1)*slackY
		if i >= len(p.Cards) {
			p.foreign(x, y, side)
			continue
		}
		answer := p.r.IntN(4)
		if !p.Plain {
			p.body(x, y, side)
		}
		p.card(p.Grid(p.Cards[i]), x, y, side, answer)
		p.want = append(p.want, Reading{Card: p.Cards[i], Answer: answer, Side: side})
	}
}

// encode adds noise and makes a JPEG in colour, of a warm or a cold lamp.
func (p *painter) encode() []byte {
	img := image.NewYCbCr(image.Rect(0, 0, p.w, p.h), image.YCbCrSubsampleRatio420)
	sigma := p.Noise * (0.3 + 0.7*p.r.Float64())
	for y := range p.h {
		for x := range p.w {
			v := float64(p.lum[y*p.w+x])*235 + 8 + p.r.NormFloat64()*sigma
			img.Y[y*img.YStride+x] = uint8(max(0, min(255, v)))
		}
	}
	cb, cr := uint8(118+p.r.IntN(20)), uint8(118+p.r.IntN(20))
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = cb+uint8(p.r.IntN(5)), cr+uint8(p.r.IntN(5))
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: p.Quality}); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	return out.Bytes()
}
