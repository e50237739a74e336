package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"lamplight/server/nodetest/netlab"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/eventlog"
	"lamplight/sync/gossip"
)

// syncCard counts what the log writes to a file system of its own while a hundred learners answer once a second, then fewer.
func (b *bench) syncCard(ctx context.Context, _ *netlab.Lab) error {
	if b.loop == nil {
		return errors.New("no file system of its own")
	}
	seconds := 20
	if b.tiny {
		seconds = 3
	}
	school, err := device.NewSchool("Kikelelwa")
	if err != nil {
		return err
	}
	dir := filepath.Join(b.loop.dir, "card")
	dev, err := device.Open(filepath.Join(dir, "keys"))
	if err != nil {
		return err
	}
	reg, err := device.OpenRegistry(filepath.Join(dir, "keys"), dev)
	if err == nil {
		err = reg.SetSchool(school)
	}
	if err != nil {
		return err
	}
	l, err := eventlog.Open(eventlog.Options{
		Dir: filepath.Join(dir, "journal"), DB: filepath.Join(dir, "records.db"), Device: dev, Registry: reg,
		Applier: noFold{}, Logger: silent(), Clock: clock.NewMonotonic(dev.Boot()),
	})
	if err != nil {
		return err
	}
	running, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- l.Run(running) }()
	unix.Sync()
	before := b.loop.traffic()
	for _, c := range []struct {
		learners int
		which    string
		typed    bool
	}{{100, "", false}, {100, ", one in seven typed", true}, {10, "", false}, {1, "", false}} {
		day := newSchoolDay(school.ID())
		day.typed = c.typed
		n := 0
		if n, err = eachASecond(ctx, l, day, c.learners, seconds); err != nil {
			break
		}
		time.Sleep(6 * time.Second) // the folds of the last answers are committed
		unix.Sync()
		t := b.loop.traffic().since(before)
		before = b.loop.traffic()
		work, ours := fmt.Sprintf("sync: written to the card an answer, %d a second%s", c.learners, c.which), fmt.Sprintf("%s answers, %d writes", grouped(float64(n)), t.writes)
		each := float64(t.writtenBytes) / float64(n)
		if c.learners < 100 { // the bytes of one journal sync, shared by those who answered meanwhile
			b.table.tell(work, ours, "", grouped(each)+" bytes")
			continue
		}
		b.table.addBytes(work, ours, "one event a bbolt transaction: 41,000 (recorded)", each, " bytes", 500)
	}
	cancel()
	return errors.Join(err, <-done, l.Close(), os.RemoveAll(dir))
}

// eachASecond lets so many learners answer once a second each, at times spread over it.
func eachASecond(ctx context.Context, l *eventlog.Log, day *schoolDay, learners, seconds int) (int, error) {
	var mu sync.Mutex // day is for one goroutine
	var made atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, learners)
	for i := range errs {
		wg.Go(func() {
			time.Sleep(time.Duration(i) * time.Second / time.Duration(learners))
			tick := time.NewTicker(time.Second)
			defer tick.Stop()
			for range seconds {
				mu.Lock()
				drafts := day.next()
				mu.Unlock()
				if _, err := l.Append(ctx, drafts...); err != nil {
					errs[i] = err
					return
				}
				made.Add(1)
				<-tick.C
			}
		})
	}
	wg.Wait()
	return int(made.Load()), errors.Join(errs...)
}

// gossipers is how many boxes idle beside each other.
const gossipers = 30

// syncGossip lets thirty school pools idle in a namespace of their own and counts what goes over its loopback.
func (b *bench) syncGossip(ctx context.Context, lab *netlab.Lab) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	length := time.Minute
	if b.tiny {
		length = 3 * time.Second
	}
	cmd := lab.Command(netlab.A, self, "-idle", strconv.Itoa(gossipers))
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	stdin, err := cmd.StdinPipe() // its end ends the child
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() { _ = stdin.Close(); _ = cmd.Wait() }()
	ready := make([]byte, 6)
	if _, err := io.ReadFull(out, ready); err != nil {
		return fmt.Errorf("thirty pools did not meet: %w: %.300s", err, problems.String())
	}
	before, err := lab.CountOf(netlab.A, "lo")
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(length):
	}
	after, err := lab.CountOf(netlab.A, "lo")
	if err != nil {
		return err
	}
	sent := float64(after.Since(before).Sent) / gossipers // one machine's loopback sends what all send
	day := sent * float64(24*time.Hour) / float64(length) / 1e6
	b.table.add(fmt.Sprintf("sync: idle gossip, %d boxes", gossipers), fmt.Sprintf("%s bytes each in %v", grouped(sent), length),
		"memberlist's LAN profile: 38.7 MB (recorded)", fmt.Sprintf("%.2f MB a day each", day), "≤ 2 MB", day <= 2)
	return nil
}

// idle is the child of syncGossip: n school pools that know of the first, until its input ends.
func idle(n int) error {
	school, err := device.NewSchool("Kikelelwa")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var pools []*gossip.Pools
	for i := range n {
		p, err := gossip.New(gossip.Options{
			Device: fmt.Sprintf("%016x", i+1), Port: 20000 + 10*i, Exchange: 20001 + 10*i, Seeds: seedsOf(i), Logger: silent(),
			Address: func() (string, error) { return "127.0.0.1", nil },
		})
		if err != nil {
			return err
		}
		p.SetSchool(&gossip.School{ID: school.ID(), Key: school.Secret("gossip")})
		pools = append(pools, p)
		go func() { _ = p.Run(ctx) }() // ends with the process
	}
	for end := time.Now().Add(2 * time.Minute); slices.ContainsFunc(pools, func(p *gossip.Pools) bool { return len(p.Near()) < n-1 }); {
		if time.Now().After(end) {
			return fmt.Errorf("after two minutes the first sees %d of %d: %s", len(pools[0].Near()), n-1, strings.Join(pools[0].Health(), "; "))
		}
		time.Sleep(100 * time.Millisecond)
	}
	time.Sleep(5 * time.Second) // what joining set off
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func seedsOf(i int) []string {
	if i == 0 {
		return nil
	}
	return []string{"127.0.0.1:20000"}
}
