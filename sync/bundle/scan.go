package bundle

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
)

// An author is a box that was at the carrier, as its folder says.
type author struct {
	certs   []device.Certificate
	shutOut []device.ShutOut
	raw     map[string][]byte // who, ack and want as they lie there, by those words
	purged  string
	ack     clock.Vector // nil: no receipt
	want    []wanted
	files   []Entry               // segments and packs
	heads   map[string][]headFile // what each head names, by the head's name
	trash   []string              // what a pulled carrier left
	last    uint64                // highest number of a parcel
	trust   trust
	held    int // bytes of signed files
}

// A trust is how much of the signed files of a box is held: see hold.
type trust int

const (
	trustOwn   trust = iota // what we left: all of it
	trustKnown              // of a box of our school, or of one that a district holds
	trustNone               // of any other
	trusts
)

var (
	segName  = regexp.MustCompile(`^seg-([0-9]{8})-[0-9]{3}\.lseg$`)
	packName = regexp.MustCompile(`^pack-([0-9]{8})-[0-9]{3}\.lpack$`)
	headName = regexp.MustCompile(`^head-([0-9]{8})\.cbor$`)
)

const (
	maxAuthors = 512
	maxFolders = 4096    // that are looked at for authors
	maxAuthor  = 4 << 20 // bytes of one author's signed files that a visit holds: 4,096 wants take 0.6 MB, 1,000 certificates 1 MB
	leastFile  = 512     // bytes that any signed file counts for, as it costs opening and a signature
)

// maxHeld is how many bytes of signed files a visit holds of all such authors.
var maxHeld = [trusts]int{trustKnown: 64 << 20, trustNone: 8 << 20}

// scan reads all that the carrier holds once, but the bytes of packs: our own folder, then those of boxes that are known, so
// that what strangers leave is what its bounds shut out. Only a carrier that cannot be listed is an error.
func (v *visit) scan() error {
	v.authors, v.packs = map[string]*author{}, map[string][]packed{}
	top, err := v.d.List(".")
	if err != nil {
		return err
	}
	top = slices.DeleteFunc(top, func(e Entry) bool { return !e.Dir || !hexName.MatchString(e.Name) })
	slices.SortFunc(top, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	of, schools := map[string]trust{}, map[string]bool{}
	for _, e := range top {
		if of[e.Name] = trustNone; e.Name == v.own {
			of[e.Name] = trustOwn
		} else if v.member(e.Name) || len(of) <= maxFolders && v.isOfOurs(e.Name, schools) {
			of[e.Name] = trustKnown
		}
	}
	slices.SortStableFunc(top, func(a, b Entry) int { return cmp.Compare(of[a.Name], of[b.Name]) })
	for _, e := range top[:min(len(top), maxAuthors)] {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		v.authors[e.Name] = v.scanAuthor(e.Name, of[e.Name])
	}
	return nil
}

// isOfOurs says whether a folder is of a box of a school that this district holds, as its certificate proves. asked are schools
// that were looked for already.
func (v *visit) isOfOurs(dir string, asked map[string]bool) bool {
	var x who
	if v.o.Schools == nil {
		return false
	}
	if _, err := readSigned(v.d, dir, "who.cbor", letterWho, &x); err != nil {
		return false // told of when it is scanned
	}
	school := (&author{certs: x.certificates()}).school(dir)
	if _, ok := asked[school]; !ok && school != "" {
		p, err := v.o.Schools.Place(v.ctx, exchange.SchoolTag(school))
		asked[school] = err == nil && p.School == school
		if err == nil && p.Leave != nil {
			p.Leave()
		}
	}
	return asked[school]
}

func (v *visit) scanAuthor(dir string, of trust) *author {
	a := &author{heads: map[string][]headFile{}, raw: map[string][]byte{}, trust: of}
	all, err := v.d.List(dir)
	if err != nil {
		v.fault(err)
	}
	late := func(e Entry) int { // heads: there may be many, and the rest counts without them
		if headName.MatchString(e.Name) {
			return 1
		}
		return 0
	}
	slices.SortFunc(all, func(a, b Entry) int { return cmp.Or(late(a)-late(b), cmp.Compare(a.Name, b.Name)) })
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
		switch err := v.scanFile(a, dir, e); {
		case err == errEnough:
			v.res.Passed++
		case err != nil:
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
		var h struct {
			Files []headFile `cbor:"4,keyasint"` // nothing depends on the rest
		}
		_, err := v.readSmall(a, dir, e.Name, letterHead, &h)
		files := []headFile{}
		for _, f := range h.Files {
			if err == nil && (segName.MatchString(f.Name) || packName.MatchString(f.Name)) && len(f.Hash) == blake3Size {
				files = append(files, f)
			}
		}
		if err == nil {
			err = v.hold(a, 128*len(files))
		}
		switch {
		case err == nil:
			a.heads[e.Name] = files
		case a.trust == trustOwn && !isDisk(err): // one that is torn names nothing, and goes
			a.heads[e.Name] = nil
		}
		return err
	case e.Name == "who.cbor":
		return v.scanWho(a, dir)
	case e.Name == "ack.cbor":
		var x ack
		raw, err := v.readSmall(a, dir, e.Name, letterAck, &x)
		if err == nil {
			err = v.hold(a, len(raw)+48*len(x.Vector))
		}
		if err != nil {
			return err
		}
		if a.ack = x.Vector; a.ack == nil {
			a.ack = clock.Vector{}
		}
		a.raw["ack"] = raw
	case e.Name == "want.cbor":
		var x want
		raw, err := v.readSmall(a, dir, e.Name, letterWant, &x)
		wants := x.known()
		if err == nil {
			err = v.hold(a, len(raw)+80*len(wants))
		}
		if err != nil {
			return err
		}
		a.want, a.raw["want"] = wants, raw
	}
	return nil
}

// known are the first that can be of a blob.
func (w want) known() []wanted {
	out := []wanted{}
	for _, x := range w.Blobs[:min(len(w.Blobs), maxWanted)] {
		if len(x.Hash) == blake3Size {
			out = append(out, x)
		}
	}
	return out
}

// readSmall reads a signed file of an author, unless as much as is held of such is.
func (v *visit) readSmall(a *author, dir, name string, letter byte, body any) ([]byte, error) {
	if err := v.hold(a, leastFile); err != nil {
		return nil, err
	}
	return readSigned(v.d, dir, name, letter, body)
}

// hold counts bytes that signed files of an author take in memory, unless they are too many.
func (v *visit) hold(a *author, size int) error {
	if a.trust != trustOwn && (a.held+size > maxAuthor || v.held[a.trust]+size > maxHeld[a.trust]) {
		return errEnough
	}
	a.held += size
	v.held[a.trust] += size
	return nil
}

func (v *visit) scanWho(a *author, dir string) error {
	var x who
	raw, err := v.readSmall(a, dir, "who.cbor", letterWho, &x)
	if err == nil {
		err = v.hold(a, 4*len(raw)) // as it lies there, and once more with what Go adds
	}
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
