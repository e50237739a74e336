package store

import (
	"context"
	"fmt"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A Pushed is a push as it was said last, and where its event stands.
type Pushed struct {
	learning.Push
	Dot  clock.Dot
	When learning.When
	at   learning.Order
}

// Push sends something to the schools of a district, or takes it back; officers and administrators of the district. An ID
// that is set may be posted again: it is one push.
func (s *Store) Push(ctx context.Context, a learning.Actor, p learning.Push) (learning.PushID, error) {
	if p.ID == "" {
		p.ID = learning.NewID[learning.PushID]()
	}
	if err := p.Check(); err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	if err := s.Oversees(a); err != nil {
		return "", err
	}
	return p.ID, s.append(ctx, p.Draft())
}

// Pushes lists what was pushed and not taken back, by id; from says whose word counts: streams of the district.
func (s *Store) Pushes(from func(clock.Stream) bool) (out []Pushed, err error) {
	err = s.log.View(func(kv KV) error {
		kv.Scan(pushBucket, nil, func(k, b []byte) bool {
			if !from(clock.Stream(k[16:24])) {
				return true
			}
			p := readPush(k, b)
			p.When = when(kv, p.stamp)
			if n := len(out); n == 0 || out[n-1].ID != p.ID {
				out = append(out, p.Pushed)
			} else if p.at.After(out[n-1].at) {
				out[n-1] = p.Pushed
			}
			return true
		})
		return nil
	})
	kept := out[:0]
	for _, p := range out {
		if !p.Gone {
			kept = append(kept, p)
		}
	}
	return kept, err
}

// Newer says whether p was said after o.
func (p *Pushed) Newer(o *Pushed) bool { return p.at.After(o.at) }

type storedPush struct {
	Pushed
	stamp clock.Stamp
}

func applyPush(kv KV, ev *segment.Event) error {
	p, err := learning.ParsePush(ev)
	if err != nil {
		return err
	}
	raw, _ := learning.Raw(p.ID)
	var e learning.Encoder
	e.Raw(ev.Stamp.Boot[:])
	e.Uint(uint64(max(0, ev.Stamp.MS)))
	o := &p.Offer
	for _, s := range []string{p.What, p.Setting, p.Text, string(o.Course), o.Edition, o.Format, o.Title, o.Language, o.Licence, o.Manifest} {
		e.String(s)
	}
	e.Uint(uint64(o.Size))
	e.Uint(uint64(o.Bytes))
	e.Bool(p.Gone)
	e.Uint(uint64(len(p.Schools)))
	for _, s := range p.Schools {
		e.String(s)
	}
	putLast(kv, pushBucket, join(raw[:], ev.Stream[:]), learning.OrderOf(ev), e.B)
	return nil
}

func readPush(k, v []byte) (p storedPush) {
	p.ID = hexID[learning.PushID](k[:16])
	copy(p.at[:], v)
	p.Dot = p.at.Dot()
	d := learning.Decoder{B: v[24:]}
	copy(p.stamp.Boot[:], d.Raw(8))
	p.stamp.MS = int64(d.Uint())
	o := &p.Offer
	var course string
	for _, s := range []*string{&p.What, &p.Setting, &p.Text, &course, &o.Edition, &o.Format, &o.Title, &o.Language, &o.Licence, &o.Manifest} {
		*s = d.String()
	}
	o.Course = content.CourseID(course)
	o.Size, o.Bytes, p.Gone = int64(d.Uint()), int64(d.Uint()), d.Bool()
	for n := d.Uint(); n > 0 && !d.Bad; n-- {
		p.Schools = append(p.Schools, d.String())
	}
	return p
}
