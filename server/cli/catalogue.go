package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"lamplight/content/opds"
)

// libraryCatalogue lists a page of a catalogue of books, or asks for some of the files it names.
func (c *call) libraryCatalogue(ctx context.Context, words []string) error {
	if len(words) == 0 {
		return usage("name the address of a catalogue, http://HOST:PORT/opds, or its file")
	}
	at := words[0]
	if !opds.IsAddress(at) {
		at = c.path(at)
	}
	if len(words) == 1 {
		f, err := c.Node.Catalogue(ctx, at)
		if err != nil {
			return err
		}
		return c.print(f, func(w io.Writer) { sayCatalogue(w, f) })
	}
	for _, file := range words[1:] {
		if !opds.IsAddress(file) {
			file = c.path(file)
		}
		if _, err := c.Node.FetchBook(ctx, at, file); err != nil {
			return err
		}
	}
	if !c.JSON && !c.Node.Runs() {
		fmt.Fprintln(c.Out, "It is written down, and is fetched when `lamplight serve` runs.")
	}
	return c.listTasks(c.Node.Queue.Tasks())
}

func sayCatalogue(w io.Writer, f *opds.Feed) {
	fmt.Fprintf(w, "%s (%s)\n", f.Title, f.At)
	for _, e := range f.Entries {
		if e.Open != "" {
			fmt.Fprintf(w, "> %s\n    %s\n", e.Title, e.Open)
			continue
		}
		fmt.Fprintf(w, "- %s", e.Title)
		for _, x := range []string{strings.Join(e.Authors, ", "), e.Language, e.Licence.ID} {
			if x != "" {
				fmt.Fprintf(w, " · %s", x)
			}
		}
		fmt.Fprintln(w)
		for _, x := range e.Files {
			switch {
			case x.Elsewhere != "":
				fmt.Fprintf(w, "    lies on %s, which is not asked\n", x.Elsewhere)
			case x.Ending == "":
				fmt.Fprintf(w, "    %s: cannot be read\n", x.Type)
			default:
				fmt.Fprintf(w, "    %s (%s)\n", x.At, bytesInWords(x.Bytes))
			}
		}
	}
	if f.Next != "" {
		fmt.Fprintf(w, "More: %s\n", f.Next)
	}
}
