package marking

import (
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
)

// place reads a field that holds a small number; ok is false when it is empty.
func place(response url.Values, field string, low, high int) (n int, ok bool, err error) {
	text := strings.TrimSpace(clip(response.Get(field), 40))
	if text == "" {
		return 0, false, nil
	}
	n, err = strconv.Atoi(strings.TrimSpace(plainSigns(text)))
	if err != nil || n < low || n > high {
		return 0, false, fmt.Errorf("field %s: %q is not from %d to %d: %w", field, text, low, high, fs.ErrInvalid)
	}
	return n, true, nil
}

// markOrder gives its part for each option at its place. Two at one place is not an answer. A Variant keeps the
// right place in Category, since its Options are as shown.
func markOrder(it content.Item, response url.Values) (Result, error) {
	given := make([]string, len(it.Options))
	right, answered := 0, false
	for _, o := range it.Options {
		n, ok, err := place(response, "r."+o.Key, 1, len(it.Options))
		if err != nil {
			return Result{}, err
		}
		if !ok {
			continue
		}
		answered = true
		if given[n-1] != "" {
			return Result{}, fmt.Errorf("two stand at place %d: %w", n, fs.ErrInvalid)
		}
		given[n-1] = o.Key
		if o.Category == n-1 {
			right++
		}
	}
	if !answered {
		return Result{}, errEmpty("r.KEY")
	}
	r := Result{Score: part(right, len(it.Options)), Given: strings.Join(given, ",")}
	texts := make([]string, 0, len(given))
	for _, key := range given {
		o, _ := option(it.Options, key) // a place left empty has no option, and its text is ""
		texts = append(texts, o.Text)
	}
	return explain(r, it, func(answer string) bool { return inOrder(answer, texts) }), nil
}

// inOrder says whether the texts that answer names, with commas between, stand in texts in that order.
func inOrder(answer string, texts []string) bool {
	for want := range strings.SplitSeq(answer, ",") {
		at := slices.Index(texts, strings.TrimSpace(want))
		if at < 0 {
			return false
		}
		texts = texts[at+1:]
	}
	return true
}

// markMatch gives its part for each left with a right that reads as its own.
func markMatch(it content.Item, response url.Values) (Result, error) {
	given, right := make([]string, 0, len(it.Pairs)), 0
	said := map[string]bool{}
	for i, p := range it.Pairs {
		key := strings.TrimSpace(clip(response.Get("r."+strconv.Itoa(i)), 40))
		if key == "" {
			continue
		}
		o, err := option(it.Options, key)
		if err != nil {
			return Result{}, err
		}
		if o.Text == p.Right {
			right++
		} else {
			said[p.Left+" = "+o.Text] = true
		}
		given = append(given, Keys([]string{p.Left})[0]+"="+key)
	}
	if len(given) == 0 {
		return Result{}, errEmpty("r.0")
	}
	slices.Sort(given)
	r := Result{Score: part(right, len(it.Pairs)), Given: strings.Join(given, ",")}
	return explain(r, it, func(answer string) bool { return said[answer] }), nil
}

// markCategorise gives its part for each option in its category.
func markCategorise(it content.Item, response url.Values) (Result, error) {
	given, right := make([]string, 0, len(it.Options)), 0
	said := map[string]bool{}
	for _, o := range it.Options {
		n, ok, err := place(response, "r."+o.Key, 0, len(it.Categories)-1)
		if err != nil {
			return Result{}, err
		}
		if !ok {
			continue
		}
		if n == o.Category {
			right++
		} else {
			said[o.Text+" = "+it.Categories[n]] = true
		}
		given = append(given, o.Key+"="+strconv.Itoa(n))
	}
	if len(given) == 0 {
		return Result{}, errEmpty("r.KEY")
	}
	slices.Sort(given)
	r := Result{Score: part(right, len(it.Options)), Given: strings.Join(given, ",")}
	return explain(r, it, func(answer string) bool { return said[answer] }), nil
}
