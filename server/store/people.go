package store

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"lamplight/content/arrange"
	"lamplight/server/learning"
)

func hexID[T ~string](b []byte) T { return T(hex.EncodeToString(b)) }

// person reads one person of the school, archived or not, by any of their records' ids.
func (v viewer) person(id learning.PersonID) (learning.Person, error) {
	p, err := v.kept(v.root(id))
	p.Alias = ""
	return p, err
}

// kept reads one record of a person as it is.
func (v viewer) kept(id learning.PersonID) (learning.Person, error) {
	raw, ok := learning.Raw(id)
	if !ok {
		return learning.Person{}, notFound("person", id)
	}
	b := v.kv.Get(recordBucket, recordPrefix(learning.KindPerson, v.tag, raw))
	if b == nil {
		return learning.Person{}, notFound("person", id)
	}
	return readPerson(id, b)
}

var personFields = map[learning.Field]string{
	learning.PersonRole: "role", learning.PersonName: "name", learning.PersonLogin: "login",
	learning.PersonNumber: "number", learning.PersonTile: "tile", learning.PersonArchived: "archived",
	learning.PersonBirth: "birth", learning.PersonGender: "gender", learning.PersonAlias: "alias",
}

func readPerson(id learning.PersonID, b []byte) (learning.Person, error) {
	r, err := learning.ReadShown(b)
	if err != nil {
		return learning.Person{}, fmt.Errorf("store: person %s: %w", id, err)
	}
	p := learning.Person{
		ID: id, Role: learning.Role(r.Get(learning.PersonRole)), Name: r.Get(learning.PersonName),
		Login: r.Get(learning.PersonLogin), Number: r.Get(learning.PersonNumber), Archived: r.Get(learning.PersonArchived) == "1",
		Gender: r.Get(learning.PersonGender), Alias: learning.PersonID(r.Get(learning.PersonAlias)),
	}
	p.Tile, _ = strconv.Atoi(r.Get(learning.PersonTile))
	p.Birth, _ = strconv.Atoi(r.Get(learning.PersonBirth))
	for _, s := range r.Shown {
		if s.Conflict {
			p.Conflicts = append(p.Conflicts, personFields[s.Field])
		}
	}
	return p, nil
}

// everybody passes each person once, by the record that stays.
func (v viewer) everybody(fn func(p learning.Person)) error {
	prefix := recordPrefix(learning.KindPerson, v.tag)
	var bad error
	v.kv.Scan(recordBucket, prefix, func(k, b []byte) bool {
		p, err := readPerson(hexID[learning.PersonID](k[len(prefix):]), b)
		if err != nil {
			bad = err
			return false
		}
		if v.root(p.ID) == p.ID {
			p.Alias = ""
			fn(p)
		}
		return true
	})
	return bad
}

// sortByName sorts by name as foldName has it, then by id.
func sortByName[T any](all []T, of func(*T) (name, id string)) {
	type keyed struct {
		name, id string
		v        T
	}
	keys := make([]keyed, len(all))
	for i := range all {
		name, id := of(&all[i])
		keys[i] = keyed{foldName(name), id, all[i]}
	}
	arrange.By(keys, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.id, b.id)) })
	for i := range keys {
		all[i] = keys[i].v
	}
}

func personName(p *learning.Person) (name, id string) { return p.Name, string(p.ID) }

func className(c *learning.Class) (name, id string) { return c.Name, string(c.ID) }

// Who is the actor's own person; fs.ErrNotExist for guests, the archived and the unknown.
func (s *Store) Who(a learning.Actor) (p learning.Person, err error) {
	f, err := s.face(a)
	return f.person, err
}

// Person finds one person the actor may see.
func (s *Store) Person(a learning.Actor, id learning.PersonID) (p learning.Person, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(id); err != nil {
			return err
		}
		p, err = v.person(id)
		return err
	})
	return p, err
}

// A PeopleFilter narrows People. Zero fields do not narrow.
type PeopleFilter struct {
	Role     learning.Role
	Class    learning.ClassID
	Archived bool   // list the archived instead of the others
	Query    string // part of a name, login or number, letter case and accents folded
}

// People lists the people the actor may see, by name: a learner themselves, a teacher those of their classes.
func (s *Store) People(a learning.Actor, f PeopleFilter) (out []learning.Person, err error) {
	query := foldSearch(f.Query)
	err = s.view(a, func(v viewer) error {
		var in map[learning.PersonID]learning.Role
		if f.Class != "" {
			in = v.members(f.Class)
		}
		mine := v.myLearners()
		return v.everybody(func(p learning.Person) {
			_, inClass := in[p.ID]
			switch {
			case !v.admin && !v.self(p.ID) && !mine[p.ID],
				p.Archived != f.Archived,
				f.Role != "" && p.Role != f.Role,
				f.Class != "" && !inClass,
				query != "" && !strings.Contains(foldSearch(p.Name+"\n"+p.Login+"\n"+p.Number), query):
				return
			}
			out = append(out, p)
		})
	})
	sortByName(out, personName)
	return out, err
}

// myLearners are the people with the learner's role in classes the viewer teaches, as teachesLearner has it.
func (v viewer) myLearners() map[learning.PersonID]bool {
	out := map[learning.PersonID]bool{}
	if v.me.Role != learning.Teacher {
		return out
	}
	for c, role := range v.classesOf(v.me.ID) {
		if role != learning.Teacher {
			continue
		}
		for p, role := range v.members(c) {
			if who, err := v.person(p); err == nil && role == learning.Learner && who.Role == learning.Learner {
				out[p] = true
			}
		}
	}
	return out
}

// FindLogin is everybody of this school whose login or shown name is name, letter case and width folded; for signing
// in only, so it asks for no actor. The archived are left out.
func (s *Store) FindLogin(name string) (out []learning.PersonID, err error) {
	folded := foldName(name)
	if folded == "" || strings.Contains(folded, "\x00") {
		return nil, nil
	}
	err = s.view(learning.Actor{}, func(v viewer) error {
		prefix := loginPrefix(v.tag, folded)
		v.kv.Scan(loginBucket, prefix, func(k, _ []byte) bool {
			if len(k) == len(prefix)+16 {
				out = append(out, hexID[learning.PersonID](k[len(prefix):]))
			}
			return true
		})
		for i, id := range out {
			out[i] = v.root(id)
		}
		slices.Sort(out)
		out = slices.DeleteFunc(slices.Compact(out), func(id learning.PersonID) bool {
			p, err := v.person(id)
			return err != nil || p.Archived
		})
		return nil
	})
	return out, err
}

// Secret is a person's verifier, fs.ErrNotExist when that way is not set or the person archived; for signing in only.
func (s *Store) Secret(id learning.PersonID, k learning.SecretKind) (verifier []byte, err error) {
	err = s.view(learning.Actor{}, func(v viewer) error {
		p, err := v.person(id)
		if err != nil {
			return err
		}
		if verifier = v.secret(id, k); len(verifier) == 0 || p.Archived {
			verifier = nil
			return notFound(k.String()+" of", id)
		}
		return nil
	})
	return verifier, err
}

// secret is a person's verifier, of the record that stays where that has one; nil none.
func (v viewer) secret(id learning.PersonID, k learning.SecretKind) []byte {
	for _, x := range v.records(id) {
		r := v.secrets(x)
		if s := r.Get(learning.Field(k)); s != "" {
			return []byte(s)
		}
	}
	return nil
}

// ways are the ways somebody can sign in.
func (v viewer) ways(id learning.PersonID) (out []learning.SecretKind) {
	for k := learning.Card; k <= learning.Password; k++ {
		if v.secret(id, k) != nil {
			out = append(out, k)
		}
	}
	return out
}

// secrets are those of one record.
func (v viewer) secrets(id learning.PersonID) learning.Record {
	raw, _ := learning.Raw(id)
	r, err := learning.ReadShown(v.kv.Get(recordBucket, recordPrefix(learning.KindSecret, v.tag, raw)))
	if err != nil {
		return learning.Record{}
	}
	return r
}

// CardOwner finds whose card has this verifier; for signing in only.
func (s *Store) CardOwner(verifier []byte) (id learning.PersonID, err error) {
	err = s.view(learning.Actor{}, func(v viewer) error {
		raw := v.kv.Get(cardBucket, cardKey(v.tag, string(verifier)))
		if len(raw) != 16 {
			return fmt.Errorf("store: card: %w", fs.ErrNotExist)
		}
		id = v.root(hexID[learning.PersonID](raw))
		if p, err := v.person(id); err != nil || p.Archived {
			id = ""
			return fmt.Errorf("store: card: %w", fs.ErrNotExist)
		}
		return nil
	})
	return id, err
}

// A Tile is one learner on the sign-in page, where names are shown to whoever holds the phone. Methods are the ways
// this person can sign in.
type Tile struct {
	Person  learning.PersonID
	Name    string
	Tile    int
	Methods []learning.SecretKind
}

// Tiles lists the learners of a class for the sign-in page, by name; everybody may read it.
func (s *Store) Tiles(class learning.ClassID) (out []Tile, err error) {
	err = s.view(learning.Actor{}, func(v viewer) error {
		if c, err := v.class(class); err != nil || c.Archived {
			return notFound("class", class)
		}
		_, learners := v.roster(class)
		for _, p := range learners {
			out = append(out, Tile{Person: p.ID, Name: p.Name, Tile: p.Tile, Methods: v.ways(p.ID)})
		}
		return nil
	})
	return out, err
}

// Settings are a person's own; the zero Settings when none were made.
func (s *Store) Settings(a learning.Actor, id learning.PersonID) (learning.Settings, error) {
	if id != "" && id == a.Person() {
		f, err := s.face(a)
		return f.settings, err
	}
	var out learning.Settings
	err := s.view(a, func(v viewer) (err error) {
		if err := v.mayRead(id); err != nil {
			return err
		}
		out, err = v.settings(id)
		return err
	})
	return out, err
}

func (v viewer) settings(id learning.PersonID) (learning.Settings, error) {
	raw, _ := learning.Raw(id)
	b := v.kv.Get(recordBucket, recordPrefix(learning.KindSettings, v.tag, raw))
	if b == nil {
		return learning.Settings{}, nil
	}
	r, err := learning.ReadShown(b)
	return learning.Settings{
		Language: r.Get(learning.SetLanguage), Theme: r.Get(learning.SetTheme), TextSize: r.Get(learning.SetTextSize),
		Font: r.Get(learning.SetFont), Spacing: r.Get(learning.SetSpacing), Motion: r.Get(learning.SetMotion), Data: r.Get(learning.SetData),
		Content: r.Get(learning.SetContent), Digits: r.Get(learning.SetDigits), Aloud: r.Get(learning.SetAloud),
	}, err
}
