package cli

import (
	"context"
	"fmt"
	"io"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/server/web"
)

// libraryTrash shows what was removed and can be had back, takes a course out again, or empties it.
func (c *call) libraryTrash(ctx context.Context, words []string) error {
	switch {
	case len(words) == 0:
		return c.listTrash(c.Node.Library.Trashed())
	case words[0] == "restore" && len(words) == 2:
		if err := c.Node.RestoreCourse(ctx, content.CourseID(words[1])); err != nil {
			return err
		}
	case words[0] == "empty" && len(words) <= 2:
		var ids []content.CourseID
		for _, id := range words[1:] {
			ids = append(ids, content.CourseID(id))
		}
		if err := c.Node.EmptyTrash(ids...); err != nil {
			return err
		}
	default:
		return usage("library trash does not take these words: %v", words)
	}
	return c.listTrash(c.Node.Library.Trashed())
}

func (c *call) listTrash(all []library.Trashed) error {
	v := struct {
		Trash []library.Trashed `json:"trash"`
	}{all}
	return c.print(v, func(w io.Writer) {
		if len(all) == 0 {
			fmt.Fprintln(w, "The trash is empty.")
		}
		for _, t := range all {
			fmt.Fprintf(w, "%s  frees %9s  %s\n", t.Course.ID, bytesInWords(t.Frees), t.Course.Title)
		}
	})
}

// libraryOffers shows what other boxes have and this one has not; with an id it is fetched.
func (c *call) libraryOffers(words []string) error {
	if len(words) > 1 {
		return usage("library offers takes one course at a time")
	}
	for _, id := range words {
		if err := c.Node.Fetch(content.CourseID(id)); err != nil {
			return err
		}
	}
	v := struct {
		Offers []web.Offer `json:"offers"`
	}{c.Node.Offers()}
	return c.print(v, func(w io.Writer) {
		if len(v.Offers) == 0 {
			fmt.Fprintln(w, "No other box has a course that is not here.")
		}
		for _, o := range v.Offers {
			how := "fetch it with `lamplight library offers " + string(o.Course) + "`"
			if o.Coming {
				how = "coming, " + bytesInWords(o.Here) + " are here"
			}
			fmt.Fprintf(w, "%s  %9s  %s  %v  %s\n", o.Course, bytesInWords(o.Bytes), o.Title, o.From, how)
		}
	})
}

// mend takes damaged files out of use, makes anew what it can, and says what is left.
func (c *call) mend(ctx context.Context, problems []library.Problem) error {
	if err := c.Node.Library.SetAside(problems); err != nil {
		return err
	}
	n, err := c.Node.Library.Mend(ctx)
	if err == nil && !c.JSON && len(problems) > 0 {
		fmt.Fprintf(c.Out, "%d files were mended, %d wait for a box that has them or for the stick they came from.\n", n, len(c.Node.Library.Damaged()))
	}
	return err
}
