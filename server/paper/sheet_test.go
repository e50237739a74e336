package paper

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"lamplight/server/paper/papertest"
)

var desks = flag.Int("desks", 20, "how many photos of answer sheets are read")

var firstDesk = flag.Int("desk", 1, "the first of them")

// printedForm is a form as the generator prints it.
func printedForm(f Form, c SheetCode) papertest.Form {
	out := papertest.Form{W: formWide, H: formHigh}
	f.rects(c, func(x, y, w, h float64) {
		out.Shapes = append(out.Shapes, papertest.Shape{Kind: 'r', X: x, Y: y, W: w, H: h})
	})
	for q, n := range f.Options {
		var row []papertest.Bubble
		for i := range n {
			x, y := f.bubble(q, i)
			row = append(row, papertest.Bubble{X: x, Y: y, R: bubbleRadius})
			out.Shapes = append(out.Shapes, papertest.Shape{Kind: 'c', X: x, Y: y, W: bubbleRadius})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// formFor is a form of some questions, as quizzes have them.
func formFor(seed uint64) (f Form) {
	for q := range []int{10, 20, 30, 40, 60}[seed%5] {
		f.Options = append(f.Options, []int{4, 4, 2, 3, 5, 6, 0, 4}[(q+int(seed))%8])
	}
	return f
}

func codeFor(seed uint64, i int) SheetCode {
	return SheetCode{Questions: Tag("quiz", string(rune(seed))), Learner: Tag("learner", string(rune(seed*7+uint64(i)))), Set: uint32(seed % 1000), Version: "AB"[i%2]}.fit()
}

var (
	dbg  []string
	dbgs = map[SheetCode][]string{}
)

// A count is how marks were read: each of them once.
type count struct{ sheets, found, marks, read, doubtful, wrong, meant int }

func (c *count) photo(t *testing.T, seed uint64, n int, change func(*papertest.Desk)) time.Duration {
	t.Helper()
	f := formFor(seed)
	d := papertest.Homework(seed)
	var forms []papertest.Form
	for i := range n {
		forms = append(forms, printedForm(f, codeFor(seed, i)))
	}
	d = papertest.Homework(seed, forms...)
	if change != nil {
		change(&d)
	}
	photo, want := d.Photo()
	if dir := os.Getenv("LAMPLIGHT_PHOTOS"); dir != "" {
		_ = os.WriteFile(dir+"/desk-"+string(rune('a'+seed%26))+".jpg", photo, 0o600)
	}
	debugMarks = func(r *SheetReading, l limits, rows [][]trace, seen []bool) {
		dbg = nil
		for q := range rows {
			dbg = append(dbg, fmt.Sprintf("%.3f seen %v limit %.3f moved %.2f ", rows[q], seen[q], l, r.laid.moved[q]))
		}
		dbgs[r.Code] = dbg
	}
	start := time.Now()
	p, err := Decode(bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	got, strange := ReadSheets(p, func(SheetCode) (Form, bool) { return f, true })
	took := time.Since(start)
	if strange > 0 {
		t.Logf("photo %d: %d are strange", seed, strange)
	}
	for i := range want {
		c.sheets++
		at := -1
		for k := range got {
			if got[k].Code == codeFor(seed, i) {
				at = k
			}
		}
		if at < 0 {
			t.Logf("photo %d: sheet %d is not read", seed, i)
			for _, n := range f.Options {
				c.marks += min(n, 1)
			}
			continue
		}
		c.found++
		dbg = dbgs[got[at].Code]
		c.compare(t, seed, f, got[at].Marks, want[i])
	}
	return took
}

func (c *count) compare(t *testing.T, seed uint64, f Form, got []Mark, want []papertest.Answer) {
	t.Helper()
	for q, w := range want {
		if f.Options[q] == 0 {
			continue
		}
		m := got[q]
		switch {
		case w.Doubtful():
			c.meant++
			if m.Sure && m.Option != w.Option && !(w.Way == papertest.Erased && m.Option < 0) {
				c.wrong++
				t.Errorf("photo %d: question %d, way %d of %+v, is read as %+v for certain: %s", seed, q+1, w.Way, w, m, dbg[q])
			}
			continue
		case m.Sure && m.Option == w.Option:
			c.read++
		case m.Sure:
			c.wrong++
			t.Errorf("photo %d: question %d, way %d, is read as %+v, it says %d", seed, q+1, w.Way, m, w.Option)
		default:
			t.Logf("photo %d: question %d, way %d option %d, doubtful %+v: %v", seed, q+1, w.Way, w.Option, m, dbg[q])
			c.doubtful++
		}
		c.marks++
	}
}

func TestSheetsAreReadFromOnePhotoAndNoMarkWrongly(t *testing.T) {
	n := *desks
	if testing.Short() {
		n = 4
	}
	var c count
	var slowest time.Duration
	for seed := uint64(*firstDesk); seed < uint64(*firstDesk+n); seed++ {
		slowest = max(slowest, c.photo(t, seed, 1+int(seed%3)/2, nil))
	}
	t.Logf("%d photos: %d of %d sheets; %d of %d marks read (%.2f %%), %d doubtful, %d wrong; %d more were meant to be doubtful; slowest %d ms",
		n, c.found, c.sheets, c.read, c.marks, 100*float64(c.read)/float64(c.marks), c.doubtful, c.wrong, c.meant, slowest.Milliseconds())
	if c.read*100 < c.marks*98 || c.wrong > 0 {
		t.Fatal("98 of 100 marks must be read, and none wrongly")
	}
}
