package eventlog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io/fs"
	"slices"
	"sort"

	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A stream forks when a copied card, or a restored backup, went on writing under names that the first had given already:
// two signed events of one name. Nobody's work is thrown away for it. The stream ends for everybody at the last event that
// both have; what each wrote after it is a branch, a stream of its own, named by the hash of the stream and of the chain
// after the branch's first event. So boxes that met the branches in whatever order hold the same streams, fold the same
// events under the same names, and tell the same vector: a branch travels as any stream does, and brings its proof along, as
// its segments are signed for the stream that it left. Whoever finds a fork in a stream it writes itself leaps to a new epoch.
//
// What came first stays stored under the stream's own id; only its events are called by the branch's name from the fork on
// (a cut). What came later is stored under the branch's (a stream with a parent).
type fork struct {
	of     clock.Stream  // as it is signed
	parent clock.Stream  // what is stored and forks: of, or a branch
	at     uint64        // the last event that both have
	base   segment.Chain // after it
	name   clock.Stream  // what the parent's events after at are called
	branch clock.Stream  // what is stored apart
}

// A Fork is one that this box knows.
type Fork struct {
	Stream   clock.Stream    // the one that ended
	Device   string          // who wrote it; "" not known any more
	Scope    segment.Scope   // of the stream
	At       uint64          // the last event before the fork
	Branches [2]clock.Stream // what was written after it
	Events   [2]uint64       // how many of each are held
}

const (
	forksFile   = "forks"
	maxBranches = 64 // that are kept as branches; of more only the proof is
)

// branchOf names the branch of a stream whose first event makes the chain this.
func branchOf(of clock.Stream, first segment.Chain) clock.Stream {
	h := blake3.New()
	h.Write([]byte("lamplight branch 1\x00"))
	h.Write(of[:])
	h.Write(first[:])
	return clock.Stream(h.Sum(nil)[:8])
}

// forkBytes is the file "forks": 56 bytes each (of 8 ‖ parent 8 ‖ at 8 ‖ base 16 ‖ name 8 ‖ branch 8), then their CRC32C 4.
func forkBytes(forks []fork) []byte {
	var b []byte
	for _, f := range forks {
		b = append(append(b, f.of[:]...), f.parent[:]...)
		b = append(binary.BigEndian.AppendUint64(b, f.at), f.base[:]...)
		b = append(append(b, f.name[:]...), f.branch[:]...)
	}
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func parseForks(b []byte) ([]fork, error) {
	const size = 56
	n := len(b) - 4
	if n < 0 || n%size != 0 || n/size > maxBranches || crc32.Checksum(b[:n], castagnoli) != binary.BigEndian.Uint32(b[n:]) {
		return nil, fmt.Errorf("eventlog: %s: damaged: %w", forksFile, fs.ErrInvalid)
	}
	var out []fork
	for ; len(b) > 4; b = b[size:] {
		out = append(out, fork{
			clock.Stream(b[:8]), clock.Stream(b[8:16]), binary.BigEndian.Uint64(b[16:]), segment.Chain(b[24:40]),
			clock.Stream(b[40:48]), clock.Stream(b[48:56]),
		})
	}
	return out, nil
}

// readForks reads the file; one that is damaged is as none: peers send the branches again, and they fork again.
func (l *Log) readForks() []fork {
	b, err := l.readSmall(forksFile)
	if err != nil {
		return nil
	}
	forks, err := parseForks(b)
	if err != nil {
		l.o.Logger.Error("the list of forks; peers have the branches", "err", err)
	}
	return forks
}

// cutsOf lists the forks of a stored stream, first to last.
func cutsOf(forks []fork, stored clock.Stream) (cuts []fork) {
	for _, f := range forks {
		if f.parent == stored {
			cuts = append(cuts, f)
		}
	}
	sort.SliceStable(cuts, func(i, j int) bool { return cuts[i].at < cuts[j].at })
	return cuts
}

// birth is the fork that a stored branch comes from.
func birth(forks []fork, stored clock.Stream) (fork, bool) {
	i := slices.IndexFunc(forks, func(f fork) bool { return f.branch == stored })
	if i < 0 {
		return fork{}, false
	}
	return forks[i], true
}

// called is what everybody calls event seq of a stored stream.
func called(forks []fork, stored clock.Stream, seq uint64) clock.Stream {
	if len(forks) == 0 {
		return stored
	}
	name := stored
	for _, f := range cutsOf(forks, stored) {
		if seq > f.at {
			name = f.name
		}
	}
	return name
}

// A part is a run of a stored stream under one name.
type part struct {
	name, of    clock.Stream
	stored      *stream
	chain       segment.Chain // after last
	after, last uint64        // it holds after+1 … last; for peers it is held to last
}

// parts are all that is held, by name; the caller holds mu.
func (l *Log) parts() []part {
	out := make([]part, 0, len(l.streams))
	for id, st := range l.streams {
		p := part{name: id, of: id, stored: st, last: st.last, chain: st.chain}
		if f, born := birth(l.forks, id); born {
			p.of, p.after = f.of, f.at
		}
		for _, f := range cutsOf(l.forks, id) {
			if p.last, p.chain = f.at, f.base; f.at > p.after && f.at <= st.last {
				out = append(out, p)
			}
			p = part{name: f.name, of: f.of, stored: st, after: f.at, last: st.last, chain: st.chain}
		}
		if p.last > p.after {
			out = append(out, p)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name.Compare(out[j].name) < 0 })
	return out
}

// Forks lists the forks that this box knows, oldest first.
func (l *Log) Forks() (out []Fork) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.forks) == 0 {
		return nil
	}
	held := map[clock.Stream]uint64{}
	for _, p := range l.parts() {
		held[p.name] = p.last - p.after
	}
	for _, f := range l.forks {
		o := Fork{Stream: f.of, At: f.at, Branches: [2]clock.Stream{f.name, f.branch}, Events: [2]uint64{held[f.name], held[f.branch]}}
		if st := l.streams[f.parent]; st != nil {
			o.Scope = st.scope
			if owner, err := l.o.Registry.Claim(f.of, st.epoch, st.scope); err == nil {
				o.Device = owner.Device
			}
		}
		out = append(out, o)
	}
	return out
}

// tellOwners lets the registry say whose the branches are.
func (l *Log) tellOwners() {
	for _, f := range l.forks {
		l.o.Registry.Alias(f.name, f.of)
		l.o.Registry.Alias(f.branch, f.of)
	}
}

// loadForks reads which streams forked, and begins to hold their branches. Folds that were made before a fork was known
// call its events by other names and are made anew.
func (l *Log) loadForks() error {
	l.forks = l.readForks()
	names, folded := forkBytes(l.forks), []byte(nil)
	if err := l.indexed(func(v *kv) { folded = bytes.Clone(v.Get(bucketMeta, []byte("forks"))) }); err != nil {
		return err
	}
	names = names[len(names)-4:]
	if none := len(l.forks) == 0 && folded == nil; !none && len(l.streams) > 0 && !bytes.Equal(names, folded) {
		return fmt.Errorf("%w: it was folded before a stream forked", errDamaged)
	}
	if len(l.forks) > 0 {
		l.put(bucketMeta, []byte("forks"), names)
	}
	for _, f := range l.forks {
		parent := l.streams[f.parent]
		st := l.streams[f.branch]
		if st == nil && parent != nil {
			l.addStream(f.branch, parent.epoch, parent.scope)
		} else if st != nil {
			st.folded = max(st.folded, f.at)
		}
	}
	return nil
}

// scannedForked is scanned for a segment of a stream that forked.
func (l *Log) scannedForked(b []byte, at spot) error {
	s, err := segment.Parse(b)
	if err != nil {
		l.o.Logger.Error("a segment is damaged", "file", l.segments.name(at.file), "at", at.off, "err", err)
		return nil
	}
	if l.streams[s.Stream] == nil {
		l.addStream(s.Stream, s.Epoch, s.Scope)
	}
	for _, f := range l.forks { // whose parent came only now
		if f.of == s.Stream && l.streams[f.branch] == nil {
			l.addStream(f.branch, s.Epoch, s.Scope)
		}
	}
	for _, st := range l.storedOf(s.Stream) {
		if l.continues(st, s) {
			h := s.Header
			h.Stream = st.id
			l.scanned(&h, at)
			return nil
		}
	}
	l.o.Logger.Error("a segment follows no branch that is held", "file", l.segments.name(at.file), "at", at.off, "stream", s.Stream.String(), "first", s.First)
	return nil
}
