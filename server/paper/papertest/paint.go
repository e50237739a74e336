package papertest

import "math"

// span is a range drawn from.
func (p *painter) span(low, high float64) float64 { return low + (high-low)*p.r.Float64() }

// rect fills an upright rectangle, cut at the edges.
func (p *painter) rect(x0, y0, x1, y1 float64, v float32) {
	for y := max(0, int(y0)); y < min(p.h, int(y1)); y++ {
		row := p.lum[y*p.w : (y+1)*p.w]
		for x := max(0, int(x0)); x < min(p.w, int(x1)); x++ {
			row[x] = v
		}
	}
}

// ellipse fills one.
func (p *painter) ellipse(cx, cy, rx, ry float64, v float32) {
	for y := max(0, int(cy-ry)); y < min(p.h, int(cy+ry)+1); y++ {
		dy := (float64(y) - cy) / ry
		half := rx * math.Sqrt(max(0, 1-dy*dy))
		p.rect(cx-half, float64(y), cx+half, float64(y)+1, v)
	}
}

// wall is a rough wall: coarse patches and fine grain.
func (p *painter) wall() {
	base, rough := float32(p.span(0.35, 0.75)), float32(p.span(0.02, 0.12))
	const patch = 24
	cols := p.w/patch + 2
	coarse := make([]float32, cols*(p.h/patch+2))
	for i := range coarse {
		coarse[i] = rough * float32(2*p.r.Float64()-1)
	}
	for y := range p.h {
		for x := range p.w {
			i, fx, fy := (y/patch)*cols+x/patch, float32(x%patch)/patch, float32(y%patch)/patch
			top := coarse[i]*(1-fx) + coarse[i+1]*fx
			low := coarse[i+cols]*(1-fx) + coarse[i+cols+1]*fx
			p.lum[y*p.w+x] = base + top*(1-fy) + low*fy
		}
	}
}

// clutter is what hangs and stands in a classroom.
func (p *painter) clutter() {
	for range 3 {
		p.window()
	}
	for range 6 {
		p.poster()
	}
	for range 10 {
		p.stripes()
	}
	for range 5 {
		p.chequers()
	}
}

// window is bright with dark bars.
func (p *painter) window() {
	x, y, w, h := p.span(0, float64(p.w)), p.span(0, float64(p.h)/2), p.span(120, 360), p.span(120, 300)
	p.rect(x-8, y-8, x+w+8, y+h+8, 0.15)
	nx, ny := 2+p.r.IntN(2), 2+p.r.IntN(3)
	for i := range nx * ny {
		px, py := x+w*float64(i%nx)/float64(nx), y+h*float64(i/nx)/float64(ny)
		p.rect(px+3, py+3, px+w/float64(nx)-3, py+h/float64(ny)-3, float32(p.span(0.85, 1)))
	}
}

// poster is a sheet of what looks like print.
func (p *painter) poster() {
	x, y, w, h := p.span(0, float64(p.w)), p.span(0, float64(p.h)), p.span(100, 300), p.span(100, 300)
	p.rect(x, y, x+w, y+h, float32(p.span(0.75, 0.95)))
	dot := p.span(1, 4)
	for ty := y + 3*dot; ty < y+h-9*dot; ty += 10 * dot {
		for tx := x + 3*dot; tx < x+w-7*dot; tx += 6 * dot {
			if p.r.IntN(6) > 0 {
				p.glyph(tx, ty, dot)
			}
		}
	}
}

// glyph is a letter of no script: strokes on five by seven dots.
func (p *painter) glyph(x, y, dot float64) {
	for range 4 {
		a, b := float64(p.r.IntN(5)), float64(p.r.IntN(7))
		if p.r.IntN(2) == 0 {
			p.rect(x, y+b*dot, x+5*dot, y+(b+1)*dot, 0.12)
		} else {
			p.rect(x+a*dot, y, x+(a+1)*dot, y+7*dot, 0.12)
		}
	}
}

// stripes is a shirt or a fence.
func (p *painter) stripes() {
	x, y, w, h, step := p.span(0, float64(p.w)), p.span(0, float64(p.h)), p.span(50, 250), p.span(50, 250), p.span(5, 24)
	dark, light := float32(p.span(0.05, 0.4)), float32(p.span(0.5, 0.95))
	p.rect(x, y, x+w, y+h, light)
	upright := p.r.IntN(2) == 0
	for at := 0.0; at < max(w, h); at += 2 * step {
		if upright && at < w {
			p.rect(x+at, y, x+min(at+step, w), y+h, dark)
		} else if !upright && at < h {
			p.rect(x, y+at, x+w, y+min(at+step, h), dark)
		}
	}
}

// chequers is a cloth: squares that touch at their corners.
func (p *painter) chequers() {
	x, y, step, n := p.span(0, float64(p.w)), p.span(0, float64(p.h)), p.span(6, 40), 4+p.r.IntN(4)
	for i := range n * n {
		v := float32(0.9)
		if (i%n+i/n)%2 == 0 {
			v = 0.1
		}
		cx, cy := x+step*float64(i%n), y+step*float64(i/n)
		p.rect(cx, cy, cx+step, cy+step, v)
	}
}

// body is who holds a card: a head above and a shirt below.
func (p *painter) body(x, y, side float64) {
	shirt, skin := float32(p.span(0.08, 0.9)), float32(p.span(0.12, 0.7))
	p.rect(x-side*1.1, y-side*0.2, x+side*1.1, y+side*1.6, shirt)
	p.ellipse(x+side*p.span(-0.3, 0.3), y-side*0.9, side*0.45, side*0.6, skin)
}

// light darkens: falling off to one side, and in half of all photos with the shadow of a wall across.
func (p *painter) light() {
	angle, fall := p.span(0, 2*math.Pi), p.span(0, 0.5)
	dx, dy := math.Cos(angle)/float64(p.w), math.Sin(angle)/float64(p.h)
	shaded, edge, soft, deep := p.r.IntN(2) == 0, p.span(-0.3, 0.3), p.span(0.005, 0.05), p.span(0.35, 0.7)
	turn := p.span(0, 2*math.Pi)
	sx, sy := math.Cos(turn)/float64(p.w), math.Sin(turn)/float64(p.h)
	for y := range p.h {
		for x := range p.w {
			fx, fy := float64(x)-float64(p.w)/2, float64(y)-float64(p.h)/2
			v := 1 - fall*(0.5+fx*dx+fy*dy)
			if shaded {
				v *= 1 - (1-deep)*max(0, min(1, 0.5+(fx*sx+fy*sy-edge)/soft/2))
			}
			p.lum[y*p.w+x] *= float32(v)
		}
	}
}

// blur is a lens that is not quite sharp: Gaussian, in two passes.
func (p *painter) blur(sigma float64) {
	reach := int(math.Ceil(2.5 * sigma))
	if reach == 0 {
		return
	}
	kernel, sum := make([]float32, 2*reach+1), float32(0)
	for i := range kernel {
		d := float64(i - reach)
		kernel[i] = float32(math.Exp(-d * d / (2 * sigma * sigma)))
		sum += kernel[i]
	}
	for i := range kernel {
		kernel[i] /= sum
	}
	out := make([]float32, len(p.lum))
	p.convolve(out, p.lum, kernel, 1, 0)
	p.convolve(p.lum, out, kernel, 0, 1)
}

func (p *painter) convolve(to, from, kernel []float32, dx, dy int) {
	reach := len(kernel) / 2
	for y := range p.h {
		for x := range p.w {
			var v float32
			for i, k := range kernel {
				cx, cy := max(0, min(p.w-1, x+(i-reach)*dx)), max(0, min(p.h-1, y+(i-reach)*dy))
				v += k * from[cy*p.w+cx]
			}
			to[y*p.w+x] = v
		}
	}
}
