package store

import (
	"bytes"
	"context"
	"time"

	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// ReportOps tells the district how this box is; the box only.
func (s *Store) ReportOps(ctx context.Context, a learning.Actor, o learning.Ops) error {
	if !a.IsBox() {
		return notAllowed("report on the box")
	}
	return s.append(ctx, o.Draft())
}

// A BoxOps is the last report of a device from one machine. Whether Stream belongs to the device that it names, the
// registry knows. One device that reports from two machines in turns was cloned: see Overlaps.
type BoxOps struct {
	learning.Ops
	Stream clock.Stream
	first  learning.Order
	last   learning.Order
}

// Overlaps says whether two machines of one device were in use at once: neither began when it knew all that the other wrote.
// Lamport numbers tell; what stands after them in an Order does not.
func (b *BoxOps) Overlaps(o *BoxOps) bool {
	return bytes.Compare(b.first[:8], o.last[:8]) <= 0 && bytes.Compare(o.first[:8], b.last[:8]) <= 0
}

// Later says whether b was written after o.
func (b *BoxOps) Later(o *BoxOps) bool { return b.last.After(o.last) }

// Boxes lists the last report of each device and machine; what they say names no person.
func (s *Store) Boxes() (out []BoxOps, err error) {
	err = s.log.View(func(kv KV) error {
		kv.Scan(opsBucket, nil, func(k, b []byte) bool {
			out = append(out, readOps(k, b))
			return true
		})
		return nil
	})
	return out, err
}

func applyOps(kv KV, ev *segment.Event) error {
	o, err := learning.ParseOps(ev)
	if err != nil {
		return err
	}
	key := join(ev.Stream[:], []byte(o.Machine))
	last := learning.OrderOf(ev)
	first := last
	if old := kv.Get(opsBucket, key); old != nil {
		if o := learning.Order(old[24:48]); first.After(o) {
			first = o
		}
		if was := learning.Order(old[:24]); was.After(last) {
			kv.Put(opsBucket, key, join(old[:24], first[:], old[48:]))
			return nil
		}
	}
	kv.Put(opsBucket, key, join(last[:], first[:], encodeOps(&o)))
	return nil
}

func encodeOps(o *learning.Ops) []byte {
	var e learning.Encoder
	e.String(o.Device)
	e.Uint(uint64(o.Wall.UnixMilli()))
	e.Bool(o.Believed)
	e.Uint(uint64(o.Free + 1))
	e.Uint(uint64(o.Total))
	e.Uint(uint64(o.Unclean))
	e.String(o.Version)
	e.Uint(uint64(o.Waiting))
	e.Bool(!o.Oldest.IsZero())
	if !o.Oldest.IsZero() {
		e.Uint(uint64(o.Oldest.UnixMilli()))
	}
	e.String(o.Machine)
	e.String(o.Way)
	e.Uint(uint64(len(o.NotTaken)))
	for _, n := range o.NotTaken {
		e.String(string(n.Push))
		e.Uint(uint64(n.Why))
	}
	return e.B
}

func readOps(k, v []byte) (b BoxOps) {
	copy(b.Stream[:], k)
	copy(b.last[:], v)
	copy(b.first[:], v[24:])
	d := learning.Decoder{B: v[48:]}
	b.Device = d.String()
	b.Wall = time.UnixMilli(int64(d.Uint())).UTC()
	b.Believed = d.Bool()
	b.Free, b.Total = int64(d.Uint())-1, int64(d.Uint())
	b.Unclean, b.Version, b.Waiting = int(d.Uint()), d.String(), int(d.Uint())
	if d.Bool() {
		b.Oldest = time.UnixMilli(int64(d.Uint())).UTC()
	}
	b.Machine, b.Way = d.String(), d.String()
	for n := d.Uint(); n > 0 && !d.Bad; n-- {
		b.NotTaken = append(b.NotTaken, learning.NotTaken{Push: learning.PushID(d.String()), Why: learning.PushTrouble(d.Uint())})
	}
	return b
}

// At is where the report stands in order.
func (b *BoxOps) At() learning.Order { return b.last }
