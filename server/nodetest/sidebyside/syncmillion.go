package main

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"lamplight/server/nodetest/netlab"
	"lamplight/sync/clustertest"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// inMemory is a log of real segments without folds or a disk.
func inMemory(dev *device.Device, reg *device.Registry) exchange.Log {
	return clustertest.NewMemory(dev, reg)
}

// million lets two boxes that hold records of as many others as there are streams find a hundred that one lacks: of one
// stream, then a few of each.
func (b *bench) million(ctx context.Context, lab *netlab.Lab, streams, records int) error {
	if b.tiny {
		records = 30_000
	}
	one, two, school, err := b.pairOf(lab, inMemory, nil)
	if err != nil {
		return err
	}
	defer one.stop()
	defer two.stop()
	writers, err := b.writers(school, streams, one, two)
	if err != nil {
		return err
	}
	give := func(to *syncBox) error {
		for _, w := range writers {
			if err := w.Segments(to.log.Vector(), all, func(raw []byte) error { _, err := to.log.Receive(raw); return err }); err != nil {
				return err
			}
		}
		return nil
	}
	for _, w := range writers {
		if err := w.Write(school.Learn(), records/streams); err != nil {
			return err
		}
	}
	for _, to := range []*syncBox{one, two} {
		if err := give(to); err != nil {
			return err
		}
	}
	if _, err := one.meet(ctx, addressAt(netlab.B)); err != nil {
		return err
	}
	same, err := moved(lab, func() error { _, err := one.meet(ctx, addressAt(netlab.B)); return err })
	if err != nil {
		return err
	}
	for _, c := range []struct {
		name  string
		write func() error
	}{
		{"of one box", func() error { return writers[0].Write(school.Learn(), 100) }},
		{"of all boxes", func() error {
			for i, w := range writers {
				if err := w.Write(school.Learn(), (100+i)/len(writers)); err != nil {
					return err
				}
			}
			return nil
		}},
	} {
		if err := c.write(); err != nil {
			return err
		}
		if err := give(two); err != nil {
			return err
		}
		n, err := moved(lab, func() error { _, err := one.meet(ctx, addressAt(netlab.B)); return err })
		if err != nil {
			return err
		}
		b.table.addBytes(fmt.Sprintf("sync: %s records, %d streams, 100 missing %s", grouped(float64(records)), streams, c.name),
			fmt.Sprintf("%s with TLS and TCP", grouped(float64(n.All()))), "negentropy 166,328; IBLT 2,682 (recorded)",
			float64(n.All()-same.All()), " bytes", 3000)
	}
	return nil
}

func all(segment.Scope) bool { return true }

// writers are other boxes of the school, known to both.
func (b *bench) writers(school *device.School, n int, know ...*syncBox) (out []*clustertest.Memory, err error) {
	for range n {
		dir, dev, reg, err := b.keys(school)
		if err != nil {
			return nil, err
		}
		for _, k := range know {
			if err := k.reg.Add(*reg.Own()); err != nil {
				return nil, err
			}
		}
		out = append(out, clustertest.NewMemory(dev, reg))
		if err := os.RemoveAll(dir); err != nil { // what is asked of them from here on is in memory
			return nil, err
		}
	}
	return out, nil
}

// A waiting log notes when the first record came.
type waiting struct {
	exchange.Log
	came atomic.Int64
}

func (w *waiting) Receive(raw []byte) (int, error) {
	w.came.CompareAndSwap(0, time.Now().UnixNano())
	return w.Log.Receive(raw)
}

// syncTrips counts round trips until the first record of the other side is here, over a relay so late that nothing else
// counts.
func (b *bench) syncTrips(ctx context.Context, lab *netlab.Lab) error {
	const late = 250 * time.Millisecond
	var w *waiting
	logs := func(dev *device.Device, reg *device.Registry) exchange.Log {
		if w == nil { // the first box's
			w = &waiting{Log: inMemory(dev, reg)}
			return w
		}
		return inMemory(dev, reg)
	}
	one, two, school, err := b.pairOf(lab, logs, nil)
	if err != nil {
		return err
	}
	defer one.stop()
	defer two.stop()
	if err := lab.Relay([]int{7947}, late); err != nil {
		return err
	}
	via := netlab.NearA + ":" + exchangePort
	if _, err := one.meet(ctx, via); err != nil {
		return err
	}
	if err := two.log.(*clustertest.Memory).Write(school.Learn(), 10); err != nil {
		return err
	}
	began := time.Now()
	if _, err := one.meet(ctx, via); err != nil {
		return err
	}
	trips := float64(w.came.Load()-began.UnixNano())/float64(2*late) - 1 // TLS 1.3 is one; the relay answers TCP at once
	b.table.add("sync: round trips to the first record after TLS", fmt.Sprintf("%.0f ms of %d ms each", trips*float64(2*late/time.Millisecond), 2*late/time.Millisecond),
		"negentropy 3 (recorded)", fmt.Sprintf("%.1f", trips), "1", trips < 1.5)
	return nil
}

// syncWindow runs a box whose link to the district is closed by its hours, then opens it.
func (b *bench) syncWindow(ctx context.Context, lab *netlab.Lab) error {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.Local)
	closed, err := exchange.ParseHours([]string{"19:00-06:00"})
	if err != nil {
		return err
	}
	var at atomic.Int64
	at.Store(now.UnixNano())
	one, two, school, err := b.pairOf(lab, inMemory, func(o *exchange.Options) {
		o.Upstream = &exchange.Upstream{
			Addrs: func() []string { return []string{addressAt(netlab.B)} }, Hours: closed, Metered: true,
			Now: func() (time.Time, bool) { return time.Unix(0, at.Load()), true },
		}
	})
	if err != nil {
		return err
	}
	defer one.stop()
	defer two.stop()
	district, err := device.NewSchool("Hai")
	if err != nil {
		return err
	}
	if err := one.reg.JoinDistrict(district.Authority(true)); err != nil { // a box without a district calls nobody
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); _ = one.node.Run(ctx) }()
	defer func() { cancel(); <-done }()
	if err := one.log.(*clustertest.Memory).Write(school.Learn(), 100); err != nil {
		return err
	}
	n, err := moved(lab, func() error { one.node.CallUpstream(); time.Sleep(5 * time.Second); return nil })
	if err != nil {
		return err
	}
	open, err := moved(lab, func() error {
		at.Store(now.Add(8 * time.Hour).UnixNano())
		one.node.CallUpstream()
		time.Sleep(2 * time.Second)
		return nil
	})
	if err == nil && open.All() == 0 {
		err = fmt.Errorf("nor does it call when the window is open: %w", errNotBuilt)
	}
	if err != nil {
		return err
	}
	b.table.add("sync: window closed, 100 records waiting", fmt.Sprintf("5 s, called by hand too; open: %s bytes", grouped(float64(open.All()))), "",
		grouped(float64(n.All()))+" bytes", "0 bytes", n.All() == 0)
	return nil
}
