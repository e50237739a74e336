package pack

import (
	"net/url"
	"slices"
	"strings"

	"lamplight/content"
)

// Addressed gives an exercise whose pictures are shown at the addresses this box serves them at: readers of other formats
// name them by their path for Reader.File. The items of x are not changed; where there is nothing to do they are x's own.
func Addressed(course content.CourseID, x content.Exercise) content.Exercise {
	copied := false
	for i, it := range x.Items {
		if !hasBarePicture(&it) {
			continue
		}
		if !copied {
			x.Items, copied = slices.Clone(x.Items), true
		}
		it = cloneTexts(it)
		eachText(&it, func(s *string) {
			*s = pictureRef.ReplaceAllStringFunc(*s, func(mark string) string {
				parts := pictureRef.FindStringSubmatch(mark)
				p, err := url.PathUnescape(parts[2])
				if err != nil || strings.HasPrefix(parts[2], "/") {
					return mark
				}
				return parts[1] + fileURL(course, p) + parts[3]
			})
		})
		x.Items[i] = it
	}
	return x
}

func hasBarePicture(it *content.Item) (found bool) {
	eachText(it, func(s *string) {
		for rest := *s; !found; {
			_, after, ok := strings.Cut(rest, "](")
			if !ok {
				return
			}
			found, rest = !strings.HasPrefix(after, "/"), after
		}
	})
	return found
}

// cloneTexts gives a copy of an item that shares no text with it.
func cloneTexts(it content.Item) content.Item {
	it.Hints, it.Categories = slices.Clone(it.Hints), slices.Clone(it.Categories)
	it.Options, it.Gaps = slices.Clone(it.Options), slices.Clone(it.Gaps)
	for i := range it.Gaps {
		it.Gaps[i].Options, it.Gaps[i].Accepts = slices.Clone(it.Gaps[i].Options), slices.Clone(it.Gaps[i].Accepts)
	}
	it.Distractors, it.Accepts = slices.Clone(it.Distractors), slices.Clone(it.Accepts)
	it.Pairs, it.Mistakes = slices.Clone(it.Pairs), slices.Clone(it.Mistakes)
	return it
}
