package perseus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"

	"lamplight/content/tex"
)

// maxDrawing is how large a drawing and its labels may be, in bytes each.
const maxDrawing = 4 << 20

// DataPath is where the labels of a drawing at path lie in an archive; "" when path is no drawing.
func DataPath(path string) string {
	stem, ok := strings.CutSuffix(path, ".svg")
	if !ok {
		return ""
	}
	return stem + "-data.json"
}

// Drawing writes the labels of data (images/X-data.json) into the drawing svg (images/X.svg), where Perseus lays them over
// it: letters of points, numbers of axes. data may be wrapped in a call of a function, as it is where Khan Academy keeps it.
// The result is not yet made safe. fs.ErrInvalid when either cannot be read.
func Drawing(svg, data []byte) ([]byte, error) {
	if len(svg) > maxDrawing || len(data) > maxDrawing {
		return nil, fmt.Errorf("perseus: a drawing of %d and %d bytes: %w", len(svg), len(data), fs.ErrInvalid)
	}
	var d labels
	if from, to := bytes.IndexByte(data, '{'), bytes.LastIndexByte(data, '}'); from >= 0 && to > from {
		data = data[from : to+1]
	}
	if err := decode(data, &d); err != nil {
		return nil, fmt.Errorf("perseus: labels of a drawing: %w", err)
	}
	open := svgOpen.FindIndex(svg)
	end := bytes.LastIndex(svg, []byte("</svg>"))
	if open == nil || end < open[1] {
		return nil, fmt.Errorf("perseus: a drawing is no SVG: %w", fs.ErrInvalid)
	}
	width, height, ok := svgSize(string(svg[open[0]:open[1]]))
	if !ok || len(d.Range) != 2 || len(d.Range[0]) != 2 || len(d.Range[1]) != 2 {
		return nil, fmt.Errorf("perseus: a drawing does not say its size: %w", fs.ErrInvalid)
	}
	var b bytes.Buffer
	b.Write(svg[:end])
	for i, l := range d.Labels {
		if i == 500 {
			break
		}
		b.WriteString(l.text(d.Range, width, height))
	}
	b.Write(svg[end:])
	return b.Bytes(), nil
}

// labels are what stands over a drawing, in its own coordinates.
type labels struct {
	Range  [][]number `json:"range"` // of x, of y
	Labels []label    `json:"labels"`
}

type label struct {
	Content       word            `json:"content"`
	Alignment     word            `json:"alignment"`
	Coordinates   []number        `json:"coordinates"`
	Style         json.RawMessage `json:"style"`
	TypesetAsMath json.RawMessage `json:"typesetAsMath"`
}

var (
	svgOpen = regexp.MustCompile(`<svg\b[^>]*>`)
	svgAttr = regexp.MustCompile(`\b(width|height|viewBox)\s*=\s*["']([^"']*)["']`)
	colour  = regexp.MustCompile(`^(?:#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,20}|rgb\([0-9, ]{5,20}\))$`)
)

// svgSize is the size of a drawing in its own units: its view box, else its width and height.
func svgSize(tag string) (width, height float64, ok bool) {
	for _, m := range svgAttr.FindAllStringSubmatch(tag, -1) {
		switch m[1] {
		case "viewBox":
			parts := strings.FieldsFunc(m[2], func(r rune) bool { return r == ' ' || r == ',' })
			if len(parts) == 4 {
				w, errW := strconv.ParseFloat(parts[2], 64)
				h, errH := strconv.ParseFloat(parts[3], 64)
				if errW == nil && errH == nil && w > 0 && h > 0 {
					return w, h, true
				}
			}
		case "width":
			width, _ = strconv.ParseFloat(strings.TrimSuffix(m[2], "px"), 64)
		case "height":
			height, _ = strconv.ParseFloat(strings.TrimSuffix(m[2], "px"), 64)
		}
	}
	return width, height, width > 0 && height > 0 && width < 1e5 && height < 1e5
}

// labelSize is Perseus's letter height in the units of a drawing.
const labelSize = 16.0

// text is a label as an element of the drawing.
func (l label) text(span [][]number, width, height float64) string {
	if len(l.Coordinates) != 2 || l.Content == "" {
		return ""
	}
	x := (l.Coordinates[0].value - span[0][0].value) / (span[0][1].value - span[0][0].value) * width
	y := (span[1][1].value - l.Coordinates[1].value) / (span[1][1].value - span[1][0].value) * height
	if math.IsNaN(x+y) || math.IsInf(x+y, 0) {
		return ""
	}
	anchor, words := "middle", l.words()
	if strings.Contains(string(l.Alignment), "right") {
		anchor, x = "start", x+labelSize/2
	} else if strings.Contains(string(l.Alignment), "left") {
		anchor, x = "end", x-labelSize/2
	}
	if strings.HasPrefix(string(l.Alignment), "above") {
		y -= labelSize * 0.8
	} else if strings.HasPrefix(string(l.Alignment), "below") {
		y += labelSize * 0.8
	}
	return fmt.Sprintf(`<text x="%.1f" y="%.1f" text-anchor="%s" font-size="%g" font-family="sans-serif" fill="%s">%s</text>`,
		x, y+labelSize*0.35, anchor, labelSize, l.colour(), html.EscapeString(words))
}

// words are the label without TeX: of mathematics how it reads in a line.
func (l label) words() string {
	s := strings.TrimSpace(string(l.Content))
	if string(bytes.TrimSpace(l.TypesetAsMath)) == "false" {
		return s
	}
	return strings.TrimSpace(tex.Plain(strings.Join(formulaLines(strings.Trim(s, "$")), " ")))
}

func (l label) colour() string {
	var style struct{ Color, Fill word }
	if json.Unmarshal(l.Style, &style) == nil {
		for _, c := range []word{style.Color, style.Fill} {
			if colour.MatchString(string(c)) {
				return string(c)
			}
		}
	}
	return "black"
}
