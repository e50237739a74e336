package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"lamplight/content"
	"lamplight/content/search"
	"lamplight/server/config"
	"lamplight/server/indexer"
	"lamplight/server/web"
)

type hit struct {
	Course   content.CourseID   `json:"course"`
	Resource content.ResourceID `json:"resource"`
	Kind     content.Kind       `json:"kind"`
	Language string             `json:"language,omitempty"`
	Title    string             `json:"title"`
	Snippet  string             `json:"snippet"`
	URL      string             `json:"url"`
}

// findings are what `search --json` prints. Reading is how much can be found at all: while a node runs it reads new courses
// in the background.
type findings struct {
	Hits    []hit   `json:"hits"`
	Total   int     `json:"total"`
	Meant   string  `json:"meant,omitempty"`
	Took    float64 `json:"took_ms"`
	Reading struct {
		Courses int `json:"courses"`
		Headed  int `json:"headed"`
		Read    int `json:"read"`
	} `json:"reading"`
}

func findInLibrary(ctx context.Context, c *call) error {
	var lang string
	var ask bool
	words, err := c.flags(func(f *flag.FlagSet) {
		f.StringVar(&lang, "lang", "", "")
		f.BoolVar(&ask, "ask", false, "")
	})
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return usage("what to search for?")
	}
	if !c.Node.Runs() { // nobody reads in the background
		if err := c.catchUp(ctx); err != nil {
			return err
		}
	} else {
		c.Node.Search.AwaitTitles(ctx, 10*time.Second)
	}
	start := time.Now()
	q := search.Query{Text: strings.Join(words, " "), Staff: true, Limit: web.MaxHits}
	if lang != "" {
		base, _, _ := strings.Cut(lang, "-")
		q.Where = map[content.Facet][]string{content.LanguageFacet: {base}}
	}
	out, err := c.Node.Search.Search(ctx, q)
	if errors.Is(err, indexer.ErrBusy) {
		return fmt.Errorf("many are searching just now; try again: %w", err)
	}
	if err != nil {
		return err
	}
	v := findings{Hits: []hit{}, Total: out.Total, Meant: out.Meant, Took: float64(time.Since(start).Microseconds()) / 1000}
	p := c.Node.Search.Progress()
	v.Reading.Courses, v.Reading.Headed, v.Reading.Read = p.Courses, p.Headed, p.Read
	for _, h := range out.Hits {
		v.Hits = append(v.Hits, hit{h.Course, h.Resource, h.Kind, h.Language, h.Title, h.Snippet.Text, web.HitURL(h)})
	}
	if ask {
		e, err := askLibrary(ctx, c, q, out)
		if err != nil {
			return err
		}
		return c.print(answered{v, e}, func(w io.Writer) { printExtract(w, e); printFound(w, v, out.Hits) })
	}
	return c.print(v, func(w io.Writer) { printFound(w, v, out.Hits) })
}

// catchUp reads what is new, in no more memory than a node has for it.
func (c *call) catchUp(ctx context.Context) error {
	cfg, err := config.Load(c.Dir)
	if err != nil {
		return err
	}
	defer boundMemory(cfg.Content)()
	return c.Node.Search.CatchUp(ctx, c.reading())
}

func printFound(w io.Writer, v findings, hits []search.Hit) {
	if v.Meant != "" {
		fmt.Fprintf(w, "did you mean: %s\n\n", v.Meant)
	}
	for i, h := range v.Hits {
		fmt.Fprintf(w, "%s  (%s)\n", h.Title, hits[i].CourseTitle)
		if h.Snippet != "" {
			fmt.Fprintf(w, "    %s\n", hits[i].Snippet.Marked("[", "]", func(s string) string { return s }))
		}
		fmt.Fprintf(w, "    %s\n", h.URL)
	}
	fmt.Fprintf(w, "%d found\n", v.Total)
	if v.Reading.Read < v.Reading.Courses {
		fmt.Fprintf(w, "still reading new courses: %d of %d are read\n", v.Reading.Read, v.Reading.Courses)
	}
}

// reading draws how far courses are read, on a terminal.
func (c *call) reading() func(indexer.Progress) {
	if !c.TTY {
		return nil
	}
	return func(p indexer.Progress) {
		fmt.Fprintf(c.Err, "\rreading courses for searching: %d of %d \x1b[K", p.Read, p.Courses)
		if p.Whole() {
			fmt.Fprint(c.Err, "\r\x1b[K")
		}
	}
}
