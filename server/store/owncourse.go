package store

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/server/learning"
)

// OwnCourses lists the courses written on the boxes of the school that the actor may change, by title, those thrown away
// among them: of a teacher their own and those that all teachers share, of an administrator all, of others none.
func (s *Store) OwnCourses(a learning.Actor) (out []learning.OwnCourse, err error) {
	err = s.view(a, func(v viewer) error {
		prefix := recordPrefix(learning.KindOwn, v.tag)
		v.kv.Scan(recordBucket, prefix, func(k, b []byte) bool {
			r, err := learning.ReadShown(b)
			if err != nil || len(k) != len(prefix)+16 {
				return true
			}
			if c := learning.ReadOwnCourse(hexID[learning.OwnID](k[len(prefix):]), &r); v.mayWrite(&c) {
				out = append(out, c)
			}
			return true
		})
		return nil
	})
	sortByName(out, func(c *learning.OwnCourse) (name, id string) { return c.Title, string(c.ID) })
	return out, err
}

// mayWrite says whether the viewer may see and change an own course.
func (v viewer) mayWrite(c *learning.OwnCourse) bool {
	return v.admin || v.me.Role == learning.Teacher && (c.Shared || v.self(c.By))
}

// ownCourse reads one for who may change it; fs.ErrNotExist for others.
func (v viewer) ownCourse(id learning.OwnID) (learning.OwnCourse, error) {
	r, err := shownOf(v, learning.KindOwn, "own course", id)
	if err != nil {
		return learning.OwnCourse{}, err
	}
	c := learning.ReadOwnCourse(id, &r)
	if !v.mayWrite(&c) {
		return learning.OwnCourse{}, notFound("own course", id)
	}
	return c, nil
}

// OwnCourse finds one that the actor may change.
func (s *Store) OwnCourse(a learning.Actor, id learning.OwnID) (c learning.OwnCourse, err error) {
	err = s.view(a, func(v viewer) error {
		c, err = v.ownCourse(id)
		return err
	})
	return c, err
}

// AddOwnCourse begins a course of the actor's and returns its id; teachers and administrators. An ID that is set may be posted
// again: it is one course.
func (s *Store) AddOwnCourse(ctx context.Context, a learning.Actor, c learning.OwnCourse) (learning.OwnID, error) {
	if err := c.Check(); err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	if c.ID == "" {
		c.ID = learning.NewID[learning.OwnID]()
	}
	raw, ok := learning.Raw(c.ID)
	if !ok {
		return "", notFound("own course", c.ID)
	}
	return c.ID, s.write(ctx, a, func(v viewer) ([]learning.Draft, error) {
		if !v.admin && v.me.Role != learning.Teacher {
			return nil, notAllowed("write a course")
		}
		if v.kv.Get(recordBucket, recordPrefix(learning.KindOwn, v.tag, raw)) != nil {
			_, err := v.ownCourse(c.ID)
			return nil, err
		}
		c.By, c.To, c.Gone, c.Order, c.Lessons = v.me.ID, learning.ForNobody, false, nil, nil
		if v.ownCount() >= learning.MaxOwnCourses {
			return nil, fmt.Errorf("store: %s has %d courses, which is as many as fit: %w", v.me.ID, learning.MaxOwnCourses, fs.ErrInvalid)
		}
		return v.first(learning.KindOwn, raw, c.Values()), nil
	})
}

// ownCount is how many courses the viewer began.
func (v viewer) ownCount() (n int) {
	v.kv.Scan(recordBucket, recordPrefix(learning.KindOwn, v.tag), func(_, b []byte) bool {
		if r, err := learning.ReadShown(b); err == nil && r.Get(learning.OwnBy) == string(v.me.ID) {
			n++
		}
		return true
	})
	return n
}

// ChangeOwnCourse changes one: fn is given it as it is and changes what the person wants changed; it may be called again and
// must not ask the store. Whose it is stays; only they and administrators say whether it is shared.
func (s *Store) ChangeOwnCourse(ctx context.Context, a learning.Actor, id learning.OwnID, fn func(c *learning.OwnCourse) error) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		c, err := v.ownCourse(id)
		if err != nil {
			return nil, err
		}
		was := c
		c.Order, c.Lessons = slices.Clone(c.Order), slices.Clone(c.Lessons)
		if err := fn(&c); err != nil {
			return nil, err
		}
		c.ID, c.By = was.ID, was.By
		if c.Shared != was.Shared && !v.admin && !v.self(c.By) {
			return nil, notAllowed("share another's course")
		}
		if err := c.Check(); err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
		raw, _ := learning.Raw(id)
		return []change{{learning.KindOwn, learning.Subject{ID: raw}, c.Values()}}, nil
	})
}
