package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"lamplight/content"
	"lamplight/content/search"
	"lamplight/server/web"
)

// answered is what `search --ask --json` prints: what was found, and the library's own words, null when it is not in it.
type answered struct {
	findings
	Answer *extract `json:"answer"`
}

// An extract is one to three sentences of a resource, word for word.
type extract struct {
	Text      string             `json:"text"`
	Course    content.CourseID   `json:"course"`
	Resource  content.ResourceID `json:"resource"`
	Title     string             `json:"title"`
	Passage   string             `json:"passage,omitempty"` // title of the chapter or section
	Language  string             `json:"language,omitempty"`
	URL       string             `json:"url"`
	Certainty float64            `json:"certainty"`
}

// askLibrary quotes what answers q of what was found for it; nil: it is not in the library.
func askLibrary(ctx context.Context, c *call, q search.Query, found search.Results) (*extract, error) {
	e, err := c.Node.Search.Quote(ctx, q, found)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &extract{e.Text, e.Course, e.Resource, e.Title, e.Passage, e.Language, web.HitURL(e.Hit), e.Certainty}, nil
}

func printExtract(w io.Writer, e *extract) {
	if e == nil {
		fmt.Fprint(w, "Not in our library.\n\n")
		return
	}
	fmt.Fprintf(w, "“%s”\n    %s", e.Text, e.Title)
	if e.Passage != "" {
		fmt.Fprintf(w, ", %s", e.Passage)
	}
	fmt.Fprintf(w, "\n    %s\n\n", e.URL)
}
