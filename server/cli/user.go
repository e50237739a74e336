package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/server/roster"
	"lamplight/server/store"
)

func user(ctx context.Context, c *call) error {
	var role, class, pin, password string
	var dry, asKolibri, asOneRoster, leave, archive bool
	var person string
	var erase eraseOrder
	words, err := c.flags(func(f *flag.FlagSet) {
		f.BoolVar(&dry, "dry-run", false, "")
		f.BoolVar(&asKolibri, "kolibri", false, "")
		f.BoolVar(&asOneRoster, "oneroster", false, "")
		f.BoolVar(&leave, "leave-out", false, "")
		f.BoolVar(&archive, "archive-absent", false, "")
		f.BoolVar(&erase.now, "now", false, "")
		f.BoolVar(&erase.keep, "keep", false, "")
		f.StringVar(&person, "person", "", "")
		f.StringVar(&role, "role", "", "")
		f.StringVar(&class, "class", "", "")
		f.StringVar(&pin, "pin", "", "")
		f.StringVar(&password, "password", "", "")
	})
	if err != nil {
		return err
	}
	if len(words) == 0 {
		words = []string{"list"}
	}
	switch {
	case words[0] == "add" && len(words) == 2:
		return c.addUser(ctx, newUser{words[1], learning.Role(role), class, pin, password})
	case words[0] == "list" && len(words) == 1:
		return c.listUsers(class)
	case words[0] == "reset" && len(words) == 2:
		return c.resetUser(ctx, words[1], pin, password)
	case words[0] == "import" && len(words) == 2:
		return c.importUsers(ctx, c.path(words[1]), listOrder{class, dry, leave, archive})
	case words[0] == "import-logs" && len(words) == 2:
		return c.importLogs(ctx, c.path(words[1]), dry)
	case words[0] == "export" && len(words) == 2 && person != "":
		return c.exportPerson(ctx, person, c.path(words[1]))
	case words[0] == "erase" && len(words) == 2 && !(erase.now && erase.keep):
		return c.erasePerson(ctx, words[1], erase)
	case words[0] == "export" && len(words) == 2 && asKolibri:
		return c.exportUsers(c.path(words[1]), roster.Kolibri)
	case words[0] == "export" && len(words) == 2 && asOneRoster:
		return c.exportUsers(c.path(words[1]), roster.OneRoster)
	case words[0] == "export" && len(words) == 2:
		return c.exportUsers(c.path(words[1]), "")
	case words[0] == "archive" && len(words) == 2, words[0] == "restore" && len(words) == 2:
		return c.archiveUser(ctx, words[1], words[0] == "archive")
	case words[0] == "join" && len(words) == 3:
		return c.joinUsers(ctx, words[1], words[2])
	case words[0] == "split" && len(words) == 2:
		return c.splitUser(ctx, words[1])
	case words[0] == "cards" && len(words) == 1:
		return c.cardCodes(ctx, class)
	}
	return usage("user does not take these words: %v", words)
}

type newUser struct {
	name          string
	role          learning.Role
	class         string
	pin, password string
}

func (c *call) addUser(ctx context.Context, u newUser) error {
	if !u.role.Valid() {
		return usage("--role is %q, want learner, teacher, administrator or officer", u.role)
	}
	if u.pin != "" && u.password != "" {
		return usage("give --pin or --password, not both")
	}
	if err := c.needSchool(ctx); err != nil {
		return err
	}
	class, err := c.classNamed(ctx, u.class)
	if err != nil {
		return err
	}
	kind, verifier, err := c.secret(ctx, u.pin, u.password)
	if err != nil {
		return err
	}
	ids, err := c.Node.Store.AddPeople(ctx, learning.Box(), store.NewPerson{Role: u.role, Name: u.name, Class: class})
	if err != nil {
		return err
	}
	if verifier != nil {
		err = c.Node.Store.SetSecrets(ctx, learning.Box(), store.NewSecret{Person: ids[0], Kind: kind, Verifier: verifier})
		if err != nil {
			return err
		}
	}
	return c.print(map[string]any{"id": ids[0]}, func(w io.Writer) { fmt.Fprintf(w, "%s  %s\n", ids[0], u.name) })
}

// needSchool makes a school of a box that has none: whoever is at its console owns it. Its name can be changed later.
func (c *call) needSchool(ctx context.Context) error {
	if c.Node.Claimed() {
		return nil
	}
	return c.Node.CreateSchool(ctx, c.Node.Name(), "en")
}

// classNamed finds a class, or makes it; "" is none.
func (c *call) classNamed(ctx context.Context, name string) (learning.ClassID, error) {
	if name == "" {
		return "", nil
	}
	id, err := c.findClass(name)
	if errors.Is(err, fs.ErrNotExist) {
		return c.Node.Store.AddClass(ctx, learning.Box(), name, "")
	}
	return id, err
}

// secret makes the verifier of whichever is given; nil when neither is.
func (c *call) secret(ctx context.Context, pin, password string) (learning.SecretKind, []byte, error) {
	kind, value := learning.PIN, pin
	if password != "" {
		kind, value = learning.Password, password
	}
	if value == "" {
		return kind, nil, nil
	}
	v, err := c.Node.Auth.Verifier(ctx, kind, value)
	return kind, v, err
}

// findClass takes an id or a name that only one class has.
func (c *call) findClass(nameOrID string) (learning.ClassID, error) {
	classes, err := c.Node.Store.Classes(learning.Box())
	if err != nil {
		return "", err
	}
	var found []learning.ClassID
	for _, k := range classes {
		if string(k.ID) == nameOrID {
			return k.ID, nil
		}
		if strings.EqualFold(k.Name, nameOrID) {
			found = append(found, k.ID)
		}
	}
	if k, err := c.Node.Store.Class(learning.Box(), learning.ClassID(nameOrID)); err == nil && len(found) == 0 {
		return k.ID, nil // a group
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if len(found) > 1 {
		return "", fmt.Errorf("%d classes are called %q; name one by its id (`lamplight class list`): %w", len(found), nameOrID, fs.ErrInvalid)
	}
	return "", fmt.Errorf("there is no class %q; `lamplight class add` makes one: %w", nameOrID, fs.ErrNotExist)
}

// findPerson takes an id, a login, or a name that only one person has.
func (c *call) findPerson(nameOrID string) (learning.PersonID, error) {
	if p, err := c.Node.Store.Person(learning.Box(), learning.PersonID(nameOrID)); err == nil {
		return p.ID, nil
	}
	ids, err := c.Node.Store.FindLogin(nameOrID)
	if err != nil {
		return "", err
	}
	if len(ids) != 1 {
		return "", fmt.Errorf("%d people are called %q; name one by its id (`lamplight user list`): %w", len(ids), nameOrID, fs.ErrNotExist)
	}
	return ids[0], nil
}

func (c *call) listUsers(class string) error {
	var f store.PeopleFilter
	var err error
	if class != "" {
		if f.Class, err = c.findClass(class); err != nil {
			return err
		}
	}
	people, err := c.Node.Store.People(learning.Box(), f)
	if err != nil {
		return err
	}
	if people == nil {
		people = []learning.Person{}
	}
	return c.print(map[string]any{"people": people}, func(w io.Writer) {
		for _, p := range people {
			fmt.Fprintf(w, "%s  %-13s  %s\n", p.ID, p.Role, p.Name)
		}
	})
}

func (c *call) resetUser(ctx context.Context, who, pin, password string) error {
	id, err := c.findPerson(who)
	if err != nil {
		return err
	}
	if pin == "" && password == "" {
		pin = auth.NewPIN()
	}
	kind, verifier, err := c.secret(ctx, pin, password)
	if err != nil {
		return err
	}
	secrets := []store.NewSecret{{Person: id, Kind: kind, Verifier: verifier}}
	for _, k := range []learning.SecretKind{learning.Picture, learning.PIN, learning.Password} {
		if k != kind { // what was known to others must not open the door beside
			secrets = append(secrets, store.NewSecret{Person: id, Kind: k})
		}
	}
	if err := c.Node.Store.SetSecrets(ctx, learning.Box(), secrets...); err != nil {
		return err
	}
	if err := c.Node.Auth.SignOutPerson(id, ""); err != nil {
		return err
	}
	return c.print(map[string]any{"id": id, "pin": pin, "password": password}, func(w io.Writer) {
		fmt.Fprintf(w, "The new secret is %s\n", pin+password)
	})
}
