package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/ui/view"
)

// exportPerson writes all that is held of one person to a zip file, and the list of deeds says so.
func (c *call) exportPerson(ctx context.Context, name, path string) error {
	id, err := c.findAnybody(name)
	if err != nil {
		return err
	}
	x, err := c.Node.Store.ExportPerson(ctx, learning.Box(), id)
	if err != nil {
		return err
	}
	school, err := c.Node.Store.School()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	title := func(r content.ResourceID, _ content.CourseID) string { return string(r) }
	err = report.WritePerson(ctx, f, view.Frame{Lang: school.Language}, &x, title)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return c.print(map[string]any{"id": id, "file": path, "answers": len(x.Attempts)}, func(w io.Writer) {
		fmt.Fprintf(w, "Wrote what is held of %s to %s\n", x.Person.Name, path)
	})
}

// An eraseOrder says when.
type eraseOrder struct{ now, keep bool }

// erasePerson asks for a person to be erased in a day, or takes that back, or does it at once.
func (c *call) erasePerson(ctx context.Context, name string, o eraseOrder) error {
	id, err := c.findAnybody(name)
	if err != nil {
		return err
	}
	s, state := c.Node.Store, "waits a day; --keep takes it back, --now does it at once"
	if o.keep {
		err, state = s.KeepPerson(ctx, learning.Box(), id), "kept"
	} else if err = s.AskErase(ctx, learning.Box(), id, c.Node.DeviceID()); err == nil {
		err = c.Node.Auth.SignOutPerson(id, "")
	}
	if err == nil && o.now {
		if err = s.Erase(ctx, learning.Box(), id); err == nil {
			err, state = c.Node.PurgeErased(), "erased"
		}
	}
	if err != nil {
		return err
	}
	return c.print(map[string]any{"id": id, "erased": o.now}, func(w io.Writer) { fmt.Fprintf(w, "%s: %s\n", id, state) })
}
