package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"io/fs"

	"github.com/zeebo/blake3"

	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// Oversees is nil for who may see how the schools of a district are and send them things: its officers, its
// administrators, the box. To everybody else it is fs.ErrNotExist.
func (s *Store) Oversees(a learning.Actor) error {
	return s.view(a, func(v viewer) error {
		if v.admin || v.me.Role == learning.Officer {
			return nil
		}
		return notFound("district", v.school)
	})
}

// A Site is a school as its district keeps it.
type Site struct {
	School   string // id
	Name     string
	Group    string // schools that are sent the same, "" none
	Conflict bool   // two people wrote differently at once, and nobody has chosen
}

// Sites lists the schools of the district, by name; who oversees them.
func (s *Store) Sites(a learning.Actor) (out []Site, err error) {
	if err := s.Oversees(a); err != nil {
		return nil, err
	}
	err = s.view(a, func(v viewer) error {
		v.kv.Scan(recordBucket, recordPrefix(learning.KindSite, v.tag), func(_, b []byte) bool {
			if r, err := learning.ReadShown(b); err == nil && r.Get(learning.SiteSchool) != "" {
				x := Site{School: r.Get(learning.SiteSchool), Name: r.Get(learning.SiteName), Group: r.Get(learning.SiteGroup)}
				for _, f := range r.Shown {
					x.Conflict = x.Conflict || f.Conflict
				}
				out = append(out, x)
			}
			return true
		})
		return nil
	})
	arrange.Stably(out, func(a, b Site) int { return cmp.Compare(foldName(a.Name), foldName(b.Name)) })
	return out, err
}

// SaveSite keeps what a school is called in the district and its group; who oversees it.
func (s *Store) SaveSite(ctx context.Context, a learning.Actor, x Site) error {
	if b, err := hex.DecodeString(x.School); err != nil || len(b) != 8 {
		return fmt.Errorf("store: %.40q is no school: %w", x.School, fs.ErrInvalid)
	}
	for _, f := range []struct {
		what  string
		value *string
		least int
	}{{"school's name", &x.Name, 1}, {"group", &x.Group, 0}} {
		clean, err := learning.CleanText(f.what, *f.value, f.least, learning.MaxName)
		if err != nil {
			return err
		}
		*f.value = clean
	}
	if err := s.Oversees(a); err != nil {
		return err
	}
	h := blake3.Sum256([]byte("lamplight site " + x.School))
	return s.edit(ctx, a, func(viewer) ([]change, error) {
		return []change{{learning.KindSite, learning.Subject{ID: id16(h[:16])}, []learning.Value{
			{Field: learning.SiteSchool, Value: x.School}, {Field: learning.SiteName, Value: x.Name}, {Field: learning.SiteGroup, Value: x.Group},
		}}}, nil
	})
}

// OpaqueWork is what all learners of the school did, in the shape of a class: a learner is known by an id that nothing but
// the school's own record joins to a name, and has none here. It is for a district, which holds no names; the box only.
func (s *Store) OpaqueWork(a learning.Actor) (out ClassWork, err error) {
	if !a.IsBox() {
		return out, notAllowed("read of learners without names")
	}
	err = s.view(a, func(v viewer) error {
		var learners []learnerKey
		v.kv.Scan(totalBucket, nil, func(k, _ []byte) bool {
			if len(learners) < maxOpaque {
				learners = append(learners, learnerKey(k))
				out.Learners = append(out.Learners, learning.Person{ID: hexID[learning.PersonID](k), Role: learning.Learner})
			}
			return true
		})
		v.calendar = s.calendarFor(v)
		v.workOf(&out, learners, true)
		return nil
	})
	return out, err
}

// maxOpaque bounds what one page reads of a school.
const maxOpaque = 5000

// CountOpaque is how many learners of the school did anything; no name is needed for it.
func (s *Store) CountOpaque() (n int, err error) {
	err = s.log.View(func(kv KV) error {
		kv.Scan(totalBucket, nil, func([]byte, []byte) bool {
			n++
			return true
		})
		return nil
	})
	return n, err
}
