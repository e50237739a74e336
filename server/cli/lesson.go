package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"

	"lamplight/content"
	"lamplight/server/learning"
)

func lesson(ctx context.Context, c *call) error {
	var l learning.Lesson
	class := ""
	words, err := c.flags(func(f *flag.FlagSet) {
		f.StringVar(&class, "class", "", "")
		f.StringVar(&l.About, "about", "", "")
		f.StringVar(&l.From, "from", "", "")
		f.StringVar(&l.Until, "until", "", "")
		f.BoolVar(&l.Hidden, "hidden", false, "")
	})
	switch {
	case err != nil:
		return err
	case len(words) == 0 || len(words) == 1 && words[0] == "list":
		return c.listLessons(class)
	case len(words) >= 2 && words[0] == "add":
		l.Title = words[1]
		return c.addLesson(ctx, l, class, words[2:])
	case len(words) == 2 && words[0] == "show":
		return c.showLesson(words[1], class)
	case len(words) == 2 && words[0] == "remove":
		return c.removeLesson(ctx, words[1], class)
	}
	return usage("lesson does not take these words: %v", words)
}

func (c *call) addLesson(ctx context.Context, l learning.Lesson, class string, things []string) (err error) {
	if class == "" || len(things) == 0 {
		return usage("a lesson needs --class and at least one resource or topic")
	}
	if l.Class, err = c.findClass(class); err != nil {
		return err
	}
	for _, word := range things {
		f, err := c.findNode(word)
		if err != nil {
			return err
		}
		all, err := c.resources(f, func(n content.Node) bool { return n.Kind != content.Topic })
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fmt.Errorf("topic %q holds nothing to open: %w", word, fs.ErrInvalid)
		}
		for _, x := range all {
			l.Resources = append(l.Resources, learning.Ref{Course: x.course, Resource: x.ID})
		}
	}
	if l.ID, err = c.Node.Store.SaveLesson(ctx, learning.Box(), l); err != nil {
		return err
	}
	return c.print(map[string]any{"id": l.ID, "resources": len(l.Resources)}, func(w io.Writer) {
		fmt.Fprintf(w, "%s  %s, %d resources; set it with `lamplight assign %s --class …`\n", l.ID, l.Title, len(l.Resources), l.ID)
	})
}

func (c *call) listLessons(class string) error {
	all, err := c.lessons(class)
	if err != nil {
		return err
	}
	return c.print(map[string]any{"lessons": all}, func(w io.Writer) {
		for _, l := range all {
			fmt.Fprintf(w, "%s  %s  %d resources\n", l.ID, l.Title, len(l.Resources))
		}
	})
}

func (c *call) showLesson(idOrTitle, class string) error {
	l, err := c.findLesson(idOrTitle, class)
	if err != nil {
		return err
	}
	set, err := c.Node.Store.Assignments(learning.Box(), l.ID, "")
	if err != nil {
		return err
	}
	type shown struct {
		learning.Lesson
		Set []learning.Assignment `json:"set"`
	}
	return c.print(shown{l, listed(set)}, func(w io.Writer) {
		fmt.Fprintf(w, "%s\n%s\n", l.Title, l.About)
		for _, r := range l.Resources {
			fmt.Fprintf(w, "  %s  %s\n", r.Resource, c.titleOf(r))
		}
		c.sayAssignments(w, set)
	})
}

// listed is a list that JSON shows as [] when it is empty.
func listed[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

// titleOf is what a resource is called, "not installed" where it is not.
func (c *call) titleOf(r learning.Ref) string {
	reader, release, err := c.Node.Library.Reader(r.Course)
	if err != nil {
		return "not installed"
	}
	defer release()
	n, err := reader.Node(r.Resource)
	if err != nil {
		return "not installed"
	}
	return n.Title
}

// removeLesson puts a lesson away: learners see it no more, and what they did stays.
func (c *call) removeLesson(ctx context.Context, idOrTitle, class string) error {
	l, err := c.findLesson(idOrTitle, class)
	if err != nil {
		return err
	}
	l.Archived = true
	if _, err := c.Node.Store.SaveLesson(ctx, learning.Box(), l); err != nil {
		return err
	}
	return c.print(map[string]any{"removed": l.ID}, func(w io.Writer) { fmt.Fprintf(w, "%s is put away; what learners did stays\n", l.Title) })
}
