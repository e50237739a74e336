package nodetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/paper"
)

// longQuiz is a quiz of many questions, all but each sixth with bubbles.
func (c *paperClass) longQuiz(n int) learning.QuizID {
	c.t.Helper()
	course := content.CourseID("")
	if q, err := c.Store.Quiz(learning.Box(), c.quiz); err != nil {
		c.t.Fatal(err)
	} else {
		course = q.Sections[0].Questions[0].Course
	}
	q := learning.Quiz{Class: c.class, Title: "Term", State: learning.QuizOpen, Sections: []learning.QuizSection{{}}}
	for i := range n {
		item := []content.ItemID{"half", "eight", "half", "eight", "half", "sum"}[i%6]
		q.Sections[0].Questions = append(q.Sections[0].Questions, learning.QuizQuestion{Key: fmt.Sprintf("q%d", i+1), Course: course, Resource: c.exercise, Item: item})
	}
	id, err := c.Store.SaveQuiz(context.Background(), learning.As(c.teacher), q)
	if err != nil {
		c.t.Fatal(err)
	}
	return id
}

// filledIn fills in the circles of a page of answer sheets as it goes to the printer: full, crossed or ticked. It tells what,
// by sheet and row.
func filledIn(html string, r *rand.Rand) (string, [][]int) {
	var all [][]int
	return formSVG.ReplaceAllStringFunc(html, func(svg string) string {
		var rows [][][]float64
		for _, m := range formCircle.FindAllStringSubmatch(svg, -1) {
			x := floats(m[1:])
			if n := len(rows); n == 0 || rows[n-1][0][1] != x[1] || rows[n-1][0][0] > x[0] {
				rows = append(rows, nil)
			}
			rows[len(rows)-1] = append(rows[len(rows)-1], x)
		}
		var said []int
		marks := ""
		grey := 30 + r.IntN(100)
		for _, row := range rows {
			option := r.IntN(len(row)+1) - 1
			if said = append(said, option); option < 0 {
				continue
			}
			x, y := row[option][0], row[option][1]
			switch r.IntN(3) {
			case 0:
				marks += fmt.Sprintf(`<circle cx="%g" cy="%g" r="2.1" fill="rgb(%d,%d,%d)"/>`, x, y, grey, grey, grey)
			case 1:
				marks += fmt.Sprintf(`<path d="M%g %gl4 4M%g %gl-4 4" stroke="rgb(%d,%d,%d)" stroke-width=".6"/>`, x-2, y-2, x+2, y-2, grey, grey, grey)
			default:
				marks += fmt.Sprintf(`<path d="M%g %gl1.5 2l3 -4.5" fill="none" stroke="rgb(%d,%d,%d)" stroke-width=".6"/>`, x-1.6, y-0.2, grey, grey, grey)
			}
		}
		all = append(all, said)
		return strings.TrimSuffix(svg, "</svg>") + marks + "</svg>"
	}), all
}

// Answer sheets printed by a browser, filled in, rasterised and warped by other tools than ours, are read like painted ones.
func TestPrintedAnswerSheetsAreReadFromPaper(t *testing.T) {
	gs, convert := tool(t, "gs"), tool(t, "convert")
	tool(t, "chromium", "chromium-browser")
	c := openPaperClass(t)
	b := c.Browser()
	b.SignIn("Grace", "mango-river-7")
	out := os.Getenv("LAMPLIGHT_PRINTS")
	if out == "" {
		out = t.TempDir()
	}
	r := rand.New(rand.NewPCG(5, 9))
	quiz := c.longQuiz(36)
	var want [][]int
	pdf := filepath.Join(out, "answer-sheets.pdf")
	path := fmt.Sprintf("/teach/paper/%s/sheet?quiz=%s&kind=answers", c.class, quiz)
	pages := b.printEdited(path, pdf, func(html string) (edited string) {
		edited, want = filledIn(html, r)
		return edited
	})
	if pages != 40 || len(want) != 40 {
		t.Fatalf("40 answer sheets take %d pages, %d with a form", pages, len(want))
	}
	b.printPDF(path, filepath.Join(out, "answer-sheets-empty.pdf"))
	dir := t.TempDir()
	ranTool(t, gs, "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pnggray", "-r150", "-dLastPage=12", "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-o", filepath.Join(dir, "page-%02d.png"), pdf)
	form := paper.Form{}
	for i := range 36 {
		form.Options = append(form.Options, []int{3, 2, 3, 2, 3, 0}[i%6])
	}
	read, doubtful, all, wrong := 0, 0, 0, 0
	var slowest time.Duration
	for at := 0; at < 12; {
		n := 1 + at/3%2
		photo := deskPhoto(t, convert, dir, at, min(n, 12-at), r)
		f, err := os.Open(photo)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		p, err := paper.Decode(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		got, strange := paper.ReadSheets(p, func(paper.SheetCode) (paper.Form, bool) { return form, true })
		slowest = max(slowest, time.Since(start))
		sheet := map[uint32]paper.SheetReading{}
		for _, x := range got {
			sheet[x.Code.Learner] = x
		}
		for ; n > 0 && at < 12; n, at = n-1, at+1 {
			x, ok := sheet[paper.Tag("learner", string(c.learners[at]))&(1<<28-1)]
			if !ok {
				t.Logf("sheet %d is not read, %d strange", at+1, strange)
			}
			row := 0
			for q, options := range form.Options {
				if options == 0 {
					continue
				}
				said := want[at][row]
				row, all = row+1, all+1
				switch {
				case !ok:
				case !x.Marks[q].Sure:
					doubtful++
				case x.Marks[q].Option != said:
					t.Errorf("sheet %d, question %d: %+v is read, it says %d", at+1, q+1, x.Marks[q], said)
					wrong++
				default:
					read++
				}
			}
		}
	}
	t.Logf("12 printed sheets: %d of %d marks read (%.2f %%), %d doubtful, %d wrong; slowest %d ms", read, all, 100*float64(read)/float64(all), doubtful, wrong, slowest.Milliseconds())
	if read*100 < all*98 || wrong > 0 {
		t.Error("98 of 100 marks on printed sheets must be read, none wrongly")
	}
}

// deskPhoto lays n pages from one on, turned and warped, on a desk and photographs them.
func deskPhoto(t *testing.T, convert, dir string, from, n int, r *rand.Rand) string {
	t.Helper()
	span := func(low, high float64) float64 { return low + (high-low)*r.Float64() }
	size, room, high := "1536x2048", 1536.0, 1900.0
	if n > 1 {
		size, room, high = "2048x1536", 1024.0, 1330.0
	}
	args := []string{"-size", size, "-seed", fmt.Sprint(from + 1), "plasma:gray30-gray60", "-colorspace", "Gray"}
	for i := range n {
		wide := high * 210 / 297
		corner := func(x, y float64) string {
			return fmt.Sprintf("%.1f,%.1f %.1f,%.1f", x, y, x+span(-0.03, 0.03)*wide, y+span(-0.03, 0.03)*wide)
		}
		args = append(args, "(", filepath.Join(dir, fmt.Sprintf("page-%02d.png", from+i+1)), "-resize", fmt.Sprintf("%.0fx%.0f!", wide, high),
			"-alpha", "set", "-virtual-pixel", "transparent", "-background", "none", "+distort", "Perspective",
			strings.Join([]string{corner(0, 0), corner(wide, 0), corner(0, high), corner(wide, high)}, "  "),
			"-rotate", fmt.Sprintf("%.1f", span(-1.5, 1.5)), "+repage", ")",
			"-gravity", "NorthWest", "-geometry", fmt.Sprintf("+%.0f+%.0f", room*float64(i)+span(20, 45), span(20, 60)), "-composite")
	}
	photo := filepath.Join(dir, fmt.Sprintf("desk-%d.jpg", from))
	args = append(args, "-blur", "0x0.8", "-attenuate", "0.2", "+noise", "Gaussian", "-quality", "70", photo)
	ranTool(t, convert, args...)
	if keep := os.Getenv("LAMPLIGHT_PRINTS"); keep != "" {
		ranTool(t, "cp", photo, keep)
	}
	return photo
}
