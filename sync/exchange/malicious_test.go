package exchange

import (
	"context"
	"math/rand/v2"
	"net"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/eventlog"
	"lamplight/sync/segment"
)

// keepNothing is an Applier without folds.
type keepNothing struct{}

func (keepNothing) Version() uint32                         { return 1 }
func (keepNothing) Buckets() []string                       { return nil }
func (keepNothing) Apply(eventlog.KV, *segment.Event) error { return nil }

// loggedVictim is victim with a real log that holds what a school wrote.
func loggedVictim(t *testing.T) (log *eventlog.Log, addr string, attacker *device.Device, greeted []byte) {
	t.Helper()
	n, _, attacker := victim(t)
	dir := t.TempDir()
	log, err := eventlog.Open(eventlog.Options{
		Dir: filepath.Join(dir, "journal"), DB: filepath.Join(dir, "records.db"), Device: n.o.Device, Registry: n.o.Registry,
		Applier: keepNothing{}, Logger: n.o.Logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	school := n.o.Registry.School()
	hello := hello{Proto: 1, Standing: Member, School: n.trust.school(), Digest: make([]byte, 16)}
	greeted = append(appendFrame(nil, kindHello, pack(hello)), vectorOf(clock.Vector{})...)
	var drafts []eventlog.Draft
	for i := range 300 {
		drafts = append(drafts, eventlog.Draft{Scope: school.Learn(), Kind: "attempt/1", Fields: []segment.Field{{Col: 1, Type: segment.Uint, Num: uint64(i)}}})
	}
	if _, err := log.Append(context.Background(), drafts...); err != nil {
		t.Fatal(err)
	}
	o := n.o
	o.Log = log
	served, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = served.Serve(ctx, ln) }()
	t.Cleanup(func() { cancel(); <-done })
	return log, ln.Addr().String(), attacker, greeted
}

// most is how many bytes of heap a paired peer that means harm may cost.
const most = 64 << 20

// watchHeap says, when it is stopped, how far the heap grew at the most.
func watchHeap() (stop func() int64) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, peak := int64(m.HeapAlloc), atomic.Int64{}
	over, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), int64(m.HeapAlloc)-before))
			select {
			case <-over:
				return
			case <-tick.C:
			}
		}
	}()
	return func() int64 { close(over); <-done; return peak.Load() }
}

// written makes a signed segment of the attacker's own stream, first event first, with this Lamport number.
func written(t *testing.T, by *device.Device, scope segment.Scope, first, lamport uint64, events, size int) []byte {
	t.Helper()
	stream := by.Stream(scope)
	var list []*segment.Event
	for i := range events {
		text := make([]byte, size) // zeros: what a compressed bomb is made of
		list = append(list, &segment.Event{Lamport: lamport + uint64(i), Kind: "note/1", Fields: []segment.Field{{Col: 1, Type: segment.Bytes, Data: text}}})
	}
	at := segment.Place{Stream: stream, Epoch: 1, Scope: scope, First: first, Before: segment.StartOf(stream)}
	raw, _, err := segment.Encode(at, list, &segment.Past{}, by.Sign)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func honestScope(t *testing.T, raw []byte) segment.Scope {
	t.Helper()
	h, err := segment.ParseHeader(raw)
	if err != nil {
		t.Fatal(err)
	}
	return h.Scope
}

// asMessage frames a message as the session does, in parts if it is long.
func asMessage(k kind, payload []byte) []byte {
	var out []byte
	for len(payload) > maxPayload {
		out, payload = appendFrame(out, kindPart, payload[:maxPayload]), payload[maxPayload:]
	}
	return appendFrame(out, k, payload)
}

// TestAPairedPeerThatMeansHarmCostsLittleAndLosesNothing lets a box of the school send what its own key allows it to sign:
// numbers far ahead, gaps without end, bombs, other's segments with bits turned.
func TestAPairedPeerThatMeansHarmCostsLittleAndLosesNothing(t *testing.T) {
	log, addr, attacker, greeted := loggedVictim(t)
	own := log.Vector()
	var honest []byte
	if err := log.Segments(clock.Vector{}, nil, func(raw []byte) error { honest = append([]byte{}, raw...); return nil }); err != nil {
		t.Fatal(err)
	}
	r, learn := rand.New(rand.NewPCG(1, 1)), honestScope(t, honest)
	attacks := map[string]func() []byte{
		"numbers far ahead": func() (raw []byte) {
			return asMessage(kindSegment, written(t, attacker, learn, 1, 1<<60, 1, 8))
		},
		"gaps without end": func() (raw []byte) {
			for i := range uint64(400) {
				raw = append(raw, asMessage(kindSegment, written(t, attacker, learn, 1<<40+i*2, 10, 1, 60_000))...)
			}
			return raw
		},
		"bombs": func() (raw []byte) {
			for i := range uint64(20) {
				raw = append(raw, asMessage(kindSegment, written(t, attacker, "ops", 1+i*20, 10, 20, 30_000))...)
			}
			return raw
		},
		"turned bits": func() (raw []byte) {
			for range 300 {
				b := append([]byte{}, honest...)
				b[r.IntN(len(b))] ^= 1 << r.IntN(8)
				raw = append(raw, asMessage(kindSegment, b)...)
			}
			return raw
		},
		"vectors of everything": func() (raw []byte) {
			v := clock.Vector{}
			for range 60_000 {
				v[clock.Stream{byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32())}] = 1 << 60
			}
			return asMessage(kindAck, pack(vectorMessage{Vector: v}))
		},
	}
	for name, make := range attacks {
		t.Run(name, func(t *testing.T) {
			raw := append(append([]byte{}, greeted...), make()...)
			_, before := log.State()
			stop := watchHeap()
			attack(t, addr, attacker, raw)
			if grown := stop(); grown > most {
				t.Errorf("the heap grew by %d bytes", grown)
			} else {
				t.Logf("%d bytes sent, the heap grew by %d at the most", len(raw), grown)
			}
			if _, events := log.State(); name == "bombs" && events < before+20 { // what it may sign is taken, and counts
				t.Errorf("%d events before the bombs, %d after: the attack did not arrive", before, events)
			}
		})
	}
	for stream, n := range own {
		if log.Vector()[stream] != n {
			t.Errorf("stream %v ends at %d, it ended at %d", stream, log.Vector()[stream], n)
		}
	}
	report, err := log.Check(context.Background(), false)
	if err != nil || len(report.Problems) > 0 {
		t.Errorf("check: %+v, %v", report, err)
	}
}
