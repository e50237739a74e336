package exchange

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"sync"
)

// What was asked for and is not wholly here when a session is cut, or its process killed, is asked for again; so no more
// than maxWindow is under way: 256 KiB, which keeps a link of 100 Mbit/s and 20 ms busy. A want is one chunk of a Partial,
// kept as soon as it is whole, and the next one is asked for while others are under way.
const (
	maxAsks   = 16        // wants under way at once, so that many small files do not wait a round trip each
	maxWindow = 256 << 10 // bytes under way at once
	blobChunk = 64 << 10  // bytes that one want asks for, and what a Partial keeps
	maxRun    = 1 << 20   // bytes that a peer's want may ask for
)

// A fetch is a session's receiving of blobs: one after the other, each in runs of what is missing.
type fetch struct {
	s   *session
	ctx context.Context
	wg  sync.WaitGroup // of blobs being verified

	mu     sync.Mutex
	stale  bool // ask Wants again
	list   []Want
	tried  map[string]bool // in this session
	now    *incoming       // whose runs are being asked for; nil when all of list was
	asks   map[uint64]*run // by number
	number uint64
	window int64 // bytes asked for and not here yet
	verify int   // blobs being verified
	cut    bool  // out of budget
	closed bool
	turn   turn   // what may be asked for by now
	late   []Want // of list: would not get through before the contact ends, as far as known
	// leaving are those at which there is nothing more to do here.
	leaving []*incoming
}

func newFetch(ctx context.Context, s *session) *fetch {
	return &fetch{s: s, ctx: ctx, stale: true, tried: map[string]bool{}, asks: map[uint64]*run{}}
}

// refresh makes the next ask look at Wants again, and allow what it is the turn of by now.
func (f *fetch) refresh(t turn) {
	f.mu.Lock()
	f.stale, f.turn = true, max(f.turn, t)
	f.mu.Unlock()
}

// ask gives the wants to send now. idle: none is under way and there is nothing more to ask this peer for.
func (f *fetch) ask() (wants []wantMessage, idle bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for !f.closed && !f.cut && len(f.asks) < maxAsks && f.window+blobChunk <= maxWindow {
		if f.now == nil && !f.begin() {
			break
		}
		w, ok := f.nextRun()
		if ok {
			wants = append(wants, w)
		} else if f.now != nil {
			break // others are at the rest
		}
		for _, in := range f.leaving {
			f.part(in)
		}
		f.leaving = nil
	}
	return wants, f.turn == turnAll && len(f.asks) == 0 && f.verify == 0 && (f.now == nil || f.cut)
}

// begin opens the next wanted blob that this peer may have and nobody else is fetching.
func (f *fetch) begin() bool {
	n := f.s.node
	if f.stale {
		f.stale, f.list, f.late = false, n.wanted(), nil
	}
	for {
		next, more := f.pick()
		if !more {
			return false
		}
		w, ok := f.choose(next)
		if !ok || f.tried[w.Hash] || !n.blobs.mayAsk(f.s.peer, w.Hash) || n.o.Blobs.Has(w.Hash) || !f.s.mayPull(w) {
			continue
		}
		if !n.blobs.claim(w.Hash) {
			if in := n.blobs.join(w.Hash); in != nil && in.enter(f) {
				f.tried[w.Hash], f.now = true, in
				return true
			}
			continue
		}
		f.tried[w.Hash] = true
		partial, err := n.o.Blobs.Partial(w.Hash, w.Size)
		if err != nil {
			n.blobs.opened(w.Hash, nil)
			n.blobs.lacks(f.s.peer, w.Hash) // not asked for again at once
			n.o.Logger.Warn("blob cannot be received now", "hash", w.Hash, "size", w.Size, "error", err)
			continue
		}
		raw, _ := hex.DecodeString(w.Hash) // Partial took it
		f.now = &incoming{Want: w, partial: partial, raw: raw, at: map[*fetch]*stint{f: {}}, under: map[int64]*run{}}
		n.blobs.opened(w.Hash, f.now)
		return true
	}
}

// choose gives w, or what this peer is asked for in its place; false when the one that is not asked for is on its way.
// The caller holds mu.
func (f *fetch) choose(w Want) (Want, bool) {
	n := f.s.node
	switch {
	case w.Else == nil:
		return w, true
	case !f.tried[w.Hash] && n.blobs.mayAsk(f.s.peer, w.Hash):
		return w, !n.blobs.taken(w.Else.Hash)
	default:
		return *w.Else, !n.blobs.taken(w.Hash) && !n.o.Blobs.Has(w.Hash)
	}
}

// nextRun asks for some bytes of now that are neither here nor under way. When there are none it leaves now, unless it is
// to wait for what others are at.
func (f *fetch) nextRun() (wantMessage, bool) {
	in := f.now
	in.mu.Lock()
	defer in.mu.Unlock()
	off, size, wait := in.pick(f)
	if wait {
		return wantMessage{}, false
	}
	if size <= 0 {
		f.now = nil
		st := in.at[f]
		if st.asked = true; st.runs == 0 {
			f.leaving = append(f.leaving, in)
		}
		return wantMessage{}, false
	}
	if room := f.s.meter.left() - f.window - reserve - size/64; size > room {
		size = (off+max(room, 0))/blobChunk*blobChunk - off // whole chunks only
	}
	if size <= 0 {
		f.cut = true
		return wantMessage{}, false
	}
	f.number++
	f.window += size
	f.asks[f.number] = in.begin(f, off, size)
	f.s.node.moved.asked.Add(size)
	return wantMessage{Number: f.number, Hash: in.raw, Offset: uint64(off), Length: uint64(size)}, true
}

// chunk stores what came. Only what was asked for is taken, in order.
func (f *fetch) chunk(c chunk) error {
	f.mu.Lock()
	r := f.asks[c.want]
	if r == nil || c.offset != r.next || int64(len(c.data)) > r.end-r.next {
		f.mu.Unlock()
		return errPeer("sent bytes of a blob that were not asked for")
	}
	r.next += int64(len(c.data))
	f.mu.Unlock()
	if err := r.in.write(c.data, c.offset); err != nil {
		return err // a full disk, a card that fails
	}
	f.mu.Lock()
	f.window -= int64(len(c.data)) // not before it is kept
	f.mu.Unlock()
	f.s.node.moved.came.Add(int64(len(c.data)))
	f.s.node.blobs.from(r.in.Hash, f.s.peer)
	f.s.mu.Lock()
	f.s.sum.BlobBytesIn += int64(len(c.data))
	f.s.mu.Unlock()
	return nil
}

// answered ends a want.
func (f *fetch) answered(number uint64, all bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.asks[number]
	if r == nil || all && r.next != r.end {
		return errPeer("answered what was not asked or not sent")
	}
	delete(f.asks, number)
	f.window -= r.end - r.next
	if r.in.ended(r, all) {
		if f.now == r.in {
			f.now = nil
		}
		f.part(r.in)
	}
	return nil
}

// part ends this session's share of a blob, and the receiving if it was the last: verified if all of it is here, kept as it
// is if not. The caller holds mu; the hashing of a large one is done aside.
func (f *fetch) part(in *incoming) {
	lacking, finish, last := in.leave(f)
	if finish {
		f.verify++
		f.wg.Add(1)
		go func() { // waited for in close
			defer f.wg.Done()
			f.finish(in)
		}()
		return
	}
	if lacking {
		f.s.node.blobs.lacks(f.s.peer, in.Hash)
	}
	if last {
		f.drop(in)
	}
	if lacking && in.Else != nil {
		f.list = append([]Want{in.Want}, f.list...) // chooses the other now
	}
}

func (f *fetch) finish(in *incoming) {
	n := f.s.node
	err := in.partial.Finish(f.ctx)
	switch {
	case err == nil:
		n.blobs.whole(in.Hash)
		if n.o.OnBlob != nil {
			n.o.OnBlob(in.Hash)
		}
	case errors.Is(err, fs.ErrInvalid):
		n.blobs.ban(in.Hash)
		n.o.Logger.Warn("blob received is not what its name says; who sent it is not asked for it again", "hash", in.Hash, "peer", f.s.peer, "error", err)
	default:
		n.o.Logger.Warn("blob received cannot be kept", "hash", in.Hash, "error", err)
	}
	f.s.mu.Lock()
	if err == nil {
		f.s.sum.BlobsIn++
	}
	f.s.mu.Unlock()
	f.mu.Lock()
	f.stale = true // a manifest names more blobs
	f.verify--
	f.drop(in)
	f.mu.Unlock()
	f.s.wake()
}

// drop closes a blob's partial and lets other sessions have it. The caller holds mu.
func (f *fetch) drop(in *incoming) {
	if err := in.partial.Close(); err != nil {
		f.s.node.o.Logger.Warn("blob's part could not be kept", "hash", in.Hash, "error", err)
	}
	f.s.node.blobs.release(in.Hash)
}

// close keeps what came of blobs under way, for the next session.
func (f *fetch) close() {
	f.mu.Lock()
	f.closed = true
	open := map[*incoming]bool{}
	if f.now != nil {
		open[f.now] = true
	}
	for _, r := range f.asks {
		open[r.in] = true
	}
	for in := range open {
		f.part(in)
	}
	f.now, f.asks = nil, map[uint64]*run{}
	f.mu.Unlock()
	f.wg.Wait()
}
