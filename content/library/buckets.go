package library

import (
	"encoding/hex"

	"go.etcd.io/bbolt"

	"lamplight/content"
)

// Buckets of library.db. Nothing else opens it. It holds nothing that cannot be had again from dir/installed and the
// blobs, so its values may change with any release: another version than indexVersion is rebuilt.
//
//	bucket    key (fixed width but for the word)          value
//	meta      "version"                                   indexVersion, one byte
//	course    course (16)                                 deterministic CBOR: course, manifest hash and size, files, links
//	resource  resource (16) ‖ course (16)                 its number in the course (4), from 0, in course order
//	title     folded word ‖ 0 ‖ course (16) ‖ node (16)   kind ‖ 0 ‖ title; node is zero for the course itself
//	terms     course (16)                                 the course's keys in resource and title, so that they can be deleted
//	shelf     course (16) ‖ row (2)                       the ids (16 each) of 256 resources by number
//	facet     course (16) ‖ letter ‖ value                which numbers count under the value: see set
//	topic     course (16) ‖ topic (16)                    the first number within it (4) ‖ the first past it (4)
//
// resource sorts by resource, so "which courses hold it" is one short scan; title by word, so a prefix is one scan; shelf,
// facet and topic by course, so that counting reads a course's values in one scan, and a course goes by its prefix.
var (
	bucketMeta     = []byte("meta")
	bucketCourse   = []byte("course")
	bucketResource = []byte("resource")
	bucketTitle    = []byte("title")
	bucketTerms    = []byte("terms")
	bucketShelf    = []byte("shelf")
	bucketFacet    = []byte("facet")
	bucketTopic    = []byte("topic")
	keyVersion     = []byte("version")
)

const indexVersion = 2

var buckets = [][]byte{bucketMeta, bucketCourse, bucketResource, bucketTitle, bucketTerms, bucketShelf, bucketFacet, bucketTopic}

func courseKey(id content.CourseID) []byte { return id16(string(id)) }

func resourceKey(r content.ResourceID, c content.CourseID) []byte {
	return append(id16(string(r)), courseKey(c)...)
}

func titleKey(word string, c content.CourseID, r content.ResourceID) []byte {
	k := append([]byte(word), 0)
	k = append(k, courseKey(c)...)
	return append(k, id16(string(r))...)
}

func shelfKey(course []byte, row int) []byte {
	return append(append(make([]byte, 0, 18), course...), byte(row>>8), byte(row))
}

// id16 gives the 16 bytes of an id in hex, zero for "".
func id16(id string) []byte {
	b, err := hex.DecodeString(id)
	if err != nil || len(b) != 16 {
		return make([]byte, 16)
	}
	return b
}

// listable says whether a resource id is one of 32 hex digits, so that it belongs in the index.
func listable(id content.ResourceID) bool { return validCourse(content.CourseID(id)) }

func makeBuckets(tx *bbolt.Tx) error {
	for _, b := range buckets {
		if _, err := tx.CreateBucketIfNotExists(b); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketMeta).Put(keyVersion, []byte{indexVersion})
}
