package store

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/server/learning"
)

// Two records of one person are joined by one of them becoming an alias of the other: a field of its record, so an edit
// like any, which another takes back. Nothing is folded into the other record. Every fold stays by the id it was written
// under, and who is asked about is put together when they are asked about (joined.go), so that it comes out the same in
// whatever order boxes hear of it, and a split leaves no trace.

// aliasKey is where school.alias says whose record another is.
func aliasKey(t schoolTag, alias id16) []byte { return join(t[:], alias[:]) }

func indexAlias(kv KV, t schoolTag, person id16, is *learning.Record) {
	of, ok := learning.Raw(is.Get(learning.PersonAlias))
	if !ok || of == person {
		kv.Delete(aliasBucket, aliasKey(t, person))
		return
	}
	kv.Put(aliasBucket, aliasKey(t, person), of[:])
}

// aliases says of each record that is another's whose, and of each that has others which, in order of id. nil: none.
type aliases struct {
	root  map[learning.PersonID]learning.PersonID
	parts map[learning.PersonID][]learning.PersonID // the others, without itself
}

// readAliases follows each alias to who is none. Where two boxes at once made each the other's, or more in a round, the
// smallest id stays.
func readAliases(kv KV, t schoolTag) *aliases {
	var next map[learning.PersonID]learning.PersonID
	kv.Scan(aliasBucket, t[:], func(k, v []byte) bool {
		if isErased(kv, t, hexID[learning.PersonID](v)) { // who is joined to nobody stays who they are
			return true
		}
		if next == nil {
			next = map[learning.PersonID]learning.PersonID{}
		}
		next[hexID[learning.PersonID](k[len(t):])] = hexID[learning.PersonID](v)
		return true
	})
	if next == nil {
		return nil
	}
	out := &aliases{map[learning.PersonID]learning.PersonID{}, map[learning.PersonID][]learning.PersonID{}}
	for id := range next {
		if r := endOf(next, id); r != id {
			out.root[id] = r
			out.parts[r] = append(out.parts[r], id)
		}
	}
	for _, parts := range out.parts {
		slices.Sort(parts)
	}
	return out
}

func endOf(next map[learning.PersonID]learning.PersonID, id learning.PersonID) learning.PersonID {
	seen := []learning.PersonID{id}
	for {
		to, ok := next[id]
		if !ok {
			return id
		}
		if i := slices.Index(seen, to); i >= 0 {
			return slices.Min(seen[i:])
		}
		seen = append(seen, to)
		id = to
	}
}

// root is whose record id is: itself, unless it is an alias.
func (v viewer) root(id learning.PersonID) learning.PersonID {
	if v.aliases != nil {
		if r, ok := v.aliases.root[id]; ok {
			return r
		}
	}
	return id
}

// records are all ids of one person, the one that stays first.
func (v viewer) records(id learning.PersonID) []learning.PersonID {
	id = v.root(id)
	out := []learning.PersonID{id}
	if v.aliases != nil {
		out = append(out, v.aliases.parts[id]...)
	}
	return out
}

// Join makes other another record of keep: from then on what both did counts as one learner's, in progress, mastery and
// reports. Whoever may change both may; both are of one role. Split takes it back.
func (s *Store) Join(ctx context.Context, a learning.Actor, keep, other learning.PersonID) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		keep, other := v.root(keep), v.root(other)
		if err := v.mayManage(keep); err != nil {
			return nil, err
		}
		if err := v.mayManage(other); err != nil {
			return nil, err
		}
		k, err := v.person(keep)
		if err != nil {
			return nil, err
		}
		o, err := v.person(other)
		if err != nil {
			return nil, err
		}
		if keep == other || k.Role != o.Role || k.Role != learning.Learner {
			return nil, fmt.Errorf("store: %s and %s are not two records of learners: %w", keep, other, fs.ErrInvalid)
		}
		return []change{aliasOf(other, keep)}, nil
	})
}

// Split makes a joined record one of its own again; one that is, stays so. Whoever may change the person may.
func (s *Store) Split(ctx context.Context, a learning.Actor, record learning.PersonID) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if err := v.mayManage(v.root(record)); err != nil {
			return nil, err
		}
		if _, err := v.kept(record); err != nil {
			return nil, err
		}
		return []change{aliasOf(record, "")}, nil
	})
}

func aliasOf(id, of learning.PersonID) change {
	raw, _ := learning.Raw(id)
	return change{learning.KindPerson, learning.Subject{ID: raw}, []learning.Value{{Field: learning.PersonAlias, Value: string(of)}}}
}

// Records lists the other records of a person, each as it was kept; whoever may see the person may.
func (s *Store) Records(a learning.Actor, id learning.PersonID) (out []learning.Person, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(id); err != nil {
			return err
		}
		for _, other := range v.records(id)[1:] {
			if p, err := v.kept(other); err == nil {
				out = append(out, p)
			}
		}
		return nil
	})
	return out, err
}
