package paper

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"slices"
)

// A SheetReading is one answer sheet found in a photo.
type SheetReading struct {
	Code  SheetCode
	Marks []Mark // by question
	form  Form
	photo *Photo
	laid  laid
}

// A Mark is what was marked on one line of a sheet: Option is from 0, -1 for nothing. What is not Sure a person must look
// at; Option is the likelier one then.
type Mark struct {
	Option int
	Sure   bool
}

// ReadSheets finds the answer sheets of a photo. formOf gives the form of a sheet, false for one that is none of ours;
// strange counts those, and squares of sheets that could not be made out.
func ReadSheets(p *Photo, formOf func(SheetCode) (Form, bool)) (out []SheetReading, strange int) {
	for _, l := range p.sheets() {
		code, ok := p.code(&l)
		if !ok {
			strange++
			continue
		}
		form, ours := formOf(code)
		if !ours {
			strange++
			continue
		}
		r := SheetReading{Code: code, form: form, photo: p, laid: l}
		r.read()
		out = append(out, r)
	}
	return out, strange
}

// read marks every line.
func (r *SheetReading) read() {
	r.laid.moved = make([]point, len(r.form.Options))
	r.Marks = make([]Mark, len(r.form.Options))
	seen := make([]bool, len(r.form.Options))
	strokes := make([][]float64, len(r.form.Options))
	var all []float64
	for q, n := range r.form.Options {
		if r.Marks[q] = (Mark{-1, true}); n == 0 {
			continue
		}
		seen[q] = r.place(q)
		for i := range n {
			strokes[q] = append(strokes[q], r.stroke(q, i))
		}
		all = append(all, strokes[q]...)
	}
	limit := limitsOf(all, strokes)
	for q := range strokes {
		if len(strokes[q]) > 0 {
			r.Marks[q] = limit.mark(strokes[q])
			r.Marks[q].Sure = r.Marks[q].Sure && seen[q]
		}
	}
}

const (
	mostMoved  = 2.0  // millimetres that a bent sheet may be off at a line
	leastRing  = 0.12 // how much darker than beside it a bubble's outline is at least, of the difference of ink and paper
	heart      = 0.66 // of a bubble's radius: what is looked at within it
	heartSteps = 7    // points each way
)

// place finds out where a line's bubbles lie, from where they should: the outlines tell. False where they are not seen.
func (r *SheetReading) place(q int) bool {
	var best point
	most := r.ring(q, best)
	try := func(step float64, reach int, from point) {
		for y := -reach; y <= reach; y++ {
			for x := -reach; x <= reach; x++ {
				at := point{from.x + step*float64(x), from.y + step*float64(y)}
				if v := r.ring(q, at) - 0.01*math.Hypot(at.x, at.y); v > most {
					best, most = at, v
				}
			}
		}
	}
	from := point{}
	if q%r.form.rows() > 0 {
		from = r.laid.moved[q-1] // the line above is off nearly as much
	}
	try(0.5, int(mostMoved/0.5), point{})
	try(0.4, 2, from)
	try(0.15, 2, best)
	r.laid.moved[q] = best
	return most >= leastRing
}

// ring is how much darker the outlines of a line's bubbles are than what lies within and without, where they are off by a
// distance.
func (r *SheetReading) ring(q int, off point) (sum float64) {
	n := r.form.Options[q]
	for i := range n {
		x, y := r.form.bubble(q, i)
		x, y = x+off.x, y+off.y
		on, out, in := 0.0, 0.0, 0.0
		for k := range 16 {
			sin, cos := math.Sincos(float64(k) * math.Pi / 8)
			on += r.at(x+cos*bubbleRadius, y+sin*bubbleRadius)
			out += r.at(x+cos*bubbleRadius*1.28, y+sin*bubbleRadius*1.28)
			in += r.at(x+cos*bubbleRadius*0.72, y+sin*bubbleRadius*0.72)
		}
		// Where it is filled, only what lies without says something.
		sum += min(max((out+in)/2-on, (out-on)/2), out-on) / max(1, out*(1-r.laid.ink))
	}
	return sum / float64(n)
}

func (r *SheetReading) at(x, y float64) float64 { return r.photo.lightOn(&r.laid, x, y) }

// stroke is how much pencil lies in a bubble: 0 none, 1 all of it as dark as print.
func (r *SheetReading) stroke(q, option int) float64 {
	x0, y0 := r.form.bubble(q, option)
	x0, y0 = x0+r.laid.moved[q].x, y0+r.laid.moved[q].y
	var around []float64
	for k := range 24 {
		sin, cos := math.Sincos(float64(k) * math.Pi / 12)
		around = append(around, r.at(x0+cos*bubbleRadius*1.28, y0+sin*bubbleRadius*1.28))
	}
	slices.Sort(around)
	white := around[len(around)*3/4]
	sum, n := 0.0, 0.0
	for k := range heartSteps * heartSteps {
		u, v := float64(k%heartSteps)/(heartSteps-1)*2-1, float64(k/heartSteps)/(heartSteps-1)*2-1
		if u*u+v*v > 1.01 {
			continue
		}
		light := r.at(x0+u*heart*bubbleRadius, y0+v*heart*bubbleRadius)
		sum += (white - light) / max(1, white*(1-r.laid.ink))
		n++
	}
	return sum / n
}

// A limits is where empty ends and marked begins, on one sheet.
type limits struct{ base, empty, marked float64 }

const (
	leastStroke = 0.035 // above what empty bubbles show: nothing is less
	sureStroke  = 0.10  // a mark is at least
	ofTheHand   = 0.33  // of what the same hand's marks are: less is rubbed out or a slip
)

// limitsOf judges a sheet by its own paper and pencil: empty bubbles are the most, and the marked ones of one hand alike.
func limitsOf(all []float64, rows [][]float64) (l limits) {
	if len(all) == 0 {
		return l
	}
	sorted := slices.Sorted(slices.Values(all))
	l.base = sorted[len(sorted)/4]
	spread := l.base - sorted[len(sorted)/20]
	l.empty = l.base + max(leastStroke, 2*spread)
	var hand []float64
	for _, row := range rows {
		if len(row) == 0 {
			continue
		}
		if most := slices.Max(row); most > l.empty {
			hand = append(hand, most-l.base)
		}
	}
	l.marked = l.base + max(sureStroke, 1.5*(l.empty-l.base))
	if len(hand) > 0 {
		slices.Sort(hand)
		l.marked = max(l.marked, l.base+ofTheHand*hand[len(hand)/2])
	}
	return l
}

// mark judges a line: sure is one marked and all others empty, or all empty.
func (l limits) mark(strokes []float64) Mark {
	best := 0
	for i, v := range strokes {
		if v > strokes[best] {
			best = i
		}
	}
	if strokes[best] <= l.empty {
		return Mark{-1, true}
	}
	sure := strokes[best] >= l.marked
	for i, v := range strokes {
		sure = sure && (i == best || v <= l.empty)
	}
	return Mark{best, sure}
}

// Cutout is the picture of a question's line as it was photographed, a JPEG of a few kilobytes.
func (r *SheetReading) Cutout(q int) []byte {
	const dots = 5 // a millimetre
	x0, y0 := r.form.row(q)
	x0, y0 = x0+3+r.laid.moved[q].x, y0+r.laid.moved[q].y-4.2
	wide := firstBubble - 3 + bubbleStep*float64(max(1, r.form.Options[q])-1) + 5
	img := image.NewGray(image.Rect(0, 0, int(wide*dots), int(8.4*dots)))
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			img.Pix[y*img.Stride+x] = uint8(r.at(x0+(float64(x)+0.5)/dots, y0+(float64(y)+0.5)/dots))
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 60}); err != nil {
		return nil // a bytes.Buffer takes everything
	}
	return b.Bytes()
}
