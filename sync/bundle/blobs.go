package bundle

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"sort"

	"lamplight/sync/exchange"
)

// takeBlobs fills what is wanted from the carrier's packs, as long as that makes blobs whole: a manifest names others.
func (v *visit) takeBlobs() {
	if v.o.Blobs == nil || v.o.Wants == nil || len(v.packs) == 0 {
		return
	}
	tried := map[string]bool{}
	for again := true; again; {
		again = false
		for _, w := range v.o.Wants.Wanted() {
			for _, x := range []*exchange.Want{&w, w.Else} {
				if x == nil || tried[x.Hash] || len(v.packs[x.Hash]) == 0 || v.ctx.Err() != nil {
					continue
				}
				tried[x.Hash] = true
				if v.takeBlob(*x) {
					again = true
					break
				}
			}
		}
	}
}

// takeBlob takes what the packs hold of one blob, and says whether it is whole now.
func (v *visit) takeBlob(w exchange.Want) bool {
	part, err := v.o.Blobs.Partial(w.Hash, w.Size)
	if err != nil {
		if !errors.Is(err, fs.ErrExist) {
			v.o.Logger.Warn("a file that was brought is not taken", "blob", w.Hash, "err", err)
		}
		return false
	}
	defer part.Close()
	pieces := v.piecesOf(w.Hash)
	v.fill(part, w, pieces)
	if _, n := part.Missing(0, 1); n > 0 {
		return false
	}
	if err := part.Finish(v.ctx); err != nil {
		v.o.Logger.Warn("a file that was brought is not what it is called", "blob", w.Hash, "err", err)
		v.res.Damaged++
		return false
	}
	v.res.BlobsIn++
	if v.o.OnBlob != nil {
		v.o.OnBlob(w.Hash)
	}
	return true
}

// piecesOf are a blob's pieces on the carrier, from its beginning on.
func (v *visit) piecesOf(hash string) []packed {
	pieces := append([]packed(nil), v.packs[hash]...)
	sort.SliceStable(pieces, func(i, j int) bool { return pieces[i].Offset < pieces[j].Offset })
	return pieces
}

// fill writes each piece that holds missing bytes.
func (v *visit) fill(part exchange.Partial, w exchange.Want, pieces []packed) {
	from := opener{d: v.d}
	defer from.close()
	for _, p := range pieces {
		if p.Size != w.Size || v.ctx.Err() != nil {
			continue
		}
		off, n := part.Missing(p.Offset, int64(p.length))
		if n == 0 || off >= p.Offset+int64(p.length) {
			continue
		}
		b, err := from.read(p)
		if err != nil {
			v.fault(err)
			continue
		}
		b = b[off-p.Offset:]
		if _, err := part.WriteAt(b, off); err != nil {
			if errors.Is(err, fs.ErrInvalid) {
				continue // bytes before it are missing
			}
			v.o.Logger.Warn("a file that was brought is not taken", "blob", w.Hash, "err", err)
			return
		}
		v.res.BlobBytesIn += int64(len(b))
	}
}

// An opener reads pieces of packs and keeps the last pack open.
type opener struct {
	d    Disk
	name string
	f    File
	buf  []byte
}

// read reads a piece's bytes, which are valid until the next call.
func (o *opener) read(p packed) (b []byte, err error) {
	if o.f == nil || o.name != p.file {
		o.close()
		if o.f, err = o.d.Open(p.file); err != nil {
			o.f = nil
			return nil, err
		}
		o.name = p.file
	}
	o.buf, err = readPacked(o.f, p, o.buf)
	return o.buf, err
}

func (o *opener) close() {
	if o.f != nil {
		_ = o.f.Close()
		o.f = nil
	}
}

// wants is what this box lacks, as its want.cbor says.
func (v *visit) wants() want {
	var out want
	if v.o.Wants == nil || v.o.Blobs == nil {
		return out
	}
	for _, w := range v.o.Wants.Wanted() {
		for _, x := range []*exchange.Want{&w, w.Else} {
			if x == nil || len(out.Blobs) >= maxWanted {
				continue
			}
			hash, err := hex.DecodeString(x.Hash)
			if err != nil || len(hash) != 32 {
				continue
			}
			out.Blobs = append(out.Blobs, wanted{Hash: hash, Size: x.Size, From: v.begun(*x)})
		}
	}
	return out
}

// begun is from where on a blob's bytes are missing.
func (v *visit) begun(w exchange.Want) int64 {
	b, ok := v.o.Blobs.(interface{ Begun(hash string) bool })
	if !ok || !b.Begun(w.Hash) {
		return 0
	}
	part, err := v.o.Blobs.Partial(w.Hash, w.Size)
	if err != nil {
		return 0
	}
	defer part.Close()
	off, _ := part.Missing(0, 1)
	return off
}

// asked lists what peers want and we have, by their wants on the carrier, else by those that were remembered.
func (v *visit) asked() (out []wanted) {
	if v.o.Blobs == nil {
		return nil
	}
	seen := map[string]bool{}
	add := func(w wanted) {
		hash := hex.EncodeToString(w.Hash)
		if len(w.Hash) != 32 || w.From < 0 || w.From >= w.Size || seen[hash] || !v.o.Blobs.Has(hash) {
			return
		}
		seen[hash] = true
		out = append(out, w)
	}
	for _, x := range v.peers() {
		if v.trip.For != "" && x.ID() != v.trip.For {
			continue
		}
		for _, w := range v.wantedBy(x.ID()) {
			add(w)
			if v.o.Also == nil || !seen[hex.EncodeToString(w.Hash)] {
				continue
			}
			for _, more := range v.o.Also(hex.EncodeToString(w.Hash)) {
				if hash, err := hex.DecodeString(more.Hash); err == nil {
					add(wanted{Hash: hash, Size: more.Size})
				}
			}
		}
	}
	return out
}

func (v *visit) wantedBy(id string) []wanted {
	if a := v.authors[id]; a != nil && a.want != nil {
		return a.want
	}
	if out, ok := v.wished[id]; ok {
		return out
	}
	var x want
	v.recall(id, "want", letterWant, &x)
	if v.wished == nil {
		v.wished = map[string][]wanted{}
	}
	v.wished[id] = x.known()
	return v.wished[id]
}

// onCarrier says whether the carrier's packs hold a wanted blob whole and unharmed.
func (v *visit) onCarrier(w wanted) bool {
	pieces := v.piecesOf(hex.EncodeToString(w.Hash))
	from := opener{d: v.d}
	defer from.close()
	at := w.From
	for _, p := range pieces {
		if p.Size != w.Size || p.Offset > at || p.Offset+int64(p.length) <= at {
			continue
		}
		if _, err := from.read(p); err == nil {
			at = p.Offset + int64(p.length)
		}
	}
	return at >= w.Size
}
