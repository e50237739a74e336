package paper

import (
	"slices"

	"lamplight/content/arrange"
)

const (
	leastSide = 12 // pixels of a shape's box: a card with cells of under two pixels cannot be read
	maxShapes = 40000
)

// A shape is dark pixels that hang together.
type shape struct {
	x0, y0, x1, y1 int32
	runs           []run
}

// shapes joins runs that touch with a side, and leaves out what is too small to be a card.
func (p *Photo) shapes(runs []run) []shape {
	parent := make([]int32, len(runs))
	for i := range parent {
		parent[i] = int32(i)
	}
	root := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	above := 0 // the first run that may touch this one from above
	for i := range runs {
		for above < i && (runs[above].y < runs[i].y-1 || runs[above].y == runs[i].y-1 && runs[above].x1 <= runs[i].x0) {
			above++
		}
		for k := above; k < i && runs[k].y == runs[i].y-1 && runs[k].x0 < runs[i].x1; k++ {
			if a, b := root(int32(k)), root(int32(i)); a < b {
				parent[b] = a
			} else {
				parent[a] = b
			}
		}
	}
	for i := range runs {
		runs[i].label = root(int32(i))
	}
	return gather(runs)
}

// gather puts the runs of each shape together, those of shapes that are large enough.
func gather(runs []run) (out []shape) {
	boxes := make([]shape, len(runs)) // by label
	for i, r := range runs {
		if b := &boxes[r.label]; int(r.label) == i {
			*b = shape{r.x0, r.y, r.x1, r.y + 1, nil}
		} else {
			b.x0, b.x1, b.y1 = min(b.x0, r.x0), max(b.x1, r.x1), max(b.y1, r.y+1)
		}
	}
	kept := runs[:0]
	for _, r := range runs {
		if b := boxes[r.label]; b.x1-b.x0 >= leastSide && b.y1-b.y0 >= leastSide {
			kept = append(kept, r)
		}
	}
	arrange.Stably(kept, func(a, b run) int { return int(a.label) - int(b.label) })
	for from := 0; from < len(kept) && len(out) < maxShapes; {
		to := from
		for to < len(kept) && kept[to].label == kept[from].label {
			to++
		}
		b := boxes[kept[from].label]
		b.runs = kept[from:to]
		out = append(out, b)
		from = to
	}
	return out
}

// hull is the corners of the smallest convex shape round it, with the clock on a picture, by Andrew's chain.
func (s shape) hull() []point {
	left := make([]int32, s.y1-s.y0)
	right := make([]int32, s.y1-s.y0)
	for i := range left {
		left[i] = s.x1
	}
	for _, r := range s.runs {
		i := r.y - s.y0
		left[i], right[i] = min(left[i], r.x0), max(right[i], r.x1)
	}
	var a, b []point
	for i := range left {
		y := float64(s.y0) + float64(i)
		for _, at := range []float64{y, y + 1} {
			a = bend(a, point{float64(left[i]), at}, 1)
			b = bend(b, point{float64(right[i]), at}, -1)
		}
	}
	slices.Reverse(a)
	return append(b, a...)
}

// bend adds a point to one side of a hull and takes out those that are no corners then.
func bend(chain []point, to point, sign float64) []point {
	for len(chain) > 1 && sign*chain[len(chain)-1].minus(chain[len(chain)-2]).cross(to.minus(chain[len(chain)-1])) >= 0 {
		chain = chain[:len(chain)-1]
	}
	return append(chain, to)
}
