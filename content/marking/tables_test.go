package marking_test

import (
	"errors"
	"io/fs"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/marking"
)

// A marked is one line of a type's table: a response, and what it is worth; refused wants it asked for again.
type marked struct {
	name, response string
	score          content.Score
	code, said     string
	refused        error
}

func said(o []content.Option) []content.Option {
	o = slices.Clone(o)
	for i := range o {
		if !o[i].Right {
			o[i].Feedback = "Not " + o[i].Text + "."
		}
	}
	return o
}

// types has, for each type of item, one item and its table: right, partly right, wrong, a known mistake with its code and
// words, empty, unreadable, out of range, in another script.
var types = []struct {
	item  content.Item
	table []marked
}{
	{
		content.Item{Type: content.Choice, Stem: "?", Options: said(options("*a", "b", "c")), Wrong: "Look again.", Right: "Yes."},
		[]marked{
			{name: "right", response: "r=a", score: 10000, said: "Yes."},
			{name: "known mistake", response: "r=b", code: "took-b", said: "Not b."},
			{name: "empty", response: "r=", refused: fs.ErrInvalid},
			{name: "nothing posted", response: "", refused: fs.ErrInvalid},
			{name: "unreadable: two at once", response: "r=a&r=b", refused: fs.ErrInvalid},
			{name: "out of range", response: "r=d", refused: fs.ErrInvalid},
			{name: "another script", response: "r=а", refused: fs.ErrInvalid}, // a Cyrillic letter
		},
	},
	{
		content.Item{Type: content.Many, Stem: "?", Options: said(options("*a", "*b", "*c", "d", "e")), Wrong: "Look again.", Right: "Yes."},
		[]marked{
			{name: "right", response: "r=c&r=a&r=b", score: 10000, said: "Yes."},
			{name: "partly right", response: "r=a", score: 3333, said: "Look again."},
			{name: "partly right, two", response: "r=a&r=b", score: 6666, said: "Look again."},
			{name: "one right, one wrong", response: "r=a&r=d", score: 0, code: "took-d", said: "Not d."},
			{name: "all chosen", response: "r=a&r=b&r=c&r=d&r=e", score: 3333, code: "took-d", said: "Not d."},
			{name: "wrong", response: "r=e&r=d", score: 0, code: "took-d", said: "Not d."},
			{name: "the same twice counts once", response: "r=a&r=a&r=b&r=c", score: 10000, said: "Yes."},
			{name: "empty", response: "r=", refused: fs.ErrInvalid},
			{name: "out of range", response: "r=a&r=z", refused: fs.ErrInvalid},
			{name: "201 times", response: strings.Repeat("r=a&", 201), refused: marking.ErrTooLong},
		},
	},
	{
		content.Item{Type: content.TrueFalse, Stem: "?", Answers: []string{"false"}, Mistakes: []content.Mistake{{Answer: "true", Error: "believed-it", Feedback: "Count."}}, Right: "Yes."},
		[]marked{
			{name: "right", response: "r=false", score: 10000, said: "Yes."},
			{name: "known mistake", response: "r=true", code: "believed-it", said: "Count."},
			{name: "empty", response: "", refused: fs.ErrInvalid},
			{name: "unreadable", response: "r=no", refused: fs.ErrInvalid},
			{name: "another script", response: "r=صحيح", refused: fs.ErrInvalid},
			{name: "both", response: "r=true&r=false", refused: fs.ErrInvalid},
		},
	},
	{
		content.Item{
			Type: content.Number, Stem: "?", Answers: []string{"1250.5"}, Tolerance: "0.25", Unit: "kg", Wrong: "Not yet.", Right: "Yes.",
			Mistakes: []content.Mistake{{Answer: "12505", Error: "lost-the-point", Feedback: "Where is the point?"}, {Answer: "0-1250.5", Error: "sign", Feedback: "Above nought?"}},
		},
		[]marked{
			{name: "point", response: "r=1250.5", score: 10000, said: "Yes."},
			{name: "comma", response: "r=1250,5", score: 10000, said: "Yes."},
			{name: "unit after", response: "r=1250.5 kg", score: 10000, said: "Yes."},
			{name: "unit before, large", response: "r=KG 1250.5", score: 10000, said: "Yes."},
			{name: "another unit", response: "r=1250.5 g", refused: fs.ErrInvalid},
			{name: "just within the tolerance", response: "r=1250.75", score: 10000, said: "Yes."},
			{name: "just outside it", response: "r=1250.751", said: "Not yet."},
			{name: "Arabic-Indic", response: "r=١٢٥٠٫٥", score: 10000, said: "Yes."},
			{name: "Extended Arabic-Indic", response: "r=۱۲۵۰٫۵", score: 10000, said: "Yes."},
			{name: "Arabic-Indic, grouped", response: "r=١٬٢٥٠٫٥", score: 10000, said: "Yes."},
			{name: "Devanagari", response: "r=१२५०.५", score: 10000, said: "Yes."},
			{name: "Bengali", response: "r=১২৫০.৫", score: 10000, said: "Yes."},
			{name: "Thai digits, mixed with ours", response: "r=๑2๕0.5", score: 10000, said: "Yes."},
			{name: "full width", response: "r=１２５０．５", score: 10000, said: "Yes."},
			{name: "grouped by comma", response: "r=1,250.5", score: 10000, said: "Yes."},
			{name: "grouped by point", response: "r=1.250,5", score: 10000, said: "Yes."},
			{name: "grouped by a narrow space", response: "r=1\u202f250,5", score: 10000, said: "Yes."},
			{name: "grouped by an apostrophe", response: "r=1’250.5", score: 10000, said: "Yes."},
			{name: "a mixed number", response: "r=1250 1/2", score: 10000, said: "Yes."},
			{name: "a fraction", response: "r=2501/2", score: 10000, said: "Yes."},
			{name: "steered by a mark of direction", response: "r=\u200e1250.5\u200f", score: 10000, said: "Yes."},
			{name: "wrong", response: "r=7", said: "Not yet."},
			{name: "known mistake", response: "r=12505", code: "lost-the-point", said: "Where is the point?"},
			{name: "known mistake, grouped", response: "r=12 505", code: "lost-the-point", said: "Where is the point?"},
			{name: "known mistake, within the tolerance", response: "r=12505.2", code: "lost-the-point", said: "Where is the point?"},
			{name: "known mistake with a minus", response: "r=−1250.5", code: "sign", said: "Above nought?"},
			{name: "empty", response: "r=", refused: fs.ErrInvalid},
			{name: "a unit alone", response: "r=kg", refused: fs.ErrInvalid},
			{name: "unreadable word", response: "r=many", refused: fs.ErrInvalid},
			{name: "unreadable points", response: "r=1..5", refused: fs.ErrInvalid},
			{name: "divided by nought", response: "r=1/0", refused: fs.ErrInvalid},
			{name: "infinite", response: "r=Inf", refused: fs.ErrInvalid},
			{name: "no number", response: "r=NaN", refused: fs.ErrInvalid},
			{name: "hexadecimal", response: "r=0x10", refused: fs.ErrInvalid},
			{name: "out of range: 61 digits", response: "r=" + strings.Repeat("9", 61), refused: fs.ErrInvalid},
			{name: "another script's letters", response: "r=ألف", refused: fs.ErrInvalid},
		},
	},
	{
		content.Item{Type: content.Number, Stem: "?", Answers: []string{"150000"}},
		[]marked{
			{name: "lakhs", response: "r=1,50,000", score: 10000},
			{name: "lakhs in Devanagari", response: "r=१,५०,०००", score: 10000},
			{name: "thousands in Bengali", response: "r=১৫০,০০০", score: 10000},
			{name: "not grouped rightly", response: "r=15,0000", score: 0},
			{name: "two signs between", response: "r=1,50.000", refused: fs.ErrInvalid},
		},
	},
	{
		content.Item{
			Type: content.Text, Stem: "?", Answers: []string{"Côte d'Ivoire", "Ivory Coast"}, Wrong: "Not yet.", Right: "Yes.",
			Mistakes: []content.Mistake{{Answer: "Ghana", Error: "neighbour", Feedback: "Next to it."}, {Answer: "الساحل", Error: "other-language", Feedback: "In English."}},
		},
		[]marked{
			{name: "right", response: "r=Côte d'Ivoire", score: 10000, said: "Yes."},
			{name: "an alternative", response: "r=Ivory Coast", score: 10000, said: "Yes."},
			{name: "case, spaces, full stop", response: "r=  ivory   COAST. ", score: 10000, said: "Yes."},
			{name: "no accent, another apostrophe", response: "r=cote d’ivoire", score: 10000, said: "Yes."},
			{name: "accent as a mark of its own", response: "r=Co\u0302te d'Ivoire", score: 10000, said: "Yes."},
			{name: "full width letters", response: "r=Ｉｖｏｒｙ　Ｃｏａｓｔ", score: 10000, said: "Yes."},
			{name: "wrong", response: "r=Togo", said: "Not yet."},
			{name: "known mistake", response: "r=ghana", code: "neighbour", said: "Next to it."},
			{name: "known mistake in another script", response: "r=الساحل", code: "other-language", said: "In English."},
			{name: "empty", response: "r=%20%09", refused: fs.ErrInvalid},
			{name: "another script", response: "r=तट", refused: marking.ErrOtherScript},
			{name: "letters of both scripts are a wrong answer", response: "r=Ivory तट", said: "Not yet."},
			{name: "signs alone are a wrong answer", response: "r=!!", said: "Not yet."},
			{name: "twice", response: "r=a&r=b", refused: fs.ErrInvalid},
			{name: "4097 bytes", response: "r=" + strings.Repeat("a", 4097), refused: marking.ErrTooLong},
		},
	},
	{
		content.Item{Type: content.Text, Stem: "?", Answers: []string{"كِتَاب"}},
		[]marked{
			{name: "without vowel points", response: "r=كتاب", score: 10000},
			{name: "with a stretched letter", response: "r=كتــاب", score: 10000},
			{name: "wrong", response: "r=قلم"},
			{name: "on the Latin keyboard", response: "r=kjhf", refused: marking.ErrOtherScript},
		},
	},
	{
		content.Item{Type: content.Text, Stem: "?", Answers: []string{"水"}},
		[]marked{
			{name: "in kana, which is no other script", response: "r=みず"},
			{name: "in Latin letters", response: "r=mizu", refused: marking.ErrOtherScript},
		},
	},
	{
		content.Item{
			Type: content.Cloze, Stem: "{{1}} {{2}} {{3}}", Wrong: "Not yet.", Right: "Yes.",
			Gaps:     []content.Gap{{Answers: []string{"east"}}, {Answers: []string{"west", "the west"}}, {Answers: []string{"12"}}},
			Mistakes: []content.Mistake{{Answer: "north", Error: "turned", Feedback: "Look at the sun."}, {Answer: "east", Error: "both-east", Feedback: "One is not."}},
		},
		[]marked{
			{name: "right", response: "r1=East&r2=the  West&r3=١٢", score: 10000, said: "Yes."},
			{name: "two of three", response: "r1=East&r2=west&r3=13", score: 6666, said: "Not yet."},
			{name: "one, others empty", response: "r1=East", score: 3333, said: "Not yet."},
			{name: "wrong", response: "r1=a&r2=b&r3=c", said: "Not yet."},
			{name: "known mistake in one gap", response: "r1=east&r2=North&r3=12", score: 6666, code: "turned", said: "Look at the sun."},
			{name: "known mistake that is right in its own gap", response: "r1=east&r2=west&r3=1", score: 6666, said: "Not yet."},
			{name: "empty", response: "r1=&r2=%20", refused: fs.ErrInvalid},
			{name: "another script in one gap", response: "r1=east&r2=غرب&r3=12", refused: marking.ErrOtherScript},
			{name: "a gap that is not there is passed over", response: "r1=east&r2=west&r3=12&r4=x", score: 10000, said: "Yes."},
		},
	},
	{
		content.Item{Type: content.InlineChoice, Stem: "{{1}} {{2}}", Gaps: []content.Gap{{Options: said(options("*boils", "freezes"))}, {Options: said(options("*hot", "cold"))}}, Right: "Yes.", Wrong: "Not yet."},
		[]marked{
			{name: "right", response: "r1=boils&r2=hot", score: 10000, said: "Yes."},
			{name: "partly right", response: "r1=boils&r2=cold", score: 5000, code: "took-cold", said: "Not cold."},
			{name: "one left open", response: "r1=boils", score: 5000, said: "Not yet."},
			{name: "both wrong: the first is told", response: "r1=freezes&r2=cold", code: "took-freezes", said: "Not freezes."},
			{name: "empty", response: "r1=&r2=", refused: fs.ErrInvalid},
			{name: "out of range", response: "r1=boils&r2=boils", refused: fs.ErrInvalid},
		},
	},
	{
		content.Item{Type: content.Order, Stem: "?", Options: options("a", "b", "c", "d"), Wrong: "Not yet.", Right: "Yes.", Mistakes: []content.Mistake{{Answer: "d, b", Error: "backwards", Feedback: "From the other end."}}},
		[]marked{
			{name: "right", response: "r.a=1&r.b=2&r.c=3&r.d=4", score: 10000, said: "Yes."},
			{name: "right, in Devanagari", response: "r.a=१&r.b=२&r.c=३&r.d=४", score: 10000, said: "Yes."},
			{name: "two changed places", response: "r.a=2&r.b=1&r.c=3&r.d=4", score: 5000, said: "Not yet."},
			{name: "some left out", response: "r.a=1&r.b=2", score: 5000, said: "Not yet."},
			{name: "none at its place", response: "r.a=2&r.b=3&r.c=4&r.d=1", code: "backwards", said: "From the other end."},
			{name: "known mistake, others between", response: "r.a=1&r.d=2&r.c=3&r.b=4", score: 5000, code: "backwards", said: "From the other end."},
			{name: "empty", response: "r.a=&r.b=", refused: fs.ErrInvalid},
			{name: "unreadable", response: "r.a=first", refused: fs.ErrInvalid},
			{name: "out of range, below", response: "r.a=0", refused: fs.ErrInvalid},
			{name: "out of range, above", response: "r.a=5", refused: fs.ErrInvalid},
			{name: "far out of range", response: "r.a=99999999999999999999", refused: fs.ErrInvalid},
			{name: "two at one place", response: "r.a=1&r.b=1", refused: fs.ErrInvalid},
		},
	},
	{
		content.Item{
			Type: content.Match, Stem: "?", Right: "Yes.", Wrong: "Not yet.",
			Pairs:    []content.Pair{{Left: "cow", Right: "calf"}, {Left: "hen", Right: "chick"}, {Left: "duck", Right: "chick"}},
			Mistakes: []content.Mistake{{Answer: "cow = chick", Error: "hatched", Feedback: "A cow lays no egg."}},
		},
		[]marked{
			{name: "right", response: "cow=calf&hen=chick&duck=chick", score: 10000, said: "Yes."},
			{name: "two of three", response: "cow=calf&hen=chick&duck=calf", score: 6666, said: "Not yet."},
			{name: "one left open", response: "cow=calf&hen=chick", score: 6666, said: "Not yet."},
			{name: "known mistake", response: "cow=chick&hen=chick&duck=chick", score: 6666, code: "hatched", said: "A cow lays no egg."},
			{name: "all wrong", response: "cow=chick&hen=calf&duck=calf", code: "hatched", said: "A cow lays no egg."},
			{name: "empty", response: "", refused: fs.ErrInvalid},
			{name: "out of range", response: "cow=whale", refused: fs.ErrInvalid},
		},
	},
	{
		content.Item{
			Type: content.Categorise, Stem: "?", Categories: []string{"Animals", "Plants"}, Right: "Yes.", Wrong: "Not yet.",
			Options:  []content.Option{{Key: "cow", Text: "cow"}, {Key: "hen", Text: "hen"}, {Key: "coral", Text: "coral"}, {Key: "tree", Text: "tree", Category: 1}},
			Mistakes: []content.Mistake{{Answer: "coral = Plants", Error: "looks-like-one", Feedback: "It eats."}},
		},
		[]marked{
			{name: "right", response: "r.cow=0&r.hen=0&r.coral=0&r.tree=1", score: 10000, said: "Yes."},
			{name: "three of four", response: "r.cow=0&r.hen=1&r.coral=0&r.tree=1", score: 7500, said: "Not yet."},
			{name: "known mistake", response: "r.cow=0&r.hen=0&r.coral=1&r.tree=1", score: 7500, code: "looks-like-one", said: "It eats."},
			{name: "some left out", response: "r.tree=1", score: 2500, said: "Not yet."},
			{name: "empty", response: "r.cow=", refused: fs.ErrInvalid},
			{name: "unreadable", response: "r.cow=Animals", refused: fs.ErrInvalid},
			{name: "out of range", response: "r.cow=2", refused: fs.ErrInvalid},
			{name: "below range", response: "r.cow=-1", refused: fs.ErrInvalid},
		},
	},
	{
		content.Item{Type: content.HotText, Stem: "{{1}} {{2}} {{3}}", Options: said(options("*cat", "*dog", "mat")), Right: "Yes.", Wrong: "Not yet."},
		[]marked{
			{name: "right", response: "r=cat&r=dog", score: 10000, said: "Yes."},
			{name: "partly right", response: "r=cat", score: 5000, said: "Not yet."},
			{name: "known mistake", response: "r=cat&r=dog&r=mat", score: 5000, code: "took-mat", said: "Not mat."},
			{name: "wrong", response: "r=mat", code: "took-mat", said: "Not mat."},
			{name: "empty", response: "", refused: fs.ErrInvalid},
			{name: "out of range", response: "r=cow", refused: fs.ErrInvalid},
		},
	},
}

func TestEveryTypeIsMarkedByItsTable(t *testing.T) {
	covered, lines := map[content.ItemType]bool{}, 0
	for _, ty := range types {
		it := ty.item
		covered[it.Type] = true
		if err := marking.Check(it); err != nil {
			t.Errorf("%s: %v", it.Type, err)
		}
		for seed := range uint64(3) {
			v := drawn(t, it, seed)
			for _, line := range ty.table {
				lines++
				got, err := marking.Mark(v, fields(t, v, line.response))
				if line.refused != nil {
					if !errors.Is(err, line.refused) || !errors.Is(err, fs.ErrInvalid) || got != (marking.Result{}) {
						t.Errorf("%s, %s: got %+v, %v; want it refused with %v", it.Type, line.name, got, err, line.refused)
					}
					continue
				}
				if err != nil || got.Score != line.score || got.Error != line.code || got.Feedback != line.said || got.Correct != (line.score == 10000) || got.Given == "" {
					t.Errorf("%s, %s: got %+v, %v; want %d, %q, %q", it.Type, line.name, got, err, line.score, line.code, line.said)
				}
			}
		}
	}
	t.Logf("%d types, %d lines marked", len(covered), lines)
	if len(covered) != 11 {
		t.Errorf("%d types have a table, and there are 11", len(covered))
	}
}

// fields is a form's response; of a match, lefts and rights are written by their texts and put in the shown order.
func fields(t *testing.T, v marking.Variant, response string) url.Values {
	q := query(t, response)
	if v.Item.Type != content.Match {
		return q
	}
	out := url.Values{}
	for i, p := range v.Item.Pairs {
		key := q.Get(p.Left)
		for _, o := range v.Item.Options {
			if o.Text == key {
				key = o.Key
			}
		}
		out.Set("r."+string(rune('0'+i)), key)
	}
	return out
}

// TestTenMegabytesAreRefusedCheaply posts as much to every type, in one field and in many.
func TestTenMegabytesAreRefusedCheaply(t *testing.T) {
	long := strings.Repeat("१", 10<<20/3)
	many := make([]string, 1<<20)
	for i := range many {
		many[i] = "aaaaaaaaaa"
	}
	wide := url.Values{}
	for i := range 1000 {
		wide.Set(strings.Repeat("r", i), "x")
	}
	for _, ty := range types {
		v := drawn(t, ty.item, 1)
		for name, q := range map[string]url.Values{
			"long": {"r": {long}, "r1": {long}, "r.a": {long}, "r.0": {long}, "r.cow": {long}},
			"many": {"r": many, "r1": many, "r.a": many}, "wide": wide,
		} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := marking.Mark(v, q)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, marking.ErrTooLong) || len(err.Error()) > 300 {
				t.Errorf("%s, %s: %.300v", ty.item.Type, name, err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 64<<10 || took > 100*time.Millisecond {
				t.Errorf("%s, %s: refusing it took %d bytes and %v", ty.item.Type, name, used, took)
			}
		}
	}
}
