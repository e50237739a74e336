package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"lamplight/content"
	"lamplight/content/kolibri/remote"
	"lamplight/content/library"
)

func importCourses(ctx context.Context, c *call) error {
	o := library.ImportOptions{}
	words, err := c.flags(func(f *flag.FlagSet) {
		f.BoolVar(&o.DryRun, "dry-run", false, "")
		f.BoolVar(&o.Link, "link", false, "")
		f.StringVar(&o.Licence, "licence", "", "")
		f.StringVar(&o.Owner, "owner", "", "")
		f.Func("topic", "", func(id string) error { o.Topics = append(o.Topics, id); return nil })
	})
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return usage("name at least one file or folder to import")
	}
	var paths, addresses []string
	for _, w := range words {
		if remote.IsAddress(w) {
			addresses = append(addresses, w)
		} else {
			paths = append(paths, c.path(w))
		}
	}
	o.Progress = c.progress()
	report, err := c.importFrom(ctx, paths, addresses, o)
	if err != nil {
		return err
	}
	if !o.DryRun {
		if err := c.Node.OfferCourses(ctx); err != nil {
			return err
		}
	}
	if err := c.print(report, func(w io.Writer) { sayChannels(w, report.Channels); sayReport(w, report.Report) }); err != nil {
		return err
	}
	if len(report.Courses) == 0 && len(report.Refused) > 0 {
		return errSaid
	}
	return nil
}

// importFrom imports from paths, then from the peers at addresses.
func (c *call) importFrom(ctx context.Context, paths, addresses []string, o library.ImportOptions) (r remote.Report, err error) {
	if r.Report, err = c.Node.Library.Import(ctx, paths, o); err != nil {
		return r, err
	}
	for _, address := range addresses {
		more, err := c.Node.ImportFrom(ctx, address, o)
		if err != nil {
			return r, err
		}
		r.Add(more)
	}
	return r, nil
}

// sayChannels lists what a peer has to choose from.
func sayChannels(w io.Writer, all []remote.Channel) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(w, "Channels there (import ADDRESS/ID… takes some, ADDRESS/all takes all):")
	for _, x := range all {
		fmt.Fprintf(w, "  %s  %s (%d resources, %s)\n", x.ID, x.Name, x.Resources, bytesInWords(x.Bytes))
	}
}

func sayReport(w io.Writer, r library.Report) {
	for _, x := range r.Courses {
		missing := ""
		if x.Missing > 0 {
			missing = fmt.Sprintf(", %d files missing", x.Missing)
		}
		fmt.Fprintf(w, "%s  %s (%s, %d resources, %s%s)\n", x.ID, x.Title, x.Format, x.Resources, bytesInWords(x.Bytes), missing)
	}
	for _, x := range r.Topics {
		sayTopics(w, x)
	}
	for _, x := range r.Changes {
		sayChange(w, x)
	}
	for _, x := range r.Refused {
		fmt.Fprintf(w, "refused: %s: %s\n", x.Path, x.Reason)
	}
	for _, x := range r.Warnings {
		fmt.Fprintf(w, "note: %s\n", x)
	}
}

// sayTopics lists what may be chosen with --topic.
func sayTopics(w io.Writer, x library.CourseTopics) {
	fmt.Fprintf(w, "Topics of %s (choose with --topic ID):\n", x.Title)
	for _, t := range x.Topics {
		mark, missing := "-", ""
		if t.Chosen {
			mark = "+"
		}
		if t.Missing > 0 {
			missing = fmt.Sprintf(", %d files missing", t.Missing)
		}
		fmt.Fprintf(w, "  %s %s  %*s%s (%d resources, %s%s)\n", mark, t.ID, 2*t.Depth, "", t.Title, t.Resources, bytesInWords(t.Bytes), missing)
	}
}

// sayChange says what an update changes.
func sayChange(w io.Writer, x library.Change) {
	fmt.Fprintf(w, "%s: %d new, %d changed, %d removed; copies %s, frees %s\n", x.Title, x.New.Count, x.Changed.Count, x.Removed.Count, bytesInWords(x.Copy), bytesInWords(x.Free))
	for _, c := range []struct {
		sign string
		content.Changes
	}{{"+", x.New}, {"~", x.Changed}, {"-", x.Removed}} {
		for _, title := range c.Titles {
			fmt.Fprintf(w, "  %s %s\n", c.sign, title)
		}
		if more := c.Count - len(c.Titles); more > 0 {
			fmt.Fprintf(w, "  %s and %d more\n", c.sign, more)
		}
	}
}

// progress draws one line over itself on a terminal, ten times a second at most; nil elsewhere.
func (c *call) progress() func(done, total int64, what string) {
	if !c.TTY || c.JSON {
		return nil
	}
	var last time.Time
	return func(done, total int64, what string) {
		if time.Since(last) < 100*time.Millisecond && done < total {
			return
		}
		last = time.Now()
		percent := int64(100)
		if total > 0 {
			percent = done * 100 / total
		}
		fmt.Fprintf(c.Err, "\r\x1b[K%3d %% of %s  %.60s", percent, bytesInWords(total), what)
		if done >= total {
			fmt.Fprint(c.Err, "\r\x1b[K")
		}
	}
}

func bytesInWords(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d bytes", n)
	case n < 10_000_000:
		return fmt.Sprintf("%d kB", n/1000)
	case n < 10_000_000_000:
		return fmt.Sprintf("%d MB", n/1_000_000)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}
