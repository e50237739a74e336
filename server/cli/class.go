package cli

import (
	"context"
	"flag"
	"fmt"
	"io"

	"lamplight/server/learning"
)

func class(ctx context.Context, c *call) error {
	words, err := c.flags(func(*flag.FlagSet) {})
	if err != nil {
		return err
	}
	switch {
	case len(words) == 2 && words[0] == "add":
		if err := c.needSchool(ctx); err != nil {
			return err
		}
		id, err := c.Node.Store.AddClass(ctx, learning.Box(), words[1], "")
		if err != nil {
			return err
		}
		return c.print(map[string]any{"id": id}, func(w io.Writer) { fmt.Fprintf(w, "%s  %s\n", id, words[1]) })
	case len(words) == 3 && words[0] == "rename":
		return c.editClass(ctx, words[1], learning.ClassEdit{Name: &words[2]})
	case len(words) == 3 && words[0] == "level":
		return c.editClass(ctx, words[1], learning.ClassEdit{Level: &words[2]})
	case len(words) == 2 && (words[0] == "archive" || words[0] == "restore"):
		on := words[0] == "archive"
		return c.editClass(ctx, words[1], learning.ClassEdit{Archived: &on})
	case len(words) == 3 && words[0] == "group":
		return c.addGroup(ctx, words[1], words[2])
	case len(words) == 0 || len(words) == 1 && words[0] == "list":
		classes, err := c.Node.Store.Classes(learning.Box())
		if err != nil {
			return err
		}
		if classes == nil {
			classes = []learning.Class{}
		}
		return c.print(map[string]any{"classes": classes}, func(w io.Writer) {
			for _, x := range classes {
				fmt.Fprintf(w, "%s  %s\n", x.ID, x.Name)
			}
		})
	}
	return usage("class does not take these words: %v", words)
}

func (c *call) addGroup(ctx context.Context, class, name string) error {
	parent, err := c.findClass(class)
	if err != nil {
		return err
	}
	id, err := c.Node.Store.AddGroup(ctx, learning.Box(), parent, name)
	if err != nil {
		return err
	}
	return c.print(map[string]any{"id": id}, func(w io.Writer) {
		fmt.Fprintf(w, "%s  %s; put learners in with `lamplight enrol PERSON %s`\n", id, name, id)
	})
}

func enrol(ctx context.Context, c *call) error {
	out := false
	words, err := c.flags(func(f *flag.FlagSet) { f.BoolVar(&out, "out", false, "") })
	if err != nil {
		return err
	}
	if len(words) != 2 {
		return usage("say who and in which class")
	}
	id, err := c.findPerson(words[0])
	if err != nil {
		return err
	}
	in, err := c.findClass(words[1])
	if err != nil {
		return err
	}
	p, err := c.Node.Store.Person(learning.Box(), id)
	if err != nil {
		return err
	}
	if out {
		if err := c.Node.Store.Unenrol(ctx, learning.Box(), in, id); err != nil {
			return err
		}
		return c.print(map[string]any{"person": id, "class": in}, func(w io.Writer) { fmt.Fprintf(w, "%s is no longer in %s\n", p.Name, words[1]) })
	}
	role := learning.Learner
	if p.Role != learning.Learner {
		role = learning.Teacher
	}
	if err := c.Node.Store.Enrol(ctx, learning.Box(), learning.Enrolment{Class: in, Person: id, Role: role}); err != nil {
		return err
	}
	return c.print(map[string]any{"person": id, "class": in}, func(w io.Writer) { fmt.Fprintf(w, "%s is in %s now\n", p.Name, words[1]) })
}
