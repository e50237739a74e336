package starter

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
)

// A drawn text must not show a template's leftovers, nor a number that a child of this course has not met.
func TestNoVariantShowsATemplateOrABelowZero(t *testing.T) {
	eachVariant(t, func(name string, v marking.Variant) {
		for _, s := range spoken(v.Item) {
			plain := strings.NewReplacer("{{", "", "}}", "").Replace(s)
			if strings.ContainsAny(plain, "{}") || belowZero(s) {
				t.Errorf("%s shows %q", name, s)
			}
		}
	})
}

// eachVariant draws every item of every course, and stops after twenty errors.
func eachVariant(t *testing.T, check func(name string, v marking.Variant)) {
	t.Helper()
	for _, c := range Courses() {
		for _, e := range open(t, c).exercises {
			for _, it := range e.Items {
				for seed := range min(draws(it), 50) {
					v, err := marking.Draw(it, seed)
					name := fmt.Sprintf("%s/%s/%s seed %d", c.Dir, e.Title, it.ID, seed)
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					check(name, v)
				}
				if t.Failed() {
					t.FailNow()
				}
			}
		}
	}
}

// rightResponse fills the form as a learner who knows it would.
func rightResponse(v marking.Variant) url.Values {
	it, right, r := v.Item, marking.Right(v), url.Values{}
	switch it.Type {
	case content.Many, content.HotText:
		r["r"] = strings.Split(right, ",")
	case content.Cloze, content.InlineChoice:
		for i, word := range strings.Split(right, " | ") {
			r.Set("r"+strconv.Itoa(i+1), word)
		}
	case content.Order:
		for i, key := range strings.Split(right, ",") {
			r.Set("r."+key, strconv.Itoa(i+1))
		}
	case content.Match:
		for i, p := range it.Pairs {
			for _, o := range it.Options {
				if o.Text == p.Right {
					r.Set("r."+strconv.Itoa(i), o.Key)
				}
			}
		}
	case content.Categorise:
		for _, o := range it.Options {
			r.Set("r."+o.Key, strconv.Itoa(o.Category))
		}
	default:
		r.Set("r", right)
	}
	return r
}

// spoken is every text of an item that a learner may read.
func spoken(it content.Item) []string {
	texts := append([]string{it.Stem, it.Worked, it.Right, it.Wrong}, it.Hints...)
	texts = append(texts, it.Categories...)
	for _, o := range it.Options {
		texts = append(texts, o.Text, o.Feedback)
	}
	for _, p := range it.Pairs {
		texts = append(texts, p.Left, p.Right)
	}
	for _, m := range it.Mistakes {
		texts = append(texts, m.Answer, m.Feedback)
	}
	return texts
}

// belowZero finds a number written with a hyphen-minus, which is what an expression below zero becomes; the courses
// write taking away with the sign − and a space.
func belowZero(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '-' && s[i+1] >= '0' && s[i+1] <= '9' && (i == 0 || s[i-1] == ' ') {
			return true
		}
	}
	return false
}
