package store

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// An OwnPage is a part as it stands. Seen names the writes it shows, for SaveOwnPart; Others are what somebody else wrote
// without having seen this, until one of them is chosen.
type OwnPage struct {
	learning.OwnPart
	Seen   string
	Others []learning.PartText
}

// OwnParts lists the parts of a course in order, those thrown away last; who may change the course may read it.
func (s *Store) OwnParts(a learning.Actor, course learning.OwnID) (out []OwnPage, err error) {
	err = s.view(a, func(v viewer) error {
		c, err := v.ownCourse(course)
		if err != nil {
			return err
		}
		for _, id := range linked[learning.PartID](v, string(course), learning.KindPart) {
			if p, err := v.ownPart(id); err == nil {
				out = append(out, p)
			}
		}
		place := func(p OwnPage) int {
			i := slices.Index(c.Order, p.ID)
			if p.Gone || i < 0 {
				return learning.MaxOwnParts
			}
			return i
		}
		arrange.Stably(out, func(a, b OwnPage) int {
			return cmp.Or(int(boolBit(a.Gone))-int(boolBit(b.Gone)), cmp.Compare(place(a), place(b)), cmp.Compare(a.ID, b.ID))
		})
		return nil
	})
	return out, err
}

// linked lists the ids of a kind that belong to a subject.
func linked[T ~string](v viewer, owner, kind string) []T {
	return links[T](v, learning.ClassID(owner), kind)
}

// ownPart reads one, whoever may see it.
func (v viewer) ownPart(id learning.PartID) (p OwnPage, err error) {
	raw, ok := learning.Raw(id)
	if !ok {
		return p, notFound("part", id)
	}
	rec, err := v.record(learning.KindPart, raw)
	if err != nil {
		return p, err
	}
	if rec.Get(learning.PartCourse) == "" {
		return p, notFound("part", id)
	}
	p.ID, p.Course, p.Kind = id, learning.OwnID(rec.Get(learning.PartCourse)), rec.Get(learning.PartKind)
	p.PartText, p.Gone, p.Seen = learning.ReadPartText(rec.Get(learning.PartWords)), rec.Get(learning.PartGone) == "1", rec.Seen()
	for _, x := range rec.Versions(learning.PartWords) {
		if t := learning.ReadPartText(x.Value); t != p.PartText {
			p.Others = append(p.Others, t)
		}
	}
	return p, nil
}

// OwnPart finds one part of a course.
func (s *Store) OwnPart(a learning.Actor, course learning.OwnID, id learning.PartID) (p OwnPage, err error) {
	err = s.view(a, func(v viewer) error {
		p, err = v.partOf(course, id)
		return err
	})
	return p, err
}

// partOf reads a part for who may change its course.
func (v viewer) partOf(course learning.OwnID, id learning.PartID) (OwnPage, error) {
	if _, err := v.ownCourse(course); err != nil {
		return OwnPage{}, err
	}
	p, err := v.ownPart(id)
	if err == nil && p.Course != course {
		err = notFound("part", id)
	}
	return p, err
}

// SaveOwnPart saves a part, a new one when the course has none of its ID, as a version of its own with who and when (seconds
// since 1970, 0 not known). seen is the OwnPage's of the page they looked at: what somebody else saved since and they have not
// seen is not written over but stays beside it as one of Others, and apart is true. Saving the same again writes nothing.
func (s *Store) SaveOwnPart(ctx context.Context, a learning.Actor, p learning.OwnPart, seen string, at int64) (apart bool, err error) {
	if err := p.Check(); err != nil {
		return false, fmt.Errorf("store: %w", err)
	}
	raw, ok := learning.Raw(p.ID)
	if !ok {
		return false, notFound("part", p.ID)
	}
	err = s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		was, err := v.partOf(p.Course, p.ID)
		fresh := v.kv.Get(recordBucket, recordPrefix(learning.KindPart, v.tag, raw)) == nil
		if err != nil && !fresh {
			return nil, err
		}
		save := v.saving(learning.Saving{Part: p.ID, PartText: p.PartText, By: v.me.ID, At: at})
		if fresh {
			out, err := v.newPart(raw, p)
			return append(out, save), err
		}
		out, err := v.fieldDrafts(learning.KindPart, raw, []learning.Value{{Field: learning.PartWords, Value: p.Pack()}}, seen)
		if err != nil || len(out) == 0 {
			return nil, err
		}
		known, err := learning.ReadSeen(seen)
		if err != nil {
			return nil, err
		}
		rec, err := v.record(learning.KindPart, raw)
		for _, x := range rec.Versions(learning.PartWords) {
			apart = apart || seen != "" && !slices.Contains(known, x.Dots[0])
		}
		apart = apart || len(was.Others) > 0
		return append(out, save), err
	})
	return apart, err
}

// newPart is the events of a part that is new.
func (v viewer) newPart(raw id16, p learning.OwnPart) ([]learning.Draft, error) {
	if _, err := v.ownCourse(p.Course); err != nil {
		return nil, err
	}
	switch {
	case p.Kind != learning.PartPage && p.Kind != learning.PartQuestions:
		return nil, fmt.Errorf("store: %.20q is no kind of part: %w", p.Kind, fs.ErrInvalid)
	case len(linked[learning.PartID](v, string(p.Course), learning.KindPart)) >= learning.MaxOwnParts:
		return nil, fmt.Errorf("store: the course has %d parts, which is as many as fit: %w", learning.MaxOwnParts, fs.ErrInvalid)
	}
	return v.first(learning.KindPart, raw, []learning.Value{
		{Field: learning.PartCourse, Value: string(p.Course)}, {Field: learning.PartKind, Value: p.Kind}, {Field: learning.PartWords, Value: p.Pack()},
	}), nil
}

// saving is the event that keeps a version: a new one, or in the place of the oldest when there are as many as are kept.
func (v viewer) saving(s learning.Saving) learning.Draft {
	s.ID, s.Number = learning.NewID[learning.SaveID](), 1
	all := v.savings(s.Part)
	if len(all) > 0 {
		s.Number = all[0].Number + 1
	}
	if len(all) >= learning.MaxOwnSaves {
		s.ID = all[len(all)-1].ID
	}
	raw, _ := learning.Raw(s.ID)
	d, _ := v.draft(change{learning.KindSaved, learning.Subject{ID: raw}, s.Values()})
	return d
}

// savings lists the versions of a part, newest first.
func (v viewer) savings(part learning.PartID) (out []learning.Saving) {
	for _, id := range linked[learning.SaveID](v, string(part), learning.KindSaved) {
		if r, err := shownOf(v, learning.KindSaved, "version", id); err == nil {
			out = append(out, learning.ReadSaving(id, &r))
		}
	}
	arrange.By(out, func(a, b learning.Saving) int {
		return cmp.Or(b.Number-a.Number, cmp.Compare(b.At, a.At), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// OwnSavings lists the versions of a part, newest first; who may change its course may read them.
func (s *Store) OwnSavings(a learning.Actor, course learning.OwnID, id learning.PartID) (out []learning.Saving, err error) {
	err = s.view(a, func(v viewer) error {
		if _, err := v.partOf(course, id); err != nil {
			return err
		}
		out = v.savings(id)
		return nil
	})
	return out, err
}

// SettleOwnPart makes one text what the part says, in the place of all that stood side by side. It is saved as a version.
func (s *Store) SettleOwnPart(ctx context.Context, a learning.Actor, course learning.OwnID, id learning.PartID, t learning.PartText, at int64) error {
	if err := t.Check(); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		if _, err := v.partOf(course, id); err != nil {
			return nil, err
		}
		raw, _ := learning.Raw(id)
		d, some := v.draft(change{learning.KindPart, learning.Subject{ID: raw}, []learning.Value{{Field: learning.PartWords, Value: t.Pack()}}})
		if !some {
			return nil, nil
		}
		return []learning.Draft{d, v.saving(learning.Saving{Part: id, PartText: t, By: v.me.ID, At: at})}, nil
	})
}

// ThrowOwnPart throws a part away, or brings it back.
func (s *Store) ThrowOwnPart(ctx context.Context, a learning.Actor, course learning.OwnID, id learning.PartID, gone bool) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if _, err := v.partOf(course, id); err != nil {
			return nil, err
		}
		raw, _ := learning.Raw(id)
		return []change{{learning.KindPart, learning.Subject{ID: raw}, []learning.Value{{Field: learning.PartGone, Value: flag(gone)}}}}, nil
	})
}
