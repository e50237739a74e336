package paper

import (
	"math"
	"math/bits"
)

// found is a card in a photo.
type found struct {
	card   int
	answer Answer
	slant  bool // between two answers
	x, y   float64
	side   float64
}

// A homography maps the card's own square, 0 to 1 each way, to pixels.
type homography [8]float64

// homographyOf is the one that maps the corners of the unit square, with the clock from 0, 0, to those of q (Heckbert 1989).
func homographyOf(q quad) homography {
	sx, sy := q[0].x-q[1].x+q[2].x-q[3].x, q[0].y-q[1].y+q[2].y-q[3].y
	d1, d2 := q[1].minus(q[2]), q[3].minus(q[2])
	det := d1.cross(d2)
	g := (sx*d2.y - sy*d2.x) / det
	h := (d1.x*sy - d1.y*sx) / det
	return homography{
		q[1].x - q[0].x + g*q[1].x, q[3].x - q[0].x + h*q[3].x, q[0].x,
		q[1].y - q[0].y + g*q[1].y, q[3].y - q[0].y + h*q[3].y, q[0].y, g, h,
	}
}

func (m *homography) at(u, v float64) (x, y float64) {
	w := m[6]*u + m[7]*v + 1
	return (m[0]*u + m[1]*v + m[2]) / w, (m[3]*u + m[4]*v + m[5]) / w
}

// ring is the grid with a row of paper on every side.
const ring = grid + 2

// A board is the light of each cell of a ring.
type board [ring * ring]float64

// sample takes the light of the cells, each the mean of nine points in its middle part.
func (p *Photo) sample(m *homography) (b board) {
	for i := range b {
		for k := range 9 {
			u := float64(i%ring) - 0.5 + 0.25*float64(k%3-1)
			v := float64(i/ring) - 0.5 + 0.25*float64(k/3-1)
			b[i] += p.light(m.at(u/grid, v/grid)) / 9
		}
	}
	return b
}

// A plate is light that changes evenly: a + b·x + c·y of a cell's place.
type plate [3]float64

func (l plate) at(i int) float64 { return l[0] + l[1]*float64(i%ring) + l[2]*float64(i/ring) }

// depth is how deep a cell lies: 0 on the paper, 1 in the border, more within.
func depth(i int) int {
	x, y := i%ring, i/ring
	return min(x, y, ring-1-x, ring-1-y)
}

// fitPlate fits a plate to the cells of a depth, which lie evenly round the middle: so each slope stands alone. A second
// time without cells that are far off: thumbs, letters.
func (b *board) fitPlate(at int) (l plate) {
	const mid = float64(ring-1) / 2
	skip := map[int]bool{}
	for range 2 {
		var n, sum, sx, sy, sxx, syy, sxv, syv float64
		for i, v := range b {
			if depth(i) != at || skip[i] {
				continue
			}
			x, y := float64(i%ring)-mid, float64(i/ring)-mid
			n, sum, sx, sy = n+1, sum+v, sx+x, sy+y
			sxx, syy, sxv, syv = sxx+x*x, syy+y*y, sxv+x*v, syv+y*v
		}
		if n < 4 {
			return l
		}
		l[1] = (sxv - sx*sum/n) / max(1, sxx-sx*sx/n)
		l[2] = (syv - sy*sum/n) / max(1, syy-sy*sy/n)
		l[0] = sum/n - l[1]*(sx/n+mid) - l[2]*(sy/n+mid)
		var spread float64
		for i, v := range b {
			if depth(i) == at && !skip[i] {
				spread += math.Abs(v-l.at(i)) / n
			}
		}
		for i, v := range b {
			skip[i] = depth(i) == at && math.Abs(v-l.at(i)) > max(8, 2.5*spread)
		}
	}
	return l
}

const (
	leastContrast = 14   // of 255 between paper and ink
	brokenBorder  = 2    // cells of 24 that may look bright
	coveredPaper  = 10   // cells of 32 round it that may look dark: thumbs
	sharpening    = 0.22 // how much of its neighbours' light is taken out of a cell: a lens mixes them
	doubt         = 0.35 // of the way from the middle to paper or ink: a cell nearer the middle may be either
	mostDoubt     = 2    // cells that may be wrong, all of them doubtful
	mostSlant     = 36.0 // degrees a card may lean from standing on a side; at 45 it is between two answers
)

// levels gives each cell a value from −1, ink, to 1, paper, by the light that is there; false where there is no card.
func (b *board) levels() (out board, ok bool) {
	paper, ink := b.fitPlate(0), b.fitPlate(1)
	bad, covered := 0, 0
	for i, v := range b {
		half := (paper.at(i) - ink.at(i)) / 2
		if half < leastContrast/2 {
			return out, false
		}
		out[i] = (v - ink.at(i) - half) / half
		switch d := depth(i); {
		case d == 0 && out[i] < 0:
			covered++
		case d == 1 && out[i] > 0:
			bad++
		}
	}
	return out, bad <= brokenBorder && covered <= coveredPaper
}

// code reads the inner cells; weak has a bit for each that is doubtful.
func (b *board) code() (code, weak uint32) {
	for k := range codeBits {
		i := (k/inner+2)*ring + k%inner + 2
		v := b[i] + sharpening*(4*b[i]-b[i-1]-b[i+1]-b[i-ring]-b[i+ring])
		if v < 0 {
			code |= 1 << k
		}
		if math.Abs(v) < doubt {
			weak |= 1 << k
		}
	}
	return code, weak
}

// square reads a quad as one of the squares of codes; false when it is none.
func (p *Photo) square(m *homography, codes []uint32) (got match, ok bool) {
	b := p.sample(m)
	levels, ok := b.levels()
	if !ok {
		return got, false
	}
	code, weak := levels.code()
	got = nearest(code, codes)
	return got, got.wrong&^weak == 0 && bits.OnesCount32(got.wrong) <= mostDoubt && bits.OnesCount32(weak) <= 4*mostDoubt
}

// decode reads a quad as a card; false when it is none.
func (p *Photo) decode(q quad) (f found, ok bool) {
	m := homographyOf(q)
	got, ok := p.square(&m, codes[:])
	if !ok {
		return f, false
	}
	f = found{card: got.card, side: q.side()}
	f.x, f.y = m.at(0.5, 0.5)
	// q[0] is where the card's own corner turned by turns lies; up is from the middle to the side that is A.
	f.answer, f.slant = p.side(&m, got.turns)
	return f, true
}

// side says which of a card's sides is up, and whether that is doubtful. The card's A is turns quarters with the clock from
// the side of the quad between its first two corners.
func (p *Photo) side(m *homography, turns int) (a Answer, slant bool) {
	// The direction from the middle to the first side of the quad, as people look at the photo.
	x0, y0 := m.at(0.5, 1)
	x1, y1 := m.at(0.5, 0)
	x2, y2 := m.at(0, 0.5)
	x3, y3 := m.at(1, 0.5)
	// Both axes of the card count: seen aslant they are not at right angles.
	angle := math.Atan2(x1-x0, y0-y1)
	other := math.Atan2(y3-y2, x3-x2)
	angle += math.Remainder(other-angle, 2*math.Pi) / 2
	// with the clock from straight up, in quarters
	lean := angle/(math.Pi/2) + float64(p.quarters)
	near := math.Round(lean)
	slant = math.Abs(lean-near)*90 > mostSlant
	// A is (near + turns) quarters with the clock from up, so the side that is up comes that many before it, going back.
	return Answer((8 - (int(near)+turns)%4) % 4), slant
}
