package ui

import (
	"html"
	"regexp"
	"strconv"

	"github.com/a-h/templ"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// asked is a question with the two languages of its page: words is the person's, said the course's.
type asked struct {
	view.Question
	words, said *locale.Locale
	done        bool // it was answered: controls are shown but do not move
	free        bool // it may be left unanswered: browsers must not insist
}

func (q asked) inputType() string {
	if q.Type == "many" {
		return "checkbox"
	}
	return "radio"
}

// blocks are the tags of what cannot stand in a legend or a label.
var blocks = regexp.MustCompile(`<(?:p|ul|ol|table|blockquote|pre|h[1-6]|hr|div)[ />]`)

// blocky says whether the question's text has paragraphs, lists or tables: it then stands before the fields, which name it
// as what they are for.
func (q asked) blocky() bool { return blocks.MatchString(string(q.Stem)) }

// stemID is the id of a text that stands before the fields.
func (q asked) stemID() string { return "stem" }

// labelled names fields by the text before them, where it cannot be their legend or label.
func (q asked) labelled() templ.Attributes {
	if !q.blocky() {
		return nil
	}
	return templ.Attributes{"aria-labelledby": q.stemID()}
}

// typedDirection is the direction of a field to type in: mathematics goes from left to right.
func (q asked) typedDirection() string {
	if q.Type == "formula" {
		return "ltr"
	}
	return "auto"
}

// gapLabel numbers the gaps for those who do not see them; i is the index of the part.
func (q asked) gapLabel(i int) string {
	n := 0
	for _, p := range q.Parts[:i+1] {
		if p.Gap != nil {
			n++
		}
	}
	return q.words.T("exercise.gap", "n", q.words.Number(n))
}

// places are where a thing may go: positions, right sides or categories.
func (q asked) places() []view.Option {
	var all []view.Option
	switch q.Type {
	case "match":
		return q.Rights
	case "categorise":
		for i, c := range q.Categories {
			all = append(all, view.Option{Key: strconv.Itoa(i), Text: view.HTML(html.EscapeString(c))})
		}
	default:
		for i := range q.Options {
			n := strconv.Itoa(i + 1)
			all = append(all, view.Option{Key: n, Text: view.HTML(n)})
		}
	}
	return all
}

var tag = regexp.MustCompile(`<[^>]*>`)

// bare is markup as plain text, for places that take no markup.
func bare(said *locale.Locale, h view.HTML) string {
	return said.Digits(html.UnescapeString(tag.ReplaceAllString(string(h), "")))
}

func markClass(m string) string {
	if m == "" {
		return ""
	}
	return "is-" + m
}

// contentWords speaks the exercise's language, for its digits; in the person's own digits when it is their language.
func contentWords(v view.Exercise) *locale.Locale {
	if v.Lang == "" || locale.For(v.Lang).Tag() == words(v.Frame).Tag() {
		return words(v.Frame)
	}
	return locale.For(v.Lang)
}

func contentDirection(lang, page string) string {
	if lang == "" {
		return page
	}
	return locale.Dir(lang)
}

func criterion(l *locale.Locale, c view.Criterion) string {
	const row = "num_correct_in_a_row_"
	switch {
	case c.Type == "m_of_n":
		return l.T("exercise.m-of-n", "m", l.Number(c.M), "n", l.Number(c.N))
	case c.Type == "spaced_m_of_n":
		return l.T("exercise.spaced", "m", l.Number(c.M), "n", l.Number(c.N))
	case len(c.Type) > len(row) && c.Type[:len(row)] == row:
		return l.T("exercise.in-a-row", "n", l.Digits(c.Type[len(row):]))
	}
	return l.T("exercise.do-all")
}

// spacedCheck says when to come back for the last right answer.
func spacedCheck(l *locale.Locale, v view.Exercise) string {
	if v.CheckNow {
		return l.T("exercise.check-now")
	}
	return dayOr(l, v.Frame, v.Check, "exercise.check-on", "exercise.check-later")
}

func anotherText(v view.Exercise) string {
	if v.Sister && v.Result != nil && !v.Result.Correct {
		return "exercise.sister"
	}
	return "exercise.another"
}

func resultClass(r *view.Result) string {
	switch {
	case r.Correct:
		return "is-right"
	case r.Percent > 0:
		return "is-partly"
	}
	return "is-wrong"
}

func resultIcon(r *view.Result) string {
	if r.Correct {
		return "right"
	}
	return "wrong"
}

func resultHeading(l *locale.Locale, r *view.Result) string {
	switch {
	case r.Correct:
		return l.T("exercise.right")
	case r.Percent > 0:
		return l.T("exercise.partly")
	}
	return l.T("exercise.not-yet")
}

// point is the sign between whole and part as the course's language writes it with its digits.
func (q asked) point() string { return q.said.Point() }

// padFace is a key as it is shown: a minus looks like one.
func padFace(q asked, key string) string {
	if key == "-" {
		return "−"
	}
	return q.said.Digits(key)
}
