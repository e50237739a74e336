package exchange_test

import (
	"context"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lamplight/sync/clustertest"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// A town is a school's box and its district, each on its own, on one network.
type town struct {
	net      *clustertest.Network
	box      *clustertest.Box
	district *clustertest.Box
	school   *device.School
	place    exchange.Place

	mu      sync.Mutex
	now     time.Time
	dials   atomic.Int64
	dialTCP bool // over real sockets
	up      exchange.Upstream
}

// set moves the box's clock.
func (w *town) set(now time.Time) {
	w.mu.Lock()
	w.now = now
	w.mu.Unlock()
}

func (w *town) clock() (time.Time, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now, true
}

func newTown(t *testing.T, edit func(*exchange.Upstream)) *town {
	t.Helper()
	w := &town{net: clustertest.NewNetwork(7), now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.Local)}
	shelf := &schools{places: map[[8]byte]exchange.Place{}}
	w.district = clustertest.NewBox(t, w.net, "district", func(o *exchange.Options) { o.Schools = shelf })
	authority := clustertest.Found(t, w.district)
	w.up = exchange.Upstream{Addrs: func() []string { return []string{"district"} }, Now: w.clock}
	if edit != nil {
		edit(&w.up)
	}
	w.box = clustertest.NewBox(t, w.net, "box", func(o *exchange.Options) {
		o.Upstream = &w.up
		dial := o.Dial
		if w.dialTCP {
			dial = func(ctx context.Context, addr string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, "tcp", addr)
			}
		}
		o.Dial = func(ctx context.Context, addr string) (net.Conn, error) { w.dials.Add(1); return dial(ctx, addr) }
		o.Pace.Thin, o.Pace.Ask = 20*time.Millisecond, 200*time.Millisecond
	})
	w.school = clustertest.Found(t, w.box)
	w.place = shelf.oversee(t, w.district, w.school)
	if err := w.place.Registry.Add(*w.box.Registry.Own()); err != nil {
		t.Fatal(err)
	}
	obey(t, w.box, w.district, authority)
	return w
}

// run lets the box call by itself until the test ends or stop is called.
func (w *town) run(t *testing.T) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = w.box.Node.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return stop
}

func (w *town) held(scope segment.Scope) uint64 {
	return w.place.Log.Vector()[w.box.Device.Stream(scope)]
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for began := time.Now(); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("after 20 s still not: %s", what)
		}
	}
}

func TestAShutLinkCarriesNotOneByte(t *testing.T) {
	w := newTown(t, func(u *exchange.Upstream) { u.Hours, _ = exchange.ParseHours([]string{"19:00-21:00"}) })
	w.box.MustWrite(w.school.Learn(), 100)
	w.run(t)
	eventually(t, "it says that the link is shut", func() bool {
		st, _ := w.box.Node.Upstream()
		return !st.Open && st.Until != nil && st.Until.Hour() == 19
	})
	if _, err := w.box.Node.Call(context.Background(), w.district.Device.ID()); err == nil {
		t.Error("a person could call over a shut link")
	}
	for range 20 { // whatever happens here
		w.box.MustWrite(w.school.Learn(), 5)
		w.box.Node.Look()
		w.box.Node.CallUpstream()
		time.Sleep(2 * time.Millisecond)
	}
	if moved, dials := w.net.Moved(), w.dials.Load(); moved != 0 || dials != 0 {
		t.Fatalf("%d bytes and %d calls while the window was shut", moved, dials)
	}
	w.set(time.Date(2026, 11, 22, 19, 0, 0, 0, time.Local))
	w.box.Node.CallUpstream()
	eventually(t, "all is at the district", func() bool { return w.held(w.school.Learn()) == 200 })
	w.set(time.Date(2026, 11, 22, 21, 0, 0, 0, time.Local))
	w.box.Node.CallUpstream()
	eventually(t, "it is shut again", func() bool { st, _ := w.box.Node.Upstream(); return !st.Open })
	eventually(t, "nothing is under way", func() bool {
		before := w.net.Moved()
		time.Sleep(50 * time.Millisecond)
		return before == w.net.Moved()
	})
	before, dials := w.net.Moved(), w.dials.Load()
	w.box.MustWrite(w.school.Learn(), 50)
	w.box.Node.CallUpstream()
	time.Sleep(30 * time.Millisecond)
	if w.net.Moved() != before || w.dials.Load() != dials {
		t.Errorf("%d bytes and %d calls after it was shut", w.net.Moved()-before, w.dials.Load()-dials)
	}
	t.Logf("shut: 0 bytes, 0 calls; open: %d bytes for 200 answers", before)
}

func TestABudgetIsKeptToAFrameOverRestarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "upstream.cbor")
	const month = 40_000
	open := func() *exchange.Budget {
		b, err := exchange.OpenBudget(path, exchange.Limits{Month: month})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	w := newTown(t, func(u *exchange.Upstream) { u.Budget = open() })
	w.box.MustWrite(w.school.Learn(), 16_000) // some 80 kB
	stop := w.run(t)
	spent := func() bool {
		st, _ := w.box.Node.Upstream()
		return st.Why == exchange.WhyBudget && st.Spent > month*9/10
	}
	eventually(t, "the budget is spent", spent)
	for range 3 { // three restarts gain nothing
		stop()
		w.box.Stop()
		w.up.Budget = open()
		w.box.Start()
		stop = w.run(t)
		eventually(t, "it is spent still", func() bool { st, _ := w.box.Node.Upstream(); return st.Why == exchange.WhyBudget })
	}
	if moved := w.net.Moved(); moved > month+exchange.MaxFrame || moved < month*3/4 {
		t.Errorf("%d bytes went over a link with a budget of %d", moved, month)
	}
	first, got := w.net.Moved(), w.held(w.school.Learn())
	w.set(time.Date(2026, 12, 1, 0, 0, 1, 0, time.Local))
	w.box.Node.CallUpstream()
	eventually(t, "the next month goes on", func() bool { return w.held(w.school.Learn()) > got && spent() || w.held(w.school.Learn()) == 16_000 })
	t.Logf("budget %d: %d bytes moved, %d of 16000 answers; the next month %d more bytes, %d answers",
		month, first, got, w.net.Moved()-first, w.held(w.school.Learn()))
	if second := w.net.Moved() - first; second > month+exchange.MaxFrame {
		t.Errorf("%d bytes in the next month", second)
	}
}

func TestWhatIsUrgentIsThereWhenTheLinkBreaks(t *testing.T) {
	w := newTown(t, nil)
	defer exchange.Behind(10_000)()
	w.box.MustWrite(w.school.Learn(), 16_000) // years
	w.box.MustWrite("ops", 300)
	w.box.MustWrite("pub", 40)
	manifest := w.district.Blobs.Put(make([]byte, 100_000))
	course := w.district.Blobs.Put(make([]byte, 600_000))
	w.box.Blobs.Want(course, manifest)
	learn := w.school.Learn()
	var between [3]bool // contacts that ended with pub and not all of ops; ops and not all of learn; the small blob alone
	for contact := range 60 {
		quota := int64(5_000)
		if w.held("ops") == 300 {
			quota = 120_000
		}
		w.net.Set(clustertest.Weather{Quota: quota, Delay: 2 * time.Millisecond})
		_, err := w.box.Node.Call(context.Background(), w.district.Device.ID())
		pub, ops, answers := w.held("pub"), w.held("ops"), w.held(learn)
		small, large := w.box.Blobs.Has(manifest.Hash), w.box.Blobs.Has(course.Hash)
		between[0] = between[0] || pub == 40 && ops < 300
		between[1] = between[1] || ops == 300 && answers < 16_000
		between[2] = between[2] || small && !large
		if ops > 0 && pub < 40 || answers > 0 && ops < 300 || large && (!small || answers < 16_000) {
			t.Errorf("contact %d of %d bytes: pub %d, ops %d, learn %d, small blob %v, large %v", contact, quota, pub, ops, answers, small, large)
		}
		if err == nil {
			break
		}
	}
	if between != [3]bool{true, true, true} {
		t.Errorf("no contact broke between the levels: %v", between)
	}
	w.net.Set(clustertest.Weather{})
	if _, err := w.box.Node.Call(context.Background(), w.district.Device.ID()); err != nil {
		t.Fatal(err)
	}
	if w.held(w.school.Learn()) != 16_000 || !w.box.Blobs.Has(course.Hash) {
		t.Error("the whole link did not carry the rest")
	}
}

func TestAMeteredLinkCarriesNoLargeBlob(t *testing.T) {
	w := newTown(t, func(u *exchange.Upstream) { u.Metered = true })
	manifest := w.district.Blobs.Put(make([]byte, 200<<10))
	course := w.district.Blobs.Put(make([]byte, 300<<10))
	w.box.Blobs.Want(course, manifest)
	sum, err := w.box.Node.Call(context.Background(), w.district.Device.ID())
	if err != nil || !w.box.Blobs.Has(manifest.Hash) || w.box.Blobs.Has(course.Hash) {
		t.Errorf("metered: small here %v, large here %v, %+v, %v", w.box.Blobs.Has(manifest.Hash), w.box.Blobs.Has(course.Hash), sum, err)
	}
	w.box.Stop()
	w.up.Metered = false
	w.box.Start()
	if _, err := w.box.Node.Call(context.Background(), w.district.Device.ID()); err != nil || !w.box.Blobs.Has(course.Hash) {
		t.Errorf("unmetered: large here %v, %v", w.box.Blobs.Has(course.Hash), err)
	}
}

func TestTheSecondCallOfADayIsShorter(t *testing.T) {
	w := newTown(t, nil)
	w.box.MustMeet(w.district)
	var sizes [3]int64
	for i := range sizes {
		before := w.net.Moved()
		sum, err := w.box.Node.Call(context.Background(), w.district.Device.ID())
		if err != nil || !sum.Unchanged {
			t.Fatalf("%+v, %v", sum, err)
		}
		sizes[i] = w.net.Moved() - before
	}
	t.Logf("nothing changed: %d bytes with a whole handshake and a ticket, then %d and %d with it", sizes[0], sizes[1], sizes[2])
	if sizes[1] >= sizes[0] {
		t.Error("the second handshake was no resumption")
	}
	if err := w.place.Registry.Revoke(w.box.Device.ID(), w.place.Log.Vector()); err != nil {
		t.Fatal(err)
	}
	if sum, err := w.box.Node.Call(context.Background(), w.district.Device.ID()); err == nil {
		t.Errorf("a revoked box came back with a ticket: %+v", sum)
	}
}

func TestWhatFitsIntoAContactIsBegunFirst(t *testing.T) {
	w := newTown(t, nil)
	big, small := w.district.Blobs.Put(make([]byte, 3<<20)), w.district.Blobs.Put(make([]byte, 5_000))
	w.box.Blobs.Want(big)
	w.net.Set(clustertest.Weather{Quota: 60_000, Delay: 2 * time.Millisecond})
	call := func() { _, _ = w.box.Node.Call(context.Background(), w.district.Device.ID()) }
	call()
	if w.box.Blobs.Want(big, small); w.box.Blobs.Has(small.Hash) {
		t.Fatal("it is here already")
	}
	time.Sleep(60 * time.Millisecond) // the district may be asked again for what it has
	call()
	if !w.box.Blobs.Has(small.Hash) {
		t.Error("after a contact that was cut after 60 kB, the next began with 3 MiB and left out 5 kB")
	}
}
