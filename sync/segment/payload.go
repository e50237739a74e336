package segment

import (
	"fmt"
	"io/fs"
	"math"
	"slices"

	"lamplight/sync/clock"
)

// The payload of version 1 is one stream of range-coded bits (coder.go); what is coded, in order (model.go says how a
// number or text is; "column" is a new model):
//
//	kinds that Past has not seen: column of count and lengths, and their text; column of each event's kind (if more than one)
//	order: column of first Lamport and zigzag differences
//	boots: column of indexes into the header's (if more than one)
//	stamps: column of unit in ms, zigzag first stamp in units, zigzag differences
//	bodies: a bit each for "has one", by the one before; hashes as they are
//	then for each kind that has events, a column of: how many columns Past has not seen with it, their numbers, 8 bits of type
//	presence: for each event of the kind and each column a bit, by column and the three before it in the event
//	then for each column the values of those present:
//	  Uint, Int   one bit "differences"; column of values, Int and differences as zigzag
//	  Bytes       column of references into Past (0: a new one), then the new ones as Text
//	  others      column of lengths; one bit "as they are"; the bytes, as they are or as text
type codec struct {
	coder
	past   *Past
	write  bool
	budget int  // canonical bytes that may still be made
	bad    bool // reading: damaged; nothing more is made
}

// Limits of a payload. The second bounds what references and models can blow up to.
const (
	maxKinds   = 256
	maxDecoded = MaxSigned // canonical bytes of all events of a segment
)

// encodePayload writes the payload of events, which follow p, and moves p past them. boots are those of the header.
// It fails when p has met more kinds or columns than a reader would take.
func encodePayload(events []*Event, p *Past, boots []clock.Boot) ([]byte, error) {
	e := newEncoder()
	c := &codec{coder: writing{e}, past: p, write: true, budget: math.MaxInt}
	c.events(events, boots)
	if c.bad {
		return nil, fmt.Errorf("segment: more than %d kinds or %d columns of ids: %w", maxKinds, maxColumns, fs.ErrInvalid)
	}
	return e.finish(), nil
}

// decodePayload reads h.Count events; p is where the header said it must be and moves past them.
func decodePayload(payload []byte, h *Header, p *Past) ([]Event, error) {
	events := make([]Event, h.Count)
	pointers := make([]*Event, h.Count)
	for i := range events {
		pointers[i] = &events[i]
		events[i].Dot, events[i].Scope = clock.Dot{Stream: h.Stream, Seq: h.First + uint64(i)}, h.Scope
	}
	r := newBitReader(payload)
	c := &codec{coder: reading{r}, past: p, budget: maxDecoded}
	c.events(pointers, h.Boots)
	if c.bad || len(r.in) > 0 {
		return nil, fmt.Errorf("payload: damaged: %w", fs.ErrInvalid)
	}
	return events, nil
}

func (c *codec) events(events []*Event, boots []clock.Boot) {
	tables := c.kinds(events)
	c.order(events)
	c.boots(events, boots)
	c.stamps(events)
	c.bodies(events)
	for _, t := range tables {
		if c.bad {
			return
		}
		if len(t.events) == 0 {
			continue
		}
		c.columns(t)
		c.presence(t)
		for i := range t.cols {
			c.values(t, &t.cols[i])
		}
	}
}

// limit fails the reading of a number that is larger than honest ones.
func (c *codec) limit(v uint64, most int) int {
	if v > uint64(most) {
		c.bad = true
		return 0
	}
	return int(v)
}

// spend counts n canonical bytes against the budget.
func (c *codec) spend(n int) bool {
	if c.budget -= n; c.budget < 0 {
		c.bad = true
	}
	return !c.bad
}

// A table is the events of one kind and the columns that any of them has.
type table struct {
	name   string
	events []*Event
	schema *schema
	cols   []tableColumn // those of the schema
}

type tableColumn struct {
	Field          // Col and Type
	here  []*Event // those that have it
}

func (c *codec) kinds(events []*Event) []*table {
	c.newKinds(events)
	var tables []*table
	index := map[string]int{}
	for i, name := range c.past.kinds {
		index[name] = i
		tables = append(tables, &table{name: name, schema: c.past.schema(name)})
	}
	var which numbers
	for _, e := range events {
		k := index[e.Kind]
		if len(tables) > 1 {
			k = c.limit(which.code(c, uint64(k)), maxKinds)
		}
		if c.bad || k >= len(tables) || !c.spend(len(tables[k].name)+80) {
			c.bad = true
			return nil
		}
		e.Kind = tables[k].name
		tables[k].events = append(tables[k].events, e)
	}
	return tables
}

// newKinds codes the kinds that past has not seen.
func (c *codec) newKinds(events []*Event) {
	var fresh []string
	if c.write {
		for _, e := range events {
			if !slices.Contains(c.past.kinds, e.Kind) && !slices.Contains(fresh, e.Kind) {
				fresh = append(fresh, e.Kind)
			}
		}
	}
	var m numbers
	var text letters
	n := c.limit(m.code(c, uint64(len(fresh))), maxKinds)
	for i := 0; i < n && !c.bad; i++ {
		var name string
		if c.write {
			name = fresh[i]
		}
		size := c.limit(m.code(c, uint64(len(name))), MaxKind)
		c.past.kinds = append(c.past.kinds, string(c.text(&text, []byte(name), size)))
	}
	if len(c.past.kinds) > maxKinds {
		c.bad = true
	}
}

func (c *codec) order(events []*Event) {
	var m numbers
	last := uint64(0)
	for _, e := range events {
		e.Lamport = last + uint64(unzigzag(m.code(c, zigzag(int64(e.Lamport-last)))))
		last = e.Lamport
	}
}

func (c *codec) boots(events []*Event, boots []clock.Boot) {
	var m numbers
	for _, e := range events {
		i := 0
		if len(boots) > 1 {
			i = c.limit(m.code(c, uint64(max(0, slices.Index(boots, e.Stamp.Boot)))), len(boots)-1)
		}
		if i >= len(boots) || c.bad {
			c.bad = true
			return
		}
		e.Stamp.Boot = boots[i]
	}
}

func (c *codec) stamps(events []*Event) {
	unit := int64(1000)
	for _, e := range events {
		for e.Stamp.MS%unit != 0 {
			unit /= 10
		}
	}
	var m, diffs numbers
	if unit = int64(m.code(c, uint64(unit))); unit < 1 || unit > 1000 {
		c.bad = true
		return
	}
	last := unzigzag(m.code(c, zigzag(events[0].Stamp.MS/unit)))
	events[0].Stamp.MS = last * unit
	for _, e := range events[1:] {
		last += unzigzag(diffs.code(c, zigzag(e.Stamp.MS/unit-last)))
		e.Stamp.MS = last * unit
	}
}

func (c *codec) bodies(events []*Event) {
	var m [2]bit
	before := 0
	for _, e := range events {
		if !c.bit(&m[before], e.BodyHash != ([32]byte{})) {
			before = 0
			continue
		}
		before = 1
		for i := range e.BodyHash {
			e.BodyHash[i] = byte(c.direct(uint64(e.BodyHash[i]), 8))
		}
	}
}
