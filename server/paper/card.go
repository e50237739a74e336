package paper

import (
	"fmt"
	"math/bits"
	"strings"
)

// Cards is how many different cards there are: numbers 1 to Cards.
const Cards = 100

const (
	inner    = 5         // cells of a code, each way
	grid     = inner + 2 // with the dark border
	codeBits = inner * inner
	// apart is the least number of cells in which two cards differ, however both are turned, and a card from itself turned.
	apart = 8
)

// An Answer is the side of a card that is held up: A, B, C or D from 0. A to D go round a card with the clock.
type Answer uint8

// Answers is how many there are.
const Answers = 4

// Letter is "A" to "D".
func (a Answer) Letter() string { return "ABCD"[a%Answers : a%Answers+1] }

// ParseAnswer reads a letter as Letter gives it; false for anything else.
func ParseAnswer(s string) (Answer, bool) {
	if len(s) != 1 || s[0] < 'A' || s[0] > 'D' {
		return 0, false
	}
	return Answer(s[0] - 'A'), true
}

// dark reports whether a cell of a card is printed dark; x and y from 0 to grid-1, with A up.
func dark(card, x, y int) bool {
	return darkIn(codes[card-1], x, y)
}

// darkIn is dark of a code.
func darkIn(code uint32, x, y int) bool {
	if x == 0 || y == 0 || x == grid-1 || y == grid-1 {
		return true
	}
	return code>>((y-1)*inner+x-1)&1 == 1
}

// Grid is the cells of a card with A up, row by row, its border among them; true is dark.
func Grid(card int) [][]bool {
	out := make([][]bool, grid)
	for y := range out {
		out[y] = make([]bool, grid)
		for x := range out[y] {
			out[y][x] = dark(card, x, y)
		}
	}
	return out
}

// quarter turns a code a quarter with the clock.
func quarter(code uint32) (out uint32) {
	for i := range codeBits {
		if code>>i&1 == 1 {
			out |= 1 << (i%inner*inner + inner - 1 - i/inner)
		}
	}
	return out
}

// A match is the card that a code may be.
type match struct {
	card, turns int // quarters with the clock that turn the card's code into the one seen
	wrong       uint32
}

// nearest finds the card that differs from a code in the fewest cells; wrong has a bit for each of those.
func nearest(code uint32, codes []uint32) match {
	best := match{wrong: 1<<codeBits - 1}
	for turns := range 4 {
		// code turned back by turns is what the card would be with A up.
		back := code
		for range (4 - turns) % 4 {
			back = quarter(back)
		}
		for i, c := range codes {
			if d := back ^ c; bits.OnesCount32(d) < bits.OnesCount32(best.wrong) {
				for range turns {
					d = quarter(d)
				}
				best = match{i + 1, turns, d}
			}
		}
	}
	return best
}

// SVG draws a card's grid as one path of unit squares; the paper round it is the page's.
func SVG(card int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="answer-grid" viewBox="0 0 %d %d" aria-hidden="true" focusable="false"><path fill="#000" d="`, grid, grid)
	for y := range grid {
		for x := 0; x < grid; x++ {
			run := 0
			for x+run < grid && dark(card, x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x, y, run, run)
				x += run
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String()
}
