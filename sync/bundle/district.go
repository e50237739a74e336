package bundle

import (
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// districts says whether a certificate is of a box of our school's district.
func (p *Porter) districts(c device.Certificate) bool {
	d := p.o.Registry.District()
	return d != nil && d.ID() == c.SchoolID()
}

// place is what a district holds of a school, nil when it holds none of it. It stays open until the visit ends.
func (v *visit) place(school string) *exchange.Place {
	if v.o.Schools == nil {
		return nil
	}
	if p, asked := v.places[school]; asked {
		return p
	}
	v.places[school] = nil
	p, err := v.o.Schools.Place(v.ctx, exchange.SchoolTag(school))
	if err != nil || p.School != school {
		return nil
	}
	v.places[school] = &p
	v.introduceTo(p.Registry, func(c device.Certificate) bool { return c.SchoolID() == school })
	return &p
}

func (v *visit) leavePlaces() {
	for _, p := range v.places {
		if p != nil && p.Leave != nil {
			p.Leave()
		}
	}
}

// deliver gives a piece to the log of a school that this district holds. took is false for what is to be carried: it can be
// opened by the school alone, or waits for what comes before it.
func (v *visit) deliver(school string, p piece, b []byte) (newEvents int, took bool) {
	place := v.place(school)
	if place == nil {
		return 0, false
	}
	raw := b
	if p.Sealed {
		var err error
		if raw, err = segment.OpenSealed(b, v.keys()...); err != nil {
			return 0, false
		}
	}
	held := place.Log.Vector()[p.Stream]
	if p.First > held+1 && !forked(place.Log, p.Stream) || !heeded(place.Registry, raw, "") && !heeded(place.Registry, raw, v.word(p, b)) {
		return 0, false
	}
	if p.Last() <= held && sameEnd(place.Log, p) {
		return 0, true
	}
	n, err := place.Log.Receive(raw)
	if err != nil {
		v.o.Logger.Warn("a segment that was brought is refused", "school", school, "err", err)
		v.res.Refused++
	}
	return n, true
}

// allHeld is what our receipt covers: our own vector, and of the schools that we hold or carry for and that were here theirs.
func (v *visit) allHeld() clock.Vector {
	out := v.vector()
	if v.o.Schools == nil {
		return out
	}
	for id, a := range v.authors {
		if school := a.school(id); school != "" && id != v.own {
			if p := v.place(school); p != nil {
				out.Merge(p.Log.Vector())
				out.Merge(v.o.Carry.Vector(school))
			}
		}
	}
	return out
}

// isHere says whether a box of that school was at this carrier.
func (v *visit) isHere(school string) bool {
	for id, a := range v.authors {
		if a.school(id) == school {
			return true
		}
	}
	return false
}
