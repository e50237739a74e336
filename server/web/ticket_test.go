package web

import (
	"bytes"
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
)

var ticketKey = bytes.Repeat([]byte{7}, 32)

func someTicket() ticket {
	id := func(c string) string { return strings.Repeat(c, 32) }
	return ticket{learner: learning.PersonID(id("a")), sheets: []takenSheet{
		{content.ResourceID(id("1")), []takenQuestion{{1, [4]byte{1, 2, 3, 4}}, {16383, [4]byte{5}}}},
		{content.ResourceID(id("2")), []takenQuestion{{300, [4]byte{6}}}},
	}}
}

func sealed(t testing.TB, x ticket) string {
	t.Helper()
	text, err := x.seal(ticketKey)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestATicketComesBackAsItWas(t *testing.T) {
	x := someTicket()
	text := sealed(t, x)
	got, err := openTicket(ticketKey, text)
	if err != nil || !reflect.DeepEqual(got, x) {
		t.Fatalf("got %+v, %v, want %+v", got, err, x)
	}
	t.Logf("3 questions of 2 exercises are %d bytes", len(text))
	for what, key := range map[string][]byte{"another school": bytes.Repeat([]byte{8}, 32), "no school": nil} {
		if _, err := openTicket(key, text); !errors.Is(err, errTicket) {
			t.Errorf("%s opens it: %v", what, err)
		}
	}
	if _, err := openTicket(ticketKey, text[:len(text)-1]); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("cut short: %v", err)
	}
}

func TestATicketHoldsNoMoreThanAnAddressCanBring(t *testing.T) {
	x := someTicket()
	x.sheets[0].questions = make([]takenQuestion, maxTaken)
	if _, err := x.seal(ticketKey); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("%d questions: %v", x.count(), err)
	}
	x.sheets = x.sheets[:1]
	answers := map[int][]string{}
	for n := range maxTaken {
		answers[n+1] = []string{strings.Repeat("x", 200)}
	}
	if got := len((parcel{sealed(t, x), answers}).encode()); got > maxParcel {
		t.Errorf("%d answers of 200 bytes are %d bytes, more than %d", maxTaken, got, maxParcel)
	}
}

func TestAnAnswersIDFollowsFromTheQuestionAlone(t *testing.T) {
	x, y := someTicket(), someTicket()
	y.sheets = y.sheets[1:] // the second exercise by itself
	e, q := x.sheets[1].exercise, x.sheets[1].questions[0]
	if a, b := x.attempt(ticketKey, e, q), y.attempt(ticketKey, e, q); a != b || len(a) != 13 {
		t.Errorf("%s in the lesson, %s alone", a, b)
	}
	y.learner = learning.PersonID(strings.Repeat("b", 32))
	if x.attempt(ticketKey, e, q) == y.attempt(ticketKey, e, q) {
		t.Error("two learners share an id")
	}
}

func TestAParcelComesBackAsItWas(t *testing.T) {
	p := parcel{"abc", map[int][]string{1: {"2"}, 3: {"يا", "", "x=y|z"}, 30: {"1,4"}}}
	got, err := openParcel(" " + p.encode() + "\n")
	if err != nil || !reflect.DeepEqual(got, p) {
		t.Errorf("got %+v, %v, want %+v", got, err, p)
	}
}

// Every type of question is answered in a file's own fields and marked right; of those whose right answer is sure the
// file's hash tells it from all others.
func TestEveryTypeIsAnsweredInAFilesFields(t *testing.T) {
	opt := func(text string, right bool, category int) content.Option {
		return content.Option{Key: marking.Keys([]string{text})[0], Text: text, Right: right, Category: category}
	}
	items := []content.Item{
		{ID: "a", Type: content.Choice, Options: []content.Option{opt("one", true, 0), opt("two", false, 0), opt("three", false, 0)}},
		{ID: "b", Type: content.Many, Options: []content.Option{opt("one", true, 0), opt("two", false, 0), opt("three", true, 0)}},
		{ID: "c", Type: content.TrueFalse, Answers: []string{"false"}},
		{ID: "d", Type: content.Number, Answers: []string{"2.5"}},
		{ID: "e", Type: content.InlineChoice, Stem: "{{1}} {{2}}", Gaps: []content.Gap{{Options: []content.Option{opt("x", true, 0), opt("y", false, 0)}}, {Options: []content.Option{opt("v", false, 0), opt("w", true, 0)}}}},
		{ID: "f", Type: content.Order, Options: []content.Option{opt("first", false, 0), opt("second", false, 1), opt("third", false, 2)}},
		{ID: "g", Type: content.Match, Pairs: []content.Pair{{Left: "hen", Right: "egg"}, {Left: "cow", Right: "milk"}}},
		{ID: "h", Type: content.Categorise, Categories: []string{"warm", "cold"}, Options: []content.Option{opt("sun", false, 0), opt("ice", false, 1)}},
		{ID: "i", Type: content.HotText, Stem: "{{1}} {{2}}", Options: []content.Option{opt("run", true, 0), opt("dog", false, 0)}},
	}
	for _, it := range items {
		for seed := range uint64(20) {
			v, err := marking.Draw(it, seed+1)
			if err != nil {
				t.Fatalf("%s: %v", it.Type, err)
			}
			line, sure := takenRight(v)
			if !sure {
				t.Errorf("%s, seed %d: its right answer %q is not sure", it.Type, seed+1, line)
			}
		}
	}
	for _, it := range []content.Item{
		{ID: "j", Type: content.Text, Answers: []string{"Nairobi"}},
		{ID: "k", Type: content.Cloze, Stem: "{{1}}", Gaps: []content.Gap{{Answers: []string{"sun"}}}},
		{ID: "l", Type: content.Number, Answers: []string{"3"}, Tolerance: "0.1"},
	} {
		v, err := marking.Draw(it, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, sure := takenRight(v); sure {
			t.Errorf("%s is taken to have one right answer", it.Type)
		}
		if got, err := marking.Mark(v, takenResponse(v, []string{strings.Join(append(it.Answers, "sun")[:1], "")})); err != nil || !got.Correct {
			t.Errorf("%s: %+v, %v", it.Type, got, err)
		}
	}
}

func TestADownloadIsNamedInItsOwnScript(t *testing.T) {
	for title, want := range map[string]string{
		"Numbers to ten":        `attachment; filename="Numbers to ten.html"; filename*=UTF-8''Numbers%20to%20ten.html`,
		"الأعداد":               `attachment; filename="lamplight.html"; filename*=UTF-8''%D8%A7%D9%84%D8%A3%D8%B9%D8%AF%D8%A7%D8%AF.html`,
		"../a\r\nb\"; x=/etc":   `attachment; filename="a b x= etc.html"; filename*=UTF-8''a%20b%20x%3D%20etc.html`,
		"\u202e":                `attachment; filename="lamplight.html"; filename*=UTF-8''lamplight.html`,
		strings.Repeat("x", 99): `attachment; filename="` + strings.Repeat("x", 60) + `.html"; filename*=UTF-8''` + strings.Repeat("x", 60) + `.html`,
	} {
		if got := attachment(title, ".html"); got != want {
			t.Errorf("%q:\n got %s\nwant %s", title, got, want)
		}
	}
}

func FuzzTicket(f *testing.F) {
	text := sealed(f, someTicket())
	f.Add(text)
	f.Add(text[:20])
	f.Add("")
	f.Fuzz(func(t *testing.T, in string) {
		if x, err := openTicket(ticketKey, in); err == nil {
			if again := sealed(t, x); again != in {
				t.Errorf("%q opens and is sealed as %q", in, again)
			}
		} else if !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%q: %v", in, err)
		}
	})
}

func FuzzParcel(f *testing.F) {
	f.Add("abc.MT0yCjM9YQli")
	f.Add(".")
	f.Fuzz(func(t *testing.T, in string) {
		p, err := openParcel(in)
		if err != nil {
			if !errors.Is(err, fs.ErrInvalid) {
				t.Errorf("%q: %v", in, err)
			}
			return
		}
		again, err := openParcel(p.encode())
		if err != nil || !reflect.DeepEqual(again, p) {
			t.Errorf("%q is %+v, then %+v, %v", in, p, again, err)
		}
	})
}
