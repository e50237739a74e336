package exchange_test

import (
	"bytes"
	"slices"
	"sync"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/clustertest"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// A past gives a snapshot of made-up words, and notes how much was held when one came.
type past struct {
	mu    sync.Mutex
	wish  exchange.Wish
	held  func() uint64 // events
	heldN uint64
	got   *exchange.Snapshot
	takes error // what Take answers
	made  int
	maker *past    // of the box that has much
	came  []string // scopes of streams, in the order in which they came
	met   []exchange.Meeting
}

func (p *past) Make(who bool) (learn, roster []byte, err error) {
	p.mu.Lock()
	p.made++
	p.mu.Unlock()
	if who {
		roster = bytes.Repeat([]byte("who"), 9000)
	}
	return bytes.Repeat([]byte("learn"), 2000), roster, nil
}

func (p *past) Wish() exchange.Wish {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wish
}

func (p *past) Met(m exchange.Meeting) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.met = append(p.met, m)
}

func (p *past) Take(s exchange.Snapshot) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.takes != nil {
		return p.takes
	}
	p.got, p.wish, p.heldN = &s, exchange.HasSnapshot, p.held()
	return nil
}

// An arrivals is a log that notes what comes.
type arrivals struct {
	*clustertest.Memory
	p *past
}

func (l arrivals) Receive(raw []byte) (int, error) {
	if h, err := segment.ParseHeader(raw); err == nil {
		l.p.came = append(l.p.came, string(h.Scope))
	}
	return l.Memory.Receive(raw)
}

// newcomer is an old box with much, and a new one that wants a snapshot.
func newcomer(t *testing.T) (old, fresh *clustertest.Box, p *past, school *device.School) {
	n := clustertest.NewNetwork(3)
	p = &past{wish: exchange.WantSnapshot, maker: &past{}}
	old = clustertest.NewBox(t, n, "old", func(o *exchange.Options) { o.Snapshots = p.maker })
	fresh = clustertest.NewBox(t, n, "fresh", func(o *exchange.Options) { o.Snapshots, o.Log = p, arrivals{o.Log.(*clustertest.Memory), p} })
	p.held = func() (n uint64) {
		for stream, last := range fresh.Log.Vector() {
			if stream != fresh.Device.Stream("pub") {
				n += last
			}
		}
		return n
	}
	return old, fresh, p, clustertest.Found(t, old, fresh)
}

func TestANewBoxIsSentASnapshotBeforeThePast(t *testing.T) {
	old, fresh, p, school := newcomer(t)
	old.MustWrite("pub", 7)
	old.MustWrite(school.Roster(), 900)
	old.MustWrite(school.Learn(), 9000)
	sum := fresh.MustMeet(old)
	inStep(t, old, fresh)
	if !sum.Snapshot || sum.Refused != 0 || p.got == nil {
		t.Fatalf("no snapshot came: %+v", sum)
	}
	if p.heldN > 7 {
		t.Errorf("%d events had come before it", p.heldN)
	}
	if len(p.got.Learn) != 10_000 || len(p.got.Who) != 27_000 {
		t.Errorf("it tells %d and %d bytes", len(p.got.Learn), len(p.got.Who))
	}
	for _, scope := range []segment.Scope{school.Roster(), school.Learn()} {
		if stream := old.Device.Stream(scope); p.got.At[stream] != old.Log.Vector()[stream] {
			t.Errorf("of %s it stands for %d events", scope, p.got.At[stream])
		}
	}
	old.MustWrite(school.Learn(), 9000)
	p.got = nil
	if fresh.MustMeet(old); p.got != nil {
		t.Error("a box that goes by one was sent another")
	}
}

func TestWhereLittleIsOwedEventsComeAsTheyAre(t *testing.T) {
	old, fresh, p, school := newcomer(t)
	old.MustWrite(school.Learn(), 900)
	if fresh.MustMeet(old); p.got != nil {
		t.Error("a snapshot of what is less than a snapshot")
	}
	inStep(t, old, fresh)
}

func TestASnapshotIsTakenOfTheOwnSchoolAlone(t *testing.T) {
	old, fresh, p, school := newcomer(t)
	old.MustWrite(school.Learn(), 20_000)
	fresh.MustMeet(old)
	raw := p.got.Raw
	if _, err := exchange.ParseSnapshot(fresh.Registry, raw); err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(raw); at += 1 + len(raw)/400 {
		spoilt := slices.Clone(raw)
		spoilt[at] ^= 4
		if _, err := exchange.ParseSnapshot(fresh.Registry, spoilt); err == nil {
			t.Fatalf("byte %d of %d may be changed", at, len(raw))
		}
	}
	other := clustertest.NewBox(t, clustertest.NewNetwork(4), "other", nil)
	clustertest.Found(t, other)
	if _, err := exchange.ParseSnapshot(other.Registry, raw); err == nil {
		t.Error("another school takes it")
	}
	if err := fresh.Registry.Revoke(old.Device.ID(), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := exchange.ParseSnapshot(fresh.Registry, raw); err == nil {
		t.Error("a box that is shut out may still say what the school is")
	}
}

// A box of the school cannot have another go by a snapshot that no events will ever end.
func TestASnapshotOfEventsThatDoNotExistIsRefused(t *testing.T) {
	old, fresh, p, school := newcomer(t)
	old.MustWrite(school.Learn(), 20_000)
	fresh.MustMeet(old)
	theirs, learn := old.Log.Vector(), old.Device.Stream(school.Learn())
	for name, c := range map[string]struct {
		of exchange.Standing
		at clock.Vector
		ok bool
	}{
		"as it is":                    {exchange.Member, p.got.At, true},
		"a little that came since":    {exchange.Member, clock.Vector{learn: theirs[learn] + 100}, true},
		"much that came since":        {exchange.Member, clock.Vector{learn: theirs[learn] + 2000}, false},
		"events of nobody":            {exchange.Member, clock.Vector{learn: 1 << 40}, false},
		"a stream of nobody":          {exchange.Member, clock.Vector{learn: 5, clock.Stream{9}: 5}, false},
		"streams of no school":        {exchange.Member, clock.Vector{old.Device.Stream("pub"): 1}, false},
		"who there is, by a district": {exchange.Overseer, p.got.At, false},
	} {
		err := exchange.StandsFor(fresh.Node, c.of, exchange.Snapshot{At: c.at, Who: p.got.Who}, theirs)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
