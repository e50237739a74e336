package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"lamplight/sync/clustertest"
	"lamplight/sync/exchange"
)

// hooked are blobs whose reading a test looks at, or holds up.
type hooked struct {
	exchange.Blobs
	read func(hash string, off int64)
}

func (h hooked) Open(hash string) (exchange.Blob, int64, error) {
	b, size, err := h.Blobs.Open(hash)
	return hookedBlob{b, hash, h.read}, size, err
}

type hookedBlob struct {
	exchange.Blob
	hash string
	read func(hash string, off int64)
}

func (b hookedBlob) ReadAt(p []byte, off int64) (int, error) {
	b.read(b.hash, off)
	return b.Blob.ReadAt(p, off)
}

// A herd is a box that lacks blobs and some that have them; read is called for what each of those gives.
type herd struct {
	t      *testing.T
	to     *clustertest.Box
	givers []*clustertest.Box
}

func newHerd(t *testing.T, givers int, read func(giver int, off int64)) *herd {
	n := clustertest.NewNetwork(1)
	h := &herd{t: t, to: clustertest.NewBox(t, n, "to", func(o *exchange.Options) { o.Pace.Stall, o.Pace.Idle = 50*time.Millisecond, time.Minute })}
	all := []*clustertest.Box{h.to}
	for i := range givers {
		g := clustertest.NewBox(t, n, string(rune('a'+i)), func(o *exchange.Options) {
			o.Pace.Idle = time.Minute
			o.Blobs = hooked{o.Blobs, func(_ string, off int64) { read(i, off) }}
		})
		h.givers, all = append(h.givers, g), append(all, g)
	}
	clustertest.Found(t, all...)
	for _, g := range h.givers {
		h.to.MustMeet(g)
	}
	return h
}

// meet has the box meet all givers at once.
func (h *herd) meet() {
	var wg sync.WaitGroup
	for _, g := range h.givers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if _, err := h.to.Meet(g); err != nil {
				h.t.Log(g.Device.ID(), err)
			}
		}()
	}
	wg.Wait()
}

func TestALargeBlobComesFromSeveralBoxesAtOnce(t *testing.T) {
	var mu sync.Mutex
	gave := map[int]int{}
	all := make(chan struct{})
	h := newHerd(t, 3, func(giver int, off int64) {
		mu.Lock()
		if gave[giver]++; gave[giver] == 1 && len(gave) == 3 {
			close(all)
		}
		mu.Unlock()
		select { // so that no box is done before the others have begun
		case <-all:
		case <-time.After(5 * time.Second):
		}
	})
	data := random(1, 24<<20+5)
	var want exchange.Want
	for _, g := range h.givers {
		want = g.Blobs.Put(data)
	}
	h.to.Blobs.Want(want)
	h.meet()
	if !h.to.Blobs.Has(want.Hash) {
		t.Fatal("it is not whole")
	}
	t.Logf("frames that each gave: %v; %d bytes came twice", gave, h.to.Blobs.Written()-want.Size)
	if len(gave) != 3 || h.to.Blobs.Written()-want.Size > 1<<20 {
		t.Errorf("%d boxes gave, and %d bytes came for %d", len(gave), h.to.Blobs.Written(), want.Size)
	}
}

func TestWhatOneBoxIsSlowToGiveIsAskedOfAnother(t *testing.T) {
	held, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	h := newHerd(t, 2, func(giver int, off int64) {
		if giver == 0 {
			once.Do(func() { close(held) })
			<-release
		}
		select { // so that the slow one has been asked
		case <-held:
		case <-release: // it never was
		}
	})
	data := random(2, 9<<20)
	var want exchange.Want
	for _, g := range h.givers {
		want = g.Blobs.Put(data)
	}
	h.to.Blobs.Want(want)
	done := make(chan struct{})
	go func() { defer close(done); h.meet() }()
	for range 200 {
		if time.Sleep(50 * time.Millisecond); h.to.Blobs.Has(want.Hash) {
			break
		}
	}
	here := h.to.Blobs.Has(want.Hash)
	close(release)
	<-done
	if !here {
		t.Error("a box that gives nothing held up the other")
	}
}

func TestACallWaitsForTheSessionThatIsUnderWay(t *testing.T) {
	held, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	h := newHerd(t, 1, func(int, int64) {
		once.Do(func() { close(held) })
		<-release
	})
	h.to.Blobs.Want(h.givers[0].Blobs.Put(random(6, 1<<20)))
	done := make(chan struct{})
	go func() { defer close(done); h.meet() }()
	<-held
	short, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if _, err := h.to.Node.Call(short, h.givers[0].Device.ID()); !errors.Is(err, exchange.ErrBusy) {
		t.Errorf("a call that could not wait gives %v, want ErrBusy", err)
	}
	time.AfterFunc(50*time.Millisecond, func() { close(release) })
	if _, err := h.to.Node.Call(context.Background(), h.givers[0].Device.ID()); err != nil {
		t.Error(err)
	}
	<-done
}

func TestOfSeveralTheForgerIsFoundAndTheOthersGiveIt(t *testing.T) {
	h := newHerd(t, 3, func(int, int64) {})
	data := random(3, 12<<20)
	want := h.givers[1].Blobs.Put(data)
	h.givers[2].Blobs.Put(data)
	forged := bytes.Clone(data)
	for i := 0; i < len(forged); i += 1 << 20 {
		forged[i] ^= 1
	}
	h.givers[0].Blobs.PutAs(want.Hash, forged)
	h.to.Blobs.Want(want)
	rounds := 0
	for ; !h.to.Blobs.Has(want.Hash) && rounds < 6; rounds++ {
		h.meet()
	}
	if !h.to.Blobs.Has(want.Hash) {
		t.Fatalf("one forger kept the blob away for %d rounds", rounds)
	}
	t.Logf("whole after %d rounds", rounds)
}

func TestOneBoxOfASchoolFetchesALargeBlobFromTheDistrict(t *testing.T) {
	w := newTown(t, func(u *exchange.Upstream) {})
	small, large := w.district.Blobs.Put(random(4, 100<<10)), w.district.Blobs.Put(random(5, 2<<20))
	w.box.Blobs.Want(small, large)
	if exchange.Before(w.box.Node, large.Hash) != 0 {
		t.Fatal("alone, it comes after somebody")
	}
	other := clustertest.NewBox(t, w.net, "other", nil)
	if err := errors.Join(other.Registry.SetSchool(w.school), w.box.Registry.Add(*other.Registry.Own())); err != nil {
		t.Fatal(err)
	}
	w.box.Node.Near(exchange.Hint{Device: other.Device.ID(), Addr: "other:1"})
	for i := 0; exchange.Before(w.box.Node, large.Hash) == 0; i++ { // a blob that the other box comes first for
		large = w.district.Blobs.Put(random(uint64(100+i), 2<<20))
		w.box.Blobs.Want(small, large)
	}
	if _, err := w.box.Node.Call(context.Background(), w.district.Device.ID()); err != nil {
		t.Fatal(err)
	}
	if !w.box.Blobs.Has(small.Hash) || w.box.Blobs.Has(large.Hash) {
		t.Errorf("small here %v, want true; large here %v, want it left to the box before", w.box.Blobs.Has(small.Hash), w.box.Blobs.Has(large.Hash))
	}
	w.box.Node.Near(exchange.Hint{Device: other.Device.ID(), Gone: true})
	if _, err := w.box.Node.Call(context.Background(), w.district.Device.ID()); err != nil || !w.box.Blobs.Has(large.Hash) {
		t.Errorf("with the other gone: %v, here %v", err, w.box.Blobs.Has(large.Hash))
	}
}
