package store

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"strconv"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// maxNotes and maxBookmarks bound what one learner keeps, so that no phone can fill a box.
const (
	maxNotes     = 500
	maxBookmarks = 500
)

// noteAt is the id of the note at a place of a resource. Two boxes out of touch name the same one, so that what is written
// at both is one note which the last to write decides, and not two of which pages show one.
func noteAt(r content.ResourceID, place uint64) learning.NoteID {
	if place != 0 {
		r += content.ResourceID("\x00" + decimal(place))
	}
	id := resourceOf(r)
	return hexID[learning.NoteID](id[:])
}

// KeptAt is a learner's bookmark and note at a resource as such, Text "" for no note; who may read their record may ask.
func (s *Store) KeptAt(a learning.Actor, learner learning.PersonID, r content.ResourceID) (bookmark bool, note learning.Note, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(learner); err != nil {
			return err
		}
		raw, _ := learning.Raw(learner)
		if b := v.kv.Get(recordBucket, recordPrefix(learning.KindBookmark, v.tag, raw, id16(resourceOf(r)))); b != nil {
			rec, err := learning.ReadShown(b)
			if err != nil {
				return err
			}
			bookmark = rec.Get(learning.BookmarkOn) == "1"
		}
		id, _ := learning.Raw(noteAt(r, 0))
		if b := v.kv.Get(recordBucket, recordPrefix(learning.KindNote, v.tag, raw, id)); b != nil {
			rec, err := learning.ReadShown(b)
			if err != nil {
				return err
			}
			note = readNote(noteAt(r, 0), &rec)
		}
		return nil
	})
	return bookmark, note, err
}

// own lists a person's records of a kind whose subjects are the person and something else, as id and what is shown.
func (v viewer) own(kind string, p learning.PersonID, fn func(id id16, r *learning.Record)) (n int) {
	raw, ok := learning.Raw(p)
	if !ok {
		return 0
	}
	prefix := recordPrefix(kind, v.tag, raw)
	v.kv.Scan(recordBucket, prefix, func(k, b []byte) bool {
		if r, err := learning.ReadShown(b); err == nil && len(k) == len(prefix)+16 {
			n++
			fn(id16(k[len(prefix):]), &r)
		}
		return true
	})
	return n
}

// Notes lists a learner's notes, by resource and place; resource "" is everywhere. Only who may read the learner's
// record may ask.
func (s *Store) Notes(a learning.Actor, learner learning.PersonID, r content.ResourceID) (out []learning.Note, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(learner); err != nil {
			return err
		}
		v.own(learning.KindNote, learner, func(id id16, rec *learning.Record) {
			n := readNote(hexID[learning.NoteID](id[:]), rec)
			if n.Text != "" && (r == "" || r == n.Resource) {
				out = append(out, n)
			}
		})
		return nil
	})
	arrange.By(out, func(a, b learning.Note) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Place, b.Place), cmp.Compare(a.ID, b.ID))
	})
	return out, err
}

func readNote(id learning.NoteID, r *learning.Record) learning.Note {
	n := learning.Note{
		ID: id, Course: content.CourseID(r.Get(learning.NoteCourse)), Resource: content.ResourceID(r.Get(learning.NoteResource)),
		Text: r.Get(learning.NoteText),
	}
	n.Place, _ = strconv.ParseUint(r.Get(learning.NotePlace), 10, 64)
	return n
}

// Note keeps a note of the actor's own and returns its id: where its ID is "" the one note at its resource and place. An
// empty text removes it. Posted twice it is one note.
func (s *Store) Note(ctx context.Context, a learning.Actor, n learning.Note) (learning.NoteID, error) {
	if err := n.Check(); err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	if n.ID == "" {
		n.ID = noteAt(n.Resource, n.Place)
	}
	id, ok := learning.Raw(n.ID)
	if !ok {
		return "", notFound("note", n.ID)
	}
	return n.ID, s.keepOwn(ctx, a, learning.KindNote, id, maxNotes, []learning.Value{
		{Field: learning.NoteCourse, Value: string(n.Course)},
		{Field: learning.NoteResource, Value: string(n.Resource)},
		{Field: learning.NotePlace, Value: decimal(n.Place)},
		{Field: learning.NoteText, Value: n.Text},
	})
}

// keepOwn writes one of the actor's own records; one that is new only while there are fewer than most.
func (s *Store) keepOwn(ctx context.Context, a learning.Actor, kind string, second id16, most int, values []learning.Value) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if v.me.ID == "" {
			return nil, notAllowed("keep this for nobody")
		}
		raw, _ := learning.Raw(v.me.ID)
		sub := learning.Subject{ID: raw, Second: second}
		if v.kv.Get(recordBucket, subjectKey(kind, v.tag, sub)) == nil && v.own(kind, v.me.ID, func(id16, *learning.Record) {}) >= most {
			return nil, fmt.Errorf("store: %s has %d of these, which is as many as fit: %w", v.me.ID, most, fs.ErrInvalid)
		}
		return []change{{kind, sub, values}}, nil
	})
}

func decimal(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// Bookmarks lists a learner's bookmarks, by resource; who may read their record may ask.
func (s *Store) Bookmarks(a learning.Actor, learner learning.PersonID) (out []learning.Bookmark, err error) {
	err = s.view(a, func(v viewer) error {
		if err := v.mayRead(learner); err != nil {
			return err
		}
		v.own(learning.KindBookmark, learner, func(_ id16, r *learning.Record) {
			if r.Get(learning.BookmarkOn) != "1" {
				return
			}
			b := learning.Bookmark{Ref: learning.Ref{
				Course: content.CourseID(r.Get(learning.BookmarkCourse)), Resource: content.ResourceID(r.Get(learning.BookmarkResource)),
			}}
			b.Place, _ = strconv.ParseUint(r.Get(learning.BookmarkPlace), 10, 64)
			out = append(out, b)
		})
		return nil
	})
	arrange.By(out, func(a, b learning.Bookmark) int { return cmp.Compare(a.Resource, b.Resource) })
	return out, err
}

// Bookmark sets or removes a bookmark of the actor's own: one a resource.
func (s *Store) Bookmark(ctx context.Context, a learning.Actor, b learning.Bookmark, on bool) error {
	n := learning.Note{Course: b.Course, Resource: b.Resource}
	if err := n.Check(); err != nil {
		return fmt.Errorf("store: bookmark: %w", err)
	}
	return s.keepOwn(ctx, a, learning.KindBookmark, id16(resourceOf(b.Resource)), maxBookmarks, []learning.Value{
		{Field: learning.BookmarkCourse, Value: string(b.Course)},
		{Field: learning.BookmarkResource, Value: string(b.Resource)},
		{Field: learning.BookmarkPlace, Value: decimal(b.Place)},
		{Field: learning.BookmarkOn, Value: flag(on)},
	})
}

// Goal is what a learner means to do in a week; who may read their record may ask.
func (s *Store) Goal(a learning.Actor, learner learning.PersonID) (out learning.WeekGoal, err error) {
	err = s.view(a, func(v viewer) error {
		r, err := v.about(learning.KindGoal, learner)
		out.Answers, _ = strconv.Atoi(r.Get(learning.GoalAnswers))
		out.Minutes, _ = strconv.Atoi(r.Get(learning.GoalMinutes))
		return err
	})
	return out, err
}

// about reads a record of one person, empty when never written, for who may read theirs.
func (v viewer) about(kind string, p learning.PersonID) (r learning.Record, err error) {
	if err := v.mayRead(p); err != nil {
		return r, err
	}
	raw, _ := learning.Raw(p)
	if b := v.kv.Get(recordBucket, recordPrefix(kind, v.tag, raw)); b != nil {
		return learning.ReadShown(b)
	}
	return r, nil
}

// SetGoal sets the actor's own goal.
func (s *Store) SetGoal(ctx context.Context, a learning.Actor, g learning.WeekGoal) error {
	if err := g.Check(); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		if v.me.ID == "" {
			return nil, notAllowed("set a goal for nobody")
		}
		raw, _ := learning.Raw(v.me.ID)
		return []change{{learning.KindGoal, learning.Subject{ID: raw}, []learning.Value{
			{Field: learning.GoalAnswers, Value: number(g.Answers)}, {Field: learning.GoalMinutes, Value: number(g.Minutes)},
		}}}, nil
	})
}
