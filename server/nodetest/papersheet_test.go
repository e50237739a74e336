package nodetest

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/paper/papertest"
)

var (
	formPath   = regexp.MustCompile(`M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-`)
	formCircle = regexp.MustCompile(`<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"/>`)
	formSVG    = regexp.MustCompile(`(?s)<svg class="answer-form".*?</svg>`)
)

func floats(words []string) (out []float64) {
	for _, w := range words {
		f, _ := strconv.ParseFloat(w, 64)
		out = append(out, f)
	}
	return out
}

// formsOn are the forms of a page of answer sheets, as a printer would put them on paper: rows are circles side by side of
// one height, in the order of the questions.
func formsOn(p Page) (out []papertest.Form) {
	for _, svg := range formSVG.FindAllString(p.Body, -1) {
		f := papertest.Form{W: 174, H: 214}
		for _, m := range formPath.FindAllStringSubmatch(svg, -1) {
			x := floats(m[1:])
			f.Shapes = append(f.Shapes, papertest.Shape{Kind: 'r', X: x[0], Y: x[1], W: x[2], H: x[3]})
		}
		last := -1.0
		for _, m := range formCircle.FindAllStringSubmatch(svg, -1) {
			x := floats(m[1:])
			f.Shapes = append(f.Shapes, papertest.Shape{Kind: 'c', X: x[0], Y: x[1], W: x[2]})
			if x[1] != last {
				f.Rows, last = append(f.Rows, nil), x[1]
			}
			f.Rows[len(f.Rows)-1] = append(f.Rows[len(f.Rows)-1], papertest.Bubble{X: x[0], Y: x[1], R: x[2]})
		}
		out = append(out, f)
	}
	return out
}

// sendSheets posts photos to the page's form, as a phone without a script does.
func (b *Browser) sendSheets(p Page, photos ...[]byte) Page {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("token", p.Fields().Get("token"))
	for i, photo := range photos {
		part, err := form.CreateFormFile("photo", fmt.Sprintf("IMG_%d.jpg", i))
		if err != nil {
			b.t.Fatal(err)
		}
		part.Write(photo)
	}
	form.Close()
	r, err := http.NewRequest(http.MethodPost, b.base+p.link(b.t, "/scan/photo?"), &body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	text.ReadFrom(answer.Body)
	return Page{answer.StatusCode, answer.Header, text.String(), answer.Request.URL}
}

// deskOf is a photo of sheets on which nobody doubts anything, or everybody.
func deskOf(seed uint64, doubts float64, forms ...papertest.Form) ([]byte, [][]papertest.Answer) {
	d := papertest.Homework(seed, forms...)
	d.Doubts = doubts
	return d.Photo()
}

// The whole round: sheets printed, two photos sent at once, doubtful marks tapped, kept, kept again, corrected.
func TestAnswerSheetsAreReadFromPhotos(t *testing.T) {
	c := openPaperClass(t)
	b := c.Browser()
	b.SignIn("Grace", "mango-river-7")
	q := "?quiz=" + string(c.quiz)
	at := "/teach/paper/" + string(c.class)
	home := b.Get(at + q)
	sheets := b.Get(home.link(t, "/sheet?", "kind=answers", "version=A"))
	forms := formsOn(sheets)
	if len(forms) != 40 || len(forms[0].Rows) != 2 || len(forms[0].Rows[0]) != 3 || len(forms[0].Rows[1]) != 2 {
		t.Fatalf("%d: %d forms on the page, want 40 with rows of 3 and 2", sheets.Status, len(forms))
	}
	page := b.Get(home.link(t, "/scan?"))
	if !strings.Contains(page.Body, "cannot be read by photo") || !strings.Contains(page.Body, "Learner 01") || !strings.Contains(page.Body, "two hours") {
		t.Errorf("%d at %s: old sheets, missing ones or what becomes of pictures are not told", page.Status, page.URL)
	}
	one, first := deskOf(3, 0, forms[0])
	two, second := deskOf(5, 1, forms[1], forms[2])
	page = b.sendSheets(page, one, two)
	if !strings.Contains(page.Body, "3 sheets were read") || strings.Contains(page.Body, "<span><bdi>Learner 02</bdi></span>") || !strings.Contains(page.Body, "<span><bdi>Learner 04</bdi></span>") {
		t.Fatalf("%d at %s: not three sheets read, or missing ones are not named", page.Status, page.URL)
	}
	doubts := regexp.MustCompile(`name="(d\.[^"]+)" value="-"`).FindAllStringSubmatch(page.Body, -1)
	if n := strings.Count(page.Body, "data:image/jpeg;base64,"); n != len(doubts) || n == 0 {
		t.Errorf("%d doubtful marks with %d pictures", len(doubts), n)
	}
	want := map[string]string{}
	note := func(learner int, answers []papertest.Answer) {
		for i, key := range []string{"half", "eight"} {
			if answers[i].Option >= 0 {
				want[fmt.Sprintf("%d.%s", learner, key)] = string(rune('A' + answers[i].Option))
			}
		}
	}
	note(0, first[0])
	note(1, second[0])
	note(2, second[1])
	f := page.Fields()
	for _, d := range doubts {
		for i, id := range c.learners[:3] {
			if parts := strings.Split(d[1], "."); parts[1] == string(id) {
				n, _ := strconv.Atoi(parts[3])
				f.Set(d[1], want[fmt.Sprintf("%d.%s", i, []string{"half", "eight"}[n-1])])
			}
		}
	}
	f.Del("over")
	f.Del("do")
	saved := b.Post(at+"/scan"+q, f)
	if words := fmt.Sprintf("%d answers are saved", len(want)); !strings.Contains(saved.Body, words) || strings.Contains(saved.Body, "data:image/jpeg") {
		t.Errorf("%d at %s does not say %q, or still shows pictures", saved.Status, saved.URL, words)
	}
	c.wantRead(t, want)
	// The same photo again changes nothing.
	page = b.sendSheets(saved, one)
	again := b.Post(at+"/scan"+q, url.Values{"token": page.Fields()["token"]})
	if !strings.Contains(again.Body, "Nothing changed") {
		t.Errorf("%d at %s: the same photo changes something", again.Status, again.URL)
	}
	c.wantRead(t, want)
	// Learner 1 changed their mind on paper: a new photo corrects.
	seed := uint64(11)
	photo, mind := deskOf(seed, 0, forms[0])
	for mind[0][0].Option < 0 || mind[0][0].Option == first[0][0].Option || mind[0][1].Option < 0 {
		seed++
		photo, mind = deskOf(seed, 0, forms[0])
	}
	page = b.sendSheets(again, photo)
	again = b.Post(at+"/scan"+q, url.Values{"token": page.Fields()["token"]})
	if !strings.Contains(again.Body, "corrected") {
		t.Errorf("%d at %s: a correction is not told", again.Status, again.URL)
	}
	note(0, mind[0])
	c.wantRead(t, want)
	// Sheets of other numbers, and what is no sheet, are refused.
	other := formsOn(b.Get(at + "/sheet" + q + "&kind=answers&set=2"))
	photo, _ = deskOf(7, 0, other[0])
	if page = b.sendSheets(again, photo); !strings.Contains(page.Body, "1 sheet is of other questions") {
		t.Errorf("%d at %s: a sheet of other numbers is not told", page.Status, page.URL)
	}
	if page = b.sendSheets(again, []byte("no photo")); !strings.Contains(page.Body, "no photo that the box can read") {
		t.Errorf("%d at %s: what is no photo is not told", page.Status, page.URL)
	}
	again.Body = strings.ReplaceAll(again.Body, `name="token" value="`, `name="token" value="x`)
	if p := b.sendSheets(again, one); p.Status != http.StatusForbidden {
		t.Errorf("a photo with a wrong token gets %d, want forbidden", p.Status)
	}
}

// wantRead compares the record with letters by learner and question.
func (c *paperClass) wantRead(t *testing.T, want map[string]string) {
	t.Helper()
	for i, id := range c.learners[:4] {
		s, err := c.Store.Sitting(learning.Box(), id, c.quiz)
		if err != nil || s.Now() == nil {
			for _, key := range []string{"half", "eight"} {
				if want[fmt.Sprintf("%d.%s", i, key)] != "" {
					t.Errorf("learner %d has nothing: %v", i+1, err)
				}
			}
			continue
		}
		for _, key := range []string{"half", "eight"} {
			a, letter := s.Now().Answers[key], ""
			if a.Given != "" {
				v := drawn(t, c.Node, c.exercise, content.ItemID(key), a.Seed)
				for k, o := range v.Item.Options {
					if o.Key == a.Given {
						letter = string(rune('A' + k))
					}
				}
				if key == "eight" {
					letter = map[string]string{"true": "A", "false": "B"}[a.Given]
				}
			}
			if w := want[fmt.Sprintf("%d.%s", i, key)]; letter != w {
				t.Errorf("learner %d, %s: %q is on the box (%+v), the sheet says %q", i+1, key, letter, a, w)
			}
		}
	}
}
