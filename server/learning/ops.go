package learning

import (
	"fmt"
	"io/fs"
	"math"
	"slices"
	"time"

	"lamplight/sync/segment"
)

// An Ops is how one box is, as it says itself: once after it was switched on and once a day. It names no person.
type Ops struct {
	Device   string
	Wall     time.Time // what its clock says
	Believed bool      // it has reason to believe that
	Free     int64     // bytes free on its card; −1 not known
	Total    int64
	Unclean  int // how often it stopped without being told to
	Version  string
	Waiting  int       // its events that the district was not known to have
	Oldest   time.Time // when the oldest of them was written, by its clock; zero: none, or not known
	Machine  string    // 8 bytes that differ between boards; "" the board says nothing of itself
	Way      string    // how it met its district last: "lan", "upstream", "stick"; "" never
	NotTaken []NotTaken
}

// A NotTaken is a push that a box does not carry out, and why.
type NotTaken struct {
	Push PushID
	Why  PushTrouble
}

// A PushTrouble is why a box does not carry out a push.
type PushTrouble byte

const (
	PushNoRoom   PushTrouble = 1 // its card is too full
	PushUnwanted PushTrouble = 2 // somebody at the school removed the course, or said that it is not to come
)

// maxNotTaken is how many pushes one report speaks of.
const maxNotTaken = 100

// Draft makes the event of a report.
func (o *Ops) Draft() Draft {
	var c columns
	c.bytes(opsDevice, []byte(o.Device))
	c = append(c, segment.Field{Col: opsWall, Type: segment.Int, Num: uint64(o.Wall.UnixMilli())})
	c.uint(opsBelieved, bit(o.Believed))
	c.uint(opsFree, uint64(o.Free+1))
	c.uint(opsTotal, uint64(max(0, o.Total)))
	c.uint(opsUnclean, uint64(max(0, o.Unclean)))
	c.text(opsVersion, o.Version)
	c.uint(opsWaiting, uint64(max(0, o.Waiting)))
	if !o.Oldest.IsZero() {
		c = append(c, segment.Field{Col: opsOldest, Type: segment.Int, Num: uint64(o.Oldest.UnixMilli())})
	}
	c.bytes(opsMachine, []byte(o.Machine))
	c.bytes(opsWay, []byte(o.Way))
	var not []byte
	for _, n := range o.NotTaken[:min(len(o.NotTaken), maxNotTaken)] {
		if id, ok := Raw(n.Push); ok {
			not = append(append(not, id[:]...), byte(n.Why))
		}
	}
	c.bytes(opsNotTaken, not)
	return Draft{Scope: Health.Scope(""), Kind: KindOps, Fields: c}
}

// ParseOps reads an ops/1 event.
func ParseOps(e *segment.Event) (Ops, error) {
	o := Ops{
		Device: string(e.Bytes(opsDevice)), Wall: time.UnixMilli(int64(e.Uint(opsWall))).UTC(), Believed: e.Uint(opsBelieved) == 1,
		Free: int64(min(e.Uint(opsFree), math.MaxInt64)) - 1, Total: int64(min(e.Uint(opsTotal), math.MaxInt64)),
		Unclean: int(min(e.Uint(opsUnclean), math.MaxInt32)), Version: string(e.Bytes(opsVersion)), Waiting: int(min(e.Uint(opsWaiting), math.MaxInt32)),
		Machine: string(e.Bytes(opsMachine)), Way: string(e.Bytes(opsWay)),
	}
	if at := e.Uint(opsOldest); at != 0 {
		o.Oldest = time.UnixMilli(int64(at)).UTC()
	}
	if err := word("device id", o.Device, 1, 64); err != nil {
		return o, fmt.Errorf("%s: %w", e.Kind, err)
	}
	not := e.Bytes(opsNotTaken)
	bad := len(o.Version) > 200 || len(o.Machine) != 0 && len(o.Machine) != 8 || len(o.Way) > 16 || len(not)%17 != 0 || len(not) > 17*maxNotTaken
	for _, at := range []time.Time{o.Wall, o.Oldest} {
		bad = bad || !at.IsZero() && (at.Year() < 1900 || at.Year() > maxYear)
	}
	if bad {
		return o, fmt.Errorf("%s: sizes or dates out of range: %w", e.Kind, fs.ErrInvalid)
	}
	for n := range slices.Chunk(not, 17) {
		o.NotTaken = append(o.NotTaken, NotTaken{Push: textID[PushID](n[:16]), Why: PushTrouble(n[16])})
	}
	return o, nil
}
