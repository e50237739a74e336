package store

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A box that is new in its school, or came back from an old backup, is sent a snapshot before the events that it stands for.
// It is laid over the folds while they are read and is never part of them: the log folds events alone, so what they add up to
// is the same with a snapshot as without. What the events say that it does not stand for goes before what it says. Once all
// events are here that it stands for, it is dropped.

// A past is a snapshot that is shown.
type past struct {
	tag     schoolTag
	at      clock.Vector // what it stands for
	book    pastBook
	of      map[learnerKey]int  // learners of book
	names   map[resourceKey]int // resources of book
	totals  []total             // of learners
	count   count
	records *overlay            // records, and what is found through them; nil: it tells of none
	keys    map[string][]string // of records, by bucket, ascending
}

// ShowPast lays a snapshot of a school, as Snapshot gave it, over the folds, until ForgetPast; at is how far each stream goes
// that it stands for. What cannot be read is fs.ErrInvalid, and leaves what was shown.
func (s *Store) ShowPast(school string, learn, who []byte, at clock.Vector) error {
	p := &past{tag: tagOf(school), at: at, of: map[learnerKey]int{}, names: map[resourceKey]int{}}
	if err := p.book.code(segment.ReadScribe(learn), min(1000+32*len(learn), maxPastRows)); err != nil {
		return err
	}
	if len(p.book.learners) > 0 && len(p.book.resources) > 0 && len(p.book.moments) == 0 {
		return fmt.Errorf("store: a snapshot without a moment: %w", fs.ErrInvalid)
	}
	p.sum()
	if who != nil {
		p.index(codeRoster(segment.ReadScribe(who), nil, 1000+len(who)))
	}
	s.past.Store(p)
	s.Forget()
	return nil
}

// ForgetPast shows what the events say, and nothing else.
func (s *Store) ForgetPast() {
	if s.past.Swap(nil) != nil {
		s.Forget()
	}
}

// ShowsPast says whether a snapshot is shown.
func (s *Store) ShowsPast() bool { return s.past.Load() != nil }

// PastAt is how far each stream goes that the snapshot which is shown stands for, nil if none is; not to be changed.
func (s *Store) PastAt() clock.Vector {
	if p := s.past.Load(); p != nil {
		return p.at
	}
	return nil
}

// sum makes the totals.
func (p *past) sum() {
	p.totals = make([]total, len(p.book.learners))
	for i := range p.book.learners {
		p.of[p.book.learners[i].key] = i
	}
	for n := range p.book.resources {
		r := &p.book.resources[n]
		key := resourceOf(r.id)
		p.names[key] = n
		for j := range r.rows {
			row := &r.rows[j]
			u, t := p.book.unit(r, row), &p.totals[row.learner]
			t.Started++
			t.Attempts, t.Right = t.Attempts+u.Mastery.Attempts, t.Right+u.Mastery.Correct
			t.Finished, t.Mastered = t.Finished+boolBit(u.complete()), t.Mastered+boolBit(u.Mastery.Mastered)
			t.help(key, u.Mastery.Help)
			if p.book.learners[row.learner].hot == n {
				t.Hot, t.Unit = key, u.encode()
			}
		}
	}
	for i := range p.totals {
		t := &p.totals[i]
		p.count.Attempts, p.count.Right, p.count.Started = p.count.Attempts+t.Attempts, p.count.Right+t.Right, p.count.Started+t.Started
		p.count.Finished, p.count.Mastered = p.count.Finished+t.Finished, p.count.Mastered+t.Mastered
	}
}

// index keeps records as folds do.
func (p *past) index(records []pastRecord) {
	p.records = &overlay{put: map[string]map[string][]byte{}}
	var none learning.Record
	for _, r := range records {
		rec := learning.RecordOf(r.writes, r.kind == learning.KindEnrol)
		var s learning.Subject
		switch len(r.ids) {
		case 2:
			s.ID, s.Second = r.ids[0], r.ids[1]
		case 1:
			s.ID = r.ids[0]
		}
		p.records.Put(recordBucket, subjectKey(r.kind, p.tag, s), rec.Encode())
		switch r.kind {
		case learning.KindClass:
			indexLinks(p.records, p.tag, r.kind, s.ID, &none, &rec)
		case learning.KindPerson:
			indexNames(p.records, p.tag, s.ID, &none, &rec)
			indexAlias(p.records, p.tag, s.ID, &rec)
		case learning.KindSecret:
			indexCard(p.records, p.tag, s.ID, &none, &rec)
		case learning.KindEnrol:
			indexMember(p.records, p.tag, s, &rec)
		}
	}
	for key := range p.records.put[loginBucket] {
		p.records.put[loginBucket][key] = []byte{} // nil is nothing
	}
	p.keys = map[string][]string{}
	for bucket, all := range p.records.put {
		p.keys[bucket] = slices.Sorted(maps.Keys(all))
	}
}

// A pastLog is the log, with what is shown of the past laid over its folds.
type pastLog struct {
	Log
	s *Store
}

// View costs nothing more where no snapshot is shown.
func (l pastLog) View(fn func(kv KV) error) error {
	p := l.s.past.Load()
	if p == nil {
		return l.Log.View(fn)
	}
	var held clock.Vector // before the folds are read, so that they hold all of it
	if h, ok := l.Log.(interface{ Held() clock.Vector }); ok {
		held = h.Held()
	}
	return l.Log.View(func(kv KV) error { return fn(pastKV{kv, p, held}) })
}

// A pastKV is the folds as they are read while a snapshot is shown.
type pastKV struct {
	KV
	p    *past
	held clock.Vector // how far the folds go, at least
}

func (k pastKV) Get(bucket string, key []byte) []byte {
	switch {
	case bucket == totalBucket && len(key) == 16:
		return k.total(learnerKey(key))
	case bucket == unitBucket && len(key) == 32:
		if u, ok := k.unit(learnerKey(key[16:]), resourceKey(key[:16])); ok {
			return u.encode()
		}
		return nil
	case bucket == touchedBucket && len(key) == 32:
		if r, _ := k.row(learnerKey(key[:16]), resourceKey(key[16:])); r != nil {
			return []byte(r.id)
		}
	case bucket == practisedBucket && len(key) == 32:
		if _, row := k.row(learnerKey(key[:16]), resourceKey(key[16:])); row != nil && row.flags&pastPractised != 0 {
			return []byte{}
		}
	case bucket == countBucket:
		c := readCount(k.KV.Get(bucket, key))
		for i, n := range c.fields() {
			*n = max(*n, *k.p.count.fields()[i])
		}
		return c.encode()
	case k.p.records != nil && slices.Contains(pastBuckets, bucket):
		return k.found(bucket, key)
	}
	return k.KV.Get(bucket, key)
}

var (
	pastBuckets = []string{recordBucket, loginBucket, cardBucket, memberBucket, aliasBucket, linkBucket}
	workBuckets = []string{totalBucket, unitBucket, touchedBucket, practisedBucket}
)

// row is what the snapshot tells of a learner and a resource, nil nothing.
func (k pastKV) row(l learnerKey, r resourceKey) (*pastResource, *pastRow) {
	i, ok := k.p.of[l]
	n, known := k.p.names[r]
	if !ok || !known {
		return nil, nil
	}
	res := &k.p.book.resources[n]
	row := res.row(i)
	if row == nil {
		return nil, nil
	}
	return res, row
}

// unit is all that is known of one learner with one resource.
func (k pastKV) unit(l learnerKey, r resourceKey) (unit, bool) {
	b := k.KV.Get(unitBucket, unitKey(r, l))
	if t := readTotal(k.KV.Get(totalBucket, l[:])); t.Unit != nil && t.Hot == r {
		b = t.Unit
	}
	res, row := k.row(l, r)
	if row == nil {
		return readUnit(b), b != nil
	}
	u := k.p.book.unit(res, row)
	if b != nil {
		is := readUnit(b)
		k.continued(&u, &is, res.id)
	}
	return u, true
}

// continued goes on from a unit of the snapshot with the answers that it does not stand for; where all are here that it does
// stand for, events have the word.
func (k pastKV) continued(u, is *unit, r content.ResourceID) {
	chain := placeAt(k.KV, "", learnerKey{}, r).chain(is.Tail)
	later := slices.DeleteFunc(slices.Clone(chain), func(c counted) bool { return k.p.at.Holds(c.Order.Dot()) })
	if uint64(len(chain)) >= u.Mastery.Attempts+uint64(len(later)) && is.Percent >= u.Percent && (is.Finished || !u.Finished) {
		*u = *is
		return
	}
	for i := range later {
		u.Mastery.Step(&later[i].Attempt, later[i].Stamp)
	}
	u.Finished, u.Percent, u.Best = u.Finished || is.Finished, max(u.Percent, is.Percent), max(u.Best, is.Best)
	if is.Placed.After(u.Placed) {
		u.Placed, u.Position = is.Placed, is.Position
	}
	if is.Tail != (learning.Order{}) {
		u.Tail = is.Tail
	}
	if is.Last.After(u.Last) {
		u.Last, u.Stamp, u.Course = is.Last, is.Stamp, is.Course
	}
	u.Views, u.Looked, u.Answered, u.Mark, u.Loose, u.Tries = is.Views, is.Looked, is.Answered, is.Mark, is.Loose, is.Tries
}

// total is a learner's, with what the snapshot tells of every resource that the events do not tell more of.
func (k pastKV) total(l learnerKey) []byte {
	b := k.KV.Get(totalBucket, l[:])
	i, ok := k.p.of[l]
	if !ok {
		return b
	}
	t := k.p.totals[i]
	if b == nil {
		return t.encode()
	}
	t.Help = slices.Clone(t.Help)
	last := readUnit(t.Unit).Last
	k.KV.Scan(touchedBucket, l[:], func(key, _ []byte) bool {
		r := resourceKey(key[len(l):])
		var was unit
		res, row := k.row(l, r)
		if row != nil {
			was = k.p.book.unit(res, row)
		}
		is, _ := k.unit(l, r)
		t.Attempts += is.Mastery.Attempts - was.Mastery.Attempts
		t.Right += is.Mastery.Correct - was.Mastery.Correct
		t.Finished += boolBit(is.complete()) - boolBit(was.complete())
		t.Mastered += boolBit(is.Mastery.Mastered) - boolBit(was.Mastery.Mastered)
		t.Started += boolBit(row == nil)
		t.Mark += is.Mark
		t.help(r, is.Mastery.Help)
		if t.Hot == r || is.Last.After(last) {
			last, t.Hot, t.Unit = is.Last, r, is.encode()
		}
		return true
	})
	return t.encode()
}
