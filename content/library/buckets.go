package library

import (
	"encoding/hex"

	"go.etcd.io/bbolt"

	"lamplight/content"
)

// Buckets of library.db. Nothing else opens it. It holds nothing that cannot be had again from dir/installed and the
// blobs, so its values may change with any release: another version than indexVersion is rebuilt.
//
//	bucket    key (fixed width)                           value
//	meta      "version"                                   indexVersion, one byte
//	course    course (16)                                 deterministic CBOR: course, manifest hash and size, files, links
//	resource  resource (16) ‖ course (16)                 its number in the course (4), from 0, in course order
//	terms     course (16)                                 the course's keys in resource, so that they can be deleted
//	shelf     course (16) ‖ row (2)                       the ids (16 each) of 256 resources by number
//	facet     course (16) ‖ letter ‖ value                which numbers count under the value: see set
//	topic     course (16) ‖ topic (16)                    the first number within it (4) ‖ the first past it (4)
//
// resource sorts by resource, so "which courses hold it" is one short scan; shelf,
// facet and topic by course, so that counting reads a course's values in one scan, and a course goes by its prefix.
var (
	bucketMeta     = []byte("meta")
	bucketCourse   = []byte("course")
	bucketResource = []byte("resource")
	bucketTerms    = []byte("terms")
	bucketShelf    = []byte("shelf")
	bucketFacet    = []byte("facet")
	bucketTopic    = []byte("topic")
	keyVersion     = []byte("version")
)

const indexVersion = 3

var buckets = [][]byte{bucketMeta, bucketCourse, bucketResource, bucketTerms, bucketShelf, bucketFacet, bucketTopic}

func courseKey(id content.CourseID) []byte { return id16(string(id)) }

func resourceKey(r content.ResourceID, c content.CourseID) []byte {
	return append(id16(string(r)), courseKey(c)...)
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
