package store

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/eventlog"
)

// OfferCourse tells every box that this one has an edition of a course; administrators and the box.
func (s *Store) OfferCourse(ctx context.Context, a learning.Actor, o learning.Offer) error {
	if o.Manifest == "" {
		return fmt.Errorf("store: offer of %s: no manifest: %w", o.Course, fs.ErrInvalid)
	}
	return s.offer(ctx, a, o)
}

// WithdrawCourse tells every box that this one has the course no more; administrators and the box.
func (s *Store) WithdrawCourse(ctx context.Context, a learning.Actor, id content.CourseID) error {
	return s.offer(ctx, a, learning.Offer{Course: id})
}

func (s *Store) offer(ctx context.Context, a learning.Actor, o learning.Offer) error {
	o.School = s.SchoolID()
	if err := o.Check(); err != nil {
		return err
	}
	if err := s.administers(a, "offer courses"); err != nil {
		return err
	}
	return s.append(ctx, o.Draft())
}

// NameDevice gives this device the name others show; administrators and the box.
func (s *Store) NameDevice(ctx context.Context, a learning.Actor, device, name string) error {
	name, err := learning.CleanText("device name", name, 1, 64)
	if err != nil {
		return err
	}
	if err := s.administers(a, "name devices"); err != nil {
		return err
	}
	return s.append(ctx, learning.DeviceName{Device: device, Name: name, School: s.SchoolID()}.Draft())
}

// Calibrate says when a boot began, so that its events get dates; the box only. It may be called again when better
// is known.
func (s *Store) Calibrate(ctx context.Context, a learning.Actor, c learning.Calibration) error {
	if !a.IsBox() {
		return notAllowed("set the time")
	}
	return s.append(ctx, c.Draft())
}

// OfferedCourses lists the newest offer of each course, by course id; from says whose are looked at, nil all that are
// known. Which school an offer names proves nothing: whose the stream is, the registry knows. Streams are those that
// offer this very manifest.
func (s *Store) OfferedCourses(from func(clock.Stream) bool) (out []learning.Offer, err error) {
	type offered struct {
		learning.Offer
		at learning.Order
	}
	var all []offered
	err = s.log.View(func(kv KV) error {
		kv.Scan(offerBucket, nil, func(k, b []byte) bool {
			if o, at := readOffer(k, b); o.Manifest != "" {
				all = append(all, offered{o, at})
			}
			return true
		})
		return nil
	})
	if from != nil {
		all = slices.DeleteFunc(all, func(o offered) bool { return !from(o.Streams[0]) })
	}
	for i := 0; i < len(all); { // a run of one course
		best, end := i, i
		for ; end < len(all) && all[end].Course == all[i].Course; end++ {
			if all[end].at.After(all[best].at) {
				best = end
			}
		}
		o := all[best].Offer
		o.Streams, o.Updates = nil, nil
		for _, x := range all[i:end] {
			if x.Manifest == o.Manifest {
				o.Streams, o.Updates = append(o.Streams, x.Streams...), append(o.Updates, x.Updates...)
			}
		}
		out = append(out, o)
		i = end
	}
	return out, err
}

// Devices lists the names devices gave themselves.
func (s *Store) Devices() (out []learning.DeviceName, err error) {
	err = s.log.View(func(kv KV) error {
		kv.Scan(deviceBucket, nil, func(k, b []byte) bool {
			d := learning.Decoder{B: b[24:]}
			out = append(out, learning.DeviceName{
				Device: string(k[8:]), Stream: clock.Stream(k[:8]), Name: d.String(), School: d.String(),
			})
			return true
		})
		return nil
	})
	arrange.By(out, func(a, b learning.DeviceName) int { return strings.Compare(a.Device, b.Device) })
	return out, err
}

// Counts are figures for metrics and the district; no person can be told from them.
type Counts struct {
	Learners, Teachers, Administrators, Classes int // not archived
	Attempts, Right, Views                      int
	// Units, one learner with one resource; without those that only the days between answers show to be mastered.
	Started, Finished, Mastered int
}

// Counts sums the school; everybody may read it.
func (s *Store) Counts() (out Counts, err error) {
	err = s.view(learning.Actor{}, func(v viewer) error {
		c := readCount(v.kv.Get(countBucket, v.tag[:]))
		out = Counts{
			Attempts: int(c.Attempts), Right: int(c.Right), Views: int(c.Views),
			Started: int(c.Started), Finished: int(c.Finished), Mastered: int(c.Mastered),
			Classes: len(v.classes(func(learning.ClassID) bool { return true })),
		}
		return v.everybody(func(p learning.Person) {
			switch {
			case p.Archived:
			case p.Role == learning.Learner:
				out.Learners++
			case p.Role == learning.Teacher:
				out.Teachers++
			case p.Role == learning.Administrator:
				out.Administrators++
			}
		})
	})
	return out, err
}

// administers is nil for administrators and the box.
func (s *Store) administers(a learning.Actor, what string) error {
	return s.view(a, func(v viewer) error {
		if !v.admin {
			return notAllowed(what)
		}
		return nil
	})
}

// append hands drafts to the log and waits until they are acknowledged.
func (s *Store) append(ctx context.Context, drafts ...learning.Draft) error {
	out := make([]eventlog.Draft, len(drafts))
	for i, d := range drafts {
		out[i] = eventlog.Draft(d)
	}
	_, err := s.log.Append(ctx, out...)
	return err
}
