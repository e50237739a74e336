// Package clustertest is devices in one process on a simulated network: loss, delay, cuts, wrong clocks, one printed seed.
package clustertest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// A Log is what a Box of a cluster writes to: an exchange.Log that can be compared with another's.
type Log interface {
	exchange.Log
	Write(scope segment.Scope, count int) error
	State() (hash string, events uint64)
}

// A Box is one device: keys in a folder, a log, blobs, and a Node that listens on the network under the box's name.
type Box struct {
	Name     string // its address too
	Dir      string
	Device   *device.Device
	Registry *device.Registry
	Log      Log
	Blobs    *Blobs
	Node     *exchange.Node

	t      *testing.T
	net    *Network
	listen net.Listener
	stop   context.CancelFunc
	done   chan struct{}
	edit   func(*exchange.Options)
	now    func() time.Time
	source clock.Source
}

// Quick is a pace for tests: as in a school, a hundred times faster.
func Quick() exchange.Pace {
	return exchange.Pace{
		Handshake: 5 * time.Second, Idle: 5 * time.Second, Coalesce: 2 * time.Millisecond, Tie: 7 * time.Millisecond,
		Least: 100 * time.Millisecond, Retry: 10 * time.Millisecond, RetryMax: 100 * time.Millisecond,
		Wants: 50 * time.Millisecond, Away: 50 * time.Millisecond,
	}
}

// NewBox makes a box with a Memory log and lets it listen. edit may change what its Node is made of.
func NewBox(t *testing.T, n *Network, name string, edit func(*exchange.Options)) *Box {
	t.Helper()
	b := &Box{Name: name, Dir: folder(t), Blobs: NewBlobs(), t: t, net: n, edit: edit}
	b.openKeys()
	b.Log = NewMemory(b.Device, b.Registry)
	b.Start()
	return b
}

// folder is one for the test's time, in memory where the machine has such: what is tested here is not the disk.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "lamplight")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func (b *Box) openKeys() {
	b.t.Helper()
	var err error
	if b.Device, err = device.Open(filepath.Join(b.Dir, "keys")); err != nil {
		b.t.Fatal(err)
	}
	if b.Device.Name() != b.Name {
		if err := b.Device.SetName(b.Name); err != nil {
			b.t.Fatal(err)
		}
	}
	if b.Registry, err = device.OpenRegistry(filepath.Join(b.Dir, "keys"), b.Device); err != nil {
		b.t.Fatal(err)
	}
}

// Start makes the Node and serves on the network, until Stop or the end of the test.
func (b *Box) Start() {
	b.t.Helper()
	o := exchange.Options{
		Device: b.Device, Registry: b.Registry, Log: b.Log, Blobs: b.Blobs, Wants: b.Blobs,
		Contacts: filepath.Join(b.Dir, "keys", "contacts.cbor"), Dial: b.net.Dialer(b.Name), Pace: Quick(),
		Logger: quiet(), Now: b.now,
	}
	if b.edit != nil {
		b.edit(&o)
	}
	var err error
	if b.Node, err = exchange.New(o); err != nil {
		b.t.Fatal(err)
	}
	if b.listen, err = b.net.Listen(b.Name); err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.stop, b.done = cancel, make(chan struct{})
	node, listen, done := b.Node, b.listen, b.done
	go func() {
		defer close(done)
		_ = node.Serve(ctx, listen)
	}()
	b.t.Cleanup(b.Stop)
}

// Stop ends serving and waits for it. Stopping twice is no error.
func (b *Box) Stop() {
	b.stop()
	<-b.done
}

// NewClone is a box with a Memory log made from a copy of another's keys and records: a cloned card.
func NewClone(t *testing.T, n *Network, of *Box, name string) *Box {
	t.Helper()
	b := &Box{Name: name, Dir: folder(t), Blobs: NewBlobs(), t: t, net: n}
	if err := os.CopyFS(b.Dir, os.DirFS(of.Dir)); err != nil {
		t.Fatal(err)
	}
	b.openKeys()
	b.Log = of.Log.(*Memory).clone(b.Device, b.Registry)
	b.Start()
	return b
}

// MustWriteOther adds events that no other box would write.
func (b *Box) MustWriteOther(scope segment.Scope, count int) {
	b.t.Helper()
	m := b.Log.(*Memory)
	m.mu.Lock()
	m.lamport += 1 << 16
	m.mu.Unlock()
	b.MustWrite(scope, count)
}

// Found makes the boxes one school, as if they had been paired.
func Found(t *testing.T, boxes ...*Box) *device.School {
	t.Helper()
	school, err := device.NewSchool("Kikelelwa")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range boxes {
		if err := b.Registry.SetSchool(school); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range boxes {
		for _, other := range boxes {
			if err := b.Registry.Add(*other.Registry.Own()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return school
}

// Meet lets b call other once.
func (b *Box) Meet(other *Box) (exchange.Summary, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return b.Node.Meet(ctx, other.Name)
}

// MustMeet is Meet where nothing should go wrong.
func (b *Box) MustMeet(other *Box) exchange.Summary {
	b.t.Helper()
	sum, err := b.Meet(other)
	if err != nil {
		b.t.Fatalf("%s calls %s: %v", b.Name, other.Name, err)
	}
	return sum
}

// MustWrite adds events.
func (b *Box) MustWrite(scope segment.Scope, count int) {
	b.t.Helper()
	if err := b.Log.Write(scope, count); err != nil {
		b.t.Fatal(err)
	}
}

// Differ says how the boxes' logs differ, "" if they do not.
func Differ(boxes ...*Box) string {
	first, n := boxes[0].Log.State()
	for _, b := range boxes[1:] {
		if state, m := b.Log.State(); state != first || !b.Log.Vector().Equal(boxes[0].Log.Vector()) {
			return fmt.Sprintf("%s holds %d events (%.8s), %s %d (%.8s)", boxes[0].Name, n, first, b.Name, m, state)
		}
	}
	return ""
}
