package bundle

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"lamplight/sync/clock"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// spare is what is left of a carrier's room for who, want, ack and heads.
const spare = 256 << 10

// leave puts on the carrier what others lack, our wants and our receipt, and takes off it what has arrived.
func (v *visit) leave() error {
	if err := v.d.Mkdir(v.own); err != nil {
		return err
	}
	v.clear()
	if v.room = v.d.Free(); v.room >= 0 {
		v.room = max(0, v.room-spare)
	}
	if v.trip.Most > 0 && (v.room < 0 || v.room > v.trip.Most) {
		v.room = v.trip.Most
	}
	a := v.mine()
	v.parcel = a.last + 1
	if err := v.introduceUs(); err != nil {
		return err
	}
	segs := &files{v: v, format: "seg-%08d-%03d.lseg", magic: segMagic, bound: maxSegFile}
	packs := &files{v: v, format: "pack-%08d-%03d.lpack", magic: packMagic, bound: maxPackFile}
	covered := v.covered()
	before := v.base()
	err := errors.Join(v.leaveSegments(segs, before, covered), segs.close())
	made := segs.made // of what follows the head says nothing: we took none of it ourselves
	if err == nil {
		err = v.leaveCarried(segs, covered)
	}
	err = errors.Join(err, segs.close())
	if err == nil {
		err = v.leaveBlobs(packs)
	}
	err = errors.Join(err, packs.close(), v.leaveHead(slices.Concat(made, packs.made), before))
	return errors.Join(err, v.leaveReceipt(), v.d.Sync(v.own))
}

func (v *visit) mine() *author {
	if v.authors[v.own] == nil {
		v.authors[v.own] = &author{heads: map[string][]headFile{}, raw: map[string][]byte{}}
	}
	return v.authors[v.own]
}

// introduceUs writes who.cbor.
func (v *visit) introduceUs() error {
	var x who
	if own := v.o.Registry.Own(); own != nil {
		x.Certificates = append(x.Certificates, own.Marshal())
		for _, p := range v.o.Registry.Peers() {
			if p.Certificate != nil && !p.Revoked && p.ID() != v.own {
				x.Certificates = append(x.Certificates, p.Certificate.Marshal())
			}
		}
		for _, s := range v.o.Registry.ShutOuts() {
			if len(x.ShutOut) < maxShutOut {
				x.ShutOut = append(x.ShutOut, shutOut{s.Certificate.Marshal(), s.Last})
			}
		}
	}
	x.Certificates = append(x.Certificates, v.carriedFor()...)
	x.Purged = v.purged()
	return writeSmall(v.d, v.own, "who.cbor", sign(v.o.Device, letterWho, x))
}

// carriedFor are the certificates of those whose pieces we carry: without them nobody could check these.
func (v *visit) carriedFor() (out [][]byte) {
	schools, seen := v.o.Carry.Schools(), map[string]bool{}
	if len(schools) == 0 || len(schools) == 1 && schools[0] == v.school() {
		return nil
	}
	for _, c := range v.metCertificates() {
		raw := c.Marshal()
		if slices.Contains(schools, c.SchoolID()) && !seen[string(raw)] && len(out) < 1024 {
			seen[string(raw)] = true
			out = append(out, raw)
		}
	}
	sort.Slice(out, func(i, j int) bool { return bytes.Compare(out[i], out[j]) < 0 })
	return out
}

func (v *visit) purged() string {
	if v.o.Purged == nil {
		return ""
	}
	return v.o.Purged()
}

// covered is what the carrier holds whole already, whoever brought it.
func (v *visit) covered() Runs {
	out := Runs{}
	for _, p := range v.pieces {
		if p.file != "" {
			out.add(p.Stream, p.First, p.Last())
		}
	}
	return out
}

// given is what lies on the carrier with our word for it.
func (v *visit) given() Runs {
	if v.ours == nil {
		v.ours = Runs{}
		for _, p := range v.pieces {
			if strings.HasPrefix(p.file, v.own+"/") && len(v.named(p.file)) > 0 {
				v.ours.add(p.Stream, p.First, p.Last())
			}
		}
	}
	return v.ours
}

// errRoom ends the writing of segments when the carrier is full.
var errRoom = errors.New("bundle: no room")

// leaveSegments writes our segments beyond before that the carrier does not hold yet.
func (v *visit) leaveSegments(out *files, before clock.Vector, covered Runs) error {
	for level := range 4 {
		allow := func(s segment.Scope) bool { return order(s) == level && v.mayLeave(s) }
		err := v.o.Log.Segments(before, allow, func(raw []byte) error {
			if err := v.ctx.Err(); err != nil {
				return err
			}
			return v.leaveSegment(out, raw, covered)
		})
		if errors.Is(err, errRoom) {
			return nil
		}
		if err != nil {
			out.abandon()
			return err
		}
	}
	return nil
}

// mayLeave says whether a scope goes on the carrier: all may read "pub", the rest goes to whom it can be sealed to.
func (v *visit) mayLeave(s segment.Scope) bool {
	return s == "pub" || v.o.To != nil && len(v.o.To(s)) > 0
}

func (v *visit) leaveSegment(out *files, raw []byte, covered Runs) error {
	h, err := segment.ParseHeader(raw)
	if err != nil {
		return nil // the log's check finds it
	}
	o, err := v.o.Registry.Claim(h.Stream, h.Epoch, h.Scope)
	if err != nil || !v.member(o.Device) || h.Last() > o.Last {
		return nil // another school's goes as we got it
	}
	if v.o.Registry.Member(o.Device) && !v.o.Registry.Speaks(o.Device) {
		covered = v.given() // who reads it wants our word for it
	}
	if covered.covers(h.Stream, h.First, h.Last()) {
		return nil
	}
	b := raw
	if h.Scope != "pub" {
		if b, err = segment.SealFor(v.school(), raw, v.o.To(h.Scope)); err != nil {
			return err
		}
	}
	fits, err := out.add(appendFrame(nil, b))
	if err == nil && !fits {
		return errRoom
	}
	if err == nil {
		v.res.EventsOut += h.Count
	}
	return err
}

// leaveCarried writes what this box carries, for others and of our own what only passes through.
func (v *visit) leaveCarried(out *files, covered Runs) error {
	if v.trip.For != "" {
		return nil
	}
	for _, school := range v.o.Carry.Schools() {
		if v.o.Carry.most < 0 && !v.isHere(school) {
			continue // a district keeps much, and gives a school its own
		}
		err := v.o.Carry.After(school, clock.Vector{}, func(b []byte) error {
			p, err := describe(b)
			if err != nil || covered.covers(p.Stream, p.First, p.Last()) || v.elsewhere(school)[p.Stream] >= p.Last() || school == v.school() && v.o.Log.Vector()[p.Stream] >= p.Last() {
				return nil
			}
			fits, err := out.add(appendFrame(nil, b))
			if err == nil && !fits {
				return errRoom
			}
			if err == nil {
				v.res.CarriedOut++
			}
			return errors.Join(err, v.ctx.Err())
		})
		if errors.Is(err, errRoom) {
			return nil
		}
		if err != nil {
			out.abandon()
			return err
		}
	}
	return nil
}

// leaveBlobs writes what peers want and we have, as far as it fits.
func (v *visit) leaveBlobs(out *files) error {
	for _, w := range v.asked() {
		if v.onCarrier(w) {
			continue
		}
		err := v.leaveBlob(out, w)
		if errors.Is(err, errRoom) {
			return nil
		}
		if err != nil {
			out.abandon()
			return err
		}
	}
	return nil
}

func (v *visit) leaveBlob(out *files, w wanted) error {
	blob, size, err := v.o.Blobs.Open(hex.EncodeToString(w.Hash))
	if err != nil || size != w.Size {
		return nil // gone meanwhile
	}
	defer func(b exchange.Blob) { _ = b.Close() }(blob)
	buf, frame := make([]byte, packPiece), []byte(nil)
	for at := w.From; at < size; {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		n := min(packPiece-at%packPiece, size-at)
		if got, err := blob.ReadAt(buf[:n], at); int64(got) < n && err != nil && err != io.EOF {
			v.o.Logger.Warn("a file cannot be read", "blob", hex.EncodeToString(w.Hash), "err", err)
			return nil
		}
		frame = appendPiece(frame[:0], w.Hash, size, at, buf[:n])
		fits, err := out.add(frame)
		if err == nil && !fits {
			return errRoom
		}
		if err != nil {
			return err
		}
		at += n
	}
	v.res.BlobsOut++
	return nil
}

// leaveHead says what this parcel is made of; nothing for an empty one.
func (v *visit) leaveHead(made []headFile, before clock.Vector) error {
	if len(made) == 0 {
		return nil
	}
	h := head{Number: v.parcel, Covers: v.vector(), Needs: before, Files: made}
	return writeSmall(v.d, v.own, fmt.Sprintf("head-%08d.cbor", v.parcel), sign(v.o.Device, letterHead, h))
}

// leaveReceipt says what we hold now, and what we lack.
func (v *visit) leaveReceipt() error {
	err := writeSmall(v.d, v.own, "want.cbor", sign(v.o.Device, letterWant, v.wants()))
	return errors.Join(err, writeSmall(v.d, v.own, "ack.cbor", sign(v.o.Device, letterAck, ack{v.allHeld()})))
}
