package paper

import (
	"fmt"
	"strings"
)

// A Form is the part of an answer sheet that photos are read of: for each question, from the first, how many bubbles it
// has, 0 for one that is answered in words. Lengths are millimetres from its upper left corner.
type Form struct{ Options []int }

// Bounds of a form.
const (
	MostQuestions = 60
	MostOptions   = 6 // A to F
)

const (
	formWide, formHigh = 174.0, 214.0 // with a head it fits on A4 and on Letter
	cornerSide         = 10.5         // of each corner's square, seven cells of it
	codeCell           = 3.0
	codeColumns        = 40 // of two rows
	codeLeft           = (formWide - codeCell*codeColumns) / 2
	codeTop            = 2.0
	rowsTop, rowsHigh  = 16.0, 184.0
	bubbleRadius       = 2.4
	firstBubble        = 16.0 // from its block's left to the middle of A
	bubbleStep         = 13.0
	blockStep          = formWide / 2
)

// cornerCodes are the cells of the squares in the corners, with the clock from the upper left, as card codes are. Each
// differs from the others, from itself turned and from every card in eight cells or more
// (TestCornersAreLikeNoCardAndNoOtherCorner). Printed sheets hang on them.
var cornerCodes = []uint32{0x07A99FD, 0x14FCDB5, 0x18C2908, 0x0D40AB2}

// corner is where a corner's square begins.
func corner(k int) (x, y float64) {
	if k == 1 || k == 2 {
		x = formWide - cornerSide
	}
	if k > 1 {
		y = formHigh - cornerSide
	}
	return x, y
}

// Readable reports whether any question has bubbles, and there is room for all.
func (f Form) Readable() bool {
	any := false
	for _, n := range f.Options {
		if n > MostOptions || n == 1 {
			return false
		}
		any = any || n > 0
	}
	return any && len(f.Options) <= MostQuestions
}

// rows is how many questions stand under each other.
func (f Form) rows() int {
	for _, n := range []int{10, 15, 20} {
		if len(f.Options) <= 2*n {
			return n
		}
	}
	return MostQuestions / 2
}

// row is where a question's block begins and the middle of its line.
func (f Form) row(q int) (x, y float64) {
	n := f.rows()
	pitch := rowsHigh / float64(n)
	return float64(q/n) * blockStep, rowsTop + pitch*(float64(q%n)+0.5)
}

// bubble is the middle of one of a question's.
func (f Form) bubble(q, option int) (x, y float64) {
	x, y = f.row(q)
	return x + firstBubble + bubbleStep*float64(option), y
}

// SVG draws the form of a learner in black on white. Its width is that of what holds it; number says a question's number.
func (f Form) SVG(c SheetCode, number func(int) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="answer-form" viewBox="0 0 %g %g" aria-hidden="true" focusable="false"><path d="`, formWide, formHigh)
	f.rects(c, func(x, y, w, h float64) { fmt.Fprintf(&b, "M%g %gh%gv%gh-%gz", x, y, w, h, w) })
	b.WriteString(`"/><g fill="none" stroke="#000" stroke-width=".3">`)
	for q, n := range f.Options {
		x, y := f.row(q)
		if n == 0 {
			fmt.Fprintf(&b, `<path d="M%g %.5gh66"/>`, x+firstBubble-5, y+bubbleRadius)
		}
		for i := range n {
			x, y := f.bubble(q, i)
			fmt.Fprintf(&b, `<circle cx="%g" cy="%.5g" r="%g"/>`, x, y, bubbleRadius)
		}
	}
	b.WriteString(`</g><g font-size="3.6" text-anchor="end">`)
	for q, n := range f.Options {
		x, y := f.row(q)
		fmt.Fprintf(&b, `<text x="%g" y="%.5g" font-weight="700">%s</text>`, x+8, y+1.3, number(q+1))
		for i := range n {
			fmt.Fprintf(&b, `<text x="%g" y="%.5g">%c</text>`, x+firstBubble+bubbleStep*float64(i)-bubbleRadius-1, y+1.3, 'A'+i)
		}
	}
	b.WriteString(`</g></svg>`)
	return b.String()
}

// rects gives every black rectangle of a form: the corners and the code, at its head and at its foot.
func (f Form) rects(c SheetCode, put func(x, y, w, h float64)) {
	const cell = cornerSide / grid
	for k, code := range cornerCodes {
		x0, y0 := corner(k)
		for y := range grid {
			for x := 0; x < grid; x++ {
				n := 0
				for x+n < grid && darkIn(code, x+n, y) {
					n++
				}
				if n > 0 {
					put(x0+cell*float64(x), y0+cell*float64(y), cell*float64(n), cell)
					x += n
				}
			}
		}
	}
	for i, is := range c.cells() {
		for _, top := range codeTops {
			if is {
				put(codeLeft+codeCell*float64(i%codeColumns), top+codeCell*float64(i/codeColumns), codeCell, codeCell)
			}
		}
	}
}

// codeTops are where the code stands: twice, so that a thumb does not hide it.
var codeTops = [2]float64{codeTop, formHigh - codeTop - 2*codeCell}
