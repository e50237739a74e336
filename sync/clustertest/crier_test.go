package clustertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"lamplight/sync/exchange"
)

// A crier does what gossip does, at once: it tells every box of every other's digest.
type crier struct {
	mu    sync.Mutex
	boxes []*Box
}

// runAll makes boxes that call each other by themselves.
func runAll(t *testing.T, n *Network, size int) (*crier, []*Box) {
	t.Helper()
	c := &crier{}
	var boxes []*Box
	for i := range size {
		name := fmt.Sprintf("box%d", i)
		boxes = append(boxes, NewBox(t, n, name, func(o *exchange.Options) {
			id := o.Device.ID()
			o.OnDigest = func(d [8]byte) { c.tell(exchange.Hint{Device: id, Addr: name, Digest: d}) }
		}))
	}
	return c, boxes
}

func (c *crier) tell(h exchange.Hint) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range c.boxes {
		b.Node.Near(h)
	}
}

func (c *crier) run(t *testing.T, boxes []*Box) {
	c.mu.Lock()
	c.boxes = boxes
	c.mu.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for _, b := range boxes {
		wg.Add(1)
		go func() { defer wg.Done(); _ = b.Node.Run(ctx) }()
	}
	t.Cleanup(func() { cancel(); wg.Wait() })
}

func TestBoxesKeepInStepByThemselvesAndThenRest(t *testing.T) {
	n := NewNetwork(3)
	c, boxes := runAll(t, n, 4)
	school := Found(t, boxes...)
	c.run(t, boxes)
	for i := range 40 {
		boxes[i%4].MustWrite(school.Learn(), 1+i)
	}
	took := until(t, 10*time.Second, "four boxes agree", func() bool { return Differ(boxes...) == "" })
	t.Logf("four boxes agree %v after 40 writes", took.Round(time.Millisecond))
	last := int64(-1)
	until(t, 10*time.Second, "they are at rest", func() bool { // a last round of hints may still be under way
		moved := n.Moved()
		still := moved == last
		last = moved
		time.Sleep(100 * time.Millisecond) // four times as long as any wait of this pace but Away and RetryMax
		return still
	})
}

func TestRememberedPeersAreVisitedWhenGossipIsDead(t *testing.T) {
	n := NewNetwork(4)
	a, b := NewBox(t, n, "a", nil), NewBox(t, n, "b", nil)
	school := Found(t, a, b)
	a.MustMeet(b) // once, and a remembers where
	(&crier{}).run(t, []*Box{a, b})
	for range 3 {
		b.MustWrite(school.Learn(), 5)
		until(t, 10*time.Second, "a fetched it without a hint", func() bool { return Differ(a, b) == "" })
	}
}

func TestACourseSpreadsOverThreeBoxesAndNoByteComesTwice(t *testing.T) {
	n := NewNetwork(5)
	c, boxes := runAll(t, n, 3)
	school := Found(t, boxes...)
	var wants []exchange.Want
	var size int64
	for i := range 12 {
		data := make([]byte, 100_000+i*77_777)
		for j := range data {
			data[j] = byte(rand.Uint32())
		}
		w := boxes[0].Blobs.Put(data)
		wants, size = append(wants, w), size+w.Size
	}
	for _, b := range boxes[1:] {
		b.Blobs.Want(wants...)
	}
	c.run(t, boxes)
	boxes[0].MustWrite("pub", 1)
	boxes[0].MustWrite(school.Learn(), 1)
	until(t, 20*time.Second, "everybody has it", func() bool {
		return len(boxes[1].Blobs.Wanted())+len(boxes[2].Blobs.Wanted()) == 0
	})
	for _, b := range boxes[1:] {
		if b.Blobs.Written() != size {
			t.Errorf("%s received %d bytes of %d", b.Name, b.Blobs.Written(), size)
		}
	}
}

func TestACutAndHealedNetworkAgreesAgainByItself(t *testing.T) {
	n := NewNetwork(6)
	c, boxes := runAll(t, n, 5)
	school := Found(t, boxes...)
	c.run(t, boxes)
	boxes[0].MustWrite(school.Learn(), 10)
	until(t, 10*time.Second, "five boxes agree", func() bool { return Differ(boxes...) == "" })
	n.Split([]string{"box0", "box1"}, []string{"box2", "box3", "box4"})
	boxes[0].MustWrite(school.Learn(), 10)
	boxes[3].MustWrite(school.Learn(), 20)
	until(t, 10*time.Second, "each side agrees", func() bool { return Differ(boxes[:2]...) == "" && Differ(boxes[2:]...) == "" })
	if Differ(boxes...) == "" {
		t.Fatal("the split did not split")
	}
	n.Split()
	took := until(t, 10*time.Second, "all agree again", func() bool { return Differ(boxes...) == "" })
	t.Logf("healed in %v", took.Round(time.Millisecond))
}
