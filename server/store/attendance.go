package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io/fs"
	"time"

	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

func rollKey(t schoolTag, class id16, day, session int) []byte {
	return append(binary.BigEndian.AppendUint32(join(t[:], class[:]), uint32(day)), byte(session))
}

func applyRoll(kv KV, t schoolTag, e *segment.Event) error {
	r, err := learning.ParseRoll(e)
	if err != nil {
		return err
	}
	class, _ := learning.Raw(r.Class)
	key := rollKey(t, class, r.Day, r.Session)
	held, err := learning.ReadSheet(kv.Get(rollBucket, key))
	if err != nil {
		return err
	}
	held.Add(r.Sheet.Writes[0])
	kv.Put(rollBucket, key, held.Encode())
	return nil
}

// A RollDays bounds registers that are asked for, both ends in; the zero value is all there are.
type RollDays struct{ From, To int }

// Rolls lists the registers of a class, by day and session; its teachers and administrators may read them.
func (s *Store) Rolls(a learning.Actor, class learning.ClassID, in RollDays) (out []learning.Roll, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		out, err = v.rolls(class, in)
		return err
	})
	return out, err
}

func (v viewer) rolls(class learning.ClassID, in RollDays) (out []learning.Roll, err error) {
	raw, ok := learning.Raw(class)
	if !ok {
		return nil, notFound("class", class)
	}
	prefix := join(v.tag[:], raw[:])
	v.kv.Scan(rollBucket, prefix, func(k, b []byte) bool {
		if len(k) != len(prefix)+5 {
			return true
		}
		r := learning.Roll{Class: class, Day: int(binary.BigEndian.Uint32(k[len(prefix):])), Session: int(k[len(k)-1])}
		if r.Day < in.From || in.To > 0 && r.Day > in.To {
			return true
		}
		r.Sheet, err = learning.ReadSheet(bytes.Clone(b))
		out = append(out, r)
		return err == nil
	})
	return out, err
}

// Roll is one register; empty when nobody took it. Its class's teachers and administrators may read it.
func (s *Store) Roll(a learning.Actor, class learning.ClassID, day, session int) (out learning.Roll, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		out, err = v.roll(class, day, session)
		return err
	})
	return out, err
}

func (v viewer) roll(class learning.ClassID, day, session int) (out learning.Roll, err error) {
	raw, ok := learning.Raw(class)
	if !ok {
		return out, notFound("class", class)
	}
	out = learning.Roll{Class: class, Day: day, Session: session}
	out.Sheet, err = learning.ReadSheet(bytes.Clone(v.kv.Get(rollBucket, rollKey(v.tag, raw, day, session))))
	return out, err
}

// How far from a date that is known a register may be: it is of a day that was, or of tomorrow where zones are wrong.
const (
	oldestRoll = 400
	newestRoll = 1
)

// SaveRoll writes how learners stood in a session of a day: of those who stand so already nothing is written, so that the
// same form posted twice changes nothing. Teachers of the class and administrators; a learner who is neither in the class
// nor in that register is fs.ErrNotExist. A day more than a year ago, or to come, is fs.ErrInvalid where the date is known.
func (s *Store) SaveRoll(ctx context.Context, a learning.Actor, r learning.Roll, marks map[learning.PersonID]learning.Presence, how byte) error {
	if err := learning.CheckDay(r.Day); err != nil {
		return fmt.Errorf("store: register: %w", err)
	}
	if today, known := s.Today().Day(); known && (r.Day < today-oldestRoll || r.Day > today+newestRoll) {
		return fmt.Errorf("store: a register of day %d, today is %d: %w", r.Day, today, fs.ErrInvalid)
	}
	if r.Session < 1 || r.Session > learning.MaxSessions {
		return fmt.Errorf("store: session %d, not 1 to %d: %w", r.Session, learning.MaxSessions, fs.ErrInvalid)
	}
	return s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		if err := v.mayLead(r.Class); err != nil {
			return nil, err
		}
		held, err := v.roll(r.Class, r.Day, r.Session)
		if err != nil {
			return nil, err
		}
		var all []learning.Mark
		for who, p := range marks {
			raw, ok := learning.Raw(who)
			if was, _ := held.Of(who); !ok || was == learning.Unmarked && v.roleIn(r.Class, who) != learning.Learner {
				return nil, notFound("learner in this class", who)
			}
			if p > learning.Excused {
				return nil, fmt.Errorf("store: mark %d: %w", p, fs.ErrInvalid)
			}
			all = append(all, learning.Mark{Key: raw, Value: byte(p)})
		}
		w := learning.SheetWrite{By: a.Person(), How: how}
		if w.Marks, w.Replaces = held.Sheet.Write(all); len(w.Marks) == 0 {
			return nil, nil
		}
		return []learning.Draft{learning.RollDraft(v.school, &held, &w)}, nil
	})
}

// SeenOn is who of a class did something on the box on a day, as far as proven; on the day that the box has no date for
// (day is then what its teacher calls it) whoever did since it was switched on, twelve hours ago at most. Teachers of the
// class and administrators.
func (s *Store) SeenOn(a learning.Actor, class learning.ClassID, day int) (out map[learning.PersonID]bool, err error) {
	out = map[learning.PersonID]bool{}
	err = s.view(a, func(v viewer) error {
		if err := v.mayLead(class); err != nil {
			return err
		}
		_, learners := v.roster(class)
		of := map[learnerKey]learning.PersonID{}
		for _, p := range learners {
			of[learnerOf(v.school, p.ID)] = p.ID
		}
		v.calendar = s.calendarFor(v)
		note := func(l learnerKey, _ activity) {
			if p, ok := of[l]; ok {
				out[p] = true
			}
		}
		if s.today(v) == nil && s.clock != nil {
			v.lately(s.clock.Stamp(), note)
		} else {
			v.active(v.days(day, day), note)
		}
		return nil
	})
	return out, err
}

// days is the period of some days of the school, both ends in.
func (v viewer) days(from, to int) period {
	zone := time.Duration(v.schoolFacts().Zone) * time.Minute
	return period{learning.DateOf(from).Add(-zone), learning.DateOf(to + 1).Add(-zone)}
}

// daySlots are the quarters of an hour that a school day lasts.
const daySlots = 12 * 4

// lately passes what learners did on this box in the last twelve hours before now, whatever day it is.
func (v viewer) lately(now clock.Stamp, fn func(learnerKey, activity)) {
	last := slotOf(now.MS)
	for slot := last - min(last, daySlots); slot <= last; slot++ {
		prefix := activityPrefix(now.Boot, slot)
		v.kv.Scan(activityBucket, prefix, func(k, b []byte) bool {
			fn(learnerKey(k[len(prefix):]), readActivity(b))
			return true
		})
	}
}

// A RollChange is one write in a register: who changed what, and when.
type RollChange struct {
	By    learning.PersonID // "" the box itself
	Name  string
	At    learning.When
	How   byte
	Marks map[learning.PersonID]learning.Presence
}

// Changes is the trace of a register the actor has read, oldest first: as many as a Sheet keeps.
func (s *Store) Changes(a learning.Actor, r *learning.Roll) (out []RollChange) {
	_ = s.view(a, func(v viewer) error {
		if err := v.mayLead(r.Class); err != nil {
			return err
		}
		for i := range r.Sheet.Writes {
			w := &r.Sheet.Writes[i]
			c := RollChange{By: w.By, At: when(v.kv, w.Stamp), How: w.How, Marks: map[learning.PersonID]learning.Presence{}}
			if p, err := v.person(w.By); err == nil {
				c.Name = p.Name
			}
			for _, m := range w.Marks {
				c.Marks[hexID[learning.PersonID](m.Key[:])] = learning.Presence(m.Value)
			}
			out = append(out, c)
		}
		return nil
	})
	return out
}
