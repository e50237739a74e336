package store

import (
	"context"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// A PersonExport is all that is held of one person, all their records together. Verifiers of secrets are not in it: they
// are of no use to anybody but who would break in.
type PersonExport struct {
	Person     learning.Person        `json:"person"`
	Records    []learning.Person      `json:"otherRecords,omitempty"`
	Classes    []learning.Class       `json:"classes,omitempty"`
	SignIn     []string               `json:"signIn,omitempty"` // ways that are set
	Settings   learning.Settings      `json:"settings"`
	Needs      learning.Accommodation `json:"needs"`
	Care       learning.Care          `json:"care"`
	Goal       learning.WeekGoal      `json:"goal"`
	Notes      []learning.Note        `json:"notes,omitempty"`
	Bookmarks  []learning.Bookmark    `json:"bookmarks,omitempty"`
	Apps       []learning.AppState    `json:"apps,omitempty"`
	Attendance []HeldDay              `json:"attendance,omitempty"`
	Levels     []HeldLevel            `json:"levels,omitempty"`
	Progress   []learning.Progress    `json:"-"`
	Attempts   []AttemptRecord        `json:"-"` // oldest first
	Deeds      []Deed                 `json:"-"` // the last first
}

// A HeldDay is how somebody stood in one register.
type HeldDay struct {
	Class    string            `json:"class"`
	Date     string            `json:"date"` // 2006-01-02
	Session  int               `json:"session"`
	Presence learning.Presence `json:"presence"` // 1 present, 2 absent, 3 late, 4 excused
}

// A HeldLevel is one level check.
type HeldLevel struct {
	Ladder string `json:"ladder"`
	Date   string `json:"date"`
	Level  int    `json:"level"`
}

// ExportPerson reads all that is held of a person, and keeps in the list of deeds that the actor took it. Administrators
// alone; of their own they may too.
func (s *Store) ExportPerson(ctx context.Context, a learning.Actor, id learning.PersonID) (out PersonExport, err error) {
	err = s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		if err := v.mayPeruse(id); err != nil {
			return nil, err
		}
		v.calendar = s.calendarFor(v)
		if out, err = v.export(id); err != nil {
			return nil, err
		}
		return []learning.Draft{learning.Act{Whom: out.Person.ID, Who: a.Person(), What: learning.Exported}.Draft(v.school)}, nil
	})
	if err == nil {
		out.Deeds, err = s.Deeds(a, id, 0)
	}
	return out, err
}

// mayPeruse is nil when the viewer may see everything that is held of a person, in one piece.
func (v viewer) mayPeruse(id learning.PersonID) error {
	if err := v.mayRead(id); err != nil {
		return err
	}
	if !v.admin {
		return notAllowed("see all that is held of a person")
	}
	return nil
}

func (v viewer) export(id learning.PersonID) (x PersonExport, err error) {
	if x.Person, err = v.person(id); err != nil {
		return x, err
	}
	id = x.Person.ID
	for _, other := range v.records(id)[1:] {
		if p, err := v.kept(other); err == nil {
			x.Records = append(x.Records, p)
		}
	}
	for _, k := range v.ways(id) {
		x.SignIn = append(x.SignIn, k.String())
	}
	x.Classes = v.classesSeen(id)
	if x.Settings, err = v.settings(id); err != nil {
		return x, err
	}
	if x.Needs, err = v.needs(id); err != nil {
		return x, err
	}
	x.Care = v.care(id)
	v.exportOwn(&x)
	if x.Attendance, err = v.attendanceOf(id); err != nil {
		return x, err
	}
	if x.Levels, err = v.levelsHeld(id); err != nil {
		return x, err
	}
	x.Progress = v.touched(id)
	for _, p := range x.Progress {
		x.Attempts = append(x.Attempts, v.attemptsAt(id, p.Resource)...)
	}
	arrange.Stably(x.Attempts, func(a, b AttemptRecord) int { return a.When.Time.Compare(b.When.Time) })
	return x, nil
}

// exportOwn reads what people keep for themselves, of each of their records.
func (v viewer) exportOwn(x *PersonExport) {
	for _, id := range v.records(x.Person.ID) {
		v.own(learning.KindNote, id, func(n id16, r *learning.Record) {
			if note := readNote(hexID[learning.NoteID](n[:]), r); note.Text != "" {
				x.Notes = append(x.Notes, note)
			}
		})
		v.own(learning.KindBookmark, id, func(_ id16, r *learning.Record) {
			if r.Get(learning.BookmarkOn) == "1" {
				ref := learning.Ref{Course: content.CourseID(r.Get(learning.BookmarkCourse)), Resource: content.ResourceID(r.Get(learning.BookmarkResource))}
				x.Bookmarks = append(x.Bookmarks, learning.Bookmark{Ref: ref})
			}
		})
		v.own(learning.KindState, id, func(_ id16, r *learning.Record) {
			if data := r.Get(learning.StateData); data != "" {
				ref := learning.Ref{Course: content.CourseID(r.Get(learning.StateCourse)), Resource: content.ResourceID(r.Get(learning.StateResource))}
				x.Apps = append(x.Apps, learning.AppState{Ref: ref, Data: data})
			}
		})
	}
}

// attemptsAt are the counted attempts at one resource, oldest first, typed words joined in.
func (v viewer) attemptsAt(id learning.PersonID, r content.ResourceID) (out []AttemptRecord) {
	p := placeOf(v.kv, v.school, id, r)
	t := p.total()
	u := readUnit(p.unit(&t))
	for _, c := range p.chain(u.Tail) {
		c.Learner, c.Resource, c.Course, c.Given = id, r, u.Course, v.given(p.learner, &c)
		c.Quiz = learning.QuizOf(r)
		out = append(out, AttemptRecord{c.Attempt, when(v.kv, c.Stamp)})
	}
	return out
}

// attendanceOf is how a person stood in every register that marks them, whatever class they are in now.
func (v viewer) attendanceOf(id learning.PersonID) (out []HeldDay, err error) {
	records := v.records(id)
	v.eachClass(func(c learning.Class) {
		rolls, e := v.rolls(c.ID, RollDays{})
		if e != nil {
			err = e
		}
		for i := range rolls {
			for _, r := range records {
				if p, _ := rolls[i].Of(r); p != learning.Unmarked {
					out = append(out, HeldDay{c.Name, dateOf(rolls[i].Day), rolls[i].Session, p})
				}
			}
		}
	})
	arrange.Stably(out, func(a, b HeldDay) int { return compareText(a.Date, b.Date) })
	return out, err
}

// eachClass passes every class there ever was, archived ones too.
func (v viewer) eachClass(fn func(c learning.Class)) {
	prefix := recordPrefix(learning.KindClass, v.tag)
	v.kv.Scan(recordBucket, prefix, func(k, _ []byte) bool {
		if c, err := v.class(hexID[learning.ClassID](k[len(prefix):])); err == nil {
			fn(c)
		}
		return true
	})
}

func (v viewer) levelsHeld(id learning.PersonID) (out []HeldLevel, err error) {
	sheet, err := v.levels(id)
	for _, l := range learning.Ladders {
		for _, c := range learning.ChecksOf(&sheet, l) {
			out = append(out, HeldLevel{l.String(), dateOf(c.Day), c.Level})
		}
	}
	return out, err
}
