package library

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"lamplight/content"
)

// maxNodes is how many resources of one course are listed in the index; the rest is reached through its topics.
const maxNodes = 100_000

// A term is one resource, topic or course to be found.
type term struct {
	node  content.ResourceID // "" the course itself
	kind  content.Kind
	title string
}

// A listing is what can be found in a course: titles, and what its resources count under.
type listing struct {
	terms []term
	shelf *shelf
}

// listingOf opens a course as it would be served and lists what can be found in it: an edition that cannot be opened and
// walked is not installed. A linked course whose stick is away has but its own title.
func (l *Library) listingOf(in *installed, m *Manifest) (*listing, error) {
	x := &listing{[]term{{kind: content.Topic, title: in.Course.Title}}, newShelf(in.Course)}
	defer x.shelf.describe(in)
	f, err := l.format(in.Format)
	if err != nil {
		return nil, err
	}
	r, err := f.Open(in.Course, l.files(in), m.Index)
	if err != nil {
		if len(in.Links) > 0 {
			return x, nil
		}
		return nil, err
	}
	defer r.Close()
	if err := x.walk(r, "", 0, saidOfAll(in.Course)); err != nil {
		return nil, fmt.Errorf("listing its resources: %w", err)
	}
	return x, nil
}

// saidOfAll are the labels that hold for whatever in a course says nothing itself. Those of a channel are what its resources
// have between them, and hold for none that has none.
func saidOfAll(c content.Course) content.Labels {
	if c.Format == "kolibri" {
		return content.Labels{}
	}
	return c.Labels
}

// walk lists the nodes under parent, topic by topic. Those whose ids are "COURSE:PATH" are too many to list.
func (x *listing) walk(r content.Reader, parent content.ResourceID, depth int, above content.Labels) error {
	const page = 256
	if depth > 16 {
		return nil
	}
	for offset := 0; len(x.terms) < maxNodes; offset += page {
		nodes, total, err := r.Children(parent, offset, page)
		if err != nil {
			return err
		}
		for _, n := range nodes {
			if !listable(n.ID) {
				return nil
			}
			x.terms = append(x.terms, term{n.ID, n.Kind, clip(n.Title, 512)})
			if n.Kind != content.Topic {
				x.shelf.add(n, above)
				continue
			}
			topic := x.shelf.begin(n.ID)
			if err := x.walk(r, n.ID, depth+1, n.Labels.Within(above)); err != nil {
				return err
			}
			x.shelf.end(topic)
		}
		if len(nodes) == 0 || offset+len(nodes) >= total {
			break
		}
	}
	return nil
}

// index writes a course's rows, replacing those of the edition before, in one transaction.
func (l *Library) index(in *installed, x *listing) error {
	value, err := encoder.Marshal(in)
	if err != nil {
		return err
	}
	return l.update(func(tx *bbolt.Tx) error {
		if err := unindexTx(tx, in.Course.ID); err != nil {
			return err
		}
		if err := tx.Bucket(bucketCourse).Put(courseKey(in.Course.ID), value); err != nil {
			return err
		}
		if err := x.shelf.put(tx, in.Places); err != nil {
			return err
		}
		return putTerms(tx, in.Course.ID, x.terms)
	})
}

// A termKeys is the value of bucket terms.
type termKeys struct {
	Resources [][]byte `cbor:"1,keyasint"`
}

func putTerms(tx *bbolt.Tx, id content.CourseID, terms []term) error {
	var keys termKeys
	resources, number := tx.Bucket(bucketResource), uint32(0)
	for _, t := range terms {
		if t.node != "" && t.kind != content.Topic {
			k := resourceKey(t.node, id)
			if resources.Get(k) == nil { // of one that the course holds twice the first place counts
				keys.Resources = append(keys.Resources, k)
				if err := resources.Put(k, binary.BigEndian.AppendUint32(nil, number)); err != nil {
					return err
				}
			}
			number++
		}
	}
	b, err := encoder.Marshal(keys)
	if err != nil {
		return err
	}
	return tx.Bucket(bucketTerms).Put(courseKey(id), b)
}

func (l *Library) unindex(id content.CourseID) error {
	return l.update(func(tx *bbolt.Tx) error { return unindexTx(tx, id) })
}

func unindexTx(tx *bbolt.Tx, id content.CourseID) error {
	var keys termKeys
	terms := tx.Bucket(bucketTerms)
	if b := terms.Get(courseKey(id)); b != nil {
		if err := termDecoder.Unmarshal(b, &keys); err != nil {
			return fmt.Errorf("%w: %w", errDamaged, err)
		}
	}
	for _, k := range keys.Resources {
		if err := tx.Bucket(bucketResource).Delete(k); err != nil {
			return err
		}
	}
	if err := terms.Delete(courseKey(id)); err != nil {
		return err
	}
	if err := unshelve(tx, id); err != nil {
		return err
	}
	return tx.Bucket(bucketCourse).Delete(courseKey(id))
}

func coursesOf(tx *bbolt.Tx, id content.ResourceID) (out []content.CourseID) {
	prefix := id16(string(id))
	c := tx.Bucket(bucketResource).Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		out = append(out, content.CourseID(hex.EncodeToString(k[16:])))
	}
	slices.Sort(out)
	return out
}
