package store

import (
	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// AuditDays is how many days back the list of deeds goes: what is older is not shown any more.
const AuditDays = 400

// A Deed is a line of the list of what was done with what is held of people.
type Deed struct {
	learning.Act
	Name, By string // of whom, and who did it; "" of somebody erased, By also of the box itself
	Day      int    // 0 where it is not known
}

// Deeds lists what was done with what is held of people, the last first: of one person, or (whom "") of all; on one day of
// the school, or (day 0) all of AuditDays. Administrators alone. Who is erased stands in it without a name.
func (s *Store) Deeds(a learning.Actor, whom learning.PersonID, day int) (out []Deed, err error) {
	today, dated := s.Today().Day()
	err = s.view(a, func(v viewer) error {
		if !v.admin {
			return notAllowed("see who looked")
		}
		calendar := s.calendarFor(v)
		names := map[learning.PersonID]string{}
		v.deeds(whom, func(act learning.Act, _ learning.Order) {
			d := Deed{Act: act}
			d.Day, _ = calendar.Day(act.When.Stamp)
			if day != 0 && d.Day != day || dated && d.Day != 0 && today-d.Day > AuditDays {
				return
			}
			d.Name, d.By = v.nameIn(names, act.Whom), v.nameIn(names, act.Who)
			out = append(out, d)
		})
		return nil
	})
	return out, err
}

// nameIn is a person's name, "" of nobody, looked up once.
func (v viewer) nameIn(names map[learning.PersonID]string, id learning.PersonID) string {
	name, known := names[id]
	if !known && id != "" {
		if p, err := v.person(id); err == nil {
			name = p.Name
		}
		names[id] = name
	}
	return name
}

// deeds passes what was done with what is held of one person, all their records, or of everybody (""), the last first.
func (v viewer) deeds(whom learning.PersonID, fn func(learning.Act, learning.Order)) {
	type ordered struct {
		act   learning.Act
		order learning.Order
	}
	var all []ordered
	read := func(k, b []byte) bool {
		if len(k) != len(v.tag)+16+len(learning.Order{}) {
			return true
		}
		d := learning.Decoder{B: b}
		x := ordered{order: learning.Order(k[len(v.tag)+16:])}
		x.act.Whom = hexID[learning.PersonID](k[len(v.tag) : len(v.tag)+16])
		if who := d.Raw(16); string(who) != string(make([]byte, 16)) {
			x.act.Who = hexID[learning.PersonID](who)
		}
		var st clock.Stamp
		copy(st.Boot[:], d.Raw(8))
		st.MS = int64(d.Uint())
		x.act.What, x.act.When = learning.Deed(d.Uint()), when(v.kv, st)
		all = append(all, x)
		return true
	}
	if whom == "" {
		v.kv.Scan(lookBucket, v.tag[:], read)
	} else {
		for _, id := range v.records(whom) {
			if raw, ok := learning.Raw(id); ok {
				v.kv.Scan(lookBucket, lookPrefix(v.tag, raw), read)
			}
		}
	}
	arrange.By(all, func(a, b ordered) int { return b.order.Compare(a.order) })
	for _, x := range all {
		fn(x.act, x.order)
	}
}

// secretActs are the deeds that go with changed ways to sign in of others who had one.
func (v viewer) secretActs(changes []change) (out []learning.Draft) {
	for _, c := range changes {
		id := hexID[learning.PersonID](c.subject.ID[:])
		if c.kind != learning.KindSecret || v.self(id) || v.kv.Get(recordBucket, subjectKey(c.kind, v.tag, c.subject)) == nil {
			continue
		}
		out = append(out, learning.Act{Whom: id, Who: v.actor.Person(), What: learning.ChangedSecret}.Draft(v.school))
	}
	return out
}
