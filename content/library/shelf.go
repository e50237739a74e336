package library

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math/bits"

	"go.etcd.io/bbolt"

	"lamplight/content"
)

// A shelf is a course's resources in course order and what each counts under, gathered while the course is walked. A
// resource's number is its place there, from 0. A course whose resources are too many to list is one place, itself.
type shelf struct {
	course content.Course
	ids    []byte // 16 bytes a resource
	sets   map[string][]uint32
	topics []topicRange
}

// A topicRange says which numbers lie within a topic, however deep.
type topicRange struct {
	id          content.ResourceID
	first, past uint32
}

// facetLetters are what keys of bucket facet begin with after the course; staffLetter is of what is for teachers alone.
var facetLetters = map[content.Facet]byte{
	content.ActivityFacet: 'a', content.SubjectFacet: 's', content.LevelFacet: 'l', content.TypeFacet: 't', content.AccessibilityFacet: 'x',
	content.NeedFacet: 'n', content.LanguageFacet: 'g', content.LicenceFacet: 'r', content.KindFacet: 'k',
}

var facetOf = func() map[byte]content.Facet {
	out := map[byte]content.Facet{}
	for f, b := range facetLetters {
		out[b] = f
	}
	return out
}()

const (
	staffLetter = '!'
	maxValue    = 64 // bytes of a facet's value; longer ones count under nothing
)

func newShelf(c content.Course) *shelf { return &shelf{course: c, sets: map[string][]uint32{}} }

// add puts a resource at the end. above are the labels of what it lies in.
func (s *shelf) add(n content.Node, above content.Labels) {
	at := uint32(len(s.ids) / 16)
	s.ids = append(s.ids, id16(string(n.ID))...)
	s.mark(n.Values(s.course, above), at)
	if n.Staff {
		s.sets[string(rune(staffLetter))] = append(s.sets[string(rune(staffLetter))], at)
	}
}

func (s *shelf) mark(values map[content.Facet][]string, at uint32) {
	for f, all := range values {
		for _, v := range all {
			if letter := facetLetters[f]; letter != 0 && len(v) <= maxValue {
				key := string(rune(letter)) + v
				s.sets[key] = append(s.sets[key], at)
			}
		}
	}
}

// begin and end surround what lies in a topic.
func (s *shelf) begin(id content.ResourceID) int {
	s.topics = append(s.topics, topicRange{id: id, first: uint32(len(s.ids) / 16)})
	return len(s.topics) - 1
}

func (s *shelf) end(topic int) { s.topics[topic].past = uint32(len(s.ids) / 16) }

// describe says in what the course's record holds how many places it has; a course that lists nothing is one.
func (s *shelf) describe(in *installed) {
	in.Places, in.Listed = len(s.ids)/16, len(s.ids) > 0
	in.Staff = len(s.sets[string(rune(staffLetter))])
	if !in.Listed {
		in.Places = 1
		s.mark(s.course.Values(), 0)
	}
}

// idsPerRow of bucket shelf: 4 KiB, a page of the file.
const idsPerRow = 256

func (s *shelf) put(tx *bbolt.Tx, places int) error {
	c := courseKey(s.course.ID)
	for row := 0; row*idsPerRow*16 < len(s.ids); row++ {
		ids := s.ids[row*idsPerRow*16 : min(len(s.ids), (row+1)*idsPerRow*16)]
		if err := tx.Bucket(bucketShelf).Put(shelfKey(c, row), ids); err != nil {
			return err
		}
	}
	for key, numbers := range s.sets {
		if err := tx.Bucket(bucketFacet).Put(append(bytes.Clone(c), key...), encodeSet(numbers, places)); err != nil {
			return err
		}
	}
	for _, t := range s.topics {
		k := append(bytes.Clone(c), id16(string(t.id))...)
		v := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, t.first), t.past)
		if err := tx.Bucket(bucketTopic).Put(k, v); err != nil {
			return err
		}
	}
	return nil
}

// unshelve deletes a course's rows.
func unshelve(tx *bbolt.Tx, id content.CourseID) error {
	prefix := courseKey(id)
	for _, name := range [][]byte{bucketShelf, bucketFacet, bucketTopic} {
		b := tx.Bucket(name)
		var keys [][]byte
		c := b.Cursor()
		for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			keys = append(keys, bytes.Clone(k))
		}
		for _, k := range keys {
			if err := b.Delete(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// shelved is the id of one number of a course; "" when it has no such number.
func shelved(tx *bbolt.Tx, course []byte, number int) content.ResourceID {
	ids := tx.Bucket(bucketShelf).Get(shelfKey(course, number/idsPerRow))
	at := number % idsPerRow * 16
	if number < 0 || at+16 > len(ids) {
		return ""
	}
	return content.ResourceID(hex.EncodeToString(ids[at : at+16]))
}

// A set is which of a course's places count under one value, as stored:
//
//	'a'                  all of them
//	'd' count gaps…      uvarints: the first number, then how much larger each next one is
//	'b' count bits…      a bit a place, lowest first, in whole 8 bytes
type set struct {
	form  byte
	count int
	data  []byte
}

func encodeSet(numbers []uint32, places int) []byte {
	if len(numbers) == places {
		return []byte{'a'}
	}
	out, last := binary.AppendUvarint([]byte{'d'}, uint64(len(numbers))), uint32(0)
	for _, n := range numbers {
		out = binary.AppendUvarint(out, uint64(n-last))
		last = n
	}
	if len(out) <= places/8 {
		return out
	}
	out = binary.AppendUvarint([]byte{'b'}, uint64(len(numbers)))
	start := len(out)
	out = append(out, make([]byte, (places+63)/64*8)...)
	for _, n := range numbers {
		out[start+int(n/8)] |= 1 << (n % 8)
	}
	return out
}

func decodeSet(b []byte, places int) set {
	if len(b) < 2 {
		return set{form: 'a', count: places}
	}
	n, size := binary.Uvarint(b[1:])
	return set{form: b[0], count: int(n), data: b[1+max(size, 0):]}
}

// each calls yield with runs of 64 places: which run, and the bits of those in the set.
func (s set) each(places int, yield func(word int, b uint64)) {
	switch s.form {
	case 'a':
		for i := range (places + 63) / 64 {
			b := ^uint64(0)
			if left := places - 64*i; left < 64 {
				b = 1<<left - 1
			}
			yield(i, b)
		}
	case 'b':
		for i := 0; 8*i+8 <= len(s.data); i++ {
			if b := binary.LittleEndian.Uint64(s.data[8*i:]); b != 0 {
				yield(i, b)
			}
		}
	case 'd':
		for data, at := s.data, uint64(0); len(data) > 0; {
			gap, size := binary.Uvarint(data)
			if size <= 0 {
				return
			}
			at, data = at+gap, data[size:]
			yield(int(at/64), 1<<(at%64))
		}
	}
}

// addTo joins the set into b, which has room for all places.
func (s set) addTo(b []uint64, places int) {
	s.each(places, func(i int, x uint64) {
		if i < len(b) {
			b[i] |= x
		}
	})
}

// within counts those of the set that are in b.
func (s set) within(b []uint64, places int) (n int) {
	s.each(places, func(i int, x uint64) {
		if i < len(b) {
			n += bits.OnesCount64(b[i] & x)
		}
	})
	return n
}
