package web

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/pack"
	"lamplight/ui/view"
)

// exerciseOf reads an exercise, its pictures at the addresses we serve them at.
func exerciseOf(course content.Reader, exercises content.ExerciseReader, id content.ResourceID) (content.Exercise, error) {
	x, err := exercises.Exercise(id)
	return pack.Addressed(course.Course().ID, x), err
}

// question turns a variant into what the page shows. The field names are those that package marking reads.
func question(course content.CourseID, v marking.Variant, given url.Values) view.Question {
	it := v.Item
	q := view.Question{Type: string(it.Type), Unit: it.Unit, Value: given.Get("r")}
	for _, c := range it.Categories {
		q.Categories = append(q.Categories, wordsOf(pack.Inline(c)))
	}
	if it.Sound != "" {
		q.Sound = fileURL(course, it.Sound)
	}
	switch it.Type {
	case content.Cloze, content.InlineChoice, content.HotText:
		q.Parts = parts(it, given)
		return q
	case content.Match:
		for i, p := range it.Pairs {
			key := strconv.Itoa(i)
			q.Options = append(q.Options, view.Option{Key: key, Text: inline(p.Left), Value: given.Get("r." + key)})
		}
		q.Rights = options(it.Options, nil)
	default:
		q.Options = options(it.Options, given)
	}
	q.Stem = inline(it.Stem)
	return q
}

func options(from []content.Option, given url.Values) []view.Option {
	var out []view.Option
	for _, o := range from {
		out = append(out, view.Option{
			Key: o.Key, Text: inline(o.Text), Chosen: slices.Contains(given["r"], o.Key), Value: given.Get("r." + o.Key),
		})
	}
	return out
}

// parts cuts a stem at its marks {{1}}, {{2}} …, once it is HTML: a gap may stand in a list, a table, bold words.
func parts(it content.Item, given url.Values) []view.Part {
	var out []view.Part
	rest := string(inline(it.Stem))
	for n := 1; ; n++ {
		before, after, found := strings.Cut(rest, "{{"+strconv.Itoa(n)+"}}")
		if before != "" {
			out = append(out, view.Part{Text: view.HTML(before)})
		}
		if !found {
			return out
		}
		rest = after
		if p, ok := markPart(it, n, given); ok {
			out = append(out, p)
		}
	}
}

// markPart is the n'th gap or span, from 1.
func markPart(it content.Item, n int, given url.Values) (view.Part, bool) {
	if it.Type == content.HotText {
		if n > len(it.Options) {
			return view.Part{}, false
		}
		o := options(it.Options[n-1:n], given)[0]
		return view.Part{Span: &o}, true
	}
	if n > len(it.Gaps) {
		return view.Part{}, false
	}
	name := "r" + strconv.Itoa(n)
	g := view.Gap{Name: name, Value: given.Get(name)}
	g.Number = it.Gaps[n-1].Type == content.Number
	if len(it.Gaps[n-1].Options) > 0 {
		for _, o := range it.Gaps[n-1].Options {
			g.Options = append(g.Options, view.Option{Key: o.Key, Text: inline(o.Text), Chosen: o.Key == g.Value})
		}
	}
	return view.Part{Gap: &g}, true
}

var (
	pictureTag = regexp.MustCompile(`<img [^>]*?alt="([^"]*)"[^>]*>`)
	anyTag     = regexp.MustCompile(`<[^>]*>`)
)

// plainWords is a question in one line where no HTML can stand: without the marks of emphasis, a picture by what it shows.
func plainWords(v marking.Variant) string {
	return wordsOf(pack.Inline(marking.Line(v)))
}

// wordsOf is HTML without its tags, a picture by what it shows.
func wordsOf(inline string) string {
	return html.UnescapeString(anyTag.ReplaceAllString(pictureTag.ReplaceAllString(inline, "$1"), ""))
}

// markOptions shows beside each option chosen whether it was right. The right one that was not chosen stays unmarked:
// the worked answer shows the way, and the next variant asks again.
func markOptions(q *view.Question, v marking.Variant) {
	right := map[string]bool{}
	for _, o := range v.Item.Options {
		right[o.Key] = o.Right
	}
	mark := func(o *view.Option) {
		if o.Chosen {
			o.Mark = "wrong"
			if right[o.Key] {
				o.Mark = "right"
			}
		}
	}
	switch v.Item.Type {
	case content.Choice, content.Many:
		for i := range q.Options {
			mark(&q.Options[i])
		}
	case content.HotText:
		for _, p := range q.Parts {
			if p.Span != nil {
				mark(p.Span)
			}
		}
	}
}

// givenValues is the form that was filled in, made anew of what the record keeps of it (marking.Result.Given). What was
// too long for the record comes back cut.
func givenValues(v marking.Variant, given string) url.Values {
	out := url.Values{}
	if given == "" {
		return out
	}
	it := v.Item
	switch it.Type {
	case content.Many, content.HotText:
		out["r"] = strings.Split(given, ",")
	case content.Cloze, content.InlineChoice:
		for i, g := range strings.Split(given, "|") {
			out.Set("r"+strconv.Itoa(i+1), strings.TrimSpace(g))
		}
	case content.Order:
		for i, key := range strings.Split(given, ",") {
			out.Set("r."+key, strconv.Itoa(i+1))
		}
	case content.Match, content.Categorise:
		pairs := map[string]string{}
		for _, pair := range strings.Split(given, ",") {
			left, right, _ := strings.Cut(pair, "=")
			pairs[left] = right
		}
		if it.Type == content.Categorise {
			for left, right := range pairs {
				out.Set("r."+left, right)
			}
			break
		}
		for i, p := range it.Pairs {
			out.Set("r."+strconv.Itoa(i), pairs[marking.Keys([]string{p.Left})[0]])
		}
	default:
		out.Set("r", given)
	}
	return out
}
