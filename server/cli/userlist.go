package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/server/roster"
	"lamplight/ui/locale"
)

// A listOrder is how a list is to be brought in.
type listOrder struct {
	class   string
	dry     bool // plan alone
	leave   bool // out what cannot be used
	archive bool // who is absent
}

// A listResult is what bringing a list in changed, or would.
type listResult struct {
	Format   string        `json:"format"`
	Added    int           `json:"added"`
	Changed  int           `json:"changed"`
	Known    int           `json:"known"`    // as the list has them, or changed
	Enrolled int           `json:"enrolled"` // people put into a class
	Archived int           `json:"archived"`
	Absent   []string      `json:"absent"`  // of the school and not in the list: kept
	Classes  []string      `json:"classes"` // that are new
	Changes  []string      `json:"changes"` // a line each, at most maxChanges
	Items    []roster.Item `json:"items"`   // what changes, in full; at most maxChanges
	Refused  []refusedLine `json:"refused"`
	LeftOut  []string      `json:"left_out,omitempty"`
	DryRun   bool          `json:"dry_run,omitempty"`
}

type refusedLine struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"`
	Reason string `json:"reason"`
}

const maxChanges = 1000

// importUsers brings people, classes and places to what a list says, all of it or nothing; what it does not name stays.
func (c *call) importUsers(ctx context.Context, path string, o listOrder) error {
	b, err := readList(path)
	if err != nil {
		return err
	}
	list, err := roster.Read(filepath.Base(path), b)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(list.People)+len(list.Classes)+len(list.Refused) == 0 {
		return fmt.Errorf("%s names nobody: %w", path, fs.ErrInvalid)
	}
	if !o.dry {
		if err := c.needSchool(ctx); err != nil {
			return err
		}
	}
	options := roster.Options{Archive: o.archive}
	if o.class != "" {
		if options.Class, err = c.findClass(o.class); err != nil {
			return err
		}
	}
	now, err := c.Node.Store.Roster(learning.Box())
	if err != nil {
		return err
	}
	plan := roster.Make(list, now, options)
	plan.CheckSecrets(auth.CheckSecret)
	out := listResultOf(plan, path)
	if out.DryRun = o.dry; o.dry {
		return c.print(out, out.print)
	}
	if len(out.Refused) > 0 && !o.leave {
		var lines []string
		for _, r := range out.Refused[:min(len(out.Refused), 20)] {
			lines = append(lines, r.String())
		}
		return fmt.Errorf("%d lines cannot be used, and nothing was changed; mend them, or leave them out with --leave-out:\n%s: %w", len(out.Refused), strings.Join(lines, "\n"), roster.ErrRefused)
	}
	if err := plan.Apply(ctx, c.Node.Store, learning.Box(), c.Node.Auth.Verifier); err != nil {
		return err
	}
	return c.print(out, out.print)
}

// readList reads a file whole, as far as a list may be long.
func readList(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, roster.MaxBytes+1))
}

func listResultOf(p *roster.Plan, path string) *listResult {
	out := &listResult{
		Format: p.Format, Added: p.Counts[roster.Added], Changed: p.Counts[roster.Changed], Known: p.Counts[roster.Changed] + p.Counts[roster.Unchanged],
		Archived: p.Counts[roster.Archived], Absent: []string{}, Classes: []string{}, Changes: []string{}, Items: []roster.Item{}, Refused: []refusedLine{},
	}
	for _, i := range p.Items {
		if i.What == roster.Absent {
			out.Absent = append(out.Absent, i.Name)
		}
		if i.Class && i.What == roster.Added {
			out.Classes = append(out.Classes, i.Name)
		}
		if i.What == roster.Unchanged || i.What == roster.Absent || len(out.Changes) >= maxChanges {
			continue
		}
		out.Items = append(out.Items, i)
		out.Changes = append(out.Changes, changeLines(i)...)
	}
	for _, e := range p.Change.Places {
		if e.Role != learning.Nobody {
			out.Enrolled++
		}
	}
	english := locale.For("en")
	for _, r := range p.Refused {
		file := r.File
		if file == "" {
			file = filepath.Base(path)
		}
		out.Refused = append(out.Refused, refusedLine{file, r.Line, r.Column, english.T("roster.refused."+r.Key, "value", r.Value)})
	}
	if n := p.LeftOut["others"]; n > 0 {
		out.LeftOut = append(out.LeftOut, fmt.Sprintf("%d lines about people who neither learn nor teach", n))
	}
	return out
}

// changeLines say what becomes of one person or class: a line for them, and one for each place.
func changeLines(i roster.Item) (out []string) {
	var edits, places []string
	for _, f := range i.Fields {
		switch {
		case f.Key == "class" || f.Key == "teaches":
			if f.Old != "" {
				places = append(places, fmt.Sprintf("- %s out of %s", i.Name, f.Old))
			} else {
				places = append(places, fmt.Sprintf("+ %s in %s", i.Name, f.New))
			}
		default:
			edits = append(edits, fmt.Sprintf("%s %q → %q", f.Key, f.Old, f.New))
		}
	}
	switch {
	case i.What == roster.Added && i.Class:
		return []string{"+ class " + i.Name}
	case i.What == roster.Added:
		out = append(out, fmt.Sprintf("+ %s %s", i.Role, i.Name))
	case len(edits) > 0:
		out = append(out, fmt.Sprintf("~ %s: %s", i.Name, strings.Join(edits, ", ")))
	}
	return append(out, places...)
}

func (r refusedLine) String() string {
	where := fmt.Sprintf("%s, line %d", r.File, r.Line)
	if r.Column != "" {
		where += ", column " + r.Column
	}
	return where + ": " + r.Reason
}

func (k *listResult) print(w io.Writer) {
	for _, s := range k.Changes {
		fmt.Fprintln(w, s)
	}
	for _, r := range k.Refused {
		fmt.Fprintln(w, "left out:", r)
	}
	for _, s := range k.LeftOut {
		fmt.Fprintln(w, "left out:", s)
	}
	if len(k.Absent) > 0 {
		fmt.Fprintf(w, "%d people are here and not in the list; they stay (--archive-absent archives them)\n", len(k.Absent))
	}
	would := ""
	if k.DryRun {
		would = " (nothing was written: --dry-run)"
	}
	fmt.Fprintf(w, "%d people added, %d changed, %d known, %d archived, %d new classes, %d put into a class%s\n", k.Added, k.Changed, k.Known, k.Archived, len(k.Classes), k.Enrolled, would)
}

// exportUsers writes everybody to a new file: OneRoster where its name ends in .zip.
func (c *call) exportUsers(path, format string) error {
	if format == "" && strings.EqualFold(filepath.Ext(path), ".zip") {
		format = roster.OneRoster
	}
	all, err := c.Node.Store.Roster(learning.Box())
	if err != nil {
		return err
	}
	school, err := c.Node.Store.School()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var b bytes.Buffer
	n, err := roster.Write(&b, format, all, school, time.Now().Year())
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b.Bytes())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return c.print(map[string]any{"people": n}, func(out io.Writer) { fmt.Fprintf(out, "Wrote %d people to %s\n", n, path) })
}
