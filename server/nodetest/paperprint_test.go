package nodetest

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lamplight/server/paper"
)

// tool finds a program, or skips the test and says so.
func tool(t testing.TB, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skipf("none of %v is on this machine: nothing is printed", names)
	return ""
}

func ranTool(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

var sheetLink = regexp.MustCompile(`<link rel="stylesheet" href="([^"]+)"`)

// printPDF prints a page of the node as a browser does, and says how many pages of paper that takes.
func (b *Browser) printPDF(path, pdf string) int {
	b.t.Helper()
	return b.printEdited(path, pdf, func(html string) string { return html })
}

// printEdited is printPDF of a page that is changed before.
func (b *Browser) printEdited(path, pdf string, edit func(html string) string) int {
	b.t.Helper()
	chromium := tool(b.t, "chromium", "chromium-browser")
	p := b.Get(path)
	html := p.Body
	for _, m := range sheetLink.FindAllStringSubmatch(html, -1) {
		html = strings.Replace(html, m[0]+"/>", "<style>"+b.Get(m[1]).Body+"</style>", 1)
		html = strings.Replace(html, m[0]+">", "<style>"+b.Get(m[1]).Body+"</style>", 1)
	}
	dir := b.t.TempDir()
	file := filepath.Join(dir, "page.html")
	if err := os.WriteFile(file, []byte(edit(html)), 0o600); err != nil {
		b.t.Fatal(err)
	}
	ranTool(b.t, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir="+filepath.Join(dir, "profile"), "--no-pdf-header-footer",
		"--print-to-pdf="+pdf, (&url.URL{Scheme: "file", Path: file}).String())
	text, err := os.ReadFile(pdf)
	if err != nil {
		b.t.Fatal(err)
	}
	return len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(text, -1))
}

// Cards printed by a browser, rasterised and turned and warped by other tools than ours, are read like painted ones.
func TestPrintedCardsAreReadFromPaper(t *testing.T) {
	gs, convert := tool(t, "gs"), tool(t, "convert")
	tool(t, "chromium", "chromium-browser")
	c := openPaperClass(t)
	b := c.Browser()
	b.SignIn("Grace", "mango-river-7")
	at := "/teach/class/" + string(c.class) + "/paper/cards"
	b.Post(at, url.Values{"token": b.Get(at).Fields()["token"]})
	out := os.Getenv("LAMPLIGHT_PRINTS")
	if out == "" {
		out = t.TempDir()
	}
	pdf := filepath.Join(out, "cards-two.pdf")
	if n := b.printPDF(at, pdf); n != 20 {
		t.Errorf("40 cards take %d pages, want 20", n)
	}
	if n := b.printPDF(at+"?size=four", filepath.Join(out, "cards-four.pdf")); n != 10 {
		t.Errorf("40 cards, four on a page, take %d pages, want 10", n)
	}
	for name, want := range map[string]int{"worksheet": 1, "key": 1, "answers": 40} {
		if n := b.printPDF(fmt.Sprintf("/teach/paper/%s/sheet?quiz=%s&kind=%s", c.class, c.quiz, name), filepath.Join(out, "paper-"+name+".pdf")); n != want {
			t.Errorf("the %s takes %d pages, want %d", name, n, want)
		}
	}
	dir := t.TempDir()
	ranTool(t, gs, "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pnggray", "-r72", "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-o", filepath.Join(dir, "page-%02d.png"), pdf)

	seeds := 6
	if testing.Short() {
		seeds = 1
	}
	read, all, wrong := 0, 0, 0
	for seed := 1; seed <= seeds; seed++ {
		photo, want := paperWall(t, convert, dir, uint64(seed))
		f, err := os.Open(photo)
		if err != nil {
			t.Fatal(err)
		}
		p, err := paper.Decode(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range paper.Read(p, nil).Readings {
			if answer, ok := want[x.Card]; !ok || answer != x.Answer {
				t.Errorf("photo %d: card %d is read as %s, want %v", seed, x.Card, x.Answer.Letter(), answer)
				wrong++
			} else {
				read++
			}
		}
		all += len(want)
	}
	t.Logf("%d photos of printed cards: %d of %d read (%.2f %%), %d wrong", seeds, read, all, 100*float64(read)/float64(all), wrong)
	if read*100 < all*98 || wrong > 0 {
		t.Error("98 of 100 printed cards must be read, none wrongly")
	}
}

// paperWall hangs the twenty pages, small, turned and warped, on a wall and photographs it.
func paperWall(t *testing.T, convert, dir string, seed uint64) (string, map[int]paper.Answer) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	span := func(low, high float64) float64 { return low + (high-low)*r.Float64() }
	args := []string{"-size", "2048x1536", "-seed", fmt.Sprint(seed), "plasma:gray40-gray70", "-colorspace", "Gray"}
	want := map[int]paper.Answer{}
	for i := range 20 {
		answer := r.IntN(4)
		want[2*i+1], want[2*i+2] = paper.Answer(answer), paper.Answer(answer)
		high := span(115, 250) // pixels of a page: a grid is 80 of 279 mm or more
		wide := high * 0.74
		corner := func(x, y float64) string {
			return fmt.Sprintf("%.1f,%.1f %.1f,%.1f", x, y, x+span(-0.05, 0.05)*wide, y+span(-0.05, 0.05)*wide)
		}
		x, y := 20+float64(i%5)*405+span(0, 90), 20+float64(i/5)*380+span(0, 60)
		args = append(args, "(", filepath.Join(dir, fmt.Sprintf("page-%02d.png", i+1)), "-resize", fmt.Sprintf("x%.0f", high),
			"-alpha", "set", "-virtual-pixel", "transparent", "-background", "none", "+distort", "Perspective",
			strings.Join([]string{corner(0, 0), corner(wide, 0), corner(0, high), corner(wide, high)}, "  "),
			"-rotate", fmt.Sprintf("%.1f", -90*float64(answer)+span(-18, 18)), "+repage", ")",
			"-gravity", "NorthWest", "-geometry", fmt.Sprintf("+%.0f+%.0f", x, y), "-composite")
	}
	photo := filepath.Join(dir, fmt.Sprintf("wall-%d.jpg", seed))
	args = append(args, "-blur", "0x0.7", "-attenuate", "0.25", "+noise", "Gaussian", "-quality", "70", photo)
	ranTool(t, convert, args...)
	return photo, want
}
