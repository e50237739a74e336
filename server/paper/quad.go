package paper

import "math"

// A quad is four corners, with the clock.
type quad [4]point

// quads finds what may be the border of a card.
func (p *Photo) quads(how pass) (out []quad) {
	for _, s := range p.shapes(p.runs(how)) {
		if q, ok := corners(s.hull()); ok {
			out = append(out, p.sharpen(q))
		}
	}
	return out
}

func (q quad) area() float64 {
	return 0.5 * q[2].minus(q[0]).cross(q[3].minus(q[1]))
}

// side is the mean length of a side.
func (q quad) side() (sum float64) {
	for i := range q {
		d := q[(i+1)%4].minus(q[i])
		sum += math.Hypot(d.x, d.y) / 4
	}
	return sum
}

// corners is the largest quad among the corners of a hull, if it covers the hull nearly and might be a square seen from
// somewhere.
func corners(hull []point) (q quad, ok bool) {
	n := len(hull)
	if n < 4 {
		return q, false
	}
	at := [4]int{0, n / 4, n / 2, 3 * n / 4}
	for i := range q {
		q[i] = hull[at[i]]
	}
	for better, rounds := true, 0; better && rounds < 20; rounds++ {
		better = false
		for i := range at {
			for k := (at[(i+3)%4] + 1) % n; k != at[(i+1)%4]; k = (k + 1) % n {
				try := q
				try[i] = hull[k]
				if try.area() > q.area()+1e-9 {
					q, at[i], better = try, k, true
				}
			}
		}
	}
	whole := 0.0
	for i := range hull {
		whole += 0.5 * hull[i].cross(hull[(i+1)%n])
	}
	side := q.side()
	return q, side >= leastSide && q.area() >= (0.97-2.6/side)*whole && q.squarish()
}

// squarish reports whether no side is much longer than another and no corner nearly flat.
func (q quad) squarish() bool {
	least, most := math.Inf(1), 0.0
	for i := range q {
		a, b := q[(i+1)%4].minus(q[i]), q[(i+2)%4].minus(q[(i+1)%4])
		la, lb := math.Hypot(a.x, a.y), math.Hypot(b.x, b.y)
		if a.cross(b) < 0.35*la*lb {
			return false
		}
		least, most = min(least, la), max(most, la)
	}
	return most < 3*least
}

// sharpen moves the sides to where the picture goes from dark to bright, to a part of a pixel.
func (p *Photo) sharpen(q quad) quad {
	var lines [4][2]point // a point and a direction
	for i := range q {
		lines[i] = p.edge(q[i], q[(i+1)%4])
	}
	out := q
	reach := 0.12*q.side() + 2
	for i := range q {
		a, b := lines[(i+3)%4], lines[i]
		det := a[1].cross(b[1])
		if math.Abs(det) < 1e-6 {
			return q
		}
		t := b[0].minus(a[0]).cross(b[1]) / det
		c := point{a[0].x + t*a[1].x, a[0].y + t*a[1].y}
		if d := c.minus(q[i]); math.Hypot(d.x, d.y) > reach {
			return q
		}
		out[i] = c
	}
	return out
}

// edge fits a line to the steps from dark to bright beside the line from a to b, whose dark side is on the right hand of
// who walks it on a picture.
func (p *Photo) edge(a, b point) [2]point {
	d := b.minus(a)
	long := math.Hypot(d.x, d.y)
	along := point{d.x / long, d.y / long}
	out := point{along.y, -along.x} // to the bright side
	reach := max(1.5, min(5, long/grid*0.75))
	n := max(8, min(30, int(long/2)))
	var ts, offs, weights []float64
	for i := range n {
		t := (0.08 + 0.84*(float64(i)+0.5)/float64(n)) * long
		x, y := a.x+t*along.x, a.y+t*along.y
		sum, mass := 0.0, 0.0
		before := p.light(x-reach*out.x, y-reach*out.y)
		for s := -reach + 0.5; s <= reach; s += 0.5 {
			now := p.light(x+s*out.x, y+s*out.y)
			if step := now - before; step > 0 {
				step *= step
				sum, mass = sum+step*(s-0.25), mass+step
			}
			before = now
		}
		if mass > 0 {
			ts, offs, weights = append(ts, t), append(offs, sum/mass), append(weights, math.Sqrt(mass))
		}
	}
	c0, c1 := fitLine(ts, offs, weights)
	start := point{a.x + c0*out.x, a.y + c0*out.y}
	return [2]point{start, {along.x + c1*out.x, along.y + c1*out.y}}
}

// fitLine is y = c0 + c1·x through weighted points, once more without those that lie far off.
func fitLine(xs, ys, ws []float64) (c0, c1 float64) {
	for range 3 {
		var n, sx, sy, sxx, sxy float64
		for i, w := range ws {
			n, sx, sy = n+w, sx+w*xs[i], sy+w*ys[i]
			sxx, sxy = sxx+w*xs[i]*xs[i], sxy+w*xs[i]*ys[i]
		}
		det := n*sxx - sx*sx
		if n == 0 || math.Abs(det) < 1e-9 {
			return c0, c1
		}
		c1 = (n*sxy - sx*sy) / det
		c0 = (sy - c1*sx) / n
		for i := range ws {
			if off := ys[i] - c0 - c1*xs[i]; math.Abs(off) > 0.8 {
				ws[i] *= 0.1
			}
		}
	}
	return c0, c1
}
