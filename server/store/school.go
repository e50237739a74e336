package store

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"

	"lamplight/server/learning"
)

// CreateSchool writes the school's first facts: right after its key was made, by the first claim or by demo; the box
// only. UseSchool must have been called with device.School's id. Doing it again edits the same school.
func (s *Store) CreateSchool(ctx context.Context, a learning.Actor, e learning.SchoolEdit) error {
	if !a.IsBox() {
		return notAllowed("create a school")
	}
	if e.Name == nil {
		return fmt.Errorf("store: a school needs a name: %w", fs.ErrInvalid)
	}
	return s.EditSchool(ctx, a, e)
}

// EditSchool changes the school's facts; administrators only.
func (s *Store) EditSchool(ctx context.Context, a learning.Actor, e learning.SchoolEdit) error {
	var values []learning.Value
	if e.Name != nil {
		name, err := learning.CleanText("school name", *e.Name, 1, learning.MaxName)
		if err != nil {
			return err
		}
		values = append(values, learning.Value{Field: learning.SchoolName, Value: name})
	}
	if e.Language != nil {
		if err := checkLanguage(*e.Language); err != nil {
			return err
		}
		values = append(values, learning.Value{Field: learning.SchoolLanguage, Value: *e.Language})
	}
	if e.Zone != nil {
		if *e.Zone < -840 || *e.Zone > 840 || *e.Zone%15 != 0 {
			return fmt.Errorf("store: zone of %d minutes: %w", *e.Zone, fs.ErrInvalid)
		}
		values = append(values, learning.Value{Field: learning.SchoolZone, Value: strconv.Itoa(*e.Zone)})
	}
	if e.Hours != nil {
		if _, err := learning.ParseHours(e.Hours.String()); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		values = append(values, learning.Value{Field: learning.SchoolHours, Value: e.Hours.String()})
	}
	if e.Take != nil {
		if *e.Take != learning.TakeOpen && *e.Take != learning.TakeAll && *e.Take != learning.TakeNothing {
			return fmt.Errorf("store: %.40q is nothing that may be taken home: %w", *e.Take, fs.ErrInvalid)
		}
		values = append(values, learning.Value{Field: learning.SchoolTake, Value: *e.Take})
	}
	days, err := calendarValues(e)
	if err != nil {
		return err
	}
	values = append(values, days...)
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if !v.admin {
			return nil, notAllowed("edit the school")
		}
		return []change{{learning.KindSchool, learning.Subject{}, values}}, nil
	})
}

// School is the school's public face: everybody may read it. fs.ErrNotExist on an unclaimed box.
func (s *Store) School() (learning.School, error) {
	known, asOf := s.faces.facts()
	if known != nil {
		return *known, nil
	}
	var out learning.School
	err := s.view(learning.Actor{}, func(v viewer) error {
		if v.school == "" {
			return fmt.Errorf("store: this box has no school yet: %w", fs.ErrNotExist)
		}
		out = v.schoolFacts()
		return nil
	})
	if err == nil {
		s.faces.keepFacts(asOf, out)
	}
	return out, err
}

func (v viewer) schoolFacts() learning.School {
	out := learning.School{ID: v.school}
	r, err := learning.ReadShown(v.kv.Get(recordBucket, recordPrefix(learning.KindSchool, v.tag)))
	if err != nil {
		return out
	}
	out.Name, out.Language = r.Get(learning.SchoolName), r.Get(learning.SchoolLanguage)
	out.Zone, _ = strconv.Atoi(r.Get(learning.SchoolZone))
	out.Hours, out.Take = r.Get(learning.SchoolHours), r.Get(learning.SchoolTake)
	out.Country, out.Calendar, out.Days = r.Get(learning.SchoolCountry), r.Get(learning.SchoolCalendar), r.Get(learning.SchoolDays)
	out.First = readFirst(r.Get(learning.SchoolFirst))
	return out
}

func checkLanguage(s string) error {
	if len(s) > 35 {
		return fmt.Errorf("store: language %.40q: %w", s, fs.ErrInvalid)
	}
	for _, c := range s {
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return fmt.Errorf("store: language %.40q: %w", s, fs.ErrInvalid)
		}
	}
	return nil
}

// A change is new values for one subject.
type change struct {
	kind    string
	subject learning.Subject
	values  []learning.Value
}

// edit writes what plan asks for, all or none, each write naming those it replaces. Edits go one after another, so
// what plan checked still holds when it is written.
func (s *Store) edit(ctx context.Context, a learning.Actor, plan func(v viewer) ([]change, error)) error {
	return s.write(ctx, a, func(v viewer) (drafts []learning.Draft, err error) {
		changes, err := plan(v)
		for _, c := range changes {
			if d, some := v.draft(c); some && err == nil {
				drafts = append(drafts, d)
			}
		}
		if len(drafts) > 0 && err == nil {
			drafts = append(drafts, v.secretActs(changes)...)
		}
		return drafts, err
	})
}

// write writes the events that plan makes, all or none, one caller after another.
func (s *Store) write(ctx context.Context, a learning.Actor, plan func(v viewer) ([]learning.Draft, error)) error {
	if s.SchoolID() == "" {
		return fmt.Errorf("store: this box has no school yet: %w", fs.ErrNotExist)
	}
	s.editing.Lock()
	defer s.editing.Unlock()
	var drafts []learning.Draft
	err := s.view(a, func(v viewer) (err error) {
		drafts, err = plan(v)
		return err
	})
	if err != nil || len(drafts) == 0 {
		return err
	}
	return s.append(ctx, drafts...)
}

// draft makes the event of a change; none when every value is shown already and nobody disagrees.
func (v viewer) draft(c change) (learning.Draft, bool) {
	rec, err := learning.ReadRecord(v.kv.Get(recordBucket, subjectKey(c.kind, v.tag, c.subject)))
	if err != nil {
		rec = learning.Record{} // unreadable: write over it, naming nothing
	}
	e := learning.Edit{Kind: c.kind, Subject: c.subject}
	var fields []learning.Field
	for _, val := range c.values {
		if rec.Settled(val.Field, val.Value) {
			continue
		}
		e.Values = append(e.Values, val)
		fields = append(fields, val.Field)
	}
	e.Replaces = rec.Names(fields...)
	return e.Draft(v.school), len(e.Values) > 0
}
