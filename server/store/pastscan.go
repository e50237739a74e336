package store

import (
	"slices"
	"strings"

	"lamplight/server/learning"
)

// Scan passes what Get answers of every key that the folds or the snapshot have.
func (k pastKV) Scan(bucket string, prefix []byte, fn func(key, v []byte) bool) {
	work := slices.Contains(workBuckets, bucket)
	if !work && (k.p.records == nil || !slices.Contains(pastBuckets, bucket)) {
		k.KV.Scan(bucket, prefix, fn)
		return
	}
	var keys []string
	k.KV.Scan(bucket, prefix, func(key, _ []byte) bool {
		keys = append(keys, string(key))
		return true
	})
	if work {
		keys = k.p.workKeys(keys, bucket, string(prefix))
	} else {
		all := k.p.keys[bucket]
		from, _ := slices.BinarySearch(all, string(prefix))
		for ; from < len(all) && strings.HasPrefix(all[from], string(prefix)); from++ {
			keys = append(keys, all[from])
		}
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		if v := k.Get(bucket, []byte(key)); v != nil && !fn([]byte(key), v) {
			return
		}
	}
}

// workKeys adds the keys of who did what, as far as the snapshot tells.
func (p *past) workKeys(keys []string, bucket, prefix string) []string {
	add := func(parts ...[]byte) {
		if key := string(join(parts...)); strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	if bucket == totalBucket {
		for i := range p.book.learners {
			add(p.book.learners[i].key[:])
		}
		return keys
	}
	one, ofOne := -1, bucket != unitBucket && len(prefix) >= 16
	if ofOne {
		var known bool
		if one, known = p.of[learnerKey([]byte(prefix))]; !known {
			return keys
		}
	}
	names := p.names
	if bucket == unitBucket && len(prefix) >= 16 {
		r := resourceKey([]byte(prefix))
		n, known := names[r]
		if !known {
			return keys
		}
		names = map[resourceKey]int{r: n}
	}
	for r, n := range names {
		rows := p.book.resources[n].rows
		switch {
		case ofOne && p.book.resources[n].row(one) == nil:
			continue
		case ofOne:
			add(p.book.learners[one].key[:], r[:])
			continue
		}
		for i := range rows {
			if l := &p.book.learners[rows[i].learner]; bucket == unitBucket {
				add(r[:], l.key[:])
			} else {
				add(l.key[:], r[:])
			}
		}
	}
	return keys
}

// found is what a key of the roster says: of a record what was told and what came since, joined; of what finds records
// whether they say so.
func (k pastKV) found(bucket string, key []byte) []byte {
	told, is := k.p.records.Get(bucket, key), k.KV.Get(bucket, key)
	if told == nil && is == nil || k.erased(bucket, key) {
		return is
	}
	n := len(k.p.tag)
	switch bucket {
	case recordBucket:
		return k.record(key, told, is)
	case memberBucket: // school ‖ person ‖ class
		r := k.joined(learning.KindEnrol, key[n+16:], key[n:n+16])
		if role := r.Get(learning.EnrolRole); role != "" {
			return []byte(role)
		}
	case loginBucket: // school ‖ name ‖ 0 ‖ person
		r, name := k.joined(learning.KindPerson, key[len(key)-16:]), string(key[n:len(key)-17])
		if name == foldName(r.Get(learning.PersonName)) || name == foldName(r.Get(learning.PersonLogin)) {
			return []byte{}
		}
	case cardBucket: // school ‖ verifier
		for _, who := range [][]byte{is, told} {
			if r := k.joined(learning.KindSecret, who); len(who) == 16 && r.Get(learning.Field(learning.Card)) == string(key[n:]) {
				return who
			}
		}
	case linkBucket: // school ‖ owner ‖ kind ‖ what it owns; a snapshot tells of classes and their groups alone
		if string(key) != string(linkKey(k.p.tag, id16(key[n:]), learning.KindClass, id16(key[len(key)-16:]))) {
			return is
		}
		r := k.joined(learning.KindClass, key[len(key)-16:])
		if owner, value := link(learning.KindClass, &r); owner == id16(key[n:]) {
			return []byte(value)
		}
	case aliasBucket: // school ‖ person
		r := k.joined(learning.KindPerson, key[n:])
		if of, ok := learning.Raw(r.Get(learning.PersonAlias)); ok && string(of[:]) != string(key[n:]) {
			return of[:]
		}
	}
	return nil
}

// record joins what was told of a record with what came since, nil where that leaves nothing: events that are here and do not
// say what they were told to.
func (k pastKV) record(key, told, is []byte) []byte {
	if told == nil || !slices.Contains(pastKindBytes, key[0]) {
		return is
	}
	rec, err := learning.ReadRecord(is)
	was, err2 := learning.ReadRecord(told)
	if err != nil || err2 != nil {
		return is
	}
	rec.Lay(&was, k.p.at, k.held, key[0] == recordKinds[learning.KindEnrol])
	if len(rec.Shown) == 0 && is == nil {
		return nil
	}
	return rec.Encode()
}

var pastKindBytes = func() (out []byte) {
	for _, kind := range pastKinds {
		out = append(out, recordKinds[kind])
	}
	return out
}()

// joined is a record as record joins it; empty where there is none.
func (k pastKV) joined(kind string, ids ...[]byte) (r learning.Record) {
	key := recordPrefix(kind, k.p.tag)
	for _, id := range ids {
		key = append(key, id...)
	}
	if b := k.Get(recordBucket, key); b != nil {
		r, _ = learning.ReadShown(b)
	}
	return r
}

// erased says whether a key of the roster is about a person who is erased.
func (k pastKV) erased(bucket string, key []byte) bool {
	n := len(k.p.tag)
	switch {
	case bucket == recordBucket && len(key) >= 1+n+16:
		key = key[len(key)-16:]
	case bucket == loginBucket && len(key) >= n+16:
		key = key[len(key)-16:]
	case (bucket == memberBucket || bucket == aliasBucket) && len(key) >= n+16:
		key = key[n : n+16]
	default:
		return false
	}
	return k.KV.Get(erasedBucket, erasedKey(k.p.tag, id16(key))) != nil
}
