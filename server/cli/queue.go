package cli

import (
	"fmt"
	"io"

	"lamplight/content"
	"lamplight/server/queue"
)

// libraryQueue shows what is being done with courses, or changes it: the same queue as the page's.
func (c *call) libraryQueue(words []string) error {
	q := c.Node.Queue
	var err error
	switch {
	case len(words) == 0:
		return c.listTasks(q.Tasks())
	case words[0] == "add" && len(words) > 1:
		for _, path := range words[1:] {
			if _, err = c.Node.Ask(queue.Task{Kind: queue.Import, Path: c.path(path)}); err != nil {
				return err
			}
		}
	case words[0] == "verify" && len(words) <= 2:
		t := queue.Task{Kind: queue.Verify}
		if len(words) == 2 {
			t.Course = content.CourseID(words[1])
		}
		_, err = c.Node.Ask(t)
	case len(words) != 2:
		return usage("library queue does not take these words: %v", words)
	case words[0] == "pause":
		err = q.Pause(words[1])
	case words[0] == "go":
		err = q.GoOn(words[1])
	case words[0] == "start":
		err = q.Start(words[1], nil, false)
	case words[0] == "first":
		err = q.First(words[1])
	case words[0] == "cancel":
		err = q.Cancel(words[1])
	default:
		return usage("library queue does not take these words: %v", words)
	}
	if err != nil {
		return err
	}
	if !c.JSON && !c.Node.Runs() {
		fmt.Fprintln(c.Out, "It is written down, and goes on when `lamplight serve` runs.")
	}
	return c.listTasks(q.Tasks())
}

func (c *call) listTasks(all []queue.Status) error {
	v := struct {
		Tasks []queue.Status `json:"tasks"`
	}{all}
	return c.print(v, func(w io.Writer) {
		if len(all) == 0 {
			fmt.Fprintln(w, "Nothing is waiting. `lamplight library queue add FILE` asks for a course.")
		}
		for _, t := range all {
			sayTask(w, t)
		}
	})
}

func sayTask(w io.Writer, t queue.Status) {
	title := t.Title
	if title == "" {
		title = "all courses"
	}
	fmt.Fprintf(w, "%s  %-7s %-6s  %s", t.ID, t.State, t.Kind, title)
	if t.State == queue.Running && t.Total > 0 {
		fmt.Fprintf(w, "  %d %% of %s", t.Done*100/t.Total, bytesInWords(t.Total))
	}
	if p := t.Plan; p != nil {
		fmt.Fprintf(w, "  needs %s, room for %s", bytesInWords(p.Need), bytesInWords(p.Room))
	}
	fmt.Fprintln(w)
	if t.Why != "" {
		fmt.Fprintf(w, "  %s: %s\n", t.Trouble, t.Why)
	}
	for _, x := range t.Refused {
		fmt.Fprintf(w, "  refused: %s: %s\n", x.Path, x.Reason)
	}
	for _, p := range t.Problems {
		fmt.Fprintf(w, "  damaged: %s %s: %s\n", p.Course, p.File, p.Reason)
	}
	if len(t.Problems) > 0 {
		fmt.Fprintf(w, "  %d of %d mended\n", t.Mended, len(t.Problems))
	}
}
