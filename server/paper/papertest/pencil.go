package papertest

import "math"

// A pencil is one hand: how dark and how broad it writes, and how far it runs beyond a bubble.
type pencil struct{ dark, broad, over float64 }

func (l *leaf) span(low, high float64) float64 { return low + (high-low)*l.r.Float64() }

func (l *leaf) pencil() pencil {
	return pencil{dark: l.span(0.4, 0.92), broad: l.span(0.35, 0.75), over: l.span(0.7, 1.35)}
}

// answer marks a row.
func (l *leaf) answer(row []Bubble, a Answer, pen pencil) {
	faint := pencil{dark: l.span(0.05, 0.14), broad: pen.broad, over: 0.8}
	switch a.Way {
	case Filled:
		l.scribble(row[a.Option], pen)
	case Cross:
		l.cross(row[a.Option], pen)
	case Tick:
		l.tick(row[a.Option], pen)
	case Erased:
		l.rub(row[a.Option], pen)
	case Mended:
		l.rub(row[a.Second], pen)
		l.scribble(row[a.Option], pen)
	case Two:
		l.scribble(row[a.Second], pen)
		l.scribble(row[a.Option], pen)
	case Faint:
		l.scribble(row[a.Option], faint)
	}
}

// stroke draws a line, in millimetres of the form; pressure and the grain of the paper vary along it.
func (l *leaf) stroke(x0, y0, x1, y1 float64, pen pencil) {
	long := math.Hypot(x1-x0, y1-y0)
	n := int(long*sheetDots) + 1
	for i := range n + 1 {
		t := float64(i) / float64(n)
		press := pen.dark * (0.85 + 0.15*math.Sin(7*t+x0))
		l.dot(x0+t*(x1-x0), y0+t*(y1-y0), pen.broad/2, press)
	}
}

// dot darkens the paper by a share of its light, where it is not darker already.
func (l *leaf) dot(x, y, radius, press float64) {
	cx, cy, r := (x+edgeOfSheet)*sheetDots, (y+edgeOfSheet)*sheetDots, radius*sheetDots
	for py := max(0, int(cy-r)); py <= min(l.h-1, int(cy+r)); py++ {
		for px := max(0, int(cx-r)); px <= min(l.w-1, int(cx+r)); px++ {
			if math.Hypot(float64(px)-cx, float64(py)-cy) > r {
				continue
			}
			to := l.paper * float32(1-press*(0.8+0.2*l.r.Float64()))
			if here := &l.lum[py*l.w+px]; to < *here {
				*here = to
			}
		}
	}
}

// scribble fills a bubble with strokes to and fro, not quite and a little beyond.
func (l *leaf) scribble(b Bubble, pen pencil) {
	slant := l.span(-0.9, 0.9)
	step := pen.broad * l.span(0.6, 1.1)
	reach := b.R * l.span(0.75, 1) * min(pen.over, 1.1)
	for at := -reach; at <= reach; at += step {
		half := math.Sqrt(max(0, reach*reach-at*at))
		cos, sin := math.Cos(slant), math.Sin(slant)
		l.stroke(b.X+at*cos-half*sin, b.Y+at*sin+half*cos, b.X+at*cos+half*sin, b.Y+at*sin-half*cos, pen)
	}
}

// cross is two strokes.
func (l *leaf) cross(b Bubble, pen pencil) {
	r := b.R * pen.over * 0.85
	dx, dy := l.span(-0.3, 0.3), l.span(-0.3, 0.3)
	l.stroke(b.X+dx-r*l.span(0.7, 1), b.Y+dy-r*l.span(0.7, 1), b.X+dx+r*l.span(0.7, 1), b.Y+dy+r*l.span(0.7, 1), pen)
	l.stroke(b.X+dx+r*l.span(0.7, 1), b.Y+dy-r*l.span(0.7, 1), b.X+dx-r*l.span(0.7, 1), b.Y+dy+r*l.span(0.7, 1), pen)
}

// tick is a short stroke down and a long one up.
func (l *leaf) tick(b Bubble, pen pencil) {
	x, y := b.X+l.span(-0.6, 0.2), b.Y+b.R*l.span(0.3, 0.7)
	l.stroke(x-b.R*l.span(0.4, 0.7), y-b.R*l.span(0.4, 0.8), x, y, pen)
	l.stroke(x, y, x+b.R*l.span(0.6, 1.1), y-b.R*l.span(1, 1.5)*pen.over, pen)
}

// rub is what is left of a mark that was rubbed out: a smear, and traces of the strokes.
func (l *leaf) rub(b Bubble, pen pencil) {
	l.scribble(b, pencil{dark: pen.dark * l.span(0.08, 0.25), broad: pen.broad, over: pen.over})
	smear := l.span(0.02, 0.06)
	for range 30 {
		l.dot(b.X+l.span(-1.3, 1.3)*b.R, b.Y+l.span(-1, 1)*b.R, 0.5, smear)
	}
}
