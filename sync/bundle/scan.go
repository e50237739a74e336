package bundle

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"lamplight/sync/clock"
	"lamplight/sync/device"
)

// An author is a box that was at the carrier, as its folder says.
type author struct {
	certs   []device.Certificate
	shutOut []device.ShutOut
	raw     map[string][]byte // who, ack and want as they lie there, by those words
	purged  string
	ack     clock.Vector // nil: no receipt
	want    []wanted
	files   []Entry // segments and packs
	heads   map[string]head
	trash   []string // what a pulled carrier left
	last    uint64   // highest number of a parcel
}

var (
	segName  = regexp.MustCompile(`^seg-([0-9]{8})-[0-9]{3}\.lseg$`)
	packName = regexp.MustCompile(`^pack-([0-9]{8})-[0-9]{3}\.lpack$`)
	headName = regexp.MustCompile(`^head-([0-9]{8})\.cbor$`)
)

const (
	maxAuthors = 512
	maxSmall   = 8 << 20 // bytes of signed files that one visit holds, as they lie there; our own are counted and never refused
)

// scan reads all that the carrier holds once, but the bytes of packs: our own folder, then those of boxes that are known, so
// that what strangers leave is what its bounds shut out. Only a carrier that cannot be listed is an error.
func (v *visit) scan() error {
	v.authors, v.packs = map[string]*author{}, map[string][]packed{}
	top, err := v.d.List(".")
	if err != nil {
		return err
	}
	top = slices.DeleteFunc(top, func(e Entry) bool { return !e.Dir || !hexName.MatchString(e.Name) })
	rank := func(e Entry) int {
		switch {
		case e.Name == v.own:
			return 0
		case v.member(e.Name):
			return 1
		}
		return 2
	}
	slices.SortFunc(top, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Name, b.Name))
	})
	for _, e := range top[:min(len(top), maxAuthors)] {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		v.authors[e.Name] = v.scanAuthor(e.Name)
	}
	return nil
}

func (v *visit) scanAuthor(dir string) *author {
	a := &author{heads: map[string]head{}, raw: map[string][]byte{}}
	all, err := v.d.List(dir)
	if err != nil {
		v.fault(err)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	for _, e := range all {
		if e.Dir {
			continue
		}
		if strings.HasSuffix(e.Name, ".tmp") {
			a.trash = append(a.trash, e.Name)
			continue
		}
		for _, shape := range []*regexp.Regexp{segName, packName, headName} {
			if m := shape.FindStringSubmatch(e.Name); m != nil {
				n, _ := strconv.ParseUint(m[1], 10, 32)
				a.last = max(a.last, n)
			}
		}
		if err := v.scanFile(a, dir, e); err != nil {
			v.fault(err)
		}
	}
	return a
}

// scanFile reads one file of an author.
func (v *visit) scanFile(a *author, dir string, e Entry) error {
	switch {
	case segName.MatchString(e.Name):
		a.files = append(a.files, e)
		return v.scanSegments(dir+"/"+e.Name, e.Size)
	case packName.MatchString(e.Name):
		a.files = append(a.files, e)
		return v.scanPack(dir+"/"+e.Name, e.Size)
	case headName.MatchString(e.Name):
		var h head
		_, err := v.readSmall(dir, e.Name, letterHead, &h)
		if err != nil {
			h = head{} // it may be another's
		}
		if err == nil || dir == v.own && !isDisk(err) {
			a.heads[e.Name] = h // an own one that is torn names nothing, and goes
		}
		return err
	case e.Name == "who.cbor":
		return v.scanWho(a, dir)
	case e.Name == "ack.cbor":
		var x ack
		raw, err := v.readSmall(dir, e.Name, letterAck, &x)
		if err != nil {
			return err
		}
		if a.ack = x.Vector; a.ack == nil {
			a.ack = clock.Vector{}
		}
		a.raw["ack"] = raw
	case e.Name == "want.cbor":
		var x want
		raw, err := v.readSmall(dir, e.Name, letterWant, &x)
		if err != nil {
			return err
		}
		a.want = x.Blobs[:min(len(x.Blobs), maxWanted)]
		a.raw["want"] = raw
	}
	return nil
}

// readSmall reads a signed file that the visit will hold.
func (v *visit) readSmall(dir, name string, letter byte, body any) ([]byte, error) {
	raw, err := readSigned(v.d, dir, name, letter, body)
	if err == nil && v.small+len(raw) > maxSmall && dir != v.own {
		err = fmt.Errorf("bundle: %s/%s: more such files than one visit holds: %w", dir, name, fs.ErrInvalid)
	}
	if err == nil {
		v.small += len(raw)
	}
	return raw, err
}

func (v *visit) scanWho(a *author, dir string) error {
	var x who
	raw, err := v.readSmall(dir, "who.cbor", letterWho, &x)
	if err != nil {
		return err
	}
	a.purged, a.raw["who"], a.certs, a.shutOut = x.Purged, raw, x.certificates(), x.shutOuts()
	v.res.Refused += len(x.Certificates) - len(a.certs)
	return nil
}

// certificates are those that hold.
func (w who) certificates() (out []device.Certificate) {
	for _, raw := range w.Certificates {
		if c, err := device.ParseCertificate(raw); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// shutOuts are those whose certificates hold.
func (w who) shutOuts() (out []device.ShutOut) {
	for _, s := range w.ShutOut[:min(len(w.ShutOut), maxShutOut)] {
		if c, err := device.ParseCertificate(s.Certificate); err == nil {
			out = append(out, device.ShutOut{Certificate: c, Last: s.Last})
		}
	}
	return out
}

// isDisk says whether the carrier itself failed, and not what lies on it.
func isDisk(err error) bool {
	return !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported)
}

// errEnough ends a scan at its bounds.
var errEnough = errors.New("bundle: more than one visit looks at")

func (v *visit) scanSegments(name string, size int64) error {
	f, err := v.d.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	damaged, err := scanFrames(io.NewSectionReader(f, 0, size), func(at int64, b []byte) error {
		if len(v.pieces) >= maxSegments {
			return errEnough
		}
		if err := v.ctx.Err(); err != nil {
			return err
		}
		p, err := describe(b)
		if err != nil {
			v.res.Refused++
			return nil
		}
		p.file, p.at = name, at
		v.pieces = append(v.pieces, p)
		return nil
	})
	v.res.Damaged += damaged
	if err == errEnough {
		return nil
	}
	return err
}

func (v *visit) scanPack(name string, size int64) error {
	f, err := v.d.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	n := 0
	whole, err := scanPack(f, size, func(p packed) error {
		if n++; n > maxPacked {
			return errEnough
		}
		p.file = name
		v.packs[p.Hash] = append(v.packs[p.Hash], p)
		return v.ctx.Err()
	})
	if err == errEnough {
		return nil
	}
	if !whole && err == nil {
		v.res.Damaged++
	}
	return err
}
