package paper

import (
	"bytes"
	"flag"
	"math/bits"
	"os"
	"os/exec"
	"regexp"
	"strconv"
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

// A count is how marks were read: each of them once.
type count struct{ sheets, found, marks, read, doubtful, wrong, meant int }

func (c *count) photo(t *testing.T, seed uint64, n int) time.Duration {
	t.Helper()
	f := formFor(seed)
	var forms []papertest.Form
	for i := range n {
		forms = append(forms, printedForm(f, codeFor(seed, i)))
	}
	photo, want := papertest.Homework(seed, forms...).Photo()
	if dir := os.Getenv("LAMPLIGHT_PHOTOS"); dir != "" {
		_ = os.WriteFile(dir+"/desk-"+string(rune('a'+seed%26))+".jpg", photo, 0o600)
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
				t.Errorf("photo %d: question %d, way %d of %+v, is read as %+v for certain", seed, q+1, w.Way, w, m)
			}
			continue
		case m.Sure && m.Option == w.Option:
			c.read++
		case m.Sure:
			c.wrong++
			t.Errorf("photo %d: question %d, way %d, is read as %+v, it says %d", seed, q+1, w.Way, m, w.Option)
		default:
			t.Logf("photo %d: question %d, way %d option %d, is doubtful: %+v", seed, q+1, w.Way, w.Option, m)
			c.doubtful++
		}
		c.marks++
	}
}

func TestSheetsAreReadFromOnePhotoAndNoMarkWrongly(t *testing.T) {
	n, few := *desks, 0
	if testing.Short() {
		n, few = 4, 1
	}
	var c count
	var slowest time.Duration
	for seed := uint64(*firstDesk); seed < uint64(*firstDesk+n); seed++ {
		slowest = max(slowest, c.photo(t, seed, 1+int(seed%3)/2))
	}
	t.Logf("%d photos: %d of %d sheets; %d of %d marks read (%.2f %%), %d doubtful, %d wrong; %d more were meant to be doubtful; slowest %d ms",
		n, c.found, c.sheets, c.read, c.marks, 100*float64(c.read)/float64(c.marks), c.doubtful, c.wrong, c.meant, slowest.Milliseconds())
	if least := 98 - 6*few; c.read*100 < c.marks*least || c.wrong > 0 { // few photos say little
		t.Fatal("98 of 100 marks must be read, and none wrongly")
	}
}

func TestCornersAreLikeNoCardAndNoOtherCorner(t *testing.T) {
	for i, c := range cornerCodes {
		for n, x := range turns(c) {
			for k, card := range codes {
				if d := bits.OnesCount32(x ^ card); d < apart {
					t.Errorf("corner %d, turned %d, differs from card %d in %d cells", i, n, k+1, d)
				}
			}
			for k, o := range cornerCodes {
				if d := bits.OnesCount32(x ^ o); d < apart && (i != k || n > 0) {
					t.Errorf("corner %d, turned %d, differs from corner %d in %d cells", i, n, k, d)
				}
			}
		}
	}
}

func TestACodeComesBackAndOneWithAWrongCellDoesNot(t *testing.T) {
	for seed := uint64(1); seed < 200; seed++ {
		c := codeFor(seed, int(seed))
		cells := c.cells()
		if got, ok := parseCode(cells); !ok || got != c {
			t.Fatalf("%+v comes back as %+v, %v", c, got, ok)
		}
		cells[seed%codeCells] = !cells[seed%codeCells]
		if got, ok := parseCode(cells); ok {
			t.Fatalf("%+v with a wrong cell is read as %+v", c, got)
		}
	}
}

// A sheet with a corner covered is read all the same; what lies under a hand is doubtful, not empty.
func TestACoveredCornerAndAHandAreNoAnswers(t *testing.T) {
	f, c := formFor(1), codeFor(1, 0)
	photo, want := papertest.Homework(1, printedForm(f, c)).Photo()
	p, err := Decode(bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	for y := p.height * 2 / 3; y < p.height; y++ { // white paper over the lower right
		for x := p.width / 2; x < p.width; x++ {
			p.luma[y*p.width+x] = 200
		}
	}
	got, _ := ReadSheets(p, func(SheetCode) (Form, bool) { return f, true })
	if len(got) != 1 || got[0].Code != c {
		t.Fatalf("%d sheets are read, want one", len(got))
	}
	sure, doubtful := 0, 0
	for q, m := range got[0].Marks {
		if f.Options[q] > 0 && !m.Sure {
			doubtful++
		} else if f.Options[q] > 0 && m.Option == want[0][q].Option {
			sure++
		} else if f.Options[q] > 0 && !want[0][q].Doubtful() {
			t.Errorf("question %d: %+v is read, it says %+v", q+1, m, want[0][q])
		}
	}
	if doubtful == 0 || sure < 10 {
		t.Errorf("%d are sure, %d doubtful", sure, doubtful)
	}
	if n := len(got[0].Cutout(0)); n < 300 || n > 20000 {
		t.Errorf("the picture of a line takes %d bytes", n)
	}
}

// The whole process, with the runtime and the photo, as the box would have it.
func TestAPhotoOfSheetsTakesLittleMemory(t *testing.T) {
	f := formFor(4)
	if file := os.Getenv("LAMPLIGHT_READ_SHEETS"); file != "" {
		photo, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer photo.Close()
		p, err := Decode(photo)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := ReadSheets(p, func(SheetCode) (Form, bool) { return f, true })
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Skip("no /proc here")
		}
		t.Logf("read %d\n%s", len(got), status)
		return
	}
	photo, _ := papertest.Homework(9, printedForm(f, codeFor(9, 0)), printedForm(f, codeFor(9, 1))).Photo()
	file := t.TempDir() + "/photo.jpg"
	if err := os.WriteFile(file, photo, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestAPhotoOfSheetsTakesLittleMemory$", "-test.v")
	cmd.Env = append(os.Environ(), "LAMPLIGHT_READ_SHEETS="+file)
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("read 2")) {
		t.Fatalf("%v\n%s", err, out)
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+)`).FindSubmatch(out)
	if m == nil {
		t.Skip("no /proc here")
	}
	peak, _ := strconv.Atoi(string(m[1]))
	t.Logf("two sheets of 60 questions: peak of the whole process %d MB, %d ms of a processor", peak>>10, cmd.ProcessState.UserTime().Milliseconds()+cmd.ProcessState.SystemTime().Milliseconds())
	if peak > 64<<10 && !raced {
		t.Errorf("it takes %d MB, at most 64 are there", peak>>10)
	}
}
