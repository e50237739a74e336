package kolibri

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"path"
	"slices"
	"strings"
	"sync"

	"lamplight/content"
	"lamplight/content/arrange"
)

// A use says that the record at a place names a stored file: the first four bytes of its MD5 tell which files it may be.
// Eight bytes a file of a node: half a megabyte for a channel of 20,000 nodes.
type use struct {
	sum   uint32
	place int32
}

// uses are all of them, by sum; found out when the first file is asked for.
type uses struct {
	once sync.Once
	all  []use
	err  error
}

func sumOf(name string) uint32 {
	var b [4]byte
	if len(name) >= 8 {
		_, _ = hex.Decode(b[:], []byte(name[:8])) // of another name it is a sum that finds nothing
	}
	return binary.BigEndian.Uint32(b[:])
}

// Given implements content.Giver: of each node that names the file, what its page loads. Archives of questions are opened
// by this program alone, and so are lists of slides; of what lies in them pictures and sounds are shown. A package's files
// are its pages' to load.
func (r *reader) Given(name string) ([]content.Grant, error) {
	if name == thumbnailPath {
		return []content.Grant{{Use: content.Shown}}, nil
	}
	stored, inner, inside := strings.Cut(name, "/")
	if !storedShape.MatchString(stored) || inside && inner != strings.TrimPrefix(path.Clean("/"+inner), "/") {
		return nil, nil
	}
	r.uses.once.Do(func() { r.uses.err = r.findUses() })
	if r.uses.err != nil {
		return nil, r.fail(r.uses.err)
	}
	at, _ := slices.BinarySearchFunc(r.uses.all, sumOf(stored), func(u use, sum uint32) int { return cmp.Compare(u.sum, sum) })
	var out, staff []content.Grant
	for ; at < len(r.uses.all) && r.uses.all[at].sum == sumOf(stored) && len(out)+len(staff) < content.MaxGrants; at++ {
		places, err := r.tree.places(int(r.uses.all[at].place), 1)
		if err != nil {
			return nil, r.fail(err)
		}
		rec, err := r.tree.record(places[0])
		if err != nil {
			return nil, r.fail(err)
		}
		by := content.Grant{Use: r.useOf(rec, stored, inner, inside), For: places[0].id.id()}
		switch {
		case by.Use == 0:
		case rec.Staff:
			staff = append(staff, by)
		default:
			out = append(out, by)
		}
	}
	return append(out, staff...), nil
}

// useOf says how a node's page loads a stored file, or what lies in it; 0: not at all.
func (r *reader) useOf(rec *record, stored, inner string, inside bool) content.Use {
	for _, p := range rec.Files {
		if p.Name != stored {
			continue
		}
		by := content.Use(0)
		switch {
		case !inside:
			by = useOfFile(rec, p)
		case p.Role == opened:
			by = r.useInside(rec, stored, inner)
		}
		if by != 0 {
			return by
		}
	}
	return 0
}

// useInside is of what lies in an archive that is opened.
func (r *reader) useInside(rec *record, stored, inner string) content.Use {
	switch rec.Kind {
	case content.App:
		return content.Packaged
	case content.Practice:
		if content.ShownType(mimeOf(inner)) {
			return content.Shown
		}
	case content.Book:
		b, err := r.book(stored)
		if err != nil {
			return 0
		}
		if grants, err := content.Given(b, inner, content.Shown); err == nil && len(grants) > 0 {
			return content.Shown
		}
	}
	return 0
}

func useOfFile(rec *record, p part) content.Use {
	if !content.ShownType(mimeOf(p.Name)) {
		return 0
	}
	switch p.Role {
	case opened:
		if rec.Broken != "" || rec.Kind == content.Practice || rec.Kind == content.App || rec.Kind == content.Topic {
			return 0
		}
	case beside: // pictures of questions
		if rec.Kind != content.Practice {
			return 0
		}
	}
	return content.Shown
}

func (r *reader) findUses() error {
	err := r.each(func(at place, rec *record) error {
		for _, p := range rec.Files {
			r.uses.all = append(r.uses.all, use{sumOf(p.Name), at.at})
		}
		return nil
	})
	arrange.By(r.uses.all, func(a, b use) int { return cmp.Or(cmp.Compare(a.sum, b.sum), cmp.Compare(a.place, b.place)) })
	r.uses.all = slices.Clip(slices.Compact(r.uses.all))
	return err
}
