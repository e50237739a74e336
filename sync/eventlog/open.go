package eventlog

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// Open reads the journal's end, mends what a power cut tore, and folds what records.db has not seen. A records.db that
// is missing, damaged or ahead of the journal is moved aside and rebuilt. One of a newer format is
// errors.ErrUnsupported and nothing is touched.
func Open(o Options) (*Log, error) {
	o.fill()
	for _, b := range o.Applier.Buckets() {
		if strings.HasPrefix(b, "log.") || strings.IndexByte(b, 0) >= 0 || b == "" {
			return nil, fmt.Errorf("eventlog: fold bucket %q: %w", b, fs.ErrInvalid)
		}
	}
	l := &Log{o: o, queue: newQueue(o.eager), changed: make(chan struct{}), failed: map[string]uint64{}}
	l.kick, l.hurry, l.certain = make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{})
	if err := l.openJournal(); err != nil {
		return nil, err
	}
	err := l.load(o.Lazy)
	if errors.Is(err, errMuch) {
		err = l.load(false)
	}
	if errors.Is(err, errDamaged) {
		l.o.Logger.Warn("records.db is rebuilt from the journal", "err", err)
		if err = moveAside(o.DB); err == nil {
			err = l.load(false)
		}
	}
	if err == nil {
		l.Streams() // claims them all, so that the Registry can answer for each
		if l.proved.Load() {
			err = l.checkEpoch()
			close(l.certain)
		}
	}
	if err != nil {
		l.closeFiles()
		l.closeDB()
		return nil, err
	}
	return l, nil
}

func (o *Options) fill() {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = clock.NewMonotonic(o.Device.Boot())
	}
	if o.disk == nil {
		o.disk = osDisk{o.Dir}
	}
	if o.tailSize == 0 {
		o.tailSize = tailSize
	}
}

func moveAside(path string) error {
	if err := os.Rename(path, path+".damaged"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("eventlog: %w", err)
	}
	return nil
}

func (l *Log) openJournal() error {
	names, err := l.o.disk.names()
	if err != nil {
		return err
	}
	if l.segments, err = openHeap(l.o.disk, "seg", names); err != nil {
		return err
	}
	if l.bodies, err = openHeap(l.o.disk, "body", names); err != nil {
		l.segments.close()
		return err
	}
	return nil
}

// errMuch is that what there is to do at opening needs a records.db that is proved.
var errMuch = errors.New("eventlog: much is to be folded")

// load opens records.db and the tails and brings index and folds up to the journal's end, in memory alone if it is lazy:
// the journal stays as it is until it is proved. errDamaged asks for a rebuild, errMuch for a load that is not lazy.
func (l *Log) load(lazy bool) error {
	l.streams, l.active, l.frozen, l.dirty = map[clock.Stream]*stream{}, newLayer(), nil, map[clock.Stream]bool{}
	l.lamport, l.fresh, l.pen, l.pasts = 0, 0, pen{}, nil
	if l.tails != nil {
		l.tails.close()
		l.tails = nil
	}
	if err := os.MkdirAll(filepath.Dir(l.o.DB), 0o700); err != nil {
		return fmt.Errorf("eventlog: %w", err)
	}
	steps := []func() error{l.loadMeta, l.loadHeads, l.loadForks, l.checkRecent, l.scanBodies, l.scanSegments, l.settle, l.loadTails, l.foldMissing}
	if lazy {
		steps = []func() error{l.loadMeta, l.loadHeads, l.loadForks, l.scanBodies, l.scanSegments, l.loadTails, l.foldMissing}
	}
	err := l.openDB(lazy)
	for _, step := range steps {
		if err == nil {
			err = step()
		}
	}
	if errors.Is(err, errDamaged) || errors.Is(err, errMuch) {
		err = errors.Join(err, l.closeDB())
	}
	return err
}

// openDB opens records.db, making one if there is none; lazily for reading alone.
func (l *Log) openDB(lazy bool) error {
	l.proved.Store(false)
	pages, err := openPages(l.o.DB)
	if errors.Is(err, fs.ErrNotExist) {
		if err = createDB(l.o.DB); err == nil {
			pages, err = openPages(l.o.DB)
		}
	}
	if err != nil {
		return err
	}
	if lazy {
		l.pages = newPageBase(pages)
		return nil
	}
	defer pages.close()
	if l.sum, err = pages.prove(nil); err != nil {
		return err
	}
	if l.db, err = boltDB(l.o.DB); err == nil {
		l.proved.Store(true)
	}
	return err
}

// settle cuts torn ends off, once records.db is known to say truly where the rest is.
func (l *Log) settle() error {
	return errors.Join(l.bodies.cutTo(l.bodyEnd), l.segments.cutTo(l.segEnd))
}

// loadMeta reads how far the index goes, and drops folds of another version.
func (l *Log) loadMeta() error {
	var format, folds []byte
	err := l.indexed(func(v *kv) {
		format = v.Get(bucketMeta, []byte("format"))
		folds = append([]byte{}, v.Get(bucketMeta, []byte("folds"))...)
		l.segEnd = parseSpot(v.Get(bucketMeta, []byte("segments")))
		l.bodyEnd = parseSpot(v.Get(bucketMeta, []byte("bodies")))
		if n := number(format); n > formatVersion {
			format = nil
			l.segEnd.file = 0
		}
	})
	if err != nil {
		return err
	}
	l.ended = [2]spot{l.segEnd, l.bodyEnd}
	if l.segEnd.file == 0 {
		return fmt.Errorf("eventlog: %s is from a newer Lamplight: %w", l.o.DB, errors.ErrUnsupported)
	}
	if l.segments.tip().before(l.segEnd) || l.bodies.tip().before(l.bodyEnd) {
		return fmt.Errorf("%w: it is ahead of the journal", errDamaged)
	}
	if version := l.o.Applier.Version(); len(folds) > 0 && number(folds) != uint64(version) {
		if l.db == nil {
			return errMuch
		}
		l.o.Logger.Info("folds are made anew for this version", "was", number(folds), "is", version)
		if l.sum, err = dropBuckets(l.db, l.sum, append(l.o.Applier.Buckets(), bucketMark)...); err != nil {
			return fmt.Errorf("eventlog: drop folds: %w", err)
		}
	}
	l.put(bucketMeta, []byte("format"), number4(formatVersion))
	l.put(bucketMeta, []byte("folds"), number4(l.o.Applier.Version()))
	return nil
}

func (l *Log) loadHeads() error {
	damaged := false
	err := l.indexed(func(v *kv) {
		v.Scan(bucketHead, nil, func(k, val []byte) bool {
			st, ok := parseHead(k, val)
			if !ok {
				damaged = true
				return false
			}
			st.folded = number(v.Get(bucketMark, k))
			l.streams[st.id] = st
			l.lamport.See(st.lamport)
			return true
		})
		v.Scan(bucketMark, nil, func(k, val []byte) bool { // of a stream that is only in the tail
			if id := clock.Stream(k); l.streams[id] == nil {
				l.streams[id] = &stream{id: id, chain: segment.StartOf(id), sealedChain: segment.StartOf(id), folded: number(val)}
			}
			return true
		})
	})
	if damaged {
		return fmt.Errorf("%w: a stream's head", errDamaged)
	}
	return err
}

// recent is how far back from the index's end its frames are read at opening: what a card lost that lied about a sync.
const recent = 1 << 20

// checkRecent reads what records.db says was written last. If it is not there, the card lied, and the events may still be
// in the tail or with peers.
func (l *Log) checkRecent() error {
	var segments, bodies []spot
	err := l.indexed(func(v *kv) {
		segments = v.spotsAfter(bucketSegment, spot{l.ended[0].file, l.ended[0].off - recent})
		bodies = v.spotsAfter(bucketBody, spot{l.ended[1].file, l.ended[1].off - recent})
	})
	if err != nil {
		return err
	}
	for _, at := range segments {
		if _, err := l.segments.read(at); err != nil {
			return fmt.Errorf("%w: it names a segment that is not there: %w", errDamaged, err)
		}
	}
	for _, at := range bodies {
		if _, err := l.bodies.read(at); err != nil {
			return fmt.Errorf("%w: it names a body that is not there: %w", errDamaged, err)
		}
	}
	return nil
}

func (v *kv) spotsAfter(bucket string, from spot) (out []spot) {
	v.Scan(bucket, nil, func(_, val []byte) bool {
		if at := parseSpot(val); !at.before(from) {
			out = append(out, at)
		}
		return true
	})
	return out
}

// scanBodies indexes bodies that came after the index was committed, and cuts off a torn end.
func (l *Log) scanBodies() error {
	end, err := l.bodies.scan(l.bodyEnd, func(at spot, b []byte) error {
		if len(b) >= 16 {
			l.put(bucketBody, append([]byte{}, b[:16]...), at.append(nil))
		}
		return nil
	}, l.noteDamage(l.bodies))
	if err != nil {
		return err
	}
	l.bodyEnd = end
	return nil
}

func (l *Log) noteDamage(h *heap) func(spot, int64) {
	return func(at spot, until int64) {
		if size, _ := h.files[at.file].size(); at.file == h.last && until == size {
			l.o.Logger.Info("a torn end was cut off", "file", h.name(at.file), "at", at.off)
			return
		}
		l.o.Logger.Error("the journal is damaged; peers may have what was there", "file", h.name(at.file), "from", at.off, "to", until)
	}
}

// scanSegments indexes segments that came after the index was committed, and cuts off a torn end.
func (l *Log) scanSegments() error {
	end, err := l.segments.scan(l.segEnd, func(at spot, b []byte) error {
		h, err := segment.ParseHeader(b)
		if err != nil {
			if errors.Is(err, errors.ErrUnsupported) {
				return fmt.Errorf("eventlog: %s: %w", l.segments.name(at.file), err)
			}
			l.o.Logger.Error("a segment is damaged", "file", l.segments.name(at.file), "at", at.off, "err", err)
			return nil
		}
		if l.forked(h.Stream) {
			return l.scannedForked(b, at)
		}
		l.scanned(&h, at)
		return nil
	}, l.noteDamage(l.segments))
	if err != nil {
		return err
	}
	l.segEnd = end
	return nil
}

// scanned takes a segment into the index if it follows what is held; after damage it may not.
func (l *Log) scanned(h *segment.Header, at spot) {
	st := l.streams[h.Stream]
	if st == nil {
		st = l.addStream(h.Stream, h.Epoch, h.Scope)
	}
	st.epoch, st.scope = h.Epoch, h.Scope
	if h.First > st.last+1 || h.First == st.last+1 && h.Before != st.chain {
		l.o.Logger.Error("a segment does not follow what is held", "file", l.segments.name(at.file), "at", at.off,
			"stream", h.Stream.String(), "first", h.First, "held", st.last)
		return
	}
	if h.Last() <= st.last {
		return
	}
	st.last, st.chain, st.lamport = h.Last(), h.After, max(st.lamport, h.Lamport)
	st.sealed, st.sealedChain = st.last, st.chain
	l.lamport.See(h.Lamport)
	l.index(st, h, at)
}

// loadTails takes in own events that were not sealed yet.
func (l *Log) loadTails() error {
	var err error
	l.tails, err = openTails(l.o.disk, l.o.tailSize, func(t tailEvent) {
		st := l.streams[t.stream]
		if st == nil {
			st = l.addStream(t.stream, t.epoch, t.scope)
		}
		if t.seq != st.last+1 {
			return // sealed already
		}
		e, err := segment.ParseCanonical(bytes.Clone(t.canonical))
		if err != nil {
			l.o.Logger.Error("an event in the tail is damaged", "stream", t.stream.String(), "seq", t.seq, "err", err)
			return
		}
		st.epoch, st.scope = t.epoch, t.scope
		e.Dot, e.Scope = clock.Dot{Stream: t.stream, Seq: t.seq}, t.scope
		st.last, st.chain, st.lamport = t.seq, segment.Next(st.chain, t.canonical), e.Lamport
		st.unsealed, st.since = append(st.unsealed, &e), time.Now()
		l.lamport.See(e.Lamport)
	})
	return err
}

// checkEpoch begins a new epoch when a stream of this one is shorter than what somebody may have been shown.
func (l *Log) checkEpoch() error {
	lost := false
	for id, n := range l.o.Device.Exports() {
		held := uint64(0)
		if st := l.streams[id]; st != nil {
			held = st.last
		}
		if n > held {
			l.o.Logger.Warn("somebody was shown more events of this device than it holds; a new epoch begins",
				"stream", id.String(), "held", held, "shown", n)
			lost = true
		}
	}
	if !lost {
		return nil
	}
	return l.o.Device.BumpEpoch()
}
