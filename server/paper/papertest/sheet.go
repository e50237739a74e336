package papertest

import (
	"math"
	"math/rand/v2"
)

// A Shape is one thing printed on a sheet, in millimetres: 'r' a filled rectangle, 'c' the outline of a circle round X, Y
// with radius W.
type Shape struct {
	Kind       byte
	X, Y, W, H float64
}

// A Bubble is where a learner may mark an answer.
type Bubble struct{ X, Y, R float64 }

// A Form is what is printed, and the bubbles of each question; a question without any is answered in words.
type Form struct {
	W, H   float64
	Shapes []Shape
	Rows   [][]Bubble
}

// Ways to answer a question. From Erased on nobody can be sure what was meant.
const (
	Blank = iota
	Filled
	Cross
	Tick
	Erased // rubbed out, nothing else
	Mended // rubbed out, another filled
	Two    // two filled
	Faint  // hardly to be seen
	ways
)

// An Answer is what a learner did with one question: Option is -1 where nothing was meant.
type Answer struct {
	Way    int
	Option int
	Second int // of Mended and Two
}

// Doubtful reports whether a person would have to look twice.
func (a Answer) Doubtful() bool { return a.Way >= Erased }

// A Desk is a photo of sheets lying on a desk.
type Desk struct {
	Seed          uint64
	Width, Height int
	Forms         []Form
	Doubts        float64 // share of answers that are erased, mended, doubled or faint
	Tilt          float64 // how far corners are off, as a share of a sheet's side
	Curl          float64 // how far the middle of a sheet stands off, in millimetres
	Blur, Noise   float64
	Quality       int
	Clean         bool // nothing is marked
}

// Homework is the desk that figures are given for: a photo of 2048 pixels.
func Homework(seed uint64, forms ...Form) Desk {
	d := Desk{
		Seed: seed, Width: 1536, Height: 2048, Forms: forms, Doubts: 0.06, Tilt: 0.05, Curl: 1.5, Blur: 1.1, Noise: 6, Quality: 70,
	}
	if len(forms) > 1 {
		d.Width, d.Height = 2048, 1536
	}
	return d
}

const sheetDots = 8 // a millimetre of a sheet while it is drawn

// A leaf is one sheet as it lies before it is photographed: light from 0 to 1.
type leaf struct {
	r     *rand.Rand
	w, h  int
	lum   []float32
	paper float32 // its light where nothing is
}

// Photo draws the desk and gives it as a JPEG with what was answered on each sheet, by question.
func (d Desk) Photo() ([]byte, [][]Answer) {
	p := &painter{
		Scene: Scene{Noise: d.Noise, Quality: d.Quality}, r: rand.New(rand.NewPCG(d.Seed, 0x51ee7)), w: d.Width, h: d.Height,
		lum: make([]float32, d.Width*d.Height),
	}
	p.wall()
	for range 8 {
		p.stripes()
	}
	p.chequers()
	var all [][]Answer
	for i, f := range d.Forms {
		answers, l := d.fill(p.r, f)
		all = append(all, answers)
		p.lay(d, f, l, i)
	}
	p.light()
	p.blur(d.Blur * (0.35 + 0.65*p.r.Float64()))
	return p.encode(), all
}

// edgeOfSheet is the white paper round a form, in millimetres.
const edgeOfSheet = 9

// fill prints a form and answers it with one hand's pencil.
func (d Desk) fill(r *rand.Rand, f Form) ([]Answer, *leaf) {
	l := &leaf{r: r, w: int((f.W + 2*edgeOfSheet) * sheetDots), h: int((f.H + 2*edgeOfSheet) * sheetDots)}
	l.lum = make([]float32, l.w*l.h)
	l.paper = float32(0.84 + 0.13*r.Float64())
	for i := range l.lum {
		l.lum[i] = l.paper
	}
	for _, s := range f.Shapes {
		l.print(s)
	}
	pen := l.pencil()
	answers := make([]Answer, len(f.Rows))
	for i, row := range f.Rows {
		answers[i] = Answer{Option: -1, Second: -1}
		if len(row) == 0 || d.Clean {
			continue
		}
		answers[i] = l.choose(len(row), d.Doubts)
		l.answer(row, answers[i], pen)
	}
	return answers, l
}

// choose draws what a learner answers, most of them in the same way.
func (l *leaf) choose(n int, doubts float64) Answer {
	a := Answer{Way: Filled, Option: l.r.IntN(n), Second: -1}
	switch x := l.r.Float64(); {
	case x < doubts:
		a.Way = Erased + l.r.IntN(ways-Erased)
		a.Second = (a.Option + 1 + l.r.IntN(n-1)) % n
	case x < doubts+0.06:
		a.Way, a.Option = Blank, -1
	case x < doubts+0.25:
		a.Way = Cross
	case x < doubts+0.4:
		a.Way = Tick
	}
	return a
}

// print puts black ink on the paper.
func (l *leaf) print(s Shape) {
	x, y, w, h := (s.X+edgeOfSheet)*sheetDots, (s.Y+edgeOfSheet)*sheetDots, s.W*sheetDots, s.H*sheetDots
	if s.Kind == 'r' {
		for py := int(y); py < int(y+h); py++ {
			for px := int(x); px < int(x+w); px++ {
				l.lum[py*l.w+px] = 0.07
			}
		}
		return
	}
	const line = 0.3 * sheetDots
	for py := int(y - w - line); py <= int(y+w+line); py++ {
		for px := int(x - w - line); px <= int(x+w+line); px++ {
			if off := math.Hypot(float64(px)-x, float64(py)-y) - w; math.Abs(off) < line/2 {
				l.lum[py*l.w+px] = 0.1
			}
		}
	}
}

// corners is where the corners of sheet i of the desk lie in the photo, with the clock.
func (p *painter) corners(d Desk, l *leaf, i int) [4][2]float64 {
	room := float64(p.w) / float64(len(d.Forms))
	high := min(float64(p.h)*p.span(0.88, 0.95), room*0.94*float64(l.h)/float64(l.w))
	wide := high * float64(l.w) / float64(l.h)
	cx, cy := room*(float64(i)+0.5), float64(p.h)/2
	turn := p.span(-2.5, 2.5) * math.Pi / 180
	var out [4][2]float64
	for k, c := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		x, y := c[0]*wide/2*(1-p.span(0, d.Tilt)), c[1]*high/2*(1-p.span(0, d.Tilt))
		out[k] = [2]float64{cx + x*math.Cos(turn) - y*math.Sin(turn), cy + x*math.Sin(turn) + y*math.Cos(turn)}
	}
	return out
}

// lay puts a sheet on the desk: seen aslant, and bent so that lines in its middle are off.
func (p *painter) lay(d Desk, f Form, l *leaf, i int) {
	c := p.corners(d, l, i)
	back := inverse(c)
	curl, upright := p.span(-d.Curl, d.Curl)*sheetDots, p.r.IntN(2) == 0
	for y := range p.h {
		for x := range p.w {
			var sum float32
			hit := 0
			for k := range 4 {
				u, v := back(float64(x)+float64(k%2)/2+0.25, float64(y)+float64(k/2)/2+0.25)
				lx, ly := u*float64(l.w), v*float64(l.h)
				if upright {
					ly += curl * math.Sin(math.Pi*u) * math.Sin(math.Pi*v)
				} else {
					lx += curl * math.Sin(math.Pi*v)
				}
				if lx >= 0 && ly >= 0 && lx < float64(l.w) && ly < float64(l.h) {
					sum += l.lum[int(ly)*l.w+int(lx)]
					hit++
				}
			}
			if hit > 0 {
				here := &p.lum[y*p.w+x]
				*here = (sum + *here*float32(4-hit)) / 4
			}
		}
	}
}

// inverse maps pixels to the unit square whose corners lie at c.
func inverse(c [4][2]float64) func(x, y float64) (u, v float64) {
	sx, sy := c[0][0]-c[1][0]+c[2][0]-c[3][0], c[0][1]-c[1][1]+c[2][1]-c[3][1]
	dx1, dy1, dx2, dy2 := c[1][0]-c[2][0], c[1][1]-c[2][1], c[3][0]-c[2][0], c[3][1]-c[2][1]
	det := dx1*dy2 - dx2*dy1
	g, h := (sx*dy2-dx2*sy)/det, (dx1*sy-sx*dy1)/det
	a, b := c[1][0]-c[0][0]+g*c[1][0], c[3][0]-c[0][0]+h*c[3][0]
	e, f := c[1][1]-c[0][1]+g*c[1][1], c[3][1]-c[0][1]+h*c[3][1]
	return func(x, y float64) (u, v float64) {
		m, n, o, q := a-g*x, b-h*x, e-g*y, f-h*y
		p, r := x-c[0][0], y-c[0][1]
		det := m*q - n*o
		return (p*q - n*r) / det, (m*r - p*o) / det
	}
}
