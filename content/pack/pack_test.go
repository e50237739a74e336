package pack

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/sanitize"
)

// stored is the one file of a course.
type stored string

func (s stored) Path(string) (string, int64, error) { return string(s), 0, nil }
func (s stored) Hash(string) string                 { return "" }

// pack compiles a folder to a file.
func packed(t *testing.T, fsys fs.FS) (content.Course, string) {
	t.Helper()
	plan, err := PlanFS(context.Background(), fsys, content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.lamp")
	if err := plan.Files[0].Make(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	if fi, err := os.Stat(path); err != nil || fi.Size() != plan.Files[0].Size || fi.Size() != plan.Course.Bytes {
		t.Fatalf("the file has %d bytes, planned were %d", fi.Size(), plan.Files[0].Size)
	}
	return plan.Course, path
}

func opened(t *testing.T, fsys fs.FS) *reader {
	t.Helper()
	c, path := packed(t, fsys)
	r, err := Format{}.Open(c, stored(path), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r.(*reader)
}

func TestTheTreeIsInOrderAndNothingIsLost(t *testing.T) {
	r := opened(t, fsysOf(fixture()))
	var got []string
	var walk func(parent content.ResourceID, indent string)
	walk = func(parent content.ResourceID, indent string) {
		nodes, total, err := r.Children(parent, 0, 100)
		if err != nil || total != len(nodes) {
			t.Fatal(total, err)
		}
		for _, n := range nodes {
			got = append(got, indent+string(n.Kind)+" "+n.Title)
			if n.Parent != parent {
				t.Errorf("%s has parent %s, want %s", n.Title, n.Parent, parent)
			}
			if n.Kind == content.Topic {
				walk(n.ID, indent+"  ")
			}
		}
	}
	walk("", "")
	want := []string{
		"page A <small> course", "topic Topic One", "  page First page", "  page الثانية", "  exercise Practice: all types",
		"  page Tenth", "  video Boat", "topic Without topic", "  page Page",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	c := r.Course()
	if c.Resources != 7 || c.Items != 11 || c.Licence.ID != "CC-BY-SA-4.0" || !strings.HasPrefix(c.Edition, "3+") || c.Thumbnail != "cover.svg" || !slices.Equal(c.Languages, []string{"en"}) {
		t.Errorf("%+v", c)
	}
	second, err := r.Node(content.NewResourceID(c.ID, "second"))
	if err != nil || second.Skill != "reading" || second.Seconds != 300 || second.Licence.ID != "CC0-1.0" || second.Language != "ar" {
		t.Errorf("%+v, %v", second, err)
	}
	film, err := r.Node(content.NewResourceID(c.ID, "one/boat.mp4"))
	if err != nil || film.Thumbnail != "01-one/boat.jpg" || !slices.Equal(film.Captions, []content.Caption{{Language: "fr", Path: "01-one/boat.fr.vtt"}}) {
		t.Errorf("%+v, %v", film, err)
	}
	if nodes, total, err := r.Children("", 1, 1); err != nil || total != 3 || len(nodes) != 1 || nodes[0].Title != "Topic One" {
		t.Errorf("a page of children: %v, %d, %v", nodes, total, err)
	}
	if _, _, err := r.Children("x", 0, 1); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func article(t *testing.T, r *reader, id string) string {
	t.Helper()
	p, err := r.ReadyPage(content.NewResourceID(r.course.ID, id))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(p.Gzip))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil || uint32(len(b)) != p.Length || crc32.ChecksumIEEE(b) != p.CRC {
		t.Fatal(len(b), p.Length, err)
	}
	return string(b)
}

func TestAPageIsCleanAndItsLinksStayInTheHouse(t *testing.T) {
	r := opened(t, fsysOf(fixture()))
	id := r.course.ID
	page := article(t, r, "one/first")
	for _, want := range []string{
		`<article lang="en" dir="ltr">`, "<h1>First page</h1>", "<h2>Again</h2>", "<td>1</td>",
		`src="/file/` + string(id) + `/img/ten.png"`, `href="/resource/` + string(content.NewResourceID(id, "second")) + `"`,
		"outside (https://example.org/x)", "https://example.org/z", "&lt;script&gt;", "&lt;b onclick=x&gt;raw",
		`href="/file/` + string(id) + `/01-one/boat.mp4"`, `href="/licence/CC-BY-SA-4.0"`, "A. Writer · A school",
		"A &lt;small&gt; course</a>", "الثانية",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, `="http`) || strings.Contains(page, "<script") || !sanitize.Clean(page) {
		t.Errorf("the page is not clean:\n%s", page)
	}
	if strings.Count(page, "First page") != 1 {
		t.Error("the title is there twice")
	}
	if p := article(t, r, "second"); !strings.Contains(p, `lang="ar" dir="rtl"`) || !strings.Contains(p, "→</span> First page") {
		t.Errorf("from right to left, back points right:\n%s", p)
	}
	if p := article(t, r, "about"); !strings.Contains(p, "About it.") || strings.Contains(p, `rel="prev"`) {
		t.Errorf("about:\n%s", p)
	}
}

// TestAMemberIsSplicedIntoAFrameWithoutCompressingItAgain holds the promise of content.ReadyPage.
func TestAMemberIsSplicedIntoAFrameWithoutCompressingItAgain(t *testing.T) {
	r := opened(t, fsysOf(fixture()))
	p, err := r.ReadyPage(content.NewResourceID(r.course.ID, "one/first"))
	if err != nil {
		t.Fatal(err)
	}
	run := func(s string) []byte {
		var b bytes.Buffer
		w, _ := flate.NewWriter(&b, 1)
		io.WriteString(w, s)
		w.Flush()
		return b.Bytes()
	}
	whole := "<html>" + article(t, r, "one/first") + "</html>"
	joined := slices.Concat(p.Gzip[:10], run("<html>"), p.Gzip[10:len(p.Gzip)-10], run("</html>"), []byte{3, 0})
	crc, n := crc32.ChecksumIEEE([]byte(whole)), len(whole)
	joined = append(joined, byte(crc), byte(crc>>8), byte(crc>>16), byte(crc>>24), byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	z, err := gzip.NewReader(bytes.NewReader(joined))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || string(got) != whole {
		t.Errorf("%v; got %d bytes, want %d", err, len(got), len(whole))
	}
}

func TestFilesAreRunsOfThePackAndDrawingsAreInert(t *testing.T) {
	r := opened(t, fsysOf(fixture()))
	read := func(path string) string {
		f, err := r.File(path)
		if err != nil {
			t.Fatal(err)
		}
		disk, _ := os.Open(f.Source.Path)
		defer disk.Close()
		b := make([]byte, f.Source.Size)
		if _, err := disk.ReadAt(b, f.Source.Offset); err != nil || f.ETag != hash128(b) || f.Size != int64(len(b)) {
			t.Errorf("%s: %v", path, err)
		}
		return string(b)
	}
	if got := read("01-one/boat.mp4"); got != "not really a film" {
		t.Errorf("film: %q", got)
	}
	if got := read("cover.svg"); strings.Contains(got, "alert") || !strings.Contains(got, "<rect") {
		t.Errorf("drawing: %q", got)
	}
	for _, kept := range []string{"img/dots-1.svg", "img/dots-2.svg", "01-one/sounds/q.ogg", "01-one/boat.fr.vtt", "01-one/boat.jpg"} {
		read(kept)
	}
	for _, absent := range []string{"course.md", "../x", "", "01-one"} {
		if _, err := r.File(absent); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", absent, err)
		}
	}
}

func TestEveryItemTypeIsReadAndCanBeMarked(t *testing.T) {
	r := opened(t, fsysOf(fixture()))
	x, err := r.Exercise(content.NewResourceID(r.course.ID, "practice"))
	if err != nil {
		t.Fatal(err)
	}
	if x.Criterion != (content.Criterion{Type: "m_of_n", M: 3, N: 4}) || x.Language != "en" || len(x.Items) != 11 {
		t.Errorf("%+v", x.Criterion)
	}
	items := map[content.ItemID]content.Item{}
	for _, it := range x.Items {
		items[it.ID] = it
		for seed := range uint64(20) {
			if _, err := marking.Draw(it, seed); err != nil {
				t.Errorf("%v", err)
			}
		}
	}
	sum := items["sum"]
	if sum.Answers[0] != "a+b" || sum.Tolerance != "0.1" || sum.Unit != "cm" || sum.Sound != "01-one/sounds/q.ogg" || len(sum.Hints) != 2 || sum.Skill != "add-10" ||
		sum.Rating != 1150 || sum.Mistakes[0] != (content.Mistake{Answer: "a*b", Error: "multiplied", Feedback: "You multiplied: add."}) ||
		sum.Lets[1].Step != "2" || !slices.Equal(sum.Lets[2].Values, []string{"Ada", "Musa, son of Ali"}) || sum.Wrong != "Not yet." || sum.Right != "Yes, {a+b}." ||
		!strings.Contains(sum.Stem, "make\nhow many?") || !strings.Contains(sum.Stem, "/file/"+string(r.course.ID)+"/img/dots-{a}.svg") {
		t.Errorf("%+v", sum)
	}
	choice := items["bigger"]
	if o := choice.Options; o[0].Feedback != "Just so." || !o[0].Right || o[1].Text != "one : two" || o[1].Error != "chose-ratio" || o[2].Error != "" || choice.Skill != "add" {
		t.Errorf("%+v", o)
	}
	if o := items["evens"].Options; !o[1].Right || o[2].Right || o[2].Error != "odd" {
		t.Errorf("%+v", o)
	}
	if it := items["capital"]; !it.CaseSense || !it.AccentSense || !slices.Equal(it.Answers, []string{"Nairobi", "nairobi city"}) {
		t.Errorf("%+v", it)
	}
	if it := items["c1"]; it.Stem != "The sun rises in the {{1}} and sets in the {{2}}." || !slices.Equal(it.Gaps[1].Answers, []string{"west", "West side"}) {
		t.Errorf("%+v", it)
	}
	if it := items["i1"]; it.Stem != "Water {{1}} at {{2}} °C." || it.Gaps[0].Options[1].Feedback != "Ice is cold." || it.Gaps[1].Options[0].Text != "{10*10}" || !it.Gaps[1].Options[0].Right {
		t.Errorf("%+v", it)
	}
	if it := items["m1"]; it.Pairs[1] != (content.Pair{Left: "a = b", Right: "c"}) {
		t.Errorf("%+v", it)
	}
	if it := items["k1"]; !slices.Equal(it.Categories, []string{"Animals", "Plants"}) || it.Options[3].Text != "maize" || it.Options[3].Category != 1 {
		t.Errorf("%+v", it)
	}
	if it := items["h1"]; it.Stem != `The {{1}} sat on the {{2}} \[not me\].` || !it.Options[0].Right || it.Options[1].Right {
		t.Errorf("%+v", it)
	}
}

func TestTheSameFolderGivesTheSameBytes(t *testing.T) {
	_, a := packed(t, fsysOf(fixture()))
	_, b := packed(t, fsysOf(fixture()))
	x, _ := os.ReadFile(a)
	y, _ := os.ReadFile(b)
	if !bytes.Equal(x, y) {
		t.Error("two builds differ")
	}
	c, _ := packed(t, changed(t, map[string]string{"01-one/10-last.md": "# Tenth\n\nmore\n"}))
	if d, _ := packed(t, fsysOf(fixture())); c.Edition == d.Edition || c.ID != d.ID {
		t.Errorf("another text: edition %s and %s", c.Edition, d.Edition)
	}
}

func TestAPackFromElsewhereIsReadWholeBeforeItIsServed(t *testing.T) {
	c, path := packed(t, fsysOf(fixture()))
	if err := (Format{}).Vet(context.Background(), c, stored(path)); err != nil {
		t.Fatal(err)
	}
	good, _ := os.ReadFile(path)
	for off := 0; off < len(good); off += 37 { // every flipped bit is found, wherever it is
		bad := bytes.Clone(good)
		bad[off] ^= 4
		os.WriteFile(path, bad, 0o644)
		err := Format{}.Vet(context.Background(), c, stored(path))
		if !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
			t.Fatalf("byte %d of %d: %v", off, len(good), err)
		}
	}
	for _, cut := range []int{0, 7, 63, 64, 200, len(good) - 1} {
		os.WriteFile(path, good[:cut], 0o644)
		if err := (Format{}).Vet(context.Background(), c, stored(path)); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
}

func TestAScriptInAReadyPageIsRefused(t *testing.T) {
	c, err := read(context.Background(), fsysOf(fixture()), content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	built, err := c.compile(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	n := &built.index.Nodes[0]
	page := []byte("<article><script>alert(1)</script></article>")
	member, _ := gzipMember(page)
	n.Length, n.CRC, n.Hash = uint32(len(page)), crc32.ChecksumIEEE(page), hash128(page)
	shift := int64(len(member)) - n.Stored
	built.members[0], n.Stored, built.size = member, int64(len(member)), built.size+shift
	for i := range built.index.Nodes[1:] {
		built.index.Nodes[i+1].Offset += shift
	}
	for i := range built.index.Files {
		built.index.Files[i].Offset += shift
	}
	for i := range built.index.Sources {
		built.index.Sources[i].Offset += shift
	}
	path := filepath.Join(t.TempDir(), "evil.lamp")
	if err := built.write(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	if _, err := (Format{}).Plan(context.Background(), path, content.ImportOptions{}); !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), "script") {
		t.Errorf("got %v", err)
	}
}

func TestAnotherVersionIsRefusedInPlainWords(t *testing.T) {
	_, path := packed(t, fsysOf(fixture()))
	b, _ := os.ReadFile(path)
	b[8] = 9
	os.WriteFile(path, b, 0o644)
	if _, err := openPack(path); !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), "version 9") {
		t.Errorf("got %v", err)
	}
}

func TestInlineKeepsGapMarksAndNothingThatActs(t *testing.T) {
	for source, want := range map[string]string{
		"**3** + {{1}} = 7":                "<strong>3</strong> + {{1}} = 7",
		"<script>x</script>":               "&lt;script&gt;x&lt;/script&gt;",
		"[a](javascript:x) ![b](http://c)": "",
		"![d](/file/abc/d.svg)":            `<img src="/file/abc/d.svg" alt="d">`,
	} {
		got := Inline(source)
		if want != "" && got != want || !sanitize.Clean(got) || strings.Contains(got, "href") || strings.Contains(got, `"http`) {
			t.Errorf("%q gives %q, want %q", source, got, want)
		}
	}
}

func TestEncoderNamesTheVersionInGoMod(t *testing.T) {
	b, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if name := strings.TrimSuffix(Encoder, " flate 9"); !strings.Contains(string(b), "github.com/"+name) {
		t.Errorf("go.mod does not have %s: name the version that makes our members", name)
	}
}
