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
	rows := make([][]trace, len(r.form.Options))
	for q, n := range r.form.Options {
		if r.Marks[q] = (Mark{-1, true}); n == 0 {
			continue
		}
		seen[q] = r.place(q)
		for i := range n {
			rows[q] = append(rows[q], r.trace(q, i))
		}
	}
	limit := limitsOf(rows)
	for q, row := range rows {
		if len(row) > 0 {
			r.Marks[q] = limit.mark(row)
			r.Marks[q].Sure = r.Marks[q].Sure && seen[q]
		}
	}
}

const (
	mostMoved  = 2.0  // millimetres that a bent sheet may be off at a line
	leastRing  = 0.12 // how much darker than beside it a bubble's outline is at least, of the difference of ink and paper
	heart      = 0.66 // of a bubble's radius: what is looked at within it
	heartSteps = 9    // points each way
	heartTop   = 7    // the darkest of so many points are its peak
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

// A trace is what lies in a bubble, from 0, paper, to 1, print: on the whole, and where it is darkest.
type trace struct{ mean, peak float64 }

// trace looks into a bubble. White is what lies round it.
func (r *SheetReading) trace(q, option int) trace {
	x0, y0 := r.form.bubble(q, option)
	x0, y0 = x0+r.laid.moved[q].x, y0+r.laid.moved[q].y
	white := r.white(x0, y0)
	var within []float64
	for k := range heartSteps * heartSteps {
		u, v := float64(k%heartSteps)/(heartSteps-1)*2-1, float64(k/heartSteps)/(heartSteps-1)*2-1
		if u*u+v*v < 1.01 {
			paper := max(1, white[0]+heart*(u*white[1]+v*white[2]))
			within = append(within, (paper-r.at(x0+u*heart*bubbleRadius, y0+v*heart*bubbleRadius))/(paper*(1-r.laid.ink)))
		}
	}
	slices.Sort(within)
	darkest := within[len(within)*(heartTop-1)/heartTop:]
	return trace{sum(within) / float64(len(within)), sum(darkest) / float64(len(darkest))}
}

// white is the light of the paper about a bubble: in its middle, and what it gains over a radius to the right and down. Light
// changes evenly there, and what is darker is somebody's stroke.
func (r *SheetReading) white(x0, y0 float64) (l plate) {
	const n, far = 24, 1.28
	var light [n]float64
	for k := range light {
		sin, cos := math.Sincos(float64(k) * 2 * math.Pi / n)
		light[k] = r.at(x0+cos*bubbleRadius*far, y0+sin*bubbleRadius*far)
	}
	for range 3 {
		var of plate
		for k, v := range light {
			sin, cos := math.Sincos(float64(k) * 2 * math.Pi / n)
			of[0], of[1], of[2] = of[0]+v/n, of[1]+v*cos*2/n/far, of[2]+v*sin*2/n/far
		}
		l = of
		for k := range light { // what is much darker is taken for what the rest says
			sin, cos := math.Sincos(float64(k) * 2 * math.Pi / n)
			if says := l[0] + far*(cos*l[1]+sin*l[2]); light[k] < 0.94*says {
				light[k] = says
			}
		}
	}
	return l
}

func sum(all []float64) (out float64) {
	for _, v := range all {
		out += v
	}
	return out
}

// A limits is where empty ends and marked begins, on one sheet.
type limits struct {
	empty, marked trace
	blank         trace // of a line on which nothing is marked for sure
}

const (
	leastMean, sureMean = 0.035, 0.05 // above what empty bubbles show: less is nothing, more is a mark
	blankMean           = 0.018       // above what empty bubbles show, where all of a line are empty
	blankPeak           = 0.1
	leastPeak           = 0.16 // the darkest of what is no speck of dust
	beside              = 0.25 // of a mark on the same line: what is paler is the edge of a shadow, or rubbed out well
	ofTheHand           = 0.36 // of how dark the same hand's marks are: what is paler is rubbed out or a slip
)

// limitsOf judges a sheet by its own paper and pencil: a quarter of its bubbles at least are empty, and one hand's marks are
// equally dark.
func limitsOf(rows [][]trace) (l limits) {
	var means, peaks, hand []float64
	for _, row := range rows {
		for _, v := range row {
			means, peaks = append(means, v.mean), append(peaks, v.peak)
		}
	}
	if len(means) == 0 {
		return l
	}
	slices.Sort(means)
	slices.Sort(peaks)
	base := trace{means[len(means)/4], peaks[len(peaks)/4]}
	spread := base.mean - means[len(means)/20]
	l.empty = trace{base.mean + max(leastMean, 2*spread), base.peak + leastPeak}
	l.blank = trace{base.mean + blankMean, base.peak + blankPeak}
	for _, row := range rows {
		for _, v := range row {
			if v.mean > l.empty.mean+leastMean {
				hand = append(hand, v.peak-base.peak)
			}
		}
	}
	l.marked = trace{base.mean + max(sureMean, 1.3*(l.empty.mean-base.mean)), l.empty.peak}
	if len(hand) > 0 {
		slices.Sort(hand)
		l.marked.peak = max(l.marked.peak, base.peak+ofTheHand*hand[len(hand)*3/4])
	}
	return l
}

// mark judges a line: sure is one marked and all others empty, or pale beside it; or all empty.
func (l limits) mark(row []trace) Mark {
	best := 0
	for i, v := range row {
		if v.mean > row[best].mean {
			best = i
		}
	}
	if row[best].mean <= l.empty.mean {
		return Mark{-1, !slices.ContainsFunc(row, func(v trace) bool { return v.mean > l.blank.mean || v.peak > l.blank.peak })}
	}
	sure := row[best].mean >= l.marked.mean && row[best].peak >= l.marked.peak
	for i, v := range row {
		sure = sure && (i == best || v.mean <= l.empty.mean || v.mean < beside*row[best].mean && v.peak < beside*row[best].peak)
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
