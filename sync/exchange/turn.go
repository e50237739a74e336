package exchange

import "slices"

// A turn is how far the peer is with its segments, and so what may be asked for.
type turn int

const (
	turnNone  turn = iota // the urgent ones are on their way
	turnSmall             // those are here: blobs of up to smallBlob
	turnAll               // all are here
)

// pick takes the next want that may be asked for now. What would probably not get through before the contact ends comes
// after what would; on a metered link large blobs do not come at all. The caller holds mu.
func (f *fetch) pick() (Want, bool) {
	for len(f.list) > 0 {
		w := f.first()
		switch {
		case !f.s.affordable(w) || f.turn == turnNone || (f.turn < turnAll || f.s.held.Load()) && w.Size > smallBlob:
			continue
		case !f.s.fits(w.Size):
			f.late = append(f.late, w)
			continue
		}
		return w, true
	}
	if len(f.late) == 0 || f.turn < turnAll || f.s.held.Load() {
		return Want{}, false
	}
	w := f.late[0]
	f.late = f.late[1:]
	return w, true
}

// first takes the first of list, and between a box and its district the first small one before any large one.
func (f *fetch) first() Want {
	i := 0
	if f.s.class == Overseer {
		i = max(0, slices.IndexFunc(f.list, func(w Want) bool { return w.Size <= smallBlob }))
	}
	w := f.list[i]
	copy(f.list[1:i+1], f.list[:i])
	f.list = f.list[1:]
	return w
}

// hold keeps large blobs waiting while this side still sends what goes before them.
func (f *fetch) hold(on bool) {
	f.s.held.Store(on)
	f.mu.Lock()
	f.stale = true
	f.mu.Unlock()
}

// affordable says whether a blob may go over this link at all.
func (s *session) affordable(w Want) bool {
	return w.Size <= smallBlob || !s.line.metered && !s.theirs.Metered
}
