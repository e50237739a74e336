package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"lamplight/server/learning"
	"lamplight/server/store"
)

// userColumns are those of the CSV that import and export share. An empty id adds a person; a known one is left as it is.
var userColumns = []string{"id", "name", "role", "class", "login", "number", "pin", "password"}

func (c *call) importUsers(ctx context.Context, path string, dry bool) error {
	if !dry {
		if err := c.needSchool(ctx); err != nil {
			return err
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", path, errors.Join(err, fs.ErrInvalid))
	}
	if len(rows) == 0 {
		return fmt.Errorf("%s: no heading: want columns %s: %w", path, strings.Join(userColumns, ","), fs.ErrInvalid)
	}
	if kolibriColumns(rows[0]) != nil {
		return c.importKolibriUsers(ctx, rows, dry)
	}
	added, known := 0, 0
	for i, row := range rows[1:] {
		cell := func(name string) string {
			for j, h := range rows[0] {
				if strings.EqualFold(strings.TrimSpace(h), name) && j < len(row) {
					if name == "password" { // never exported: as it stands
						return strings.TrimSpace(row[j])
					}
					return cellText(strings.TrimSpace(row[j]))
				}
			}
			return ""
		}
		if c.isPerson(cell("id")) {
			known++
			continue
		}
		if dry {
			added++
			continue
		}
		if err := c.importUser(ctx, cell); err != nil {
			return fmt.Errorf("%s, line %d (%d people were added before it): %w", path, i+2, added, err)
		}
		added++
	}
	return c.print(map[string]any{"added": added, "known": known}, func(w io.Writer) {
		would := ""
		if dry {
			would = " (nothing was written: --dry-run)"
		}
		fmt.Fprintf(w, "%d people added, %d were here already%s\n", added, known, would)
	})
}

// isPerson says whether the school has a person with this id.
func (c *call) isPerson(id string) bool {
	_, err := c.Node.Store.Person(learning.Box(), learning.PersonID(id))
	return err == nil
}

func (c *call) importUser(ctx context.Context, cell func(string) string) error {
	p := store.NewPerson{ID: learning.PersonID(cell("id")), Role: learning.Role(cell("role")), Name: cell("name"), Login: cell("login"), Number: cell("number")}
	if p.Role == "" {
		p.Role = learning.Learner
	}
	class, err := c.classNamed(ctx, cell("class"))
	if err != nil {
		return err
	}
	p.Class = class
	ids, err := c.Node.Store.AddPeople(ctx, learning.Box(), p)
	if err != nil {
		return err
	}
	kind, verifier, err := c.secret(ctx, cell("pin"), cell("password"))
	if err != nil || verifier == nil {
		return err
	}
	return c.Node.Store.SetSecrets(ctx, learning.Box(), store.NewSecret{Person: ids[0], Kind: kind, Verifier: verifier})
}

func (c *call) exportUsers(path string) error {
	people, err := c.Node.Store.People(learning.Box(), store.PeopleFilter{})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	w.Write(userColumns)
	for _, p := range people {
		class := ""
		if in, err := c.Node.Store.ClassesOf(learning.Box(), p.ID); err == nil && len(in) > 0 {
			class = in[0].Name
		}
		w.Write([]string{string(p.ID), plainCell(p.Name), string(p.Role), plainCell(class), plainCell(p.Login), plainCell(p.Number), "", ""})
	}
	w.Flush()
	if err := errors.Join(w.Error(), f.Sync(), f.Close()); err != nil {
		return err
	}
	return c.print(map[string]any{"people": len(people)}, func(out io.Writer) { fmt.Fprintf(out, "Wrote %d people to %s\n", len(people), path) })
}
