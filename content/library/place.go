package library

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"math/bits"
	"slices"

	"go.etcd.io/bbolt"

	"lamplight/content"
)

// Staff says whether a resource of a course is for teachers alone.
func (l *Library) Staff(course content.CourseID, id content.ResourceID) bool {
	in, err := l.find(course)
	if err != nil || in.Staff == 0 {
		return false
	}
	staff := false
	_ = l.view(func(tx *bbolt.Tx) error { // of a damaged index nothing is told; the next start rebuilds it
		n, ok := numberOf(tx, course, id)
		if s := tx.Bucket(bucketFacet).Get(append(courseKey(course), staffLetter)); ok && s != nil {
			one := make([]uint64, (in.Places+63)/64)
			decodeSet(s, in.Places).addTo(one, in.Places)
			staff = n < in.Places && one[n/64]&(1<<(n%64)) != 0
		}
		return nil
	})
	return staff
}

// ForStaff says how many of a course's resources are for teachers alone, and whether all are.
func (l *Library) ForStaff(course content.CourseID) (n int, all bool) {
	in, err := l.find(course)
	if err != nil {
		return 0, false
	}
	return in.Staff, in.Staff > 0 && in.Staff == in.Places
}

// numberOf is a resource's place in a course.
func numberOf(tx *bbolt.Tx, course content.CourseID, id content.ResourceID) (int, bool) {
	if !listable(id) {
		return 0, false
	}
	v := tx.Bucket(bucketResource).Get(resourceKey(id, course))
	if len(v) != 4 {
		return 0, false
	}
	return int(binary.BigEndian.Uint32(v)), true
}

// Around are the resources that stand before and after one in course order, whatever topics they lie in, at most n each
// way and nearest last, then nearest first; fs.ErrNotExist for one that is not listed.
func (l *Library) Around(course content.CourseID, id content.ResourceID, n int) (before, after []content.ResourceID, err error) {
	in, err := l.find(course)
	if err != nil {
		return nil, nil, err
	}
	found := false
	err = l.view(func(tx *bbolt.Tx) error {
		var at int
		if at, found = numberOf(tx, course, id); !found {
			return nil
		}
		key := courseKey(course)
		for i := max(0, at-n); i < at; i++ {
			before = append(before, shelved(tx, key, i))
		}
		for i := at + 1; i < min(in.Places, at+1+n); i++ {
			after = append(after, shelved(tx, key, i))
		}
		return nil
	})
	if err == nil && !found {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, nil, fmt.Errorf("library: resource %.80q: %w", id, err)
	}
	return before, after, nil
}

// A TopicCount is how many resources lie in a topic, however deep, and how many of those asked about.
type TopicCount struct{ Resources, Marked int }

// Topics counts what lies in topics of a course, but for what is for teachers alone where staff is false. marked are
// resources of any course: those that the topic holds are counted. Topics that are not known have zero.
func (l *Library) Topics(course content.CourseID, topics, marked []content.ResourceID, staff bool) ([]TopicCount, error) {
	in, err := l.find(course)
	if err != nil {
		return nil, err
	}
	out := make([]TopicCount, len(topics))
	err = l.view(func(tx *bbolt.Tx) error {
		gone := make([]uint64, (in.Places+63)/64)
		if s := tx.Bucket(bucketFacet).Get(append(courseKey(course), staffLetter)); s != nil && !staff {
			decodeSet(s, in.Places).addTo(gone, in.Places)
		}
		var numbers []int
		for _, id := range marked {
			if n, ok := numberOf(tx, course, id); ok && n < in.Places && gone[n/64]&(1<<(n%64)) == 0 {
				numbers = append(numbers, n)
			}
		}
		slices.Sort(numbers)
		for i, id := range topics {
			v := tx.Bucket(bucketTopic).Get(append(courseKey(course), id16(string(id))...))
			if len(v) != 8 {
				continue
			}
			first, past := int(binary.BigEndian.Uint32(v)), min(in.Places, int(binary.BigEndian.Uint32(v[4:])))
			out[i].Resources = past - first - onesIn(gone, first, past)
			from, _ := slices.BinarySearch(numbers, first)
			to, _ := slices.BinarySearch(numbers, past)
			out[i].Marked = to - from
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	return out, nil
}

// onesIn counts the bits from first up to, not with, past.
func onesIn(b []uint64, first, past int) (n int) {
	for i := first / 64; i < len(b) && 64*i < past; i++ {
		w := b[i]
		if 64*i < first {
			w &^= 1<<(first-64*i) - 1
		}
		if left := past - 64*i; left < 64 {
			w &= 1<<left - 1
		}
		n += bits.OnesCount64(w)
	}
	return n
}
