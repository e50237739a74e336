package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"lamplight/content"
	"lamplight/server/web"
)

type hit struct {
	Course   content.CourseID   `json:"course"`
	Resource content.ResourceID `json:"resource"`
	Title    string             `json:"title"`
	Snippet  string             `json:"snippet"`
	URL      string             `json:"url"`
}

func search(_ context.Context, c *call) error {
	var lang string
	words, err := c.flags(func(f *flag.FlagSet) { f.StringVar(&lang, "lang", "", "") })
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return usage("what to search for?")
	}
	start := time.Now()
	hits := []hit{}
	for _, h := range c.Node.Library.Search(strings.Join(words, " "), web.MaxHits) {
		course, err := c.Node.Library.Course(h.Course)
		if err != nil || lang != "" && !slices.Contains(course.Languages, lang) {
			continue
		}
		hits = append(hits, hit{h.Course, h.Resource, h.Title, course.Title, web.HitURL(h)})
	}
	v := struct {
		Hits []hit   `json:"hits"`
		Took float64 `json:"took_ms"`
	}{hits, float64(time.Since(start).Microseconds()) / 1000}
	return c.print(v, func(w io.Writer) {
		for _, h := range hits {
			fmt.Fprintf(w, "%s  (%s)\n    %s\n", h.Title, h.Snippet, h.URL)
		}
		fmt.Fprintf(w, "%d found\n", len(hits))
	})
}
