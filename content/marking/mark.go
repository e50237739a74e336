package marking

import (
	"fmt"
	"io/fs"
	"net/url"
	"slices"
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
	content.TrueFalse: markTrueFalse, content.Number: markTyped, content.Text: markTyped, content.Formula: markTyped,
	content.Cloze: markGaps, content.InlineChoice: markGaps,
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
	return Result{Score: chosen(o), Error: o.Error, Feedback: o.Feedback, Given: key}, err
}

// chosen is what choosing one option is worth: of a wrong one what it is said to be.
func chosen(o content.Option) content.Score {
	if o.Right {
		return content.FullScore
	}
	return min(content.Score(max(o.Credit, 0)), content.FullScore-1)
}

// markMany gives each right choice its part and takes as much for each wrong one, never below nothing; or what each is said
// to be worth. Only all right ones and no other are all.
func markMany(it content.Item, response url.Values) (Result, error) {
	keys := slices.Compact(slices.Sorted(slices.Values(response["r"])))
	keys = slices.DeleteFunc(keys, func(k string) bool { return k == "" })
	if len(keys) == 0 {
		return Result{}, errEmpty("r")
	}
	var r Result
	var picked []content.Option
	for _, k := range keys {
		o, err := option(it.Options, k)
		if err != nil {
			return Result{}, err
		}
		picked = append(picked, o)
		if !o.Right && r.Error == "" {
			r.Error, r.Feedback = o.Error, o.Feedback
		}
	}
	r.Score, r.Given = several(it.Options, picked), strings.Join(keys, ",")
	return r, nil
}

// several is what options that were chosen are worth together.
func several(options, picked []content.Option) content.Score {
	rights, hits, misses, sum := 0, 0, 0, 0
	credited := false
	for _, o := range options {
		if o.Right {
			rights++
		}
		credited = credited || o.Credit != 0
	}
	for _, o := range picked {
		switch {
		case o.Right:
			hits++
			sum += o.Credit
		default:
			misses++
			if sum += o.Credit; o.Credit == 0 { // not said: as much as a right one gives
				sum -= int(content.FullScore) / max(rights, 1)
			}
		}
	}
	switch {
	case !credited:
		return part(hits-misses, rights)
	case hits == rights && misses == 0:
		return content.FullScore
	}
	return content.Score(min(max(sum, 0), int(content.FullScore)-1))
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
