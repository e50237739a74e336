package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/zeebo/blake3"

	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// An erased person is an id in school.erased and nothing else that a fold of theirs alone could say: whatever is written
// of them, before or after, in whatever order it comes, folds to nothing. What they did stays as it was counted, under an
// id that leads to nobody. That their bodies leave the card is the log's part: see eventlog.Purge, which asks Erased.

// errWaitsNot is an erasure to carry out, or to take back, that nobody asked for.
var errWaitsNot = errors.New("no erasure waits")

func erasedKey(t schoolTag, person id16) []byte { return join(t[:], person[:]) }

func isErased(kv KV, t schoolTag, person learning.PersonID) bool {
	raw, ok := learning.Raw(person)
	return ok && kv.Get(erasedBucket, erasedKey(t, raw)) != nil
}

// Erased implements eventlog.Eraser: a body in a roster that is of an erased person is not to be kept.
func (s *Store) Erased(kv KV, e *segment.Event) bool {
	place, school, ok := learning.ReadScope(e.Scope)
	return ok && place == learning.Roster && isErased(kv, tagOf(school), learning.OfPerson(e))
}

// forgotten says that an event is of an erased person and that nothing of it is to be folded: an edit of a subject of
// theirs, their place in a class, words they typed.
func forgotten(kv KV, t schoolTag, e *segment.Event) bool {
	switch {
	case e.Kind == learning.KindEnrol:
		edit, err := learning.ParseEdit(e)
		return err == nil && isErased(kv, t, hexID[learning.PersonID](edit.Subject.Second[:]))
	case e.Kind == learning.KindAnswer, learning.IsRegister(e.Kind):
		return isErased(kv, t, learning.OfPerson(e))
	}
	return false
}

// applyAct keeps a deed by its order, so that whatever the order it comes in the list is the same; an erasure takes all
// that is folded of the person along.
func applyAct(kv KV, school string, e *segment.Event) error {
	a, err := learning.ParseAct(e)
	if err != nil {
		return err
	}
	t, o := tagOf(school), learning.OrderOf(e)
	whom, _ := learning.Raw(a.Whom)
	who, _ := learning.Raw(a.Who)
	var b learning.Encoder
	b.Raw(who[:])
	b.Raw(e.Stamp.Boot[:])
	b.Uint(uint64(e.Stamp.MS))
	b.Uint(uint64(a.What))
	kv.Put(lookBucket, append(lookPrefix(t, whom), o[:]...), b.B)
	if a.What == learning.Erased && !isErased(kv, t, a.Whom) {
		kv.Put(erasedBucket, erasedKey(t, whom), nil)
		unfold(kv, school, t, whom)
	}
	return nil
}

// unfold takes a person out of all that is folded of them alone.
func unfold(kv KV, school string, t schoolTag, person id16) {
	dropName(kv, t, person)
	for kind := range recordKinds {
		if kind != learning.KindSchool {
			dropAll(kv, recordBucket, recordPrefix(kind, t, person), nil)
		}
	}
	dropAll(kv, recordBucket, recordPrefix(learning.KindEnrol, t), person[:])
	dropAll(kv, memberBucket, join(t[:], person[:]), nil)
	l := learnerOf(school, hexID[learning.PersonID](person[:]))
	dropAll(kv, answerBucket, l[:], nil)
}

// dropName takes a person out of what finds them by name, card or another record.
func dropName(kv KV, t schoolTag, person id16) {
	none := learning.Record{}
	if was, err := learning.ReadShown(kv.Get(recordBucket, recordPrefix(learning.KindPerson, t, person))); err == nil {
		indexNames(kv, t, person, &was, &none)
	}
	if was, err := learning.ReadShown(kv.Get(recordBucket, recordPrefix(learning.KindSecret, t, person))); err == nil {
		indexCard(kv, t, person, &was, &none)
	}
	indexAlias(kv, t, person, &none)
}

// dropAll deletes what lies under prefix and, where end is given, ends with it.
func dropAll(kv KV, bucket string, prefix, end []byte) {
	var keys [][]byte
	kv.Scan(bucket, prefix, func(k, _ []byte) bool {
		if bytes.HasSuffix(k, end) {
			keys = append(keys, bytes.Clone(k))
		}
		return true
	})
	for _, k := range keys {
		kv.Delete(bucket, k)
	}
}

// ErasedMark stands for who is erased, "" nobody: where it is another than the log's mark, the log is to be purged.
func (s *Store) ErasedMark() (mark string, err error) {
	err = s.log.View(func(kv KV) error {
		h, n := blake3.New(), 0
		kv.Scan(erasedBucket, nil, func(k, _ []byte) bool {
			n++
			h.Write(k)
			return true
		})
		if n > 0 {
			mark = hex.EncodeToString(h.Sum(nil)[:16])
		}
		return nil
	})
	return mark, err
}

// ErasedPeople are all who are erased, in this school: what a box holds of them beside the record is to go as well.
func (s *Store) ErasedPeople() (out []learning.PersonID, err error) {
	err = s.log.View(func(kv KV) error {
		t := tagOf(s.SchoolID())
		kv.Scan(erasedBucket, t[:], func(k, _ []byte) bool {
			if len(k) != len(t)+16 {
				return false
			}
			out = append(out, hexID[learning.PersonID](k[len(t):]))
			return true
		})
		return nil
	})
	return out, err
}

// AskErase begins the erasure of a person: they are put away at once, and for a day it can be taken back, on any box of
// the school that hears of it. box is the device that carries it out, see Due. Administrators alone; nobody their own, nor
// the last administrator.
func (s *Store) AskErase(ctx context.Context, a learning.Actor, id learning.PersonID, box string) error {
	return s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		p, err := v.mayErase(id)
		if err != nil {
			return nil, err
		}
		if _, waits := v.leaving(p.ID); waits {
			return nil, nil
		}
		l := learning.Leaving{Person: p.ID, By: a.Person(), Box: box, Archived: p.Archived}
		if s.clock != nil {
			l.Asked = s.clock.Stamp()
		}
		return v.away(&l, true, l.Values(), learning.AskedErasure), nil
	})
}

// KeepPerson takes an erasure back that waits, and brings the person back as they were. One that does not is fs.ErrNotExist.
func (s *Store) KeepPerson(ctx context.Context, a learning.Actor, id learning.PersonID) error {
	return s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		p, err := v.mayErase(id)
		if err != nil {
			return nil, err
		}
		l, waits := v.leaving(p.ID)
		if !waits {
			return nil, notFound("erasure of", id)
		}
		return v.away(&l, l.Archived, []learning.Value{{Field: learning.LeavingAt}}, learning.KeptAfterAll), nil
	})
}

// Erase carries out an erasure that waits: all records of the person, on every box, for good. Administrators and the box.
func (s *Store) Erase(ctx context.Context, a learning.Actor, id learning.PersonID) error {
	return s.write(ctx, a, func(v viewer) (out []learning.Draft, err error) {
		p, err := v.mayErase(id)
		if err != nil {
			return nil, err
		}
		l, waits := v.leaving(p.ID)
		if !waits {
			return nil, fmt.Errorf("store: %w: %w", errWaitsNot, notFound("erasure of", id))
		}
		for _, r := range v.records(p.ID) {
			out = append(out, learning.Act{Whom: r, Who: cmp.Or(a.Person(), l.By), What: learning.Erased}.Draft(v.school))
		}
		return out, nil
	})
}

// mayErase is the person, for whoever may have them erased.
func (v viewer) mayErase(id learning.PersonID) (learning.Person, error) {
	if !v.admin {
		if err := v.mayRead(id); err != nil {
			return learning.Person{}, err
		}
		return learning.Person{}, notAllowed("erase a person")
	}
	if v.self(id) {
		return learning.Person{}, notAllowed("erase oneself")
	}
	gone := true
	p, err := v.person(id)
	if err == nil {
		err = v.keepsAdministrator([]PersonChange{{ID: p.ID, Edit: learning.PersonEdit{Archived: &gone}}})
	}
	return p, err
}

// away puts a person away or back, and says so in the list of deeds.
func (v viewer) away(l *learning.Leaving, archived bool, values []learning.Value, what learning.Deed) (out []learning.Draft) {
	raw, _ := learning.Raw(l.Person)
	sub := learning.Subject{ID: raw}
	for _, c := range []change{
		{learning.KindLeaving, sub, values},
		{learning.KindPerson, sub, []learning.Value{{Field: learning.PersonArchived, Value: flag(archived)}}},
	} {
		if d, some := v.draft(c); some {
			out = append(out, d)
		}
	}
	return append(out, learning.Act{Whom: l.Person, Who: v.actor.Person(), What: what}.Draft(v.school))
}

func (v viewer) leaving(id learning.PersonID) (learning.Leaving, bool) {
	raw, _ := learning.Raw(id)
	r, err := learning.ReadShown(v.kv.Get(recordBucket, recordPrefix(learning.KindLeaving, v.tag, raw)))
	if err != nil {
		return learning.Leaving{}, false
	}
	return learning.ReadLeaving(id, &r)
}

// A Waiting is an erasure that can still be taken back.
type Waiting struct {
	Person learning.Person
	By     string // the name of who asked; "" the box itself, or somebody who is no more
	Box    string // the device that carries it out
	Asked  learning.When
	Left   int64 // milliseconds until it is carried out there, as far as this box can tell; −1 unknown
}

// Waiting lists the erasures that wait, by name; administrators alone.
func (s *Store) Waiting(a learning.Actor) (out []Waiting, err error) {
	err = s.view(a, func(v viewer) error {
		if !v.admin {
			return notAllowed("see who is to be erased")
		}
		prefix := recordPrefix(learning.KindLeaving, v.tag)
		v.kv.Scan(recordBucket, prefix, func(k, _ []byte) bool {
			l, waits := v.leaving(hexID[learning.PersonID](k[len(prefix):]))
			p, err := v.person(l.Person)
			if !waits || err != nil {
				return true
			}
			w := Waiting{Person: p, Box: l.Box, Asked: when(v.kv, l.Asked), Left: s.left(v, l.Asked)}
			if by, err := v.person(l.By); err == nil {
				w.By = by.Name
			}
			out = append(out, w)
			return true
		})
		return nil
	})
	arrange.By(out, func(a, b Waiting) int { return cmp.Compare(foldName(a.Person.Name), foldName(b.Person.Name)) })
	return out, err
}

// left is how much of ErasureWait is left: by a boot's own count, else by what is known of when boots began, which for a
// box without a clock is no later than it was.
func (s *Store) left(v viewer, asked clock.Stamp) int64 {
	if s.clock == nil {
		return -1
	}
	now := s.clock.Stamp()
	if now.Boot == asked.Boot {
		return max(0, asked.MS+learning.ErasureWait-now.MS)
	}
	from, to := when(v.kv, asked), when(v.kv, now)
	if !from.Known || !to.Known {
		return -1
	}
	return max(0, from.Time.UnixMilli()+learning.ErasureWait-to.Time.UnixMilli())
}

// Due lists whom a device is to erase now: it was asked, and nobody took it back for a day.
func (s *Store) Due(box string) (out []learning.PersonID, err error) {
	all, err := s.Waiting(learning.Box())
	for _, w := range all {
		if w.Box == box && w.Left == 0 {
			out = append(out, w.Person.ID)
		}
	}
	return out, err
}
