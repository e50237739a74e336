package papertest

import "math"

// margin is how much white paper there is round a grid, as a share of its side.
const margin = 0.22

// A plane maps pixels of the photo to a card's own measure: its grid is the square from 0 to 1.
type plane struct{ x, y, ax, ay, bx, by, px, py float64 }

// pose is a card somewhere, leaning, turned away, seen from a few metres. Answer n says which of its sides is up.
func (p *painter) pose(x, y, side float64, answer int) plane {
	roll := p.span(-p.Roll, p.Roll)*math.Pi/180 - float64(answer)*math.Pi/2
	yaw, pitch := p.span(-p.Tilt, p.Tilt)*math.Pi/180, p.span(-p.Tilt, p.Tilt)*math.Pi/180
	// The card's two axes in space, then the picture: x to the right, y down, z away; the eye at ten sides.
	turn := func(u, v float64) (x, y, z float64) {
		x, y = u*math.Cos(roll)-v*math.Sin(roll), u*math.Sin(roll)+v*math.Cos(roll)
		x, z = x*math.Cos(yaw), x*math.Sin(yaw)
		y, z = y*math.Cos(pitch)-z*math.Sin(pitch), y*math.Sin(pitch)+z*math.Cos(pitch)
		return x, y, z
	}
	ax, ay, az := turn(side, 0)
	bx, by, bz := turn(0, side)
	return plane{x, y, ax, ay, bx, by, az / (10 * side), bz / (10 * side)}
}

// at is where a pixel lies on the card: u and v from 0 to 1 within its grid.
func (q plane) at(x, y float64) (u, v float64) {
	// x = X(u,v)/(1+p·(u,v)) solved for u and v.
	dx, dy := x-q.x, y-q.y
	a, b := q.ax-dx*q.px, q.bx-dx*q.py
	c, d := q.ay-dy*q.px, q.by-dy*q.py
	det := a*d - b*c
	if det == 0 {
		return -1, -1
	}
	return (d*dx-b*dy)/det + 0.5, (a*dy-c*dx)/det + 0.5
}

// draw paints whatever of a plane has a value, each pixel the mean of nine points; outside gives what is there.
func (p *painter) draw(q plane, side float64, value func(u, v float64) (float32, bool)) {
	reach := side * 1.2
	for y := max(0, int(q.y-reach)); y < min(p.h, int(q.y+reach)); y++ {
		for x := max(0, int(q.x-reach)); x < min(p.w, int(q.x+reach)); x++ {
			here := &p.lum[y*p.w+x]
			var sum float32
			for i := range 9 {
				u, v := q.at(float64(x)+float64(i%3)/3+1.0/6, float64(y)+float64(i/3)/3+1.0/6)
				if got, ok := value(u, v); ok {
					sum += got
				} else {
					sum += *here
				}
			}
			*here = sum / 9
		}
	}
}

// card paints a card of a class: white paper, its grid, a letter beside each side, and the thumbs that hold it.
func (p *painter) card(g Grid, x, y, side float64, answer int) {
	q := p.pose(x, y, side, answer)
	paper, ink := float32(p.span(0.82, 0.97)), float32(p.span(0.03, 0.14))
	p.draw(q, side, func(u, v float64) (float32, bool) {
		if u < -margin || v < -margin || u >= 1+margin || v >= 1+margin {
			return 0, false
		}
		if u < 0 || v < 0 || u >= 1 || v >= 1 {
			return p.besides(u, v, paper, ink), true
		}
		if g[int(v*float64(len(g)))][int(u*float64(len(g)))] {
			return ink, true
		}
		return paper, true
	})
	for _, sign := range []float64{-1, 1} { // thumbs, on the paper beside the grid
		if p.r.IntN(3) > 0 && !p.Plain {
			p.ellipse(x+sign*side*0.74, y+side*p.span(-0.1, 0.5), side*0.1, side*0.07, float32(p.span(0.2, 0.65)))
		}
	}
}

// besides is the paper round the grid, with the small letters.
func (p *painter) besides(u, v float64, paper, ink float32) float32 {
	du, dv := math.Abs(u-0.5), math.Abs(v-0.5)
	if du < 0.02 && dv > 0.61 && dv < 0.66 || dv < 0.02 && du > 0.61 && du < 0.66 {
		return (ink + paper) / 2
	}
	return paper
}

// foreign paints a square of cells that is nobody's card: another family's, one with gaps in its border, or plain black.
func (p *painter) foreign(x, y, side float64) {
	q := p.pose(x, y, side, 0)
	n, kind := 4+p.r.IntN(6), p.r.IntN(4)
	cells := make([]bool, n*n)
	for i := range cells {
		edge := i%n == 0 || i%n == n-1 || i/n == 0 || i/n == n-1
		switch {
		case kind == 0:
			cells[i] = true
		case kind == 1:
			cells[i] = p.r.IntN(2) == 0
		default:
			cells[i] = edge || p.r.IntN(2) == 0
		}
	}
	p.draw(q, side, func(u, v float64) (float32, bool) {
		switch {
		case u < -margin || v < -margin || u >= 1+margin || v >= 1+margin:
			return 0, false
		case u >= 0 && v >= 0 && u < 1 && v < 1 && cells[int(v*float64(n))*n+int(u*float64(n))]:
			return 0.08, true
		}
		return 0.9, true
	})
}
