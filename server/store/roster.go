package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"lamplight/server/learning"
)

// A NewPerson is somebody to add. Name is required. Class may be "" for an administrator; a teacher adds learners to
// classes of their own only.
type NewPerson struct {
	ID     learning.PersonID // "" draws one; set, the same person may be added again without harm (imports)
	Role   learning.Role
	Name   string
	Login  string
	Number string
	Tile   int
	Class  learning.ClassID
}

// AddPeople adds people, all or none, and returns their ids in order.
func (s *Store) AddPeople(ctx context.Context, a learning.Actor, people ...NewPerson) ([]learning.PersonID, error) {
	ids := make([]learning.PersonID, len(people))
	err := s.edit(ctx, a, func(v viewer) (out []change, err error) {
		for i, p := range people {
			changes, id, err := v.add(p)
			if err != nil {
				return nil, fmt.Errorf("person %d of %d: %w", i+1, len(people), err)
			}
			ids[i] = id
			out = append(out, changes...)
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

func (v viewer) add(p NewPerson) ([]change, learning.PersonID, error) {
	if !v.admin && (p.Role != learning.Learner || p.ID != "" || !v.teaches(p.Class)) {
		return nil, "", notAllowed("add this person")
	}
	if p.ID == "" {
		p.ID = learning.NewID[learning.PersonID]()
	}
	raw, ok := learning.Raw(p.ID)
	if !ok || !p.Role.Valid() {
		return nil, "", fmt.Errorf("store: person %.40q with role %.40q: %w", string(p.ID), string(p.Role), fs.ErrInvalid)
	}
	values, err := personValues(learning.PersonEdit{Role: &p.Role, Name: &p.Name, Login: &p.Login, Number: &p.Number, Tile: &p.Tile})
	if err != nil {
		return nil, "", err
	}
	out := []change{{learning.KindPerson, learning.Subject{ID: raw}, values}}
	if p.Class != "" {
		c, err := v.enrolment(learning.Enrolment{Class: p.Class, Person: p.ID, Role: placeFor(p.Role)}, p.Role)
		if err != nil {
			return nil, "", err
		}
		out = append(out, c)
	}
	return out, p.ID, nil
}

// placeFor is the place in a class that goes with a role.
func placeFor(r learning.Role) learning.Role {
	if r == learning.Learner {
		return learning.Learner
	}
	return learning.Teacher
}

func personValues(e learning.PersonEdit) (out []learning.Value, err error) {
	put := func(f learning.Field, s string) { out = append(out, learning.Value{Field: f, Value: s}) }
	if e.Role != nil {
		if !e.Role.Valid() {
			return nil, fmt.Errorf("store: role %.40q: %w", string(*e.Role), fs.ErrInvalid)
		}
		put(learning.PersonRole, string(*e.Role))
	}
	if e.Name != nil {
		name, err := learning.CleanText("name", *e.Name, 1, learning.MaxName)
		if err != nil {
			return nil, err
		}
		put(learning.PersonName, name)
	}
	if e.Login != nil {
		login, err := learning.CleanLogin(*e.Login)
		if err != nil {
			return nil, err
		}
		put(learning.PersonLogin, login)
	}
	if e.Number != nil {
		number, err := learning.CleanText("number", *e.Number, 0, learning.MaxLogin)
		if err != nil {
			return nil, err
		}
		put(learning.PersonNumber, number)
	}
	if e.Tile != nil {
		if *e.Tile < 0 || *e.Tile > 999 {
			return nil, fmt.Errorf("store: tile %d: %w", *e.Tile, fs.ErrInvalid)
		}
		put(learning.PersonTile, number(*e.Tile))
	}
	if e.Birth != nil {
		if *e.Birth != 0 && (*e.Birth < 1900 || *e.Birth > 2200) {
			return nil, fmt.Errorf("store: year of birth %d: %w", *e.Birth, fs.ErrInvalid)
		}
		put(learning.PersonBirth, number(*e.Birth))
	}
	if e.Gender != nil {
		gender, err := learning.CleanText("gender", *e.Gender, 0, learning.MaxLogin)
		if err != nil {
			return nil, err
		}
		put(learning.PersonGender, gender)
	}
	if e.Archived != nil {
		put(learning.PersonArchived, flag(*e.Archived))
	}
	return out, nil
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return ""
}

// EditPerson changes fields. A learner may change nothing here, a teacher the learners of their classes (not the
// role), an administrator everybody. The last administrator can be neither archived nor demoted.
func (s *Store) EditPerson(ctx context.Context, a learning.Actor, id learning.PersonID, e learning.PersonEdit) error {
	values, err := personValues(e)
	if err != nil {
		return err
	}
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if err := v.mayManage(id); err != nil {
			return nil, err
		}
		if e.Role != nil && !v.admin {
			return nil, notAllowed("change a role")
		}
		loses := e.Role != nil && *e.Role != learning.Administrator || e.Archived != nil && *e.Archived
		if last, err := v.lastAdministrator(id); err != nil || loses && last {
			return nil, fmt.Errorf("store: %s is the last administrator: %w", id, fs.ErrPermission)
		}
		raw, _ := learning.Raw(id)
		return []change{{learning.KindPerson, learning.Subject{ID: raw}, values}}, nil
	})
}

// mayManage is nil when the viewer may change p: fs.ErrPermission for who may see but not change, such as p.
func (v viewer) mayManage(p learning.PersonID) error {
	if err := v.mayRead(p); err != nil {
		return err
	}
	if !v.admin && !v.teachesLearner(p) {
		return notAllowed("change this person")
	}
	return nil
}

func (v viewer) lastAdministrator(id learning.PersonID) (bool, error) {
	is, others := false, 0
	err := v.everybody(func(p learning.Person) {
		if p.Role == learning.Administrator && !p.Archived {
			if p.ID == id {
				is = true
			} else {
				others++
			}
		}
	})
	return is && others == 0, err
}

// A NewSecret sets (or with a nil Verifier removes) one way to sign in. Verifiers are made by package auth.
type NewSecret struct {
	Person   learning.PersonID
	Kind     learning.SecretKind
	Verifier []byte
}

// SetSecrets sets or removes ways to sign in, all or none: a person their own PIN, pictures or password; a teacher
// those of learners in their classes; an administrator everybody's. A card is given, so only the latter two do that.
func (s *Store) SetSecrets(ctx context.Context, a learning.Actor, secrets ...NewSecret) error {
	return s.edit(ctx, a, func(v viewer) (out []change, err error) {
		for _, n := range secrets {
			some, err := v.secretChanges(n, false)
			if err != nil {
				return nil, err
			}
			out = append(out, some...)
		}
		return out, nil
	})
}

// secretChanges are the writes of one: it ends those of its kind that other records of the person have. fresh: of somebody
// who is added in the same edit, which is allowed already.
func (v viewer) secretChanges(n NewSecret, fresh bool) (out []change, err error) {
	if n.Kind < learning.Card || n.Kind > learning.Password || len(n.Verifier) > 500 {
		return nil, fmt.Errorf("store: secret of kind %d: %w", n.Kind, fs.ErrInvalid)
	}
	own := fresh || v.self(n.Person) && n.Kind != learning.Card
	if err := v.mayManage(n.Person); err != nil && !own {
		return nil, err
	}
	value := string(n.Verifier)
	for _, id := range v.records(n.Person) {
		raw, _ := learning.Raw(id)
		out = append(out, change{learning.KindSecret, learning.Subject{ID: raw}, []learning.Value{{Field: learning.Field(n.Kind), Value: value}}})
		value = ""
	}
	return out, nil
}

// SetSettings replaces a person's own settings; nobody sets another's but who manages them.
func (s *Store) SetSettings(ctx context.Context, a learning.Actor, id learning.PersonID, set learning.Settings) error {
	if err := checkSettings(set); err != nil {
		return err
	}
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if err := v.mayManage(id); err != nil && !v.self(id) {
			return nil, err
		}
		raw, _ := learning.Raw(id)
		return []change{{learning.KindSettings, learning.Subject{ID: raw}, []learning.Value{
			{Field: learning.SetLanguage, Value: set.Language},
			{Field: learning.SetTheme, Value: set.Theme},
			{Field: learning.SetTextSize, Value: set.TextSize},
			{Field: learning.SetFont, Value: set.Font},
			{Field: learning.SetSpacing, Value: set.Spacing},
			{Field: learning.SetMotion, Value: set.Motion},
			{Field: learning.SetData, Value: set.Data},
			{Field: learning.SetContent, Value: set.Content},
			{Field: learning.SetDigits, Value: set.Digits},
			{Field: learning.SetAloud, Value: set.Aloud},
		}}}, nil
	})
}

func checkSettings(s learning.Settings) error {
	for _, c := range []struct {
		value string
		legal []string
	}{
		{s.Theme, []string{"light", "dark", "sunlight", "night"}},
		{s.TextSize, []string{"s", "m", "l", "xl"}},
		{s.Font, []string{"plain", "dyslexia", "nastaliq"}},
		{s.Spacing, []string{"normal", "wide"}},
		{s.Motion, []string{"normal", "reduced"}},
		{s.Data, []string{"normal", "low"}},
		{s.Digits, []string{"latn", "arab", "arabext", "deva", "beng"}},
		{s.Aloud, []string{"on"}},
	} {
		if c.value != "" && !slices.Contains(c.legal, c.value) {
			return fmt.Errorf("store: setting %.40q is none of %v: %w", c.value, c.legal, fs.ErrInvalid)
		}
	}
	return errors.Join(checkLanguage(s.Language), checkLanguage(s.Content))
}
