package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"

	"lamplight/server/learning"
)

// assign sets a lesson or quiz for one class, group or learner, or with --remove takes it back.
func assign(ctx context.Context, c *call) error {
	class, group, learner, remove := "", "", "", false
	words, err := c.flags(func(f *flag.FlagSet) {
		f.StringVar(&class, "class", "", "")
		f.StringVar(&group, "group", "", "")
		f.StringVar(&learner, "learner", "", "")
		f.BoolVar(&remove, "remove", false, "")
	})
	if err != nil {
		return err
	}
	if len(words) != 1 || count(class, group, learner) != 1 {
		return usage("say which lesson or quiz, and for whom: one of --class, --group, --learner")
	}
	as, of, title, err := c.composition(words[0], class)
	if err != nil {
		return err
	}
	switch {
	case class != "":
		as.Class, err = c.findClass(class)
	case group != "":
		as.Class, err = c.findGroup(of, group)
	default:
		as.Learner, err = c.findPerson(learner)
	}
	if err == nil {
		err = as.Check()
	}
	if err != nil {
		return err
	}
	if remove {
		if err := c.Node.Store.Unassign(ctx, learning.Box(), as.ID); err != nil {
			return fmt.Errorf("%s is not set for %s: %w", title, class+group+learner, err)
		}
		return c.print(map[string]any{"removed": as.ID}, func(w io.Writer) { fmt.Fprintf(w, "%s is no longer set for %s\n", title, class+group+learner) })
	}
	if _, err := c.Node.Store.Assign(ctx, learning.Box(), as); err != nil {
		return fmt.Errorf("%s cannot be set for %s, who must belong to its class: %w", title, class+group+learner, err)
	}
	return c.print(as, func(w io.Writer) { fmt.Fprintf(w, "%s is set for %s\n", title, class+group+learner) })
}

func count(words ...string) (n int) {
	for _, w := range words {
		if w != "" {
			n++
		}
	}
	return n
}

// composition finds a lesson or quiz by id, or by title within a class ("" any), and which class it is of.
func (c *call) composition(idOrTitle, class string) (as learning.Assignment, of learning.ClassID, title string, err error) {
	l, lerr := c.findLesson(idOrTitle, class)
	q, qerr := c.findQuiz(idOrTitle, class)
	switch {
	case lerr == nil && qerr == nil:
		return as, "", "", fmt.Errorf("a lesson and a quiz are both called %q; name one by its id: %w", idOrTitle, fs.ErrInvalid)
	case lerr == nil:
		return learning.Assignment{Lesson: l.ID}, l.Class, l.Title, nil
	case qerr == nil:
		return learning.Assignment{Quiz: q.ID}, q.Class, q.Title, nil
	case !errors.Is(lerr, fs.ErrNotExist):
		return as, "", "", lerr
	case !errors.Is(qerr, fs.ErrNotExist):
		return as, "", "", qerr
	}
	return as, "", "", fmt.Errorf("there is no lesson or quiz %q; `lamplight lesson list` and `lamplight quiz list` tell which there are: %w", idOrTitle, fs.ErrNotExist)
}

// findGroup finds a group of a class by id or name.
func (c *call) findGroup(class learning.ClassID, idOrName string) (learning.ClassID, error) {
	groups, err := c.Node.Store.Groups(learning.Box(), class)
	if err != nil {
		return "", err
	}
	for _, g := range groups {
		if string(g.ID) == idOrName {
			return g.ID, nil
		}
	}
	g, err := oneTitled("group", idOrName, groups, func(g learning.Class) string { return g.Name })
	if err != nil {
		return "", fmt.Errorf("the class has no group %q; `lamplight class group CLASS NAME` makes one: %w", idOrName, fs.ErrNotExist)
	}
	return g.ID, nil
}

// sayAssignments lists for whom something is set.
func (c *call) sayAssignments(w io.Writer, set []learning.Assignment) {
	for _, as := range set {
		switch {
		case as.Learner != "":
			p, _ := c.Node.Store.Person(learning.Box(), as.Learner)
			fmt.Fprintf(w, "  set for %s\n", p.Name)
		default:
			k, _ := c.Node.Store.Class(learning.Box(), as.Class)
			fmt.Fprintf(w, "  set for %s\n", k.Name)
		}
	}
	if len(set) == 0 {
		fmt.Fprintln(w, "  set for nobody; `lamplight assign` sets it")
	}
}
