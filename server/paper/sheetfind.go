package paper

import (
	"math"
	"slices"
)

// A seenCorner is a corner of a sheet in a photo. at are its own corners, with the clock from its upper left as printed.
type seenCorner struct {
	kind int // as in cornerCodes
	at   quad
	used bool
}

// corners finds the corners of sheets, each once.
func (p *Photo) corners() (out []seenCorner) {
	for _, pass := range passes {
		for _, q := range p.quads(pass) {
			m := homographyOf(q)
			got, ok := p.square(&m, cornerCodes)
			if !ok {
				continue
			}
			c := seenCorner{kind: got.card - 1}
			for i := range c.at {
				c.at[i] = q[(i+got.turns)%4]
			}
			if !slices.ContainsFunc(out, func(o seenCorner) bool { return o.kind == c.kind && o.near(c) }) {
				out = append(out, c)
			}
		}
	}
	return out
}

func (c seenCorner) near(o seenCorner) bool {
	d := c.at[0].minus(o.at[0])
	return math.Hypot(d.x, d.y) < c.at.side()
}

// guess is about where the upper left of another corner of the same sheet lies.
func (c seenCorner) guess(kind int) point {
	x0, y0 := corner(c.kind)
	x1, y1 := corner(kind)
	right, down := c.at[1].minus(c.at[0]), c.at[3].minus(c.at[0])
	dx, dy := (x1-x0)/cornerSide, (y1-y0)/cornerSide
	return point{c.at[0].x + dx*right.x + dy*down.x, c.at[0].y + dx*right.y + dy*down.y}
}

// A laid is one sheet as it lies in a photo: m maps the form, 0 to 1 each way, to pixels; ink is how bright its ink is, as a
// share of the paper beside it.
type laid struct {
	m     homography
	ink   float64
	moved []point // by question: how far its line is off, in millimetres
}

// leastCorners of four must be seen.
const leastCorners = 3

// sheets groups corners into sheets. A sheet takes the nearest corner of each kind to where its own lead one to think.
func (p *Photo) sheets() (out []laid) {
	all := p.corners()
	for least := len(cornerCodes); least >= leastCorners; least-- {
		for i := range all {
			group := group(all, i)
			if all[i].used || len(group) < least {
				continue
			}
			if l, ok := p.lie(all, group); ok {
				for _, k := range group {
					all[k].used = true
				}
				out = append(out, l)
			}
		}
	}
	return out
}

// group is the corners that go with corner i, by index, itself among them.
func group(all []seenCorner, i int) (out []int) {
	lead := all[i]
	for kind := range cornerCodes {
		if kind == lead.kind {
			out = append(out, i)
			continue
		}
		best, off := -1, 0.33*formWide/cornerSide*lead.at.side()
		at := lead.guess(kind)
		for k, c := range all {
			d := c.at[0].minus(at)
			ratio := c.at.side() / lead.at.side()
			if far := math.Hypot(d.x, d.y); c.kind == kind && !c.used && far < off && ratio > 0.5 && ratio < 2 {
				best, off = k, far
			}
		}
		if best >= 0 {
			out = append(out, best)
		}
	}
	return out
}

// lie fits a sheet to its corners; false where they are no plane's.
func (p *Photo) lie(all []seenCorner, group []int) (l laid, ok bool) {
	var from, to []point
	for _, k := range group {
		c := all[k]
		x0, y0 := corner(c.kind)
		for i, at := range c.at {
			x, y := x0, y0
			if i == 1 || i == 2 {
				x += cornerSide
			}
			if i > 1 {
				y += cornerSide
			}
			from, to = append(from, point{x / formWide, y / formHigh}), append(to, at)
		}
		m := homographyOf(c.at)
		b := p.sample(&m)
		paper, ink := b.fitPlate(0), b.fitPlate(1)
		const mid = float64(ring-1) / 2
		light := paper[0] + mid*(paper[1]+paper[2])
		l.ink += (ink[0] + mid*(ink[1]+ink[2])) / max(1, light) / float64(len(group))
	}
	if l.m, ok = fitHomography(from, to); !ok {
		return l, false
	}
	for i := range from {
		x, y := l.m.at(from[i].x, from[i].y)
		d := to[i].minus(point{x, y})
		if math.Hypot(d.x, d.y) > 0.35*all[group[0]].at.side() {
			return l, false
		}
	}
	return l, true
}

// fitHomography is the one that maps points as nearly as can be, by least squares.
func fitHomography(from, to []point) (m homography, ok bool) {
	var a [8][9]float64
	add := func(row [8]float64, is float64) {
		for i := range row {
			for k := range row {
				a[i][k] += row[i] * row[k]
			}
			a[i][8] += row[i] * is
		}
	}
	for i, f := range from {
		x, y := to[i].x, to[i].y
		add([8]float64{f.x, f.y, 1, 0, 0, 0, -f.x * x, -f.y * x}, x)
		add([8]float64{0, 0, 0, f.x, f.y, 1, -f.x * y, -f.y * y}, y)
	}
	return solve(&a)
}

// solve is Gauss's elimination with the largest pivot.
func solve(a *[8][9]float64) (m homography, ok bool) {
	for i := range a {
		best := i
		for k := i; k < len(a); k++ {
			if math.Abs(a[k][i]) > math.Abs(a[best][i]) {
				best = k
			}
		}
		a[i], a[best] = a[best], a[i]
		if math.Abs(a[i][i]) < 1e-12 {
			return m, false
		}
		for k := range a {
			if k == i {
				continue
			}
			by := a[k][i] / a[i][i]
			for c := i; c < len(a[k]); c++ {
				a[k][c] -= by * a[i][c]
			}
		}
	}
	for i := range m {
		m[i] = a[i][8] / a[i][i]
	}
	return m, true
}

// light is the brightness at a place of the form, in millimetres.
func (p *Photo) lightOn(l *laid, x, y float64) float64 {
	return p.light(l.m.at(x/formWide, y/formHigh))
}

// code reads the code at a sheet's head or foot.
func (p *Photo) code(l *laid) (c SheetCode, ok bool) {
	for _, top := range codeTops {
		var cells [codeCells]bool
		for i := range cells {
			x, y := codeLeft+codeCell*(float64(i%codeColumns)+0.5), top+codeCell*(float64(i/codeColumns)+0.5)
			white := max(p.lightOn(l, x, top-1), p.lightOn(l, x, top+2*codeCell+1))
			sum := 0.0
			for k := range 9 {
				sum += p.lightOn(l, x+0.6*float64(k%3-1), y+0.6*float64(k/3-1)) / 9
			}
			cells[i] = sum < white*(1+l.ink)/2
		}
		if c, ok = parseCode(cells); ok {
			return c, true
		}
	}
	return c, false
}
