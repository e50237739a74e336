package store

import (
	"slices"
	"sync"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// A joinedKV is the folds as they would be had each person with several records had one. Of who has one it is the folds.
// What is asked of any of the records is answered of all: the sums of views, and attempts folded anew in their order.
type joinedKV struct {
	KV
	tag    schoolTag
	school string
	of     map[learnerKey]*whole // by each record's key
	ids    map[id16]*whole       // by each record's id
}

// A whole is one person with several records.
type whole struct {
	ids    []id16
	keys   []learnerKey // of the same; the first is the record that stays
	built  *overlay     // nil until it is needed
	twice  map[string]activity
	school string
	base   KV
	kept   *joins
	asOf   []uint64 // of each record, when it was asked
}

// joins remembers folds made of several records. Apply counts what it folds of each record while it holds what View waits
// for, so that in a View the counts say whether they still hold.
type joins struct {
	mu    sync.Mutex
	heard map[learnerKey]uint64
	built map[learnerKey]*whole // by the record that stays; never changed once it is here
}

// maxJoined are as many as are remembered: of more all are forgotten.
const maxJoined = 40

func (j *joins) hear(l learnerKey) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.heard == nil {
		j.heard = map[learnerKey]uint64{}
	}
	j.heard[l]++
}

func (j *joins) forget() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.built = nil
}

// recall takes over the folds of the same records, as long as nothing new was heard of any; it notes what was heard.
func (j *joins) recall(w *whole) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	w.asOf = w.asOf[:0]
	for _, l := range w.keys {
		w.asOf = append(w.asOf, j.heard[l])
	}
	k := j.built[w.keys[0]]
	if k == nil || !slices.Equal(k.keys, w.keys) || !slices.Equal(k.asOf, w.asOf) {
		return false
	}
	w.built, w.twice = k.built, k.twice
	return true
}

func (j *joins) keep(w *whole) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.built == nil || len(j.built) >= maxJoined {
		j.built = map[learnerKey]*whole{}
	}
	j.built[w.keys[0]] = &whole{keys: w.keys, built: w.built, twice: w.twice, asOf: w.asOf}
}

// An overlay is entries in place of a KV's.
type overlay struct {
	base KV
	put  map[string]map[string][]byte // by bucket
}

func (o *overlay) Get(bucket string, key []byte) []byte {
	if v, ok := o.put[bucket][string(key)]; ok {
		return v
	}
	if bucket == attemptBucket && o.base != nil {
		return o.base.Get(bucket, key)
	}
	return nil
}

func (o *overlay) Put(bucket string, key, value []byte) {
	if bucket == countBucket {
		return // counts records
	}
	if o.put[bucket] == nil {
		o.put[bucket] = map[string][]byte{}
	}
	o.put[bucket][string(key)] = slices.Clone(value)
}

func (o *overlay) Delete(bucket string, key []byte) { delete(o.put[bucket], string(key)) }

// Scan passes the entries of the overlay alone.
func (o *overlay) Scan(bucket string, prefix []byte, fn func(k, v []byte) bool) {
	var keys []string
	for k := range o.put[bucket] {
		if len(k) >= len(prefix) && k[:len(prefix)] == string(prefix) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		if !fn([]byte(k), o.put[bucket][k]) {
			return
		}
	}
}

// join is kv, with everybody of one person's records put together.
func (v *viewer) join(kv KV, kept *joins) KV {
	if v.aliases = readAliases(kv, v.tag); v.aliases == nil {
		return kv
	}
	j := &joinedKV{KV: kv, tag: v.tag, school: v.school, of: map[learnerKey]*whole{}, ids: map[id16]*whole{}}
	for root := range v.aliases.parts {
		w := &whole{school: v.school, base: kv, kept: kept}
		for _, id := range v.records(root) {
			raw, ok := learning.Raw(id)
			if !ok {
				continue
			}
			l := learnerOf(v.school, id)
			w.ids, w.keys = append(w.ids, raw), append(w.keys, l)
			j.of[l], j.ids[raw] = w, w
		}
	}
	return j
}

// learnerAt is where in a bucket's keys the learner stands, −1 nowhere.
func learnerAt(bucket string) int {
	switch bucket {
	case totalBucket, touchedBucket, practisedBucket, looseBucket, answerBucket, levelBucket:
		return 0
	case unitBucket:
		return 16
	case activityBucket:
		return 12
	}
	return -1
}

// personal are the registers of one person that stand under their id, whatever the record.
var personal = []byte{
	recordKinds[learning.KindSettings], recordKinds[learning.KindNeeds], recordKinds[learning.KindNote], recordKinds[learning.KindBookmark],
	recordKinds[learning.KindGoal], recordKinds[learning.KindState], recordKinds[learning.KindCare],
}

// who is whose key this is, and where in it they stand; nil when it is of nobody with several records.
func (j *joinedKV) who(bucket string, key []byte) (w *whole, at int) {
	if at = learnerAt(bucket); at >= 0 && len(key) >= at+16 {
		return j.of[learnerKey(key[at:at+16])], at
	}
	if at = 1 + len(j.tag); bucket == recordBucket && len(key) >= at+16 && slices.Contains(personal, key[0]) {
		return j.ids[id16(key[at:at+16])], at
	}
	return nil, 0
}

// Get answers of a person with several records.
func (j *joinedKV) Get(bucket string, key []byte) []byte {
	if bucket == attemptBucket {
		return j.attempt(key)
	}
	if bucket == idBucket && len(key) == 21 {
		return j.counted(key)
	}
	if bucket == rollBucket {
		return j.roll(j.KV.Get(bucket, key))
	}
	w, at := j.who(bucket, key)
	if w == nil {
		return j.KV.Get(bucket, key)
	}
	switch bucket {
	case totalBucket, unitBucket, touchedBucket, practisedBucket, looseBucket:
		return w.folds().Get(bucket, w.with(key, at, 0, bucket))
	case activityBucket:
		return w.active(key, at)
	case levelBucket:
		return w.levels(key)
	}
	var first []byte
	for i := range w.ids {
		b := j.KV.Get(bucket, w.with(key, at, i, bucket))
		switch { // of words typed twice those that came first count, of settings those of the record that stays
		case b == nil:
		case first == nil, bucket == answerBucket && len(b) >= 24 && learning.Order(first[:24]).After(learning.Order(b[:24])):
			first = b
		}
	}
	return first
}

// with is a key with the i'th record in it.
func (w *whole) with(key []byte, at, i int, bucket string) []byte {
	out := slices.Clone(key)
	if bucket == recordBucket {
		copy(out[at:], w.ids[i][:])
	} else {
		copy(out[at:], w.keys[i][:])
	}
	return out
}

// attempt reads one, which a fold of several records may have put after another than its record's own.
func (j *joinedKV) attempt(order []byte) []byte {
	for _, w := range j.of {
		if w.built != nil {
			if b, ok := w.built.put[attemptBucket][string(order)]; ok {
				return b
			}
		}
	}
	return j.KV.Get(attemptBucket, order)
}

// counted looks an attempt's id up under each record: the key ends with half of the learner's.
func (j *joinedKV) counted(key []byte) []byte {
	b := j.KV.Get(idBucket, key)
	for l, w := range j.of {
		if b != nil || string(l[:8]) != string(key[13:]) {
			continue
		}
		for _, other := range w.keys {
			if b = j.KV.Get(idBucket, join(key[:13], other[:8])); b != nil {
				return b
			}
		}
	}
	return b
}

// Scan answers of a person with several records; what is not under a person passes as it is, but for activity, which is
// then of the record that stays.
func (j *joinedKV) Scan(bucket string, prefix []byte, fn func(k, v []byte) bool) {
	w, at := j.who(bucket, prefix)
	switch {
	case bucket == activityBucket && len(prefix) == 12:
		j.KV.Scan(bucket, prefix, func(k, v []byte) bool {
			if w := j.of[learnerKey(k[12:])]; w != nil {
				if v = w.less(k, v); v == nil {
					return true
				}
				k = w.with(k, 12, 0, bucket)
			}
			return fn(k, v)
		})
	case bucket == unitBucket && len(prefix) == 16:
		j.units(prefix, fn)
	case bucket == rollBucket:
		j.KV.Scan(bucket, prefix, func(k, v []byte) bool { return fn(k, j.roll(v)) })
	case w == nil:
		j.KV.Scan(bucket, prefix, fn)
	case bucket == touchedBucket || bucket == practisedBucket || bucket == looseBucket:
		w.folds().Scan(bucket, w.with(prefix, at, 0, bucket), fn)
	default:
		j.union(w, bucket, prefix, at, fn)
	}
}

// units passes those of a resource, of a person with several records theirs together.
func (j *joinedKV) units(resource []byte, fn func(k, v []byte) bool) {
	on, done := true, map[*whole]bool{}
	one := func(w *whole) bool {
		done[w] = true
		key := join(resource, w.keys[0][:])
		b := w.folds().Get(unitBucket, key)
		return b == nil || fn(key, b)
	}
	j.KV.Scan(unitBucket, resource, func(k, v []byte) bool {
		if w := j.of[learnerKey(k[16:])]; w == nil {
			on = fn(k, v)
		} else if !done[w] {
			on = one(w)
		}
		return on
	})
	for _, w := range j.of { // whose units lay in the totals of their records, and now is not the last used
		if on && !done[w] {
			on = one(w)
		}
	}
}

// roll is a register in which every record of a person is that person.
func (j *joinedKV) roll(b []byte) []byte {
	s, err := learning.ReadSheet(slices.Clone(b))
	if b == nil || err != nil {
		return b
	}
	changed := false
	for i := range s.Writes {
		w := &s.Writes[i]
		for k := 0; k < len(w.Marks); k++ {
			x := j.ids[w.Marks[k].Key]
			if x == nil || x.ids[0] == w.Marks[k].Key {
				continue
			}
			changed = true
			if slices.ContainsFunc(w.Marks, func(m learning.Mark) bool { return m.Key == x.ids[0] }) {
				w.Marks = slices.Delete(w.Marks, k, k+1)
				k--
			} else {
				w.Marks[k].Key = x.ids[0]
			}
		}
	}
	if !changed {
		return b
	}
	return s.Encode()
}

// union passes the entries under each record as if they stood under the first; of two that are then one the first's.
func (j *joinedKV) union(w *whole, bucket string, prefix []byte, at int, fn func(k, v []byte) bool) {
	o := &overlay{put: map[string]map[string][]byte{}}
	for i := range w.ids {
		j.KV.Scan(bucket, w.with(prefix, at, i, bucket), func(k, v []byte) bool {
			key := w.with(k, at, 0, bucket)
			if _, had := o.put[bucket][string(key)]; !had {
				o.Put(bucket, key, v)
			}
			return true
		})
	}
	o.Scan(bucket, w.with(prefix, at, 0, bucket), fn)
}

// levels is what level checks under each record say.
func (w *whole) levels(key []byte) []byte {
	var sum learning.Sheet
	for i := range w.keys {
		one, err := learning.ReadSheet(slices.Clone(w.base.Get(levelBucket, w.with(key, 0, i, levelBucket))))
		if err != nil {
			continue
		}
		for _, x := range one.Writes {
			sum.Add(x)
		}
	}
	if len(sum.Writes) == 0 {
		return nil
	}
	return sum.Encode()
}

// active sums a quarter of an hour over the records.
func (w *whole) active(key []byte, at int) []byte {
	var sum activity
	for i := range w.keys {
		k := w.with(key, at, i, activityBucket)
		if b := w.less(k, w.base.Get(activityBucket, k)); b != nil {
			sum.add(readActivity(b))
		}
	}
	if sum == (activity{}) {
		return nil
	}
	return sum.encode()
}

// less is what was done under one record in a quarter of an hour, without answers that another record has, too.
func (w *whole) less(key, value []byte) []byte {
	w.folds()
	by, ok := w.twice[string(key)]
	if !ok || value == nil {
		return value
	}
	a := readActivity(value)
	a.add(by)
	if a == (activity{}) {
		return nil
	}
	return a.encode()
}

// folds are the person's learning folds, made anew of all records, once a view.
func (w *whole) folds() KV {
	if w.built != nil || w.kept.recall(w) {
		return w.built
	}
	w.built = &overlay{base: w.base, put: map[string]map[string][]byte{}}
	w.twice = map[string]activity{}
	touched, held := w.touched()
	chains := w.chains(touched, held)
	for _, r := range touched {
		p := placeAt(w.built, w.school, w.keys[0], r)
		var u unit
		for _, one := range held[r] {
			u.add(&one.unit)
		}
		p.refold(&u, chains[r])
		if shown, ok := w.base.(pastKV); ok {
			shown.tellAll(&u, p, held[r])
		}
		t := p.total()
		w.built.Put(touchedBucket, touchedKey(p.learner, resourceOf(r)), []byte(r))
		p.notePractised(&unit{}, &u)
		p.noteLoose(&unit{}, &u)
		p.put(&t, &u)
		p.sum(&t, &unit{}, &u, true)
		w.built.Put(totalBucket, p.learner[:], t.encode())
	}
	w.built.base = nil // of this View alone
	w.kept.keep(w)
	return w.built
}

// A heldUnit is a record's.
type heldUnit struct {
	unit
	learner learnerKey
}

// touched lists the resources of all records, and what is held of each.
func (w *whole) touched() (rs []content.ResourceID, held map[content.ResourceID][]heldUnit) {
	held = map[content.ResourceID][]heldUnit{}
	for _, l := range w.keys {
		t := readTotal(w.base.Get(totalBucket, l[:]))
		w.base.Scan(touchedBucket, l[:], func(_, b []byte) bool {
			r := content.ResourceID(b)
			if held[r] == nil {
				rs = append(rs, r)
			}
			held[r] = append(held[r], heldUnit{readUnit(placeAt(w.base, w.school, l, r).unit(&t)), l})
			return true
		})
	}
	slices.Sort(rs)
	return rs, held
}

// chains is what was answered to each resource under any record, in order: of answers with one id the first counts, and
// none that was taken back under any.
func (w *whole) chains(rs []content.ResourceID, held map[content.ResourceID][]heldUnit) map[content.ResourceID][]counted {
	type answered struct {
		counted
		learner learnerKey
		in      content.ResourceID
	}
	var all []answered
	for _, r := range rs {
		for _, x := range held[r] {
			for _, c := range placeAt(w.base, w.school, x.learner, r).chain(x.Tail) {
				all = append(all, answered{c, x.learner, r})
			}
		}
	}
	arrange.By(all, func(a, b answered) int { return a.Order.Compare(b.Order) })
	out, seen := map[content.ResourceID][]counted{}, map[learning.AttemptID]bool{}
	for _, a := range all {
		if seen[a.ID] || w.takenBack(a.ID) {
			w.drop(a.learner, &a.counted, a.in)
			continue
		}
		seen[a.ID] = true
		out[a.in] = append(out[a.in], a.counted)
	}
	return out
}

// takenBack reports whether an answer was taken back under another record than its own.
func (w *whole) takenBack(id learning.AttemptID) bool {
	return slices.ContainsFunc(w.keys, func(k learnerKey) bool { return string(w.base.Get(idBucket, idKey(k, id))) == retracted })
}

// drop notes that an answer counted under a record does not count here.
func (w *whole) drop(l learnerKey, c *counted, r content.ResourceID) {
	key := string(activityKey(c.Stamp.Boot, slotOf(c.Stamp.MS), l))
	by, n := w.twice[key], ^uint64(0)
	by.add(activity{Attempts: n, Right: n * boolBit(c.Correct && learning.QuizOf(r) == ""), Tenths: n * c.Tenths})
	w.twice[key] = by
}

// add puts what views said under another record to a unit; attempts are folded after it.
func (u *unit) add(x *unit) {
	u.touch(x.Last, x.Stamp, x.Course)
	u.Views += x.Views
	u.Looked += x.Looked
	u.Finished = u.Finished || x.Finished
	u.Percent, u.Best = max(u.Percent, x.Percent), max(u.Best, x.Best)
	if x.Placed.After(u.Placed) {
		u.Placed, u.Position = x.Placed, x.Position
	}
	for _, t := range x.Tries {
		mine := u.try(uint64(t.N))
		if mine == nil {
			continue
		}
		mine.Looked += t.Looked
		if t.Handed != (learning.Order{}) && (mine.Handed == (learning.Order{}) || mine.Handed.After(t.Handed)) {
			mine.Handed, mine.At = t.Handed, t.At
		}
	}
}
