package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"lamplight/content"
)

// A course is the one this program writes and installs: pages of the sizes that manuals have, a film, exercises.
type course struct {
	id        content.CourseID
	pages     []content.ResourceID
	exercises []content.ResourceID
	film      string // its path in the course
	filmBytes int64
}

const (
	coursePages     = 400
	courseExercises = 10
	exerciseItems   = 6
)

// writeCourse writes the folder. The same seed gives the same bytes.
func writeCourse(dir string, filmBytes int64) (course, error) {
	c := course{id: content.NewCourseID("lamplight", "sidebyside"), film: "film/film.mp4", filmBytes: filmBytes}
	files := map[string]string{"course.md": "---\nid: sidebyside\ntitle: Side by side\nlanguage: en\nlicence: CC0-1.0\n---\nMade to be measured.\n"}
	rnd := rand.New(rand.NewPCG(1, 2))
	words := vocabulary(rnd, 3000)
	for i := range coursePages {
		id := fmt.Sprintf("page-%03d", i)
		files[fmt.Sprintf("part-%d/%s.md", i/50+1, id)] = fmt.Sprintf("---\nid: %s\ntitle: Page %d\n---\n%s", id, i, text(rnd, words, pageSize(rnd)))
		c.pages = append(c.pages, content.NewResourceID(c.id, id))
	}
	for i := range courseExercises {
		id := fmt.Sprintf("practice-%02d", i)
		files["practice/"+id+".md"] = exercise(id)
		c.exercises = append(c.exercises, content.NewResourceID(c.id, id))
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return c, err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return c, err
		}
	}
	return c, writeFilm(filepath.Join(dir, "film", "film.mp4"), filmBytes)
}

// pageSize is log-normal round 10 KB, so that one page in ten is longer than 54 KB: as measured of 4,094 pages of
// manuals in eleven languages (p10 4.4 KB, p50 10.2, p90 54, mean 21.5).
func pageSize(rnd *rand.Rand) int {
	return int(min(max(10_200*math.Exp(1.2*rnd.NormFloat64()), 1000), 200_000))
}

// vocabulary makes up words of two to four syllables.
func vocabulary(rnd *rand.Rand, n int) []string {
	words := make([]string, n)
	for i := range words {
		var w strings.Builder
		for range 1 + rnd.IntN(4) {
			w.WriteByte("bdfghjklmnprstvw"[rnd.IntN(16)])
			w.WriteByte("aeiou"[rnd.IntN(5)])
		}
		words[i] = w.String()
	}
	return words
}

// text is paragraphs of common and rare words, a heading now and then.
func text(rnd *rand.Rand, words []string, n int) string {
	var s strings.Builder
	for s.Len() < n {
		if rnd.IntN(6) == 0 {
			fmt.Fprintf(&s, "## %s %s\n\n", words[rnd.IntN(len(words))], words[rnd.IntN(len(words))])
		}
		for range 4 + rnd.IntN(5) {
			for k := range 6 + rnd.IntN(12) {
				if k > 0 {
					s.WriteByte(' ')
				}
				x := rnd.Float64() // a few words make up most of a text
				s.WriteString(words[int(x*x*x*x*float64(len(words)))])
			}
			s.WriteString(". ")
		}
		s.WriteString("\n\n")
	}
	return s.String()
}

// exercise asks for sums whose answers a load can know: item k asks k+1 and 1.
func exercise(id string) string {
	var s strings.Builder
	fmt.Fprintf(&s, "---\nkind: exercise\nid: %s\ntitle: %s\nmastery: m_of_n 4/5\n---\n", id, id)
	for k := range exerciseItems {
		fmt.Fprintf(&s, "\n## number item-%d\n? How much is %d and 1?\n= %d\n! %d : counted-one-short : Count on one more.\nhint: Count on from %d.\nworked: It is %d.\n", k, k+1, k+2, k+1, k+1, k+2)
	}
	return s.String()
}
