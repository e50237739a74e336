// Package paper reads answer cards and answer sheets out of photos: it knows both, prints their squares, finds them in a picture and says what was answered.
//
// A card is a grid of cells within a dark border on white paper. Which card it is the cells say; what it answers says the
// side that is up. No two cards, however turned, differ in fewer than eight cells, and a card of which more than two are
// doubtful is not read: a child who is not read is called by name, one who is read wrongly is not noticed.
//
// It is pure: bytes in, readings out. A photo costs some megabytes while it is read (see Decode) and nothing after.
package paper

import (
	"slices"
)

// A Reading is one card found in a photo.
type Reading struct {
	Card   int    // 1 to Cards
	Answer Answer // the side that is up
	X, Y   int    // its middle, in thousandths of the photo's width and height, as people look at it
}

// A Result is what a photo says.
type Result struct {
	Readings []Reading // by card, each once
	// Doubtful are cards that were seen and are not read: held at a slant between two answers, or seen twice with different
	// answers.
	Doubtful []int
}

// Read finds the cards of a photo. expected says which numbers were given out; others are no cards here. nil: all.
func Read(p *Photo, expected func(card int) bool) Result {
	seen := map[int][]found{}
	for _, pass := range passes {
		for _, q := range p.quads(pass) {
			f, ok := p.decode(q)
			if !ok || expected != nil && !expected(f.card) || already(seen[f.card], f) {
				continue
			}
			seen[f.card] = append(seen[f.card], f)
		}
	}
	return p.settle(seen)
}

// already reports whether a card was found at that place before, in the other pass.
func already(at []found, f found) bool {
	return slices.ContainsFunc(at, func(o found) bool {
		dx, dy := o.x-f.x, o.y-f.y
		return dx*dx+dy*dy < f.side*f.side/4
	})
}

// settle makes one answer of what was seen of each card, or none.
func (p *Photo) settle(seen map[int][]found) (out Result) {
	for card := 1; card <= Cards; card++ {
		all := seen[card]
		if len(all) == 0 {
			continue
		}
		first := all[0]
		if slices.ContainsFunc(all, func(f found) bool { return f.slant || f.answer != first.answer }) {
			out.Doubtful = append(out.Doubtful, card)
			continue
		}
		x, y := p.upright(first.x/float64(p.width), first.y/float64(p.height))
		out.Readings = append(out.Readings, Reading{card, first.answer, int(1000 * x), int(1000 * y)})
	}
	return out
}
