package exchange

import (
	"errors"
	"io/fs"
	"sync"
	"time"
)

// A blob larger than shared comes from several peers at once: sessions that have nothing more urgent join the one that
// began it. Each asks first for the stretches that fall to it by rendezvous hash, so that peers' disks read on, then for
// whatever is left; two wants a peer are under way, and one that takes much longer than they do is asked of another too.
const (
	shared   = 1 << 20 // bytes
	stretch  = 4 << 20 // bytes that fall to one peer
	maxTwo   = 2       // wants under way a peer, where there are several
	tooLong  = 2       // times what a want takes as a rule, and Pace.Stall at least
	averaged = 8       // wants that the rule is about
)

// An incoming is one blob on its way, over one session or several.
type incoming struct {
	Want
	partial Partial
	raw     []byte // the hash

	mu    sync.Mutex // taken after a fetch's
	at    map[*fetch]*stint
	under map[int64]*run // by number of the chunk that is asked for
	took  time.Duration  // how long a want takes, a moving average; 0 not known
	done  bool           // being verified, or let go
}

// A stint is a session's share of a blob.
type stint struct {
	runs    int  // under way
	asked   bool // there is no more to ask for
	lacking bool // the peer could not give all
}

// A run is one want under way.
type run struct {
	in        *incoming
	by        *fetch
	start     time.Time
	next, end int64
}

// enter makes f one of those at the blob; false when it is over.
func (in *incoming) enter(f *fetch) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.done {
		return false
	}
	in.at[f] = &stint{}
	return true
}

// pick finds what f is to ask for next: no bytes when there is nothing, or nothing yet, then wait is true. The caller holds mu.
func (in *incoming) pick(f *fetch) (off, size int64, wait bool) {
	st := in.at[f]
	if st == nil || st.lacking || in.done {
		return 0, 0, false
	}
	if len(in.at) == 1 {
		off, size = in.free(nil)
		return off, size, false
	}
	if st.runs >= maxTwo {
		return 0, 0, true
	}
	if off, size = in.free(f); size == 0 {
		off, size = in.free(nil)
	}
	if size > 0 {
		return off, size, false
	}
	slow := max(tooLong*in.took, f.s.node.pace.Stall)
	for number, r := range in.under {
		wait = wait || r.by != f
		if r.by != f && time.Since(r.start) > slow {
			if off, size = in.partial.Missing(number*blobChunk, blobChunk); size > 0 && off/blobChunk == number {
				return off, min(size, blobChunk-off%blobChunk), false
			}
		}
	}
	return 0, 0, wait
}

// free finds bytes that are neither here nor under way, of what falls to only, or to anybody for nil.
func (in *incoming) free(only *fetch) (off, size int64) {
	for at := int64(0); ; {
		off, size = in.partial.Missing(at, blobChunk)
		size = min(size, blobChunk)
		switch {
		case size <= 0:
			return 0, 0
		case only != nil && in.owner(off/stretch) != only:
			at = (off/stretch + 1) * stretch
		case in.under[off/blobChunk] != nil:
			at = (off/blobChunk + 1) * blobChunk
		default:
			return off, size
		}
	}
}

// owner is the session to which a stretch falls: the highest of a hash over peer, blob and stretch.
func (in *incoming) owner(number int64) (best *fetch) {
	var most uint64
	for f := range in.at {
		if rank := rendezvous(f.s.peer, in.Hash, uint64(number)); best == nil || rank > most {
			best, most = f, rank
		}
	}
	return best
}

// rendezvous ranks a box for a part of a blob, on all boxes alike: FNV-1a, mixed once more.
func rendezvous(device, hash string, part uint64) uint64 {
	h := uint64(14695981039346656037)
	for _, s := range [2]string{device, hash} {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
	}
	h = (h ^ part) * 0xbf58476d1ce4e5b9
	return (h ^ h>>29) * 0x94d049bb133111eb
}

// begin notes a run that f asks for. The caller holds mu.
func (in *incoming) begin(f *fetch, off, size int64) *run {
	r := &run{in: in, by: f, start: time.Now(), next: off, end: off + size}
	in.under[off/blobChunk] = r
	in.at[f].runs++
	return r
}

// ended notes that a run is over, and whether with it all of f's are and it had nothing more to ask for.
func (in *incoming) ended(r *run, all bool) (through bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if number := (r.end - 1) / blobChunk; in.under[number] == r {
		delete(in.under, number)
	}
	st := in.at[r.by]
	if st == nil {
		return false
	}
	if st.runs--; !all {
		st.lacking = true // no use in asking for the rest
	} else if took := time.Since(r.start); in.took == 0 {
		in.took = took
	} else {
		in.took += (took - in.took) / averaged
	}
	in.wake(r.by)
	return st.runs == 0 && (st.asked || st.lacking && len(in.at) > 1)
}

// write keeps bytes of a run. What another session brought first is no error, nor what comes after the end.
func (in *incoming) write(b []byte, off int64) error {
	_, err := in.partial.WriteAt(b, off)
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.done && errors.Is(err, fs.ErrClosed) {
		return nil
	}
	return err
}

// leave ends f's stint. finish: all is here, and f is to verify it. last: nobody is at it any more, and f is to close it.
func (in *incoming) leave(f *fetch) (lacking, finish, last bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	st := in.at[f]
	if st == nil {
		return false, false, false
	}
	delete(in.at, f)
	for number, r := range in.under {
		if r.by == f {
			delete(in.under, number)
		}
	}
	in.wake(f)
	if in.done {
		return st.lacking, false, false
	}
	_, missing := in.partial.Missing(0, 1)
	finish, last = missing == 0, missing > 0 && len(in.at) == 0
	in.done = finish || last
	return st.lacking && missing > 0, finish, last
}

// wake lets the others look again. The caller holds mu.
func (in *incoming) wake(but *fetch) {
	for f := range in.at {
		if f != but {
			f.s.wake()
		}
	}
}

// patience is how long the sender may sleep: a session that waits for what others are at looks whether they are still.
func (f *fetch) patience() time.Duration {
	if f == nil {
		return time.Hour
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now != nil && !f.cut {
		return f.s.node.pace.Stall
	}
	return time.Hour
}
