package pack

import "strconv"

// defaultRating gives the questions that say none the rating of their exercise.
func (c *course) defaultRating(t *text, items []placed) {
	written := t.front["rating"]
	if written == "" {
		return
	}
	n, ok := rating(written)
	if !ok {
		c.fail(t.path, t.lines["rating"], "rating %q is not a number from 1 to 4000; 1000 is as hard as a beginner gets right half the time", clip(written, 20))
	}
	for i := range items {
		if items[i].item.Rating == 0 {
			items[i].item.Rating = n
		}
	}
}

// rating reads an item's rating: 1000 for one that a beginner gets right half the time, 174 more for each logit.
func rating(written string) (int, bool) {
	n, err := strconv.Atoi(written)
	return n, err == nil && n >= 1 && n <= 4000
}
