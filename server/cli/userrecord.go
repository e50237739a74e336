package cli

import (
	"context"
	"fmt"
	"io"

	"lamplight/server/learning"
)

// archiveUser puts a person away, or brings them back.
func (c *call) archiveUser(ctx context.Context, name string, on bool) error {
	id, err := c.findAnybody(name)
	if err != nil {
		return err
	}
	if err := c.Node.Store.EditPerson(ctx, learning.Box(), id, learning.PersonEdit{Archived: &on}); err != nil {
		return err
	}
	return c.print(map[string]any{"id": id, "archived": on}, func(w io.Writer) { fmt.Fprintf(w, "%s: archived %v\n", id, on) })
}

// findAnybody is findPerson, for who is archived too by id.
func (c *call) findAnybody(nameOrID string) (learning.PersonID, error) {
	if p, err := c.Node.Store.Person(learning.Box(), learning.PersonID(nameOrID)); err == nil {
		return p.ID, nil
	}
	return c.findPerson(nameOrID)
}

// joinUsers makes one learner of two records; split parts one again.
func (c *call) joinUsers(ctx context.Context, keep, other string) error {
	a, err := c.findPerson(keep)
	if err != nil {
		return err
	}
	b, err := c.findPerson(other)
	if err != nil {
		return err
	}
	if err := c.Node.Store.Join(ctx, learning.Box(), a, b); err != nil {
		return err
	}
	return c.print(map[string]any{"id": a, "record": b}, func(w io.Writer) {
		fmt.Fprintf(w, "%s is one learner with %s now; `lamplight user split %s` parts them\n", b, a, b)
	})
}

func (c *call) splitUser(ctx context.Context, record string) error {
	id, err := learning.ParseID[learning.PersonID](record)
	if err != nil {
		return err
	}
	if err := c.Node.Store.Split(ctx, learning.Box(), id); err != nil {
		return err
	}
	return c.print(map[string]any{"id": id}, func(w io.Writer) { fmt.Fprintf(w, "%s is a record of its own\n", id) })
}

// editClass renames, levels, archives or restores a class.
func (c *call) editClass(ctx context.Context, class string, e learning.ClassEdit) error {
	id, err := learning.ParseID[learning.ClassID](class)
	if err != nil {
		if id, err = c.findClass(class); err != nil {
			return err
		}
	}
	if err := c.Node.Store.EditClass(ctx, learning.Box(), id, e); err != nil {
		return err
	}
	return c.print(map[string]any{"id": id}, func(w io.Writer) { fmt.Fprintf(w, "%s  changed\n", id) })
}
