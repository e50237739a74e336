package marking

import (
	"fmt"
	"io/fs"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
)

// maxGiven is the longest Result.Given, in bytes.
const maxGiven = 200

func mark(v Variant, response url.Values) (Result, error) {
	m, ok := markers[v.Item.Type]
	if !ok {
		return Result{}, fmt.Errorf("item %s: %q is no type of question: %w", v.Item.ID, v.Item.Type, fs.ErrInvalid)
	}
	if err := sized(response); err != nil {
		return Result{}, fmt.Errorf("item %s: %w", v.Item.ID, err)
	}
	r, err := m(v.Item, response)
	if err != nil {
		return Result{}, fmt.Errorf("item %s: %w", v.Item.ID, err)
	}
	r.Correct = r.Score == content.FullScore
	if r.Correct {
		r.Error = ""
	}
	if r.Feedback == "" {
		r.Feedback = v.Item.Wrong
		if r.Correct {
			r.Feedback = v.Item.Right
		}
	}
	r.Given = clip(strings.Join(strings.Fields(r.Given), " "), maxGiven)
	return r, nil
}

var markers = map[content.ItemType]func(content.Item, url.Values) (Result, error){
	content.Choice: markChoice, content.Many: markMany, content.HotText: markMany,
	content.TrueFalse: markTrueFalse, content.Number: markNumber, content.Text: markText,
	content.Cloze: markCloze, content.InlineChoice: markInline,
	content.Order: markOrder, content.Match: markMatch, content.Categorise: markCategorise,
}

// sized refuses what no form of ours posts, before anything is copied or sorted: it only looks at lengths.
func sized(response url.Values) error {
	if len(response) > maxFields {
		return fmt.Errorf("%d fields are more than %d: %w", len(response), maxFields, ErrTooLong)
	}
	for name, values := range response {
		if len(values) > maxFields {
			return fmt.Errorf("field %s is given %d times: %w", clip(name, 40), len(values), ErrTooLong)
		}
		for _, value := range values {
			if len(value) > maxResponse {
				return fmt.Errorf("field %s has %d bytes, more than %d: %w", clip(name, 40), len(value), maxResponse, ErrTooLong)
			}
		}
	}
	return nil
}

// errEmpty is a response in which nothing is answered.
func errEmpty(field string) error {
	return fmt.Errorf("nothing is answered (field %s): %w", field, fs.ErrInvalid)
}

// only gives the one value of field r.
func only(response url.Values) (string, error) {
	if len(response["r"]) > 1 {
		return "", fmt.Errorf("field r is given %d times: %w", len(response["r"]), fs.ErrInvalid)
	}
	r := response.Get("r")
	if strings.TrimSpace(r) == "" {
		return "", errEmpty("r")
	}
	return r, nil
}

func option(options []content.Option, key string) (content.Option, error) {
	for _, o := range options {
		if o.Key == key {
			return o, nil
		}
	}
	return content.Option{}, fmt.Errorf("there is no option %q: %w", clip(key, 40), fs.ErrInvalid)
}

func all(right bool) content.Score {
	if right {
		return content.FullScore
	}
	return 0
}

// part is right of n in basis points, rounded down, so that only all of them are FullScore.
func part(right, n int) content.Score {
	return content.FullScore * content.Score(max(right, 0)) / content.Score(max(n, 1))
}

func markChoice(it content.Item, response url.Values) (Result, error) {
	key, err := only(response)
	if err != nil {
		return Result{}, err
	}
	o, err := option(it.Options, key)
	return Result{Score: all(o.Right), Error: o.Error, Feedback: o.Feedback, Given: key}, err
}

// markMany gives each right choice its part and takes as much for each wrong one, never below nothing.
func markMany(it content.Item, response url.Values) (Result, error) {
	keys := slices.Compact(slices.Sorted(slices.Values(response["r"])))
	keys = slices.DeleteFunc(keys, func(k string) bool { return k == "" })
	if len(keys) == 0 {
		return Result{}, errEmpty("r")
	}
	var r Result
	hits, rights := 0, 0
	for _, o := range it.Options {
		if o.Right {
			rights++
		}
	}
	for _, k := range keys {
		o, err := option(it.Options, k)
		if err != nil {
			return Result{}, err
		}
		if o.Right {
			hits++
			continue
		}
		hits--
		if r.Error == "" {
			r.Error, r.Feedback = o.Error, o.Feedback
		}
	}
	r.Score, r.Given = part(hits, rights), strings.Join(keys, ",")
	return r, nil
}

func markTrueFalse(it content.Item, response url.Values) (Result, error) {
	given, err := only(response)
	if err != nil {
		return Result{}, err
	}
	if given != "true" && given != "false" {
		return Result{}, fmt.Errorf("%q is neither true nor false: %w", clip(given, 40), fs.ErrInvalid)
	}
	r := Result{Score: all(slices.Equal(it.Answers, []string{given})), Given: given}
	return explain(r, it, func(answer string) bool { return answer == given }), nil
}

// explain finds the known mistake that a wrong answer is.
func explain(r Result, it content.Item, is func(answer string) bool) Result {
	if r.Score == content.FullScore {
		return r
	}
	for _, m := range it.Mistakes {
		if is(m.Answer) {
			r.Error, r.Feedback = m.Error, m.Feedback
			return r
		}
	}
	return r
}

func markNumber(it content.Item, response url.Values) (Result, error) {
	given, err := only(response)
	if err != nil {
		return Result{}, err
	}
	readings, err := readNumber(given, it.Unit)
	if err != nil {
		return Result{}, err
	}
	tolerance := new(big.Rat)
	if it.Tolerance != "" {
		tolerance = rat(it.Tolerance)
	}
	if len(it.Answers) == 0 {
		return Result{}, fmt.Errorf("it has no answer: %w", fs.ErrInvalid)
	}
	answer := rat(it.Answers[0])
	r := Result{Given: value{num: readings[0]}.String()}
	near := func(x, y *big.Rat) bool {
		off := new(big.Rat).Sub(x, y)
		return off.Abs(off).Cmp(tolerance) <= 0
	}
	for _, x := range readings {
		if near(x, answer) {
			r.Score, r.Given = content.FullScore, value{num: x}.String()
			return r, nil
		}
	}
	return explain(r, it, func(answer string) bool {
		return slices.ContainsFunc(readings, func(x *big.Rat) bool { return near(x, rat(answer)) })
	}), nil
}

func markText(it content.Item, response url.Values) (Result, error) {
	given, err := only(response)
	if err != nil {
		return Result{}, err
	}
	same := sameAs(it, given)
	r := Result{Score: all(slices.ContainsFunc(it.Answers, same)), Given: normalise(given, true, true)}
	if r = explain(r, it, same); r.Score == 0 && r.Error == "" {
		err = sameScript(given, it.Answers)
	}
	return r, err
}

// sameAs compares alternatives with what was given.
func sameAs(it content.Item, given string) func(string) bool {
	given = normalise(given, it.CaseSense, it.AccentSense)
	return func(answer string) bool { return normalise(answer, it.CaseSense, it.AccentSense) == given }
}

func markCloze(it content.Item, response url.Values) (Result, error) {
	return markGaps(it, response, func(g content.Gap, given string) (bool, content.Option, error) {
		if slices.ContainsFunc(g.Answers, sameAs(it, given)) {
			return true, content.Option{}, nil
		}
		return false, content.Option{}, sameScript(given, g.Answers)
	})
}

func markInline(it content.Item, response url.Values) (Result, error) {
	return markGaps(it, response, func(g content.Gap, given string) (bool, content.Option, error) {
		o, err := option(g.Options, given)
		return o.Right, o, err
	})
}

// markGaps marks r1, r2 …; a gap left empty is wrong, all of them empty is no answer.
func markGaps(it content.Item, response url.Values, one func(content.Gap, string) (bool, content.Option, error)) (Result, error) {
	var r Result
	right, given := 0, make([]string, len(it.Gaps))
	var wrong []string
	answered := false
	for i, g := range it.Gaps {
		text := response.Get("r" + strconv.Itoa(i+1))
		if strings.TrimSpace(text) == "" {
			continue
		}
		answered = true
		given[i] = normalise(text, true, true)
		good, o, err := one(g, text)
		if err != nil {
			return Result{}, fmt.Errorf("gap %d: %w", i+1, err)
		}
		if good {
			right++
			continue
		}
		wrong = append(wrong, given[i])
		if r.Error == "" {
			r.Error, r.Feedback = o.Error, o.Feedback
		}
	}
	if !answered {
		return Result{}, errEmpty("r1")
	}
	r.Score, r.Given = part(right, len(it.Gaps)), strings.Join(given, " | ")
	for _, w := range wrong {
		if r.Error != "" {
			break
		}
		r = explain(r, it, sameAs(it, w))
	}
	return r, nil
}
