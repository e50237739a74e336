package paper

// A point of a picture, in pixels; the middle of the first one is 0.5, 0.5.
type point struct{ x, y float64 }

func (a point) minus(b point) point { return point{a.x - b.x, a.y - b.y} }

func (a point) cross(b point) float64 { return a.x*b.y - a.y*b.x }

// light is the brightness at a point, between those of the four pixels round it; beyond an edge that of the edge.
func (p *Photo) light(x, y float64) float64 {
	x, y = max(0, min(float64(p.width-1), x-0.5)), max(0, min(float64(p.height-1), y-0.5))
	ix, iy := min(int(x), p.width-2), min(int(y), p.height-2)
	fx, fy := x-float64(ix), y-float64(iy)
	at := p.luma[iy*p.width+ix:]
	top := float64(at[0])*(1-fx) + float64(at[1])*fx
	low := float64(at[p.width])*(1-fx) + float64(at[p.width+1])*fx
	return top*(1-fy) + low*fy
}

// A pass is a way to tell dark pixels: darker than the mean of the square of 2·reach+1 pixels round them by a share in
// thousandths.
type pass struct{ reach, share int }

// passes are tried one after the other: small cards in bad light want a near neighbourhood, big and near ones a wide one.
var passes = []pass{{12, 90}, {28, 150}}

// A run is dark pixels in a row: from x0 up to x1.
type run struct {
	y, x0, x1 int32
	label     int32
}

// runs finds the dark pixels. Sums of columns move down with the rows, so that it holds a few rows at a time.
func (p *Photo) runs(how pass) []run {
	w, h, r := p.width, p.height, how.reach
	columns := make([]int32, w)
	for y := range min(r, h) {
		addRow(columns, p.luma[y*w:(y+1)*w])
	}
	var out []run
	for y := range h {
		if y+r < h {
			addRow(columns, p.luma[(y+r)*w:(y+r+1)*w])
		}
		if y-r-1 >= 0 {
			takeRow(columns, p.luma[(y-r-1)*w:(y-r)*w])
		}
		rows := min(h-1, y+r) - max(0, y-r) + 1
		out = darkRuns(out, p.luma[y*w:(y+1)*w], columns, int32(y), rows, how)
	}
	return out
}

func addRow(columns []int32, row []uint8) {
	for x, v := range row[:len(columns)] {
		columns[x] += int32(v)
	}
}

func takeRow(columns []int32, row []uint8) {
	for x, v := range row[:len(columns)] {
		columns[x] -= int32(v)
	}
}

// leastDark is how much darker than round it a pixel must be at least, of 255: less is noise.
const leastDark = 5

func darkRuns(out []run, row []uint8, columns []int32, y int32, rows int, how pass) []run {
	w, r := len(row), how.reach
	sum, wide := int32(0), 0
	for x := range min(r, w) {
		sum += columns[x]
		wide++
	}
	start := -1
	for x := range w {
		if x+r < w {
			sum += columns[x+r]
			wide++
		}
		if x-r-1 >= 0 {
			sum -= columns[x-r-1]
			wide--
		}
		n := int32(wide * rows)
		is := int32(row[x])*n+max(leastDark*n, sum/1000*int32(how.share)) < sum
		if is && start < 0 {
			start = x
		} else if !is && start >= 0 {
			out = append(out, run{y: y, x0: int32(start), x1: int32(x)})
			start = -1
		}
	}
	if start >= 0 {
		out = append(out, run{y: y, x0: int32(start), x1: int32(w)})
	}
	return out
}
