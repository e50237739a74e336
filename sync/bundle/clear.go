package bundle

import (
	"encoding/hex"
	"maps"
	"slices"

	"lamplight/sync/exchange"
)

// clear takes off the carrier what a pull left of our files, what was torn, and what has arrived with all who may want it.
func (v *visit) clear() {
	a := v.mine()
	for _, name := range a.trash {
		_ = v.d.Remove(v.own + "/" + name)
	}
	all := a.purged != v.purged()
	a.files = slices.DeleteFunc(a.files, func(e Entry) bool {
		at := v.own + "/" + e.Name
		gone := v.mayDrop(at, segName.MatchString(e.Name), all)
		if !gone || v.d.Remove(at) != nil {
			return false
		}
		v.res.Dropped++
		v.forget(at)
		return true
	})
	for name, named := range a.heads {
		if !slices.ContainsFunc(named, func(f headFile) bool {
			return slices.ContainsFunc(a.files, func(e Entry) bool { return e.Name == f.Name })
		}) {
			_ = v.d.Remove(v.own + "/" + name)
		}
	}
}

// mayDrop says whether a file of ours is of no more use. One in which nothing whole was found is of none.
func (v *visit) mayDrop(at string, segments, all bool) bool {
	if !segments {
		for hash, pieces := range v.packs {
			if slices.ContainsFunc(pieces, func(p packed) bool { return p.file == at }) && v.stillWanted(hash) {
				return false
			}
		}
		return true
	}
	if all {
		return true
	}
	for _, p := range v.pieces {
		if p.file == at && !v.arrived(p) {
			return false
		}
	}
	return true
}

// arrived says whether all who may hold a piece are known to.
func (v *visit) arrived(p piece) bool {
	school := p.School
	if !p.Sealed {
		school = v.schoolOf(p)
	}
	if school != v.school() {
		return v.elsewhere(school)[p.Stream] >= p.Last()
	}
	any := false
	for _, x := range v.peers() {
		if v.o.Registry.MayHold(x.Public, p.Scope) {
			if any = true; v.known(x.ID())[p.Stream] < p.Last() {
				return false
			}
		}
	}
	return any
}

func (v *visit) stillWanted(hash string) bool {
	for _, x := range v.peers() {
		for _, w := range v.wantedBy(x.ID()) {
			if hex.EncodeToString(w.Hash) == hash {
				return true
			}
			if v.o.Also != nil && slices.ContainsFunc(v.o.Also(hex.EncodeToString(w.Hash)), func(m exchange.Want) bool { return m.Hash == hash }) {
				return true
			}
		}
	}
	return false
}

// forget takes a file's pieces out of what the carrier holds.
func (v *visit) forget(at string) {
	v.pieces = slices.DeleteFunc(v.pieces, func(p piece) bool { return p.file == at })
	maps.DeleteFunc(v.packs, func(hash string, pieces []packed) bool {
		v.packs[hash] = slices.DeleteFunc(pieces, func(p packed) bool { return p.file == at })
		return len(v.packs[hash]) == 0
	})
}
